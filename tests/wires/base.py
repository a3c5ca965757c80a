"""A phone's messenger, whichever it is: what it shows, and what its owner can do."""

import io
import itertools
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from _pytest.outcomes import Skipped
from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from PIL import Image
from sqlalchemy import select

from bot.messengers.base import Messenger
from storage import conversations
from storage.database import Database
from storage.models import Account, Conversation
from storage.outbox import Delivery

LONG_AGO = "Nút của một tin đã lâu"


class Lacks(Skipped):
    """What a test wants its phone to do cannot be done on this messenger: it is played where it can."""


@dataclass(slots=True)
class Said:
    """A message that a phone shows: HTML text, rows of (label, data) flattened, and the method that made it.

    Where the wire is plain, the text is escaped, so that it compares; the options that stand under it are `buttons`,
    and `typed` is what picks each one there, by its data. It is None where they are buttons to press.
    """

    message_id: int
    method: str
    text: str
    buttons: list[tuple[str, str]]
    typed: dict[str, str] | None = None
    before: "Said | None" = None
    """The message in whose place this one came, where nothing is changed in place."""
    were: list[tuple[str, str]] = field(default_factory=list)
    """The buttons that stood under it before."""

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]


@dataclass(slots=True)
class Out:
    """One message on the wire: its words, and its native buttons."""

    text: str
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Wire(ABC):
    """One messenger: how a phone shows what is said there, and what its owner can do."""

    messenger: Messenger

    def __init__(self, db: Database) -> None:
        self.db = db
        self.ids = itertools.count(1)

    @property
    def edits(self) -> bool:
        """Whether a message that was sent changes in place."""
        return self.messenger.features.edits

    @property
    def buttons(self) -> bool:
        """Whether options are pressed, also those of long ago; else the newest are typed."""
        return not self.messenger.features.numbered

    @property
    def albums(self) -> bool:
        """Whether photos that were sent together come with a word that they were."""
        return self.messenger.name == "telegram"

    @abstractmethod
    async def say(self, delivery: Delivery, method: TelegramMethod[Any]) -> Said | None:
        """Sends it; what the phone shows of it. None for what says nothing."""

    @abstractmethod
    async def hear(self, native_id: str, content: Mapping[str, Any], group: str | None) -> int:
        """She sends this content of the Bot API; returns her message's id. Raises Lacks."""

    @abstractmethod
    async def press(self, native_id: str, message_id: int, data: str, group: str | None) -> None:
        """She presses a button with this data, also one of long ago. Raises Lacks."""

    async def edit(self, native_id: str, message_id: int, after: str) -> None:
        """She changes the words of her message. Raises Lacks."""
        raise Lacks(f"{self.messenger.name}: nobody changes what was sent")

    async def picks(self, native_id: str, typed: str) -> str | None:
        """The callback data that these words pick now; who asks is not met by it."""
        hers = select(Conversation).join(Account, Account.id == Conversation.account_id)
        async with self.db.read() as tx:
            found = await tx.session.scalar(
                hers.where(Account.messenger == self.messenger.name, Account.native_id == native_id)
            )
            return conversations.chosen(found, typed) if found is not None else None


def keys_of(markup: Any) -> Sequence[InlineKeyboardButton]:
    return [key for line in markup.inline_keyboard for key in line] if isinstance(markup, InlineKeyboardMarkup) else []


def picture() -> bytes:
    """A real JPEG of a few pixels."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return out.getvalue()
