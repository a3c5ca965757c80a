"""An answer sent back: why, in words or by voice, and what its writer gets."""

import pytest
from sqlalchemy import select

from storage import issues, opinions
from storage.models import Answer, Official, Role
from tests.handlers.official.desk import CLERK, LEADER, raise_opinion, take_office
from tests.phones import Phone, Room

STAFF = "3"


async def submitted(room: Room, words: str = "Đã xem.") -> tuple[Phone, Phone]:
    """A unit's answer that waits for the leader; returns the phones of both."""
    await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    staff = await take_office(room, Role.STAFF, STAFF)
    await raise_opinion(room)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, 1)
        clerk = await tx.session.get(Official, 1)
        assert opinion is not None
        assert clerk is not None
        await issues.accept(tx, opinion, clerk, unit_id="phong-kinh-te")
    await staff.text(f"/traloi 1 {words}")
    await staff.tap("Giải thích")
    return leader, staff


async def test_voice_of_a_leader_comes_before_the_card_that_speaks_of_it(room: Room) -> None:
    leader, staff = await submitted(room)
    await leader.tap("Trả lại")
    before = len(staff.said)
    await leader.voice(5)
    room.clock.pass_(seconds=3)
    await room.settle()
    assert staff.said[before:] == []
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    assert [(said.method, said.text.splitlines()[0]) for said in staff.said[before:]] == [
        # One of Zalo's bots brings sounds in a form that goes on as a file.
        ("sendDocument" if room.messenger == "zalo_bot" else "sendVoice", "KX-1"),
        ("sendMessage", "Lãnh đạo trả lại câu trả lời KX-1: đoạn ghi âm ở tin trên"),
    ]


async def test_log_tells_each_step_of_an_answer_that_came_back_once(room: Room) -> None:
    leader, _ = await submitted(room)
    for label in ("Trả lại", "Cần số liệu"):
        await leader.tap(label)
    story = (await room.phone(CLERK).text("/nhatky 1"))[0].text.splitlines()
    assert story[1:] == [
        "23/11 09:00 xã nhận",
        "23/11 09:00 Văn phòng giao Phòng Kinh tế, hạn 01/12",
        "23/11 09:00 Phòng Kinh tế soạn câu trả lời",
        "23/11 09:00 Phòng Kinh tế trình câu trả lời",
        "23/11 09:00 Lãnh đạo xã trả lại câu trả lời",
    ]


@pytest.mark.parametrize("by", ["its own card", "the round"])
async def test_reply_to_an_answer_is_why_it_comes_back_once_a_button_says_so(room: Room, by: str) -> None:
    leader, staff = await submitted(room)
    before = len(staff.said)
    if by == "the round":
        await leader.text("/duyet")
    card, first = leader.last, leader.said[0]
    (said,) = await leader.text("Nói rõ ngày nào xong", reply_to=card)
    assert (said.text, said.buttons) == (
        "“Nói rõ ngày nào xong”\nTrả lại câu trả lời KX-1 với lời này?",
        [("Trả lại", "o:sendback:1:replied"), ("Thôi", "o:sendback:1:left")],
    )
    assert staff.said[before:] == []
    await leader.tap("Thôi")
    assert (said.text, said.labels) == ("Chưa trả lại KX-1.", [])
    assert staff.said[before:] == []
    await leader.text("Nói rõ ngày nào xong", reply_to=card)
    await leader.tap("Trả lại")
    end = "" if by == "its own card" else " Hết câu chờ duyệt."
    assert leader.last.text == f"Đã trả lại KX-1.{end}"
    assert [each.text.splitlines()[0] for each in staff.said[before:]] == [
        "Lãnh đạo trả lại câu trả lời KX-1: “Nói rõ ngày nào xong”"
    ]
    # An old button finds nothing to send back, and a reply to the old card says what became of it.
    await leader.tap_data("o:sendback:1:replied", leader.last.message_id)
    if by == "its own card":
        (late,) = await leader.text("Thêm một ý", reply_to=first)
        assert late.text == "KX-1: 09:00 Lãnh đạo xã trả lại câu trả lời. Chưa đổi gì."
    assert len(staff.said) == before + 1


async def test_voice_replied_to_an_answer_is_heard_by_its_unit(room: Room) -> None:
    leader, staff = await submitted(room)
    before = len(staff.said)
    voice = {"file_id": "v", "file_unique_id": "u", "duration": 5, "mime_type": "audio/ogg"}
    (said,) = await leader.message(voice=voice, reply_to=leader.last.message_id)
    assert said.text == "đoạn ghi âm ở tin trên\nTrả lại câu trả lời KX-1 với lời này?"
    await leader.tap("Trả lại")
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    assert [each.method for each in staff.said[before:]] == ["sendVoice", "sendMessage"]


async def test_reply_by_who_may_not_approve_is_no_reason(room: Room) -> None:
    leader, staff = await submitted(room)
    clerk = room.phone(CLERK)
    (page,) = await clerk.text("/xem 1")
    (said,) = await clerk.text("Nói rõ ngày nào xong", reply_to=page)
    assert "o:sendback:1:replied" not in [data for _, data in said.buttons]
    card = leader.last
    assert card.labels[:2] == ["Duyệt", "Trả lại"]
    await leader.tap("Trả lại")
    # Asked why, his words are why, wherever he puts them.
    await leader.text("Cần số liệu", reply_to=card)
    assert staff.last.text.startswith("Lãnh đạo trả lại câu trả lời KX-1: “Cần số liệu”")


async def test_unit_that_writes_anew_reads_why_it_came_back_and_giving_up_loses_nothing(room: Room) -> None:
    leader, staff = await submitted(room)
    for label in ("Trả lại", "Cần số liệu"):
        await leader.tap(label)
    why = "Lãnh đạo trả lại: “Cần số liệu”\nĐã trình: “Đã xem.”"
    (page,) = await staff.text("/viec")
    assert page.text.endswith(f"\n{why}")
    assert page.labels == ["Viết trả lời", "Xem lại", "Không phải việc phòng", "Xin lùi hạn"]
    (asked,) = await staff.tap_data("o:answer:1", page.message_id)
    assert asked.text.startswith(f"{why}\nGõ hoặc dán câu trả lời KX-1.")
    assert asked.labels == ["Xem lại", "Bỏ"]
    assert [said.text for said in await staff.text("/huy")] == ["Đã bỏ, không gửi gì."]
    await staff.tap_data("o:answer:1", page.message_id)
    await staff.tap("Bỏ")
    (again,) = await staff.tap_data("o:review:1", page.message_id)
    assert "\nĐã xem.\n" in again.text
    # What was never submitted goes with the step.
    await staff.tap("Bỏ")
    await staff.text("/traloi 1 Đã sửa.")
    await staff.text("/huy")
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Answer))) == []


async def test_unit_that_took_its_answer_back_writes_with_it_before_its_eyes(room: Room) -> None:
    _, staff = await submitted(room)
    await staff.tap("Rút lại")
    (asked,) = await staff.tap_data("o:answer:1", staff.last.message_id)
    assert asked.text.startswith("Câu đã rút lại còn đây: “Đã xem.”\nGõ hoặc dán câu trả lời KX-1.")
