import asyncio
import fcntl
import hashlib
import io
import json
import random
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies

from bot.backup import BackedUp, BackupError, backup, restore
from bot.checks import head_revision
from bot.config import Settings, load
from storage import people
from storage.database import Database
from storage.files import MediaStore
from storage.models import Attachment, AttachmentState, Role
from tests.bot.test_config import MINIMAL
from tests.records import put_fresh

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
PHOTO, VOICE = b"photo" * 1000, b"voice" * 70_000


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def configured(folder: Path) -> Settings:
    folder.mkdir(exist_ok=True)
    file = folder / "config.toml"
    file.write_text(MINIMAL, encoding="utf-8")
    place = {
        "DOITHOAI_STORAGE__URL": f"sqlite+aiosqlite:///{folder}/record.db",
        "DOITHOAI_STORAGE__MEDIA": str(folder / "media"),
    }
    return load(file, place)


def opened(there: Settings) -> Database:
    return Database(there.storage.url, there.commune(), lambda: NOW)


async def add(db: Database, media: MediaStore, *contents: bytes) -> None:
    """One transaction: an invitation, its event, and a row for each file."""
    for content in contents:
        media.put(content)
    async with db.write() as tx:
        await people.invite(tx, Role.CLERK)
        tx.session.add_all(
            Attachment(
                messenger="web",
                kind="photo",
                mime="image/jpeg",
                digest=digest(content),
                state=AttachmentState.STORED,
                next_try_at=NOW,
                created_at=NOW,
            )
            for content in contents
        )


async def filled(folder: Path, *contents: bytes) -> tuple[Settings, MediaStore]:
    there = configured(folder)
    media = MediaStore(there.storage.media)
    await put_fresh(folder / "record.db")
    db = opened(there)
    await add(db, media, *contents)
    await db.close()
    return there, media


async def backed_up(there: Settings, file: Path) -> BackedUp:
    db = opened(there)
    try:
        return await backup(db, MediaStore(there.storage.media), file)
    finally:
        await db.close()


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as record:
        tables = [row[0] for row in record.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: record.execute(f"SELECT * FROM {table}").fetchall() for table in sorted(tables)}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]


def forge(file: Path, contents: dict[str, bytes], *extra: tarfile.TarInfo) -> None:
    with tarfile.open(file, "w") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in extra:
            archive.addfile(info, io.BytesIO(bytes(info.size)))


def with_manifest(contents: dict[str, bytes], **changed: object) -> dict[str, bytes]:
    """The same members under a manifest that fits them, except for what is `changed`."""
    named = {name: digest(content) for name, content in contents.items() if name != "manifest.json"}
    manifest = json.loads(contents["manifest.json"]) | {"members": named} | changed
    return {**contents, "manifest.json": json.dumps(manifest).encode()}


async def test_backup_holds_everything_with_its_digest(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO, VOICE)
    media.put(b"named by no row")
    file = tmp_path / "b.tar"
    done = await backed_up(there, file)
    assert done == BackedUp(2, (), file.stat().st_size)
    assert file.stat().st_mode & 0o777 == 0o600
    found = members(file)
    assert json.loads(found.pop("manifest.json")) == {
        "version": 2,
        "created_at": NOW.isoformat(),
        "revision": head_revision(),
        "members": {name: digest(content) for name, content in found.items()},
        "secret": ["doithoai.db"],
    }
    assert found.keys() == {"doithoai.db", f"media/{digest(PHOTO)}", f"media/{digest(VOICE)}"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b.tar"]


async def test_restore_brings_back_every_row_and_file(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO, VOICE)
    await backed_up(there, tmp_path / "b.tar")
    here = configured(tmp_path / "new")
    done = await restore(tmp_path / "b.tar", here)
    assert (done.database, done.aside, done.files) == (tmp_path / "new/record.db", None, 2)
    assert rows(done.database) == rows(tmp_path / "a/record.db")
    assert tree(here.storage.media) == tree(media.root)
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"config.toml", "record.db", "media"}


