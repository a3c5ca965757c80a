"""The morning's digest, and the reminders of days: counts first, what burns first, buttons to the lists."""

from collections.abc import Mapping
from datetime import date, timedelta

from aiogram.methods import SendMessage

from handlers import cards, conferencewords
from handlers.keyboards import Choice, keyboard
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Never, Rendered, readable
from handlers.telling import EXCERPT, code, cut, say_when, short_day, village_name
from handlers.words import Html, Say
from storage import conference_clock, conferences, deadlines, digest, issues, proofs, registrations
from storage.answers import ANSWERABLE
from storage.commune import Commune, format_code
from storage.database import Transaction
from storage.digest import Digest, Due
from storage.models import Conference, Issue, Official, Opinion, Role
from storage.outbox import Delivery
from storage.rights import Right, may, reads_received
from storage.states import ConferenceState

CODES = 10
"""Codes that one reminder lists; beyond, their number says enough."""

OVER = Never("its day is over")
OFFICE = (Role.CLERK, Role.LEADER)


async def _digest(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    official = batch.material.readers.get(delivery.account_id)
    if official is None or official.id != delivery.payload["official_id"]:
        return NOT_FOR_THEM
    if issues.today(batch.tx).isoformat() != delivery.payload["day"]:
        return OVER
    found = await digest.of(batch.tx, official)
    if not found.waits:
        return SendMessage(chat_id=0, text=say("o-digest-nothing")) if delivery.payload["weekly"] else GONE
    lines = _lines(say, batch.tx.commune, found, official)
    if official.role in OFFICE:
        lines[1:1] = await _conference(batch.tx, say, official)
    return SendMessage(chat_id=0, text="\n".join(lines), reply_markup=keyboard(_choices(say, found, official)))


def _lines(say: Say, commune: Commune, found: Digest, official: Official) -> list[Html]:
    unit = commune.unit(official.unit_id) if official.unit_id else None
    lines = [
        _leader(say, found) if official.role is Role.LEADER else Html(""),
        _deputy(say, found) if official.role is not Role.LEADER else Html(""),
        _due(say, "o-digest-unsorted", found.unsorted),
        _due(say, "o-digest-unit", found.of_unit, unit=unit.name if unit else commune.office),
        _some(say, "o-digest-returned", found.returned),
        _some(say, "o-digest-sent-back", found.sent_back),
        _some(say, "o-digest-unfinished", found.unfinished),
        _some(say, "o-digest-silent", found.silent),
        _due(say, "o-digest-own", found.own),
        _some(say, "o-digest-publish", found.to_publish),
        _some(say, "o-digest-held", found.held),
        _promised(say, found) if official.role is Role.STAFF else Html(""),
        _some(say, "o-digest-untold-late", found.untold.late),
        _some(say, "o-digest-untold-soon", found.untold.today, days=digest.SOON),
        _late(say, commune, found),
        _some(say, "o-digest-read-out", found.to_read_out),
        _some(say, "o-digest-unreviewed", found.unreviewed),
        _some(say, "o-digest-sealed", found.sealed) if official.role is not Role.LEADER else Html(""),
    ]
    return [line for line in lines if line]


def _leader(say: Say, found: Digest) -> Html:
    parts = [
        say("o-digest-approve", count=found.to_approve),
        _some(say, "o-digest-agree", found.to_agree),
        _some(say, "o-digest-conference-change", found.to_set),
        _some(say, "o-digest-sealed", found.sealed),
        _promised(say, found),
    ]
    return Html(" ".join(part for part in parts if part))


def _deputy(say: Say, found: Digest) -> Html:
    """What waits for an official because a leader lets him approve."""
    parts = [_some(say, "o-digest-approve", found.to_approve), _some(say, "o-digest-agree", found.to_agree)]
    return Html(" ".join(part for part in parts if part))


def _some(say: Say, key: str, count: int, **more: int) -> Html:
    return say(key, count=count, **more) if count else Html("")


def _due(say: Say, key: str, due: Due, **names: str) -> Html:
    if not due.count:
        return Html("")
    parts = [say(key, count=due.count, **names), _some(say, "o-digest-today", due.today)]
    return Html(" ".join(part for part in (*parts, _some(say, "o-digest-late", due.late)) if part))


def _promised(say: Say, found: Digest) -> Html:
    """Promises: those that have their day soon, and those past it."""
    parts = [
        _some(say, "o-approval-home-late", found.promised.late),
        _some(say, "o-digest-promised-soon", found.promised.today),
    ]
    return Html(" ".join(part for part in parts if part))


def _late(say: Say, commune: Commune, found: Digest) -> Html:
    units = ((commune.unit(unit_id) if unit_id else None, count) for unit_id, count in found.late)
    named = (
        say("o-digest-late-unit", unit=unit.name if unit else commune.office, count=count) for unit, count in units
    )
    return say("o-digest-late-units", list=Html(", ".join(named))) if found.late else Html("")


def _choices(say: Say, found: Digest, official: Official) -> list[Choice]:
    choices: list[Choice] = []
    if found.unsorted.count:
        choices.append((say.plain("o-button-sort"), "o:sort"))
    if found.to_approve:
        choices.append((say.plain("o-button-approvals"), "o:approvals"))
    if found != Digest(unsorted=found.unsorted, returned=found.returned, silent=found.silent, untold=found.untold):
        choices.append((say.plain("o-button-waiting"), "o:viec:0"))
    if may(official, Right.PLAN_CONFERENCE):
        choices.append((say.plain("o-button-conference"), "o:hoinghi"))
    return choices


async def _conference(tx: Transaction, say: Say, official: Official) -> list[Html]:
    """When it is, and the law's clock that runs; for a leader, on the day itself, what waits in the hall."""
    conference = await conferences.in_hand(tx)
    if conference is None or conference.state is ConferenceState.PROPOSED:
        return []
    if conference.state is ConferenceState.HELD:
        return [await conferencewords.clock(tx, say, conference)]
    line = await conference_line(tx, say)
    is_today = proofs.first_day(tx, conference) == issues.today(tx)
    if is_today and official.role is Role.LEADER:
        return [*([line] if line is not None else []), *await _hall(tx, say, conference)]
    return [*([line] if line is not None else []), await conferencewords.clock(tx, say, conference)]


async def _hall(tx: Transaction, say: Say, conference: Conference) -> list[Html]:
    """What a leader reads in the morning of the conference (dialogues.md, 4.4)."""
    hall = await conference_clock.hall(tx)
    turnout = await registrations.turnout(tx, conference)
    counts = {"hall": hall.kept, "answered": hall.answered}
    lines = [say("o-digest-hall", speaking=turnout.speaking, villages=turnout.villages, **counts)]
    if hall.unanswered:
        lines.append(say("o-digest-hall-unanswered", count=hall.unanswered))
    return lines


async def conference_line(tx: Transaction, say: Say) -> Html | None:
    """When the coming conference is and how many days are left; None while there is none."""
    conference = await conferences.current(tx)
    if conference is None:
        return None
    zone = tx.commune.timezone
    starts = conference.starts_at.astimezone(zone)
    days = (starts.date() - tx.now.astimezone(zone).date()) // timedelta(days=1)
    return say("o-conference-line", when=say_when(say, starts), days=days)


async def _due_reminder(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    issue, due = opinion.issue, date.fromisoformat(delivery.payload["due"])
    if issue is None or issue.id != delivery.payload["issue_id"] or issue.due != due:
        return OVER
    if issue.state not in deadlines.OWING:
        return GONE
    reader = batch.material.readers.get(delivery.account_id)
    text = say(
        "o-due-reminder",
        when=_when(say, batch.tx, due),
        head=await _head(batch.tx, say, issue, opinion),
        words=cards.quote(say, cut(opinion.text, EXCERPT * 2)),
    )
    choices = []
    if may(reader, Right.ANSWER) and opinion.state in ANSWERABLE and deadlines.whose_turn(issue.state) is Role.STAFF:
        choices.append((say.plain("o-button-answer"), f"o:answer:{opinion.id}"))
    choices.append((say.plain("o-button-read"), f"o:read:{opinion.id}"))
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


def _when(say: Say, tx: Transaction, due: date) -> Html:
    today, calendar = issues.today(tx), tx.commune.calendar
    if due > today:
        return say("o-due-soon", due=short_day(due), days=(due - today).days)
    late = calendar.count_between(due, today)
    return say("o-due-late", due=short_day(due), days=late) if late else say("o-due-today", due=short_day(due))


async def _head(tx: Transaction, say: Say, issue: Issue, opinion: Opinion) -> Html:
    """ "KX-7 · Thôn mẫu 3 · 7 người · Phòng Kinh tế"."""
    commune = tx.commune
    people, _ = await issues.count_people(tx, issue)
    unit = commune.unit(issue.unit_id) if issue.unit_id else None
    return say(
        "o-due-head",
        code=code(commune, opinion),
        village=village_name(say, commune, opinion.village_id),
        count=people,
        unit=unit.name if unit else commune.office,
        state=issue.state.value,
    )


async def _sort_reminder(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    due = date.fromisoformat(delivery.payload["due"])
    return await _of_day(batch, delivery, say, "o-sort-reminder", await deadlines.unsorted_of(batch.tx, due))


async def _law_reminder(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    due = date.fromisoformat(delivery.payload["due"])
    return await _of_day(batch, delivery, say, "o-law-reminder", await deadlines.untold_of(batch.tx, due))


async def _of_day(batch: Batch, delivery: Delivery, say: Say, key: str, numbers: list[int]) -> Rendered:
    reader = batch.material.readers.get(delivery.account_id)
    if reader is None or reader.role not in OFFICE:
        return NOT_FOR_THEM
    if not numbers:
        return GONE
    commune = batch.tx.commune
    due = date.fromisoformat(delivery.payload["due"])
    text = say(key, count=len(numbers), days=commune.notice_days, when=_when(say, batch.tx, due))
    sorts = await reads_received(batch.tx, reader)
    if sorts and len(numbers) <= CODES:
        # Before a clerk accepted it, whoever does not sort knows how many there are and no more.
        text = Html(f"{text}\n{', '.join(format_code(commune.short_code, each) for each in numbers)}")
    choices = [(say.plain("o-button-sort"), "o:sort") if sorts else (say.plain("o-button-waiting"), "o:viec:0")]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


KINDS: Mapping[str, Kind] = {
    digest.DUTY: _digest,
    "due_reminder": _due_reminder,
    "sort_reminder": _sort_reminder,
    "law_reminder": _law_reminder,
}
