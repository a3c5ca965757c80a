"""Days that the office must keep, over weeks with Tết in them, against a table written by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from storage import deadlines, issues
from storage.database import Database
from storage.models import Account, Issue, Outbox, Role
from storage.states import IssueState, OpinionState
from tests.commune import Clock
from tests.storage.steps import CLERK, LEADER, STAFF, join, office, opinion, raise_opinion

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TET_EVE = date(2027, 2, 3)
"""The last working day before Tết 2027; the next is Thursday 11/02."""
LATER = date(2027, 2, 18)
TICKS = ((6, 59), (7, 0), (12, 30), (18, 0))
KINDS = ("due_reminder", "sort_reminder", "law_reminder")
WHO = {CLERK: "clerk", LEADER: "leader", STAFF: "staff"}

Told = list[tuple[str, str, str]]


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


async def told(db: Database) -> Told:
    """(when, to whom, what) of every reminder, in the order in which it was queued."""
    async with db.read() as tx:
        rows = await tx.session.execute(
            select(Outbox, Account.native_id)
            .join(Account, Account.id == Outbox.account_id)
            .where(Outbox.kind.in_(KINDS))
            .order_by(Outbox.created_at, Outbox.key)
        )
        found = []
        for row, native_id in rows:
            payload = row.payload or {}
            about = payload.get("issue_id") or payload["due"]
            stage = str(row.key).split(":")[-2]
            at = row.created_at.astimezone(ZONE)
            found.append((f"{at:%d/%m %H:%M}", WHO[str(native_id)], f"{row.kind[:4]} {about} {stage}"))
        return found


async def tick(db: Database, clock: Clock, begins: datetime, ends: datetime, *, off: tuple[datetime, datetime]) -> None:
    """The clock's duty at several hours of every day, but while the machine is off."""
    day = begins.astimezone(ZONE).date()
    while day <= ends.astimezone(ZONE).date():
        for hour, minute in TICKS:
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)
            if begins <= at <= ends and not off[0] <= at < off[1]:
                clock.instant = at
                async with db.write() as tx:
                    await deadlines.remind(tx)
        day += timedelta(days=1)


NEVER = (local(1, 1, 0), local(1, 1, 0))


async def matter(db: Database, due: date, state: IssueState, unit: str = "phong-kinh-te") -> int:
    """An issue of one opinion in this state; returns its id."""
    number = await raise_opinion(db)
    async with db.write() as tx:
        issue = await issues.accept(tx, await opinion(tx, number), await office(tx), unit_id=unit, due=due)
        issue.state = state
        return issue.id


async def open_office(db: Database, clock: Clock) -> None:
    clock.instant = local(1, 25, 9)
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")


