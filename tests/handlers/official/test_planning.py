"""The conference: set, moved, and every way to mistype it."""

import asyncio
from datetime import UTC, datetime

import pytest

from storage import conferences
from storage.models import Role
from tests.handlers.official.desk import CLERK, LEADER, take_office
from tests.phones import Phone, Room

WHEN = "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"
PREVIEW = f"Hội nghị đối thoại 2026\nGiờ, nơi: {WHEN}, Hội trường UBND xã\nKhông trùng ngày nghỉ.\nĐặt lịch chứ?"
SET = (
    f"Đã đặt: Hội nghị đối thoại 2026\n{WHEN}, Hội trường UBND xã\n"
    "Bà con gõ /hoinghi là thấy. Báo ngay cho mọi người: /phattin"
)
BUTTONS = ["Đặt lịch", "Sửa ngày giờ", "Sửa nơi", "Sửa tên", "Bỏ"]


async def planned(room: Room) -> tuple[str, datetime, str] | None:
    async with room.db.read() as tx:
        conference = await conferences.current(tx)
    return (conference.title, conference.starts_at, conference.place) if conference else None


async def to_preview(room: Room, role: Role = Role.CLERK) -> Phone:
    clerk = await take_office(room, role, CLERK)
    await clerk.text("/hoinghi")
    await clerk.text("10/12 7h30")
    await clerk.tap("Hội trường UBND xã")
    return clerk


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER])
async def test_conference_is_set_in_three_taps_and_two_words(room: Room, role: Role) -> None:
    clerk = await take_office(room, role, CLERK)
    (said,) = await clerk.text("/hoinghi")
    assert (said.text, said.labels) == ("Chưa đặt hội nghị năm nay. Gõ ngày giờ, ví dụ: 10/12 7h30", ["Bỏ"])
    (said,) = await clerk.text("10/12 7h30")
    assert said.text == f"{WHEN}. Không trùng ngày nghỉ.\nHọp ở đâu?"
    assert said.labels == ["Hội trường UBND xã", "Nơi khác", "Bỏ"]
    assert await clerk.tap("Hội trường UBND xã") == []
    assert (clerk.last.text, clerk.last.labels) == (PREVIEW, BUTTONS)
    assert await planned(room) is None
    await clerk.tap("Đặt lịch")
    assert (clerk.last.text, clerk.last.labels) == (SET, [])
    starts_at = datetime(2026, 12, 10, 0, 30, tzinfo=UTC)
    assert await planned(room) == ("Hội nghị đối thoại 2026", starts_at, "Hội trường UBND xã")


async def test_place_and_title_are_typed(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/hoinghi")
    await clerk.text("10/12 7h30")
    assert [said.text for said in await clerk.tap("Nơi khác")] == ["Gõ tên nơi họp."]
    await clerk.text("Nhà văn hoá  <Thôn mẫu 2>")
    assert [said.text for said in await clerk.tap("Sửa tên")] == ["Gõ tên hội nghị."]
    (said,) = await clerk.text("Đối thoại & lắng nghe")
    assert said.text == (
        f"Đối thoại &amp; lắng nghe\nGiờ, nơi: {WHEN}, Nhà văn hoá &lt;Thôn mẫu 2&gt;\n"
        "Không trùng ngày nghỉ.\nĐặt lịch chứ?"
    )
    await clerk.tap("Sửa nơi")
    await clerk.text("Sân trường")
    await clerk.tap("Sửa ngày giờ")
    (said,) = await clerk.text("12/12 14h")
    assert said.text == (
        "Đối thoại &amp; lắng nghe\nGiờ, nơi: 14 giờ 00, Thứ Bảy 12/12/2026 (mồng 4 tháng 11 âm), Sân trường\n"
        "Trùng ngày nghỉ cuối tuần.\nĐặt lịch chứ?"
    )
    await clerk.tap("Đặt lịch")
    starts_at = datetime(2026, 12, 12, 7, 0, tzinfo=UTC)
    assert await planned(room) == ("Đối thoại & lắng nghe", starts_at, "Sân trường")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("31/02 7h", "“31/02 7h” không có trong lịch. Gõ lại, ví dụ: 15/12 7h30"),
        ("mai", "Chưa đọc được ngày giờ trong “mai”. Gõ lại, ví dụ: 10/12 7h30"),
        ("23/11/2026 8h", "“23/11/2026 8h” đã qua. Gõ ngày giờ sắp tới, ví dụ: 15/12 7h30"),
        ("<b>" + "x" * 5000, f"Chưa đọc được ngày giờ trong “&lt;b&gt;{'x' * 36}…”. Gõ lại, ví dụ: 10/12 7h30"),
    ],
)
async def test_date_that_cannot_be_taken_says_why_and_asks_again(room: Room, typed: str, answer: str) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/hoinghi")
    assert [(said.text, said.labels) for said in await clerk.text(typed)] == [(answer, ["Bỏ"])]
    assert (await clerk.text("10/12 7h30"))[0].text.startswith(WHEN)


