"""Notices to many about the conference: the reminders, that it is moved or cancelled, its map, calendar and papers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from urllib.parse import quote

from aiogram.methods import SendDocument, SendMessage, SendVenue
from aiogram.types import BufferedInputFile

from handlers import conferencewords
from handlers.keyboards import Choice, keyboard
from handlers.rendering import (
    GONE,
    MUTED,
    NOT_FOR_THEM,
    PENDING_SECONDS,
    Batch,
    Kind,
    Later,
    Never,
    Rendered,
    Skip,
    show_file,
)
from handlers.resident.calendarfile import calendar
from handlers.telling import code, say_day
from handlers.words import Html, Say
from storage import conferences, planning, reminders
from storage.conferences import UPCOMING, Facts
from storage.models import (
    AttachmentState,
    ChangeKind,
    Conference,
    ConferenceChange,
    ConferenceSession,
    Person,
    Registration,
)
from storage.outbox import Delivery
from storage.retelling import MOVED, REMINDER
from storage.states import ChangeState, ConferenceState

MAPS = "https://www.google.com/maps/search/?api=1&query="
"""A link that every telephone opens in a map (developers.google.com/maps/documentation/urls)."""


async def _reminder(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    conference = batch.material.conferences.get(delivery.payload["conference_id"])
    now, zone = batch.tx.now, batch.tx.commune.timezone
    if conference is None or conference.state not in UPCOMING:
        return GONE
    session = _session(conference, delivery)
    if session is None:
        return Never("moved")
    if session.starts_at <= now:
        return GONE
    starts = session.starts_at.astimezone(zone)
    days = (starts.date() - now.astimezone(zone).date()) // timedelta(days=1)
    if days > delivery.payload["days"]:
        return Never("moved")
    registration = batch.material.registrations.get((conference.id, delivery.account_id))
    if registration is not None and registration.comes is False:
        return Never("not coming")
    if registration is None and delivery.account_id in batch.material.muted:
        return MUTED
    if registration is not None and days < delivery.payload["days"] and _has_another(batch, conference, session, days):
        return Skip("the reminder of the day says it")
    text = say(
        "notice-reminder",
        days=days,
        part=_part_of_day(starts.hour),
        day=say_day(say, starts.date()),
        hour=f"{starts:%H}",
        minute=f"{starts:%M}",
        place=session.place,
    )
    if registration is not None and registration.speaks and registration.comes:
        text = Html(f"{text} {_speaks(batch, say, registration)}")
    choices: list[Choice] = [(say.plain("button-way"), f"r:way:{conference.id}")]
    if registration is not None and registration.comes:
        choices.append((say.plain("button-not-coming"), f"r:nocome:{conference.id}"))
    else:
        choices.append((say.plain("button-coming"), f"r:come:{conference.id}"))
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


def _has_another(batch: Batch, conference: Conference, session: ConferenceSession, days: int) -> bool:
    """Whether who registered has a reminder of her own on a day so near, so that one left over would be a second."""
    return any(
        each.days <= days and not each.for_everyone and each.starts_at == session.starts_at
        for each in reminders.of(conference, batch.tx.commune)
    )


def _session(conference: Conference, delivery: Delivery) -> ConferenceSession | None:
    """The session that it reminds of, as it stands; None once that was moved or its cluster is another."""
    begins, first = delivery.payload["starts_at"], delivery.payload["villages"]
    for each in conference.sessions:
        if each.starts_at.isoformat() == begins and list(each.villages[:1]) == first:
            return each
    return None


def _speaks(batch: Batch, say: Say, registration: Registration) -> Html:
    opinion = batch.material.opinions.get(registration.opinion_id or 0)
    shown = code(batch.tx.commune, opinion) if opinion is not None else "none"
    return say("notice-reminder-speaks", code=shown)


def _part_of_day(hour: int) -> str:
    return next((part for end, part in ((11, "morning"), (13, "noon"), (18, "afternoon")) if hour < end), "evening")


async def _moved(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    change = batch.material.changes.get(delivery.payload["change_id"])
    conference = batch.material.conferences.get(delivery.payload["conference_id"])
    if change is None or conference is None or change.state is not ChangeState.AGREED:
        return GONE
    if change.kind is ChangeKind.CANCEL:
        return _cancelled(batch, say, conference)
    if conference.state not in UPCOMING or conference.revision != change.revision + 1:
        # Moved again, or cancelled: another word says so.
        return Never("moved again")
    before = planning.before(change)
    if before is None:
        return GONE
    registration = batch.material.registrations.get((conference.id, delivery.account_id))
    is_asked = registration is not None and registration.comes is None
    text = _moved_text(batch, say, change, before, conference, registered=is_asked)
    choices: list[Choice] = [(say.plain("button-coming"), f"r:come:{conference.id}")]
    if is_asked:
        choices = [
            (say.plain("button-can-come"), f"r:come:{conference.id}"),
            (say.plain("button-not-coming"), f"r:nocome:{conference.id}"),
        ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


def _moved_text(
    batch: Batch, say: Say, change: ConferenceChange, before: Facts, conference: Conference, *, registered: bool
) -> Html:
    commune, sessions = batch.tx.commune, conference.sessions
    old = conferencewords.local(commune, before.starts_at)
    new = conferencewords.local(commune, conference.starts_at)
    reason = change.reason or ""
    reader = "one" if registered else "many"
    if len(before.meetings) > 1 or len(sessions) > 1:
        return say(
            "notice-moved-clusters",
            old=f"{old:%d/%m}",
            meets=conferencewords.meetings(say, commune, sessions),
            reason=reason,
            reader=reader,
        )
    return say(
        "notice-moved",
        old=f"{old:%d/%m}",
        what="place" if old == new else "hour" if old.date() == new.date() else "day",
        when=conferencewords.instant(say, commune, conference.starts_at),
        place=conference.place,
        same="yes" if before.place == conference.place else "no",
        reason=reason,
        reader=reader,
    )


def _cancelled(batch: Batch, say: Say, conference: Conference) -> Rendered:
    if conference.state is not ConferenceState.CANCELLED:
        return GONE
    day = conferencewords.spoken_day(say, batch.tx.commune, conference.starts_at)
    text = say("notice-cancelled", day=day, reason=conference.reason or "")
    choices: list[Choice] = [(say.plain("button-raise"), "r:new")]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _own_sessions(batch: Batch, delivery: Delivery, conference: Conference) -> Sequence[ConferenceSession]:
    """Her village's session, or every one."""
    account = batch.material.accounts.get(delivery.account_id)
    person_id = account.person_id if account is not None else None
    person = await batch.tx.session.get(Person, person_id) if person_id is not None else None
    own = conferences.session_for(conference, person.village_id if person is not None else None)
    return [own] if own is not None else conference.sessions


