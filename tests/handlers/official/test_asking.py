"""[Hỏi lại] from both sides: the question, every way it can be answered, silence, and who cannot be asked."""

import pytest
from sqlalchemy import select

from handlers.resident.states import Raising
from storage import data, opinions
from storage.duties import DUTIES
from storage.models import Account, Conversation, Opinion, Role
from storage.people import load_callers
from tests.handlers.official.desk import CLERK, RESIDENT, ROAD, raise_opinion, states, take_office
from tests.handlers.resident.journeys import draft_of, failures, stored
from tests.phones import Phone, Room

WHERE = "việc này ở đoạn nào, gần mốc nào dễ nhận?"
ASKED = f"Xã hỏi thêm về KX-1: {WHERE}\nBác nhắn, gửi ảnh hay ghi âm đều được."


async def round_of(clerk: Phone) -> None:
    """A round of sorting begins: the card in hand is the last message."""
    await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")


async def asked(room: Room, which: str = "Ở chỗ nào?") -> tuple[Phone, Phone]:
    """A clerk, and a resident who was asked about KX-1 and has read it."""
    clerk, author = await take_office(room, Role.CLERK, CLERK), room.phone(RESIDENT)
    await raise_opinion(room)
    await round_of(clerk)
    await clerk.tap("Hỏi lại")
    await clerk.tap(which)
    room.clock.pass_(minutes=2)
    await room.settle()
    return clerk, author


async def tick(room: Room) -> None:
    for name in ("remind_asked", "return_unanswered"):
        async with room.db.write() as tx:
            await DUTIES[name](tx)
    await room.settle()


