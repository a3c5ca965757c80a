"""Files: fetched after the commit that promised them, stripped of what a photo tells in secret, kept by digest."""

import asyncio
import io
from collections.abc import Mapping, Sequence

import structlog
from PIL import Image
from sqlalchemy.exc import DBAPIError

from bot.messengers.base import FileGone, Messenger
from storage import files
from storage.database import Database
from storage.files import MediaStore
from storage.models import Attachment

AT_ONCE = 4
LOOK_AT = 256
LARGEST_PIXELS = 60_000_000
"""A photo of more pixels is a bomb, not a photo: no phone in use makes one."""

log = structlog.get_logger(__name__)


class NotAPhoto(ValueError):
    """The bytes are not the picture that they were said to be."""


def without_metadata(data: bytes) -> bytes:
    """The same picture with nothing but its pixels and its right side up: no EXIF, no GPS, no comment.

    JPEG, PNG and WebP keep their format. Raises NotAPhoto for anything else.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise NotAPhoto("too many pixels")
            # A phone's JPEG with a second picture inside calls itself MPO.
            kind = picture.format if picture.format in {"PNG", "WEBP"} else "JPEG"
            upright = _upright(picture)
            out = io.BytesIO()
            upright.save(out, kind, quality=88)
            return out.getvalue()
    except Exception as error:
        # Decoders raise whatever they stumble over in broken bytes, and anybody may send those.
        raise NotAPhoto(type(error).__name__) from error


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(picture: Image.Image) -> Image.Image:
    orientation = picture.getexif().get(0x0112)
    turned = picture.transpose(_TURNS[orientation]) if orientation in _TURNS else picture
    # A new image of the same pixels carries none of the old one's `info`.
    if turned.mode == "P":
        # A palette keeps its transparency in what is thrown away.
        turned = turned.convert("RGBA")
    clean = Image.new(turned.mode, turned.size)
    clean.paste(turned)
    return clean


class Fetcher:
    """Fetches what attachments promise, and removes bytes that no row names any more."""

    def __init__(self, db: Database, media: MediaStore, messengers: Sequence[Messenger]) -> None:
        self.db = db
        self.media = media
        self.messengers: Mapping[str, Messenger] = {each.name: each for each in messengers}

    async def run(self, stopping: asyncio.Event) -> None:
        """Fetches until `stopping`; a download in hand is left, and begins anew at the next start."""
        stir = asyncio.Event()
        self.db.subscribe("files", stir.set)
        self.db.subscribe("dropped", stir.set)
        stop = asyncio.create_task(stopping.wait())
        stop.add_done_callback(lambda _: stir.set())
        try:
            await self.remove_unnamed()
            while not stopping.is_set():
                stir.clear()
                wait = 30.0
                try:
                    await self.remove_dropped()
                    if await self.batch():
                        continue
                    async with self.db.read() as tx:
                        due = await files.next_fetch(tx)
                        wait = 30.0 if due is None else max(0.2, min(30.0, (due - tx.now).total_seconds()))
                except* DBAPIError as errors:
                    log.error("fetcher.database", error=type(errors.exceptions[0]).__name__)
                    wait = 1.0
                try:
                    async with asyncio.timeout(wait):
                        await stir.wait()
                except TimeoutError:
                    continue
        finally:
            stop.cancel()
            self.db.unsubscribe("files", stir.set)
            self.db.unsubscribe("dropped", stir.set)

    async def batch(self) -> int:
        """Fetches what is due, a few side by side; returns how many were tried."""
        async with self.db.read() as tx:
            # Those of a messenger that is not configured now wait, and must not stand before the others.
            pending = await files.pending(tx, LOOK_AT)
        due = [each for each in pending if each.messenger in self.messengers][:AT_ONCE]
        async with asyncio.TaskGroup() as group:
            for attachment in due:
                group.create_task(self._fetch(attachment))
        return len(due)

    async def _fetch(self, attachment: Attachment) -> None:
        final = False
        try:
            data = await self.messengers[attachment.messenger].download(str(attachment.file_id))
            if len(data) > files.MAX_BYTES:
                raise FileGone(str(attachment.id))
            if attachment.kind == "photo":
                data = await asyncio.to_thread(without_metadata, data)
            digest = await asyncio.to_thread(self.media.put, data)
        except (FileGone, NotAPhoto) as error:
            final, failure = True, type(error).__name__
        except Exception as error:  # noqa: BLE001  whatever one file raises must cost no other, nor end the program
            failure = type(error).__name__
        else:
            async with self.db.write() as tx:
                if await tx.session.get(Attachment, attachment.id) is None:
                    # She deleted it while it came in.
                    tx.drop_file(digest)
                else:
                    await files.stored(tx, attachment.id, digest, len(data))
            await self.messengers[attachment.messenger].discard(str(attachment.file_id))
            return
        log.warning("fetcher.failed", attachment_id=attachment.id, error=failure, final=final)
        async with self.db.write() as tx:
            lost = await files.not_fetched(tx, attachment.id, final=final)
            if lost is not None:
                await files.tell_lost(tx, lost)

    async def remove_unnamed(self) -> None:
        """Removes bytes that no row names: a process that was killed may have left them. Nothing is being fetched."""
        async with self.db.read() as tx:
            unnamed = self.media.digests() - await files.digests_in_use(tx)
        for digest in unnamed:
            self.media.remove(digest)

    async def remove_dropped(self) -> None:
        """Removes the bytes of files whose rows were deleted, unless another row names them."""
        dropped = set(self.db.dropped)
        if not dropped:
            return
        async with self.db.read() as tx:
            in_use = await files.digests_in_use(tx)
        for digest in dropped - in_use:
            try:
                self.media.remove(digest)
            except OSError as error:
                log.error("fetcher.not_removed", digest=digest, error=type(error).__name__)
                dropped.discard(digest)
        self.db.dropped -= dropped
