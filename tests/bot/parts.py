"""What the tests of the running parts share: a record on a fresh file, a time that can be moved, a wait with an end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeVar

from aiogram.client.session.aiohttp import AiohttpSession
from sqlalchemy import event, text

from bot.messengers.telegram import Telegram
from storage.commune import Commune
from storage.database import Database, utc_now
from storage.models import Account
from storage.people import load_callers
from tests.commune import COMMUNE
from tests.records import put_fresh

Value = TypeVar("Value")

AWAKE = replace(COMMUNE, quiet=(time(0), time(0)))
"""A commune without quiet hours: what goes by the real time must pass at any hour."""


class Time:
    """Both clocks of the program, real but for what was skipped."""

    def __init__(self) -> None:
        self.skipped = 0.0
        self.turned_back = 0.0

    def now(self) -> datetime:
        return utc_now() + timedelta(seconds=self.skipped - self.turned_back)

    def monotonic(self) -> float:
        return monotonic() + self.skipped

    def skip(self, seconds: float) -> None:
        self.skipped += seconds

    def turn_back(self, seconds: float) -> None:
        """Somebody sets the wall clock back; no time passes."""
        self.turned_back += seconds


@asynccontextmanager
async def record(
    folder: Path, now: Callable[[], datetime] = utc_now, commune: Commune = AWAKE
) -> AsyncIterator[Database]:
    """A database on a fresh SQLite file."""
    db = Database(await put_fresh(folder / "record.db"), commune, now)
    yield db
    await db.close()


async def account(db: Database, native_id: str, messenger: str = "telegram") -> int:
    """The id of this account, made if it is new; one that is there stays as it is."""
    query = "SELECT id FROM account WHERE messenger = :messenger AND native_id = :native_id"
    for (account_id,) in await sql(db, query, messenger=messenger, native_id=native_id):
        return int(account_id)
    async with db.write() as tx:
        caller = (await load_callers(tx, messenger, [native_id]))[native_id]
        await tx.session.flush()
        return caller.account.id


async def get_account(db: Database, account_id: int) -> Account:
    async with db.read() as tx:
        return await tx.session.get_one(Account, account_id)


async def sql(db: Database, statement: str, **values: Any) -> list[Any]:
    """Rows of one statement, as tuples; what it changes is committed."""
    async with db.engine.begin() as connection:
        result = await connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


async def eventually(
    probe: Callable[[], Awaitable[Value]], wanted: Callable[[Value], bool] = bool, timeout: float = 10.0
) -> Value:
    """What `probe` gives, as soon as it is as `wanted`; raises TimeoutError with what it gave last."""
    deadline = monotonic() + timeout
    while not wanted(value := await probe()):
        if monotonic() > deadline:
            raise TimeoutError(f"not so within {timeout} s: {value!r}")
        await asyncio.sleep(0.005)
    return value


async def hang_up(telegram: Telegram) -> None:
    """Closes the messenger, without the quarter of a second that aiogram gives TLS: no line here has any."""
    session = telegram.bot.session
    if isinstance(session, AiohttpSession):
        await (await session.create_session()).close()
    await telegram.close()


def logged(logs: Sequence[Mapping[str, Any]], event: str) -> Callable[[], Awaitable[bool]]:
    """A probe: whether this event is among what was captured."""

    async def probe() -> bool:
        return any(line["event"] == event for line in logs)

    return probe


class Part(Protocol):
    async def run(self, stopping: asyncio.Event) -> None: ...


@asynccontextmanager
async def running(part: Part) -> AsyncIterator[None]:
    """Runs a part while the body runs; then it is told to stop and awaited."""
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(part.run(stopping))
        try:
            yield
        finally:
            stopping.set()


def count_commits(db: Database) -> list[int]:
    """A list that grows by one with each commit of this database."""
    commits: list[int] = []
    event.listen(db.engine.sync_engine, "commit", lambda _: commits.append(1))
    return commits


async def no_metrics() -> bytes:
    """What a web server is given that nobody measures."""
    return b""
