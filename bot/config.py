"""Configuration: `config.toml`, overridden by `DOITHOAI_SECTION__KEY`, checked before anything starts."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.logs import mask
from bot.messengers import features
from bot.messengers.features import Features
from bot.sections import (
    DEFAULT_MEDIA,
    DEFAULT_URL,
    AnnouncementsSection,
    AnswersSection,
    CalendarSection,
    ClocksSection,
    CommuneSection,
    ConferenceSection,
    DraftsSection,
    FieldSection,
    ReceptionSection,
    RemindersSection,
    StorageSection,
    TelegramSection,
    UnitSection,
    VillageSection,
    WebSection,
    ZaloBotSection,
    ZaloOaSection,
)
from storage import commune as record
from storage.folding import fold

PREFIX = "DOITHOAI_"
TRY_IT_URL = "sqlite+aiosqlite:///data/tryit.db"
TRY_IT_MEDIA = Path("data/tryit-media")
ANY_HOUR = (time(0), time(0))

EXPLORER = "developers.zalo.me, Công cụ, API Explorer: chọn ứng dụng và OA xã, Refresh Token"
UNGUESSED = "8 đến 256 chữ và số tự đặt, không ai đoán được / 8 to 256 letters and digits that nobody can guess"
CALLED = "địa chỉ HTTPS mở ra ngoài, vì Zalo gọi tới đó / an HTTPS address: Zalo calls it"

SECRETS = frozenset({"token", "webhook_secret", "app_secret", "oa_secret", "refresh_token"})
"""Keys that are taken from the environment or a file it names, and never shown."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend: the key as in config.toml, what was found (None: nothing, or a secret), what was expected."""

    key: str
    value: str | None
    expected: str

    def __str__(self) -> str:
        return f"{self.key}{'' if self.value is None else f' = {mask(self.value)}'}: expected {self.expected}"


