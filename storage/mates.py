"""Who seems to say the same: the likely mate of one card, whole clusters, and what an official said is not the same."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from storage import events, likeness
from storage.commune import OTHER_FIELD
from storage.database import Transaction
from storage.likeness import Candidate
from storage.models import Event, Issue, Official, Opinion
from storage.sorting import UNRELEASED
from storage.states import IssueState, OpinionState

KEPT_APART = "opinion.kept_apart"
RANKED = 5
LARGEST = 10
"""Opinions of a cluster that are offered at once: what a phone shows, and a clerk still reads."""


@dataclass(frozen=True, slots=True)
class Mate:
    """An open issue that a waiting opinion resembles, as its first voice names it."""

    opinion_id: int
    number: int
    village_id: str | None
    text: str
    people: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Waiting opinions that may be one matter, and the open issue that they resemble, by its first voice."""

    opinion_ids: tuple[int, ...]
    mate: Mate | None


@dataclass(slots=True)
class _Open:
    """The voices of one open issue, in the order of their numbers."""

    candidates: list[Candidate]
    number: int
    people: set[int]


async def mates(tx: Transaction, opinions: Sequence[Opinion]) -> dict[int, Mate]:
    """By opinion id, the likeliest open issue of each: of the same village first, and only when likely at all."""
    asked = [each for each in opinions if each.folded.strip()]
    if not asked:
        return {}
    open_ = await _open_issues(tx)
    home = {each.id: issue_id for issue_id, issue in open_.items() for each in issue.candidates}
    voices = [each for issue in open_.values() for each in issue.candidates]
    apart = await _kept_apart(tx, [each.id for each in asked])
    found: dict[int, int] = {}
    for each in asked:
        one = _candidate(each.id, each.village_id, each.field_id, each.folded)
        others = [other for other in voices if home[other.id] != each.issue_id]
        for other, _ in likeness.rank(one, others, RANKED):
            issue = open_[home[other.id]]
            if not any(_pair(each.id, voice.id) in apart for voice in issue.candidates):
                found[each.id] = home[other.id]
                break
    told = await _told(tx, {issue_id: open_[issue_id] for issue_id in found.values()})
    return {opinion_id: told[issue_id] for opinion_id, issue_id in found.items()}


async def quoting(tx: Transaction, issue: Issue) -> list[int]:
    """The waiting opinions whose cards may quote the first voice of this issue, as that of their likely mate."""
    voices = (await _open_issues(tx, issue)).get(issue.id)
    rows = await tx.session.execute(
        select(Opinion.id, Opinion.village_id, Opinion.field_id, Opinion.folded)
        .outerjoin(Issue, Issue.id == Opinion.issue_id)
        .where(or_(Opinion.state == OpinionState.RECEIVED, Issue.state == IssueState.OPEN))
    )
    waiting = [_candidate(*row) for row in rows if row[3].strip()]
    found = [likeness.rank(each, waiting, len(waiting)) for each in (voices.candidates if voices is not None else [])]
    return sorted({other.id for likely in found for other, _ in likely})


async def clusters(tx: Transaction) -> list[Cluster]:
    """Groups of likely mates among what waits, the biggest first; none that an official said is not one matter."""
    rows = await tx.session.execute(
        select(Opinion.id, Opinion.village_id, Opinion.field_id, Opinion.folded)
        .where(Opinion.state == OpinionState.RECEIVED, Opinion.proposed.is_(None))
        .order_by(Opinion.id)
    )
    waiting = [_candidate(*row) for row in rows if row[3].strip()]
    if not waiting:
        return []
    open_ = await _open_issues(tx)
    first = {issue.candidates[0].id: issue_id for issue_id, issue in open_.items()}
    apart = await _kept_apart(tx, [each.id for each in waiting])
    found: list[tuple[tuple[int, ...], int | None]] = []
    for group in likeness.clusters([*waiting, *(issue.candidates[0] for issue in open_.values())]):
        known = [first[each.id] for each in group if each.id in first]
        issue_id = max(known, key=lambda each: (len(open_[each].people), -open_[each].number), default=None)
        against = [voice.id for voice in open_[issue_id].candidates] if issue_id is not None else []
        members = _agreeing([each.id for each in group if each.id not in first], against, apart)[:LARGEST]
        if members and len(members) + (issue_id is not None) > 1:
            found.append((tuple(members), issue_id))
    told = await _told(tx, {issue_id: open_[issue_id] for _, issue_id in found if issue_id is not None})
    return [Cluster(members, told.get(issue_id or 0)) for members, issue_id in found]


