"""An opinion about a person among ordinary ones: out of every list, its author asked, its reader alone."""

import re

import pytest
from sqlalchemy import select

from storage import digest, events, opinions, sealed, sealed_clock, units
from storage.models import Event, Issue, Official, Opinion, Role, Sealed
from storage.states import SealedState
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, take_office
from tests.handlers.resident.journeys import failures
from tests.phones import Phone, Room, Said
from tests.planted import held_in, shown_on

WORDS = "truong thon an chan tien ho tro chuyenkin"
STAFF, HEAD, OBSERVER = "3", "4", "5"
SECRET = "chuyenkin"
NO_READER = (
    "Chưa có người đọc kín mà đã có việc chờ. Chỉ định ở /vaitro: lãnh đạo khác hoặc quản trị cho, xã có một lãnh đạo "
    "thì tự nhận. Việc về cán bộ xã chỉ lãnh đạo đọc được."
)
OUT = "Đã rút thẻ này khỏi mọi danh sách. Người được nêu:"
TARGETS = ["Trưởng thôn", "Cán bộ xã", "Lãnh đạo xã", "Khác"]


def shown(said: list[Said]) -> list[tuple[str, list[str]]]:
    return [(each.text, each.labels) for each in said]


async def whole_office(room: Room) -> dict[Role, Phone]:
    """One of each role; the leader reads the sealed lane."""
    found = {
        role: await take_office(room, role, native_id)
        for role, native_id in (
            (Role.CLERK, CLERK),
            (Role.LEADER, LEADER),
            (Role.STAFF, STAFF),
            (Role.VILLAGE_HEAD, HEAD),
            (Role.OBSERVER, OBSERVER),
        )
    }
    async with room.db.write() as tx:
        for official in await tx.session.scalars(select(Official).where(Official.role == Role.LEADER)):
            official.reads_sealed = True
    return found


async def search_everywhere(office: dict[Role, Phone], room: Room) -> None:
    """Every list and command of every role, each pressed or typed."""
    for phone in office.values():
        for words in (
            "/viec",
            "/xem KX-1",
            "/traloi KX-1 loi",
            "/phanloai KX-1",
            "/giao KX-1 phong-kinh-te",
            "/ghep KX-2 KX-1",
            "/nhatky KX-1",
            "/congkhai",
            "/theodoi KX-1",
        ):
            for said in await phone.text(words):
                for _, data in said.buttons:
                    if data.startswith(("o:sort", "o:read", "o:viec")):
                        await phone.tap_data(data, said.message_id)
        for data in ("o:accept:1", "o:read:1", "o:answer:1", "o:other:1", "o:person:1"):
            await phone.tap_data(data)
    await room.settle()


