"""The conference announced to everyone, by the taps that dialogues.md (section 6) counts."""

from sqlalchemy import select

from storage.models import Announcement, Conference, Proof, Registration, Role
from storage.states import ConferenceState
from tests.handlers.official.desk import CLERK, LEADER, raise_opinion, take_office
from tests.handlers.official.test_broadcasting import at_once, tick
from tests.phones import Phone, Room

INVITATION = (
    "Xã Khuất Xá thông báo:\nMời bà con dự Hội nghị đối thoại 2026 với Bí thư Đảng uỷ, Chủ tịch UBND xã.\n"
    "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm), Hội trường UBND xã.\n"
)
HEAD = "3"


async def agreed(room: Room) -> tuple[Phone, Phone, Phone]:
    """A clerk, a leader who agreed to the conference, and a resident who consented."""
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await clerk.text("/hoinghi")
    await clerk.text("10/12 7h30")
    await clerk.tap("Hội trường UBND xã")
    await clerk.tap("Trình Chủ tịch")
    await leader.tap("Đồng ý")
    return clerk, leader, room.phone("1001")


async def conference_state(room: Room) -> ConferenceState:
    async with room.db.read() as tx:
        return (await tx.session.scalars(select(Conference.state))).one()


async def test_two_taps_of_the_clerk_and_one_of_the_leader_announce_it(room: Room) -> None:
    clerk, leader, her = await agreed(room)
    assert clerk.last.labels == ["Báo bà con về hội nghị", "Hội nghị"]
    shown, _ = await clerk.tap("Báo bà con về hội nghị")
    assert shown.text.startswith(INVITATION)
    await clerk.tap("Trình duyệt gửi")
    await leader.tap("Đồng ý gửi")
    assert await conference_state(room) is ConferenceState.PLANNED
    room.clock.pass_(hours=9, minutes=30)
    await tick(room)
    assert await conference_state(room) is ConferenceState.ANNOUNCED
    assert her.last.text.startswith(INVITATION)
    assert her.last.labels == ["Tôi sẽ đến", "Tôi muốn phát biểu", "Gửi ý kiến", "Bớt tin nhắn"]
    await her.tap("Tôi sẽ đến")
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Registration.comes))) == [True]


async def test_once_the_list_is_closed_nobody_is_invited_to_send_by_a_day_that_is_over(room: Room) -> None:
    clerk, _, _ = await agreed(room)
    room.clock.pass_(days=13)  # 6 December; opinions are collected to the 5th
    shown, _ = await clerk.tap_data("o:invite-all:1")
    assert shown.text.startswith(INVITATION)
    assert "05/12" not in shown.text


async def test_begun_once_it_goes_on_with_the_same_draft(room: Room) -> None:
    clerk, _, _ = await agreed(room)
    await clerk.tap("Báo bà con về hội nghị")
    await clerk.text("/huy")
    await clerk.text("/phattin")
    for _ in range(2):
        await clerk.tap_old("Báo bà con về hội nghị")
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Announcement.conference_id))) == [1]
    assert clerk.alerted(await clerk.tap_data("o:invite-all:9")) == "Việc này đã qua. Không đổi gì."


async def test_ticks_of_a_village_head_are_the_law_s_proofs(room: Room) -> None:
    clerk, leader, _ = await agreed(room)
    head = await take_office(room, Role.VILLAGE_HEAD, HEAD)
    await clerk.tap("Báo bà con về hội nghị")
    await at_once(clerk)
    await clerk.tap("Trình duyệt gửi")
    await leader.tap("Đồng ý gửi")
    assert head.said[0].text.startswith(
        "Thông báo 1, Thôn mẫu 1. Nhờ trưởng thôn làm giúp, trước hết ngày 03/12:\na) Chuyển bản dưới đây"
    )
    for label in ("Đã chuyển nhóm", "Đã đọc loa", "Đã dán"):
        await head.tap(label)
    async with room.db.read() as tx:
        proofs = await tx.session.execute(select(Proof.kind, Proof.village_id).order_by(Proof.id))
        assert [tuple(row) for row in proofs] == [("group", "mau-1"), ("loudspeaker", "mau-1"), ("notice", "mau-1")]
