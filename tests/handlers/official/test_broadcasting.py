"""An announcement sent: who agrees, what the clerk sees of it, stopped and resumed, reported; village heads."""

import asyncio
import io
import zipfile

import pytest
from sqlalchemy import select

from storage import broadcasts
from storage.database import Transaction
from storage.models import Account, Announcement, Outbox, Person, Role
from storage.states import AnnouncementState, DeliveryState
from tests.handlers.official.desk import LEADER, raise_opinion, sent, take_office
from tests.handlers.official.test_announcing import TEXT, WORDS, desk
from tests.phones import Phone, Room

HEAD = "3"


async def states(room: Room) -> list[AnnouncementState]:
    async with room.db.read() as tx:
        return list(await tx.session.scalars(select(Announcement.state).order_by(Announcement.id)))


async def tick(room: Room) -> None:
    async with room.db.write() as tx:
        await broadcasts.launch(tx)
    await room.settle()


async def at_once(phone: Phone) -> None:
    await phone.tap("Đổi giờ")
    await phone.tap("Gửi ngay")


async def to_village(phone: Phone, name: str = "Thôn mẫu 1") -> None:
    await phone.tap("Người nhận")
    await phone.tap("Theo thôn")
    await phone.tap(name)
    await phone.tap("Xong")


async def test_one_tap_of_the_clerk_and_one_of_the_leader_send_it_at_half_past_six(room: Room) -> None:
    clerk, one, two = await desk(room)
    leader = await take_office(room, Role.LEADER, LEADER)
    await clerk.text(WORDS)
    assert clerk.last.labels[0] == "Trình duyệt gửi"
    await clerk.tap("Trình duyệt gửi")
    assert (clerk.last.text, clerk.last.labels) == (
        "Đã trình thông báo 1: 2 người, 18 giờ 30 hôm nay. Lãnh đạo đồng ý là gửi.",
        ["Rút lại"],
    )
    assert [(each.text, each.labels) for each in leader.said] == [
        (TEXT, ["Bớt tin nhắn"]),
        (
            (
                "Văn phòng trình gửi thông báo, lời ở trên.\nGửi tất cả: 2 người. Tới được ngay: 2.\n"
                "Lúc gửi: 18 giờ 30 hôm nay, dưới 1 phút.\nCho gửi chứ?"
            ),
            ["Đồng ý gửi", "Sửa lại"],
        ),
    ]
    await leader.tap("Đồng ý gửi")
    assert leader.last.text == "Đã đồng ý gửi thông báo 1, lúc 18 giờ 30 hôm nay."
    if room.edits:
        assert (clerk.last.text, clerk.last.labels) == (
            "Thông báo 1: chờ giờ gửi\nGửi tất cả, 18 giờ 30 hôm nay.",
            ["Rút lại"],
        )
    room.clock.pass_(hours=9, minutes=30)
    await tick(room)
    assert [each.text for each in (*one.said, *two.said)] == [TEXT, TEXT]
    await tick(room)
    assert clerk.last.text == "Thông báo 1 gửi xong 23/11 18:30.\nNhắn tới 2 · không tới 0 · chưa rõ 0"
    if room.edits:
        assert clerk.said[-2].text == (
            "Thông báo 1: gửi xong\nNhắn tới 2 · không tới 0 · chưa rõ 0\nThôn: chuyển nhóm 0/6 · đọc loa 0/6 · dán 0/6"
        )


@pytest.mark.parametrize(("people", "label"), [(50, "Gửi"), (51, "Trình duyệt gửi")])
async def test_leader_is_asked_above_fifty_people_of_one_village(room: Room, people: int, label: str) -> None:
    clerk, _, _ = await desk(room)
    await take_office(room, Role.LEADER, LEADER)
    await neighbours(room, people - 1)
    await clerk.text("/phattin Mời họp")
    await to_village(clerk)
    assert clerk.last.text.splitlines()[0] == f"Gửi Thôn mẫu 1: {people} người. Tới được ngay: {people}."
    assert clerk.last.labels[0] == label


async def neighbours(room: Room, count: int) -> None:
    async with room.db.write() as tx:
        for number in range(count):
            person = Person(created_at=tx.now, consented_at=tx.now, village_id="mau-1")
            tx.session.add(
                Account(
                    messenger=room.messenger,
                    native_id=str(5000 + number),
                    person=person,
                    language="vi",
                    created_at=tx.now,
                )
            )


async def test_two_villages_ask_the_leader_and_one_does_not(room: Room) -> None:
    clerk, one, two = await desk(room)
    await take_office(room, Role.LEADER, LEADER)
    await clerk.text("/phattin Mời họp")
    await to_village(clerk)
    assert clerk.last.labels[0] == "Gửi"
    await to_village(clerk, "Thôn mẫu 2")
    assert clerk.last.labels[0] == "Trình duyệt gửi"
    await to_village(clerk, "✓ Thôn mẫu 2")
    await at_once(clerk)
    await clerk.tap("Gửi")
    assert ([each.text for each in one.said], two.said) == (["Xã Khuất Xá thông báo:\nMời họp"], [])


