"""A unit's group: what is bound, what is posted there, what is answered from there, and what never comes there."""

import pytest
from sqlalchemy import func, select

from storage import groups, opinions
from storage.models import Account, GroupChat, Inbox, Issue, Official, Outbox, Role
from storage.states import DeliveryState
from tests.handlers.official.desk import CLERK, count_answers, raise_opinion, take_office
from tests.phones import Phone, Room

pytestmark = pytest.mark.only_on("telegram", why="groups")

STAFF, OTHER, PLACE = "3", "4", "-1001"
BOUND = (
    "Từ nay việc của Phòng Kinh tế về nhóm này. Nhắn đáp vào thẻ là soạn trả lời; xem lại và trình ở khung chat riêng "
    "với máy. Tên người gửi và việc xem riêng không bao giờ về đây."
)
CARD = "KX-1 · Thôn mẫu 3 · Đường, điện, nước · 1 người · hạn 01/12\n“Đường lầy”"


async def bind(room: Room) -> tuple[Phone, Phone, Phone]:
    """(clerk, staff, group): the group is bound to the unit."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    staff = await take_office(room, Role.STAFF, STAFF)
    group = room.phone(PLACE)
    await clerk.text("/nhom Phòng Kinh tế", place=group)
    return clerk, staff, group


async def accept(room: Room, clerk: Phone) -> None:
    await raise_opinion(room, "Đường lầy", name="Nguoi Mot")
    await clerk.tap("Nhận, giao Phòng Kinh tế")


async def units(room: Room) -> list[tuple[str | None, str]]:
    async with room.db.read() as tx:
        rows = await tx.session.execute(
            select(Account.native_id, GroupChat.unit_id).join(GroupChat, GroupChat.account_id == Account.id)
        )
        return [(native_id, unit_id) for native_id, unit_id in rows]


async def test_group_is_bound_shown_moved_and_freed(room: Room) -> None:
    clerk, _, group = await bind(room)
    assert [said.text for said in group.said] == [BOUND]
    shown = {
        "/nhom": "Nhóm này nhận việc của Phòng Kinh tế. Thôi nhận: /nhom off",
        "/nhom phong": (
            "Không rõ bộ phận “phong”.\nNhóm này nhận việc của Phòng Kinh tế. Thôi nhận: /nhom off\n"
            "Gắn với một bộ phận:\n/nhom Phòng Kinh tế\n/nhom Phòng Văn hoá – Xã hội\n"
            "/nhom Văn phòng HĐND và UBND"
        ),
    }
    for typed, text in shown.items():
        await clerk.text(typed, place=group)
        assert group.last.text == text
    other = room.phone("-1002")
    await clerk.text("/nhom@mau_bot kinh te", place=other)
    assert (other.last.text, group.last.text) == (BOUND, "Việc của Phòng Kinh tế từ nay về nhóm khác.")
    assert await units(room) == [("-1002", "phong-kinh-te")]
    (said,) = await clerk.text("/nhom")
    assert said.text.splitlines()[:2] == ["Phòng Kinh tế: có nhóm", "Phòng Văn hoá – Xã hội: chưa có nhóm"]
    await clerk.text("/nhom off", place=other)
    await clerk.text("/nhom off", place=other)
    assert [said.text for said in other.said[1:]] == [
        "Nhóm này thôi nhận việc.",
        "Nhóm này chưa gắn với bộ phận nào.",
    ]
    assert await units(room) == []


async def test_what_is_said_in_a_group_is_neither_answered_nor_kept(room: Room) -> None:
    _, staff, group = await bind(room)
    said = len(group.said)
    stranger = room.phone("77")
    for phone in (staff, stranger):
        await phone.text("Mai họp nhé", place=group)
        await phone.text("/nhom Phòng Kinh tế", place=group)
        await phone.text("/viec", place=group)
        await phone.text("Đã xem.", reply_to=group.said[0], place=group)
        await phone.say_in(group, {"photo": []})
    assert (len(group.said), staff.said, stranger.said) == (said, [], [])
    async with room.db.read() as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Account)) == 3
        kept = select(func.count()).select_from(Inbox).where(Inbox.payload.is_not(None))
        assert await tx.session.scalar(kept) == 0


async def test_card_is_posted_and_a_reply_to_it_drafts_an_answer(room: Room) -> None:
    clerk, staff, group = await bind(room)
    await accept(room, clerk)
    assert [said.text for said in group.said[1:]] == [CARD]
    assert "Nguoi Mot" not in "".join(said.text for said in (*group.said, *staff.said))
    (elsewhere,) = await staff.text("Ngày 26/11 đã xem.", reply_to=group.last, place=group)
    assert "Ngày 26/11 đã xem." in elsewhere.text
    assert group.last.text == "KX-1: đã nhận lời trả lời. Xem tiếp ở khung chat riêng với máy."
    assert await count_answers(room) == 1


async def test_reply_of_another_unit_drafts_nothing(room: Room) -> None:
    clerk, _, group = await bind(room)
    other = await take_office(room, Role.STAFF, OTHER)
    async with room.db.write() as tx:
        official = await tx.session.scalar(select(Official).order_by(Official.id.desc()))
        assert official is not None
        official.unit_id = "phong-vh-xh"
    await accept(room, clerk)
    shown = len(group.said)
    await other.text("Đã xem.", reply_to=group.last, place=group)
    await other.tap_data("o:answer:1", group.last.message_id, place=group)
    await room.phone("77").tap_data("o:answer:1", group.last.message_id, place=group)
    assert (await count_answers(room), len(group.said), other.said) == (0, shown, [])
    assert room.alerts[-2:] == ["Nút này của bộ phận phụ trách."] * 2


async def test_tap_in_the_group_goes_on_in_the_private_chat(room: Room) -> None:
    clerk, staff, group = await bind(room)
    await accept(room, clerk)
    before = len(group.said)
    (said,) = await staff.tap_data("o:answer:1", group.last.message_id, place=group)
    assert "KX-1" in said.text
    assert (len(group.said), room.alerts[-1]) == (before, "Xem tiếp ở khung chat riêng với máy.")


async def test_card_in_the_group_shows_what_became_of_it_and_goes_when_it_is_not_theirs(room: Room) -> None:
    clerk, staff, group = await bind(room)
    await accept(room, clerk)
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, 1)
        assert opinion is not None
        await opinions.withdraw(tx, opinion)
        (await tx.session.get_one(Issue, 1)).unit_id = "phong-vh-xh"
    await clerk.text("/nhom off", place=group)
    assert [said.text for said in group.said] == [BOUND, "Thẻ này không còn ở đây nữa.", "Nhóm này thôi nhận việc."]
    assert staff.said != []


async def test_group_that_is_lost_is_unbound_and_the_clerk_told(room: Room) -> None:
    clerk, staff, group = await bind(room)
    bot = {"id": 42, "is_bot": True, "first_name": "Bot"}
    frame = staff.frame(group)
    kicked = {
        "chat": frame["chat"],
        "from": frame["from"],
        "date": frame["date"],
        "old_chat_member": {"status": "member", "user": bot},
        "new_chat_member": {"status": "kicked", "user": bot, "until_date": 0},
    }
    await staff.send({"my_chat_member": kicked})
    lost = (
        "Máy không còn trong nhóm của Phòng Kinh tế. Từ nay thẻ chỉ gửi từng người. Gắn lại: thêm máy vào nhóm, trong "
        "nhóm gõ /nhom."
    )
    assert (await units(room), clerk.last.text) == ([], lost)
    await accept(room, clerk)
    assert [said.text for said in group.said] == [BOUND]
    room.clock.pass_(minutes=1)
    await clerk.text("/nhom Phòng Kinh tế", place=group)
    async with room.db.write() as tx:
        account = await tx.session.scalar(select(Account).where(Account.native_id == PLACE))
        assert account is not None
        account.unreachable_at = tx.now
    async with room.db.write() as tx:
        assert await groups.drop_lost(tx) == 1
        assert await groups.drop_lost(tx) == 0
    await room.settle()
    assert (await units(room), clerk.last.text) == ([], lost)


async def test_group_that_was_upgraded_keeps_its_unit(room: Room) -> None:
    clerk, staff, group = await bind(room)
    await staff.say_in(group, {"migrate_to_chat_id": -100777})
    assert await units(room) == [("-100777", "phong-kinh-te")]
    await accept(room, clerk)
    assert [said.text for said in room.phone("-100777").said] == [CARD]
    async with room.db.read() as tx:
        waiting = select(func.count()).select_from(Outbox).where(Outbox.state == DeliveryState.QUEUED)
        assert await tx.session.scalar(waiting) in (0, 1)  # the author's word waits two minutes


async def test_reply_edited_in_the_group_changes_the_draft_and_other_edits_there_nothing(room: Room) -> None:
    clerk, staff, group = await bind(room)
    await accept(room, clerk)
    card = group.last
    await staff.text("Đã xem.", reply_to=card, place=group)
    preview = staff.last

    async def edit(phone: Phone, message_id: int, text: str, *, replies: bool) -> None:
        bot = {"id": 42, "is_bot": True, "first_name": "Bot"}
        replied = {**phone.frame(group), "message_id": card.message_id, "text": "…", "from": bot}
        frame = {**phone.frame(group), "message_id": message_id, "edit_date": 1, "text": text}
        await phone.send({"edited_message": {**frame, "reply_to_message": replied} if replies else frame})

    await edit(staff, staff.sent["Đã xem."], "Đã xem kỹ.", replies=True)
    assert "\nĐã xem kỹ.\n" in preview.text
    before = [len(phone.said) for phone in (clerk, staff, group)]
    await edit(clerk, staff.sent["Đã xem."], "Chưa xem.", replies=True)
    await edit(staff, staff.sent["Đã xem."], "Chưa xem.", replies=False)
    await staff.edit("Đã xem.", "Chưa xem.")  # another message, which has the same number in another chat
    assert "\nĐã xem kỹ.\n" in preview.text
    assert [len(phone.said) for phone in (clerk, staff, group)] == before
    assert await count_answers(room) == 1
