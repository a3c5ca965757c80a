from html import unescape
from typing import Any

import pytest
from structlog.testing import capture_logs

from storage import drafts, people
from storage.files import MAX_BYTES
from storage.models import Role
from storage.states import OpinionState
from tests.handlers.resident.journeys import (
    WORDS,
    answer,
    draft_of,
    failures,
    numbers,
    raise_first,
    stored,
    to_preview,
)
from tests.handlers.resident.test_raising import SEND, greeting, shown
from tests.phones import Room

HOSTILE = [
    "<b>đậm</b> <script>alert(1)</script> &amp; &lt;i&gt;",
    "<a href='https://example.org'>x</a> <tg-spoiler> </b></b> <",
    "*đậm* _nghiêng_ [x](y) `mã` ```khối``` ~~ || # > - +",
    "😀👩‍👩‍👧‍👦🇻🇳 đường hỏng 🚧",
    "مرحبا بالعالم \u202eđảo\u202c \u200fngược",
    "{ $text } { -goi } {0} %s %d ${x} \\n",
    "a\u0301\u0323 e\u0302\u0301 \u200b\u200d\ufeff x",
    "'; DROP TABLE opinion; --",
]


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_go_in_and_out_unchanged(room: Room, words: str) -> None:
    phone = room.phone()
    await phone.photo(words)
    assert f"“{words.strip()}”" in unescape(phone.last.text)
    for label in ("Đồng ý", "3", "Đường, điện, nước", "Gửi, có ghi tên"):
        await phone.tap(label)
    await phone.text(f"Tên {words}"[:100])
    assert (await stored(room, 1)).text == words.strip()
    await phone.text("/dulieu")
    assert f"Tên: Tên {words}"[:20].strip() in unescape(phone.last.text)
    await phone.text("kx1")
    assert f"“{words.strip()}”" in unescape(phone.last.text)
    assert await failures(room) == []