async def test_accepted_opinion_about_a_person_leaves_every_phone_and_every_list(room: Room) -> None:
    office = await whole_office(room)
    clerk, leader, staff = office[Role.CLERK], office[Role.LEADER], office[Role.STAFF]
    await raise_opinion(room, WORDS, photos=1)
    await room.store_files()
    room.clock.pass_(seconds=3)
    await raise_opinion(room, "duong hong", "1002")
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, 1)
        assert opinion is not None
        await opinions.add_to(tx, opinion, f"{SECRET} nua")
    await room.settle()
    await clerk.tap_data("o:accept:1")
    await room.settle()
    assert {phone for phone, _ in shown_on(room, SECRET)} == {CLERK, STAFF}
    pictures = [len([said for said in phone.said if said.method == "sendPhoto"]) for phone in (clerk, staff)]
    assert pictures == [1, 1]

    card = next(said for said in clerk.said if SECRET in said.text)
    await clerk.tap_data("o:person:1", card.message_id)
    assert (card.text, card.labels) == (OUT, TARGETS)
    her = room.phone(RESIDENT)
    if room.edits:
        assert shown_on(room, SECRET, but=[her]) == []
        assert [said.method for phone in (clerk, staff) for said in phone.said if "Photo" in said.method] == []
    her.said.clear()
    await clerk.tap("Trưởng thôn")
    done, _, after = card.text.partition("\n\n")
    assert done == (
        "Đã rút KX-1. Người gửi được hỏi theo hai cách luật nhận; người bị nêu và bộ phận của người ấy không đọc được."
    )
    # Where nothing changes in place, the card that comes next stands below what was done.
    assert after.partition(" · Thôn")[0] == ("" if room.edits else "1/1 · KX-2")
    assert [each.labels for each in her.said] == [["Gửi kín", "Chỉ hỏi việc chung", "Tôi đến trụ sở, xoá đi"]]
    assert her.last.text.startswith("KX-1 nói về một người, máy đã cất riêng. Tố cáo thì luật nhận theo hai cách:")

    # Merging with it, or reading it, is what it is for a code that never was.
    for command in (
        "/ghep KX-2 {}",
        "/ghep {} KX-2",
        "/xem {}",
        "/traloi {} loi",
        "/giao {} phong-kinh-te",
        "/nhatky {}",
    ):
        [said] = await clerk.text(command.format("KX-1"))
        [other] = await clerk.text(command.format("KX-99"))
        assert said.text == other.text.replace("KX-99", "KX-1")
    for label in ("Gửi kín", "Đồng ý, gửi kín"):
        await her.tap(label)
    assert her.last.text.startswith("Đã gửi kín, mã KX-1.")
    assert leader.last.labels == ["Mở một lần, 10 phút"]
    await search_everywhere(office, room)
    assert not room.edits or shown_on(room, SECRET) == []
    # What a page of ours showed is part of what is held.
    assert await held_in(room.db, SECRET) == {"sealed"}
    assert await failures(room) == []


async def test_card_taken_out_of_a_round_gives_place_to_the_next(room: Room) -> None:
    office = await whole_office(room)
    clerk = office[Role.CLERK]
    await raise_opinion(room, WORDS)
    await raise_opinion(room, "duong hong", "1002")
    await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    in_hand = clerk.last
    assert SECRET in in_hand.text
    await clerk.tap_data("o:person:1", in_hand.message_id)
    assert (in_hand.text, in_hand.labels) == (OUT, TARGETS)
    await clerk.tap("Lãnh đạo xã")
    assert in_hand.text.startswith("Đã rút KX-1, lời đã xoá: việc về lãnh đạo xã thì xã không giữ.")
    assert "KX-2" in in_hand.text
    assert await held_in(room.db, SECRET) == set()
    her = room.phone(RESIDENT)
    assert her.last.labels == ["Xoá lời này", "Chỉ hỏi việc chung"]
    assert her.last.text.startswith("KX-1 nói về lãnh đạo xã thì xã không tự xem, lời ấy máy xoá rồi.")
    # She may still ask in general words, under the code that she has.
    await her.tap("Chỉ hỏi việc chung")
    [said] = await her.text("danh sach ho tro dan o dau?")
    assert said.text.startswith("Xã đã nhận. Mã của bác là KX-1.")
    assert "danh sach ho tro" in clerk.last.text
    [said] = await clerk.tap_data("o:person:1", clerk.last.message_id)
    assert said.text == "KX-1 đã hỏi rồi: người gửi hoặc người đọc kín nói không phải tố cáo. Chưa đổi gì."


async def test_target_is_chosen_once_and_by_who_sorts(room: Room) -> None:
    office = await whole_office(room)
    await raise_opinion(room, WORDS)
    card = office[Role.CLERK].last
    for role in (Role.STAFF, Role.VILLAGE_HEAD, Role.OBSERVER):
        await office[role].tap_data("o:person:1")
    async with room.db.read() as tx:
        assert len(list(await tx.session.scalars(select(Opinion)))) == 1
    await office[Role.CLERK].tap_data("o:person:1", card.message_id)
    await office[Role.CLERK].tap_data("o:person:1", card.message_id)
    assert (card.text, card.labels) == (OUT, TARGETS)
    for data in ("o:target:1:king", "o:target:999:other", "o:target:x:other"):
        await office[Role.CLERK].tap_data(data, card.message_id)
    for role in (Role.STAFF, Role.VILLAGE_HEAD, Role.OBSERVER):
        await office[role].tap_data("o:target:1:other")
    for target in ("official", "village_head"):
        await office[Role.CLERK].tap_data(f"o:target:1:{target}", card.message_id)
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Sealed.target))) == ["official"]
    assert await failures(room) == []


