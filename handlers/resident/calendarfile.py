"""The conference as a calendar file (RFC 5545) that a telephone opens."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from storage.commune import Commune
from storage.conferences import LASTS
from storage.models import Conference, ConferenceSession

EVENING = timedelta(hours=13)
"""How long before the hour the telephone itself reminds: the evening before a meeting in the morning."""


def calendar(commune: Commune, conference: Conference, session: ConferenceSession | None = None) -> bytes:
    """Every session, or hers alone. Its id stays the same when it is moved, so that a telephone moves it too."""
    file = Calendar()
    file.add("prodid", f"-//Doi Thoai//{commune.short_code}//VI")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    for number, each in enumerate([session] if session is not None else conference.sessions, 1):
        event = Event()
        event.add("uid", f"{commune.short_code}-{conference.id}-{number}@doithoai")
        event.add("sequence", conference.revision - 1)
        event.add("dtstamp", conference.planned_at or conference.created_at)
        event.add("dtstart", each.starts_at)
        event.add("dtend", each.starts_at + LASTS)
        event.add("summary", conference.title)
        event.add("location", f"{each.place}, {commune.name}, {commune.province}")
        event.add("description", conference.content)
        if conference.latitude is not None and conference.longitude is not None:
            event.add("geo", (conference.latitude, conference.longitude))
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", conference.title)
        alarm.add("trigger", -EVENING)
        event.add_component(alarm)
        file.add_component(event)
    return bytes(file.to_ical())
