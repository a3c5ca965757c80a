"""A clerk's desk in one line each: opinions that wait, and what is done with them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from storage import sorting
from storage.database import Database
from storage.models import Issue, Opinion, Outbox, Role
from storage.sorting import Overtaken
from tests.storage.steps import CLERK, STAFF, join, office, opinion, raise_opinion, send_all, table

SECOND = "904"
ISSUES = (Issue.id, Issue.state, Issue.unit_id, Issue.due, Issue.merged_into_id)
OPINIONS = (Opinion.id, Opinion.state, Opinion.issue_id)
DUE = date(2026, 12, 1)


async def raised(db: Database, count: int) -> None:
    """A clerk, staff of one unit, and so many opinions of as many residents; their cards have gone."""
    await join(db)
    await join(db, Role.STAFF, STAFF, "van-phong")
    for number in range(count):
        await raise_opinion(db, str(1001 + number))
    await send_all(db)


async def accept(db: Database, number: int = 1, by: str = CLERK, **given: Any) -> int:
    async with db.write() as tx:
        return (await sorting.accept(tx, await opinion(tx, number), await office(tx, by), **given)).id


async def merge(db: Database, numbers: Sequence[int], into: int, by: str = CLERK) -> int:
    async with db.write() as tx:
        mate = await opinion(tx, into)
        found = [await opinion(tx, number) for number in numbers]
        return (await sorting.merge(tx, found, mate.issue or mate, await office(tx, by))).id


async def undo(db: Database, event_id: int, by: str = CLERK) -> int | str | None:
    """The number of the opinion that is shown again, or the kind of the event that stands in the way."""
    async with db.write() as tx:
        try:
            undone = await sorting.undo(tx, await office(tx, by), event_id)
        except Overtaken as overtaken:
            return overtaken.event.kind if overtaken.event else None
        return undone.number if undone else None


async def said(db: Database) -> list[tuple[Any, ...]]:
    """(account, kind, state) of what authors and units are told and cards changed, in order."""
    rows = await table(db, Outbox.account_id, Outbox.kind, Outbox.state, Outbox.edits_id)
    return [(account, f"{kind}*" if edits else kind, state) for account, kind, state, edits in rows if kind != "reply"]
