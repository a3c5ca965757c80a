"""SQLite asked in the loop's own thread: for tests whose one record nobody else writes.

The driver hands each call to a thread of its own and is woken when it is done, so that a slow disk holds nobody up.
With the file in memory the handing over takes several times as long as the call, and a test makes thousands of them.
"""

import asyncio
import sqlite3
from collections import deque
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import await_only

from storage.database import Database


def ask_at_once(db: Database) -> None:
    """From now on every new connection of this record runs its statements where they are asked for.

    What it commits outlives the process, as always, but not the power: no test cuts that.
    """
    event.listen(db.engine.sync_engine, "do_connect", _connect)
    event.listen(db.engine.sync_engine, "connect", _leave_to_the_system)


async def _asked() -> None:
    """SQLAlchemy wants every statement of an asynchronous driver awaited."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    """The driver's cursor under SQLAlchemy's, without the thread between them."""

    __slots__ = ()
    _awaitable_cursor_close = False

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = _plain(adapt_connection).cursor()  # type: ignore[assignment]
        self._soft_closed_memoized = {}  # type: ignore[assignment]
        self._rows = deque()

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        await_only(_asked())
        cursor: Any = self._cursor
        cursor.execute(operation, parameters or ())
        if cursor.description:
            self._rows = deque(cursor.fetchall())

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        await_only(_asked())
        cursor: Any = self._cursor
        cursor.executemany(operation, seq_of_parameters)


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = _Cursor  # type: ignore[assignment]

    def commit(self) -> None:
        # Whoever else is ready goes on between two transactions, as while the thread works.
        await_only(asyncio.sleep(0))
        _plain(self).commit()

    def rollback(self) -> None:
        await_only(asyncio.sleep(0))
        _plain(self).rollback()


def _plain(connection: AsyncAdapt_aiosqlite_connection) -> sqlite3.Connection:
    plain: sqlite3.Connection = connection._connection._conn
    return plain


def _connect(dialect: Any, _entry: Any, arguments: Any, named: Any) -> _Connection:
    made = dialect.connect(*arguments, **named)
    return _Connection(made.dbapi, made._connection)


def _leave_to_the_system(connection: Any, _entry: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()
