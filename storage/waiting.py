"""What waits for the office to sort it, in the order in which it burns, and what the office keeps to answer itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select

from storage import events, issues, parts
from storage.database import Transaction
from storage.models import Event, Issue, Official, Opinion, Outbox, Role, Verdict
from storage.states import IssueState, OpinionState

PUT_OFF = "opinion.put_off"

CARDS = frozenset({"card", "different", "unit_card", "replied", "disagreed", "disputed", "approval"})
"""Kinds of notices to officials that show where a matter stands, and change when that does."""

HERS = frozenset({"opinion.withdrawn", "opinion.reopened"})
"""What an author does that says where her matter stands, whatever an official did before."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One card to sort. `due` is the day by which it is to be sorted; `put_off`: later in today's round."""

    opinion_id: int
    number: int
    due: date | None
    returned: bool
    put_off: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """Everything that waits to be sorted, what burns first in front."""

    cards: tuple[Waiting, ...]
    today: date

    @property
    def late(self) -> int:
        return sum(each.due is not None and each.due < self.today for each in self.cards)

    @property
    def due_today(self) -> int:
        return sum(each.due == self.today for each in self.cards)

    @property
    def put_off(self) -> int:
        return sum(each.put_off > 0 for each in self.cards)


def waits(opinion: Opinion) -> bool:
    """Whether an opinion waits to be sorted. `opinion.issue` must be loaded."""
    if opinion.state is OpinionState.RECEIVED:
        return opinion.proposed is None
    return opinion.issue is not None and opinion.issue.state is IssueState.OPEN and opinion.state in issues.ACTIVE


async def to_sort(tx: Transaction) -> Round:
    """What waits for the clerk: received opinions that no leader is asked about, and issues that a unit gave back.

    What was given back comes first, then what is to be sorted soonest; an issue is one card, that of its first opinion.
    What was put off today comes last, in the order in which it was.
    """
    today = issues.today(tx)
    received = await tx.session.execute(
        select(Opinion.id, Opinion.number, Opinion.sort_due)
        .where(Opinion.state == OpinionState.RECEIVED, Opinion.proposed.is_(None))
        .order_by(Opinion.number)
    )
    returned = await tx.session.execute(
        select(Opinion.id, Opinion.number, Issue.id, Issue.due)
        .join(Issue, Issue.id == Opinion.issue_id)
        .where(Issue.state == IssueState.OPEN, Opinion.state.in_(issues.ACTIVE))
        .order_by(Opinion.number)
    )
    leads: dict[int, Waiting] = {}
    for opinion_id, number, issue_id, due in returned:
        leads.setdefault(issue_id, Waiting(opinion_id, number, due, returned=True))
    found = [*leads.values(), *(Waiting(*row, returned=False) for row in received)]
    put_off = await _put_off(tx, [each.opinion_id for each in found])
    cards = (
        Waiting(each.opinion_id, each.number, each.due, each.returned, put_off.get(each.opinion_id, 0))
        for each in found
    )
    order = sorted(cards, key=lambda each: (each.put_off, not each.returned, each.due or date.max, each.number))
    return Round(tuple(order), today)


async def _put_off(tx: Transaction, opinion_ids: list[int]) -> dict[int, int]:
    """The last event of today by which each of these was put off."""
    if not opinion_ids:
        return {}
    midnight = datetime.combine(issues.today(tx), time(), tx.commune.timezone)
    rows = await tx.session.execute(
        select(Event.subject_id, func.max(Event.id))
        .where(
            Event.subject == "opinion",
            Event.subject_id.in_(opinion_ids),
            Event.kind == PUT_OFF,
            Event.at >= midnight,
        )
        .group_by(Event.subject_id)
    )
    return {row[0]: row[1] for row in rows}


