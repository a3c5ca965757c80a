import asyncio
import os
import re
import shutil
import signal
import socket
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from bot.__main__ import app
from bot.checks import head_revision
from bot.config import load
from storage import people
from storage.database import Database
from storage.models import Invitation, Official, Role
from tests.bot.test_config import MINIMAL
from tests.doubles.telegram import TelegramDouble
from tests.doubles.zalo_bot import ZaloBotDouble

ROOT = Path(__file__).parents[2]
HEAVY = {"aiogram", "aiohttp", "alembic", "asyncpg", "fastapi", "nicegui", "pydantic", "sqlalchemy", "storage"}
TOKEN = "42:TEST"
CODE = re.compile(r"moi-[0-9a-f]{20}")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """A place to type commands in: its folder, and what the environment says beside the ordinary."""

    folder: Path
    environ: dict[str, str]

    async def python(self, *arguments: str) -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **self.environ},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    async def started(self, *arguments: str, **environ: str) -> Ended:
        """As a user types it: a process of its own."""
        return await Shell(self.folder, self.environ | named(environ)).python("-m", "bot", *arguments)

    async def doithoai(self, *arguments: str, **environ: str) -> Ended:
        """The same command line in this process, where the imports are paid for once."""
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=self.environ | named(environ))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)


def named(environ: dict[str, str]) -> dict[str, str]:
    return {f"DOITHOAI_{name}": value for name, value in environ.items()}


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DOITHOAI_")]:
        monkeypatch.delenv(name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "config.toml").write_text(MINIMAL, encoding="utf-8")
    return Shell(tmp_path, {"DOITHOAI_WEB__PORT": str(port)})


def said(ended: Ended, *words: str) -> None:
    """Refused in words, with no traceback."""
    assert all(word in ended.err for word in words), ended.err
    assert "Traceback" not in ended.err


async def test_help_loads_nothing_heavy(shell: Shell) -> None:
    ended = await shell.python(
        "-c",
        "import sys; sys.argv = ['doithoai', '--help']\nfrom bot.__main__ import main\n"
        "try: main()\nfinally: print('loaded', *(name for name in sys.modules if '.' not in name))",
    )
    helped, _, loaded = ended.out.partition("loaded ")
    assert HEAVY.intersection(loaded.split()) == set()
    commands = helped.partition("Commands:")[2]
    assert re.findall(r"^  (\w+) ", commands, re.MULTILINE) == [
        "run",
        "check",
        "invite",
        "outbox",
        "migrate",
        "backup",
        "restore",
    ]


async def test_help_of_invite_names_every_role(shell: Shell) -> None:
    ended = await shell.doithoai("invite", "--help")
    assert re.search(rf"{', '.join(Role)}\.", " ".join(ended.out.split()))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], ["nonsense"]),
        (["backup"], ["FILE"]),
        (["invite", "boss"], ["'boss'", "clerk, staff, leader, village_head, observer, admin"]),
        (["invite", "staff"], ["--unit", "van-phong"]),
        (["invite", "staff", "--unit", "nowhere"], ["'nowhere'", "van-phong"]),
        (["invite", "village_head"], ["--village", "mau-1"]),
        (["invite", "clerk", "--village", "mau-9"], ["'mau-9'", "mau-1"]),
    ],
)
async def test_wrong_usage_ends_with_2(shell: Shell, arguments: list[str], words: list[str]) -> None:
    ended = await shell.doithoai(*arguments)
    assert ended.code == 2
    said(ended, *words)


async def test_missing_file_ends_with_1(shell: Shell) -> None:
    ended = await shell.started("run", "--config", "other.toml")
    assert ended.code == 1
    said(ended, "other.toml", "--config FILE")


async def test_wrong_configuration_names_every_problem(shell: Shell) -> None:
    ended = await shell.doithoai("check", WEB__PORT="none", WEB__PHONE="off")
    assert ended.code == 1
    said(ended, 'web.port = "none": expected', "web.phone")


async def test_migrate_says_from_where_to_where(shell: Shell) -> None:
    first, second = await shell.doithoai("migrate"), await shell.doithoai("migrate")
    assert (first.code, first.out) == (0, f"Cơ sở dữ liệu: trống → {head_revision()} / migrated\n")
    assert (second.code, second.out) == (
        0,
        f"Cơ sở dữ liệu đã ở bản {head_revision()} / already at {head_revision()}\n",
    )


