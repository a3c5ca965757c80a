"""Sorting, card by card: what one tap does, what stands next, and the step back."""

import pytest

from storage import opinions
from storage.models import Role
from tests.handlers.official.desk import CLERK, raise_opinion, states, take_office
from tests.phones import Room

FIRST = (
    "1/2 · KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\n“duong hong”\n"
    "Bà con chọn: Đường, điện, nước. Giao: Phòng Kinh tế, hạn 01/12."
)
SECOND = (
    "2/2 · KX-2 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\n“mat dien”\n"
    "Bà con chọn: Đường, điện, nước. Giao: Phòng Kinh tế, hạn 01/12."
)

TO_SORT = ["Nhận, giao Phòng Kinh tế", "Giao nơi khác", "Hỏi lại", "Cách khác", "Trả lời"]


@pytest.mark.everywhere
async def test_round_goes_card_by_card_in_one_message(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, "duong hong")
    await raise_opinion(room, "mat dien", "1002")
    (page,) = await clerk.text("/viec")
    assert (page.text, page.labels) == ("Chờ phân loại: 2.", ["Phân loại lần lượt", "Xem cụm giống nhau", "Hội nghị"])
    shown = len(clerk.said)
    await clerk.tap("Phân loại lần lượt")
    assert page.text == FIRST
    assert page.labels == TO_SORT
    await clerk.tap_data("o:accept:1", page.message_id)
    assert page.text == f"Đã giao KX-1 cho Phòng Kinh tế, hạn 01/12.\n\n{SECOND}"
    assert page.labels[-1] == "Hoàn tác"
    await clerk.tap_data("o:accept:2", page.message_id)
    assert page.text == (
        "Đã giao KX-2 cho Phòng Kinh tế, hạn 01/12.\n\nHết việc chờ. 2 ý kiến → 2 vấn đề.\nChưa giao: 0. Trễ hạn: 0."
    )
    assert page.labels == ["Hoàn tác"]
    await clerk.tap("Hoàn tác")
    assert page.text.startswith("Đã hoàn tác KX-2.\n\nKX-2 · Thôn mẫu 3")
    assert await states(room) == ["accepted", "received"]
    assert len(clerk.said) == shown or not room.edits


@pytest.mark.only_on("telegram", "web", why="messages that change in place")
async def test_card_that_came_by_itself_changes_alone(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    other = await take_office(room, Role.CLERK, "7")
    await raise_opinion(room, "duong hong")
    await raise_opinion(room, "mat dien", "1002")
    card, sees = clerk.said[0], other.said[0]
    await clerk.tap_data("o:accept:1", card.message_id)
    done = (
        "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\n“duong hong”\n09:00 Văn phòng giao Phòng Kinh tế, hạn 01/12"
    )
    assert (card.text, card.labels) == (done, ["Trả lời", "Xem cả", "Giao nơi khác", "Hoàn tác"])
    assert (sees.text, sees.labels) == (done, ["Trả lời", "Xem cả", "Giao nơi khác"])
    await clerk.tap("Hoàn tác")
    assert card.labels == sees.labels == TO_SORT
    assert await states(room) == ["received", "received"]


@pytest.mark.only_on("telegram", "web", why="messages of 4,000 characters")
async def test_card_in_hand_is_read_whole_and_fits_one_message(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number, words in enumerate((" ".join(["duong"] * 400), "🌾" * 3000, "x" * 9000)):
        await raise_opinion(room, words, str(1001 + number))
    await raise_opinion(room, "cau gay", "1004", photos=1)
    async with room.db.write() as tx:
        for number in (1, 4):
            whole = await opinions.by_id(tx, number)
            assert whole is not None
            for _ in range(5):
                await opinions.add_to(tx, whole, "them " * 100)
    (page,) = await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    shown = []
    for _ in range(4):
        shown.append((page.text.count("duong"), page.text.count("🌾"), page.text.count("x"), "Xem cả" in page.labels))
        assert len(page.text.encode("utf-16-le")) // 2 <= 4096
        await clerk.tap("Nhận, giao Phòng Kinh tế")
    assert shown == [(400, 0, 0, True), (0, 699, 0, True), (0, 0, 2499, True), (0, 0, 0, True)]


async def test_step_that_waits_for_words_takes_no_picture(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, "duong hong")
    await clerk.text("/giao 1 kinh te 15/12")
    await clerk.photo()
    assert clerk.last.text == "Bước này chỉ nhận chữ. Gõ lại giúp."
    await clerk.text("chờ tỉnh")
    assert await states(room) == ["accepted"]


async def test_taps_of_each_decision(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number, words in enumerate(("duong vao thon lay loi", "Đường vào thôn lầy lội quá", "tro cap cham")):
        await raise_opinion(room, words, str(1001 + number))
    await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    taps = [["Nhận, giao Phòng Kinh tế"], ["Ghép vào KX-1"], ["Giao nơi khác", "Phòng Văn hoá – Xã hội"]]
    for each in taps:
        for label in each:
            await clerk.tap(label)
    assert [len(each) for each in taps] == [1, 1, 2]
    async with room.db.read() as tx:
        found = [await opinions.by_id(tx, number) for number in (1, 2, 3)]
    assert [each and each.issue and (each.issue_id, each.issue.unit_id) for each in found] == [
        (1, "phong-kinh-te"),
        (1, "phong-kinh-te"),
        (2, "phong-vh-xh"),
    ]
