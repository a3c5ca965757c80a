"""What the Zalo Bot Platform sends, read: the documented shape and the one that was captured live (zalo.md, 1.3)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.messengers.zalo import GROUP, SPOKEN, number_of

STALE = timedelta(days=6)
"""Older updates are left alone: polls repeat what was taken, and the inbox forgets what was done after seven days."""

LONGEST_ID = 64
"""Characters that the record keeps of an account's id."""
LONGEST_FILE_ID = 4000
"""Characters beyond which an address is none that a server of files makes."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person in her own chat: who, when, which, and its content as the Bot API has it.

    `content` is empty for what Zalo does not pass on.
    """

    chat: str
    message: str
    at: datetime | None
    content: Mapping[str, Any]

    @property
    def native_id(self) -> str:
        """Unique among all messages, also if Zalo's ids were unique in their chats alone; it tells nobody's id.

        The inbox keeps it for days after the words and their sender are cleared.
        """
        return hashlib.sha256(f"{self.chat}:{self.message}".encode()).hexdigest()[:40]

    def update(self, account_id: int, now: datetime) -> dict[str, Any]:
        """The Bot API's update, in the chat of our own account."""
        number = number_of(self.native_id)
        message = {
            "message_id": number,
            "date": int((self.at or now).timestamp()),
            "chat": {"id": account_id, "type": "private"},
            "from": {"id": account_id, "is_bot": False, "first_name": ""},
            **self.content,
        }
        return {"update_id": number, "message": message}

    def is_stale(self, now: datetime) -> bool:
        return self.at is not None and now - self.at > STALE


def read(body: object) -> Said | None:
    """What a poll or webhook brought; None for what is no message of a person in a private chat of hers.

    A private chat has the id of its person. What is said in a group (see `group_in`) is not even kept.
    """
    message = _message(body)
    sender, chat = table(message, "from"), table(message, "chat")
    chat_id, message_id = opaque(chat, "id"), opaque(message, "message_id")
    if not chat_id or not message_id or len(chat_id) > LONGEST_ID or sender.get("is_bot") is True:
        return None
    if group_in(body) is not None or chat.get("chat_type", "PRIVATE") != "PRIVATE":
        return None
    if sender.get("id") and sender["id"] != chat_id:
        return None
    return Said(chat_id, message_id, instant(message.get("date")), _content(message))


def group_in(body: object) -> str | None:
    """The id of the group in which a person spoke to the bot, by naming it or by a reply (zalo.md, 1.8); else None."""
    message = _message(body)
    chat = table(message, "chat")
    chat_id = opaque(chat, "id")
    is_group = chat.get("chat_type") == "GROUP" or chat_id.startswith(GROUP)
    if not is_group or not 0 < len(chat_id) <= LONGEST_ID or table(message, "from").get("is_bot") is True:
        return None
    return chat_id


def _message(body: object) -> Mapping[str, Any]:
    update = body.get("result", body) if isinstance(body, dict) else None
    return table(update, "message") if isinstance(update, dict) else {}


def _content(message: Mapping[str, Any]) -> dict[str, Any]:
    caption = {"caption": said} if (said := word(message, "caption")) else {}
    if photo := opaque(message, "photo_url") or opaque(message, "photo"):
        size = {"width": 0, "height": 0}
        return {"photo": [{**file, **size}], **caption} if (file := file_at("photo", photo)) else {}
    if voice := opaque(message, "voice_url"):
        more = {"duration": 0, "mime_type": SPOKEN}
        return {"voice": {**file, **more}, **caption} if (file := file_at("voice", voice)) else {}
    if sticker := opaque(message, "sticker"):
        shape = {"type": "regular", "width": 0, "height": 0, "is_animated": False, "is_video": False}
        return {"sticker": {"file_id": sticker, "file_unique_id": sticker, **shape}}
    text = word(message, "text")
    return {"text": text} if text else {}


def file_at(kind: str, url: str) -> dict[str, Any] | None:
    """What the Bot API says of a file that lies at an address; None for one too long to keep."""
    file_id = f"{kind}+{url}"
    return {"file_id": file_id, "file_unique_id": str(number_of(url))} if len(file_id) <= LONGEST_FILE_ID else None


def table(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under a key; empty for anything else."""
    found = body.get(key)
    return found if isinstance(found, dict) else {}


def word(body: Mapping[str, Any], key: str) -> str:
    """A text, without halves of characters: JSON can say them, and no database takes them."""
    found = body.get(key)
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else ""


def opaque(body: Mapping[str, Any], key: str) -> str:
    """An id or address: opaque, but something that can be written down; else empty."""
    found = body.get(key)
    return found if isinstance(found, str) and found.isprintable() else ""


def instant(milliseconds: object) -> datetime | None:
    """Zalo's milliseconds since 1970; None for what is no instant."""
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
