"""What the Official Account says: consultation messages, native buttons, photos and files on Zalo's own server."""

import asyncio
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramServerError
from aiogram.methods import GetMe, SendMessage, TelegramMethod
from aiogram.types import User
from PIL import Image
from sqlalchemy.exc import DBAPIError

from bot.messengers.base import Call, Lines, SentFile
from bot.messengers.features import Features, Kind, Native
from bot.messengers.zalo import GROUP, ZaloSession
from bot.messengers.zalo_incoming import instant
from bot.messengers.zalo_oa_incoming import TAP
from bot.messengers.zalo_oa_platform import BUTTONS_REFUSED, OaError, Platform
from bot.messengers.zalo_tokens import Tokens
from bot.pages.media import FOR_A_READER, FOR_A_SERVER, MediaLinks
from handlers.keyboards import CALL
from handlers.words import Words
from storage import quotas, windows, wires
from storage.conversations import Option
from storage.database import Database

NAME = "zalo_oa"
UPLOAD_LIFE = timedelta(days=6)
"""An upload lives seven days; there are 5,000 a month, so the same file goes up once, whoever is shown it."""
FILE_REFUSED = frozenset({-201, -210, -211, -233})
"""What an upload answers that says something about the file, or that the month's uploads are used up."""
UNKNOWN_HANDLE = -201
NO_PLAN = -224
PLAIN_FOR = timedelta(days=7)
"""How long buttons that were refused are not tried again."""
RECALL = timedelta(hours=1)
NEVER = -232
WINDOW_CLOSED = frozenset({-230, NEVER})
SIGNS: Mapping[str, str] = {"👍": "/-strong", "❤": "/-heart", "❤️": "/-heart"}
"""Zalo's reactions that are sure (zalo.md, 2.3 names the first); another sign is put as the first."""
PLAN_QUOTA = "sub_quota"
"""The quota that comes with the plan of the account (its subscription), among bought and granted ones."""
LONGEST_COUNT = 9
SIDES = (1600, 1200, 800, 500)
TAKEN = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
"""How the two types of picture begin that Zalo takes."""

log = structlog.get_logger(__name__)


