"""Promises from the officials' side: listed, reported done, moved, reminded; two on one card; the clock."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from storage.models import Attachment, Commitment, Event, Opinion, Role
from storage.states import CommitmentState, OpinionState
from tests.handlers.official.desk import CLERK, LEADER, raise_opinion, revoke, take_office
from tests.handlers.promises import DAY, merge, release, tick
from tests.phones import Phone, Room

STAFF = "3"


@pytest.fixture
async def unit(room: Room) -> Phone:
    """The unit's phone; a clerk, a leader and one author who was promised the road for 14/01/2027 are there too."""
    await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.LEADER, LEADER)
    staff = await take_office(room, Role.STAFF, STAFF)
    await raise_opinion(room)
    await release(room, 1)
    return staff


async def record(room: Room) -> tuple[CommitmentState, date, str | None, str | None, int | None]:
    async with room.db.read() as tx:
        found = await tx.session.scalar(select(Commitment))
        assert found is not None
        return found.state, found.due, found.due_reason, found.evidence, found.closed_by_id


async def happened(room: Room) -> list[str]:
    async with room.db.read() as tx:
        kinds = select(Event.kind).where(Event.subject == "commitment").order_by(Event.id)
        return [kind.partition(".")[2] for kind in await tx.session.scalars(kinds)]


def to(room: Room, day: date, hour: int = 9) -> None:
    """The clock to this hour of this day."""
    local = room.clock().astimezone(room.db.commune.timezone)
    room.clock.pass_(days=(day - local.date()).days, hours=hour - local.hour)


async def test_list_counts_first_and_shows_what_burns(room: Room, unit: Phone) -> None:
    for number, days in ((2, -1), (3, 1), (4, 40)):
        await raise_opinion(room, f"viec {number}", f"100{number}")
        await release(room, number, promised=DAY + timedelta(days=days))
    to(room, DAY)
    (said,) = await unit.tap_data("o:commitments:0")
    assert (said.text, said.labels) == (
        (
            "Việc hẹn đang theo: 4.\nTrễ: 1.\nSắp tới hạn: 2.\n"
            "KX-2 · Phòng Kinh tế · 13/01, trễ 1 ngày\n"
            "KX-1 · Phòng Kinh tế · 14/01, hôm nay\n"
            "KX-3 · Phòng Kinh tế · 15/01, còn 1 ngày\n"
            "KX-4 · Phòng Kinh tế · 23/02"
        ),
        ["KX-2", "KX-1", "KX-3", "KX-4"],
    )
    (card,) = await unit.tap("KX-2")
    assert (card.text, card.labels) == (
        "KX-2 · Thôn mẫu 3 · Đường, điện, nước · Phòng Kinh tế\n“viec 2”\nHẹn xong 13/01/2027, trễ 1 ngày.",
        ["Báo đã xong", "Dời hẹn", "Xem cả"],
    )
    await room.phone(LEADER).tap_data("o:commitment:2")
    assert room.phone(LEADER).last.labels == ["Nhắc đơn vị", "Báo đã xong", "Dời hẹn", "Xem cả"]


async def test_list_is_of_the_own_unit(room: Room, unit: Phone) -> None:
    other = room.phone("4")
    async with room.db.write() as tx:
        (commitment,) = await tx.session.scalars(select(Commitment))
        commitment.unit_id = "phong-vh-xh"
    (said,) = await unit.tap_data("o:commitments:0")
    assert said.text == "Không có việc hẹn nào đang theo."
    for verb in ("commitment", "fulfil", "fulfilled", "postpone", "postponed", "nudge"):
        assert unit.alerted(await unit.tap_data(f"o:{verb}:1")) == "Việc này đã qua. Không đổi gì."
        await other.tap_data(f"o:{verb}:1")
        assert "KX-1" not in other.last.text
    assert await happened(room) == ["opened"]


