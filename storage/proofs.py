"""What the law means by "announced" (T-7) and "published" (T+10): two days, a list each, ticked with proof.

Luật Tổ chức chính quyền địa phương 2025, Điều 43: time, place, content and ways at least seven days before, by the
media the law means; the result at most ten days after, in the media, at the office, and to the village heads. Calendar
days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import events, files
from storage.database import Transaction
from storage.files import IncomingFile, Refused
from storage.models import Account, Conference, Official, Proof, ProofKind, Role
from storage.states import ConferenceState, move

NOTICE_DAYS = 7
RESULT_DAYS = 10

BEFORE = (ProofKind.LOUDSPEAKER, ProofKind.PORTAL, ProofKind.NOTICE)
"""What is done by T-7, in the order shown."""
AFTER = (ProofKind.MEDIA, ProofKind.POSTED, ProofKind.RECEIPT)
"""What is done by T+10."""
OF_VILLAGES = frozenset({ProofKind.LOUDSPEAKER, ProofKind.GROUP, ProofKind.RECEIPT})
"""Ticked village by village, never for all at once."""
TICKED_BY_HEADS = frozenset({ProofKind.LOUDSPEAKER, ProofKind.GROUP, ProofKind.NOTICE, ProofKind.RECEIPT})
"""What a village head ticks for his own village; the office ticks everything."""


class NotHis(Exception):
    """Who may not tick this: no official of the office, and not the head of that village."""


class TooEarly(Exception):
    """What is done after the conference cannot be ticked before it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: how many of how many are ticked, and the villages that are missing."""

    kind: ProofKind
    done: int
    of: int
    missing: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.done >= self.of


def first_day(tx: Transaction, conference: Conference) -> date:
    """The day of the first session, of the commune's calendar."""
    return conference.starts_at.astimezone(tx.commune.timezone).date()


def last_day(tx: Transaction, conference: Conference) -> date:
    """The day of the last session."""
    starts = [conference.starts_at, *(each.starts_at for each in conference.sessions)]
    return max(starts).astimezone(tx.commune.timezone).date()


def announce_by(tx: Transaction, conference: Conference) -> date:
    """The last day on which announcing it is lawful."""
    return first_day(tx, conference) - timedelta(days=NOTICE_DAYS)


def publish_by(tx: Transaction, conference: Conference) -> date:
    """The last day on which publishing its result is lawful."""
    return last_day(tx, conference) + timedelta(days=RESULT_DAYS)


def earliest_lawful(today: date) -> date:
    """The first day for which announcing today is early enough."""
    return today + timedelta(days=NOTICE_DAYS)


async def of(tx: Transaction, conference: Conference, *kinds: ProofKind) -> list[Proof]:
    """The ticks of the conference as it stands now, the oldest first, their files loaded."""
    found = select(Proof).where(Proof.conference_id == conference.id, Proof.revision == conference.revision)
    if kinds:
        found = found.where(Proof.kind.in_(kinds))
    return list(await tx.session.scalars(found.order_by(Proof.id).options(selectinload(Proof.attachments))))


async def checklist(tx: Transaction, conference: Conference, kinds: Sequence[ProofKind]) -> list[Item]:
    """How far each of `kinds` (BEFORE or AFTER) is done for the conference as it stands."""
    ticked = {(each.kind, each.village_id) for each in await of(tx, conference, *kinds)}
    villages = [each.id for each in tx.commune.villages]
    items = []
    for kind in kinds:
        missing = tuple(each for each in villages if (kind, each) not in ticked)
        if kind in OF_VILLAGES:
            items.append(Item(kind, len(villages) - len(missing), len(villages), missing))
        else:
            # A notice on every village's board is a notice as good as the one at the office.
            everywhere = kind is ProofKind.NOTICE and not missing
            items.append(Item(kind, int((kind, "") in ticked or everywhere), 1))
    return items


