"""Words taken back from what was said: from the web chat's messages, and from replies that quote them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from html import escape, unescape

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Transaction
from storage.models import Attachment, MessagePart, Outbox, Transcript
from storage.states import DeliveryState
from storage.transcript import topic

SHORTEST = 8
"""Characters below which a beginning means nothing: it would be found in what others said."""

QUOTED = 40
"""Characters by which a quotation is known: every list and card quotes at least so many."""


async def of_draft(
    tx: Transaction, account_id: int, since: datetime, text: str, attachments: Sequence[Attachment]
) -> None:
    """Everything said to this account and by it since `since`, and whatever holds `text` or these files.

    What she was told about other matters stays, before or meanwhile: an official's cards change where they stand.
    """
    await tx.session.flush()
    replies = (Outbox.account_id == account_id, Outbox.method.is_not(None), Outbox.created_at >= since)
    await tx.session.execute(
        update(Outbox)
        .where(*replies, Outbox.state.in_([DeliveryState.QUEUED, DeliveryState.HELD]))
        .values(state=DeliveryState.STOPPED, key=None)
        .execution_options(synchronize_session=False)
    )
    await tx.session.execute(
        update(Outbox).where(*replies).values(payload=None).execution_options(synchronize_session=False)
    )
    told = (
        select(Outbox.id)
        .outerjoin(MessagePart, MessagePart.outbox_id == Outbox.id)
        .where(
            Outbox.account_id == Transcript.account_id,
            (Outbox.message_id == Transcript.id) | (MessagePart.message_id == Transcript.id),
            Outbox.method.is_(None),
            Outbox.opinion_id.is_not(None) | Outbox.announcement_id.is_not(None),
        )
        .exists()
    )
    await _remove(tx, Transcript.account_id == account_id, Transcript.at >= since, ~(Transcript.outgoing & told))
    await of_words(tx, account_id, text, attachments)


async def of_words(tx: Transaction, account_id: int, text: str, attachments: Sequence[Attachment]) -> None:
    """Whatever this account's web chat shows of these words and files."""
    shown = await tx.session.scalars(select(Transcript).where(Transcript.account_id == account_id))
    found = [each.id for each in shown if _holds(each, text, _names(attachments))]
    await _remove(tx, Transcript.id.in_(found))


async def everywhere(
    tx: Transaction, texts: Sequence[str], attachments: Sequence[Attachment], but: tuple[int, int] | None = None
) -> None:
    """Whatever any account's web chat shows of these words and files.

    A message that is changed anyway stays, emptied, for what comes in its place: `but`, an account and a message of
    it, and each whose change waits: cards are shown anew beside those that are blanked.
    """
    names = _names(attachments)
    begun = [first for text in texts if len(first := text.strip().partition("\n")[0][:QUOTED].strip()) >= SHORTEST]
    which: list[ColumnElement[bool]] = [
        Transcript.body.contains(form, autoescape=True) for first in begun for form in {first, _html(first)}
    ]
    which += [Transcript.body == text.strip() for text in texts if text.strip()]
    if names:
        which += [Transcript.file[key].as_string().in_(names) for key in ("digest", "path")]
    if which:
        await _empty(tx, or_(*which), but)
        await _remove(tx, or_(*which))


async def _empty(tx: Transaction, which: ColumnElement[bool], but: tuple[int, int] | None) -> None:
    change, card = aliased(Outbox), aliased(Outbox)
    stays: ColumnElement[bool] = (
        select(change.id)
        .join(card, card.id == change.edits_id)
        .where(
            change.method.is_(None),
            change.state == DeliveryState.QUEUED,
            card.account_id == Transcript.account_id,
            card.message_id == Transcript.id,
        )
        .exists()
    )
    if but is not None:
        stays |= (Transcript.account_id == but[0]) & (Transcript.id == but[1])
    emptied = await tx.session.scalars(
        update(Transcript)
        .where(which, Transcript.outgoing, stays)
        .values(body="", buttons=[], file=None, changed_at=tx.now)
        .returning(Transcript.account_id)
        .execution_options(synchronize_session=False)
    )
    for account_id in set(emptied):
        tx.wake(topic(account_id))


async def _remove(tx: Transaction, *which: ColumnElement[bool]) -> None:
    removed = await tx.session.scalars(
        delete(Transcript).where(*which).returning(Transcript.account_id).execution_options(synchronize_session=False)
    )
    for account_id in set(removed):
        tx.wake(topic(account_id))


def _names(attachments: Sequence[Attachment]) -> set[str]:
    return {name for each in attachments for name in (each.digest, each.file_id) if name}


def _html(text: str) -> str:
    return escape(text, quote=False)


def _holds(message: Transcript, text: str, names: Collection[str]) -> bool:
    if message.file is not None and {message.file.get("digest"), message.file.get("path")} & set(names):
        return True
    body = message.body.strip()
    if not message.outgoing:
        # A draft's words are her messages, a line or more each.
        return bool(body) and f"\n{body}\n" in f"\n{text.strip()}\n"
    begun = " ".join(text.split())[:QUOTED]
    return len(begun) >= SHORTEST and begun in " ".join(unescape(body).split())
