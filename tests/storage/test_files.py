"""Files: a promise first, bytes under their digest once fetched."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from storage import drafts, files
from storage.database import Database
from storage.files import MAX_ATTEMPTS, MAX_BYTES, MAX_FILES, IncomingFile, MediaStore, Refused
from storage.models import Attachment, AttachmentState
from tests.commune import START, Clock
from tests.storage.steps import caller, join, opinion, queued, raise_opinion, table

PHOTO = IncomingFile("photo", "file-1", "image/jpeg", size=2000)
COLUMNS = (Attachment.id, Attachment.state, Attachment.attempts, Attachment.next_try_at, Attachment.file_id)


async def attach(db: Database, *incoming: IncomingFile) -> list[Refused | None]:
    """Puts files to the draft of 1001, made when there is none."""
    async with db.write() as tx:
        her = await caller(tx, "1001")
        draft = her.draft or drafts.hold(tx, her.account, "")
        await tx.session.flush()
        return [files.attach(tx, her.account, draft, each) for each in incoming]


async def test_attach_promises_the_file(db: Database) -> None:
    woken = db.listen("files")
    assert (
        await attach(
            db,
            PHOTO,
            IncomingFile("document", "f2", "application/pdf", file_name="n" * 300),
            IncomingFile("document", "f3", "image/png"),
            IncomingFile("voice", "f4", "audio/ogg", seconds=7),
        )
        == [None] * 4
    )
    assert woken.is_set()
    rest = (Attachment.kind, Attachment.mime, Attachment.file_name, Attachment.seconds, Attachment.size)
    assert await table(db, Attachment.id, Attachment.draft_id, Attachment.file_id, *rest, Attachment.digest) == [
        (1, 1, "file-1", "photo", "image/jpeg", None, None, 2000, None),
        (2, 1, "f2", "document", "application/pdf", "n" * 200, None, None, None),
        (3, 1, "f3", "photo", "image/png", None, None, None, None),
        (4, 1, "f4", "voice", "audio/ogg", None, 7, None, None),
    ]
    assert (await table(db, *COLUMNS))[0] == (1, AttachmentState.PENDING, 0, START, "file-1")


async def test_file_with_which_somebody_begins_is_hers(db: Database) -> None:
    async with db.write() as tx:
        her = await caller(tx, "1001")
        files.attach(tx, her.account, drafts.hold(tx, her.account, ""), PHOTO)
    assert await table(db, Attachment.account_id) == [(1,)]


@pytest.mark.parametrize(
    ("incoming", "refused"),
    [
        (IncomingFile("photo", "f", "image/jpeg", size=MAX_BYTES), None),
        (IncomingFile("photo", "f", "image/jpeg", size=MAX_BYTES + 1), Refused.TOO_LARGE),
        (IncomingFile("document", "f", "application/x-msdownload"), Refused.WRONG_TYPE),
        (IncomingFile("document", "f", "image/svg+xml"), Refused.WRONG_TYPE),
        (IncomingFile("document", "f", ""), Refused.WRONG_TYPE),
    ],
)
async def test_attach_when_too_large_or_of_another_type_loses_nothing_else(
    db: Database, incoming: IncomingFile, refused: Refused | None
) -> None:
    assert await attach(db, PHOTO, incoming) == [None, refused]
    assert len(await table(db, Attachment.id)) == (1 if refused else 2)


async def test_attach_when_too_many_refuses_the_eleventh(db: Database) -> None:
    assert await attach(db, *[PHOTO] * MAX_FILES) == [None] * MAX_FILES
    woken = db.listen("files")
    assert (await attach(db, PHOTO), woken.is_set()) == ([Refused.TOO_MANY], False)
    assert len(await table(db, Attachment.id)) == MAX_FILES


async def test_pending_is_what_is_due_oldest_first(db: Database, clock: Clock) -> None:
    await attach(db, *[PHOTO] * 3)
    async with db.write() as tx:
        assert await files.not_fetched(tx, 1, final=False) is None
        assert [each.id for each in await files.pending(tx, 10)] == [2, 3]
        assert [each.id for each in await files.pending(tx, 1)] == [2]
    clock.pass_(seconds=2)
    async with db.write() as tx:
        assert [each.id for each in await files.pending(tx, 10)] == [2, 3, 1]
        await files.stored(tx, 2, "ab" * 32, 9)
        await files.stored(tx, 3, "ab" * 32, 9)
        await tx.session.flush()
        assert await files.next_fetch(tx) == START + timedelta(seconds=2)
        await files.stored(tx, 1, "cd" * 32, 9)
        await tx.session.flush()
        assert await files.next_fetch(tx) is None
    assert await table(db, Attachment.id, Attachment.state, Attachment.digest, Attachment.size, Attachment.file_id) == [
        (1, AttachmentState.STORED, "cd" * 32, 9, None),
        (2, AttachmentState.STORED, "ab" * 32, 9, None),
        (3, AttachmentState.STORED, "ab" * 32, 9, None),
    ]
    async with db.read() as tx:
        assert await files.digests_in_use(tx) == {"ab" * 32, "cd" * 32}


async def test_not_fetched_waits_longer_each_time_and_gives_up(db: Database, clock: Clock) -> None:
    await attach(db, PHOTO)
    waited = []
    for _ in range(MAX_ATTEMPTS - 1):
        async with db.write() as tx:
            assert await files.not_fetched(tx, 1, final=False) is None
        [(_, state, _, due, _)] = await table(db, *COLUMNS)
        waited.append((state, (due - clock()).total_seconds()))
        clock.instant = due
    assert waited == [(AttachmentState.PENDING, seconds) for seconds in (2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300)]
    woken = db.listen("outbox")
    async with db.write() as tx:
        lost = await files.not_fetched(tx, 1, final=False)
        assert lost is not None
        await files.tell_lost(tx, lost)
        await files.tell_lost(tx, lost)
        assert (await files.pending(tx, 10), await files.next_fetch(tx)) == ([], None)
    assert (await table(db, *COLUMNS))[0][1:3] == (AttachmentState.FAILED, MAX_ATTEMPTS)
    assert await queued(db) == [(1, "file_lost", 1, {"attachment_id": 1}, "file_lost:1", "queued")]
    assert woken.is_set()


async def test_not_fetched_when_final_gives_up_at_once(db: Database) -> None:
    await attach(db, PHOTO)
    async with db.write() as tx:
        assert await files.not_fetched(tx, 1, final=True) is not None
    assert await table(db, *COLUMNS) == [(1, AttachmentState.FAILED, 1, START, None)]


async def test_stored_and_not_fetched_when_the_row_is_gone_do_nothing(db: Database) -> None:
    async with db.write() as tx:
        await files.stored(tx, 9, "ab" * 32, 1)
        assert await files.not_fetched(tx, 9, final=False) is None
    assert await table(db, Attachment.id) == []


async def test_file_is_found_by_its_bytes_while_a_row_names_them(db: Database) -> None:
    await attach(db, PHOTO, PHOTO, PHOTO)
    async with db.write() as tx:
        assert await files.by_digest(tx, "ab" * 32) is None
        await files.stored(tx, 2, "ab" * 32, 1)
        await files.stored(tx, 3, "ab" * 32, 1)
    async with db.write() as tx:
        found = await files.by_digest(tx, "ab" * 32)
        assert found is not None
        assert found.id == 2
        await tx.session.delete(found)
    async with db.read() as tx:
        again = await files.by_digest(tx, "ab" * 32)
        assert again is not None
        assert again.id == 3


async def test_with_files_reads_an_opinion_and_its_files(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        files.attach(tx, (await caller(tx, "1001")).account, await opinion(tx), PHOTO)
    async with db.read() as tx:
        found = await files.with_files(tx, 1)
        assert found is not None
        assert [each.file_id for each in found.attachments] == ["file-1"]
        assert await files.with_files(tx, 9) is None


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 1000])
def test_media_put_and_get_by_digest(tmp_path: Path, data: bytes) -> None:
    store = MediaStore(tmp_path)
    digest = store.put(data)
    assert (digest, store.put(data), store.get(digest)) == (hashlib.sha256(data).hexdigest(), digest, data)
    assert store.digests() == {digest}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [store.path(digest)]
    store.remove(digest)
    store.remove(digest)
    assert store.digests() == set()
    with pytest.raises(FileNotFoundError):
        store.get(digest)


def test_media_get_when_the_bytes_changed_raises(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    digest = store.put(b"as it was")
    store.path(digest).write_bytes(b"as it is")
    with pytest.raises(ValueError, match="does not match"):
        store.get(digest)


def test_media_put_when_the_disk_refuses_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    store = MediaStore(tmp_path)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put(b"some bytes")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    assert store.get(store.put(b"some bytes")) == b"some bytes"


def test_media_put_when_the_same_bytes_come_many_times_at_once(tmp_path: Path) -> None:
    data = b"x" * 300_000
    for attempt in range(5):
        store = MediaStore(tmp_path / str(attempt))
        with ThreadPoolExecutor(8) as pool:
            digests = set(pool.map(store.put, [data] * 16))
        assert digests == {hashlib.sha256(data).hexdigest()} == store.digests()
        assert store.get(digests.pop()) == data


def test_media_digests_when_a_write_was_cut_off_leaves_it_out(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    digest = store.put(b"whole")
    (store.path(digest).parent / "tmp123.partial").write_bytes(b"ha")
    assert store.digests() == {digest}
