"""The morning digest: who is sent one, when, and what it counts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from storage import digest, issues
from storage.database import Database
from storage.digest import Digest, Due
from storage.models import Account, Answer, Commitment, Issue, Official, Outbox, Role, Verdict
from storage.states import AnswerState, CommitmentState, IssueState, OpinionState
from tests.commune import Clock
from tests.storage.steps import CLERK, LEADER, STAFF, caller, draft_answer, join, office, opinion, raise_opinion

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


async def told(db: Database) -> list[tuple[str, str, bool]]:
    """(when, to whom, whether weekly) of every digest."""
    async with db.read() as tx:
        rows = await tx.session.execute(
            select(Outbox, Account.native_id)
            .join(Account, Account.id == Outbox.account_id)
            .where(Outbox.kind == digest.DUTY)
            .order_by(Outbox.id)
        )
        return [
            (f"{row.created_at.astimezone(ZONE):%d/%m %H:%M}", str(native_id), bool((row.payload or {})["weekly"]))
            for row, native_id in rows
        ]


async def tick(db: Database, clock: Clock, *instants: datetime) -> None:
    for instant in instants:
        clock.instant = instant
        async with db.write() as tx:
            await digest.send(tx)


async def test_digest_is_sent_once_a_working_day_to_whom_something_waits_for(db: Database, clock: Clock) -> None:
    clock.instant = local(1, 9)  # a Tuesday
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.ADMIN, "904")
    await raise_opinion(db)
    await tick(db, clock, local(2, 6, 59), local(2, 7), local(2, 7, 1), local(2, 17))
    # Down on Thursday until noon, the whole of Friday, and up again on Saturday.
    await tick(db, clock, local(3, 12), local(4, 18), local(5, 9))
    # The first working day of the next week: whoever has nothing hears that too.
    await tick(db, clock, local(7, 7), local(8, 7))
    assert await told(db) == [
        ("02/12 07:00", CLERK, False),
        ("03/12 12:00", CLERK, False),
        ("07/12 07:00", CLERK, True),
        ("07/12 07:00", LEADER, True),
        ("08/12 07:00", CLERK, False),
    ]


async def test_what_comes_after_the_digest_waits_for_the_next(db: Database, clock: Clock) -> None:
    clock.instant = local(1, 9)
    await join(db)
    await tick(db, clock, local(2, 7))
    await raise_opinion(db)
    await tick(db, clock, local(2, 10))
    assert await told(db) == []


async def given(db: Database, due: date, state: IssueState, unit: str = "phong-kinh-te") -> int:
    number = await raise_opinion(db)
    async with db.write() as tx:
        issue = await issues.accept(tx, await opinion(tx, number), await office(tx), unit_id=unit, due=due)
        issue.state = state
        return number


async def test_of_counts_what_waits_for_each(db: Database, clock: Clock) -> None:
    clock.instant = local(1, 9)
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    await join(db, Role.VILLAGE_HEAD, "904")
    await join(db, Role.ADMIN, "905")
    today = date(2026, 12, 15)
    for due, state, unit in (
        (today, IssueState.ASSIGNED, "phong-kinh-te"),
        (today - timedelta(days=1), IssueState.ASSIGNED, "phong-kinh-te"),
        (today + timedelta(days=9), IssueState.ASSIGNED, "phong-vh-xh"),
        (today - timedelta(days=4), IssueState.DRAFTED, "phong-kinh-te"),
        (today, IssueState.OPEN, "phong-kinh-te"),
    ):
        await given(db, due, state, unit)
    entered, proposed, asked = [await raise_opinion(db) for _ in range(3)]
    async with db.write() as tx:
        head = (await caller(tx, "904")).official
        assert head is not None
        one = await opinion(tx, entered)
        one.entered_by_id, one.state = head.id, OpinionState.ANSWERED
        (await opinion(tx, proposed)).proposed = Verdict.UNLAWFUL
        (await opinion(tx, asked)).state = OpinionState.NEEDS_DETAIL
        submitted = await tx.session.get_one(Answer, await draft_answer(tx, 4))
        submitted.state, submitted.issue_id = AnswerState.SUBMITTED, 4
        sent_back = await tx.session.get_one(Answer, await draft_answer(tx, 2))
        sent_back.returned_at, sent_back.issue_id = tx.now, 2
        tx.session.add(
            Commitment(
                issue_id=1,
                answer_id=submitted.id,
                unit_id="phong-kinh-te",
                due=today + timedelta(days=2),
                state=CommitmentState.OPEN,
                created_at=tx.now,
            )
        )
    clock.instant = local(15, 7)
    await raise_opinion(db)
    async with db.read() as tx:
        found = {each.role: await digest.of(tx, each) for each in await tx.session.scalars(select(Official))}
        assert (await tx.session.get_one(Issue, 5)).state is IssueState.OPEN
    late = (("phong-kinh-te", 2),)
    assert found == {
        Role.CLERK: Digest(
            unsorted=Due(2, 1, 0), returned=1, untold=Due(2, 2, 0), own=Due(1, 0, 0), late=late, unfinished=1
        ),
        Role.LEADER: Digest(to_approve=1, to_agree=1, promised=Due(1, 1, 0), late=late),
        Role.STAFF: Digest(of_unit=Due(2, 1, 1), sent_back=1, promised=Due(1, 1, 0)),
        Role.VILLAGE_HEAD: Digest(to_read_out=1),
        Role.ADMIN: Digest(),
    }
    assert {role: each.waits for role, each in found.items()} == {role: role is not Role.ADMIN for role in found}
