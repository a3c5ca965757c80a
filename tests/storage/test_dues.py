"""Days that can be taken and those that cannot; a later one is told with its reason."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from storage import dues, issues, sorting
from storage.database import Database
from storage.models import Issue, Outbox
from storage.states import DeliveryState
from tests.commune import START
from tests.conference import plan
from tests.storage.desk import DUE, ISSUES, OPINIONS, accept, merge, raised, said, undo
from tests.storage.steps import log, office, opinion, table


@pytest.mark.parametrize(
    ("due", "reason", "error", "suggested"),
    [
        (date(2026, 11, 23), "vì", dues.PastDue, date(2026, 11, 25)),
        (date(2026, 11, 20), "vì", dues.PastDue, date(2026, 11, 25)),
        (date(2026, 11, 24), "vì", dues.IdleDue, date(2026, 11, 25)),
        (date(2026, 11, 28), "vì", dues.IdleDue, date(2026, 11, 30)),
        (date(2027, 2, 8), "vì", dues.IdleDue, date(2027, 2, 11)),
        (date(2027, 11, 23), "vì", dues.FarDue, DUE),
        (date(2026, 12, 2), " ", dues.UnexplainedDue, DUE),
        (date(2026, 12, 2), None, dues.UnexplainedDue, DUE),
    ],
)
async def test_day_that_cannot_be_taken_is_refused_with_one_that_can(
    db: Database, due: date, reason: str | None, error: type[dues.DueError], suggested: date
) -> None:
    await raised(db, 2)
    await accept(db, 2)
    before = (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db))
    async with db.write() as tx:
        clerk, issue = await office(tx), (await opinion(tx, 2)).issue or Issue()
        for tried in (
            sorting.accept(tx, await opinion(tx, 1), clerk, due=due, due_reason=reason),
            sorting.assign(tx, issue, clerk, "phong-vh-xh", due=due, due_reason=reason),
            dues.move(tx, issue, clerk, due, reason),
        ):
            with pytest.raises(error) as refused:
                await tried
            assert (refused.value.due, refused.value.suggested) == (due, suggested)
        with pytest.raises(sorting.UnknownUnit):
            await sorting.assign(tx, issue, clerk, "phong-khong-co")
    assert (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db)) == before


async def test_later_day_tells_everyone_who_asked_and_undo_takes_day_and_word_back(db: Database) -> None:
    await raised(db, 2)
    await accept(db, 1)
    await merge(db, [2], 1)
    clock_rows = await table(db, Outbox.id, Outbox.kind)
    async with db.write() as tx:
        # What was said before has gone: a later day is news.
        for row in await tx.session.scalars(select(Outbox)):
            row.state, row.message_id = DeliveryState.SENT, 5000 + row.id
    async with db.write() as tx:
        issue = (await opinion(tx, 1)).issue or Issue()
        event = await sorting.assign(
            tx, issue, await office(tx), "phong-kinh-te", due=date(2026, 12, 10), due_reason="chờ xã <khảo sát>"
        )
    assert await table(db, Issue.unit_id, Issue.due, Issue.due_reason) == [
        ("phong-kinh-te", date(2026, 12, 10), "chờ xã <khảo sát>")
    ]
    new = (await table(db, Outbox.id, Outbox.kind))[len(clock_rows) :]
    assert [kind for _, kind in new][:2] == ["due_moved", "due_moved"]
    assert await undo(db, event.id) == 1
    assert await table(db, Issue.unit_id, Issue.due, Issue.due_reason) == [("van-phong", DUE, None)]
    assert [row[2] for row in await said(db) if row[1] == "due_moved"] == [DeliveryState.STOPPED] * 2
    async with db.write() as tx:
        moved = await dues.move(tx, (await opinion(tx, 1)).issue or Issue(), await office(tx), date(2026, 11, 30))
    assert await undo(db, moved.id) == 1
    assert await table(db, Issue.due) == [(DUE,)]


async def test_default_day_before_a_conference_is_a_working_day(db: Database) -> None:
    await raised(db, 1)
    async with db.write() as tx:
        # T-3 of Wednesday 2/12 is Sunday.
        await plan(tx, await office(tx), START + timedelta(days=9))
        assert await issues.default_due(tx) == date(2026, 11, 27)
