"""The tables of config.toml: every key, its type and its default."""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, StringConstraints

from bot.messengers.features import TELEGRAM_PER_SECOND, OaPlan
from storage.commune import TEMPLATE_NAMES, Commune, MarketDay, ReminderRule
from storage.folding import fold

DEFAULT_URL = "sqlite+aiosqlite:///data/doithoai.db"
DEFAULT_MEDIA = Path("data/media")


@dataclass(frozen=True)
class WorkingDaysCount:
    """A clock that runs on working days only."""

    days: int


def _parsed(pattern: str, expected: str, build: Callable[[re.Match[str]], object]) -> BeforeValidator:
    def parse(value: object) -> object:
        found = re.fullmatch(pattern, value, re.ASCII) if isinstance(value, str) else None
        if found is None:
            raise ValueError(expected)
        try:
            return build(found)
        except (ValueError, OverflowError, LookupError, OSError):
            raise ValueError(expected) from None

    return BeforeValidator(parse)


def _template(text: str) -> str:
    """`text`, if `str.format` with TEMPLATE_NAMES alone can fill it: nothing of ours is reached through it."""
    names = ", ".join(f"{{{name}}}" for name in TEMPLATE_NAMES)
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise ValueError(f"a text whose braces come in pairs, and in them only {names}") from None
    for _literal, name, form, conversion in parts:
        if name is not None and (name not in TEMPLATE_NAMES or form or conversion):
            raise ValueError(f"a text with nothing in braces but {names}")
    return text


_HOUR = r"(\d{1,2}):(\d{2})"
_WEEKDAYS = ("thu hai", "thu ba", "thu tu", "thu nam", "thu sau", "thu bay", "chu nhat")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}

Hour = Annotated[time, _parsed(_HOUR, 'an hour like "18:30"', lambda m: time(int(m[1]), int(m[2])))]
Reminder = Annotated[
    ReminderRule,
    _parsed(
        rf"(\d{{1,3}})d {_HOUR}",
        'days before and an hour, like "1d 18:30"',
        lambda m: ReminderRule(int(m[1]), time(int(m[2]), int(m[3]))),
    ),
]
Market = Annotated[
    MarketDay,
    _parsed(
        r"(?i:(?:âm|mồng|mùng) ([1-9]|[12]\d|30)|(thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật))",
        'a lunar day like "âm 4" or a weekday like "thứ Năm"',
        lambda m: MarketDay(lunar=int(m[1])) if m[1] else MarketDay(weekday=_WEEKDAYS.index(fold(m[2]))),
    ),
]
WorkingDays = Annotated[
    WorkingDaysCount,
    _parsed(r"([1-9]\d{0,2})wd", 'working days, like "2wd"', lambda m: WorkingDaysCount(int(m[1]))),
]
Duration = Annotated[
    timedelta,
    _parsed(
        r"([1-9]\d{0,4})([mhd])",
        'a duration in minutes, hours or days: "10m", "24h", "7d"',
        lambda m: timedelta(**{_UNITS[m[2]]: int(m[1])}),
    ),
]
Zone = Annotated[
    ZoneInfo, _parsed(r"[A-Za-z0-9_+/-]+", 'a time zone like "Asia/Ho_Chi_Minh"', lambda m: ZoneInfo(m[0]))
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MaybeWords = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Template = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_template)
]
# Ids travel in deep links (`thon-<id>`) and in callback data of 64 bytes.
Id = Annotated[str, _parsed(r"[a-z0-9-]{1,24}", "1 to 24 of a-z, 0-9 and -", lambda m: m[0])]
ShortCode = Annotated[str, _parsed(r"[A-Z]{1,6}", "1 to 6 capital letters A-Z", lambda m: m[0])]
BotToken = Annotated[
    SecretStr, _parsed(r"\d+:[\w-]{3,}", "a token as BotFather gives it: digits, a colon, letters", lambda m: m[0])
]
ZaloBotToken = Annotated[
    SecretStr,
    _parsed(r"\d+:[\w-]{3,}", "a token as Zalo Bot Creator sends it: digits, a colon, letters", lambda m: m[0]),
]
ZaloSecret = Annotated[
    SecretStr, _parsed(r"[\x21-\x7e]{4,4000}", "what Zalo shows there, without blanks", lambda m: m[0])
]
AppId = Annotated[str, _parsed(r"\d{4,30}", "the digits that developers.zalo.me shows as ID", lambda m: m[0])]
TemplateId = Annotated[str, _parsed(r"[\w-]{1,40}", "the id of an approved ZBS template", lambda m: m[0])]
SiteCode = Annotated[
    str, _parsed(r"[A-Za-z0-9_-]{8,100}", "the code that Zalo gives for the domain, without the tag", lambda m: m[0])
]
WebhookSecret = Annotated[SecretStr, _parsed(r"[\x21-\x7e]{8,256}", "8 to 256 letters and digits", lambda m: m[0])]
HttpUrl = Annotated[
    str, _parsed(r"(https?://[^/\s?#]+[^\s?#]*?)/*", 'an address like "https://example.org"', lambda m: m[1])
]
Origin = Annotated[
    str,
    _parsed(r"https?://[a-z0-9.-]+(:\d{1,5})?", 'a site like "https://xa.example", without a path', lambda m: m[0]),
]
Proxy = Annotated[
    str,
    _parsed(
        r"[0-9a-fA-F.:]+(?:/\d{1,3})?",
        'an address or a network, like "127.0.0.1" or "172.16.0.0/12"',
        lambda m: str(ip_network(m[0])) if "/" in m[0] else str(ip_address(m[0])),
    ),
]
DatabaseUrl = Annotated[
    str,
    _parsed(
        r"(sqlite\+aiosqlite|postgresql\+asyncpg)://\S+",
        "sqlite+aiosqlite://… or postgresql+asyncpg://…",
        lambda m: m[0],
    ),
]


