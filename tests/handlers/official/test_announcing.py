"""An announcement while it is written: shown as it arrives, for whom, when, and with what."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from storage.commune import Channel
from storage.models import Announcement, Person, Role
from tests.handlers.official.desk import CLERK, LEADER, raise_opinion, sent, take_office
from tests.phones import Phone, Room

TEXT = "Xã Khuất Xá thông báo:\nMời bà con họp &lt;thôn&gt; &amp; góp ý."
WORDS = "/phattin Mời bà con họp <thôn> & góp ý."
REVIEW = "Gửi tất cả: 2 người. Tới được ngay: 2.\nLúc gửi: 18 giờ 30 hôm nay, dưới 1 phút."
BUTTONS = ["Gửi", "Gửi thử cho tôi", "Người nhận", "Đổi giờ", "Sửa lời"]
ASK = "Gõ lời thông báo, in đậm, in nghiêng được. Ảnh và một tệp gửi kèm hoặc gửi sau."


async def desk(room: Room) -> tuple[Phone, Phone, Phone]:
    """A clerk and two residents who consented, of two villages; a third only looked."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, native_id="1001", village="mau-1")
    await raise_opinion(room, native_id="1002", village="mau-2")
    await room.phone("1003").text("/khongco")
    await settle_villages(room)
    clerk.said.clear()
    return clerk, room.phone("1001"), room.phone("1002")


async def settle_villages(room: Room) -> None:
    async with room.db.write() as tx:
        for number, person in enumerate(
            await tx.session.scalars(select(Person).where(Person.consented_at.is_not(None)))
        ):
            person.village_id = f"mau-{number + 1}"


def shown(phone: Phone) -> list[tuple[str, list[str]]]:
    return [(each.text, each.labels) for each in phone.said]


async def test_it_is_shown_exactly_with_whom_it_reaches_and_when(room: Room) -> None:
    clerk, one, two = await desk(room)
    await clerk.text(WORDS)
    assert shown(clerk) == [(TEXT, []), (REVIEW, BUTTONS)]
    assert (one.said, two.said) == ([], [])


async def test_plain_messengers_are_shown_as_they_show_it(room: Room) -> None:
    clerk, _, _ = await desk(room)
    room.db.commune = replace(
        room.db.commune,
        channels=(Channel("telegram", "Telegram", per_second=1), Channel("zalo", "Zalo Bot", plain=True)),
    )
    await clerk.text("/phattin Mời <b> & họp")
    assert clerk.said[1].text == (
        "Trên Zalo Bot, bà con thấy chữ thường:\n"
        + room.html(
            "<pre>Xã Khuất Xá thông báo:\nMời &lt;b&gt; &amp; họp\n"
            "1. Bớt tin nhắn\nChọn thì bác nhắn số đầu dòng.</pre>"
        )
    )


@pytest.mark.only_on("telegram", why="words in bold and links come in")
async def test_formatting_is_kept_and_broken_tags_are_not_sent(room: Room) -> None:
    clerk, _, _ = await desk(room)
    text = "/phattin Mời bà con họp"
    await clerk.message(
        text=text,
        entities=[
            {"type": "bot_command", "offset": 0, "length": 8},
            {"type": "bold", "offset": 0, "length": 12},
            {"type": "text_link", "offset": 13, "length": 6, "url": "https://khuatxa.example/?a=1&b=2"},
        ],
    )
    async with room.db.read() as tx:
        stored = await tx.session.scalar(select(Announcement.text))
    assert stored == '<b>Mời</b> <a href="https://khuatxa.example/?a=1&amp;b=2">bà con</a> họp'


async def test_words_are_asked_for_and_can_be_changed(room: Room) -> None:
    clerk, _, _ = await desk(room)
    assert [(said.text, said.labels) for said in await clerk.text("/phattin")] == [(ASK, ["Bỏ"])]
    await clerk.text("Mời họp")
    said = await clerk.tap("Sửa lời")
    assert [(each.text, each.labels) for each in said] == [
        ("Gõ lại lời thông báo, hoặc gửi thêm ảnh, tệp.", ["Bỏ hẳn tin này"])
    ]
    said = await clerk.text("Mời bà con họp <thôn> & góp ý.")
    assert [(each.text, each.labels) for each in said] == [(TEXT, []), (REVIEW, BUTTONS)]
    assert [each.text for each in await clerk.text("ok")] == [TEXT, REVIEW]


