"""The morning digest: what waits for an official, counted from the record as it is, and sent once a working day."""

from dataclasses import dataclass, fields, replace
from datetime import date, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from storage import (
    conference_clock,
    conferences,
    events,
    issues,
    planning,
    publication,
    reviews,
    roles,
    sealed,
    submitted,
    tell,
    verdicts,
    waiting,
    windows,
    writing,
)
from storage.database import Transaction
from storage.deadlines import UNSORTED, UNTOLD
from storage.events import Actor
from storage.models import Answer, Commitment, Event, Issue, Official, Opinion, Priority, Role
from storage.proofs import NOTICE_DAYS
from storage.rights import Right, may, reads_received
from storage.states import AnswerState, CommitmentState, IssueState, OpinionState

AT = time(7)
"""Of the commune's clock; one that the machine missed goes later on the same working day, or never."""

SOON = 2
"""Working days within which a day is near enough to be said in the morning."""

WEEKLY = (Role.CLERK, Role.STAFF, Role.LEADER)
"""Who hears once a week that nothing waits, so that silence is never taken for that."""

DUTY = "digest"


_Day = InstrumentedAttribute[date] | InstrumentedAttribute[date | None]


@dataclass(frozen=True, slots=True)
class Due:
    """How many wait, how many of them are due today, and how many are late."""

    count: int = 0
    today: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """What waits for one official; what is not his to do stands at zero.

    `unsorted` is what `/viec` shows to be sorted, with what a unit `returned`. `silent`: came back because its author
    left a question alone. `own`: the office answers itself, for want of a unit with staff. `untold`: authors whom the
    law wants told, `today` here within SOON. `held`: people for whom a message waits until they write. `to_publish`:
    words that their authors let be published. `to_approve` and `to_agree` are a deputy's too, `unfinished` are answers
    that he began. `late` names units.
    `to_set`: changes of the conference that wait for a leader. `law`: what is due of the conference and near its day.
    """

    unsorted: Due = Due()
    returned: int = 0
    silent: int = 0
    untold: Due = Due()
    own: Due = Due()
    to_publish: int = 0
    held: int = 0
    of_unit: Due = Due()
    sent_back: int = 0
    to_approve: int = 0
    to_agree: int = 0
    unfinished: int = 0
    to_set: int = 0
    law: int = 0
    sealed: int = 0
    promised: Due = Due()
    late: tuple[tuple[str | None, int], ...] = ()
    to_read_out: int = 0
    unreviewed: int = 0

    @property
    def waits(self) -> bool:
        """Whether anything does. What the law wants told is among what is unsorted, but for what is asked."""
        values = [getattr(self, each.name) for each in fields(self)]
        return any(each.count if isinstance(each, Due) else each for each in values)


async def of(tx: Transaction, official: Official) -> Digest:
    """What waits for this official now."""
    found = Digest()
    if await reads_received(tx, official):
        found = await _of_the_office(tx)
    match official.role:
        case Role.STAFF:
            found = await _of_a_unit(tx, official.unit_id)
        case Role.LEADER:
            found = await _of_a_leader(tx, found)
        case Role.VILLAGE_HEAD:
            found = Digest(to_read_out=await _to_read_out(tx, official))
        case Role.OBSERVER:
            counts = await reviews.counts(tx)
            found = Digest(unreviewed=counts.unreviewed, to_read_out=await _to_read_out(tx, official))
    plans = may(official, Right.PLAN_CONFERENCE)
    return replace(
        found,
        law=await _law(tx) if plans else 0,
        to_set=len(await planning.waiting_for_a_leader(tx)) if plans and await planning.decides(tx, official) else 0,
        to_approve=len(await submitted.waiting(tx, official)),
        to_agree=len(await verdicts.proposals_for(tx, official)),
        unfinished=len(await writing.unfinished(tx, official)),
        sealed=await sealed.count_for(tx, official),
    )


async def send(tx: Transaction) -> int:
    """Queues the digest of today, once, to every official for whom something waits; returns how many are new."""
    local = tx.now.astimezone(tx.commune.timezone)
    day, calendar = local.date(), tx.commune.calendar
    if not (calendar.is_working(day) and calendar.is_open(local) and local.time() >= AT) or await _was_sent(tx, day):
        return 0
    monday = day - timedelta(days=day.weekday())
    is_first = calendar.next_working(monday) == day
    count = 0
    for official in await roles.active(tx):
        if (is_first and official.role in WEEKLY) or (await of(tx, official)).waits:
            readers = await tell.accounts_of_official(tx, official.id)
            key = f"{DUTY}:{day.isoformat()}:{official.id}"
            count += await tell.accounts(
                tx,
                readers,
                DUTY,
                key,
                priority=Priority.REMINDER,
                official_id=official.id,
                day=day.isoformat(),
                weekly=is_first,
            )
    events.record(tx, "digest.sent", "day", day.toordinal(), Actor.CLOCK, count=count)
    return count


