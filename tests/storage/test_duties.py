"""The duties of the clock, by two processes at once, around both conferences of the year."""

import asyncio
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.duties import DUTIES
from storage.files import MediaStore
from storage.models import Event
from tests import year
from tests.commune import Clock
from tests.storage.steps import table
from tests.story import REMINDING, Deeds, Post, by_the_table


async def remind(db: Database) -> None:
    for name in REMINDING:
        async with db.write() as tx:
            await DUTIES[name](tx)


def instants() -> list[datetime]:
    """One near each hour at which residents are reminded, some too early, and a few on days of the office."""
    chance = random.Random(5)
    hours = sorted({window[0] for row in year.TABLE if row.kind == "reminder" for window in row.windows})
    found = {hour + timedelta(minutes=chance.choice((-1, 0, 3))) for hour in hours}
    # Each is over before its result is published.
    found |= {begins + timedelta(hours=12) for begins in (year.MOVED_TO, year.CLUSTERS[1])}
    others = sorted(
        {window[0] for row in year.TABLE if row.kind not in {"reminder", "digest"} for window in row.windows}
    )
    found |= {edge + timedelta(hours=5) * chance.random() for edge in chance.sample(others, 6)}
    return sorted(each for each in found if each >= year.BEGIN)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_two_processes_at_once_send_what_the_table_has_once(
    db: Database, second: Database, clock: Clock, tmp_path: Path
) -> None:
    post, deeds = Post(db, MediaStore(tmp_path), clock), Deeds(db, clock)
    ticks = instants()
    for instant in ticks:
        await deeds.until(instant)
        clock.instant = instant
        async with asyncio.TaskGroup() as group:
            for process in (db, second):
                group.create_task(remind(process))
        await post.empty()
    await post.take()
    sent, given_up = year.expected([(instant, instant) for instant in ticks])
    assert by_the_table(post.went, sent) == sent
    dropped = sorted(
        data["key"] for kind, data in await table(db, Event.kind, Event.data) if kind == "reminder.dropped"
    )
    assert dropped == sorted(year.DROPPED[matter] for matter in given_up if matter in year.DROPPED)
