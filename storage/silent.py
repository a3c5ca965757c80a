"""Conversations of the web chat in which nobody said a word: a QR code was looked at, and no more."""

from datetime import timedelta
from functools import cache

from sqlalchemy import Column, delete, func, select

from storage import transcript
from storage.database import Transaction
from storage.models import Account, Base, Conversation, Inbox, JoinTry, MessagePart, Outbox, Transcript
from storage.states import DeliveryState

WEB = "web"
"""The one messenger where looking makes an account: elsewhere somebody wrote, or followed."""
KEEP = timedelta(days=30)
MOST = 200
"""Conversations that end in one transaction; the next tick takes the next."""

_OWN = (MessagePart, JoinTry, Outbox, Transcript, Conversation)
"""What ends with it, in order."""


@cache
def _names_it(*, found_fast: bool) -> list[Column[int]]:
    """What else names an account: such an account stays. `found_fast` are those columns that have an index."""
    own = {each.__tablename__ for each in _OWN}
    return [
        column
        for table in Base.metadata.sorted_tables
        if table.name not in own
        for column in table.columns
        if any(key.column is Account.__table__.c.id for key in column.foreign_keys)
        and bool(column.index or column.unique or column.primary_key) is found_fast
    ]


async def expire(tx: Transaction) -> int:
    """Deletes the oldest MOST conversations in which nobody spoke, and nobody did anything for KEEP; returns how many.

    One stays whose owner is a person, is to be called, holds a code, or was told anything but answers. The newest
    account of all stays, since SQLite would give its number to the next. Part of the clock.
    """
    before = tx.now - KEEP
    last = select(func.max(Account.id)).scalar_subquery()
    answered = select(Outbox.id).where(
        Outbox.account_id == Account.id,
        (Outbox.created_at > before)
        | Outbox.method.is_(None)
        | Outbox.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.HELD]),
    )
    spoken = select(Transcript.id).where(
        Transcript.account_id == Account.id, ~Transcript.outgoing | (Transcript.changed_at > before)
    )
    found = await tx.session.execute(
        select(Account.id, Account.native_id)
        .where(
            Account.messenger == WEB,
            Account.native_id.is_not(None),
            Account.person_id.is_(None),
            Account.created_at <= before,
            Account.id < last,
            ~answered.exists(),
            ~spoken.exists(),
            *(~select(each).where(each == Account.id).exists() for each in _names_it(found_fast=True)),
        )
        .order_by(Account.id)
        .limit(MOST)
        .with_for_update(of=Account, skip_locked=True)
    )
    silent = dict(found.all())
    if not silent:
        return 0
    heard = select(Inbox.caller).where(Inbox.messenger == WEB, Inbox.caller.in_(silent.values()))
    waiting = set(await tx.session.scalars(heard))
    ids = [id_ for id_, native_id in silent.items() if native_id not in waiting]
    for column in _names_it(found_fast=False):
        named = set(await tx.session.scalars(select(column).where(column.in_(ids))))
        ids = [each for each in ids if each not in named]
    await transcript.wipe(tx, ids)
    for table in _OWN:
        await tx.session.execute(
            delete(table).where(table.account_id.in_(ids)).execution_options(synchronize_session=False)
        )
    await tx.session.execute(delete(Account).where(Account.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)
