"""What each messenger can do and how much it takes, each told once.

Sessions degrade by it, the courier keeps to its pace, the configuration hands its window and plan to the record, and
the README shows it as a table. Sources: core.telegram.org/bots/api, and Zalo's pages on the Bot Platform and OpenAPI.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from bot.pacing import ChatLimit
from storage.commune import Plan, Window

OaPlan = Literal["tang-truong", "toan-dien"]
"""The plans of an Official Account that open its API."""


class Bell(StrEnum):
    """What tells her that something came: the messenger's own app, our call to a browser (Web Push), or nothing."""

    APP = "app"
    PUSH = "push"
    NONE = "none"


class Kind(StrEnum):
    """What people send besides words. A video is a document."""

    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Native:
    """A kind of file that is shown as what it is: of these types only (none: of any), of at most `size` bytes."""

    types: frozenset[str] = frozenset()
    size: int | None = None

    def takes(self, type_: str, size: int) -> bool:
        return (not self.types or type_ in self.types) and (self.size is None or size <= self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What one messenger can do. What it cannot becomes the next best: see `DegradingSession`.

    `buttons` is how many of its own stand under a message: None for any number, 0 where options are numbers, as they
    are everywhere for one too many. `label` is the longest on one of them, `link_buttons` whether one opens an address,
    `phone_buttons` whether one calls a telephone (elsewhere the number stands in the text alone).
    `text` and `caption` are the longest that one message takes, in UTF-16 units without tags; None for any.
    `sends` are the kinds of file shown as what they are, any other becomes a link, and `takes` the kinds that come in.
    `replies` says that we hear which of our messages she answers, `groups` that a village's group can be
    served, `holds` that a voice is recorded while a button is held, and not from one tap to the next, `village_link`
    that a link or QR code says from which village she comes. `per_second` is how many calls a
    second it takes, None for any number; `chat` and `group` are what one chat takes of them.
    """

    html: bool = False
    edits: bool = False
    buttons: int | None = 0
    label: int | None = None
    link_buttons: bool = False
    phone_buttons: bool = False
    text: int | None = None
    caption: int | None = None
    sends: Mapping[Kind, Native] = field(default_factory=dict)
    reactions: bool = False
    typing: bool = False
    takes: frozenset[Kind] = frozenset()
    replies: bool = False
    groups: bool = False
    holds: bool = False
    village_link: bool = False
    bell: Bell = Bell.APP
    per_second: float | None = None
    chat: ChatLimit | None = None
    group: ChatLimit | None = None
    window: Window | None = None
    plan: Plan | None = None

    @property
    def numbered(self) -> bool:
        """Whether options are shown as numbers, always."""
        return self.buttons == 0

    def fits(self, count: int) -> bool:
        """Whether so many options stand under a message as buttons."""
        return self.buttons is None or 0 < count <= self.buttons

    def shows(self, kind: Kind, type_: str, size: int) -> bool:
        """Whether a file of `size` bytes is shown as what it is; `type_` is what people call it: "PDF"."""
        native = self.sends.get(kind)
        return native is not None and native.takes(type_, size)


ANY_FILE: Mapping[Kind, Native] = {kind: Native() for kind in (Kind.PHOTO, Kind.VOICE, Kind.DOCUMENT)}

TELEGRAM_PER_SECOND = 25
"""It allows 30."""


def telegram(per_second: float | None) -> Features:
    """What a bot can do that may call so often; without a limit a chat has none either."""
    # One a second to a person, short bursts are tolerated; 20 a minute to a group, here 5 and 15
    # (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
    chat, group = (ChatLimit(5, 1.0), ChatLimit(5, 4.0)) if per_second is not None else (None, None)
    return Features(
        html=True,
        edits=True,
        buttons=None,
        link_buttons=True,
        # After entity parsing: #sendmessage, #sendphoto.
        text=4096,
        caption=1024,
        sends=ANY_FILE,
        reactions=True,
        typing=True,
        takes=frozenset(Kind),
        replies=True,
        groups=True,
        holds=True,
        village_link=True,
        per_second=per_second,
        chat=chat,
        group=group,
    )


TELEGRAM = telegram(TELEGRAM_PER_SECOND)

ZALO_TEXT = 1900
"""Zalo takes 2000, and nobody says how exactly it counts them: an emoji is held to be two."""

ZALO_BOT = Features(
    text=ZALO_TEXT,
    caption=ZALO_TEXT,
    sends={Kind.PHOTO: Native(), Kind.VOICE: Native(frozenset({"AAC"}))},
    typing=True,
    takes=frozenset({Kind.PHOTO, Kind.VOICE, Kind.STICKER}),
    # No limit is published, and a month holds 3,000 messages: slow enough to be nobody's flood.
    per_second=5,
    # The free plan; the paid one was not on sale in 2026.
    plan=Plan(people=50, messages=3000),
)

_OA_PLANS: Mapping[OaPlan, tuple[int, int]] = {"tang-truong": (100, 500), "toan-dien": (2000, 2000)}
"""Calls a minute, and messages a month beyond the free hours, as from June 2026."""


def zalo_oa(plan: OaPlan) -> Features:
    """What an Official Account can do on this plan."""
    calls, included = _OA_PLANS[plan]
    return Features(
        buttons=5,
        label=100,
        link_buttons=True,
        phone_buttons=True,
        text=ZALO_TEXT,
        caption=ZALO_TEXT,
        # Zalo says 1 MB of a photo and 5 MB of a file, and not which.
        sends={
            Kind.PHOTO: Native(size=1_000_000),
            Kind.DOCUMENT: Native(frozenset({"PDF", "DOC", "DOCX", "CSV"}), 5_000_000),
        },
        reactions=True,
        takes=frozenset(Kind),
        replies=True,
        per_second=calls / 60,
        window=Window(free=timedelta(hours=48), open=timedelta(days=7), price=55, included=included),
    )


ZALO_OA = zalo_oa("tang-truong")

WEB = Features(
    html=True,
    edits=True,
    buttons=None,
    sends=ANY_FILE,
    reactions=True,
    takes=frozenset({Kind.PHOTO, Kind.VOICE, Kind.DOCUMENT}),
    replies=True,
    village_link=True,
    bell=Bell.PUSH,
)

WEB_PLAIN = Features(
    # As many as Zalo's bots take.
    text=2000,
    caption=2000,
    sends=ANY_FILE,
    reactions=True,
    takes=WEB.takes,
    replies=True,
    bell=Bell.NONE,
)