async def _way(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    conference = batch.material.conferences.get(delivery.payload["conference_id"])
    if conference is None:
        return GONE
    commune = batch.tx.commune
    if conference.latitude is not None and conference.longitude is not None:
        return SendVenue(
            chat_id=0,
            latitude=conference.latitude,
            longitude=conference.longitude,
            title=conference.place,
            address=f"{commune.name}, {commune.province}",
        )
    lines = []
    for session in await _own_sessions(batch, delivery, conference):
        query = quote(f"{session.place}, {commune.name}, {commune.province}")
        lines.append(say("notice-way", place=session.place, link=Html(escape(f"{MAPS}{query}", quote=False))))
    return SendMessage(chat_id=0, text=Html("\n".join(lines)))


async def _calendar(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    conference = batch.material.conferences.get(delivery.payload["conference_id"])
    if conference is None or conference.state not in UPCOMING:
        return GONE
    own = await _own_sessions(batch, delivery, conference)
    content = calendar(batch.tx.commune, conference, own[0] if len(own) == 1 else None)
    day = conferencewords.local(batch.tx.commune, conference.starts_at)
    file = BufferedInputFile(content, f"hoi-nghi-{day:%d-%m-%Y}.ics")
    return SendDocument(chat_id=0, document=file, caption=say("notice-calendar"))


async def _file(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    attachment = batch.material.attachments.get(delivery.payload["attachment_id"])
    conference = batch.material.conferences.get(delivery.payload["conference_id"])
    if attachment is None or conference is None or attachment.state is AttachmentState.FAILED:
        return GONE
    if attachment.conference_id != conference.id or conference.state is ConferenceState.PROPOSED:
        return NOT_FOR_THEM
    if attachment.state is AttachmentState.PENDING:
        return Later(PENDING_SECONDS)
    return await show_file(batch.media, attachment, say("notice-paper", title=conference.title))


KINDS: Mapping[str, Kind] = {
    REMINDER: _reminder,
    MOVED: _moved,
    "conference_way": _way,
    "conference_calendar": _calendar,
    "conference_file": _file,
}
