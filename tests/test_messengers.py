"""One journey on every messenger, with the same calls: raised with a photo, answered, approved, told, rated."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage.models import Role
from tests.bot.parts import sql
from tests.lines import LINES, Line
from tests.stage import Stage

HER, CLERK, LEADER = 1001, 9001, 9002
WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
ANSWER = "Kính gửi Ông/Bà. Ngày 01/12 đã xuống xem đoạn đường, rải đá trước 14/01/2027. Trân trọng./."


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
