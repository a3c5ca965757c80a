"""One matter whole, and its story."""

from datetime import date

from sqlalchemy import select

from storage import approval, data, events, issues, opinions, outbox, people, reviews, tell
from storage.models import Answer, Commitment, Issue, Official, Outbox, Rating, Role
from storage.people import load_callers
from storage.states import AnswerState, CommitmentState, DeliveryState, IssueState, OpinionState
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, take_office
from tests.phones import Phone, Room

STAFF, OBSERVER = "3", "4"


async def test_xem_tells_everything(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi <Mot>", photos=1)
    room.clock.pass_(days=2)  # the day between is a holiday, and officials hear in office hours
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT]
        opinion = await opinions.own_by_number(tx, caller.person, 1)
        assert opinion is not None
        await opinions.add_to(tx, opinion, "mua to hon")
    await room.store_files()
    assert clerk.last.text == "KX-1, người gửi nói thêm:\n“mua to hon”\nLời trước: “duong vao thon bi hong lau roi”"
    said = await clerk.text("/xem kx1")
    assert [one.method for one in said] == ["sendMessage", "sendPhoto"]
    assert [one.text for one in said] == [
        (
            "KX-1 · Thôn mẫu 3 · 23/11 09:00 · Nguoi &lt;Mot&gt; · 1 ảnh\n"
            "Bà con chọn: Đường, điện, nước. Đang ở: mới nhận, chờ trả lời.\n\n"
            "“duong vao thon bi hong lau roi”\n\n"
            "25/11 09:00 nói thêm: “mua to hon”"
        ),
        "KX-1",
    ]
    assert said[0].buttons == [("Trả lời", "o:answer:1"), ("Nhật ký", "o:log:1")]


async def test_xem_tells_name_and_telephone_to_clerk_and_leader(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi Mot")
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT]
        assert caller.person is not None
        people.remember_name(caller.person, "Nguoi Mot", "0900 000 000")
    (said,) = await clerk.text("/xem 1")
    assert said.text.splitlines()[0] == "KX-1 · Thôn mẫu 3 · 23/11 09:00 · Nguoi Mot, 0900 000 000"


