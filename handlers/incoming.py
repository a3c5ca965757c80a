"""Words and files as messages carry them."""

import mimetypes
import re

from aiogram import F
from aiogram.types import Contact, Message

from handlers.words import Say
from storage.files import IncomingFile

UNKNOWN = "application/octet-stream"

PLACE = F.location & ~F.location.live_period
"""A message that shows where something is: its words are that place (`with_place`)."""

_PLACE = re.compile(r"^\D{0,20}-?\d{1,2}\.\d{5}, -?\d{1,3}\.\d{5}$")


def file_of(message: Message) -> IncomingFile | None:
    """The file that a message carries, of whatever type: whether it is taken is the record's rule. None without one."""
    if message.photo:
        largest = message.photo[-1]
        return IncomingFile("photo", largest.file_id, "image/jpeg", largest.file_size)
    if message.voice is not None:
        voice = message.voice
        mime = voice.mime_type or "audio/ogg"
        return IncomingFile("voice", voice.file_id, mime, voice.file_size, seconds=voice.duration)
    if message.audio is not None:
        audio = message.audio
        mime = audio.mime_type or _guess(audio.file_name, "audio/mpeg")
        return IncomingFile("voice", audio.file_id, mime, audio.file_size, audio.file_name, audio.duration)
    if message.animation is not None:  # before the document: an animation comes as both
        return IncomingFile("document", message.animation.file_id, "video/mp4", message.animation.file_size)
    if message.document is not None:
        document = message.document
        mime = document.mime_type or _guess(document.file_name, UNKNOWN)
        return IncomingFile("document", document.file_id, mime, document.file_size, document.file_name)
    if message.video is not None:
        return IncomingFile("document", message.video.file_id, "video/mp4", message.video.file_size)
    if message.video_note is not None:
        return IncomingFile("document", message.video_note.file_id, "video/mp4", message.video_note.file_size)
    return None


def words_of(message: Message) -> str:
    """The text, or the caption of a file; empty without."""
    return (message.text or message.caption or "").strip()


def address_of(contact: Contact) -> list[str]:
    """The parts of the address in a contact's vCard (RFC 2426, 3.2.1), in its order; none without."""
    for line in (contact.vcard or "").splitlines():
        name, _, value = line.partition(":")
        if name.partition(";")[0].upper() == "ADR":
            parts = re.split(r"(?<!\\)[;,]", value)
            return [plain for part in parts if (plain := re.sub(r"\\(.)", r"\1", part).strip())]
    return []


def with_place(message: Message, say: Say) -> Message:
    """A message that shows where something is, with that place as its words; any other as it is.

    A place that goes on moving is not taken: it would tell where she is, not where the matter is.
    """
    place = message.location
    if place is None or place.live_period is not None:
        return message
    # The record speaks Vietnamese, whoever reads it.
    line = say.words.say("vi").plain("place-line", latitude=f"{place.latitude:.5f}", longitude=f"{place.longitude:.5f}")
    return message.model_copy(update={"caption": line})


def places_in(text: str) -> list[str]:
    """The lines of `text` that `with_place` made."""
    return [line for line in text.splitlines() if _PLACE.search(line)]


def is_only_a_place(text: str) -> bool:
    """Whether words say where something is and not what."""
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and lines == places_in(text)


def _guess(name: str | None, otherwise: str) -> str:
    return (mimetypes.guess_type(name)[0] if name else None) or otherwise
