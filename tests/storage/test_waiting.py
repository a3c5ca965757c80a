"""What waits to be sorted, and what the office keeps to answer."""

from datetime import timedelta

from storage import waiting
from storage.database import Database
from storage.models import Issue, Verdict
from storage.states import IssueState
from tests.commune import START, Clock
from tests.storage.desk import accept, raised
from tests.storage.steps import office, opinion


async def test_what_waits_stands_in_the_order_in_which_it_burns(db: Database, clock: Clock) -> None:
    await raised(db, 5)
    await accept(db, 1)
    async with db.write() as tx:
        issue = (await opinion(tx, 1)).issue or Issue()
        issue.state, issue.returned_reason = IssueState.OPEN, "không phải việc phòng"
        for number, days in ((2, 3), (3, -1), (4, 0)):
            (await opinion(tx, number)).sort_due = START.date() + timedelta(days=days)
        (await opinion(tx, 5)).proposed = Verdict.UNLAWFUL
    async with db.write() as tx:
        round_ = await waiting.to_sort(tx)
        assert [each.number for each in round_.cards] == [1, 3, 4, 2]
        assert [each.number for each in round_.cards if each.returned] == [1]
        assert (round_.late, round_.due_today, round_.put_off) == (1, 1, 0)
        clerk = await office(tx)
        for number in (4, 3):
            waiting.put_off(tx, await opinion(tx, number), clerk)
            await tx.session.flush()
        assert [each.number for each in (await waiting.to_sort(tx)).cards] == [1, 2, 4, 3]
        assert await waiting.kept(tx) == []
    clock.pass_(days=1)
    async with db.read() as tx:
        assert [each.number for each in (await waiting.to_sort(tx)).cards] == [1, 3, 4, 2]
        counts = await waiting.summary(tx)
    assert (counts.opinions, counts.issues, counts.proposed, counts.unassigned) == (5, 1, 1, 1)


async def test_office_keeps_what_no_unit_with_staff_has(db: Database) -> None:
    await raised(db, 2)
    await accept(db, 1)
    await accept(db, 2, unit_id="phong-kinh-te")
    async with db.read() as tx:
        assert await waiting.kept(tx) == [2]
