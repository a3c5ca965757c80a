"""The page of a sealed matter: opened once by a link, read and decided within ten minutes, kept nowhere.

A messenger may fetch what it is sent, so looking at a link uses nothing up: its page has one button, and that opens it.
"""

import base64
import hashlib
import mimetypes
from collections.abc import Sequence
from html import escape
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from sqlalchemy import select

from handlers.cards import say_instant
from handlers.official.sealing import PAGE
from handlers.telling import village_name
from handlers.words import Say, Words
from storage import redaction, sealed, sealed_links
from storage.commune import Commune, format_code
from storage.database import Database, Transaction
from storage.files import MediaStore
from storage.models import Account, Attachment, Official, Sealed
from storage.sealed_links import Refusal, View
from storage.states import SealedState

LONGEST_FORM = 400_000
"""Bytes of a decision: the words of the longest matter, percent-encoded."""

CSS = """
*{box-sizing:border-box}
body{font:18px/1.55 system-ui,sans-serif;color:#1f2d37;background:#f4f1ea;margin:0}
main{max-width:40em;margin:0 auto;padding:1.2em 1em 3em}
h1{font-size:1.35em;line-height:1.25;margin:.2em 0 .5em}
h2{font-size:1.05em;margin:1.8em 0 .6em}
p{margin:.5em 0}
.facts,.note{color:#56636d}
.evidence{border-left:4px solid #b4621f;padding:.1em .8em}
.words{background:#fff;border:1px solid #ddd6c8;border-radius:10px;padding:.8em 1em;margin:1em 0;
white-space:pre-wrap;overflow-wrap:anywhere}
figure{margin:1em 0}
figcaption{color:#56636d;font-size:.9em}
img{max-width:100%;height:auto;border-radius:8px;display:block}
audio{width:100%}
details{background:#fff;border:1px solid #ddd6c8;border-radius:10px;margin:.6em 0}
summary{cursor:pointer;padding:.8em 1em;font-weight:600}
details form{padding:0 1em 1em}
label{display:block;font-weight:600;margin:.4em 0 .3em}
input,textarea{width:100%;font:inherit;padding:.6em;border:1px solid #8b959c;border-radius:8px;background:#fff}
textarea{min-height:9em}
button{width:100%;font:inherit;font-weight:600;min-height:3em;margin-top:.8em;border:0;border-radius:10px;
background:#1f5c57;color:#fff;cursor:pointer}
.missing{color:#a3271f;font-weight:600}
"""
_STYLE = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE}'; img-src 'self'; media-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}

SHOWN = {"photo": "page-sealed-photo", "voice": "page-sealed-voice", "document": "page-sealed-file"}


class SealedPage:
    """`/rieng/<token>` and what it opens."""

    def __init__(self, db: Database, media: MediaStore, words: Words) -> None:
        self._db, self._media, self._words = db, media, words

    def mount(self, app: FastAPI) -> None:
        """Adds the page to `app`; before any page that takes every address."""
        app.get(f"/{PAGE}/{{token}}")(self.door)
        app.post(f"/{PAGE}/{{token}}")(self.open)
        app.post(f"/{PAGE}/xem/{{view}}")(self.decide)
        app.get(f"/{PAGE}/xem/{{view}}/{{attachment_id}}")(self.file)

    async def door(self, token: str) -> Response:
        """One button, for a link that can still be opened."""
        async with self._db.read() as tx:
            found = await sealed_links.peek(tx, token)
            if isinstance(found, Refusal):
                return self._over(found)
            say = await self._say(tx, found)
        button = f"<button>{say('page-sealed-open')}</button>"
        return _page(say, "page-sealed-title", f'<p>{say("page-sealed-door")}</p><form method="post">{button}</form>')

    async def open(self, token: str) -> Response:
        """Uses the link up and shows the matter."""
        async with self._db.write() as tx:
            opened = await sealed_links.open_(tx, token)
            if isinstance(opened, Refusal):
                return self._over(opened)
            view, shown = opened
            say = await self._say(tx, shown.official)
        return self._content(say, f"xem/{view}", shown.sealed)

    async def file(self, view: str, attachment_id: int) -> Response:
        """One file of the matter, while its page is open."""
        async with self._db.read() as tx:
            shown = await sealed_links.viewing(tx, view)
            files = [] if isinstance(shown, Refusal) else list(shown.sealed.attachments)
        if isinstance(shown, Refusal):
            return self._over(shown)
        number, found = next(((at, each) for at, each in enumerate(files, 1) if each.id == attachment_id), (0, None))
        if found is None or found.digest is None or not self._media.path(found.digest).exists():
            return self._over(Refusal.UNKNOWN)
        inline = found.kind in ("photo", "voice")
        # The file's own name may be that of its sender.
        name = f"{number}{mimetypes.guess_extension(found.mime) or ''}"
        return FileResponse(
            self._media.path(found.digest),
            media_type=found.mime if inline else "application/octet-stream",
            filename=name,
            content_disposition_type="inline" if inline else "attachment",
            headers=HEADERS,
        )

    async def decide(self, view: str, request: Request) -> Response:
        """One of the four ends, by the button that was pressed."""
        form = await _form(request)
        async with self._db.write() as tx:
            shown = await sealed_links.viewing(tx, view)
            if isinstance(shown, Refusal):
                return self._over(shown)
            say = await self._say(tx, shown.official)
            if form is None or not await _decided(tx, shown, form):
                return self._content(say, view, shown.sealed, missing=(form or {}).get("do", ""))
        return _page(say, "page-sealed-done-title", f"<p>{say('page-sealed-done')}</p>")

    async def _say(self, tx: Transaction, official: Official) -> Say:
        language = await tx.session.scalar(
            select(Account.language).where(Account.person_id == official.person_id).order_by(Account.id).limit(1)
        )
        return self._words.say(language or "vi")

    def _over(self, why: Refusal) -> Response:
        """The same kind words whatever the reason: nobody learns whether there is such a matter."""
        say = self._words.say("vi")
        body = f"<p>{say('page-sealed-over')}</p>"
        return _page(say, "page-sealed-over-title", body, 404 if why is Refusal.UNKNOWN else 410)

    def _content(self, say: Say, at: str, matter: Sealed, missing: str | None = None) -> Response:
        """The matter and its four ends; `at` is the address of what the page opens, seen from the page itself."""
        commune = self._db.commune
        facts = say(
            "page-sealed-facts",
            code=format_code(commune.short_code, matter.number),
            village=village_name(say, commune, matter.village_id),
            at=say_instant(commune, matter.raised_at),
        )
        words = f'<div class="words">{escape(matter.text)}</div>' if matter.text else ""
        body = [
            f'<p class="facts">{facts}</p>',
            f'<p class="evidence">{say("page-sealed-evidence", evidence="yes" if matter.has_evidence else "no")}</p>',
            words or f"<p>{say('page-sealed-no-words')}</p>",
            *_files(say, at, matter.attachments),
            f'<p class="note">{say("page-sealed-quiet")}</p>',
            f"<h2>{say('page-sealed-decide')}</h2>",
            *_decisions(say, commune, at, matter, missing),
        ]
        return _page(say, "page-sealed-title", "".join(body), 200 if missing is None else 400)


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a small form; None for anything else."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return None
    try:
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=8)
    except ValueError:
        return None
    return {name: values[0].replace("\0", "").replace("\r\n", "\n") for name, values in fields.items()}


