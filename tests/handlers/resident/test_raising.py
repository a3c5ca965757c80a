import pytest

from storage.models import AttachmentState
from tests.handlers.resident.journeys import WORDS, draft_of, numbers, raise_first, stored, to_preview
from tests.phones import Phone, Room, Said

GREETING = """\
Chào bác. Đây là máy trả lời tự động của xã Khuất Xá, nhận ý kiến gửi lãnh đạo xã.
Đường sá, đất đai, điện nước, chế độ: bác cứ nhắn, không cần dấu, hoặc giữ nút ghi âm mà nói.
Đơn khiếu nại, tố cáo, hồ sơ giấy tờ: bác đến trụ sở UBND xã. Việc gấp gọi 113, 114, 115. Gặp người: 0205 000 000."""

CONSENT = f"""\
Máy đang giữ lời bác, chưa gửi cho ai:
“{WORDS}”

Bác có cho Văn phòng HĐND và UBND giữ lời này, ảnh, tên thôn và tài khoản chat của bác để xem xét và trả lời không? \
Văn phòng và bộ phận trả lời đọc được lời bác. Tài khoản chỉ để máy nhắn lại. Giữ 24 tháng. Bác xem, rút, xoá lúc nào \
cũng được. Không cho thì máy xoá ngay; bác vẫn nói được ở trụ sở UBND xã hoặc 0205 000 000."""

VILLAGES = """\
Việc này ở thôn nào? Bác chọn số, hoặc gõ tên thôn.
1. Thôn mẫu 1
2. Thôn mẫu 2
3. Thôn mẫu 3
4. Thôn mẫu 4
5. Thôn mẫu 5
6. Thôn mẫu 6
0. Chỗ khác, không rõ"""

FIELD = "Việc này gần với loại nào? Không rõ thì chọn dòng cuối, Văn phòng xếp giúp."
FIELDS = ["Đường, điện, nước", "Đất đai", "Chế độ, hỗ trợ", "Nhà văn hoá, sân chơi", "Khác, không rõ"]

SEND = ["Gửi, không ghi tên", "Gửi, có ghi tên", "Sửa", "Bỏ"]


def preview(words: str = WORDS, line: str = "Ở: Thôn mẫu 3 · Loại: Đường, điện, nước") -> str:
    return (
        f"Bác xem lại:\nViệc: “{words}”\n{line}\n"
        "Có ảnh thì bác gửi luôn bây giờ. Không ghi tên thì xã vẫn trả lời bác ở đây."
    )


def greeting(room: Room) -> str:
    return GREETING if room.features.holds else GREETING.replace("giữ nút ghi âm", "bấm nút ghi âm")


def taken(room: Room) -> list[str]:
    """What says that a file was taken under a preview: the preview itself, or a sign where it cannot be changed."""
    return [] if room.edits else ["setMessageReaction"]


def signs(said: list[Said]) -> list[str]:
    return [each.method for each in said]


def shown(said: list[Said]) -> list[tuple[str, list[str]]]:
    return [(each.text, each.labels) for each in said]


@pytest.mark.everywhere
async def test_first_opinion_message_by_message(room: Room) -> None:
    phone = room.phone()
    first = ["Gửi ý kiến", "Ý kiến đã gửi", "Hội nghị", "Xã đã trả lời"]
    assert shown(await phone.text("/start")) == [(greeting(room), first)]
    assert shown(await phone.text(WORDS)) == [(CONSENT, ["Đồng ý", "Đọc kỹ", "Không, xoá đi"])]
    assert shown(await phone.tap("Đồng ý")) == [(VILLAGES, ["1", "2", "3", "4", "5", "6", "0"])]
    assert shown(await phone.tap("3")) == [(FIELD, FIELDS)]
    assert shown(await phone.tap("Đường, điện, nước")) == [(preview(), SEND)]
    asked = phone.last
    signs = [each.method for _ in range(2) for each in await phone.photo()]
    if room.edits:
        assert (signs, asked.text) == ([], preview(line="Ở: Thôn mẫu 3 · Loại: Đường, điện, nước · 2 ảnh"))
    else:
        assert signs in (["setMessageReaction"] * 2, ["setMessageReaction"])
    assert asked.labels == SEND
    assert shown(await phone.tap("Gửi, không ghi tên")) == [
        (
            (
                "Xã đã nhận, kèm 2 ảnh. Mã của bác là KX-1.\n"
                "Chậm nhất 08/12 bác được báo việc này giao cho ai. Có trả lời, máy nhắn vào đây."
            ),
            ["Xem KX-1", "Gửi việc khác"],
        )
    ]
    opinion = await stored(room, 1)
    assert (opinion.text, opinion.village_id, opinion.field_id, opinion.named) == (WORDS, "mau-3", "ha-tang", False)
    assert [each.state for each in opinion.attachments] == [AttachmentState.PENDING] * 2
    assert await draft_of(room, phone) is None


