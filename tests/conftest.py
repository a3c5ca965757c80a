"""Fixtures that several floors share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.phones import Room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A commune on a fresh SQLite file, with phones and no wire."""
    room = await Room.open(tmp_path)
    yield room
    await room.close()
