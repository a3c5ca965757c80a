"""What officials read in the morning, and when a day is near, come or past."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.words import Words
from storage import deadlines, digest, issues, opinions, people
from storage.models import Answer, Issue, Official, Opinion, Role, Verdict
from storage.states import AnswerState, IssueState
from tests.conference import plan
from tests.handlers.official.desk import CLERK, LEADER, raise_opinion, take_office
from tests.phones import Phone, Room, Said

STAFF = "3"


async def accept(room: Room, opinion_id: int, due: date, unit: str = "phong-kinh-te") -> int:
    """The issue of an opinion that a clerk accepted."""
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, opinion_id)
        official = await tx.session.get(Official, 1)
        assert opinion is not None
        assert official is not None
        return (await issues.accept(tx, opinion, official, unit_id=unit, due=due)).id


async def tick(room: Room) -> None:
    for duty in (digest.send, deadlines.remind):
        async with room.db.write() as tx:
            await duty(tx)
    await room.settle()


async def morning(room: Room, *phones: Phone) -> list[list[tuple[str, list[str]]]]:
    """07:00 of the next day: what each of these phones shows then, its text and the labels of its buttons."""
    before = [len(phone.said) for phone in phones]
    now = room.clock.instant
    room.clock.instant = datetime(now.year, now.month, now.day, tzinfo=UTC) + timedelta(days=1)  # 07:00 in the commune
    await tick(room)
    return [
        [(said.text, said.labels) for said in phone.said[count:]] for phone, count in zip(phones, before, strict=True)
    ]


async def test_digest_of_clerk_leader_and_unit(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    staff = await take_office(room, Role.STAFF, STAFF)
    for number in range(5):
        await raise_opinion(room, f"đường hỏng {number}")
    await accept(room, 1, date(2026, 11, 27))
    await accept(room, 2, date(2026, 11, 30))
    async with room.db.write() as tx:
        second = await tx.session.get_one(Opinion, 2)
        issue = await tx.session.get_one(Issue, 2)
        issue.state = IssueState.DRAFTED
        tx.session.add(
            Answer(
                opinion_id=second.id,
                issue_id=issue.id,
                official_id=3,
                text="Đã xem.",
                state=AnswerState.SUBMITTED,
                created_at=tx.now,
            )
        )
        (await tx.session.get_one(Opinion, 3)).proposed = Verdict.UNLAWFUL
        await plan(tx, (await people.officials(tx, Role.LEADER))[0])
    room.clock.pass_(days=7)  # Monday: two to sort since Wednesday, told by Tuesday week
    conference = "Hội nghị: 07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm), còn 9 ngày."
    conference += (
        "\nThông báo theo luật: hết ngày 03/12, còn 2 ngày.\n"
        "Đài truyền thanh 0/6 thôn · trang thông tin xã: chưa · niêm yết thông báo: chưa"
    )
    place = "Thôn mẫu 3 · 1 người"
    shown = await morning(room, clerk, leader, staff)
    assert [[text for text, _ in each] for each in shown] == [
        [
            f"Chờ phân loại: 2. Trễ: 2.\n{conference}\nTrễ hạn trả lời: Phòng Kinh tế 2.",
            f"Trễ 2 ngày làm việc, hạn 27/11.\nKX-1 · {place} · Phòng Kinh tế\n“đường hỏng 0”",
        ],
        [
            f"Chờ duyệt: 1. Chờ đồng ý: 1.\n{conference}\nTrễ hạn trả lời: Phòng Kinh tế 2.",
            f"Trễ 1 ngày làm việc, hạn 30/11.\nKX-2 · {place} · Phòng Kinh tế đã soạn, chờ duyệt\n“đường hỏng 1”",
            "Chưa phân loại: 2. Trễ 3 ngày làm việc, hạn 26/11.",
        ],
        ["Việc của Phòng Kinh tế: 1. Trễ: 1."],
    ]
    assert [[labels for _, labels in each] for each in shown] == [
        [["Phân loại lần lượt", "Việc chờ", "Hội nghị"], ["Trả lời", "Xem cả"]],
        [["Duyệt lần lượt", "Việc chờ", "Hội nghị"], ["Xem cả"], ["Việc chờ"]],
        [["Việc chờ"]],
    ]


async def test_nothing_waits_is_said_once_a_week(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    room.clock.pass_(days=6)
    nothing = "Không có việc nào chờ. Bản tin này gửi mỗi tuần một lần khi không có việc."
    assert [await morning(room, clerk) for _ in range(3)] == [[[(nothing, [])]], [[]], [[]]]


async def test_what_is_over_when_it_could_go_is_not_sent(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await accept(room, 1, date(2026, 11, 25))
    before: list[Said] = list(clerk.said)
    room.clock.instant = datetime(2026, 11, 25, 0, tzinfo=UTC)
    for duty in (digest.send, deadlines.remind):
        async with room.db.write() as tx:
            assert await duty(tx) == 1
    room.clock.pass_(days=1)  # the messenger was out of reach until then
    async with room.db.write() as tx:
        (await tx.session.get_one(Issue, 1)).due = date(2026, 12, 4)
    await room.settle()
    assert clerk.said == before


async def test_unit_is_reminded_before_and_on_the_day(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    staff = await take_office(room, Role.STAFF, STAFF)
    await raise_opinion(room, "đường hỏng")
    await accept(room, 1, date(2026, 11, 27))
    room.clock.pass_(days=2)
    head = "KX-1 · Thôn mẫu 3 · 1 người · Phòng Kinh tế\n“đường hỏng”"
    assert [[said[-1] for said in await morning(room, staff)] for _ in range(2)] == [
        [(f"Hạn 27/11, còn 1 ngày.\n{head}", ["Trả lời", "Xem cả"])],
        [(f"Hôm nay là hạn, 27/11.\n{head}", ["Trả lời", "Xem cả"])],
    ]
    assert clerk.last.text.startswith("Ý kiến mới")


async def test_law_reminds_of_whom_nobody_told(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    for number in range(2):
        await raise_opinion(room, f"đường hỏng {number}")
    room.clock.instant = datetime(2026, 12, 7, 2, tzinfo=UTC)
    law = "Chưa báo bà con việc giao cho ai: 2. {when}\nLuật đòi báo trong 10 ngày làm việc."
    shown = await morning(room, clerk, leader)
    assert [each[-1][0] for each in shown] == [
        law.format(when="Hôm nay là hạn, 08/12.") + "\nKX-1, KX-2",
        "Chưa phân loại: 2. Trễ 8 ngày làm việc, hạn 26/11.",
    ]
    shown = await morning(room, clerk, leader)
    late = law.format(when="Trễ 1 ngày làm việc, hạn 08/12.")
    assert [each[-1] for each in shown] == [
        (f"{late}\nKX-1, KX-2", ["Phân loại lần lượt"]),
        (late, ["Việc chờ"]),
    ]


async def test_card_outside_office_hours_waits_for_the_morning_but_not_a_cry_for_help(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    resident = room.phone("1001")
    room.clock.instant = datetime(2026, 11, 27, 13, tzinfo=UTC)  # Friday evening
    for words in ("duong vao thon hong", "nha toi dang chay"):
        await resident.text(words)
        for label in ("Gửi cho xã biết", "Đồng ý", "1", "Đường, điện, nước", "Gửi, không ghi tên"):
            if label in resident.last.labels:
                await resident.tap(label)
    assert [said.text.splitlines()[2] for said in clerk.said] == ["“nha toi dang chay”"]
    room.clock.instant = datetime(2026, 11, 29, 23, 59, tzinfo=UTC)
    await room.settle()
    assert len(clerk.said) == 1
    room.clock.pass_(minutes=1)  # Monday 07:00
    await room.settle()
    assert [said.text.splitlines()[2] for said in clerk.said[1:]] == ["“duong vao thon hong”"]


@pytest.mark.parametrize(
    ("days", "begun"), [(0, "Hôm nay họp, 2 vấn đề chưa có"), (1, "Còn 1 ngày là họp, 2 vấn đề chưa có")]
)
def test_day_of_the_conference_is_today_and_never_in_no_days(days: int, begun: str) -> None:
    assert Words().say("vi")("o-due-answers", days=days, count=2).startswith(begun)
