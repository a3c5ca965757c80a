"""How a day, an opinion and its state are said: shared by residents and officials."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from handlers.words import Html, Say
from storage import commitments
from storage.commune import Commune, format_code, lunar_day
from storage.models import Attachment, AttachmentState, Issue, Opinion, Outcome, Verdict
from storage.rights import REFUSALS
from storage.states import IssueState, OpinionState

QUOTED = 700
"""Characters of an opinion that a preview or a card quotes; the rest is read on request."""

EXCERPT = 60
"""Characters of an opinion that stand for it in a list."""

KINDS = ("photo", "voice", "document")

WAYS = frozenset({Verdict.MEDIATION, Verdict.COMPLAINT})
"""Verdicts that show one way of their own."""


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


def long_day(day: date) -> str:
    """A day that may be in another year: "14/01/2027"."""
    return f"{day:%d/%m/%Y}"


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


def unit_name(commune: Commune, unit_id: str | None) -> str:
    """The unit's name; the office's for none, and for one that the configuration no longer has."""
    unit = commune.unit(unit_id) if unit_id else None
    return unit.name if unit else commune.office


def state_in_words(say: Say, opinion: Opinion, commune: Commune) -> Html:
    """Where an opinion stands, in its author's words (dialogues.md, section 1). It must be loaded with `standing`."""
    issue = opinion.issue
    if opinion.state is OpinionState.REDIRECTED and opinion.verdict in REFUSALS:
        return say("state-refused", reason=opinion.reason or "")
    if opinion.state is OpinionState.REDIRECTED and (opinion.place or opinion.reason or opinion.verdict in WAYS):
        where = opinion.place or opinion.verdict or ""
        return say("state-shown", where=where, name=opinion.reason or "")
    if issue is not None and opinion.state is OpinionState.ACCEPTED:
        return _in_hand(say, issue, commune)
    if issue is not None and opinion.state is OpinionState.SETTLED and not is_done(issue):
        return _answered(say, issue, commune)
    if issue is not None and opinion.state is OpinionState.ANSWERED:
        return _answered(say, issue, commune)
    return say("state", state=opinion.state.value)


def is_done(issue: Issue) -> bool:
    """Whether what was asked was done, not only explained: then who finds it clear reads "Đã xong".

    It must be loaded with `standing`.
    """
    commitment = commitments.current(issue.commitments, issue.released)
    if commitment is not None:
        return commitment.closed_at is not None
    return bool(issue.released) and issue.released[-1].outcome is Outcome.DONE


def _in_hand(say: Say, issue: Issue, commune: Commune) -> Html:
    if issue.petitioned_to:
        return say("state-petitioned", authority=issue.petitioned_to)
    # One that its unit gave back is being given to another: no name, no day.
    if issue.state is IssueState.OPEN or issue.unit_id is None or issue.due is None:
        return say("state", state=OpinionState.ACCEPTED.value)
    return say("state-assigned", unit=unit_name(commune, issue.unit_id), due=short_day(issue.due))


def _answered(say: Say, issue: Issue, commune: Commune) -> Html:
    commitment = commitments.current(issue.commitments, issue.released)
    if commitment is not None and commitment.closed_at is None:
        return say("state-promised", due=long_day(commitment.due))
    if commitment is not None and commitment.closed_at is not None:
        return say("state-kept", day=short_day(commitment.closed_at.astimezone(commune.timezone).date()))
    answer = issue.released[-1] if issue.released else None
    if answer is not None and answer.outcome is Outcome.NO_RESOURCES:
        return say("state-no-resources")
    if issue.petitioned_to:
        return say("state-petitioned", authority=issue.petitioned_to)
    if answer is not None and answer.outcome is Outcome.HIGHER_AUTHORITY:
        return say("state-higher-authority")
    if answer is not None and answer.released_at is not None:
        return say("state-answered", day=short_day(answer.released_at.astimezone(commune.timezone).date()))
    return say("state", state=OpinionState.ANSWERED.value)


def files_line(say: Say, attachments: Iterable[Attachment]) -> Html:
    """What came with it, "2 ảnh, 1 đoạn ghi âm"; empty without files."""
    counts = Counter(attachment.kind for attachment in attachments)
    parts = [say("files", kind=kind, count=counts[kind]) for kind in KINDS if counts[kind]]
    return Html(", ".join(parts))


def arrived_line(say: Say, attachments: Iterable[Attachment]) -> Html:
    """As `files_line`, of what was not lost on its way: nobody is promised what we do not have."""
    return files_line(say, [each for each in attachments if each.state is not AttachmentState.FAILED])


def duration(say: Say, seconds: int) -> Html:
    """A length of time: "1 phút 10 giây"."""
    minutes, rest = divmod(seconds, 60)
    parts = [say("minutes", count=minutes)] if minutes else []
    if rest or not minutes:
        parts.append(say("seconds", count=rest))
    return Html(" ".join(parts))
