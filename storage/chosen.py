"""Which account a person is written to in, where she joined several: the one rule for whatever goes out by itself.

It is an account that can be written to now, and of several the one where she was last: an official window that is
closed, or a messenger that she blocked, hands on to the other. A reply goes where she wrote, and is none of this.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from storage.commune import Window
from storage.database import Transaction
from storage.models import Account, Conversation

BOUND = frozenset({"draft_offer", "export", "file_lost", "joined", "left"})
"""Kinds of notices that are about one account, and go to no other."""


def lapsed(tx: Transaction, window: Window, account: type[Account] = Account) -> ColumnElement[bool]:
    """Whether an account of a messenger with this window cannot be written to now."""
    since = tx.now - window.open
    return account.last_interaction_at.is_(None) | (account.last_interaction_at <= since)


def is_closed(tx: Transaction, account: type[Account] = Account) -> ColumnElement[bool]:
    """Whether an account's messenger does not let us write to it now."""
    windows = tx.commune.windows.items()
    return or_(false(), *(and_(account.messenger == name, lapsed(tx, window, account)) for name, window in windows))


def can_be_written_to(account: type[Account] = Account) -> ColumnElement[bool]:
    """Whether an account is there, and takes messages as far as is known."""
    return and_(account.native_id.is_not(None), account.unreachable_at.is_(None))


def is_open(tx: Transaction, account: type[Account] = Account) -> ColumnElement[bool]:
    """Whether a message would reach an account now."""
    return and_(can_be_written_to(account), ~is_closed(tx, account))


def is_chosen(tx: Transaction) -> ColumnElement[bool]:
    """Whether an account is the one that its owner is written to in: true of one account of each person."""
    other = aliased(Account)
    rank, others = _rank(tx, Account), _rank(tx, other)
    seen, seen_there = _seen(Account), _seen(other)
    is_later = or_(seen_there > seen, and_(seen_there == seen, other.id < Account.id))
    better = select(other.id).where(
        other.first_id == Account.first_id, other.id != Account.id, or_(others > rank, and_(others == rank, is_later))
    )
    return or_(Account.first_id.is_(None), ~better.correlate(Account).exists())


def _rank(tx: Transaction, account: type[Account]) -> ColumnElement[int]:
    return case((~can_be_written_to(account), 0), (is_closed(tx, account), 1), else_=2)


def _seen(account: type[Account]) -> ColumnElement[object]:
    """When she was last there."""
    acted = select(Conversation.updated_at).where(Conversation.account_id == account.id).correlate(account)
    return func.coalesce(acted.scalar_subquery(), account.created_at)


def told_as() -> ColumnElement[int]:
    """`Account.told_as` in a statement."""
    return func.coalesce(Account.first_id, Account.id)


async def one_each(tx: Transaction, accounts: Sequence[Account]) -> list[Account]:
    """Of these, in their order, those in which their owners are written to: nothing is asked while nobody has several.

    All that can be written to of each owner must be among them.
    """
    joined = {each.first_id for each in accounts if each.first_id is not None}
    if not joined:
        return list(accounts)
    chosen = set(await tx.session.scalars(select(Account.id).where(Account.first_id.in_(joined), is_chosen(tx))))
    return [each for each in accounts if each.first_id is None or each.id in chosen]


async def account_of(tx: Transaction, account: Account) -> Account:
    """Where the owner of `account` is written to."""
    if account.first_id is None:
        return account
    found = await tx.session.scalar(select(Account).where(Account.first_id == account.first_id, is_chosen(tx)))
    return found or account
