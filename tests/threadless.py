"""SQLite asked in the loop's own thread: for tests whose one record nobody else writes.

The driver hands each call to a thread of its own and is woken when it is done, so that a slow disk holds nobody up.
With the file in memory the handing over takes several times as long as the call, and a test makes thousands of them.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.util import await_only

from storage import driver
from storage.database import Database


def ask_at_once(db: Database) -> None:
    """From now on every new connection of this record runs its statements where they are asked for.

    What it commits outlives the process, as always, but not the power: no test cuts that.
    """
    # The first who connects is the one who does.
    event.remove(db.engine.sync_engine, "do_connect", driver.connect)
    event.listen(db.engine.sync_engine, "do_connect", _connect)
    event.listen(db.engine.sync_engine, "connect", _leave_to_the_system)


class _Cursor(driver.Cursor):
    """The program's cursor, without the thread between."""

    __slots__ = ()

    async def _ask(self, work: Callable[[], deque[Any]]) -> deque[Any]:
        return work()


class _Connection(driver.Connection):
    __slots__ = ()
    _cursor_cls = _Cursor

    def commit(self) -> None:
        # Whoever else is ready goes on between two transactions, as while the thread works.
        await_only(asyncio.sleep(0))
        _plain(self).commit()

    def rollback(self) -> None:
        await_only(asyncio.sleep(0))
        _plain(self).rollback()


def _plain(connection: driver.Connection) -> sqlite3.Connection:
    plain: sqlite3.Connection = connection._connection._conn
    return plain


def _connect(dialect: Any, _entry: Any, arguments: Any, named: Any) -> _Connection:
    made = dialect.connect(*arguments, **named)
    return _Connection(made.dbapi, made._connection)


def _leave_to_the_system(connection: Any, _entry: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    # Whoever holds what is waited for could not go on: they share the thread.
    cursor.execute("PRAGMA busy_timeout=0")
    cursor.close()
