"""Notices to officials about an answer on its way, and about an issue that a unit gave back or would answer later."""

from collections.abc import Mapping
from datetime import date

from aiogram.methods import SendMessage

from handlers import cards
from handlers.keyboards import keyboard
from handlers.official import approvalcards
from handlers.official.approvalcards import QUESTION, unit_name
from handlers.rendering import GONE, NOT_FOR_THEM, PENDING_SECONDS, Batch, Kind, Later, Never, Rendered, readable
from handlers.telling import code, cut, short_day
from handlers.words import Say
from storage import approval, submitted
from storage.models import Answer, AttachmentState, Issue, Opinion
from storage.outbox import Delivery
from storage.states import AnswerState
from storage.units import is_asked

MOVED_ON = Never("it does not wait any more")


async def _to_approve(batch: Batch, delivery: Delivery) -> Answer | Never:
    """The answer of a card, if its reader may (still) approve it."""
    answer = batch.material.answers.get(delivery.payload["answer_id"])
    reader = batch.material.readers.get(delivery.account_id)
    if answer is None:
        return GONE
    if reader is None or not await approval.may_approve(batch.tx, reader, answer):
        return NOT_FOR_THEM
    return answer


async def _approval(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """The whole answer while it waits with what can be done; then what was done."""
    answer = await _to_approve(batch, delivery)
    if not isinstance(answer, Answer):
        return answer
    brief = await submitted.brief(batch.tx, answer)
    if brief is None:
        return GONE
    waits = answer.state is AnswerState.SUBMITTED
    if waits and answer.revision != delivery.payload["revision"]:
        text = say("o-approval-again", head=approvalcards.head(say, batch.tx.commune, brief))
        return SendMessage(chat_id=0, text=text) if delivery.is_change else MOVED_ON
    if waits:
        if not delivery.is_change and _is_pending(answer):
            return Later(PENDING_SECONDS)
        reader = batch.material.readers[delivery.account_id]
        text = approvalcards.text(say, batch.tx.commune, brief, reader)
        choices = approvalcards.buttons(say, brief, in_round=False)
        return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))
    if not delivery.is_change:
        return MOVED_ON
    text, choices = approvalcards.settled(say, batch.tx, brief, await submitted.last_act(batch.tx, answer))
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


def _is_pending(answer: Answer) -> bool:
    """Its files go first, and were claimed together with it."""
    return any(each.state is AttachmentState.PENDING for each in answer.attachments)


async def _approval_text(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """A long answer, in a message of its own before its card."""
    answer = await _to_approve(batch, delivery)
    if not isinstance(answer, Answer):
        return answer
    brief = await submitted.brief(batch.tx, answer)
    if brief is None or answer.state is not AnswerState.SUBMITTED or answer.revision != delivery.payload["revision"]:
        return MOVED_ON
    if _is_pending(answer):
        return Later(PENDING_SECONDS)
    shown, reader = code(batch.tx.commune, brief.lead), batch.material.readers[delivery.account_id]
    return SendMessage(chat_id=0, text=approvalcards.apart(say, batch.tx.commune, answer, shown, reader))


async def _sent_back(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Why an answer came back, with its beginning; a reply to this writes it anew."""
    answer = batch.material.answers.get(delivery.payload["answer_id"])
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    if answer is None or opinion is None or answer.state is not AnswerState.DRAFT:
        return GONE
    if not batch.material.may_read_draft(delivery.account_id, answer, opinion):
        return NOT_FOR_THEM
    if await approval.is_spoken_pending(batch.tx, answer):
        return Later(PENDING_SECONDS)
    reason = cards.quote(say, answer.returned_reason) if answer.returned_reason else say("o-send-back-spoken")
    reader = batch.material.accounts[delivery.account_id]
    text = say(
        "notice-sent-back",
        replies="yes" if batch.tx.commune.hears_replies(reader.messenger) else "no",
        code=code(batch.tx.commune, opinion),
        reason=reason,
        answer=cards.quote(say, cut(answer.text, QUESTION)),
    )
    choices = [
        (say.plain("o-button-edit"), f"o:edit:{answer.id}"),
        (say.plain("o-button-review"), f"o:review:{answer.id}"),
    ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _about(batch: Batch, delivery: Delivery) -> tuple[Issue, Opinion] | Never:
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    issue = opinion.issue
    return (issue, opinion) if issue is not None and issue.id == delivery.payload["issue_id"] else GONE


async def _returned(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """An issue that a unit gave back: the office gives it to another."""
    found = await _about(batch, delivery)
    if isinstance(found, Never):
        return found
    issue, opinion = found
    commune = batch.tx.commune
    text = say(
        "notice-returned",
        code=code(commune, opinion),
        unit=unit_name(commune, delivery.payload.get("unit_id")),
        reason=issue.returned_reason or "…",
        due=short_day(issue.due) if issue.due else "…",
        words=cards.quote(say, cut(opinion.text, QUESTION)),
    )
    choices = [
        (say.plain("o-button-units"), f"o:units:{opinion.id}"),
        (say.plain("o-button-answer"), f"o:answer:{opinion.id}"),
        (say.plain("o-button-read"), f"o:read:{opinion.id}"),
    ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _later_asked(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """A later day that a unit asks for: agreed to by one tap."""
    found = await _about(batch, delivery)
    if isinstance(found, Never):
        return found
    issue, opinion = found
    commune, due = batch.tx.commune, date.fromisoformat(delivery.payload["due"])
    stands = short_day(issue.due) if issue.due else "…"
    shown = code(commune, opinion)
    if not is_asked(issue, due):
        if not delivery.is_change:
            return MOVED_ON
        key = "o-later-agreed" if issue.due == due else "o-later-over"
        return SendMessage(chat_id=0, text=say(key, code=shown, due=stands))
    text = say(
        "notice-later-asked",
        code=shown,
        unit=unit_name(commune, issue.unit_id),
        due=stands,
        day=short_day(due),
        reason=issue.asked_reason or "…",
    )
    choices = [
        (say.plain("o-button-later-agree"), f"o:laterok:{issue.id}:{due.toordinal()}"),
        (say.plain("o-button-later-refuse"), f"o:laterno:{issue.id}:{due.toordinal()}"),
        (say.plain("o-button-read"), f"o:read:{opinion.id}"),
    ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _later_agreed(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    return await _decided(batch, delivery, say, "o-later-agreed")


async def _later_refused(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    return await _decided(batch, delivery, say, "notice-later-refused")


async def _decided(batch: Batch, delivery: Delivery, say: Say, key: str) -> Rendered:
    found = await _about(batch, delivery)
    if isinstance(found, Never):
        return found
    due = short_day(found[0].due) if found[0].due else "…"
    return SendMessage(chat_id=0, text=say(key, code=code(batch.tx.commune, found[1]), due=due))


KINDS: Mapping[str, Kind] = {
    approval.APPROVAL: _approval,
    approval.APPROVAL_TEXT: _approval_text,
    "sent_back": _sent_back,
    "returned": _returned,
    "later_asked": _later_asked,
    "later_agreed": _later_agreed,
    "later_refused": _later_refused,
}
