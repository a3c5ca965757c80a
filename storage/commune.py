"""What a commune is: its villages, fields, units and working days. Filled by `bot/config.py`, frozen from then on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import lunar_vn
from rapidfuzz import fuzz

from storage.folding import fold

if TYPE_CHECKING:
    from holidays import HolidayBase

OTHER_FIELD = "khac"
"""The field of an opinion whose author does not know where it belongs; every commune has it."""

LIKE_ENOUGH = 75.0
"""Likeness in percent from which a typed name is offered as a village to confirm: "thon mao 3" for "Thôn mẫu 3"."""

SAME_BUT_A_SLIP = 88.0
"""Likeness in percent from which a typed label is taken for a field's: "dat daii" for "Đất đai"."""

LONGEST_FIELD_TEXT = 40
"""Characters of a folded text beyond which it says more than a field."""

LONGEST_VILLAGE_TEXT = 80
"""Characters of a folded text beyond which it is a story, not the name of a village."""

TEMPLATE_NAMES = ("code", "village", "unit", "date")
"""What stands in braces in a template of an answer: the matter's code, its village, the unit that answers, today."""

_KINDS = ("to dan pho", "khu pho", "thon", "ban", "khoi", "xom", "ap", "lang", "khu", "buon", "tdp", "to")
_KIND = re.compile(rf"^(?:{'|'.join(_KINDS)}) (?=\S)")
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Village:
    """A village, hamlet, block or residential group (thôn, bản, khối, tổ dân phố)."""

    id: str
    name: str
    former_commune: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A category of opinions. `label` is what a resident reads on the button, `name` what the office calls it.

    `templates` are texts that an answer may start from: `str.format` with exactly TEMPLATE_NAMES fills each.
    """

    id: str
    name: str
    label: str
    unit: str
    hint: str = ""
    templates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """A specialist section that answers."""

    id: str
    name: str


@dataclass(frozen=True)
class VillageMatch:
    """What a typed text says about the village; `certain` is False when it has to be confirmed before it counts."""

    village: Village | None
    certain: bool


class ReminderRule(NamedTuple):
    """So many days before the day of a conference, at `at` of the commune's clock."""

    days: int
    at: time


class MarketDay(NamedTuple):
    """When the market is held: on a day of the lunar month (1 to 30), or on a weekday (0: Monday)."""

    lunar: int | None = None
    weekday: int | None = None

    def falls_on(self, day: date) -> bool:
        return day.weekday() == self.weekday or (self.lunar is not None and lunar_day(day).day == self.lunar)


class LunarDay(NamedTuple):
    """A day of the Vietnamese lunar calendar; `leap` marks a day of the inserted month."""

    day: int
    month: int
    leap: bool


@dataclass(frozen=True)
class WorkingDays:
    """When the office works: Vietnam's public holidays and weekends are off, corrected by the commune's own lists.

    A public holiday follows the Labour Code (Tết, Hùng Kings' day, 24/11 from 2026 on …) with the government's yearly
    exchanges of days, as the `holidays` package keeps them. `holidays` are further days off, `working_days` days
    worked although the calendar says otherwise; a day in both is worked. `hours` are those of the commune's clock,
    [begin, end), in which officials are written to; equal begin and end mean any hour of any day.
    """

    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    hours: tuple[time, time] = (time(7), time(18))

    def is_working(self, day: date) -> bool:
        if day in self.working_days:
            return True
        return day not in self.holidays and bool(_vietnam().is_working_day(day))

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted; `day` for 0. ValueError below 0."""
        if count < 0:
            raise ValueError(f"cannot count {count} working days ahead")
        while count:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def count_between(self, after: date, until: date) -> int:
        """How many working days lie after `after` up to `until`, which is counted; 0 when `until` is not later."""
        return sum(self.is_working(after + timedelta(days=ahead)) for ahead in range(1, (until - after).days + 1))

    def next_working(self, day: date) -> date:
        """`day` if it is worked, else the first working day after it."""
        return day if self.is_working(day) else self.add(day, 1)

    def is_open(self, local: datetime) -> bool:
        """Whether the office is open at this instant of the commune's clock."""
        opens, closes = self.hours
        return opens == closes or (opens <= local.time() < closes and self.is_working(local.date()))

    def opens(self, local: datetime) -> datetime:
        """The instant `local` of the commune's clock, or the next at which the office is open."""
        if self.is_open(local):
            return local
        day = local.date() + timedelta(days=local.time() >= self.hours[0])
        return datetime.combine(self.next_working(day), self.hours[0], local.tzinfo)