async def test_outbox_shows_what_waits_and_what_failed(shell: Shell) -> None:
    none = await shell.doithoai("outbox")
    assert (none.code, len(none.err.splitlines())) == (1, 1)
    said(none, "doithoai run")
    await shell.doithoai("migrate")
    assert (await shell.doithoai("outbox")).out == "Hộp gửi trống / the outbox is empty\n"
    with closing(sqlite3.connect(shell.folder / "data/tryit.db")) as record, record:
        record.execute(
            "INSERT INTO account (id, messenger, language, created_at) VALUES (1, 'web', 'vi', '2026-11-23')"
        )
        columns = "account_id, messenger, priority, kind, state, attempts, repeated, created_at, not_before, error"
        for state, error in (("queued", None), ("failed", "Bad Request: chat not found")):
            values = (1, "web", 3, "announcement", state, 0, 0, "2026-11-23", "2026-11-23", error)
            record.execute(f"INSERT INTO outbox ({columns}) VALUES ({', '.join('?' * len(values))})", values)
    ended = await Shell(shell.folder, shell.environ | {"COLUMNS": "200"}).doithoai("outbox")
    assert ended.code == 0
    for words in ("announcement", "1/2 (50%)", "Bad Request: chat not found", "the oldest has waited"):
        assert words in ended.out


async def test_outbox_that_is_watched_ends_with_ctrl_c(shell: Shell) -> None:
    await shell.doithoai("migrate")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "outbox",
        "--watch",
        cwd=shell.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TTY_COMPATIBLE": "1", **shell.environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # A shell's background job ignores Ctrl-C, and hands that down to its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    await asyncio.wait_for(process.stdout.readuntil("Hộp gửi trống".encode()), 60)
    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


async def test_what_is_no_database_is_one_line(shell: Shell) -> None:
    (shell.folder / "data").mkdir()
    (shell.folder / "data/tryit.db").write_text("no database" * 100)
    ended = await shell.started("migrate")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    said(ended, "not an SQLite database")


async def test_database_of_a_newer_program_is_one_line(shell: Shell) -> None:
    await shell.doithoai("migrate")
    with closing(sqlite3.connect(shell.folder / "data/tryit.db", isolation_level=None)) as record:
        record.execute("UPDATE alembic_version SET version_num = '9999'")
    migrate, invite = await shell.doithoai("migrate"), await shell.doithoai("invite", "clerk")
    assert (migrate.code, len(migrate.err.splitlines()), invite.code) == (1, 1, 1)
    said(migrate, "newer version")
    said(invite, "doithoai migrate")


async def test_check_says_what_to_mend_and_ends_with_1(shell: Shell) -> None:
    ok = await shell.doithoai("check")
    assert (ok.code, [line[:4] for line in ok.out.splitlines()]) == (0, ["ok  "] * 11)
    async with TelegramDouble() as telegram:
        telegram.revoke(TOKEN)
        wrong = await shell.doithoai("check", TELEGRAM__TOKEN=TOKEN, TELEGRAM__API_BASE=telegram.url)
    failed = [line for line in wrong.out.splitlines() if line.startswith("FAIL")]
    assert (wrong.code, [line.split()[1] for line in failed]) == (1, ["Telegram:"])
    assert TOKEN not in wrong.out + wrong.err


async def test_invited_official_joins_with_the_printed_code(shell: Shell) -> None:
    ended = await shell.doithoai("invite", "staff", "--unit", "van-phong")
    code = CODE.findall(ended.out)[0]
    assert f"/start {code}" in ended.out
    settings = load(shell.folder / "config.toml", {})
    db = Database(settings.storage.url, settings.commune())
    try:
        async with db.write() as tx:
            caller = (await people.load_callers(tx, "web", ["1"]))["1"]
            joined = await people.accept_invitation(tx, caller.account, code)
            expires = await tx.session.scalar(select(Invitation.expires_at))
    finally:
        await db.close()
    assert isinstance(joined, Official)
    assert (joined.role, joined.unit_id) == (Role.STAFF, "van-phong")
    assert expires is not None
    assert f"{expires.astimezone(settings.commune_section.timezone):%H:%M %d/%m/%Y}" in ended.out


async def test_invitation_opens_the_web_chat(shell: Shell) -> None:
    chat = {"WEB__CHAT": "true", "WEB__PUBLIC_URL": "https://chat.xa.example"}
    ended = await shell.doithoai("invite", "clerk", **chat)
    assert f"https://chat.xa.example/chat#{CODE.findall(ended.out)[0]}" in ended.out


