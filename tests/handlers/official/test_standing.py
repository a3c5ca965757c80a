"""What cards and notices say of where a matter stands: to the clerk, to the unit, to each author."""

from datetime import date, timedelta

import pytest

from storage import drafts, issues, opinions, waiting
from storage.events import Actor
from storage.models import Issue, Opinion, Role
from storage.people import load_callers
from storage.sorted import show
from storage.states import OpinionState
from tests.handlers.official.desk import CLERK, RESIDENT, raise_opinion, states, take_office
from tests.phones import Room
from tests.planted import held_in


async def test_home_counts_first_and_says_what_burns(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.STAFF, "3")
    for number in range(4):
        await raise_opinion(room, f"viec {number}", str(1001 + number))
    await clerk.text("/giao 1 van phong")
    room.clock.pass_(days=2)
    async with room.db.write() as tx:
        for number, day in ((2, 24), (3, 25), (4, 27)):
            (await tx.session.get_one(Opinion, number)).sort_due = date(2026, 11, day)
    (page,) = await clerk.text("/viec")
    assert page.text == "Chờ phân loại: 3. Trễ: 1. Hôm nay là hạn: 1.\nChờ Văn phòng trả lời: 1."
    assert page.labels == ["Phân loại lần lượt", "Xem cụm giống nhau", "Việc Văn phòng trả lời", "Hội nghị"]
    await clerk.tap("Việc Văn phòng trả lời")
    assert page.text == "1/1 · KX-1 · Thôn mẫu 3 · Đường, điện, nước · 1 người · hạn 01/12\n“viec 0”"
    assert page.labels == ["Trả lời", "Xem cả", "Giao nơi khác"]
    await clerk.text("Đã xem.", reply_to=clerk.last)
    await clerk.tap("Gửi trả lời")
    await clerk.tap_data("o:kept:7", page.message_id)
    assert page.text == "Không có việc chờ Văn phòng trả lời."


