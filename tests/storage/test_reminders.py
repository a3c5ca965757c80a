"""Reminders: each once for what, whom and when, late while it is true, and dropped with an event when it is not."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from storage import conferences, people, planning, registrations, reminders
from storage.commune import Commune, ReminderRule
from storage.conferences import Meeting
from storage.database import Database
from storage.duties import DUTIES
from storage.models import Conference, Registration
from tests.commune import COMMUNE, START, Clock
from tests.conference import BEGINS, facts, plan
from tests.storage.steps import JOINING, caller, consent, join, log, office, queued, send_all, table

EVENING = BEGINS - timedelta(hours=13)
MORNING = BEGINS - timedelta(minutes=90)
KEY = f"reminder:1:{BEGINS.astimezone(UTC).isoformat()}"
IDS = {"conference_id": 1, "starts_at": BEGINS.astimezone(UTC).isoformat(), "villages": []}


@pytest.fixture
async def ready(db: Database) -> Database:
    """A clerk who decides alone, two residents who consented, and the conference."""
    await join(db)
    await consent(db, "1001", "1002")
    async with db.write() as tx:
        await plan(tx, await office(tx))
    return db


async def remind(db: Database) -> int:
    async with db.write() as tx:
        return await reminders.remind(tx)


async def register(db: Database, native_id: str, *, comes: bool = True) -> None:
    async with db.write() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        await registrations.say(tx, conference, (await caller(tx, native_id)).account, comes=comes)


async def move_to(db: Database, starts_at: datetime) -> None:
    async with db.write() as tx:
        await plan(tx, await office(tx), starts_at)


async def reminded(db: Database) -> list[tuple[int, int]]:
    """(account, days) of every reminder in the outbox."""
    return [(row[0], row[3]["days"]) for row in await queued(db) if row[1] == "reminder"]


async def rules(db: Database) -> list[tuple[str, bool, datetime, datetime]]:
    async with db.read() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        return [(each.key, each.for_everyone, each.at, each.until) for each in reminders.of(conference, tx.commune)]


async def test_rule_says_when_each_is_due_and_until_when_it_is_true(ready: Database) -> None:
    midnight = EVENING.replace(day=10, hour=0, minute=0)
    assert await rules(ready) == [
        (f"{KEY}:1d1830", True, EVENING, midnight),
        (f"{KEY}:0d0600", False, MORNING, BEGINS),
    ]


@pytest.mark.parametrize(
    ("everyone", "quiet", "expected"),
    [
        ((ReminderRule(0, time(5)),), (time(21), time(6)), [(6, 0)]),  # waits for the end of the quiet hours
        ((ReminderRule(0, time(8)),), (time(21), time(6)), []),  # after it has begun
        ((ReminderRule(0, time(5)),), (time(21), time(8)), []),  # quiet until it has begun
        ((ReminderRule(1, time(22)),), (time(21), time(6)), []),  # the whole rest of its day is quiet
        ((ReminderRule(1, time(22)),), (time(0), time(0)), [(22, 0)]),
        ((ReminderRule(3, time(7)), ReminderRule(3, time(7))), (time(21), time(6)), [(7, 0)]),
    ],
)
async def test_rule_keeps_the_quiet_hours(
    ready: Database, everyone: tuple[ReminderRule, ...], quiet: tuple[time, time], expected: list[tuple[int, int]]
) -> None:
    commune = replace(COMMUNE, remind_everyone=everyone, remind_registered=(), quiet=quiet)
    async with ready.read() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        found = [each.at.astimezone(commune.timezone) for each in reminders.of(conference, commune)]
    assert [(at.hour, at.minute) for at in found] == expected


async def test_everyone_is_reminded_when_the_hour_comes_once(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING - timedelta(seconds=1)
    assert await remind(ready) == 0
    clock.instant = EVENING
    assert [await remind(ready), await remind(ready)] == [2, 0]
    assert await queued(ready) == [
        (2, "reminder", 2, {**IDS, "days": 1}, f"{KEY}:1d1830:2", "queued"),
        (3, "reminder", 2, {**IDS, "days": 1}, f"{KEY}:1d1830:3", "queued"),
    ]
    await send_all(ready)
    clock.pass_(hours=2)
    assert await remind(ready) == 0


async def test_registered_are_reminded_again_and_who_declined_never(ready: Database, clock: Clock) -> None:
    await register(ready, "1001")
    await register(ready, "1002", comes=False)
    await register(ready, "1003")  # who consented to nothing but this
    clock.instant = EVENING
    assert await remind(ready) == 2
    clock.instant = MORNING
    assert await remind(ready) == 2
    assert await reminded(ready) == [(2, 1), (4, 1), (2, 0), (4, 0)]


async def test_missed_reminder_goes_late_on_its_own_day_and_not_in_quiet_hours(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING.replace(hour=20, minute=59)
    assert [await remind(ready), await remind(ready)] == [2, 0]


@pytest.mark.parametrize("late", [timedelta(hours=2, minutes=30), timedelta(hours=5)])
async def test_missed_reminder_waits_in_quiet_hours_and_is_dropped_after_its_day(
    ready: Database, clock: Clock, late: timedelta
) -> None:
    clock.instant = EVENING + late
    assert await remind(ready) == 0
    clock.instant = EVENING.replace(day=10, hour=0, minute=0)
    assert [await remind(ready), await remind(ready)] == [0, 0]
    dropped = [row for row in await log(ready, JOINING) if row[0] == "reminder.dropped"]
    assert dropped == [("reminder.dropped", 1, "clock", None, None, {"key": f"{KEY}:1d1830"})]


async def test_hour_at_which_nobody_was_to_be_reminded_drops_nothing(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING
    await remind(ready)
    await send_all(ready)
    clock.instant = BEGINS  # nobody registered
    assert await remind(ready) == 0
    assert "reminder.dropped" not in [row[0] for row in await log(ready)]


async def test_what_was_missed_of_a_conference_that_is_over_is_dropped_with_an_event(
    ready: Database, clock: Clock
) -> None:
    await register(ready, "1001")
    clock.instant = BEGINS + timedelta(days=1)
    for duty in DUTIES.values():
        async with ready.write() as tx:
            await duty(tx)
    kinds = [row[0] for row in await log(ready)]
    assert kinds[kinds.index("reminder.dropped") :][:3] == ["reminder.dropped", "reminder.dropped", "conference.held"]


async def test_reminder_that_was_sent_is_not_dropped_the_next_day(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING
    await remind(ready)
    await send_all(ready)
    clock.instant = EVENING.replace(day=10, hour=1)
    assert await remind(ready) == 0
    assert [row[0] for row in await log(ready, JOINING)] == ["conference.proposed", "conference.planned"]


async def test_dropped_reminder_stays_dropped_when_the_clock_is_set_back(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING.replace(day=10, hour=0, minute=10)
    await remind(ready)
    clock.instant = EVENING.replace(hour=20)
    assert await remind(ready) == 0


async def test_clock_that_jumps_reminds_nobody_twice(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING
    counts = [await remind(ready)]
    for minutes in (-60, 30, 0, -90, 120):
        clock.instant = EVENING + timedelta(minutes=minutes)
        counts.append(await remind(ready))
    assert counts == [2, 0, 0, 0, 0, 0]


async def test_hour_that_had_passed_when_the_date_was_agreed_to_was_never_missed(db: Database, clock: Clock) -> None:
    await join(db)
    await consent(db, "1001")
    clock.instant = EVENING + timedelta(minutes=1)
    async with db.write() as tx:
        await plan(tx, await office(tx))
    assert await remind(db) == 0
    clock.instant = EVENING.replace(day=10, hour=1)
    assert await remind(db) == 0
    assert "reminder.dropped" not in [row[0] for row in await log(db)]


async def test_moved_conference_is_reminded_of_anew_and_what_waited_is_stopped(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING
    assert await remind(ready) == 2
    await move_to(ready, BEGINS + timedelta(days=7))
    assert [row[1:] for row in await queued(ready) if row[1] == "reminder"] == [
        ("reminder", 2, {**IDS, "days": 1}, None, "stopped")
    ] * 2
    assert await remind(ready) == 0
    clock.instant = EVENING + timedelta(days=7)
    assert [await remind(ready), await remind(ready)] == [2, 0]


async def test_moved_away_and_back_reminds_who_was_not_reminded_of_that_hour(ready: Database, clock: Clock) -> None:
    await move_to(ready, BEGINS + timedelta(days=7))
    await move_to(ready, BEGINS)
    clock.instant = EVENING
    assert [await remind(ready), await remind(ready)] == [2, 0]


async def test_other_words_of_the_conference_change_no_reminder(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING + timedelta(seconds=5)
    async with ready.write() as tx:
        found = await conferences.by_id(tx, 1)
        await planning.propose(tx, await office(tx), facts(agenda="1. Báo cáo"), found)
    assert [await remind(ready), await remind(ready)] == [2, 0]


async def test_cancelled_conference_reminds_nobody(ready: Database, clock: Clock) -> None:
    async with ready.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await planning.propose_cancelling(tx, await office(tx), found, "Bão")
    clock.instant = EVENING
    assert await remind(ready) == 0


async def test_who_joins_after_the_hour_is_reminded_too(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING
    await remind(ready)
    await consent(ready, "1003")
    assert [await remind(ready), await remind(ready)] == [1, 0]


async def test_cluster_is_reminded_of_its_own_session_and_nobodys_village_of_each(db: Database, clock: Clock) -> None:
    await join(db)
    await consent(db, "1001", "1002", "1003")
    async with db.write() as tx:
        for native_id, village in (("1001", "mau-1"), ("1002", "mau-2")):
            person = (await caller(tx, native_id)).person
            assert person is not None
            people.remember_village(person, village)
        first, second_ = Meeting(BEGINS, "Nhà 1", ("mau-1",)), Meeting(BEGINS + timedelta(days=1), "Nhà 2", ("mau-2",))
        await plan(tx, await office(tx), meetings=(first, second_))
    clock.instant = EVENING
    assert await remind(db) == 2
    clock.instant = EVENING + timedelta(days=1)
    assert await remind(db) == 2
    assert [row[0] for row in await queued(db) if row[1] == "reminder"] == [2, 4, 3, 4]


async def test_next_at_is_the_first_that_is_still_to_come(ready: Database, clock: Clock) -> None:
    found: list[datetime | None] = []
    for at in (START, EVENING, MORNING):
        clock.instant = at
        async with ready.read() as tx:
            found.append(await reminders.next_at(tx))
    assert found == [EVENING, MORNING, None]


async def test_two_processes_at_once_remind_each_once_and_drop_once(
    ready: Database, second: Database, clock: Clock
) -> None:
    await consent(ready, *(str(n) for n in range(2000, 2050)))
    clock.instant = EVENING

    async def both(work: Callable[[Database], Any]) -> list[int]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work(db)) for db in (ready, second, ready, second)]
        return sorted(task.result() for task in tasks)

    assert await both(remind) == [0, 0, 0, 52]
    await move_to(ready, BEGINS + timedelta(days=1))
    clock.instant = EVENING + timedelta(days=1, hours=6)
    assert await both(remind) == [0, 0, 0, 0]
    assert [row[0] for row in await log(ready)].count("reminder.dropped") == 1


def test_rules_of_the_configuration_are_those_of_the_design() -> None:
    assert (Commune.remind_everyone, Commune.remind_registered) == (
        (ReminderRule(1, time(18, 30)),),
        (ReminderRule(0, time(6)),),
    )


async def test_registration_and_conference_are_what_the_reminder_reads(ready: Database) -> None:
    await register(ready, "1001")
    assert await table(ready, Registration.account_id, Registration.comes) == [(2, True)]
    assert await table(ready, Conference.planned_at) == [(START,)]
