from sqlalchemy import select

from storage import browsers
from storage.models import Account, Opinion, Outbox, Person
from tests.handlers.resident.journeys import draft_of, raise_first
from tests.handlers.resident.test_raising import shown
from tests.phones import Room


async def test_newcomer_sees_how_little_is_held(room: Room) -> None:
    assert shown(await room.phone().text("/dulieu")) == [
        (
            "Văn phòng HĐND và UBND đang giữ về bác:\nTài khoản chat: 1\nÝ kiến: 0\nBác muốn làm gì?",
            ["Tải về", "Nối tài khoản khác", "Xoá hết"],
        )
    ]


async def test_everything_held_is_listed(room: Room) -> None:
    phone = room.phone()
    await phone.photo("cau tran hong")
    for label in ("Đồng ý", "3", "Đất đai", "Gửi, có ghi tên"):
        await phone.tap(label)
    await phone.text("Nguyen 0912345678")
    await phone.text("viec dang do")
    assert (await phone.text("/dulieu"))[0].text == (
        "Văn phòng HĐND và UBND đang giữ về bác:\n"
        "Tài khoản chat: 1\n"
        "Tên: Nguyen · Điện thoại: 0912345678\n"
        "Thôn: Thôn mẫu 3\n"
        "Cho phép giữ: ngày 23/11/2026\n"
        "Ý kiến: 1\n"
        "Kèm: 1 ảnh\n"
        "Một lời đang nói dở, chưa gửi\n"
        "Bác muốn làm gì?"
    )


async def test_browsers_and_the_code_on_paper_are_counted_and_not_shown(room: Room) -> None:
    web = room.phone("7", "web")
    await raise_first(web)
    async with room.db.write() as tx:
        account = (await tx.session.scalars(select(Account))).one()
        await browsers.subscribe(tx, account, "https://push.example/PLANTED", "p", "a")
        await browsers.subscribe(tx, account, "https://push.example/PLANTED2", "p", "a")
        await browsers.new_code(tx, account, b"key")
    assert (await web.text("/dulieu"))[0].text.splitlines()[-3:] == [
        "Trình duyệt được gọi khi có tin: 2, gần nhất từ ngày 23/11/2026",
        "Mã giấy mở cuộc trò chuyện: lấy ngày 23/11/2026",
        "Bác muốn làm gì?",
    ]


async def test_export_is_queued_once_however_often_tapped(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.text("/dulieu")
    said = [each for _ in range(5) for each in await phone.tap_data("r:export")]
    assert [each.method for each in said] == ["sendMessage", "sendDocument"]
    assert said[0].text == "Máy đang gói lại, có ngay ở đây."


async def test_deleted_after_one_question(room: Room) -> None:
    phone = room.phone("7770001")
    await phone.text("dong cham PLANTEDWORDS")
    for label in ("Đồng ý", "3", "Đất đai", "Gửi, có ghi tên"):
        await phone.tap(label)
    await phone.text("PLANTEDNAME 0912345678")
    await phone.text("PLANTEDDRAFT")
    await phone.text("du lieu cua toi") if await draft_of(room, phone) is None else await phone.text("/dulieu")
    [said] = await phone.tap("Xoá hết")
    assert shown([said]) == [
        (
            (
                "Xoá thì tên, số điện thoại, thôn, tài khoản và lời đang dở mất hẳn. Việc đã gửi ở lại trong sổ của xã "
                "nhưng không còn nối với bác: máy không nhắn trả lời cho bác được nữa.\n"
                "Không lấy lại được. Bác xoá chứ?"
            ),
            ["Xoá, không lấy lại", "Thôi"],
        )
    ]
    assert shown(await phone.tap("Thôi")) == [("Máy không xoá gì.", [])]
    assert shown(await phone.tap_old("Xoá, không lấy lại")) == [
        (
            "Máy đã xoá, không còn biết bác là ai. Có việc, bác cứ nhắn như người mới, hoặc gọi 0205 000 000.",
            [],
        )
    ]
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Account.native_id))) == [None]
        people = (await tx.session.execute(select(Person.name, Person.phone, Person.consented_at))).all()
        owners = (await tx.session.execute(select(Opinion.person_id, Opinion.account_id, Opinion.named))).all()
        assert [tuple(row) for row in (*people, *owners)] == [(None, None, None), (None, None, False)]
        assert set(await tx.session.scalars(select(Outbox.payload))) == {None}
        assert list(await tx.session.scalars(select(Opinion.text))) == ["dong cham PLANTEDWORDS"]


async def test_newcomer_again_after_deletion(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.text("/dulieu")
    await phone.tap("Xoá hết")
    await phone.tap("Xoá, không lấy lại")
    assert (await phone.text("lai la toi"))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]
    assert (await phone.text("KX-1"))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]
    await phone.text("/huy")
    assert "Máy không thấy KX-1" in (await phone.text("KX-1"))[0].text


async def test_words_right_after_deletion_are_kept(room: Room) -> None:
    """She writes again before the last message of her old account has gone."""
    phone = room.phone()
    await phone.text("/dulieu")
    await phone.tap("Xoá hết")
    sure = next(data for label, data in phone.last.buttons if label == "Xoá, không lấy lại")
    settle, room.settle = room.settle, room.talk.batch  # type: ignore[method-assign,assignment]
    await phone.tap_data(sure)
    await phone.text("lai co viec")
    room.settle = settle  # type: ignore[method-assign]
    await room.settle()
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == "lai co viec"


async def test_old_button_of_deletion_asks_again(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.text("/dulieu")
    await phone.tap("Xoá hết")
    room.clock.pass_(hours=1)
    assert (await phone.tap("Xoá, không lấy lại"))[0].labels == ["Xoá, không lấy lại", "Thôi"]
    assert "Ý kiến: 1" in (await phone.text("/dulieu"))[0].text


async def test_bare_words_never_delete(room: Room) -> None:
    phone = room.phone()
    for words in ("xoa het", "huy", "xoa"):
        assert (await phone.text(words))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]
        await phone.text("/huy")
