import asyncio
import errno
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import make_url

import bot.documents
from bot import keys
from bot.checks import BEGIN, Check, explain, head_revision, known_revisions, run_checks
from bot.config import Settings, load
from bot.pages.server import WebServer
from storage import people
from storage.database import Database, utc_now
from storage.models import Role
from tests.bot.parts import no_metrics
from tests.bot.test_config import MINIMAL
from tests.doubles.telegram import TelegramDouble
from tests.records import put_fresh
from tests.texts import words

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
TOKEN = "42:TEST"


def now() -> datetime:
    return NOW


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def environ(tmp_path: Path, port: int) -> dict[str, str]:
    return {
        "DOITHOAI_STORAGE__URL": f"sqlite+aiosqlite:///{tmp_path}/data/record.db",
        "DOITHOAI_STORAGE__MEDIA": str(tmp_path / "data/media"),
        "DOITHOAI_WEB__PORT": str(port),
    }


def configured(folder: Path, environ: dict[str, str]) -> Settings:
    file = folder / "config.toml"
    file.write_text(MINIMAL, encoding="utf-8")
    return load(file, environ)


async def migrated(settings: Settings) -> None:
    await put_fresh(Path(make_url(settings.storage.url).database or ""))


async def one(name: str, settings: Settings, **options: int) -> Check:
    return next(check for check in await run_checks(settings, now, **options) if check.name == name)


