"""Messengers that let us write for so long after she last wrote, and no longer (zalo.md, 2.4).

What cannot go now is *held*: it is not lost, is counted for the office, and goes out with her next act there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, update

from storage import audiences
from storage.database import Transaction
from storage.models import Account, Outbox, Priority
from storage.states import DeliveryState, move


@dataclass(frozen=True, slots=True)
class Window:
    """How long after her last act a message is `free`, and how long it can be sent at all."""

    free: timedelta
    open: timedelta


WINDOWS: Mapping[str, Window] = {"zalo_oa": Window(free=timedelta(hours=48), open=timedelta(days=7))}
"""By messenger; one that is not here can always be written to."""


def _closed(messenger: str, tx: Transaction) -> ColumnElement[bool]:
    since = tx.now - WINDOWS[messenger].open
    return Account.last_interaction_at.is_(None) | (Account.last_interaction_at <= since)


audiences.CLOSED.update({messenger: partial(_closed, messenger) for messenger in WINDOWS})


def days(messenger: str) -> int:
    """For how many days after her last message an answer reaches her there; 0 for ever."""
    window = WINDOWS.get(messenger)
    return window.open // timedelta(days=1) if window is not None else 0


async def interacted(tx: Transaction, account: Account, at: datetime) -> int:
    """She did something at `at`: what was held for her goes out now, before the answer to what she says.

    Returns how many were held.
    """
    if account.last_interaction_at is None or account.last_interaction_at < at:
        account.last_interaction_at = at
    freed = await tx.session.execute(
        update(Outbox)
        .where(Outbox.account_id == account.id, Outbox.state == DeliveryState.HELD)
        .values(
            state=move(DeliveryState.HELD, DeliveryState.QUEUED),
            not_before=tx.now,
            # She is there: it is no longer something that may wait for the morning.
            priority=int(Priority.REPLY),
        )
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    count = len(freed.all())
    if count:
        tx.wake("outbox")
    return count
