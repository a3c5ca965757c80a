"""`/media/<token>`: files on record, for a messenger that takes an address where others take the bytes.

A token is made by us alone, names one file by its digest, and ends. What no row names any more is not shown, whatever
its token says. A file that was made for one account (her data, a calendar entry) is kept for as long as its address.
"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import mimetypes
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath

from fastapi import FastAPI, Response
from fastapi.responses import FileResponse, PlainTextResponse

from storage import files, wires
from storage.database import Database
from storage.files import DOCUMENT_TYPES, PHOTO_TYPES, SOUND_TYPES, MediaStore

FOR_A_SERVER = timedelta(hours=1)
"""How long an address holds that a messenger's server fetches."""
FOR_A_READER = timedelta(days=3)
"""How long one holds that a person opens: until after a weekend."""

DIGEST, EXPIRY, SEAL = 32, 5, 16
"""Bytes of a token's parts: SHA-256 of the file, Unix time in seconds, the beginning of an HMAC-SHA-256."""

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Where a file lies for a while, and of what type it is."""

    url: str
    mime: str


class MediaLinks:
    """Makes the addresses and answers them. `site` is our public HTTPS address, None without one; `key` is secret."""

    def __init__(self, db: Database, media: MediaStore, site: str | None, key: bytes) -> None:
        self._db, self._media, self._key = db, media, key
        self._site = site if site is not None and site.startswith("https://") else None

    def mount(self, app: FastAPI) -> None:
        """Adds the page to `app`; before any page that takes every address."""
        app.api_route("/media/{name}", methods=["GET", "HEAD"])(self.show)

    async def of(self, data: bytes, life: timedelta) -> Link | None:
        """An address for these bytes; None when they are not on record or nobody outside could reach it."""
        if self._site is None:
            return None
        digest = hashlib.sha256(data).digest()
        async with self._db.read() as tx:
            attachment = await files.by_digest(tx, digest.hex())
        if attachment is None:
            return None
        return Link(f"{self._site}/media/{self._token(digest, life)}{_suffix(attachment.mime)}", attachment.mime)

    async def made_for(self, account_id: int, data: bytes, name: str, mime: str, life: timedelta) -> Link | None:
        """As `of`, for a file of our own making, which is kept until then; None also for an account that is gone.

        Raises OSError when the disk refuses.
        """
        if self._site is None:
            return None
        digest = await asyncio.to_thread(self._media.put, data)
        async with self._db.write() as tx:
            if not await wires.hand_out(tx, account_id, digest, name, mime, tx.now + life):
                tx.drop_file(digest)
                return None
        token = self._token(bytes.fromhex(digest), life)
        return Link(f"{self._site}/media/{token}{PurePath(name).suffix}", mime)

    def _token(self, digest: bytes, life: timedelta) -> str:
        expires = int((self._db.now() + life).timestamp())
        body = digest + expires.to_bytes(EXPIRY, "big")
        return base64.urlsafe_b64encode(body + self._seal(body)).rstrip(b"=").decode()

    async def show(self, name: str) -> Response:
        """The file, if the token is ours, has not ended, and a row still names the file."""
        digest = self._read(name.partition(".")[0])
        if digest is None:
            return PlainTextResponse("", 404, HEADERS)
        async with self._db.read() as tx:
            attachment = await files.by_digest(tx, digest)
            handout = await wires.handout(tx, digest) if attachment is None else None
        if not self._media.path(digest).exists():
            return PlainTextResponse("", 404, HEADERS)
        if handout is not None:
            return FileResponse(
                self._media.path(digest), media_type=handout.mime, filename=handout.name, headers=HEADERS
            )
        if attachment is None:
            return PlainTextResponse("", 404, HEADERS)
        known = attachment.mime in PHOTO_TYPES | SOUND_TYPES | DOCUMENT_TYPES
        return FileResponse(
            self._media.path(digest),
            media_type=attachment.mime if known else "application/octet-stream",
            # The file's own name may be that of its sender.
            filename=f"tep{_suffix(attachment.mime)}",
            content_disposition_type="inline" if attachment.kind in {"photo", "voice"} else "attachment",
            headers=HEADERS,
        )

    def _seal(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:SEAL]

    def _read(self, token: str) -> str | None:
        """The digest that a token names while it holds."""
        try:
            whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, seal = whole[: DIGEST + EXPIRY], whole[DIGEST + EXPIRY :]
        if len(body) != DIGEST + EXPIRY or not hmac.compare_digest(seal, self._seal(body)):
            return None
        if int.from_bytes(body[DIGEST:], "big") <= self._db.now().timestamp():
            return None
        return body[:DIGEST].hex()


def _suffix(mime: str) -> str:
    return ".aac" if mime == "audio/aac" else mimetypes.guess_extension(mime) or ""