async def test_old_page_button_opens_the_list_of_today(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await clerk.tap_data("o:viec:99", clerk.last.message_id)
    assert clerk.last.text == "Chờ phân loại: 1."
    await clerk.tap_data("o:card:1", clerk.last.message_id)
    assert clerk.last.labels[0] == "Nhận, giao Phòng Kinh tế"
    await clerk.tap_data("o:undo:999", clerk.last.message_id)
    await clerk.tap_data("o:card:9", clerk.last.message_id)
    assert clerk.last.labels[0] == "Nhận, giao Phòng Kinh tế"


async def test_leader_without_a_clerk_sorts_in_his_place(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, "2")
    await raise_opinion(room)
    said = await leader.text("/viec")
    assert said[0].text == "Chờ phân loại: 1."
    await leader.tap("Phân loại lần lượt")
    await leader.tap("Nhận, giao Phòng Kinh tế")
    assert await states(room) == ["accepted"]


async def test_issue_that_a_unit_gave_back_is_sorted_again_and_its_day_goes_on(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    staff = await take_office(room, Role.STAFF, "3")
    await raise_opinion(room)
    await clerk.text("/giao 1 kinh te")
    await staff.tap("Không phải việc phòng")
    await staff.text("việc của <văn hoá>")
    (page,) = await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    assert page.text.splitlines()[-1] == "Phòng Kinh tế trả lại: “việc của &lt;văn hoá&gt;”. Hạn vẫn 01/12."
    assert page.labels == ["Giao lại Phòng Kinh tế", "Giao nơi khác", "Cách khác", "Trả lời"]
    await clerk.tap("Giao lại Phòng Kinh tế")
    assert page.text.startswith("Đã giao KX-1 cho Phòng Kinh tế, hạn 01/12.")
    assert staff.last.labels[0] == "Viết trả lời"
    await clerk.tap("Hoàn tác")
    assert "trả lại" in page.text
    if room.edits:
        assert (staff.last.text, staff.last.labels) == ("KX-1 không còn ở bộ phận này.", [])


async def test_put_off_comes_again_after_the_others(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number in range(3):
        await raise_opinion(room, f"viec {number}", str(1001 + number))
    async with room.db.write() as tx:
        official = (await load_callers(tx, room.messenger, [CLERK]))[CLERK].official
        opinion = await opinions.by_id(tx, 1)
        assert official is not None
        assert opinion is not None
        waiting.put_off(tx, opinion, official)
    (page,) = await clerk.text("/viec")
    await clerk.tap("Phân loại lần lượt")
    heads = [page.text.splitlines()[0]]
    for _ in range(3):
        await clerk.tap("Nhận, giao Phòng Kinh tế")
        heads.append(page.text.splitlines()[2])
    assert [head.split(" · Thôn")[0] for head in heads] == [
        "2/3 · KX-2",
        "3/3 · KX-3",
        "3/3 · KX-1",
        "Hết việc chờ. 3 ý kiến → 3 vấn đề.",
    ]


@pytest.mark.parametrize(
    ("villages", "together"),
    [
        (["mau-1"], None),
        (["mau-1", "mau-1"], "Có bà con khác cùng nói việc này, xã trả lời chung một lần."),
        (["mau-1"] * 3, "Ở Thôn mẫu 1 có 3 người cùng nói việc này, xã trả lời chung một lần."),
        (["mau-1", "mau-2", "mau-2"], "Có 3 người cùng nói việc này, xã trả lời chung một lần."),
        (["mau-1", None, "mau-1"], "Có 3 người cùng nói việc này, xã trả lời chung một lần."),
        (["mau-1", "mau-2", "mau-3"], "Có 3 người ở 3 thôn cùng nói việc này, xã trả lời chung một lần."),
    ],
)
async def test_author_hears_how_many_they_are_from_three_on(
    room: Room, villages: list[str | None], together: str | None
) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for number, village in enumerate(villages):
        await raise_opinion(room, f"viec {number}", str(1001 + number), village=village)
    if len(villages) > 1:
        await clerk.text(f"/ghep {' '.join(str(number + 1) for number in range(len(villages)))}")
    else:
        await clerk.tap_data("o:accept:1", clerk.said[0].message_id)
    room.clock.pass_(minutes=2)
    await room.settle()
    first = "KX-1: xã nhận xem xét, giao Phòng Kinh tế, hẹn trả lời 01/12."
    told = room.phone("1001").last
    assert told.text == (f"{first}\n{together}" if together else first)
    assert told.labels == (["Việc của tôi khác", "Nói thêm"] if together else ["Nói thêm"])


async def test_author_is_not_told_what_does_not_stand_any_more(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    cards = []
    for number in range(3):
        await raise_opinion(room, f"viec {number}", str(1001 + number))
        cards.append(clerk.last)
        await clerk.tap_data(f"o:accept:{number + 1}", clerk.last.message_id)
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    await clerk.tap_data(cards[1].buttons[-1][1], cards[1].message_id)
    async with room.db.write() as tx:
        withdrawn = await opinions.by_id(tx, 3)
        assert withdrawn is not None
        await opinions.withdraw(tx, withdrawn)
    room.clock.pass_(minutes=2)
    await room.settle()
    told = [[said.text[:12] for said in room.phone(str(1001 + number)).said] for number in range(3)]
    assert told == [["Xã trả lời K"], [], []]
    assert await states(room) == ["answered", "received", "withdrawn"]


@pytest.mark.only_on("telegram", "web", why="messages that change in place")
async def test_unit_card_shows_where_the_issue_stands(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    staff = await take_office(room, Role.STAFF, "3")
    for number in range(2):
        await raise_opinion(room, f"viec {number}", str(1001 + number))
        await clerk.text(f"/giao {number + 1} kinh te")
    first, second = staff.said
    await clerk.text("/ghep 1 2")
    shown = "KX-1 · Thôn mẫu 3 · Đường, điện, nước · 2 người · hạn 01/12\n“viec 0” và 1 lời khác"
    assert (first.text, second.text) == (shown, f"KX-2 đã ghép vào KX-1.\n{shown}")
    assert first.labels == second.labels == ["Viết trả lời", "Xem 2 lời", "Không phải việc phòng", "Xin lùi hạn"]
    async with room.db.write() as tx:
        issue = await tx.session.get_one(Issue, 1)
        issue.title = "Đường vào <thôn>"
        for each in await issues.opinions_of(tx, issue):
            each.state = OpinionState.WITHDRAWN
        await issues.close_if_empty(tx, issue, Actor.RESIDENT)
        await show(tx, issue)
    await room.settle()
    assert (first.text, first.labels) == ("KX-1: Không còn ai hỏi.", [])


@pytest.mark.parametrize("by", ["button", "silence"])
async def test_official_who_does_not_consent_to_a_matter_of_his_own_keeps_the_cards_of_his_office(
    room: Room, by: str
) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    card = clerk.last
    await clerk.tap_data("r:new", card.message_id)
    await clerk.text("nha toi mat nuoc")
    if by == "button":
        await clerk.tap("Không, xoá đi")
    else:
        async with room.db.write() as tx:
            assert await drafts.expire_held(tx, tx.now + timedelta(hours=1)) == 1
    await clerk.text("/giao 1 kinh te")
    assert not room.edits or card.text.splitlines()[-1] == "09:00 Văn phòng giao Phòng Kinh tế, hạn 01/12"
    assert await held_in(room.db, "nha toi mat nuoc") == set()


async def test_head_and_front_whose_words_belong_nowhere_are_offered_to_enter_them(room: Room) -> None:
    for role, native_id in ((Role.VILLAGE_HEAD, "5"), (Role.OBSERVER, "6")):
        phone = await take_office(room, role, native_id)
        (said,) = await phone.text("Bà Lan nhờ nói: cống sập")
        assert said.labels == ["Việc chờ", "Hội nghị", "Nhập hộ bà con", "Gửi ý kiến"]
        await phone.tap("Nhập hộ bà con")
        assert phone.last.text.startswith("Gõ lời bà con nói, nguyên văn.")


async def test_unit_sees_in_its_list_whose_matter_is_open_again(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    staff = await take_office(room, Role.STAFF, "3")
    await raise_opinion(room)
    await room.phone(CLERK).text("/giao 1 kinh te")
    card = staff.last
    await staff.text("/traloi 1 Đã xem.")
    await staff.tap("Gửi trả lời")
    # The word that it was given to the unit goes first.
    room.clock.pass_(minutes=3)
    await room.settle()
    await room.phone(RESIDENT).tap("Chưa rõ")
    (page,) = await staff.text("/viec")
    again = "Mở lại vì chưa rõ hoặc chưa xong: KX-1."
    assert page.text.splitlines()[-1] == again
    assert not room.edits or card.text.splitlines()[-1] == again
    await staff.text("/traloi 1 Rải đá dăm, thôn giám sát.")
    await staff.tap("Gửi trả lời")
    assert again not in card.text


@pytest.mark.only_on("telegram", "web", why="messages that change in place")
async def test_card_of_what_is_open_again_says_so_last(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    card = clerk.last
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    await room.phone(RESIDENT).tap("Chưa rõ")
    assert card.text.splitlines()[-1] == "09:00 người gửi chưa rõ, mở lại"


@pytest.mark.only_on("telegram", "web", why="messages that change in place")
async def test_card_that_came_by_itself_offers_to_split_out_a_voice_of_several(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    cards = []
    for number in range(2):
        await raise_opinion(room, f"viec {number}", str(1001 + number))
        cards.append(clerk.last)
    await clerk.text("/ghep 1 2")
    assert ["Tách ra" in each.labels for each in cards] == [True, True]
    await clerk.tap_data("o:splitout:2", cards[1].message_id)
    assert ["Tách ra" in each.labels for each in cards] == [False, False]
