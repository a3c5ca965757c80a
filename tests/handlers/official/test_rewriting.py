"""A message edited after an answer was written in it."""

import pytest
from sqlalchemy import select

from storage.models import Answer, Role
from tests.handlers.official.desk import CLERK, RESIDENT, raise_opinion, take_office
from tests.handlers.official.test_answering import BUTTONS, PREVIEW
from tests.handlers.official.test_sendingback import submitted
from tests.phones import Room

pytestmark = pytest.mark.only_on("telegram", why="messages that their sender edits")


async def texts(room: Room) -> list[str]:
    async with room.db.read() as tx:
        return list(await tx.session.scalars(select(Answer.text).order_by(Answer.id)))


async def test_edited_reply_changes_the_draft_and_its_preview_in_place(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    (preview,) = await clerk.text("Đã xem.", reply_to=clerk.said[0])
    assert await clerk.edit("Đã xem.", "Đã xem.\nVăn bản số 12/UBND-KT ngày 20/11/2026.") == []
    expected = PREVIEW.replace("Đã xem.", "Đã xem.\nVăn bản số 12/UBND-KT ngày 20/11/2026.")
    expected = expected.replace("\n\nGửi chứ?", "\n\nVăn bản: số 12/UBND-KT ngày 20/11/2026.\nGửi chứ?")
    assert (preview.text, preview.labels) == (expected, BUTTONS)
    await clerk.edit("Đã xem.\nVăn bản số 12/UBND-KT ngày 20/11/2026.", "Đã xem.")
    assert (preview.text, preview.labels) == (PREVIEW, BUTTONS)
    await clerk.tap("Gửi trả lời")
    assert "Đã xem." in room.phone(RESIDENT).last.text
    (said,) = await clerk.edit("Đã xem.", "Đã xem kỹ.")
    assert (said.text, said.labels) == (
        "KX-1 đã gửi bà con, tin vừa sửa không đổi câu đã gửi. Cần đổi thì gửi bản đính chính.",
        ["Sửa câu đã gửi"],
    )
    assert await texts(room) == ["Đã xem."]


async def test_edited_command_changes_the_words_after_its_code(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    (preview,) = await clerk.text("/traloi kx 1 Đã xem kỹ.")
    await clerk.edit("/traloi kx 1 Đã xem kỹ.", "/traloi kx 1 Đã xem.")
    assert (preview.text, preview.labels) == (PREVIEW, BUTTONS)


async def test_edit_of_words_that_others_replaced_or_that_are_too_long_changes_nothing(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await clerk.text("Đã xem.", reply_to=clerk.said[0])
    await clerk.tap("Sửa")
    await clerk.text("Đã xem kỹ.")
    (said,) = await clerk.edit("Đã xem.", "Chưa xem.")
    assert (said.text, said.labels) == (
        "KX-1: lời ở tin vừa sửa đã được thay bằng lời gõ sau. Không đổi gì.",
        ["Xem lại"],
    )
    (said,) = await clerk.edit("Đã xem kỹ.", "x" * 3600)
    assert said.text.startswith("Câu trả lời dài 3.600 ký tự, một tin chứa 3.500.")
    assert await texts(room) == ["Đã xem kỹ."]


async def test_edit_while_another_answer_is_in_hand_leaves_that_in_hand(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await raise_opinion(room, "cau sap", "1002")
    await clerk.text("Đã xem.", reply_to=clerk.said[0])
    await clerk.text("/traloi 2 Đã sửa.")
    (said,) = await clerk.edit("Đã xem.", "Đã xem kỹ.")
    assert (said.text, said.labels) == ("Đã thay lời câu trả lời KX-1 theo tin vừa sửa.", ["Xem lại"])
    await clerk.tap("Xem lại")
    assert "Đã xem kỹ." in clerk.last.text
    assert await texts(room) == ["Đã xem kỹ.", "Đã sửa."]


async def test_edit_after_it_was_submitted_says_what_to_do(room: Room) -> None:
    leader, staff = await submitted(room)
    (said,) = await staff.edit("/traloi 1 Đã xem.", "/traloi 1 Đã xem kỹ.")
    assert (said.text, said.buttons) == (
        "KX-1 đã trình, tin vừa sửa không đổi câu đã trình. Rút lại rồi sửa được.",
        [("Rút lại", "o:recall:1")],
    )
    await leader.tap("Duyệt")
    (said,) = await staff.edit("/traloi 1 Đã xem.", "/traloi 1 Đã xem kỹ.")
    assert (said.text, said.labels) == (
        "KX-1 đã được duyệt, tin vừa sửa không đổi câu ấy. Người duyệt rút lại thì sửa được.",
        [],
    )
    assert await texts(room) == ["Đã xem."]


async def test_edit_of_an_officials_own_opinion_is_a_residents(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.tap_data("r:new")
    await clerk.text("duong hong")
    await clerk.edit("duong hong", "duong hong nang")
    assert "duong hong nang" in clerk.last.text
    assert await texts(room) == []