async def test_reported_done_with_words_and_photos(room: Room, unit: Phone) -> None:
    to(room, date(2027, 1, 11))
    author = room.phone("1001")
    await unit.tap_data("o:commitment:1")
    (asked,) = await unit.tap("Báo đã xong")
    assert (asked.text, asked.labels) == (
        "KX-1: đã làm gì? Gửi ảnh, tệp, hoặc gõ một câu. Bà con đọc đúng lời này.",
        ["Bỏ"],
    )
    await unit.photo(media_group_id="a")
    assert "2 ảnh" in unit.changed(await unit.photo(media_group_id="a")).text
    (preview,) = await unit.text("Đã rải đá xong 400 m.")
    assert (preview.text, preview.labels) == (
        (
            "KX-1, báo đã làm xong: “Đã rải đá xong 400 m.” · 2 ảnh\n"
            "Hỏi 1 người xem xong thật chưa. Gửi thêm ảnh, gõ lại lời được.\nBáo xong chứ?"
        ),
        ["Báo xong", "Bỏ"],
    )
    assert author.last.labels == ["Rõ rồi", "Chưa rõ"]
    await room.store_files()
    before = len(author.said)
    await unit.tap("Báo xong")
    assert unit.last.text == "Đã báo xong KX-1, hỏi 1 người."
    assert [said.method for said in author.said[before:]] == ["sendPhoto", "sendPhoto", "sendMessage"]
    assert author.last.text == (
        "KX-1: Phòng Kinh tế báo đã làm xong ngày 11/01, kèm 2 ảnh.\n“Đã rải đá xong 400 m.”\nBác đi qua thấy thế nào?"
    )
    assert await record(room) == (CommitmentState.SETTLED, DAY, None, "Đã rải đá xong 400 m.", 3)
    assert await happened(room) == ["opened", "settled"]
    await author.tap("Được một phần")
    await unit.tap_data("o:commitment:1")
    assert unit.last.text.splitlines()[2:] == [
        "Đã báo xong 11/01, hẹn 14/01/2027 · 2 ảnh.",
        "“Đã rải đá xong 400 m.”",
        "Bà con: được một phần 1.",
    ]
    assert unit.last.labels == ["Xem cả"]


async def test_two_on_one_card_the_second_is_told(room: Room, unit: Phone) -> None:
    clerk = room.phone(CLERK)
    for phone, words in ((unit, "Đã rải đá."), (clerk, "Xã báo xong.")):
        await phone.tap_data("o:fulfil:1")
        await phone.photo()
        await phone.text(words)
    await unit.tap("Báo xong")
    (said,) = await clerk.tap("Báo xong")
    assert said.text.splitlines()[0] == "KX-1: Phòng Kinh tế đã báo xong 23/11 09:00. Không đổi gì."
    assert (await record(room))[3:] == ("Đã rải đá.", 3)
    async with room.db.read() as tx:
        senders = list(await tx.session.scalars(select(Attachment.commitment_id)))
    assert senders == [1]  # what the clerk had sent and not confirmed is gone
    for verb in ("fulfil", "postpone", "nudge"):
        room.clock.pass_(minutes=1)
        assert "đã báo xong" in (await room.phone(LEADER).tap_data(f"o:{verb}:1"))[0].text


async def test_given_up_drops_what_was_sent(room: Room, unit: Phone) -> None:
    await unit.tap_data("o:fulfil:1")
    await unit.photo()
    await unit.tap("Bỏ")
    assert unit.last.text == "Đã bỏ, không gửi gì."
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Attachment.id))) == []
    await unit.tap_data("o:fulfilled:1")
    assert (await record(room))[0] is CommitmentState.OPEN
    await unit.tap_data("o:fulfil:1")
    assert (await unit.voice())[0].text == "Câu trả lời chỉ nhận chữ, ảnh, tệp. Gõ lời hoặc gửi tệp khác."
    assert (await unit.text("x" * 1001))[0].text.startswith("Lời này dài 1.001 ký tự, nhiều nhất 1.000.")


async def test_moved_with_a_reason_that_authors_and_leader_read(room: Room, unit: Phone) -> None:
    author, leader = room.phone("1001"), room.phone(LEADER)
    await unit.tap_data("o:postpone:1")
    assert unit.last.text == "KX-1 đang hẹn 14/01/2027. Dời sang ngày nào?"
    for typed, problem in (
        ("31/02", "“31/02” không có trong lịch. Gõ lại, ví dụ 21/01."),
        ("hôm nào đó", "Chưa đọc được ngày “hôm nào đó”. Gõ lại, ví dụ 21/01."),
        ("01/11/2026", "“01/11/2026” đã qua. Gõ lại, ví dụ 21/01."),
        ("23/11", "KX-1: hạn 23/11/2026 không kịp. Gõ ngày từ ngày mai trở đi."),
        ("24/01", "KX-1: 24/01/2027 là ngày nghỉ. Gõ ngày khác."),
        ("20/01/2072", "KX-1: 20/01/2072 quá xa. Gõ ngày gần hơn."),
        ("14/01", "KX-1 đang hẹn đúng ngày 14/01/2027. Gõ ngày khác."),
    ):
        assert [said.text for said in await unit.text(typed)] == [problem]
    assert (await unit.text("20/01"))[0].text == "KX-1 dời sang 20/01/2027.\nGõ lý do, bà con sẽ đọc."
    assert (await unit.text("x" * 301))[0].text == "Lý do dài 301 ký tự, nhiều nhất 300. Gõ lại."
    (preview,) = await unit.text("Mưa, đá chưa về.")
    assert preview.text == (
        "KX-1: dời hẹn từ 14/01/2027 sang 20/01/2027.\nLý do: Mưa, đá chưa về.\n"
        "1 người đọc lý do, lãnh đạo được báo. Dời chứ?"
    )
    await unit.tap("Dời hẹn")
    assert unit.last.text == "Đã dời KX-1 sang 20/01/2027. Bà con và lãnh đạo được báo."
    assert (author.last.text, author.last.labels) == (
        "KX-1: Phòng Kinh tế dời hẹn xong từ 14/01/2027 sang 20/01/2027.\nLý do: Mưa, đá chưa về.",
        ["Nói thêm"],
    )
    assert leader.last.text.splitlines() == [
        "Việc hẹn vừa dời, trước là 14/01/2027:",
        "KX-1 · Thôn mẫu 3 · Đường, điện, nước · Phòng Kinh tế",
        "“duong vao thon bi hong lau roi”",
        "Hẹn xong 20/01/2027, còn 58 ngày.",
        "Đã dời vì: Mưa, đá chưa về.",
    ]
    assert await record(room) == (CommitmentState.OPEN, date(2027, 1, 20), "Mưa, đá chưa về.", None, None)
    (mine,) = await author.text("kx1")
    assert mine.text.splitlines()[1:4] == [
        "23/11 xã nhận · 23/11 xã trả lời · 23/11 Phòng Kinh tế dời hẹn sang 20/01",
        "Đang ở: Xã đang làm, hẹn xong 20/01/2027.",
        "Dời ngày vì: Mưa, đá chưa về.",
    ]


