"""Messengers that let us write for so long after she last wrote, and no longer; for how long, `Channel.window` says.

What cannot go now is *held*: it is not lost, is counted for the office, and goes out with her next act there.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, select, true, update

from storage import audiences, quotas
from storage.audiences import Audience
from storage.chosen import can_be_written_to, is_closed, lapsed
from storage.commune import Window
from storage.database import Transaction
from storage.models import Account, Official, Outbox, Priority, Role, written
from storage.states import DeliveryState, move

LOOK_AGAIN = timedelta(hours=6)
"""What is held although the window is open (a quota, the night) is tried again after so long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a message to an audience costs in one messenger: accounts within the free window, those beyond it, and those
    that it does not reach. `left` are what is left of the messages that the plan includes this month; None while the
    messenger has not said so.
    """

    messenger: str
    window: Window
    free: int
    paid: int
    closed: int
    left: int | None = None

    def most(self, messages: int = 1) -> int:
        """The most in đồng that so many messages to each can cost."""
        return max(0, self.paid * messages - (self.left or 0)) * self.window.price


async def costs(tx: Transaction, audience: Audience) -> list[Cost]:
    """By messenger that has a window and accounts in this audience."""
    found = []
    for messenger, window in tx.commune.windows.items():
        is_closed = lapsed(tx, window)
        is_free = Account.last_interaction_at > tx.now - window.free
        counts = audiences.listeners(
            tx, audience, func.count(case((is_closed, 1))), func.count(case((is_free, 1))), func.count()
        ).where(Account.messenger == messenger)
        closed, free, all_ = (await tx.session.execute(counts)).one()
        if all_:
            left = await quotas.left(tx, messenger)
            found.append(Cost(messenger, window, free, all_ - closed - free, closed, left))
    return found


async def count_held(tx: Transaction) -> int:
    """How many people a message waits for until they write again."""
    found = select(func.count(func.distinct(Outbox.account_id))).where(Outbox.state == DeliveryState.HELD)
    return await tx.session.scalar(found) or 0


async def reaches_a_leader(tx: Transaction) -> bool:
    """Whether a message reaches one of the leaders now, as far as the windows go; true where nobody leads."""
    if not tx.commune.windows:
        return True
    leads = (Account.person_id == Official.person_id) & can_be_written_to()
    leaders = (
        select(~is_closed(tx))
        .select_from(Official)
        .join(Account, leads)
        .where(Official.role == Role.LEADER, Official.revoked_at.is_(None))
    )
    open_ = list(await tx.session.scalars(leaders))
    return not open_ or any(open_)


async def look_again(tx: Transaction) -> int:
    """Queues what was held for another reason than the window, which is open; returns how many."""
    freed = 0
    for messenger, window in tx.commune.windows.items():
        is_open = select(Account.id).where(Account.id == Outbox.account_id, ~lapsed(tx, window)).exists()
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


_ACTED = (
    update(Outbox)
    .where(Outbox.account_id.in_(bindparam("ids", expanding=True)), Outbox.state == written(DeliveryState.HELD))
    .values(
        state=move(DeliveryState.HELD, DeliveryState.QUEUED),
        not_before=bindparam("now"),
        # She is there: it is no longer something that may wait for the morning.
        priority=int(Priority.REPLY),
    )
    .returning(Outbox.id)
    .execution_options(synchronize_session=False)
)


async def acted(tx: Transaction, acts: Sequence[tuple[Account, datetime]]) -> int:
    """Each of them did something at an instant: what was held for her goes out now, before the answer to what she says.

    Returns how many were held.
    """
    if not acts:
        return 0
    for account, at in acts:
        if account.last_interaction_at is None or account.last_interaction_at < at:
            account.last_interaction_at = at
    freed = await tx.session.execute(_ACTED, {"ids": {account.id for account, _ in acts}, "now": tx.now})
    count = len(freed.all())
    if count:
        tx.wake("outbox")
    return count


async def refused(tx: Transaction, account_id: int, asked_at: datetime, lasts: timedelta | None) -> bool:
    """The messenger says that the window, which `lasts` so long, is closed; None: that she never did anything there.

    The record believed otherwise, and believes it no longer. False when she did something after `asked_at`, which
    counts more.
    """
    closed = None if lasts is None else tx.now - lasts
    believed = true() if closed is None else Account.last_interaction_at > closed
    await tx.session.execute(
        update(Account)
        .where(Account.id == account_id, Account.last_interaction_at <= asked_at, believed)
        .values(last_interaction_at=closed)
        .execution_options(synchronize_session=False)
    )
    since = select(Account.id).where(Account.id == account_id, Account.last_interaction_at > asked_at)
    return await tx.session.scalar(since) is None


async def unknown(tx: Transaction, messenger: str, but: Collection[int], limit: int) -> list[tuple[int, str]]:
    """(id, native id) of accounts of whom no act is on record, but for these: they are from before it was kept."""
    rows = await tx.session.execute(
        select(Account.id, Account.native_id)
        .where(
            Account.messenger == messenger,
            Account.last_interaction_at.is_(None),
            # Groups have no person, and no window either.
            Account.person_id.is_not(None),
            Account.native_id.is_not(None),
            Account.unreachable_at.is_(None),
            Account.id.not_in(but),
        )
        .order_by(Account.id)
        .limit(limit)
    )
    return [(id_, native_id) for id_, native_id in rows if native_id is not None]


async def latest(tx: Transaction, messenger: str) -> str | None:
    """The native id of whoever did something in this messenger last."""
    return await tx.session.scalar(
        select(Account.native_id)
        .where(Account.messenger == messenger, Account.last_interaction_at.is_not(None), Account.native_id.is_not(None))
        .order_by(Account.last_interaction_at.desc())
        .limit(1)
    )


async def learnt(tx: Transaction, account_id: int, at: datetime) -> None:
    """The messenger says when she last did something there; what she did since counts more."""
    await tx.session.execute(
        update(Account)
        .where(Account.id == account_id, Account.last_interaction_at.is_(None))
        .values(last_interaction_at=at)
        .execution_options(synchronize_session=False)
    )
