"""Another unit by one tap, another day with its reason, and every day and unit that cannot be taken."""

import pytest

from storage.models import Issue, Role
from tests.handlers.official.desk import CLERK, LEADER, raise_opinion, states, take_office
from tests.phones import Room

UNITS = ["Phòng Văn hoá – Xã hội", "Văn phòng HĐND và UBND", "Xem thẻ"]


async def issues(room: Room) -> list[tuple[str | None, str, str | None]]:
    """(unit, day, reason) of every issue."""
    async with room.db.read() as tx:
        found = [await tx.session.get_one(Issue, 1)]
        return [(each.unit_id, f"{each.due:%d/%m}", each.due_reason) for each in found]


async def test_other_unit_takes_two_taps_and_the_author_hears_of_it(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    staff = await room.official(Role.STAFF, "3", "phong-vh-xh")
    others = await take_office(room, Role.STAFF, "4")
    await raise_opinion(room, photos=1)
    await room.store_files()
    card, shown = clerk.said[0], len(staff.said)
    await clerk.tap_data("o:units:1", card.message_id)
    assert card.labels == UNITS
    assert card.text.endswith("Giao nơi nào?")
    await clerk.tap("Xem thẻ")
    assert card.labels[0] == "Nhận, giao Phòng Kinh tế"
    await clerk.tap("Giao nơi khác")
    await clerk.tap("Phòng Văn hoá – Xã hội")
    assert not room.edits or card.text.endswith("\n09:00 Văn phòng giao Phòng Văn hoá – Xã hội, hạn 01/12")
    assert [(said.method, said.text) for said in staff.said[shown:]] == [
        ("sendPhoto", "KX-1"),
        (
            "sendMessage",
            "KX-1 · Thôn mẫu 3 · Đường, điện, nước · 1 người · hạn 01/12\n“duong vao thon bi hong lau roi”",
        ),
    ]
    assert staff.last.buttons == [
        ("Viết trả lời", "o:answer:1"),
        ("Không phải việc phòng", "o:notours:1"),
        ("Xin lùi hạn", "o:later:1"),
    ]
    assert others.said == []
    resident = room.phone("1001")
    assert resident.said == []
    room.clock.pass_(minutes=2)
    await room.settle()
    assert resident.last.text == "KX-1: xã nhận xem xét, giao Phòng Văn hoá – Xã hội, hẹn trả lời 01/12."
    assert resident.last.labels == ["Nói thêm"]


async def test_given_to_another_unit_the_first_sees_it_no_more(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    first, second = await take_office(room, Role.STAFF, "3"), await room.official(Role.STAFF, "4", "phong-vh-xh")
    await raise_opinion(room)
    await clerk.text("/giao 1 kinh te")
    assert first.last.labels[0] == "Viết trả lời"
    await clerk.text("/giao kx1 Phòng Văn hoá")
    if room.edits:
        assert (first.last.text, first.last.labels) == ("KX-1 không còn ở bộ phận này.", [])
    assert second.last.labels[0] == "Viết trả lời"
    assert clerk.last.text.startswith("Đã giao KX-1 cho Phòng Văn hoá – Xã hội, hạn 01/12.\n\nHết việc chờ.")
    await clerk.tap("Hoàn tác")
    assert first.last.labels[0] == "Viết trả lời"
    assert not room.edits or second.last.text == "KX-1 không còn ở bộ phận này."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/02", "“31/02” không có trong lịch. Gõ lại, ví dụ 01/12."),
        ("20/11/2026", "“20/11/2026” đã qua. Gõ lại, ví dụ 01/12."),
        ("bao gio xong", "Chưa đọc được ngày “bao gio xong”. Gõ lại, ví dụ 01/12."),
        ("hôm nay", "KX-1: hạn 23/11/2026 không kịp. Gõ ngày từ ngày mai trở đi."),
        ("24/11", "KX-1: 24/11/2026 là ngày nghỉ. Gõ ngày khác."),
        ("20/11", "KX-1: 20/11/2027 quá xa. Câu trả lời hẹn trong sáu tháng; gõ ngày khác."),
        ("15/12", "KX-1: hạn 15/12/2026 muộn hơn 01/12.\nGõ lý do, bà con sẽ đọc."),
    ],
)
async def test_day_that_cannot_be_taken_says_what_can(room: Room, typed: str, said: str) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await clerk.text(f"/giao 1 phong-kinh-te {typed}")
    assert clerk.last.text == said
    assert await states(room) == ["received"]
    taken = clerk.last.labels[0]
    await clerk.tap(taken)
    assert clerk.last.text.startswith(f"Đã giao KX-1 cho Phòng Kinh tế, hạn {taken[-5:]}.")
    assert await issues(room) == [("phong-kinh-te", taken[-5:], None)]


