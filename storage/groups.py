"""A unit's group in a messenger: the cards of the unit are posted there too, and replies to them draft answers.

The group is an account without a person. It reads what its unit reads, and nobody's name.
"""

from dataclasses import dataclass

from sqlalchemy import select, update

from storage import changes, events, outbox, tell
from storage.database import Transaction
from storage.events import Actor
from storage.models import Account, GroupChat, Official, Priority, Role

DECLINED = "group_declined"


@dataclass(frozen=True, slots=True)
class Group:
    """A group that somebody spoke in; `account` is None until it was bound once, `unit_id` while it is not."""

    messenger: str
    native_id: str
    account: Account | None
    unit_id: str | None


async def find(tx: Transaction, messenger: str, native_id: str) -> Group:
    row = (
        await tx.session.execute(
            select(Account, GroupChat.unit_id)
            .outerjoin(GroupChat, GroupChat.account_id == Account.id)
            .where(Account.messenger == messenger, Account.native_id == native_id)
        )
    ).one_or_none()
    return Group(messenger, native_id, *row) if row is not None else Group(messenger, native_id, None, None)


async def make(tx: Transaction, group: Group) -> Account:
    """The account of a group that has none yet, so that it can be spoken to."""
    account = Account(
        messenger=group.messenger, native_id=group.native_id, language="vi", created_at=tx.now, person=None
    )
    tx.session.add(account)
    await tx.session.flush()
    return account


async def all_bound(tx: Transaction) -> list[str]:
    """The units that have a group."""
    return list(await tx.session.scalars(select(GroupChat.unit_id).order_by(GroupChat.unit_id)))


async def bind(tx: Transaction, group: Group, unit_id: str, by: Official) -> Account | None:
    """Binds a group to a unit, which leaves the group it had; returns the account of that one, if there was another.

    What the group was bound to before it is bound to no more. Raises ValueError for a unit that does not exist.
    """
    if tx.commune.unit(unit_id) is None:
        raise ValueError(f"unit {unit_id!r} is not in the configuration")
    account = group.account or await make(tx, group)
    account.unreachable_at = None
    before = await tx.session.scalar(
        select(Account).join(GroupChat, GroupChat.account_id == Account.id).where(GroupChat.unit_id == unit_id)
    )
    if before is account:
        return None
    for one in (account, before):
        if one is not None:
            await _release(tx, one, by)
    tx.session.add(GroupChat(account_id=account.id, unit_id=unit_id, bound_by_id=by.id, bound_at=tx.now))
    events.record(tx, "group.bound", "group", account.id, by, unit_id=unit_id)
    return before


async def unbind(tx: Transaction, group: Group, by: Official) -> bool:
    """Takes a group from its unit and empties the cards that it shows. False when it was bound to none."""
    return group.account is not None and await _release(tx, group.account, by)


async def _release(tx: Transaction, account: Account, by: Official | Actor) -> bool:
    bound = await tx.session.get(GroupChat, account.id)
    if bound is None:
        return False
    events.record(tx, "group.unbound", "group", account.id, by, unit_id=bound.unit_id)
    await tx.session.delete(bound)
    await tx.session.flush()
    await changes.blank(tx, account_ids=[account.id])
    return True


async def decline(tx: Transaction, messenger: str, native_id: str, period: str) -> None:
    """Somebody spoke in a group on a messenger whose groups we do not serve: it is told so, once a `period`.

    Nothing is kept of what was said there, nor of who said it.
    """
    group = await find(tx, messenger, native_id)
    account = group.account or await make(tx, group)
    account.unreachable_at = None
    notice = outbox.Notice(account, DECLINED, Priority.REPLY, {}, key=f"{DECLINED}:{account.id}:{period}")
    await outbox.queue(tx, [notice])


async def lose(tx: Transaction, group: Group) -> None:
    """The bot is not in the group any more: it is bound to no unit, and the clerks are told."""
    if group.account is not None:
        group.account.unreachable_at = group.account.unreachable_at or tx.now
        await _lose(tx, group.account)


async def drop_lost(tx: Transaction) -> int:
    """Unbinds the groups that could not be written to any more; returns how many. Part of the clock."""
    lost = list(
        await tx.session.scalars(
            select(Account)
            .join(GroupChat, GroupChat.account_id == Account.id)
            .where(Account.unreachable_at.is_not(None))
        )
    )
    for account in lost:
        await _lose(tx, account)
    return len(lost)


async def _lose(tx: Transaction, account: Account) -> None:
    bound = await tx.session.get(GroupChat, account.id)
    if bound is None:
        return
    unit_id, stamp = bound.unit_id, int(bound.bound_at.timestamp())
    events.record(tx, "group.lost", "group", account.id, Actor.CLOCK, unit_id=unit_id)
    await tx.session.delete(bound)
    await tx.session.flush()
    clerks = await tell.accounts_in(tx, [Role.CLERK])
    await tell.accounts(tx, clerks, "group_lost", f"group_lost:{account.id}:{stamp}", unit_id=unit_id)


async def move(tx: Transaction, messenger: str, before: str, after: str) -> None:
    """A group was upgraded by its messenger: from now on it is the same group under another id."""
    await tx.session.flush()
    known = await find(tx, messenger, after)
    if known.account is None:
        await tx.session.execute(
            update(Account)
            .where(Account.messenger == messenger, Account.native_id == before)
            .values(native_id=after)
            .execution_options(synchronize_session="fetch")
        )
