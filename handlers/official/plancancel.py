"""[Huỷ hội nghị] with a reason, a draft taken up again, and the next conference while the last is being concluded."""

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import conferencewords
from handlers.filters import Allowed, Picked
from handlers.keyboards import keyboard
from handlers.official.plandraft import CONFERENCE, REASON, keep, quit_button, show_review
from handlers.official.planning import said
from handlers.official.states import Cancelling, Planning
from handlers.official.talk import alert, change, official_of, says_something, tell
from handlers.turn import Turn
from storage import conferences, planning, retelling
from storage.models import Conference
from storage.planning import MAX_REASON
from storage.rights import Right
from storage.states import ConferenceState, ForbiddenMove


def build() -> Router:
    router = Router(name="plancancel")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    words = (F.text, ~F.text.startswith("/"), allowed)
    router.callback_query.register(ask, Picked("o:cancel"), allowed)
    router.callback_query.register(propose, Picked("o:cancelled"), allowed)
    router.callback_query.register(revise, Picked("o:revise"), allowed)
    router.callback_query.register(ask_next, F.data == "o:nextconference", allowed)
    router.message.register(take_reason, StateFilter(Cancelling), *words)
    return router


async def _in_hand(callback: CallbackQuery, turn: Turn, picked: int) -> Conference | None:
    """The conference with this id while it is to come; when it is not, that is said."""
    found = await conferences.in_hand(turn.tx)
    if found is None or found.id != picked or found.state is ConferenceState.HELD:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    return found


async def ask(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    conference = await _in_hand(callback, turn, picked)
    if conference is None:
        return
    await state.set_state(Cancelling.reason)
    await state.set_data({CONFERENCE: conference.id})
    meets = conferencewords.meetings(turn.say, turn.tx.commune, conference.sessions)
    told = await retelling.count_told(turn.tx, conference)
    await tell(callback, turn.say("o-cancel-ask", meets=meets, told=told), quit_button(turn))


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    data = await state.get_data()
    conference = await conferences.by_id(turn.tx, data.get(CONFERENCE, 0))
    reason = " ".join((message.text or "").split())
    if conference is None or not 0 < len(reason) <= MAX_REASON:
        await message.answer(turn.say("o-plan-reason-length", limit=MAX_REASON), reply_markup=quit_button(turn))
        return
    if not says_something(reason):
        await message.answer(turn.say("o-reason-says-nothing", typed=reason), reply_markup=quit_button(turn))
        return
    await state.set_state(Cancelling.review)
    await state.update_data({REASON: reason})
    key = "o-button-cancel-now" if await planning.decides(turn.tx, official_of(turn)) else "o-button-propose"
    choices = [
        (turn.say.plain(key), f"o:cancelled:{conference.id}"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    meets = conferencewords.meetings(turn.say, turn.tx.commune, conference.sessions)
    text = turn.say("o-cancel-review", meets=meets, reason=reason)
    await message.answer(text, reply_markup=keyboard(choices))


async def propose(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    data = await state.get_data()
    is_asked = await state.get_state() == Cancelling.review.state and data.get(CONFERENCE) == picked
    conference = await _in_hand(callback, turn, picked) if is_asked else None
    if conference is None:
        if not is_asked:
            await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.clear()
    try:
        proposal = await planning.propose_cancelling(turn.tx, official_of(turn), conference, data[REASON])
    except ForbiddenMove:
        await change(callback, turn.say("o-plan-overtaken"))
        return
    await change(callback, *await said(turn, proposal))


async def revise(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Sửa việc khác] on the card: what stands, or is proposed, as a draft to change."""
    conference = await _in_hand(callback, turn, picked)
    if conference is None:
        return
    waiting = await planning.pending(turn.tx, conference)
    facts = planning.proposed(waiting) if waiting is not None else None
    await state.set_state(Planning.review)
    await state.set_data({CONFERENCE: conference.id})
    if waiting is not None and facts is not None and waiting.reason:
        await state.update_data({REASON: waiting.reason})
    await keep(state, facts or conferences.facts_of(turn.tx, conference))
    await show_review(callback, turn, state)


async def ask_next(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Hội nghị sau]: another one, while the last is being concluded."""
    await state.set_state(Planning.when)
    await state.set_data({})
    await tell(callback, turn.say("o-plan-ask-when"), quit_button(turn))