async def test_question_takes_two_taps_and_waits_for_the_step_back(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await round_of(clerk)
    page = clerk.last
    await clerk.tap("Hỏi lại")
    assert page.text == f"Hỏi lại KX-1, người gửi đọc được ngay:\n“{ROAD}”\nHỏi câu nào?"
    assert page.labels == ["Ở chỗ nào?", "Từ bao giờ?", "Xin ảnh", "Câu khác", "Quay lại"]
    await clerk.tap("Quay lại")
    assert page.labels[2:4] == ["Hỏi lại", "Cách khác"]
    await clerk.tap("Hỏi lại")
    await clerk.tap("Ở chỗ nào?")
    assert page.text.splitlines()[0] == f"Đã hỏi lại KX-1: “{WHERE}”"
    assert page.labels == ["Hoàn tác"]
    await clerk.tap("Hoàn tác")
    assert page.text.startswith("Đã hoàn tác KX-1.")
    room.clock.pass_(minutes=5)
    await room.settle()
    assert (await states(room), room.phone(RESIDENT).said) == (["received"], [])


@pytest.mark.parametrize(
    ("label", "question"),
    [("Từ bao giờ?", "việc này có từ bao giờ?"), ("Xin ảnh", "bác chụp giúp một tấm ảnh chỗ ấy được không?")],
)
async def test_ready_question_is_read_as_it_is(room: Room, label: str, question: str) -> None:
    _, author = await asked(room, label)
    assert author.last.text == f"Xã hỏi thêm về KX-1: {question}\nBác nhắn, gửi ảnh hay ghi âm đều được."
    assert author.last.buttons == [("Tôi không rõ", "r:unsure:1")]


async def test_typed_question_too_long_or_empty_is_asked_for_again(room: Room) -> None:
    clerk, author = await asked(room, "Câu khác")
    assert clerk.last.text == "Gõ câu hỏi lại KX-1. Người gửi đọc đúng lời này."
    (said,) = await clerk.text("a" * 501)
    assert said.text == "Lời này dài 501 ký tự, nhiều nhất 500. Gõ lại ngắn hơn."
    assert [each.text for each in await clerk.photo()] == ["Bước này chỉ nhận chữ. Gõ lại giúp."]
    (said,) = await clerk.text("đoạn nào\nhỏng nhất?")
    assert said.text.startswith("Đã hỏi lại KX-1: “đoạn nào hỏng nhất?”\n\nHết việc chờ.")
    room.clock.pass_(minutes=2)
    await room.settle()
    assert author.last.text.startswith("Xã hỏi thêm về KX-1: đoạn nào hỏng nhất?")


async def test_words_after_the_question_answer_it(room: Room) -> None:
    clerk, author = await asked(room)
    assert author.last.text == ASKED
    (said,) = await author.text("doan gan truong hoc, 12 met")
    assert said.text == "Đã thêm vào KX-1, Văn phòng được báo."
    assert clerk.last.text.splitlines()[:3] == [
        f"Người gửi trả lời câu hỏi “{WHERE}”: “doan gan truong hoc, 12 met”",
        "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên",
        f"“{ROAD}”",
    ]
    assert clerk.last.labels[:2] == ["Nhận, giao Phòng Kinh tế", "Giao nơi khác"]
    assert await draft_of(room, author) is None
    opinion = await stored(room, 1)
    assert (opinion.state, opinion.verdict, [each.text for each in opinion.additions]) == (
        "received", None, ["doan gan truong hoc, 12 met"],
    )  # fmt: skip
    assert opinion.sort_due is not None
    assert opinion.sort_due.isoformat() == "2026-11-26"  # 24/11 is a holiday
    await round_of(clerk)
    assert clerk.last.text.endswith(f"Đã hỏi: “{WHERE}”\nNói thêm: “doan gan truong hoc, 12 met”")


@pytest.mark.only_on("telegram", why="albums")
async def test_photos_after_the_question_answer_it_and_reach_the_clerk(room: Room) -> None:
    clerk, author = await asked(room, "Xin ảnh")
    await author.photo(media_group_id="album")
    await author.photo(media_group_id="album")
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    assert [each.method for each in clerk.said[-3:]] == ["sendMessage", "sendPhoto", "sendPhoto"]
    assert "(không có lời, xem tệp kèm)" in clerk.said[-3].text
    opinion = await stored(room, 1)
    assert (opinion.state, len(opinion.attachments), len(opinion.additions)) == ("received", 2, 1)


async def test_voice_and_unsure_answer_it(room: Room) -> None:
    clerk, author = await asked(room)
    await author.tap("Tôi không rõ")
    assert author.last.text == "Xã ghi rồi: bác không rõ. Văn phòng xem tiếp KX-1."
    assert clerk.last.text.splitlines()[0] == f"Câu hỏi “{WHERE}”: người gửi không rõ."
    room.clock.pass_(days=1)
    await author.tap_old("Tôi không rõ")
    assert author.last.text == "Việc này đã qua. KX-1 bây giờ: Xã đã nhận, đang đọc."
    await clerk.tap("Hỏi lại")
    await clerk.tap("Từ bao giờ?")
    room.clock.pass_(minutes=2)
    await room.settle()
    await author.voice()
    opinion = await stored(room, 1)
    assert (opinion.state, [each.kind for each in opinion.attachments]) == ("received", ["voice"])


async def test_thanks_is_no_answer_and_danger_is_told_whom_to_call(room: Room) -> None:
    _, author = await asked(room)
    await author.text("cam on xa nhe")
    assert await states(room) == ["needs_detail"]
    await author.text("nha toi sat lo roi, nuoc dang len")
    assert author.last.text.startswith("Đang nguy hiểm thì bác rời chỗ đó và gọi ngay")
    assert "thêm vào KX-1" in author.last.text


async def test_words_later_are_asked_about(room: Room) -> None:
    _, author = await asked(room)
    await author.text("/hoinghi")
    (said,) = await author.text("doan gan truong hoc")
    assert said.text == "Lời này bác nói thêm cho KX-1, hay là việc mới?"
    await author.tap("Thêm vào KX-1")
    assert await states(room) == ["received"]
    assert await draft_of(room, author) is None


async def test_words_with_a_draft_open_are_asked_about_and_the_draft_stays(room: Room) -> None:
    clerk, author = await take_office(room, Role.CLERK, CLERK), room.phone(RESIDENT)
    await raise_opinion(room)
    await round_of(clerk)
    await author.text("loa dau thon hong")
    await clerk.tap("Hỏi lại")
    await clerk.tap("Ở chỗ nào?")
    room.clock.pass_(minutes=2)
    await room.settle()
    question = author.last
    await author.photo(caption="gan truong hoc")
    assert author.last.text == "Lời này bác nói thêm cho KX-1, hay cho việc đang nói dở?"
    assert author.last.labels == ["Thêm vào KX-1", "Thêm vào lời đang dở"]
    await author.tap("Thêm vào KX-1")
    assert author.last.text.startswith("Đã thêm vào KX-1, Văn phòng được báo.\n\n")
    opinion, draft = await stored(room, 1), await draft_of(room, author)
    assert ([each.text for each in opinion.additions], len(opinion.attachments)) == (["gan truong hoc"], 1)
    assert draft is not None
    assert (draft.text, draft.attachments) == ("loa dau thon hong", [])
    room.clock.pass_(minutes=1)
    await author.tap_old("Thêm vào KX-1")
    assert author.last.text == "Việc này đã qua. KX-1 bây giờ: Xã đã nhận, đang đọc."
    await author.text("sau cong truong", reply_to=question)
    assert len((await stored(room, 1)).additions) == 2
    draft = await draft_of(room, author)
    assert draft is not None
    assert draft.text == "loa dau thon hong"


async def test_words_where_a_new_matter_was_asked_for_are_asked_about(room: Room) -> None:
    clerk, author = await take_office(room, Role.CLERK, CLERK), room.phone(RESIDENT)
    await raise_opinion(room)
    await author.text("/gopy")
    async with room.db.read() as tx:
        found = await tx.session.scalars(select(Conversation.state))
        assert Raising.first.state in list(found)
    await round_of(clerk)
    await clerk.tap("Hỏi lại")
    await clerk.tap("Ở chỗ nào?")
    room.clock.pass_(minutes=2)
    await room.settle()
    await author.text("gan truong hoc")
    assert (author.last.text, author.last.labels) == (
        "Lời này bác nói thêm cho KX-1, hay là việc mới?", ["Thêm vào KX-1", "Việc mới"],
    )  # fmt: skip
    await author.tap("Thêm vào KX-1")
    assert author.last.text == "Đã thêm vào KX-1, Văn phòng được báo."
    assert (await states(room), await draft_of(room, author)) == (["received"], None)


async def test_silence_is_reminded_once_and_then_returns_to_the_clerk(room: Room) -> None:
    clerk, author = await asked(room)
    for _ in range(3):
        room.clock.pass_(days=1)
        await tick(room)
        await tick(room)
    assert [each.text.splitlines()[0] for each in author.said] == [
        f"Xã hỏi thêm về KX-1: {WHERE}",
        f"Xã vẫn đợi bác nói thêm về KX-1: {WHERE}",
    ]
    room.clock.pass_(days=4)
    await tick(room)
    await tick(room)
    assert await states(room) == ["received"]
    assert clerk.last.text.splitlines()[0] == f"Câu hỏi “{WHERE}”: 7 ngày chưa trả lời."
    assert sum("7 ngày" in each.text for each in clerk.said) == 1


async def test_author_without_data_or_who_blocked_the_machine_is_not_asked(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    async with room.db.write() as tx:
        account = await tx.session.scalar(select(Account).where(Account.native_id == RESIDENT))
        assert account is not None
        account.unreachable_at = tx.now
    await round_of(clerk)
    await clerk.tap("Hỏi lại")
    await clerk.tap("Câu khác")
    (said,) = await clerk.text("ở đâu?")
    nobody = "KX-1: không còn ai để hỏi, người gửi đã xoá dữ liệu hoặc chặn máy. Chưa đổi gì."
    assert said.text == nobody
    async with room.db.write() as tx:
        await data.forget(tx, (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT])
    await clerk.tap_data("o:asked:1:where", clerk.last.message_id)
    assert await states(room) == ["received"]


async def test_question_of_one_who_deletes_her_data_returns_at_once(room: Room) -> None:
    clerk, author = await asked(room)
    async with room.db.write() as tx:
        await data.forget(tx, (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT])
    room.clock.pass_(hours=2)
    await author.text("/hoinghi")
    await tick(room)
    assert await states(room) == ["received"]
    assert clerk.last.text.splitlines()[0] == f"Câu hỏi “{WHERE}”: không còn ai để trả lời."


async def test_question_about_a_neighbours_matter_goes_to_who_entered_it(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    head = await take_office(room, Role.VILLAGE_HEAD, "8")
    await raise_opinion(room)
    async with room.db.write() as tx:
        opinion = await tx.session.get_one(Opinion, 1)
        caller = (await load_callers(tx, room.messenger, ["8"]))["8"]
        assert caller.official is not None
        opinion.account_id, opinion.entered_by_id = None, caller.official.id
    await round_of(clerk)
    await clerk.tap("Hỏi lại")
    await clerk.tap("Ở chỗ nào?")
    room.clock.pass_(minutes=2)
    await room.settle()
    assert head.last.text == ASKED
    await head.text("gan truong hoc")
    assert await states(room) == ["received"]
    assert [each.text for each in (await stored(room, 1)).additions] == ["gan truong hoc"]


async def test_second_clerk_is_told_what_the_first_asked(room: Room) -> None:
    clerk, other = await take_office(room, Role.CLERK, CLERK), await take_office(room, Role.CLERK, "7")
    await raise_opinion(room)
    theirs = other.last
    await round_of(clerk)
    await clerk.tap("Hỏi lại")
    await clerk.tap("Ở chỗ nào?")
    assert not room.edits or theirs.text.splitlines()[-1] == "09:00 Văn phòng hỏi thêm người gửi"
    await other.text("/viec")
    await other.tap_data("o:asked:1:when", other.last.message_id)
    assert other.last.text.splitlines()[0] == "KX-1: 09:00 Văn phòng hỏi thêm người gửi. Chưa đổi gì."
    assert (await stored(room, 1)).question == WHERE


async def test_reply_that_accuses_somebody_goes_to_nobody_before_she_is_asked(room: Room) -> None:
    clerk, author = await asked(room)
    shown = len(clerk.said)
    await author.text("ong truong thon an chan tien ho tro cua dan")
    assert author.last.text.startswith("Lời này máy chưa chuyển cho ai.")
    assert (await states(room), len(clerk.said)) == (["needs_detail"], shown)


async def test_withdrawn_while_a_leader_is_asked_is_over_for_him(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, "2")
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await round_of(clerk)
    await clerk.tap("Cách khác")
    await clerk.tap("2")
    room.clock.pass_(minutes=2)
    await room.settle()
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, 1)
        assert opinion is not None
        await opinions.withdraw(tx, opinion)
    await room.settle()
    assert not room.edits or leader.last.text == "KX-1: không còn chờ lãnh đạo."
    await leader.tap_data("o:agree:1", leader.last.message_id)
    assert (await states(room), await failures(room)) == (["withdrawn"], [])


async def test_words_after_a_notice_about_another_matter_are_offered_to_the_open_question_first(room: Room) -> None:
    clerk, author = await asked(room)
    await raise_opinion(room, "loa hong")
    await clerk.tap_data("o:accept:2", clerk.last.message_id)
    room.clock.pass_(minutes=2)
    await room.settle()
    assert author.last.text.startswith("KX-2: xã nhận xem xét")
    (said,) = await author.text("gan cau tran")
    assert (said.text, said.labels) == (
        "Lời này bác nói thêm cho KX-1, hay là việc mới?",
        ["Thêm vào KX-1", "Thêm vào KX-2", "Việc mới", "Không gửi"],
    )
    await author.tap("Thêm vào KX-1")
    assert await states(room) == ["received", "accepted"]
    opinion = await stored(room, 1)
    assert [each.text for each in opinion.additions] == ["gan cau tran"]
