"""Setting, moving and cancelling a conference: proposed by the office, agreed to by a leader, seen by nobody before.

Without a leader on record whoever proposes decides alone, as with answers.
"""

from datetime import date, datetime

from sqlalchemy import select

from storage import conferences, events, people, proofs, tell
from storage.conferences import Facts
from storage.database import Transaction
from storage.events import Actor
from storage.models import ChangeKind, Conference, ConferenceChange, Official, Role
from storage.retelling import retell, unqueue
from storage.states import ChangeState, ConferenceState, ForbiddenMove, move

CARD = "conference_change"
"""The kind of the card under which a leader agrees."""
DECIDED = "change_decided"
"""The kind of the word to who proposed."""

MAX_REASON = 500
"""Characters of a reason."""


class Incomplete(ValueError):
    """A field that the law names has no words; `missing` are the names of Conference's columns."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class Past(ValueError):
    """A meeting would begin in the past."""


class TooSoon(ValueError):
    """Announcing it today is later than the law's seven days; `earliest` is the first day that is not."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest.isoformat())
        self.earliest = earliest


class NoReason(ValueError):
    """Whoever was told of a date reads why it does not stand; an override says why the law is broken."""


class NothingChanged(ValueError):
    """What is proposed is what stands."""


class NotALeader(Exception):
    """Only a leader agrees, refuses, or breaks the law's seven days."""


async def needs_leader(tx: Transaction) -> bool:
    """Whether a change goes to a leader first: there is one."""
    return bool(await people.officials(tx, Role.LEADER))


async def decides(tx: Transaction, official: Official) -> bool:
    """Whether this official's own word is enough."""
    return official.role is Role.LEADER or not await needs_leader(tx)


def moves_it(tx: Transaction, conference: Conference, facts: Facts) -> bool:
    """Whether people who know of it have to be told: when or where one of them is to be has changed."""
    return facts.meetings != conferences.facts_of(tx, conference).meetings


def check(tx: Transaction, facts: Facts, conference: Conference | None, override: str | None = None) -> None:
    """Raises Incomplete, Past, TooSoon or NothingChanged: what keeps `facts` from being proposed."""
    if missing := facts.missing():
        raise Incomplete(missing)
    check_date(tx, facts, conference, override)
    if conference is not None and _is_agreed(conference) and conferences.facts_of(tx, conference) == facts:
        raise NothingChanged


def check_date(tx: Transaction, facts: Facts, conference: Conference | None, override: str | None = None) -> None:
    """Raises Past, or TooSoon unless it is overridden.

    The seven days are counted for a date that is new; a new place or other words on a date that stands break nothing.
    """
    if any(each.starts_at <= tx.now for each in facts.meetings):
        raise Past
    stands = conference.starts_at if conference is not None and _is_agreed(conference) else None
    is_new_date = stands is None or stands != facts.starts_at
    earliest = proofs.earliest_lawful(_today(tx))
    if is_new_date and override is None and facts.starts_at.astimezone(tx.commune.timezone).date() < earliest:
        raise TooSoon(earliest)


def _is_agreed(conference: Conference) -> bool:
    return conference.state in conferences.UPCOMING


def _today(tx: Transaction) -> date:
    return tx.now.astimezone(tx.commune.timezone).date()


async def propose(
    tx: Transaction,
    official: Official,
    facts: Facts,
    conference: Conference | None = None,
    *,
    reason: str | None = None,
    override: str | None = None,
) -> ConferenceChange:
    """Puts a date before the leaders: a new conference, or the change of one. One that waited before is withdrawn.

    Who decides himself has agreed with it. Raises what `check` raises, NotALeader for an override by another, NoReason
    for a move without one, ForbiddenMove for a conference that is over or cancelled.
    """
    if override is not None:
        if not override.strip():
            raise NoReason
        if not await decides(tx, official):
            raise NotALeader
    check(tx, facts, conference, override)
    if conference is None:
        conference = Conference(state=ConferenceState.PROPOSED, official_id=official.id, created_at=tx.now)
        conferences.put(conference, facts)
        tx.session.add(conference)
        await tx.session.flush()
        kind = ChangeKind.SET
    elif conference.state is ConferenceState.PROPOSED:
        kind = ChangeKind.SET
    else:
        _upcoming_or_raise(conference)
        kind = ChangeKind.MOVE
        if moves_it(tx, conference, facts) and not (reason and reason.strip()):
            raise NoReason
    return await _submit(tx, official, conference, kind, facts, reason, override)


