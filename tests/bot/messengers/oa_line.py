"""An Official Account on its double and a real record, without the rest of the program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.messengers.zalo_oa import PATH, ZaloOa
from bot.messengers.zalo_tokens import ZaloApp
from bot.pages.media import MediaLinks
from bot.pages.server import WebServer
from storage import inbox
from storage.database import Database
from storage.files import MediaStore
from storage.models import Account, Attachment, AttachmentState
from tests.bot.parts import Time, account, no_metrics, record, sql
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, Json, ZaloOaDouble, person
from tests.texts import words

HER, HIM = person(1), person(2)
SITE = "https://xa.example"


@dataclass
class OaLine:
    """An account and the double that it talks to; its pauses are skipped instead of waited."""

    db: Database
    oa: ZaloOaDouble
    folder: Path
    time: Time
    refresh_token: str = ""
    accounts: list[ZaloOa] = field(default_factory=list)

    def account(self, site: str | None = SITE, oa_secret: str | None = OA_SECRET, **settings: Any) -> ZaloOa:
        async def wait(seconds: float) -> None:
            self.time.skip(seconds)
            await asyncio.sleep(0.005)

        values: dict[str, Any] = {
            "api_base": self.oa.url,
            "oauth_base": self.oa.url,
            "trusted": [self.oa.host],
            "wait": wait,
            "clock": self.time.monotonic,
            **settings,
        }
        self.refresh_token = self.refresh_token or self.oa.consent()
        links = MediaLinks(self.db, MediaStore(self.folder / "media"), site, b"key")
        app = ZaloApp(APP_ID, APP_SECRET, self.refresh_token)
        self.accounts.append(ZaloOa(self.db, app, oa_secret, words(), links, **values))
        return self.accounts[-1]

    @asynccontextmanager
    async def hooked(self, **settings: Any) -> AsyncIterator[ZaloOa]:
        """An account whose webhook is served."""
        account = self.account(**settings)
        server = WebServer("127.0.0.1", 0, problems=no_problems, metrics=no_metrics, mounts=[account.mount])
        server.bind()
        self.oa.hook = f"http://127.0.0.1:{server.port}{PATH}"
        stopping = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(stopping))
            try:
                yield account
            finally:
                stopping.set()

    async def inbox(self) -> list[Json]:
        """The Bot API updates that came in."""
        async with self.db.read() as tx:
            return [row.payload for row in await inbox.ready(tx, 100)]

    async def messages(self) -> list[Json]:
        return [update["message"] for update in await self.inbox() if "message" in update]

    async def words(self) -> list[str]:
        return [str(message.get("text", "")) for message in await self.messages()]

    async def comings(self) -> list[str]:
        """What became of those who left or came back: "kicked" or "member"."""
        changes = [update["my_chat_member"] for update in await self.inbox() if "my_chat_member" in update]
        return [change["new_chat_member"]["status"] for change in changes]

    async def quiet_for(self, who: str = HER) -> timedelta:
        """Since her last act, as the record knows it."""
        async with self.db.read() as tx:
            at = await tx.session.scalar(select(Account.last_interaction_at).where(Account.native_id == who))
        assert at is not None
        return self.db.now() - at

    async def on_record(self, content: bytes, mime: str, kind: str) -> None:
        digest = MediaStore(self.folder / "media").put(content)
        async with self.db.write() as tx:
            tx.session.add(
                Attachment(
                    messenger="zalo_oa",
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

    async def chat(self, who: str = HER) -> int:
        """The id of somebody's account, who wrote just now."""
        self.oa.meet(who)
        id_ = await account(self.db, who, "zalo_oa")
        await sql(self.db, "UPDATE account SET last_interaction_at = :now WHERE id = :id", now=_text(self), id=id_)
        return id_


def _text(line: OaLine) -> str:
    """An instant as SQLite's rows hold it."""
    return line.db.now().replace(tzinfo=None).isoformat(sep=" ")


async def no_problems() -> dict[str, str | None]:
    return {}


@asynccontextmanager
async def open_oa_line(folder: Path) -> AsyncIterator[OaLine]:
    time = Time()
    async with ZaloOaDouble(now=time.now) as oa, record(folder, time.now) as db:
        line = OaLine(db, oa, folder, time)
        yield line
        for each in line.accounts:
            await each.close()
