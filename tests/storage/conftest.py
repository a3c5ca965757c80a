"""Every storage test runs on a real SQLite file and on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # its wheel says nothing of its types
import pytest

from storage.database import Database
from storage.models import Base
from tests.commune import COMMUNE, Clock
from tests.postgres import command, database_url, migrate, run_apart
from tests.records import put_fresh
from tests.threadless import ask_at_once


@pytest.fixture(scope="session")
def postgres_record(postgres: str) -> str:
    """The address of a migrated database. To copy it for each test takes 200 ms, to empty it 10."""
    url = database_url(postgres, "record")

    async def make() -> None:
        await command(postgres, "CREATE DATABASE record")
        await migrate(url)

    run_apart(make)
    return url


@pytest.fixture(scope="session")
def emptied(postgres_record: str) -> Iterator[Callable[[], str]]:
    """Makes the migrated database as new, its ids begun anew, over one connection; returns its address."""
    statements = ["SET session_replication_role = replica"]
    statements += [f"DELETE FROM {name}" for name in Base.metadata.tables]
    # To restart a sequence makes a file, to set it back makes none.
    statements += ["SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences"]
    statements += ["INSERT INTO counter (name, value) VALUES ('draft', 0), ('opinion', 0)"]
    with ThreadPoolExecutor(1) as pool, asyncio.Runner() as runner:

        def run(work: Coroutine[Any, Any, Any]) -> Any:
            return pool.submit(runner.run, work).result()

        def empty() -> str:
            run(connection.execute("; ".join(statements)))
            return postgres_record

        connection = run(asyncpg.connect(postgres_record.replace("+asyncpg", "")))
        yield empty
        run(connection.close())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> str:
    """The address of a migrated database with nothing in it."""
    if backend == "sqlite":
        return await put_fresh(tmp_path / "record.db")
    empty: Callable[[], str] = request.getfixturevalue("emptied")
    return empty()


@pytest.fixture
async def bare_url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database without tables."""
    if backend == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'bare.db'}"
        return
    address: str = request.getfixturevalue("postgres")
    await command(address, "CREATE DATABASE bare")
    yield database_url(address, "bare")
    await command(address, "DROP DATABASE bare WITH (FORCE)")


@pytest.fixture
async def db(request: pytest.FixtureRequest, url: str, clock: Clock) -> AsyncIterator[Database]:
    db = Database(url, COMMUNE, clock)
    if db.is_sqlite and "second" not in request.fixturenames:
        ask_at_once(db)
    yield db
    await db.close()


@pytest.fixture
async def second(url: str, clock: Clock) -> AsyncIterator[Database]:
    """The same record opened again, as by a second process."""
    db = Database(url, COMMUNE, clock)
    yield db
    await db.close()


@pytest.fixture
async def bare(bare_url: str, clock: Clock) -> AsyncIterator[Database]:
    db = Database(bare_url, COMMUNE, clock)
    yield db
    await db.close()
