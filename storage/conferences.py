"""The dialogue conference on record: which one there is, what is said of it, and when it is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import selectinload

from storage import events, files, outbox
from storage.database import Transaction
from storage.events import Actor
from storage.files import IncomingFile, Refused
from storage.models import (
    Account,
    Attachment,
    AttachmentState,
    Conference,
    ConferenceChange,
    ConferenceSession,
    Official,
    Priority,
)
from storage.states import ChangeState, ConferenceState, move

UPCOMING = (ConferenceState.PLANNED, ConferenceState.ANNOUNCED)
"""What residents are shown, until it is over."""
OPEN = (ConferenceState.PROPOSED, *UPCOMING, ConferenceState.HELD)
"""What the office still has to do with."""

LASTS = timedelta(hours=4)
"""How long a session may last: after the last one the conference was held."""

LAW_FIELDS = ("starts_at", "place", "content", "ways")
"""What the law wants announced (Luật Tổ chức chính quyền địa phương 2025, Điều 43)."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """When and where a cluster of villages meets; no villages: everybody. `starts_at` is aware."""

    starts_at: datetime
    place: str
    villages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is proposed for a conference, or stands. The meetings are in the order of their time."""

    title: str
    meetings: tuple[Meeting, ...]
    content: str
    ways: str
    collect_until: date
    agenda: str | None = None
    latitude: float | None = None
    longitude: float | None = None

    @property
    def starts_at(self) -> datetime:
        return self.meetings[0].starts_at

    @property
    def place(self) -> str:
        return self.meetings[0].place

    def missing(self) -> tuple[str, ...]:
        """The fields that the law names and that have no words, by the names of Conference's columns."""
        lacks_place = any(not each.place.strip() for each in self.meetings)
        empty = {
            "starts_at": not self.meetings,
            "place": not self.meetings or lacks_place,
            "content": not self.content.strip(),
            "ways": not self.ways.strip(),
        }
        return tuple(name for name in LAW_FIELDS if empty[name])

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, for `from_json`; instants in UTC."""
        return {
            "title": self.title,
            "meetings": [
                {
                    "starts_at": each.starts_at.astimezone(UTC).isoformat(),
                    "place": each.place,
                    "villages": list(each.villages),
                }
                for each in self.meetings
            ],
            "content": self.content,
            "ways": self.ways,
            "collect_until": self.collect_until.isoformat(),
            "agenda": self.agenda,
            "latitude": self.latitude,
            "longitude": self.longitude,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Facts":
        meetings = (
            Meeting(datetime.fromisoformat(each["starts_at"]), each["place"], tuple(each["villages"]))
            for each in data["meetings"]
        )
        return cls(
            title=data["title"],
            meetings=tuple(sorted(meetings, key=lambda each: each.starts_at)),
            content=data["content"],
            ways=data["ways"],
            collect_until=date.fromisoformat(data["collect_until"]),
            agenda=data["agenda"],
            latitude=data["latitude"],
            longitude=data["longitude"],
        )


def facts_of(tx: Transaction, conference: Conference) -> Facts:
    """What stands. One of an earlier version, with nothing said of its collecting, collects to the default day."""
    meetings = tuple(Meeting(each.starts_at, each.place, tuple(each.villages)) for each in conference.sessions)
    day = conference.starts_at.astimezone(tx.commune.timezone).date()
    return Facts(
        title=conference.title,
        meetings=meetings or (Meeting(conference.starts_at, conference.place),),
        content=conference.content,
        ways=conference.ways,
        collect_until=conference.collect_until or day - timedelta(days=tx.commune.collect_days),
        agenda=conference.agenda,
        latitude=conference.latitude,
        longitude=conference.longitude,
    )


def put(conference: Conference, facts: Facts) -> None:
    """Writes `facts` into the row, its sessions replaced. Whoever calls it has a leader's word."""
    conference.title, conference.starts_at, conference.place = facts.title, facts.starts_at, facts.place
    conference.content, conference.ways, conference.agenda = facts.content, facts.ways, facts.agenda
    conference.collect_until = facts.collect_until
    conference.latitude, conference.longitude = facts.latitude, facts.longitude
    conference.sessions = [
        ConferenceSession(starts_at=each.starts_at, place=each.place, villages=list(each.villages))
        for each in facts.meetings
    ]


_CURRENT = (
    select(Conference)
    .where(Conference.state.in_(UPCOMING), Conference.starts_at > bindparam("now"))
    .order_by(Conference.starts_at)
    .limit(1)
)


async def current(tx: Transaction) -> Conference | None:
    """The next conference that has not begun and that a leader agreed to, or None."""
    # Asked for each step of each draft: what waits to be written would be written for it, a row at a time.
    if "conference" not in tx.known:
        tx.known["conference"] = await tx.session.scalar(_CURRENT, {"now": tx.now})
    current: Conference | None = tx.known["conference"]
    return current


async def upcoming(tx: Transaction) -> list[Conference]:
    """Every conference that a leader agreed to and that is not over, the next one first."""
    found = await tx.session.scalars(
        select(Conference).where(Conference.state.in_(UPCOMING)).order_by(Conference.starts_at, Conference.id)
    )
    return [each for each in found if ends_at(each) > tx.now]