@dataclass(frozen=True)
class Window:
    """How long after her last act there a message to her is `free`, and how long it can be sent at all.

    Between the two one costs `price` in đồng, beyond the `included` of a calendar month.
    """

    free: timedelta
    open: timedelta
    price: int
    included: int

    @property
    def days(self) -> int:
        """For how many days after her last act an answer reaches her."""
        return self.open // timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """The most people for ever, and the most messages of a calendar month, both directions together."""

    people: int
    messages: int


@dataclass(frozen=True)
class Channel:
    """A messenger that is configured, as an official hears of it.

    `plain` says that it shows text alone: no formatting, options as numbers. `per_second` is how many messages it takes
    a second, None for any number. Without a `window` it can always be written to, without a `plan` nothing is counted.
    `replies` says that we hear which message somebody answers.
    """

    messenger: str
    label: str
    plain: bool = False
    per_second: float | None = None
    window: Window | None = None
    plan: Plan | None = None
    replies: bool = True


@dataclass(frozen=True)
class Commune:
    """Whom this deployment serves."""

    name: str
    short_code: str
    province: str
    timezone: ZoneInfo
    hotline: str
    office: str
    form_of_address: str
    address: str
    villages: tuple[Village, ...]
    fields: tuple[Field, ...]
    units: tuple[Unit, ...]
    calendar: WorkingDays = WorkingDays()
    notice_days: int = 10
    """Working days within which the law wants an author told where her matter went (Quy định 11-QĐi/TW)."""
    site: str = ""
    """The address of our own web server, as officials reach it: "https://khuatxa.example"."""
    chat: str = ""
    """The address of the public web chat, as residents reach it; empty while there is none."""
    retention: str = "24 tháng"
    """How long what a resident sent is kept, in the words that the consent text says."""
    approval: bool = True
    """Whether an answer is released only after a leader approved it."""
    undo: timedelta = timedelta(minutes=10)
    """How long an approved answer waits, and can be taken back, before it is released."""
    sort_days: int = 2
    """Working days within which the clerk sorts an opinion."""
    answer_days: int = 5
    """Working days that a unit is given to answer, unless another day is chosen."""
    escalation_days: int = 1
    """Working days past due after which a matter goes one level up, and then one more each time."""
    quiet: tuple[time, time] = (time(21), time(6))
    """Hours of the commune's clock, [begin, end), in which nobody is written to unasked; they may span midnight."""
    broadcast_at: time = time(18, 30)
    """When an announcement goes for which nobody chose an hour, on the commune's clock."""
    approval_above: int = 50
    """People above whom a leader agrees to an announcement before it goes."""
    channels: tuple[Channel, ...] = ()
    """The messengers that are configured."""
    reception_place: str = ""
    reception_days: str = ""
    """When the reception desk (tiếp công dân) sits, in words: "thứ Năm hằng tuần"."""
    province_reception: str = "nơi tiếp công dân của tỉnh"
    """Where a denunciation of the commune's own leaders goes, which the commune may not look into."""
    inspection: str = "uỷ ban kiểm tra cấp trên"
    """Where it goes when the leader is denounced as a member of the Party."""
    mediation: str = "tổ hoà giải của thôn, hoặc công chức Tư pháp xã"
    """Where a dispute between households goes."""
    one_stop: str = "Trung tâm Phục vụ hành chính công xã"
    """Where an administrative file is handed in."""
    remind_everyone: tuple[ReminderRule, ...] = (ReminderRule(1, time(18, 30)),)
    """When everyone is reminded of a conference; nobody who said that she does not come."""
    remind_registered: tuple[ReminderRule, ...] = (ReminderRule(0, time(6)),)
    """When those who said that they come are reminded besides."""
    collect_days: int = 5
    """Days before a conference on which collecting opinions for it ends, unless another day is chosen."""
    market_days: tuple[MarketDay, ...] = ()
    conference_content: str = ""
    """What a conference is about, to begin from; empty: the words of the texts."""
    conference_ways: str = ""
    """How to attend it, to begin from; empty: the words of the texts."""

    @property
    def windows(self) -> dict[str, Window]:
        """By messenger that can be written to for a while only."""
        return {each.messenger: each.window for each in self.channels if each.window is not None}

    @property
    def plans(self) -> dict[str, Plan]:
        """By messenger whose plan ends somewhere."""
        return {each.messenger: each.plan for each in self.channels if each.plan is not None}

    def hears_replies(self, messenger: str) -> bool:
        """Whether somebody on this messenger can answer a message by replying to it."""
        return next((each.replies for each in self.channels if each.messenger == messenger), True)

    @property
    def reception(self) -> str:
        """Where and when one may come in person: "trụ sở UBND xã, thứ Năm hằng tuần"."""
        place = self.reception_place or self.address or self.office
        return f"{place}, {self.reception_days}" if self.reception_days else place

    def is_market_day(self, day: date) -> bool:
        return any(each.falls_on(day) for each in self.market_days)

    def is_quiet(self, at: datetime) -> bool:
        """Whether an aware instant lies in the quiet hours; equal begin and end mean that there are none."""
        begins, ends = self.quiet
        now = at.astimezone(self.timezone).time()
        return begins <= now or now < ends if begins > ends else begins <= now < ends

    def quiet_began(self, at: datetime) -> datetime:
        """When the quiet hours began that the aware instant `at` lies in; in UTC. ValueError outside them."""
        if not self.is_quiet(at):
            raise ValueError("no quiet hours at this instant")
        local, begins = at.astimezone(self.timezone), self.quiet[0]
        day = local.date() - timedelta(days=local.time() < begins)
        return datetime.combine(day, begins, self.timezone).astimezone(UTC)

    def after_quiet(self, at: datetime) -> datetime:
        """The aware instant `at`, or the end of the quiet hours that it lies in; in UTC."""
        if not self.is_quiet(at):
            return at.astimezone(UTC)
        local, ends = at.astimezone(self.timezone), self.quiet[1]
        day = local.date() + timedelta(days=local.time() >= ends)
        return datetime.combine(day, ends, self.timezone).astimezone(UTC)

    def village(self, id: str) -> Village | None:  # noqa: A002 - the word of the glossary
        return next((one for one in self.villages if one.id == id), None)

    def field(self, id: str) -> Field | None:  # noqa: A002
        return next((one for one in self.fields if one.id == id), None)

    def unit(self, id: str) -> Unit | None:  # noqa: A002
        return next((one for one in self.units if one.id == id), None)

    def find_field(self, text: str) -> Field | None:
        """The field that `text` means, typed with or without marks, in part or with a slip; None for none or several.

        Words of its label ("dien nuoc"), an example of its hint ("ho ngheo"), or a label with a letter wrong.
        """
        words = _words(text)
        if not words or len(words) > LONGEST_FIELD_TEXT:
            return None
        ways: tuple[Callable[[Field], bool], ...] = (
            lambda one: words == _words(one.label),
            lambda one: set(words.split()) <= set(_words(one.label).split()),
            lambda one: words in {_words(part) for part in one.hint.split(",")},
            lambda one: fuzz.ratio(words, _words(one.label)) >= SAME_BUT_A_SLIP,
        )
        for means in ways:
            if found := [one for one in self.fields if means(one)]:
                return found[0] if len(found) == 1 else None
        return None

    def find_village(self, text: str) -> VillageMatch:
        """The village that `text` means, typed with or without marks, by name, alias or its number in the list.

        Only a whole name, an alias or a number is certain. Whatever is merely like a name comes back to be confirmed,
        and what is equally like two names comes back as none.
        """
        words = _words(text)
        if not words or len(words) > LONGEST_VILLAGE_TEXT:
            return VillageMatch(None, certain=False)
        for named in (self._named(words), self._named_without_kind(words)):
            if len(named) == 1:
                return VillageMatch(named[0], certain=True)
        if _NUMBER.fullmatch(words):
            return VillageMatch(self._numbered(words), certain=self._numbered(words) is not None)
        kind = _KIND.match(words)
        if kind and _NUMBER.fullmatch(number := words[kind.end() :]):
            return self._by_number_in_name(number)
        return VillageMatch(self._likest(words), certain=False)

    def _named(self, words: str) -> list[Village]:
        return [one for one in self.villages if words in _names(one)]

    def _named_without_kind(self, words: str) -> list[Village]:
        bare = _KIND.sub("", words)
        if _NUMBER.fullmatch(bare):
            return []
        return [one for one in self.villages if bare in {_KIND.sub("", name) for name in _names(one)}]

    def _numbered(self, number: str) -> Village | None:
        position = int(number[:6])
        return self.villages[position - 1] if 1 <= position <= len(self.villages) else None

    def _by_number_in_name(self, number: str) -> VillageMatch:
        bearing = [one for one in self.villages if number in _words(one.name).split()]
        if len(bearing) == 1:
            return VillageMatch(bearing[0], certain=True)
        return VillageMatch(None if bearing else self._numbered(number), certain=False)

    def _likest(self, words: str) -> Village | None:
        contained = [one for one in self.villages if any(f" {name} " in f" {words} " for name in _names(one))]
        if contained:
            return contained[0] if len(contained) == 1 else None
        bare = _KIND.sub("", words)
        scores = sorted(
            ((_likeness(bare, one), position) for position, one in enumerate(self.villages)), key=lambda s: -s[0]
        )
        if not scores or scores[0][0] < LIKE_ENOUGH or (len(scores) > 1 and scores[1][0] == scores[0][0]):
            return None
        return self.villages[scores[0][1]]


