"""The dialogue conference: when and where, and the evening before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from storage import events, outbox
from storage.database import Transaction
from storage.events import Actor
from storage.models import Conference, Event, Official, Priority
from storage.states import ConferenceState

UPCOMING = (ConferenceState.PLANNED, ConferenceState.ANNOUNCED)


async def current(tx: Transaction) -> Conference | None:
    """The next conference that has not begun, or None."""
    return await tx.session.scalar(
        select(Conference)
        .where(Conference.state.in_(UPCOMING), Conference.starts_at > tx.now)
        .order_by(Conference.starts_at)
        .limit(1)
    )


async def by_id(tx: Transaction, conference_id: int) -> Conference | None:
    return await tx.session.get(Conference, conference_id)


async def plan(tx: Transaction, official: Official, title: str, starts_at: datetime, place: str) -> Conference:
    """Sets the conference, or changes the one that is coming. Raises ValueError for an instant that is past."""
    if starts_at <= tx.now:
        raise ValueError("a conference cannot begin in the past")
    conference = await current(tx)
    if conference is None:
        conference = Conference(state=ConferenceState.PLANNED, official_id=official.id, created_at=tx.now)
        tx.session.add(conference)
        kind = "conference.planned"
    else:
        kind = "conference.changed"
    conference.title, conference.starts_at, conference.place = title[:300], starts_at, place[:300]
    await tx.session.flush()
    events.record(tx, kind, "conference", conference.id, official, starts_at=starts_at.isoformat())
    return conference


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """`days` before the conference's day, at `at` of the commune's clock."""

    days: int
    at: time


async def remind_everyone(tx: Transaction, rules: Sequence[ReminderRule]) -> int:
    """Queues every reminder that the record says is due; returns how many are new.

    It may be called at any time and any number of times: a row's key names conference, instant, rule and account. A
    reminder missed while the machine was down goes out late on its own day; after that day its words would be false,
    and it is dropped with an event.
    """
    conference = await current(tx)
    if conference is None:
        return 0
    zone = tx.commune.timezone
    starts, today = conference.starts_at.astimezone(zone), tx.now.astimezone(zone).date()
    queued = 0
    for rule in rules:
        day = starts.date() - timedelta(days=rule.days)
        due = datetime.combine(day, rule.at, zone)
        # Planned after the hour had passed: there was nothing to miss.
        if tx.now < due or await _planned_at(tx, conference) >= due:
            continue
        key = f"reminder:{conference.id}:{conference.starts_at.astimezone(UTC).isoformat()}:{rule.days}d{rule.at:%H%M}"
        if today > day:
            await _drop_once(tx, conference, key)
            continue
        queued += await outbox.queue_for_everyone(
            tx, "reminder", Priority.REMINDER, {"conference_id": conference.id, "days": rule.days}, key
        )
    return queued


async def _planned_at(tx: Transaction, conference: Conference) -> datetime:
    """When the conference got the date it has; a change of its title or place is none of its date."""
    changes = await tx.session.execute(
        select(Event.at, Event.data)
        .where(
            Event.subject == "conference",
            Event.subject_id == conference.id,
            Event.kind.in_(["conference.planned", "conference.changed"]),
        )
        .order_by(Event.id.desc())
    )
    planned_at = conference.created_at
    for at, data in changes:
        if datetime.fromisoformat(data["starts_at"]) != conference.starts_at:
            break
        planned_at = at
    return planned_at


async def _drop_once(tx: Transaction, conference: Conference, key: str) -> None:
    if (await outbox.deliveries_of(tx, key)).total():
        return
    dropped = await tx.session.scalars(
        select(Event).where(
            Event.subject == "conference", Event.subject_id == conference.id, Event.kind == "reminder.dropped"
        )
    )
    if not any(event.data.get("key") == key for event in dropped):
        events.record(tx, "reminder.dropped", "conference", conference.id, Actor.CLOCK, key=key)
