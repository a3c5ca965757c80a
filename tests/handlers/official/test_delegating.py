"""A deputy in a leader's place: what he is shown, what he may decide, and how it is signed."""

from datetime import timedelta

from storage import delegations, issues, opinions
from storage.models import Official, Role, Verdict
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, states, take_office
from tests.handlers.official.test_digesting import morning
from tests.phones import Phone, Room

DEPUTY = "3"
PROPOSED = "Văn phòng trình: nội dung không trả lời được."


async def a_deputy(room: Room, field_id: str | None = "ha-tang", days: int = 2) -> tuple[Phone, Phone, Phone]:
    """Clerk, leader, and an official of a unit who approves for the leader in this field."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    leader = await take_office(room, Role.LEADER, LEADER)
    deputy = await take_office(room, Role.STAFF, DEPUTY)
    async with room.db.write() as tx:
        official, given_by = await tx.session.get_one(Official, 3), await tx.session.get_one(Official, 2)
        official.post = "Phó Chủ tịch"
        until = issues.today(tx) + timedelta(days=days)
        await delegations.give(tx, given_by, official, field_id, until)
    await room.settle()
    return clerk, leader, deputy


async def propose(room: Room, clerk: Phone) -> None:
    await raise_opinion(room)
    for label in ("Cách khác", "16", "4"):
        await clerk.tap(label)
    room.clock.pass_(minutes=2)
    await room.settle()


async def test_deputy_agrees_to_a_refusal_in_his_field(room: Room) -> None:
    clerk, leader, deputy = await a_deputy(room)
    await propose(room, clerk)
    assert deputy.last.text.splitlines()[0] == PROPOSED
    assert deputy.last.buttons == [("Đồng ý", "o:agree:1"), ("Không", "o:disagree:1"), ("Xem cả", "o:read:1")]
    assert "duong vao thon bi hong" in (await deputy.tap("Xem cả"))[0].text
    assert [said.text for said in await deputy.text("/viec")][1:] == [
        "Không có câu trả lời chờ duyệt. Chờ đồng ý: 1.",
    ]
    await deputy.tap("Xem đề nghị")
    await deputy.tap("Đồng ý")
    assert await states(room) == ["redirected"]
    async with room.db.read() as tx:
        opinion = await opinions.by_id(tx, 1)
        assert opinion is not None
        assert opinion.verdict is Verdict.UNLAWFUL
    assert not room.edits or leader.said[0].text == "KX-1: không còn chờ lãnh đạo."
    room.clock.pass_(minutes=2)
    await room.settle()
    assert room.phone(RESIDENT).last.text.startswith("KX-1: xã không trả lời được nội dung này.")
    story = (await clerk.text("/nhatky 1"))[0].text.splitlines()
    assert story[-2:] == [
        "23/11 09:02 Phòng Kinh tế (Phó Chủ tịch) đồng ý",
        "23/11 09:02 Phòng Kinh tế (Phó Chủ tịch) báo không trả lời được",
    ]


async def test_deputy_of_another_field_or_whose_days_are_over_agrees_to_nothing(room: Room) -> None:
    clerk, leader, deputy = await a_deputy(room, "dat-dai")
    await propose(room, clerk)
    assert PROPOSED not in deputy.last.text
    await deputy.tap_data("o:agree:1", deputy.last.message_id)
    async with room.db.write() as tx:
        given_by, official = await tx.session.get_one(Official, 2), await tx.session.get_one(Official, 3)
        await delegations.give(tx, given_by, official, "ha-tang", issues.today(tx))
    await room.settle()
    assert [said.text for said in await deputy.text("/viec")][1:] == ["Không có câu trả lời chờ duyệt. Chờ đồng ý: 1."]
    room.clock.pass_(days=1)
    await deputy.tap_data("o:agree:1", deputy.last.message_id)
    assert await states(room) == ["received"]
    assert (await deputy.text("/xem 1"))[0].text.startswith("Không thấy ý kiến “1”.")
    await leader.tap("Không")
    assert leader.last.text.startswith("Không đồng ý KX-1:")


async def test_clerk_who_is_a_deputy_never_agrees_to_his_own_proposal(room: Room) -> None:
    clerk, _, _ = await a_deputy(room)
    async with room.db.write() as tx:
        given_by, official = await tx.session.get_one(Official, 2), await tx.session.get_one(Official, 1)
        await delegations.give(tx, given_by, official, None, issues.today(tx))
    await propose(room, clerk)
    await clerk.tap_data("o:agree:1", clerk.last.message_id)
    assert [said.text for said in await clerk.text("/viec")] == [
        "Không có việc chờ phân loại.",
        "Không có câu trả lời chờ duyệt.",
    ]
    assert await states(room) == ["received"]


async def test_digest_of_a_deputy_counts_what_waits_for_him_and_his_answer_is_signed(room: Room) -> None:
    clerk, _, deputy = await a_deputy(room)
    await propose(room, clerk)
    await raise_opinion(room, "loa hong", "1002")
    async with room.db.write() as tx:
        opinion, official = await opinions.by_id(tx, 2), await tx.session.get_one(Official, 1)
        assert opinion is not None
        await issues.accept(tx, opinion, official, unit_id="van-phong")
    await clerk.text("/traloi 2 Đã xem.")
    await clerk.tap("Giải thích")
    room.clock.pass_(days=1)  # a holiday
    [shown] = await morning(room, deputy)
    assert shown == [("Chờ duyệt: 1. Chờ đồng ý: 1.", ["Duyệt lần lượt", "Việc chờ"])]
    await deputy.tap("Duyệt lần lượt")
    await deputy.tap("Duyệt, xem tiếp")
    room.clock.pass_(minutes=10)
    await clerk.text("/phathanh KX-2")
    await clerk.tap("Gửi ngay 1 câu")
    signed = "Văn phòng HĐND và UBND soạn, Phòng Kinh tế, Phó Chủ tịch duyệt theo uỷ quyền."
    assert room.phone("1002").last.text.splitlines()[2:5] == ["Kính gửi Ông/Bà.", "Đã xem.", signed]
