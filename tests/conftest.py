"""Fixtures that several floors share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.phones import Room
from tests.processes import Parent


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A commune on a fresh SQLite file, with phones and no wire."""
    room = await Room.open(tmp_path)
    yield room
    await room.close()


@pytest.fixture(scope="session")
def parent() -> Iterator[Parent]:
    """The program, imported once: it forks a running bot in milliseconds."""
    with Parent.open() as parent:
        yield parent
