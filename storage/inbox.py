"""What came in: a row before it is confirmed, done in the transaction that handled it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Table, bindparam, delete, func, select, update

from storage.database import Transaction
from storage.models import Inbox, InboxState, written

MAX_ATTEMPTS = 3
_TABLE: Table = Inbox.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Incoming:
    """An update as its messenger gave it: `native_id` unique there, `caller` the native id of who sent it."""

    native_id: str
    caller: str | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    id: int
    messenger: str
    caller: str | None
    payload: dict[str, Any]


_READY = (
    select(Inbox.id, Inbox.messenger, Inbox.caller, Inbox.payload)
    .where(Inbox.state == written(InboxState.READY))
    .order_by(Inbox.id)
    .limit(bindparam("limit", type_=Integer))
)
_KNOWN = select(Inbox.native_id).where(
    Inbox.messenger == bindparam("messenger"), Inbox.native_id.in_(bindparam("native_ids", expanding=True))
)
_DONE = (
    update(_TABLE)
    .where(_TABLE.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=InboxState.DONE, payload=None, caller=None, done_at=bindparam("now"), error=None)
)
"""What every update asks, built once."""


async def receive(tx: Transaction, messenger: str, updates: Sequence[Incoming]) -> None:
    """Stores a batch; an update that is already here, done or not, is left alone."""
    if not updates:
        return
    await tx.session.execute(
        tx.insert(Inbox).on_conflict_do_nothing(index_elements=["messenger", "native_id"]),
        [
            {
                "messenger": messenger,
                "native_id": incoming.native_id,
                "caller": incoming.caller,
                "payload": incoming.payload,
                "state": InboxState.READY,
                "attempts": 0,
                "received_at": tx.now,
            }
            for incoming in updates
        ],
    )
    tx.wake("inbox")


async def known(tx: Transaction, messenger: str, native_ids: Sequence[str]) -> set[str]:
    """Those of `native_ids` that are here already, done or not."""
    return set(await tx.session.scalars(_KNOWN, {"messenger": messenger, "native_ids": native_ids}))


async def ready(tx: Transaction, limit: int) -> list[Ready]:
    """The oldest updates that nobody has handled, in the order they came."""
    rows = await tx.session.execute(_READY, {"limit": limit})
    return [Ready(id_, messenger, caller, payload) for id_, messenger, caller, payload in rows]


async def oldest_ready(tx: Transaction) -> datetime | None:
    """When the oldest update came that nobody has handled, or None."""
    return await tx.session.scalar(
        select(Inbox.received_at).where(Inbox.state == written(InboxState.READY)).order_by(Inbox.id).limit(1)
    )


async def done(tx: Transaction, ids: Sequence[int]) -> None:
    """Handled: the record holds what they meant, so their words and their sender are cleared here."""
    await tx.session.execute(_DONE, {"ids": ids, "now": tx.now})


async def failed(tx: Transaction, id_: int, error: str) -> None:
    """Its handler raised. The payload stays: it is what she said, and `retry_failed` runs it at the next start."""
    await tx.session.execute(
        update(Inbox)
        .where(Inbox.id == id_)
        .values(state=InboxState.FAILED, attempts=Inbox.attempts + 1, error=error[:200])
        .execution_options(synchronize_session=False)
    )


async def retry_failed(tx: Transaction) -> int:
    """Makes what failed ready again, at a start, up to MAX_ATTEMPTS; returns how many."""
    result = await tx.session.execute(
        update(Inbox)
        .where(Inbox.state == InboxState.FAILED, Inbox.attempts < MAX_ATTEMPTS, Inbox.payload.is_not(None))
        .values(state=InboxState.READY)
        .returning(Inbox.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


async def purge_failed(tx: Transaction, before: datetime) -> None:
    """Clears the words of what failed before `before`: nobody can help with them any more."""
    await tx.session.execute(
        update(Inbox)
        .where(Inbox.state == InboxState.FAILED, Inbox.received_at < before)
        .values(payload=None, caller=None)
        .execution_options(synchronize_session=False)
    )


async def forget_caller(tx: Transaction, messenger: str, caller: str) -> None:
    """Clears whatever this person sent and nobody handled."""
    await tx.session.execute(
        update(Inbox)
        .where(Inbox.messenger == messenger, Inbox.caller == caller)
        .values(payload=None, caller=None, state=InboxState.DONE, done_at=tx.now)
        .execution_options(synchronize_session=False)
    )


async def depth(tx: Transaction) -> dict[str, int]:
    """How many are in each state that still matters: ready and failed."""
    rows = await tx.session.execute(
        select(Inbox.state, func.count()).where(Inbox.state != InboxState.DONE).group_by(Inbox.state)
    )
    return {str(state): count for state, count in rows}


async def latest(tx: Transaction, messenger: str) -> datetime | None:
    """When something last came in from this messenger, of what is still here."""
    return await tx.session.scalar(select(func.max(Inbox.received_at)).where(Inbox.messenger == messenger))


async def purge_done(tx: Transaction, before: datetime) -> None:
    """Deletes what was done before `before`: no messenger repeats an update that old."""
    await tx.session.execute(
        delete(Inbox)
        .where(Inbox.state == InboxState.DONE, Inbox.done_at < before)
        .execution_options(synchronize_session=False)
    )
