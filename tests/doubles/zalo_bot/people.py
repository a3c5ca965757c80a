"""What people do in a chat with the bot, each act an update in the shape of the documents or of live captures."""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.doubles.scripted import Json, Scripted


def _utc_now() -> datetime:
    return datetime.now(UTC)


def person(number: int) -> str:
    """The id of a person, and of the private chat with her: 20 hex digits, as in every sample seen."""
    return hashlib.sha256(f"person {number}".encode()).hexdigest()[:20]


@dataclass(slots=True)
class Message:
    """A message of the bot as its reader sees it. ``url`` is that of a photo or voice, ``file`` what lay there."""

    chat_id: str
    message_id: str
    kind: str
    text: str = ""
    caption: str = ""
    url: str = ""
    file: bytes | None = None


@dataclass(slots=True)
class Media:
    """A file on the media host. ``status`` other than 200 gives no bytes; ``location`` sends elsewhere."""

    content: bytes
    mime: str
    status: int = 200
    location: str = ""


@dataclass(slots=True)
class Shape:
    """How updates look: ``bare`` without the envelope, ``live`` with the names that were captured live."""

    bare: bool = False
    live: bool = False


class People(Scripted):
    """The chats, and the acts in them. An act returns the update as queued."""

    def __init__(self, port: int, shape: Shape, users: int, quota: int) -> None:
        super().__init__(port)
        self.shape, self.users, self.quota = shape, users, quota
        self.now: Callable[[], datetime] = _utc_now
        """What time the platform says it is when somebody writes."""
        self.used = 0
        self.chats: dict[str, list[Message]] = {}
        self.media: dict[str, Media] = {}
        self.pending: deque[Json] = deque()
        self.serial = 0

    def new_id(self) -> str:
        self.serial += 1
        return hashlib.sha256(f"message {self.serial}".encode()).hexdigest()[:20]

    def text(self, chat_id: str, text: str, **more: Any) -> Json:
        return self._say(chat_id, "message.text.received", "CHAT_MESSAGE", {"text": text}, **more)

    def photo(self, chat_id: str, content: bytes, caption: str = "", **media: Any) -> Json:
        url = self.put(content, "image/jpeg", ".jpg", **media)
        return self.photo_at(chat_id, url, caption)

    def photo_at(self, chat_id: str, url: str, caption: str = "") -> Json:
        body = {"photo_url" if self.shape.live else "photo": url} | ({"caption": caption} if caption else {})
        return self._say(chat_id, "message.image.received", "CHAT_PHOTO", body)

    def voice(self, chat_id: str, content: bytes, **media: Any) -> Json:
        url = self.put(content, "audio/aac", ".aac", **media)
        return self._say(chat_id, "message.voice.received", "CHAT_VOICE", {"voice_url": url})

    def sticker(self, chat_id: str, sticker: str = "bfe458bf64fa8da4d4eb") -> Json:
        body = {"sticker": sticker, "url": "https://stickers.zaloapp.com/s.png"}
        return self._say(chat_id, "message.sticker.received", "CHAT_STICKER", body)

    def group_text(self, group_id: str, person_id: str, text: str, message_id: str = "") -> Json:
        """Names the bot in a group; the plan counts no user for it."""
        self.chats.setdefault(group_id, [])
        self.used += 1
        return self.push(
            {
                "event_name": "message.text.received",
                "message": {
                    "from": {"id": person_id, "display_name": "Mẫu", "is_bot": False},
                    "chat": {"id": group_id, "chat_type": "GROUP"},
                    "text": text,
                    "message_id": message_id or self.new_id(),
                    "date": int(self.now().timestamp() * 1000),
                },
            }
        )

    def unsupported(self, chat_id: str | None) -> Json:
        """What is sent in place of a protected person's words; None: without any message."""
        if chat_id is None:
            return self.push({"event_name": "message.unsupported.received"})
        return self._say(chat_id, "message.unsupported.received", "", {})

    def push(self, update: Json) -> Json:
        """Queues an update as it is, also one from before."""
        self.pending.append(update)
        self._notify()
        return update

    def put(self, content: bytes, mime: str, suffix: str, status: int = 200, location: str = "") -> str:
        """A file on the media host; its address."""
        self.serial += 1
        path = f"/media/{self.serial}{suffix}"
        self.media[path] = Media(content, mime, status, location)
        return f"{self.url}{path}"

    def _say(
        self, chat_id: str, event: str, kind: str, body: Json, message_id: str = "", date: int | None = None
    ) -> Json:
        if chat_id not in self.chats and len(self.chats) >= self.users:
            raise PermissionError(f"the plan has {self.users} users")
        self.chats.setdefault(chat_id, [])
        self.used += 1
        message: Json = {
            "from": {"id": chat_id, "display_name": "Mẫu", "is_bot": False},
            "chat": {"id": chat_id, "chat_type": "PRIVATE"},
            **body,
            "message_id": message_id or self.new_id(),
            "date": int(self.now().timestamp() * 1000) if date is None else date,
        }
        if self.shape.live and kind:
            message["message_type"] = kind
        return self.push({"event_name": event, "message": message})

    def messages(self, chat_id: str) -> list[Message]:
        """What the bot said in this chat, in order."""
        return list(self.chats.get(chat_id, ()))

    def shown(self, chat_id: str) -> list[str]:
        return [message.text or message.caption or f"<{message.kind}>" for message in self.messages(chat_id)]

    def last(self, chat_id: str) -> Message:
        """The bot's last message; LookupError when there is none."""
        return self.messages(chat_id)[-1]


@dataclass(slots=True)
class Hook:
    """The webhook that is set; ``failures`` are its calls that did not go well."""

    url: str
    secret: str
    updated_at: int
    failures: int = 0
    answers: list[int] = field(default_factory=list)
