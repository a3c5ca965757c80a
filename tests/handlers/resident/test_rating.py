"""After the answer, from the author's side: clear or not, kept or not, opened again by one photo or sentence."""

from datetime import date

import pytest
from sqlalchemy import select

from storage import commitments, issues
from storage.models import Commitment, Official, Opinion, Rating, Role
from storage.people import load_callers
from storage.states import IssueState, OpinionState
from tests.handlers.official.desk import CLERK, LEADER, raise_opinion, take_office
from tests.handlers.promises import merge, release, tick
from tests.handlers.resident.journeys import answer, raise_first, stored
from tests.handlers.resident.test_raising import shown
from tests.phones import Phone, Room

STAFF = "3"
ASK = "Lời bác (bỏ tên, bỏ số nhà) xã đăng cùng câu trả lời cho bà con khác xem, được không?"
CLOSING = ["Đã xong", "Được một phần", "Chưa làm"]
EVIDENCE = (
    "Còn chỗ nào chưa được, bác gửi ảnh, nhắn hoặc nói một câu. Xã mở lại việc này và báo người đứng đầu.",
    ["Thôi, không cần"],
)


async def commune(room: Room, *residents: str) -> list[Phone]:
    """Clerk, leader and staff at work; these residents asked the same thing, and were promised it for 14/01/2027."""
    await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.LEADER, LEADER)
    await take_office(room, Role.STAFF, STAFF)
    for native_id in residents:
        await raise_opinion(room, f"duong hong {native_id}", native_id)
    async with room.db.write() as tx:
        clerk = (await load_callers(tx, room.messenger, [CLERK]))[CLERK].official
        opinion = await tx.session.get(Opinion, 1)
        assert clerk is not None
        assert opinion is not None
        await issues.accept(tx, opinion, clerk)
    await merge(room, *range(1, len(residents) + 1))
    room.clock.pass_(hours=1)
    await release(room, 1)
    return [room.phone(native_id) for native_id in residents]


async def fulfil(room: Room, words: str = "Đã rải đá 400 m.", day: date = date(2027, 1, 11)) -> None:
    """The unit reports at 10:00 of this day that it is done."""
    local = room.clock().astimezone(room.db.commune.timezone)
    room.clock.pass_(days=(day - local.date()).days)
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [STAFF]))[STAFF]
        found = await tx.session.scalar(select(Commitment.id))
        assert isinstance(caller.official, Official)
        commitment = await commitments.visible(tx, caller.official, found or 0)
        assert commitment is not None
        await commitments.fulfil(tx, commitment, caller.official, caller.account, words)
    await room.settle()


async def standing(room: Room) -> list[tuple[OpinionState, Rating | None]]:
    async with room.db.read() as tx:
        rows = await tx.session.execute(select(Opinion.state, Opinion.rating).order_by(Opinion.number))
        return [(state, rating) for state, rating in rows]


async def issue_state(room: Room) -> IssueState:
    opinion = await stored(room, 1)
    assert opinion.issue is not None
    return opinion.issue.state


