"""What authors say of an answer and of a promise kept: what settles a matter, what opens it again, what silence means.

One author's word moves her own opinion alone; nobody else who asked is told, and silence is never counted as consent.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage import commitments, events, issues, opinions, tell
from storage.database import Transaction
from storage.drafts import MAX_TEXT
from storage.events import Actor
from storage.folding import fold
from storage.models import (
    Account,
    Addition,
    Answer,
    Attachment,
    Commitment,
    Draft,
    Issue,
    Opinion,
    Outbox,
    Priority,
    Rating,
    Role,
)
from storage.people import first_readers_accounts
from storage.sorted import show
from storage.states import AnswerState, CommitmentState, DeliveryState, IssueState, OpinionState, move

REMIND_AFTER = timedelta(days=3)
A_NIGHT = timedelta(hours=12)
"""May lie between a release and its arrival, and is not waited for once more."""
REMIND_WITHIN = timedelta(days=30)
"""What was asked longer ago than this is not reminded of any more, however long the machine was down."""

SETTLE_AFTER = timedelta(days=7)
"""After its commitment was closed, an issue that nobody disputes for so long is settled."""

ASK_WITHIN = timedelta(days=14)
"""How long after a promised day its authors are still asked about it."""

OF_CLOSING = frozenset({Rating.DONE, Rating.PARTLY, Rating.NOT_DONE})
DISPUTES = frozenset({Rating.PARTLY, Rating.NOT_DONE})
STILL_OWED = (OpinionState.RECEIVED, OpinionState.NEEDS_DETAIL, OpinionState.ACCEPTED, OpinionState.REOPENED)


async def find_clear(tx: Transaction, opinion: Opinion) -> Commitment | None:
    """She said that the answer is clear. It is settled unless something was promised: then that is returned.

    Raises ForbiddenMove when no answer awaits her word.
    """
    settled = move(opinion.state, OpinionState.SETTLED)
    issue = await _issue_of(tx, opinion)
    commitment = await commitments.in_force(tx, issue.id)
    if commitment is None:
        _rate(tx, opinion, Rating.CLEAR, settled)
        await commitments.settle_if_all_content(tx, issue, Actor.RESIDENT)
    elif opinion.rating is None or opinion.rating is Rating.UNCLEAR:
        _rate(tx, opinion, Rating.CLEAR)
    return commitment


async def find_unclear(tx: Transaction, opinion: Opinion) -> None:
    """She said that the answer is not clear: her opinion is open again, and those who owe her an answer are told.

    Raises ForbiddenMove when no answer awaits her word.
    """
    reopened = move(opinion.state, OpinionState.REOPENED)
    _rate(tx, opinion, Rating.UNCLEAR, reopened)
    await _reopen_issue(tx, opinion, await _issue_of(tx, opinion))


async def judge(tx: Transaction, opinion: Opinion, rating: Rating) -> Commitment | None:
    """She said whether what was promised is done; a dispute is kept, and opens nothing without `dispute`.

    Returns the commitment, None when nothing is promised any more. Raises ForbiddenMove when the opinion is not
    answered, ValueError for a rating of the answer itself.
    """
    if rating not in OF_CLOSING:
        raise ValueError(f"{rating} says nothing of a promise")
    settled = move(opinion.state, OpinionState.SETTLED)
    issue = await _issue_of(tx, opinion)
    commitment = await commitments.in_force(tx, issue.id)
    if commitment is None:
        return None
    if rating is Rating.DONE:
        _rate(tx, opinion, rating, settled)
        await commitments.settle_if_all_content(tx, issue, Actor.RESIDENT)
    else:
        _rate(tx, opinion, rating)
    return commitment


async def dispute(tx: Transaction, opinion: Opinion, words: str, files: Sequence[Attachment]) -> Issue:
    """One photo or sentence after "partly" or "not done" opens her opinion again; returns its issue with the new day.

    `files` are hers already; `opinion.additions` must be loaded. Raises ForbiddenMove when it is not answered.
    """
    moved = (opinion.state, move(opinion.state, OpinionState.REOPENED))
    opinion.state = moved[1]
    addition = Addition(text=words[:MAX_TEXT], added_at=tx.now)
    opinion.additions.append(addition)
    opinion.folded = f"{opinion.folded}\n{fold(addition.text)}"
    await tx.session.flush()
    events.record(
        tx, "opinion.reopened", "opinion", opinion.id, Actor.RESIDENT, moved, addition_id=addition.id, files=len(files)
    )
    issue = await _issue_of(tx, opinion)
    await _reopen_issue(tx, opinion, issue, files, addition_id=addition.id)
    return issue


async def dispute_with(tx: Transaction, opinion: Opinion, draft: Draft) -> Issue:
    """The same with what was held as a draft until its author said that it accuses nobody.

    `opinion` must be loaded whole. Raises ForbiddenMove when it is not answered, ValueError while the draft may be
    about a person; then nothing is changed.
    """
    move(opinion.state, OpinionState.REOPENED)
    words, files = await opinions.take_draft(tx, opinion, draft)
    return await dispute(tx, opinion, words, files)


def _rate(tx: Transaction, opinion: Opinion, rating: Rating, state: OpinionState | None = None) -> None:
    opinion.rating, opinion.rated_at = rating, tx.now
    moved = (opinion.state, state) if state is not None else None
    kind = "opinion.rated"
    if state is not None:
        opinion.state = state
        kind = "opinion.settled" if state is OpinionState.SETTLED else "opinion.reopened"
    events.record(tx, kind, "opinion", opinion.id, Actor.RESIDENT, moved, outcome=rating)


async def _reopen_issue(
    tx: Transaction, opinion: Opinion, issue: Issue, files: Sequence[Attachment] = (), **ids: Any
) -> None:
    if issue.state in (IssueState.ANSWERED, IssueState.SETTLED):
        moved = (issue.state, move(issue.state, IssueState.ASSIGNED))
        issue.state, issue.due, issue.due_reason = moved[1], await issues.default_due(tx), None
        issue.returned_reason, issue.assigned_at = None, tx.now
        events.record(
            tx,
            "issue.reopened",
            "issue",
            issue.id,
            Actor.RESIDENT,
            moved,
            unit_id=issue.unit_id,
            due=issue.due.isoformat(),
        )
    await tx.session.flush()
    answer = await opinions.released_answer(tx, opinion)
    key = f"reopened:{answer.id if answer else 0}:{opinion.id}"
    readers = await who_owes(tx, issue)
    await tell.accounts(tx, readers, "reopened", key, opinion_id=opinion.id, files=files, **ids)
    await show(tx, issue)


async def who_owes(tx: Transaction, issue: Issue) -> list[Account]:
    """The accounts of those who answer for an issue: the first readers, its unit's staff, the leaders."""
    found = await first_readers_accounts(tx)
    if issue.unit_id is not None:
        found = [*found, *await tell.accounts_in(tx, [Role.STAFF], unit_id=issue.unit_id)]
    found = [*found, *await tell.accounts_in(tx, [Role.LEADER])]
    return list({account.id: account for account in found}.values())


