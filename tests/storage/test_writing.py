"""Answers being written: by which message, and which of them were begun and left."""

from storage import answers, approval, writing
from storage.database import Database
from storage.models import Outcome, Role
from tests.storage.steps import CLERK, LEADER, STAFF, answer, draft_answer, join, office, opinion, raise_opinion


async def test_message_leads_to_the_answer_that_holds_its_words(db: Database) -> None:
    await join(db)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    for native_id in ("1001", "1002"):
        await raise_opinion(db, native_id)
    first, second, elsewhere = writing.message(7, 70), writing.message(7, 71), writing.message(8, 70)
    async with db.write() as tx:
        for number in (1, 2):
            await answers.draft(tx, await opinion(tx, number), await office(tx), "Đã xem", said=first)
            first = writing.message(7, 80)
        begun = await answers.by_id(tx, 1)
        assert begun is not None
        writing.note(tx, begun, await office(tx), second)
    wanted = (writing.message(7, 70), second, writing.message(7, 80), elsewhere)
    for who, expected in ((CLERK, [(1, False), (1, True), (2, True), None]), (STAFF, [None] * 4)):
        async with db.read() as tx:
            found = [await writing.of_message(tx, await office(tx, who), said) for said in wanted]
        assert [(each.answer.id, each.stands) if each is not None else None for each in found] == expected


async def unfinished(db: Database, who: str = CLERK) -> list[int]:
    async with db.read() as tx:
        return [each.id for each in await writing.unfinished(tx, await office(tx, who))]


async def test_unfinished_is_what_has_words_and_is_still_waited_for(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.OBSERVER, "904")
    for native_id in ("1001", "1002", "1003"):
        await raise_opinion(db, native_id)
    async with db.write() as tx:
        for number, text in ((1, "Đã xem"), (2, ""), (3, "Đã xem")):
            await draft_answer(tx, number, text)
    assert (await unfinished(db), await unfinished(db, LEADER), await unfinished(db, "904")) == ([1, 3], [], [])
    await answer(db, 3)
    async with db.write() as tx:
        begun = await answers.by_id(tx, 1)
        assert begun is not None
        await approval.submit(tx, begun, await office(tx), Outcome.DONE)
    assert await unfinished(db) == []
    async with db.write() as tx:
        submitted = await answers.by_id(tx, 1)
        assert submitted is not None
        await approval.send_back(tx, submitted, await office(tx, LEADER), "Cần số liệu")
    assert await unfinished(db) == [1]


async def test_unfinished_correction_is_one_while_it_corrects_what_stands(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    async with db.write() as tx:
        released = await answers.by_id(tx, 1)
        for text in ("Sửa lại", "Sửa nữa"):
            await answers.draft(tx, await opinion(tx), await office(tx), text, replaces=released)
    assert await unfinished(db) == [2, 3]
    async with db.write() as tx:
        correction = await answers.by_id(tx, 2)
        assert correction is not None
        answers.note_change(correction, "Sửa ngày")
        await answers.release(tx, correction, await office(tx))
    assert await unfinished(db) == []
