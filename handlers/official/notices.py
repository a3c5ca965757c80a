"""Notices to officials, by kind."""

from collections.abc import Mapping

from aiogram.methods import DeleteMessage, SendMessage

from handlers import cards
from handlers.keyboards import keyboard
from handlers.official import sortcards
from handlers.official.happened import sentence
from handlers.rendering import GONE, PENDING_SECONDS, Batch, Kind, Later, Rendered, readable
from handlers.telling import EXCERPT, QUOTED, code, cut
from handlers.words import Html, Say
from storage import sorting, splitting, units
from storage.changes import BLANK
from storage.issues import today
from storage.models import AttachmentState, Opinion, Review, Transcription
from storage.outbox import Delivery
from storage.ratings import DISPUTES
from storage.undoing import undo_of
from storage.waiting import waits

UNANSWERED = {
    "unsure": "notice-replied-unsure",
    "silent": "notice-replied-silent",
    "gone": "notice-replied-gone",
}
"""How a question came back without words."""


async def _card(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """A new opinion: while it waits with what can be done, then with what was."""
    opinion = readable(batch, delivery)
    return await _standing(batch, delivery, say, opinion) if isinstance(opinion, Opinion) else opinion


async def _replied(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Its author answered what she was asked, could not tell, or said nothing: the question, and the card to sort."""
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    addition_id, how = delivery.payload.get("addition_id"), delivery.payload.get("how", "")
    question = opinion.question or ""
    if addition_id is None:
        head = say(UNANSWERED[how], question=question)
    else:
        addition = batch.material.additions.get(addition_id)
        if addition is None or addition.opinion_id != opinion.id:
            return GONE
        head = say("notice-replied", question=question, reply=cards.quote(say, cut(addition.text, QUOTED)))
    return await _standing(batch, delivery, say, opinion, head)


async def _disagreed(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """A leader did not agree to what was proposed: the card to sort."""
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    return await _standing(batch, delivery, say, opinion, say("notice-disagreed"))


async def _disputed(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Its author says that what was written down is not right: every line, and the way to write it anew."""
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    commune = batch.tx.commune
    parts = await splitting.shown_of(batch.tx, opinion)
    lines = [say("o-lines-part", code=code(commune, each), words=cut(each.text, EXCERPT * 3)) for each in parts]
    key = "notice-disputed" if splitting.is_written(opinion) else "notice-disputed-split"
    text = say(key, code=code(commune, opinion), list=Html("\n".join(lines)))
    choices = [(say.plain("o-button-read"), f"o:read:{opinion.id}")]
    if opinion.transcription is Transcription.DISPUTED:
        choices = [
            (say.plain("o-button-listen"), f"o:listen:{opinion.id}"),
            (say.plain("o-button-transcribe"), f"o:transcribe:{opinion.id}"),
            *choices,
        ][not splitting.is_written(opinion) :]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _standing(batch: Batch, delivery: Delivery, say: Say, opinion: Opinion, head: Html | None = None) -> Rendered:
    """The card of an opinion as it stands, below `head` while it waits to be sorted."""
    commune, material = batch.tx.commune, batch.material
    author = material.author(opinion, delivery.account_id)
    if waits(opinion) and material.due is not None:
        back = await units.returned_by(batch.tx, opinion.issue) if opinion.issue is not None else None
        offered = sortcards.offer(commune, opinion, material.due, back)
        mate = material.mates.get(opinion.id)
        shown = sortcards.text(say, commune, opinion, author, offered, mate=mate)
        text = say("notice-card", card=shown) if head is None else Html(f"{head}\n{shown}")
        markup = sortcards.buttons(say, commune, opinion, offered, mate=mate)
        return SendMessage(chat_id=0, text=text, reply_markup=markup)
    act = material.acts.get(opinion.id)
    what = sentence(say, commune, *act, today=today(batch.tx)) if act else None
    text = sortcards.settled(say, commune, opinion, author, what, today(batch.tx))
    undo = undo_of(act[0], material.readers.get(delivery.account_id)) if act else None
    markup = sortcards.settled_buttons(say, opinion, undo, is_joined=await sorting.is_joined(batch.tx, opinion))
    return SendMessage(chat_id=0, text=text, reply_markup=markup)


async def _reopened(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Why it is open again: the answer was not clear, or what was promised is not done, in her own further words."""
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion) or opinion.rating not in DISPUTES:
        return _about(batch, delivery, say, "notice-reopened")
    if any(each.state is AttachmentState.PENDING for each in opinion.attachments):
        # Her photo goes first, and it was claimed together with this.
        return Later(PENDING_SECONDS)
    addition = batch.material.additions.get(delivery.payload.get("addition_id", 0))
    shown = cards.card(say, batch.tx.commune, opinion, batch.material.author(opinion, delivery.account_id))
    text = say(
        "notice-reopened-kept",
        code=code(batch.tx.commune, opinion),
        rating=opinion.rating,
        words=cards.quote(say, cut(addition.text, QUOTED)) if addition is not None else "",
        card=shown,
    )
    return SendMessage(chat_id=0, text=text, reply_markup=cards.card_buttons(say, opinion.id))


async def _withdrawn(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    return SendMessage(chat_id=0, text=say("notice-withdrawn", code=code(batch.tx.commune, opinion)))


def _about(batch: Batch, delivery: Delivery, say: Say, key: str) -> Rendered:
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    shown = cards.card(say, batch.tx.commune, opinion, batch.material.author(opinion, delivery.account_id))
    text = say(key, code=code(batch.tx.commune, opinion), card=shown)
    return SendMessage(chat_id=0, text=text, reply_markup=cards.card_buttons(say, opinion.id))


async def _addition(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    addition = batch.material.additions.get(delivery.payload["addition_id"])
    if addition is None or addition.opinion_id != opinion.id:
        return GONE
    text = say(
        "notice-addition",
        code=code(batch.tx.commune, opinion),
        words=cards.quote(say, cut(addition.text, QUOTED)),
        before=cards.quote(say, cut(opinion.text, EXCERPT)),
    )
    return SendMessage(chat_id=0, text=text, reply_markup=cards.card_buttons(say, opinion.id))


async def _blank(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    if part := delivery.payload.get("message_id"):
        return DeleteMessage(chat_id=0, message_id=part)
    if delivery.payload.get("file"):
        # A picture has no text to change.
        return DeleteMessage(chat_id=0, message_id=delivery.edits_message_id or 0)
    return SendMessage(chat_id=0, text=say("o-card-blank"))


async def _role_ended(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    return SendMessage(chat_id=0, text=say("notice-role-ended"))


async def _review(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    review = await batch.tx.session.get(Review, delivery.payload["review_id"])
    if review is None or review.issue_id != opinion.issue_id:
        return GONE
    text = say("notice-review", code=code(batch.tx.commune, opinion), reason=review.reason or "…")
    return SendMessage(chat_id=0, text=text)


KINDS: Mapping[str, Kind] = {
    "role_ended": _role_ended,
    "review": _review,
    BLANK: _blank,
    "card": _card,
    "replied": _replied,
    "disagreed": _disagreed,
    "disputed": _disputed,
    "addition": _addition,
    "reopened": _reopened,
    "withdrawn": _withdrawn,
}