def _upcoming_or_raise(conference: Conference) -> None:
    if not _is_agreed(conference):
        raise ForbiddenMove(conference.state, ConferenceState.PLANNED)


async def propose_cancelling(
    tx: Transaction, official: Official, conference: Conference, reason: str
) -> ConferenceChange:
    """Puts before the leaders that it is not held at all. Raises NoReason, ForbiddenMove."""
    if not reason.strip():
        raise NoReason
    move(conference.state, ConferenceState.CANCELLED)
    return await _submit(tx, official, conference, ChangeKind.CANCEL, None, reason, None)


async def _submit(
    tx: Transaction,
    official: Official,
    conference: Conference,
    kind: ChangeKind,
    facts: Facts | None,
    reason: str | None,
    override: str | None,
) -> ConferenceChange:
    for earlier in await _waiting(tx, conference):
        _decide(tx, earlier, ChangeState.WITHDRAWN, official)
    change = ConferenceChange(
        conference_id=conference.id,
        conference=conference,
        kind=kind,
        state=ChangeState.SUBMITTED,
        starts_at=facts.starts_at if facts else None,
        facts=facts.as_json() if facts else {},
        revision=conference.revision,
        reason=reason and reason.strip()[:MAX_REASON],
        override=override and override.strip()[:MAX_REASON],
        official_id=official.id,
        created_at=tx.now,
    )
    tx.session.add(change)
    await tx.session.flush()
    events.record(
        tx, "conference.proposed", "conference", conference.id, official, change_id=change.id, change=kind.value
    )
    if await decides(tx, official):
        await _carry_out(tx, change, official)
    else:
        readers = await tell.accounts_in(tx, [Role.LEADER])
        await tell.accounts(tx, readers, CARD, f"{CARD}:{change.id}", conference_id=conference.id, change_id=change.id)
    return change


async def _waiting(tx: Transaction, conference: Conference) -> list[ConferenceChange]:
    found = await tx.session.scalars(
        select(ConferenceChange)
        .where(ConferenceChange.conference_id == conference.id, ConferenceChange.state == ChangeState.SUBMITTED)
        .order_by(ConferenceChange.id)
    )
    return list(found)


async def pending(tx: Transaction, conference: Conference) -> ConferenceChange | None:
    """What waits for a leader's word about this conference."""
    return next(iter(await _waiting(tx, conference)), None)


async def waiting_for_a_leader(tx: Transaction) -> list[ConferenceChange]:
    """Everything that waits for a leader's word, the oldest first."""
    found = await tx.session.scalars(
        select(ConferenceChange).where(ConferenceChange.state == ChangeState.SUBMITTED).order_by(ConferenceChange.id)
    )
    return list(found)


async def last(tx: Transaction, conference: Conference) -> ConferenceChange | None:
    """The newest change of this conference, whatever became of it."""
    return await tx.session.scalar(
        select(ConferenceChange)
        .where(ConferenceChange.conference_id == conference.id)
        .order_by(ConferenceChange.id.desc())
        .limit(1)
    )


async def change_by_id(tx: Transaction, change_id: int) -> ConferenceChange | None:
    return await tx.session.get(ConferenceChange, change_id)


async def agree(tx: Transaction, change: ConferenceChange, official: Official, override: str | None = None) -> None:
    """A leader's word: what was proposed stands from now, and who had been told otherwise is told.

    Raises NotALeader, ForbiddenMove when it does not wait any more, and what `check` raises when time has overtaken
    it: TooSoon may be overridden with a reason.
    """
    if official.revoked_at is not None or not await decides(tx, official):
        raise NotALeader
    await tx.hold(change, "state")
    move(change.state, ChangeState.AGREED)
    facts = proposed(change)
    if facts is not None:
        if override is not None and not override.strip():
            raise NoReason
        check(tx, facts, change.conference, override or change.override)
    change.override = override.strip()[:MAX_REASON] if override else change.override
    await _carry_out(tx, change, official)
    if change.official_id != official.id:
        await _tell_proposer(tx, change)


async def _tell_proposer(tx: Transaction, change: ConferenceChange) -> None:
    """What was decided, to who proposed it, or to the clerks when he is an official no more."""
    readers = await tell.accounts_of_official(tx, change.official_id) or await tell.accounts_in(tx, [Role.CLERK])
    await tell.accounts(
        tx, readers, DECIDED, f"{DECIDED}:{change.id}", conference_id=change.conference_id, change_id=change.id
    )


