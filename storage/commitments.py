"""What was promised by a day: opened when its answer is released, followed until it is closed with evidence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from storage import changes, dues, events, issues, tell
from storage.database import Transaction
from storage.escalation import TOLD, Stage, in_office_hours, stage
from storage.events import Actor
from storage.models import (
    Account,
    Answer,
    Attachment,
    AttachmentState,
    Commitment,
    Issue,
    Official,
    Opinion,
    Priority,
    Rating,
    Role,
)
from storage.states import AnswerState, CommitmentState, IssueState, OpinionState, move

MAX_REASON = 300
MAX_EVIDENCE = 1000
"""Characters of what an official writes about a commitment."""

SOON_DAYS = 2
"""Working days before the day from which a commitment is due soon."""

FARTHEST = timedelta(days=5 * 366)
"""The term of a commune's council: nobody promises beyond it."""

CARDS = frozenset({"commitment_due", "nudge", "commitment_shift"})
"""Kinds of notices to officials that show one commitment."""

OPEN = Commitment.state == CommitmentState.OPEN


async def open_of(tx: Transaction, issue_id: int) -> Commitment | None:
    """The open commitment of an issue; there is at most one."""
    return await tx.session.scalar(select(Commitment).where(Commitment.issue_id == issue_id, OPEN))


def current(commitments: Sequence[Commitment], released: Sequence[Answer]) -> Commitment | None:
    """The commitment that an issue's authors may speak of: the last one, unless it was closed and answered anew since.

    `commitments` by id. A correction is no new answer. One that was taken back is none any more.
    """
    last = commitments[-1] if commitments else None
    if last is None or last.closed_at is None:
        return last
    if last.closed_by_id is None:
        return None
    closed_at = last.closed_at
    anew = any(each.replaces_id is None and each.released_at and each.released_at > closed_at for each in released)
    return None if anew else last


async def in_force(tx: Transaction, issue_id: int) -> Commitment | None:
    """`current` of this issue, read from the record."""
    made = await tx.session.scalars(select(Commitment).where(Commitment.issue_id == issue_id).order_by(Commitment.id))
    released = await tx.session.scalars(
        select(Answer).where(Answer.issue_id == issue_id, Answer.state == AnswerState.RELEASED).order_by(Answer.id)
    )
    return current(list(made), list(released))


async def open_for(
    tx: Transaction, answer: Answer, leader_id: int | None, told: Collection[Opinion] = ()
) -> Commitment:
    """The commitment that a released answer makes: a new one, or the issue's open one moved to the new day.

    Authors among `told` read of a move in the answer itself, the others are told. `answer.official` must be loaded.
    Raises ValueError when the answer promises nothing.
    """
    if answer.promised is None or answer.issue_id is None:
        raise ValueError(f"answer {answer.id} promises nothing")
    issue = await tx.session.get_one(Issue, answer.issue_id)
    commitment = await open_of(tx, issue.id)
    if commitment is None:
        commitment = Commitment(
            issue=issue,
            answer_id=answer.id,
            unit_id=issue.unit_id,
            leader_id=leader_id,
            due=answer.promised,
            state=CommitmentState.OPEN,
            created_at=tx.now,
        )
        tx.session.add(commitment)
        await tx.session.flush()
        _record(tx, commitment, "commitment.opened", answer.official, answer_id=answer.id)
        return commitment
    before = commitment.due
    commitment.answer_id, commitment.unit_id, commitment.leader_id = answer.id, issue.unit_id, leader_id
    if before == answer.promised:
        _record(tx, commitment, "commitment.kept", answer.official, answer_id=answer.id)
        return commitment
    commitment.due, commitment.due_reason = answer.promised, answer.change_note
    _record(tx, commitment, "commitment.moved", answer.official, answer_id=answer.id)
    await tx.session.flush()
    know = {each.id for each in told}
    others = [each for each in await _authors_opinions(tx, issue) if each.id not in know]
    await _tell_moved(tx, commitment, others, before)
    return commitment


async def take_back(tx: Transaction, answer: Answer) -> None:
    """A correction that promises nothing any more closes what the answer that it corrects had promised.

    Nobody reported that done, so nobody is asked: its authors read the correction. `answer.official` must be loaded.
    """
    commitment = await open_of(tx, answer.issue_id) if answer.issue_id is not None else None
    if commitment is None or commitment.answer_id != answer.replaces_id:
        return
    moved = (commitment.state, move(commitment.state, CommitmentState.SETTLED))
    commitment.state, commitment.closed_at, commitment.due_reason = moved[1], tx.now, answer.change_note
    _record(tx, commitment, "commitment.taken_back", answer.official, moved, answer_id=answer.id)