@pytest.mark.everywhere
async def test_promise_from_the_answer_to_the_photo_that_opens_it_again(room: Room) -> None:
    phone, other = await commune(room, "1001", "1002")
    assert shown(await phone.tap("Rõ rồi")) == [
        (f"Xã ghi rồi. Quá 14/01/2027 máy hỏi lại bác xem đã làm chưa.\n{ASK}", ["Đăng được", "Đừng đăng"])
    ]
    assert shown(await phone.tap("Đăng được")) == [("Xã ghi rồi. Văn phòng bỏ tên, bỏ số nhà xong mới đăng.", [])]
    (mine,) = await phone.text("kx1")
    assert mine.text.splitlines()[1:3] == [
        "23/11 xã nhận · 23/11 giao Phòng Kinh tế · 23/11 xã trả lời",
        "Đang ở: Xã đang làm, hẹn xong 14/01/2027.",
    ]
    assert mine.labels == ["Nói thêm"]
    before = len(phone.said)
    await fulfil(room)
    assert shown(phone.said[before:]) == [
        (
            "KX-1: Phòng Kinh tế báo đã làm xong ngày 11/01.\n“Đã rải đá 400 m.”\nBác đi qua thấy thế nào?",
            CLOSING,
        )
    ]
    heard = len(other.said)
    assert shown(await phone.tap("Được một phần")) == [EVIDENCE]
    staff, leader = room.phone(STAFF), room.phone(LEADER)
    assert shown(await phone.photo()) == [
        (
            "Đã mở lại KX-1 kèm ảnh của bác. Phòng Kinh tế trả lời bác trước 18/01, lãnh đạo xã đã được báo.",
            [],
        )
    ]
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    for official in (staff, leader, room.phone(CLERK)):
        assert [said.method for said in official.said[-2:]] == ["sendPhoto", "sendMessage"]
        assert official.last.text.startswith("KX-1 mở lại: người gửi thấy mới được một phần.")
    assert len(other.said) == heard
    assert await standing(room) == [(OpinionState.REOPENED, Rating.PARTLY), (OpinionState.ANSWERED, None)]
    assert await issue_state(room) is IssueState.ASSIGNED
    opinion = await stored(room, 1)
    assert opinion.issue is not None
    assert (opinion.issue.due, len(opinion.attachments), len(opinion.additions)) == (date(2027, 1, 18), 1, 1)
    assert shown(await phone.text("doan cuoi con lay")) == [("Đã thêm vào KX-1, Văn phòng được báo.", ["Xem KX-1"])]


async def test_done_settles_when_everyone_says_so(room: Room) -> None:
    phone, other = await commune(room, "1001", "1002")
    await fulfil(room)
    assert shown(await phone.tap("Đã xong")) == [(f"Xã ghi rồi: KX-1 đã xong.\n{ASK}", ["Đăng được", "Đừng đăng"])]
    assert await issue_state(room) is IssueState.ANSWERED
    await other.tap("Đã xong")
    assert await standing(room) == [(OpinionState.SETTLED, Rating.DONE)] * 2
    assert await issue_state(room) is IssueState.SETTLED


async def test_silence_is_reminded_once_and_counted_as_silence(room: Room) -> None:
    phone, other = await commune(room, "1001", "1002")
    await other.tap("Rõ rồi")
    before = len(phone.said), len(other.said)
    room.clock.pass_(days=2, hours=23)
    assert await tick(room) == {}
    room.clock.pass_(hours=1)
    assert await tick(room) == {"rate_reminders": 1}
    room.clock.pass_(hours=24)
    assert await tick(room) == {}
    assert (len(phone.said), len(other.said)) == (before[0] + 1, before[1])
    assert shown(phone.said[-1:]) == [
        ("KX-1: xã đã trả lời ngày 23/11.\nTrả lời thế bác thấy rõ chưa?", ["Rõ rồi", "Chưa rõ", "Xem KX-1"])
    ]
    await fulfil(room)
    room.clock.pass_(days=3)
    assert await tick(room) == {"rate_reminders": 2}
    assert shown(other.said[-1:]) == [
        (
            "KX-2: Phòng Kinh tế báo đã làm xong ngày 11/01.\n“Đã rải đá 400 m.”\nBác đi qua thấy thế nào?",
            CLOSING,
        )
    ]
    room.clock.pass_(days=4)
    assert await tick(room) == {"settling": 1}
    assert await issue_state(room) is IssueState.SETTLED
    assert await standing(room) == [(OpinionState.ANSWERED, None), (OpinionState.ANSWERED, Rating.CLEAR)]