async def test_ten_thousand_characters(room: Room) -> None:
    words = ("đường hỏng 😀 " * 1000)[:10_000].strip()
    phone = room.phone()
    await raise_first(phone, words)
    await phone.text("/theodoi")
    await phone.tap("KX-1")
    await phone.tap("Nói thêm")
    await phone.text(words)
    assert (await stored(room, 1)).text == words
    assert [each.text for each in (await stored(room, 1)).additions] == [words]
    assert max(len(each.text.encode("utf-16-le")) // 2 for each in phone.said) < 4096


async def test_ten_thousand_characters_in_every_step(room: Room) -> None:
    long = "x " * 5000
    phone = room.phone()
    await phone.text(WORDS)
    for label in ("Đồng ý", "3", "Đường, điện, nước", "Gửi, có ghi tên"):
        await phone.text(long)
        await phone.tap(label)
    await phone.text(long)
    await phone.tap("Thôi, không ghi tên")
    assert (await stored(room, 1)).text == "\n".join([WORDS, *[long.strip()] * 5])[:20_000]
    assert await failures(room) == []


async def test_only_spaces(room: Room) -> None:
    phone = room.phone()
    assert (await phone.text("   \n  "))[0].text.startswith("Bác muốn nói việc gì?")
    assert await draft_of(room, phone) is None
    await to_preview(phone)
    before = phone.last.text
    assert (await phone.text(" \n "))[0].text == before
    await phone.tap("Gửi, có ghi tên")
    assert (await phone.text("  "))[0].labels == ["Thôi, không ghi tên"]


STEPS = ("Đồng ý", "3", "Đường, điện, nước", "Gửi, không ghi tên", "Xem KX-1", "Rút ý kiến", "Rút KX-1")


@pytest.mark.only_on("telegram", "zalo_oa", "web", why="buttons, which can be pressed again")
async def test_every_button_five_times_at_once(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    for label in STEPS:
        before = len(phone.said)
        data, message_id = dict(phone.last.buttons)[label], phone.last.message_id
        async with room.at_once():
            for _ in range(5):
                await phone.tap_data(data, message_id)
        if label not in ("Xem KX-1", "Rút ý kiến"):
            assert len(phone.said) == before + 1, label
    assert await numbers(room) == [1]
    assert (await stored(room, 1)).state is OpinionState.WITHDRAWN
    assert await failures(room) == []


@pytest.mark.only_on("telegram", "zalo_oa", "web", why="buttons, which can be pressed again")
@pytest.mark.parametrize("label", ["Không, xoá đi", "Đồng ý"])
async def test_consent_buttons_five_times_at_once(room: Room, label: str) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    data, message_id = dict(phone.last.buttons)[label], phone.last.message_id
    async with room.at_once():
        for _ in range(5):
            await phone.tap_data(data, message_id)
    assert len(phone.said) == 2


@pytest.mark.only_on("telegram", "zalo_oa", "web", why="buttons, which can be pressed again")
async def test_answer_found_clear_and_unclear_at_once(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    before = len(phone.said)
    buttons, message_id = dict(phone.last.buttons), phone.last.message_id
    async with room.at_once():
        for label in ("Rõ rồi", "Chưa rõ", "Rõ rồi", "Chưa rõ"):
            await phone.tap_data(buttons[label], message_id)
    settled = "Việc này đã qua. KX-1 bây giờ: Xã đã trả lời ngày 23/11."
    clear, *others = [each.text for each in phone.said[before:]]
    assert (clear.splitlines()[0], others) == (
        "Xã ghi rồi. KX-1: Xã đã trả lời ngày 23/11.",
        [settled, settled, settled],
    )


async def test_two_texts_within_a_millisecond(room: Room) -> None:
    phone = room.phone()
    async with room.at_once():
        for text in ("một", "hai"):
            await phone.text(text)
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == "một\nhai"


@pytest.mark.only_on("telegram", why="updates that come again; of the others tests/bot/messengers plays it")
async def test_same_update_three_times(room: Room) -> None:
    phone = room.phone()
    update = {"update_id": 5, "message": {**phone.frame(), "text": "một"}}
    for _ in range(3):
        await phone.send(update)
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == "một"
    assert len(phone.said) == 1


async def test_button_of_a_dropped_draft_leaves_the_next_one_alone(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    old = dict(phone.last.buttons)
    await phone.tap("Bỏ")
    await phone.text("viec moi")
    await phone.tap("Đường, điện, nước")
    for label in ("Bỏ", "Gửi, không ghi tên", "Sửa"):
        room.clock.pass_(minutes=1)
        [said] = await phone.tap_data(old[label])
        assert said.text.startswith("Câu ấy đã qua. Máy đang hỏi:\n\nBác xem lại:\nViệc: “viec moi”")
    assert await numbers(room) == []


async def test_button_after_all_is_over_says_where_it_stands(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    buttons = list(phone.last.buttons)
    await phone.tap("Gửi, không ghi tên")
    room.clock.pass_(days=30)
    for _, data in buttons:
        [said] = await phone.tap_data(data)
        assert shown([said]) == [
            ("Việc này đã qua. KX-1 bây giờ: Xã đã nhận, đang đọc.", ["Xem KX-1", "Gửi việc khác"])
        ]
        room.clock.pass_(minutes=1)
    assert await numbers(room) == [1]


@pytest.mark.parametrize(
    "data",
    [pytest.param("", marks=pytest.mark.only_on("telegram", "zalo_oa", "web", why="empty buttons")),
     "x", "r:", "r", "r:send", "r:see:", "r:see:x", f"r:see:{'9' * 40}", "r:village:1:khong-co", "r:field:1:x",
     "r:forget:", "r:forget:99999999999", "r:language:fr", "r:add:1:1", "o:read:1", "v0:old:button", "r:send:²"],
)  # fmt: skip
async def test_forged_and_older_buttons_get_a_kind_sentence(room: Room, data: str) -> None:
    phone = room.phone()
    said = await phone.tap_data(data)
    assert len(said) == 1
    await to_preview(phone)
    room.clock.pass_(minutes=1)
    await phone.tap_data(data)
    draft = await draft_of(room, phone)
    assert draft is not None
    assert (draft.text, draft.village_id, draft.field_id) == (WORDS, "mau-3", "ha-tang")
    assert await failures(room) == []


async def test_draft_that_expired_meanwhile(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    preview = phone.last
    room.clock.pass_(days=8)
    async with room.db.write() as tx:
        await drafts.expire_drafts(tx, room.clock())
    [said] = await phone.tap_data(preview.buttons[0][1])
    assert said.text == "Việc này đã qua. Bác cần nói việc gì, cứ nhắn lại từ đầu."
    assert (await phone.text("noi lai day"))[0].labels[0] == "Đường, điện, nước"


SENT = {"file_id": "f", "file_unique_id": "u"}
UNTAKEN = [
    pytest.param(
        {"document": {**SENT, "mime_type": "application/pdf", "file_size": MAX_BYTES + 1}},
        "Tệp này to quá, máy chưa nhận được. Lời và các ảnh khác vẫn còn. Bác chụp lại rồi gửi.",
        marks=pytest.mark.only_on("telegram", "zalo_oa", why="a document comes with its size"),
    ),
    (
        {"document": {**SENT, "mime_type": "application/x-msdownload", "file_name": "a.exe"}},
        "Loại tệp này máy chưa nhận được. Lời và các ảnh khác vẫn còn. Máy nhận ảnh, tiếng nói, PDF, Word, Excel.",
    ),
    (
        {"video": {**SENT, "width": 1, "height": 1, "duration": 3}},
        "Loại tệp này máy chưa nhận được. Lời và các ảnh khác vẫn còn. Máy nhận ảnh, tiếng nói, PDF, Word, Excel.",
    ),
]


@pytest.mark.parametrize(("content", "sentence"), UNTAKEN)
async def test_refused_file_loses_nothing_else(room: Room, content: dict[str, Any], sentence: str) -> None:
    phone = room.phone()
    assert shown(await phone.message(**content)) == [(sentence, [])]
    assert await draft_of(room, phone) is None
    await phone.message(**content, caption="loi kem")
    assert phone.last.text.startswith(f"{sentence}\n\nMáy đang giữ lời bác")
    for label in ("Đồng ý", "3", "Đường, điện, nước"):
        await phone.tap(label)
    await phone.photo()
    before = phone.last.text
    asked = (await phone.message(**content))[0].text
    assert asked == f"{sentence}\n\n{before}" or not room.edits
    assert "· 1 ảnh" in asked
    assert asked.startswith(f"{sentence}\n\nBác xem lại:")
    await phone.tap("Gửi, không ghi tên")
    opinion = await stored(room, 1)
    assert (opinion.text, [each.kind for each in opinion.attachments]) == ("loi kem", ["photo"])
    await phone.tap("Xem KX-1")
    await phone.tap("Nói thêm")
    assert (await phone.message(**content))[0].text == sentence


async def test_eleventh_file_is_refused(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    for _ in range(10):
        assert await phone.photo() == []
    [said] = await phone.photo()
    assert said.text.startswith("Một việc máy giữ nhiều nhất 10 tệp, tệp này chưa nhận được.")
    assert said.labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]


STICKER = {**SENT, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
POLL = {
    "id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
    "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
}  # fmt: skip
ODD: list[dict[str, Any]] = [
    {"sticker": STICKER},
    {"poll": POLL},
    {"contact": {"phone_number": "1", "first_name": "A"}},
    {"game": {"title": "g", "description": "d", "photo": []}},
    {"dice": {"emoji": "🎲", "value": 3}},
    {"location": {"latitude": 1.0, "longitude": 1.0, "live_period": 900}},
]


@pytest.mark.parametrize("content", ODD, ids=lambda content: next(iter(content)))
async def test_what_is_no_word_gets_a_kind_sentence(room: Room, content: dict[str, Any]) -> None:
    phone = room.phone()
    kind = "Máy chỉ nhận lời, ảnh, tiếng nói. Bác cần nói việc gì, cứ nhắn."
    assert shown(await phone.message(**content)) == [(kind, [])]
    await to_preview(phone)
    asked = phone.last
    assert shown(await phone.message(**content)) == [(f"{kind}\n\n{asked.text}", asked.labels)]


async def test_service_message_is_passed_over(room: Room) -> None:
    assert await room.phone().message(message_auto_delete_timer_changed={"message_auto_delete_time": 60}) == []


@pytest.mark.parametrize("typed", ["/khongcongkhai", "/viec", "/traloi KX-1 xong", "/xem 1", "/khong_co", "/START2 x"])
async def test_unknown_and_officials_commands_are_not_understood(room: Room, typed: str) -> None:
    phone = room.phone()
    unknown = ("Máy chưa hiểu. Bác muốn làm gì?", ["Gửi ý kiến", "Ý kiến đã gửi", "Hội nghị", "Xã đã trả lời"])
    assert shown(await phone.text(typed)) == [unknown]
    assert await draft_of(room, phone) is None


@pytest.mark.parametrize("code", ["moi-0123456789abcdef0123", "/start moi-0123456789abcdef0123", "/start moi-x"])
async def test_forged_invitation_is_an_unknown_word(room: Room, code: str) -> None:
    assert shown(await room.phone().text(code))[0][0] == "Máy chưa hiểu. Bác muốn làm gì?"


async def test_slash_that_is_no_command_is_words(room: Room) -> None:
    phone = room.phone()
    await phone.message(text="/ 3 thang nay mat nuoc")
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == "/ 3 thang nay mat nuoc"


async def test_commands_do_not_care_for_case_or_the_bots_name(room: Room) -> None:
    assert (await room.phone().text("/START@mau_bot"))[0].text == greeting(room)


async def test_photo_without_caption_in_every_step_is_kept(room: Room) -> None:
    phone = room.phone()
    await phone.photo()
    for label in ("Đồng ý",):
        await phone.photo()
        await phone.tap(label)
    await phone.photo()
    await phone.text(WORDS)
    for label in ("3", "Đường, điện, nước", "Gửi, có ghi tên"):
        await phone.photo()
        await phone.tap(label)
    await phone.photo()
    await phone.text("A B")
    assert len((await stored(room, 1)).attachments) == 7


async def test_official_raises_an_opinion_too(room: Room) -> None:
    clerk = await room.official(Role.CLERK, "9001")
    await clerk.text("/gopy")
    await raise_first(clerk)
    assert await numbers(room) == [1]
    assert "Mã của bác là KX-1." in "".join(each.text for each in clerk.said)


async def test_invitation_opens_once_and_is_then_an_unknown_word(room: Room) -> None:
    async with room.db.write() as tx:
        code = await people.invite(tx, Role.CLERK)
    [welcome] = await room.phone("9001").text(code.upper())
    assert "Văn phòng" in welcome.text
    room.clock.pass_(days=8)
    async with room.db.write() as tx:
        late = await people.invite(tx, Role.LEADER)
    room.clock.pass_(days=8)
    with capture_logs() as logged:
        for spent in (f"/start {code}", code, late):
            [said] = await room.phone("1002").text(spent)
            assert said.text == "Máy chưa hiểu. Bác muốn làm gì?"
    assert [line["reason"] for line in logged if "reason" in line] == ["used", "used", "expired"]
    assert code not in repr(logged)


@pytest.mark.parametrize("messenger", ["telegram", "web_plain"])
async def test_number_that_is_not_offered_is_never_put_to_her_words(room: Room, messenger: str) -> None:
    phone, note = room.phone("1001", messenger), "Ở trên không có số 9 để chọn; máy không ghi số này vào lời bác.\n\n"
    question = (await phone.text(WORDS))[-1].text
    for typed, label in (("9", "Đồng ý"), ("số 9", "3"), ("9.", "Đường, điện, nước"), ("9 ạ", "Gửi, có ghi tên")):
        assert [said.text for said in await phone.text(typed)] == [note + question]
        question = (await phone.tap(label))[-1].text
    assert [said.text for said in await phone.text("(9)")] == [note + question]
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == WORDS


@pytest.mark.parametrize("second", ["1", "số 1", "2"])
async def test_number_typed_before_its_list_was_seen_sends_nothing(room: Room, second: str) -> None:
    phone = room.phone("1001", "web_plain")
    await phone.text(WORDS)
    await phone.tap("Đồng ý")
    await phone.tap("3")
    before = len(phone.said)
    async with room.at_once():
        await phone.text("1")
        await phone.text(second)
    assert [each.labels for each in phone.said[before:]] == [SEND]
    assert await numbers(room) == []
    assert [each.text.split(".")[0] for each in await phone.text("1")] == ["Xã đã nhận"]
    assert await failures(room) == []


async def test_labels_typed_at_once_each_pick_from_their_own_list(room: Room) -> None:
    phone = room.phone("1001", "web_plain")
    await phone.text(WORDS)
    await phone.tap("Đồng ý")
    await phone.tap("3")
    async with room.at_once():
        await phone.text("duong dien nuoc")
        await phone.text("gui khong ghi ten")
    assert await numbers(room) == [1]
