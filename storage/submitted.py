"""What was submitted, as leaders and the office read it: what waits for a word, what waits to go, and one in short."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from storage import answers, approval, conferences, delegations, issues, parts, people
from storage.database import Transaction
from storage.models import Answer, Event, Issue, Official, Opinion, Outbox, Role
from storage.states import AnswerState, IssueState, OpinionState


async def waiting(tx: Transaction, official: Official) -> list[int]:
    """The ids of the answers that this official is to approve, those of the earliest day first."""
    if official.role is not Role.LEADER and not await delegations.fields_of(tx, official):
        return []
    found = await tx.session.scalars(
        select(Answer)
        .join(Issue, Issue.id == Answer.issue_id)
        .where(
            Answer.state == AnswerState.SUBMITTED,
            (Issue.state == IssueState.DRAFTED) | Answer.replaces_id.is_not(None),
        )
        .order_by(Issue.due.is_(None), Issue.due, Answer.submitted_at, Answer.id)
    )
    return [each.id for each in found.all() if await approval.may_approve(tx, official, each)]


async def of_issue(tx: Transaction, issue_id: int) -> Answer | None:
    """The newest answer of an issue that is with the leader or approved, whole."""
    answer_id = await tx.session.scalar(
        select(Answer.id)
        .where(Answer.issue_id == issue_id, Answer.state.in_([AnswerState.SUBMITTED, AnswerState.APPROVED]))
        .order_by(Answer.id.desc())
        .limit(1)
    )
    return await answers.by_id(tx, answer_id) if answer_id is not None else None


async def of_number(tx: Transaction, number: int) -> Answer | None:
    """The same for the issue of the opinion with this number, whoever asks: the caller checks who may see it."""
    issue_id = await tx.session.scalar(select(Opinion.issue_id).where(Opinion.number == number))
    return await of_issue(tx, issue_id) if issue_id is not None else None


async def of_opinion(tx: Transaction, opinion_id: int) -> Answer | None:
    """The same for the issue of this opinion, whoever asks."""
    issue_id = await tx.session.scalar(select(Opinion.issue_id).where(Opinion.id == opinion_id))
    return await of_issue(tx, issue_id) if issue_id is not None else None


async def of_card(tx: Transaction, account_id: int, message_id: int) -> Answer | None:
    """The answer that a card sent by itself was about, whatever became of it, whole."""
    payload = await tx.session.scalar(
        select(Outbox.payload)
        .where(
            parts.is_shown(account_id, message_id),
            Outbox.kind.in_([approval.APPROVAL, approval.APPROVAL_TEXT]),
            Outbox.edits_id.is_(None),
        )
        .limit(1)
    )
    return await answers.by_id(tx, payload["answer_id"]) if payload else None


async def issues_of(tx: Transaction, numbers: Collection[int]) -> set[int]:
    """The issues of the opinions with these numbers."""
    found = await tx.session.scalars(
        select(Opinion.issue_id).where(Opinion.number.in_(numbers), Opinion.issue_id.is_not(None))
    )
    return {issue_id for issue_id in found if issue_id is not None}


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


@dataclass(frozen=True, slots=True)
class Brief:
    """What a leader is told of an answer before he approves it.

    `lead` is the opinion whose code names the issue, `voices` how many opinions it has, `corrected` what is corrected,
    `for_hall` whether there is a conference to keep it for.
    """

    answer: Answer
    issue: Issue
    lead: Opinion
    voices: int
    people: int
    corrected: Answer | None
    for_hall: bool


async def brief(tx: Transaction, answer: Answer) -> Brief | None:
    """None when the answer has no issue, or nobody asks any more."""
    issue = await tx.session.get(Issue, answer.issue_id) if answer.issue_id is not None else None
    voices = await issues.opinions_of(tx, issue) if issue is not None else []
    if issue is None or not voices:
        return None
    corrected = await tx.session.get(Answer, answer.replaces_id) if answer.replaces_id is not None else None
    live = [each for each in voices if each.state is not OpinionState.WITHDRAWN]
    return Brief(
        answer,
        issue,
        issues.first_of(voices),
        len(live),
        issues.tally(voices)[0],
        corrected,
        await conferences.current(tx) is not None,
    )


async def likely_approver(tx: Transaction, answer: Answer) -> Official | None:
    """Who will sign with the writer, as far as it is known: the only leader, or any of them; None without approval."""
    if not await answers.needs_approval(tx):
        return None
    leaders = await people.officials(tx, Role.LEADER)
    if answer.official.role is Role.LEADER:
        return answer.official
    posts = {each.post for each in leaders}
    return leaders[0] if len(posts) == 1 else Official(role=Role.LEADER, post=None)


async def last_act(tx: Transaction, answer: Answer) -> tuple[Event, Official | None] | None:
    """The newest thing that happened to an answer once it was submitted, and who did it."""
    await tx.session.flush()
    rows = await tx.session.scalars(
        select(Event)
        .where(Event.subject == "issue", Event.subject_id == answer.issue_id, Event.kind.startswith("answer."))
        .order_by(Event.id.desc())
    )
    event = next((each for each in rows if each.data.get("answer_id") == answer.id), None)
    if event is None:
        return None
    return event, await tx.session.get(Official, event.official_id) if event.official_id is not None else None
