"""An answer that promises a day, as it stands once it is out, and the clock's duties."""

from datetime import date

from storage import answers, commitments, opinions
from storage.duties import DUTIES
from storage.models import Answer, Outcome
from storage.people import load_callers
from tests.handlers.official.desk import CLERK
from tests.phones import Room
from tests.storage.steps import let_go

DAY = date(2027, 1, 14)
NAMES = ("commitments", "rate_reminders", "overdue", "settling")
TEXT = "Ngày 01/12 đã xuống xem. Xã sẽ rải đá, xong trước ngày 14/01/2027."


async def release(room: Room, opinion_id: int, text: str = TEXT, *, promised: date | None = DAY) -> int:
    """The clerk's answer to this opinion goes out, and what it promises is followed; returns the answer's id."""
    async with room.db.write() as tx:
        opinion = await opinions.by_id(tx, opinion_id)
        official = (await load_callers(tx, room.messenger, [CLERK]))[CLERK].official
        assert opinion is not None
        assert official is not None
        answer_id = (await answers.draft(tx, opinion, official, text)).id
        answer = await answers.by_id(tx, answer_id)
        assert answer is not None
        if promised is not None:
            answer.outcome, answer.promised = Outcome.PROMISED, promised
        await let_go(tx, answer, official)
        await answers.release(tx, answer, official)
        if promised is not None and await commitments.open_of(tx, answer.issue_id or 0) is None:
            await commitments.open_for(tx, answer, None)
    await room.settle()
    return answer_id


async def merge(room: Room, *numbers: int) -> None:
    """Makes opinions that were accepted ask in one issue: the first one's."""
    async with room.db.write() as tx:
        found = [await opinions.by_id(tx, number) for number in numbers]
        for each in found[1:]:
            assert each is not None
            assert found[0] is not None
            each.issue_id, each.state = found[0].issue_id, found[0].state


async def tick(room: Room) -> dict[str, int]:
    """What the clock's duties found new, without those that found nothing; everything due is delivered."""
    new: dict[str, int] = {}
    for name in NAMES:
        async with room.db.write() as tx:
            if count := await DUTIES[name](tx):
                new[name] = count
    await room.settle()
    return new


async def answered(room: Room) -> Answer:
    async with room.db.read() as tx:
        found = await answers.by_id(tx, 1)
        assert found is not None
        return found
