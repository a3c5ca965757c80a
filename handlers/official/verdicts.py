"""[Cách khác]: every other verdict, each in as few taps as it can be."""

from collections.abc import Awaitable

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import cards
from handlers.filters import Allowed, Chosen, Picked
from handlers.keyboards import grid, keyboard
from handlers.official import judging, sorting
from handlers.official.asking import QUESTION
from handlers.official.judging import Typed, in_vietnamese
from handlers.official.states import Judging
from handlers.official.talk import alert, change, is_about, official_of
from handlers.telling import EXCERPT, code, cut, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import issues, opinions, verdicts, waiting
from storage.asking import MAX_WORDS, AlreadyProposed
from storage.commune import parse_code
from storage.models import Event, Issue, Opinion, Place, Verdict
from storage.rights import Right
from storage.states import ForbiddenMove
from storage.verdicts import MAX_NAME, WAYS, Shared

OTHER = "other"

WAY_BUTTONS = (
    "o:before:{}",
    "o:petition:{}:province",
    "o:petition:{}:department",
    "o:petition:{}:power",
    "o:petition:{}:other",
    "o:way:{}:one_stop",
    "o:way:{}:police",
    "o:way:{}:power",
    "o:way:{}:court",
    "o:way:{}:other",
    "o:way:{}:complaint",
    "o:way:{}:mediation",
    "o:about:{}:village_head",
    "o:about:{}:official",
    "o:person:{}",
    "o:refuse:{}",
    "o:split:{}",
    "o:putoff:{}",
)
"""In the order of the numbers in the text "o-other"."""

AUTHORITIES = {
    "province": "authority-province",
    "department": "authority-department",
    "power": "authority-power",
}

REASONS = {
    "decided": (Verdict.FINAL_DECISION_EXISTS, "reason-decided"),
    "judged": (Verdict.FINAL_DECISION_EXISTS, "reason-judged"),
    "final": (Verdict.FINAL_DECISION_EXISTS, None),
    "rude": (Verdict.UNLAWFUL, "reason-rude"),
    "private": (Verdict.UNLAWFUL, "reason-private"),
    "unlawful": (Verdict.UNLAWFUL, None),
}
"""Why nothing is answered, in the order of the text "o-refuse"; without a ready reason one is typed."""

ROW = 4
LIKELY = 5
"""Earlier answers that are offered."""


def build() -> Router:
    router = Router(name="verdicts")
    allowed = Allowed(Right.SORT)
    router.callback_query.register(choose, Picked("o:other"), allowed)
    router.callback_query.register(choose_answer, Picked("o:before"), allowed)
    router.callback_query.register(answer_before, Chosen("o:before"), allowed)
    router.callback_query.register(petition, Chosen("o:petition"), allowed)
    router.callback_query.register(show_way, Chosen("o:way"), allowed)
    router.callback_query.register(choose_reason, Picked("o:refuse"), allowed)
    router.callback_query.register(refuse, Chosen("o:refuse"), allowed)
    router.callback_query.register(later, Picked("o:putoff"), allowed)
    router.message.register(take_code, StateFilter(Judging.code), Typed(), allowed)
    router.message.register(take_authority, StateFilter(Judging.authority), Typed(), allowed)
    router.message.register(take_place, StateFilter(Judging.place), Typed(), allowed)
    router.message.register(take_reason, StateFilter(Judging.reason), Typed(), allowed)
    return router


async def choose(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Cách khác]: all of them at once, by number, so that most take one tap more."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    text = turn.say("o-other", code=code(turn.tx.commune, opinion), words=_words(turn, opinion))
    choices = [(str(at), data.format(opinion.id)) for at, data in enumerate(WAY_BUTTONS, 1)]
    await change(callback, text, grid([*choices, ("0", f"o:back:{opinion.id}")], ROW))
    is_about(turn, opinion)


def _words(turn: Turn, opinion: Opinion) -> Html:
    return cards.quote(turn.say, cut(opinion.text, QUESTION))


