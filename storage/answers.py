"""One matter, one answer: drafted, released, and everyone who raised it told."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import selectinload

from storage import commitments, events, issues, outbox, people, publication, tell
from storage.commune import OTHER_FIELD
from storage.database import Transaction
from storage.events import Actor
from storage.lengths import units
from storage.models import (
    Account,
    Answer,
    AttachmentState,
    Delegation,
    Event,
    Issue,
    Official,
    Opinion,
    Outcome,
    Priority,
    Role,
)
from storage.sorted import show
from storage.states import AnswerState, ForbiddenMove, IssueState, OpinionState, move

MAX_ANSWER = 3500
"""UTF-16 units: one Telegram message holds 4096, and the frame around the answer takes the rest."""
MAX_NOTE = 200
"""Characters of the line that says what a correction changes."""
ANSWERABLE = (OpinionState.RECEIVED, OpinionState.REOPENED, OpinionState.ACCEPTED)
WALKED = {
    IssueState.ASSIGNED: "issue.to_answer",
    IssueState.DRAFTED: "issue.drafted",
    IssueState.APPROVED: "issue.approved",
    IssueState.ANSWERED: "issue.answered",
}
"""The kind of event of each state that an answer takes its issue to."""
KEEP_EMPTY = timedelta(days=7)
"""How long an answer without words is kept."""


async def draft(
    tx: Transaction,
    opinion: Opinion,
    official: Official,
    text: str,
    *,
    replaces: Answer | None = None,
    said: Mapping[str, Any] | None = None,
) -> Answer:
    """Writes down what an official means to answer; nobody is told yet.

    `text` may be empty as long as only files have come. `replaces` is the released answer that this one corrects.
    `said` is the message that the text came in (`writing.message`). Raises ValueError when the text is too long.
    """
    _check_length(text)
    answer = Answer(
        issue_id=replaces.issue_id if replaces is not None else None,
        opinion_id=opinion.id,
        opinion=opinion,
        official_id=official.id,
        official=official,
        text=text.strip(),
        state=AnswerState.DRAFT,
        revision=1,
        created_at=tx.now,
        replaces_id=replaces.id if replaces is not None else None,
        attachments=[],
    )
    tx.session.add(answer)
    await tx.session.flush()
    events.record(tx, "answer.drafted", "opinion", opinion.id, official, answer_id=answer.id, **(said or {}))
    return answer


def _check_length(text: str) -> None:
    if units(text.strip()) > MAX_ANSWER:
        raise ValueError(f"an answer has at most {MAX_ANSWER} UTF-16 units")


def rewrite(tx: Transaction, answer: Answer, text: str) -> None:
    """Puts other words in a draft answer. Raises ValueError when they are too long or it is no draft any more."""
    _check_length(text)
    if answer.state is not AnswerState.DRAFT:
        raise ValueError("only a draft can be rewritten")
    answer.text = text.strip()
    answer.revision += 1


def note_document(answer: Answer, number: str | None, day: date | None) -> None:
    """Number and day of the written reply that the answer is also given in. Raises ValueError for no draft."""
    if answer.state is not AnswerState.DRAFT:
        raise ValueError("only a draft can be rewritten")
    answer.document_number, answer.document_date = number and number[:60], day


def note_change(answer: Answer, note: str) -> None:
    """What a correction changes, as those who asked read it. Raises ValueError for none, a too long one or no draft."""
    if answer.state is not AnswerState.DRAFT or not 0 < len(note.strip()) <= MAX_NOTE:
        raise ValueError(f"a change is told in 1 to {MAX_NOTE} characters, while it is a draft")
    answer.change_note = note.strip()
    answer.revision += 1


def conclude(tx: Transaction, answer: Answer, outcome: Outcome, promised: date | None = None) -> None:
    """What the answer says of the matter. Raises ValueError for no draft, or when the day does not fit the outcome."""
    if answer.state is not AnswerState.DRAFT:
        raise ValueError("only a draft can be rewritten")
    if (outcome is Outcome.PROMISED) != (promised is not None) or (promised and promised <= issues.today(tx)):
        raise ValueError("what is promised has a day to come, and nothing else has one")
    answer.outcome, answer.promised = outcome, promised


async def own(tx: Transaction, official: Official, answer_id: int) -> Answer | None:
    """The answer with this id that this official wrote; another's is as if it were not there.

    What was sent back to somebody who has no role any more belongs to his unit, and to the office.
    """
    answer = await by_id(tx, answer_id)
    if answer is None or answer.official_id == official.id:
        return answer
    return answer if _is_left(answer) and _inherits(official, answer) else None


def _is_left(answer: Answer) -> bool:
    gone = answer.official.revoked_at is not None
    return gone and answer.state is AnswerState.DRAFT and answer.submitted_at is not None


def _inherits(official: Official, answer: Answer) -> bool:
    if official.role is Role.STAFF:
        return answer.opinion.issue is not None and answer.opinion.issue.unit_id == official.unit_id
    return official.role in (Role.CLERK, Role.LEADER)


async def sent_back(tx: Transaction, official: Official, opinion: Opinion, *, corrects: bool = False) -> Answer | None:
    """The draft of this matter that came back to this official, by a leader's hand or his own; files and all.

    `corrects`: a correction of what was released.
    """
    if opinion.issue_id is None:
        return None
    found = await tx.session.scalars(
        select(Answer.id)
        .where(
            Answer.issue_id == opinion.issue_id,
            Answer.state == AnswerState.DRAFT,
            Answer.submitted_at.is_not(None),
            Answer.replaces_id.is_not(None) if corrects else Answer.replaces_id.is_(None),
        )
        .order_by(Answer.id.desc())
    )
    for answer_id in found.all():
        answer = await own(tx, official, answer_id)
        if answer is not None:
            return answer
    return None


_BY_ID = (
    select(Answer)
    .where(Answer.id == bindparam("id"))
    .options(
        selectinload(Answer.attachments),
        selectinload(Answer.official),
        selectinload(Answer.opinion).selectinload(Opinion.issue),
    )
)


async def by_id(tx: Transaction, answer_id: int) -> Answer | None:
    """With its files, who wrote it, and the opinion it was written to with its issue."""
    return await tx.session.scalar(_BY_ID, {"id": answer_id})


async def discard(tx: Transaction, answer: Answer) -> None:
    """Deletes a draft answer with its files. Raises ValueError when it is no draft any more."""
    if answer.state is not AnswerState.DRAFT:
        raise ValueError("only a draft can be discarded")
    await tx.session.refresh(answer, ["spoken"])
    for attachment in [*answer.attachments, *answer.spoken]:
        if attachment.digest:
            tx.drop_file(attachment.digest)
        await tx.session.delete(attachment)
    answer.attachments.clear()
    await tx.session.flush()
    await tx.session.delete(answer)


async def expire_empty(tx: Transaction) -> int:
    """The duty: deletes answers that were begun without a word and left; returns how many."""
    found = await tx.session.scalars(
        select(Answer.id).where(
            Answer.state == AnswerState.DRAFT, Answer.text == "", Answer.created_at <= tx.now - KEEP_EMPTY
        )
    )
    count = 0
    for answer_id in found.all():
        answer = await by_id(tx, answer_id)
        if answer is not None:
            await discard(tx, answer)
            count += 1
    return count


async def needs_approval(tx: Transaction) -> bool:
    """Whether an answer goes to a leader first: so it is configured, and there is one."""
    return tx.commune.approval and bool(await people.officials(tx, Role.LEADER))


async def audience(tx: Transaction, opinion: Opinion) -> int:
    """How many people an answer to this opinion would be told to now, whoever said it twice counted once."""
    opinions = [opinion]
    if opinion.issue_id is not None:
        issue = await tx.session.get_one(Issue, opinion.issue_id)
        opinions += [
            each
            for each in await issues.opinions_of(tx, issue)
            if each.id != opinion.id and each.state in issues.ACTIVE
        ]
    return await _people(tx, [each for each in opinions if each.state in ANSWERABLE])


async def audience_of(tx: Transaction, answer: Answer) -> int:
    """How many people this answer would be told to now."""
    if answer.replaces_id is None:
        return await audience(tx, answer.opinion)
    return await _people(tx, await _told(tx, answer))


async def _people(tx: Transaction, opinions: Sequence[Opinion]) -> int:
    return issues.tally(opinion for opinion, _ in await _authors(tx, opinions))[0]


async def _authors(tx: Transaction, opinions: Sequence[Opinion]) -> list[tuple[Opinion, Account]]:
    """Each opinion with the account its author hears in; one who deleted her data is left out."""
    found: list[tuple[Opinion, Account]] = []
    for opinion in sorted(opinions, key=lambda each: each.number):
        # Whoever entered it for her may have several accounts: one of them is enough to read it out.
        found += [(opinion, account) for account in (await tell.author_accounts(tx, opinion))[:1]]
    return found


async def _told(tx: Transaction, answer: Answer) -> list[Opinion]:
    """The opinions whose authors were told the answer that this one corrects, or what that one corrected."""
    versions, earlier_id = set[int](), answer.replaces_id
    while earlier_id is not None:
        versions.add(earlier_id)
        earlier = await tx.session.get_one(Answer, earlier_id)
        earlier_id = earlier.replaces_id
    issue = await tx.session.get_one(Issue, answer.issue_id)
    opinions = {each.id: each for each in await issues.opinions_of(tx, issue)}
    rows = await tx.session.scalars(
        select(Event).where(
            Event.subject == "opinion", Event.subject_id.in_(opinions), Event.kind == "opinion.answered"
        )
    )
    told = {each.subject_id for each in rows if each.data.get("answer_id") in versions}
    gone = (OpinionState.WITHDRAWN, OpinionState.REDIRECTED, OpinionState.RECEIVED)
    return [each for each in opinions.values() if each.id in told and each.state not in gone]


async def current_of(tx: Transaction, issue_id: int) -> Answer | None:
    """The answer of an issue that stands: the last one released."""
    return await tx.session.scalar(
        select(Answer)
        .where(Answer.issue_id == issue_id, Answer.state == AnswerState.RELEASED)
        .order_by(Answer.released_at.desc(), Answer.id.desc())
        .limit(1)
    )


async def is_current(tx: Transaction, answer: Answer) -> bool:
    """Whether what this one corrects is still what stands; True for what corrects nothing."""
    if answer.replaces_id is None or answer.issue_id is None:
        return True
    current = await current_of(tx, answer.issue_id)
    return current is not None and current.id == answer.replaces_id


def way(issue: Issue, *wanted: IssueState) -> list[tuple[IssueState, IssueState]]:
    """The moves from where the issue is through these states. Raises ForbiddenMove; nothing is changed."""
    steps, state = list[tuple[IssueState, IssueState]](), issue.state
    if state is IssueState.CLOSED:
        # It opens again only with its opinions, when a merge is undone.
        raise ForbiddenMove(state, wanted[0])
    if state is IssueState.OPEN:
        wanted = (IssueState.ASSIGNED, *wanted)
    for each in wanted:
        steps.append((state, move(state, each)))
        state = each
    return steps


def walk(
    tx: Transaction,
    issue: Issue,
    steps: Sequence[tuple[IssueState, IssueState]],
    answer: Answer,
    actor: Official | Actor,
) -> None:
    """Takes the issue along these moves, an event each; one that no unit has becomes the office's."""
    for step in steps:
        issue.state = step[1]
        kind, data = WALKED[step[1]], dict[str, object](answer_id=answer.id)
        if step == (IssueState.OPEN, IssueState.ASSIGNED):
            office = tx.commune.field(OTHER_FIELD)
            issue.unit_id = answer.official.unit_id or (office.unit if office else None)
            kind = "issue.assigned"
            data |= {"unit_id": issue.unit_id, "due": issue.due.isoformat() if issue.due else None}
        events.record(tx, kind, "issue", issue.id, actor, step, **data)


