"""What an author hears when the commune corrects what it answered her."""

from collections.abc import Mapping

from aiogram.methods import SendMessage

from handlers import cards
from handlers.keyboards import keyboard
from handlers.rendering import GONE, NOT_FOR_THEM, PENDING_SECONDS, Batch, Kind, Later, Rendered
from handlers.telling import code
from handlers.words import Say
from storage.models import AttachmentState
from storage.outbox import Delivery
from storage.states import AnswerState, OpinionState


async def _corrected(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """What changed, in a line, and the whole new text; asked again whether it is clear while she may still say so."""
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    answer = batch.material.answers.get(delivery.payload["answer_id"])
    if opinion is None or answer is None or answer.state is not AnswerState.RELEASED:
        return GONE
    if answer.issue_id != opinion.issue_id or not batch.material.is_author(delivery.account_id, opinion):
        return NOT_FOR_THEM
    if any(each.state is AttachmentState.PENDING for each in answer.attachments):
        return Later(PENDING_SECONDS)
    commune = batch.tx.commune
    asks = opinion.state is OpinionState.ANSWERED
    text = say(
        "notice-corrected-asking" if asks else "notice-corrected",
        code=code(commune, opinion),
        note=answer.change_note or "…",
        body=cards.answer_body(say, commune, answer),
    )
    choices = [
        (say.plain("o-button-clear"), f"r:clear:{opinion.id}"),
        (say.plain("o-button-unclear"), f"r:unclear:{opinion.id}"),
    ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices) if asks else None)


KINDS: Mapping[str, Kind] = {"corrected": _corrected}
