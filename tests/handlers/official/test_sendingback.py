"""An answer sent back: why, in words or by voice, and what its writer gets."""

from storage import issues, opinions
from storage.models import Official, Role
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
        ("sendVoice", "KX-1"),
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