class Section(BaseModel):
    """A table of config.toml: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CommuneSection(Section):
    name: Words
    short_code: ShortCode
    province: Words
    timezone: Zone = ZoneInfo("Asia/Ho_Chi_Minh")
    hotline: Words
    office: Words
    address: str = ""
    form_of_address: Words = "bác"
    retention: Words = "24 tháng"
    market_days: tuple[Market, ...] = ()


class VillageSection(Section):
    id: Id
    name: Words
    former_commune: str = ""
    aliases: tuple[Words, ...] = ()


class FieldSection(Section):
    id: Id
    name: Words
    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=24)]
    unit: Id
    hint: str = ""
    templates: tuple[Template, ...] = ()


class UnitSection(Section):
    id: Id
    name: Words


class CalendarSection(Section):
    holidays: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()


class StorageSection(Section):
    url: Annotated[DatabaseUrl, Field(repr=False)] = DEFAULT_URL
    media: Path = DEFAULT_MEDIA


class WebSection(Section):
    host: Words = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: HttpUrl | None = None
    phones: Literal["auto", "on", "off"] = "auto"
    chat: bool = False
    embed: tuple[Origin, ...] = ()
    proxies: tuple[Proxy, ...] = ("127.0.0.1", "::1")

    @property
    def site(self) -> str:
        """Where the server's pages are reached: the public address, else that of this machine."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  what listens everywhere is reached here
        host = everywhere.get(self.host, self.host)
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine reaches the server."""
        return _is_loopback(self.host)

    @property
    def public_host(self) -> str | None:
        """The name of the public address, unless it is this machine's own name for itself."""
        host = urlsplit(self.public_url or "").hostname
        return None if host is None or _is_loopback(host) else host


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class TelegramSection(Section):
    token: BotToken | None = None
    token_file: Path | None = None
    mode: Literal["polling"] = "polling"
    api_base: HttpUrl = "https://api.telegram.org"
    per_second: Annotated[int, Field(ge=1, le=1000)] = TELEGRAM_PER_SECOND


class ZaloBotSection(Section):
    token: ZaloBotToken | None = None
    token_file: Path | None = None
    mode: Literal["polling", "webhook"] = "polling"
    webhook_secret: WebhookSecret | None = None
    webhook_secret_file: Path | None = None
    api_base: HttpUrl = "https://bot-api.zaloplatforms.com"


class ZaloOaSection(Section):
    app_id: AppId | None = None
    app_secret: ZaloSecret | None = None
    app_secret_file: Path | None = None
    oa_secret: ZaloSecret | None = None
    oa_secret_file: Path | None = None
    refresh_token: ZaloSecret | None = None
    refresh_token_file: Path | None = None
    api_base: HttpUrl = "https://openapi.zalo.me"
    oauth_base: HttpUrl = "https://oauth.zaloapp.com"
    plan: OaPlan = "tang-truong"
    template_id: TemplateId | None = None
    verification: SiteCode | None = None


class AnnouncementsSection(Section):
    approval_above: Annotated[int, Field(ge=0)] = 50


class RemindersSection(Section):
    everyone: tuple[Reminder, ...] = Commune.remind_everyone
    registered: tuple[Reminder, ...] = Commune.remind_registered
    broadcast_at: Hour = time(18, 30)
    quiet: tuple[Hour, Hour] = (time(21), time(6))
    office: tuple[Hour, Hour] = (time(7), time(18))


class ClocksSection(Section):
    sort: WorkingDays = WorkingDaysCount(2)
    notice: WorkingDays = WorkingDaysCount(10)
    answer: WorkingDays = WorkingDaysCount(5)
    escalation: WorkingDays = WorkingDaysCount(1)


class AnswersSection(Section):
    approval: bool = True
    undo: Duration = timedelta(minutes=10)


class ConferenceSection(Section):
    content: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    ways: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    collect_days: Annotated[int, Field(ge=0, le=60)] = Commune.collect_days


class DraftsSection(Section):
    keep: Duration = timedelta(days=7)


class ReceptionSection(Section):
    place: MaybeWords = ""
    days: MaybeWords = ""
    province: Words = Commune.province_reception
    inspection: Words = Commune.inspection
    mediation: Words = Commune.mediation
    one_stop: Words = Commune.one_stop
