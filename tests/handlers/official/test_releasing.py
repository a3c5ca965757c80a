"""`/phathanh`: what was approved goes at once; what is kept for the conference, only when it is named."""

from storage import answers, approval, issues, opinions
from storage.models import Official, Outcome, Role
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, take_office
from tests.phones import Phone, Room

KEPT = "Để tại hội nghị, không gửi: 1 câu (KX-1). Muốn gửi sớm thì gõ: /phathanh KX-1"


async def approve(room: Room, number: int, *, in_hall: bool) -> None:
    async with room.db.write() as tx:
        clerk, leader = await tx.session.get_one(Official, 1), await tx.session.get_one(Official, 2)
        opinion = await opinions.by_id(tx, number)
        assert opinion is not None
        await issues.accept(tx, opinion, clerk, unit_id="van-phong")
        answer_id = (await answers.draft(tx, opinion, clerk, "Đã xem.")).id
        answer = await answers.by_id(tx, answer_id)
        assert answer is not None
        await approval.submit(tx, answer, clerk, Outcome.EXPLAINED, None)
        await approval.approve(tx, answer, leader, answer.revision, in_hall=in_hall)
    await room.settle()


async def office(room: Room) -> tuple[Phone, Phone]:
    """A clerk and the author of what the leader keeps for the conference."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    await take_office(room, Role.LEADER, LEADER)
    await raise_opinion(room)
    await approve(room, 1, in_hall=True)
    return clerk, room.phone(RESIDENT)


async def test_kept_for_the_hall_is_named_but_does_not_go_with_the_rest(room: Room) -> None:
    clerk, author = await office(room)
    heard = len(author.said)
    (said,) = await clerk.text("/phathanh")
    assert (said.text, said.labels) == (KEPT, [])
    await raise_opinion(room, "loa hong", "1002")
    await approve(room, 2, in_hall=False)
    (said,) = await clerk.text("/phathanh")
    assert said.text.splitlines()[1:] == [KEPT, "Gửi ngay 1 câu, tới 1 người? Gửi rồi không rút lại được."]
    await clerk.tap("Gửi ngay 1 câu")
    assert room.phone("1002").last.text.startswith("Xã trả lời KX-2:")
    assert len(author.said) == heard


async def test_kept_for_the_hall_goes_when_it_is_named(room: Room) -> None:
    clerk, author = await office(room)
    await clerk.text("/phathanh KX-1")
    await clerk.tap("Gửi ngay 1 câu")
    assert author.last.text.startswith("Xã trả lời KX-1:")
