"""What waits."""

from datetime import UTC, datetime

from storage import drafts, files, people
from storage.files import IncomingFile
from storage.models import Role
from storage.people import load_callers
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, take_office
from tests.phones import Room

CARD = (
    "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\n“duong vao thon bi hong lau roi”\n"
    "Bà con chọn: Đường, điện, nước. Giao: Phòng Kinh tế, hạn 01/12."
)


async def test_card_reaches_the_clerk_alone(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    others = [
        await take_office(room, role, str(native_id))
        for native_id, role in enumerate((Role.STAFF, Role.VILLAGE_HEAD, Role.OBSERVER, Role.ADMIN), 3)
    ]
    await raise_opinion(room)
    assert [said.text for said in clerk.said] == [f"Ý kiến mới\n{CARD}"]
    assert clerk.last.buttons == [
        ("Nhận, giao Phòng Kinh tế", "o:accept:1"),
        ("Giao nơi khác", "o:units:1"),
        ("Hỏi lại", "o:ask:1"),
        ("Cách khác", "o:other:1"),
        ("Trả lời", "o:answer:1"),
    ]
    assert [phone.said for phone in (leader, *others)] == [[], [], [], [], []]


async def test_card_reaches_the_leader_where_there_is_no_clerk(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    await raise_opinion(room)
    assert [said.text for said in leader.said] == [f"Ý kiến mới\n{CARD}"]


async def test_viec_with_nothing_waiting_says_so(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    assert [said.text for said in await clerk.text("/viec")] == ["Không có việc chờ phân loại."]


async def test_viec_tells_the_days_left_to_the_conference(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for typed in ("/hoinghi", "10/12 7h30"):
        await clerk.text(typed)
    await clerk.tap("Hội trường UBND xã")
    await clerk.tap("Đặt lịch")
    (said,) = await clerk.text("/viec")
    when = "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"
    assert said.text == f"Không có việc chờ phân loại.\nHội nghị: {when}, còn 17 ngày."
    room.clock.instant = datetime(2026, 12, 9, 23, 0, tzinfo=UTC)
    assert (await clerk.text("/viec"))[0].text == f"Không có việc chờ phân loại.\nHội nghị hôm nay: {when}."


async def test_viec_gives_the_number_alone_to_who_may_not_read(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    for role, home in (
        (Role.STAFF, "Phòng Kinh tế. Không có việc chờ trả lời."),
        (Role.LEADER, "Không có câu trả lời chờ duyệt. Văn phòng chưa phân loại: 1."),
    ):
        (said,) = await (await take_office(room, role, {Role.STAFF: "10"}.get(role, "11"))).text("/viec")
        assert (said.text, said.labels) == (home, []), role


async def test_voice_without_words_says_where_it_is(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT]
        people.consent(tx, caller.account, "1")
        draft = drafts.hold(tx, caller.account, "")
        files.attach(tx, caller.account, draft, IncomingFile("voice", "voice1", "audio/ogg", seconds=70))
        await tx.session.flush()
        await drafts.submit(tx, caller, draft, named=False)
    await room.settle()
    assert clerk.last.text == (
        "Ý kiến mới\nKX-1 · Chỗ khác, không rõ · 23/11 09:00 · không ghi tên · 1 đoạn ghi âm\n"
        "Ghi âm 1 phút 10 giây · chờ chép, hạn 26/11"
    )