async def test_leader_reminds_once_a_day_under_his_post(room: Room, unit: Phone) -> None:
    leader = room.phone(LEADER)
    (said,) = await leader.tap_data("o:nudge:1")
    assert said.text == "Đã nhắc Phòng Kinh tế, ghi là Lãnh đạo xã nhắc."
    assert unit.last.text.splitlines()[0] == "Lãnh đạo xã nhắc việc hẹn:"
    room.clock.pass_(minutes=1)
    assert (await leader.tap_data("o:nudge:1"))[0].text == "Hôm nay đã nhắc Phòng Kinh tế rồi."
    assert unit.alerted(await unit.tap_data("o:nudge:1")) == "Việc này đã qua. Không đổi gì."
    assert await happened(room) == ["opened", "nudged"]
    await unit.tap("Báo đã xong")
    await unit.text("Xong.")
    await unit.tap("Báo xong")
    if room.edits:
        card = next(said for said in unit.said if said.text.startswith("KX-1 · Thôn mẫu 3"))
        assert card.labels == ["Xem cả"]  # the card that reminded shows what became of it


async def test_clock_reminds_the_unit_then_goes_up(room: Room, unit: Phone) -> None:
    clerk, leader = room.phone(CLERK), room.phone(LEADER)
    to(room, date(2027, 1, 13), 6)
    assert "commitments" not in await tick(room)
    seen = []
    for day in (12, 13, 14, 15, 16, 18, 19, 20, 25):
        to(room, date(2027, 1, day), 7)
        before = [len(phone.said) for phone in (unit, clerk, leader)]
        for _ in range(2):
            await tick(room)
        seen.append([len(phone.said) - count for phone, count in zip((unit, clerk, leader), before, strict=True)])
    assert seen == [
        [0, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
        [0, 1, 1],
        [0, 0, 0],
        [0, 0, 0],
    ]
    assert leader.last.text.splitlines()[0] == "Nhắc việc hẹn:"
    assert leader.last.text.splitlines()[-1] == "Hẹn xong 14/01/2027, trễ 5 ngày."
    assert await happened(room) == ["opened", "escalated", "escalated"]


async def test_clock_reminds_the_clerk_of_a_unit_without_staff(room: Room, unit: Phone) -> None:
    await revoke(room, Role.STAFF)
    before = len(unit.said)
    to(room, date(2027, 1, 13))
    assert (await tick(room))["commitments"] == 1
    assert room.phone(CLERK).last.text.splitlines()[0] == "Nhắc việc hẹn:"
    assert len(unit.said) == before


async def test_reminder_of_what_was_kept_meanwhile_is_not_sent(room: Room, unit: Phone) -> None:
    to(room, date(2027, 1, 13))
    await unit.tap_data("o:fulfil:1")
    await unit.text("Xong.")
    await unit.tap("Báo xong")
    assert "commitments" not in await tick(room)


async def test_closing_counts_the_people_it_asks_each_once_and_before_as_after(room: Room, unit: Phone) -> None:
    # The second is the first author's too, the fourth is open again: told, but asked nothing.
    for number, native_id in ((2, "1001"), (3, "1002"), (4, "1003")):
        await raise_opinion(room, f"viec {number}", native_id)
        await merge(room, 1, number)
    async with room.db.write() as tx:
        (await tx.session.get_one(Opinion, 4)).state = OpinionState.REOPENED
    await unit.tap_data("o:fulfil:1")
    (preview,) = await unit.text("Đã rải đá.")
    assert "Hỏi 2 người xem xong thật chưa." in preview.text
    await unit.tap("Báo xong")
    assert unit.last.text == "Đã báo xong KX-1, hỏi 2 người."