class ZaloOaSession(ZaloSession):
    """The wire of one account: call `connect` before anything is said."""

    def __init__(
        self,
        db: Database,
        words: Words,
        links: MediaLinks,
        features: Features,
        api_base: str,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(db, words, links, features, clock)
        self._api_base = api_base
        self._uploading = asyncio.Lock()
        self._whole = features
        self._look_at: datetime | None = None
        """When the record is read again for what the account refused."""
        self._left: tuple[int | None, date | None] = (None, None)
        """What was last written down of the plan's messages that are left, and on which day."""
        self.platform: Platform

    def connect(self, tokens: Tokens) -> None:
        self.platform = Platform(self.client, tokens, self._api_base)

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        self.platform.begin()
        if isinstance(method, GetMe):
            found = await self.platform.get(method, "/v2.0/oa/getoa")
            return User(id=bot.id, is_bot=True, first_name=str(found.get("name") or ""))
        await self._recall()
        return await super().make_request(bot, method, timeout)

    async def _send(self, call: Call, message: Mapping[str, Any]) -> int:
        native_id = str((await self.account(call)).native_id)
        if native_id.startswith(GROUP):
            return await self._send_to_group(call, native_id.removeprefix(GROUP), message)
        quoted = await self._quoted(call)
        body = {"recipient": {"user_id": native_id}, "message": {**message, **quoted}}
        started = self.db.now()
        try:
            found = await self.platform.post(call.method, "/v3.0/oa/message/cs", body)
        except OaError as error:
            if error.code in WINDOW_CLOSED and await self._has_acted(call, started, error.code):
                # It was closed when we asked, and is not any more: nothing is held for who is there.
                raise TelegramServerError(
                    method=call.method, message=f"{error.code}, and she acted meanwhile"
                ) from None
            raise
        await self._keep_left(left_of_plan(found))
        return self.became(call, found)

    async def _has_acted(self, call: Call, since: datetime, code: int) -> bool:
        """Whether she did something since we asked; if not, the record believes what the platform says."""
        window = self.features.window
        try:
            async with self.db.write() as tx:
                lasts = window.open if window is not None and code != NEVER else None
                return not await windows.refused(tx, call.chat_id, since, lasts)
        except DBAPIError as error:
            log.warning("zalo_oa.window_not_kept", error=type(error.orig).__name__)
            return False

    async def _keep_left(self, left: int | None) -> None:
        # Also unchanged it is new in a new month.
        known = (left, self.db.now().date())
        if left is None or known == self._left:
            return
        try:
            async with self.db.write() as tx:
                await quotas.keep_left(tx, NAME, left)
        except DBAPIError as error:
            # The message is out: it must not go again for the sake of a number.
            log.warning("zalo_oa.quota_not_kept", error=type(error.orig).__name__)
        else:
            self._left = known

    async def _send_to_group(self, call: Call, group_id: str, message: Mapping[str, Any]) -> int:
        """Words in a group that the account made: there is no window, and there are no buttons."""
        body = {"recipient": {"group_id": group_id}, "message": message}
        found = await self.platform.post(call.method, "/v3.0/oa/group/message", body)
        return self.became(call, found)

    async def last_act(self, user_id: str) -> datetime | None:
        """When this person last did something with the account, as the platform knows it; None for never."""
        found = await self.platform.post(GetMe(), "/v3.0/oa/quota/message", {"user_id": user_id})
        at = found.get("last_interaction")
        return instant(int(at) if isinstance(at, str) and at.isascii() and at.isdecimal() else at)

    async def _quoted(self, call: Call) -> dict[str, str]:
        parameters = getattr(call.method, "reply_parameters", None)
        native = await self._native(call, parameters.message_id) if parameters is not None else None
        return {} if native is None else {"quote_message_id": native}

    async def _native(self, call: Call, message_id: int) -> str | None:
        async with self.db.read() as tx:
            return await wires.native_id_of(tx, call.chat_id, message_id)

    async def send_text(self, call: Call, body: str, lines: Lines) -> int:
        options = [option for line in lines for option in line]
        if not options:
            return await self._send(call, {"text": body})
        try:
            return await self._send_buttons(call, body, options)
        except OaError as error:
            if error.code not in BUTTONS_REFUSED:
                raise
            code = error.code
        opening = [each for each in options if _opens(each)]
        if opening and code != NO_PLAN:
            # One of those that open something may be what it does not like: the account's list of domains, a number.
            sent = await self._send_without(call, body, options)
            if sent is not None:
                await self._learn(code, any_button=False)
                return sent
        sent = await self._send_numbered(call, body, options)
        # What was wrong was the buttons, since the words were taken.
        await self._learn(code, any_button=True)
        return sent

    async def _send_buttons(self, call: Call, body: str, options: Sequence[Option]) -> int:
        buttons = {"type": "template", "payload": {"buttons": [self._button(each) for each in options]}}
        return await self._send(call, {"text": body, "attachment": buttons})

    async def _send_without(self, call: Call, body: str, options: Sequence[Option]) -> int | None:
        """Sends the words with the buttons that say something alone; None where those are refused as well."""
        taps = [each for each in options if not _opens(each)]
        text = "\n".join([body, *_links(options)])
        if not taps:
            return await self._send_parts(call, text, ())
        try:
            return await self._send_buttons(call, text, taps)
        except OaError as error:
            if error.code not in BUTTONS_REFUSED:
                raise
            return None

    async def _learn(self, code: int, *, any_button: bool) -> None:
        """From now on such buttons are numbers and words: a plan is not changed in a day."""
        log.warning("zalo_oa.no_buttons", code=code, any_button=any_button, again_in_days=PLAIN_FOR.days)
        try:
            async with self.db.write() as tx:
                await wires.learn_plain(tx, NAME, tx.now + PLAIN_FOR, any_button=any_button)
        except DBAPIError as error:
            # The message is out: it must not go again since this was not written down.
            log.warning("zalo_oa.refusal_not_kept", error=type(error.orig).__name__)
        else:
            self._look_at = None

    async def _recall(self) -> None:
        """Reads what was refused, by this process or another one, before it is over."""
        now = self.db.now()
        if self._look_at is not None and now < self._look_at:
            return
        async with self.db.read() as tx:
            links, buttons = ((until is not None and until > now) for until in await wires.plain_until(tx, NAME))
        self.features = replace(
            self._whole,
            buttons=0 if buttons else self._whole.buttons,
            link_buttons=self._whole.link_buttons and not links,
            phone_buttons=self._whole.phone_buttons and not links,
        )
        self._look_at = now + RECALL

    def _button(self, option: Option) -> dict[str, Any]:
        title = option.label[: self.features.label]
        if option.data.startswith(CALL):
            return {"title": title, "type": "oa.open.phone", "payload": {"phone_code": option.data[len(CALL) + 1 :]}}
        if _opens(option):
            return {"title": title, "type": "oa.open.url", "payload": {"url": option.data}}
        return {"title": title, "type": "oa.query.hide", "payload": f"{TAP}{option.data}"}

    async def _send_numbered(self, call: Call, body: str, options: Sequence[Option]) -> int:
        choices = [each for each in options if not _opens(each)]
        numbers = await self.offer(call, choices) if choices else None
        text = "\n".join([body, *_links(options), *self.options([each.label for each in choices], numbers)])
        return await self._send_parts(call, text, ())

    async def send_file(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        if file.kind is Kind.PHOTO:
            return await self._send_picture(call, file, body, lines)
        type_ = PurePath(file.name).suffix[1:].upper()
        if self.features.shows(Kind.DOCUMENT, type_, len(file.data)):
            handle, _ = await self._uploaded(call, "file", file)
            if handle is not None:
                if body:
                    await self._send_parts(call, body, lines)
                    body, lines = "", ()
                sent = await self._send_uploaded(call, "file", file, _file_message)
                if sent is not None:
                    return sent
        link = await self.link(call, file, FOR_A_READER)
        if link is None:
            return await self._send_elsewhere(call, body, lines)
        say = self._words.say((await self.account(call)).language)
        line = say.plain("file-at", address=link.url, days=FOR_A_READER.days)
        return await self._send_parts(call, f"{body}\n{line}".lstrip(), lines)

    async def _send_picture(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        # A message holds one attachment: buttons stand under the words, in another one.
        text = {"text": body} if body and not lines else {}
        sent = await self._send_uploaded(call, "image", file, lambda handle: {**text, **_image(attachment_id=handle)})
        if sent is None:
            is_small = self.features.shows(Kind.PHOTO, "", len(file.data))
            link = await self.link(call, file, FOR_A_SERVER) if is_small else None
            if link is None or link.mime not in {"image/jpeg", "image/png"}:
                return await self._send_elsewhere(call, body, lines)
            sent = await self._send(call, {**text, **_image(url=link.url)})
        return await self._send_parts(call, body or "…", lines) if lines else sent

    async def send_photo(self, call: Call, url: str, caption: str, lines: Lines) -> int:
        raise TypeError("photos go by send_file")

    async def send_voice(self, call: Call, url: str) -> int:
        raise TypeError("sounds go by send_file")

    async def _send_uploaded(
        self, call: Call, kind: str, file: SentFile, message: Callable[[str], Mapping[str, Any]]
    ) -> int | None:
        """Sends the message around an uploaded file; None where Zalo does not take the file itself."""
        handle, is_new = await self._uploaded(call, kind, file)
        if handle is None:
            return None
        try:
            return await self._send(call, message(handle))
        except OaError as error:
            if is_new or error.code != UNKNOWN_HANDLE:
                raise
            log.info("zalo_oa.upload_gone", code=error.code)
        async with self.db.write() as tx:
            await wires.drop_upload(tx, NAME, _digest(file))
        handle, _ = await self._uploaded(call, kind, file)
        return await self._send(call, message(handle)) if handle is not None else None

    async def _uploaded(self, call: Call, kind: str, file: SentFile) -> tuple[str | None, bool]:
        """The id or token of a file on Zalo's server, None where it refuses the file; and whether it just went up."""
        digest = _digest(file)
        async with self._uploading:
            async with self.db.read() as tx:
                known = await wires.uploaded(tx, NAME, digest)
            if known is not None:
                return known, False
            data, name, mime = file.data, file.name, file.mime
            if kind == "image":
                small = await asyncio.to_thread(_small, data, self.features.sends[Kind.PHOTO])
                if small is None:
                    return None, False
                # Its own name may be that of its sender.
                data, name, mime = small, "anh.jpg", "image/jpeg"
            try:
                found = await self.platform.upload(call.method, kind, name, data, mime)
            except OaError as error:
                if error.code not in FILE_REFUSED:
                    raise
                log.warning("zalo_oa.upload", code=error.code)
                return None, False
            handle = found.get("attachment_id") or found.get("token")
            if not isinstance(handle, str):
                return None, False
            async with self.db.write() as tx:
                await wires.keep_upload(tx, NAME, digest, handle, tx.now + UPLOAD_LIFE)
            return handle, True

    async def send_template(self, user_id: str, template_id: str, data: Mapping[str, str]) -> str:
        """A ZBS template, which may come at any time after her last message and costs by its own price list.

        Returns what Zalo calls the message.
        """
        method = SendMessage(chat_id=0, text=" ".join(data.values()))
        body = {"user_id": user_id, "template_id": template_id, "template_data": dict(data)}
        found = await self.platform.post(method, "/v3.0/oa/message/template", body)
        return str(found.get("message_id"))

    async def react(self, call: Call, message_id: int, emoji: str | None) -> None:
        """A reaction costs nothing; where her message is not known any more, the sign is said."""
        if emoji is None:
            return
        native = await self._native(call, message_id)
        if native is None:
            await self.nod(call, emoji)
            return
        recipient = {"user_id": (await self.account(call)).native_id}
        action = {"react_icon": SIGNS.get(emoji, SIGNS["👍"]), "react_message_id": native}
        await self.platform.post(call.method, "/v2.0/oa/message", {"recipient": recipient, "sender_action": action})


def left_of_plan(answer: Mapping[str, Any]) -> int | None:
    """How many messages of the plan are left, as the answer to a message says it; None where it speaks of another
    quota, or of none.
    """
    quota = answer.get("quota")
    if not isinstance(quota, dict) or quota.get("quota_type") != PLAN_QUOTA:
        return None
    left = str(quota.get("remain"))
    return int(left) if left.isascii() and left.isdecimal() and len(left) <= LONGEST_COUNT else None


def _opens(option: Option) -> bool:
    """Whether a button opens an address or calls a telephone, and says nothing to us."""
    return option.data.startswith(("https://", "http://", CALL))


def _links(options: Sequence[Option]) -> list[str]:
    """The addresses as lines; a telephone number stands in the text besides."""
    return [f"{each.label}: {each.data}" for each in options if _opens(each) and not each.data.startswith(CALL)]


def _digest(file: SentFile) -> str:
    return hashlib.sha256(file.data).hexdigest()


def _file_message(token: str) -> dict[str, Any]:
    return {"attachment": {"type": "file", "payload": {"token": token}}}


def _image(**where: str) -> dict[str, Any]:
    element = {"media_type": "image", **where}
    return {"attachment": {"type": "template", "payload": {"template_type": "media", "elements": [element]}}}


def _small(data: bytes, wanted: Native) -> bytes | None:
    """The picture as a JPEG or PNG that Zalo takes; None for what is no picture."""
    if wanted.takes("", len(data)) and data.startswith(TAKEN):
        return data
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
        if wanted.takes("JPEG", out.tell()):
            return out.getvalue()
    return None