async def test_send_five_times_at_once_sends_once(room: Room) -> None:
    clerk, one, _ = await desk(room)
    await clerk.text(WORDS)
    await at_once(clerk)
    picked, message_id = clerk.last.buttons[0][1], clerk.last.message_id
    await asyncio.gather(*(clerk.tap_data(picked, message_id) for _ in range(5)))
    assert ([each.text for each in one.said], await sent(room, "announcement")) == ([TEXT], 2)
    assert room.alerts.count("Tin 1 đang gửi từ 09 giờ 00 hôm nay.") == 4


async def test_leader_sends_back_with_a_reason_and_the_old_button_does_nothing(room: Room) -> None:
    clerk, one, _ = await desk(room)
    leader = await take_office(room, Role.LEADER, LEADER)
    await clerk.text("/phattin Mời họp")
    await clerk.tap("Trình duyệt gửi")
    allow = leader.last.buttons[0][1]
    await leader.tap("Sửa lại")
    assert leader.last.text == "Thông báo 1 cần sửa gì? Gõ một câu."
    await leader.text("Ghi rõ giờ họp")
    assert leader.last.text == "Đã trả thông báo 1 về người soạn."
    assert (clerk.last.text, clerk.last.labels) == ("Lãnh đạo trả lại thông báo 1: “Ghi rõ giờ họp”", ["Xem lại"])
    await leader.tap_data(allow)
    assert "Tin 1 đã rút về để sửa." in room.alerts
    await clerk.tap("Xem lại")
    assert clerk.last.text.splitlines()[-1] == "Lãnh đạo trả lại: “Ghi rõ giờ họp”"
    await clerk.tap("Sửa lời")
    await clerk.text("Mời họp 7 giờ 30")
    await clerk.tap("Trình duyệt gửi")
    await leader.tap_data(allow)
    assert "Tin này vừa được sửa. Xem lại rồi chọn." in room.alerts
    assert (one.said, await states(room)) == ([], [AnnouncementState.SUBMITTED])


async def test_taken_back_before_its_hour_it_goes_to_nobody(room: Room) -> None:
    clerk, one, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    await clerk.tap("Gửi")
    await clerk.tap("Rút lại")
    assert (clerk.last.text, clerk.last.labels) == ("Thông báo 1: đã rút về, chưa gửi cho ai.", ["Xem lại"])
    room.clock.pass_(days=1)
    await tick(room)
    assert (one.said, await states(room)) == ([], [AnnouncementState.DRAFT])


async def test_stopped_and_resumed_by_the_card(room: Room) -> None:
    clerk, one, two = await desk(room)
    await clerk.text("/phattin Mời họp")
    await at_once(clerk)
    async with room.db.write() as tx:
        await hold(tx)
    await clerk.tap("Gửi")
    assert clerk.last.text.splitlines()[:3] == [
        "Thông báo 1: đang gửi",
        "▱▱▱▱▱▱▱▱▱▱ 0 %",
        "Nhắn tới 0 · không tới 0 · chưa rõ 0",
    ]
    await clerk.tap("Dừng gửi")
    assert clerk.last.text.splitlines()[0] == "Thông báo 1: đang dừng"
    assert clerk.last.text.splitlines()[3] == "Chưa gửi 2."
    assert (one.said, two.said) == ([], [])
    await clerk.tap("Gửi tiếp")
    await let_go(room)
    assert [each.text for each in (*one.said, *two.said)] == ["Xã Khuất Xá thông báo:\nMời họp"] * 2
    await clerk.text("/dunggui 1")
    await tick(room)
    assert await states(room) == [AnnouncementState.STOPPED]


async def hold(tx: Transaction) -> None:
    """Their messages wait for a messenger that the room does not have: it delivers what is due at once."""
    for account in await tx.session.scalars(select(Account).where(Account.native_id.in_(["1001", "1002"]))):
        account.messenger = "elsewhere"


async def let_go(room: Room) -> None:
    async with room.db.write() as tx:
        for account in await tx.session.scalars(select(Account).where(Account.messenger == "elsewhere")):
            account.messenger = room.messenger
        for row in await tx.session.scalars(select(Outbox).where(Outbox.messenger == "elsewhere")):
            row.messenger = room.messenger
    await room.settle()