class Counting:
    """A phone whose taps are counted."""

    def __init__(self, phone: Phone) -> None:
        self.phone, self.taps, self.messages = phone, 0, 0

    async def tap(self, label: str) -> None:
        self.taps += 1
        self.messages += len(await self.phone.tap(label))

    async def text(self, words: str) -> None:
        self.messages += len(await self.phone.text(words))


async def test_taps_to_a_code(room: Room) -> None:
    first = Counting(room.phone("1001"))
    await first.text(WORDS)
    for label in ("Đồng ý", "3", "Đường, điện, nước", "Gửi, không ghi tên"):
        await first.tap(label)
    later = Counting(room.phone("1001"))
    await later.text("mat nuoc ba hom nay")
    for label in ("Đường, điện, nước", "Gửi, không ghi tên"):
        await later.tap(label)
    coded = Counting(room.phone("1002"))
    await coded.phone.text("/start thon-mau-5")
    await coded.text(WORDS)
    for label in ("Đồng ý", "Đường, điện, nước", "Gửi, không ghi tên"):
        await coded.tap(label)
    print(f"taps to a code: first {first.taps}, later {later.taps}, from a village's own code {coded.taps}")
    assert (first.taps, first.messages) == (4, 5)
    assert (later.taps, later.messages) == (2, 3)
    assert (coded.taps, coded.messages) == (3, 4)
    assert await numbers(room) == [1, 2, 3]
    assert [(await stored(room, number)).village_id for number in (1, 2, 3)] == ["mau-3", "mau-3", "mau-5"]


async def test_code_of_a_village_greets_there(room: Room) -> None:
    [said] = await room.phone().text("/start thon-mau-5")
    assert said.text == greeting(room).replace("Chào bác.", "Chào bác ở Thôn mẫu 5.")


async def test_greeting_is_answered_with_a_greeting_and_keeps_nothing(room: Room) -> None:
    [greeted] = await room.phone().text("Alo, chào xã ạ")
    assert greeted.text == greeting(room)
    [asked] = await room.phone().text(WORDS)
    assert WORDS in asked.text
    assert "chào xã" not in asked.text


async def test_code_of_an_unknown_village_is_a_plain_greeting(room: Room) -> None:
    assert (await room.phone().text("/start thon-khong-co"))[0].text == greeting(room)


async def test_village_of_the_code_is_not_kept_after_a_refusal(room: Room) -> None:
    phone = room.phone()
    await phone.text("/start thon-mau-5")
    await phone.text(WORDS)
    await phone.tap("Không, xoá đi")
    await phone.text(WORDS)
    assert (await phone.tap("Đồng ý"))[0].text == VILLAGES


