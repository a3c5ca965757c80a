"""The queue as a whole: when the next is due, what a start finds, what the night holds, what the operator counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, false, func, select, update

from storage.database import Transaction
from storage.models import Announcement, MessengerState, Outbox, Priority, written
from storage.outbox import TABLE
from storage.states import AnnouncementState, DeliveryState, move

AT_NIGHT = "at_night"
"""A notice whose ids hold this as true goes at any hour: what it says would come too late in the morning."""
BULK_KINDS = frozenset({"announcement", "announcement_file"})
"""What a broadcast is made of: a stop takes it back. Cards about a broadcast are none of it."""
INTERRUPTED = "the process ended"
MAX_INTERRUPTED = 250
"""Most of what the end of a process cut off was claimed and never called, so this must be far from any bad day."""
SHOWN_IDS = 10


@cache
def _firsts(lowest: Priority) -> Any:
    """SELECT of when the first of each priority may go; it is asked with every claim, and built once."""
    first = [
        select(func.min(Outbox.not_before))
        .where(
            Outbox.state == written(DeliveryState.QUEUED),
            Outbox.messenger == bindparam("messenger"),
            Outbox.priority == int(each),
        )
        .scalar_subquery()
        for each in Priority
        if each <= lowest
    ]
    return select(*first)


async def next_due(tx: Transaction, messenger: str, lowest: Priority = Priority.ANNOUNCEMENT) -> datetime | None:
    """When the next queued row of this messenger may go, or None when nothing at least as urgent as `lowest` waits."""
    row = (await tx.session.execute(_firsts(lowest), {"messenger": messenger})).one()
    return min((at for at in row if at is not None), default=None)


async def hold_for_the_night(tx: Transaction, messenger: str) -> int:
    """In the quiet hours: what should have gone before they began waits for their end; returns how much that is.

    Replies and changes of messages go on, and so does what was queued for an hour of this night.
    """
    if not tx.commune.is_quiet(tx.now):
        return 0
    result = await tx.session.execute(
        update(Outbox)
        .where(
            Outbox.state == DeliveryState.QUEUED,
            Outbox.messenger == messenger,
            Outbox.priority.in_([int(each) for each in Priority if each is not Priority.REPLY]),
            Outbox.not_before < tx.commune.quiet_began(tx.now),
            Outbox.edits_id.is_(None),
            ~func.coalesce(Outbox.payload[AT_NIGHT].as_boolean(), false()),
        )
        .values(not_before=tx.commune.after_quiet(tx.now))
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


async def set_back(tx: Transaction, messenger: str, was: datetime, muted_for: float) -> int:
    """The machine's clock, which said `was`, was set back: what was due then, or waits to be tried again, is due now.

    What waits for an hour of its own goes on waiting for it. The mute has as many seconds left as before. Returns how
    many rows would have waited for the time to come round again.
    """
    state = await tx.session.get(MessengerState, messenger)
    if state is not None and state.muted_until is not None:
        state.muted_until = tx.now + timedelta(seconds=muted_for)
    result = await tx.session.execute(
        update(Outbox)
        .where(
            Outbox.state == DeliveryState.QUEUED,
            Outbox.messenger == messenger,
            Outbox.not_before > tx.now,
            (Outbox.not_before <= was) | Outbox.error.is_not(None),
        )
        .values(not_before=tx.now)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


async def stopped_among(tx: Transaction, announcement_ids: Collection[int]) -> set[int]:
    """Those of these announcements that somebody stopped."""
    return set(
        await tx.session.scalars(
            select(Announcement.id).where(
                Announcement.id.in_(announcement_ids), Announcement.state == AnnouncementState.STOPPED
            )
        )
    )


async def recover(tx: Transaction) -> list[int]:
    """At a start: what was `sending` when the process ended is `unknown`; returns its ids."""
    result = await tx.session.execute(
        update(TABLE)
        .where(TABLE.c.state == DeliveryState.SENDING)
        .values(
            state=move(DeliveryState.SENDING, DeliveryState.UNKNOWN),
            interrupted=TABLE.c.interrupted + 1,
            error=INTERRUPTED,
        )
        .returning(TABLE.c.id)
    )
    return sorted(result.scalars())


async def repeat_unknown(tx: Transaction, not_before: datetime | None = None) -> int:
    """Queues what is `unknown` again, whatever its kind, for `not_before` or when it was due; returns how many.

    An outcome that a running courier saw to be ambiguous is repeated once. One that the end of a process left open is
    repeated each time: most of those were claimed and never called, and nobody may be missed because the machine died
    twice; MAX_INTERRUPTED stops a row whose sending is what kills it.
    """
    interrupted = TABLE.c.error.is_not_distinct_from(INTERRUPTED)
    again = (interrupted & (TABLE.c.interrupted < MAX_INTERRUPTED)) | (~interrupted & TABLE.c.repeated.is_(False))
    result = await tx.session.execute(
        update(TABLE)
        .where(TABLE.c.state == DeliveryState.UNKNOWN, TABLE.c.payload.is_not(None), again)
        .values(
            state=move(DeliveryState.UNKNOWN, DeliveryState.QUEUED),
            repeated=TABLE.c.repeated | ~interrupted,
            not_before=TABLE.c.not_before if not_before is None else not_before,
        )
        .returning(TABLE.c.id)
    )
    count = len(result.all())
    if count:
        tx.wake("outbox")
    return count


async def muted_until(tx: Transaction, messenger: str) -> datetime | None:
    row = await tx.session.get(MessengerState, messenger)
    return row.muted_until if row else None


async def mute(tx: Transaction, messenger: str, until: datetime) -> None:
    """Stores the deadline before which this messenger must not be called; it survives a restart."""
    row = await tx.session.get(MessengerState, messenger)
    if row is None:
        tx.session.add(MessengerState(name=messenger, muted_until=until))
    elif row.muted_until is None or row.muted_until < until:
        row.muted_until = until


@dataclass(frozen=True, slots=True)
class Depth:
    """How many deliveries of one kind stand in one state in one messenger."""

    messenger: str
    kind: str
    state: DeliveryState
    count: int


async def depth(tx: Transaction, states: Collection[DeliveryState] = tuple(DeliveryState)) -> list[Depth]:
    """Everything in these states, counted; ordered by messenger, kind and state."""
    rows = await tx.session.execute(
        select(Outbox.messenger, Outbox.kind, Outbox.state, func.count())
        .where(Outbox.state.in_(states))
        .group_by(Outbox.state, Outbox.messenger, Outbox.kind)
    )
    return sorted((Depth(*row) for row in rows), key=lambda one: (one.messenger, one.kind, one.state))


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why deliveries ended where nobody wanted them: how many for this reason, and the ids of the latest."""

    state: DeliveryState
    messenger: str
    kind: str
    reason: str
    count: int
    ids: tuple[int, ...]


TROUBLED = (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.UNREACHABLE)


async def troubles(tx: Transaction, limit: int = 50) -> list[Trouble]:
    """Reasons of what failed, is unknown or could not be reached, the most frequent first; no words and no names."""
    reason = func.coalesce(Outbox.error, "")
    by = (Outbox.state, Outbox.messenger, Outbox.kind, reason)
    groups = (
        await tx.session.execute(
            select(*by, func.count())
            .where(Outbox.state.in_(TROUBLED))
            .group_by(*by)
            .order_by(func.count().desc(), *by)
            .limit(limit)
        )
    ).all()
    found = []
    for state, messenger, kind, why, count in groups:
        ids = await tx.session.scalars(
            select(Outbox.id)
            .where(Outbox.state == state, Outbox.messenger == messenger, Outbox.kind == kind, reason == why)
            .order_by(Outbox.id.desc())
            .limit(SHOWN_IDS)
        )
        found.append(Trouble(state, messenger, kind, why, count, tuple(ids)))
    return found
