"""[Cách khác]: each verdict from the clerk's, the leader's and the author's side, with its taps."""

import pytest

from handlers.official.verdicts import WAY_BUTTONS
from storage.models import Issue, Role, Verdict
from storage.verdicts import proposals
from tests.commune import COMMUNE
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, ROAD, raise_opinion, revoke, sent, states, take_office
from tests.handlers.official.test_asking import round_of
from tests.handlers.resident.journeys import answer, stored
from tests.phones import Phone, Room

OTHER = (
    f"KX-1 “{ROAD}”\n1. Đã trả lời rồi\n"
    "Kiến nghị lên: 2. UBND tỉnh · 3. Sở, ngành · 4. Điện lực, viễn thông · 5. Nơi khác\n"
    "Chỉ đến: 6. Một cửa · 7. Công an · 8. Điện lực · 9. Toà án · 10. Nơi khác\n"
    "11. Khiếu nại · 12. Hoà giải\nVề một người: 13. Trưởng thôn · 14. Cán bộ xã · 15. Lãnh đạo, người khác\n"
    "16. Không trả lời được · 17. Tách nhiều việc\n18. Để sau · 0. Quay lại"
)


async def begun(room: Room, text: str = ROAD) -> Phone:
    """A clerk with KX-1 in hand, its other ways open: one tap."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, text)
    await round_of(clerk)
    await clerk.tap("Cách khác")
    return clerk


async def told(room: Room, phone: Phone | None = None) -> str:
    """What the author reads when the time for the step back is over."""
    room.clock.pass_(minutes=2)
    await room.settle()
    return (phone or room.phone(RESIDENT)).last.text


async def test_other_ways_are_numbered_as_their_buttons(room: Room) -> None:
    clerk = await begun(room)
    assert clerk.last.text == OTHER
    assert clerk.last.buttons == [
        *((str(at), data.format(1)) for at, data in enumerate(WAY_BUTTONS, 1)),
        ("0", "o:back:1"),
    ]
    await clerk.tap("0")
    assert clerk.last.labels[3] == "Cách khác"


@pytest.mark.parametrize(
    ("number", "verdict", "done", "words"),
    [
        ("6", "other_agency", "Một cửa", "KX-1: hồ sơ, giấy tờ bác nộp ở Trung tâm Phục vụ hành chính công xã."),
        ("7", "other_agency", "Công an xã", "KX-1: việc này Công an xã giải quyết."),
        ("8", "other_agency", "điện lực", "KX-1: việc này bên điện lực làm."),
        ("9", "other_agency", "toà án", "KX-1: việc này toà án giải quyết."),
        ("11", "complaint", "nơi tiếp công dân", "KX-1: muốn xem lại một quyết định thì bác đến nơi tiếp dân: trụ sở"),
        ("12", "mediation", "hoà giải", "KX-1: việc giữa hai nhà thì hoà giải trước."),
    ],
)
async def test_way_is_shown_in_two_taps(room: Room, number: str, verdict: str, done: str, words: str) -> None:
    clerk = await begun(room)
    await clerk.tap(number)
    assert clerk.last.text.startswith(f"KX-1: đã chỉ đến {done}.\n\nHết việc chờ.")
    assert room.phone(RESIDENT).said == []
    said = await told(room)
    assert said.startswith(words)
    assert COMMUNE.hotline in said
    opinion = await stored(room, 1)
    assert (opinion.state, opinion.verdict, opinion.issue_id) == ("redirected", verdict, None)
    assert room.phone(RESIDENT).last.buttons == [("Xem KX-1", "r:see:1")]


async def test_way_typed_and_taken_back(room: Room) -> None:
    clerk = await begun(room)
    await clerk.tap("10")
    assert clerk.last.text == "Chỉ người gửi KX-1 đến đâu? Gõ tên nơi, việc cần mang theo."
    assert (await clerk.text("x" * 121))[0].text == "Lời này dài 121 ký tự, nhiều nhất 120. Gõ lại ngắn hơn."
    (said,) = await clerk.text("Bảo hiểm xã hội, mang theo thẻ <BHYT>")
    assert said.text.startswith("KX-1: đã chỉ đến Bảo hiểm xã hội, mang theo thẻ &lt;BHYT&gt;.")
    await clerk.tap("Hoàn tác")
    assert (await stored(room, 1)).reason is None
    await clerk.tap("Cách khác")
    await clerk.tap("10")
    await clerk.text("Bảo hiểm xã hội")
    assert await told(room) == "KX-1: việc này bác đến Bảo hiểm xã hội. Cần hỏi thêm thì gọi 0205 000 000."
    await clerk.tap("Hoàn tác")
    assert clerk.last.text.startswith("KX-1: 09:00 Văn phòng chỉ đến nơi khác. Chưa đổi gì.")
    assert await states(room) == ["redirected"]


async def test_words_after_a_way_are_hers_to_add(room: Room) -> None:
    clerk = await begun(room)
    await clerk.tap("7")
    await told(room)
    author = room.phone(RESIDENT)
    await author.text("khong phai, toi hoi chuyen khac")
    assert author.last.text == "Lời này bác nói thêm cho KX-1, hay là việc mới?"


@pytest.mark.everywhere
async def test_petition_waits_for_a_leader_and_stays_a_matter_of_the_office(room: Room) -> None:
    leader, second = await take_office(room, Role.LEADER, LEADER), await take_office(room, Role.LEADER, "21")
    clerk = await begun(room, "dien yeu qua")
    await clerk.tap("2")
    assert clerk.last.text.startswith(
        "Đã trình lãnh đạo KX-1: kiến nghị lên UBND tỉnh Lạng Sơn.\n\nHết việc chờ. 1 ý kiến → 0 vấn đề. "
        "Chờ lãnh đạo đồng ý: 1."
    )
    author = room.phone(RESIDENT)
    assert (leader.said, author.said, await states(room)) == ([], [], ["received"])
    petition = "việc của cấp trên. Xã đã kiến nghị lên UBND tỉnh Lạng Sơn, có kết quả sẽ báo bác."
    assert await told(room, leader) == (
        "Văn phòng trình: kiến nghị lên UBND tỉnh Lạng Sơn.\n"
        "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên\n“dien yeu qua”\n\n"
        f"Bà con sẽ đọc: KX-1: {petition}\nĐồng ý chứ?"
    )
    assert leader.last.buttons == [("Đồng ý", "o:agree:1"), ("Không", "o:disagree:1"), ("Xem cả", "o:read:1")]
    await leader.tap("Đồng ý")
    assert leader.said[0].text == "Đã đồng ý KX-1: kiến nghị lên UBND tỉnh Lạng Sơn. Người gửi được báo."
    assert not room.edits or second.last.text == "KX-1: không còn chờ lãnh đạo."
    assert second.alerted(await second.tap_data("o:agree:1")) == "KX-1: 09:02 Lãnh đạo xã đồng ý. Chưa đổi gì."
    assert await told(room) == f"KX-1: {petition}"
    opinion = await stored(room, 1)
    async with room.db.read() as tx:
        issue = await tx.session.get_one(Issue, opinion.issue_id)
    assert (opinion.state, opinion.verdict, opinion.proposed) == ("accepted", Verdict.BEYOND_AUTHORITY, None)
    assert (issue.state, issue.unit_id, issue.petitioned_to) == ("assigned", "van-phong", "UBND tỉnh Lạng Sơn")
    assert await sent(room, "accepted") == 0


async def test_leader_who_does_not_agree_gives_it_back(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await begun(room)
    await clerk.tap("5")
    await clerk.text("Sở Xây dựng")
    room.clock.pass_(days=3)
    await room.settle()
    (said,) = await leader.text("/xem 1")
    assert f"“{ROAD}”" in said.text
    await leader.tap_old("Không")
    assert leader.said[0].text == "Không đồng ý KX-1: kiến nghị lên Sở Xây dựng. Đã trả về Văn phòng."
    assert clerk.last.text.splitlines()[:2] == [
        "Lãnh đạo không đồng ý, phân loại lại:",
        "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên",
    ]
    assert clerk.last.labels[:1] == ["Nhận, giao Phòng Kinh tế"]
    opinion = await stored(room, 1)
    assert (opinion.state, opinion.proposed, opinion.reason) == ("received", None, None)
    assert (await leader.text("/xem 1"))[0].text.startswith("Không thấy ý kiến “1”.")
    assert room.phone(RESIDENT).said == []


@pytest.mark.parametrize(
    ("number", "verdict", "reason"),
    [
        (
            "1",
            Verdict.FINAL_DECISION_EXISTS,
            "việc này đã có quyết định giải quyết cuối cùng, xã không xem xét lại được",
        ),
        ("4", Verdict.UNLAWFUL, "lời này có câu xúc phạm người khác; bác nói lại riêng phần việc thì xã trả lời"),
    ],
)
async def test_refusal_says_why_and_never_its_name(room: Room, number: str, verdict: Verdict, reason: str) -> None:
    leader, observer = await take_office(room, Role.LEADER, LEADER), await take_office(room, Role.OBSERVER, "5")
    clerk = await begun(room)
    await clerk.tap("16")
    assert clerk.last.text.splitlines()[1:4] == [
        "Người gửi đọc lý do, lãnh đạo đồng ý mới gửi.",
        "Đã có kết luận cuối:",
        "1. việc này đã có quyết định giải quyết cuối cùng, xã không xem xét lại được",
    ]
    await clerk.tap(number)
    assert (await observer.text("/xem 1"))[0].text.startswith("Không thấy ý kiến “1”.")
    await told(room, leader)
    await leader.tap("Đồng ý")
    assert await told(room) == f"KX-1: xã không trả lời được nội dung này. Lý do: {reason}"
    opinion = await stored(room, 1)
    assert (opinion.state, opinion.verdict, opinion.reason) == ("redirected", verdict, reason)
    assert f"“{ROAD}”" in (await observer.text("/xem 1"))[0].text


async def test_typed_reason_and_its_step_back_before_the_leader_reads(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await begun(room)
    await clerk.tap("16")
    await clerk.tap("6")
    assert clerk.last.text == ("Gõ lý do không trả lời KX-1. Người gửi đọc đúng lời này, lãnh đạo đồng ý mới gửi.")
    (said,) = await clerk.text("Lời này nêu chuyện nhà khác.")
    assert said.text.startswith("Đã trình lãnh đạo KX-1: nội dung không trả lời được.")
    await clerk.tap("Hoàn tác")
    assert await told(room, clerk) == clerk.last.text
    assert (leader.said, (await stored(room, 1)).proposed) == ([], None)


async def test_without_a_leader_the_clerks_verdict_counts_at_once(room: Room) -> None:
    clerk = await begun(room)
    await clerk.tap("4")
    assert clerk.last.text.startswith("KX-1: kiến nghị lên ngành điện lực, viễn thông. Người gửi được báo.")
    await clerk.tap("Hoàn tác")
    async with room.db.read() as tx:
        assert (await tx.session.get_one(Issue, 1)).state == "closed"
    await clerk.tap("Cách khác")
    await clerk.tap("16")
    await clerk.tap("2")
    assert await told(room) == (
        "KX-1: xã không trả lời được nội dung này. Lý do: việc này toà án đã xử xong, xã không làm khác được"
    )


async def test_two_proposals_are_agreed_one_after_the_other(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await begun(room)
    await raise_opinion(room, "cau sap", "1002")
    await clerk.tap("2")
    await clerk.tap("Cách khác")
    await clerk.tap("3")
    await told(room, leader)
    async with room.db.read() as tx:
        assert [each.number for each in await proposals(tx)] == [1, 2]
    (page,) = await leader.text("/hoinghi")
    await leader.tap_data("o:agree:1", page.message_id)
    assert page.text.startswith("Đã đồng ý KX-1: kiến nghị lên UBND tỉnh Lạng Sơn. Người gửi được báo.\n\nVăn phòng")
    assert page.buttons[0] == ("Đồng ý", "o:agree:2")
    await leader.tap_data("o:disagree:2", page.message_id)
    assert await states(room) == ["accepted", "received"]


async def test_answered_before_in_three_taps(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, "loa truyen thanh thon hong", "1002")
    await answer(room, 1, "Xã thay loa trong tháng.")
    await raise_opinion(room, "loa thon hong khong nghe duoc", RESIDENT)
    await round_of(clerk)
    await clerk.tap("Cách khác")
    await clerk.tap("1")
    assert clerk.last.text == (
        "KX-2 “loa thon hong khong nghe duoc”\nĐã trả lời ở việc nào?\nKX-1 · Thôn mẫu 3 · “loa truyen thanh thon hong”"
    )
    assert clerk.last.labels == ["KX-1", "Gõ mã khác", "Quay lại"]
    await clerk.tap("KX-1")
    assert clerk.last.text.startswith("KX-2: gửi câu đã trả lời ở KX-1.\n\nHết việc chờ.")
    await clerk.tap("Hoàn tác")
    assert (await states(room), (await stored(room, 2)).issue_id) == (["answered", "received"], None)
    for label in ("Cách khác", "1", "Gõ mã khác"):
        await clerk.tap(label)
    assert (await clerk.text("KX-9"))[0].text == "“KX-9” chưa có câu trả lời đã gửi. Gõ mã khác."
    await clerk.text("kx1")
    said = await told(room)
    assert said.startswith("Xã trả lời KX-2:\n\nKính gửi Ông/Bà.\nXã thay loa trong tháng.")
    opinion = await stored(room, 2)
    assert (opinion.state, opinion.verdict, opinion.issue_id) == ("answered", Verdict.ALREADY_ANSWERED, 1)
    assert await sent(room, "answer") == 2
    await clerk.tap("Hoàn tác")
    assert "Chưa đổi gì." in clerk.last.text
    await room.phone(RESIDENT).tap("Rõ rồi")
    assert await states(room) == ["answered", "settled"]


async def test_answered_before_with_no_answer_out_says_so(room: Room) -> None:
    clerk = await begun(room)
    shown = clerk.last.text
    assert clerk.alerted(await clerk.tap("1")) == "Chưa có câu trả lời nào đã gửi."
    assert clerk.last.text == shown
    await clerk.tap_data("o:before:1:99", clerk.last.message_id)
    await clerk.tap_data("o:way:1:moon", clerk.last.message_id)
    await clerk.tap_data("o:refuse:1:moon", clerk.last.message_id)
    assert (clerk.last.text, await states(room)) == (shown, ["received"])


async def test_later_comes_after_the_others(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await raise_opinion(room, "cau sap", "1002")
    await round_of(clerk)
    await clerk.tap("Cách khác")
    await clerk.tap("18")
    assert clerk.last.text.startswith("Để sau KX-1.\n\n2/2 · KX-2")


async def test_year_old_button_says_what_became_of_it(room: Room) -> None:
    clerk = await begun(room)
    old = clerk.last
    await clerk.tap("7")
    await told(room)
    room.clock.pass_(days=365)
    for data in ("o:other:1", "o:way:1:court", "o:petition:1:province", "o:putoff:1", "o:refuse:1", "o:back:1"):
        await clerk.tap_data(data, old.message_id)
        assert old.text.startswith("KX-1: 23/11 09:00 Văn phòng chỉ đến nơi khác. Chưa đổi gì."), data
    assert await states(room) == ["redirected"]
    assert await sent(room, "verdict") == 1


async def test_official_removed_in_the_middle_decides_nothing(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await begun(room)
    await clerk.tap("5")
    await revoke(room, Role.CLERK)
    await clerk.text("Sở Xây dựng")
    assert (await stored(room, 1)).proposed is None
    await take_office(room, Role.CLERK, "7")
    await room.phone("7").tap_data("o:petition:1:province")
    await told(room, leader)
    await revoke(room, Role.LEADER)
    await leader.tap_data("o:agree:1", leader.last.message_id)
    assert ((await stored(room, 1)).proposed, await states(room)) == (Verdict.BEYOND_AUTHORITY, ["received"])