async def test_answered_opinion_stays_where_it_is(room: Room) -> None:
    office = await whole_office(room)
    clerk = office[Role.CLERK]
    await raise_opinion(room, WORDS)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, 1)
        assert opinion is not None
        await opinions.withdraw(tx, opinion)
    await clerk.tap_data("o:person:1")
    assert clerk.last.text.startswith("KX-1")
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Sealed))) == []


async def test_link_goes_to_its_reader_alone_and_names_nothing(room: Room) -> None:
    office = await whole_office(room)
    await raise_opinion(room, WORDS)
    clerk, leader, her = office[Role.CLERK], office[Role.LEADER], room.phone(RESIDENT)
    await clerk.tap_data("o:person:1", clerk.last.message_id)
    await clerk.tap("Khác")
    assert leader.said == []
    for label in ("Gửi kín", "Đồng ý, gửi kín"):
        await her.tap(label)
    [said] = await leader.tap("Mở một lần, 10 phút")
    address = re.findall("/rieng/[0-9a-f]{32}", said.text)[0]
    link = room.html(f'<a href="{address}">{address}</a>')
    assert said.text == f"Mở được một lần, trong 10 phút. Không chuyển cho ai:\n{link}"
    assert shown(await leader.text("/viec")) == [
        ("Không có câu trả lời chờ duyệt. Xem riêng: 1.", ["Mở một lần, 10 phút"])
    ]
    assert all("Xem riêng" not in said.text for said in await clerk.text("/viec"))
    async with room.db.read() as tx:
        assert (
            await digest.of(tx, (await tx.session.scalars(select(Official).where(Official.role == Role.LEADER))).one())
        ).sealed == 1
        before = len(list(await tx.session.scalars(select(Event))))
    for role in (Role.CLERK, Role.STAFF, Role.VILLAGE_HEAD, Role.OBSERVER):
        [said] = await office[role].tap_data("o:open:1")
        assert "rieng" not in said.text
    async with room.db.write() as tx:
        for official in await tx.session.scalars(select(Official).where(Official.role == Role.LEADER)):
            official.reads_sealed = False
        assert len(list(await tx.session.scalars(select(Event)))) == before
    assert all("rieng" not in said.text for said in await leader.tap("Mở một lần, 10 phút"))
    assert "Việc này đã qua" in (await leader.tap_data("o:open:999"))[0].text
    assert await failures(room) == []


async def test_leader_hears_that_nobody_reads_and_never_what(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, WORDS)
    await clerk.tap_data("o:person:1", clerk.last.message_id)
    await clerk.tap("Cán bộ xã")
    room.clock.pass_(days=7)
    for duty in (sealed_clock.follow_up, sealed_clock.tell_who_reads):
        async with room.db.write() as tx:
            await duty(tx)
    await room.settle()
    assert shown(leader.said) == [(NO_READER, [])]
    assert room.phone(RESIDENT).last.text == (
        "KX-1: bảy ngày bác chưa chọn, nên máy chuyển kín cho người được giao đọc. "
        "Bác nhắn KX-1 để nói thêm hoặc để rút."
    )
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Sealed.state))) == [SealedState.SEALED]
    assert not room.edits or all(said.text.startswith("Đã rút") for said in clerk.said)
    # He is the only leader: what accuses an official would have no reader if he could not take it.
    await leader.text("/vaitro")
    for label in ("2. Lãnh đạo xã", "Cho đọc việc kín"):
        await leader.tap(label)
    async with room.db.write() as tx:
        kinds = [each.kind for each in await events.history(tx, "official", 1)]
        await sealed_clock.tell_who_reads(tx)
    await room.settle()
    assert kinds[-1] == "official.sealed_opened"
    assert leader.last.labels == ["Mở một lần, 10 phút"]


