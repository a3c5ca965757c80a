"""The conference as residents see it: when, where, how; that they come, what they speak about, what reminds them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram.methods import SendDocument, SendMessage, SendVenue
from aiogram.types import BufferedInputFile
from icalendar import Calendar
from sqlalchemy import select

from handlers.notices import Never, Rendered
from storage import conferences, people, planning, registrations
from storage.conferences import Meeting
from storage.files import IncomingFile
from storage.models import Conference, Official, Priority, Registration, Role
from storage.outbox import Delivery
from storage.people import load_callers
from storage.states import ConferenceState
from tests.conference import BEGINS, plan
from tests.handlers.official.desk import CLERK, raise_opinion, revoke, take_office
from tests.handlers.resident.test_raising import shown
from tests.phones import Room

WHEN = "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"
HALL = "Hội trường UBND xã"
REMINDED = "18 giờ 30 hôm trước ngày họp, máy nhắc bác."
STARTS = datetime(2026, 12, 15, 0, 30, tzinfo=UTC)
TUESDAY = "Thứ Ba 15/12/2026 (mồng 7 tháng 11 âm), 07 giờ 30, hội nghị đối thoại ở Hội trường &lt;UBND&gt; xã."


async def planned(room: Room, starts_at: datetime = BEGINS, place: str = HALL, **more: Any) -> int:
    """A conference that the clerk set alone."""
    async with room.db.write() as tx:
        if not await people.officials(tx, Role.CLERK):
            code = await people.invite(tx, Role.CLERK)
            caller = (await load_callers(tx, room.messenger, [CLERK]))[CLERK]
            assert isinstance(await people.accept_invitation(tx, caller.account, code), Official)
        return (await plan(tx, (await people.officials(tx, Role.CLERK))[0], starts_at, place, **more)).id


async def registered(room: Room) -> list[tuple[bool | None, bool, int | None, str | None]]:
    async with room.db.read() as tx:
        rows = await tx.session.scalars(select(Registration).order_by(Registration.id))
        return [(each.comes, each.speaks, each.opinion_id, each.consent_version) for each in rows]


async def render(room: Room, kind: str, /, native_id: str = "1001", **ids: Any) -> Rendered:
    """The one notice of this kind to this resident, rendered now."""
    async with room.db.write() as tx:
        account = (await load_callers(tx, room.messenger, [native_id]))[native_id].account
        await tx.session.flush()
        account_id = account.id
    notice = Delivery(1, account_id, "0", "vi", False, Priority.REMINDER, kind, None, ids, None, None, 0, False)
    async with room.db.read() as tx:
        return (await room.notices.render(tx, [notice]))[1]


async def remind(room: Room, conference_id: int, days: int, starts_at: datetime = STARTS) -> str:
    ids: Mapping[str, Any] = {"starts_at": starts_at.isoformat(), "villages": []}
    rendered = await render(room, "reminder", conference_id=conference_id, days=days, **ids)
    if isinstance(rendered, Never):
        return rendered.reason
    assert isinstance(rendered, SendMessage)
    return rendered.text


async def test_conference_that_is_not_set(room: Room) -> None:
    assert shown(await room.phone().text("/hoinghi")) == [
        ("Xã chưa đặt ngày hội nghị. Việc của bác xã vẫn nhận và trả lời như thường.", ["Gửi ý kiến"])
    ]


async def test_conference_with_everything_the_law_names(room: Room) -> None:
    await planned(room, title="Hội nghị <đối thoại>", agenda="1. Báo cáo")
    expected = (
        (
            f"Hội nghị &lt;đối thoại&gt;\n{WHEN}, {HALL}.\nNội dung: Đường sá, đất đai.\n"
            "Chương trình:\n1. Báo cáo\nCách dự: đến trực tiếp.\n"
            "Gửi ý kiến vào đây đến hết 05/12 thì vào danh sách của hội nghị."
        ),
        ["Tôi sẽ đến", "Tôi muốn phát biểu", "Chỉ đường", "Ghi vào lịch", "Gửi ý kiến"],
    )
    phone = room.phone()
    for typed in ("/hoinghi", "hoi nghi", "Hội nghị"):
        assert shown(await phone.text(typed)) == [expected]


@pytest.mark.everywhere
async def test_coming_takes_one_tap_and_is_shown(room: Room) -> None:
    await raise_opinion(room)
    await planned(room)
    her = room.phone()
    await her.text("/hoinghi")
    (said,) = await her.tap("Tôi sẽ đến")
    assert (said.text, said.labels) == (
        f"Xã ghi bác sẽ đến.\n{WHEN}, {HALL}.\n{REMINDED}",
        ["Tôi muốn phát biểu", "Chỉ đường", "Ghi vào lịch"],
    )
    (said,) = await her.text("/hoinghi")
    assert said.text.endswith("\nBác đã báo sẽ đến.")
    (said,) = await her.tap("Không đến được")
    assert said.text == "Máy ghi bác không đến được. Điều muốn nói bác gửi trước vào đây, xã vẫn trả lời."
    assert await registered(room) == [(False, False, None, None)]


@pytest.mark.everywhere
async def test_speaking_takes_two_taps_about_one_of_hers(room: Room) -> None:
    await raise_opinion(room)
    await raise_opinion(room, native_id="1002")
    await planned(room)
    her = room.phone()
    await her.text("/hoinghi")
    (said,) = await her.tap("Tôi muốn phát biểu")
    assert (said.text, said.labels) == ("Bác nói về việc nào?", ["KX-1 duong vao thon b…", "Việc khác"])
    (said,) = await her.tap("KX-1 duong vao thon b…")
    assert said.text == f"Đã ghi bác phát biểu về KX-1. {REMINDED}"
    assert await registered(room) == [(True, True, 1, None)]
    (said,) = await her.tap_old("Việc khác")
    assert said.text == f"Đã ghi bác xin phát biểu. {REMINDED}"
    # Of somebody else's she is taken to speak about something else.
    await her.tap_data("r:talkon:1:2")
    assert await registered(room) == [(True, True, None, None)]


async def test_who_has_raised_nothing_speaks_in_one_tap(room: Room) -> None:
    await planned(room)
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, ["1001"]))["1001"]
        people.consent(tx, caller.account, "1")
    her = room.phone()
    await her.text("/hoinghi")
    (said,) = await her.tap("Tôi muốn phát biểu")
    assert said.text == f"Đã ghi bác xin phát biểu. {REMINDED}"


@pytest.mark.parametrize("button", ["Tôi sẽ đến", "Tôi muốn phát biểu"])
async def test_who_consented_to_nothing_is_asked_before_her_account_is_kept(room: Room, button: str) -> None:
    await planned(room)
    her = room.phone()
    await her.text("/hoinghi")
    (said,) = await her.tap(button)
    assert said.labels == ["Đồng ý", "Không"]
    assert await registered(room) == []
    assert [each.text for each in await her.tap("Không")] == [
        "Máy không giữ gì. Bác vẫn đến họp được, không cần báo trước."
    ]
    assert await registered(room) == []
    await her.tap_old("Đồng ý")
    assert await registered(room) == [(True, button != "Tôi sẽ đến", None, "hn-2026-11")]
    async with room.db.read() as tx:
        assert not (await load_callers(tx, room.messenger, ["1001"]))["1001"].account.consented


async def test_stranger_who_cannot_come_leaves_no_trace(room: Room) -> None:
    await planned(room)
    (said,) = await room.phone().tap_data("r:nocome:1")
    assert said.text.startswith("Máy ghi bác không đến được.")
    assert await registered(room) == []


@pytest.mark.parametrize("data", ["r:come:1", "r:nocome:1", "r:talk:1", "r:talkon:1:0", "r:comeok:1:come"])
async def test_button_of_a_conference_that_is_over_says_so(room: Room, data: str) -> None:
    await raise_opinion(room)
    await planned(room)
    room.clock.instant = BEGINS + timedelta(minutes=1)
    (said,) = await room.phone().tap_data(data)
    assert said.text == "Hội nghị này đã qua. Việc của bác xã vẫn nhận và trả lời như thường."
    assert await registered(room) == []


@pytest.mark.parametrize("data", ["r:come:99", "r:way:99", "r:papers:99", "r:come:x", "r:talkon:1:x", "r:comeok:1:x"])
async def test_forged_button_does_no_harm(room: Room, data: str) -> None:
    await raise_opinion(room)
    await planned(room)
    assert await room.phone().tap_data(data) != []
    assert {each[2] for each in await registered(room)} <= {None}


async def test_button_of_an_earlier_conference_shows_the_next(room: Room) -> None:
    await raise_opinion(room)
    await planned(room)
    room.clock.instant = BEGINS + conferences.LASTS
    async with room.db.write() as tx:
        await conferences.hold(tx)
    await planned(room, BEGINS + timedelta(days=365))
    (said,) = await room.phone().tap_data("r:come:1")
    assert "Thứ Sáu 10/12/2027" in said.text
    assert await registered(room) == []


async def test_cluster_of_her_village_is_the_one_she_is_shown(room: Room) -> None:
    await raise_opinion(room)
    async with room.db.write() as tx:
        person = (await load_callers(tx, room.messenger, ["1001"]))["1001"].person
        assert person is not None
        people.remember_village(person, "mau-3")
    meetings = (Meeting(BEGINS, "Nhà 1", ("mau-1",)), Meeting(BEGINS + timedelta(days=1), "Nhà 3", ("mau-3",)))
    await planned(room, meetings=meetings)
    (said,) = await room.phone().text("/hoinghi")
    assert said.text.splitlines()[1] == "Thôn mẫu 3: 07 giờ 30, Thứ Sáu 11/12/2026 (mồng 3 tháng 11 âm), Nhà 3."
    (said,) = await room.phone("1002").text("/hoinghi")
    assert len(said.text.splitlines()) == 6


async def test_way_is_a_pin_where_there_is_one_and_else_a_link(room: Room) -> None:
    await planned(room)
    link = (
        "https://www.google.com/maps/search/?api=1&amp;query=H%E1%BB%99i%20tr%C6%B0%E1%BB%9Dng%20UBND%20x%C3%A3%2C%20"
    )
    rendered = await render(room, "conference_way", conference_id=1)
    assert isinstance(rendered, SendMessage)
    assert rendered.text.startswith(f"{HALL}: {link}")
    await planned(room, latitude=21.85, longitude=106.76)
    pin = await render(room, "conference_way", conference_id=1)
    assert pin == SendVenue(chat_id=0, latitude=21.85, longitude=106.76, title=HALL, address="xã Khuất Xá, Lạng Sơn")
    her = room.phone()
    await her.tap_data("r:way:1")
    await her.tap_data("r:way:1")
    assert [said.method for said in her.said] == ["sendVenue"]


async def test_calendar_file_is_one_that_a_telephone_reads_and_moves_with_the_conference(room: Room) -> None:
    await planned(room, latitude=21.85, longitude=106.76)

    async def opened() -> tuple[Any, ...]:
        rendered = await render(room, "conference_calendar", conference_id=1)
        assert isinstance(rendered, SendDocument)
        assert isinstance(rendered.document, BufferedInputFile)
        (event,) = Calendar.from_ical(rendered.document.data).walk("VEVENT")
        start = event.decoded("dtstart")
        return rendered.document.filename, str(event["uid"]), event.decoded("sequence"), start, str(event["location"])

    where = f"{HALL}, xã Khuất Xá, Lạng Sơn"
    assert await opened() == ("hoi-nghi-10-12-2026.ics", "KX-1-1@doithoai", 0, BEGINS.astimezone(UTC), where)
    await planned(room, BEGINS + timedelta(days=5))
    moved = (BEGINS + timedelta(days=5)).astimezone(UTC)
    assert await opened() == ("hoi-nghi-15-12-2026.ics", "KX-1-1@doithoai", 1, moved, where)


async def test_documents_for_delegates_come_as_files(room: Room) -> None:
    await planned(room)
    async with room.db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        clerk = (await people.officials(tx, Role.CLERK))[0]
        account = (await load_callers(tx, room.messenger, [CLERK]))[CLERK].account
        file = IncomingFile("photo", "p", "image/jpeg", file_name="báo cáo.jpg")
        await conferences.add_document(tx, found, clerk, account, file)
    await room.store_files()
    her = room.phone()
    (said,) = await her.text("/hoinghi")
    assert said.labels[3] == "Lịch, tài liệu"
    await her.tap("Lịch, tài liệu")
    assert [(said.method, said.text.splitlines()[0]) for said in her.said[1:]] == [
        ("sendDocument", "Mở tệp này để ghi ngày họp vào lịch điện thoại."),
        ("sendPhoto", "Tài liệu: Hội nghị đối thoại 2026"),
    ]


@pytest.mark.parametrize(
    ("before", "begins"),
    [(timedelta(days=3), "Còn 3 ngày"), (timedelta(hours=13), "Sáng mai"), (timedelta(hours=1), "Sáng nay")],
)
async def test_reminder_is_worded_by_the_day_it_is_sent(room: Room, before: timedelta, begins: str) -> None:
    conference_id = await planned(room, STARTS, "Hội trường <UBND> xã")
    room.clock.instant = STARTS - before
    assert await remind(room, conference_id, 3) == f"{begins}, {TUESDAY}"


@pytest.mark.parametrize(("hour", "begins"), [(11, "Trưa mai"), (14, "Chiều mai"), (19, "Tối mai")])
async def test_reminder_names_the_part_of_the_day(room: Room, hour: int, begins: str) -> None:
    starts_at = datetime(2026, 12, 15, hour - 7, 0, tzinfo=UTC)
    conference_id = await planned(room, starts_at)
    room.clock.instant = datetime(2026, 12, 14, 1, 0, tzinfo=UTC)
    assert (await remind(room, conference_id, 1, starts_at)).split(",")[0] == begins


async def test_reminder_says_what_she_said_she_would_do(room: Room) -> None:
    await raise_opinion(room)
    conference_id = await planned(room, STARTS, "Hội trường <UBND> xã")
    room.clock.instant = STARTS - timedelta(hours=13)
    async with room.db.write() as tx:
        found = await conferences.by_id(tx, conference_id)
        caller = (await load_callers(tx, room.messenger, ["1001"]))["1001"]
        assert found is not None
        registration = await registrations.speak(tx, found, caller.account)
    assert await remind(room, conference_id, 1) == f"Sáng mai, {TUESDAY} Bác đã đăng ký phát biểu."
    async with room.db.write() as tx:
        (await tx.session.get_one(Registration, registration.id)).opinion_id = 1
    assert await remind(room, conference_id, 1) == f"Sáng mai, {TUESDAY} Bác đã đăng ký nói về KX-1."
    async with room.db.write() as tx:
        (await tx.session.get_one(Registration, registration.id)).comes = False
    assert await remind(room, conference_id, 1) == "not coming"


async def test_reminder_left_over_from_the_evening_is_sent_to_who_has_no_other(room: Room) -> None:
    conference_id = await planned(room, STARTS, "Hội trường <UBND> xã")
    room.clock.instant = STARTS - timedelta(minutes=90)
    assert await remind(room, conference_id, 1) == f"Sáng nay, {TUESDAY}"
    async with room.db.write() as tx:
        found = await conferences.by_id(tx, conference_id)
        assert found is not None
        caller = (await load_callers(tx, room.messenger, ["1001"]))["1001"]
        await registrations.say(tx, found, caller.account, comes=True)
    assert await remind(room, conference_id, 1) == "the reminder of the day says it"
    assert await remind(room, conference_id, 0) == f"Sáng nay, {TUESDAY}"


async def test_reminder_that_is_no_longer_true_is_never_sent(room: Room) -> None:
    conference_id = await planned(room, STARTS)
    room.clock.instant = STARTS - timedelta(hours=13)
    assert await remind(room, 99, 1) == "gone"
    await planned(room, STARTS + timedelta(days=5))
    assert await remind(room, conference_id, 1) == "moved"
    assert await remind(room, conference_id, 1, STARTS + timedelta(days=5)) == "moved"
    room.clock.instant = STARTS + timedelta(days=5)
    assert await remind(room, conference_id, 1, STARTS + timedelta(days=5)) == "gone"
    room.clock.instant = STARTS
    async with room.db.write() as tx:
        conference = await tx.session.get_one(Conference, conference_id)
        conference.state = ConferenceState.CANCELLED
    assert await remind(room, conference_id, 9, STARTS + timedelta(days=5)) == "gone"


async def test_move_that_was_overtaken_is_not_told(room: Room) -> None:
    conference_id = await planned(room)
    await planned(room, BEGINS + timedelta(days=5))
    await planned(room, BEGINS + timedelta(days=6))
    assert await render(room, "conference_moved", conference_id=conference_id, change_id=2) == Never("moved again")
    rendered = await render(room, "conference_moved", conference_id=conference_id, change_id=3)
    assert isinstance(rendered, SendMessage)
    assert rendered.text.startswith("Hội nghị ngày 15/12 dời sang 07 giờ 30, Thứ Tư 16/12/2026")


@pytest.mark.parametrize(
    ("starts_at", "place", "begins"),
    [
        (BEGINS, "Sân trường", f"Hội nghị ngày 10/12 đổi nơi họp: nay ở Sân trường, vẫn lúc {WHEN}."),
        (BEGINS + timedelta(hours=6), HALL, "Hội nghị ngày 10/12 đổi giờ: nay là 13 giờ 30, Thứ Năm 10/12/2026"),
    ],
)
async def test_another_place_or_hour_is_told_as_that(room: Room, starts_at: datetime, place: str, begins: str) -> None:
    conference_id = await planned(room)
    await planned(room, starts_at, place)
    rendered = await render(room, "conference_moved", conference_id=conference_id, change_id=2)
    assert isinstance(rendered, SendMessage)
    assert rendered.text.startswith(begins)


async def test_opinion_after_the_list_was_closed_goes_on_or_is_asked_in_the_hall(room: Room) -> None:
    await raise_opinion(room)
    await planned(room)
    room.clock.instant = BEGINS - timedelta(days=4)
    her = room.phone()
    (said,) = await her.text("mương tắc")
    closed = (
        "Danh sách cho hội nghị đã chốt ngày 05/12. Việc của bác xã vẫn nhận và trả lời như thường, không phải đợi "
        "năm sau. Bác gửi tiếp chứ?"
    )
    assert (said.text, said.labels) == (closed, ["Gửi tiếp", "Hỏi tại hội nghị", "Bỏ"])
    (said,) = await her.tap("Hỏi tại hội nghị")
    assert (said.text, said.labels) == (
        "Đã ghi bác xin phát biểu tại hội nghị. Lời vừa nhắn máy còn giữ, chưa gửi cho ai.",
        ["Gửi tiếp", "Bỏ"],
    )
    assert await registered(room) == [(True, True, None, None)]
    (said,) = await her.tap("Gửi tiếp")
    assert said.text.startswith("Việc này ở thôn nào?")


async def test_clerk_is_told_of_a_proposal_that_no_leader_is_left_to_agree_to(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, "2")
    await clerk.text("/hoinghi")
    await clerk.text("10/12 7h30")
    await clerk.tap(HALL)
    await clerk.tap("Trình Chủ tịch")
    assert leader.last.labels == ["Đồng ý", "Đổi ngày", "Chưa"]
    await revoke(room, Role.LEADER)
    (said,) = await clerk.text("/hoinghi")
    assert said.labels == ["Đồng ý", "Đổi ngày", "Chưa"]
    await clerk.tap("Đồng ý")
    async with room.db.read() as tx:
        assert await conferences.current(tx) is not None
        assert await planning.waiting_for_a_leader(tx) == []


async def test_help(room: Room) -> None:
    phone = room.phone()
    [said] = await phone.text("tro giup")
    assert said.labels == ["Dữ liệu của tôi", "Bớt tin nhắn", "Tiếng Việt, English", "Gặp người"]
    assert shown(await phone.tap("Gặp người")) == [
        (
            "Gặp người của xã Khuất Xá: gọi 0205 000 000, hoặc đến trụ sở UBND xã.",
            ["Gọi xã"] if room.features.phone_buttons else [],
        )
    ]
    await phone.text("tro giup")
    assert (await phone.tap("Dữ liệu của tôi"))[0].labels == ["Tải về", "Nối tài khoản khác", "Xoá hết"]
    await phone.text("tro giup")
    assert (await phone.tap("Tiếng Việt, English"))[0].labels == ["Tiếng Việt", "English"]