async def test_checks_of_a_fresh_place_are_all_ok_and_change_nothing(
    tmp_path: Path, environ: dict[str, str], port: int
) -> None:
    count = len(words().keys("vi"))
    assert await run_checks(configured(tmp_path, environ), now, min_free=1) == [
        Check("cấu hình", True, "xã Mẫu, 1 thôn, 1 lĩnh vực, 1 bộ phận"),
        Check(
            "cơ sở dữ liệu", True, f"chưa có, lần chạy đầu sẽ tạo / made at the first run: {tmp_path}/data/record.db"
        ),
        Check("việc xem riêng", True, f"mở ở / opens at http://127.0.0.1:{port}"),
        Check("thư mục tệp", True, f"{tmp_path}/data/media"),
        Check("lời nhắn", True, f"{count} câu, vi, en"),
        Check("mẫu văn bản", True, "notice.docx"),
        Check("Telegram", True, f"chưa dùng, chỉ có trang điện thoại thử / not used; the phones page is on. {BEGIN}"),
        Check("Zalo Bot", True, "chưa dùng / not used"),
        Check("Zalo OA", True, "chưa dùng / not used"),
        Check("cổng web", True, f"127.0.0.1:{port} còn trống / free"),
        Check("đồng hồ", True, "15:00 01/12/2026 (Asia/Ho_Chi_Minh)"),
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


async def test_migrated_database_is_ok(tmp_path: Path, environ: dict[str, str]) -> None:
    settings = configured(tmp_path, environ)
    await migrated(settings)
    check = await one("cơ sở dữ liệu", settings, min_free=1)
    assert check == Check("cơ sở dữ liệu", True, f"{environ['DOITHOAI_STORAGE__URL']}, {head_revision()}")


async def test_database_of_another_version_says_what_to_do(tmp_path: Path, environ: dict[str, str]) -> None:
    settings = configured(tmp_path, environ)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/record.db").touch()
    check = await one("cơ sở dữ liệu", settings, min_free=1)
    assert (check.ok, "doithoai migrate" in check.detail) == (False, True)
    await migrated(settings)
    with closing(sqlite3.connect(tmp_path / "data/record.db", isolation_level=None)) as record:
        record.execute("UPDATE alembic_version SET version_num = '9999'")
    check = await one("cơ sở dữ liệu", settings, min_free=1)
    assert (check.ok, "newer version" in check.detail) == (False, True)


async def test_unusable_database_is_a_failed_check(tmp_path: Path, environ: dict[str, str]) -> None:
    settings = configured(tmp_path, environ)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/record.db").write_text("no database" * 100)
    check = await one("cơ sở dữ liệu", settings, min_free=1)
    assert (check.ok, "not an SQLite database" in check.detail) == (False, True)
    (tmp_path / "data/record.db").unlink()
    (tmp_path / "data").rmdir()
    (tmp_path / "data").touch()
    check = await one("cơ sở dữ liệu", settings, min_free=1)
    assert (check.ok, f"{tmp_path}/data: không phải thư mục" in check.detail) == (False, True)


async def test_postgresql_that_nobody_serves_is_a_failed_check(
    tmp_path: Path, environ: dict[str, str], port: int
) -> None:
    url = f"postgresql+asyncpg://nobody:planted@127.0.0.1:{port}/none"
    check = await one("cơ sở dữ liệu", configured(tmp_path, environ | {"DOITHOAI_STORAGE__URL": url}), min_free=1)
    assert (check.ok, "planted" in check.detail, "systemctl status postgresql" in check.detail) == (False, False, True)


async def test_media_folder_must_be_one_with_space(tmp_path: Path, environ: dict[str, str]) -> None:
    settings = configured(tmp_path, environ)
    check = await one("thư mục tệp", settings, min_free=1 << 62)
    assert (check.ok, "too little space" in check.detail) == (False, True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/media").touch()
    check = await one("thư mục tệp", settings, min_free=1)
    assert check == Check("thư mục tệp", False, f"{tmp_path}/data/media: không phải thư mục / not a folder")


async def test_telegram_token_is_tried_and_never_shown(tmp_path: Path, environ: dict[str, str], port: int) -> None:
    async with TelegramDouble() as telegram:
        with_token = environ | {"DOITHOAI_TELEGRAM__TOKEN": TOKEN, "DOITHOAI_TELEGRAM__API_BASE": telegram.url}
        settings = configured(tmp_path, with_token)
        assert await one("Telegram", settings) == Check("Telegram", True, "@double42_bot")
        telegram.revoke(TOKEN)
        refused = await run_checks(settings, now)
    unreachable = await run_checks(configured(tmp_path, with_token), now)
    for checks, mend in ((refused, "@BotFather"), (unreachable, "telegram.api_base")):
        shown = [str(check) for check in checks]
        assert [mend in line for line in shown if line.startswith("FAIL  Telegram")] == [True]
        assert not any("TEST" in line for line in shown)


async def test_no_messenger_at_all_is_a_failed_check(tmp_path: Path, environ: dict[str, str]) -> None:
    check = await one("Telegram", configured(tmp_path, environ | {"DOITHOAI_WEB__PHONES": "off"}))
    assert (check.ok, "@BotFather" in check.detail) == (False, True)


async def test_port_of_another_program_is_a_failed_check(tmp_path: Path, environ: dict[str, str], port: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", port):
        check = await one("cổng web", configured(tmp_path, environ))
    assert (check.ok, "another program" in check.detail) == (False, True)


async def test_port_that_we_serve_ourselves_is_ok(tmp_path: Path, environ: dict[str, str], port: int) -> None:
    async def no_problems() -> dict[str, str | None]:
        return {}

    server = WebServer("127.0.0.1", port, problems=no_problems, metrics=no_metrics)
    server.bind()
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(stopping))
        async with asyncio.timeout(10):
            while "đang chạy" not in (check := await one("cổng web", configured(tmp_path, environ))).detail:
                assert (check.name, check.ok) == ("cổng web", False) or "còn trống" in check.detail
        stopping.set()
    assert check == Check("cổng web", True, f"127.0.0.1:{port}, doithoai đang chạy / it is running")


async def test_address_of_another_machine_is_a_failed_check(tmp_path: Path, environ: dict[str, str]) -> None:
    elsewhere = environ | {"DOITHOAI_WEB__HOST": "192.0.2.1", "DOITHOAI_WEB__PHONES": "off"}
    check = await one("cổng web", configured(tmp_path, elsewhere))
    assert (check.ok, "web.host" in check.detail) == (False, True)


async def test_clock_that_lost_the_time_is_a_failed_check(tmp_path: Path, environ: dict[str, str]) -> None:
    settings = configured(tmp_path, environ)
    reset = await run_checks(settings, lambda: datetime(2001, 1, 1, tzinfo=UTC))
    assert (reset[-1].name, reset[-1].ok) == ("đồng hồ", False)
    await migrated(settings)
    db = Database(settings.storage.url, settings.commune(), lambda: NOW + timedelta(hours=1))
    async with db.write() as tx:
        await people.invite(tx, Role.CLERK)
    await db.close()
    behind = await run_checks(settings, now, min_free=1)
    assert (behind[-1].ok, "16:00 01/12/2026" in behind[-1].detail) == (False, True)


async def test_clock_that_differs_from_the_messengers_server_is_a_failed_check(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    async with TelegramDouble() as telegram:
        with_token = environ | {"DOITHOAI_TELEGRAM__TOKEN": TOKEN, "DOITHOAI_TELEGRAM__API_BASE": telegram.url}
        settings = configured(tmp_path, with_token)
        found = [
            (await run_checks(settings, lambda apart=apart: utc_now() + timedelta(minutes=apart)))[-1]  # type: ignore[misc]
            for apart in (0, 10, -10)
        ]
    assert [check.ok for check in found] == [True, False, False]
    assert [next(way for way in ("nhanh", "chậm") if way in check.detail) for check in found[1:]] == ["nhanh", "chậm"]
    assert all("10 phút" in check.detail and "timedatectl set-ntp true" in check.detail for check in found[1:])


def test_lines_say_ok_or_fail() -> None:
    assert [str(Check("a", ok, "b")) for ok in (True, False)] == ["ok    a: b", "FAIL  a: b"]


def test_head_is_known() -> None:
    assert head_revision() in known_revisions()


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "record.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TABLE a (b)")
        other.execute("BEGIN EXCLUSIVE")
        yield file


def test_locked_database_is_explained(locked: Path) -> None:
    with closing(sqlite3.connect(locked, timeout=0)) as record, pytest.raises(sqlite3.OperationalError) as raised:
        record.execute("INSERT INTO a VALUES (1)")
    assert "another program holds the database" in (explain(raised.value) or "")


def test_full_disk_is_explained() -> None:
    with pytest.raises(OSError, match="No space") as raised, Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")
    assert explain(raised.value) == "hết chỗ trên đĩa / the disk is full"


def test_group_of_failures_is_explained_once_each() -> None:
    full = OSError(errno.ENOSPC, "")
    assert explain(ExceptionGroup("", [full, ExceptionGroup("", [full])])) == explain(full)
    assert explain(ExceptionGroup("", [full, KeyError("a")])) is None


@pytest.mark.parametrize("ours", [KeyError("a"), ValueError("b"), sqlite3.IntegrityError("UNIQUE"), RuntimeError()])
def test_mistake_of_ours_is_not_explained_away(ours: Exception) -> None:
    assert explain(ours) is None


async def test_broken_word_template_says_what_to_mend(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "documents"
    broken.mkdir()
    document = Document()
    document.add_paragraph("{{ commune")
    document.save(str(broken / "notice.docx"))
    monkeypatch.setattr(bot.documents, "FOLDER", broken)
    found = await one("mẫu văn bản", configured(tmp_path, environ))
    assert (found.ok, "bot/documents/notice.docx hỏng (TemplateSyntaxError)" in found.detail) == (False, True)


async def test_web_chat_is_given_its_keys(tmp_path: Path, environ: dict[str, str]) -> None:
    chat = {**environ, "DOITHOAI_WEB__CHAT": "true", "DOITHOAI_WEB__PUBLIC_URL": "https://chat.xa.example"}
    found = await one("trang chat", configured(tmp_path, chat))
    path = tmp_path / "data/media" / keys.NAME
    assert (found.ok, "https://chat.xa.example/chat?thon=<id>" in found.detail, path.exists()) == (True, True, True)
    plain = configured(tmp_path, {**chat, "DOITHOAI_WEB__PUBLIC_URL": "http://10.0.0.7"})
    assert "HTTPS" in (await one("trang chat", plain)).detail
    path.chmod(0o644)
    readable = await one("trang chat", plain)
    assert (readable.ok, f"chmod 600 {path}" in readable.detail) == (False, True)
    path.chmod(0o600)
    path.write_text("[]")
    damaged = await one("trang chat", plain)
    assert (damaged.ok, str(path) in damaged.detail) == (False, True)
