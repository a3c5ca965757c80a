"""What the office must do around a conference, each with a day: reminded of before it, on it, and once it is late.

T-7: announced by the media that the law means. Before the hall: no issue without an answer. T+10: published.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from storage import conferences, deadlines, issues, people, proofs, tell
from storage.commune import WorkingDays
from storage.database import Transaction
from storage.models import Account, Conference, Issue, Priority, Role
from storage.states import ConferenceState, IssueState

REMINDER = "conference_due"
"""The kind of the reminder."""

SOON = 3
"""Calendar days before a day from which it is spoken of."""


class What(StrEnum):
    """What is due: `announce` by T-7, `answers` before the conference, `publish` by T+10."""

    ANNOUNCE = "announce"
    ANSWERS = "answers"
    PUBLISH = "publish"


class Stage(StrEnum):
    """How near its day is: within SOON days, the last working day that is not late, or past."""

    SOON = "soon"
    LAST = "last"
    LATE = "late"


def stage(due: date, today: date, calendar: WorkingDays) -> Stage | None:
    """The stage that has come, None while the day is further off. `due` is a day of the calendar, worked or not."""
    if today > due:
        return Stage.LATE
    if calendar.next_working(today + timedelta(days=1)) > due:
        return Stage.LAST
    return Stage.SOON if due - today <= timedelta(days=SOON) else None


async def due_of(tx: Transaction, conference: Conference) -> list[tuple[What, date]]:
    """What is not done yet about this conference, each with its day."""
    found: list[tuple[What, date]] = []
    if conference.state in conferences.UPCOMING and conference.starts_at > tx.now:
        if not all(each.is_done for each in await proofs.checklist(tx, conference, proofs.BEFORE)):
            found.append((What.ANNOUNCE, proofs.announce_by(tx, conference)))
        if await count_unanswered(tx):
            found.append((What.ANSWERS, proofs.first_day(tx, conference) - timedelta(days=1)))
    elif conference.state is ConferenceState.HELD and not all(
        each.is_done for each in await proofs.checklist(tx, conference, proofs.AFTER)
    ):
        found.append((What.PUBLISH, proofs.publish_by(tx, conference)))
    return found


async def count_unanswered(tx: Transaction) -> int:
    """Issues for which nobody has an answer approved: what would come into the hall without one."""
    return await tx.session.scalar(select(func.count()).where(Issue.state.in_(deadlines.OWING))) or 0


@dataclass(frozen=True, slots=True)
class Hall:
    """Issues on the morning of the conference: kept for the hall, answered by message, without an approved answer."""

    kept: int
    answered: int
    unanswered: int


async def hall(tx: Transaction) -> Hall:
    """How many issues there are of each kind."""
    row = (
        await tx.session.execute(
            select(
                func.count().filter(Issue.in_hall.is_(True), Issue.state == IssueState.APPROVED),
                func.count().filter(Issue.state.in_([IssueState.ANSWERED, IssueState.SETTLED])),
                func.count().filter(Issue.state.in_(deadlines.OWING)),
            ).select_from(Issue)
        )
    ).one()
    return Hall(*row)


async def remind(tx: Transaction) -> int:
    """The duty: queues what has come to a stage it was not told at, in office hours; returns how many are new.

    Of stages that were missed while the machine was down the last is told. A conference that was moved begins anew.
    """
    local = tx.now.astimezone(tx.commune.timezone)
    if not tx.commune.calendar.is_open(local):
        return 0
    found = await tx.session.scalars(select(Conference).where(Conference.state.in_(conferences.OPEN)))
    today, count = issues.today(tx), 0
    for conference in found.all():
        for what, day in await due_of(tx, conference):
            come = stage(day, today, tx.commune.calendar)
            if come is None:
                continue
            count += await tell.accounts(
                tx,
                await _readers(tx, what, come),
                REMINDER,
                f"{REMINDER}:{conference.id}:{conference.revision}:{what}:{day.isoformat()}:{come}",
                priority=Priority.REMINDER,
                conference_id=conference.id,
                what=what.value,
                due=day.isoformat(),
            )
    return count


async def _readers(tx: Transaction, what: What, come: Stage) -> list[Account]:
    """The clerk; the leader too once it burns, and of what has no answer at once: he stands in the hall."""
    if come is Stage.SOON and what is not What.ANSWERS:
        return await people.first_readers_accounts(tx)
    return await tell.accounts_in(tx, [Role.CLERK, Role.LEADER])