async def test_backup_while_the_program_writes_is_one_instant(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO)
    db = opened(there)
    written, stop = 0, asyncio.Event()

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            await add(db, media, *(f"{written}/{one}".encode() for one in range(3)))
            written += 1

    overlapped = 0
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(write())
        while overlapped < 3:
            before = written
            await backup(db, media, tmp_path / "b.tar")
            overlapped += written > before
            found = members(tmp_path / "b.tar")
            (tmp_path / "copy.db").write_bytes(found["doithoai.db"])
            kept = rows(tmp_path / "copy.db")
            assert len(kept["invitation"]) == len(kept["event"]) == (len(kept["attachment"]) + 2) / 3
            assert len(found) == len(kept["attachment"]) + 2
        stop.set()
    await db.close()


async def test_backup_names_files_that_are_lost_or_damaged(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO, VOICE, b"third")
    media.remove(digest(PHOTO))
    media.path(digest(VOICE)).write_bytes(b"other")
    done = await backed_up(there, tmp_path / "b.tar")
    assert (done.files, set(done.lost)) == (1, {digest(PHOTO), digest(VOICE)})
    assert (await restore(tmp_path / "b.tar", configured(tmp_path / "new"))).files == 1


async def test_backup_replaces_an_older_one_and_nothing_else(tmp_path: Path) -> None:
    there, _ = await filled(tmp_path / "a", PHOTO)
    file = tmp_path / "b.tar"
    await backed_up(there, file)
    (tmp_path / "b.tar.partial").write_bytes(bytes(10_000_000))  # as a crash leaves it
    (tmp_path / "b.tar.partial.db").write_bytes(b"half")
    done = await backed_up(there, file)
    assert done.size == file.stat().st_size < 1_000_000
    for other in (tmp_path / "a/config.toml", tmp_path / "a/record.db", tmp_path / "a"):
        with pytest.raises(BackupError, match="no backup"):
            await backed_up(there, other)
    assert (tmp_path / "a/config.toml").read_text(encoding="utf-8") == MINIMAL
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b.tar"]


async def test_backup_beside_another_one_is_refused(tmp_path: Path) -> None:
    there, _ = await filled(tmp_path / "a")
    with (tmp_path / "b.tar.partial").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match="another backup"):
            await backed_up(there, tmp_path / "b.tar")


async def test_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    there = configured(tmp_path / "a")
    with pytest.raises(BackupError, match="no database"):
        await backed_up(there, tmp_path / "b.tar")
    (tmp_path / "a/record.db").touch()
    with pytest.raises(BackupError, match="doithoai migrate"):
        await backed_up(there, tmp_path / "b.tar")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "config.toml", "record.db"]


