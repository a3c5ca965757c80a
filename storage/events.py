"""The log: append-only, ids only."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from storage.database import Transaction
from storage.models import Event, Official


class Actor(StrEnum):
    RESIDENT = "resident"
    OFFICIAL = "official"
    CLOCK = "clock"
    OPERATOR = "operator"


def record(
    tx: Transaction,
    kind: str,
    subject: str,
    subject_id: int,
    actor: Actor | Official,
    moved: tuple[str, str] | None = None,
    **data: Any,
) -> Event:
    """Appends one event to the caller's transaction; it has its id once the session is flushed.

    `kind` is past tense ("opinion.raised"); `subject` and `subject_id` name the row it happened to; `moved` is
    (from, to). `data` holds ids and counts, never what somebody said.
    """
    official = actor if isinstance(actor, Official) else None
    event = Event(
        at=tx.now,
        kind=kind,
        subject=subject,
        subject_id=subject_id,
        actor=Actor.OFFICIAL if official else actor,
        official_id=official.id if official else None,
        from_state=moved[0] if moved else None,
        to_state=moved[1] if moved else None,
        data=data,
    )
    tx.session.add(event)
    tx.known.pop(subject, None)
    return event


async def history(tx: Transaction, subject: str, subject_id: int) -> list[Event]:
    """Everything that happened to one row, oldest first."""
    found = await tx.session.scalars(
        select(Event).where(Event.subject == subject, Event.subject_id == subject_id).order_by(Event.id)
    )
    return list(found)


async def last(tx: Transaction, subject: str, subject_id: int, kinds: Collection[str] | None = None) -> Event | None:
    """The newest event of one row, or the newest of these kinds."""
    await tx.session.flush()
    found = select(Event).where(Event.subject == subject, Event.subject_id == subject_id)
    if kinds is not None:
        found = found.where(Event.kind.in_(kinds))
    return await tx.session.scalar(found.order_by(Event.id.desc()).limit(1))
