"""One event of the log as a sentence: when, who, what."""

from datetime import date

from handlers.cards import say_hour, say_instant
from handlers.official.commands import ROLES
from handlers.telling import short_day
from handlers.words import Html, Say, UnknownText
from storage.commune import Commune, format_code
from storage.events import Actor
from storage.history import Happening
from storage.models import Event, Official, Role

ACTORS = {Actor.RESIDENT: "o-actor-author", Actor.CLOCK: "o-actor-machine", Actor.OPERATOR: "o-actor-machine"}


def who(say: Say, commune: Commune, event: Event, official: Official | None) -> str:
    """ "Văn phòng", "Lãnh đạo xã (Phó Chủ tịch)", a unit's name, "người gửi", "máy"; plain text."""
    if official is None:
        return say.plain(ACTORS.get(Actor(event.actor), "o-actor-machine"))
    unit = commune.unit(official.unit_id) if official.unit_id else None
    named = unit.name if unit and official.role is Role.STAFF else say.plain(ROLES[official.role])
    return f"{named} ({official.post})" if official.post else named


def sentence(
    say: Say,
    commune: Commune,
    event: Event,
    official: Official | None,
    *,
    today: date | None = None,
    is_named: bool = True,
) -> Html | None:
    """ "09:14 Văn phòng giao Phòng Kinh tế, hạn 03/12". With `today` an event of that day has its hour alone.

    `is_named`: the other matter whose number it holds may be named. None for an event that no text tells.
    """
    data = event.data
    unit = commune.unit(data["unit_id"]) if data.get("unit_id") else None
    said = say_hour if today == event.at.astimezone(commune.timezone).date() else say_instant
    other = format_code(commune.short_code, data["number"]) if data.get("number") else ""
    key = f"o-event-{event.kind.replace('.', '-').replace('_', '-')}"
    try:
        return say(
            key,
            at=said(commune, event.at),
            who=who(say, commune, event, official),
            unit=unit.name if unit else commune.office,
            due=short_day(date.fromisoformat(data["due"])) if data.get("due") else "",
            code=other if is_named else say.plain("o-other-matter"),
            count=data.get("count") or 0,
            verdict=data.get("verdict") or "",
            outcome=data.get("outcome") or "",
        )
    except UnknownText:
        return None


def told(say: Say, commune: Commune, happening: Happening) -> Html:
    """Any event as a sentence: one that no text tells by its kind."""
    event, official = happening.event, happening.official
    found = sentence(say, commune, event, official, is_named=happening.is_named)
    if found is not None:
        return found
    by = who(say, commune, event, official)
    return say("o-event-other", at=say_instant(commune, event.at), who=by, kind=event.kind)
