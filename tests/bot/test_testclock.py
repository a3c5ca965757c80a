"""The clock that the try-it page pushes."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.testclock import PushedClock, TimeMachine
from storage import events
from storage.database import Database
from storage.events import Actor
from tests.commune import COMMUNE, START, Clock
from tests.conference import BEGINS, plan
from tests.records import put_fresh
from tests.storage.steps import join, office


class Ticks:
    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


async def opened(folder: Path) -> tuple[Database, PushedClock]:
    clock = PushedClock(Clock())
    return Database(await put_fresh(folder / "tryit.db"), COMMUNE, clock), clock


def test_clock_is_ahead_by_what_it_was_pushed_and_goes_on() -> None:
    real = Clock()
    clock = PushedClock(real)
    clock.push(timedelta(days=2))
    real.pass_(hours=1)
    assert clock() == START + timedelta(days=2, hours=1)
    with pytest.raises(ValueError, match="back"):
        clock.push(timedelta(seconds=-1))


async def test_clock_begins_no_earlier_than_what_is_on_record(tmp_path: Path) -> None:
    db, clock = await opened(tmp_path)
    await clock.catch_up(db)
    assert clock() == START
    clock.push(timedelta(days=30))
    async with db.write() as tx:
        events.record(tx, "digest.sent", "day", 1, Actor.CLOCK)
    again = PushedClock(Clock())
    await again.catch_up(db)
    assert again() == START + timedelta(days=30)
    await db.close()


async def test_machine_ticks_and_wakes_who_waits_for_an_hour(tmp_path: Path) -> None:
    db, clock = await opened(tmp_path)
    ticks = Ticks()
    machine = TimeMachine(db, clock, ticks)
    woken = db.listen("outbox")
    await machine.push(timedelta(hours=1))
    assert (machine.now, ticks.count, woken.is_set()) == (START + timedelta(hours=1), 1, True)
    assert machine.now.tzinfo is COMMUNE.timezone
    await db.close()


async def test_machine_goes_to_the_next_reminder_while_there_is_one(tmp_path: Path) -> None:
    db, clock = await opened(tmp_path)
    machine = TimeMachine(db, clock, Ticks())
    assert not await machine.push_to_reminder()
    await join(db)
    async with db.write() as tx:
        await plan(tx, await office(tx))
    found = [(await machine.push_to_reminder(), machine.now) for _ in range(3)]
    assert found == [
        (True, BEGINS - timedelta(hours=13)),
        (True, BEGINS - timedelta(minutes=90)),
        (False, BEGINS - timedelta(minutes=90)),
    ]
    await db.close()
