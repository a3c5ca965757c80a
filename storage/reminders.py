"""Reminders of a conference: computed from the record and an instant, queued once for each (what, whom, when).

`of` is the whole rule and asks nothing but the conference and the commune: what it lists is due from `at` to `until`.
Missed while the machine was down it goes late as long as it is true and somebody may be woken; then it is dropped, with
an event. One whose hour had passed when the date was agreed to was never missed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, select

from storage import conferences, events, outbox
from storage.chosen import can_be_written_to, told_as
from storage.commune import Commune
from storage.database import Transaction
from storage.events import Actor
from storage.mass import hears_of_everything, queue_to
from storage.models import Account, Conference, ConferenceSession, Event, Person, Priority, Registration
from storage.retelling import REMINDER


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of one session: `days` before its day, for everyone or for the registered alone.

    It may be said in [`at`, `until`), instants in UTC. `key` tells it from every other, whatever becomes of the
    conference; whoever has had it under this key has had it.
    """

    key: str
    days: int
    for_everyone: bool
    at: datetime
    until: datetime
    starts_at: datetime
    villages: tuple[str, ...]


def of(conference: Conference, commune: Commune) -> list[Reminder]:
    """Every reminder of this conference as it stands, the first to go in front. Two rules of one hour are one."""
    found: dict[str, Reminder] = {}
    for session in conference.sessions:
        for for_everyone, rules in ((True, commune.remind_everyone), (False, commune.remind_registered)):
            for days, at in rules:
                reminder = _reminder(conference, session, commune, days, at, for_everyone=for_everyone)
                if reminder is not None:
                    found.setdefault(reminder.key, reminder)
    return sorted(found.values(), key=lambda each: (each.at, each.key))


def _reminder(
    conference: Conference, session: ConferenceSession, commune: Commune, days: int, at: time, *, for_everyone: bool
) -> Reminder | None:
    """None when there is no instant at which it could be said: the whole of its day is quiet, or it begins before."""
    starts = session.starts_at.astimezone(commune.timezone)
    day: date = starts.date() - timedelta(days=days)
    due = commune.after_quiet(datetime.combine(day, at, commune.timezone))
    end_of_day = datetime.combine(day + timedelta(days=1), time(0), commune.timezone).astimezone(UTC)
    until = min(end_of_day, session.starts_at.astimezone(UTC))
    if due >= until:
        return None
    villages = tuple(session.villages)
    cluster = f"{villages[0]}:" if villages else ""
    begins = session.starts_at.astimezone(UTC).isoformat()
    key = f"{REMINDER}:{conference.id}:{begins}:{cluster}{days}d{at:%H%M}"
    return Reminder(key, days, for_everyone, due, until, session.starts_at, villages)


async def remind(tx: Transaction) -> int:
    """The duty: queues every reminder that is due, drops with an event what is no longer true; returns how many."""
    found = await tx.session.scalars(
        select(Conference)
        .where(Conference.state.in_(conferences.UPCOMING))
        .order_by(Conference.starts_at, Conference.id)
        # Of two processes the second one sees what the first one dropped.
        .with_for_update(of=Conference)
        .execution_options(populate_existing=True)
    )
    count = 0
    for conference in found.all():
        for reminder in of(conference, tx.commune):
            if reminder.at <= tx.now and (conference.planned_at or conference.created_at) < reminder.at:
                count += await _due(tx, conference, reminder)
    return count


async def _due(tx: Transaction, conference: Conference, reminder: Reminder) -> int:
    if await _was_dropped(tx, conference, reminder):
        return 0
    if tx.now >= reminder.until:
        was_queued = (await outbox.deliveries_of(tx, reminder.key)).total()
        missed = whom(conference, reminder).where(can_be_written_to()).limit(1)
        if not was_queued and await tx.session.scalar(missed) is not None:
            events.record(tx, "reminder.dropped", "conference", conference.id, Actor.CLOCK, key=reminder.key)
        return 0
    if tx.commune.is_quiet(tx.now):
        return 0
    ids = {
        "conference_id": conference.id,
        "days": reminder.days,
        "starts_at": reminder.starts_at.astimezone(UTC).isoformat(),
        "villages": list(reminder.villages[:1]),
    }
    readers = whom(conference, reminder)
    return await queue_to(tx, readers, REMINDER, Priority.REMINDER, ids, reminder.key, tx.now)


async def _was_dropped(tx: Transaction, conference: Conference, reminder: Reminder) -> bool:
    dropped = await tx.session.scalars(
        select(Event).where(
            Event.subject == "conference", Event.subject_id == conference.id, Event.kind == "reminder.dropped"
        )
    )
    return any(each.data.get("key") == reminder.key for each in dropped)


def whom(conference: Conference, reminder: Reminder) -> Select[int]:
    """The ids of accounts whose owners it goes to: the registered but those who do not come, and who consented.

    Of a session by clusters: those of its villages, and those whose village is in no session.
    """
    mine = select(Registration.comes).where(
        Registration.conference_id == conference.id, Registration.account_id == told_as()
    )
    is_registered = mine.where(Registration.comes.is_not(False)).exists()
    declined = mine.where(Registration.comes.is_(False)).exists()
    told: ColumnElement[bool] = is_registered
    if reminder.for_everyone:
        told = is_registered | (hears_of_everything() & ~declined)
    found = select(Account.id).outerjoin(Person, Person.id == Account.person_id).where(told)
    if reminder.villages:
        named = {each for session in conference.sessions for each in session.villages}
        elsewhere = Person.village_id.is_(None) | Person.village_id.not_in(named)
        found = found.where(Person.village_id.in_(reminder.villages) | elsewhere)
    return found


async def next_at(tx: Transaction) -> datetime | None:
    """When the next reminder of any conference is due, or None."""
    coming = [
        reminder.at
        for conference in await conferences.upcoming(tx)
        for reminder in of(conference, tx.commune)
        if reminder.at > tx.now
    ]
    return min(coming, default=None)