async def test_refusal_deletes_at_once(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    await phone.photo()
    [said] = await phone.tap("Không, xoá đi")
    assert shown([said]) == [("Máy xoá rồi, không giữ gì. Bác vẫn nói được ở trụ sở UBND xã hoặc 0205 000 000.", [])]
    assert await draft_of(room, phone) is None
    assert WORDS.encode() not in (room.db.path or room.media.root).read_bytes()


async def test_text_read_whole_asks_the_same(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    [said] = await phone.tap("Đọc kỹ")
    assert said.labels == ["Đồng ý", "Không, xoá đi"]
    assert said.text == (
        "Ai giữ: Văn phòng HĐND và UBND.\n"
        "Giữ gì: lời, ảnh, tiếng, thôn, tài khoản chat; tên và số điện thoại chỉ khi bác ghi.\n"
        "Để làm gì: xem xét, trả lời, tổng hợp cho hội nghị. Không dùng việc khác. "
        "Đăng lời bác cho mọi người xem thì xã hỏi riêng.\n"
        "Ai đọc: Văn phòng, bộ phận trả lời, lãnh đạo. Trưởng thôn không đọc được.\n"
        "Bao lâu: 24 tháng. Bác nhắn “dữ liệu” để xem, tải về, xoá; nhắn mã của việc để rút.\n"
        "Ứng dụng nhắn tin cũng lưu tin trên máy chủ của họ; Telegram ở nước ngoài.\n"
        "Bác có cho giữ không?"
    )
    assert (await phone.tap("Đồng ý"))[0].text == VILLAGES


async def test_button_first_then_words(room: Room) -> None:
    phone = room.phone()
    await phone.text("/start")
    asked = "Bác muốn nói việc gì? Nhắn, ghi âm hay gửi ảnh đều được."
    assert shown(await phone.tap("Gửi ý kiến")) == [(asked, [])]
    assert (await phone.text("hoi nghi"))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == "hoi nghi"


async def test_photo_without_words_is_asked_about(room: Room) -> None:
    phone = room.phone()
    assert (await phone.photo())[0].text.startswith("Máy đang giữ 1 ảnh bác gửi, chưa gửi cho ai.\n\nBác có cho")
    assert await phone.photo(media_group_id="a") == []
    assert shown(await phone.tap("Đồng ý")) == [
        ("Máy đã giữ 2 ảnh. Bác muốn nói việc gì, nhắn hoặc ghi âm một câu.", ["Bỏ"])
    ]
    assert await phone.photo() == []
    assert (await phone.text("rac do ben duong"))[0].text == VILLAGES
    await phone.tap("0")
    [said] = await phone.tap("Khác, không rõ")
    assert said.text == preview("rac do ben duong", "Ở: Chỗ khác, không rõ · Loại: Khác, không rõ · 3 ảnh")


async def test_caption_is_the_words(room: Room) -> None:
    phone = room.phone()
    [said] = await phone.photo("cau tran hong")
    assert "“cau tran hong”" in said.text
    await phone.tap("Đồng ý")
    await phone.tap("1")
    [said] = await phone.tap("Đất đai")
    assert said.text == preview("cau tran hong", "Ở: Thôn mẫu 1 · Loại: Đất đai · 1 ảnh")


@pytest.mark.only_on("telegram", "web", "web_plain", why="a voice comes with its length")
async def test_recording_needs_no_field(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    [said] = await phone.voice(70)
    assert shown([said]) == [
        (
            (
                "Máy đã giữ đoạn ghi âm 1 phút 10 giây của bác. Ở: Thôn mẫu 3.\n"
                "Máy chưa nghe được tiếng nói: người của Văn phòng sẽ nghe. Bác nói tiếng Nùng, tiếng Tày cũng được.\n"
                "Giọng nói thì người nghe có thể nhận ra. Bác gửi chứ?"
            ),
            ["Gửi", "Nói lại", "Đổi thôn", "Bỏ"],
        )
    ]
    assert (await phone.tap("Đổi thôn"))[0].text == VILLAGES
    assert "Ở: Thôn mẫu 4." in (await phone.tap("4"))[0].text
    assert shown(await phone.tap("Nói lại")) == [("Bác muốn nói việc gì? Nhắn, ghi âm hay gửi ảnh đều được.", ["Bỏ"])]
    assert "đoạn ghi âm 5 giây" in (await phone.voice(5))[0].text
    assert "KX-2" in (await phone.tap("Gửi"))[0].text
    opinion = await stored(room, 2)
    assert (opinion.text, opinion.village_id, opinion.field_id) == ("", "mau-4", "khac")
    assert [(each.kind, each.seconds) for each in opinion.attachments] == [("voice", 5)]


async def test_words_beside_a_recording_are_asked_about_as_words(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.voice(70)
    assert (await phone.text("them mot loi"))[0].labels == FIELDS


async def test_name_is_asked_once(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    assert shown(await phone.tap("Gửi, có ghi tên")) == [
        (
            (
                "Bác tên gì? Muốn xã gọi lại thì ghi cả số điện thoại. "
                "Văn phòng và lãnh đạo thấy tên; Mặt trận, trưởng thôn, bà con khác không thấy."
            ),
            ["Thôi, không ghi tên"],
        )
    ]
    assert "Máy chưa thấy tên trong lời này." in (await phone.text("0912 345 678"))[0].text
    assert "KX-1" in (await phone.text("huy, sdt 0912.345.678"))[0].text
    await phone.text("viec thu hai")
    await phone.tap("Đất đai")
    assert "KX-2" in (await phone.tap("Gửi, có ghi tên"))[0].text
    assert [(await stored(room, number)).named for number in (1, 2)] == [True, True]
    assert "Tên: huy · Điện thoại: 0912345678" in (await phone.text("/dulieu"))[0].text


async def test_name_not_given_after_all(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    await phone.tap("Gửi, có ghi tên")
    await phone.tap("Thôi, không ghi tên")
    assert (await stored(room, 1)).named is False


async def test_preview_is_corrected_part_by_part(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    await phone.photo()
    assert shown(await phone.tap("Sửa")) == [("Bác sửa chỗ nào?", ["Lời", "Thôn", "Loại", "Bỏ ảnh, tệp", "Để nguyên"])]
    await phone.tap("Lời")
    assert "“loi moi”" in (await phone.text("loi moi"))[0].text
    await phone.tap("Sửa")
    await phone.tap("Thôn")
    await phone.text("thon mau 6")
    await phone.tap("Sửa")
    await phone.tap("Loại")
    await phone.tap("Đất đai")
    await phone.tap("Sửa")
    [said] = await phone.tap("Bỏ ảnh, tệp")
    assert said.text == preview("loi moi", "Ở: Thôn mẫu 6 · Loại: Đất đai")
    await phone.tap("Sửa")
    assert (await phone.tap("Để nguyên"))[0].text == said.text
    await phone.tap("Gửi, không ghi tên")
    opinion = await stored(room, 1)
    assert (opinion.text, opinion.village_id, opinion.field_id) == ("loi moi", "mau-6", "dat-dai")
    assert opinion.attachments == []


async def test_known_name_is_corrected_in_the_preview(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    await phone.tap("Gửi, có ghi tên")
    await phone.text("Nguyen")
    await phone.text("viec thu hai")
    await phone.tap("Đất đai")
    assert (await phone.tap("Sửa"))[0].labels == ["Lời", "Thôn", "Loại", "Tên", "Để nguyên"]
    assert (await phone.tap("Tên"))[0].text == "Bác ghi lại tên, và số điện thoại nếu muốn xã gọi lại."
    assert (await phone.text("Trần B"))[0].labels == SEND
    assert "Tên: Trần B" in (await phone.text("/dulieu"))[0].text


async def test_village_typed_nearly_is_confirmed(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    await phone.tap("Đồng ý")
    assert shown(await phone.text("thon mao 3")) == [("Thôn mẫu 3, phải không?", ["Phải", "Chọn lại"])]
    assert (await phone.tap("Chọn lại"))[0].text == VILLAGES
    await phone.text("thon mao 3")
    assert (await phone.tap("Phải"))[0].text == FIELD
    draft = await draft_of(room, phone)
    assert draft is not None
    assert (draft.text, draft.village_id) == (WORDS, "mau-3")


async def test_village_typed_without_marks_is_taken(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    await phone.tap("Đồng ý")
    assert (await phone.text("thon mau 4"))[0].text == FIELD


async def test_text_that_is_no_village_joins_the_words(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    await phone.tap("Đồng ý")
    [said] = await phone.text("gan cho Chieu")
    assert said.text == f"Máy không thấy “gan cho Chieu” trong các thôn, đã ghi vào lời bác.\n\n{VILLAGES}"
    story = (
        "xe cong to chay suot dem, dan da keu nhieu lan ma chua ai ve xem, bac nao cung lo cho con tre di hoc som toi"
    )
    [said] = await phone.text(story)
    assert said.text == f"Máy thêm vào lời bác rồi.\n\n{VILLAGES}"
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == f"{WORDS}\ngan cho Chieu\n{story}"


async def test_text_in_every_step_joins_the_words(room: Room) -> None:
    phone = room.phone()
    await phone.text("một")
    assert "“một\nhai nữa”" in (await phone.text("hai nữa"))[0].text
    await phone.tap("Đồng ý")
    await phone.tap("3")
    [said] = await phone.text("ba nữa")
    assert shown([said]) == [(f"Máy thêm vào lời bác rồi.\n\n{FIELD}", FIELDS)]
    await phone.tap("Đất đai")
    [said] = await phone.text("bốn nữa")
    assert said.text.startswith("Máy thêm vào lời bác rồi.\n\nBác xem lại:\nViệc: “một\nhai nữa\nba nữa\nbốn nữa”")
    assert signs(await phone.photo()) == taken(room)
    if room.edits:
        assert "· 1 ảnh" in phone.last.text


async def test_files_in_every_step_are_kept_silently(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    for label in ("Đồng ý", "3", "Đất đai"):
        assert await phone.photo() == []
        await phone.tap(label)
    document = {"file_id": "d", "file_unique_id": "u", "mime_type": "application/pdf", "file_name": "don.pdf"}
    assert signs(await phone.message(document=document)) == taken(room)
    assert signs(await phone.voice()) == taken(room)
    await phone.tap("Gửi, không ghi tên")
    assert [each.kind for each in (await stored(room, 1)).attachments] == ["photo"] * 3 + ["document", "voice"]


async def test_dropped_by_button_and_by_command(room: Room) -> None:
    phone = room.phone()
    dropped = ("Máy đã bỏ, không gửi cho ai. Bác cần nói việc gì, cứ nhắn.", list[str]())
    await to_preview(phone)
    assert shown(await phone.tap("Bỏ")) == [dropped]
    assert await draft_of(room, phone) is None
    await phone.text(WORDS)
    assert shown(await phone.text("/huy")) == [dropped]
    assert await draft_of(room, phone) is None
    assert shown(await phone.text("/huy")) == [("Không có việc nào đang dở. Bác cần nói việc gì, cứ nhắn.", [])]
    assert await numbers(room) == []


async def test_danger_comes_before_any_form(room: Room) -> None:
    phone = room.phone()
    [said] = await phone.text("nha toi sat lo roi, nuoc dang len")
    told = (
        "Đang nguy hiểm thì bác rời chỗ đó và gọi ngay, máy không gọi giúp được:\n"
        "114 cứu nạn, cứu hoả · 115 cấp cứu · 113 công an · xã trực 0205 000 000\n"
        "Lời bác máy vẫn giữ, qua việc gấp bác gửi sau."
    )
    call = ["Gọi xã"] if room.features.phone_buttons else []
    assert shown([said]) == [(told, ["Gửi cho xã biết", "Bỏ", *call])]
    assert "“nha toi sat lo roi, nuoc dang len”" in (await phone.tap("Gửi cho xã biết"))[0].text


async def test_danger_in_the_middle_of_a_step(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    await phone.tap("Gửi, có ghi tên")
    [said] = await phone.text("cuu voi, nha toi dang chay")
    assert said.labels == ["Gửi cho xã biết", "Bỏ", *(["Gọi xã"] if room.features.phone_buttons else [])]
    assert "cuu voi, nha toi dang chay”" in (await phone.tap("Gửi cho xã biết"))[0].text


async def test_thanks_get_no_menu(room: Room) -> None:
    phone = room.phone()
    await phone.text("cam on xa nhe")
    assert [(each.method, each.labels) for each in phone.said] == [("setMessageReaction", [])]
    assert await draft_of(room, phone) is None


async def test_english_from_greeting_to_code(room: Room) -> None:
    phone = room.phone()
    await phone.text("/ngonngu")
    assert shown(await phone.tap("English")) == [("From now on the machine speaks English.", [])]
    await phone.text("/start")
    await phone.text("the road is broken")
    for label in ("I agree", "3", "Đường, điện, nước", "Send without name"):
        await phone.tap(label)
    assert phone.last.text == (
        "The commune has received it. Your code is KX-1.\n"
        "By 08/12 at the latest you are told who has it. When there is an answer, it comes here."
    )


async def test_numbers_alone_reach_a_code(room: Room) -> None:
    phone = room.phone("1001", "web_plain")
    await phone.text(WORDS)
    for digit in ("1", "3", "1"):
        await phone.text(digit)
    assert phone.last.text == preview()
    await phone.photo()
    await phone.text("1")
    assert "Mã của bác là KX-1." in phone.last.text
    assert (await stored(room, 1)).village_id == "mau-3"