async def _decided(tx: Transaction, shown: View, form: dict[str, str]) -> bool:
    """Does what the form says; False when something is missing in it."""
    what, matter, official = form.get("do", ""), shown.sealed, shown.official
    try:
        if what == "masked":
            await sealed.return_masked(tx, matter, official, form.get("text", ""))
        elif what in {str(state) for state in sealed.ENDS}:
            await sealed.decide(tx, matter, official, SealedState(what), form.get("to"))
        else:
            return False
    except ValueError:
        return False
    return True


def _page(say: Say, key: str, body: str, status: int = 200) -> Response:
    title = say(key)
    html = (
        f'<!doctype html><html lang="{say.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{CSS}</style><main><h1>{title}</h1>{body}</main></html>"
    )
    return HTMLResponse(html, status, HEADERS)


def _files(say: Say, at: str, attachments: Sequence[Attachment]) -> list[str]:
    shown: list[str] = []
    for number, each in enumerate(attachments, 1):
        title, address = say(SHOWN.get(each.kind, "page-sealed-file"), number=number), f"{at}/{each.id}"
        if each.digest is None:
            shown.append(f'<p class="note">{say("page-sealed-pending", number=number)}</p>')
        elif each.kind == "photo":
            shown.append(f'<figure><img src="{address}" alt="{title}"><figcaption>{title}</figcaption></figure>')
        elif each.kind == "voice":
            shown.append(f'<figure><figcaption>{title}</figcaption><audio controls src="{address}"></audio></figure>')
        else:
            shown.append(f'<p><a href="{address}">{title}</a></p>')
    return shown


def _decisions(say: Say, commune: Commune, at: str, matter: Sealed, missing: str | None) -> list[str]:
    """Each end behind its own title, so that no slip of a finger decides."""
    place = _field(say, "to", escape(commune.province_reception), is_missing=missing == "beyond")
    focus = " autofocus" if missing == "masked" else ""
    masked = escape(redaction.suggest(matter.text or "", redaction.places_of(commune)))
    text = (
        f'<label for="text">{say("page-sealed-text")}</label><textarea id="text" name="text"{focus}>{masked}</textarea>'
    )
    check = _field(say, "to-check", "", is_missing=missing == "passed")
    beyond = say("page-sealed-beyond", place=commune.province_reception)
    ends = (
        ("taught", say("page-sealed-taught"), say("page-sealed-taught-note"), ""),
        ("passed", say("page-sealed-passed"), say("page-sealed-passed-note"), check),
        ("beyond", beyond, say("page-sealed-beyond-note"), place),
        ("masked", say("page-sealed-masked"), say("page-sealed-masked-note"), text),
    )
    shown: list[str] = []
    for do, title, note, field in ends:
        is_missing = f'<p class="missing">{say("page-sealed-missing")}</p>' if do == missing else ""
        shown.append(
            f"<details{' open' if do == missing else ''}><summary>{title}</summary>"
            f'<form method="post" action="{at}">{is_missing}<p class="note">{note}</p>{field}'
            f'<button name="do" value="{do}">{say("page-sealed-confirm")}</button></form></details>'
        )
    return shown


def _field(say: Say, id_: str, value: str, *, is_missing: bool) -> str:
    label = f'<label for="{id_}">{say("page-sealed-to")}</label>'
    return f'{label}<input id="{id_}" name="to" maxlength="200" value="{value}"{" autofocus" if is_missing else ""}>'
