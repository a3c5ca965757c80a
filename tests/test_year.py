"""The clock through a year of two conferences and Tết, however the machine was down: what was sent is the table's."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.clock import Clock as Ticker
from bot.clock import Rules
from storage.database import Database
from storage.duties import DUTIES
from storage.files import MediaStore
from storage.models import Event
from tests import year
from tests.commune import COMMUNE, Clock
from tests.records import put_fresh
from tests.storage.steps import table
from tests.story import REMINDING, Deeds, Post, by_the_table
from tests.threadless import ask_at_once
from tests.year import BEGIN, END, TICK, Span, at

TURNS = [at(date(2027, 2, 16), 19, 10), at(date(2027, 2, 17), 8, 25), at(date(2026, 12, 15), 6, 40)]
"""When the clock on the wall is set back an hour, to be set right two days later: by seed."""

DENSE = [date(2026, 12, 14), date(2026, 12, 15), date(2027, 2, 16), date(2027, 2, 17), date(2027, 2, 18)]
"""Days on which it ticks at every hour: before the conferences, and on them."""


def edges() -> list[datetime]:
    """When a reminder comes due, or is no longer to be sent; digests aside."""
    return sorted({edge for row in year.TABLE if row.kind != "digest" for window in row.windows for edge in window})


def machine(chance: random.Random, turn: datetime) -> list[Span]:
    """When the machine is up: down forty times for a minute to three days, and its clock set back an hour once."""
    starts = [first for row in year.TABLE if row.kind != "digest" for first, _ in row.windows]
    # It is up while the hour passes that will come again.
    downs: list[Span] = [(turn - timedelta(hours=1), turn)]
    while len(downs) <= 40:
        length = timedelta(minutes=1) * 4320 ** chance.random()
        begin = BEGIN + (END - BEGIN) * chance.random()
        if chance.random() < 0.6:
            begin = chance.choice(starts) - length * chance.random()
        end = begin + length
        if chance.random() < 0.2:  # up again at the very instant, or a second before
            second = timedelta(seconds=chance.choice((0, 1)))
            end = min((each for each in edges() if each > begin), default=end) - second
        is_free = all(end + TICK < other[0] or other[1] + TICK < begin for other in downs)
        if BEGIN + TICK < begin < end < END and end - begin <= timedelta(days=3) and is_free:
            downs.append((begin, end))
    downs = sorted(downs[1:])
    ups = list(zip([BEGIN, *(end for _, end in downs)], [*(begin for begin, _ in downs), END], strict=True))
    return _turned(ups, turn)


def _turned(ups: Sequence[Span], turn: datetime) -> list[Span]:
    """The same as the clock on the wall has it."""
    right = turn + timedelta(days=2)
    eras = ((BEGIN, turn, timedelta(0)), (turn, right, timedelta(hours=1)), (right, END, timedelta(0)))
    cut = [(max(begin, first), min(end, last), by) for begin, end in ups for first, last, by in eras]
    return [(first - by, last - by) for first, last, by in cut if first < last]


def ticks(chance: random.Random, span: Span) -> list[datetime]:
    """Some of the instants at which it ticks in one span: at its begin and end, around all that is due, at random."""
    begin, end = span
    phase = TICK * chance.random()
    found = {begin, end}
    found |= {edge + by for edge in edges() for by in (phase, timedelta(seconds=-1))}
    found |= {window[0] + phase for row in year.TABLE for window in row.windows}
    found |= {begin + (end - begin) * chance.random() for _ in range(1 + (end - begin) // timedelta(days=5))}
    found |= {at(day, hour) for day in DENSE for hour in range(24)}
    return sorted(each for each in found if begin <= each <= end)


async def remind(db: Database) -> None:
    """A tick, of the duties that the table is about: the whole clock takes several times as long."""
    for name in REMINDING:
        async with db.write() as tx:
            await DUTIES[name](tx)


@pytest.mark.parametrize("seed", range(2))
async def test_reminders_sent_in_a_year_are_those_of_the_table(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    watch = Clock(BEGIN)
    db = Database(await put_fresh(tmp_path / "year.db"), COMMUNE, watch)
    ask_at_once(db)
    post, deeds = Post(db, MediaStore(tmp_path / "media"), watch), Deeds(db, watch)
    ticker = Ticker(db, Rules(timedelta(days=7)), tmp_path / "uploads")
    spans = machine(chance, TURNS[seed])
    woken = db.listen("outbox")
    with capture_logs() as logs:
        for span in spans:
            for instant in ticks(chance, span):
                await deeds.until(instant)
                watch.instant = instant
                await (ticker.tick() if instant == span[0] else remind(db))
                if woken.is_set():
                    await post.empty()
                    woken.clear()
    await post.take()
    events = await table(db, Event.kind, Event.data)
    await db.close()
    sent, given_up = year.expected(spans)
    assert [line for line in logs if line["log_level"] == "error"] == []
    assert by_the_table(post.went, sent) == sent
    dropped = sorted(data["key"] for kind, data in events if kind == "reminder.dropped")
    assert dropped == sorted(year.DROPPED[matter] for matter in given_up if matter in year.DROPPED)