async def _issue_of(tx: Transaction, opinion: Opinion) -> Issue:
    issue = await tx.session.get(Issue, opinion.issue_id) if opinion.issue_id else None
    if issue is None:
        raise RuntimeError(f"opinion {opinion.id} is {opinion.state} without an issue")
    return issue


async def has_leader(tx: Transaction) -> bool:
    """Whether a leader hears what is opened again."""
    return bool(await tell.accounts_in(tx, [Role.LEADER]))


async def tally(tx: Transaction, issue: Issue) -> Counter[Rating | None]:
    """How many authors said what; None stands for those who said nothing yet. Without those who withdrew."""
    found = await issues.opinions_of(tx, issue)
    return Counter(each.rating for each in found if each.state is not OpinionState.WITHDRAWN)


async def settle_undisputed(tx: Transaction) -> int:
    """Settles issues whose commitment was closed SETTLE_AFTER ago and that nobody disputes; returns how many.

    Authors who said nothing stay without a rating. A dispute without a photo or a sentence holds it as long again.
    """
    before = tx.now - SETTLE_AFTER
    rows = await tx.session.execute(
        select(Issue, Commitment)
        .join(Commitment, Commitment.issue_id == Issue.id)
        .where(
            Issue.state == IssueState.ANSWERED,
            Commitment.state == CommitmentState.SETTLED,
            Commitment.closed_at <= before,
        )
        .order_by(Issue.id)
    )
    count = 0
    for issue, commitment in rows.all():
        in_force = await commitments.in_force(tx, issue.id)
        disputed = select(Opinion.id).where(
            Opinion.issue_id == issue.id,
            or_(Opinion.state.in_(STILL_OWED), Opinion.rating.in_(DISPUTES) & (Opinion.rated_at > before)),
        )
        if in_force is commitment and await tx.session.scalar(disputed.limit(1)) is None:
            commitments.settle(tx, issue, Actor.CLOCK)
            count += 1
    return count


