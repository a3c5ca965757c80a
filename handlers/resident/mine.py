"""Her own opinions: the list, one with its history, more words, taking it back."""

from datetime import date

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers.cards import answer_body, parts
from handlers.keyboards import keyboard
from handlers.resident import accusing, adding, rating
from handlers.resident.saying import Event, choices, hasty, stands, tell, tell_over
from handlers.resident.states import Adding
from handlers.telling import (
    EXCERPT,
    QUOTED,
    arrived_line,
    code,
    cut,
    short_day,
    state_in_words,
    unit_name,
    village_name,
)
from handlers.turn import Turn
from handlers.words import Html
from storage import commitments, events, issues, opinions, sealed, undelivered
from storage.commune import format_code
from storage.lengths import units
from storage.models import Event as Happened
from storage.models import Opinion, Rating
from storage.opinions import WITHDRAWABLE
from storage.states import ForbiddenMove, OpinionState

LISTED = 10
"""Opinions in the list; an older one opens by its code."""

TOLD = {
    "opinion.raised": "raised",
    "opinion.accepted": "accepted",
    "opinion.answered": "answered",
    "opinion.reopened": "reopened",
    "opinion.settled": "settled",
    "opinion.withdrawn": "withdrawn",
    "opinion.added_to": "added_to",
    "commitment.moved": "moved",
    "commitment.settled": "kept",
}
"""Events of an opinion, and of what was promised to it, that its author reads: kind to the word of the text."""

HISTORY = 8
"""The newest events that are told; more would push the answer off the screen."""

ROOM = 4000
"""UTF-16 units of one message; the Bot API takes 4096."""

CLOSED = frozenset({OpinionState.WITHDRAWN, OpinionState.REDIRECTED})


def build() -> Router:
    router = Router(name="mine")
    router.callback_query.register(tap, F.data.func(_is_ours))
    return router


def _is_ours(data: str) -> bool:
    _, _, what = data.partition(":")
    return data.startswith("r:") and what.partition(":")[0] in TAPS


async def show_list(event: Event, turn: Turn, state: FSMContext) -> None:
    """/theodoi: the newest of hers, each with where it stands."""
    found = await opinions.own(turn.tx, turn.caller.person, limit=LISTED + 1)
    if not found:
        offered = choices(turn, ("button-raise", "r:new"), ("button-join-other", "r:join"))
        await tell(event, turn.say("none-yet"), offered)
        return
    lines = [_line(turn, opinion) for opinion in found[:LISTED]]
    key = "mine-more" if len(found) > LISTED else "mine"
    buttons = keyboard([(code(turn.tx.commune, each), f"r:see:{each.id}") for each in found[:LISTED]])
    await tell(event, turn.say(key, list=Html("\n".join(lines))), buttons)


def _line(turn: Turn, opinion: Opinion) -> Html:
    commune = turn.tx.commune
    return turn.say(
        "mine-line",
        code=code(commune, opinion),
        words=_excerpt(turn, opinion),
        state=state_in_words(turn.say, opinion, commune),
    )


def _excerpt(turn: Turn, opinion: Opinion, limit: int = EXCERPT) -> Html:
    words = " ".join(opinion.text.split()) if limit == EXCERPT else opinion.text
    return turn.say("quoted", text=cut(words, limit)) if words.strip() else turn.say("wordless")


async def show_number(event: Event, turn: Turn, number: int) -> None:
    """Hers with this number; another's is as if it were not there."""
    opinion = await opinions.own_by_number(turn.tx, turn.caller.person, number)
    matter = await sealed.own_by_number(turn.tx, turn.caller.person, number) if opinion is None else None
    if matter is not None:
        await accusing.show(event, turn, matter)
    elif opinion is None:
        shown = format_code(turn.tx.commune.short_code, number)
        offered = (("button-mine", "r:mine"), ("button-raise", "r:new"), ("button-join-other", "r:join"))
        buttons = choices(turn, *offered)
        await tell(event, turn.say("not-yours", code=shown), buttons)
    else:
        await show(event, turn, opinion)


async def show(event: Event, turn: Turn, opinion: Opinion) -> None:
    """One whole: her words, what happened, where it stands, the answer. Long ones take more than one message."""
    commune = turn.tx.commune
    answer = await opinions.released_answer(turn.tx, opinion)
    files = arrived_line(turn.say, opinion.attachments)
    card = turn.say(
        "mine-one",
        code=code(commune, opinion),
        village=village_name(turn.say, commune, opinion.village_id),
        words=_excerpt(turn, opinion, QUOTED),
        files=Html(f" · {files}") if files else "",
        history=await _history(turn, opinion),
        state=state_in_words(turn.say, opinion, commune),
        moved=_moved(turn, opinion),
    )
    if answer is not None and not await undelivered.stands_above(turn.tx, turn.caller.account, opinion):
        body = turn.say("mine-answer", answer=answer_body(turn.say, commune, answer))
        if units(card) + units(body) > ROOM:
            await tell(event, body)
        else:
            card = Html(f"{card}\n\n{body}")
    await tell(event, card, _buttons(turn, opinion))


