"""Migrations of the record, run by `doithoai migrate` and at every start."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@asynccontextmanager
async def _migrating(db: Database) -> AsyncIterator[AsyncConnection]:
    async with db.engine.connect() as connection:
        driver: Any = None
        if db.is_sqlite:
            # SQLite changes a table by copying it, and dropping the old one would take the rows that point to it along.
            # Outside a transaction alone may the keys be left unwatched; they are checked before the commit.
            driver = (await connection.get_raw_connection()).driver_connection
            await driver.execute("PRAGMA foreign_keys=OFF")
        try:
            async with connection.begin():
                yield connection
                if db.is_sqlite and (lost := (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first()):
                    raise RuntimeError(f"a row of {lost[0]} would point to nothing")
        finally:
            if db.is_sqlite:
                await driver.execute("PRAGMA foreign_keys=ON")


async def upgrade(db: Database, revision: str = "head") -> None:
    """Brings the database to `revision`; what is already there is left alone."""
    async with _migrating(db) as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(db: Database, revision: str) -> None:
    """Takes the database back to `revision` ("base" empties it)."""
    async with _migrating(db) as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))
