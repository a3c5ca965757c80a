"""What the observer (MTTQ) sees of every issue, and finds of the answered ones."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from storage import events, issues, tell
from storage.database import Transaction
from storage.models import Answer, Issue, Official, Opinion, Review, Role
from storage.rights import Right, may
from storage.states import AnswerState, IssueState

ANSWERED = (IssueState.ANSWERED, IssueState.SETTLED)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many issues there are, how many were answered, and how many of these nobody has reviewed."""

    issues: int
    answered: int
    unreviewed: int


_UNREVIEWED = Issue.state.in_(ANSWERED) & ~select(Review.id).where(Review.issue_id == Issue.id).exists()


async def counts(tx: Transaction) -> Counts:
    row = (
        await tx.session.execute(
            select(
                func.count(),
                func.count().filter(Issue.state.in_(ANSWERED)),
                func.count().filter(_UNREVIEWED),
            ).where(Issue.state != IssueState.CLOSED)
        )
    ).one()
    return Counts(*row)


@dataclass(frozen=True, slots=True)
class Seen:
    """An issue as the observer reads it: no names. `answer` is the newest released one, `review` the newest."""

    issue: Issue
    lead: Opinion
    people: int
    villages: int
    answer: Answer | None
    review: Review | None


async def seen(tx: Transaction, official: Official, position: int) -> Seen | None:
    """The issue at `position`: answered ones without a review first, then the oldest. None past the end."""
    if not may(official, Right.REVIEW):
        return None
    issue = await tx.session.scalar(
        select(Issue)
        .where(Issue.state != IssueState.CLOSED)
        .order_by(case((_UNREVIEWED, 0), else_=1), Issue.id)
        .offset(position)
        .limit(1)
    )
    return await seen_issue(tx, official, issue) if issue is not None else None


async def seen_issue(tx: Transaction, official: Official, issue: Issue) -> Seen | None:
    """One issue for the observer; None without the right or when nobody asks any more."""
    lead = await issues.lead(tx, issue)
    if lead is None or not may(official, Right.REVIEW) or issue.state is IssueState.CLOSED:
        return None
    answer = await tx.session.scalar(
        select(Answer)
        .where(Answer.issue_id == issue.id, Answer.state == AnswerState.RELEASED)
        .order_by(Answer.id.desc())
        .limit(1)
        .options(selectinload(Answer.attachments), selectinload(Answer.official))
    )
    review = await tx.session.scalar(
        select(Review).where(Review.issue_id == issue.id).order_by(Review.id.desc()).limit(1)
    )
    return Seen(issue, lead, *await issues.count_people(tx, issue), answer, review)


async def review(tx: Transaction, official: Official, issue: Issue, *, is_settled: bool, reason: str | None) -> Review:
    """Writes down what the observer found and tells the office. Raises ValueError when nothing was answered yet."""
    if issue.state not in ANSWERED:
        raise ValueError("only an answered issue can be reviewed")
    found = Review(
        issue_id=issue.id,
        official_id=official.id,
        is_settled=is_settled,
        reason=reason and reason.strip()[:2000],
        at=tx.now,
    )
    tx.session.add(found)
    await tx.session.flush()
    kind = "issue.found_settled" if is_settled else "issue.found_unsettled"
    events.record(tx, kind, "issue", issue.id, official)
    if not is_settled:
        lead = await issues.lead(tx, issue)
        readers = await tell.accounts_in(tx, [Role.CLERK, Role.LEADER])
        await tell.accounts(
            tx, readers, "review", f"review:{found.id}", opinion_id=lead.id if lead else None, review_id=found.id
        )
    return found
