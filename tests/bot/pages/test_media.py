"""Signed addresses of files: what they show, to whom, and for how long."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI

from bot.fetcher import Fetcher
from bot.pages.media import FOR_A_READER, FOR_A_SERVER, MediaLinks
from storage import data, wires
from storage.database import Database
from storage.files import MediaStore
from storage.models import Attachment, AttachmentState
from storage.people import load_callers
from tests.bot.parts import account, record, sql
from tests.commune import Clock
from tests.phones import picture

SITE = "https://xa.example"
PHOTO = picture()


@dataclass
class Shelf:
    db: Database
    clock: Clock
    media: MediaStore
    links: MediaLinks
    client: httpx.AsyncClient

    async def put(self, content: bytes, mime: str, kind: str, state: AttachmentState = AttachmentState.STORED) -> None:
        digest = self.media.put(content)
        async with self.db.write() as tx:
            row = Attachment(messenger="web", kind=kind, mime=mime, file_name="Bí mật của bà Mẫu.jpg", digest=digest)
            row.size, row.state, row.attempts, row.next_try_at, row.created_at = 1, state, 0, tx.now, tx.now
            tx.session.add(row)

    async def path(self, content: bytes, life: timedelta = FOR_A_SERVER) -> str:
        link = await self.links.of(content, life)
        assert link is not None
        assert link.url.startswith(f"{SITE}/media/")
        return urlsplit(link.url).path

    async def get(self, path: str, method: str = "GET") -> httpx.Response:
        return await self.client.request(method, path)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    clock = Clock()
    async with record(tmp_path, clock) as db:
        media = MediaStore(tmp_path / "media")
        links = MediaLinks(db, media, SITE, b"key")
        app = FastAPI()
        links.mount(app)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
            yield Shelf(db, clock, media, links, client)


async def test_file_on_record_is_shown_without_its_name(shelf: Shelf) -> None:
    await shelf.put(PHOTO, "image/jpeg", "photo")
    path = await shelf.path(PHOTO)
    shown, asked = await shelf.get(path), await shelf.get(path, "HEAD")
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, PHOTO, "image/jpeg")
    assert (asked.status_code, asked.content, asked.headers["content-length"]) == (200, b"", str(len(PHOTO)))
    assert shown.headers["content-disposition"] == 'inline; filename="tep.jpg"'
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert path.endswith(".jpg")
    assert hashlib.sha256(PHOTO).hexdigest() not in path


async def test_document_is_for_keeping_and_what_is_no_known_type_is_bytes(shelf: Shelf) -> None:
    await shelf.put(b"%PDF-1", "application/pdf", "document")
    await shelf.put(b"<script>", "text/html", "document")
    pdf, html = await shelf.get(await shelf.path(b"%PDF-1")), await shelf.get(await shelf.path(b"<script>"))
    assert (pdf.headers["content-type"], pdf.headers["content-disposition"]) == (
        "application/pdf",
        'attachment; filename="tep.pdf"',
    )
    assert html.headers["content-type"] == "application/octet-stream"
    assert html.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("life", [FOR_A_SERVER, FOR_A_READER])
async def test_address_ends(shelf: Shelf, life: timedelta) -> None:
    await shelf.put(PHOTO, "image/jpeg", "photo")
    path = await shelf.path(PHOTO, life)
    shelf.clock.instant += life - timedelta(seconds=1)
    assert (await shelf.get(path)).status_code == 200
    shelf.clock.instant += timedelta(seconds=1)
    assert (await shelf.get(path)).status_code == 404


async def test_every_other_token_is_refused(shelf: Shelf) -> None:
    await shelf.put(PHOTO, "image/jpeg", "photo")
    path = await shelf.path(PHOTO)
    token = path.removeprefix("/media/").partition(".")[0]
    forged = [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))]
    # The last letter of base64 carries bits that mean nothing; all others are under the seal.
    answers = [(await shelf.get(f"/media/{each}.jpg")).status_code for each in forged[:-1]]
    assert answers == [404] * len(answers)
    body = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    for other in ("", "x", "é", token[:-8], token + "AAAA", hashlib.sha256(PHOTO).hexdigest(), body.hex()):
        assert (await shelf.get(f"/media/{other}")).status_code == 404
    assert (await shelf.get("/media/../../etc/passwd")).status_code == 404


async def test_address_of_another_key_is_refused(shelf: Shelf) -> None:
    await shelf.put(PHOTO, "image/jpeg", "photo")
    other = await MediaLinks(shelf.db, shelf.media, SITE, b"other").of(PHOTO, FOR_A_SERVER)
    assert other is not None
    assert (await shelf.get(urlsplit(other.url).path)).status_code == 404


async def test_file_that_no_row_names_any_more_is_gone_whatever_its_address(shelf: Shelf) -> None:
    await shelf.put(PHOTO, "image/jpeg", "photo")
    path = await shelf.path(PHOTO)
    await sql(shelf.db, "DELETE FROM attachment")
    assert (await shelf.get(path)).status_code == 404
    assert await shelf.links.of(PHOTO, FOR_A_SERVER) is None


async def test_file_whose_bytes_are_lost_is_gone(shelf: Shelf) -> None:
    await shelf.put(PHOTO, "image/jpeg", "photo")
    path = await shelf.path(PHOTO)
    shelf.media.remove(hashlib.sha256(PHOTO).hexdigest())
    assert (await shelf.get(path)).status_code == 404


@pytest.mark.parametrize("site", [None, "http://xa.example"])
async def test_without_a_public_https_address_there_is_none(shelf: Shelf, site: str | None) -> None:
    await shelf.put(PHOTO, "image/jpeg", "photo")
    assert await MediaLinks(shelf.db, shelf.media, site, b"key").of(PHOTO, FOR_A_SERVER) is None


async def made(shelf: Shelf, content: bytes = b"PK hers", name: str = "du-lieu.zip", account_id: int = 1) -> str | None:
    mime = {"zip": "application/zip", "ics": "text/calendar"}[name[-3:]]
    link = await shelf.links.made_for(account_id, content, name, mime, FOR_A_READER)
    return urlsplit(link.url).path if link is not None else None


async def test_file_made_for_her_lies_there_until_its_address_ends(shelf: Shelf) -> None:
    assert await account(shelf.db, "1001") == 1
    path = await made(shelf)
    assert path is not None
    shown = await shelf.get(path)
    assert (shown.status_code, shown.content, shown.headers["content-type"]) == (200, b"PK hers", "application/zip")
    assert shown.headers["content-disposition"] == 'attachment; filename="du-lieu.zip"'
    fetcher = Fetcher(shelf.db, shelf.media, [])
    await fetcher.remove_unnamed()
    assert (await shelf.get(path)).status_code == 200
    shelf.clock.instant += FOR_A_READER
    assert (await shelf.get(path)).status_code == 404
    async with shelf.db.write() as tx:
        assert await wires.expire(tx) == 1
    await fetcher.remove_dropped()
    assert shelf.media.digests() == set()


async def test_file_made_for_her_goes_with_everything_else_of_hers(shelf: Shelf) -> None:
    await account(shelf.db, "1001")
    await account(shelf.db, "1002")
    path, shared = await made(shelf), await made(shelf, b"BEGIN", "hop.ics")
    assert path is not None
    assert await made(shelf, b"BEGIN", "hop.ics", account_id=2) == shared
    assert shared is not None
    async with shelf.db.write() as tx:
        await data.forget(tx, (await load_callers(tx, "telegram", ["1001"]))["1001"])
    await Fetcher(shelf.db, shelf.media, []).remove_dropped()
    assert [(await shelf.get(each)).status_code for each in (path, shared)] == [404, 200]
    assert await made(shelf) is None
    assert await made(shelf, account_id=99) is None


async def test_file_made_for_her_has_no_address_where_nobody_reaches_us(shelf: Shelf) -> None:
    await account(shelf.db, "1001")
    links = MediaLinks(shelf.db, shelf.media, "http://xa.example", b"key")
    assert await links.made_for(1, b"PK", "du-lieu.zip", "application/zip", FOR_A_READER) is None
    assert shelf.media.digests() == set()
