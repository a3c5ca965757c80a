"""The main job on each of the five messengers alone, and what is on record after it: the same from all of them."""

import hashlib
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage.files import MediaStore
from storage.models import Role
from tests.bot.parts import sql
from tests.lines import LINES, Line
from tests.stage import Stage

HER, CLERK = 1001, 9001
WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
ANSWER = "Kính gửi Ông/Bà. Ngày 01/12 đã xuống xem đoạn đường, rải đá trước 14/01/2027. Trân trọng./."
NEWS = "Thứ Bảy này cắt điện từ 7 giờ đến 9 giờ để sửa đường dây."
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = datetime(2026, 11, 23, 18, 30, tzinfo=ZONE)
"""The hour of an announcement for which nobody chose another."""
DAY_BEFORE = datetime(2026, 12, 8, 9, tzinfo=ZONE)
REMINDER = datetime(2026, 12, 9, 18, 30, tzinfo=ZONE)
TOLD = {"card": 1, "file": 2, "answer": 1, "announcement": 1, "reminder": 1}
"""Notices that go out, by kind, whatever the messenger."""


@pytest.fixture(params=LINES)
def line(request: pytest.FixtureRequest) -> Line:
    return LINES[request.param]()


async def raised(stage: Stage) -> None:
    await stage.say(HER, WORDS)
    await stage.press(HER, "Đồng ý", "3", "Đường, điện, nước")
    await stage.photo(HER)
    receipt = (await stage.press(HER, "Gửi, không ghi tên"))[-1]
    assert receipt.startswith("Xã đã nhận, kèm 1 ảnh. Mã của bác là KX-1.")


async def answered(stage: Stage) -> None:
    """With a photo; she reads it and finds it clear."""
    await stage.tick()
    await stage.say(CLERK, f"/traloi KX-1 {ANSWER}")
    await stage.photo(CLERK)
    await stage.press(CLERK, "Gửi trả lời")
    await stage.at(stage.clock() + timedelta(minutes=11))
    assert sum(ANSWER in text for text in stage.ever(HER)) == 1
    assert "Xã ghi rồi" in (await stage.press(HER, "Rõ rồi"))[-1]


async def announced(stage: Stage) -> None:
    """The conference is set, and everybody is told something else in the evening."""
    await stage.say(CLERK, "/hoinghi", "10/12 7h30")
    await stage.press(CLERK, "Hội trường UBND xã", "Đặt lịch")
    await stage.say(CLERK, f"/phattin {NEWS}")
    await stage.press(CLERK, "Gửi")
    assert sum(NEWS in text for text in stage.ever(HER)) == 0
    await stage.at(EVENING)
    assert sum(NEWS in text for text in stage.ever(HER)) == 1


async def reminded_after_downtime(stage: Stage) -> None:
    """The machine is down over the hour of the reminder; what starts after it tells her once."""
    stage.clock.instant = DAY_BEFORE
    for who in (HER, CLERK):
        # Whoever writes within seven days can be written to on every messenger.
        await stage.say(who, "/hoinghi")
    await stage.restart(REMINDER + timedelta(hours=1))
    await stage.settle()
    await stage.tick()
    assert sum("Sáng mai" in text for text in stage.ever(HER)) == 1


async def test_main_job_leaves_the_same_record_on_every_messenger(tmp_path: Path, line: Line) -> None:
    async with Stage(tmp_path, line, DOITHOAI_ANSWERS__APPROVAL="false") as stage:
        await stage.join(CLERK, Role.CLERK)
        await raised(stage)
        await answered(stage)
        await announced(stage)
        await reminded_after_downtime(stage)
        db = stage.parts.db
        opinions = await sql(db, "SELECT number, text, state, village_id, field_id, named FROM opinion")
        answers = await sql(
            db, "SELECT issue.state, answer.text, answer.state FROM issue JOIN answer ON issue_id = issue.id"
        )
        sent = await sql(db, "SELECT kind, state FROM outbox WHERE edits_id IS NULL ORDER BY id")
        left = await sql(db, "SELECT state FROM inbox WHERE state != 'done' OR payload IS NOT NULL")
        files = await sql(db, "SELECT digest, state FROM attachment")
    assert opinions == [(1, WORDS, "settled", "mau-3", "ha-tang", 0)]
    assert answers == [("settled", ANSWER, "released")]
    assert {state for _, state in sent} == {"sent"}
    kinds = Counter(kind for kind, _ in sent)
    assert {kind: kinds[kind] for kind in TOLD} == TOLD
    assert left == []
    media = MediaStore(stage.parts.media.root)
    assert [(hashlib.sha256(media.get(digest)).hexdigest(), state) for digest, state in files] == [
        (digest, "stored") for digest, _ in files
    ]
    assert len(files) == 2
