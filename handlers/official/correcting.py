"""A released answer corrected: both versions stay, and those who were told are told what changed."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.filters import Allowed, Picked
from handlers.keyboards import Choice
from handlers.official.drafting import quit_button
from handlers.official.history import BUTTONS
from handlers.official.states import Answering
from handlers.official.talk import alert, is_about, official_of, tell
from handlers.telling import code
from handlers.turn import Turn
from storage import answers, approval, opinions
from storage.models import Opinion
from storage.rights import Right, may
from storage.states import AnswerState


def build() -> Router:
    router = Router(name="correcting")
    router.callback_query.register(begin, Picked("o:correct"), Allowed(Right.ANSWER))
    return router


async def offer(turn: Turn, opinion: Opinion) -> list[Choice]:
    """[Sửa câu đã gửi], on a matter that is shown whole."""
    if opinion.issue_id is None or not may(official_of(turn), Right.ANSWER):
        return []
    current = await answers.current_of(turn.tx, opinion.issue_id)
    return [(turn.say.plain("o-button-correct"), f"o:correct:{current.id}")] if current is not None else []


BUTTONS.append(offer)


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Sửa câu đã gửi]: the next words take the place of what those who asked have read."""
    answer = await answers.by_id(turn.tx, picked)
    opinion = None
    if answer is not None and answer.state is AnswerState.RELEASED:
        opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=answer.opinion_id)
    if answer is None or answer.issue_id is None or opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    shown = code(turn.tx.commune, opinion)
    current = await answers.current_of(turn.tx, answer.issue_id)
    if current is None or current.id != answer.id:
        await alert(callback, turn.say.plain("o-correction-old", code=shown))
        return
    if await approval.pending_correction(turn.tx, answer.id) is not None:
        await alert(callback, turn.say.plain("o-correction-pending", code=shown))
        return
    await state.set_state(Answering.words)
    await state.set_data({"opinion_id": opinion.id, "replaces_id": answer.id})
    await tell(callback, turn.say("o-correction-ask", code=shown), quit_button(turn))
    is_about(turn, opinion)
