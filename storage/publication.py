"""What everybody may read: released answers under the office's summary, and an author's words only where she agreed.

Her words stand there in the copy that an official confirmed; the original is never touched. What is sealed is another
table and can come into none of this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from storage import commitments, events, issues
from storage.database import Transaction
from storage.events import Actor
from storage.folding import fold
from storage.models import Answer, Commitment, Event, Issue, Official, Opinion
from storage.states import AnswerState, IssueState, OpinionState

MAX_TITLE = 200
MAX_COPY = 1500
"""Characters of a summary and of a copy of somebody's words."""

MANY = 3
"""People, or villages, from which their number is told: fewer might be known by it."""


@dataclass(frozen=True, slots=True)
class Published:
    """One matter as everybody reads it.

    `answer` is the newest version; `corrects` says that it replaced an earlier one. `people` is None below MANY.
    `village_id` is named when so many asked and all in one village. `words` are confirmed copies.
    """

    issue: Issue
    answer: Answer
    corrects: bool
    people: int | None
    village_id: str | None
    words: list[str]
    commitment: Commitment | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found, the newest first, and how many there are in all."""

    found: list[Published]
    count: int


_RELEASED = (
    select(Answer.issue_id, func.max(Answer.released_at).label("at"))
    .where(Answer.state == AnswerState.RELEASED)
    .group_by(Answer.issue_id)
    .subquery()
)


async def find(tx: Transaction, words: str, offset: int, limit: int) -> Page:
    """Released answers, or those in whose title, answer or published words every one of `words` stands, unmarked."""
    query = select(Issue).join(_RELEASED, _RELEASED.c.issue_id == Issue.id).where(Issue.state != IssueState.CLOSED)
    for word in fold(words).split():
        query = query.where(Issue.folded.contains(word, autoescape=True))
    count = await tx.session.scalar(select(func.count()).select_from(query.subquery()))
    rows = await tx.session.scalars(query.order_by(_RELEASED.c.at.desc(), Issue.id.desc()).offset(offset).limit(limit))
    found = [await _published(tx, issue) for issue in rows.all()]
    return Page([each for each in found if each is not None], count or 0)


async def one(tx: Transaction, issue_id: int) -> Published | None:
    """One matter, if it was answered; its answer with files and who signed it."""
    issue = await tx.session.get(Issue, issue_id)
    if issue is None or issue.state is IssueState.CLOSED:
        return None
    return await _published(tx, issue)


async def _published(tx: Transaction, issue: Issue) -> Published | None:
    released = list(
        await tx.session.scalars(
            select(Answer)
            .where(Answer.issue_id == issue.id, Answer.state == AnswerState.RELEASED)
            .order_by(Answer.released_at, Answer.id)
            .options(selectinload(Answer.attachments), selectinload(Answer.official))
        )
    )
    if not released:
        return None
    answer = released[-1]
    people, villages = await issues.count_people(tx, issue)
    asked = [each for each in await issues.opinions_of(tx, issue) if each.state is not OpinionState.WITHDRAWN]
    return Published(
        issue,
        answer,
        answer.replaces_id is not None,
        people if people >= MANY else None,
        asked[0].village_id if people >= MANY and villages == 1 else None,
        [each.public_text for each in asked if each.may_publish and each.public_text],
        await commitments.in_force(tx, issue.id),
    )


async def fold_issue(tx: Transaction, issue: Issue) -> None:
    """Renews what an issue is found by; called whenever its title, answer or published words change."""
    await tx.session.flush()
    answer = await tx.session.scalar(
        select(Answer.text)
        .where(Answer.issue_id == issue.id, Answer.state == AnswerState.RELEASED)
        .order_by(Answer.released_at.desc(), Answer.id.desc())
        .limit(1)
    )
    copies = [each.public_text for each in await issues.opinions_of(tx, issue) if each.may_publish]
    field = tx.commune.field(issue.field_id) if issue.field_id else None
    parts = [issue.title, field.label if field else None, answer, *copies]
    issue.folded = fold(" ".join(part for part in parts if part))


async def allow(tx: Transaction, opinion: Opinion, *, yes: bool) -> None:
    """She said whether her words may be published; a no takes back a yes, and the copy goes."""
    if opinion.may_publish == yes:
        return
    opinion.may_publish = yes
    if not yes:
        opinion.public_text = None
    kind = "opinion.publish_allowed" if yes else "opinion.publish_refused"
    events.record(tx, kind, "opinion", opinion.id, Actor.RESIDENT)
    await _fold_around(tx, opinion)


async def withhold(tx: Transaction, opinion: Opinion) -> None:
    """Her words are hers no more to allow: what she agreed to goes with her data."""
    opinion.may_publish, opinion.public_text = None, None
    await _fold_around(tx, opinion)


async def confirm(tx: Transaction, opinion: Opinion, official: Official, copy: str) -> None:
    """An official confirms the copy of her words that everybody reads.

    Raises PermissionError when she has not agreed, ValueError for a copy that is empty or longer than MAX_COPY.
    """
    if not opinion.may_publish:
        raise PermissionError(f"opinion {opinion.id} may not be published")
    if not 0 < len(copy.strip()) <= MAX_COPY:
        raise ValueError(f"a copy has 1 to {MAX_COPY} characters")
    opinion.public_text = copy.strip()
    events.record(tx, "opinion.published", "opinion", opinion.id, official)
    await _fold_around(tx, opinion)


async def retract(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """An official takes the copy of her words down; she is not asked again."""
    if opinion.public_text is not None:
        opinion.public_text = None
        events.record(tx, "opinion.retracted", "opinion", opinion.id, official)
        await _fold_around(tx, opinion)


async def set_title(tx: Transaction, issue: Issue, official: Official, title: str) -> None:
    """The office's summary in one line. Raises ValueError when it is empty or longer than MAX_TITLE."""
    title = " ".join(title.split())
    if not 0 < len(title) <= MAX_TITLE:
        raise ValueError(f"a summary has 1 to {MAX_TITLE} characters")
    if issue.title != title:
        issue.title = title
        events.record(tx, "issue.titled", "issue", issue.id, official)
        await fold_issue(tx, issue)


