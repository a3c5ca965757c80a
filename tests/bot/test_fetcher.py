"""Files fetched, stripped, kept by digest, and gone when nothing names them."""

import hashlib
import io
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from structlog.testing import capture_logs

from bot.fetcher import Fetcher, NotAPhoto, without_metadata
from bot.messengers.telegram import Telegram
from storage import drafts, files
from storage.database import Database
from storage.files import IncomingFile, MediaStore
from storage.models import Attachment, Draft
from storage.people import load_callers
from tests.bot.parts import Time, eventually, hang_up, logged, record, running, sql
from tests.doubles.telegram import Fault, TelegramDouble

ANNA = 7
GPS, ORIENTATION, USER_COMMENT = 0x8825, 0x0112, 0x9286


def photo(kind: str = "JPEG", *, mode: str = "RGB", size: tuple[int, int] = (64, 32), orientation: int = 1) -> bytes:
    """A picture whose left half is red and whose right half is blue, with GPS, a comment and an orientation."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[USER_COMMENT] = b"ASCII\0\0\0SECRET"
    exif.get_ifd(GPS).update({1: "N", 2: (21.0, 50.0, 0.0), 3: "E", 4: (106.0, 40.0, 0.0)})
    out = io.BytesIO()
    more: dict[str, Any] = {"comment": b"SECRET"} if kind == "JPEG" else {}
    picture.convert(mode).save(out, kind, exif=exif, quality=95, **more)
    return out.getvalue()


def corners(data: bytes) -> tuple[tuple[int, int], list[str]]:
    """The size, and the colours of the upper left and the lower right corner."""
    with Image.open(io.BytesIO(data)) as picture:
        pixels = picture.convert("RGB")
        width, height = pixels.size
        seen = [pixels.getpixel(at) for at in ((1, 1), (width - 2, height - 2))]
    return (width, height), ["red" if isinstance(one, tuple) and one[0] > one[2] else "blue" for one in seen]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photo_keeps_its_pixels_and_nothing_else(kind: str) -> None:
    data = photo(kind)
    with Image.open(io.BytesIO(data)) as before:
        assert dict(before.getexif().get_ifd(GPS)) != {}
    clean = without_metadata(data)
    with Image.open(io.BytesIO(clean)) as after:
        assert (after.format, dict(after.getexif()), after.getexif().get_ifd(GPS)) == (kind, {}, {})
        assert {"exif", "comment", "xmp", "icc_profile"} & set(after.info) == set()
    assert b"SECRET" not in clean
    assert corners(clean) == ((64, 32), ["red", "blue"])


@pytest.mark.parametrize(
    ("orientation", "size", "colours"),
    [
        (1, (64, 32), ["red", "blue"]),
        (2, (64, 32), ["blue", "red"]),
        (3, (64, 32), ["blue", "red"]),
        (4, (64, 32), ["red", "blue"]),
        (5, (32, 64), ["red", "blue"]),
        (6, (32, 64), ["red", "blue"]),
        (7, (32, 64), ["blue", "red"]),
        (8, (32, 64), ["blue", "red"]),
    ],
)
def test_photo_is_turned_as_its_phone_said(orientation: int, size: tuple[int, int], colours: list[str]) -> None:
    assert corners(without_metadata(photo(orientation=orientation))) == (size, colours)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "LA"),
        ("PNG", "RGBA"),
        ("PNG", "I;16"),
        ("WEBP", "RGBA"),
    ],
)
def test_photo_of_every_mode(kind: str, mode: str) -> None:
    data = photo(kind, mode=mode) if mode != "I;16" else sixteen_bits()
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(without_metadata(data))) as after:
        kept = "RGBA" if before.mode == "P" else before.mode
        assert (after.mode, after.size, after.format) == (kept, before.size, kind)
        assert dict(after.getexif()) == {}


def sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.new("I;16", (64, 32)).save(out, "PNG")
    return out.getvalue()


def test_two_pictures_in_one_jpeg_become_the_first() -> None:
    out = io.BytesIO()
    first, second = (Image.new("RGB", (8, 8), colour) for colour in ("red", "blue"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    with Image.open(io.BytesIO(without_metadata(out.getvalue()))) as after:
        assert (after.format, corners(out.getvalue())[1]) == ("JPEG", ["red", "red"])


def bomb() -> bytes:
    """A PNG of a few kilobytes that claims ten gigapixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = (100_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def large(size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    return out.getvalue()


def animation() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "GIF")
    return out.getvalue()


NO_PHOTOS = [
    b"",
    b"%PDF-1.4",
    b"\xff\xd8\xff",
    photo()[:200],
    animation(),
    bomb(),
    large((8000, 8000)),
    large((10000, 9999)),
]


@pytest.mark.parametrize("data", NO_PHOTOS, ids=range(len(NO_PHOTOS)))
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhoto):
        without_metadata(data)