def put_off(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """[Để sau]: the card comes again when the others of today's round are done; its days go on."""
    events.record(tx, PUT_OFF, "opinion", opinion.id, official)


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of this year's opinions."""

    opinions: int
    issues: int
    asked: int
    redirected: int
    ready: int
    proposed: int
    unassigned: int
    overdue: int


async def summary(tx: Transaction) -> Summary:
    """The count of what was raised since the year began, without what was withdrawn."""
    today = issues.today(tx)
    begins = datetime(today.year, 1, 1, tzinfo=tx.commune.timezone)
    states = (
        await tx.session.execute(
            select(
                func.count(),
                func.count(Opinion.issue_id.distinct()),
                func.count().filter(Opinion.state == OpinionState.NEEDS_DETAIL),
                func.count().filter(Opinion.state == OpinionState.REDIRECTED),
                func.count().filter(Opinion.verdict == Verdict.ALREADY_ANSWERED),
                func.count().filter(Opinion.state == OpinionState.RECEIVED, Opinion.proposed.is_not(None)),
            ).where(Opinion.raised_at >= begins, Opinion.state != OpinionState.WITHDRAWN)
        )
    ).one()
    open_ = (
        await tx.session.execute(
            select(
                func.count().filter(Issue.state == IssueState.OPEN),
                func.count().filter(Issue.state == IssueState.ASSIGNED, Issue.due < today),
            ).where(Issue.state.in_([IssueState.OPEN, IssueState.ASSIGNED]))
        )
    ).one()
    return Summary(*states, *open_)


async def kept(tx: Transaction) -> list[int]:
    """The issues that the office answers itself, the most urgent first: those of no unit, or of one without staff."""
    staffed = select(Official.unit_id).where(
        Official.role == Role.STAFF, Official.revoked_at.is_(None), Official.unit_id.is_not(None)
    )
    found = await tx.session.scalars(
        select(Issue.id)
        .where(Issue.state == IssueState.ASSIGNED, Issue.unit_id.is_(None) | Issue.unit_id.not_in(staffed))
        .order_by(Issue.due, Issue.id)
    )
    return list(found)


async def card_behind(
    tx: Transaction, account_id: int, message_id: int, kinds: Collection[str] = CARDS
) -> tuple[int, int] | None:
    """(outbox id, opinion id) of a card sent as a notice, which is rendered anew when the state changes."""
    row = (
        await tx.session.execute(
            select(Outbox.id, Outbox.opinion_id)
            .where(
                parts.is_shown(account_id, message_id),
                Outbox.kind.in_(kinds),
                Outbox.method.is_(None),
                Outbox.edits_id.is_(None),
                Outbox.opinion_id.is_not(None),
            )
            .limit(1)
        )
    ).one_or_none()
    return (row[0], row[1]) if row is not None and row[1] is not None else None


async def last_acts(tx: Transaction, opinions: Sequence[Opinion]) -> dict[int, tuple[Event, Official | None]]:
    """By opinion: the newest thing an official did with it or its issue, and who; or what its author did, of HERS."""
    if not opinions:
        return {}
    await tx.session.flush()
    issue_ids = {each.issue_id for each in opinions if each.issue_id is not None}
    newest = (
        select(func.max(Event.id))
        .where(
            ((Event.subject == "opinion") & Event.subject_id.in_([each.id for each in opinions]))
            | ((Event.subject == "issue") & Event.subject_id.in_(issue_ids)),
            Event.official_id.is_not(None) | Event.kind.in_(HERS),
        )
        .group_by(Event.subject, Event.subject_id)
    )
    rows = await tx.session.execute(
        select(Event, Official).outerjoin(Official, Official.id == Event.official_id).where(Event.id.in_(newest))
    )
    by_subject = {(event.subject, event.subject_id): (event, official) for event, official in rows}
    found: dict[int, tuple[Event, Official | None]] = {}
    for each in opinions:
        acts = [by_subject.get(("opinion", each.id)), by_subject.get(("issue", each.issue_id or 0))]
        last = max((act for act in acts if act is not None), key=lambda act: act[0].id, default=None)
        if last is not None:
            found[each.id] = last
    return found
