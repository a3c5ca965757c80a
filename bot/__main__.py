"""The command line: `doithoai`. Exit codes: 0 done, 1 the user can mend it and is told how, 2 wrong usage."""

import asyncio
import gc
import io
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

# Nothing of ours is imported here: `--help` must not wait for aiogram, SQLAlchemy and the rest.
if TYPE_CHECKING:
    from bot.config import Settings
    from storage.database import Database
    from storage.models import Role

T = TypeVar("T")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Đối thoại giữa chính quyền xã và người dân / a commune's dialogue with its people.",
)
ConfigFile = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="Tệp cấu hình / the configuration file.", show_default=True)
]
DEFAULT_CONFIG = Path("config.toml")


def main() -> None:
    """The console script."""
    # What is imported stays, and the collector would look through it again and again: a fifth of what a start takes.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A console that has no Vietnamese letters shows "?" instead of stopping us.
            stream.reconfigure(errors="replace")
    app(prog_name="doithoai")


@app.command()
def run(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Chạy mọi thứ đã cấu hình / run everything that is configured."""
    settings = _settings(config)
    from bot import logs
    from bot.app import serve

    logs.setup(secrets=settings.secrets)
    raise typer.Exit(_done(serve(settings)))


@app.command()
def check(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Kiểm tra mọi thứ trước khi chạy / check what a start relies on."""
    settings = _settings(config)
    from bot.checks import run_checks

    checks = _done(run_checks(settings))
    for one in checks:
        typer.echo(str(one))
    if not all(one.ok for one in checks):
        raise typer.Exit(1)


@app.command()
def invite(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="clerk, staff, leader, village_head, observer, admin.")],
    unit: Annotated[str | None, typer.Option(metavar="U", help="Bộ phận, với staff / the unit, for staff.")] = None,
    village: Annotated[
        str | None, typer.Option(metavar="V", help="Thôn, với village_head / the village, for a village head.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Mời cán bộ bằng mã dùng một lần / invite an official."""
    settings = _settings(config)
    from storage.models import Role

    chosen = Role(_one_of("ROLE", role, [one.value for one in Role]) or "")
    here = settings.commune()
    units, villages = [one.id for one in here.units], [one.id for one in here.villages]
    _one_of("--unit", unit, units, needed=chosen is Role.STAFF)
    _one_of("--village", village, villages, needed=chosen is Role.VILLAGE_HEAD)
    for line in _done(_invite(settings, chosen, unit, village)):
        typer.echo(line)


@app.command()
def outbox(
    watch: Annotated[
        bool, typer.Option("--watch", help="Xem tiếp, Ctrl-C để thôi / keep it live, Ctrl-C ends.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Hộp gửi: chờ gì, tới đâu, vì sao hỏng / what waits, how it fares, why it failed."""
    settings = _settings(config)
    try:
        _done(_outbox(settings, watch=watch))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


@app.command()
def migrate(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Nâng cơ sở dữ liệu lên bản này / migrate the database."""
    settings = _settings(config)
    before, after = _done(_migrate(settings))
    if before == after:
        typer.echo(f"Cơ sở dữ liệu đã ở bản {after} / already at {after}")
    else:
        typer.echo(f"Cơ sở dữ liệu: {before or 'trống'} → {after} / migrated")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp sẽ ghi, .tar / the tar file to write.")],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Sao lưu, cả khi đang chạy; tệp ghi ra là bí mật / back up, also while running; the file is a secret."""
    settings = _settings(config)
    _not_the_try_out(settings)
    done = _done(_backup(settings, file))
    typer.echo(f"Đã sao lưu vào {file}: {done.size / 1e6:.1f} MB, {done.files} tệp / backed up")
    held = ", khoá trang chat / and the web chat's keys" if done.has_keys else ""
    typer.echo(f"Trong tệp có lời bà con{held}: giữ kín / it holds what residents said: keep it secret")
    if done.lost:
        typer.echo(f"{len(done.lost)} tệp đã mất hoặc hỏng từ trước / files were already lost or damaged:", err=True)
        for digest in done.lost:
            typer.echo(f"  {digest}", err=True)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp do doithoai backup ghi / a backup.")],
    force: Annotated[
        bool, typer.Option("--force", help="Thay cơ sở dữ liệu đang có, giữ bản cũ / replace, keeping the old one.")
    ] = False,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Dựng lại từ bản sao lưu / restore a backup."""
    settings = _settings(config)
    _not_the_try_out(settings)
    from bot.backup import restore as put_back

    done = _done(put_back(file, settings, force=force))
    typer.echo(f"Đã dựng lại {done.database} ({done.files} tệp) từ bản sao lưu {done.created_at} / restored")
    for aside in filter(None, (done.aside, done.keys_aside)):
        typer.echo(f"Bản cũ còn ở / the old one is kept as {aside}")
    if settings.web.chat and not done.has_keys:
        typer.echo(
            "Bản sao lưu không có khoá trang chat: bà con phải mở lại bằng mã QR / "
            "it holds no keys of the web chat: people must open it anew"
        )
    if done.has_tokens:
        typer.echo(
            "Zalo OA: dừng máy cũ trước khi chạy máy này. Khoá trong bản sao lưu chỉ được thử một lần; Zalo không nhận "
            "thì doithoai check nói lấy khoá mới ở đâu / stop the old machine first; the token in the backup is tried "
            "once, and if it is refused doithoai check says where to get another"
        )
    typer.echo(
        "Ai đã xoá dữ liệu sau lúc sao lưu thì có lại trong sổ: xoá lại cho họ / "
        "what people had deleted since then is back: delete it again"
    )


async def _invite(settings: "Settings", role: "Role", unit: str | None, village: str | None) -> list[str]:
    from bot.checks import Refused, head_revision, revision, telegram_username
    from bot.zalo_bot_checks import zalo_bot_name
    from storage import people
    from storage.migrations import upgrade

    db = _database(settings)
    try:
        current = await revision(db)
        if current is None:
            await upgrade(db)
        elif current != head_revision():
            _stop("Cơ sở dữ liệu ở bản khác: chạy doithoai migrate trước / run doithoai migrate first")
        async with db.write() as tx:
            code = await people.invite(tx, role, unit, village)
            expires = tx.now + people.INVITATION_LIFE
    finally:
        await db.close()
    until = expires.astimezone(settings.commune_section.timezone)
    lines = [
        f"Mã mời / code: {code}",
        f"Vai trò / role: {role}; dùng một lần, đến {until:%H:%M %d/%m/%Y} / once, until then",
    ]
    if settings.telegram.token is not None:
        try:
            lines.append(f"Telegram: mở / open https://t.me/{await telegram_username(settings)}?start={code}")
        except Refused as refused:
            lines += [f"Telegram: nhắn cho bot / send the bot: /start {code}", f"  ({refused.mend})"]
    if settings.zalo_bot.token is not None:
        try:
            name = await zalo_bot_name(settings)
        except Refused as refused:
            lines.append(f"Zalo: {refused.mend}")
        else:
            lines.append(f"Zalo: mở {name} (mã QR ở thẻ Chia sẻ của bot), nhắn / open it and send: /start {code}")
    if settings.zalo_oa.app_id is not None:
        lines.append(f"Zalo OA: mở trang OA của xã trong Zalo, nhắn / open the OA's chat and send: /start {code}")
    if settings.web.chat:
        # What stands behind "#" reaches no server and no log.
        lines.append(f"Trang chat / web chat: mở / open {settings.web.site}/chat#{code}")
    if settings.phones_on:
        lines.append(f"Trang điện thoại / phones page: gõ / type: /start {code}")
    if not settings.has_messenger and not settings.phones_on:
        lines.append("Chưa có kênh nào: đặt DOITHOAI_TELEGRAM__TOKEN / no messenger is configured yet")
    return lines


async def _outbox(settings: "Settings", *, watch: bool) -> None:
    from rich.console import Console
    from rich.live import Live

    from bot import outboxview
    from bot.checks import head_revision, revision

    zone = settings.commune_section.timezone
    console = Console()
    db = _database(settings)
    try:
        current = await revision(db)
        if current is None:
            _stop("Chưa có cơ sở dữ liệu: chạy doithoai run trước / there is no record yet: run doithoai run first")
        if current != head_revision():
            _stop("Cơ sở dữ liệu ở bản khác: chạy doithoai migrate trước / run doithoai migrate first")
        if not watch:
            console.print(outboxview.render(await outboxview.look(db), lambda at: at.astimezone(zone)))
            return
        with Live(console=console, auto_refresh=False) as live:
            async for view in outboxview.watch(db):
                live.update(outboxview.render(view, lambda at: at.astimezone(zone)), refresh=True)
    finally:
        await db.close()


async def _migrate(settings: "Settings") -> tuple[str | None, str | None]:
    from bot.checks import revision
    from storage.migrations import upgrade

    db = _database(settings)
    try:
        before = await revision(db)
        await upgrade(db)
        return before, await revision(db)
    finally:
        await db.close()


async def _backup(settings: "Settings", file: Path) -> Any:
    from bot import backup as backups
    from storage.files import MediaStore

    db = _database(settings)
    try:
        return await backups.backup(db, MediaStore(settings.storage.media), file)
    finally:
        await db.close()


def _not_the_try_out(settings: "Settings") -> None:
    """Who forgot the tokens would save, or bring back, another record than the one that the service uses."""
    from bot.config import TRY_IT_URL

    if settings.storage.url == TRY_IT_URL:
        _stop(
            "Chưa có kênh nào được cấu hình, nên đây là sổ dùng thử, không phải sổ của xã: đặt mã và khoá như khi chạy "
            "(ví dụ nạp /etc/doithoai.env), hoặc chỉ rõ DOITHOAI_STORAGE__URL / no messenger is configured here, so "
            "this is the try-out's record: give the same environment as to the service, or name DOITHOAI_STORAGE__URL"
        )


def _database(settings: "Settings") -> "Database":
    from storage.database import Database

    return Database(settings.storage.url, settings.commune())


def _settings(path: Path) -> "Settings":
    if not path.exists():
        _stop(
            f"Không thấy {path}: chạy trong thư mục có tệp này, hoặc --config FILE / "
            "no such file: run where it lies, or say --config FILE"
        )
    from bot.config import ConfigError, load

    try:
        return load(path, os.environ)
    except ConfigError as error:
        _stop("Cấu hình chưa dùng được, sửa những chỗ sau / the configuration is to be mended:", *error.problems)


def _one_of(name: str, value: str | None, known: list[str], *, needed: bool = True) -> str | None:
    if value in known or (value is None and not needed):
        return value
    said = f"{name} cần một trong / takes one of: {', '.join(known)}"
    typer.echo(said if value is None else f"{value!r}: {said}", err=True)
    raise typer.Exit(2)


def _stop(*lines: object) -> NoReturn:
    for line in lines:
        typer.echo(str(line), err=True)
    raise typer.Exit(1)


def _done(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; a failure of the machine around us is one line and exit 1, ours a traceback."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
    try:
        return asyncio.run(work)
    except Exception as error:
        from bot.backup import BackupError
        from bot.checks import explain
        from bot.keys import Damaged

        known = str(error) if isinstance(error, BackupError | Damaged) else explain(error)
        if known is None:
            raise
        _stop(known)


if __name__ == "__main__":
    main()
