"""Between a drafted answer and its release: submitted, approved card by card, sent back, taken back, sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from storage import answers, changes, conferences, delegations, events, issues, tell
from storage.database import Transaction
from storage.events import Actor
from storage.lengths import units
from storage.models import (
    Account,
    Answer,
    Attachment,
    AttachmentState,
    Issue,
    Official,
    Opinion,
    Outcome,
    Role,
)
from storage.sorted import show
from storage.states import AnswerState, ForbiddenMove, IssueState, OpinionState, move

APPROVAL = "approval"
"""The kind of a card under which a leader approves."""
APPROVAL_TEXT = "approval_text"
"""The kind of a message that holds a long answer, before its card."""

LONG = 2700
"""UTF-16 units of an answer from which it stands in a message of its own, so that its card is never cut."""

MAX_REASON = 500
"""Characters of why an answer is sent back."""


class Changed(Exception):
    """The answer is not the one that was read: it was changed since."""


class NotAllowed(Exception):
    """Who may not approve this answer: it is his own, or not in a field that he was given."""


async def may_approve(tx: Transaction, official: Official, answer: Answer) -> bool:
    """Whether he may approve this answer: a leader, or a deputy in its field who did not write it himself."""
    if official.revoked_at is not None:
        return False
    if official.role is Role.LEADER:
        return True
    if official.id == answer.official_id:
        return False
    fields = await delegations.fields_of(tx, official)
    issue = await tx.session.get(Issue, answer.issue_id) if answer.issue_id is not None else None
    return bool(fields) and issue is not None and delegations.covers(fields, issue.field_id)


async def submit(
    tx: Transaction, answer: Answer, official: Official, outcome: Outcome, promised: date | None = None
) -> None:
    """Puts a drafted answer before the leaders; a leader's own is approved by his word.

    Raises ForbiddenMove, and changes nothing, when the matter was answered meanwhile or another answer is with the
    leader; ValueError without words, without the line that says what a correction changes, or when an outcome has no
    day to come that needs one.
    """
    if not answer.text or (answer.replaces_id is not None and not answer.change_note):
        raise ValueError("an answer needs words")
    if (outcome is Outcome.PROMISED) != (promised is not None) or (promised and promised <= issues.today(tx)):
        raise ValueError("what is promised has a day to come, and nothing else has one")
    submitted = move(answer.state, AnswerState.SUBMITTED)
    answer.official_id, answer.official = official.id, official
    if answer.replaces_id is not None:
        issue = await _issue_corrected(tx, answer)
        steps = []
    else:
        opinion = answer.opinion
        if opinion.state is OpinionState.RECEIVED:
            issue = await issues.accept(tx, opinion, official)
        elif opinion.issue_id is None or opinion.state not in answers.ANSWERABLE:
            raise ForbiddenMove(opinion.state, OpinionState.ANSWERED)
        else:
            issue = await tx.session.get_one(Issue, opinion.issue_id)
        steps = answers.way(issue, IssueState.DRAFTED)
    answer.issue_id, answer.outcome, answer.promised = issue.id, outcome, promised
    moved = (answer.state, submitted)
    answer.state, answer.submitted_at = submitted, tx.now
    answer.returned_at = answer.returned_reason = None
    answers.walk(tx, issue, steps, answer, official)
    _log(tx, answer, "answer.submitted", official, moved)
    if official.role is Role.LEADER:
        await approve(tx, answer, official, answer.revision)
        return
    await _tell_approvers(tx, answer, issue)
    await _show(tx, issue)


async def _issue_corrected(tx: Transaction, answer: Answer) -> Issue:
    pending = await pending_correction(tx, answer.replaces_id)
    if pending is not None or not await answers.is_current(tx, answer):
        raise ForbiddenMove(answer.state, AnswerState.SUBMITTED)
    return await tx.session.get_one(Issue, answer.issue_id)


async def pending_correction(tx: Transaction, answer_id: int | None) -> Answer | None:
    """The correction of this answer that is on its way: with the leader, or approved."""
    return await tx.session.scalar(
        select(Answer).where(
            Answer.replaces_id == answer_id, Answer.state.in_([AnswerState.SUBMITTED, AnswerState.APPROVED])
        )
    )


def _log(
    tx: Transaction,
    answer: Answer,
    kind: str,
    actor: Official | Actor,
    moved: tuple[AnswerState, AnswerState],
    **data: object,
) -> None:
    events.record(tx, kind, "issue", answer.issue_id or 0, actor, moved, answer_id=answer.id, **data)


async def _tell_approvers(tx: Transaction, answer: Answer, issue: Issue) -> None:
    """Sends the card to every leader, and to those who approve in this field for one."""
    readers = await tell.accounts_in(tx, [Role.LEADER])
    for deputy in await delegations.deputies_for(tx, issue.field_id):
        if deputy.id != answer.official_id:
            readers += await tell.accounts_of_official(tx, deputy.id)
    await _send_card(tx, answer, list(dict.fromkeys(readers)))


async def _send_card(tx: Transaction, answer: Answer, readers: Sequence[Account]) -> None:
    key = f"{APPROVAL}:{answer.id}:{answer.revision}"
    files = [each for each in answer.attachments if each.state is not AttachmentState.FAILED]
    kinds = [(APPROVAL_TEXT, f"{key}:text")] if is_long(answer) else []
    for kind, own_key in (*kinds, (APPROVAL, key)):
        await tell.accounts(
            tx,
            readers,
            kind,
            own_key,
            opinion_id=answer.opinion_id,
            files=files,
            answer_id=answer.id,
            revision=answer.revision,
        )
        files = []


def is_long(answer: Answer) -> bool:
    """Whether the answer stands in a message of its own, before the card under which it is approved."""
    return units(answer.text) > LONG


async def _show(tx: Transaction, issue: Issue) -> None:
    await show(tx, issue)
    await tx.session.flush()
    ids = await tx.session.scalars(select(Opinion.id).where(Opinion.issue_id == issue.id))
    await changes.refresh(tx, set(ids), [APPROVAL])


async def approve(tx: Transaction, answer: Answer, official: Official, revision: int, *, in_hall: bool = False) -> None:
    """A leader's word: the answer goes out when it can no longer be taken back, or is kept for the conference.

    Raises NotAllowed, Changed when `revision` is not the one that stands, ForbiddenMove when it does not wait.
    """
    if not await may_approve(tx, official, answer):
        raise NotAllowed
    if answer.state is not AnswerState.SUBMITTED:
        raise ForbiddenMove(answer.state, AnswerState.APPROVED)
    if answer.revision != revision:
        raise Changed
    issue = await tx.session.get_one(Issue, answer.issue_id)
    steps = [] if answer.replaces_id is not None else answers.way(issue, IssueState.APPROVED)
    moved = (answer.state, move(answer.state, AnswerState.APPROVED))
    answer.state, answer.approver_id, answer.approver = moved[1], official.id, official
    answer.approved_at = tx.now
    answer.release_at = None if in_hall else tx.now + tx.commune.undo
    issue.in_hall = in_hall
    answers.walk(tx, issue, steps, answer, official)
    _log(tx, answer, "answer.kept_for_hall" if in_hall else "answer.approved", official, moved)
    await _show(tx, issue)


async def recall(tx: Transaction, answer: Answer, official: Official) -> AnswerState:
    """Takes back what one did last, until it is released; returns the state it is in then.

    Who submitted it has it as a draft again until it is approved; who may approve takes his word back, and his own
    answer is then a draft. Raises ForbiddenMove when there is nothing of his to take back.
    """
    if answer.state is AnswerState.SUBMITTED and official.id == answer.official_id:
        await _return(tx, answer, official, "answer.recalled")
    elif answer.state is AnswerState.APPROVED and await may_approve(tx, official, answer):
        if official.id == answer.official_id:
            await _return(tx, answer, official, "answer.recalled")
        else:
            await _unapprove(tx, answer, official)
    else:
        raise ForbiddenMove(answer.state, AnswerState.DRAFT)
    return answer.state


async def _unapprove(tx: Transaction, answer: Answer, official: Official) -> None:
    issue = await tx.session.get_one(Issue, answer.issue_id)
    steps = [] if answer.replaces_id is not None else answers.way(issue, IssueState.DRAFTED)
    moved = (answer.state, move(answer.state, AnswerState.SUBMITTED))
    _forget_approval(answer, issue, moved[1])
    answers.walk(tx, issue, steps, answer, official)
    _log(tx, answer, "answer.unapproved", official, moved)
    await _show(tx, issue)


def _forget_approval(answer: Answer, issue: Issue, state: AnswerState) -> None:
    answer.state, answer.approver_id, answer.approver = state, None, None
    answer.approved_at = answer.release_at = None
    issue.in_hall = False


async def _return(tx: Transaction, answer: Answer, actor: Official | Actor, kind: str) -> None:
    """Makes it a draft again, and its issue one that waits for an answer."""
    issue = await tx.session.get_one(Issue, answer.issue_id)
    steps = [] if answer.replaces_id is not None else answers.way(issue, IssueState.ASSIGNED)
    moved = (answer.state, move(answer.state, AnswerState.DRAFT))
    _forget_approval(answer, issue, moved[1])
    answer.revision += 1
    answers.walk(tx, issue, steps, answer, actor)
    _log(tx, answer, kind, actor, moved)
    await _show(tx, issue)


async def send_back(
    tx: Transaction, answer: Answer, official: Official, reason: str, spoken: Attachment | None = None
) -> None:
    """Sends a submitted answer back to who wrote it, with a reason in words or spoken.

    Raises NotAllowed, ForbiddenMove when it does not wait any more, ValueError without a reason.
    """
    if not await may_approve(tx, official, answer):
        raise NotAllowed
    if answer.state is not AnswerState.SUBMITTED:
        raise ForbiddenMove(answer.state, AnswerState.DRAFT)
    if not reason.strip() and spoken is None:
        raise ValueError("what is sent back has a reason")
    await _return(tx, answer, official, "answer.sent_back")
    answer.returned_at, answer.returned_reason = tx.now, reason.strip()[:MAX_REASON] or None
    readers = await _writers(tx, answer)
    files = [spoken] if spoken is not None else []
    key = f"sent_back:{answer.id}:{answer.revision}"
    await tell.accounts(tx, readers, "sent_back", key, opinion_id=answer.opinion_id, files=files, answer_id=answer.id)


async def _writers(tx: Transaction, answer: Answer) -> list[Account]:
    """Who goes on with an answer: who wrote it, or those who have his work now."""
    own = await tell.accounts_of_official(tx, answer.official_id)
    if own:
        return own
    issue = await tx.session.get_one(Issue, answer.issue_id)
    unit = await tell.accounts_in(tx, [Role.STAFF], unit_id=issue.unit_id) if issue.unit_id is not None else []
    return unit or await tell.accounts_in(tx, [Role.CLERK]) or await tell.accounts_in(tx, [Role.LEADER])


async def waiting(tx: Transaction, official: Official) -> list[int]:
    """The ids of the answers that this official is to approve, those of the earliest day first."""
    found = await tx.session.scalars(
        select(Answer)
        .join(Issue, Issue.id == Answer.issue_id)
        .where(
            Answer.state == AnswerState.SUBMITTED,
            (Issue.state == IssueState.DRAFTED) | Answer.replaces_id.is_not(None),
        )
        .order_by(Issue.due.is_(None), Issue.due, Answer.submitted_at, Answer.id)
    )
    return [each.id for each in found.all() if await may_approve(tx, official, each)]


async def of_issue(tx: Transaction, issue_id: int) -> Answer | None:
    """The newest answer of an issue that is with the leader or approved, whole."""
    answer_id = await tx.session.scalar(
        select(Answer.id)
        .where(Answer.issue_id == issue_id, Answer.state.in_([AnswerState.SUBMITTED, AnswerState.APPROVED]))
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return await answers.by_id(tx, answer_id) if answer_id is not None else None


@dataclass(frozen=True, slots=True)
class Ready:
    """An approved answer that has not gone: with the opinion whose code names its issue, and how many it is told to."""

    answer: Answer
    lead: Opinion
    people: int
    in_hall: bool


async def approved(tx: Transaction, issue_ids: Collection[int] | None = None) -> list[Ready]:
    """What is approved and waits to go, or is kept for the conference: the first to go in front."""
    which = [Answer.state == AnswerState.APPROVED]
    if issue_ids is not None:
        which.append(Answer.issue_id.in_(issue_ids))
    found = await tx.session.execute(
        select(Answer.id, Issue)
        .join(Issue, Issue.id == Answer.issue_id)
        .where(*which)
        .order_by(Answer.release_at.is_(None), Answer.release_at, Answer.id)
    )
    ready: list[Ready] = []
    for answer_id, issue in found.all():
        answer, lead = await answers.by_id(tx, answer_id), await issues.lead(tx, issue)
        if answer is not None and lead is not None:
            ready.append(Ready(answer, lead, await answers.audience_of(tx, answer), issue.in_hall))
    return ready


async def release_now(tx: Transaction, answer_ids: Sequence[int], official: Official) -> tuple[int, int]:
    """Releases what is still approved of these without waiting; returns how many answers, and to how many."""
    count = people = 0
    for answer_id in answer_ids:
        answer = await answers.by_id(tx, answer_id)
        if answer is not None and answer.state is AnswerState.APPROVED:
            told = await _release(tx, answer, official)
            count, people = count + (told is not None), people + (told or 0)
    return count, people


async def release_due(tx: Transaction) -> int:
    """The duty: releases what was approved and can no longer be taken back; returns how many."""
    found = await tx.session.scalars(
        select(Answer.id)
        .where(Answer.state == AnswerState.APPROVED, Answer.release_at <= tx.now)
        .order_by(Answer.release_at, Answer.id)
    )
    count = 0
    for answer_id in found.all():
        answer = await answers.by_id(tx, answer_id)
        if answer is not None:
            count += await _release(tx, answer, Actor.CLOCK) is not None
    return count


async def _release(tx: Transaction, answer: Answer, actor: Official | Actor) -> int | None:
    """Releases it, or lays it aside when nobody asks any more; returns how many are told, None when laid aside."""
    try:
        told = await answers.release(tx, answer, actor)
    except ForbiddenMove:
        moved = (answer.state, move(answer.state, AnswerState.DRAFT))
        answer.state, answer.release_at = moved[1], None
        answer.revision += 1
        _log(tx, answer, "answer.laid_aside", actor, moved)
        return None
    ids = [answer.opinion_id]
    await changes.refresh(tx, ids, [APPROVAL])
    return told


async def in_conference(tx: Transaction) -> bool:
    """Whether there is a conference to keep an answer for."""
    return await conferences.current(tx) is not None