async def test_public_holiday_is_remarked(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/hoinghi")
    (said,) = await clerk.text("1/1 8h")
    assert said.text.splitlines()[0].endswith("Trùng ngày nghỉ lễ.")


async def test_conference_is_moved(room: Room) -> None:
    clerk = await to_preview(room)
    await clerk.tap("Đặt lịch")
    (said,) = await clerk.text("/hoinghi")
    assert (said.text, said.labels) == (f"Hội nghị đối thoại 2026\n{WHEN}, Hội trường UBND xã", ["Dời ngày"])
    assert [one.text for one in await clerk.tap("Dời ngày")] == ["Gõ ngày giờ mới, ví dụ: 15/12 7h30"]
    (said,) = await clerk.text("15/12 7h30")
    moved = "07 giờ 30, Thứ Ba 15/12/2026 (mồng 7 tháng 11 âm)"
    assert said.text == (
        f"Hội nghị đối thoại 2026\nDời: {WHEN} → {moved}\nNơi: Hội trường UBND xã\n"
        "Không trùng ngày nghỉ.\nĐặt lịch chứ?"
    )
    await clerk.tap("Đặt lịch")
    starts_at = datetime(2026, 12, 15, 0, 30, tzinfo=UTC)
    assert await planned(room) == ("Hội nghị đối thoại 2026", starts_at, "Hội trường UBND xã")


async def test_set_five_times_at_once_sets_once(room: Room) -> None:
    clerk = await to_preview(room)
    picked = clerk.last.buttons[0][1]
    await asyncio.gather(*(clerk.tap_data(picked, clerk.last.message_id) for _ in range(5)))
    assert clerk.last.text == SET
    alerts = [getattr(each, "text", None) for each in room.courtesies]
    assert alerts.count("Việc này đã qua. Không đổi gì.") == 4


async def test_button_of_an_earlier_preview_sets_nothing(room: Room) -> None:
    clerk = await to_preview(room)
    earlier = clerk.last.buttons[0][1]
    await clerk.tap("Sửa ngày giờ")
    await clerk.text("15/12 7h30")
    await clerk.tap_data(earlier)
    assert await planned(room) is None
    for step in ("o:hall", "o:elsewhere", "o:move:9"):
        assert await clerk.tap_data(step) == []
    assert await planned(room) is None


async def test_hour_that_passed_under_the_preview_is_asked_for_again(room: Room) -> None:
    clerk = await to_preview(room)
    room.clock.instant = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
    await clerk.tap("Đặt lịch")
    assert clerk.last.text == f"“{WHEN}” đã qua. Gõ ngày giờ sắp tới, ví dụ: 15/12 7h30"
    assert (await clerk.text("15/12 7h30"))[0].labels == BUTTONS


@pytest.mark.parametrize("typed", ["/huy", "Bỏ"])
async def test_planning_is_given_up(room: Room, typed: str) -> None:
    clerk = await to_preview(room)
    await clerk.text(typed)
    assert clerk.last.text == "Đã bỏ, không gửi gì."
    assert await planned(room) is None


async def test_photo_while_planning_asks_for_words(room: Room) -> None:
    clerk = await take_office(room, Role.LEADER, LEADER)
    await clerk.text("/hoinghi")
    assert [said.text for said in await clerk.photo()] == ["Bước này chỉ nhận chữ. Gõ lại giúp."]


@pytest.mark.parametrize("name", ["x" * 201])
async def test_name_that_is_too_long_or_empty_is_asked_for_again(room: Room, name: str) -> None:
    clerk = await to_preview(room)
    await clerk.tap("Sửa nơi")
    if len(name) > 200:
        assert [said.text for said in await clerk.text(name)] == ["Gõ tên từ 1 đến 200 ký tự."]
    assert (await clerk.text("Sân trường"))[0].labels == BUTTONS
