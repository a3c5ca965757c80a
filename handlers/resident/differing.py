"""[Việc của tôi khác]: she was merged with others and says what is different; the office can split her matter out."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.filters import Picked
from handlers.resident import adding
from handlers.resident.saying import hasty, tell_over
from handlers.turn import Turn
from storage import issues, opinions
from storage.states import OpinionState


def build() -> Router:
    router = Router(name="differing")
    router.callback_query.register(begin, Picked("r:different"))
    return router


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """Asks for one sentence; an old button says where her matter stands."""
    opinion = await opinions.own_by_id(turn.tx, turn.caller.person, picked)
    is_merged = opinion is not None and opinion.issue is not None and opinion.state is OpinionState.ACCEPTED
    if opinion is None or not is_merged or opinion.issue is None or hasty(turn) or turn.caller.draft is not None:
        await tell_over(callback, turn, opinion)
        return
    people, _ = await issues.count_people(turn.tx, opinion.issue)
    key = "ask-different" if people > 1 else "add-more"
    await adding.begin(callback, turn, state, opinion, key)
    if people > 1:
        await state.update_data({adding.KIND: "different"})
    await callback.answer()
