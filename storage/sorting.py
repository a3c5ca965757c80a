"""What a clerk decides about an opinion: accepted and given to a unit, or merged with those who said the same.

Each is one transaction: the change, its event, the cards that show it, the word to its author and to its unit.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import update

from storage import dues, events, issues
from storage.database import Transaction
from storage.models import Answer, Event, Issue, Official, Opinion, Verdict
from storage.sorted import show, tell_author, tell_unit
from storage.states import AnswerState, ForbiddenMove, IssueState, OpinionState, move
from storage.undoing import UNDO, UNDRAFTED, UNRELEASED, Overtaken, undo
from storage.waiting import waits

__all__ = [
    "ASSIGNABLE",
    "UNDO",
    "UNRELEASED",
    "NotMerged",
    "Overtaken",
    "UnknownUnit",
    "accept",
    "assign",
    "is_joined",
    "merge",
    "split_out",
    "undo",
]

ASSIGNABLE = UNDRAFTED


class UnknownUnit(ValueError):
    """The commune has no unit with this id."""


class NotMerged(Exception):
    """An opinion that cannot be merged as it stands, `opinion`; nothing was merged."""

    def __init__(self, opinion: Opinion) -> None:
        super().__init__(f"opinion {opinion.id} is {opinion.state}")
        self.opinion = opinion


def _check_unit(tx: Transaction, unit_id: str | None) -> None:
    if unit_id is not None and tx.commune.unit(unit_id) is None:
        raise UnknownUnit(unit_id)


async def accept(
    tx: Transaction,
    opinion: Opinion,
    official: Official,
    *,
    unit_id: str | None = None,
    field_id: str | None = None,
    due: date | None = None,
    due_reason: str | None = None,
) -> Event:
    """Accepts an opinion that waits and gives it to a unit; returns the event, by which it can be undone.

    Defaults: the unit of its field, and `issues.default_due`. `opinion.issue` must be loaded. Raises ForbiddenMove when
    it does not wait any more, UnknownUnit, and DueError for a day that cannot be taken.
    """
    if opinion.state is not OpinionState.RECEIVED or not waits(opinion):
        raise ForbiddenMove(opinion.state, OpinionState.ACCEPTED)
    _check_unit(tx, unit_id)
    if due is not None:
        dues.check(tx, due, await issues.default_due(tx), due_reason)
    issue = await issues.accept(tx, opinion, official, unit_id=unit_id, field_id=field_id, due=due)
    if due is not None and due_reason:
        issue.due_reason = due_reason.strip()[: dues.MAX_REASON] or None
    event = await _event_of(tx, opinion)
    await tell_author(tx, opinion, event)
    await tell_unit(tx, issue, event)
    await show(tx, issue)
    return event


async def _event_of(tx: Transaction, opinion: Opinion) -> Event:
    event = await events.last(tx, "opinion", opinion.id, ["opinion.accepted"])
    if event is None:
        raise LookupError(f"opinion {opinion.id} was accepted without an event")
    return event


async def assign(
    tx: Transaction,
    issue: Issue,
    official: Official,
    unit_id: str,
    *,
    due: date | None = None,
    due_reason: str | None = None,
) -> Event:
    """Gives an issue to another unit, or back to the one that returned it; its day stands unless `due` moves it.

    Returns the event, by which it can be undone. Raises ForbiddenMove once an answer was submitted, UnknownUnit, and
    DueError for a day that cannot be taken.
    """
    if issue.state not in ASSIGNABLE:
        raise ForbiddenMove(issue.state, IssueState.ASSIGNED)
    _check_unit(tx, unit_id)
    before = issue.due or await issues.default_due(tx)
    if due is not None:
        dues.check(tx, due, before, due_reason)
    step = None
    if issue.state is IssueState.OPEN:
        step = (issue.state, move(issue.state, IssueState.ASSIGNED))
        issue.state = step[1]
    data = {"before_unit": issue.unit_id, "before_due": issue.due.isoformat() if issue.due else None}
    issue.unit_id, issue.due, issue.assigned_at = unit_id, due or before, tx.now
    if due is not None:
        issue.due_reason = (due_reason or "").strip()[: dues.MAX_REASON] or None
    event = events.record(
        tx, "issue.assigned", "issue", issue.id, official, step, unit_id=unit_id, due=issue.due.isoformat(), **data
    )
    await dues.tell_moved(tx, issue, event, before)
    await tell_unit(tx, issue, event)
    await show(tx, issue)
    return event


async def merge(tx: Transaction, opinions: Sequence[Opinion], into: Issue | Opinion, official: Official) -> Event:
    """Makes opinions voices of one issue; returns the event, by which all of it can be undone.

    A code means its issue, so whatever an opinion's own issue holds comes along, and the emptied issue is closed. When
    `into` is an opinion that waits, it is accepted first. Each `opinion.issue` must be loaded. Raises NotMerged, and
    changes nothing, when one of them was answered, withdrawn, or is otherwise past merging.
    """
    first = into if isinstance(into, Opinion) else None
    target = into if isinstance(into, Issue) else into.issue
    moving = await _voices(tx, opinions, target, first)
    for each, issue in moving:
        if not (waits(each) if issue is None else issue.state in ASSIGNABLE and each.state is OpinionState.ACCEPTED):
            raise NotMerged(each)
    if target is not None and target.state not in UNRELEASED:
        raise NotMerged(await issues.lead(tx, target) or opinions[0])
    if not moving or (first is not None and target is None and not waits(first)):
        raise NotMerged(first if first is not None and target is None else opinions[0])
    accepted = None
    if target is None and first is not None:
        target, accepted = await issues.accept(tx, first, official), first
    if target is None:
        raise LookupError("an opinion that was accepted has an issue")
    return await _move_in(tx, moving, target, official, accepted)


async def _voices(
    tx: Transaction, opinions: Iterable[Opinion], target: Issue | None, first: Opinion | None
) -> list[tuple[Opinion, Issue | None]]:
    """The opinions to be moved into `target`, each with the issue it leaves, in the order of their numbers."""
    found: dict[int, tuple[Opinion, Issue | None]] = {}
    for each in opinions:
        if each.issue is None:
            found[each.id] = (each, None)
        elif target is None or each.issue.id != target.id:
            together = await issues.opinions_of(tx, each.issue)
            found |= {one.id: (one, each.issue) for one in together if one.state is not OpinionState.WITHDRAWN}
            found.setdefault(each.id, (each, each.issue))
    if first is not None:
        found.pop(first.id, None)
    return sorted(found.values(), key=lambda pair: pair[0].number)


async def _move_in(
    tx: Transaction,
    moving: Sequence[tuple[Opinion, Issue | None]],
    target: Issue,
    official: Official,
    accepted: Opinion | None,
) -> Event:
    lead = accepted or await issues.lead(tx, target)
    alone = [each for each in await issues.opinions_of(tx, target) if each.state is not OpinionState.WITHDRAWN]
    ids: dict[str, Any] = {"unit_id": target.unit_id, "number": lead.number if lead is not None else None}
    left = {issue.id: issue for _, issue in moving if issue is not None}
    came_from = [
        (each.id, issue.id if issue is not None else None, issue.state if issue is not None else None)
        for each, issue in moving
    ]
    event = events.record(
        tx,
        "issue.merged",
        "issue",
        target.id,
        official,
        **ids,
        voices=came_from,
        accepted=accepted.id if accepted is not None else None,
    )
    await tx.session.flush()
    for each, _ in moving:
        step = None
        if each.state is OpinionState.RECEIVED:
            step = (each.state, move(each.state, OpinionState.ACCEPTED))
            each.state, each.verdict, each.proposed = step[1], Verdict.ACCEPTED, None
        each.issue_id, each.issue = target.id, target
        events.record(
            tx, "opinion.merged", "opinion", each.id, official, step, issue_id=target.id, **ids, undo_id=event.id
        )
    for issue in left.values():
        await issues.close_if_empty(tx, issue, official, merged_into=target)
    event.data = {**event.data, "count": (await issues.count_people(tx, target))[0]}
    for each in ([accepted] if accepted is not None else []) + [each for each, _ in moving]:
        await tell_author(tx, each, event)
    if accepted is None and len(alone) == 1 and alone[0].state is OpinionState.ACCEPTED:
        # She was told of it as hers alone; of those who join later she need not hear each time.
        await tell_author(tx, alone[0], event, quiet=True)
    if accepted is not None:
        await tell_unit(tx, target, event)
    await show(tx, target, *left.values())
    return event


async def is_joined(tx: Transaction, opinion: Opinion) -> bool:
    """Whether it is one voice of several that may still be split out. `opinion.issue` must be loaded."""
    issue = opinion.issue
    if issue is None or issue.state not in UNRELEASED or opinion.state is not OpinionState.ACCEPTED:
        return False
    others = [each for each in await issues.opinions_of(tx, issue) if each.id != opinion.id]
    return any(each.state is not OpinionState.WITHDRAWN for each in others)


async def split_out(tx: Transaction, opinion: Opinion, official: Official) -> Event:
    """Gives one voice of an issue an issue of its own, with the same unit and day; returns the event.

    Raises NotMerged when the opinion stands alone already or its answer has gone out. `opinion.issue` must be loaded.
    """
    issue = opinion.issue
    if issue is None or not await is_joined(tx, opinion):
        raise NotMerged(opinion)
    own = Issue(
        state=IssueState.OPEN,
        field_id=opinion.field_id,
        unit_id=issue.unit_id,
        due=issue.due,
        due_reason=issue.due_reason,
        created_at=tx.now,
        assigned_at=tx.now,
        in_hall=False,
        folded="",
    )
    tx.session.add(own)
    await tx.session.flush()
    own.state = move(own.state, IssueState.ASSIGNED)
    opinion.issue_id, opinion.issue = own.id, own
    first = issues.first_of([each for each in await issues.opinions_of(tx, issue) if each.id != opinion.id])
    # What is on its way to the leader answers those who stay.
    await tx.session.execute(
        update(Answer)
        .where(Answer.opinion_id == opinion.id, Answer.state.in_([AnswerState.SUBMITTED, AnswerState.APPROVED]))
        .values(opinion_id=first.id)
    )
    event = events.record(
        tx,
        "opinion.split_out",
        "opinion",
        opinion.id,
        official,
        issue_id=own.id,
        from_issue_id=issue.id,
        number=first.number,
        unit_id=own.unit_id,
    )
    await tell_unit(tx, own, event)
    await show(tx, issue, own)
    return event