async def _decide(
    event: Message | CallbackQuery, turn: Turn, opinion: Opinion, verdict: Awaitable[Event]
) -> Event | None:
    """Does what was decided and returns its event; None when that cannot be, which is said."""
    try:
        done = await verdict
    except (ForbiddenMove, AlreadyProposed):
        await judging.overtaken(event, turn, opinion)
        return None
    except Shared:
        text = turn.say("o-verdict-shared", code=code(turn.tx.commune, opinion))
        if isinstance(event, CallbackQuery):
            await alert(event, text)
        else:
            await event.answer(text, reply_markup=judging.back_button(turn, opinion))
        return None
    await turn.tx.session.flush()
    return done


async def choose_answer(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Đã trả lời rồi]: which answer; the likest are offered."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if not await verdicts.has_answers(turn.tx):
        await alert(callback, turn.say.plain("o-before-none"))
        return
    found = await verdicts.answered(turn.tx, opinion, LIKELY)
    commune = turn.tx.commune
    lines = [
        turn.say(
            "o-before-line",
            code=code(commune, lead),
            village=village_name(turn.say, commune, lead.village_id),
            words=cards.quote(turn.say, cut(issue.title or lead.text, EXCERPT)),
        )
        for issue, lead in found
    ]
    choices = [(code(commune, lead), f"o:before:{opinion.id}:{issue.id}") for issue, lead in found]
    choices.append((turn.say.plain("o-button-type-code"), f"o:before:{opinion.id}:{OTHER}"))
    choices.append(judging.back_choice(turn, opinion))
    shown = code(commune, opinion)
    if not found:
        lines = [turn.say("o-before-unlike")]
    text = turn.say("o-before", code=shown, words=_words(turn, opinion), list=Html("\n".join(lines)))
    await change(callback, text, keyboard(choices))
    is_about(turn, opinion)


