"""Each messenger on its double and a real record, behind one way to ask what she sees and what of her we hear."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiogram.methods import TelegramMethod

from bot.messengers.base import Hints, Messenger
from bot.messengers.features import Kind
from bot.messengers.telegram import Telegram
from bot.messengers.web import WebMessenger
from bot.messengers.zalo_bot import ZaloBot
from bot.messengers.zalo_oa import ZaloOa
from storage import inbox, transcript
from storage.database import Database
from storage.inbox import Ready
from tests.bot.messengers import oa_line, zalo_line
from tests.bot.messengers.oa_line import OaLine
from tests.bot.messengers.zalo_line import Line
from tests.bot.parts import eventually, record
from tests.doubles.telegram import TelegramDouble
from tests.phones import picture

Json = dict[str, Any]
AAC = b"\xff\xf1" + b"\0" * 64
"""How a stream of AAC begins (ADTS)."""
FILES: Mapping[Kind, tuple[bytes, str, str]] = {
    Kind.PHOTO: (picture(), "anh.jpg", "image/jpeg"),
    Kind.VOICE: (AAC, "loi.aac", "audio/aac"),
    Kind.DOCUMENT: (b"%PDF-1.7", "don.pdf", "application/pdf"),
}
GROUP = -1001
ZALO_KINDS = {"image": Kind.PHOTO, "photo": Kind.PHOTO, "voice": Kind.VOICE, "file": Kind.DOCUMENT}


@dataclass
class Shown:
    """A message as its reader sees it; `options`, `links` and `calls` stand on buttons of its own."""

    text: str
    kind: Kind | None = None
    options: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    is_html: bool = False
    calls: list[str] = field(default_factory=list)


class Stand(ABC):
    """One messenger, and one person who wrote to it; `chat` is what the Bot API calls her chat."""

    messenger: Messenger
    db: Database
    chat: int

    async def say(self, method: TelegramMethod[Any]) -> int:
        """Says it as the courier does, in as many calls as the messenger needs; returns the last message's id."""
        said = [await self.messenger.bot(each) for each in self.messenger.parts(method)]
        return int(getattr(said[-1], "message_id", 0))

    async def heard(self) -> list[Ready]:
        async with self.db.read() as tx:
            return await inbox.ready(tx, 100)

    async def message(self) -> Json:
        """The newest message of hers, as the Bot API has it."""
        body: Json = (await self.heard())[-1].payload["message"]
        return body

    @abstractmethod
    async def shown(self) -> list[Shown]:
        """What she sees of ours, in order."""

    @abstractmethod
    async def text(self, text: str, *, replying: bool = False) -> None:
        """She writes; `replying` to our last message, as far as the messenger lets her."""

    @abstractmethod
    async def send(self, kind: Kind) -> bool:
        """She sends such a thing; False where nothing lets her."""

    async def in_group(self, text: str) -> None:
        """Somebody writes this in a group, where there are groups."""
        return

    async def signs(self) -> list[str]:
        """What signs stand on messages of hers."""
        return []

    async def typings(self) -> int:
        """How many times she was shown that somebody is typing."""
        return 0


class TelegramStand(Stand):
    chat = 7

    def __init__(self, db: Database, tg: TelegramDouble) -> None:
        self.messenger = Telegram(db, tg.token, api_base=tg.url, poll_seconds=1)
        self.db, self.tg = db, tg

    async def _does(self, act: Coroutine[Any, Any, Json]) -> None:
        before = len(await self.heard())
        await act
        await eventually(self.heard, lambda rows: len(rows) > before)

    async def shown(self) -> list[Shown]:
        kinds = {each.value: each for each in Kind}
        found = []
        for each in self.tg.messages(self.chat):
            keys = [key for row in each.markup.get("inline_keyboard", ()) for key in row]
            options = [key["text"] for key in keys if "callback_data" in key]
            links = [key["url"] for key in keys if "url" in key]
            found.append(Shown(each.text or each.caption, kinds.get(each.kind), options, links, "<b>" in each.html))
        return found

    async def text(self, text: str, *, replying: bool = False) -> None:
        ours = self.tg.messages(self.chat)[-1] if replying else None
        await self._does(self.tg.text(self.chat, text, reply_to=ours))

    async def send(self, kind: Kind) -> bool:
        content, name, mime = FILES.get(kind, (b"", "", ""))
        acts: Mapping[Kind, Callable[[], Coroutine[Any, Any, Json]]] = {
            Kind.PHOTO: lambda: self.tg.photo(self.chat, content),
            Kind.VOICE: lambda: self.tg.voice(self.chat, content),
            Kind.DOCUMENT: lambda: self.tg.document(self.chat, content, name, mime),
            Kind.STICKER: lambda: self.tg.sticker(self.chat),
            Kind.LOCATION: lambda: self.tg.location(self.chat),
        }
        await self._does(acts[kind]())
        return True

    async def in_group(self, text: str) -> None:
        await self._does(self.tg.text(GROUP, text))

    async def signs(self) -> list[str]:
        return [each.reaction for each in self.tg.messages(self.chat, users=True) if each.reaction]

    async def typings(self) -> int:
        return len(self.tg.calls("sendChatAction"))


