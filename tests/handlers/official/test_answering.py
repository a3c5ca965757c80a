"""Answering: by command, by reply, by button; shown, then sent once."""

import asyncio
from typing import Any

import pytest

from storage import opinions, ratings
from storage.models import Role
from storage.people import load_callers
from tests.handlers.official.desk import (
    CLERK,
    LEADER,
    RESIDENT,
    count_answers,
    raise_opinion,
    revoke,
    sent,
    states,
    take_office,
)
from tests.phones import Phone, Room, Said

ASK = "Gõ hoặc dán câu trả lời KX-1. Gửi kèm ảnh, tệp nếu có.\nNên có: đã xem ngày nào, làm gì, ai làm, bao giờ xong."
BODY = "Kính gửi Ông/Bà.\nĐã xem.\nVăn phòng HĐND và UBND, cán bộ Văn phòng"
PREVIEW = f"KX-1 hỏi: “duong vao thon bi hong lau roi”\nGửi tới 1 người. Bà con sẽ đọc:\n\n{BODY}\n\nGửi chứ?"
WITH_PHOTO = PREVIEW.replace("\n\nGửi chứ?", "\n\nKèm: 1 ảnh.\nGửi chứ?")
ANSWER = f"Xã trả lời KX-1:\n\n{BODY}\n\nTrả lời thế bác thấy rõ chưa?"
TOO_LONG = "Câu trả lời dài 5.000 ký tự, một tin chứa 3.500. Rút bớt 1.500 ký tự rồi gửi lại; phần dài thì gửi kèm tệp."
BUTTONS = ["Gửi trả lời", "Sửa", "Bỏ"]


