"""SQLite asked in the loop's own thread: for tests whose one record nobody else writes.

The driver hands each call to a thread of its own and is woken when it is done, so that a slow disk holds nobody up.
With the file in memory the handing over takes several times as long as the call, and a test makes thousands of them.
"""

import asyncio
from typing import Any

from aiosqlite import Connection
from sqlalchemy import event
from sqlalchemy.pool import ConnectionPoolEntry

from storage.database import Database


def ask_at_once(db: Database) -> None:
    """From now on every new connection of this record runs its statements where they are asked for."""
    event.listen(db.engine.sync_engine, "connect", _without_thread)


def _without_thread(connection: Any, _entry: ConnectionPoolEntry) -> None:
    driver: Connection = connection.driver_connection

    async def run(fn: Any, *args: Any, **kwargs: Any) -> Any:
        # Whoever else is ready goes on here, as while the thread works.
        await asyncio.sleep(0)
        return fn(*args, **kwargs)

    driver._execute = run  # type: ignore[method-assign]
