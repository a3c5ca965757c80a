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
from storage import inbox, migrations, quotas
from storage.database import Database, Now, utc_now
from storage.models import Event
from storage.quotas import Used
from storage.sealed_clock import count_unread

MIN_FREE = 500_000_000
"""Bytes that must be free where the record and the files lie: 25 of the largest files that residents may send."""

EARLIEST = 2026
"""A clock that shows an earlier year has lost the time: the program itself is younger."""

BEGIN = (
    "Muốn dùng thật, chọn một: Telegram (@BotFather, gõ /newbot), Zalo (trong Zalo tìm Zalo Bot Manager; hoặc OA xã, "
    'developers.zalo.me), trang chat (web.chat = true, web.public_url = "https://…") / '
    "to begin choose one of these, see the README"
)
MOST_APART = timedelta(minutes=2)
"""Between our clock and a messenger's: Zalo's events carry a time, and reminders go by ours."""

_DATABASE_SECONDS = 35  # beyond SQLite's own wait for a lock, so that its clearer error comes first
NETWORK_SECONDS = 10
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
SERVER = (
    "PostgreSQL có chạy không (systemctl status postgresql), địa chỉ và mật khẩu trong DOITHOAI_STORAGE__URL đúng chưa "
    "/ is PostgreSQL running, is the address right"
)
DENIED = "không có quyền, giao cho người dùng chạy doithoai (chown) / permission denied to the user that runs this"
_OS_FAILURES = {
    errno.ENOSPC: "hết chỗ trên đĩa / the disk is full",
    errno.EDQUOT: "hết phần đĩa được cấp / the disk quota is used up",
    errno.EFBIG: "tệp vượt giới hạn của hệ thống / the file is larger than the system allows",
    errno.EACCES: DENIED,
    errno.EPERM: DENIED,
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


@dataclass
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
            user = await bot.get_me(request_timeout=NETWORK_SECONDS)
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


async def run_checks(settings: Settings, now: Now = utc_now, min_free: int = MIN_FREE) -> list[Check]:
    """Looks at everything that a start relies on; makes the keys of the web chat, and changes nothing else.

    `min_free` is in bytes.
    """
    from bot.messengers.zalo import new_client
    from bot.oa_checks import events, official_account
    from bot.site_checks import public_address, server_time
    from bot.zalo_bot_checks import plan, zalo_bot

    database, found = await _database(settings, now, min_free)
    web = settings.web
    running = await asyncio.to_thread(_is_us, web.host, web.port)
    async with new_client() as client:
        outside = [await public_address(settings, client, running=running)] if web.public_url is not None else []
        server = await server_time(settings, client)
    return [
        _configuration(settings),
        database,
        _sealed(settings, found.unread),
        await asyncio.to_thread(_tried, "thư mục tệp", lambda: _media(settings.storage.media, min_free)),
        _texts(settings),
        await asyncio.to_thread(_templates, settings.commune().name, now().date()),
        await _telegram(settings),
        await zalo_bot(settings),
        *([plan(one) for one in found.used] if settings.zalo_bot.token is not None else []),
        await official_account(settings, now),
        *([events(settings, found.heard)] if database.ok and settings.zalo_oa.oa_secret is not None else []),
        *([await asyncio.to_thread(_tried, keys.CHECK, lambda: _chat(settings))] if settings.web.chat else []),
        await asyncio.to_thread(_tried, "cổng web", lambda: _port(web.host, web.port)),
        *outside,
        _clock(settings, now(), found.latest, server),
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
    """What the record says: its last event, how many sealed matters nobody may read, what is used of a Zalo bot's plan.

    `heard` is when the Official Account last brought something.
    """

    latest: datetime | None = None
    unread: int = 0
    used: tuple[Used, ...] = ()
    heard: datetime | None = None


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
                heard = await inbox.latest(tx, "zalo_oa")
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        return Check(
            name, False, known if path is not None else f"{url.render_as_string()}: {known}; {SERVER}"
        ), _Found()
    finally:
        await db.close()
    return Check(name, True, f"{url.render_as_string()}, {head}"), _Found(latest, unread, used, heard)


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
        return Check(name, True, f"chưa dùng, chỉ có trang điện thoại thử / not used; the phones page is on. {BEGIN}")
    if settings.telegram.token is None and settings.has_messenger:
        return Check(name, True, "chưa dùng / not used")
    try:
        return Check(name, True, f"@{await telegram_username(settings)}")
    except Refused as refused:
        return Check(name, False, refused.mend)


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


def _clock(settings: Settings, now: datetime, latest: datetime | None, server: datetime | None) -> Check:
    """Whether this machine knows the time: by the record, and by what a messenger's server says, when it said so."""
    name, zone = "đồng hồ", settings.commune_section.timezone
    shown = f"{now.astimezone(zone):%H:%M %d/%m/%Y} ({zone.key})"
    mend = "bật tự chỉnh giờ: timedatectl set-ntp true / let the machine set its clock"
    if now.year < EARLIEST:
        return Check(name, False, f"{shown}: giờ của máy sai, {mend}")
    if latest is not None and latest > now + timedelta(minutes=5):
        said = f"{latest.astimezone(zone):%H:%M %d/%m/%Y}"
        return Check(name, False, f"{shown}: sổ đã ghi việc lúc {said} / the record is ahead; {mend}")
    if server is not None and abs(server - now) > MOST_APART:
        minutes = round(abs(server - now) / timedelta(minutes=1))
        way = "chậm" if server > now else "nhanh"
        said = f"{way} hơn giờ của máy chủ nhắn tin {minutes} phút / {minutes} minutes off the messenger's server"
        return Check(name, False, f"{shown}: {said}; {mend}")
    return Check(name, True, shown)
