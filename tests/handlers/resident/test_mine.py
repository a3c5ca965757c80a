import pytest

from storage.states import IssueState, OpinionState
from tests.handlers.resident.journeys import WORDS, answer, draft_of, numbers, raise_first, stored
from tests.handlers.resident.test_raising import shown
from tests.phones import Room

OVER = "Việc này đã qua. "


NONE_YET = (
    "Bác chưa gửi việc nào ở đây. Bác muốn nói việc gì, cứ nhắn. Việc đã gửi ở ứng dụng chat khác thì nối vào đây được."
)


async def test_list_and_one_with_its_history(room: Room) -> None:
    phone = room.phone()
    none = (
        NONE_YET,
        ["Gửi ý kiến", "Nối tài khoản khác"],
    )
    assert shown(await phone.text("/theodoi")) == [none]
    await raise_first(phone)
    room.clock.pass_(days=3)
    await answer(room, 1, "Ngày 01/12 xã đã xuống xem.")
    await phone.voice()
    await phone.tap("Việc mới")
    await phone.tap("Gửi")
    assert shown(await phone.text("/theodoi")) == [
        (
            (
                "Việc bác đã gửi:\n"
                "KX-2 · không có lời · Xã đã nhận, đang đọc\n"
                "KX-1 · “duong vao thon bi hong lau roi, mua la lay loi, tre con di…” · Xã đã trả lời ngày 26/11\n"
                "Bác xem việc nào?"
            ),
            ["KX-2", "KX-1"],
        )
    ]
    [one] = await phone.tap("KX-1")
    assert one.labels == ["Rõ rồi", "Chưa rõ", "Nói thêm"]
    assert one.text == (
        f"KX-1 · Thôn mẫu 3 · “{WORDS}”\n"
        "23/11 xã nhận · 26/11 xã trả lời\n"
        "Đang ở: Xã đã trả lời ngày 26/11.\n\n"
        "Xã trả lời:\n\n"
        "Kính gửi Ông/Bà.\nNgày 01/12 xã đã xuống xem.\nVăn phòng HĐND và UBND, cán bộ Văn phòng"
    )


