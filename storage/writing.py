"""Answers being written: which message their words came in, and those that were begun and left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from storage import answers, events
from storage.database import Transaction
from storage.models import Answer, Event, Issue, Official, Opinion, Role
from storage.rights import Right, may
from storage.states import AnswerState, IssueState

KINDS = ("answer.drafted", "answer.rewritten")

NEWEST = 20
"""Answers of one official among which a message that he edits is looked for."""


@dataclass(frozen=True, slots=True)
class Written:
    """An answer that holds, or held, the words of a message. `stands`: no later words took their place."""

    answer: Answer
    stands: bool


def message(account_id: int, message_id: int) -> dict[str, int]:
    """Names one message, by the account of the chat that it came in: his own, or a group's."""
    return {"account_id": account_id, "message_id": message_id}


def note(tx: Transaction, answer: Answer, official: Official, said: Mapping[str, Any]) -> None:
    """Notes that the words of a draft that was begun are now those of the message `said`."""
    events.record(tx, "answer.rewritten", "opinion", answer.opinion_id, official, answer_id=answer.id, **said)


async def of_message(tx: Transaction, official: Official, said: Mapping[str, Any]) -> Written | None:
    """The answer that this official wrote in this message, whole, if it is one of his newest."""
    newest = select(Answer.id, Answer.opinion_id).where(Answer.official_id == official.id)
    rows = (await tx.session.execute(newest.order_by(Answer.id.desc()).limit(NEWEST))).all()
    opinion_ids = {opinion_id for _, opinion_id in rows}
    if not opinion_ids:
        return None
    written = await tx.session.scalars(
        select(Event)
        .where(Event.subject == "opinion", Event.subject_id.in_(opinion_ids), Event.kind.in_(KINDS))
        .order_by(Event.id)
    )
    ids, last, answer_id = {id_ for id_, _ in rows}, dict[int, Event](), None
    for event in written:
        last[event.data["answer_id"]] = event
        if event.data["answer_id"] in ids and dict(said).items() <= event.data.items():
            answer_id = event.data["answer_id"]
    answer = await answers.by_id(tx, answer_id) if answer_id is not None else None
    if answer is None:
        return None
    return Written(answer, stands=dict(said).items() <= last[answer.id].data.items())


async def unfinished(tx: Transaction, official: Official) -> list[Answer]:
    """What this official wrote and did not send on, while it is still waited for; the oldest first, whole.

    What came back to a unit is counted among its work; to anybody else it is one of these.
    """
    if not may(official, Right.ANSWER):
        return []
    found = (
        select(Answer.id)
        .join(Opinion, Opinion.id == Answer.opinion_id)
        .outerjoin(Issue, Issue.id == Opinion.issue_id)
        .where(
            Answer.official_id == official.id,
            Answer.state == AnswerState.DRAFT,
            Answer.text != "",
            Answer.replaces_id.is_not(None)
            | (
                Opinion.state.in_(answers.ANSWERABLE)
                & (Issue.id.is_(None) | Issue.state.in_([IssueState.OPEN, IssueState.ASSIGNED]))
            ),
        )
        .order_by(Answer.id)
    )
    if official.role is Role.STAFF:
        found = found.where(Answer.returned_at.is_(None))
    drafts = [await answers.by_id(tx, answer_id) for answer_id in (await tx.session.scalars(found)).all()]
    return [each for each in drafts if each is not None and await answers.is_current(tx, each)]
