"""What rendering a notice is given and gives back: shared by the kinds of officials and of residents."""

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from aiogram.methods import SendDocument, SendPhoto, SendVoice, TelegramMethod
from aiogram.types import FSInputFile

from handlers.words import Html, Say
from storage.database import Transaction
from storage.files import MediaStore
from storage.models import Attachment, AttachmentState, Opinion
from storage.notices import Material
from storage.outbox import Delivery

PENDING_SECONDS = 2.0
MAX_PHOTO = 10_000_000  # core.telegram.org/bots/api#sendphoto
SPOKEN = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a"})
"""What sendVoice takes (core.telegram.org/bots/api#sendvoice)."""


@dataclass(frozen=True, slots=True)
class Later:
    """What the notice shows is not there yet (a file still being fetched): try again in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Never:
    """There is nothing left to say (the row it spoke of is gone)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Skip(Never):
    """It is not to go now, and that is no failure: its reader asked for fewer messages, or somebody stopped it."""


Rendered = TelegramMethod[Any] | Later | Never

GONE = Never("gone")
NOT_FOR_THEM = Never("not for this reader")
STOPPED = Skip("stopped")
MUTED = Skip("muted")


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands on a notice for the board of a village: plain text, a paragraph each; `summary` may be empty."""

    commune: str
    day: date
    summary: str
    paragraphs: tuple[str, ...]


class Documents(Protocol):
    """Fills the office's own templates."""

    def notice(self, notice: Notice) -> bytes:
        """A Word document (.docx). It takes a moment: call it in a thread."""


@dataclass(slots=True)
class Batch:
    """One batch on its way: the rows it speaks of, and the announcements already said, by id and language."""

    tx: Transaction
    material: Material
    media: MediaStore
    documents: Documents
    said: dict[tuple[int, str], Rendered] = field(default_factory=dict)


Kind = Callable[[Batch, Delivery, Say], Awaitable[Rendered]]
"""Renders one kind of notice from the record as it is now. A card that is edited in place is rendered the same way."""


def readable(batch: Batch, delivery: Delivery) -> Opinion | Never:
    """The opinion that a notice to an official is about, if he may read it now."""
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    if opinion is None:
        return GONE
    return opinion if batch.material.may_read(delivery.account_id, opinion) else NOT_FOR_THEM


async def show_file(media: MediaStore, attachment: Attachment, caption: Html) -> Rendered:
    """The file with its caption, as the messenger shows its kind."""
    digest = attachment.digest
    if attachment.state is AttachmentState.FAILED or digest is None:
        return Never("lost")
    try:
        await asyncio.to_thread(media.get, digest)
    except (OSError, ValueError):
        return Never("lost")
    name = attachment.file_name or f"{caption}{mimetypes.guess_extension(attachment.mime) or ''}"
    # The bytes are read when the call starts: a batch of large files must not stand in memory.
    content = FSInputFile(media.path(digest), filename=name)
    if attachment.kind == "photo" and (attachment.size or 0) <= MAX_PHOTO:
        return SendPhoto(chat_id=0, photo=content, caption=caption)
    if attachment.kind == "voice" and attachment.mime in SPOKEN:
        return SendVoice(chat_id=0, voice=content, caption=caption, duration=attachment.seconds)
    return SendDocument(chat_id=0, document=content, caption=caption)
