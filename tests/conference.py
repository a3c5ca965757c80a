"""A conference in one line, so that a test says only what it is about."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from storage import conferences, planning, proofs
from storage.conferences import Facts, Meeting
from storage.database import Transaction
from storage.models import Conference, Official
from tests.commune import COMMUNE

TITLE, PLACE = "Hội nghị đối thoại 2026", "Hội trường UBND xã"
BEGINS = datetime(2026, 12, 10, 7, 30, tzinfo=COMMUNE.timezone)
"""Thursday, seventeen days after the clock of the tests begins."""


def facts(starts_at: datetime = BEGINS, place: str = PLACE, **more: Any) -> Facts:
    """All four fields that the law names."""
    day: date = starts_at.astimezone(COMMUNE.timezone).date()
    stands = Facts(
        title=TITLE,
        meetings=(Meeting(starts_at, place),),
        content="Đường sá, đất đai",
        ways="đến trực tiếp",
        collect_until=day - timedelta(days=5),
    )
    return replace(stands, **more)


async def plan(
    tx: Transaction,
    official: Official,
    starts_at: datetime = BEGINS,
    place: str = PLACE,
    title: str = TITLE,
    *,
    reason: str | None = "Trùng kỳ họp",
    **more: Any,
) -> Conference:
    """Set, or changed when there is one, at the word of an official who decides himself."""
    found = next(iter(await conferences.upcoming(tx)), None)
    wanted = facts(starts_at, place, title=title, **more)
    earliest = proofs.earliest_lawful(tx.now.astimezone(tx.commune.timezone).date())
    override = "Việc gấp" if starts_at.astimezone(tx.commune.timezone).date() < earliest else None
    change = await planning.propose(tx, official, wanted, found, reason=reason, override=override)
    return change.conference