PHOTOS = [photo("JPEG", orientation=6), photo("PNG"), photo("WEBP")]


@settings(max_examples=150, deadline=None)
@given(data=st.sampled_from(PHOTOS), harm=st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=6)), max_size=6))
def test_broken_photo_is_refused_or_clean_but_never_a_crash(data: bytes, harm: list[tuple[int, bytes]]) -> None:
    for place, with_ in harm:
        at = place % len(data)
        data = data[:at] + with_ + data[at + len(with_) :]
    try:
        clean = without_metadata(data)
    except NotAPhoto:
        return
    with Image.open(io.BytesIO(clean)) as picture:
        assert dict(picture.getexif()) == {}


@dataclass
class Desk:
    """A fetcher over the double, with drafts whose files it fetches."""

    db: Database
    tg: TelegramDouble
    time: Time
    media: MediaStore
    telegram: Telegram

    def fetcher(self, media: MediaStore | None = None) -> Fetcher:
        return Fetcher(self.db, media or self.media, [self.telegram])

    async def promise(
        self, file_id: str, mime: str = "image/jpeg", native_id: str = str(ANNA), messenger: str = "telegram"
    ) -> None:
        async with self.db.write() as tx:
            caller = (await load_callers(tx, messenger, [native_id]))[native_id]
            draft = caller.draft or drafts.hold(tx, caller.account, "")
            await tx.session.flush()
            assert files.attach(tx, caller.account, draft, IncomingFile("photo", file_id, mime)) is None

    async def photo(self, data: bytes) -> str:
        message = (await self.tg.photo(ANNA, data))["message"]
        return str(message["photo"][-1]["file_id"])

    async def rows(self) -> list[tuple[Any, ...]]:
        """(state, attempts, digest, size, whether the file can still be asked for) of every attachment."""
        found = await sql(
            self.db, "SELECT state, attempts, digest, size, file_id IS NOT NULL FROM attachment ORDER BY id"
        )
        return [(*row[:4], bool(row[4])) for row in found]

    async def states(self) -> list[str]:
        return [row[0] for row in await self.rows()]

    async def notices(self) -> list[tuple[str, str]]:
        return [(kind, key) for kind, key in await sql(self.db, "SELECT kind, key FROM outbox ORDER BY id")]

    def on_disk(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.media.root.rglob("*") if path.is_file()}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    time = Time()
    async with TelegramDouble() as tg, record(tmp_path, time.now) as db:
        telegram = Telegram(db, tg.token, api_base=tg.url)
        yield Desk(db, tg, time, MediaStore(tmp_path / "media"), telegram)
        await hang_up(telegram)


def stored(data: bytes) -> tuple[Any, ...]:
    return ("stored", 0, hashlib.sha256(data).hexdigest(), len(data), False)


def on_disk(*contents: bytes) -> dict[str, bytes]:
    return {hashlib.sha256(data).hexdigest(): data for data in contents}


