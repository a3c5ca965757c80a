"""What the office decides instead of accepting: to show another way, or, with a leader's word, to refuse."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import asking, changes, delegations, events, issues, outbox, tell
from storage.asking import AlreadyProposed, decide, later, show, sort_anew, stamp
from storage.commune import OTHER_FIELD
from storage.database import Transaction
from storage.drafts import tell_first_readers
from storage.likeness import Candidate, rank
from storage.models import (
    Account,
    Answer,
    AttachmentState,
    Event,
    Issue,
    Official,
    Opinion,
    Place,
    Priority,
    Role,
    Verdict,
)
from storage.people import officials
from storage.rights import REFUSALS
from storage.sorted import tell_unit
from storage.standing import standing
from storage.states import AnswerState, IssueState, OpinionState, move
from storage.undoing import UNDO, Overtaken, back_to_received, check_untouched
from storage.waiting import waits

MAX_NAME = 120
"""Characters of the name of an authority or a place."""

WAYS = frozenset({Verdict.OTHER_AGENCY, Verdict.MEDIATION, Verdict.COMPLAINT})
"""Verdicts by which an author is shown the way at once, at the office's own word."""

ANSWERED = (IssueState.ANSWERED, IssueState.SETTLED)


class Shared(Exception):
    """A unit gave back a matter that several people raised: it is not one author's to be sent elsewhere."""


