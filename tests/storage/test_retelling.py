"""Moved or cancelled: who had been told is told, what had not gone is stopped, nobody else hears of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import announcements, broadcasts, conferences, planning, registrations, reminders, retelling
from storage.audiences import Audience, AudienceKind
from storage.database import Database
from storage.models import Announcement, Conference, Outbox, Role
from storage.states import AnnouncementState, ConferenceState, DeliveryState
from tests.commune import Clock
from tests.conference import BEGINS, plan
from tests.storage.steps import caller, consent, join, office, queued, send_all, table

EVENING = BEGINS - timedelta(hours=13)
LATER = BEGINS + timedelta(days=5)
HEAD = "905"


@pytest.fixture
async def ready(db: Database) -> Database:
    """A clerk who decides alone, three residents, and the conference."""
    await join(db)
    await consent(db, "1001", "1002", "1003")
    async with db.write() as tx:
        await plan(tx, await office(tx))
    return db


async def register(db: Database, native_id: str) -> None:
    async with db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await registrations.say(tx, found, (await caller(tx, native_id)).account, comes=True)


async def remind(db: Database) -> None:
    async with db.write() as tx:
        await reminders.remind(tx)


async def move(db: Database, **more: Any) -> None:
    async with db.write() as tx:
        await plan(tx, await office(tx), LATER, **more)


async def told_otherwise(db: Database) -> list[int]:
    return sorted(row[0] for row in await queued(db) if row[1] == "conference_moved")


async def test_nobody_who_was_told_nothing_is_told_of_a_move(ready: Database) -> None:
    await move(ready)
    assert await told_otherwise(ready) == []


async def test_who_was_reminded_or_registered_is_told(ready: Database, clock: Clock) -> None:
    await join(ready, Role.VILLAGE_HEAD, HEAD)  # account 5
    await register(ready, "1003")
    await move(ready)
    assert await told_otherwise(ready) == [4, 5]
    clock.instant = EVENING + timedelta(days=5)
    await remind(ready)
    await send_all(ready)
    async with ready.read() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        assert await retelling.count_told(tx, found) == 4


async def test_who_read_its_announcement_is_told_and_the_rest_of_it_is_stopped(ready: Database) -> None:
    async with ready.write() as tx:
        clerk = await office(tx)
        draft = await announcements.draft(tx, clerk, "Mời họp", conference_id=1)
        announcements.schedule_for(tx, draft, clerk, tx.now)
        await announcements.schedule(tx, draft, clerk, draft.revision)
    async with ready.write() as tx:
        await broadcasts.launch(tx)
    async with ready.write() as tx:
        rows = list(await tx.session.scalars(select(Outbox).where(Outbox.kind == "announcement").order_by(Outbox.id)))
        rows[0].state = DeliveryState.SENT
    await move(ready)
    assert await told_otherwise(ready) == [2]
    states = [row[5] for row in await queued(ready) if row[1] == "announcement"]
    assert states == ["sent", "stopped", "stopped"]
    assert await table(ready, Announcement.state) == [(AnnouncementState.STOPPED,)]


@pytest.mark.parametrize(
    ("audience", "state"),
    [
        (Audience(), ConferenceState.ANNOUNCED),
        (Audience(AudienceKind.VILLAGES, ("mau-1",)), ConferenceState.PLANNED),
    ],
)
async def test_conference_is_announced_by_what_goes_to_everyone(
    ready: Database, audience: Audience, state: ConferenceState
) -> None:
    async with ready.write() as tx:
        clerk = await office(tx)
        draft = await announcements.draft(tx, clerk, "Mời họp", audience, conference_id=1)
        announcements.schedule_for(tx, draft, clerk, tx.now)
        await announcements.schedule(tx, draft, clerk, draft.revision)
    async with ready.write() as tx:
        await broadcasts.launch(tx)
    assert await table(ready, Conference.state) == [(state,)]


async def test_what_had_not_gone_is_stopped_and_its_reader_is_told_nothing(ready: Database, clock: Clock) -> None:
    clock.instant = EVENING
    await remind(ready)
    await move(ready)
    rows = [(row[0], row[1], row[5]) for row in await queued(ready)]
    assert rows == [*((number, "reminder", "stopped") for number in (2, 3, 4))]


@pytest.mark.parametrize(
    ("state", "told"),
    [(DeliveryState.SENT, True), (DeliveryState.UNKNOWN, True), (DeliveryState.UNREACHABLE, False)],
)
async def test_who_may_have_been_told_is_told(ready: Database, clock: Clock, state: DeliveryState, told: bool) -> None:
    clock.instant = EVENING
    await remind(ready)
    await send_all(ready, state=state)
    await move(ready)
    assert await told_otherwise(ready) == ([2, 3, 4] if told else [])


async def test_move_in_the_last_day_is_told_in_quiet_hours_and_an_earlier_one_waits(
    ready: Database, clock: Clock
) -> None:
    await register(ready, "1001")
    clock.instant = BEGINS - timedelta(days=8, hours=9)  # 22:30
    await move(ready)
    assert await send_all(ready) == []
    clock.instant = LATER - timedelta(hours=9)
    async with ready.write() as tx:
        await plan(tx, await office(tx), LATER + timedelta(days=10))
    assert await send_all(ready) == ["conference_moved"]


async def test_cancelled_conference_is_told_to_who_knew(ready: Database, clock: Clock) -> None:
    await register(ready, "1002")
    async with ready.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await planning.propose_cancelling(tx, await office(tx), found, "Bão")
    assert await told_otherwise(ready) == [3]


async def test_second_move_stops_the_word_of_the_first(ready: Database, clock: Clock) -> None:
    await register(ready, "1002")
    await move(ready)
    async with ready.write() as tx:
        await plan(tx, await office(tx), LATER + timedelta(days=1))
    rows = [(row[0], row[3]["change_id"], row[5]) for row in await queued(ready)]
    assert sorted(rows) == [(3, 2, "stopped"), (3, 3, "queued")]