async def release(tx: Transaction, answer: Answer, actor: Official | Actor) -> int:
    """Releases a draft, or what was approved, and queues it to every author of its issue; returns how many are told.

    An opinion that no clerk accepted yet is accepted first, its issue made. Raises ForbiddenMove, and changes nothing,
    when the opinion was answered meanwhile, another answer is with the leader, a leader has to approve this one first,
    or it has gone out; ValueError when it has no words.
    """
    if not answer.text:
        raise ValueError("an answer needs words")
    is_unapproved = answer.state is AnswerState.DRAFT and await needs_approval(tx)
    if is_unapproved or answer.state is AnswerState.SUBMITTED:
        raise ForbiddenMove(answer.state, AnswerState.RELEASED)
    approved = answer.state if answer.state is AnswerState.APPROVED else move(answer.state, AnswerState.APPROVED)
    released = move(approved, AnswerState.RELEASED)
    if answer.replaces_id is not None:
        return await _release_correction(tx, answer, actor, released)
    opinion, by = answer.opinion, answer.official
    answered = [opinion]
    steps = list[tuple[IssueState, IssueState]]()
    wanted = (IssueState.DRAFTED, IssueState.APPROVED, IssueState.ANSWERED)
    if opinion.issue_id is not None:
        issue = await tx.session.get_one(Issue, opinion.issue_id)
        # An author who is content with an earlier answer is not told again because another one was not.
        answered = [each for each in await issues.opinions_of(tx, issue) if each.state in ANSWERABLE]
        if not answered:
            move(opinion.state, OpinionState.ANSWERED)
        steps = way(issue, IssueState.ANSWERED) if answer.state is AnswerState.APPROVED else way(issue, *wanted)
    if opinion.state is OpinionState.RECEIVED:
        issue = await issues.accept(tx, opinion, by)
        steps = way(issue, *wanted)
    elif opinion.issue_id is None:
        move(opinion.state, OpinionState.ANSWERED)
    for each in answered:
        if each.state is OpinionState.REOPENED:
            await issues.accept(tx, each, by)
        moved = (each.state, move(each.state, OpinionState.ANSWERED))
        each.state, each.rating, each.rated_at = moved[1], None, None
        events.record(tx, "opinion.answered", "opinion", each.id, actor, moved, answer_id=answer.id)
    walk(tx, issue, steps, answer, actor)
    issue.in_hall = False
    answer.issue_id, answer.state, answer.released_at = issue.id, released, tx.now
    return await _send(tx, answer, answered, "answer", actor)


