"""One matter: opened by the first opinion accepted into it, given to a unit, with a day by which it is answered."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from storage import conferences, events
from storage.commune import OTHER_FIELD, Field
from storage.database import Transaction
from storage.events import Actor
from storage.models import Answer, Issue, Official, Opinion, Verdict
from storage.states import MOVES, AnswerState, IssueState, OpinionState, move

ACTIVE = (OpinionState.ACCEPTED, OpinionState.REOPENED)
"""States of an opinion in which its issue still owes it an answer."""

BEFORE_CONFERENCE = 3
"""Days before the conference by which answers are to be with the chair (dialogues.md, section 9)."""


def today(tx: Transaction) -> date:
    """The day it is in the commune."""
    return tx.now.astimezone(tx.commune.timezone).date()


def field_of(tx: Transaction, field_id: str) -> Field:
    """The field of the commune with this id, or the one for everything else when the configuration lost it."""
    found = tx.commune.field(field_id) or tx.commune.field(OTHER_FIELD)
    if found is None:
        raise LookupError(f"the commune has no field {OTHER_FIELD!r}")
    return found


async def default_due(tx: Transaction) -> date:
    """So many working days from today as the configuration says, and not after T-3 of the coming conference,
    or the last working day before it.

    A conference that is nearer than that moves nothing: the day would be past.
    """
    due = tx.commune.calendar.add(today(tx), tx.commune.answer_days)
    conference = await conferences.current(tx)
    if conference is None:
        return due
    latest = conference.starts_at.astimezone(tx.commune.timezone).date() - timedelta(days=BEFORE_CONFERENCE)
    while latest > today(tx) and not tx.commune.calendar.is_working(latest):
        latest -= timedelta(days=1)
    return min(due, latest) if latest > today(tx) else due


async def accept(
    tx: Transaction,
    opinion: Opinion,
    official: Official,
    *,
    unit_id: str | None = None,
    field_id: str | None = None,
    due: date | None = None,
) -> Issue:
    """Accepts an opinion into its issue, which is opened and given to a unit if it has none yet; returns the issue.

    Defaults: the unit of its field, and `default_due`. Raises ForbiddenMove when it is neither received nor reopened.
    """
    moved = (opinion.state, move(opinion.state, OpinionState.ACCEPTED))
    opinion.state, opinion.verdict, opinion.proposed = moved[1], Verdict.ACCEPTED, None
    if opinion.issue_id is None:
        field = field_of(tx, field_id or opinion.field_id)
        issue = Issue(
            state=IssueState.OPEN,
            field_id=field.id,
            unit_id=unit_id or field.unit,
            due=due or await default_due(tx),
            created_at=tx.now,
            assigned_at=tx.now,
            in_hall=False,
            folded="",
        )
        tx.session.add(issue)
        await tx.session.flush()
        opinion.issue_id, opinion.issue = issue.id, issue
        step = (issue.state, move(issue.state, IssueState.ASSIGNED))
        issue.state = step[1]
        events.record(
            tx, "issue.assigned", "issue", issue.id, official, step, unit_id=issue.unit_id, due=_iso(issue.due)
        )
    else:
        issue = await tx.session.get_one(Issue, opinion.issue_id)
    ids = {"issue_id": issue.id, "unit_id": issue.unit_id, "due": _iso(issue.due)}
    events.record(tx, "opinion.accepted", "opinion", opinion.id, official, moved, **ids)
    return issue


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


async def by_id(tx: Transaction, issue_id: int) -> Issue | None:
    return await tx.session.get(Issue, issue_id)


async def opinions_of(tx: Transaction, issue: Issue) -> list[Opinion]:
    """Its opinions by number, withdrawn ones too."""
    found = await tx.session.scalars(select(Opinion).where(Opinion.issue_id == issue.id).order_by(Opinion.number))
    return list(found)


async def lead(tx: Transaction, issue: Issue) -> Opinion | None:
    """The opinion whose code names the issue: its first one that was not withdrawn, else its first."""
    found = await opinions_of(tx, issue)
    return first_of(found) if found else None


def first_of(opinions: Sequence[Opinion]) -> Opinion:
    """The lead among the opinions of one issue, which are in the order of their numbers; at least one."""
    return next((each for each in opinions if each.state is not OpinionState.WITHDRAWN), opinions[0])


async def close_if_empty(
    tx: Transaction, issue: Issue, actor: Official | Actor, merged_into: Issue | None = None
) -> bool:
    """Closes an issue that nobody asks any more: its last opinion was withdrawn, sealed, undone or merged away.

    Returns whether it did. An answered issue is left as it is.
    """
    await tx.session.flush()
    asked = await tx.session.scalar(
        select(func.count())
        .select_from(Opinion)
        .where(Opinion.issue_id == issue.id, Opinion.state != OpinionState.WITHDRAWN)
    )
    if asked or IssueState.CLOSED not in MOVES[IssueState][issue.state]:
        return False
    # What was on its way to those who asked is a draft again: nobody is left to approve it for.
    for answer in await tx.session.scalars(
        select(Answer)
        .where(Answer.issue_id == issue.id, Answer.state.in_([AnswerState.SUBMITTED, AnswerState.APPROVED]))
        .order_by(Answer.id)
    ):
        moved = (answer.state, move(answer.state, AnswerState.DRAFT))
        answer.state, answer.release_at = moved[1], None
        answer.revision += 1
        events.record(tx, "answer.laid_aside", "issue", issue.id, actor, moved, answer_id=answer.id)
    step = (issue.state, move(issue.state, IssueState.CLOSED))
    issue.state, issue.merged_into_id = step[1], merged_into.id if merged_into else None
    events.record(tx, "issue.closed", "issue", issue.id, actor, step, issue_id=issue.merged_into_id)
    await _lay_aside(tx, issue, actor)
    return True


async def _lay_aside(tx: Transaction, issue: Issue, actor: Official | Actor) -> None:
    """What was on its way to an issue that nobody asks about any more is a draft again: nobody approves or sends it."""
    waiting = await tx.session.scalars(
        select(Answer).where(
            Answer.issue_id == issue.id, Answer.state.in_([AnswerState.SUBMITTED, AnswerState.APPROVED])
        )
    )
    for answer in waiting:
        moved = (answer.state, move(answer.state, AnswerState.DRAFT))
        answer.state, answer.approver_id = moved[1], None
        answer.approved_at = answer.release_at = None
        answer.revision += 1
        events.record(tx, "answer.laid_aside", "issue", issue.id, actor, moved, answer_id=answer.id)


def tally(opinions: Iterable[Opinion]) -> tuple[int, int]:
    """(people, villages) behind these opinions, as `count_people` counts them."""
    live = [each for each in opinions if each.state is not OpinionState.WITHDRAWN]
    people = {each.person_id if each.person_id is not None else -each.id for each in live}
    return len(people), len({each.village_id for each in live} - {None})


async def count_people(tx: Transaction, issue: Issue) -> tuple[int, int]:
    """(people, villages) behind an issue, without those who withdrew. Opinions without a person count one each."""
    live = (Opinion.issue_id == issue.id, Opinion.state != OpinionState.WITHDRAWN)
    row = (
        await tx.session.execute(
            select(
                func.count(Opinion.person_id.distinct()),
                func.count().filter(Opinion.person_id.is_(None)),
                func.count(Opinion.village_id.distinct()),
            ).where(*live)
        )
    ).one()
    return row[0] + row[1], row[2]
