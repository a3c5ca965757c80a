"""Between a drafted answer and its release: submitted, approved card by card, sent back, taken back, sent."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from storage import answers, delegations, events, files, issues, tell
from storage.database import Transaction
from storage.events import Actor
from storage.files import IncomingFile
from storage.lengths import units
from storage.models import (
    Account,
    Answer,
    Attachment,
    AttachmentState,
    Issue,
    Official,
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

    Raises ForbiddenMove, and moves nothing, when the matter was answered meanwhile or another answer is with the
    leader; ValueError without words, without the line that says what a correction changes, or when the day does not
    fit the outcome.
    """
    if not answer.text or (answer.replaces_id is not None and not answer.change_note):
        raise ValueError("an answer needs words")
    if answer.state is not AnswerState.DRAFT:
        raise ForbiddenMove(answer.state, AnswerState.SUBMITTED)
    submitted = move(answer.state, AnswerState.SUBMITTED)
    answers.conclude(tx, answer, outcome, promised)
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
    answer.issue_id, answer.official_id, answer.official = issue.id, official.id, official
    moved = (answer.state, submitted)
    answer.state, answer.submitted_at = submitted, tx.now
    answer.returned_at = answer.returned_reason = None
    answers.walk(tx, issue, steps, answer, official)
    _log(tx, answer, "answer.submitted", official, moved)
    if official.role is Role.LEADER:
        await approve(tx, answer, official, answer.revision)
        return
    await _tell_approvers(tx, answer, issue)
    await show(tx, issue)


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
    papers = [each for each in answer.attachments if each.state is not AttachmentState.FAILED]
    kinds = [(APPROVAL_TEXT, f"{key}:text")] if is_long(answer) else []
    for kind, own_key in (*kinds, (APPROVAL, key)):
        await tell.accounts(
            tx,
            readers,
            kind,
            own_key,
            opinion_id=answer.opinion_id,
            files=papers,
            answer_id=answer.id,
            revision=answer.revision,
        )
        papers = []


def is_long(answer: Answer) -> bool:
    """Whether the answer stands in a message of its own, before the card under which it is approved."""
    return units(answer.text) > LONG


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
    await show(tx, issue)


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
    await show(tx, issue)


def _forget_approval(answer: Answer, issue: Issue, state: AnswerState) -> None:
    answer.state, answer.approver_id, answer.approver = state, None, None
    answer.approved_at = answer.release_at = None
    issue.in_hall = False


async def _return(tx: Transaction, answer: Answer, actor: Official | Actor, kind: str) -> None:
    """Makes it a draft again, and its issue one that waits for an answer, unless nobody asks any more."""
    issue = await tx.session.get_one(Issue, answer.issue_id)
    is_over = answer.replaces_id is not None or issue.state is IssueState.CLOSED
    steps = [] if is_over else answers.way(issue, IssueState.ASSIGNED)
    moved = (answer.state, move(answer.state, AnswerState.DRAFT))
    _forget_approval(answer, issue, moved[1])
    answer.revision += 1
    answers.walk(tx, issue, steps, answer, actor)
    _log(tx, answer, kind, actor, moved)
    await show(tx, issue)


async def send_back(
    tx: Transaction,
    answer: Answer,
    official: Official,
    reason: str,
    account: Account | None = None,
    spoken: IncomingFile | None = None,
) -> None:
    """Sends a submitted answer back to who wrote it, with a reason in words, or spoken from `account`.

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
    notes: list[Attachment] = []
    if spoken is not None and account is not None:
        notes.append(files.promise(tx, account, spoken))
        notes[0].return_of_id = answer.id
        tx.session.add_all(notes)
        await tx.session.flush()
    readers = await _writers(tx, answer)
    key = f"sent_back:{answer.id}:{answer.revision}"
    await tell.accounts(tx, readers, "sent_back", key, opinion_id=answer.opinion_id, files=notes, answer_id=answer.id)


async def is_spoken_pending(tx: Transaction, answer: Answer) -> bool:
    """Whether a leader's voice note about this answer is still being fetched: it goes before the card that names it."""
    found = select(Attachment.id).where(
        Attachment.return_of_id == answer.id, Attachment.state == AttachmentState.PENDING
    )
    return await tx.session.scalar(found.limit(1)) is not None


async def _writers(tx: Transaction, answer: Answer) -> list[Account]:
    """Who goes on with an answer: who wrote it, or those who have his work now."""
    own = await tell.accounts_of_official(tx, answer.official_id)
    if own:
        return own
    issue = await tx.session.get_one(Issue, answer.issue_id)
    unit = await tell.accounts_in(tx, [Role.STAFF], unit_id=issue.unit_id) if issue.unit_id is not None else []
    return unit or await tell.accounts_in(tx, [Role.CLERK]) or await tell.accounts_in(tx, [Role.LEADER])


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
        return await answers.release(tx, answer, actor)
    except ForbiddenMove:
        moved = (answer.state, move(answer.state, AnswerState.DRAFT))
        answer.state, answer.release_at = moved[1], None
        answer.revision += 1
        _log(tx, answer, "answer.laid_aside", actor, moved)
        await show(tx, await tx.session.get_one(Issue, answer.issue_id))
        return None
