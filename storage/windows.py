"""Messengers that let us write for so long after she last wrote, and no longer (zalo.md, 2.4).

What cannot go now is *held*: it is not lost, is counted for the office, and goes out with her next act there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, case, func, select, update

from storage import audiences
from storage.audiences import Audience
from storage.database import Transaction
from storage.models import Account, Outbox, Priority
from storage.states import DeliveryState, move


@dataclass(frozen=True, slots=True)
class Window:
    """How long after her last act a message is `free`, and how long it can be sent at all.

    Between the two one costs `price` in đồng, beyond the `included` of a month.
    """

    free: timedelta
    open: timedelta
    price: int
    included: int


WINDOWS: Mapping[str, Window] = {
    "zalo_oa": Window(free=timedelta(hours=48), open=timedelta(days=7), price=55, included=500)
}
"""By messenger; one that is not here can always be written to."""


def _closed(messenger: str, tx: Transaction) -> ColumnElement[bool]:
    since = tx.now - WINDOWS[messenger].open
    return Account.last_interaction_at.is_(None) | (Account.last_interaction_at <= since)


audiences.CLOSED.update({messenger: partial(_closed, messenger) for messenger in WINDOWS})


def days(messenger: str) -> int:
    """For how many days after her last message an answer reaches her there; 0 for ever."""
    window = WINDOWS.get(messenger)
    return window.open // timedelta(days=1) if window is not None else 0


LOOK_AGAIN = timedelta(hours=6)
"""What is held although the window is open (a quota, the night) is tried again after so long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a message to an audience costs in one messenger: accounts within the free window, those beyond it, and those
    that it does not reach. `price` is in đồng for each of `paid` beyond the `included` of a month.
    """

    messenger: str
    free: int
    paid: int
    closed: int
    price: int
    included: int


async def costs(tx: Transaction, audience: Audience) -> list[Cost]:
    """By messenger that has a window and accounts in this audience."""
    found = []
    for messenger, window in WINDOWS.items():
        is_closed = _closed(messenger, tx)
        is_free = Account.last_interaction_at > tx.now - window.free
        counts = audiences.listeners(
            audience, func.count(case((is_closed, 1))), func.count(case((is_free, 1))), func.count()
        ).where(Account.messenger == messenger)
        closed, free, all_ = (await tx.session.execute(counts)).one()
        if all_:
            found.append(Cost(messenger, free, all_ - closed - free, closed, window.price, window.included))
    return found


async def count_held(tx: Transaction) -> int:
    """How many people a message waits for until they write again."""
    found = select(func.count(func.distinct(Outbox.account_id))).where(Outbox.state == DeliveryState.HELD)
    return await tx.session.scalar(found) or 0


async def look_again(tx: Transaction) -> int:
    """Queues what was held for another reason than the window, which is open; returns how many."""
    freed = 0
    for messenger in WINDOWS:
        is_open = select(Account.id).where(Account.id == Outbox.account_id, ~_closed(messenger, tx)).exists()
        result = await tx.session.execute(
            update(Outbox)
            .where(
                Outbox.messenger == messenger,
                Outbox.state == DeliveryState.HELD,
                Outbox.not_before <= tx.now - LOOK_AGAIN,
                is_open,
            )
            .values(state=move(DeliveryState.HELD, DeliveryState.QUEUED), not_before=tx.now)
            .returning(Outbox.id)
            .execution_options(synchronize_session=False)
        )
        freed += len(result.all())
    if freed:
        tx.wake("outbox")
    return freed


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