async def desk(room: Room) -> tuple[Phone, Phone]:
    """A clerk with one card, and its author."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    return clerk, room.phone(RESIDENT)


@pytest.mark.parametrize(
    "typed",
    ["/traloi KX-1 Đã xem.", "/traloi kx1 Đã xem.", "/traloi KX 1 Đã xem.", "/traloi 1: Đã xem.", "/TRALOI 1\nĐã xem."],
)
async def test_traloi_shows_question_people_and_text(room: Room, typed: str) -> None:
    clerk, resident = await desk(room)
    said = await clerk.text(typed)
    assert [(one.text, one.labels) for one in said] == [(PREVIEW, BUTTONS)]
    assert (resident.said, await states(room)) == ([], ["received"])


@pytest.mark.everywhere
async def test_release_tells_the_author_and_the_clerk(room: Room) -> None:
    clerk, resident = await desk(room)
    await clerk.text("/traloi KX-1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    assert (clerk.last.text, clerk.last.labels) == ("Đã gửi KX-1 tới 1 người.", [])
    assert [(said.text, said.buttons) for said in resident.said] == [
        (ANSWER, [("Rõ rồi", "r:clear:1"), ("Chưa rõ", "r:unclear:1")])
    ]
    assert await states(room) == ["answered"]


async def test_typed_form_of_address_is_not_doubled(room: Room) -> None:
    clerk, _ = await desk(room)
    (said,) = await clerk.text("/traloi 1 KÍNH GỬI Ông Bà: đã xem.")
    assert said.text.split("\n\n")[1] == "KÍNH GỬI Ông Bà: đã xem.\nVăn phòng HĐND và UBND, cán bộ Văn phòng"


async def test_leader_signs_as_leader(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    await raise_opinion(room)
    (said,) = await leader.text("/traloi 1 Đã xem.")
    assert said.text.split("\n\n")[1] == "Kính gửi Ông/Bà.\nĐã xem.\nLãnh đạo UBND xã Khuất Xá"


async def test_reply_to_the_card_is_an_answer(room: Room) -> None:
    clerk, _ = await desk(room)
    (said,) = await clerk.text("Đã xem.", reply_to=clerk.said[0])
    assert (said.text, said.labels) == (PREVIEW, BUTTONS)


@pytest.mark.parametrize("shown_by", ["/phanloai 1", "/xem 1"])
async def test_reply_to_a_card_that_was_asked_for_is_an_answer(room: Room, shown_by: str) -> None:
    clerk, _ = await desk(room)
    (card,) = await clerk.text(shown_by)
    (said,) = await clerk.text("Đã xem.", reply_to=card)
    assert (said.text, said.labels) == (PREVIEW, BUTTONS)


async def test_reply_with_a_captioned_photo_carries_it(room: Room) -> None:
    clerk, resident = await desk(room)
    (said,) = await clerk.photo("Đã xem.", reply_to=clerk.said[0])
    assert (said.text, said.labels) == (WITH_PHOTO, BUTTONS)
    await clerk.tap("Gửi trả lời")
    assert resident.said == []
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    answer = ANSWER.replace("KX-1:", "KX-1 (kèm 1 ảnh):")
    assert [(one.method, one.text) for one in resident.said] == [("sendPhoto", "KX-1"), ("sendMessage", answer)]


async def test_reply_to_another_message_is_no_answer(room: Room) -> None:
    clerk, _ = await desk(room)
    await clerk.text("/traloi")
    await clerk.text("Đã xem.", reply_to=clerk.last)
    assert await count_answers(room) == 0


@pytest.mark.everywhere
async def test_button_asks_and_the_next_words_are_the_answer(room: Room) -> None:
    clerk, _ = await desk(room)
    assert [(said.text, said.labels) for said in await clerk.tap("Trả lời")] == [(ASK, ["Bỏ"])]
    assert [said.text for said in await clerk.text("Đã xem.")] == [PREVIEW]


async def test_album_before_the_words_is_kept_and_answered_once(room: Room) -> None:
    clerk, _ = await desk(room)
    await clerk.tap("Trả lời")
    assert [said.text for said in await clerk.photo()] == ["Đã giữ 1 ảnh cho KX-1.\nGõ câu trả lời đi cùng."]
    assert clerk.changed(await clerk.photo()).text == "Đã giữ 2 ảnh cho KX-1.\nGõ câu trả lời đi cùng."
    (said,) = await clerk.text("Đã xem.")
    assert said.text == WITH_PHOTO.replace("1 ảnh", "2 ảnh")


async def test_photo_under_the_preview_joins_the_answer(room: Room) -> None:
    clerk, _ = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    preview = clerk.changed(await clerk.photo())
    assert (preview.text, preview.labels) == (WITH_PHOTO, BUTTONS)


async def test_document_under_the_preview_joins_the_answer_on_a_messenger_without_edits(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK, "web_plain")
    await raise_opinion(room)
    await clerk.text("/traloi 1 Đã xem.")
    (said,) = await clerk.message(
        document={"file_id": "d", "file_unique_id": "u", "mime_type": "application/pdf", "file_name": "bien ban.pdf"}
    )
    assert said.text == WITH_PHOTO.replace("1 ảnh", "1 tệp")
    await clerk.text("1")
    assert clerk.last.text == "Đã gửi KX-1 tới 1 người."


async def test_words_under_the_preview_change_nothing(room: Room) -> None:
    clerk, _ = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    (said,) = await clerk.text("ok gửi đi")
    assert (said.text, said.labels) == (
        "Câu trả lời KX-1 đang chờ chọn. Muốn đổi lời thì chọn Sửa.\nGửi chứ?",
        BUTTONS,
    )
    await clerk.tap("Gửi trả lời")
    assert room.phone(RESIDENT).last.text == ANSWER


async def test_edit_replaces_the_words_and_keeps_the_files(room: Room) -> None:
    clerk, _ = await desk(room)
    await clerk.text("/traloi 1 Đã xme.")
    await clerk.photo()
    (said,) = await clerk.tap("Sửa")
    assert said.text == "Gõ lại câu trả lời KX-1. Ảnh, tệp đã gửi vẫn giữ."
    assert [one.text for one in await clerk.text("Đã xem.")] == [WITH_PHOTO]
    assert await count_answers(room) == 1


@pytest.mark.parametrize("typed", ["/huy", None])
async def test_answer_is_dropped(room: Room, typed: str | None) -> None:
    clerk, resident = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    if typed:
        await clerk.text(typed)
        assert clerk.last.text == "Đã bỏ, không gửi gì."
    else:
        await clerk.tap("Bỏ")
        assert clerk.last.text == "Đã bỏ câu trả lời. KX-1 vẫn chờ."
    assert (await count_answers(room), resident.said, await states(room)) == (0, [], ["received"])


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/traloi", "Gõ mã rồi lời trả lời, ví dụ: /traloi KX-12 Ngày 01/12 xã đã xem, xong trước 14/01."),
        ("/traloi KX-9 Đã xem.", "Không thấy ý kiến “KX-9”. Xem lại mã, hoặc gõ /viec để xem việc chờ."),
        ("/traloi Đã xem.", "Không thấy ý kiến “Đã”. Xem lại mã, hoặc gõ /viec để xem việc chờ."),
        ("/traloi KX-1", ASK),
        (
            "/traloi KX-1 " + "x" * 5000,
            TOO_LONG,
        ),
    ],
)
async def test_traloi_that_cannot_be_taken_says_why_and_how(room: Room, typed: str, answer: str) -> None:
    clerk, _ = await desk(room)
    assert [said.text for said in await clerk.text(typed)] == [answer]
    assert await count_answers(room) == 0


async def test_answer_that_was_too_long_is_asked_for_again(room: Room) -> None:
    clerk, _ = await desk(room)
    await clerk.text("/traloi KX-1 " + "x" * 5000)
    assert [said.text for said in await clerk.text("Đã xem.")] == [PREVIEW]


def squeezed(*said: Said) -> str:
    """All that was said, without white space: some of it goes where a message is cut."""
    return "".join("".join(each.text for each in said).split())


@pytest.mark.parametrize("letter", ["x", "&", "🌾"])
async def test_longest_answer_fits_one_message(room: Room, letter: str) -> None:
    clerk, resident = await desk(room)
    text = letter * (1750 if letter == "🌾" else 3500)
    said = await clerk.text(f"/traloi 1 {text}")
    assert len(said) == 1 or room.longest < 4096
    assert squeezed(*said) == "".join(PREVIEW.replace("Đã xem.", text.replace("&", "&amp;")).split())
    await clerk.tap("Gửi trả lời")
    for shown in (PREVIEW.replace("Đã xem.", text), ANSWER.replace("Đã xem.", text)):
        assert len(shown.encode("utf-16-le")) // 2 <= 4096
    assert squeezed(*resident.said) == "".join(ANSWER.replace("Đã xem.", text.replace("&", "&amp;")).split())


async def test_same_button_five_times_at_once_sends_once(room: Room) -> None:
    clerk, resident = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    picked = clerk.last.buttons[0][1]
    await asyncio.gather(*(clerk.tap_data(picked, clerk.last.message_id) for _ in range(5)))
    assert clerk.last.text == "Đã gửi KX-1 tới 1 người."
    assert len(resident.said) == 1
    assert room.alerts.count("KX-1 đã gửi lúc 23/11 09:00. Không gửi lại.") == 4


async def test_two_clerks_answer_and_the_second_hears_who_was_first(room: Room) -> None:
    clerk, resident = await desk(room)
    other = await take_office(room, Role.CLERK, "9")
    await clerk.text("/traloi 1 Đã xem.")
    await other.text("/traloi 1 Khác.")
    await clerk.tap("Gửi trả lời")
    room.clock.pass_(minutes=14)
    await other.tap("Gửi trả lời")
    assert other.last.text == "Văn phòng đã trả lời việc này lúc 09:00. Chưa đổi gì."
    assert (len(resident.said), await count_answers(room)) == (1, 1)
    room.clock.pass_(days=1)
    (said,) = await other.text("/traloi 1 Khác.")
    assert said.text == "Văn phòng đã trả lời việc này lúc 23/11 09:00. Chưa đổi gì."


@pytest.mark.everywhere
async def test_another_clerks_button_does_nothing(room: Room) -> None:
    clerk, resident = await desk(room)
    other = await take_office(room, Role.CLERK, "9")
    await clerk.text("/traloi 1 Đã xem.")
    for prefix in ("o:send", "o:edit", "o:drop"):
        assert other.alerted(await other.tap_data(f"{prefix}:1")) == "Việc này đã qua. Không đổi gì."
    assert (resident.said, await states(room), await count_answers(room)) == ([], ["received"], 1)


async def test_forged_button_changes_nothing(room: Room) -> None:
    clerk, resident = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    too_long = "o:send:" + "9" * 30
    for data in ("o:send:", "o:send:x", "o:send:-1", too_long, "o:send:99", "o:answer:99", "o:nothing"):
        await clerk.tap_data(data)
    assert (resident.said, await states(room), await count_answers(room)) == ([], ["received"], 1)


async def test_official_revoked_in_the_middle_sends_nothing(room: Room) -> None:
    clerk, resident = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    await revoke(room, Role.CLERK)
    await clerk.tap("Gửi trả lời")
    assert (resident.said, await states(room)) == ([], ["received"])


@pytest.mark.only_on("telegram", "zalo_oa", why="a document comes with its size")
async def test_refused_file_loses_nothing_else(room: Room) -> None:
    clerk, _ = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    document: dict[str, object] = {"file_id": "d", "file_unique_id": "u", "mime_type": "application/x-msdownload"}
    (said,) = await clerk.message(document=document)
    assert said.text == "Loại tệp này không nhận. Lời và các tệp khác vẫn còn. Gửi ảnh, PDF, Word hoặc Excel."
    document = {**document, "mime_type": "application/pdf", "file_size": 30_000_000}
    (said,) = await clerk.message(document=document)
    assert said.text == "Tệp này quá 20 MB, chưa nhận được. Lời và các tệp khác vẫn còn. Gửi bản nhỏ hơn."
    (said,) = await clerk.photo()
    assert said.text == WITH_PHOTO
    for _ in range(9):
        await clerk.photo()
    (said,) = await clerk.photo()
    assert said.text == "Đã đủ 10 tệp, tệp này không nhận. Lời và các tệp trước vẫn còn."


@pytest.mark.parametrize("under", ["question", "preview", "reply"])
async def test_voice_is_no_answer(room: Room, under: str) -> None:
    clerk, _ = await desk(room)
    extra: dict[str, Any] = {}
    if under == "question":
        await clerk.tap("Trả lời")
    elif under == "preview":
        await clerk.text("/traloi 1 Đã xem.")
    else:
        extra = {"reply_to": clerk.said[0].message_id}
    (said,) = await clerk.message(voice={"file_id": "v", "file_unique_id": "u", "duration": 3}, **extra)
    assert said.text == "Câu trả lời chỉ nhận chữ, ảnh, tệp. Gõ lời hoặc gửi tệp khác."


async def test_unclear_answer_comes_back_and_is_answered_again(room: Room) -> None:
    clerk, resident = await desk(room)
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT]
        opinion = await opinions.own_by_number(tx, caller.person, 1)
        assert opinion is not None
        await ratings.find_unclear(tx, opinion)
    await room.settle()
    assert clerk.last.text.splitlines()[0] == "KX-1 mở lại: người gửi chưa rõ câu trả lời."
    await clerk.tap("Trả lời")
    await clerk.text("Xong trước 14/01.")
    await clerk.tap("Gửi trả lời")
    assert resident.last.text == ANSWER.replace("Đã xem.", "Xong trước 14/01.")
    assert (await sent(room, "answer"), await states(room)) == (2, ["answered"])


async def test_words_in_html_reach_the_author_as_typed(room: Room) -> None:
    clerk, resident = await desk(room)
    await clerk.text("/traloi 1 <b>a</b> &amp; [x](y) *z*\n\n_q_ \u200f\u0631")
    await clerk.tap("Gửi trả lời")
    assert "&lt;b&gt;a&lt;/b&gt; &amp;amp; [x](y) *z*\n\n_q_ \u200f\u0631" in resident.last.text
