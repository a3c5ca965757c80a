"""A record with people in it, made for the bench, and what stands in it afterwards."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from storage import announcements, people
from storage.database import Database
from storage.migrations import upgrade
from storage.models import Account, Official, Person, Role
from tests.bot.parts import AWAKE

FIRST_CHAT = 10_000


def database(folder: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{folder / 'doithoai.db'}", AWAKE)


async def prepared(folder: Path, accounts: int, messenger: str = "telegram") -> tuple[Database, str]:
    """A fresh SQLite record with so many consented accounts, who just wrote; with it a code that makes a clerk."""
    db = database(folder)
    await upgrade(db)
    async with db.write() as tx:
        numbers = range(1, accounts + 1)
        persons = [
            {"id": number, "created_at": tx.now, "consent_version": "1", "consented_at": tx.now} for number in numbers
        ]
        homes = [
            {
                "messenger": messenger,
                "native_id": str(FIRST_CHAT + number - 1),
                "person_id": number,
                "language": "vi",
                "last_interaction_at": tx.now,
                "created_at": tx.now,
            }
            for number in numbers
        ]
        if persons:
            await tx.session.execute(insert(Person), persons)
            await tx.session.execute(insert(Account), homes)
        code = await people.invite(tx, Role.CLERK)
    return db, code


async def official(db: Database) -> Official:
    """Somebody who may announce; no account is theirs."""
    async with db.write() as tx:
        person = Person(created_at=tx.now)
        clerk = Official(person=person, role=Role.CLERK, created_at=tx.now)
        tx.session.add(clerk)
        await tx.session.flush()
    return clerk


async def announced(db: Database, words: str = "Thứ Bảy này cắt điện.") -> None:
    """An announcement to everybody is due."""
    clerk = await official(db)
    async with db.write() as tx:
        draft = await announcements.draft(tx, clerk, words)
        announcements.schedule_for(tx, draft, clerk, tx.now)
        await announcements.schedule(tx, draft, clerk, draft.revision)


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "doithoai.db")) as record:
        return record.execute(query).fetchall()