def _agreeing(members: Sequence[int], against: Sequence[int], apart: Collection[tuple[int, int]]) -> list[int]:
    """Those of `members` that nobody kept apart from `against` or from a member before them."""
    kept: list[int] = []
    for each in members:
        if not any(_pair(each, other) in apart for other in (*against, *kept)):
            kept.append(each)
    return kept


def keep_apart(tx: Transaction, opinions: Sequence[Opinion], others: Sequence[Opinion], official: Official) -> None:
    """Remembers that these opinions are not one matter with `others`: they are not offered together again."""
    for opinion in opinions:
        ids = sorted({each.id for each in others} - {opinion.id})
        if ids:
            events.record(tx, KEPT_APART, "opinion", opinion.id, official, opinion_ids=ids, count=len(ids))


def into(opinions: Sequence[Opinion]) -> Opinion:
    """Of a cluster without an issue, the opinion whose field the issue takes: the field most of them chose."""
    chosen = [each for each in opinions if each.field_id != OTHER_FIELD] or list(opinions)
    field_id = Counter(each.field_id for each in chosen).most_common(1)[0][0]
    return next(each for each in chosen if each.field_id == field_id)


async def _open_issues(tx: Transaction, *only: Issue) -> dict[int, _Open]:
    """By id, every issue whose answer has not gone out; or of `only`."""
    rows = await tx.session.execute(
        select(
            Opinion.issue_id,
            Opinion.id,
            Opinion.village_id,
            Opinion.field_id,
            Opinion.folded,
            Opinion.number,
            Opinion.person_id,
        )
        .join(Issue, Issue.id == Opinion.issue_id)
        .where(Issue.state.in_(UNRELEASED), Opinion.state == OpinionState.ACCEPTED)
        .where(*([Issue.id.in_([each.id for each in only])] if only else []))
        .order_by(Opinion.number)
    )
    found: dict[int, _Open] = {}
    for issue_id, opinion_id, village_id, field_id, folded, number, person_id in rows:
        issue = found.setdefault(issue_id or 0, _Open([], number, set()))
        issue.people.add(person_id if person_id is not None else -opinion_id)
        if folded.strip():
            issue.candidates.append(_candidate(opinion_id, village_id, field_id, folded))
    return {issue_id: issue for issue_id, issue in found.items() if issue.candidates}


async def _told(tx: Transaction, open_: dict[int, _Open]) -> dict[int, Mate]:
    """By issue id, what is said of an open issue: its first voice, and how many people speak."""
    if not open_:
        return {}
    numbers = {issue.number: issue_id for issue_id, issue in open_.items()}
    rows = await tx.session.execute(
        select(Opinion.id, Opinion.number, Opinion.village_id, Opinion.text).where(Opinion.number.in_(numbers))
    )
    return {numbers[row[1]]: Mate(*row, people=len(open_[numbers[row[1]]].people)) for row in rows}


async def _kept_apart(tx: Transaction, opinion_ids: Sequence[int]) -> set[tuple[int, int]]:
    if not opinion_ids:
        return set()
    found = await tx.session.scalars(
        select(Event).where(Event.subject == "opinion", Event.subject_id.in_(opinion_ids), Event.kind == KEPT_APART)
    )
    return {_pair(event.subject_id, other) for event in found for other in event.data["opinion_ids"]}


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _candidate(opinion_id: int, village_id: str | None, field_id: str, folded: str) -> Candidate:
    return Candidate(opinion_id, village_id, field_id, folded)