async def test_backup_of_a_damaged_record_is_refused(tmp_path: Path) -> None:
    there, _ = await filled(tmp_path / "a")
    with (tmp_path / "a/record.db").open("r+b") as record:
        record.seek(4096 * 3)
        record.write(random.Random(3).randbytes(4096 * 20))
    with pytest.raises(BackupError, match=r"damaged|cannot be read"):
        await backed_up(there, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()


async def test_postgresql_is_sent_to_its_own_tools(tmp_path: Path) -> None:
    here = configured(tmp_path / "a")
    db = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none", here.commune())
    with pytest.raises(BackupError, match="pg_dump"):
        await backup(db, MediaStore(tmp_path), tmp_path / "b.tar")
    await db.close()
    storage = here.storage.model_copy(update={"url": "postgresql+asyncpg://nobody@127.0.0.1:1/none"})
    with pytest.raises(BackupError, match="pg_restore"):
        await restore(tmp_path / "b.tar", here.model_copy(update={"storage": storage}))


async def test_restore_over_a_record_needs_force_and_keeps_the_old_one(tmp_path: Path) -> None:
    there, _ = await filled(tmp_path / "a", PHOTO)
    await backed_up(there, tmp_path / "b.tar")
    here, media = await filled(tmp_path / "new", VOICE)
    old = rows(tmp_path / "new/record.db")
    before = tree(tmp_path)
    with pytest.raises(BackupError, match="--force"):
        await restore(tmp_path / "b.tar", here)
    assert tree(tmp_path) == before
    done = await restore(tmp_path / "b.tar", here, force=True, now=lambda: NOW)
    assert done.aside == tmp_path / "new/record.db.before-restore-20261201T080000Z"
    assert rows(done.aside) == old
    assert rows(done.database) == rows(tmp_path / "a/record.db")
    assert media.digests() == {digest(PHOTO), digest(VOICE)}


async def test_restore_mends_a_damaged_file(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO)
    await backed_up(there, tmp_path / "b.tar")
    media.path(digest(PHOTO)).write_bytes(b"damaged")
    await restore(tmp_path / "b.tar", there, force=True)
    assert media.get(digest(PHOTO)) == PHOTO


async def test_restore_under_a_running_program_is_refused(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO)
    await backed_up(there, tmp_path / "b.tar")
    running = opened(there)
    await add(running, media, VOICE)
    old = rows(tmp_path / "a/record.db")
    with pytest.raises(BackupError, match="stop it first"):
        await restore(tmp_path / "b.tar", there, force=True)
    await add(running, media)  # it goes on as if nothing had been asked
    await running.close()
    assert len(rows(tmp_path / "a/record.db")["invitation"]) == len(old["invitation"]) + 1
    assert {path.name for path in (tmp_path / "a").iterdir()} == {"config.toml", "record.db", "media"}


async def test_restore_over_what_a_killed_program_left_keeps_its_last_words(tmp_path: Path) -> None:
    there, media = await filled(tmp_path / "a", PHOTO)
    await backed_up(there, tmp_path / "b.tar")
    running = opened(there)
    await add(running, media)
    killed = configured(tmp_path / "killed")
    for ending in ("", "-wal"):
        (tmp_path / f"killed/record.db{ending}").write_bytes((tmp_path / f"a/record.db{ending}").read_bytes())
    await running.close()
    done = await restore(tmp_path / "b.tar", killed, force=True)
    assert done.aside is not None
    assert len(rows(done.aside)["invitation"]) == 2
    assert len(rows(done.database)["invitation"]) == 1


@pytest.mark.parametrize("left", [b"no database at all" * 100, b""])
async def test_restore_over_a_damaged_record_keeps_it_aside(tmp_path: Path, left: bytes) -> None:
    there, _ = await filled(tmp_path / "a", PHOTO)
    await backed_up(there, tmp_path / "b.tar")
    good = rows(tmp_path / "a/record.db")
    (tmp_path / "a/record.db").write_bytes(left)
    done = await restore(tmp_path / "b.tar", there, force=True)
    assert done.aside is not None
    assert (done.aside.read_bytes(), rows(done.database)) == (left, good)


def special(kind: bytes, name: str, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def bytes_of(name: str, size: int = 3) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    return info


Forgery = Callable[[dict[str, bytes]], tuple[dict[str, bytes], list[tarfile.TarInfo]]]
EMPTY = "media/" + digest(b"")
FORGERIES: dict[str, Forgery] = {
    "changed file": lambda found: ({**found, f"media/{digest(PHOTO)}": b"other"}, []),
    "changed record": lambda found: ({**found, "doithoai.db": found["doithoai.db"] + b" "}, []),
    "file under a false digest": lambda found: (with_manifest({**found, f"media/{digest(PHOTO)}": b"other"}), []),
    "file beyond the manifest": lambda found: (found, [bytes_of(EMPTY)]),
    "file missing": lambda found: ({name: one for name, one in found.items() if digest(PHOTO) not in name}, []),
    "no record": lambda found: (with_manifest({name: one for name, one in found.items() if "db" not in name}), []),
    "no manifest": lambda found: ({name: one for name, one in found.items() if name != "manifest.json"}, []),
    "manifest twice": lambda found: (found, [bytes_of("manifest.json")]),
    "manifest no JSON": lambda found: ({**found, "manifest.json": b"{"}, []),
    "manifest too deep": lambda found: ({**found, "manifest.json": b"[" * 100_000}, []),
    "manifest a list": lambda found: ({**found, "manifest.json": b"[]"}, []),
    "digest no text": lambda found: (with_manifest(found, members=dict.fromkeys(found, 7)), []),
    "another version": lambda found: (with_manifest(found, version=3), []),
    "keys that are none": lambda found: (with_manifest({**found, "keys.json": b"{}"}), []),
    "huge keys": lambda found: (found, [bytes_of("keys.json", 10_001)]),
    "a later revision": lambda found: (with_manifest(found, revision="9999"), []),
    "record no database": lambda found: (with_manifest({**found, "doithoai.db": b"x" * 5000}), []),
    "record empty": lambda found: (with_manifest({**found, "doithoai.db": b""}), []),
    "path upwards": lambda found: (with_manifest({**found, "../evil": b"x"}), []),
    "path from the root": lambda found: (with_manifest({**found, "/tmp/evil": b"x"}), []),
    "path within media": lambda found: (with_manifest({**found, "media/../evil": b"x"}), []),
    "folder": lambda found: (found, [special(tarfile.DIRTYPE, "media")]),
    "symbolic link": lambda found: (found, [special(tarfile.SYMTYPE, EMPTY, "/etc/hostname")]),
    "hard link": lambda found: (found, [special(tarfile.LNKTYPE, EMPTY, "doithoai.db")]),
    "device": lambda found: (found, [special(tarfile.CHRTYPE, EMPTY)]),
    "huge file": lambda found: (found, [bytes_of(EMPTY, 100_000_001)]),
}


@pytest.fixture(scope="module")
def good() -> Iterator[Path]:
    """A backup of a small record with one photo."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "good.tar"

        async def make() -> None:
            there, _ = await filled(Path(folder) / "a", PHOTO)
            await backed_up(there, file)

        asyncio.run(make())
        yield file


@pytest.mark.parametrize("name", FORGERIES)
async def test_restore_of_a_forged_backup_touches_nothing(name: str, good: Path, tmp_path: Path) -> None:
    here, _ = await filled(tmp_path / "here", VOICE)
    contents, extra = FORGERIES[name](members(good))
    forge(tmp_path / "forged.tar", contents, *extra)
    before = tree(tmp_path)
    with pytest.raises(BackupError):
        await restore(tmp_path / "forged.tar", here, force=True)
    assert tree(tmp_path) == before


async def test_restore_of_what_is_no_backup_says_so(tmp_path: Path) -> None:
    here = configured(tmp_path / "here")
    (tmp_path / "text").write_text("no tar")
    (tmp_path / "empty").touch()
    for name, said in (
        ("none.tar", "no such file"),
        ("text", "not a backup"),
        ("empty", "not a backup"),
        ("here", "not a file"),
    ):
        with pytest.raises(BackupError, match=said):
            await restore(tmp_path / name, here)
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["config.toml"]


@given(data=strategies.data())
@settings(max_examples=60, deadline=None)
def test_restore_of_a_damaged_backup_is_refused_or_equal(good: Path, data: strategies.DataObject) -> None:
    whole = good.read_bytes()
    at = data.draw(strategies.one_of(strategies.integers(0, len(whole) - 1), strategies.integers(0, 1023)))
    cut = data.draw(strategies.booleans())
    damaged = whole[:at] if cut else whole[:at] + bytes([whole[at] ^ data.draw(strategies.integers(1, 255))])
    damaged += b"" if cut else whole[at + 1 :]
    with tempfile.TemporaryDirectory() as folder:
        here = configured(Path(folder) / "here")
        file = Path(folder) / "b.tar"
        file.write_bytes(damaged)
        before = tree(Path(folder))
        try:
            done = asyncio.run(restore(file, here))
        except BackupError:
            assert tree(Path(folder)) == before
        else:
            assert rows(done.database) == rows(good.parent / "a/record.db")
            assert tree(here.storage.media) == tree(good.parent / "a/media")
