"""What the Official Account says: consultation messages, native buttons, photos and files on Zalo's own server."""

import asyncio
import hashlib
import io
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import structlog
from aiogram import Bot
from aiogram.methods import GetMe, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardButton, User
from PIL import Image

from bot.messengers.base import Call, Lines, SentFile
from bot.messengers.zalo import ZaloSession, number_of
from bot.messengers.zalo_oa_incoming import TAP
from bot.messengers.zalo_oa_platform import BUTTONS_REFUSED, OaError, Platform
from bot.messengers.zalo_tokens import Tokens
from bot.pages.media import FOR_A_READER, FOR_A_SERVER, MediaLinks
from handlers.words import Words
from storage.conversations import Option
from storage.database import Database

MOST_BUTTONS = 5
LONGEST_TITLE = 100
LARGEST_PHOTO = 1_000_000
"""Bytes: Zalo says 1 MB and not which."""
LARGEST_FILE = 5_000_000
FILE_TYPES = frozenset({".pdf", ".doc", ".docx", ".csv"})
UPLOAD_SECONDS = 6 * 24 * 3600.0
"""An upload lives seven days; there are 5,000 a month, so the same file goes up once."""
REMEMBERED = 10_000
"""Her messages whose own ids are kept, so that a sign can be put on one of them."""
SIGNS: Mapping[str, str] = {"👍": "/-strong", "❤": "/-heart", "❤️": "/-heart"}
"""Zalo's reactions that are sure (zalo.md, 2.3 names the first); another sign is put as the first."""
SIDES = (1600, 1200, 800, 500)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on Zalo's server: its id or token, and until when it is there, by a clock that nobody sets."""

    handle: str
    until: float