async def answer_before(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if word == OTHER:
        text = turn.say("o-before-type", code=code(turn.tx.commune, opinion))
        await judging.ask_to_type(callback, turn, state, opinion, Judging.code, text)
        return
    issue = await verdicts.answered_issue(turn.tx, int(word)) if word.isascii() and word.isdecimal() else None
    if issue is None:
        await alert(callback, turn.say.plain("o-before-gone"))
        return
    await _answer_with(callback, turn, opinion, issue)


async def take_code(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion = await judging.typed_about(message, turn, state)
    if opinion is None:
        return
    typed = (message.text or "").strip()
    number = parse_code(typed, turn.tx.commune.short_code)
    other = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
    issue = await verdicts.answered_issue(turn.tx, other.issue_id) if other is not None and other.issue_id else None
    if issue is None:
        text = turn.say("o-before-unknown", code=typed[:40])
        await message.answer(text, reply_markup=judging.back_button(turn, opinion))
        return
    await judging.put_down(state)
    await _answer_with(message, turn, opinion, issue)


async def _answer_with(event: Message | CallbackQuery, turn: Turn, opinion: Opinion, issue: Issue) -> None:
    lead = await issues.lead(turn.tx, issue)
    answering = verdicts.answer_with(turn.tx, opinion, official_of(turn), issue)
    done = await _decide(event, turn, opinion, answering)
    if done is not None:
        before = code(turn.tx.commune, lead or opinion)
        text = turn.say("o-before-done", code=code(turn.tx.commune, opinion), before=before)
        await sorting.advance(event, turn, text, done.id)


async def petition(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """[Kiến nghị lên …]."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if word in AUTHORITIES:
        authority = in_vietnamese(turn, AUTHORITIES[word], province=turn.tx.commune.province)
        await _propose(callback, turn, opinion, Verdict.BEYOND_AUTHORITY, authority)
    else:
        text = turn.say("o-petition-type", code=code(turn.tx.commune, opinion))
        await judging.ask_to_type(callback, turn, state, opinion, Judging.authority, text)


async def take_authority(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _typed(message, turn, state, MAX_NAME)
    if found is not None:
        await _propose(message, turn, found[0], Verdict.BEYOND_AUTHORITY, found[1])


async def _typed(message: Message, turn: Turn, state: FSMContext, limit: int) -> tuple[Opinion, str] | None:
    """The opinion and the words typed for it; None when either is missing, which is said."""
    opinion = await judging.typed_about(message, turn, state)
    if opinion is None:
        return None
    words = " ".join((message.text or "").split())
    if not words or len(words) > limit:
        text = turn.say("o-words-too-long", length=len(words), limit=limit)
        await message.answer(text, reply_markup=judging.back_button(turn, opinion))
        return None
    await judging.put_down(state)
    return opinion, words


async def _propose(event: Message | CallbackQuery, turn: Turn, opinion: Opinion, verdict: Verdict, reason: str) -> None:
    proposing = verdicts.propose(turn.tx, opinion, official_of(turn), verdict, reason)
    done = await _decide(event, turn, opinion, proposing)
    if done is None:
        return
    what = turn.say("o-verdict", verdict=verdict.value, reason=reason)
    key = "o-verdict-proposed" if opinion.proposed is not None else "o-verdict-counts"
    await sorting.advance(event, turn, turn.say(key, code=code(turn.tx.commune, opinion), what=what), done.id)


async def show_way(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """[Chỉ đến …], [Khiếu nại], [Hoà giải]: the office's own word."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if word == OTHER:
        text = turn.say("o-way-type", code=code(turn.tx.commune, opinion))
        await judging.ask_to_type(callback, turn, state, opinion, Judging.place, text)
    elif word in set(Place):
        await _show_way(callback, turn, opinion, Verdict.OTHER_AGENCY, place=Place(word))
    elif word in WAYS:
        await _show_way(callback, turn, opinion, Verdict(word))
    else:
        await alert(callback, turn.say.plain("o-matter-gone"))


async def take_place(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _typed(message, turn, state, MAX_NAME)
    if found is not None:
        await _show_way(message, turn, found[0], Verdict.OTHER_AGENCY, name=found[1])


async def _show_way(
    event: Message | CallbackQuery,
    turn: Turn,
    opinion: Opinion,
    verdict: Verdict,
    *,
    place: Place | None = None,
    name: str | None = None,
) -> None:
    showing = verdicts.show_way(turn.tx, opinion, official_of(turn), verdict, place=place, name=name)
    done = await _decide(event, turn, opinion, showing)
    if done is not None:
        where = place or (verdict.value if name is None else OTHER)
        what = turn.say("o-way", where=str(where), name=name or "")
        text = turn.say("o-way-done", code=code(turn.tx.commune, opinion), what=what)
        await sorting.advance(event, turn, text, done.id)


async def choose_reason(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Không trả lời được]: why, in words that she reads."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    ready = {word: in_vietnamese(turn, key) for word, (_, key) in REASONS.items() if key is not None}
    text = turn.say("o-refuse", code=code(turn.tx.commune, opinion), words=_words(turn, opinion), **ready)
    choices = [(str(at), f"o:refuse:{opinion.id}:{word}") for at, word in enumerate(REASONS, 1)]
    await change(callback, text, grid([*choices, ("0", f"o:back:{opinion.id}")], ROW))
    is_about(turn, opinion)


async def refuse(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if word not in REASONS:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    verdict, key = REASONS[word]
    if key is not None:
        await _propose(callback, turn, opinion, verdict, in_vietnamese(turn, key))
        return
    text = turn.say("o-refuse-type", code=code(turn.tx.commune, opinion))
    data = {judging.VERDICT: verdict.value}
    await judging.ask_to_type(callback, turn, state, opinion, Judging.reason, text, **data)


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    verdict = Verdict((await state.get_data()).get(judging.VERDICT) or Verdict.UNLAWFUL)
    found = await _typed(message, turn, state, MAX_WORDS)
    if found is not None:
        await _propose(message, turn, found[0], verdict, found[1])


async def later(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Để sau]: the others of this round first."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is not None:
        waiting.put_off(turn.tx, opinion, official_of(turn))
        await turn.tx.session.flush()
        text = turn.say("o-later-done", code=code(turn.tx.commune, opinion))
        await sorting.advance(callback, turn, text, None)