async def test_photo_is_stored_clean_under_the_digest_of_its_bytes(desk: Desk) -> None:
    data = photo(orientation=6)
    await desk.promise(await desk.photo(data))
    assert await desk.fetcher().batch() == 1
    clean = without_metadata(data)
    assert (await desk.rows(), desk.on_disk()) == ([stored(clean)], on_disk(clean))
    assert await desk.fetcher().batch() == 0


async def test_voice_is_stored_as_it_came(desk: Desk) -> None:
    file_id = (await desk.tg.voice(ANNA, b"OggS voice"))["message"]["voice"]["file_id"]
    await desk.promise(file_id, "audio/ogg")
    await desk.fetcher().batch()
    assert (await desk.rows(), desk.on_disk()) == ([stored(b"OggS voice")], on_disk(b"OggS voice"))


async def test_file_that_is_no_photo_or_gone_is_told_once(desk: Desk) -> None:
    await desk.promise(await desk.photo(b"%PDF-1.4"))
    gone = await desk.photo(photo())
    desk.tg.lose_file(gone)
    await desk.promise(gone)
    await desk.promise("photo-42-00009999")
    with capture_logs() as logs:
        await desk.fetcher().batch()
    assert await desk.rows() == [("failed", 1, None, None, False)] * 3
    assert sorted(await desk.notices()) == [("file_lost", f"file_lost:{number}") for number in (1, 2, 3)]
    assert sorted((line["attachment_id"], line["error"], line["final"]) for line in logs) == [
        (1, "NotAPhoto", True),
        (2, "FileGone", True),
        (3, "FileGone", True),
    ]
    assert desk.on_disk() == {}


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("getFile", Fault.server_error()),
        ("getFile", Fault("html")),
        ("getFile", Fault("reset")),
        ("getFile", Fault.too_many(1)),
        ("getFile", Fault.status(400, "wrong file_id or the file is temporarily unavailable")),
        ("file", Fault("html")),
        ("file", Fault("reset")),
    ],
)
async def test_download_that_fails_is_tried_again_later(desk: Desk, method: str, fault: Fault) -> None:
    data = photo()
    await desk.promise(await desk.photo(data))
    desk.tg.script(method, fault, times=None)
    fetcher = desk.fetcher()
    for tries in (1, 2):
        assert await fetcher.batch() == 1
        assert await desk.rows() == [("pending", tries, None, None, True)]
        assert await fetcher.batch() == 0
        desk.time.skip(2**tries)
    desk.tg.clear_faults()
    assert await fetcher.batch() == 1
    clean = without_metadata(data)
    assert (await desk.states(), desk.on_disk(), await desk.notices()) == (["stored"], on_disk(clean), [])


async def test_download_that_never_succeeds_is_given_up_and_told(desk: Desk) -> None:
    await desk.promise(await desk.photo(photo()))
    desk.tg.script("getFile", Fault.server_error(), times=None)
    for _ in range(files.MAX_ATTEMPTS):
        await desk.fetcher().batch()
        desk.time.skip(100_000)
    assert await desk.rows() == [("failed", files.MAX_ATTEMPTS, None, None, False)]
    assert await desk.notices() == [("file_lost", "file_lost:1")]


async def test_disk_that_refuses_is_tried_again(desk: Desk, tmp_path: Path) -> None:
    data = photo()
    await desk.promise(await desk.photo(data))
    (tmp_path / "full").write_bytes(b"")
    with capture_logs() as logs:
        await desk.fetcher(MediaStore(tmp_path / "full")).batch()
    assert [(line["error"], line["final"]) for line in logs] == [("NotADirectoryError", False)]
    desk.time.skip(2)
    await desk.fetcher().batch()
    assert (await desk.states(), desk.on_disk()) == (["stored"], on_disk(without_metadata(data)))


