"""A fresh record on an SQLite file: migrated once a process, since that takes longer than most tests, and copied."""

from pathlib import Path

from storage.database import Database
from storage.migrations import upgrade
from tests.commune import COMMUNE

_migrated: list[bytes] = []


async def put_fresh(file: Path) -> str:
    """Writes an empty, migrated record into `file`; returns its address."""
    address = f"sqlite+aiosqlite:///{file}"
    if _migrated:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_migrated[0])
        return address
    db = Database(address, COMMUNE)
    await upgrade(db)
    # Closing the last connection writes the log into the file.
    await db.close()
    _migrated.append(file.read_bytes())
    return address