async def prove(
    tx: Transaction,
    conference: Conference,
    official: Official,
    kind: ProofKind,
    village_id: str = "",
    *,
    link: str | None = None,
) -> Proof:
    """Ticks one thing off; one that is ticked already is returned as it is.

    Raises NotHis, TooEarly, ValueError for a village that there is not, none where there must be one, or one where
    there is none. What is ticked last of T-7 makes a planned conference announced, of T+10 a held one concluded.
    """
    # Of two who tick it at once the second finds it ticked.
    await tx.hold(conference, "state", "revision")
    _check(tx, conference, official, kind, village_id)
    found = await tx.session.scalar(
        select(Proof)
        .where(
            Proof.conference_id == conference.id,
            Proof.revision == conference.revision,
            Proof.kind == kind,
            Proof.village_id == village_id,
        )
        .options(selectinload(Proof.attachments))
    )
    if found is not None:
        return found
    proof = Proof(
        conference_id=conference.id,
        revision=conference.revision,
        kind=kind,
        village_id=village_id,
        official_id=official.id,
        link=link and link.strip()[:500],
        at=tx.now,
        attachments=[],
    )
    tx.session.add(proof)
    await tx.session.flush()
    events.record(
        tx, "conference.proved", "conference", conference.id, official, proof=kind.value, village_id=village_id
    )
    await _move_on(tx, conference, official)
    return proof


def _check(tx: Transaction, conference: Conference, official: Official, kind: ProofKind, village_id: str) -> None:
    if village_id and tx.commune.village(village_id) is None:
        raise ValueError(f"village {village_id!r} is not in the configuration")
    if bool(village_id) != (kind in OF_VILLAGES) and kind is not ProofKind.NOTICE:
        raise ValueError(f"{kind} is ticked {'for a village' if kind in OF_VILLAGES else 'once for all'}")
    is_office = official.role in {Role.CLERK, Role.LEADER}
    is_head = official.role is Role.VILLAGE_HEAD and kind in TICKED_BY_HEADS and official.village_id == village_id
    if official.revoked_at is not None or not (is_office or (is_head and village_id)):
        raise NotHis
    if kind in AFTER and conference.state not in {ConferenceState.HELD, ConferenceState.CONCLUDED}:
        raise TooEarly


async def _move_on(tx: Transaction, conference: Conference, official: Official) -> None:
    match conference.state:
        case ConferenceState.PLANNED:
            if all(each.is_done for each in await checklist(tx, conference, BEFORE)):
                announced(tx, conference, official)
        case ConferenceState.HELD:
            if all(each.is_done for each in await checklist(tx, conference, AFTER)):
                moved = (conference.state, move(conference.state, ConferenceState.CONCLUDED))
                conference.state, conference.concluded_at = moved[1], tx.now
                events.record(tx, "conference.concluded", "conference", conference.id, official, moved)


def announced(tx: Transaction, conference: Conference, official: Official) -> None:
    """It is being told to people: called when its announcement is sent, too. Nothing once it was announced."""
    if conference.state is ConferenceState.PLANNED:
        moved = (conference.state, move(conference.state, ConferenceState.ANNOUNCED))
        conference.state, conference.announced_at = moved[1], tx.now
        events.record(tx, "conference.announced", "conference", conference.id, official, moved)


def attach(tx: Transaction, account: Account, proof: Proof, file: IncomingFile) -> Refused | None:
    """Promises a photo or document that shows it; returns why not, if not. `proof.attachments` must be loaded."""
    return files.attach(tx, account, proof, file)


async def withdraw(tx: Transaction, proof: Proof, official: Official) -> None:
    """Takes a tick back, with its files: it was a slip. Raises NotHis for who could not have ticked it."""
    conference = await tx.session.get_one(Conference, proof.conference_id)
    _check(tx, conference, official, proof.kind, proof.village_id)
    for attachment in proof.attachments:
        if attachment.digest:
            tx.drop_file(attachment.digest)
        await tx.session.delete(attachment)
    await tx.session.flush()
    await tx.session.delete(proof)
    events.record(
        tx,
        "conference.unproved",
        "conference",
        conference.id,
        official,
        proof=proof.kind.value,
        village_id=proof.village_id,
    )


async def by_id(tx: Transaction, proof_id: int) -> Proof | None:
    """A tick with its files loaded, or None."""
    return await tx.session.scalar(select(Proof).where(Proof.id == proof_id).options(selectinload(Proof.attachments)))


def set_link(tx: Transaction, proof: Proof, official: Official, link: str) -> None:
    """Where it can be seen: an address, or a line that says how it was done."""
    proof.link = link.strip()[:500]
    events.record(tx, "conference.linked", "conference", proof.conference_id, official, proof_id=proof.id)
