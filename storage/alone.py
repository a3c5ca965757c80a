"""Work that one process at a time may do: a lock that ends with its holder, so that a crash leaves none behind."""

import fcntl
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from storage.database import Database


@asynccontextmanager
async def alone(db: Database, name: str) -> AsyncIterator[bool]:
    """Whether this process has the lock `name` of the record while the body runs; nobody waits for it.

    On PostgreSQL it belongs to a connection, on SQLite to an open file beside the record's: the kernel of either lets
    go of it when its holder dies. Two holders in one process exclude each other too.
    """
    if db.path is None:
        async with _of_connection(db, name) as mine:
            yield mine
        return
    with db.path.with_name(f"{db.path.name}.{name}.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@asynccontextmanager
async def _of_connection(db: Database, name: str) -> AsyncIterator[bool]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    # Outside any transaction: one that stays open for seconds would keep old rows from being cleared away.
    async with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        mine = bool(await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}))
        try:
            yield mine
        finally:
            if mine:
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