@pytest.mark.everywhere
async def test_late_dispute_opens_a_settled_issue(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    room.clock.pass_(days=8)
    await tick(room)
    assert await issue_state(room) is IssueState.SETTLED
    room.clock.pass_(days=300)
    await phone.tap("Chưa làm")
    await phone.text("chua ai lam gi")
    assert await standing(room) == [(OpinionState.REOPENED, Rating.NOT_DONE)]
    assert await issue_state(room) is IssueState.ASSIGNED


async def test_never_mind_keeps_her_word_and_opens_nothing(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    await phone.tap("Chưa làm")
    assert shown(await phone.tap("Thôi, không cần")) == [
        ("Xã ghi lời bác, không mở lại KX-1. Đổi ý thì bác nhắn KX-1.", [])
    ]
    assert await standing(room) == [(OpinionState.ANSWERED, Rating.NOT_DONE)]
    (mine,) = await phone.text("kx1")
    assert mine.labels == [*CLOSING, "Nói thêm"]
    room.clock.pass_(days=6)
    await phone.tap("Chưa làm")
    room.clock.pass_(days=2)
    assert await tick(room) == {}  # her second word holds it open as long again
    room.clock.pass_(days=6)
    assert await tick(room) == {"settling": 1}


async def test_overdue_promise_is_asked_about_as_she_was_told(room: Room) -> None:
    phone, other = await commune(room, "1001", "1002")
    before = len(phone.said)
    room.clock.pass_(days=(date(2027, 1, 15) - date(2026, 11, 23)).days)
    assert "overdue" not in await tick(room)
    room.clock.pass_(days=3)
    assert (await tick(room))["overdue"] == 2
    assert "overdue" not in await tick(room)
    late = "KX-1: việc hẹn xong 14/01/2027 đã quá ngày, Phòng Kinh tế chưa báo xong, máy đã nhắc."
    assert shown(phone.said[before:]) == [(f"{late}\nBác đi qua thấy thế nào?", CLOSING)]
    await phone.tap("Chưa làm")
    assert (await phone.text("chua thay ai"))[0].text.startswith("Đã mở lại KX-1 kèm lời của bác. Phòng Kinh tế")
    await other.tap("Đã xong")
    heard = len(other.said)
    await fulfil(room, day=date(2027, 1, 19))
    assert len(other.said) == heard  # she has said that it is done
    assert shown(phone.said[-1:]) == [("KX-1: Phòng Kinh tế báo đã làm xong ngày 19/01.\n“Đã rải đá 400 m.”", [])]
    assert await standing(room) == [(OpinionState.REOPENED, Rating.NOT_DONE), (OpinionState.SETTLED, Rating.DONE)]


async def test_unclear_tells_unit_and_leader_and_not_the_others(room: Room) -> None:
    phone, other = await commune(room, "1001", "1002")
    heard = len(other.said)
    await phone.tap("Chưa rõ")
    for native_id in (CLERK, LEADER, STAFF):
        assert room.phone(native_id).last.text.startswith("KX-1 mở lại: người gửi chưa rõ câu trả lời.")
    assert len(other.said) == heard
    assert await standing(room) == [(OpinionState.REOPENED, Rating.UNCLEAR), (OpinionState.ANSWERED, None)]
    await phone.text("bao gio thi lam?")
    for native_id in (CLERK, LEADER, STAFF):
        assert room.phone(native_id).last.text.splitlines()[:2] == [
            "KX-1, người gửi nói thêm:",
            "“bao gio thi lam?”",
        ]
    await release(room, 1, "Xã rải đá từ 04/01.", promised=None)
    assert len(other.said) == heard
    assert await standing(room) == [(OpinionState.ANSWERED, None)] * 2


async def test_evidence_where_a_matter_is_being_written(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    await phone.text("mat nuoc ba ngay nay")
    await phone.tap("Việc mới")
    assert shown(await phone.tap_old("Chưa làm")) == [
        ("Xã ghi rồi. Bác đang nói dở việc khác: gửi hoặc bỏ việc ấy, rồi nhắn KX-1 để mở lại.", [])
    ]
    await phone.text("nha van hoa")
    assert await standing(room) == [(OpinionState.ANSWERED, Rating.NOT_DONE)]


async def test_evidence_left_alone_for_long_may_be_a_new_matter(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    await phone.tap("Chưa làm")
    room.clock.pass_(hours=13)
    assert (await phone.text("loa hong"))[0].text == "Lời này bác nói thêm cho KX-1, hay là việc mới?"
    assert await standing(room) == [(OpinionState.ANSWERED, Rating.NOT_DONE)]


@pytest.mark.only_on("telegram", why="albums")
async def test_album_opens_once(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    await phone.tap("Được một phần")
    said = [await phone.photo(media_group_id="a") for _ in range(3)]
    assert [len(each) for each in said] == [1, 0, 0]
    opinion = await stored(room, 1)
    assert (len(opinion.attachments), len(opinion.additions), opinion.state) == (3, 1, OpinionState.REOPENED)


async def test_buttons_of_another_and_of_long_ago(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    other = room.phone("1002")
    await raise_first(other)
    for what in ("clear", "unclear", "done", "partly", "notdone", "letbe"):
        room.clock.pass_(minutes=1)
        (said,) = await other.tap_data(f"r:{what}:1")
        assert said.text == "Việc này đã qua. KX-2 bây giờ: Xã đã nhận, đang đọc."
        assert await other.tap_data(f"r:{what}:99999999999999999999") != []
    await other.tap_data("r:publish:1:yes")
    assert (await stored(room, 1)).may_publish is None
    await fulfil(room)
    await phone.tap("Đã xong")
    room.clock.pass_(days=365)
    for label in ("Rõ rồi", "Chưa rõ", "Chưa làm"):
        assert (await phone.tap_old(label))[0].text == "Việc này đã qua. KX-1 bây giờ: Đã xong."
        room.clock.pass_(minutes=1)


@pytest.mark.only_on("telegram", "zalo_oa", "web", why="buttons, which can be pressed again")
async def test_hasty_taps_are_one(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    for label in ("Rõ rồi", "Đừng đăng"):
        data = next(data for text, data in phone.last.buttons if text == label)
        at = phone.last.message_id
        assert len(await phone.tap_data(data, at)) == 1
        assert await phone.tap_data(data, at) == []
    assert (await stored(room, 1)).may_publish is False


async def test_clear_pressed_after_the_promise_was_kept_asks_what_she_sees(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    room.clock.pass_(minutes=1)
    (said,) = await phone.tap_old("Rõ rồi")
    assert (said.text.splitlines()[-1], said.labels) == ("Bác đi qua thấy thế nào?", CLOSING)


async def test_publication_is_not_asked_where_there_are_no_words(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.voice()
    await phone.tap("Gửi")
    await answer(room, 2)
    assert shown(await phone.tap("Rõ rồi")) == [("Xã ghi rồi. KX-2: Xã đã trả lời ngày 23/11.", [])]


async def test_words_that_seemed_to_accuse_somebody_open_it_once_she_says_they_do_not(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    await phone.tap("Chưa làm")
    await phone.photo("truong thon an chan tien lam duong")
    assert phone.last.labels == ["Phải, nói một người", "Không, việc chung"]
    assert await standing(room) == [(OpinionState.ANSWERED, Rating.NOT_DONE)]
    heard = len(room.phone(LEADER).said)
    assert [text.partition(".")[0] for text, _ in shown(await phone.tap("Không, việc chung"))] == [
        "Đã mở lại KX-1 kèm ảnh của bác"
    ]
    opinion = await stored(room, 1)
    assert (opinion.state, opinion.rating) == (OpinionState.REOPENED, Rating.NOT_DONE)
    assert [each.text for each in opinion.additions] == ["truong thon an chan tien lam duong"]
    assert (await issue_state(room), len(opinion.attachments)) == (IssueState.ASSIGNED, 1)
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    assert [said.method for said in room.phone(LEADER).said[heard:]] == ["sendPhoto", "sendMessage"]
    assert "an chan tien" in room.phone(LEADER).last.text


async def test_words_that_do_accuse_somebody_open_nothing(room: Room) -> None:
    (phone,) = await commune(room, "1001")
    await fulfil(room)
    await phone.tap("Chưa làm")
    await phone.text("truong thon an chan tien lam duong")
    for label in ("Phải, nói một người", "Trưởng thôn", "Tôi đến trụ sở, xoá đi"):
        await phone.tap(label)
    opinion = await stored(room, 1)
    assert (opinion.state, opinion.additions) == (OpinionState.ANSWERED, [])
