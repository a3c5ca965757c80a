"""The shapes that the double and its users share: errors, scripted faults, the journal's calls, messages as shown."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypedDict

Json = dict[str, Any]
Files = Mapping[str, tuple[str, bytes]]


class ApiError(Exception):
    """What Telegram answers instead of a result: HTTP code, description, ``retry_after`` for a 429.

    ``migrate_to`` is the id of the supergroup that a group became.
    """

    def __init__(
        self, code: int, description: str, retry_after: int | None = None, migrate_to: int | None = None
    ) -> None:
        prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(code, "")
        description = prefix + description.removeprefix(prefix)
        super().__init__(f"{code} {description}")
        self.body: Json = {"ok": False, "error_code": code, "description": description}
        self.code, self.retry_after = code, retry_after
        if retry_after is not None:
            self.body["parameters"] = {"retry_after": retry_after}
        if migrate_to is not None:
            self.body["parameters"] = {"migrate_to_chat_id": migrate_to}


def bad(description: str) -> ApiError:
    return ApiError(400, description)


@dataclass(frozen=True)
class Fault:
    """One scripted misbehaviour.

    ``status`` answers an error unhandled; ``html`` is a proxy's 502 page; ``reset`` cuts the connection with nothing
    done, ``lost`` with all done (the client cannot know); ``hang`` does nothing and never answers; ``slow`` does all at
    once and answers after ``seconds``.
    """

    kind: Literal["status", "html", "reset", "lost", "hang", "slow"]
    code: int = 0
    description: str = ""
    retry_after: int | None = None
    seconds: float = 0.0

    @classmethod
    def status(cls, code: int, description: str, retry_after: int | None = None) -> "Fault":
        """A 429 with ``retry_after`` mutes the bot for so many seconds, as flood control does."""
        return cls("status", code, description, retry_after)

    @classmethod
    def blocked(cls) -> "Fault":
        return cls("status", 403, "bot was blocked by the user")

    @classmethod
    def too_many(cls, retry_after: int) -> "Fault":
        return cls("status", 429, f"Too Many Requests: retry after {retry_after}", retry_after)

    @classmethod
    def server_error(cls) -> "Fault":
        return cls("status", 500, "Internal Server Error")

    @classmethod
    def slow(cls, seconds: float) -> "Fault":
        return cls("slow", seconds=seconds)


@dataclass(slots=True)
class Call:
    """One call as it came, its JSON parameters decoded.

    ``error`` is ``"403 Forbidden: …"`` or the kind of the fault that ate it (a "lost" one has a result too).
    """

    at: float
    token: str
    method: str
    params: Json
    chat_id: int | None
    result: Any = None
    error: str | None = None


@dataclass(slots=True)
class Message:
    """A message as it shows now; ``text`` and ``caption`` are plain (parsed), ``html`` is what the bot sent."""

    chat_id: int
    message_id: int
    kind: str
    text: str
    html: str
    caption: str
    sent_at: float
    by_bot: bool
    file: bytes | None = None
    filename: str | None = None
    reply_to: int | None = None
    markup: Json = field(default_factory=dict)
    reaction: str | None = None
    deleted: bool = False
    wire: Json = field(default_factory=dict, repr=False)

    @property
    def buttons(self) -> list[list[tuple[str, str]]]:
        """Rows of (label, callback data or url); of a reply keyboard (label, "")."""
        rows = self.markup.get("inline_keyboard") or self.markup.get("keyboard") or []
        rows = [[{"text": b} if isinstance(b, str) else b for b in row] for row in rows]
        return [[(b["text"], b.get("callback_data") or b.get("url") or "") for b in row] for row in rows]


class Who(TypedDict, total=False):
    """Who writes, where, to which bot. ``user_id`` is the chat's in a private chat and else 1000."""

    user_id: int
    first_name: str
    last_name: str
    username: str
    language_code: str
    chat_type: Literal["private", "group", "supergroup"]
    token: str


def pack(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$": "bytes", "value": base64.b64encode(value).decode()}
    return {"$": type(value).__name__} | {f.name: getattr(value, f.name) for f in fields(value)}


def unpack(value: Json) -> Any:
    match value.pop("$", None):
        case "bytes":
            return base64.b64decode(value["value"])
        case "Fault" | "Call" | "Message" as name:
            return {"Fault": Fault, "Call": Call, "Message": Message}[name](**value)
    return value


encode = json.JSONEncoder(separators=(",", ":"), default=pack).encode
