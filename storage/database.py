"""The record: one engine, one way to read, one way to write."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import InsertmanyvaluesSentinelOpts

from storage.commune import Commune
from storage.driver import ask_once

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One unit of change: the session, the instant it happens at, and the commune it happens in.

    Every operation of this floor takes it first. `wake` names a topic ("inbox", "outbox", "files",
    "transcript") whose listeners are woken once the transaction is committed, never before. `known` is what was asked
    once and holds for all of it, by the kind of row that it is about: an event about one of that kind forgets it.
    """

    session: AsyncSession
    now: datetime
    commune: Commune
    topics: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    known: dict[str, Any] = field(default_factory=dict)

    async def hold(self, row: object, *columns: str) -> None:
        """Holds a row until the commit, its columns as they are now: of two who act on it the second sees the first."""
        await self.session.flush()
        await self.session.refresh(row, columns, with_for_update=True)

    def insert(self, table: Any) -> sqlite.Insert | postgresql.Insert:
        """INSERT in the record's own dialect, which can say what becomes of a row that is there already."""
        is_postgresql = self.session.get_bind().dialect.name == "postgresql"
        return postgresql.insert(table) if is_postgresql else sqlite.insert(table)

    def wake(self, topic: str) -> None:
        self.topics.add(topic)

    def drop_file(self, digest: str) -> None:
        """The row that named these bytes is deleted: after the commit they go, unless another row names them."""
        self.dropped.add(digest)
        self.topics.add("dropped")


class Database:
    """The engine with its writer lock.

    `url` is an SQLAlchemy async URL (sqlite+aiosqlite or postgresql+asyncpg). SQLite runs in WAL with
    `synchronous=FULL`: what was confirmed to a messenger must survive the power going, not only the process.
    """

    def __init__(self, url: str, commune: Commune, now: Now = utc_now) -> None:
        self.url = make_url(url)
        self.commune = commune
        self.now = now
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _engine(str(self.url.render_as_string(hide_password=False)), self.is_sqlite)
        self._readers = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writers = async_sessionmaker(self.engine.execution_options(immediate=True), expire_on_commit=False)
        self._writer_lock = asyncio.Lock()
        self._listeners: dict[str, list[Callable[[], None]]] = {}
        self.dropped: set[str] = set()

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    def subscribe(self, topic: str, callback: Callable[[], None]) -> None:
        """Calls `callback` after each commit that woke `topic`."""
        self._listeners.setdefault(topic, []).append(callback)

    def unsubscribe(self, topic: str, callback: Callable[[], None]) -> None:
        self._listeners[topic].remove(callback)

    def listen(self, topic: str) -> asyncio.Event:
        """An event set after each commit that woke `topic`; the caller clears it."""
        woken = asyncio.Event()
        self.subscribe(topic, woken.set)
        return woken

    def unlisten(self, topic: str, woken: asyncio.Event) -> None:
        self.unsubscribe(topic, woken.set)

    def wake(self, topic: str) -> None:
        for callback in tuple(self._listeners.get(topic, ())):
            callback()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """A transaction that may write; it commits on leaving and rolls back when the body raises.

        SQLite has one writer: the lock makes the tasks of this process wait here, in order, instead of
        failing on a busy database; BEGIN IMMEDIATE does the same between processes.
        """
        async with self._writer_lock, self._writers() as session:
            tx = Transaction(session, self.now(), self.commune)
            async with session.begin():
                yield tx
        self.dropped |= tx.dropped
        for topic in tx.topics:
            self.wake(topic)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A transaction that only reads; nothing it changes is kept."""
        # Closing undoes whatever was changed and, unlike a rollback, leaves what was read readable.
        async with self._readers() as session:
            yield Transaction(session, self.now(), self.commune)

    async def close(self) -> None:
        await self.engine.dispose()


_SQLITE = {"timeout": 30, "cached_statements": 1024}
"""Seconds that the driver waits for another process; statements that it keeps put together, more than ours are."""


def _engine(url: str, is_sqlite: bool) -> AsyncEngine:
    # hide_parameters: an error of the database would otherwise carry what a resident wrote into the log.
    if not is_sqlite:
        return create_async_engine(url, json_serializer=_dumps, hide_parameters=True)
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url, json_serializer=_dumps, hide_parameters=True, connect_args=_SQLITE)
    # SQLite gives a statement's rows ascending ids in the order of its VALUES, so many rows may go in with one; without
    # this each new row of a batch is a statement of its own.
    engine.sync_engine.dialect.insertmanyvalues_implicit_sentinel = InsertmanyvaluesSentinelOpts.ANY_AUTOINCREMENT
    ask_once(engine.sync_engine)
    event.listen(engine.sync_engine, "connect", _on_sqlite_connect)
    event.listen(engine.sync_engine, "begin", _on_sqlite_begin)
    return engine


def _on_sqlite_connect(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN is deferred and late; ours is said in _on_sqlite_begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        # What a resident deleted must not lie readable in a free page of the file.
        "secure_delete=ON",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