class ConfigError(Exception):
    """The configuration cannot be used; `problems` says everything that is to be mended."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Settings(BaseSettings):
    """Everything that is configured. From `load`, `storage` is already the try-it database if the phones page is on."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    commune_section: CommuneSection = Field(alias="commune")
    village: tuple[VillageSection, ...] = ()
    field: tuple[FieldSection, ...] = ()
    unit: tuple[UnitSection, ...] = ()
    calendar: CalendarSection = CalendarSection()
    storage: StorageSection = StorageSection()
    web: WebSection = WebSection()
    telegram: TelegramSection = TelegramSection()
    zalo_bot: ZaloBotSection = ZaloBotSection()
    zalo_oa: ZaloOaSection = ZaloOaSection()
    reminders: RemindersSection = RemindersSection()
    clocks: ClocksSection = ClocksSection()
    drafts: DraftsSection = DraftsSection()
    answers: AnswersSection = AnswersSection()
    announcements: AnnouncementsSection = AnnouncementsSection()
    reception: ReceptionSection = ReceptionSection()
    conference: ConferenceSection = ConferenceSection()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` gives: it has merged file and environment, both passed to it."""
        return (init_settings,)

    @property
    def has_messenger(self) -> bool:
        """Whether people can come by a messenger."""
        tokens = (self.telegram.token, self.zalo_bot.token, self.zalo_oa.app_id)
        return self.web.chat or any(each is not None for each in tokens)

    @property
    def secrets(self) -> list[str]:
        """Every token and secret that is configured: never shown, never logged."""
        bot, oa = self.zalo_bot, self.zalo_oa
        found = (
            self.telegram.token,
            bot.token,
            bot.webhook_secret,
            oa.app_secret,
            oa.oa_secret,
            oa.refresh_token,
        )
        return [secret.get_secret_value() for secret in found if secret is not None]

    @property
    def phones_on(self) -> bool:
        """Whether the try-it page is served: asked for, or nothing else is configured."""
        if self.web.phones == "auto":
            return not self.has_messenger and self.web.public_url is None
        return self.web.phones == "on"

    def _channels(self) -> Iterator[record.Channel]:
        if self.phones_on or self.web.chat:
            yield _channel("web", "web", features.WEB)
        if self.phones_on:
            yield _channel("web_plain", "web chữ", features.WEB_PLAIN)
        if self.telegram.token is not None:
            yield _channel("telegram", "Telegram", features.telegram(self.telegram.per_second))
        if self.zalo_bot.token is not None:
            yield _channel("zalo_bot", "Zalo Bot", features.ZALO_BOT)
        if self.zalo_oa.app_id is not None:
            yield _channel("zalo_oa", "Zalo OA", features.zalo_oa(self.zalo_oa.plan))

    def commune(self) -> record.Commune:
        """The commune in the shape that handlers and storage know."""
        here = self.commune_section
        # Whoever tries the program out in the evening must not wait for the morning to see what it does.
        quiet, office = (ANY_HOUR, ANY_HOUR) if self.phones_on else (self.reminders.quiet, self.reminders.office)
        days = self.calendar
        return record.Commune(
            **here.model_dump(),
            villages=tuple(record.Village(**one.model_dump()) for one in self.village),
            fields=tuple(record.Field(**one.model_dump()) for one in self.field),
            units=tuple(record.Unit(**one.model_dump()) for one in self.unit),
            calendar=record.WorkingDays(frozenset(days.holidays), frozenset(days.working_days), office),
            sort_days=self.clocks.sort.days,
            notice_days=self.clocks.notice.days,
            site=self.web.site,
            answer_days=self.clocks.answer.days,
            escalation_days=self.clocks.escalation.days,
            approval=self.answers.approval,
            undo=self.answers.undo,
            quiet=quiet,
            broadcast_at=self.reminders.broadcast_at,
            approval_above=self.announcements.approval_above,
            channels=tuple(self._channels()),
            reception_place=self.reception.place,
            reception_days=self.reception.days,
            province_reception=self.reception.province,
            inspection=self.reception.inspection,
            mediation=self.reception.mediation,
            one_stop=self.reception.one_stop,
            remind_everyone=self.reminders.everyone,
            remind_registered=self.reminders.registered,
            collect_days=self.conference.collect_days,
            conference_content=self.conference.content,
            conference_ways=self.conference.ways,
        )


def _channel(messenger: str, label: str, can: Features) -> record.Channel:
    return record.Channel(messenger, label, can.numbered, can.per_second, can.window, can.plan, can.replies)


def load(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings in the file at `path` (None: no file), overridden by `environ`.

    Raises ConfigError with everything that is wrong.
    """
    found = _file(path) if path else {}
    problems = list(_secrets_in_file(found)) + list(_misspelt(environ))
    try:
        overrides = _Environment(environ)()
    except SettingsError as error:
        raise ConfigError(Problem("environment", None, f"lists and tables as JSON: {error}")) from None
    merged = {**found, **{key: _over(found.get(key), value) for key, value in overrides.items()}}
    for section in ("telegram", "zalo_bot", "zalo_oa"):
        for key in sorted(SECRETS):
            problems += _read_secret_file(merged, section, key)
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        raise ConfigError(*problems, *(_problem(one) for one in error.errors(include_url=False))) from None
    problems += _across(settings)
    if problems:
        raise ConfigError(*problems)
    return _on_its_own_database(settings) if settings.phones_on else settings


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of nested variables, from a mapping instead of the process's environment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        super().__init__(Settings, env_nested_delimiter="__", env_ignore_empty=True)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        names = {name: name.removeprefix(PREFIX).lower() for name in self._environ if name.startswith(PREFIX)}
        return {plain: self._environ[name] for name, plain in names.items() if self._environ[name]}


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(Problem(str(path), None, f"a readable file ({error.strerror})")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(Problem(str(path), None, f"TOML in UTF-8 ({error})")) from None


def _over(found: object, override: object) -> object:
    return {**found, **override} if isinstance(found, dict) and isinstance(override, dict) else override


def _secrets_in_file(found: Mapping[str, Any]) -> Iterator[Problem]:
    for section, keys in found.items():
        for key in SECRETS.intersection(keys) if isinstance(keys, dict) else ():
            variable = f"{PREFIX}{section}__{key}".upper()
            yield Problem(
                f"{section}.{key}",
                None,
                f"no secret in this file: put it in {variable} or name a file in {variable}_FILE",
            )
    url = found.get("storage", {}).get("url") if isinstance(found.get("storage"), dict) else None
    if isinstance(url, str) and mask(url) != url:
        yield Problem(
            "storage.url", _shown(url), f"no password in this file: put the whole address in {PREFIX}STORAGE__URL"
        )


def _misspelt(environ: Mapping[str, str]) -> Iterator[Problem]:
    sections = {(field.alias or name).upper() for name, field in Settings.model_fields.items()}
    for name in sorted(environ):
        section, separator, _key = name.removeprefix(PREFIX).partition("__")
        if not name.startswith(PREFIX) or section in sections:
            continue
        begun = next((one for one in sections if section.startswith(f"{one}_")), None)
        if separator:
            yield Problem(name, None, f"one of the sections {', '.join(sorted(sections))} before __")
        elif begun:
            yield Problem(
                name, None, f"two underscores after the section: {PREFIX}{begun}__{section[len(begun) + 1 :]}"
            )


def _read_secret_file(merged: dict[str, Any], section: str, key: str) -> Iterator[Problem]:
    found = merged.get(section)
    if not isinstance(found, dict) or not isinstance(found.get(f"{key}_file"), str):
        return
    path, named = found[f"{key}_file"], key.replace("_", " ")
    if key in found:
        yield Problem(f"{section}.{key}_file", _shown(path), f"a {named} or a {named} file, not both")
        return
    try:
        merged[section] = {**found, key: Path(path).read_text(encoding="utf-8").strip()}
    except (OSError, UnicodeDecodeError) as error:
        yield Problem(
            f"{section}.{key}_file", _shown(path), f"a readable file with the {named} ({type(error).__name__})"
        )


def _problem(error: ErrorDetails) -> Problem:
    key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    names = [part for part in error["loc"] if isinstance(part, str)]
    if error["type"] == "missing":
        return Problem(key, None, "a value, there is none")
    if error["type"] == "extra_forbidden":
        # In a messenger's table it may be a token under another name.
        shown = None if names[0] in {"telegram", "zalo_bot", "zalo_oa"} else _shown(error["input"])
        return Problem(key, shown, _known_keys(names))
    value = None if SECRETS.intersection(names) else _shown(error["input"])
    return Problem(key, value, error["msg"].removeprefix("Value error, ").removeprefix("Input should be "))


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def _known_keys(names: list[str]) -> str:
    sections = {field.alias or name: field.annotation for name, field in Settings.model_fields.items()}
    known = list(sections)
    if len(names) > 1:
        annotation = sections[names[0]]
        section = next(
            one for one in (annotation, *getattr(annotation, "__args__", ())) if hasattr(one, "model_fields")
        )
        known = list(section.model_fields)
    near = get_close_matches(names[-1], known, n=1)
    return f'"{near[0]}" perhaps; known here are {", ".join(known)}' if near else f"one of {', '.join(known)}"


def _across(settings: Settings) -> Iterator[Problem]:
    """What no single key shows."""
    yield from _twice("village", [(one.id,) for one in settings.village], "id")
    yield from _twice("village", [_folded(one.name, *one.aliases) for one in settings.village], "name")
    yield from _twice("field", [(one.id,) for one in settings.field], "id")
    yield from _twice("unit", [(one.id,) for one in settings.unit], "id")
    units = [one.id for one in settings.unit]
    for position, one in enumerate(settings.field, 1):
        if one.unit not in units:
            yield Problem(
                f"field[{position}].unit",
                _shown(one.unit),
                f"the id of a [[unit]]: {', '.join(units) or 'there is none'}",
            )
    if not settings.village:
        yield Problem("village", None, "at least one [[village]]")
    if record.OTHER_FIELD not in [one.id for one in settings.field]:
        yield Problem("field", None, f'a [[field]] with id "{record.OTHER_FIELD}", for what fits nowhere else')
    if len(settings.field) > 5:
        yield Problem("field", str(len(settings.field)), "at most five [[field]]: each is a button")
    for day in sorted({*settings.calendar.holidays} & {*settings.calendar.working_days}):
        yield Problem("calendar.working_days", str(day), "a day that is not in calendar.holidays too")
    yield from _webhook(settings)
    yield from _official_account(settings)
    yield from _phones(settings)


def _folded(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(fold, names)))


def _twice(table: str, names: list[tuple[str, ...]], what: str) -> Iterator[Problem]:
    counts = Counter(name for several in names for name in several)
    for position, several in enumerate(names, 1):
        for name in several:
            if counts[name] > 1:
                yield Problem(
                    f"{table}[{position}].{what}",
                    _shown(name),
                    f"what no other [[{table}]] has as {what}",
                )


def _webhook(settings: Settings) -> Iterator[Problem]:
    bot, site = settings.zalo_bot, settings.web.public_url
    if bot.token is None or bot.mode == "polling":
        return
    if bot.webhook_secret is None:
        yield Problem("zalo_bot.webhook_secret", None, UNGUESSED)
    if site is None or not site.startswith("https://"):
        yield Problem("web.public_url", site and _shown(site), CALLED)


def _official_account(settings: Settings) -> Iterator[Problem]:
    oa, site = settings.zalo_oa, settings.web.public_url
    given = (oa.app_id, oa.app_secret, oa.refresh_token)
    if oa.oa_secret is None and not any(given):
        return
    where = "developers.zalo.me, chọn ứng dụng, Cài đặt"
    if oa.app_id is None:
        yield Problem("zalo_oa.app_id", None, f"{where}: ID ứng dụng / the app's ID")
    if oa.app_secret is None:
        yield Problem("zalo_oa.app_secret", None, f"{where}: Khoá bí mật / the app's secret key")
    if oa.refresh_token is None:
        yield Problem("zalo_oa.refresh_token", None, f"{EXPLORER} / the refresh token given there")
    if site is None or not site.startswith("https://"):
        yield Problem("web.public_url", site and _shown(site), CALLED)


def _phones(settings: Settings) -> Iterator[Problem]:
    web = settings.web
    if web.chat and web.public_url is None:
        how = "địa chỉ mà bà con mở trang chat / the address at which people open the chat, since web.chat is on"
        yield Problem("web.public_url", None, how)
    if web.embed and not web.chat:
        yield Problem("web.chat", "false", "true, since web.embed lets other sites show the chat")
    if web.phones == "on" and settings.has_messenger:
        yield Problem(
            "web.phones", '"on"', "auto or off beside a messenger: who is on the page could pass for an official"
        )
    if web.phones == "on" and web.public_url is not None:
        yield Problem("web.phones", '"on"', "auto or off beside web.public_url: the page is for this machine only")
    if settings.phones_on and not web.is_loopback:
        yield Problem(
            "web.host", _shown(web.host), 'a loopback address while the phones page is on (or web.phones = "off")'
        )


def _on_its_own_database(settings: Settings) -> Settings:
    """Trying the program out never touches the commune's own record, unless another place was named for it."""
    storage = settings.storage
    if storage.url != DEFAULT_URL:
        return settings
    media = TRY_IT_MEDIA if storage.media == DEFAULT_MEDIA else storage.media
    return settings.model_copy(update={"storage": StorageSection(url=TRY_IT_URL, media=media)})
