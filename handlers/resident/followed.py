"""What authors hear after the answer: a promise kept, moved or overdue, and the one reminder to say something."""

from collections.abc import Mapping
from datetime import date

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardMarkup

from handlers.keyboards import keyboard
from handlers.rendering import GONE, NOT_FOR_THEM, PENDING_SECONDS, Batch, Kind, Later, Never, Rendered
from handlers.telling import code, files_line, long_day, short_day, unit_name
from handlers.words import Html, Say
from storage import commitments
from storage.commune import Commune
from storage.models import AttachmentState, Commitment, Opinion
from storage.outbox import Delivery
from storage.states import OpinionState

PAST = Never("it stands otherwise by now")

CLOSING = (("button-done", "done"), ("button-partly", "partly"), ("button-not-done", "notdone"))


def closing_choices(opinion: Opinion) -> list[tuple[str, str]]:
    """(text key, callback data) of [Đã xong] [Được một phần] [Chưa làm]."""
    return [(key, f"r:{what}:{opinion.id}") for key, what in CLOSING]


def closing_buttons(say: Say, opinion: Opinion) -> InlineKeyboardMarkup:
    return keyboard([(say.plain(key), data) for key, data in closing_choices(opinion)])


def kept(say: Say, commune: Commune, opinion: Opinion, commitment: Commitment, files: Html | None = None) -> Html:
    """Who reported what, and when; then the question, while her word is awaited. `files` came before."""
    closed_at = commitment.closed_at
    day = short_day(closed_at.astimezone(commune.timezone).date()) if closed_at is not None else ""
    lines = [
        say(
            "notice-kept-files" if files else "notice-kept",
            code=code(commune, opinion),
            unit=unit_name(commune, commitment.unit_id),
            day=day,
            files=files or "",
        )
    ]
    if commitment.evidence:
        lines.append(say("quoted", text=commitment.evidence))
    if opinion.state is OpinionState.ANSWERED:
        lines.append(say("ask-kept"))
    return Html("\n".join(lines))


def _of(batch: Batch, delivery: Delivery) -> tuple[Opinion, Commitment] | Never:
    """The opinion and the commitment that a notice is about, if it may be told to its reader and still holds."""
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    commitment = batch.material.commitments.get(delivery.payload["commitment_id"])
    if opinion is None or commitment is None:
        return GONE
    if commitment.issue_id != opinion.issue_id or not batch.material.is_author(delivery.account_id, opinion):
        return NOT_FOR_THEM
    issue = opinion.issue
    if issue is None or commitments.current(issue.commitments, issue.released) is not commitment:
        return PAST
    return opinion, commitment


async def _fulfilled(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = _of(batch, delivery)
    if isinstance(found, Never):
        return found
    opinion, commitment = found
    if commitment.closed_at is None:
        return PAST
    if any(each.state is AttachmentState.PENDING for each in commitment.attachments):
        # Its files go first, and they were claimed together with it.
        return Later(PENDING_SECONDS)
    sound = [each for each in commitment.attachments if each.state is AttachmentState.STORED]
    text = kept(say, batch.tx.commune, opinion, commitment, files_line(say, sound))
    is_asked = opinion.state is OpinionState.ANSWERED
    return SendMessage(chat_id=0, text=text, reply_markup=closing_buttons(say, opinion) if is_asked else None)


async def _commitment_moved(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = _of(batch, delivery)
    if isinstance(found, Never):
        return found
    opinion, commitment = found
    if commitment.closed_at is not None or commitment.due.isoformat() != delivery.payload["due"]:
        return PAST
    text = say(
        "notice-promise-moved" if commitment.due_reason else "notice-promise-moved-anew",
        code=code(batch.tx.commune, opinion),
        unit=unit_name(batch.tx.commune, commitment.unit_id),
        before=long_day(date.fromisoformat(delivery.payload["before"])),
        due=long_day(commitment.due),
        reason=commitment.due_reason or "",
    )
    more = keyboard([(say.plain("button-tell-more"), f"r:more:{opinion.id}")])
    return SendMessage(chat_id=0, text=text, reply_markup=more)


async def _overdue(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = _of(batch, delivery)
    if isinstance(found, Never):
        return found
    opinion, commitment = found
    is_asked = opinion.state is OpinionState.ANSWERED and commitment.closed_at is None
    if not is_asked or commitment.due.isoformat() != delivery.payload["due"]:
        return PAST
    text = say(
        "notice-overdue",
        code=code(batch.tx.commune, opinion),
        unit=unit_name(batch.tx.commune, commitment.unit_id),
        due=long_day(commitment.due),
    )
    return SendMessage(chat_id=0, text=text, reply_markup=closing_buttons(say, opinion))


async def _rate_reminder(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """The question once more, to who said nothing; whoever spoke meanwhile is left in peace."""
    if "commitment_id" in delivery.payload:
        return await _kept_reminder(batch, delivery, say)
    commune = batch.tx.commune
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    answer = batch.material.answers.get(delivery.payload["answer_id"])
    if opinion is None or answer is None or answer.released_at is None:
        return GONE
    if answer.issue_id != opinion.issue_id or not batch.material.is_author(delivery.account_id, opinion):
        return NOT_FOR_THEM
    if opinion.state is not OpinionState.ANSWERED or opinion.rating is not None:
        return PAST
    day = short_day(answer.released_at.astimezone(commune.timezone).date())
    choices = [
        (say.plain("o-button-clear"), f"r:clear:{opinion.id}"),
        (say.plain("o-button-unclear"), f"r:unclear:{opinion.id}"),
        (say.plain("button-see", code=code(commune, opinion)), f"r:see:{opinion.id}"),
    ]
    text = say("notice-rate-reminder", code=code(commune, opinion), day=day)
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _kept_reminder(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = _of(batch, delivery)
    if isinstance(found, Never):
        return found
    opinion, commitment = found
    spoke = opinion.rating is not None and opinion.rated_at is not None
    if commitment.closed_at is None or opinion.state is not OpinionState.ANSWERED:
        return PAST
    if spoke and opinion.rated_at is not None and opinion.rated_at >= commitment.closed_at:
        return PAST
    text = kept(say, batch.tx.commune, opinion, commitment)
    return SendMessage(chat_id=0, text=text, reply_markup=closing_buttons(say, opinion))


KINDS: Mapping[str, Kind] = {
    "fulfilled": _fulfilled,
    "commitment_moved": _commitment_moved,
    "overdue": _overdue,
    "rate_reminder": _rate_reminder,
}