@pytest.mark.parametrize("by", ["button", "/huy"])
async def test_it_is_dropped(room: Room, by: str) -> None:
    clerk, one, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    picked = clerk.last.buttons[0][1]
    if by == "button":
        await clerk.tap("Sửa lời")
        await clerk.tap("Bỏ hẳn tin này")
    else:
        await clerk.text(by)
    assert clerk.last.text == ("Đã bỏ, không gửi cho ai." if by == "button" else "Đã bỏ, không gửi gì.")
    await clerk.tap_data(picked)
    assert (one.said, await sent(room, "announcement")) == ([], 0)


@pytest.mark.parametrize(("letter", "count"), [("x", 3501), ("🌾", 1751)])
async def test_too_long_says_by_how_much(room: Room, letter: str, count: int) -> None:
    clerk, _, _ = await desk(room)
    (said,) = await clerk.text(f"/phattin {letter * count}")
    length = "3.501" if letter == "x" else "3.502"
    over = 1 if letter == "x" else 2
    assert said.text == f"Lời thông báo dài {length} ký tự, một tin chứa 3.500. Rút bớt {over} ký tự rồi gửi lại."
    said = (await clerk.text(letter * (count - 1)))[0]
    assert len(said.text.encode("utf-16-le")) // 2 <= 4096


async def test_photos_of_an_album_join_the_first_and_a_document_comes_too(room: Room) -> None:
    clerk, _, _ = await desk(room)
    await clerk.photo("/phattin Mời họp")
    await clerk.photo()
    await clerk.photo()
    await clerk.message(
        document={"file_id": "d", "file_unique_id": "u", "mime_type": "application/pdf", "file_size": 9}
    )
    assert [each.text for each in (*clerk.said[:1], clerk.last)] == [
        "Xã Khuất Xá thông báo:\nMời họp",
        f"{REVIEW}\nKèm 3 ảnh, 1 tệp.",
    ]
    assert len(clerk.said) == 2 or not room.edits
    await clerk.tap("Sửa lời")
    await clerk.tap("Bỏ ảnh, tệp")
    assert clerk.last.text == REVIEW


@pytest.mark.only_on("telegram", why="a photo comes with its size")
async def test_photo_too_large_and_photo_before_words_say_what_to_do(room: Room) -> None:
    clerk, _, _ = await desk(room)
    await clerk.text("/phattin")
    assert [each.text for each in await clerk.photo()] == ["Gõ lời thông báo trước, rồi gửi ảnh, tệp."]
    await clerk.text("Mời họp")
    huge = [{"file_id": "p", "file_unique_id": "u", "width": 9, "height": 9, "file_size": 20_000_001}]
    said = await clerk.message(photo=huge)
    assert [each.text for each in said] == [
        "Tệp này quá 20 MB, chưa nhận được. Lời và các tệp khác vẫn còn. Gửi bản nhỏ hơn.",
        "Xã Khuất Xá thông báo:\nMời họp",
        REVIEW,
    ]
    said = await clerk.voice()
    assert [each.labels for each in said] == [["Bỏ"]]


async def test_test_copy_is_what_everybody_gets(room: Room) -> None:
    clerk, one, _ = await desk(room)
    await clerk.photo("/phattin Mời họp")
    await clerk.photo()
    await room.store_files()
    said = await clerk.tap("Gửi thử cho tôi")
    assert [(each.method, each.text, each.labels) for each in said] == [
        ("sendPhoto", "Kèm thông báo của xã Khuất Xá", []),
        ("sendPhoto", "Kèm thông báo của xã Khuất Xá", []),
        ("sendMessage", "Xã Khuất Xá thông báo:\nMời họp", ["Bớt tin nhắn"]),
    ]
    assert one.said == []


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Gửi ngay", "Lúc gửi: gửi ngay, dưới 1 phút."),
        ("18 giờ 30 hôm nay", "Lúc gửi: 18 giờ 30 hôm nay, dưới 1 phút."),
        ("24/11 7h30", "Lúc gửi: 07 giờ 30 ngày mai, dưới 1 phút."),
        ("25/11 23h", "Lúc gửi: 06 giờ 00 ngày 26/11, dưới 1 phút."),
    ],
)
async def test_hour_is_chosen_or_typed_and_never_in_the_quiet_hours(room: Room, typed: str, line: str) -> None:
    clerk, _, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    await clerk.tap("Đổi giờ")
    assert clerk.last.labels == ["Gửi ngay", "18 giờ 30 hôm nay"]
    await (clerk.text(typed) if "/" in typed else clerk.tap(typed))
    assert clerk.last.text.splitlines()[1] == line