async def consenting(tx: Transaction, issue: Issue) -> Sequence[Opinion]:
    """The opinions whose authors agreed to be quoted and that have words, by number."""
    return [
        each
        for each in await issues.opinions_of(tx, issue)
        if each.may_publish and each.text.strip() and each.state is not OpinionState.WITHDRAWN
    ]


_AGREED, _LEFT = aliased(Event), aliased(Event)
_LEFT_OUT = (
    select(_LEFT.id)
    .where(
        _LEFT.subject == "opinion",
        _LEFT.subject_id == Opinion.id,
        _LEFT.kind.in_(["opinion.retracted", "opinion.left_out"]),
        ~select(_AGREED.id)
        .where(
            _AGREED.subject == "opinion",
            _AGREED.subject_id == _LEFT.subject_id,
            _AGREED.kind == "opinion.publish_allowed",
            _AGREED.id > _LEFT.id,
        )
        .exists(),
    )
    .exists()
)
"""Whether an official took her words down, or left them out, after she agreed last."""

_WAITS = (
    Opinion.may_publish.is_(True),
    Opinion.public_text.is_(None),
    Opinion.text != "",
    Opinion.state != OpinionState.WITHDRAWN,
    select(Answer.id).where(Answer.issue_id == Opinion.issue_id, Answer.state == AnswerState.RELEASED).exists(),
    ~_LEFT_OUT,
)


async def next_waiting(tx: Transaction) -> Opinion | None:
    """The oldest opinion anywhere whose author agreed to be quoted and whose copy nobody decided on."""
    return await tx.session.scalar(select(Opinion).where(*_WAITS).order_by(Opinion.number).limit(1))


async def count_waiting(tx: Transaction) -> int:
    """How many such there are."""
    return await tx.session.scalar(select(func.count()).select_from(Opinion).where(*_WAITS)) or 0


async def waiting_of(tx: Transaction, issue: Issue) -> set[int]:
    """The ids of those of one issue."""
    return set(await tx.session.scalars(select(Opinion.id).where(Opinion.issue_id == issue.id, *_WAITS)))


def leave_out(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """An official decides that her words are not published; nobody is asked about them again unless she agrees anew."""
    events.record(tx, "opinion.left_out", "opinion", opinion.id, official)


async def _fold_around(tx: Transaction, opinion: Opinion) -> None:
    issue = await tx.session.get(Issue, opinion.issue_id) if opinion.issue_id is not None else None
    if issue is not None:
        await fold_issue(tx, issue)