async def _begin(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """Makes what a unit gave back wait like a new one. Raises Shared, and AlreadyProposed."""
    if opinion.proposed is not None:
        raise AlreadyProposed
    issue = opinion.issue
    if opinion.state is not OpinionState.ACCEPTED or issue is None or not waits(opinion):
        return
    if [each for each in await issues.opinions_of(tx, issue) if each.state in issues.ACTIVE and each.id != opinion.id]:
        raise Shared
    await back_to_received(tx, opinion, official)
    await issues.close_if_empty(tx, issue, official)


async def show_way(
    tx: Transaction,
    opinion: Opinion,
    official: Official,
    verdict: Verdict,
    *,
    place: Place | None = None,
    name: str | None = None,
) -> Event:
    """Shows the author where her matter is settled: a place of ours, or one that the clerk named.

    Raises AlreadyProposed, Shared, and ForbiddenMove unless it waits; ValueError for a verdict that shows no way.
    """
    if verdict not in WAYS:
        raise ValueError(f"{verdict} shows no way")
    await _begin(tx, opinion, official)
    moved = decide(opinion, OpinionState.REDIRECTED)
    opinion.verdict, opinion.place, opinion.reason = verdict, place, name[:MAX_NAME] if name else None
    return await _redirected(tx, opinion, official, moved)


async def _redirected(
    tx: Transaction, opinion: Opinion, official: Official, moved: tuple[OpinionState, OpinionState]
) -> Event:
    event = events.record(tx, "opinion.redirected", "opinion", opinion.id, official, moved, verdict=opinion.verdict)
    await _tell_author(tx, opinion)
    return event


async def _tell_author(tx: Transaction, opinion: Opinion) -> None:
    await tell.author(tx, opinion, "verdict", _key("verdict", opinion, tx.now), not_before=later(tx))
    await show(tx, opinion)


def _key(kind: str, opinion: Opinion, at: datetime) -> str:
    return f"{kind}:{opinion.id}:{stamp(at)}"


async def propose(tx: Transaction, opinion: Opinion, official: Official, verdict: Verdict, reason: str) -> Event:
    """Proposes to a leader to refuse, or to petition upward.

    It counts at once while the commune has no leader, and when the one who sorts is the leader: then nothing is
    `proposed` afterwards. `reason` is what the author reads: why, or the authority petitioned. Raises AlreadyProposed,
    Shared, and ForbiddenMove unless it waits; ValueError for a verdict that needs no leader.
    """
    if verdict not in REFUSALS:
        raise ValueError(f"{verdict} needs no leader")
    is_petition = verdict is Verdict.BEYOND_AUTHORITY
    await _begin(tx, opinion, official)
    move(opinion.state, OpinionState.ACCEPTED if is_petition else OpinionState.REDIRECTED)
    opinion.reason = reason[: MAX_NAME if is_petition else asking.MAX_WORDS]
    if official.role is Role.LEADER or not await officials(tx, Role.LEADER):
        return await _count(tx, opinion, official, verdict)
    opinion.proposed = verdict
    event = events.record(tx, "opinion.proposed", "opinion", opinion.id, official, verdict=verdict)
    readers = await _who_agree(tx, opinion, official)
    key = _key("proposal", opinion, tx.now)
    await tell.accounts(tx, readers, "proposal", key, opinion_id=opinion.id, not_before=tx.now + asking.UNDO)
    await show(tx, opinion)
    return event


async def _who_agree(tx: Transaction, opinion: Opinion, proposer: Official) -> list[Account]:
    """The leaders, and those who stand in for one in this field, but for who proposes it."""
    readers = await tell.accounts_in(tx, [Role.LEADER])
    for deputy in await delegations.deputies_for(tx, opinion.field_id):
        if deputy.id != proposer.id:
            readers += await tell.accounts_of_official(tx, deputy.id)
    return list(dict.fromkeys(readers))


async def may_agree(tx: Transaction, official: Official, opinion: Opinion) -> bool:
    """Whether he may say yes or no to what is proposed: a leader, or a deputy in its field who did not propose it."""
    if official.revoked_at is not None or official.role is Role.LEADER:
        return official.revoked_at is None
    if not delegations.covers(await delegations.fields_of(tx, official), opinion.field_id):
        return False
    proposed = await events.last(tx, "opinion", opinion.id, ["opinion.proposed"])
    return proposed is not None and proposed.official_id != official.id


async def _count(tx: Transaction, opinion: Opinion, official: Official, verdict: Verdict) -> Event:
    """The verdict counts: a petition makes an issue that the office goes on to answer, the others are refusals."""
    if verdict is not Verdict.BEYOND_AUTHORITY:
        moved = decide(opinion, OpinionState.REDIRECTED)
        opinion.verdict = verdict
        return await _redirected(tx, opinion, official, moved)
    office = tx.commune.field(OTHER_FIELD)
    issue = await issues.accept(tx, opinion, official, unit_id=office.unit if office else None)
    issue.petitioned_to, opinion.verdict, opinion.reason = opinion.reason, verdict, None
    event = events.record(tx, "opinion.petitioned", "opinion", opinion.id, official, issue_id=issue.id)
    await tell_unit(tx, issue, event)
    await _tell_author(tx, opinion)
    return event


async def _proposed_to(tx: Transaction, opinion: Opinion, leader: Official) -> Verdict | None:
    if opinion.state is not OpinionState.RECEIVED or opinion.proposed is None:
        return None
    return opinion.proposed if await may_agree(tx, leader, opinion) else None


async def agree(tx: Transaction, opinion: Opinion, leader: Official) -> Verdict | None:
    """A leader, or his deputy, agrees: the verdict counts and its author is told; returns it.

    None when nothing is proposed, or not to him.
    """
    verdict = await _proposed_to(tx, opinion, leader)
    if verdict is None:
        return None
    opinion.proposed = None
    events.record(tx, "opinion.agreed", "opinion", opinion.id, leader, verdict=verdict)
    await _count(tx, opinion, leader, verdict)
    return verdict


async def disagree(tx: Transaction, opinion: Opinion, leader: Official) -> Verdict | None:
    """He does not agree: back to the clerk, who is told; returns what was proposed, None as in `agree`."""
    verdict = await _proposed_to(tx, opinion, leader)
    if verdict is None:
        return None
    opinion.proposed = opinion.reason = None
    sort_anew(tx, opinion)
    events.record(tx, "opinion.disagreed", "opinion", opinion.id, leader, verdict=verdict)
    await tell_first_readers(tx, opinion, "disagreed", _key("disagreed", opinion, tx.now))
    await show(tx, opinion)
    return verdict


async def proposals(tx: Transaction) -> list[Opinion]:
    """What waits for a leader's word, oldest first, whole."""
    found = await tx.session.scalars(
        select(Opinion)
        .where(Opinion.proposed.is_not(None), Opinion.state == OpinionState.RECEIVED)
        .order_by(Opinion.number)
        .options(selectinload(Opinion.attachments), selectinload(Opinion.additions), *standing())
    )
    return list(found)


async def proposals_for(tx: Transaction, official: Official) -> list[Opinion]:
    """Those of `proposals` that wait for this official's word."""
    if official.role is not Role.LEADER and not await delegations.fields_of(tx, official):
        return []
    return [each for each in await proposals(tx) if await may_agree(tx, official, each)]


async def answered(tx: Transaction, opinion: Opinion, limit: int) -> list[tuple[Issue, Opinion]]:
    """The answered issues that may be the same matter, the likest of its village first, each with its lead opinion."""
    rows = await tx.session.execute(
        select(Issue, Opinion)
        .join(Opinion, Opinion.issue_id == Issue.id)
        .where(Issue.state.in_(ANSWERED), Opinion.state != OpinionState.WITHDRAWN)
        .order_by(Opinion.number)
    )
    voices = {each.id: (issue, each) for issue, each in rows}
    ranked = rank(_candidate(opinion), [_candidate(each) for _, each in voices.values()], len(voices))
    leads: dict[int, Opinion] = {}
    for issue, each in voices.values():
        leads.setdefault(issue.id, each)
    found = {voices[each.id][0].id: voices[each.id][0] for each, _ in ranked}
    return [(issue, leads[issue.id]) for issue in found.values()][:limit]


def _candidate(opinion: Opinion) -> Candidate:
    return Candidate(opinion.id, opinion.village_id, opinion.field_id, opinion.folded)


async def has_answers(tx: Transaction) -> bool:
    """Whether any answer is out."""
    return await tx.session.scalar(select(Issue.id).where(Issue.state.in_(ANSWERED)).limit(1)) is not None


async def answered_issue(tx: Transaction, issue_id: int) -> Issue | None:
    """An issue whose answer is out, or None."""
    issue = await issues.by_id(tx, issue_id)
    return issue if issue is not None and issue.state in ANSWERED else None


async def answer_with(tx: Transaction, opinion: Opinion, official: Official, issue: Issue) -> Event:
    """Answers an opinion by what was answered before: it joins that issue and its author gets that answer.

    Raises AlreadyProposed, Shared, and ForbiddenMove unless it waits; ValueError when the issue has no released answer.
    """
    answer = await _released(tx, issue)
    if answer is None:
        raise ValueError("nothing was answered there")
    lead = await issues.lead(tx, issue)
    await _begin(tx, opinion, official)
    accepted = decide(opinion, OpinionState.ACCEPTED)
    opinion.issue_id, opinion.issue, opinion.verdict = issue.id, issue, Verdict.ALREADY_ANSWERED
    number = lead.number if lead is not None else opinion.number
    events.record(tx, "opinion.joined_answered", "opinion", opinion.id, official, accepted, number=number)
    moved = decide(opinion, OpinionState.ANSWERED)
    event = events.record(tx, "opinion.answered", "opinion", opinion.id, official, moved, answer_id=answer.id)
    await _tell_answer(tx, opinion, answer)
    await show(tx, opinion)
    return event


async def _released(tx: Transaction, issue: Issue) -> Answer | None:
    return await tx.session.scalar(
        select(Answer)
        .where(Answer.issue_id == issue.id, Answer.state == AnswerState.RELEASED)
        .options(selectinload(Answer.attachments))
        .order_by(Answer.id.desc())
        .limit(1)
    )


async def _tell_answer(tx: Transaction, opinion: Opinion, answer: Answer) -> None:
    key = f"answer:{answer.id}:{opinion.id}"
    about = {"opinion_id": opinion.id}
    notices = []
    for account in await tell.author_accounts(tx, opinion):
        notices += [
            outbox.Notice(
                account,
                "file",
                Priority.ANSWER,
                {**about, "attachment_id": file.id},
                key=f"{key}:file:{file.id}",
                not_before=later(tx),
            )
            for file in answer.attachments
            if file.state is not AttachmentState.FAILED
        ]
        ids = {**about, "answer_id": answer.id}
        notices.append(
            outbox.Notice(account, "answer", Priority.ANSWER, ids, key=key, opinion_id=opinion.id, not_before=later(tx))
        )
    await outbox.queue(tx, notices)


async def _undo_asked(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await _untouched(tx, event, OpinionState.NEEDS_DETAIL)
    await _unsay(tx, opinion, event, *asking.keys(opinion))
    await asking.take_back(tx, opinion, official)
    return opinion


async def _undo_redirected(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await _untouched(tx, event, OpinionState.REDIRECTED)
    await _unsay(tx, opinion, event, _key("verdict", opinion, event.at))
    await _back(tx, opinion, official)
    return opinion


async def _undo_proposed(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await _untouched(tx, event, OpinionState.RECEIVED)
    if opinion.proposed is None:
        raise Overtaken(await events.last(tx, "opinion", opinion.id))
    readers = await _who_agree(tx, opinion, official)
    await changes.unqueue(tx, [f"{_key('proposal', opinion, event.at)}:{each.told_as}" for each in readers])
    opinion.proposed = opinion.reason = None
    events.record(tx, "opinion.undone", "opinion", opinion.id, official)
    await show(tx, opinion)
    return opinion


async def _undo_petitioned(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await _untouched(tx, event, OpinionState.ACCEPTED)
    issue = await tx.session.get_one(Issue, event.data["issue_id"])
    await check_untouched(tx, official, event, issue, [opinion.id])
    await _unsay(tx, opinion, event, _key("verdict", opinion, event.at))
    await back_to_received(tx, opinion, official)
    await issues.close_if_empty(tx, issue, official)
    await show(tx, opinion)
    return opinion


async def _undo_answered(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await _untouched(tx, event, OpinionState.ANSWERED)
    if opinion.verdict is not Verdict.ALREADY_ANSWERED:
        raise Overtaken(None)
    answer = await tx.session.get_one(Answer, event.data["answer_id"], options=[selectinload(Answer.attachments)])
    key = f"answer:{answer.id}:{opinion.id}"
    if not await changes.unqueue(tx, [key]) and await tell.author_accounts(tx, opinion):
        raise Overtaken(event)
    await changes.unqueue(tx, [f"{key}:file:{file.id}" for file in answer.attachments])
    await back_to_received(tx, opinion, official)
    await show(tx, opinion)
    return opinion


async def _untouched(tx: Transaction, event: Event, state: OpinionState) -> Opinion:
    """The opinion as the event left it. Raises Overtaken when something was done with it since."""
    opinion = await tx.session.get_one(Opinion, event.subject_id)
    last = await events.last(tx, "opinion", opinion.id)
    if opinion.state is not state or last is None or last.id != event.id:
        raise Overtaken(last)
    return opinion


async def _unsay(tx: Transaction, opinion: Opinion, event: Event, *keys: str) -> None:
    """Stops what its author was to read. Raises Overtaken when she has read it."""
    if not await asking.unqueue_author(tx, opinion, *keys):
        raise Overtaken(event)


async def _back(tx: Transaction, opinion: Opinion, official: Official) -> None:
    moved = (opinion.state, move(opinion.state, OpinionState.RECEIVED))
    opinion.state = moved[1]
    opinion.verdict = opinion.place = opinion.reason = None
    events.record(tx, "opinion.undone", "opinion", opinion.id, official, moved)
    await show(tx, opinion)


UNDO |= {
    "opinion.asked": _undo_asked,
    "opinion.redirected": _undo_redirected,
    "opinion.proposed": _undo_proposed,
    "opinion.petitioned": _undo_petitioned,
    "opinion.answered": _undo_answered,
}
