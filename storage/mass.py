"""One notice to many accounts, in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, SelectBase, String, bindparam, cast, literal, select
from sqlalchemy.orm import aliased

from storage import outbox
from storage.chosen import can_be_written_to, is_chosen, told_as
from storage.database import Transaction
from storage.models import Account, Outbox, Person, Priority
from storage.states import DeliveryState


def hears_of_everything() -> ColumnElement[bool]:
    """Whether general messages may go to an account, its owner joined as Person: she consented and muted none."""
    return Person.consented_at.is_not(None) & Person.muted_at.is_(None)


async def queue_to(
    tx: Transaction,
    account_ids: SelectBase,
    kind: str,
    priority: Priority,
    ids: dict[str, Any],
    key: str,
    not_before: datetime,
) -> int:
    """One notice to each owner of `account_ids`, a SELECT of ids, who can be written to; returns how many are new.

    `key` is the prefix of each row's key: calling twice with the same one queues nobody twice.
    """
    await tx.session.flush()
    columns = Outbox.__table__.c
    values: dict[str, Any] = {
        "priority": int(priority),
        "kind": kind,
        "payload": ids,
        "state": DeliveryState.QUEUED,
        "attempts": 0,
        "repeated": False,
        "interrupted": 0,
        "parts_sent": 0,
        "created_at": tx.now,
        "not_before": not_before,
    }
    source = select(
        Account.id,
        Account.messenger,
        literal(f"{key}:", String) + cast(told_as(), String),
        *(bindparam(None, value, type_=columns[name].type) for name, value in values.items()),
    )
    named = aliased(Account)
    joined = select(named.first_id).where(named.first_id.is_not(None), named.id.in_(account_ids))
    whom = Account.id.in_(account_ids) | Account.first_id.in_(joined)
    source = source.where(whom, can_be_written_to(), is_chosen(tx)).order_by(Account.id)
    statement = outbox.insert(tx).from_select(["account_id", "messenger", "key", *values], source)
    result = await tx.session.execute(statement)
    tx.wake("outbox")
    # The driver counts the rows of INSERT ... SELECT without sending them back.
    return result.rowcount if isinstance(result, CursorResult) else 0