async def test_dunggui_says_what_can_be_stopped(room: Room) -> None:
    clerk, _, _ = await desk(room)
    assert [each.text for each in await clerk.text("/dunggui")] == ["Không có tin nào đang gửi."]
    assert [each.text for each in await clerk.text("/dunggui 99")] == ["Không có tin nào đang gửi."]
    await clerk.text("/phattin Mời họp")
    assert [each.text for each in await clerk.text("/dunggui 1")] == ["Tin 1 đã rút về để sửa."]
    await clerk.text("/phattin")
    await clerk.tap("Tin 1, đang soạn")
    await at_once(clerk)
    await clerk.tap("Gửi")
    (said,) = await clerk.text("/dunggui")
    assert (said.text, said.labels) == ("Dừng tin nào? Gõ /dunggui rồi số, hoặc chọn ở dưới.", ["Dừng tin 1"])


async def test_same_words_to_the_same_people_are_asked_about(room: Room) -> None:
    clerk, one, _ = await desk(room)
    for _ in range(2):
        await clerk.text("/phattin Mời họp")
        await at_once(clerk)
        await clerk.tap("Gửi")
    assert (clerk.last.text, clerk.last.labels) == (
        "Lời này đã gửi cho những người ấy lúc 09 giờ 00 hôm nay. Gửi lại chứ?",
        ["Gửi lại", "Không gửi lại"],
    )
    assert len(one.said) == 1
    await clerk.tap("Gửi lại")
    assert len(one.said) == 2


async def test_who_wants_fewer_messages_gets_no_more_of_them(room: Room) -> None:
    clerk, one, two = await desk(room)
    await clerk.text("/phattin Mời họp")
    await at_once(clerk)
    await clerk.tap("Gửi")
    await one.tap("Bớt tin nhắn")
    assert (one.last.text, one.last.labels) == (
        "Xã chỉ nhắn bác về việc của bác và hội nghị. Không nhắn gì nữa?",
        ["Chỉ việc của tôi", "Cả hai"],
    )
    await one.tap("Chỉ việc của tôi")
    assert one.last.text == "Từ nay xã chỉ nhắn bác về việc của bác. Đổi lại lúc nào cũng được, ở Trợ giúp."
    count = len(one.said)
    await clerk.text("/phattin Mời họp lần hai")
    assert clerk.last.text.splitlines()[0] == (
        "Gửi tất cả: 2 người. Tới được ngay: 1. Không tới: chỉ nhận việc của mình 1."
    )
    await at_once(clerk)
    await clerk.tap("Gửi")
    assert (len(one.said), two.last.text) == (count, "Xã Khuất Xá thông báo:\nMời họp lần hai")
    await one.text("bot tin nhan")
    assert one.last.text == "Xã đang chỉ nhắn bác về việc của bác.\nBác muốn nhận gì?"
    await one.text("/trogiup")
    await one.tap("Bớt tin nhắn")
    await one.tap("Cả hai")
    assert one.last.text == "Xã nhắn bác cả việc của bác lẫn tin chung."


async def test_who_mutes_after_it_was_claimed_is_passed_by(room: Room) -> None:
    clerk, _, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    await at_once(clerk)
    async with room.db.write() as tx:
        await hold(tx)
    await clerk.tap("Gửi")
    async with room.db.write() as tx:
        first = await tx.session.scalar(select(Account).where(Account.native_id == "1001"))
        assert first is not None
        (await tx.session.get_one(Person, first.person_id)).muted_at = tx.now
    await let_go(room)
    async with room.db.read() as tx:
        fates = await tx.session.execute(
            select(Outbox.state, Outbox.error).where(Outbox.kind == "announcement").order_by(Outbox.id)
        )
        assert [tuple(row) for row in fates] == [(DeliveryState.STOPPED, "muted"), (DeliveryState.SENT, None)]