async def _was_sent(tx: Transaction, day: date) -> bool:
    sent = select(Event.id).where(
        Event.subject == "day", Event.subject_id == day.toordinal(), Event.kind == "digest.sent"
    )
    return await tx.session.scalar(sent.limit(1)) is not None


async def _count(tx: Transaction, *which: ColumnElement[bool], of: type[Opinion | Issue | Answer] = Opinion) -> int:
    return await tx.session.scalar(select(func.count()).select_from(of).where(*which)) or 0


async def _due(tx: Transaction, column: _Day, *which: ColumnElement[bool], soon: int = 0) -> Due:
    """Those of `which` by their day: today or within `soon` working days, and before today."""
    today = issues.today(tx)
    until = tx.commune.calendar.add(today, soon)
    row = (
        await tx.session.execute(
            select(
                func.count(),
                func.count().filter(column >= today, column <= until),
                func.count().filter(column < today),
            ).where(*which)
        )
    ).one()
    return Due(*row)


async def _of_the_office(tx: Transaction) -> Digest:
    unanswered = (
        select(Event.id)
        .where(
            Event.subject == "opinion",
            Event.subject_id == Opinion.id,
            Event.kind == "opinion.unanswered",
            Event.at >= Opinion.asked_at,
        )
        .exists()
    )
    to_sort = await waiting.to_sort(tx)
    untold = await _due(tx, Opinion.notice_due, UNTOLD, soon=SOON)
    return Digest(
        unsorted=Due(len(to_sort.cards), to_sort.due_today, to_sort.late),
        returned=sum(each.returned for each in to_sort.cards),
        silent=await _count(tx, UNSORTED, unanswered),
        untold=Due(untold.today + untold.late, untold.today, untold.late),
        own=await _due(tx, Issue.due, Issue.id.in_(await waiting.kept(tx))),
        to_publish=await publication.count_waiting(tx),
        held=await windows.count_held(tx),
        late=await _late_by_unit(tx),
    )


async def _late_by_unit(tx: Transaction) -> tuple[tuple[str | None, int], ...]:
    rows = await tx.session.execute(
        select(Issue.unit_id, func.count())
        .where(Issue.state.in_([IssueState.ASSIGNED, IssueState.DRAFTED]), Issue.due < issues.today(tx))
        .group_by(Issue.unit_id)
        .order_by(func.count().desc(), Issue.unit_id)
    )
    return tuple((unit_id, count) for unit_id, count in rows)


async def _of_a_unit(tx: Transaction, unit_id: str | None) -> Digest:
    sent_back = select(Issue.id).where(Issue.id == Answer.issue_id, Issue.unit_id == unit_id).exists()
    return Digest(
        of_unit=await _due(tx, Issue.due, Issue.state == IssueState.ASSIGNED, Issue.unit_id == unit_id),
        sent_back=await _count(
            tx, Answer.state == AnswerState.DRAFT, Answer.returned_at.is_not(None), sent_back, of=Answer
        ),
        promised=await _promised(tx, Commitment.unit_id == unit_id),
    )


async def _promised(tx: Transaction, *which: ColumnElement[bool]) -> Due:
    found = await _due(tx, Commitment.due, Commitment.state == CommitmentState.OPEN, *which, soon=SOON)
    return Due(found.today + found.late, found.today, found.late)


async def _of_a_leader(tx: Transaction, office: Digest) -> Digest:
    return Digest(
        unsorted=office.unsorted,
        returned=office.returned,
        silent=office.silent,
        untold=office.untold,
        own=office.own,
        to_publish=office.to_publish,
        promised=await _promised(tx),
        late=await _late_by_unit(tx),
    )


async def _law(tx: Transaction) -> int:
    """How many things are due of the conference in hand, with a day no further off than the law's own seven."""
    conference = await conferences.in_hand(tx)
    if conference is None:
        return 0
    near = issues.today(tx) + timedelta(days=NOTICE_DAYS)
    return sum(day <= near for _, day in await conference_clock.due_of(tx, conference))


async def _to_read_out(tx: Transaction, official: Official) -> int:
    return await _count(
        tx, Opinion.entered_by_id == official.id, Opinion.state == OpinionState.ANSWERED, Opinion.rating.is_(None)
    )
