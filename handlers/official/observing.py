"""The observer (MTTQ): every issue without names, what was truly settled and what was not; and the admin's page."""

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Picked
from handlers.keyboards import Choice, keyboard
from handlers.official.homes import HOMES, Page
from handlers.official.states import Reviewing
from handlers.official.talk import alert, change, official_of, tell
from handlers.telling import QUOTED, code, cut, short_day, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import issues, reviews
from storage.models import Role
from storage.reviews import ANSWERED, Seen
from storage.rights import Right

LONGEST_REASON = 1000


def build() -> Router:
    router = Router(name="observing")
    allowed = Allowed(Right.REVIEW)
    router.callback_query.register(show, Picked("o:observe"), allowed)
    router.callback_query.register(truly, Picked("o:truly"), allowed)
    router.callback_query.register(ask_why, Picked("o:nottruly"), allowed)
    router.message.register(take_reason, StateFilter(Reviewing.reason), F.text, ~F.text.startswith("/"), allowed)
    return router


async def home(turn: Turn) -> Page:
    found = await reviews.counts(turn.tx)
    choices: list[Choice] = [(turn.say.plain("o-button-enter"), "o:enter")]
    if found.issues:
        choices.insert(0, (turn.say.plain("o-button-observe"), "o:observe:0"))
    text = turn.say("o-observer-home", issues=found.issues, answered=found.answered, unreviewed=found.unreviewed)
    return Page(text, keyboard(choices))


async def show(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    seen = await reviews.seen(turn.tx, official_of(turn), picked)
    if seen is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await change(callback, *await _card(turn, seen, picked))


async def _card(turn: Turn, seen: Seen, position: int | None) -> tuple[Html, InlineKeyboardMarkup]:
    commune, issue = turn.tx.commune, seen.issue
    unit = commune.unit(issue.unit_id) if issue.unit_id else None
    lines = [
        turn.say(
            "o-observed",
            code=code(commune, seen.lead),
            village=village_name(turn.say, commune, seen.lead.village_id),
            people=seen.people,
            words=cut(issue.title or seen.lead.text, QUOTED) or "…",
            unit=unit.name if unit else commune.office,
            due=short_day(issue.due) if issue.due else "…",
            state=turn.say("o-issue-state", state=issue.state),
        )
    ]
    if seen.answer is not None:
        lines.append(turn.say("o-observed-answer", body=cards.answer_body(turn.say, commune, seen.answer)))
    if seen.review is not None:
        key = "o-observed-settled" if seen.review.is_settled else "o-observed-unsettled"
        lines.append(turn.say(key, reason=seen.review.reason or "…"))
    choices: list[Choice] = []
    if issue.state in ANSWERED:
        choices += [
            (turn.say.plain("o-button-truly"), f"o:truly:{issue.id}"),
            (turn.say.plain("o-button-not-truly"), f"o:nottruly:{issue.id}"),
        ]
    if position:
        choices.append(("‹", f"o:observe:{position - 1}"))
    if position is not None and position + 1 < (await reviews.counts(turn.tx)).issues:
        choices.append(("›", f"o:observe:{position + 1}"))
    if position is None:
        choices.append((turn.say.plain("o-button-observe"), "o:observe:0"))
    return Html("\n\n".join(lines)), keyboard(choices)


async def truly(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Đã giải quyết thật]."""
    issue = await issues.by_id(turn.tx, picked)
    if issue is None or issue.state not in ANSWERED:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    official = official_of(turn)
    await reviews.review(turn.tx, official, issue, is_settled=True, reason=None)
    seen = await reviews.seen_issue(turn.tx, official, issue)
    if seen is not None:
        await change(callback, *await _card(turn, seen, None))


async def ask_why(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Chưa, vì…]."""
    issue = await issues.by_id(turn.tx, picked)
    lead = await issues.lead(turn.tx, issue) if issue is not None else None
    if issue is None or lead is None or issue.state not in ANSWERED:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Reviewing.reason)
    await state.set_data({"issue_id": issue.id})
    leave = keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
    await tell(callback, turn.say("o-observe-why", code=code(turn.tx.commune, lead)), leave)


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    issue = await issues.by_id(turn.tx, int((await state.get_data()).get("issue_id") or 0))
    if issue is None or issue.state not in ANSWERED:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    official = official_of(turn)
    await reviews.review(turn.tx, official, issue, is_settled=False, reason=cut(message.text or "", LONGEST_REASON))
    await state.clear()
    seen = await reviews.seen_issue(turn.tx, official, issue)
    if seen is not None:
        text, markup = await _card(turn, seen, None)
        await message.answer(text, reply_markup=markup)


async def admin_home(turn: Turn) -> Page:
    choices = [(turn.say.plain("o-button-roles"), "o:roles"), (turn.say.plain("o-button-invite"), "o:invite")]
    return Page(turn.say("o-admin-home"), keyboard(choices))


HOMES[Role.OBSERVER] = home
HOMES[Role.ADMIN] = admin_home