async def _carry_out(tx: Transaction, change: ConferenceChange, official: Official) -> None:
    conference = change.conference
    _decide(tx, change, ChangeState.AGREED, official)
    if change.kind is ChangeKind.CANCEL:
        await _cancel(tx, change, official)
        return
    facts = Facts.from_json(change.facts)
    before = conferences.facts_of(tx, conference)
    begins = conference.starts_at
    conferences.put(conference, facts)
    change.facts = {**change.facts, "before": before.as_json()}
    if before.starts_at != facts.starts_at or conference.planned_at is None:
        conference.planned_at = tx.now
    told_otherwise = change.kind is ChangeKind.MOVE and before.meetings != facts.meetings
    moved = None
    if change.kind is ChangeKind.SET:
        moved = (conference.state, move(conference.state, ConferenceState.PLANNED))
        conference.state = moved[1]
    elif told_otherwise and conference.state is ConferenceState.ANNOUNCED:
        moved = (conference.state, move(conference.state, ConferenceState.PLANNED))
        conference.state, conference.announced_at = moved[1], None
    if told_otherwise:
        conference.revision += 1
        conference.reason = change.reason
    await tx.session.flush()
    _log(tx, change, official, moved)
    if told_otherwise:
        await unqueue(tx, conference, official)
        await retell(tx, change, urgent_from=min(begins, facts.starts_at))


async def _cancel(tx: Transaction, change: ConferenceChange, official: Official) -> None:
    conference = change.conference
    moved = (conference.state, move(conference.state, ConferenceState.CANCELLED))
    was_told = moved[0] is not ConferenceState.PROPOSED
    conference.state, conference.cancelled_at, conference.reason = moved[1], tx.now, change.reason
    await tx.session.flush()
    _log(tx, change, official, moved)
    if was_told:
        await unqueue(tx, conference, official)
        await retell(tx, change, urgent_from=conference.starts_at)


def _log(
    tx: Transaction,
    change: ConferenceChange,
    official: Official,
    moved: tuple[ConferenceState, ConferenceState] | None,
) -> None:
    names = {ChangeKind.SET: "planned", ChangeKind.MOVE: "changed", ChangeKind.CANCEL: "cancelled"}
    conference = change.conference
    data = {"change_id": change.id, "starts_at": conference.starts_at.isoformat(), "overridden": bool(change.override)}
    events.record(tx, f"conference.{names[change.kind]}", "conference", conference.id, official, moved, **data)


async def refuse(tx: Transaction, change: ConferenceChange, official: Official, reason: str) -> None:
    """A leader's [Chưa]: back to who proposed it, with why. Raises NotALeader, NoReason, ForbiddenMove."""
    if official.revoked_at is not None or not await decides(tx, official):
        raise NotALeader
    if not reason.strip():
        raise NoReason
    await tx.hold(change, "state")
    _decide(tx, change, ChangeState.REFUSED, official)
    change.refusal = reason.strip()[:MAX_REASON]
    events.record(tx, "conference.refused", "conference", change.conference_id, official, change_id=change.id)
    await _tell_proposer(tx, change)


async def withdraw(tx: Transaction, change: ConferenceChange, official: Official) -> None:
    """Who proposed it takes it back. Raises ForbiddenMove when a leader was faster."""
    await tx.hold(change, "state")
    _decide(tx, change, ChangeState.WITHDRAWN, official)
    events.record(tx, "conference.withdrawn", "conference", change.conference_id, official, change_id=change.id)


def before(change: ConferenceChange) -> Facts | None:
    """What stood before an agreed change was carried out; None while it was not."""
    return Facts.from_json(change.facts["before"]) if "before" in change.facts else None


def proposed(change: ConferenceChange) -> Facts | None:
    """What is proposed; None for a cancellation."""
    return Facts.from_json(change.facts) if "meetings" in change.facts else None


def _decide(tx: Transaction, change: ConferenceChange, state: ChangeState, official: Official | Actor) -> None:
    change.state = move(change.state, state)
    change.decided_at = tx.now
    change.decided_by_id = official.id if isinstance(official, Official) else None


def is_late(tx: Transaction, conference: Conference, at: datetime | None = None) -> bool:
    """Whether the law's day of announcing is over at `at` (now)."""
    day = (at or tx.now).astimezone(tx.commune.timezone).date()
    return day > proofs.announce_by(tx, conference)
