"""`doithoai check`: what must be right before residents rely on it, and failures of the machine in plain words."""

import asyncio
import errno
import http.client
import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot import keys
from bot.config import Settings
from bot.logs import mask
from handlers.words import LANGUAGES, Words
from storage import migrations, quotas
from storage.database import Database, Now, utc_now
from storage.models import Event
from storage.quotas import Used
from storage.sealed_clock import count_unread

if TYPE_CHECKING:
    from bot.messengers.zalo_platform import Platform

MIN_FREE = 500_000_000
"""Bytes that must be free where the record and the files lie: 25 of the largest files that residents may send."""

EARLIEST = 2026
"""A clock that shows an earlier year has lost the time: the program itself is younger."""

_DATABASE_SECONDS = 35  # beyond SQLite's own wait for a lock, so that its clearer error comes first
_NETWORK_SECONDS = 10
_SQLITE_FAILURES = {
    "locked": "một chương trình khác đang giữ cơ sở dữ liệu, dừng nó rồi thử lại / another program holds the database",
    "disk is full": "hết chỗ trên đĩa / the disk is full",
    "readonly": "không có quyền ghi cơ sở dữ liệu / no right to write the database",
    "unable to open": "không mở được tệp cơ sở dữ liệu, xem storage.url và quyền / the database file cannot be opened",
    "not a database": "tệp này không phải cơ sở dữ liệu SQLite / this file is not an SQLite database",
    "malformed": "cơ sở dữ liệu hỏng, dùng doithoai restore / the database is damaged: doithoai restore",
    "disk i/o error": "đĩa báo lỗi / the disk reports an error",
}
_POSTGRESQL_CLASSES = {"08", "28", "3D", "53", "57"}  # connection, who asks, which database, resources, shutting down
_POSTGRESQL_STATES = {"42501", "25006"}  # no right, read-only (postgresql.org/docs/current/errcodes-appendix.html)
_OS_FAILURES = {
    errno.ENOSPC: "hết chỗ trên đĩa / the disk is full",
    errno.EDQUOT: "hết phần đĩa được cấp / the disk quota is used up",
    errno.EFBIG: "tệp vượt giới hạn của hệ thống / the file is larger than the system allows",
    errno.EACCES: "không có quyền / permission denied",
    errno.EPERM: "không có quyền / permission denied",
    errno.EROFS: "đĩa chỉ cho đọc / the disk is read-only",
    errno.ENOENT: "không có tệp hoặc thư mục này / no such file or folder",
    errno.EADDRINUSE: "chương trình khác dùng cổng này, đổi web.port / another program has this port: change web.port",
    errno.EADDRNOTAVAIL: "máy này không có địa chỉ web.host / web.host is not an address of this machine",
    errno.ECONNREFUSED: "máy chủ không nhận kết nối / the server refuses the connection",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `detail` is what was found, or how to mend it."""

    name: str
    ok: bool
    detail: str

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.name}: {self.detail}"


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """A messenger cannot be used as it is configured; `mend` says what to do."""

    mend: str


def explain(error: BaseException) -> str | None:
    """One line for a failure of the machine around us (disk, rights, database, network); None for anything else."""
    if isinstance(error, BaseExceptionGroup):
        lines = [explain(one) for one in error.exceptions]
        return None if None in lines else "; ".join(dict.fromkeys(line for line in lines if line))
    if isinstance(error, OSError):
        return _explain_os(error)
    if isinstance(error, CommandError):
        return (
            "cơ sở dữ liệu do bản mới hơn tạo ra, hãy cập nhật chương trình / the database is of a newer version "
            f"than this program ({mask(str(error))})"
        )
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.DatabaseError):
        return next((said for words, said in _SQLITE_FAILURES.items() if words in str(cause).lower()), None)
    state = str(getattr(cause, "sqlstate", ""))
    if state in _POSTGRESQL_STATES or state[:2] in _POSTGRESQL_CLASSES:
        return f"PostgreSQL không nhận / PostgreSQL refuses: {_short(cause)}"
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return f"mất kết nối cơ sở dữ liệu / the connection to the database is lost: {_short(cause)}"
    return None


def _explain_os(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "chờ quá lâu không có trả lời / no answer in time"
    if isinstance(error, socket.gaierror):
        return f"không tìm thấy máy chủ theo tên / the server's name is not known ({error.strerror})"
    known = _OS_FAILURES.get(error.errno or 0) or mask(error.strerror or str(error) or type(error).__name__)
    return f"{error.filename}: {known}" if isinstance(error.filename, str) else known


def _short(error: BaseException | None) -> str:
    return mask(str(error).strip().partition("\n")[0])[:200] or type(error).__name__


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(Path(migrations.__file__).parent))


def head_revision() -> str | None:
    """The revision that this program's tables are at."""
    return _script().get_current_head()


def known_revisions() -> set[str]:
    """Every revision that this program can bring up to its own."""
    return {one.revision for one in _script().walk_revisions()}


async def revision(db: Database) -> str | None:
    """The revision a database is at; None when nothing was ever migrated. Raises what the engine raises."""
    async with asyncio.timeout(_DATABASE_SECONDS), db.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def telegram_username(settings: Settings) -> str:
    """The bot's name as getMe tells it. Raises Refused, whose text never holds the token."""
    token = settings.telegram.token
    if token is None:
        raise Refused(
            "chưa có mã: mở @BotFather, gõ /newbot, rồi đặt mã vào DOITHOAI_TELEGRAM__TOKEN / no token: ask @BotFather"
        )
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError

    api = TelegramAPIServer.from_base(settings.telegram.api_base)
    async with Bot(token.get_secret_value(), session=AiohttpSession(api=api)) as bot:
        try:
            user = await bot.get_me(request_timeout=_NETWORK_SECONDS)
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise Refused(
                "Telegram không nhận mã này; lấy lại ở @BotFather (/mybots → API Token) rồi đặt vào "
                "DOITHOAI_TELEGRAM__TOKEN / Telegram refuses this token: get it from @BotFather"
            ) from None
        except (TelegramAPIError, ClientDecodeError) as error:
            raise Refused(
                f"{settings.telegram.api_base} không trả lời đúng ({type(error).__name__}); xem mạng và "
                "telegram.api_base / no proper answer: check the network and telegram.api_base"
            ) from None
    return user.username or str(user.id)


async def zalo_bot_name(settings: Settings) -> str:
    """The Zalo bot's name as getMe tells it, once its webhook, if it has one, can be called. Raises Refused."""
    token = settings.zalo_bot.token
    if token is None:
        raise Refused(
            "chưa có mã: trong Zalo tìm Zalo Bot Manager, mở Zalo Bot Creator, tạo bot (tên bắt đầu bằng Bot); mã đến "
            "bằng tin nhắn Zalo, đặt vào DOITHOAI_ZALO_BOT__TOKEN / no token: ask Zalo Bot Creator"
        )
    from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
    from aiogram.methods import GetMe

    from bot.messengers.zalo import new_client
    from bot.messengers.zalo_platform import Platform

    base = settings.zalo_bot.api_base
    async with new_client() as client:
        platform = Platform(client, token.get_secret_value(), base)
        try:
            me = await platform.result(GetMe(), "getMe", {}, _NETWORK_SECONDS)
            if settings.zalo_bot.mode == "webhook":
                await _zalo_webhook(platform, settings)
        except TelegramUnauthorizedError:
            raise Refused(
                "Zalo không nhận mã này: trong Zalo mở Zalo Bot Creator, chọn bot, lấy lại mã (Reset token), đặt vào "
                "DOITHOAI_ZALO_BOT__TOKEN / Zalo refuses this token: get it again from Zalo Bot Creator"
            ) from None
        except TelegramAPIError as error:
            raise Refused(
                f"{base} không trả lời đúng ({type(error).__name__}); xem mạng và zalo_bot.api_base / "
                "no proper answer: check the network and zalo_bot.api_base"
            ) from None
    return str(me.get("display_name") or me.get("account_name") or me.get("id"))


async def _zalo_webhook(platform: "Platform", settings: Settings) -> None:
    """Lets Zalo call the webhook, where it is set already. Raises Refused when the call did not come through."""
    from aiogram.exceptions import TelegramNotFound, TelegramRetryAfter
    from aiogram.methods import GetWebhookInfo

    from bot.messengers.zalo_bot import PATH

    url = f"{settings.web.public_url}{PATH}"
    try:
        if (await platform.result(GetWebhookInfo(), "getWebhookInfo", {}, _NETWORK_SECONDS)).get("url") != url:
            return  # the first run sets it
        probe = await platform.ask(GetWebhookInfo(), "testWebhook", {})
    except (TelegramNotFound, TelegramRetryAfter):
        return  # none is set, or it was tried often enough today
    tried = probe["result"] if isinstance(probe.get("result"), dict) else probe
    if tried.get("ok") is not True:
        raise Refused(
            f"Zalo gọi {url} không tới ({tried.get('outcome')}): chạy doithoai run, mở HTTPS ra ngoài cho địa chỉ này; "
            "sau Cloudflare thì tắt Browser Integrity Check cho nó / Zalo cannot call the webhook"
        )


async def run_checks(settings: Settings, now: Now = utc_now, min_free: int = MIN_FREE) -> list[Check]:
    """Looks at everything that a start relies on; makes the keys of the web chat, and changes nothing else.

    `min_free` is in bytes.
    """
    from bot.oa_checks import official_account

    database, found = await _database(settings, now, min_free)
    zalo = [await _zalo_bot(settings)]
    if settings.zalo_bot.token is not None:
        zalo += [_plan(one) for one in found.used]
    return [
        _configuration(settings),
        database,
        _sealed(settings, found.unread),
        await asyncio.to_thread(_tried, "thư mục tệp", lambda: _media(settings.storage.media, min_free)),
        _texts(settings),
        await asyncio.to_thread(_templates, settings.commune().name, now().date()),
        await _telegram(settings),
        *zalo,
        await official_account(settings, now),
        *([await asyncio.to_thread(_tried, keys.CHECK, lambda: _chat(settings))] if settings.web.chat else []),
        await asyncio.to_thread(_tried, "cổng web", lambda: _port(settings.web.host, settings.web.port)),
        _clock(settings, now(), found.latest),
    ]


def _tried(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except OSError as error:
        return Check(name, False, _explain_os(error))


def _configuration(settings: Settings) -> Check:
    here = settings.commune()
    detail = f"{here.name}, {len(here.villages)} thôn, {len(here.fields)} lĩnh vực, {len(here.units)} bộ phận"
    return Check("cấu hình", True, detail)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the record says: its last event, how many sealed matters nobody may read, what is used of Zalo's plan."""

    latest: datetime | None = None
    unread: int = 0
    used: tuple[Used, ...] = ()


async def _database(settings: Settings, now: Now, min_free: int) -> tuple[Check, _Found]:
    name = "cơ sở dữ liệu"
    url = make_url(settings.storage.url)
    path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    if path is not None:
        try:
            _room(path.parent, min_free)
        except OSError as error:
            return Check(name, False, _explain_os(error)), _Found()
        if not path.exists():
            return Check(name, True, f"chưa có, lần chạy đầu sẽ tạo / made at the first run: {path}"), _Found()
    db = Database(settings.storage.url, settings.commune(), now)
    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            current, head = await revision(db), head_revision()
            if current != head:
                mend = f"đang ở {current or 'trống'}, cần {head}: chạy doithoai migrate / run doithoai migrate"
                newer = current is not None and current not in known_revisions()
                return Check(name, False, explain(CommandError(current)) or "" if newer else mend), _Found()
            # BEGIN IMMEDIATE is refused where nothing can be written.
            async with db.write() as tx:
                latest = await tx.session.scalar(select(Event.at).order_by(Event.id.desc()).limit(1))
                unread = await count_unread(tx)
                used = tuple(await quotas.used(tx, "zalo_bot"))
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        return Check(name, False, known), _Found()
    finally:
        await db.close()
    return Check(name, True, f"{url.render_as_string()}, {head}"), _Found(latest, unread, used)


def _sealed(settings: Settings, unread: int) -> Check:
    """Whether somebody may read what waits in the sealed lane; a one-time link leads to `site`."""
    name, site = "việc xem riêng", settings.commune().site
    if unread:
        mend = f"{unread} việc chưa ai được đọc: chỉ định bằng /vaitro / nobody may read {unread}: appoint by /vaitro"
        return Check(name, False, mend)
    here = "" if settings.web.public_url or settings.phones_on else ", chỉ mở được trên máy này: đặt web.public_url"
    return Check(name, True, f"mở ở / opens at {site}{here}")


def _chat(settings: Settings) -> Check:
    return Check(keys.CHECK, *keys.check(settings.storage.media, settings.web.site))


def _room(folder: Path, min_free: int) -> None:
    """Raises OSError unless `folder` exists or can be made, takes files, and has `min_free` bytes left."""
    place = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    if not place.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "không phải thư mục / not a folder", str(place))
    if not os.access(place, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "", str(place))
    with tempfile.TemporaryFile(dir=place) as probe:
        probe.write(b"doithoai")
    free = shutil.disk_usage(place).free
    if free < min_free:
        said = f"chỉ còn {free // 1_000_000} MB, cần {min_free // 1_000_000} MB / too little space left: make room"
        raise OSError(0, said, str(place))


def _media(folder: Path, min_free: int) -> Check:
    _room(folder, min_free)
    return Check("thư mục tệp", True, str(folder))


def _texts(settings: Settings) -> Check:
    words = Words(settings.commune_section.form_of_address)
    keys = [words.keys(language) for language in LANGUAGES]
    whole = bool(keys[0]) and all(one == keys[0] for one in keys)
    mend = "thiếu tệp lời nhắn handlers/texts, cài lại chương trình / texts are missing: install the program again"
    return Check("lời nhắn", whole, f"{len(keys[0])} câu, {', '.join(LANGUAGES)}" if whole else mend)


def _templates(commune: str, day: date) -> Check:
    """Fills each Word template once: one that was changed by hand may not be one any more."""
    from bot.documents import Templates
    from handlers.rendering import Notice

    name = "mẫu văn bản"
    try:
        Templates().notice(Notice(commune, day, "Mẫu", ("Mẫu",)))
    except Exception as error:  # noqa: BLE001  whatever a broken template makes the libraries raise
        return Check(
            name,
            False,
            f"bot/documents/notice.docx hỏng ({type(error).__name__}): sửa các chỗ {{{{ }}}} trong tệp, hoặc lấy lại "
            "tệp gốc / the template is broken: mend its fields, or take the original file again",
        )
    return Check(name, True, "notice.docx")


async def _telegram(settings: Settings) -> Check:
    name = "Telegram"
    if settings.telegram.token is None and settings.phones_on:
        return Check(name, True, "chưa dùng, chỉ có trang điện thoại thử / not used; the phones page is on")
    if settings.telegram.token is None and settings.has_messenger:
        return Check(name, True, "chưa dùng / not used")
    try:
        return Check(name, True, f"@{await telegram_username(settings)}")
    except Refused as refused:
        return Check(name, False, refused.mend)


async def _zalo_bot(settings: Settings) -> Check:
    name = "Zalo Bot"
    if settings.zalo_bot.token is None:
        return Check(name, True, "chưa dùng / not used")
    try:
        return Check(name, True, await zalo_bot_name(settings))
    except Refused as refused:
        return Check(name, False, refused.mend)


def _plan(used: Used) -> Check:
    """How much of the bot's free plan is used: words from 80 % on, a failure when nothing is left."""
    what = "người" if used.what == "people" else "tin tháng này"
    detail = f"{used.used}/{used.limit} {what}"
    if used.level:
        detail += (
            "; gói miễn phí của Zalo sắp hết, mời bà con đi lối khác: Zalo OA, Telegram hoặc trang web / "
            "the free plan is nearly used up: lead people another way"
        )
    return Check("hạn mức Zalo Bot", used.level < quotas.FULL, detail)


def _port(host: str, port: int) -> Check:
    name = "cổng web"
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE and _is_us(host, port):
                return Check(name, True, f"{host}:{port}, doithoai đang chạy / it is running")
            return Check(name, False, f"{host}:{port}: {_explain_os(error)}")
    return Check(name, True, f"{host}:{port} còn trống / free")


def _is_us(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read(16) == b"ok"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _clock(settings: Settings, now: datetime, latest: datetime | None) -> Check:
    zone = settings.commune_section.timezone
    shown = f"{now.astimezone(zone):%H:%M %d/%m/%Y} ({zone.key})"
    if now.year < EARLIEST:
        return Check("đồng hồ", False, f"{shown}: chỉnh lại giờ của máy / set this machine's clock")
    if latest is not None and latest > now + timedelta(minutes=5):
        said = f"{latest.astimezone(zone):%H:%M %d/%m/%Y}"
        mend = f"{shown}: sổ đã ghi việc lúc {said}, chỉnh lại giờ của máy / the record is ahead: set the clock"
        return Check("đồng hồ", False, mend)
    return Check("đồng hồ", True, shown)
