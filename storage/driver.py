"""The driver of SQLite, asked once for each statement.

aiosqlite does everything in a thread of its own, and SQLAlchemy asks it four times for one statement: for a cursor, for
the statement, for its rows, and to close. Waking the thread and being woken takes longer than most statements of ours.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.engine import Engine
from sqlalchemy.util import EMPTY_DICT, await_only


def ask_once(engine: Engine) -> None:
    """From now on every new connection of this engine does a whole statement in one go."""
    event.listen(engine, "do_connect", connect)


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor of SQLite that is made, asked, read to its end and closed by one call of the driver's thread."""

    __slots__ = ()
    # The thread closes it; what it found and how much it changed can be read afterwards.
    _awaitable_cursor_close = False

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._cursor = None  # type: ignore[assignment]
        self._soft_closed_memoized = EMPTY_DICT
        self._rows = deque()

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        self._do(lambda cursor: cursor.execute(operation, parameters or ()))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        self._do(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    def close(self) -> None:
        self._rows.clear()

    def _do(self, statement: Callable[[sqlite3.Cursor], Any]) -> None:
        def whole() -> deque[Any]:
            cursor: Any = self._connection._conn.cursor()
            self._cursor = cursor
            try:
                statement(cursor)
                return deque(cursor.fetchall() if cursor.description else ())
            finally:
                cursor.close()

        try:
            self._rows = await_only(self._ask(whole))
        except (sqlite3.Error, ValueError) as error:
            # The driver says by a ValueError that the connection is closed.
            self._adapt_connection._handle_exception(error)

    async def _ask(self, work: Callable[[], deque[Any]]) -> deque[Any]:
        found: deque[Any] = await self._connection._execute(work)
        return found


class Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ()
    _cursor_cls = Cursor  # type: ignore[assignment]


def connect(dialect: Any, _entry: Any, arguments: Any, named: Any) -> Connection:
    """SQLAlchemy's way to connect, to a connection with this cursor."""
    made = dialect.connect(*arguments, **named)
    return Connection(made.dbapi, made._connection)
