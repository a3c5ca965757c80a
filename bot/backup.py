"""Backup and restore of an SQLite deployment: the record, the files that it names and the keys of the web chat.

The tar holds `doithoai.db`, `keys.json` where there is a web chat, `media/<SHA-256>` for each file, and at its end
`manifest.json`: version, created_at, the record's revision, the SHA-256 of each member, and which of them are secret.
It is as secret as what it holds: whoever has the keys can speak for every browser of the chat.
"""

import asyncio
import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import quote

from sqlalchemy.engine import make_url

from bot import keys
from bot.checks import explain, known_revisions
from bot.config import Settings
from storage import oa_tokens
from storage.database import Database, Now, utc_now
from storage.files import MediaStore
from storage.migrations import upgrade

VERSION = 2
KNOWN_VERSIONS = frozenset({1, VERSION})
"""A backup of version 1 holds no keys."""
RECORD = "doithoai.db"
MANIFEST = "manifest.json"
LARGEST_FILE = 100_000_000
"""Bytes of one received file, well above what a messenger lets anybody send."""

_MEDIA = re.compile(r"media/([0-9a-f]{64})", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LARGEST = {RECORD: 1 << 62, MANIFEST: 256_000_000, keys.NAME: keys.LARGEST}
_SNAPSHOTS = 3


class BackupError(Exception):
    """It cannot be done, and nothing was changed; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    version: int
    created_at: str
    revision: str
    members: dict[str, str]
    secret: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackedUp:
    """`files` were copied beside the record; `lost` are those whose bytes are gone or damaged: digests, or the keys.

    `has_keys`: the keys of the web chat are in it.
    """

    files: int
    lost: tuple[str, ...]
    size: int
    has_keys: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """`aside` is where the record that was there before is kept, `keys_aside` the same of the web chat's keys.

    `has_keys`: the backup held keys. `has_tokens`: it held the tokens of an Official Account, which may be spent.
    """

    database: Path
    aside: Path | None
    files: int
    created_at: str
    has_keys: bool
    keys_aside: Path | None
    has_tokens: bool


# -- backup -----------------------------------------------------------------------------------------------------------


async def backup(db: Database, media: MediaStore, file: Path) -> BackedUp:
    """Writes the whole deployment to `file` (mode 0600), at once or not at all; the program may go on running.

    Raises BackupError on PostgreSQL and where there is nothing to back up, OSError when the disk refuses.
    """
    source = db.path
    if source is None:
        raise BackupError(
            "cơ sở dữ liệu là PostgreSQL: sao lưu bằng pg_dump và chép cả thư mục storage.media (có khoá trang chat) / "
            "this is PostgreSQL: use pg_dump and copy the folder storage.media, which holds the chat's keys"
        )
    if not source.exists():
        raise BackupError(f"chưa có cơ sở dữ liệu {source} / there is no database to back up")
    return await asyncio.to_thread(_back_up, source, media, file, db.now())


def _back_up(source: Path, media: MediaStore, file: Path, now: datetime) -> BackedUp:
    _refuse_foreign(file)
    partial = file.with_name(f"{file.name}.partial")
    snapshot = file.with_name(f"{file.name}.partial.db")
    with _only_writer(partial) as out:
        try:
            _create_private(snapshot)
            revision, named = _snapshot(source, snapshot, media)
            written, lost = _write(out, snapshot, media, named, revision, now)
            size = out.tell()
            partial.rename(file)
            _sync_folder(file.parent)
        finally:
            partial.unlink(missing_ok=True)
            snapshot.unlink(missing_ok=True)
    return BackedUp(len(written) - 1 - (keys.NAME in written), lost, size, keys.NAME in written)


def _refuse_foreign(file: Path) -> None:
    if not file.exists():
        return
    try:
        with tarfile.open(file, "r:") as archive:
            first = archive.next()
    except (tarfile.TarError, IsADirectoryError):
        first = None
    if not file.is_file() or first is None or first.name != RECORD:
        raise BackupError(f"{file} đã có và không phải bản sao lưu / exists and is no backup: take another name")


@contextmanager
def _only_writer(partial: Path) -> Iterator[BinaryIO]:
    """An empty file that only its owner reads and only this process writes; what a crash left there is dropped."""
    with os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b") as out:
        try:
            fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.path.samestat(os.fstat(out.fileno()), partial.stat()):
                raise BlockingIOError
        except (BlockingIOError, FileNotFoundError):
            raise BackupError(f"một lần sao lưu khác đang ghi / another backup is writing {partial}") from None
        os.fchmod(out.fileno(), 0o600)
        out.truncate()
        yield out


def _create_private(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _snapshot(source: Path, target: Path, media: MediaStore) -> tuple[str, list[str]]:
    """Copies the record as it is at one instant; returns its revision and the digests it names.

    A file may be deleted, at its owner's wish, between the copy and the reading of the bytes: the copy is then made
    again, so that what she deleted is not kept in it.
    """
    before: set[str] | None = None
    for _ in range(_SNAPSHOTS):
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True, timeout=30)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
        revision, named = _inspect(target)
        missing = {digest for digest in named if not media.path(digest).exists()}
        if not missing or missing == before:
            break
        before = missing
    return revision, named


def _inspect(path: Path) -> tuple[str, list[str]]:
    """(revision, digests named) of a record that nobody else has open. Raises BackupError when it is not whole."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as record:
            # One file from here on: a WAL beside it would stay behind when it is moved.
            record.execute("PRAGMA journal_mode=DELETE")
            if record.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise BackupError("cơ sở dữ liệu hỏng bên trong / the record is damaged inside")
            revisions = [str(row[0]) for row in record.execute("SELECT version_num FROM alembic_version")]
            digests = record.execute("SELECT DISTINCT digest FROM attachment WHERE digest IS NOT NULL ORDER BY digest")
            named = [str(row[0]) for row in digests]
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise BackupError("cơ sở dữ liệu trống / the record is empty: doithoai migrate") from None
    except sqlite3.DatabaseError as error:
        raise BackupError(f"không đọc được cơ sở dữ liệu / the record cannot be read: {error}") from None
    if len(revisions) != 1:
        raise BackupError("cơ sở dữ liệu trống / the record is empty: doithoai migrate")
    return revisions[0], named


def _write(
    out: BinaryIO, snapshot: Path, media: MediaStore, named: list[str], revision: str, now: datetime
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Returns the members, each with its digest, and what is lost."""
    members: dict[str, str] = {}
    lost: list[str] = []
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:

        def add(name: str, size: int, data: IO[bytes]) -> None:
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = size, 0o600, int(now.timestamp())
            archive.addfile(info, data)

        with snapshot.open("rb") as data:
            members[RECORD] = hashlib.file_digest(data, "sha256").hexdigest()
            data.seek(0)
            add(RECORD, snapshot.stat().st_size, data)
        own = media.root / keys.NAME
        if own.exists():
            try:
                content = own.read_bytes()
                keys.parse(content)
            except ValueError:
                lost.append(keys.NAME)
            else:
                members[keys.NAME] = hashlib.sha256(content).hexdigest()
                add(keys.NAME, len(content), io.BytesIO(content))
        for digest in named:
            try:
                content = media.get(digest)
            except (FileNotFoundError, ValueError):
                lost.append(digest)
                continue
            members[f"media/{digest}"] = digest
            add(f"media/{digest}", len(content), io.BytesIO(content))
        secret = tuple(name for name in (RECORD, keys.NAME) if name in members)
        manifest = json.dumps(asdict(Manifest(VERSION, now.isoformat(), revision, members, secret)), indent=1).encode()
        add(MANIFEST, len(manifest), io.BytesIO(manifest))
    out.flush()
    os.fsync(out.fileno())
    return members, tuple(lost)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- restore ----------------------------------------------------------------------------------------------------------


async def restore(file: Path, settings: Settings, *, force: bool = False, now: Now = utc_now) -> Restored:
    """Puts a backup in the place that `settings` name, migrated to this program's revision.

    Everything is verified before anything is touched. A record that is there already is refused, or with `force` kept
    beside as `….before-restore-<time>`; files are added to those that are there. Raises BackupError.
    """
    url = make_url(settings.storage.url)
    if url.get_backend_name() != "sqlite":
        raise BackupError("cơ sở dữ liệu là PostgreSQL: dùng pg_restore / this is PostgreSQL: use pg_restore")
    target = Path(url.database or "")
    if target.exists() and not force:
        raise BackupError(
            f"đã có cơ sở dữ liệu {target}; thêm --force để thay, bản cũ được giữ bên cạnh / there is a database "
            "already: --force replaces it and keeps the old one beside"
        )
    with _opened(file) as archive:
        manifest = await asyncio.to_thread(_verify, archive)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=target.parent) as folder:
            staged = Path(folder) / RECORD
            await asyncio.to_thread(_stage, archive, manifest, staged)
            db = Database(url.set(database=str(staged)).render_as_string(hide_password=False), settings.commune(), now)
            try:
                await upgrade(db)
                async with db.write() as tx:
                    has_tokens = await oa_tokens.distrust(tx)
            finally:
                await db.close()
            _inspect(staged)
            media = MediaStore(settings.storage.media)
            asides = await asyncio.to_thread(_put_in_place, archive, manifest, staged, target, media, now())
    has_keys = keys.NAME in manifest.members
    files = len(manifest.members) - 1 - has_keys
    return Restored(target, asides[0], files, manifest.created_at, has_keys, asides[1], has_tokens)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise BackupError(f"{file} không phải tệp / is not a file")
        archive = tarfile.open(file, "r:")  # noqa: SIM115  closed below: what its body raises is not about the file
    except OSError as error:
        raise BackupError(explain(error)) from None
    except (tarfile.TarError, EOFError, ValueError):
        raise _broken(f"{file} không phải bản sao lưu / is not a backup") from None
    with archive:
        yield archive


def _broken(what: str) -> BackupError:
    return BackupError(f"{what}; không có gì bị thay đổi / nothing was changed")


def _verify(archive: tarfile.TarFile) -> Manifest:
    """Reads the archive through once: kinds, names and digests of all members are what its manifest says."""
    try:
        members = {}
        for member in archive:
            if not member.isreg() or member.issparse() or not _is_known(member.name) or member.name in members:
                raise _broken(f"trong bản sao lưu có thứ lạ / the backup holds something else: {member.name[:80]!r}")
            if member.size > _LARGEST.get(member.name, LARGEST_FILE):
                raise _broken(f"tệp quá lớn / too large: {member.name}")
            members[member.name] = member
        if MANIFEST not in members or RECORD not in members:
            raise _broken("bản sao lưu bị cắt ngắn / the backup is cut short")
        manifest = _parse(_content(archive, MANIFEST).read())
        if {*manifest.members, MANIFEST} != members.keys():
            raise _broken("bản sao lưu thiếu hoặc thừa tệp / files are missing or not in the manifest")
        for name, digest in manifest.members.items():
            if hashlib.file_digest(_content(archive, name), "sha256").hexdigest() != digest:
                raise _broken(f"tệp bị hỏng hoặc bị sửa / damaged or changed: {name}")
        if keys.NAME in manifest.members:
            keys.parse(_content(archive, keys.NAME).read())
    except (tarfile.TarError, EOFError, ValueError, OverflowError, OSError) as error:
        raise _broken(f"không đọc được bản sao lưu / the backup cannot be read ({type(error).__name__})") from None
    return manifest


def _is_known(name: str) -> bool:
    return name in {RECORD, MANIFEST, keys.NAME} or _MEDIA.fullmatch(name) is not None


def _content(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    content = archive.extractfile(name)
    if not isinstance(content, io.BufferedReader):
        raise tarfile.ReadError(name)
    return content


def _parse(text: bytes) -> Manifest:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    match found:
        case {"version": int(version), "created_at": str(created), "revision": str(revision), "members": dict(members)}:
            pass
        case _:
            raise _broken("không đọc được manifest.json / cannot be read")
    if version not in KNOWN_VERSIONS or revision not in known_revisions():
        raise _broken("bản sao lưu của phiên bản khác, cập nhật chương trình / of another version: update the program")
    for name, digest in members.items():
        media = _MEDIA.fullmatch(name)
        fits = isinstance(digest, str) and _DIGEST.fullmatch(digest) and (media is None or media[1] == digest)
        if not fits or name == MANIFEST:
            raise _broken("manifest.json không khớp / does not fit")
    return Manifest(version, created, revision, members)


def _stage(archive: tarfile.TarFile, manifest: Manifest, staged: Path) -> None:
    _create_private(staged)
    with staged.open("r+b") as out:
        shutil.copyfileobj(_content(archive, RECORD), out)
    with staged.open("rb") as copied:
        digest = hashlib.file_digest(copied, "sha256").hexdigest()
    if digest != manifest.members[RECORD] or _inspect(staged)[0] != manifest.revision:
        raise _broken("cơ sở dữ liệu không khớp manifest.json / the record does not fit manifest.json")


def _put_in_place(
    archive: tarfile.TarFile, manifest: Manifest, staged: Path, target: Path, media: MediaStore, now: datetime
) -> tuple[Path | None, Path | None]:
    """Returns where the record and the keys that were there before are kept."""
    with _locked(target) as whole:
        for name, digest in manifest.members.items():
            if _MEDIA.fullmatch(name):
                _put(media, digest, _content(archive, name).read())
        aside = keys_aside = None
        ending = f".before-restore-{now:%Y%m%dT%H%M%SZ}"
        if keys.NAME in manifest.members:
            keys_aside = keys.put_back(media.root, _content(archive, keys.NAME).read(), ending)
        if target.exists():
            shutil.copymode(target, staged)
            aside = _set_aside(target, whole, ending)
        with staged.open("rb") as record:
            os.fsync(record.fileno())
        staged.replace(target)
        _sync_folder(target.parent)
    return aside, keys_aside


def _put(media: MediaStore, digest: str, content: bytes) -> None:
    try:
        media.get(digest)
    except ValueError:
        media.remove(digest)
    except FileNotFoundError:
        pass
    if media.put(content) != digest:
        raise BackupError(f"bản sao lưu đổi trong lúc đọc / the backup changed while it was read: {digest}")


@contextmanager
def _locked(target: Path) -> Iterator[bool]:
    """Holds the record that is there, so that no program runs on it meanwhile; yields whether it is one whole file."""
    if not target.exists():
        yield True
        return
    with closing(sqlite3.connect(target, isolation_level=None, timeout=1, check_same_thread=False)) as live:
        whole = True
        try:
            # A program that only waits holds no write lock, but its open WAL refuses to be folded in.
            live.execute("PRAGMA locking_mode=EXCLUSIVE")
            live.execute("PRAGMA journal_mode=DELETE")
            live.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise BackupError(
                    f"doithoai đang chạy trên {target}: dừng nó trước / the program is running on it: stop it first"
                ) from None
            if code not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise
            whole = False  # damaged, which is what a restore is for
        yield whole


def _set_aside(target: Path, whole: bool, ending: str) -> Path:
    aside = target.with_name(f"{target.name}{ending}")
    if aside.exists():
        raise BackupError(f"{aside} đã có / exists already: try again in a second")
    for beside in () if whole else ("-wal", "-shm"):
        left = target.with_name(f"{target.name}{beside}")
        if left.exists():
            left.rename(f"{aside}{beside}")
    try:
        aside.hardlink_to(target)
    except OSError:  # a file system without links: for an instant the name is free
        target.rename(aside)
    return aside