@pytest.mark.everywhere
async def test_village_head_gets_the_forms_and_ticks_each_by_one_tap(room: Room) -> None:
    clerk, _, _ = await desk(room)
    head = await take_office(room, Role.VILLAGE_HEAD, HEAD)
    await clerk.text("/phattin Họp bàn làm đường & cống\nMời bà con họp 7h30 ngày 10/12 ở nhà văn hoá.")
    await at_once(clerk)
    await clerk.tap("Gửi")
    card, forward, script, paper = head.said
    assert (card.text, card.labels) == (
        (
            "Thông báo 1, Thôn mẫu 1. Nhờ trưởng thôn làm giúp:\n"
            "a) Chuyển bản dưới đây vào nhóm Zalo thôn. b) Đọc loa, 3 ngày liền. c) Dán tờ kèm theo."
        ),
        ["Đã chuyển nhóm", "Đã đọc loa", "Đã dán"],
    )
    assert (forward.text, forward.labels) == (
        (
            "Xã Khuất Xá thông báo:\nHọp bàn làm đường &amp; cống\nMời bà con họp 7h30 ngày 10/12 ở nhà văn hoá.\n"
            "(Văn phòng HĐND và UBND, hỏi thêm gọi 0205 000 000)"
        ),
        [],
    )
    assert script.text.startswith("Bản đọc loa, khoảng một phút:\n\nKính thưa bà con.")
    assert "7 giờ 30 ngày 10 tháng 12" in script.text
    assert (paper.method, paper.text.splitlines()[0]) == (
        "sendDocument",
        "Tờ dán bảng tin: in ra, xin số và chữ ký rồi dán.",
    )
    for label in ("Đã chuyển nhóm", "Đã đọc loa"):
        await head.tap(label)
    assert head.said[0].labels == ["Đã dán"]
    assert head.said[0].text.splitlines()[-2:] == ["✓ Đã chuyển nhóm, 09:00 23/11", "✓ Đã đọc loa, 09:00 23/11"]
    await tick(room)
    if room.edits:
        shown = next(each for each in clerk.said if each.text.startswith("Thông báo 1: gửi xong"))
        assert shown.text.splitlines()[-1] == "Thôn: chuyển nhóm 1/6 · đọc loa 1/6 · dán 0/6"
    assert clerk.last.text.startswith("Thông báo 1 gửi xong")
    await clerk.tap("Nhắc thôn chưa làm")
    assert clerk.last.text == (
        "Đã nhắc 1 trưởng thôn.\nChưa có trưởng thôn trên máy: "
        "Thôn mẫu 2, Thôn mẫu 3, Thôn mẫu 4, Thôn mẫu 5, Thôn mẫu 6. Văn phòng gọi giúp."
    )
    assert head.last.text.splitlines()[0] == "Văn phòng nhắc, còn việc chưa đánh dấu."
    await head.tap_data("o:relay:1:post", head.last.message_id)
    assert head.last.labels == []


async def test_head_of_another_village_neither_gets_it_nor_ticks(room: Room) -> None:
    clerk, _, _ = await desk(room)
    head = await take_office(room, Role.VILLAGE_HEAD, HEAD)
    await clerk.text("/phattin Mời họp")
    await to_village(clerk, "Thôn mẫu 2")
    await at_once(clerk)
    await clerk.tap("Gửi")
    assert head.said == []
    assert head.alerted(await head.tap_data("o:relay:1:post")) == "Việc này đã qua. Không đổi gì."


async def test_head_hears_how_many_it_missed_and_the_names_that_were_given(room: Room) -> None:
    clerk, _, _ = await desk(room)
    head = await take_office(room, Role.VILLAGE_HEAD, HEAD)
    await raise_opinion(room, native_id="1004", name="Nông Thị B")
    async with room.db.write() as tx:
        for native_id in ("1001", "1004"):
            account = await tx.session.scalar(select(Account).where(Account.native_id == native_id))
            assert account is not None
            account.unreachable_at = tx.now
            (await tx.session.get_one(Person, account.person_id)).village_id = "mau-1"
    await clerk.text("/phattin Mời họp")
    await at_once(clerk)
    await clerk.tap("Gửi")
    await tick(room)
    assert head.last.text == (
        "Thông báo 1 chưa nhắn tới 2 người ở Thôn mẫu 1. Nhờ trưởng thôn báo giúp.\nCó ghi tên: Nông Thị B"
    )
    assert clerk.last.text.splitlines()[-1] == "Không tới, theo thôn: Thôn mẫu 1 2"


async def test_the_sheet_opens_and_says_it(room: Room) -> None:
    from handlers.official import forms

    clerk, _, _ = await desk(room)
    await clerk.text("/phattin Về việc <họp> & góp\nMời bà con họp.")
    async with room.db.read() as tx:
        announcement = await tx.session.get_one(Announcement, 1)
        content = room.notices.documents.notice(forms.notice(tx, announcement))
    with zipfile.ZipFile(io.BytesIO(content)) as document:
        xml = document.read("word/document.xml").decode()
    assert "Về việc &lt;họp&gt; &amp; góp" in xml
    assert "Khuất Xá, ngày 23 tháng 11 năm 2026" in xml


async def test_a_lost_file_is_said_and_a_caption_goes_without_its_photo(room: Room) -> None:
    from storage import files
    from storage.models import Attachment

    clerk, one, _ = await desk(room)
    await clerk.photo("/phattin Mời họp")
    async with room.db.write() as tx:
        attachment = await files.not_fetched(tx, 1, final=True)
        assert isinstance(attachment, Attachment)
        await files.tell_lost(tx, attachment)
    await room.settle()
    assert clerk.last.text.startswith("Một ảnh hoặc tệp của thông báo 1 không lấy được.")
    await at_once(clerk)
    await clerk.tap("Gửi")
    assert (one.last.method, one.last.text) == ("sendMessage", "Xã Khuất Xá thông báo:\nMời họp")