async def _release_correction(tx: Transaction, answer: Answer, actor: Official | Actor, released: AnswerState) -> int:
    """Releases a correction: nothing moves but what its authors know."""
    if answer.issue_id is None or not await is_current(tx, answer):
        raise ForbiddenMove(answer.state, released)
    if not answer.change_note:
        raise ValueError("a correction says what it changes")
    issue = await tx.session.get_one(Issue, answer.issue_id)
    moved = (answer.state, released)
    answer.state, answer.released_at = released, tx.now
    events.record(
        tx, "answer.corrected", "issue", issue.id, actor, moved, answer_id=answer.id, replaces_id=answer.replaces_id
    )
    return await _send(tx, answer, await _told(tx, answer), "corrected", actor)


async def _send(
    tx: Transaction, answer: Answer, opinions: Sequence[Opinion], kind: str, actor: Official | Actor
) -> int:
    """Tells every author, when people are awake; what was promised is followed from now on."""
    issue = await tx.session.get_one(Issue, answer.issue_id)
    await publication.fold_issue(tx, issue)
    if answer.outcome is Outcome.PROMISED:
        await commitments.open_for(tx, answer, await _leader_id(tx, answer), opinions)
    elif answer.replaces_id is not None:
        await commitments.take_back(tx, answer)
    told = await _authors(tx, opinions)
    at = tx.commune.after_quiet(tx.now)
    notices: list[outbox.Notice] = []
    for opinion, account in told:
        key = f"answer:{answer.id}:{opinion.id}"
        files = [attachment for attachment in answer.attachments if attachment.state is not AttachmentState.FAILED]
        notices += [
            outbox.Notice(
                account,
                "file",
                Priority.ANSWER,
                {"attachment_id": attachment.id, "opinion_id": opinion.id},
                key=f"{key}:file:{attachment.id}",
                not_before=at,
            )
            for attachment in files
        ]
        ids = {"answer_id": answer.id, "opinion_id": opinion.id}
        notices.append(
            outbox.Notice(account, kind, Priority.ANSWER, ids, key=key, opinion_id=opinion.id, not_before=at)
        )
    await outbox.queue(tx, notices)
    silent = {each.id for each in opinions} - {each.id for each, _ in told}
    for opinion_id in sorted(silent):
        events.record(tx, "answer.nobody_to_tell", "opinion", opinion_id, actor, answer_id=answer.id)
    await show(tx, issue)
    return len(told)


async def _leader_id(tx: Transaction, answer: Answer) -> int | None:
    """The leader in charge of what is promised: who approved it, who let somebody else approve, or the oldest."""
    approver = answer.approver
    if approver is not None and approver.role is Role.LEADER:
        return approver.id
    if approver is not None:
        given = select(Delegation.leader_id).where(Delegation.deputy_id == approver.id)
        leader_id = await tx.session.scalar(given.order_by(Delegation.id.desc()).limit(1))
        if leader_id is not None:
            return leader_id
    leaders = await people.officials(tx, Role.LEADER)
    return leaders[0].id if leaders else None