@pytest.mark.parametrize(
    ("typed", "problem"), [("31/02 7h", "không có trong lịch"), ("1/1/2020 7h", "đã qua"), ("mai mốt", "Chưa đọc được")]
)
async def test_hour_that_cannot_be_is_asked_again(room: Room, typed: str, problem: str) -> None:
    clerk, _, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    await clerk.tap("Đổi giờ")
    assert problem in (await clerk.text(typed))[0].text
    await clerk.text("24/11 7h30")
    assert "07 giờ 30 ngày mai" in clerk.last.text


async def test_villages_are_chosen_several_at_a_time(room: Room) -> None:
    clerk, _, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    await clerk.tap("Người nhận")
    assert clerk.last.labels == [
        "Mọi người", "Theo thôn", "Theo lĩnh vực", "Theo một việc", "Người đăng ký dự", "Cán bộ",
    ]  # fmt: skip
    await clerk.tap("Theo thôn")
    for village in ("Thôn mẫu 1", "Thôn mẫu 3", "Thôn mẫu 2", "✓ Thôn mẫu 3"):
        await clerk.tap(village)
    assert [label for label in clerk.last.labels if label.startswith("✓")] == ["✓ Thôn mẫu 1", "✓ Thôn mẫu 2"]
    await clerk.tap("Xong")
    assert clerk.last.text.splitlines()[0] == "Gửi Thôn mẫu 1, Thôn mẫu 2: 2 người. Tới được ngay: 2."


@pytest.mark.parametrize(
    ("taps", "typed", "line"),
    [
        (["Theo lĩnh vực", "Đường, điện, nước", "Xong"], None, "Gửi người đã nói về Đường, điện, nước: 2 người."),
        (["Theo một việc"], "kx1", "Gửi người hỏi việc KX-1: 1 người."),
        (["Cán bộ", "Lãnh đạo xã", "Xong"], None, "Gửi cán bộ: Lãnh đạo xã: 1 người."),
        (["Mọi người"], None, "Gửi tất cả: 2 người."),
    ],
)
async def test_other_audiences(room: Room, taps: list[str], typed: str | None, line: str) -> None:
    clerk, _, _ = await desk(room)
    await take_office(room, Role.LEADER, LEADER)
    await clerk.tap_data("o:accept:1")
    await clerk.text("/phattin Mời họp")
    await clerk.tap("Người nhận")
    for label in taps:
        await clerk.tap(label)
    if typed is not None:
        await clerk.text(typed)
    assert clerk.last.text.startswith(line)


async def test_audience_of_nobody_is_said(room: Room) -> None:
    clerk, _, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    await clerk.tap("Người nhận")
    await clerk.tap("Người đăng ký dự")
    await clerk.tap("Theo một việc")
    assert "Gõ mã" in clerk.last.text
    assert (await clerk.text("kx99"))[0].text.startswith("Không thấy ý kiến “kx99”.")
    assert (await clerk.text("kx2"))[0].text == "Ý kiến kx2 chưa được nhận, chưa thành việc. Gõ mã khác."
    await clerk.tap_old("Theo thôn")
    await clerk.tap("Thôn mẫu 1")
    await clerk.tap("✓ Thôn mẫu 1")
    await clerk.tap("Xong")
    assert "Chưa đặt hội nghị, chưa có ai đăng ký." in room.alerts
    assert "Chưa có ai để gửi. Chọn lại người nhận." in room.alerts


async def test_a_colleague_goes_on_with_a_draft_and_the_old_button_shows_it_again(room: Room) -> None:
    clerk, one, _ = await desk(room)
    other = await take_office(room, Role.CLERK, "9")
    await clerk.text("/phattin Mời họp")
    old = clerk.last.buttons[0][1]
    await other.text("/phattin")
    await other.tap("Tin 1, đang soạn")
    await other.tap("Sửa lời")
    await other.text("Mời họp ở thôn")
    clerk.said.clear()
    await clerk.tap_data(old)
    *told, text, review = [each.text for each in clerk.said]
    assert (text, review) == ("Xã Khuất Xá thông báo:\nMời họp ở thôn", REVIEW)
    assert told == [] or room.features.numbered
    assert "Tin này vừa được sửa. Xem lại rồi chọn." in (*room.alerts, *told)
    assert (one.said, await sent(room, "announcement")) == ([], 0)


async def test_giving_up_leaves_a_colleague_s_draft(room: Room) -> None:
    clerk, _, _ = await desk(room)
    other = await take_office(room, Role.CLERK, "9")
    await clerk.text("/phattin Mời họp")
    await other.tap_data("o:news:1")
    await other.text("/huy")
    async with room.db.read() as tx:
        assert await tx.session.scalar(select(Announcement.id)) == 1