async def _history(turn: Turn, opinion: Opinion) -> Html:
    told = _happened(await events.history(turn.tx, "opinion", opinion.id))
    for commitment in opinion.issue.commitments if opinion.issue else ():
        told += _happened(await events.history(turn.tx, "commitment", commitment.id))
    told.sort(key=lambda each: each.id)
    return Html(" · ".join(_sentence(turn, each) for each in told[-HISTORY:]))


def _happened(history: list[Happened]) -> list[Happened]:
    """What is told of it: not what the office took back, nor that it took up again what she had opened again."""
    told: list[Happened] = []
    for each in history:
        if each.kind == "opinion.undone":
            told = [one for one in told if one.kind != "opinion.accepted"]
        elif each.kind in TOLD and (each.kind, each.from_state) != ("opinion.accepted", OpinionState.REOPENED):
            if each.kind == "opinion.answered" and told and told[-1].at == each.at:
                told.pop()  # answered as soon as it was accepted
            told.append(each)
    return told


def _sentence(turn: Turn, event: Happened) -> Html:
    commune, data = turn.tx.commune, event.data
    return turn.say(
        "happened",
        kind="done" if data.get("outcome") == Rating.DONE else TOLD[event.kind],
        day=short_day(event.at.astimezone(commune.timezone).date()),
        unit=unit_name(commune, data.get("unit_id")),
        due=short_day(date.fromisoformat(data["due"])) if data.get("due") else "",
    )


def _moved(turn: Turn, opinion: Opinion) -> Html:
    """Why the day was moved that she waits for, on a line of its own; empty when it was not."""
    issue = opinion.issue
    promised = commitments.current(issue.commitments, issue.released) if issue else None
    if opinion.state is OpinionState.ANSWERED and promised is not None and promised.closed_at is None:
        reason = promised.due_reason
    else:
        reason = issue.due_reason if issue is not None and opinion.state in issues.ACTIVE else None
    return Html(f"\n{turn.say('mine-moved', reason=reason)}") if reason else Html("")


def _buttons(turn: Turn, opinion: Opinion) -> InlineKeyboardMarkup | None:
    pairs = rating.asked_about(opinion, issues.today(turn.tx))
    if opinion.state not in CLOSED:
        pairs.append(("button-tell-more", f"r:more:{opinion.id}"))
    if opinion.state in WITHDRAWABLE:
        pairs.append(("button-withdraw", f"r:withdraw:{opinion.id}"))
    if len(opinion.text.strip()) > QUOTED:
        pairs.append(("button-whole-words", f"r:whole:{opinion.id}"))
    return choices(turn, *pairs) if pairs else None


async def tap(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """A button about one opinion. One of another's, or of a deleted one, is a button whose matter is over."""
    _, what, rest = (
        (callback.data or "").split(":", maxsplit=2) if (callback.data or "").count(":") > 1 else ("", "", "")
    )
    number = int(rest) if rest.isascii() and rest.isdecimal() and len(rest) <= 18 else 0
    opinion = await opinions.own_by_id(turn.tx, turn.caller.person, number) if number else None
    if opinion is None:
        await tell_over(callback, turn)
        return
    await TAPS[what](callback, turn, state, opinion)
    await callback.answer()


async def see(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    await show(callback, turn, opinion)


async def whole(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """Her words in full, in as many messages as they take."""
    for part in parts(opinion.text):
        await tell(callback, turn.say("whole-words", text=part))


async def more(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    if opinion.state in CLOSED or turn.caller.draft is not None:
        await _over(callback, turn, opinion)
        return
    await adding.begin(callback, turn, state, opinion, "add-more")


async def enough(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Thôi] where more was asked for."""
    if await state.get_state() != Adding.more.state:
        await _over(callback, turn, opinion)
        return
    await state.clear()
    await tell(callback, *stands(turn, opinion, "stands-now"))


async def withdraw(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    if opinion.state not in WITHDRAWABLE:
        await _over(callback, turn, opinion)
        return
    shown = code(turn.tx.commune, opinion)
    yes = (turn.say.plain("button-withdraw-sure", code=shown), f"r:gone:{opinion.id}")
    await tell(
        callback,
        turn.say("withdraw-sure", code=shown),
        keyboard([yes, (turn.say.plain("button-withdraw-not"), f"r:see:{opinion.id}")]),
    )


async def gone(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """She takes it back, and said so twice."""
    try:
        await opinions.withdraw(turn.tx, opinion)
    except ForbiddenMove:
        await _over(callback, turn, opinion)
        return
    await tell(callback, turn.say("withdrawn", code=code(turn.tx.commune, opinion)))


async def _over(callback: CallbackQuery, turn: Turn, opinion: Opinion) -> None:
    if hasty(turn):
        await callback.answer(turn.say.plain("taken"))
    else:
        await tell(callback, *stands(turn, opinion, "old-button-of"))


TAPS = {
    "see": see,
    "whole": whole,
    "more": more,
    "enough": enough,
    "withdraw": withdraw,
    "gone": gone,
}
