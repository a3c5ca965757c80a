"""Places, words that are edited, words after any notice, and taking back until the answer."""

from sqlalchemy import func, select

from storage import answers, opinions
from storage.models import Answer, Issue, Official, Opinion, Role
from storage.states import AnswerState, IssueState, OpinionState
from tests.handlers.resident.journeys import WORDS, draft_of, failures, raise_first, stored, to_preview
from tests.phones import Phone, Room

PLACE = "Vị trí: 21.85000, 106.76000"
AT_PREVIEW = ["Gửi, không ghi tên", "Gửi, có ghi tên", "Sửa", "Bỏ"]


async def text_of(room: Room, phone: Phone) -> str:
    draft = await draft_of(room, phone)
    assert draft is not None
    return draft.text


async def test_place_alone_is_held_and_the_matter_asked(room: Room) -> None:
    phone = room.phone()
    await phone.place()
    await phone.tap("Đồng ý")
    assert phone.last.text == "Máy đã giữ vị trí bác gửi. Chỗ này có việc gì, bác nhắn hoặc ghi âm một câu."
    await phone.text("cau tran bi sat lo")
    assert await text_of(room, phone) == f"{PLACE}\ncau tran bi sat lo"
    assert phone.last.text.startswith("Việc này ở thôn nào?")