async def test_friday_of_next_week_is_a_day_and_its_reason_reaches_the_author(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await clerk.text("/giao 1 kinh te 31/02")
    await clerk.text("thứ 6 tuần tới nữa")
    assert clerk.last.text.startswith("Chưa đọc được ngày")
    await clerk.text("thứ 6 tuần tới")
    assert clerk.last.text == "KX-1: hạn 04/12/2026 muộn hơn 01/12.\nGõ lý do, bà con sẽ đọc."
    await clerk.text("x" * 301)
    assert clerk.last.text == "Lý do dài 301 ký tự, nhiều nhất 300. Gõ lại."
    await clerk.text("2.")
    assert clerk.last.text == "“2.” chưa nói lý do. Gõ một câu, bà con sẽ đọc."
    await clerk.text("chờ tỉnh\nkhảo sát <đường>")
    assert clerk.last.text.startswith("Đã giao KX-1 cho Phòng Kinh tế, hạn 04/12.")
    assert await issues(room) == [("phong-kinh-te", "04/12", "chờ tỉnh khảo sát <đường>")]
    room.clock.pass_(minutes=2)
    await room.settle()
    resident = room.phone("1001")
    assert resident.last.text == (
        "KX-1: xã nhận xem xét, giao Phòng Kinh tế, hẹn trả lời 04/12.\nLý do: chờ tỉnh khảo sát &lt;đường&gt;"
    )
    await clerk.text("/giao 1 kinh te 11/12")
    await clerk.text("mưa lớn")
    room.clock.pass_(minutes=2)
    await room.settle()
    assert resident.last.text == "KX-1: Phòng Kinh tế hẹn trả lời lại, ngày 11/12.\nLý do: mưa lớn"
    await clerk.text("/giao 1 kinh te")
    assert clerk.last.text.splitlines()[0] == "KX-1: 09:02 Văn phòng dời hạn sang 11/12. Chưa đổi gì."


async def test_unit_that_is_not_there_shows_those_that_are(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    for typed, shown in (("cong <an>", "cong &lt;an&gt;"), ("phong", "phong")):
        await clerk.text(f"/giao 1 {typed}")
        assert clerk.last.text.startswith(f"Không có bộ phận “{shown}”. Chọn một bộ phận.\n\nKX-1")
        assert clerk.last.labels == ["Phòng Kinh tế", *UNITS]
    await clerk.text("/giao")
    assert clerk.last.text == "Gõ mã, bộ phận, và ngày nếu cần, ví dụ: /giao KX-12 phong-kinh-te 15/12"
    await clerk.text("/giao 9 kinh te")
    assert clerk.last.text.startswith("Không thấy ý kiến “9”.")
    await clerk.text("/giao 1")
    assert clerk.last.labels == UNITS
    for data in ("o:assign:1:phong-cu", "o:assign:9:phong-kinh-te", "o:day:1:2026-12-01", "o:day:1:x", "o:units:9"):
        before = (clerk.last.text, clerk.last.labels)
        await clerk.tap_data(data, clerk.last.message_id)
        assert (clerk.last.text, clerk.last.labels) == before
    assert await states(room) == ["received"]


async def test_words_that_were_asked_for_and_taken_back_change_nothing(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await clerk.text("/giao 1 kinh te 15/12")
    await clerk.tap("Bỏ")
    assert clerk.last.text == "Đã bỏ, không gửi gì."
    await clerk.text("/giao 1 kinh te 15/12")
    await clerk.text("/huy")
    assert await states(room) == ["received"]
    await clerk.text("/giao 1 kinh te 15/12")
    other = await take_office(room, Role.CLERK, "7")
    await other.text("/giao 1 văn phòng")
    await clerk.text("vì chờ tỉnh")
    first_line = "KX-1: 09:00 Văn phòng giao Văn phòng HĐND và UBND, hạn 01/12. Chưa đổi gì."
    assert clerk.last.text.splitlines()[0] == first_line
    # A list of units that was opened before another official acted overwrites nothing either.
    await clerk.tap_data("o:units:1", clerk.last.message_id)
    await other.text("/giao 1 kinh te")
    await clerk.tap("Phòng Văn hoá – Xã hội")
    assert clerk.last.text.splitlines()[0] == "KX-1: 09:00 Văn phòng giao Phòng Kinh tế, hạn 01/12. Chưa đổi gì."
    await clerk.tap_data("o:assign:1:phong-vh-xh", clerk.last.message_id)
    assert await issues(room) == [("phong-kinh-te", "01/12", None)]


async def test_second_official_is_told_what_the_first_did(room: Room) -> None:
    clerk, other = await take_office(room, Role.CLERK, CLERK), await take_office(room, Role.CLERK, "7")
    await raise_opinion(room)
    (page,) = await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    room.clock.pass_(minutes=14)
    await other.text("/giao 1 van hoa")
    await clerk.tap("Nhận, giao Phòng Kinh tế")
    assert page.text.splitlines()[0] == ("KX-1: 09:14 Văn phòng giao Phòng Văn hoá – Xã hội, hạn 01/12. Chưa đổi gì.")
    assert await issues(room) == [("phong-vh-xh", "01/12", None)]
    await clerk.tap_data("o:units:1", page.message_id)
    await clerk.tap("Phòng Kinh tế")
    await other.tap("Hoàn tác")
    assert other.last.text.splitlines()[0] == "KX-1: 09:14 Văn phòng giao Phòng Kinh tế, hạn 01/12. Chưa đổi gì."


async def test_leader_beside_a_clerk_may_give_elsewhere_but_sees_no_list(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    await raise_opinion(room)
    await raise_opinion(room, "mat dien")
    await leader.text("/giao 1 kinh te")
    assert leader.last.text.startswith("Không thấy ý kiến “1”.")
    await room.phone(CLERK).text("/giao 1 kinh te")
    await leader.text("/giao 1 van hoa")
    assert (leader.last.text, leader.last.labels) == (
        "Đã giao KX-1 cho Phòng Văn hoá – Xã hội, hạn 01/12.",
        ["Hoàn tác"],
    )