class ZaloBotStand(Stand):
    def __init__(self, line: Line, chat: int) -> None:
        self.line, self.db, self.chat = line, line.db, chat
        self.messenger: ZaloBot = line.bot()

    async def shown(self) -> list[Shown]:
        return [
            Shown(each.text or each.caption, ZALO_KINDS.get(each.kind))
            for each in self.line.zalo.messages(zalo_line.HER)
        ]

    async def text(self, text: str, *, replying: bool = False) -> None:
        await self.messenger.take(self.line.zalo.text(zalo_line.HER, text))

    async def send(self, kind: Kind) -> bool:
        zalo, her = self.line.zalo, zalo_line.HER
        acts: Mapping[Kind, Callable[[], Json]] = {
            Kind.PHOTO: lambda: zalo.photo(her, FILES[Kind.PHOTO][0]),
            Kind.VOICE: lambda: zalo.voice(her, FILES[Kind.VOICE][0]),
            Kind.STICKER: lambda: zalo.sticker(her),
        }
        # The platform passes on nothing else of what she sends.
        await self.messenger.take(acts.get(kind, lambda: zalo.unsupported(her))())
        return True

    async def in_group(self, text: str) -> None:
        update = self.line.zalo.text(zalo_line.HER, text)
        update["message"]["chat"] = {"id": "zgr-0123456789abcdef0123", "chat_type": "GROUP"}
        await self.messenger.take(update)

    async def typings(self) -> int:
        return len(self.line.zalo.calls("sendChatAction"))


class ZaloOaStand(Stand):
    def __init__(self, line: OaLine, chat: int) -> None:
        self.line, self.db, self.chat = line, line.db, chat
        self.messenger: ZaloOa = line.account()

    async def shown(self) -> list[Shown]:
        return [
            Shown(
                each.text,
                ZALO_KINDS.get(each.kind),
                [title for title, _, kind in each.buttons if kind == "oa.query.hide"],
                [payload["url"] for _, payload, kind in each.buttons if kind == "oa.open.url"],
                calls=[payload["phone_code"] for _, payload, kind in each.buttons if kind == "oa.open.phone"],
            )
            for each in self.line.oa.messages(oa_line.HER)
        ]

    async def _says(self, name: str, message: Json) -> None:
        await self.messenger.take(self.line.oa.event(oa_line.HER, name, message))

    async def text(self, text: str, *, replying: bool = False) -> None:
        quoted = {"quote_msg_id": self.line.oa.last(oa_line.HER).message_id} if replying else {}
        await self._says("user_send_text", {"text": text, **quoted})

    async def send(self, kind: Kind) -> bool:
        event = {Kind.PHOTO: "image", Kind.VOICE: "audio", Kind.DOCUMENT: "file"}.get(kind, kind.value)
        payload: Json = {"coordinates": {"latitude": "21.8", "longitude": "107.1"}, "id": "s1"}
        if kind in FILES:
            payload = {"url": f"https://f6.photo.talk.zdn.vn/{FILES[kind][1]}", "name": FILES[kind][1]}
        await self._says(f"user_send_{event}", {"attachments": [{"type": event, "payload": payload}]})
        return True

    async def in_group(self, text: str) -> None:
        await self._says("user_send_group_text", {"text": text})

    async def signs(self) -> list[str]:
        return [icon for _, _, icon in self.line.oa.reactions]


class WebStand(Stand):
    """The pages' own messenger: what she sees is what her pages read."""

    def __init__(self, db: Database, folder: Path, *, plain: bool) -> None:
        self.messenger: WebMessenger = WebMessenger(db, folder, plain=plain, hints=Hints("Bác nhắn một số.", ""))
        self.db = db

    async def _rows(self) -> list[Any]:
        async with self.db.read() as tx:
            return list(await transcript.since(tx, self.chat))

    async def shown(self) -> list[Shown]:
        return [
            Shown(
                row.body,
                Kind(row.file["kind"]) if row.file else None,
                [button[0] for line in row.buttons for button in line],
                is_html="<b>" in row.body,
            )
            for row in await self._rows()
            if row.outgoing
        ]

    async def text(self, text: str, *, replying: bool = False) -> None:
        ours = [row.id for row in await self._rows() if row.outgoing]
        await self.messenger.text(self.chat, text, ours[-1] if replying else None)

    async def send(self, kind: Kind) -> bool:
        if kind not in FILES:
            return False
        await self.messenger.file(self.chat, *FILES[kind])
        return True

    async def signs(self) -> list[str]:
        return [row.reaction for row in await self._rows() if row.reaction]


@asynccontextmanager
async def _telegram(folder: Path) -> AsyncIterator[Stand]:
    async with TelegramDouble() as tg, record(folder) as db:
        stand = TelegramStand(db, tg)
        stopping = asyncio.Event()
        receiving = asyncio.create_task(stand.messenger.receive(stopping))
        await stand.text("chào")
        yield stand
        stopping.set()
        await receiving
        await stand.messenger.close()


@asynccontextmanager
async def _zalo_bot(folder: Path) -> AsyncIterator[Stand]:
    async with zalo_line.open_line(folder) as line:
        yield ZaloBotStand(line, await zalo_line.chat(line))


@asynccontextmanager
async def _zalo_oa(folder: Path) -> AsyncIterator[Stand]:
    async with oa_line.open_oa_line(folder) as line:
        yield ZaloOaStand(line, await line.chat())


def _web(*, plain: bool) -> Callable[[Path], AbstractAsyncContextManager[Stand]]:
    @asynccontextmanager
    async def opened(folder: Path) -> AsyncIterator[Stand]:
        async with record(folder) as db:
            stand = WebStand(db, folder / "media", plain=plain)
            stand.chat = await stand.messenger.open_account("resident-1")
            yield stand

    return opened


STANDS: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Stand]]] = {
    "telegram": _telegram,
    "zalo_bot": _zalo_bot,
    "zalo_oa": _zalo_oa,
    "web": _web(plain=False),
    "web_plain": _web(plain=True),
}
"""By messenger."""
