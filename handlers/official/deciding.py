"""A leader's word on the conference: [Đồng ý] [Đổi ngày] [Chưa], and his reason where the law's seven days break."""

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import conferencewords
from handlers.filters import Allowed, Chosen, Picked
from handlers.keyboards import keyboard
from handlers.official import decidecards
from handlers.official.plandraft import CONFERENCE, REASON, keep, quit_button
from handlers.official.planning import done_choices
from handlers.official.states import Deciding, Planning
from handlers.official.talk import alert, change, official_of, tell
from handlers.telling import say_day
from handlers.turn import Turn
from handlers.words import Html
from storage import conferences, planning
from storage.models import ConferenceChange
from storage.planning import MAX_REASON, Incomplete, NotALeader, NothingChanged, Past, TooSoon
from storage.proofs import NOTICE_DAYS
from storage.rights import Right
from storage.states import ChangeState, ForbiddenMove

WAITING = "change_id"
"""In the conversation's data: the proposal that a reason is asked for."""

PRESET = {"unsettled": "o-refusal-unsettled", "day": "o-refusal-day"}
"""Reasons by button; typed ones are as good."""


def build() -> Router:
    router = Router(name="deciding")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    words = (F.text, ~F.text.startswith("/"), allowed)
    router.callback_query.register(agree, Picked("o:cagree"), allowed)
    router.callback_query.register(other_day, Picked("o:cday"), allowed)
    router.callback_query.register(ask_refusal, Picked("o:cnot"), allowed)
    router.callback_query.register(refuse, Chosen("o:cwhy"), allowed)
    router.callback_query.register(ask_override, Picked("o:coverride"), allowed)
    router.callback_query.register(withdraw, Picked("o:unpropose"), allowed)
    router.message.register(take_refusal, StateFilter(Deciding.refusal), *words)
    router.message.register(take_override, StateFilter(Deciding.override), *words)
    return router


async def _waiting(callback: CallbackQuery, turn: Turn, change_id: int) -> ConferenceChange | None:
    """The proposal that still waits for this official's word; when it does not, that is said."""
    found = await planning.change_by_id(turn.tx, change_id)
    if found is None or not await planning.decides(turn.tx, official_of(turn)):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if found.state is not ChangeState.SUBMITTED:
        await change(callback, await decidecards.became(turn.tx, turn.say, found))
        return None
    return found


async def agree(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    found = await _waiting(callback, turn, picked)
    if found is not None:
        text, markup = await _agreed(turn, found, None)
        await change(callback, text, markup)


async def _agreed(turn: Turn, found: ConferenceChange, override: str | None) -> tuple[Html, InlineKeyboardMarkup]:
    try:
        await planning.agree(turn.tx, found, official_of(turn), override)
    except TooSoon as error:
        choices = [(turn.say.plain("o-button-keep-date"), f"o:coverride:{found.id}")]
        choices += decidecards.choices(turn.say, found)[1:]
        earliest = say_day(turn.say, error.earliest)
        return turn.say("o-decide-too-soon", days=NOTICE_DAYS, earliest=earliest), keyboard(choices)
    except Past:
        return turn.say("o-decide-past"), keyboard(decidecards.choices(turn.say, found)[1:])
    except NothingChanged:
        await planning.withdraw(turn.tx, found, official_of(turn))
        return turn.say("o-plan-nothing-changed"), keyboard([])
    except (ForbiddenMove, NotALeader, Incomplete):
        return await decidecards.became(turn.tx, turn.say, found), keyboard([])
    meets = conferencewords.meetings(turn.say, turn.tx.commune, found.conference.sessions)
    text = turn.say("o-plan-done", kind=found.kind.value, title=found.conference.title, meets=meets)
    return text, keyboard(done_choices(turn, found))


async def other_day(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Đổi ngày]: the same conference on a day of his own, which is agreed to with his tap."""
    found = await _waiting(callback, turn, picked)
    facts = planning.proposed(found) if found is not None else None
    if found is None or facts is None:
        return
    await state.set_state(Planning.when)
    await state.set_data({CONFERENCE: found.conference_id, **({REASON: found.reason} if found.reason else {})})
    await keep(state, facts)
    await tell(callback, turn.say("o-plan-ask-new-when"), quit_button(turn))


async def ask_refusal(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Chưa]: why, by button or in words."""
    found = await _waiting(callback, turn, picked)
    if found is None:
        return
    await state.set_state(Deciding.refusal)
    await state.set_data({WAITING: found.id})
    choices = [(turn.say.plain(key), f"o:cwhy:{found.id}:{word}") for word, key in PRESET.items()]
    choices.append((turn.say.plain("o-button-discard"), "o:quit"))
    await tell(callback, turn.say("o-decide-ask-refusal"), keyboard(choices))


async def refuse(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    found = await _waiting(callback, turn, picked)
    if found is None:
        return
    if word not in PRESET:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.clear()
    await planning.refuse(turn.tx, found, official_of(turn), turn.say.plain(PRESET[word]))
    await change(callback, await decidecards.became(turn.tx, turn.say, found))


async def take_refusal(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _asked(message, turn, state)
    reason = " ".join((message.text or "").split())
    if found is None or not await _is_short(message, turn, reason):
        return
    await state.clear()
    await planning.refuse(turn.tx, found, official_of(turn), reason)
    await message.answer(await decidecards.became(turn.tx, turn.say, found))


async def _asked(message: Message, turn: Turn, state: FSMContext) -> ConferenceChange | None:
    """The proposal that a reason was asked for; when it does not wait for his word any more, that is said."""
    may = await planning.decides(turn.tx, official_of(turn))
    found = await planning.change_by_id(turn.tx, (await state.get_data()).get(WAITING, 0))
    if found is not None and may and found.state is ChangeState.SUBMITTED:
        return found
    await state.clear()
    text = turn.say("o-matter-gone") if found is None or not may else await decidecards.became(turn.tx, turn.say, found)
    await message.answer(text)
    return None


async def _is_short(message: Message, turn: Turn, reason: str) -> bool:
    if 0 < len(reason) <= MAX_REASON:
        return True
    await message.answer(turn.say("o-plan-reason-length", limit=MAX_REASON), reply_markup=quit_button(turn))
    return False


async def ask_override(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Vẫn giữ ngày, ghi lý do]."""
    found = await _waiting(callback, turn, picked)
    if found is None:
        return
    await state.set_state(Deciding.override)
    await state.set_data({WAITING: found.id})
    await tell(callback, turn.say("o-plan-ask-override", days=NOTICE_DAYS), quit_button(turn))


async def take_override(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _asked(message, turn, state)
    reason = " ".join((message.text or "").split())
    if found is None or not await _is_short(message, turn, reason):
        return
    await state.clear()
    text, markup = await _agreed(turn, found, reason)
    await message.answer(text, reply_markup=markup)


async def withdraw(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Rút lại]: what waits for a leader does not any more; what stood stands."""
    found = await planning.change_by_id(turn.tx, picked)
    if found is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    if found.state is ChangeState.SUBMITTED:
        await planning.withdraw(turn.tx, found, official_of(turn))
    text = await decidecards.became(turn.tx, turn.say, found)
    known = await conferences.in_hand(turn.tx)
    await change(callback, text, keyboard([(turn.say.plain("o-button-conference"), "o:hoinghi")] if known else []))
