"""By when an issue is answered: a working day to come, and a reason that those who asked can read for a later one."""

from datetime import date, timedelta

from storage import events, issues
from storage.database import Transaction
from storage.models import Event, Issue, Official
from storage.sorted import DUE_MOVED, show, tell_author
from storage.states import ForbiddenMove, IssueState, OpinionState

MOVABLE = frozenset({IssueState.OPEN, IssueState.ASSIGNED, IssueState.DRAFTED})
MAX_REASON = 300
FARTHEST = timedelta(days=183)
"""An answer, not the work itself, is due: a day without a year that was meant as past is read as one far ahead."""


class DueError(ValueError):
    """A day that cannot be taken; `suggested` is one that can."""

    def __init__(self, due: date, suggested: date) -> None:
        super().__init__(due.isoformat())
        self.due, self.suggested = due, suggested


class PastDue(DueError):
    """A day that is over, or today."""


class IdleDue(DueError):
    """A day on which the office does not work."""


class FarDue(DueError):
    """A day more than half a year away: no answer waits that long."""


class UnexplainedDue(DueError):
    """A later day than the one that stands, `suggested`, without a reason."""


def check(tx: Transaction, due: date, latest: date, reason: str | None) -> None:
    """Raises PastDue, IdleDue or FarDue for a day that cannot be taken, UnexplainedDue for one after `latest`."""
    today, calendar = issues.today(tx), tx.commune.calendar
    if due <= today:
        raise PastDue(due, calendar.add(today, 1))
    if due > today + FARTHEST:
        raise FarDue(due, latest)
    if not calendar.is_working(due):
        raise IdleDue(due, calendar.add(due, 1))
    if due > latest and not (reason or "").strip():
        raise UnexplainedDue(due, latest)


async def move(tx: Transaction, issue: Issue, official: Official, due: date, reason: str | None = None) -> Event:
    """Gives an issue another day and tells its authors when it is a later one; returns the event.

    Raises DueError for a day that cannot be taken, ForbiddenMove once the answer is approved.
    """
    if issue.state not in MOVABLE:
        raise ForbiddenMove(issue.state, IssueState.ASSIGNED)
    before = issue.due or await issues.default_due(tx)
    check(tx, due, before, reason)
    event = set_day(tx, issue, official, due, reason)
    await tell_moved(tx, issue, event, before)
    await show(tx, issue)
    return event


def set_day(tx: Transaction, issue: Issue, official: Official, due: date, reason: str | None) -> Event:
    """Writes the day down with its event; what was said of an earlier day is said no more."""
    before, issue.due = issue.due, due
    issue.due_reason = (reason or "").strip()[:MAX_REASON] or None
    day = before.isoformat() if before else None
    return events.record(
        tx, "issue.due_moved", "issue", issue.id, official, due=due.isoformat(), before_due=day, unit_id=issue.unit_id
    )


async def tell_moved(tx: Transaction, issue: Issue, event: Event, before: date) -> None:
    """Tells everyone who asked that they wait longer, and why; a day that comes sooner is no news."""
    if issue.due is None or issue.due <= before:
        return
    await tx.session.flush()
    for opinion in await issues.opinions_of(tx, issue):
        if opinion.state is OpinionState.ACCEPTED:
            await tell_author(tx, opinion, event, DUE_MOVED)
