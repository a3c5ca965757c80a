"""What comes in together is written together, and one that cannot be written fails alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.messengers.gathering import MOST, Gathering
from storage.database import Database, Transaction
from storage.models import Counter
from tests.bot.parts import record


class Shelf:
    """Writes a counter for each name; `together` are the batches as they came."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.together: list[list[str]] = []
        self.gathering = Gathering(db, self.store)
        self.entered, self.may_go = asyncio.Event(), asyncio.Event()

    async def store(self, tx: Transaction, names: Sequence[str]) -> list[bool]:
        self.together.append(list(names))
        self.entered.set()
        await self.may_go.wait()
        if "bad" in names:
            raise ValueError("bad")
        known = [await tx.session.get(Counter, name) for name in names]
        tx.session.add_all([Counter(name=name, value=1) for name, found in zip(names, known, strict=True) if not found])
        return [found is None for found in known]

    async def begun(self) -> "list[asyncio.Task[bool]]":
        """The first is being written; what comes now waits."""
        first = asyncio.create_task(self.gathering.put("first"))
        await self.entered.wait()
        return [first]

    async def written(self) -> set[str]:
        async with self.db.read() as tx:
            rows = await tx.session.execute(Counter.__table__.select())
            return {row.name for row in rows} - {"draft", "opinion"}


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with record(tmp_path) as db:
        yield Shelf(db)


async def test_what_comes_meanwhile_is_written_together_a_number_at_a_time(shelf: Shelf) -> None:
    puts = await shelf.begun()
    puts += [asyncio.create_task(shelf.gathering.put(f"n{number}")) for number in range(MOST + 3)]
    await asyncio.sleep(0)
    shelf.may_go.set()
    assert await asyncio.gather(*puts) == [True] * (MOST + 4)
    assert [len(batch) for batch in shelf.together] == [1, MOST, 3]
    assert await shelf.gathering.put("n1") is False


async def test_one_that_cannot_be_written_fails_alone(shelf: Shelf) -> None:
    puts = await shelf.begun()
    puts += [asyncio.create_task(shelf.gathering.put(name)) for name in ("a", "bad", "b")]
    await asyncio.sleep(0)
    shelf.may_go.set()
    first, a, bad, b = await asyncio.gather(*puts, return_exceptions=True)
    assert (first, a, b, repr(bad)) == (True, True, True, "ValueError('bad')")
    assert await shelf.written() == {"first", "a", "b"}


async def test_whoever_is_cut_off_while_writing_leaves_nothing_half_and_nobody_waiting(shelf: Shelf) -> None:
    (first,) = await shelf.begun()
    second = asyncio.create_task(shelf.gathering.put("second"))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    shelf.may_go.set()
    assert (first.cancelled(), await second) == (True, True)
    assert await shelf.written() == {"second"}


async def test_whoever_no_longer_waits_is_not_written_for(shelf: Shelf) -> None:
    (first,) = await shelf.begun()
    second, third = (asyncio.create_task(shelf.gathering.put(name)) for name in ("second", "third"))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    shelf.may_go.set()
    assert [await first, await third, second.cancelled()] == [True, True, True]
    assert await shelf.written() == {"first", "third"}