async def test_record_that_refuses_is_tried_again(desk: Desk) -> None:
    data = photo()
    await desk.promise(await desk.photo(data))
    await sql(
        desk.db,
        "CREATE TRIGGER full BEFORE UPDATE ON attachment BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    with capture_logs() as logs:
        async with running(desk.fetcher()):
            await eventually(logged(logs, "fetcher.database"))
            assert await desk.states() == ["pending"]
            await sql(desk.db, "DROP TRIGGER full")
            await eventually(desk.states, lambda states: states == ["stored"])
    assert desk.on_disk() == on_disk(without_metadata(data))


async def test_woken_by_what_is_promised_and_by_what_is_dropped(desk: Desk) -> None:
    async with running(desk.fetcher()):
        await desk.promise(await desk.photo(photo()))
        await eventually(desk.states, lambda states: states == ["stored"])
        await drop_draft(desk, str(ANNA))

        async def disk() -> dict[str, bytes]:
            return desk.on_disk()

        await eventually(disk, lambda left: left == {})


async def drop_draft(desk: Desk, native_id: str) -> None:
    async with desk.db.write() as tx:
        draft = (await load_callers(tx, "telegram", [native_id]))[native_id].draft
        assert isinstance(draft, Draft)
        await drafts.drop(tx, draft)


async def test_dropped_bytes_stay_while_another_row_names_them(desk: Desk) -> None:
    clean = without_metadata(photo())
    for native_id in ("7", "8"):
        await desk.promise(await desk.photo(photo()), native_id=native_id)
    fetcher = desk.fetcher()
    await fetcher.batch()
    left: list[dict[str, bytes]] = []
    for native_id in ("7", "8"):
        await drop_draft(desk, native_id)
        await fetcher.remove_dropped()
        left.append(desk.on_disk())
    assert (left, desk.db.dropped) == ([on_disk(clean), {}], set())


async def test_file_deleted_while_it_came_in_leaves_no_bytes(desk: Desk) -> None:
    await desk.promise(await desk.photo(photo()))
    desk.tg.script("file", Fault.slow(0.1))
    async with running(desk.fetcher()):
        await desk.tg.wait(lambda: desk.tg.calls("file"))
        await drop_draft(desk, str(ANNA))
        woken = desk.db.listen("dropped")
        await woken.wait()
        async with desk.db.read() as tx:
            assert await tx.session.get(Attachment, 1) is None

        async def disk() -> dict[str, bytes]:
            return desk.on_disk()

        await eventually(disk, lambda left: left == {})


async def test_bytes_that_cannot_be_removed_are_tried_again(desk: Desk) -> None:
    folder = desk.media.path("ab" * 32)
    folder.mkdir(parents=True)  # a folder where the file should be: it cannot be unlinked
    desk.db.dropped.add("ab" * 32)
    with capture_logs() as logs:
        await desk.fetcher().remove_dropped()
    assert ([line["event"] for line in logs], desk.db.dropped) == (["fetcher.not_removed"], {"ab" * 32})
    folder.rmdir()
    await desk.fetcher().remove_dropped()
    assert desk.db.dropped == set()


async def test_files_of_a_messenger_that_is_not_configured_stand_before_no_other(desk: Desk) -> None:
    for number in range(6):
        await desk.promise(f"old{number}", messenger="zalo")
    await desk.promise(await desk.photo(photo()))
    assert await desk.fetcher().batch() == 1
    assert await desk.states() == [*["pending"] * 6, "stored"]


class Surprising(Telegram):
    """A messenger that fails at one file as nobody thought of."""

    async def download(self, file_id: str) -> bytes:
        if file_id == "surprise":
            raise KeyError(file_id)
        return await super().download(file_id)


async def test_failure_that_nobody_thought_of_costs_one_file_and_is_said(desk: Desk) -> None:
    data, surprising = photo(), Surprising(desk.db, desk.tg.token, api_base=desk.tg.url)
    await desk.promise("surprise")
    await desk.promise(await desk.photo(data))
    with capture_logs() as logs:
        assert await Fetcher(desk.db, desk.media, [surprising]).batch() == 2
    clean = without_metadata(data)
    assert await desk.rows() == [("pending", 1, None, None, True), stored(clean)]
    assert [(line["event"], line["error"], line["final"]) for line in logs] == [("fetcher.failed", "KeyError", False)]
    await hang_up(surprising)