async def shown(tx: Transaction) -> Conference | None:
    """What a resident is told of: the next one, or the one that is being held."""
    return next(iter(await upcoming(tx)), None)


async def in_hand(tx: Transaction) -> Conference | None:
    """What the office deals with: the one to come, proposed or agreed, else the last that is not concluded."""
    found = list(
        await tx.session.scalars(
            select(Conference).where(Conference.state.in_(OPEN)).order_by(Conference.starts_at, Conference.id)
        )
    )
    coming = [each for each in found if each.state is not ConferenceState.HELD]
    return coming[0] if coming else found[-1] if found else None


async def by_id(tx: Transaction, conference_id: int) -> Conference | None:
    return await tx.session.get(Conference, conference_id)


def ends_at(conference: Conference) -> datetime:
    """When its last session is over, at the latest."""
    return max([conference.starts_at, *(each.starts_at for each in conference.sessions)]) + LASTS


def session_for(conference: Conference, village_id: str | None) -> ConferenceSession | None:
    """The session of a village; the only one there is for anybody; None for who belongs to no cluster."""
    for each in conference.sessions:
        if not each.villages or village_id in each.villages:
            return each
    return conference.sessions[0] if len(conference.sessions) == 1 else None


def is_closed(tx: Transaction, conference: Conference) -> bool:
    """Whether its list of opinions is closed: the last day of collecting is over, and it has not been held."""
    today = tx.now.astimezone(tx.commune.timezone).date()
    return conference.collect_until is not None and conference.collect_until < today


async def hold(tx: Transaction) -> int:
    """The duty: what is over was held; what was never agreed to in time is cancelled. Returns how many."""
    found = await tx.session.scalars(
        select(Conference)
        .where(Conference.state.in_([ConferenceState.PROPOSED, *UPCOMING]), Conference.starts_at <= tx.now)
        .order_by(Conference.id)
    )
    count = 0
    for conference in found.all():
        before = conference.state
        if before is ConferenceState.PROPOSED:
            conference.state, conference.cancelled_at = move(before, ConferenceState.CANCELLED), tx.now
        elif ends_at(conference) <= tx.now:
            conference.state, conference.held_at = move(before, ConferenceState.HELD), tx.now
        else:
            continue
        moved = (before, conference.state)
        # What still waited for a leader's word has nothing left to change.
        await tx.session.execute(
            update(ConferenceChange)
            .where(ConferenceChange.conference_id == conference.id, ConferenceChange.state == ChangeState.SUBMITTED)
            .values(state=move(ChangeState.SUBMITTED, ChangeState.WITHDRAWN), decided_at=tx.now)
        )
        events.record(tx, f"conference.{conference.state}", "conference", conference.id, Actor.CLOCK, moved)
        count += 1
    return count


async def documents(tx: Transaction, conference: Conference) -> list[Attachment]:
    """The documents for delegates that were not lost, in the order they came."""
    found = await tx.session.scalars(
        select(Attachment)
        .where(Attachment.conference_id == conference.id, Attachment.state != AttachmentState.FAILED)
        .order_by(Attachment.id)
    )
    return list(found)


async def add_document(
    tx: Transaction, conference: Conference, official: Official, account: Account, file: IncomingFile
) -> Refused | None:
    """Promises a document for delegates; returns why not, if not."""
    present = await documents(tx, conference)
    refusal = files.refusal_of(file, len(present))
    if refusal is None:
        document = files.promise(tx, account, file)
        document.conference_id = conference.id
        tx.session.add(document)
        await tx.session.flush()
        events.record(tx, "conference.document_added", "conference", conference.id, official, attachment_id=document.id)
    return refusal


async def drop_document(tx: Transaction, conference: Conference, official: Official, attachment_id: int) -> bool:
    """Takes a document away again; False when it is none of this conference's."""
    document = await tx.session.get(Attachment, attachment_id)
    if document is None or document.conference_id != conference.id:
        return False
    if document.digest:
        tx.drop_file(document.digest)
    await tx.session.delete(document)
    events.record(tx, "conference.document_dropped", "conference", conference.id, official, attachment_id=attachment_id)
    return True


async def send_documents(tx: Transaction, conference: Conference, account: Account) -> int:
    """Queues every document for delegates to whoever asks for them; returns how many there are."""
    found = await documents(tx, conference)
    # Asked twice within a minute they come once.
    asked = f"{tx.now:%Y-%m-%dT%H:%M}"
    notices = [
        outbox.Notice(
            account,
            "conference_file",
            Priority.ANSWER,
            {"attachment_id": each.id, "conference_id": conference.id},
            key=f"conference_file:{each.id}:{account.id}:{asked}",
        )
        for each in found
    ]
    if notices:
        await outbox.queue(tx, notices)
    return len(found)


async def with_documents(tx: Transaction, conference_id: int) -> Conference | None:
    return await tx.session.scalar(
        select(Conference).where(Conference.id == conference_id).options(selectinload(Conference.documents))
    )