async def test_xem_shows_ten_thousand_characters_in_parts(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    words = " ".join(f"loi{n:04}" for n in range(1250))
    await raise_opinion(room, words)
    assert len(clerk.last.text) < 1000
    said = await clerk.text("/xem 1")
    longest = room.longest
    assert len(said) == (4 if longest == 4096 else 7)
    assert all(len(one.text) <= longest for one in said)
    whole = " ".join(one.text for one in said)
    assert [word for word in words.split() if word not in whole] == []
    assert [one.labels for one in said] == [*([[]] * (len(said) - 1)), ["Trả lời", "Nhật ký"]]


async def test_xem_of_emoji_stays_within_one_message_each(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, "🌾" * 10_000)
    said = await clerk.text("/xem 1")
    assert all(len(one.text.encode("utf-16-le")) // 2 <= 4096 for one in said)
    assert sum(one.text.count("🌾") for one in said) == 10_000


async def test_xem_of_what_is_not_there_says_what_to_do(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    assert [said.text for said in await clerk.text("/xem")] == ["Gõ mã sau lệnh, ví dụ: /xem KX-12"]
    for typed, shown in (("KX-9", "KX-9"), ("<b>", "&lt;b&gt;"), ("0", "0"), ("x" * 50, "x" * 40)):
        (said,) = await clerk.text(f"/xem {typed}")
        assert said.text == f"Không thấy ý kiến “{shown}”. Xem lại mã, hoặc gõ /viec để xem việc chờ."


async def test_xem_hides_what_no_clerk_accepted_from_the_leader(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    await raise_opinion(room)
    assert (await leader.text("/xem 1"))[0].text.startswith("Không thấy ý kiến “1”.")
    assert (await leader.tap_data("o:read:1"))[0].text == "Việc này đã qua. Không đổi gì."


async def test_withdrawn_before_it_was_accepted_stays_hidden_and_tells_the_clerk(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    opinion_id = await raise_opinion(room)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, opinion_id)
        assert opinion is not None
        await opinions.withdraw(tx, opinion)
    await room.settle()
    assert clerk.last.text == "KX-1: người gửi đã rút, không phải trả lời nữa."
    assert (await leader.text("/xem 1"))[0].text.startswith("Không thấy ý kiến “1”.")
    assert "Đang ở: người gửi đã rút." in (await clerk.text("/xem 1"))[0].text
    assert await clerk.text("/viec") == [clerk.last]
    assert clerk.last.text.startswith("Không có việc chờ phân loại.")


async def test_xem_tells_whom_the_answer_could_not_reach(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi Mot")
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    async with room.db.write() as tx:
        account = (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT].account
        row = await outbox.last_sent(tx, account.id)
        assert row is not None
        row.state = DeliveryState.UNREACHABLE
    (said,) = await clerk.text("/xem 1")
    assert said.text.splitlines()[-3:] == [
        "Không nhắn tới được: 1 người (Nguoi Mot).",
        "",
        "Bà con: chưa có đánh giá 1",
    ]


async def test_xem_tells_of_everyone_who_asks_whom_the_answer_reached_each_once(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    asking = ((RESIDENT, "Nguoi Mot"), (RESIDENT, "Nguoi Mot"), ("1002", "Nguoi Hai"), ("1003", "Nguoi Ba"))
    for native_id, name in asking:
        await raise_opinion(room, f"viec cua {native_id}", native_id, name=name)
    await clerk.text("/ghep 1 2 3 4")
    room.clock.pass_(minutes=3)
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    async with room.db.write() as tx:
        notices = {
            row.opinion_id: row for row in await tx.session.scalars(select(Outbox).where(Outbox.kind == "answer"))
        }
        notices[2].state = notices[3].state = DeliveryState.UNREACHABLE
    for number in (1, 3):
        (said,) = await clerk.text(f"/xem {number}")
        assert said.text.splitlines()[-4:-2] == [
            "Đã nhắn tới: 2 người.",
            "Không nhắn tới được: 1 người (Nguoi Hai).",
        ]


async def test_xem_tells_an_answer_that_is_on_its_way(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    await raise_opinion(room)
    await clerk.text("/traloi 1 Đã xem.")
    body = "Kính gửi Ông/Bà.\nĐã xem.\nVăn phòng HĐND và UBND, cán bộ Văn phòng"
    (said,) = await clerk.text("/xem 1")
    assert said.text.endswith(f"\n\nCâu trả lời chưa gửi, đang soạn (23/11 09:00):\n{body}")
    await clerk.tap_old("Giải thích")
    room.clock.pass_(minutes=5)
    (said,) = await leader.text("/xem 1")
    assert f"\n\nCâu trả lời chưa gửi, đang chờ lãnh đạo duyệt (23/11 09:00):\n{body}" in said.text
    await leader.tap_old("Duyệt")
    (said,) = await clerk.text("/xem 1")
    assert "\n\nCâu trả lời chưa gửi, đã duyệt (23/11 09:05):\n" in said.text
    room.clock.pass_(hours=1)
    async with room.db.write() as tx:
        await approval.release_due(tx)
    (said,) = await clerk.text("/xem 1")
    assert "chưa gửi" not in said.text


async def test_xem_after_the_author_deleted_her_data(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nguoi Mot")
    async with room.db.write() as tx:
        await data.forget(tx, (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT])
    (said,) = await clerk.text("/xem 1")
    assert said.text == (
        "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\nBà con chọn: Đường, điện, nước. Đang ở: mới nhận, chờ "
        "trả lời.\n\n“duong vao thon bi hong lau roi”"
    )
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    assert clerk.last.text == "Đã ghi câu trả lời KX-1. Không còn ai để nhắn: người gửi đã xoá dữ liệu của mình."
    shown = (await clerk.text("/xem 1"))[-1].text
    assert "\n\nKhông còn ai để nhắn: người gửi đã xoá dữ liệu của mình.\n\n" in shown


async def settle_matter(room: Room) -> None:
    """Two who ask, one of them named: accepted, answered, corrected, promised, rated and reviewed."""
    await raise_opinion(room, "Đường lầy", name="Nguoi Mot", photos=1)
    await raise_opinion(room, "Đường hỏng", "1002", village="mau-1")
    async with room.db.write() as tx:
        clerk = await tx.session.get_one(Official, 1)
        first, second = [await opinions.by_id(tx, number) for number in (1, 2)]
        assert first is not None
        assert second is not None
        issue = await issues.accept(tx, first, clerk, due=date(2026, 12, 3))
        issue.due_reason, issue.title = "Chờ đá về.", "Đường vào Thôn mẫu 3"
        second.issue_id, second.state = issue.id, OpinionState.ANSWERED
        first.state, first.rating, issue.state = OpinionState.ANSWERED, Rating.CLEAR, IssueState.ANSWERED
        sent = {"official_id": 1, "created_at": tx.now, "released_at": tx.now, "state": AnswerState.RELEASED}
        early = Answer(opinion_id=1, issue_id=issue.id, text="Sẽ sửa.", **sent)
        late = Answer(opinion_id=1, issue_id=issue.id, text="Đã rải đá.", change_note="Ghi lại ngày.", **sent)
        tx.session.add_all([early, late])
        await tx.session.flush()
        tx.session.add(
            Commitment(
                issue_id=issue.id,
                answer_id=late.id,
                unit_id="phong-kinh-te",
                due=date(2027, 1, 14),
                due_reason="Mưa.",
                state=CommitmentState.OPEN,
                created_at=tx.now,
            )
        )
        await tx.session.flush()
        observer = await tx.session.scalar(select(Official).where(Official.role == Role.OBSERVER))
        assert observer is not None
        await reviews.review(tx, observer, issue, is_settled=False, reason="Mới rải một nửa")
    await room.settle()


WHOLE = """KX-1 · Thôn mẫu 3 · 23/11 09:00 · {name} · 1 ảnh
Bà con chọn: Đường, điện, nước. Đang ở: đã trả lời.

“Đường lầy”

Tóm tắt: Đường vào Thôn mẫu 3
Phòng Kinh tế, hạn 03/12 · đã trả lời · 2 người
Cùng việc: KX-2
Lý do dời hạn, bà con đọc: “Chờ đá về.”

Trả lời 23/11 09:00:
Kính gửi Ông/Bà.
Sẽ sửa.
Văn phòng HĐND và UBND, cán bộ Văn phòng

Đính chính 23/11 09:00: “Ghi lại ngày.”
Trả lời 23/11 09:00:
Kính gửi Ông/Bà.
Đã rải đá.
Văn phòng HĐND và UBND, cán bộ Văn phòng

Không còn ai để nhắn: người gửi đã xoá dữ liệu của mình.

Bà con: rõ rồi 1, chưa có đánh giá 1

Việc hẹn: Phòng Kinh tế, xong 14/01. Lý do dời: “Mưa.”

23/11 09:00 Mặt trận: chưa giải quyết thật, vì “Mới rải một nửa”"""


async def test_xem_tells_the_whole_issue_to_each_what_is_theirs(room: Room) -> None:
    phones: dict[Role, Phone] = {
        role: await take_office(room, role, native_id)
        for role, native_id in (
            (Role.CLERK, CLERK),
            (Role.LEADER, LEADER),
            (Role.STAFF, STAFF),
            (Role.OBSERVER, OBSERVER),
        )
    }
    await settle_matter(room)
    named, unnamed = WHOLE.format(name="Nguoi Mot"), WHOLE.format(name="không ghi tên")
    shown = {role: [(said.text, said.labels) for said in await phone.text("/xem 1")] for role, phone in phones.items()}
    assert shown == {
        Role.CLERK: [(named, ["Nhật ký", "Việc hẹn", "Sửa câu đã gửi", "Đăng công khai"])],
        Role.LEADER: [(named, ["Nhật ký", "Việc hẹn", "Sửa câu đã gửi", "Đăng công khai"])],
        Role.STAFF: [(unnamed, ["Việc hẹn", "Sửa câu đã gửi"])],
        Role.OBSERVER: [(unnamed, [])],
    }
    async with room.db.write() as tx:
        (await tx.session.get_one(Issue, 1)).unit_id = "phong-vh-xh"
    for typed in ("/xem 1", "/xem 2"):
        (said,) = await phones[Role.STAFF].text(typed)
        assert said.text.startswith("Không thấy ý kiến")
    for role in (Role.STAFF, Role.OBSERVER):
        (unknown,) = await phones[role].text("/khongco")
        assert [said.text for said in await phones[role].text("/nhatky 1")] == [unknown.text]
        assert [said.text[:16] for said in await phones[role].tap_data("o:log:1")] == ["Việc này đã qua."]


async def test_voice_is_heard_by_the_office_alone(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    staff = await take_office(room, Role.STAFF, STAFF)
    await raise_opinion(room, photos=1)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, 1)
        assert opinion is not None
        opinion.attachments[0].kind = "voice"
        await issues.accept(tx, opinion, await tx.session.get_one(Official, 1))
    room.clock.pass_(minutes=1)
    await room.store_files()
    counts = [len(await phone.text("/xem 1")) for phone in (clerk, staff)]
    assert counts == [2, 1]
    async with room.db.write() as tx:
        account = (await load_callers(tx, room.messenger, [STAFF]))[STAFF].account
        await tell.accounts(tx, [account], "file", "forged", opinion_id=1, attachment_id=1)
    before = len(staff.said)
    await room.settle()
    assert len(staff.said) == before


async def test_log_tells_the_story_of_its_issue_in_sentences(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.OBSERVER, OBSERVER)
    await settle_matter(room)
    async with room.db.write() as tx:
        official = await tx.session.get_one(Official, 1)
        official.post = "Chuyên viên"
        events.record(tx, "opinion.merged", "opinion", 1, official, number=2)
        # What was sealed has a number and no opinion: it is never named.
        events.record(tx, "opinion.split_out", "opinion", 1, official, number=99)
        events.record(tx, "opinion.dreamt_of", "opinion", 1, events.Actor.CLOCK)
        events.record(tx, "opinion.merged", "opinion", 2, official, number=1)
    expected = (
        "Nhật ký KX-1 · Thôn mẫu 3 · đã trả lời\n"
        "23/11 09:00 xã nhận\n"
        "23/11 09:00 Văn phòng (Chuyên viên) giao Phòng Kinh tế, hạn 03/12\n"
        "23/11 09:00 Mặt trận: chưa giải quyết thật\n"
        "23/11 09:00 Văn phòng (Chuyên viên) ghép vào KX-2\n"
        "23/11 09:00 Văn phòng (Chuyên viên) tách khỏi một việc khác\n"
        "23/11 09:00 máy: opinion.dreamt_of"
    )
    assert [said.text for said in await clerk.text("/nhatky kx1")] == [expected]
    assert [said.text for said in await clerk.tap_data("o:log:1")] == [expected]
    (said,) = await clerk.text("/nhatky")
    assert said.text == "Gõ mã sau lệnh, ví dụ: /nhatky KX-12"
    (said,) = await clerk.text("/nhatky 99")
    assert said.text.startswith("Không thấy ý kiến “99”.")


async def test_long_log_takes_several_messages(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    async with room.db.write() as tx:
        for number in range(400):
            events.record(tx, "opinion.merged", "opinion", 1, events.Actor.CLOCK, number=number + 1000)
            events.record(tx, "opinion.added_to", "opinion", 1, events.Actor.RESIDENT)
    said = await clerk.text("/nhatky 1")
    assert [len(one.text) <= 4096 for one in said] == [True] * len(said)
    assert sum(len(one.text.splitlines()) for one in said) == 802
    assert len(said) > 5