async def test_place_is_a_line_of_the_draft_and_stays_when_the_words_are_mended(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    await phone.place()
    assert f"{WORDS}\n{PLACE}" in phone.last.text
    await phone.tap("Sửa")
    await phone.tap("Lời")
    await phone.text("cau hong")
    await phone.tap("Gửi, không ghi tên")
    assert (await stored(room, 1)).text == f"cau hong\n{PLACE}"
    async with room.db.read() as tx:
        told = await tx.session.scalar(select(func.count()).select_from(Opinion).where(Opinion.text.contains("21.85")))
    assert told == 1


async def test_place_is_added_to_what_was_sent_and_a_moving_one_is_not(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.tap("Xem KX-1")
    await phone.tap("Nói thêm")
    await phone.place(live_period=900)
    await phone.place(-1.5, 7)
    assert [each.text for each in (await stored(room, 1)).additions] == ["Vị trí: -1.50000, 7.00000"]
    assert phone.last.text == "Đã thêm vào KX-1, Văn phòng được báo."
    moving = {**phone.frame(), "edit_date": 1, "location": {"latitude": 1, "longitude": 2, "live_period": 900}}
    before = len(phone.said)
    await phone.send({"edited_message": moving})
    assert (len(phone.said), await failures(room)) == (before, [])


async def test_edited_words_replace_the_old_ones_in_the_draft(room: Room) -> None:
    phone = room.phone()
    await phone.text("duong vao thon hong")
    await phone.tap("Đồng ý")
    await phone.text("tu thang chin")
    await phone.text("tre con nga xe")
    (said,) = await phone.edit("tu thang chin", "tu thang muoi")
    assert said.text.startswith("Máy đã thay lời bác vừa sửa.\n\nViệc này ở thôn nào?")
    await phone.tap("3")
    await phone.tap("Đường, điện, nước")
    count = len(phone.said)
    await phone.edit("duong vao thon hong", "đường vào thôn hỏng")
    assert "“đường vào thôn hỏng\ntu thang muoi\ntre con nga xe”" in phone.last.text
    assert (len(phone.said), phone.last.labels) == (count, AT_PREVIEW)
    await phone.edit("tu thang muoi", "tu thang muoi mot")
    assert await text_of(room, phone) == "đường vào thôn hỏng\ntu thang muoi mot\ntre con nga xe"


async def test_edit_whose_place_is_not_certain_changes_nothing(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone, "a" * 19_990)
    await phone.text("b" * 50)
    (said,) = await phone.edit("b" * 50, "c")
    assert said.text.startswith("Máy không rõ thay lời vừa sửa vào chỗ nào, nên giữ lời cũ.")
    assert "c" not in await text_of(room, phone)


async def test_edit_that_accuses_or_cries_for_help_is_heard(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    await phone.edit(WORDS, "ong truong thon an chan tien ho tro cua dan")
    assert phone.last.labels == ["Phải, nói một người", "Không, việc chung"]
    other = room.phone("1002")
    await to_preview(other)
    await other.edit(WORDS, "nha toi dang chay")
    assert other.last.labels[0] == "Gửi cho xã biết"


async def test_edit_after_it_was_sent_is_offered_as_an_addition(room: Room) -> None:
    clerk = await room.official(Role.CLERK, "9001")
    phone = room.phone()
    await raise_first(phone)
    (said,) = await phone.edit(WORDS, "cầu tràn hỏng")
    assert (said.text, said.labels) == (
        (
            "Bác vừa sửa lời của KX-1 thành: “cầu tràn hỏng”. Lời đã gửi giữ nguyên trong sổ.\n"
            "Thêm lời mới vào KX-1 chứ?"
        ),
        ["Thêm vào KX-1", "Thôi"],
    )
    await phone.tap("Thêm vào KX-1")
    one = await stored(room, 1)
    assert (one.text, [each.text for each in one.additions]) == (WORDS, ["cầu tràn hỏng"])
    assert clerk.last.text.startswith("KX-1, người gửi nói thêm:\n“cầu tràn hỏng”")
    # The addition was a message too, and so was the first one: both may be edited again.
    await phone.edit("cầu tràn hỏng", "cầu tràn hỏng nặng")
    await phone.tap("Thôi")
    assert (await draft_of(room, phone), len((await stored(room, 1)).additions)) == (None, 1)


async def test_edit_while_another_matter_is_being_written(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.text("cau hong")
    (said,) = await phone.edit(WORDS, "đường hỏng")
    assert (said.text, said.labels) == (
        ("Bác vừa sửa lời của KX-1, mà đang nói dở việc khác. Gửi xong việc này, bác mở KX-1 rồi chọn Nói thêm."),
        ["Xem KX-1"],
    )
    assert await text_of(room, phone) == "cau hong"


async def test_edit_of_anything_else_says_nothing(room: Room) -> None:
    phone, other = room.phone(), room.phone("1002")
    await raise_first(phone)
    await phone.text("cam on xa nhe")
    await other.text("xin chao")
    before = (len(phone.said), len(other.said))
    await phone.edit("cam on xa nhe", "cam on xa")
    other.sent["hers"] = phone.sent[WORDS]
    await other.edit("hers", "cua toi")
    assert (len(phone.said), len(other.said)) == before


async def test_words_after_the_word_that_it_was_accepted_belong_to_it(room: Room) -> None:
    clerk = await room.official(Role.CLERK, "9001")
    phone = room.phone()
    await raise_first(phone)
    await clerk.tap("Nhận, giao Phòng Kinh tế")
    room.clock.pass_(minutes=3)
    await room.settle()
    assert phone.last.text.startswith("KX-1: xã nhận xem xét, giao Phòng Kinh tế")
    await phone.text("dem qua lai lo them")
    assert phone.last.labels == ["Thêm vào KX-1", "Việc mới", "Không gửi"]


async def test_withdrawn_until_answered_closes_the_issue_and_lays_its_answer_aside(room: Room) -> None:
    clerk = await room.official(Role.CLERK, "9001")
    staff = await room.official(Role.STAFF, "9003", "phong-kinh-te")
    phone = room.phone()
    await raise_first(phone)
    await clerk.tap("Nhận, giao Phòng Kinh tế")
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, 1)
        assert opinion is not None
        assert opinion.issue is not None
        answer = await answers.draft(tx, opinion, await tx.session.get_one(Official, 2), "Đã xem.")
        answer.state, answer.issue_id, opinion.issue.state = AnswerState.SUBMITTED, 1, IssueState.DRAFTED
    await phone.text("kx1")
    await phone.tap("Rút ý kiến")
    await phone.tap("Rút KX-1")
    assert phone.last.text == "Đã rút KX-1."
    assert clerk.last.text == "KX-1: người gửi đã rút, không phải trả lời nữa."
    assert not room.edits or staff.last.text.endswith("Không còn ai hỏi.")
    async with room.db.read() as tx:
        states = (
            (await tx.session.get_one(Opinion, 1)).state,
            (await tx.session.get_one(Issue, 1)).state,
            (await tx.session.get_one(Answer, 1)).state,
        )
    assert states == (OpinionState.WITHDRAWN, IssueState.CLOSED, AnswerState.DRAFT)
    room.clock.pass_(minutes=1)
    (said,) = await phone.tap_old("Rút KX-1")
    assert said.text == "Việc này đã qua. KX-1 bây giờ: Bác đã rút."
