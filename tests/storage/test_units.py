"""What a unit does besides answering: its list, what it gives back, the later day it asks for."""

from datetime import date, timedelta

import pytest

from storage import issues, sorting, units
from storage.database import Database
from storage.dues import IdleDue
from storage.models import Issue, Role
from storage.states import ForbiddenMove, IssueState
from tests.commune import START, Clock
from tests.storage.steps import CLERK, STAFF, join, log, office, opinion, queued, raise_opinion, send_all, table

OTHER = "904"
DUE, LATER = date(2026, 12, 1), date(2026, 12, 10)


async def an_issue(db: Database, count: int = 1) -> None:
    """A clerk, two sections, and so many issues that the first of them has."""
    await join(db)
    await join(db, Role.STAFF, STAFF, "van-phong")
    await join(db, Role.STAFF, OTHER, "phong-kinh-te")
    for number in range(1, count + 1):
        await raise_opinion(db, str(1000 + number))
        async with db.write() as tx:
            await sorting.accept(tx, await opinion(tx, number), await office(tx))
    await send_all(db)


async def test_work_counts_what_burns_first(db: Database, clock: Clock) -> None:
    await an_issue(db, 3)
    async with db.write() as tx:
        for issue_id, days in ((1, 2), (2, -1), (3, 0)):
            (await tx.session.get_one(Issue, issue_id)).due = START.date() + timedelta(days=days)
    async with db.read() as tx:
        assert await units.work(tx, "van-phong") == units.Work((2, 3, 1), 1, 1, 0, 0)
        assert await units.work(tx, "phong-kinh-te") == units.Work((), 0, 0, 0, 0)


async def test_issue_given_back_is_the_offices_with_its_day(db: Database) -> None:
    await an_issue(db)
    async with db.write() as tx:
        issue = await tx.session.get_one(Issue, 1)
        with pytest.raises(PermissionError):
            await units.give_back(tx, issue, await office(tx, OTHER), "Không phải")
        with pytest.raises(ValueError, match="1 to 300"):
            await units.give_back(tx, issue, await office(tx, STAFF), " ")
        await units.give_back(tx, issue, await office(tx, STAFF), " Việc của\nPhòng Kinh tế ")
    assert await table(db, Issue.id, Issue.state, Issue.unit_id, Issue.due, Issue.returned_reason) == [
        (1, IssueState.OPEN, None, DUE, "Việc của Phòng Kinh tế")
    ]
    back = [(row[0], row[3]) for row in await queued(db) if row[1] == "returned"]
    assert back == [(1, {"opinion_id": 1, "issue_id": 1, "unit_id": "van-phong"})]
    assert (await log(db))[-1] == (
        *("issue.returned", 1, "official", "assigned", "open"),
        {"unit_id": "van-phong", "due": "2026-12-01"},
    )
    async with db.write() as tx:
        assert await issues.lead(tx, await tx.session.get_one(Issue, 1)) is not None
        await sorting.assign(tx, await tx.session.get_one(Issue, 1), await office(tx), "phong-kinh-te")
    assert await table(db, Issue.id, Issue.state, Issue.unit_id) == [(1, IssueState.ASSIGNED, "phong-kinh-te")]


async def ask(db: Database, due: date = LATER) -> None:
    async with db.write() as tx:
        await units.ask_later(tx, await tx.session.get_one(Issue, 1), await office(tx, STAFF), due, "chờ báo giá")


async def test_later_day_that_the_office_agrees_to_is_told_with_its_reason(db: Database, clock: Clock) -> None:
    await an_issue(db)
    clock.pass_(minutes=3)
    await send_all(db)
    await ask(db, date(2026, 12, 4))
    await ask(db)
    async with db.write() as tx:
        issue, clerk = await tx.session.get_one(Issue, 1), await office(tx, CLERK)
        assert not await units.agree_later(tx, issue, clerk, date(2026, 12, 4))
        assert await units.agree_later(tx, issue, clerk, LATER)
        assert not await units.refuse_later(tx, issue, clerk, LATER)
    assert await table(db, Issue.id, Issue.due, Issue.due_reason, Issue.asked_due) == [(1, LATER, "chờ báo giá", None)]
    told = [(row[0], row[1]) for row in await queued(db) if row[1] in ("later_asked", "due_moved", "later_agreed")]
    assert told == [(1, "later_asked"), (1, "later_asked"), (4, "due_moved"), (2, "later_agreed")]


async def test_later_day_that_the_office_refuses_moves_nothing(db: Database) -> None:
    await an_issue(db)
    await ask(db)
    async with db.write() as tx:
        issue, clerk = await tx.session.get_one(Issue, 1), await office(tx, CLERK)
        assert await units.refuse_later(tx, issue, clerk, LATER)
        assert not await units.agree_later(tx, issue, clerk, LATER)
    assert await table(db, Issue.id, Issue.due, Issue.due_reason, Issue.asked_due) == [(1, DUE, None, None)]


async def test_later_day_that_cannot_be_is_refused(db: Database) -> None:
    await an_issue(db)
    with pytest.raises(IdleDue):
        await ask(db, date(2026, 12, 12))
    with pytest.raises(ValueError, match="later than"):
        await ask(db, date(2026, 11, 27))
    async with db.write() as tx:
        (await tx.session.get_one(Issue, 1)).state = IssueState.DRAFTED
    with pytest.raises(ForbiddenMove):
        await ask(db)
