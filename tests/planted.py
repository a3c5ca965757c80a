"""Planted words looked for wherever a record, a phone or a log could show them."""

from collections.abc import Collection

from sqlalchemy import select

from storage.database import Database
from storage.models import Base
from tests.phones import Phone, Room


async def held_in(db: Database, *words: str) -> set[str]:
    """The tables that hold one of these words in any column, JSON too."""
    async with db.read() as tx:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            for row in await tx.session.execute(select(table))
            if any(word in str(value) for word in words for value in row)
        }


def shown_on(room: Room, *words: str, but: Collection[Phone] = ()) -> list[tuple[str, str]]:
    """(phone, text) of every message that shows one of these words now, on any phone but these."""
    return [
        (phone.native_id, said.text)
        for phone in room.phones.values()
        if phone not in but
        for said in phone.said
        if any(word in f"{said.text} {said.buttons}" for word in words)
    ]
