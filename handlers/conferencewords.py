"""How a conference is said: when and where, whether the day is free, how far the law's two lists are."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from html import escape

from handlers.telling import say_day, say_when, short_day
from handlers.words import Html, Say
from storage import conferences, proofs
from storage.commune import Commune
from storage.conferences import Facts, Meeting
from storage.database import Transaction
from storage.models import Conference, ConferenceSession
from storage.proofs import Item

SATURDAY = 5


def local(commune: Commune, at: datetime) -> datetime:
    return at.astimezone(commune.timezone)


def instant(say: Say, commune: Commune, at: datetime) -> Html:
    """ "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"."""
    return say_when(say, local(commune, at))


def villages(commune: Commune, village_ids: Sequence[str]) -> str:
    """ "Thôn mẫu 1, Thôn mẫu 2"; plain text. One that the configuration no longer has keeps its id."""
    found = ((each, commune.village(each)) for each in village_ids)
    return ", ".join(village.name if village else each for each, village in found)


def meeting(say: Say, commune: Commune, each: Meeting | ConferenceSession) -> Html:
    """When and where one cluster meets; the whole commune is not named."""
    when = instant(say, commune, each.starts_at)
    if each.villages:
        return say("conference-cluster", villages=villages(commune, each.villages), when=when, place=each.place)
    return say("conference-meets", when=when, place=each.place)


def meetings(say: Say, commune: Commune, found: Sequence[Meeting | ConferenceSession]) -> Html:
    """Every meeting, a line each."""
    return Html("\n".join(meeting(say, commune, each) for each in found))


def remark(say: Say, commune: Commune, day: date) -> Html:
    """Whether people are at work on that day, and whether there is a market where the commune has any."""
    works = "worked" if commune.calendar.is_working(day) else "weekend" if day.weekday() >= SATURDAY else "off"
    market = "none" if not commune.market_days else "yes" if commune.is_market_day(day) else "no"
    return say("o-day-remark", day=works, market=market)


def details(say: Say, commune: Commune, facts: Facts) -> Html:
    """Everything that stands or is proposed: title, when and where, content, ways, collecting, the law's two days."""
    first, last = (local(commune, each.starts_at).date() for each in (facts.meetings[0], facts.meetings[-1]))
    lines = [
        Html(escape(facts.title, quote=False)),
        say("o-plan-where", meetings=meetings(say, commune, facts.meetings)),
        say("o-plan-content", text=facts.content) if facts.content else say("o-plan-lacks-content"),
        say("o-plan-ways", text=facts.ways) if facts.ways else say("o-plan-lacks-ways"),
        say("o-plan-collect", day=short_day(facts.collect_until)),
    ]
    if facts.agenda:
        lines.append(say("o-plan-agenda", text=facts.agenda))
    if facts.latitude is not None:
        lines.append(say("o-plan-pinned"))
    announce, publish = first - timedelta(days=proofs.NOTICE_DAYS), last + timedelta(days=proofs.RESULT_DAYS)
    lines.append(say("o-plan-law", announce=short_day(announce), publish=short_day(publish)))
    return Html("\n".join(lines))


def items(say: Say, found: Sequence[Item]) -> Html:
    """ "Đài truyền thanh 6/6 thôn · trang thông tin xã: chưa"."""
    listed = " · ".join(
        say("o-law-item", kind=each.kind.value, done="yes" if each.is_done else "no", count=each.done, of=each.of)
        for each in found
    )
    return Html(listed[:1].upper() + listed[1:])


async def clock(tx: Transaction, say: Say, conference: Conference) -> Html:
    """The law's clock that runs: its day, how many days are left, and how far its list is."""
    today = local(tx.commune, tx.now).date()
    if conference.state in conferences.UPCOMING:
        key, day, kinds = "o-law-announce", proofs.announce_by(tx, conference), proofs.BEFORE
    else:
        key, day, kinds = "o-law-publish", proofs.publish_by(tx, conference), proofs.AFTER
    found = await proofs.checklist(tx, conference, kinds)
    left = (day - today).days
    done = "yes" if all(each.is_done for each in found) else "no"
    stands = "late" if left < 0 else "today" if left == 0 else "ahead"
    return say(key, day=short_day(day), stands=stands, days=abs(left), done=done, items=items(say, found))


def spoken_day(say: Say, commune: Commune, at: datetime) -> Html:
    """The day of an instant, as people say it."""
    return say_day(say, local(commune, at).date())
