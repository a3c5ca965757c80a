"""The one place where the parts meet, and the one that starts and stops them."""

import asyncio
import contextlib
import hashlib
import secrets
import signal
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic

import structlog
from aiogram import Dispatcher
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from bot import collector, keys, logs
from bot.clock import Clock, Rules, checkpoint
from bot.config import Settings
from bot.courier import Courier
from bot.documents import Templates
from bot.fetcher import Fetcher
from bot.health import readiness
from bot.messengers.base import Hints, Messenger, MessengerRefused, MessengerStuck
from bot.messengers.features import zalo_oa
from bot.messengers.telegram import Telegram
from bot.messengers.web import WebMessenger
from bot.messengers.zalo_bot import Hook, ZaloBot
from bot.messengers.zalo_oa import ZaloOa
from bot.messengers.zalo_tokens import ZaloApp
from bot.metrics import Counts
from bot.pages.chat import ChatPage
from bot.pages.chatbrowsers import ChatBrowsers
from bot.pages.chatdoor import Door
from bot.pages.media import MediaLinks
from bot.pages.phones import PhonesPage
from bot.pages.sealed import SealedPage
from bot.pages.server import WebServer
from bot.progress import ProgressCards
from bot.talk import Talk, Voice
from bot.testclock import PushedClock, TimeMachine
from handlers.notices import Notices
from handlers.resident.commands import MENU
from handlers.router import build_dispatcher
from handlers.words import Words
from storage.data import empty
from storage.database import Database, Now, utc_now
from storage.files import MediaStore
from storage.migrations import upgrade

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that runs, put together and not started."""

    db: Database
    media: MediaStore
    messengers: list[Messenger]
    talk: Talk
    courier: Courier
    fetcher: Fetcher
    clock: Clock
    progress: ProgressCards
    server: WebServer
    address: str | None
    pushed: PushedClock | None = None
    """The clock of the try-it page."""


@cache
def _dispatcher() -> Dispatcher:
    """The routers remember nothing between updates: what is assembled again has the same."""
    return build_dispatcher()


def assemble(
    settings: Settings,
    now: Now = utc_now,
    key: str | None = None,
    trusted: Collection[str] = (),
    steady: Callable[[], float] = monotonic,
    *,
    plain_chat: bool = False,
) -> Parts:
    """Puts the parts together. `key` opens the phones page; by default each start has a new one.

    `trusted` are "host:port" from which a messenger's files are fetched although they lie in our own network. `steady`
    gives the seconds by which the public chat rations what a browser says. `plain_chat` adds the chat without buttons
    where there is no phones page to show it.
    """
    pushed = PushedClock(now) if settings.phones_on else None
    db = Database(settings.storage.url, settings.commune(), pushed or now)
    media = MediaStore(Path(settings.storage.media))
    words = Words(settings.commune().form_of_address)
    # The plain chat knows no account's language when it numbers its options.
    say = words.say("vi").plain
    hints = Hints(say("menu-hint"), say("menu-hint-words"))
    plain_or_not = (False, True) if settings.phones_on else (True,) if plain_chat else ()
    web = [WebMessenger(db, media.root, plain=plain, hints=hints) for plain in plain_or_not]
    own_keys = keys.load(media.root) if settings.web.chat else None
    chat = None
    if own_keys is not None:
        # Its libraries are loaded only where they are used.
        from bot.push import Pusher

        chat = WebMessenger(db, media.root, pusher=Pusher(db, words, own_keys, settings.web.site, trusted))
    messengers: list[Messenger] = [*web, *([chat] if chat is not None else [])]
    if settings.telegram.token is not None:
        messengers.append(
            Telegram(
                db,
                settings.telegram.token.get_secret_value(),
                api_base=str(settings.telegram.api_base).rstrip("/"),
                per_second=settings.telegram.per_second,
                commands=_menus(words),
            )
        )
    links = MediaLinks(db, media, settings.web.public_url, _media_key(settings))
    zalo_bot = _zalo_bot(settings, db, words, links, trusted)
    if zalo_bot is not None:
        messengers.append(zalo_bot)
    zalo_oa = _zalo_oa(settings, db, words, links, trusted)
    if zalo_oa is not None:
        messengers.append(zalo_oa)
    notices = Notices(words, media, Templates())
    courier = Courier(db, messengers, notices)
    fetcher = Fetcher(db, media, messengers)
    voices = [
        Voice(each.name, each.bot.token, can.numbered, not can.edits, can.holds)
        for each in messengers
        for can in [each.features]
    ]
    rules = Rules(settings.drafts.keep)
    clock = Clock(db, rules, media.root / "uploads")
    address = None
    mounts: list[Callable[[FastAPI], None]] = [SealedPage(db, media, words).mount] if messengers else []
    if zalo_bot is not None or zalo_oa is not None:
        mounts.append(links.mount)
    mounts += [each.mount for each in (zalo_bot, zalo_oa) if each is not None]
    if chat is not None and own_keys is not None:
        door = Door(db, chat, own_keys.session, settings.web.site, steady)
        mounts += [
            ChatBrowsers(db, own_keys, door).mount,
            ChatPage(db, chat, media, words, own_keys, door, settings.web.site, settings.web.embed).mount,
        ]
    if pushed is not None:
        key = key or secrets.token_urlsafe(12)
        logs.setup(secrets=[key])
        page = PhonesPage(
            db,
            {each.name: each for each in web},
            media,
            key,
            _reset(db, fetcher, media.root / "uploads"),
            TimeMachine(db, pushed, clock.tick),
        )
        mounts.append(page.mount)  # takes every address that is left
        address = f"http://{settings.web.host}:{settings.web.port}/?key={key}"
    server = WebServer(
        settings.web.host,
        settings.web.port,
        problems=readiness(db, messengers, courier),
        metrics=Counts(db, courier, clock).text,
        mounts=mounts,
        proxies=settings.web.proxies,
        public_host=settings.web.public_host,
    )
    return Parts(
        db,
        media,
        messengers,
        Talk(db, words, _dispatcher(), voices, courier.courtesy),
        courier,
        fetcher,
        clock,
        ProgressCards(db),
        server,
        address,
        pushed,
    )


def _zalo_bot(
    settings: Settings, db: Database, words: Words, links: MediaLinks, trusted: Collection[str]
) -> ZaloBot | None:
    own, site = settings.zalo_bot, settings.web.public_url
    if own.token is None:
        return None
    hook = None
    if own.mode == "webhook" and own.webhook_secret is not None and site is not None:
        hook = Hook(site, own.webhook_secret.get_secret_value())
    token = own.token.get_secret_value()
    return ZaloBot(db, token, words, links, api_base=own.api_base, hook=hook, trusted=trusted)


def _zalo_oa(
    settings: Settings, db: Database, words: Words, links: MediaLinks, trusted: Collection[str]
) -> ZaloOa | None:
    own = settings.zalo_oa
    if own.app_id is None or own.app_secret is None or own.refresh_token is None:
        return None
    app = ZaloApp(own.app_id, own.app_secret.get_secret_value(), own.refresh_token.get_secret_value())
    oa_secret = own.oa_secret.get_secret_value() if own.oa_secret is not None else None
    return ZaloOa(
        db,
        app,
        oa_secret,
        words,
        links,
        api_base=own.api_base,
        oauth_base=own.oauth_base,
        features=zalo_oa(own.plan),
        template_id=own.template_id,
        verification=own.verification,
        trusted=trusted,
    )


def _media_key(settings: Settings) -> bytes:
    """Known to every process of this service and to nobody else, and the same after a restart."""
    return hashlib.sha256("\0".join(["media", *settings.secrets]).encode()).digest()


def _menus(words: Words) -> dict[str, list[tuple[str, str]]]:
    menus = {
        language: [(command, words.say(language).plain(key)) for command, key in MENU] for language in ("vi", "en")
    }
    return {"": menus["vi"], "en": menus["en"]}


def _reset(db: Database, fetcher: Fetcher, uploads: Path) -> Callable[[], Awaitable[None]]:
    async def reset() -> None:
        async with db.write() as tx:
            await empty(tx)
        await fetcher.remove_unnamed()
        for upload in uploads.glob("*"):
            upload.unlink(missing_ok=True)

    return reset


async def _receive(messenger: Messenger, stopping: asyncio.Event) -> None:
    try:
        await messenger.receive(stopping)
    except MessengerRefused:
        # The others go on; /readyz says which one is out.
        log.error("messenger.refused", messenger=messenger.name, mend="give it a valid token and start again")


async def run(parts: Parts, stopping: asyncio.Event) -> None:
    """Runs every part until `stopping`, then lets each finish what it has in hand."""
    parts.server.bind()
    await upgrade(parts.db)
    if parts.pushed is not None:
        await parts.pushed.catch_up(parts.db)
    collector.look_less_often()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(parts.server.serve(stopping))
            group.create_task(parts.talk.run(stopping))
            group.create_task(parts.courier.run(stopping))
            group.create_task(parts.fetcher.run(stopping))
            group.create_task(parts.clock.run(stopping))
            group.create_task(parts.progress.run(stopping))
            for messenger in parts.messengers:
                group.create_task(_receive(messenger, stopping))
            log.info("app.started", messengers=[each.name for each in parts.messengers])
            if parts.address is not None:
                print(f"\n  Đối Thoại: mở {parts.address}\n", flush=True)  # noqa: T201  the operator's one line
    finally:
        for messenger in parts.messengers:
            await messenger.close()
        with contextlib.suppress(DBAPIError):
            await checkpoint(parts.db)
        await parts.db.close()
        log.info("app.stopped")


async def serve(settings: Settings, trusted: Collection[str] = ()) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code: 0 after a drain, 1 when a part could not go on.

    `trusted` is as for `assemble`.
    """
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stopping.set)
    code = 0
    try:
        await run(assemble(settings, trusted=trusted), stopping)
    except* MessengerStuck as stuck:
        log.error("messenger.stuck", messenger=str(stuck.exceptions[0]), mend="the supervisor should start it again")
        code = 1
    return code
