"""Who is told: the officials that a matter concerns, and its author. Each notice is a row, keyed so that it is one.

Officials are written to in office hours; an author hears at once, unless her caller says when.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from storage import outbox
from storage.chosen import account_of, one_each
from storage.database import Transaction
from storage.models import Account, Attachment, GroupChat, Official, Opinion, Priority, Role


def office_hours(tx: Transaction, at: datetime | None = None) -> datetime:
    """When officials may be told of what happens at `at` (now): then, or at 07:00 of the next working day."""
    local = (at or tx.now).astimezone(tx.commune.timezone)
    return tx.commune.calendar.opens(local).astimezone(UTC)


async def accounts_in(
    tx: Transaction, roles: Collection[Role], *, unit_id: str | None = None, village_id: str | None = None
) -> list[Account]:
    """Where active officials in these roles hear: staff of `unit_id`, village heads of `village_id` alone."""
    found = select(Account).join(Official, Official.person_id == Account.person_id)
    found = found.where(
        Official.revoked_at.is_(None),
        Official.role.in_(roles),
        Account.native_id.is_not(None),
        Account.unreachable_at.is_(None),
    )
    if unit_id is not None:
        found = found.where((Official.role != Role.STAFF) | (Official.unit_id == unit_id))
    if village_id is not None:
        found = found.where((Official.role != Role.VILLAGE_HEAD) | (Official.village_id == village_id))
    accounts = dict.fromkeys(await tx.session.scalars(found.order_by(Account.id)))
    return await one_each(tx, list(accounts))


async def unit_accounts(tx: Transaction, unit_id: str | None) -> list[Account]:
    """Where a unit hears: the accounts of its staff, and its group if one is bound. None for no unit."""
    if unit_id is None:
        return []
    group = (
        select(Account)
        .join(GroupChat, GroupChat.account_id == Account.id)
        .where(GroupChat.unit_id == unit_id, Account.native_id.is_not(None), Account.unreachable_at.is_(None))
    )
    return [*await accounts_in(tx, [Role.STAFF], unit_id=unit_id), *await tx.session.scalars(group)]


async def accounts_of_official(tx: Transaction, official_id: int) -> list[Account]:
    """Where one official hears while active; nowhere once revoked."""
    found = (
        select(Account)
        .join(Official, Official.person_id == Account.person_id)
        .where(
            Official.id == official_id,
            Official.revoked_at.is_(None),
            Account.native_id.is_not(None),
            Account.unreachable_at.is_(None),
        )
        .order_by(Account.id)
    )
    return await one_each(tx, (await tx.session.scalars(found)).all())


async def author_accounts(tx: Transaction, opinion: Opinion) -> list[Account]:
    """Where its author hears, or whoever entered it for her and reads it out. Maybe nowhere.

    It came from one account, and may be told to another that she joined (`chosen`).
    """
    if opinion.account_id is not None:
        raised_from = await tx.session.get(Account, opinion.account_id)
        account = await account_of(tx, raised_from) if raised_from is not None else None
        return [account] if account is not None and account.native_id is not None else []
    if opinion.entered_by_id is not None:
        return await accounts_of_official(tx, opinion.entered_by_id)
    return []


async def accounts(
    tx: Transaction,
    readers: Sequence[Account],
    kind: str,
    key: str,
    *,
    opinion_id: int | None = None,
    priority: Priority = Priority.ANSWER,
    not_before: datetime | None = None,
    files: Sequence[Attachment] = (),
    **ids: Any,
) -> int:
    """Queues one notice to each reader under `key:<told as>`, its files first; returns how many were new.

    `ids` go into the payload beside `opinion_id`; `opinion_id` also says what a reply to the message is about. Without
    `not_before` the readers are officials: they hear in office hours.
    """
    not_before = not_before or office_hours(tx)
    about = {"opinion_id": opinion_id} if opinion_id is not None else {}
    notices: list[outbox.Notice] = []
    for account in readers:
        own = f"{key}:{account.told_as}"
        notices += [
            outbox.Notice(
                account,
                "file",
                priority,
                {**about, "attachment_id": file.id},
                key=f"{own}:file:{file.id}",
                opinion_id=opinion_id,
                not_before=not_before,
            )
            for file in files
        ]
        notices.append(
            outbox.Notice(
                account, kind, priority, {**about, **ids}, key=own, opinion_id=opinion_id, not_before=not_before
            )
        )
    return await outbox.queue(tx, notices) if notices else 0


async def author(
    tx: Transaction, opinion: Opinion, kind: str, key: str, *, not_before: datetime | None = None, **ids: Any
) -> int:
    """Tells the author of an opinion; returns how many were queued (0: nobody is left to tell)."""
    readers = await author_accounts(tx, opinion)
    return await accounts(tx, readers, kind, key, opinion_id=opinion.id, not_before=not_before or tx.now, **ids)
