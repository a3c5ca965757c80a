"""What the office must do around a conference, reminded of by the record."""

from datetime import date, datetime, timedelta

import pytest

from storage import conference_clock, conferences, proofs
from storage.commune import WorkingDays
from storage.conference_clock import Hall, Stage
from storage.database import Database
from storage.models import ProofKind, Role
from tests.commune import COMMUNE, Clock
from tests.conference import BEGINS, plan
from tests.storage.steps import LEADER, answer, join, office, queued, raise_opinion

VILLAGES = [each.id for each in COMMUNE.villages]


@pytest.fixture
async def ready(db: Database) -> Database:
    """A clerk and a leader, and a conference on Thursday 10 December: told by Thursday 3."""
    await join(db)
    await join(db, Role.LEADER, LEADER)
    async with db.write() as tx:
        await plan(tx, await office(tx, LEADER))
    return db


async def remind(db: Database) -> int:
    async with db.write() as tx:
        return await conference_clock.remind(tx)


async def reminded(db: Database) -> list[tuple[int, str, str]]:
    rows = await queued(db)
    return [(row[0], row[3]["what"], row[4].rpartition(":")[0].rpartition(":")[2]) for row in rows if "what" in row[3]]


def at(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=COMMUNE.timezone)


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        (date(2026, 12, 3), date(2026, 11, 29), None),
        (date(2026, 12, 3), date(2026, 11, 30), Stage.SOON),
        (date(2026, 12, 3), date(2026, 12, 2), Stage.SOON),
        (date(2026, 12, 3), date(2026, 12, 3), Stage.LAST),
        (date(2026, 12, 3), date(2026, 12, 4), Stage.LATE),
        (date(2026, 12, 6), date(2026, 12, 4), Stage.LAST),  # a Sunday: Friday is the last day at work
        (date(2026, 12, 5), date(2026, 12, 5), Stage.LAST),
        (date(2027, 2, 9), date(2027, 2, 5), Stage.LAST),  # Tết begins on the sixth
    ],
)
def test_stage_knows_the_last_working_day(due: date, today: date, expected: Stage | None) -> None:
    assert conference_clock.stage(due, today, WorkingDays()) is expected


async def test_announcing_is_reminded_of_before_its_day_on_it_and_when_it_is_late(
    ready: Database, clock: Clock
) -> None:
    counts = []
    for day in (date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 3), date(2026, 12, 4)):
        clock.instant = at(day)
        counts.append((await remind(ready), await remind(ready)))
    assert counts == [(0, 0), (1, 0), (0, 0), (2, 0), (2, 0)]
    assert await reminded(ready) == [
        (1, "announce", "soon"),
        (1, "announce", "last"),
        (2, "announce", "last"),
        (1, "announce", "late"),
        (2, "announce", "late"),
    ]


@pytest.mark.parametrize("hour", [6, 18, 23])
async def test_nobody_is_reminded_out_of_office_hours(ready: Database, clock: Clock, hour: int) -> None:
    clock.instant = at(date(2026, 12, 3), hour)
    assert await remind(ready) == 0


async def test_what_is_ticked_is_reminded_of_no_more(ready: Database, clock: Clock) -> None:
    async with ready.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        for village in VILLAGES:
            await proofs.prove(tx, found, await office(tx), ProofKind.LOUDSPEAKER, village)
        for kind in (ProofKind.PORTAL, ProofKind.NOTICE):
            await proofs.prove(tx, found, await office(tx), kind)
    clock.instant = at(date(2026, 12, 3))
    assert await remind(ready) == 0


async def test_issues_without_an_answer_are_reminded_of_before_the_hall(ready: Database, clock: Clock) -> None:
    await raise_opinion(ready)
    await raise_opinion(ready, "1002")
    await answer(ready, 2)
    clock.instant = at(date(2026, 12, 9))
    async with ready.read() as tx:
        assert await conference_clock.hall(tx) == Hall(0, 1, 0)
        assert await conference_clock.count_unanswered(tx) == 0


async def test_publishing_is_reminded_of_once_it_was_held(ready: Database, clock: Clock) -> None:
    clock.instant = BEGINS + conferences.LASTS
    async with ready.write() as tx:
        await conferences.hold(tx)
    clock.instant = at(date(2026, 12, 18))  # Friday; the day is Sunday the twentieth
    assert await remind(ready) == 2
    clock.instant = at(date(2026, 12, 21))
    assert await remind(ready) == 2
    assert [row[1:] for row in await reminded(ready)] == [("publish", "last")] * 2 + [("publish", "late")] * 2


async def test_moved_conference_begins_anew(ready: Database, clock: Clock) -> None:
    clock.instant = at(date(2026, 12, 3))
    await remind(ready)
    async with ready.write() as tx:
        await plan(tx, await office(tx, LEADER), BEGINS + timedelta(days=7))
    clock.instant = at(date(2026, 12, 10))
    assert await remind(ready) == 2
