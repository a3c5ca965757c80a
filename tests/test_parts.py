"""A reply to any message of those that one card became leads to its matter, on each messenger that splits."""

from pathlib import Path

import pytest

from storage.models import Role
from tests.bot.parts import sql
from tests.lines import LINES, Line
from tests.stage import Stage

HER, CLERK, LEADER = 1001, 9001, 9002
WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe. " * 9
LONG = "\n".join(f"{number}. Ngày 01/12 đã xuống xem đoạn đường, rải đá trước 14/01/2027." for number in range(53))


@pytest.fixture(params=["zalo_oa", "web_plain"])
def line(request: pytest.FixtureRequest) -> Line:
    return LINES[request.param]()


async def test_reply_to_any_part_of_a_long_answer_sends_it_back(tmp_path: Path, line: Line) -> None:
    async with Stage(tmp_path, line) as stage:
        await stage.join(LEADER, Role.LEADER)
        await stage.join(CLERK, Role.CLERK)
        await stage.say(HER, WORDS)
        await stage.press(HER, "Đồng ý", "3", "Đường, điện, nước", "Gửi, không ghi tên")
        await stage.tick()
        before = len(stage.messages(LEADER))
        await stage.say(CLERK, f"/traloi KX-1 {LONG}")
        await stage.press(CLERK, "Giải thích")
        parts = stage.messages(LEADER)[before:]
        await stage.restart()
        for part in parts:
            (said,) = await stage.say(LEADER, "Nói rõ ngày nào xong", to=part)
            assert said.startswith("“Nói rõ ngày nào xong”\nTrả lại câu trả lời KX-1 với lời này?")
            await stage.press(LEADER, "Thôi")
        cards = await sql(
            stage.parts.db,
            "SELECT kind, count(part.message_id) FROM outbox LEFT JOIN message_part part ON outbox_id = outbox.id"
            " WHERE kind LIKE 'approval%' GROUP BY outbox.id ORDER BY outbox.id",
        )
    assert cards == [("approval_text", len(parts) - 2), ("approval", 0)]
    assert len(parts) > 2
