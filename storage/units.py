"""What a unit does with the issues it was given, besides answering: sees them, gives one back, asks for a later day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from storage import changes, dues, events, issues, tell
from storage.database import Transaction
from storage.models import Answer, Event, Issue, Official, Role
from storage.people import first_readers_accounts
from storage.sorted import show
from storage.states import AnswerState, ForbiddenMove, IssueState, move

MAX_REASON = 300
"""Characters of why an issue is given back, or is to be answered later."""

LATER_ASKED = "later_asked"
"""The kind of the card on which the office agrees to a later day."""


@dataclass(frozen=True, slots=True)
class Work:
    """The issues that wait for a unit's answer, what burns first in front, and how many of which kind there are.

    `submitted` are with the leader, `sent_back` came back from there and wait among the others.
    """

    issue_ids: tuple[int, ...]
    late: int
    due_today: int
    sent_back: int
    submitted: int


async def work(tx: Transaction, unit_id: str | None) -> Work:
    """What a unit has to do: late first, then by day."""
    today = issues.today(tx)
    rows = await tx.session.execute(
        select(Issue.id, Issue.due)
        .where(Issue.unit_id == unit_id, Issue.state == IssueState.ASSIGNED)
        .order_by(Issue.due.is_(None), Issue.due, Issue.id)
    )
    found = [(row[0], row[1]) for row in rows]
    submitted = await tx.session.scalar(
        select(func.count()).select_from(Issue).where(Issue.unit_id == unit_id, Issue.state == IssueState.DRAFTED)
    )
    sent_back = await tx.session.scalar(
        select(func.count(Issue.id.distinct()))
        .join(Answer, Answer.issue_id == Issue.id)
        .where(
            Issue.unit_id == unit_id,
            Issue.state == IssueState.ASSIGNED,
            Answer.state == AnswerState.DRAFT,
            Answer.returned_at.is_not(None),
        )
    )
    return Work(
        tuple(issue_id for issue_id, _ in found),
        sum(due is not None and due < today for _, due in found),
        sum(due == today for _, due in found),
        sent_back or 0,
        submitted or 0,
    )


def _check_unit(official: Official, issue: Issue) -> None:
    if official.role is not Role.STAFF or issue.unit_id is None or official.unit_id != issue.unit_id:
        raise PermissionError("only its unit gives an issue back or asks for a later day")


def _check_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= MAX_REASON:
        raise ValueError(f"a reason has 1 to {MAX_REASON} characters")
    return reason


async def give_back(tx: Transaction, issue: Issue, official: Official, reason: str) -> Event:
    """The unit says that an issue is not theirs: the office has it again, its day goes on, its authors hear nothing.

    Raises PermissionError for another unit, ForbiddenMove when it does not wait for their answer, ValueError for a
    reason that is empty or too long.
    """
    _check_unit(official, issue)
    reason = _check_reason(reason)
    moved = (issue.state, move(issue.state, IssueState.OPEN))
    unit_id = issue.unit_id
    issue.state, issue.unit_id, issue.returned_reason = moved[1], None, reason
    issue.asked_due = issue.asked_reason = None
    event = events.record(
        tx,
        "issue.returned",
        "issue",
        issue.id,
        official,
        moved,
        unit_id=unit_id,
        due=issue.due.isoformat() if issue.due else None,
    )
    await tx.session.flush()
    lead = await issues.lead(tx, issue)
    if lead is not None:
        readers = await first_readers_accounts(tx)
        key = f"returned:{event.id}"
        await tell.accounts(tx, readers, "returned", key, opinion_id=lead.id, issue_id=issue.id, unit_id=unit_id)
    await show(tx, issue)
    return event


async def returned_by(tx: Transaction, issue: Issue) -> str | None:
    """The unit that gave back an issue which waits to be given to another; None for one that does not."""
    if issue.state is not IssueState.OPEN:
        return None
    event = await events.last(tx, "issue", issue.id, ["issue.returned"])
    return event.data["unit_id"] if event is not None else None


async def ask_later(tx: Transaction, issue: Issue, official: Official, due: date, reason: str) -> None:
    """The unit asks for a later day; the office agrees or not. A new wish takes the place of the last.

    Raises PermissionError for another unit, ForbiddenMove when it does not wait for their answer, DueError for a day
    that cannot be taken, ValueError for one that is not later, or a reason that is empty or too long.
    """
    _check_unit(official, issue)
    reason = _check_reason(reason)
    if issue.state is not IssueState.ASSIGNED:
        raise ForbiddenMove(issue.state, IssueState.ASSIGNED)
    dues.check(tx, due, issue.due or issues.today(tx), reason)
    if due <= (issue.due or issues.today(tx)):
        raise ValueError("a later day is later than the one that stands")
    issue.asked_due, issue.asked_reason = due, reason
    event = events.record(
        tx, "issue.later_asked", "issue", issue.id, official, unit_id=issue.unit_id, due=due.isoformat()
    )
    await tx.session.flush()
    lead = await issues.lead(tx, issue)
    if lead is not None:
        readers = await first_readers_accounts(tx)
        await changes.refresh(tx, [lead.id], [LATER_ASKED])
        key = f"{LATER_ASKED}:{event.id}"
        await tell.accounts(tx, readers, LATER_ASKED, key, opinion_id=lead.id, issue_id=issue.id, due=due.isoformat())


def is_asked(issue: Issue, due: date) -> bool:
    """Whether this later day is what the unit asks for now."""
    return issue.state is IssueState.ASSIGNED and issue.asked_due == due


async def agree_later(tx: Transaction, issue: Issue, official: Official, due: date) -> bool:
    """The office agrees to the day that the unit asked for, and those who asked are told why; False when overtaken."""
    if not is_asked(issue, due) or due <= issues.today(tx):
        return False
    event = await dues.move(tx, issue, official, due, issue.asked_reason)
    issue.asked_due = issue.asked_reason = None
    await _tell_unit(tx, issue, "later_agreed", event)
    return True


async def refuse_later(tx: Transaction, issue: Issue, official: Official, due: date) -> bool:
    """The office does not agree: the day stands, the unit is told; False when overtaken."""
    if not is_asked(issue, due):
        return False
    issue.asked_due = issue.asked_reason = None
    event = events.record(
        tx, "issue.later_refused", "issue", issue.id, official, unit_id=issue.unit_id, due=due.isoformat()
    )
    await tx.session.flush()
    await _tell_unit(tx, issue, "later_refused", event)
    return True


async def _tell_unit(tx: Transaction, issue: Issue, kind: str, event: Event) -> None:
    lead = await issues.lead(tx, issue)
    if lead is not None and issue.unit_id is not None:
        readers = await tell.accounts_in(tx, [Role.STAFF], unit_id=issue.unit_id)
        await tell.accounts(tx, readers, kind, f"{kind}:{event.id}", opinion_id=lead.id, issue_id=issue.id)
        await changes.refresh(tx, [lead.id], [LATER_ASKED])
