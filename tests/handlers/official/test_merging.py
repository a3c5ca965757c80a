"""Many voices, one issue: the likely mate by one tap, whole clusters, and the one that says something else."""

import pytest

from storage.models import Role
from tests.handlers.official.desk import CLERK, raise_opinion, states, take_office
from tests.phones import Phone, Room

ROADS = (
    "duong vao thon bi hong lau roi, mua la lay loi",
    "Đường vào thôn lầy lội, xe không vào được",
    "duong thon hong, lay loi qua, xe may khong di duoc",
)
LOUDSPEAKERS = (
    "loa dau thon hong",
    "khong nghe duoc loa may thang nay",
    "Đề nghị xã sửa loa",
    "loa truyen thanh bi hong khong keu",
)


async def sorted_first(room: Room) -> Phone:
    """A clerk who accepted the first of three opinions about one road."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number, words in enumerate(ROADS):
        await raise_opinion(room, words, str(1001 + number))
    await clerk.tap_data("o:accept:1", clerk.said[0].message_id)
    return clerk


async def test_likely_mate_is_merged_by_one_tap_and_everyone_hears_how_many_they_are(room: Room) -> None:
    staff = await take_office(room, Role.STAFF, "3")
    clerk = await sorted_first(room)
    (page,) = await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    assert page.text.splitlines()[3] == f"Gần giống KX-1, cùng thôn, 1 người: “{ROADS[0]}”"
    assert page.labels == [
        "Nhận, giao Phòng Kinh tế",
        "Ghép vào KX-1",
        "Giao nơi khác",
        "Hỏi lại",
        "Cách khác",
        "Trả lời",
    ]
    await clerk.tap("Ghép vào KX-1")
    assert page.text.startswith("Đã ghép KX-2 vào KX-1 (2 người).\n\n2/2 · KX-3 · Thôn mẫu 3")
    assert page.labels[-2:] == ["Cách khác", "Hoàn tác"]
    await clerk.tap("Ghép vào KX-1")
    assert page.text.splitlines()[0] == "Đã ghép KX-3 vào KX-1 (3 người)."
    if room.edits:
        assert staff.last.text == (
            f"KX-1 · Thôn mẫu 3 · Đường, điện, nước · 3 người · hạn 01/12\n“{ROADS[0]}” và 2 lời khác"
        )
        assert staff.last.labels == ["Viết trả lời", "Xem 3 lời", "Không phải việc phòng", "Xin lùi hạn"]
    await clerk.tap("Hoàn tác")
    assert page.text.startswith("Đã hoàn tác KX-3.\n\nKX-3 · ")
    await clerk.tap("Ghép vào KX-1")
    room.clock.pass_(minutes=2)
    await room.settle()
    for number in (1, 2, 3):
        told = room.phone(str(1000 + number)).last
        assert told.text == (
            f"KX-{number}: xã nhận xem xét, giao Phòng Kinh tế, hẹn trả lời 01/12.\n"
            "Ở Thôn mẫu 3 có 3 người cùng nói việc này, xã trả lời chung một lần."
        )
        assert told.labels == ["Việc của tôi khác", "Nói thêm"]


async def test_author_who_was_told_alone_hears_once_and_quietly_that_others_ask_the_same(room: Room) -> None:
    clerk = await sorted_first(room)
    room.clock.pass_(minutes=2)
    await room.settle()
    first = room.phone("1001")
    assert (len(first.said), first.last.labels) == (1, ["Nói thêm"])
    await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    await clerk.tap("Ghép vào KX-1")
    await clerk.tap("Hoàn tác")
    room.clock.pass_(minutes=2)
    await room.settle()
    assert len(first.said) == 1
    await clerk.tap("Ghép vào KX-1")
    room.clock.pass_(minutes=2)
    await room.settle()
    assert (len(first.said), first.last.labels) == (2, ["Việc của tôi khác", "Nói thêm"])
    assert first.last.text.splitlines()[1] == "Có bà con khác cùng nói việc này, xã trả lời chung một lần."
    await clerk.tap("Ghép vào KX-1")
    room.clock.pass_(minutes=2)
    await room.settle()
    assert len(first.said) == 2


async def test_earlier_opinion_merged_into_a_later_one_names_the_issue_on_every_card(room: Room) -> None:
    staff = await take_office(room, Role.STAFF, "3")
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number, words in enumerate(ROADS[:2]):
        await raise_opinion(room, words, str(1001 + number))
    await clerk.tap_data("o:accept:2", clerk.said[1].message_id)
    card = staff.last
    (page,) = await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    await clerk.tap("Ghép vào KX-2")
    assert page.text.splitlines()[0] == "Đã ghép KX-2 vào KX-1 (2 người)."

    (preview,) = await staff.text("Phòng đã xem, tuần sau sửa.", reply_to=card)
    assert preview.text.splitlines()[0] == f"KX-1 hỏi: “{ROADS[0]}”"
    await staff.tap("Gửi trả lời")
    assert staff.last.text == "Đã gửi KX-1 tới 2 người."


async def test_author_who_says_hers_is_different_is_split_out(room: Room) -> None:
    clerk = await sorted_first(room)
    await clerk.text("/ghep 1 2, KX-3")
    assert clerk.last.text.startswith("Đã ghép KX-2, KX-3 vào KX-1 (3 người).")
    room.clock.pass_(minutes=2)
    await room.settle()
    resident = room.phone("1002")
    await resident.tap("Việc của tôi khác")
    assert resident.last.text == "KX-2: bác nói khác ở chỗ nào, nhắn hoặc ghi âm một câu."
    await resident.text("toi noi cai cau, khong phai duong")
    card = clerk.last
    assert card.text == (
        "KX-2: người gửi nói việc của mình khác:\n“toi noi cai cau, khong phai duong”\n"
        f"Lời trước: “{ROADS[1]}”\nĐang ghép với KX-1, 2 lời khác."
    )
    assert card.labels == ["Tách ra", "Xem cả"]
    await clerk.tap("Tách ra")
    if room.edits:
        assert card.text.endswith("09:02 Văn phòng tách khỏi KX-1")
        assert card.labels == ["Trả lời", "Xem cả", "Giao nơi khác", "Hoàn tác"]
    else:
        assert clerk.last.text.startswith("Đã tách KX-2 thành việc riêng")
    await clerk.text("/phanloai 1")
    assert clerk.last.labels == ["Trả lời", "Xem cả", "Giao nơi khác", "Tách ra", "Hoàn tác"]
    await resident.tap_old("Việc của tôi khác")
    assert resident.last.text == "Bác nói thêm gì cho KX-2? Nhắn, ghi âm hay gửi ảnh đều được."


async def test_merging_into_what_is_past_it_says_why_and_merges_nothing(room: Room) -> None:
    clerk = await sorted_first(room)
    await clerk.text("/traloi 1 Đã sửa.")
    await clerk.tap("Gửi trả lời")
    await clerk.text("/ghep 1 2")
    assert clerk.last.text == (
        "KX-1 đã trả lời, không ghép thêm. Việc chờ được nhận cùng câu trả lời ấy: chọn Cách khác, Đã trả lời rồi."
    )
    assert clerk.last.buttons == [("Cách khác", "o:other:2")]
    resident = room.phone("1003")
    await resident.text("kx3")
    await resident.tap("Rút ý kiến")
    await resident.tap("Rút KX-3")
    await clerk.text("/ghep 2 3")
    assert clerk.last.text == "KX-3: người gửi đã rút. Chưa ghép gì."
    # A sealed matter has a number of the same row; to this command it is not there.
    await clerk.text("/ghep 2 4")
    assert clerk.last.text.startswith("Không thấy ý kiến “4”.")
    for typed in ("/ghep", "/ghep 2", "/ghep 2 2"):
        await clerk.text(typed)
        assert clerk.last.text == "Gõ từ hai mã, ví dụ: /ghep KX-12 KX-7"
    assert await states(room) == ["answered", "received", "withdrawn"]


@pytest.mark.only_on("telegram", "web", why="messages that change in place")
async def test_year_old_merge_button_goes_where_the_code_means_by_now(room: Room) -> None:
    clerk = await sorted_first(room)
    await clerk.tap_data("o:merge:2:1", clerk.said[1].message_id)
    assert clerk.said[1].text.endswith("09:00 Văn phòng ghép vào KX-1")
    await clerk.tap_data("o:merge:3:2", clerk.said[2].message_id)
    assert clerk.said[2].text.endswith("09:00 Văn phòng ghép vào KX-1")
    await clerk.tap_data("o:merge:3:2", 999)
    assert clerk.last.text.startswith("KX-3: 09:00 Văn phòng ghép vào KX-1. Chưa đổi gì.\n\nHết việc chờ.")
    for data in ("o:merge:9:1", "o:merge:3:9", "o:merge:3:x", "o:splitout:9"):
        shown = [(said.text, said.labels) for said in clerk.said]
        await clerk.tap_data(data, clerk.said[2].message_id)
        assert [(said.text, said.labels) for said in clerk.said] == shown


@pytest.mark.only_on("telegram", "zalo_oa", "web", why="buttons, which leave the numbers to the list")
async def test_cluster_is_merged_whole_without_what_was_dropped(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number, words in enumerate(LOUDSPEAKERS):
        await raise_opinion(room, words, str(1001 + number))
    (page,) = await clerk.text("/viec")
    await clerk.tap("Xem cụm giống nhau")
    head = "Cụm 1/1 · có vẻ cùng một việc · Thôn mẫu 3 · Đường, điện, nước"
    lines = [f"{number}. KX-{number} “{words}”" for number, words in enumerate(LOUDSPEAKERS, 1)]
    rest = "Giao: Phòng Kinh tế, hạn 01/12.\nGõ số để bỏ khỏi cụm, gõ lại để lấy vào."
    assert page.text == "\n".join([head, *lines, rest])
    assert page.labels == ["Ghép cả cụm", "Không cùng việc"]
    (again,) = await clerk.text("4 và 1")
    assert again.text.splitlines()[1] == "1. KX-1 (bỏ khỏi cụm)"
    (again,) = await clerk.text("1")
    assert again.text == "\n".join([head, *lines[:3], "4. KX-4 (bỏ khỏi cụm)", rest])
    for typed in ("9", "0", "loa nha van hoa"):
        (again,) = await clerk.text(typed)
        assert again.text.startswith("Gõ số từ 1 đến 4, hoặc chọn ở dưới.\n\nCụm 1/1")
    await clerk.tap("Ghép cả cụm")
    assert again.text == "Đã ghép KX-2, KX-3 vào KX-1 (3 người).\n\nKhông còn cụm nào giống nhau."
    assert again.labels == ["Hoàn tác", "Phân loại lần lượt"]
    assert await states(room) == ["accepted", "accepted", "accepted", "received"]
    await clerk.tap("Phân loại lần lượt")
    assert "Ghép vào KX-1" not in again.labels


async def test_cluster_undone_is_offered_again_and_refused_never_more(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number, words in enumerate((*LOUDSPEAKERS[:2], *ROADS[:2])):
        await raise_opinion(room, words, str(1001 + number))
    (page,) = await clerk.text("/viec")
    await clerk.tap("Xem cụm giống nhau")
    assert page.text.startswith("Cụm 1/2")
    await clerk.tap("Ghép cả cụm")
    assert page.text.startswith("Đã ghép KX-2 vào KX-1 (2 người).\n\nCụm 2/2")
    assert page.labels == ["Ghép cả cụm", "Không cùng việc", "Hoàn tác"]
    await clerk.tap("Hoàn tác")
    assert page.text.startswith("Đã hoàn tác KX-1.\n\nCụm 1/2")
    assert await states(room) == ["received"] * 4
    await clerk.tap("Không cùng việc")
    assert page.text.startswith("Đã ghi: không cùng việc.\n\nCụm 2/2")
    other = await take_office(room, Role.CLERK, "7")
    await other.text("/giao 3 kinh te")
    await clerk.tap("Ghép cả cụm")
    assert page.text.startswith("Cụm vừa xem đã đổi. Chưa ghép gì.\n\nCụm 2/2")
    assert page.text.splitlines()[3] == f"Gần giống KX-3, cùng thôn, 1 người: “{ROADS[0]}”"
    await clerk.tap("Ghép cả cụm")
    assert page.text == "Đã ghép KX-4 vào KX-3 (2 người).\n\nKhông còn cụm nào giống nhau."
    await clerk.tap("Phân loại lần lượt")
    assert "Gần giống" not in page.text
    await clerk.tap("Nhận, giao Phòng Kinh tế")
    assert "Gần giống" not in page.text


async def test_numbers_of_a_cluster_do_not_press_its_buttons_where_buttons_are_numbers(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK, "web_plain")
    for number, words in enumerate(LOUDSPEAKERS):
        await raise_opinion(room, words, str(1001 + number))
    await clerk.text("/viec")
    await clerk.text("Xem cụm giống nhau")
    assert clerk.last.text.splitlines()[1] == f"4. KX-1 “{LOUDSPEAKERS[0]}”"
    await clerk.text("7")
    assert clerk.last.text.splitlines()[4] == "7. KX-4 (bỏ khỏi cụm)"
    await clerk.text("1")
    assert clerk.last.text.startswith("Đã ghép KX-2, KX-3 vào KX-1 (3 người).")


async def test_merge_into_a_matter_that_is_with_the_leader_is_undone_and_told_in_the_log(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, "2")
    staff = await take_office(room, Role.STAFF, "3")
    await raise_opinion(room, ROADS[0])
    card = clerk.last
    await clerk.text("/giao 1 kinh te")
    await staff.text("/traloi 1 Đã xem.")
    await staff.tap("Giải thích")
    await raise_opinion(room, ROADS[1], "1002")
    await clerk.tap("Ghép vào KX-1")
    if room.edits:
        assert card.text.endswith("09:00 Văn phòng ghép, nay 2 người")
        assert "2 người" in leader.last.text
    await clerk.tap("Hoàn tác")
    assert await states(room) == ["accepted", "received"]
    if room.edits:
        assert card.text.endswith("09:00 Văn phòng hoàn tác ghép, nay 1 người")
        assert card.labels == ["Xem cả"]
    assert ("1 người" in leader.last.text, leader.last.labels) == (True, ["Duyệt", "Trả lại"])
    (story,) = await clerk.text("/nhatky 1")
    assert story.text.splitlines()[-2:] == [
        "23/11 09:00 Văn phòng ghép, nay 2 người",
        "23/11 09:00 Văn phòng hoàn tác ghép, nay 1 người",
    ]
    # Once the leader has acted it is past undoing.
    await clerk.tap_old("Ghép vào KX-1")
    await leader.tap("Duyệt")
    await clerk.tap("Hoàn tác")
    assert await states(room) == ["accepted", "accepted"]
