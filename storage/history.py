"""The whole story of a matter, as the log tells it, and everything that is on record about it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import selectinload

from storage import issues, outbox, ratings
from storage.database import Transaction
from storage.models import Answer, Commitment, Event, Issue, Official, Opinion, Rating, Review
from storage.states import AnswerState, DeliveryState, OpinionState


@dataclass(frozen=True, slots=True)
class Happening:
    """One event with the official who did it. `is_named`: the matter whose number it holds may be named."""

    event: Event
    official: Official | None
    is_named: bool


async def of(tx: Transaction, opinion: Opinion) -> list[Happening]:
    """Everything that happened to an opinion, its issue, what was answered and what was promised, oldest first.

    What it tells of other matters is their number, unless that one is no opinion (any more): then it is not named.
    """
    about: list[ColumnElement[bool]] = [(Event.subject == "opinion") & (Event.subject_id == opinion.id)]
    answer_ids: set[int] = set()
    if opinion.issue_id is not None:
        issue = await tx.session.get_one(Issue, opinion.issue_id)
        voices = [each.id for each in await issues.opinions_of(tx, issue)]
        promised = select(Commitment.id).where(Commitment.issue_id == issue.id)
        about += [
            (Event.subject == "issue") & (Event.subject_id == issue.id),
            # An answer is written to one opinion and told to all.
            (Event.subject == "opinion") & Event.subject_id.in_(voices) & Event.kind.startswith("answer."),
            (Event.subject == "commitment") & Event.subject_id.in_(promised),
        ]
        written = select(Answer.id).where(or_(Answer.issue_id == issue.id, Answer.opinion_id.in_(voices)))
        answer_ids = set(await tx.session.scalars(written))
    rows = list(await _events(tx, or_(*about)))
    # A draft that was put away has no row any more.
    answer_ids |= {event.data["answer_id"] for event, _ in rows if event.data.get("answer_id")}
    if answer_ids:
        rows += await _events(tx, (Event.subject == "answer") & Event.subject_id.in_(answer_ids))
    numbers = {event.data["number"] for event, _ in rows if event.data.get("number")}
    named = set(await tx.session.scalars(select(Opinion.number).where(Opinion.number.in_(numbers))))
    happened = {event.id: Happening(event, by, event.data.get("number") in named) for event, by in rows}
    return [happened[id_] for id_ in sorted(happened)]


async def _events(tx: Transaction, which: ColumnElement[bool]) -> list[tuple[Event, Official | None]]:
    rows = await tx.session.execute(
        select(Event, Official).outerjoin(Official, Official.id == Event.official_id).where(which)
    )
    return [(event, official) for event, official in rows]


@dataclass(frozen=True, slots=True)
class Matter:
    """What is on record about the issue of one opinion.

    `others` are who else asks, `answers` the released ones oldest first with their files, `ratings` what authors said
    (None: nothing yet), `deliveries` how the last answer's notice fared, by the opinion whose author it told.
    """

    people: int
    villages: int
    others: list[Opinion]
    answers: list[Answer]
    ratings: Counter[Rating | None]
    commitments: list[Commitment]
    reviews: list[Review]
    deliveries: list[tuple[Opinion, DeliveryState]]


async def matter(tx: Transaction, opinion: Opinion) -> Matter | None:
    """None while nobody accepted it: then there is no issue."""
    if opinion.issue_id is None:
        return None
    issue = await tx.session.get_one(Issue, opinion.issue_id)
    voices = [each for each in await issues.opinions_of(tx, issue) if each.state is not OpinionState.WITHDRAWN]
    answers = list(
        await tx.session.scalars(
            select(Answer)
            .where(Answer.issue_id == issue.id, Answer.state == AnswerState.RELEASED)
            .options(selectinload(Answer.attachments), selectinload(Answer.official))
            .order_by(Answer.id)
        )
    )
    promised = select(Commitment).where(Commitment.issue_id == issue.id).order_by(Commitment.id)
    reviewed = select(Review).where(Review.issue_id == issue.id).order_by(Review.id)
    people, villages = issues.tally(voices)
    return Matter(
        people=people,
        villages=villages,
        others=[each for each in voices if each.id != opinion.id],
        answers=answers,
        ratings=await ratings.tally(tx, issue),
        commitments=list(await tx.session.scalars(promised)),
        reviews=list(await tx.session.scalars(reviewed)),
        deliveries=await _deliveries(tx, answers[-1], voices) if answers else [],
    )


async def _deliveries(
    tx: Transaction, answer: Answer, voices: Sequence[Opinion]
) -> list[tuple[Opinion, DeliveryState]]:
    fared = await outbox.fared(tx, [f"answer:{answer.id}:{each.id}" for each in voices])
    by_key = ((each, fared.get(f"answer:{answer.id}:{each.id}")) for each in voices)
    return [(each, state) for each, state in by_key if state is not None]


async def unsent(tx: Transaction, opinion: Opinion) -> list[Answer]:
    """Answers to it or to its issue with words that nobody was told yet, oldest first, with their files."""
    its_own = Answer.opinion_id == opinion.id
    if opinion.issue_id is not None:
        # Until it is submitted an answer knows only the opinion that it was begun under.
        voices = select(Opinion.id).where(Opinion.issue_id == opinion.issue_id)
        its_own = or_(Answer.issue_id == opinion.issue_id, Answer.opinion_id.in_(voices))
    found = await tx.session.scalars(
        select(Answer)
        .where(its_own, Answer.state != AnswerState.RELEASED, Answer.text != "")
        .options(selectinload(Answer.attachments), selectinload(Answer.official))
        .order_by(Answer.id)
    )
    return list(found)