def _told(kind: str, since: InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
    """Whether a notice of this kind about the opinion was queued at or after `since`."""
    notice = aliased(Outbox)
    return exists().where(notice.opinion_id == Opinion.id, notice.kind == kind, notice.created_at >= since)


def _unread(kind: str, since: InstrumentedAttribute[datetime | None], latest: datetime) -> ColumnElement[bool]:
    """Whether a notice of this kind waits for its reader to write, or did so until after the night of `latest`."""
    notice = aliased(Outbox)
    late = or_(notice.state == DeliveryState.HELD, notice.done_at > latest + A_NIGHT)
    return exists().where(notice.opinion_id == Opinion.id, notice.kind == kind, notice.created_at >= since, late)


async def remind_to_rate(tx: Transaction) -> int:
    """Reminds those who said nothing for REMIND_AFTER, of an answer or of a promise said to be kept; each once.

    The time counts from when they were told: what is held for her until she writes is nothing that she left unanswered.
    Returns how many are new. Nobody is reminded at night.
    """
    if tx.commune.is_quiet(tx.now):
        return 0
    latest, earliest = tx.now - REMIND_AFTER, tx.now - REMIND_WITHIN
    answered = await tx.session.execute(
        select(Opinion, Answer.id)
        .join(Answer, Answer.issue_id == Opinion.issue_id)
        .where(
            Answer.state == AnswerState.RELEASED,
            Answer.replaces_id.is_(None),
            Answer.released_at.between(earliest, latest),
            Opinion.state == OpinionState.ANSWERED,
            Opinion.rating.is_(None),
            # One who was content with an earlier answer was not told of this one.
            _told("answer", Answer.released_at),
            ~_unread("answer", Answer.released_at, latest),
            ~_told("rate_reminder", Answer.released_at),
            ~_told("fulfilled", Answer.released_at),
        )
    )
    count = 0
    for opinion, answer_id in answered.all():
        count += await _remind(tx, opinion, f"rate_reminder:{answer_id}:{opinion.id}", answer_id=answer_id)
    closed = await tx.session.execute(
        select(Opinion, Commitment)
        .join(Commitment, Commitment.issue_id == Opinion.issue_id)
        .where(
            Commitment.state == CommitmentState.SETTLED,
            Commitment.closed_at.between(earliest, latest),
            Opinion.state == OpinionState.ANSWERED,
            or_(Opinion.rating.is_(None), Opinion.rated_at < Commitment.closed_at),
            _told("fulfilled", Commitment.closed_at),
            ~_unread("fulfilled", Commitment.closed_at, latest),
            ~_told("rate_reminder", Commitment.closed_at),
        )
    )
    for opinion, commitment in closed.all():
        if await commitments.in_force(tx, commitment.issue_id) is commitment:
            key = f"rate_reminder:kept:{commitment.id}:{opinion.id}"
            count += await _remind(tx, opinion, key, commitment_id=commitment.id)
    return count


async def _remind(tx: Transaction, opinion: Opinion, key: str, **ids: Any) -> int:
    readers = await tell.author_accounts(tx, opinion)
    return await tell.accounts(
        tx, readers, "rate_reminder", key, opinion_id=opinion.id, priority=Priority.REMINDER, **ids
    )


async def ask_when_overdue(tx: Transaction) -> int:
    """Asks authors, as they were told, once a promised day has passed and nothing was reported: once for each day.

    The unit has the next working day to report first. Returns how many are new.
    """
    if tx.commune.is_quiet(tx.now):
        return 0
    today = issues.today(tx)
    rows = await tx.session.execute(
        select(Opinion, Commitment)
        .join(Commitment, Commitment.issue_id == Opinion.issue_id)
        .where(
            Commitment.state == CommitmentState.OPEN,
            Commitment.due.between(today - ASK_WITHIN, today - timedelta(days=1)),
            Opinion.state == OpinionState.ANSWERED,
        )
        .order_by(Commitment.id, Opinion.number)
    )
    count = 0
    for opinion, commitment in rows.all():
        if today <= tx.commune.calendar.add(commitment.due, 1):
            continue
        due = commitment.due.isoformat()
        readers = await tell.author_accounts(tx, opinion)
        count += await tell.accounts(
            tx,
            readers,
            "overdue",
            f"overdue:{commitment.id}:{due}:{opinion.id}",
            opinion_id=opinion.id,
            priority=Priority.REMINDER,
            commitment_id=commitment.id,
            due=due,
        )
    return count
