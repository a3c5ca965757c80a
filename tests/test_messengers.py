"""A short conference on every messenger: its record does not tell where it was played."""

import difflib
import os
from pathlib import Path

import pytest

from tests.lines import LINES, Line, TelegramLine, ZaloOaLine
from tests.lines.beside import Beside
from tests.play import short
from tests.play.play import Play
from tests.play.record import dump

OFFICE = 9000
"""From this number on they are officials."""

GOLDEN = Path(__file__).parent / "golden" / "short.txt"
"""The record of the short conference: written anew by DOITHOAI_GOLDEN=1, from Telegram."""


@pytest.fixture(params=LINES)
def line(request: pytest.FixtureRequest) -> Line:
    return LINES[request.param]()


async def test_short_conference_leaves_the_same_record(tmp_path: Path, line: Line) -> None:
    await play_short(tmp_path, line)


async def test_short_conference_leaves_the_same_record_when_the_office_is_on_another_messenger(tmp_path: Path) -> None:
    await play_short(tmp_path, Beside({OFFICE: TelegramLine(), 0: ZaloOaLine()}))


async def play_short(folder: Path, line: Line) -> None:
    play = Play(folder, line, short.WORDS)
    async with play.stage:
        for act in short.ACTS:
            await act(play)
        text = await dump(play.stage.parts.db, play.mask)
    if os.environ.get("DOITHOAI_GOLDEN") and line.name == "telegram":
        GOLDEN.write_text(text, encoding="utf-8")
    before = GOLDEN.read_text(encoding="utf-8")
    changed = difflib.unified_diff(before.splitlines(), text.splitlines(), "golden", line.name, lineterm="", n=0)
    assert text == before, "\n".join(changed)