async def test_invitation_has_a_link_where_telegram_answers(shell: Shell) -> None:
    async with TelegramDouble() as telegram:
        wire = {"TELEGRAM__TOKEN": TOKEN, "TELEGRAM__API_BASE": telegram.url}
        linked = await shell.doithoai("invite", "clerk", **wire)
        telegram.revoke(TOKEN)
        typed = await shell.doithoai("invite", "clerk", **wire)
    assert (linked.code, typed.code) == (0, 0)
    assert f"https://t.me/double42_bot?start={CODE.findall(linked.out)[0]}\n" in linked.out
    assert f"/start {CODE.findall(typed.out)[0]}\n" in typed.out
    assert TOKEN not in linked.out + linked.err + typed.out + typed.err


async def test_invitation_says_what_to_type_to_the_zalo_bot(shell: Shell) -> None:
    async with ZaloBotDouble() as zalo:
        wire = {"ZALO_BOT__TOKEN": zalo.token, "ZALO_BOT__API_BASE": zalo.url}
        named = await shell.doithoai("invite", "clerk", **wire)
        zalo.revoke()
        unnamed = await shell.doithoai("invite", "clerk", **wire)
    assert (named.code, unnamed.code) == (0, 0)
    code = CODE.findall(named.out)[0]
    assert f"Zalo: mở Bot Xã Mẫu (mã QR ở thẻ Chia sẻ của bot), nhắn / open it and send: /start {code}\n" in named.out
    assert "Zalo Bot Creator" in unnamed.out
    assert "abc-xyz" not in named.out + named.err + unnamed.out + unnamed.err


@pytest.fixture
def service(shell: Shell) -> Shell:
    """Where the record is the commune's own, and not the try-out's."""
    return Shell(shell.folder, shell.environ | named({"WEB__PHONES": "off"}))


@pytest.mark.parametrize("command", ["backup", "restore"])
async def test_record_of_the_try_out_is_not_taken_for_the_communes(shell: Shell, command: str) -> None:
    await shell.doithoai("migrate")
    ended = await shell.doithoai(command, "b.tar")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    said(ended, "try-out", "DOITHOAI_STORAGE__URL")
    address = f"sqlite+aiosqlite:///{shell.folder}/data/tryit.db"
    assert (await shell.doithoai("backup", "b.tar", STORAGE__URL=address)).code == 0


async def test_backup_and_restore_from_the_command_line(service: Shell) -> None:
    shell = service
    await shell.doithoai("invite", "clerk")
    done = await shell.doithoai("backup", "b.tar")
    assert (done.code, done.err) == (0, "")
    there = await shell.doithoai("restore", "b.tar")
    assert there.code == 1
    said(there, "--force")
    replaced = await shell.doithoai("restore", "b.tar", "--force")
    assert (replaced.code, "before-restore-" in replaced.out) == (0, True)
    shutil.rmtree(shell.folder / "data")
    back = await shell.doithoai("restore", "b.tar")
    assert back.code == 0
    with closing(sqlite3.connect(shell.folder / "data/doithoai.db")) as record:
        assert record.execute("SELECT role FROM invitation").fetchall() == [("clerk",)]


@pytest.mark.parametrize("file", ["b.tar", "config.toml", "none.tar", "none/none.tar"])
async def test_restore_of_what_is_no_backup_is_one_line(service: Shell, file: str) -> None:
    shell = service
    (shell.folder / "b.tar").write_bytes(bytes(2000))
    ended = await shell.doithoai("restore", file)
    assert (ended.code, len(ended.err.splitlines()), (shell.folder / "data").exists()) == (1, 1, False)
    said(ended, " / ")


async def test_backup_that_the_disk_refuses_leaves_nothing(service: Shell) -> None:
    shell = service
    await shell.doithoai("migrate")
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "sys.argv = ['doithoai', 'backup', 'b.tar']\nfrom bot.__main__ import main\nmain()"
    )
    ended = await shell.python("-B", "-c", limited)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert {path.name for path in shell.folder.iterdir()} == {"config.toml", "data"}
    nowhere = await shell.doithoai("backup", "none/b.tar")
    assert (nowhere.code, len(nowhere.err.splitlines())) == (1, 1)
    said(nowhere, "none/b.tar", "no such file or folder")


async def test_run_beside_another_program_on_its_port_is_one_line(shell: Shell) -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with taken:
        ended = await shell.started("run", WEB__PORT=str(taken.sockets[0].getsockname()[1]))
    assert (ended.code, "web.port" in ended.err, "Traceback" in ended.err) == (1, True, False)