async def test_days_are_reminded_of_by_stage_turn_and_clock(db: Database, clock: Clock) -> None:
    await open_office(db, clock)
    await matter(db, TET_EVE, IssueState.ASSIGNED)  # 1
    await matter(db, TET_EVE, IssueState.DRAFTED)  # 2: with the leader
    await matter(db, TET_EVE, IssueState.OPEN)  # 3: given back
    await matter(db, TET_EVE, IssueState.ASSIGNED, "phong-vh-xh")  # 4: a unit without staff
    await matter(db, TET_EVE, IssueState.ANSWERED)  # 5
    await matter(db, TET_EVE, IssueState.ASSIGNED)  # 6: moved on its day
    # To be sorted by Wednesday 27/01, and told by Monday 15/02, Tết between.
    numbers = [await raise_opinion(db) for _ in range(3)]
    await tick(db, clock, local(1, 25, 10), local(1, 28, 12), off=NEVER)
    async with db.write() as tx:
        (await opinion(tx, numbers[0])).state = OpinionState.REDIRECTED
        (await opinion(tx, numbers[1])).state = OpinionState.NEEDS_DETAIL
    await tick(db, clock, local(1, 28, 12, 1), local(2, 3, 12), off=NEVER)
    async with db.write() as tx:
        (await tx.session.get_one(Issue, 6)).due = LATER
    await tick(db, clock, local(2, 3, 12, 1), local(2, 20, 23), off=NEVER)
    assert await told(db) == [
        ("28/01 07:00", "clerk", "sort 2027-01-27 late"),
        ("29/01 07:00", "leader", "sort 2027-01-27 up"),
        ("02/02 07:00", "staff", "due_ 1 before"),
        ("02/02 07:00", "leader", "due_ 2 before"),
        ("02/02 07:00", "clerk", "due_ 3 before"),
        ("02/02 07:00", "clerk", "due_ 4 before"),
        ("02/02 07:00", "staff", "due_ 6 before"),
        ("03/02 07:00", "staff", "due_ 1 on"),
        ("03/02 07:00", "leader", "due_ 2 on"),
        ("03/02 07:00", "clerk", "due_ 3 on"),
        ("03/02 07:00", "clerk", "due_ 4 on"),
        ("03/02 07:00", "staff", "due_ 6 on"),
        ("11/02 07:00", "staff", "due_ 1 after"),
        ("11/02 07:00", "leader", "due_ 2 after"),
        ("11/02 07:00", "clerk", "due_ 3 after"),
        ("11/02 07:00", "clerk", "due_ 4 after"),
        *(("12/02 07:00", "clerk", f"due_ {number} clerk") for number in (1, 2, 3, 4)),
        *(("15/02 07:00", who, f"due_ {number} leader") for number in (1, 2, 3, 4) for who in ("clerk", "leader")),
        ("15/02 07:00", "clerk", "law_ 2027-02-15 on"),
        ("16/02 07:00", "clerk", "law_ 2027-02-15 late"),
        ("16/02 07:00", "leader", "law_ 2027-02-15 late"),
        ("17/02 07:00", "staff", "due_ 6 before"),
        ("18/02 07:00", "staff", "due_ 6 on"),
        ("19/02 07:00", "staff", "due_ 6 after"),
    ]
    async with db.read() as tx:
        assert await deadlines.unsorted_of(tx, date(2027, 1, 27)) == numbers[2:]
        assert await deadlines.untold_of(tx, date(2027, 2, 15)) == numbers[1:]


async def test_of_missed_stages_only_the_last_is_told(db: Database, clock: Clock) -> None:
    await open_office(db, clock)
    await matter(db, TET_EVE, IssueState.ASSIGNED)
    await matter(db, date(2027, 2, 12), IssueState.ASSIGNED)
    await tick(db, clock, local(2, 1, 9), local(2, 17, 23), off=(local(2, 2, 7), local(2, 12, 10)))
    assert await told(db) == [
        ("12/02 12:30", "clerk", "due_ 1 clerk"),
        ("12/02 12:30", "staff", "due_ 2 on"),
        ("15/02 07:00", "clerk", "due_ 1 leader"),
        ("15/02 07:00", "leader", "due_ 1 leader"),
        ("15/02 07:00", "staff", "due_ 2 after"),
        ("16/02 07:00", "clerk", "due_ 2 clerk"),
        ("17/02 07:00", "clerk", "due_ 2 leader"),
        ("17/02 07:00", "leader", "due_ 2 leader"),
    ]


async def test_where_nobody_holds_the_role_the_first_readers_hear(db: Database, clock: Clock) -> None:
    clock.instant = local(1, 25, 9)
    await join(db)
    await matter(db, TET_EVE, IssueState.DRAFTED)
    await tick(db, clock, local(2, 1, 9), local(2, 12, 9), off=NEVER)
    assert await told(db) == [
        ("02/02 07:00", "clerk", "due_ 1 before"),
        ("03/02 07:00", "clerk", "due_ 1 on"),
        ("11/02 07:00", "clerk", "due_ 1 after"),
        ("12/02 07:00", "clerk", "due_ 1 clerk"),
    ]