def format_code(short_code: str, number: int) -> str:
    """The code of an opinion as people read it: "KX-12"."""
    return f"{short_code}-{number}"


def parse_code(text: str, short_code: str) -> int | None:
    """The opinion's number in a code typed forgivingly: `KX-12`, `kx12`, `KX 12`, `12`. None for anything else."""
    found = re.fullmatch(
        rf"(?:{re.escape(short_code)}[- ]?)?([1-9][0-9]{{0,8}})", text.strip(), re.IGNORECASE | re.ASCII
    )
    return int(found[1]) if found else None


def lunar_day(day: date) -> LunarDay:
    """`day` in the Vietnamese lunar calendar (UTC+7); years 1900 to 2100, ValueError outside."""
    lunar = lunar_vn.solar_to_lunar(day)
    return LunarDay(lunar.day, lunar.month, lunar.leap)


@cache
def _vietnam() -> "HolidayBase":
    import holidays  # takes longer to import than all the rest here, and few commands ask for a working day

    return holidays.country_holidays("VN")


def _words(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", fold(text)).split())


def _names(village: Village) -> set[str]:
    return {_words(name) for name in (village.name, *village.aliases)}


def _likeness(bare: str, village: Village) -> float:
    numbers = _NUMBER.findall(bare)
    return max(
        fuzz.ratio(bare, _KIND.sub("", name)) if not numbers or numbers == _NUMBER.findall(name) else 0.0
        for name in _names(village)
    )
