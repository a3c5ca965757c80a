"""The same on every messenger: one journey, and a short conference whose record does not tell where it was played."""

import difflib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from storage.models import Role
from tests.bot.parts import sql
from tests.lines import LINES, Line, TelegramLine, ZaloOaLine
from tests.lines.mixed import MixedLine
from tests.play import short
from tests.play.play import Play
from tests.play.record import dump
from tests.stage import Stage

HER, CLERK, LEADER = 1001, 9001, 9002
WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
ANSWER = "Kính gửi Ông/Bà. Ngày 01/12 đã xuống xem đoạn đường, rải đá trước 14/01/2027. Trân trọng./."

GOLDEN = Path(__file__).parent / "golden" / "short.txt"
"""The record of the short conference: written anew by DOITHOAI_GOLDEN=1, from Telegram."""


@pytest.fixture(params=LINES)
def line(request: pytest.FixtureRequest) -> Line:
    return LINES[request.param]()


async def test_opinion_is_raised_answered_approved_told_and_rated(tmp_path: Path, line: Line) -> None:
    async with Stage(tmp_path, line) as stage:
        await stage.join(CLERK, Role.CLERK)
        await stage.join(LEADER, Role.LEADER)
        await stage.say(HER, WORDS)
        await stage.press(HER, "Đồng ý", "3", "Đường, điện, nước")
        await stage.photo(HER)
        (receipt,) = await stage.press(HER, "Gửi, không ghi tên")
        assert receipt.startswith("Xã đã nhận, kèm 1 ảnh. Mã của bác là KX-1.")
        await stage.later(timedelta(minutes=3))
        await stage.say(CLERK, f"/traloi KX-1 {ANSWER}")
        await stage.press(CLERK, "Hẹn xong")
        await stage.press(LEADER, "Duyệt")
        await stage.at(stage.clock() + timedelta(minutes=11))
        assert any(ANSWER in text for text in stage.shown(HER))
        assert "Xã ghi rồi" in (await stage.press(HER, "Rõ rồi"))[-1]
        rows = await sql(stage.parts.db, "SELECT number, text, state, village_id, field_id FROM opinion")
    assert rows == [(1, WORDS, "answered", "mau-3", "ha-tang")]


async def test_short_conference_leaves_the_same_record(tmp_path: Path, line: Line) -> None:
    await play_short(tmp_path, line)


async def test_short_conference_leaves_the_same_record_when_the_office_is_on_another_messenger(tmp_path: Path) -> None:
    await play_short(tmp_path, MixedLine(office=TelegramLine(), residents=ZaloOaLine()))


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