async def test_sorting_card_takes_two_taps_about_a_village_head_and_never_one_about_a_leader(room: Room) -> None:
    office = await whole_office(room)
    clerk, her = office[Role.CLERK], room.phone(RESIDENT)
    await raise_opinion(room, WORDS)
    await raise_opinion(room, "duong hong", "1002")
    await clerk.text("/viec")
    taps = ["Cách khác", "13"]
    await clerk.tap("Phân loại lần lượt")
    for label in taps:
        await clerk.tap(label)
    assert len(taps) == 2
    first, *others = clerk.last.text.split("\n\n")
    assert (first.splitlines()[0], others[0].splitlines()[0][:12]) == (
        "Đã rút KX-1. Người gửi được hỏi theo hai cách luật nhận; người bị nêu và bộ phận của người ấy không đọc được.",
        "2/2 · KX-2 ·",
    )
    assert her.last.labels == ["Gửi kín", "Chỉ hỏi việc chung", "Tôi đến trụ sở, xoá đi"]
    assert not room.edits or shown_on(room, SECRET, but=[her]) == []
    for forged in ("o:about:2:leader", "o:about:2:other", "o:about:2:moon", "o:about:1:official"):
        await clerk.tap_data(forged, clerk.last.message_id)
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Sealed.number))) == [1]
    for label in ("Cách khác", "15"):
        await clerk.tap(label)
    assert (clerk.last.text, clerk.last.labels) == (OUT, TARGETS)
    assert await failures(room) == []


@pytest.mark.only_on("telegram", "web", why="messages that were sent are taken back")
async def test_card_that_quoted_it_as_a_likely_mate_quotes_it_no_more(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.STAFF, STAFF)
    await raise_opinion(room, f"truong thon an chan tien ho tro {SECRET}")
    await clerk.tap_data("o:accept:1")
    await raise_opinion(room, "truong thon an chan tien ho tro", "1002")
    await raise_opinion(room, "truong thon an chan tien ho tro nua", "1003")
    cards = clerk.said[-2:]
    await clerk.tap_data("o:accept:3")
    async with room.db.write() as tx:
        issue = await tx.session.get_one(Issue, 2)
        unit = await tx.session.get_one(Official, 2)
        await units.give_back(tx, issue, unit, "không phải việc phòng")
    await room.settle()
    assert [SECRET in card.text for card in cards] == [True, True]
    assert "không phải việc phòng" in cards[1].text
    await clerk.tap_data("o:person:1")
    await room.settle()
    assert [SECRET in card.text for card in cards] == [False, False]
    assert shown_on(room, SECRET, but=[room.phone(RESIDENT)]) == []


async def test_reader_hears_when_the_office_opens_and_the_button_goes_once_it_is_decided(room: Room) -> None:
    office = await whole_office(room)
    clerk, leader, her = office[Role.CLERK], office[Role.LEADER], room.phone(RESIDENT)
    await raise_opinion(room, WORDS)
    await clerk.tap_data("o:person:1", clerk.last.message_id)
    await clerk.tap("Khác")
    room.clock.pass_(days=1)  # a holiday
    for label in ("Gửi kín", "Đồng ý, gửi kín"):
        await her.tap(label)
    await room.settle()
    assert leader.said == []
    room.clock.pass_(hours=22)  # Wednesday 07:00
    await room.settle()
    assert shown(leader.said) == [
        ("Có 1 việc cần xem riêng. Nội dung không gửi qua tin nhắn.", ["Mở một lần, 10 phút"])
    ]
    async with room.db.write() as tx:
        matter = await sealed.by_id(tx, 1)
        assert matter is not None
        official = (await tx.session.scalars(select(Official).where(Official.role == Role.LEADER))).one()
        await sealed.decide(tx, matter, official, SealedState.PASSED, "Uỷ ban Kiểm tra")
    await room.settle()
    assert not room.edits or shown(leader.said) == [("Việc cần xem riêng này không còn chờ.", [])]
    assert await failures(room) == []
