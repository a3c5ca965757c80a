"""How a day, an opinion and its state are said: shared by residents and officials."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from handlers.words import Html, Say
from storage.commune import Commune, format_code, lunar_day
from storage.models import Attachment, Opinion
from storage.states import OpinionState

QUOTED = 700
"""Characters of an opinion that a preview or a card quotes; the rest is read on request."""

EXCERPT = 60
"""Characters of an opinion that stand for it in a list."""

KINDS = ("photo", "voice", "document")


def say_day(say: Say, day: date) -> Html:
    """A day as people say it: "Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"."""
    lunar = lunar_day(day)
    return say(
        "day",
        weekday=day.weekday(),
        date=f"{day:%d/%m/%Y}",
        day=lunar.day,
        month=lunar.month,
        leap="yes" if lunar.leap else "no",
    )


def say_when(say: Say, when: datetime) -> Html:
    """`when`, in the commune's zone: "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"."""
    return say("when", hour=f"{when:%H}", minute=f"{when:%M}", day=say_day(say, when.date()))


def short_day(day: date) -> str:
    """A day near enough to need no year: "08/12"."""
    return f"{day:%d/%m}"


def cut(text: str, limit: int) -> str:
    """`text`, or its first `limit` characters with "…" for the rest."""
    text = text.strip()
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def code(commune: Commune, opinion: Opinion) -> str:
    """The opinion's code: "KX-12"."""
    return format_code(commune.short_code, opinion.number)


def village_name(say: Say, commune: Commune, village_id: str | None) -> str:
    """The village's name, or the words for "elsewhere"; plain text."""
    village = commune.village(village_id) if village_id else None
    return village.name if village else say.plain("village-elsewhere")


def field_label(commune: Commune, field_id: str | None) -> str:
    """What residents call the field; "Khác, không rõ" for one that the configuration no longer has."""
    field = (commune.field(field_id) if field_id else None) or commune.field("khac")
    return field.label if field else ""


def state_in_words(say: Say, opinion: Opinion, commune: Commune) -> Html:
    """Where an opinion stands, in its author's words. `opinion.issue` must be loaded when it is accepted."""
    if opinion.state is OpinionState.ACCEPTED:
        unit = commune.unit(opinion.issue.unit_id) if opinion.issue and opinion.issue.unit_id else None
        if unit is not None:
            return say("state-assigned", unit=unit.name)
    return say("state", state=opinion.state.value)


def files_line(say: Say, attachments: Iterable[Attachment]) -> Html:
    """What came with it, "2 ảnh, 1 đoạn ghi âm"; empty without files."""
    counts = Counter(attachment.kind for attachment in attachments)
    parts = [say("files", kind=kind, count=counts[kind]) for kind in KINDS if counts[kind]]
    return Html(", ".join(parts))


def duration(say: Say, seconds: int) -> Html:
    """A length of time: "1 phút 10 giây"."""
    minutes, rest = divmod(seconds, 60)
    parts = [say("minutes", count=minutes)] if minutes else []
    if rest or not minutes:
        parts.append(say("seconds", count=rest))
    return Html(" ".join(parts))
