"""The conference, and the evening before."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import conferences
from storage.conferences import ReminderRule
from storage.database import Database
from storage.models import Conference
from storage.states import ConferenceState
from tests.commune import START, Clock
from tests.storage.steps import JOINING, consent, join, log, office, queued, send_all, table

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
BEGINS = datetime(2026, 12, 10, 7, 30, tzinfo=HERE)
EVENING = ReminderRule(1, time(18, 30))
MORNING = ReminderRule(0, time(6, 0))
DUE = datetime(2026, 12, 9, 18, 30, tzinfo=HERE)
KEY = f"reminder:1:{BEGINS.astimezone(UTC).isoformat()}:1d1830"


async def plan(db: Database, starts_at: datetime = BEGINS, place: str = "Hội trường", title: str = "Đối thoại") -> None:
    async with db.write() as tx:
        await conferences.plan(tx, await office(tx), title, starts_at, place)


async def remind(db: Database, *rules: ReminderRule) -> int:
    async with db.write() as tx:
        return await conferences.remind_everyone(tx, rules or (EVENING,))


@pytest.fixture
async def ready(db: Database) -> Database:
    """A clerk who consented to nothing, two residents who did."""
    await join(db)
    await consent(db, "1001", "1002")
    return db


async def test_plan_and_change_keep_one_conference(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.pass_(days=1)
    later = BEGINS + timedelta(days=2)
    await plan(ready, later, "Nhà văn hoá", "t" * 400)
    columns = (Conference.id, Conference.title, Conference.starts_at, Conference.place, Conference.state)
    assert await table(ready, *columns, Conference.official_id, Conference.created_at) == [
        (1, "t" * 300, later, "Nhà văn hoá", ConferenceState.PLANNED, 1, START)
    ]
    assert await log(ready, JOINING) == [
        ("conference.planned", 1, "official", None, None, {"starts_at": BEGINS.isoformat()}),
        ("conference.changed", 1, "official", None, None, {"starts_at": later.isoformat()}),
    ]


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(days=1)])
async def test_plan_when_it_is_past_is_refused(ready: Database, ago: timedelta) -> None:
    with pytest.raises(ValueError, match="past"):
        await plan(ready, START - ago)
    assert await table(ready, Conference.id) == []


async def test_current_is_the_next_that_has_not_begun(ready: Database, clock: Clock) -> None:
    async with ready.read() as tx:
        assert await conferences.current(tx) is None
    await plan(ready)
    async with ready.read() as tx:
        assert ((await conferences.current(tx)) is not None, await conferences.by_id(tx, 2)) == (True, None)
    clock.instant = BEGINS
    async with ready.read() as tx:
        assert await conferences.current(tx) is None
    await plan(ready, BEGINS + timedelta(days=365))
    async with ready.read() as tx:
        found = await conferences.current(tx)
        assert (found and found.id, await table(ready, Conference.id)) == (2, [(1,), (2,)])


async def test_remind_when_the_hour_comes_goes_to_everyone_once(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE - timedelta(seconds=1)
    assert await remind(ready) == 0
    clock.instant = DUE
    assert [await remind(ready), await remind(ready)] == [2, 0]
    ids = {"conference_id": 1, "days": 1}
    assert await queued(ready) == [
        (2, "reminder", 2, ids, f"{KEY}:2", "queued"),
        (3, "reminder", 2, ids, f"{KEY}:3", "queued"),
    ]
    await send_all(ready)
    clock.pass_(hours=2)
    assert await remind(ready) == 0


async def test_remind_when_the_hour_was_missed_goes_out_late_the_same_day(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE.replace(hour=23, minute=59)
    assert [await remind(ready), await remind(ready)] == [2, 0]


async def test_remind_when_the_day_was_missed_drops_it_with_one_event(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE.replace(day=10, hour=0, minute=0)
    assert [await remind(ready), await remind(ready), await remind(ready)] == [0, 0, 0]
    assert (await log(ready, JOINING))[1:] == [("reminder.dropped", 1, "clock", None, None, {"key": KEY})]


async def test_remind_when_it_was_sent_is_not_dropped_the_next_day(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE
    await remind(ready)
    await send_all(ready)
    clock.instant = DUE.replace(day=10, hour=1)
    assert (await remind(ready), len(await log(ready, JOINING))) == (0, 1)


async def test_remind_when_planned_after_the_hour_is_silent(ready: Database, clock: Clock) -> None:
    clock.instant = DUE + timedelta(minutes=1)
    await plan(ready)
    assert await remind(ready) == 0
    clock.instant = DUE.replace(day=10, hour=1)
    assert (await remind(ready), len(await log(ready, JOINING))) == (0, 1)


async def test_remind_when_the_date_moves_comes_again_for_the_new_one(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE
    assert await remind(ready) == 2
    await plan(ready, BEGINS + timedelta(days=7))
    assert await remind(ready) == 0
    clock.instant = DUE + timedelta(days=7)
    assert [await remind(ready), await remind(ready)] == [2, 0]
    assert len(await queued(ready)) == 4


@pytest.mark.parametrize("zone", [UTC, HERE])
async def test_remind_when_the_place_changes_after_the_hour_still_comes_once(
    ready: Database, clock: Clock, zone: ZoneInfo
) -> None:
    await plan(ready)
    clock.instant = DUE + timedelta(seconds=5)
    await plan(ready, BEGINS.astimezone(zone), "Nhà văn hoá")
    assert [await remind(ready), await remind(ready)] == [2, 0]
    await plan(ready, place="Hội trường mới")
    assert await remind(ready) == 0


async def test_remind_when_in_the_transaction_that_planned_uses_the_same_key(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE + timedelta(seconds=5)
    async with ready.write() as tx:
        await conferences.plan(tx, await office(tx), "Đối thoại", BEGINS, "Hội trường")
        assert await conferences.remind_everyone(tx, [EVENING]) == 2
    assert await remind(ready) == 0


async def test_remind_when_there_are_two_rules_keeps_them_apart(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE
    assert await remind(ready, EVENING, MORNING) == 2
    clock.instant = BEGINS - timedelta(hours=1)
    assert [await remind(ready, EVENING, MORNING), await remind(ready, EVENING, MORNING)] == [2, 0]
    assert {row[3]["days"] for row in await queued(ready)} == {0, 1}
    clock.instant = BEGINS
    assert await remind(ready, EVENING, MORNING) == 0


async def test_remind_when_somebody_joins_in_between_tells_her_too(ready: Database, clock: Clock) -> None:
    await plan(ready)
    clock.instant = DUE
    await remind(ready)
    await consent(ready, "1003")
    assert [await remind(ready), await remind(ready)] == [1, 0]


async def test_remind_when_two_processes_do_it_at_once_tells_each_once(
    ready: Database, second: Database, clock: Clock
) -> None:
    await plan(ready)
    await consent(ready, *(str(n) for n in range(2000, 2050)))
    clock.instant = DUE
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(remind(db)) for db in (ready, second, ready, second)]
    assert sorted(task.result() for task in tasks) == [0, 0, 0, 52]
    assert len(await queued(ready)) == 52