class ZaloOaSession(ZaloSession):
    """The wire of one account: call `connect` before anything is said."""

    link_buttons = True

    def __init__(
        self, db: Database, words: Words, links: MediaLinks, api_base: str, clock: Callable[[], float]
    ) -> None:
        super().__init__(db, words, links, buttons=True, clock=clock)
        self._api_base = api_base
        self._native: OrderedDict[int, str] = OrderedDict()
        self._uploads: dict[str, Upload] = {}
        self._uploading = asyncio.Lock()
        self.platform: Platform

    def connect(self, tokens: Tokens) -> None:
        self.platform = Platform(self.client, tokens, self._api_base)

    def remember(self, native_id: str) -> None:
        """A message of hers, which a sign may be put on or an answer may quote."""
        self._native[number_of(native_id)] = native_id
        while len(self._native) > REMEMBERED:
            self._native.popitem(last=False)

    def fits(self, keys: Sequence[InlineKeyboardButton]) -> bool:
        return self.buttons and len(keys) <= MOST_BUTTONS

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        if isinstance(method, GetMe):
            found = await self.platform.get(method, "/v2.0/oa/getoa")
            return User(id=bot.id, is_bot=True, first_name=str(found.get("name") or ""))
        return await super().make_request(bot, method, timeout)

    async def _send(self, call: Call, message: Mapping[str, Any]) -> int:
        recipient = {"user_id": (await self.account(call)).native_id}
        quoted = self._quoted(call)
        body = {"recipient": recipient, "message": {**message, **quoted}}
        found = await self.platform.post(call.method, "/v3.0/oa/message/cs", body)
        return number_of(str(found.get("message_id")))

    def _quoted(self, call: Call) -> dict[str, str]:
        parameters = getattr(call.method, "reply_parameters", None)
        native = self._native.get(parameters.message_id) if parameters is not None else None
        return {} if native is None else {"quote_message_id": native}

    async def send_text(self, call: Call, body: str, lines: Lines) -> int:
        options = [option for line in lines for option in line]
        if not options:
            return await self._send(call, {"text": body})
        buttons = {"type": "template", "payload": {"buttons": [_button(each) for each in options]}}
        try:
            return await self._send(call, {"text": body, "attachment": buttons})
        except OaError as error:
            if error.code not in BUTTONS_REFUSED:
                raise
            code = error.code
        sent = await self._send_numbered(call, body, options)
        # What was wrong was the buttons, since the words were taken.
        self.buttons = False
        log.warning("zalo_oa.no_buttons", code=code, instead="numbers, until the next start")
        return sent

    async def _send_numbered(self, call: Call, body: str, options: Sequence[Option]) -> int:
        links = [f"{each.label}: {each.data}" for each in options if _is_link(each)]
        choices = [each for each in options if not _is_link(each)]
        numbers = await self.offer(call, choices) if choices else None
        text = "\n".join([body, *links, *self.options([each.label for each in choices], numbers)])
        return await self._send_parts(call, text, ())

    async def send_file(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        if file.kind == "photo":
            return await self._send_picture(call, file, body, lines)
        say = self._words.say((await self.account(call)).language)
        suffix = PurePath(file.name).suffix.lower()
        if suffix in FILE_TYPES and len(file.data) <= LARGEST_FILE:
            token = await self._uploaded(call, "file", file.name, file.data, file.mime)
            if token is not None:
                if body:
                    await self._send_parts(call, body, lines)
                return await self._send(call, {"attachment": {"type": "file", "payload": {"token": token}}})
        link = await self._links.of(file.data, FOR_A_READER)
        if link is None:
            return await self._send_elsewhere(call, body, lines)
        line = say.plain("file-at", address=link.url, days=FOR_A_READER.days)
        return await self._send_parts(call, f"{body}\n{line}".lstrip(), lines)

    async def _send_picture(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        link = await self._links.of(file.data, FOR_A_SERVER) if len(file.data) <= LARGEST_PHOTO else None
        if link is not None and link.mime in {"image/jpeg", "image/png"}:
            element = {"media_type": "image", "url": link.url}
        else:
            small = await asyncio.to_thread(_small, file.data)
            handle = small and await self._uploaded(call, "image", "anh.jpg", small, "image/jpeg")
            if not handle:
                return await self._send_elsewhere(call, body, lines)
            element = {"media_type": "image", "attachment_id": handle}
        attachment = {"type": "template", "payload": {"template_type": "media", "elements": [element]}}
        if not lines:
            return await self._send(call, ({"text": body} if body else {}) | {"attachment": attachment})
        # A message holds one attachment: the buttons stand under the words.
        await self._send(call, {"attachment": attachment})
        return await self._send_parts(call, body or "…", lines)

    async def send_photo(self, call: Call, url: str, caption: str, lines: Lines) -> int:
        raise TypeError("photos go by send_file")

    async def send_voice(self, call: Call, url: str) -> int:
        raise TypeError("sounds go by send_file")

    async def _uploaded(self, call: Call, kind: str, name: str, data: bytes, mime: str) -> str | None:
        """The id or token of a file on Zalo's server; None where it refuses the file itself."""
        digest = hashlib.sha256(data).hexdigest()
        async with self._uploading:
            known = self._uploads.get(digest)
            if known is not None and known.until > self._clock():
                return known.handle
            try:
                found = await self.platform.upload(call.method, kind, name, data, mime)
            except OaError as error:
                if error.code not in {-201, -210, -211, -233}:
                    raise
                log.warning("zalo_oa.upload", code=error.code)
                return None
            handle = found.get("attachment_id") or found.get("token")
            if not isinstance(handle, str):
                return None
            self._uploads = {each: one for each, one in self._uploads.items() if one.until > self._clock()}
            self._uploads[digest] = Upload(handle, self._clock() + UPLOAD_SECONDS)
            return handle

    async def send_template(self, user_id: str, template_id: str, data: Mapping[str, str]) -> None:
        """A ZBS template, which may come at any time after her last message and costs by its own price list."""
        method = SendMessage(chat_id=0, text=" ".join(data.values()))
        body = {"user_id": user_id, "template_id": template_id, "template_data": dict(data)}
        await self.platform.post(method, "/v3.0/oa/message/template", body)

    async def react(self, call: Call, message_id: int, emoji: str | None) -> None:
        """A reaction costs nothing; where her message is not known any more, the sign is said."""
        native = self._native.get(message_id)
        if emoji is None or native is None:
            await super().react(call, message_id, emoji)
            return
        recipient = {"user_id": (await self.account(call)).native_id}
        action = {"react_icon": SIGNS.get(emoji, SIGNS["👍"]), "react_message_id": native}
        await self.platform.post(call.method, "/v2.0/oa/message", {"recipient": recipient, "sender_action": action})

    async def typing(self, call: Call) -> None:
        """The account shows no typing."""


def _is_link(option: Option) -> bool:
    return option.data.startswith(("https://", "http://"))


def _button(option: Option) -> dict[str, Any]:
    title = option.label[:LONGEST_TITLE]
    if _is_link(option):
        return {"title": title, "type": "oa.open.url", "payload": {"url": option.data}}
    return {"title": title, "type": "oa.query.hide", "payload": f"{TAP}{option.data}"}


def _small(data: bytes) -> bytes | None:
    """The picture as a JPEG that Zalo takes; None for what is no picture."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            whole = picture.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    for side in SIDES:
        copy = whole.copy()
        copy.thumbnail((side, side))
        out = io.BytesIO()
        copy.save(out, "JPEG", quality=85)
        if out.tell() <= LARGEST_PHOTO:
            return out.getvalue()
    return None