def _may_see(official: Official, commitment: Commitment) -> bool:
    return official.role is not Role.STAFF or commitment.unit_id == official.unit_id


async def visible(tx: Transaction, official: Official, commitment_id: int) -> Commitment | None:
    """One commitment with its issue and files; another unit's is as if it were not there to staff."""
    found = await tx.session.scalar(
        select(Commitment)
        .where(Commitment.id == commitment_id)
        .options(selectinload(Commitment.issue), selectinload(Commitment.attachments))
    )
    return found if found is not None and _may_see(official, found) else None


@dataclass(frozen=True, slots=True)
class Listed:
    """An open commitment with the opinion whose code names its issue, and how many working days it is late (or 0)."""

    commitment: Commitment
    lead: Opinion | None
    is_late: bool
    is_soon: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What one official follows: counts of all, and one page, the longest late first."""

    open: int
    soon: int
    late: int
    page: list[Listed]


async def listing(tx: Transaction, official: Official, offset: int, limit: int) -> Listing:
    """The open commitments that this official sees: all, or those of his own unit."""
    mine = (OPEN, Commitment.unit_id == official.unit_id) if official.role is Role.STAFF else (OPEN,)
    today = issues.today(tx)
    near = tx.commune.calendar.add(today, SOON_DAYS)
    row = (
        await tx.session.execute(
            select(
                func.count(),
                func.count().filter(Commitment.due.between(today, near)),
                func.count().filter(Commitment.due < today),
            )
            .select_from(Commitment)
            .where(*mine)
        )
    ).one()
    found = await tx.session.scalars(
        select(Commitment)
        .where(*mine)
        .order_by(Commitment.due, Commitment.id)
        .offset(offset)
        .limit(limit)
        .options(selectinload(Commitment.issue))
    )
    page = [
        Listed(each, await issues.lead(tx, each.issue), each.due < today, today <= each.due <= near) for each in found
    ]
    return Listing(row[0], row[1], row[2], page)


async def settle_if_all_content(tx: Transaction, issue: Issue, actor: Actor | Official) -> None:
    """Settles an answered issue once every author said so; one who had her data deleted is not waited for."""
    commitment = await in_force(tx, issue.id)
    if issue.state is not IssueState.ANSWERED or (commitment and commitment.state is CommitmentState.OPEN):
        return
    await tx.session.flush()
    waited_for = [
        each
        for each in await issues.opinions_of(tx, issue)
        if each.state is not OpinionState.WITHDRAWN and (each.person_id is not None or each.entered_by_id is not None)
    ]
    if waited_for and all(_is_content(each, commitment) for each in waited_for):
        settle(tx, issue, actor)


def _is_content(opinion: Opinion, commitment: Commitment | None) -> bool:
    """Whether its author said so; where a promise still counts, to find the answer clear is not to find it kept."""
    found_clear = opinion.state is OpinionState.ANSWERED and opinion.rating is Rating.CLEAR
    return opinion.state is OpinionState.SETTLED or (found_clear and commitment is None)


def settle(tx: Transaction, issue: Issue, actor: Actor | Official) -> None:
    moved = (issue.state, move(issue.state, IssueState.SETTLED))
    issue.state = moved[1]
    events.record(tx, "issue.settled", "issue", issue.id, actor, moved)


async def count_open(tx: Transaction) -> int:
    """How many promises are being followed."""
    return await tx.session.scalar(select(func.count()).select_from(Commitment).where(OPEN)) or 0


def own_files(commitment: Commitment, account: Account) -> list[Attachment]:
    """What this account has sent as evidence and not confirmed yet. `commitment.attachments` must be loaded."""
    return [each for each in commitment.attachments if each.account_id == account.id]


async def drop_files(tx: Transaction, commitment: Commitment, files: Sequence[Attachment]) -> None:
    """Deletes evidence that was not confirmed, rows and bytes. Raises ValueError once the commitment is closed."""
    if commitment.state is not CommitmentState.OPEN:
        raise ValueError("the evidence of a closed commitment stays")
    for attachment in files:
        if attachment.digest:
            tx.drop_file(attachment.digest)
        commitment.attachments.remove(attachment)
        await tx.session.delete(attachment)
    await tx.session.flush()


async def _to_tell(tx: Transaction, commitment: Commitment) -> list[Opinion]:
    """Whose authors hear that it is done: not who says so already."""
    return [each for each in await _authors_opinions(tx, commitment.issue) if each.rating is not Rating.DONE]


async def count_asked(tx: Transaction, commitment: Commitment) -> int:
    """How many people its closing asks whether it is done, each once; who has it open again is told, not asked."""
    asked = [each for each in await _to_tell(tx, commitment) if each.state is OpinionState.ANSWERED]
    return issues.tally([each for each in asked if await tell.author_accounts(tx, each)])[0]


async def fulfil(tx: Transaction, commitment: Commitment, official: Official, account: Account, evidence: str) -> int:
    """Closes a commitment with words, with the files that this account sent, or both; asks every author.

    Files that others sent and did not confirm go. Returns `count_asked`. Raises ForbiddenMove when it is closed,
    ValueError without evidence.
    """
    moved = (commitment.state, move(commitment.state, CommitmentState.SETTLED))
    files = own_files(commitment, account)
    if not evidence.strip() and not files:
        raise ValueError("a commitment is closed with evidence")
    await drop_files(tx, commitment, [each for each in commitment.attachments if each not in files])
    commitment.state, commitment.closed_by_id, commitment.closed_at = moved[1], official.id, tx.now
    commitment.evidence = evidence.strip()[:MAX_EVIDENCE] or None
    _record(tx, commitment, "commitment.settled", official, moved, files=len(files))
    asked = await count_asked(tx, commitment)
    for opinion in await _to_tell(tx, commitment):
        key = f"fulfilled:{commitment.id}:{opinion.id}"
        await _tell_author(tx, opinion, "fulfilled", key, files, commitment_id=commitment.id)
    await settle_if_all_content(tx, commitment.issue, official)
    await _refresh_cards(tx, commitment)
    return asked


async def _refresh_cards(tx: Transaction, commitment: Commitment) -> None:
    await changes.refresh(tx, [each.id for each in await issues.opinions_of(tx, commitment.issue)], CARDS)


def check_day(tx: Transaction, due: date) -> None:
    """Raises PastDue, IdleDue or FarDue for a day that no promise is moved to."""
    today, calendar = issues.today(tx), tx.commune.calendar
    if due <= today:
        raise dues.PastDue(due, calendar.add(today, 1))
    if due > today + FARTHEST:
        raise dues.FarDue(due, today + FARTHEST)
    if not calendar.is_working(due):
        raise dues.IdleDue(due, calendar.add(due, 1))


async def postpone(tx: Transaction, commitment: Commitment, official: Official, due: date, reason: str) -> None:
    """Moves the day, with a reason that the authors and the leader in charge read.

    Raises ForbiddenMove when it is closed, DueError as `check_day` does, ValueError for the day that stands already
    or a reason that is empty or longer than MAX_REASON.
    """
    move(commitment.state, CommitmentState.SETTLED)
    check_day(tx, due)
    reason = reason.strip()
    if due == commitment.due or not 0 < len(reason) <= MAX_REASON:
        raise ValueError("a commitment is moved to another day, with a reason")
    before, commitment.due, commitment.due_reason = commitment.due, due, reason
    _record(tx, commitment, "commitment.moved", official)
    await tx.session.flush()
    at, ids = await _tell_moved(tx, commitment, await _authors_opinions(tx, commitment.issue), before)
    lead = await issues.lead(tx, commitment.issue)
    if lead is not None:
        in_charge = await _in_charge(tx, commitment)
        readers = [each for each in in_charge if each.person_id != official.person_id]
        await tell.accounts(tx, readers, "commitment_shift", f"shift:{commitment.id}:{at}", opinion_id=lead.id, **ids)
    await _refresh_cards(tx, commitment)


async def _tell_moved(
    tx: Transaction, commitment: Commitment, authors: Sequence[Opinion], before: date
) -> tuple[int, dict[str, Any]]:
    """Tells these authors; returns what names this move among others, and what its notices show."""
    at = int(tx.now.timestamp())
    ids = {"commitment_id": commitment.id, "before": before.isoformat(), "due": commitment.due.isoformat()}
    for opinion in authors:
        await _tell_author(tx, opinion, "commitment_moved", f"moved:{commitment.id}:{at}:{opinion.id}", (), **ids)
    return at, ids


async def nudge(tx: Transaction, commitment: Commitment, official: Official) -> int:
    """The leader reminds the unit, once a day; returns how many accounts are told (0: it was reminded today already).

    Raises ForbiddenMove when it is closed.
    """
    move(commitment.state, CommitmentState.SETTLED)
    lead = await issues.lead(tx, commitment.issue)
    if lead is None:
        return 0
    told = await tell.accounts(
        tx,
        await _unit_accounts(tx, commitment.unit_id),
        "nudge",
        f"nudge:{commitment.id}:{issues.today(tx).isoformat()}",
        opinion_id=lead.id,
        commitment_id=commitment.id,
        official_id=official.id,
    )
    if told:
        _record(tx, commitment, "commitment.nudged", official)
    return told


async def remind(tx: Transaction) -> int:
    """The duty: reminds of commitments around their day and takes late ones a level up; returns how many are new."""
    calendar, local = tx.commune.calendar, tx.now.astimezone(tx.commune.timezone)
    if not in_office_hours(local, calendar):
        return 0
    today = local.date()
    rows = await tx.session.scalars(
        select(Commitment)
        .where(OPEN, Commitment.due <= calendar.add(today, 1))
        .order_by(Commitment.due, Commitment.id)
        .options(selectinload(Commitment.issue))
    )
    count = 0
    for commitment in rows.all():
        come = stage(commitment.due, today, calendar, tx.commune.escalation_days)
        lead = await issues.lead(tx, commitment.issue)
        if come is None or lead is None:
            continue
        key = f"commitment:{commitment.id}:{commitment.due.isoformat()}:{come}"
        readers = await _readers_at(tx, commitment, come)
        new = await tell.accounts(
            tx,
            readers,
            "commitment_due",
            key,
            opinion_id=lead.id,
            priority=Priority.REMINDER,
            commitment_id=commitment.id,
        )
        if new and come in (Stage.CLERK, Stage.LEADER):
            _record(tx, commitment, "commitment.escalated", Actor.CLOCK, outcome=come)
        count += new
    return count


async def _readers_at(tx: Transaction, commitment: Commitment, come: Stage) -> list[Account]:
    found: list[Account] = []
    for role in sorted(TOLD[come]):
        if role is Role.STAFF:
            found += await _unit_accounts(tx, commitment.unit_id)
        elif role is Role.LEADER:
            found += await _in_charge(tx, commitment)
        else:
            found += await tell.accounts_in(tx, [role])
    return list({account.id: account for account in found}.values())


async def _unit_accounts(tx: Transaction, unit_id: str | None) -> list[Account]:
    """The staff of a unit, or the clerks when the unit has nobody here."""
    found = await tell.accounts_in(tx, [Role.STAFF], unit_id=unit_id) if unit_id is not None else []
    return found or await tell.accounts_in(tx, [Role.CLERK])


async def _in_charge(tx: Transaction, commitment: Commitment) -> list[Account]:
    """The leader in charge, or every leader when that one is gone."""
    found = await tell.accounts_of_official(tx, commitment.leader_id) if commitment.leader_id is not None else []
    return found or await tell.accounts_in(tx, [Role.LEADER])


async def _authors_opinions(tx: Transaction, issue: Issue) -> list[Opinion]:
    return [
        each
        for each in await issues.opinions_of(tx, issue)
        if each.state not in (OpinionState.WITHDRAWN, OpinionState.REDIRECTED)
    ]


async def _tell_author(
    tx: Transaction, opinion: Opinion, kind: str, key: str, files: Sequence[Attachment], **ids: Any
) -> None:
    """Tells one author when people are awake."""
    readers = await tell.author_accounts(tx, opinion)
    sound = [each for each in files if each.state is not AttachmentState.FAILED]
    at = tx.commune.after_quiet(tx.now)
    await tell.accounts(tx, readers, kind, key, opinion_id=opinion.id, not_before=at, files=sound, **ids)


def _record(
    tx: Transaction,
    commitment: Commitment,
    kind: str,
    by: Official | Actor,
    moved: tuple[str, str] | None = None,
    **data: Any,
) -> None:
    events.record(
        tx,
        kind,
        "commitment",
        commitment.id,
        by,
        moved,
        issue_id=commitment.issue_id,
        unit_id=commitment.unit_id,
        due=commitment.due.isoformat(),
        **data,
    )
