"""What waits, and one opinion whole."""

from datetime import UTC, datetime

from storage import data, drafts, files, opinions, outbox, people
from storage.files import IncomingFile
from storage.models import Role
from storage.people import load_callers
from storage.states import DeliveryState
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
    for number, role in enumerate((Role.STAFF, Role.LEADER), 10):
        (said,) = await (await take_office(room, role, str(number))).text("/viec")
        assert (said.text, said.labels) == ("Chờ trả lời: 1.", []), role


async def test_xem_tells_everything(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi <Mot>", photos=1)
    room.clock.pass_(days=2)  # the day between is a holiday, and officials hear in office hours
    async with room.db.write() as tx:
        caller = (await load_callers(tx, "telegram", [RESIDENT]))[RESIDENT]
        opinion = await opinions.own_by_number(tx, caller.person, 1)
        assert opinion is not None
        await opinions.add_to(tx, opinion, "mua to hon")
    await room.store_files()
    assert clerk.last.text == "KX-1, người gửi nói thêm:\n“mua to hon”\nLời trước: “duong vao thon bi hong lau roi”"
    said = await clerk.text("/xem kx1")
    assert [one.method for one in said] == ["sendMessage", "sendPhoto"]
    assert [one.text for one in said] == [
        (
            "KX-1 · Thôn mẫu 3 · 23/11 09:00 · Nguoi &lt;Mot&gt; · 1 ảnh\n"
            "Bà con chọn: Đường, điện, nước. Đang ở: mới nhận, chờ trả lời.\n\n"
            "“duong vao thon bi hong lau roi”\n\n"
            "25/11 09:00 nói thêm: “mua to hon”\n\n"
            "23/11 09:00 xã nhận\n25/11 09:00 người gửi nói thêm"
        ),
        "KX-1",
    ]
    assert said[0].buttons == [("Trả lời", "o:answer:1")]


async def test_xem_tells_name_and_telephone_to_clerk_and_leader(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi Mot")
    async with room.db.write() as tx:
        caller = (await load_callers(tx, "telegram", [RESIDENT]))[RESIDENT]
        assert caller.person is not None
        people.remember_name(caller.person, "Nguoi Mot", "0900 000 000")
    (said,) = await clerk.text("/xem 1")
    assert said.text.splitlines()[0] == "KX-1 · Thôn mẫu 3 · 23/11 09:00 · Nguoi Mot, 0900 000 000"


async def test_xem_shows_ten_thousand_characters_in_parts(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    words = " ".join(f"loi{n:04}" for n in range(1250))
    await raise_opinion(room, words)
    assert len(clerk.last.text) < 1000
    said = await clerk.text("/xem 1")
    assert len(said) == 4
    assert all(len(one.text) <= 4096 for one in said)
    whole = " ".join(one.text for one in said)
    assert [word for word in words.split() if word not in whole] == []
    assert [one.labels for one in said] == [[], [], [], ["Trả lời"]]


async def test_xem_of_emoji_stays_within_one_message_each(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, "🌾" * 10_000)
    said = await clerk.text("/xem 1")
    assert all(len(one.text.encode("utf-16-le")) // 2 <= 4096 for one in said)
    assert sum(one.text.count("🌾") for one in said) == 10_000


async def test_xem_of_what_is_not_there_says_what_to_do(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    assert [said.text for said in await clerk.text("/xem")] == ["Gõ mã sau lệnh, ví dụ: /xem KX-12"]
    for typed, shown in (("KX-9", "KX-9"), ("<b>", "&lt;b&gt;"), ("0", "0"), ("x" * 50, "x" * 40)):
        (said,) = await clerk.text(f"/xem {typed}")
        assert said.text == f"Không thấy ý kiến “{shown}”. Xem lại mã, hoặc gõ /viec để xem việc chờ."


async def test_xem_hides_what_no_clerk_accepted_from_the_leader(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    await raise_opinion(room)
    assert (await leader.text("/xem 1"))[0].text.startswith("Không thấy ý kiến “1”.")
    assert (await leader.tap_data("o:read:1"))[0].text == "Việc này đã qua. Không đổi gì."


async def test_withdrawn_before_it_was_accepted_stays_hidden_and_tells_the_clerk(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    opinion_id = await raise_opinion(room)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, opinion_id)
        assert opinion is not None
        await opinions.withdraw(tx, opinion)
    await room.settle()
    assert clerk.last.text == "KX-1: người gửi đã rút, không phải trả lời nữa."
    assert (await leader.text("/xem 1"))[0].text.startswith("Không thấy ý kiến “1”.")
    assert "người gửi rút ý kiến" in (await clerk.text("/xem 1"))[0].text
    assert await clerk.text("/viec") == [clerk.last]
    assert clerk.last.text.startswith("Không có việc chờ phân loại.")


async def test_xem_tells_whom_the_answer_could_not_reach(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi Mot")
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    async with room.db.write() as tx:
        account = (await load_callers(tx, "telegram", [RESIDENT]))[RESIDENT].account
        row = await outbox.last_sent(tx, account.id)
        assert row is not None
        row.state = DeliveryState.UNREACHABLE
    (said,) = await clerk.text("/xem 1")
    assert said.text.splitlines()[-1] == "Không nhắn tới được: 1 người (Nguoi Mot)."


async def test_xem_after_the_author_deleted_her_data(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi Mot")
    async with room.db.write() as tx:
        await data.forget(tx, (await load_callers(tx, "telegram", [RESIDENT]))[RESIDENT])
    (said,) = await clerk.text("/xem 1")
    assert said.text == (
        "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\nBà con chọn: Đường, điện, nước. Đang ở: mới nhận, chờ "
        "trả lời.\n\n“duong vao thon bi hong lau roi”\n\n23/11 09:00 xã nhận\n"
        "23/11 09:00 người gửi xoá dữ liệu của mình"
    )
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    assert clerk.last.text == "Đã ghi câu trả lời KX-1. Không còn ai để nhắn: người gửi đã xoá dữ liệu của mình."
    shown = (await clerk.text("/xem 1"))[-1].text
    assert shown.endswith("Không còn ai để nhắn: người gửi đã xoá dữ liệu của mình.")


async def test_voice_without_words_says_where_it_is(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    async with room.db.write() as tx:
        caller = (await load_callers(tx, "telegram", [RESIDENT]))[RESIDENT]
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