async def test_code_typed_bare_opens_hers(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    for typed in ("1", "kx1", "KX 1", "KX-1", "/theodoi kx1", "theo doi 1", "Theo dõi KX-1"):
        [said] = await phone.text(typed)
        assert said.text.startswith("KX-1 · Thôn mẫu 3 · "), typed
    assert await numbers(room) == [1]


async def test_code_of_another_is_as_if_it_were_not_there(room: Room) -> None:
    await raise_first(room.phone("1001"))
    other = room.phone("1002")
    missing = [
        (
            "Máy không thấy KX-1 trong các việc bác đã gửi. Bác muốn làm gì?",
            ["Ý kiến đã gửi", "Gửi ý kiến", "Nối tài khoản khác"],
        ),
    ]
    assert shown(await other.text("KX-1")) == missing
    assert [each.text.replace("KX-7", "KX-1") for each in await other.text("KX-7")] == [missing[0][0]]


async def test_buttons_of_anothers_opinion_do_nothing(room: Room) -> None:
    await raise_first(room.phone("1001"))
    await answer(room, 1)
    other = room.phone("1002")
    for what in ("see", "whole", "more", "clear", "unclear", "enough", "withdraw", "gone"):
        room.clock.pass_(minutes=1)
        [said] = await other.tap_data(f"r:{what}:1")
        assert said.text == f"{OVER}Bác cần nói việc gì, cứ nhắn lại từ đầu."
    assert (await stored(room, 1)).state is OpinionState.ANSWERED


@pytest.mark.everywhere
async def test_clear_settles(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    assert phone.last.labels == ["Rõ rồi", "Chưa rõ"]
    asked = "Lời bác (bỏ tên, bỏ số nhà) xã đăng cùng câu trả lời cho bà con khác xem, được không?"
    assert shown(await phone.tap("Rõ rồi")) == [
        (f"Xã ghi rồi. KX-1: Xã đã trả lời ngày 23/11.\n{asked}", ["Đăng được", "Đừng đăng"]),
    ]
    room.clock.pass_(minutes=1)
    over = f"{OVER}KX-1 bây giờ: Xã đã trả lời ngày 23/11."
    assert shown(await phone.tap_old("Chưa rõ")) == [(over, ["Xem KX-1", "Gửi việc khác"])]
    opinion = await stored(room, 1)
    assert opinion.issue is not None
    assert (opinion.state, opinion.issue.state) == (OpinionState.SETTLED, IssueState.SETTLED)


async def test_unclear_reopens_and_asks_for_a_sentence(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    assert shown(await phone.tap("Chưa rõ")) == [
        ("Máy mở lại KX-1, báo Văn phòng rồi. Chỗ nào chưa rõ, bác nhắn hoặc nói một câu.", ["Thôi"])
    ]
    assert shown(await phone.text("bao gio xong?")) == [("Đã thêm vào KX-1, Văn phòng được báo.", ["Xem KX-1"])]
    opinion = await stored(room, 1)
    assert opinion.state is OpinionState.REOPENED
    assert [each.text for each in opinion.additions] == ["bao gio xong?"]
    assert (await phone.text("viec khac han"))[0].labels[0] == "Đường, điện, nước"


async def test_unclear_without_a_sentence(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    await phone.tap("Chưa rõ")
    [said] = await phone.tap("Thôi")
    assert said.text == "KX-1 bây giờ: Xã đang xem lại theo lời bác."
    assert (await stored(room, 1)).additions == []


async def test_words_after_an_answer_are_asked_where_they_belong(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    choice = ["Thêm vào KX-1", "Việc mới", "Không gửi"]
    assert shown(await phone.text("con doan cuoi nua")) == [("Lời này bác nói thêm cho KX-1, hay là việc mới?", choice)]
    assert await phone.photo() == []
    assert shown(await phone.text("gan nha van hoa")) == [
        ("Máy thêm vào lời bác rồi.\n\nLời này bác nói thêm cho KX-1, hay là việc mới?", choice)
    ]
    assert (await phone.tap("Thêm vào KX-1"))[0].text == (
        "Đã thêm vào KX-1, Văn phòng được báo. KX-1 bây giờ: Xã đã trả lời ngày 23/11."
    )
    opinion = await stored(room, 1)
    assert [each.text for each in opinion.additions] == ["con doan cuoi nua\ngan nha van hoa"]
    assert [each.kind for each in opinion.attachments] == ["photo"]
    assert await draft_of(room, phone) is None


async def test_words_after_an_answer_may_be_new_or_nothing(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    await phone.text("mat nuoc")
    await phone.tap("Việc mới")
    await phone.tap("Đường, điện, nước")
    await phone.tap("Gửi, không ghi tên")
    await answer(room, 2)
    await phone.text("thoi khong sao")
    assert "Máy đã bỏ" in (await phone.tap("Không gửi"))[0].text
    assert [(await stored(room, number)).additions for number in await numbers(room)] == [[], []]


async def test_thanks_after_an_answer_are_only_thanks(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    assert [each.method for each in await phone.text("Cảm ơn xã nhiều ạ 🙏")] == ["setMessageReaction"]
    assert [each.method for each in await phone.text("vâng ạ")] == ["setMessageReaction"]


async def test_reply_to_an_older_answer_is_about_it(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await answer(room, 1)
    told = phone.last
    await phone.text("/theodoi")
    assert (await phone.text("chua ro lam", reply_to=told))[0].labels[0] == "Thêm vào KX-1"


@pytest.mark.only_on("telegram", why="albums")
async def test_more_with_an_album_is_acknowledged_once(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.tap("Xem KX-1")
    await phone.tap("Nói thêm")
    assert shown(await phone.photo(media_group_id="a")) == [("Đã thêm vào KX-1. Còn gì nữa bác cứ gửi.", ["Thôi"])]
    assert await phone.photo(media_group_id="a") == []
    assert shown(await phone.photo("doan nay", media_group_id="b")) == [
        ("Đã thêm vào KX-1, Văn phòng được báo.", ["Xem KX-1"])
    ]
    assert await phone.photo(media_group_id="b") == []
    opinion = await stored(room, 1)
    assert len(opinion.attachments) == 4
    assert [each.text for each in opinion.additions] == ["", "doan nay"]
    assert (await phone.text("viec khac"))[0].labels[0] == "Đường, điện, nước"


async def test_more_left_alone_for_long_is_asked_where_it_belongs(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.tap("Xem KX-1")
    await phone.tap("Nói thêm")
    room.clock.pass_(days=2)
    assert (await phone.text("mat dien roi"))[0].labels == ["Thêm vào KX-1", "Việc mới", "Không gửi"]


async def test_danger_while_adding(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.tap("Xem KX-1")
    await phone.tap("Nói thêm")
    [said] = await phone.text("nuoc dang len, cuu voi")
    assert "114 cứu nạn" in said.text
    assert said.text.endswith("Lời bác máy đã thêm vào KX-1.")


@pytest.mark.everywhere
async def test_withdrawn_after_one_question(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.tap("Xem KX-1")
    assert shown(await phone.tap("Rút ý kiến")) == [
        (
            "Rút KX-1 thì xã thôi xem xét và không trả lời việc này. Bác rút chứ?",
            ["Rút KX-1", "Không rút"],
        )
    ]
    assert "Đang ở: Xã đã nhận" in (await phone.tap("Không rút"))[0].text
    await phone.tap("Rút ý kiến")
    assert shown(await phone.tap("Rút KX-1")) == [("Đã rút KX-1.", [])]
    assert (await stored(room, 1)).state is OpinionState.WITHDRAWN
    room.clock.pass_(minutes=1)
    assert (await phone.tap_old("Rút KX-1"))[0].text == f"{OVER}KX-1 bây giờ: Bác đã rút."
    assert (await phone.text("kx1"))[0].labels == []


async def test_long_list_ends_with_how_to_reach_the_rest(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    for _ in range(10):
        await phone.text("viec nua")
        await phone.tap("Đất đai")
        await phone.tap("Gửi, không ghi tên")
    [said] = await phone.text("y kien da gui")
    assert said.labels == [f"KX-{number}" for number in range(11, 1, -1)]
    assert said.text.endswith("Việc cũ hơn, bác nhắn mã. Bác xem việc nào?")


async def test_long_answer_and_long_words_fit_their_messages(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone, "đường " * 1700)
    await answer(room, 1, "x " * 1700)
    said = await phone.text("kx1")
    assert len(said) == (2 if room.longest == 4096 else 5)
    assert all(len(each.text) < room.longest for each in said)
    whole = await phone.tap("Đọc cả lời")
    assert " ".join(each.text.strip("“”") for each in whole) == ("đường " * 1700).strip()
    assert all(len(each.text.encode("utf-16-le")) // 2 < 4096 for each in whole)
