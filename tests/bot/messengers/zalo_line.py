"""A Zalo bot on its double and a real record, without the rest of the program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.messengers.zalo_bot import ZaloBot
from bot.pages.media import MediaLinks
from storage import inbox
from storage.database import Database
from storage.files import MediaStore
from storage.models import Attachment, AttachmentState
from tests.bot.parts import Time, account, record, sql
from tests.doubles.zalo_bot import Json, ZaloBotDouble, person
from tests.texts import words

HER, HIM = person(1), person(2)
SITE = "https://xa.example"


@dataclass
class Line:
    """A bot and the double that it talks to; its pauses are kept instead of waited."""

    db: Database
    zalo: ZaloBotDouble
    folder: Path
    time: Time = field(default_factory=Time)
    pauses: list[float] = field(default_factory=list)
    bots: list[ZaloBot] = field(default_factory=list)

    def bot(self, site: str | None = SITE, **settings: Any) -> ZaloBot:
        async def wait(seconds: float) -> None:
            if seconds:
                self.pauses.append(round(seconds, 1))
            self.time.skip(seconds)
            await asyncio.sleep(0.01)

        values: dict[str, Any] = {
            "api_base": self.zalo.url,
            "trusted": [self.zalo.host],
            "wait": wait,
            "clock": self.time.monotonic,
            "poll_seconds": 1,
            **settings,
        }
        links = MediaLinks(self.db, MediaStore(self.folder / "media"), site, b"key")
        self.bots.append(ZaloBot(self.db, self.zalo.token, words(), links, **values))
        return self.bots[-1]

    async def inbox(self) -> list[tuple[str, str, str]]:
        """(native id, caller, text) of everything that came in."""
        query = "SELECT native_id, caller, payload ->> '$.message.text' FROM inbox ORDER BY id"
        return [(native_id, caller, text) for native_id, caller, text in await sql(self.db, query)]

    async def words(self) -> list[str]:
        return [text for *_, text in await self.inbox()]

    async def messages(self) -> list[Json]:
        """The Bot API messages that came in."""
        async with self.db.read() as tx:
            return [row.payload["message"] for row in await inbox.ready(tx, 100)]

    async def counted(self) -> int:
        return sum(value for (value,) in await sql(self.db, "SELECT value FROM counter WHERE name LIKE 'zalo_bot %'"))

    async def on_record(self, content: bytes, mime: str, kind: str) -> None:
        digest = MediaStore(self.folder / "media").put(content)
        async with self.db.write() as tx:
            tx.session.add(
                Attachment(
                    messenger="zalo_bot",
                    kind=kind,
                    mime=mime,
                    digest=digest,
                    size=len(content),
                    state=AttachmentState.STORED,
                    attempts=0,
                    next_try_at=tx.now,
                    created_at=tx.now,
                )
            )


@asynccontextmanager
async def open_line(folder: Path) -> AsyncIterator[Line]:
    time = Time()
    async with ZaloBotDouble() as zalo, record(folder, time.now) as db:
        line = Line(db, zalo, folder, time)
        yield line
        for bot in line.bots:
            await bot.close()


class Receiving:
    """`async with`: the messenger receives while the body runs, then is stopped."""

    def __init__(self, messenger: ZaloBot) -> None:
        self.messenger = messenger
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> ZaloBot:
        self._task = asyncio.create_task(self.messenger.receive(self._stopping))
        return self.messenger

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        await asyncio.wait_for(self._task, 5)


async def chat(line: Line, who: str = HER) -> int:
    """The id of somebody's account, who wrote once."""
    line.zalo.chats.setdefault(who, [])
    return await account(line.db, who, "zalo_bot")
