"""What people do with the account, each act an event signed and posted to the webhook in the documents' shape."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.doubles.scripted import Json, Scripted

OA_ID, APP_ID = "4318657068771012646", "360846524940903967"
OA_SECRET, APP_SECRET = "bi-mat-cua-oa", "bi-mat-cua-ung-dung"


def person(number: int) -> str:
    """The id of a person: digits beyond 2^53, as text."""
    return str(2512523625412000000 + number)


@dataclass(slots=True)
class Message:
    """A message of the account as its reader sees it. `buttons` are (title, payload, type) as they were sent."""

    user_id: str
    message_id: str
    kind: str
    text: str = ""
    buttons: list[tuple[str, Any, str]] = field(default_factory=list)
    file: bytes | None = None
    url: str = ""
    quotes: str = ""
    template: Json = field(default_factory=dict)


@dataclass(slots=True)
class Reader:
    """What the platform knows of a person: when she last did something, and whether she follows."""

    last_interaction: datetime
    follows: bool = True
    blocked: bool = False


@dataclass(slots=True)
class Media:
    content: bytes
    mime: str
    status: int = 200


class People(Scripted):
    """The account's people. An act returns the event as posted; it waits until the webhook answered 200."""

    def __init__(self, port: int, now: Callable[[], datetime]) -> None:
        super().__init__(port)
        self.now = now
        self.hook: str | None = None
        self.answers: list[int] = []
        self.people: dict[str, Reader] = {}
        self.groups: set[str] = set()
        self.said: list[Message] = []
        self.reactions: list[tuple[str, str, str]] = []
        self.media: dict[str, Media] = {}
        self.serial = 0
        self._client: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._client = ClientSession(timeout=ClientTimeout(total=20))
        return await super().__aenter__()

    async def __aexit__(self, *parts: object) -> None:
        if self._client is not None:
            await self._client.close()
        await super().__aexit__(*parts)

    def new_id(self) -> str:
        self.serial += 1
        return hashlib.sha256(f"oa message {self.serial}".encode()).hexdigest()[:19]

    def put(self, content: bytes, mime: str, suffix: str, status: int = 200) -> str:
        """A file on the media host; its address."""
        self.serial += 1
        path = f"/media/{self.serial}{suffix}"
        self.media[path] = Media(content, mime, status)
        return f"{self.url}{path}"

    # Events

    def event(self, user_id: str, name: str, message: Json, at: datetime | None = None) -> Json:
        """An event in which she says something, in the shape that the documents quote."""
        return {
            "app_id": APP_ID,
            "sender": {"id": user_id},
            "recipient": {"id": OA_ID},
            "user_id_by_app": f"1{user_id}",
            "event_name": name,
            "message": {"msg_id": self.new_id(), **message},
            "timestamp": str(int((at or self.now()).timestamp() * 1000)),
        }

    async def text(self, user_id: str, text: str, **more: Any) -> Json:
        return await self._say(user_id, "user_send_text", {"text": text, **more})

    async def tap(self, user_id: str, title: str) -> Json:
        """Presses the newest of her buttons whose title begins so. Raises LookupError when there is none."""
        for message in reversed(self.messages(user_id)):
            for label, payload, kind in message.buttons:
                if label.startswith(title) and kind in {"oa.query.hide", "oa.query.show"}:
                    return await self.text(user_id, payload)
        raise LookupError(f"{user_id} has no button {title!r}")

    async def image(self, user_id: str, *contents: bytes, text: str = "") -> Json:
        urls = [self.put(content, "image/jpeg", ".jpg") for content in contents]
        attachments = [{"type": "image", "payload": {"url": url, "thumbnail": url}} for url in urls]
        return await self._say(
            user_id, "user_send_image", {"attachments": attachments} | ({"text": text} if text else {})
        )

    async def attached(self, user_id: str, kind: str, payload: Json, **more: Any) -> Json:
        """Anything with one attachment: `kind` is audio, video, file, sticker, location, link, gif, business_card."""
        body = {"attachments": [{"type": kind, "payload": payload}], **more}
        return await self._say(user_id, f"user_send_{kind}", body)

    async def follow(self, user_id: str) -> Json:
        self.meet(user_id).follows = True
        return await self.post({**self.act("follow"), "follower": {"id": user_id}, "source": "oa_profile"})

    async def unfollow(self, user_id: str) -> Json:
        self.people[user_id].follows = False
        return await self.post({**self.act("unfollow"), "follower": {"id": user_id}, "source": "oa_profile"})

    async def click(self, user_id: str) -> Json:
        """She opens the conversation: she has done something, and said nothing."""
        self.meet(user_id)
        return await self.post({**self.act("user_click_chatnow"), "user_id": user_id})

    async def call(self, user_id: str) -> Json:
        """Calls the account by telephone."""
        self.meet(user_id)
        return await self.post({**self.act("user_call_oa"), "user_id": user_id})

    async def submit(self, user_id: str, **info: Any) -> Json:
        """Fills in the form that asks who she is: `name`, `phone`, `full_address` with `user_ward` and the like."""
        self.meet(user_id)
        people = {"sender": {"id": user_id}, "recipient": {"id": OA_ID}}
        return await self.post({**self.act("user_submit_info"), **people, "info": info})

    async def receipt(self, user_id: str, name: str, **message: Any) -> Json:
        """Something about a message of the account: `user_seen_message` with `msg_ids`, `user_received_message`, …"""
        people = {"sender": {"id": user_id}, "recipient": {"id": OA_ID}}
        return await self.post({**self.act(name), **people, "message": message})

    async def group_text(self, user_id: str, group_id: str, text: str) -> Json:
        """Says something in a group that the account made; it opens no window."""
        self.groups.add(group_id)
        event = self.event(user_id, "user_send_group_text", {"text": text})
        return await self.post({**event, "recipient": {"id": group_id}, "oa_id": OA_ID})

    def act(self, name: str) -> Json:
        at = str(int(self.now().timestamp() * 1000))
        return {"oa_id": OA_ID, "user_id_by_app": "1", "event_name": name, "app_id": APP_ID, "timestamp": at}

    def meet(self, user_id: str) -> Reader:
        """She does something with the account now."""
        reader = self.people.setdefault(user_id, Reader(self.now()))
        reader.last_interaction = self.now()
        return reader

    async def _say(self, user_id: str, name: str, message: Json) -> Json:
        self.meet(user_id)
        return await self.post(self.event(user_id, name, message))

    async def post(self, event: Json, **how: Any) -> Json:
        """Posts an event as it is; raises AssertionError when the webhook does not answer 200."""
        status = await self.send(json.dumps(event, ensure_ascii=False).encode(), str(event["timestamp"]), **how)
        assert status == 200, status
        return event

    async def send(self, body: bytes, timestamp: str = "", signature: str | None = None) -> int:
        """What anybody may send to the webhook; the status that came back, 0 for none."""
        if self.hook is None or self._client is None:
            raise LookupError("no webhook is registered")
        headers = {"Content-Type": "application/json"}
        if body:
            headers["X-ZEvent-Signature"] = signed(body, timestamp) if signature is None else signature
        try:
            async with self._client.post(self.hook, data=body, headers=headers) as response:
                self.answers.append(response.status)
                return response.status
        except (TimeoutError, ClientError):
            return 0

    # What was said

    def messages(self, user_id: str) -> list[Message]:
        """What the account said to her, in order."""
        return [message for message in self.said if message.user_id == user_id]

    def shown(self, user_id: str) -> list[str]:
        return [message.text or f"<{message.kind}>" for message in self.messages(user_id)]

    def last(self, user_id: str) -> Message:
        """The account's last message to her; LookupError when there is none."""
        return self.messages(user_id)[-1]


def signed(body: bytes, timestamp: str, secret: str = OA_SECRET) -> str:
    """The header: a plain SHA-256 over app id, raw body, timestamp and the OA's secret key."""
    return "mac=" + hashlib.sha256(APP_ID.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
