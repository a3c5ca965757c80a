from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.models import Counter
from tests.commune import COMMUNE
from tests.records import put_fresh


@pytest.fixture
async def db(tmp_path: Path) -> Database:
    return Database(await put_fresh(tmp_path / "record.db"), COMMUNE)


async def driver_of(connection: AsyncConnection) -> aiosqlite.Connection:
    driver: aiosqlite.Connection | None = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    return driver


async def test_statement_is_one_call_of_the_driver(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with db.engine.begin() as connection:
        driver, calls = await driver_of(connection), 0
        ask: Any = driver._execute

        async def counted(work: Any) -> Any:
            nonlocal calls
            calls += 1
            return await ask(work)

        monkeypatch.setattr(driver, "_execute", counted)
        names = await connection.scalars(select(Counter.name).order_by(Counter.name))
        assert (names.all(), calls) == (["draft", "opinion"], 1)
        changed = await connection.execute(update(Counter).values(value=7))
        assert (changed.rowcount, calls) == (2, 2)
        await connection.execute(insert(Counter), [{"name": "a", "value": 1}, {"name": "b", "value": 2}])
        assert calls == 3
        none = await connection.execute(select(Counter).where(Counter.name == "c"))
        assert (list(none.keys()), none.all(), calls) == (["name", "value"], [], 4)
        assert await connection.scalar(select(func.sum(Counter.value))) == 17
    await db.close()


async def test_statement_that_fails_leaves_the_others_of_its_transaction(db: Database) -> None:
    async with db.engine.begin() as connection:
        await connection.execute(insert(Counter).values(name="a", value=1))
        with pytest.raises(IntegrityError):
            await connection.execute(insert(Counter).values(name="a", value=2))
        await connection.execute(delete(Counter).where(Counter.name == "draft"))
    async with db.engine.connect() as connection:
        rows = await connection.execute(select(Counter.name, Counter.value).order_by(Counter.name))
        assert rows.all() == [("a", 1), ("opinion", 0)]
    await db.close()


async def test_connection_that_was_closed_is_said_to_be_so_and_another_is_opened(db: Database) -> None:
    async with db.engine.connect() as connection:
        await (await driver_of(connection)).close()
        with pytest.raises(OperationalError, match="Connection closed") as raised:
            await connection.execute(select(Counter))
        assert raised.value.connection_invalidated
    async with db.engine.connect() as connection:
        assert await connection.scalar(select(func.count()).select_from(Counter)) == 2
    await db.close()
