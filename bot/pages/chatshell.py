"""The page of the public chat as it stands before anything is said, and the files that it loads."""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from itertools import chain

from fastapi import Request, Response

from bot.pages.icons import badge, icon
from handlers.words import LANGUAGES, Words
from storage.commune import Commune

BRAND = "#0f5265"
OURSELVES = "'self'"
YEAR = 31_536_000

SAID_BY_PAGE = (
    "chat-again", "chat-attach", "chat-busy", "chat-field", "chat-gone", "chat-log", "chat-more", "chat-offline",
    "chat-older", "chat-quote-drop", "chat-quoting", "chat-record", "chat-record-denied", "chat-record-drop",
    "chat-record-send", "chat-recording", "chat-refused", "chat-send", "chat-sending", "chat-sent-later",
    "chat-too-large", "chat-trouble", "chat-typing", "chat-voice", "chat-photo", "chat-you", "chat-close",
    "chat-machine", "chat-paper", "chat-paper-is", "chat-open", "chat-open-field", "chat-open-go", "chat-open-wrong",
    "chat-call", "chat-call-on", "chat-call-off", "chat-call-denied", "chat-install", "chat-offer",
    "chat-offer-no", "chat-choices", "chat-they", "chat-cookies", "chat-paper-was", "chat-paper-anew",
    "chat-open-closes", "chat-apple", "chat-leave", "chat-leave-is", "chat-leave-go",
    "menu-mine", "menu-help",
)  # fmt: skip
"""Texts without variables that the page's script says, in the language of her account."""

SAID_ONCE = frozenset({"chat-title", "chat-about", "chat-human", "chat-noscript", "chat-opening"})
"""Texts of the page that name the commune or its hotline."""

SAID_ELSEWHERE = frozenset({"chat-push", "chat-embed"})
"""Texts without variables that stand in other files than the page."""

PICTURES: Mapping[str, Callable[[], bytes]] = {
    "icon-192.png": lambda: icon(192),
    "icon-512.png": lambda: icon(512),
    "icon-512-masked.png": lambda: icon(512, masked=True),
    "badge-96.png": lambda: badge(96),
}

ICONS = {
    "arrow": "M3 20.5 21 12 3 3.5l-.01 6.6L15 12 2.99 13.9z",
    "camera": (
        "M9 4 7.2 6H4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-3.2L15 4zm3 4.5a4.5 4.5 0 1 1 "
        "0 9 4.5 4.5 0 0 1 0-9zm0 2a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"
    ),
    "microphone": (
        "M12 14a3 3 0 0 0 3-3V5a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zm5-3a5 5 0 0 1-10 0H5a7 7 0 0 0 6 6.9V21h2v-3.1A7 7 0 0 "
        "0 19 11z"
    ),
}
"""Paths of drawings in a square of 24."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page, squeezed once; `tag` changes with its bytes."""

    body: bytes
    squeezed: bytes
    mime: str
    tag: str

    @classmethod
    def of(cls, body: bytes, mime: str) -> "Asset":
        return cls(body, gzip.compress(body, 9, mtime=0), mime, hashlib.sha256(body).hexdigest()[:16])

    def response(self, request: Request, headers: Mapping[str, str], *, kept: bool) -> Response:
        """The bytes, or word that they are the same as before. `kept`: their address changes with them."""
        tag = f'"{self.tag}"'
        shown = {
            "ETag": tag,
            "Cache-Control": f"public, max-age={YEAR}, immutable" if kept else "no-cache",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            **headers,
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=shown)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.squeezed, media_type=self.mime, headers={**shown, "Content-Encoding": "gzip"})
        return Response(self.body, media_type=self.mime, headers=shown)


def ours(*names: str) -> bytes:
    """Files of this folder, one after the other."""
    return b"\n".join(resources.files("bot.pages").joinpath(name).read_bytes() for name in names)


def policy(embed: Sequence[str]) -> str:
    """The content security policy: nothing but our own, and only the sites in `embed` may frame us."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors {' '.join(chain([OURSELVES], embed))}"
    )


class Shell:
    """The page and what it loads: the same for everybody, so that a browser may keep it for when there is no network.

    In our files "[[text KEY]]" is a text, "[[say KEY]]" one that changes with the language of her account,
    "[[label KEY]]" a name for those who do not see, "[[hint KEY]]" that and what stands in an empty field,
    "[[person KEY]]" a text whose hotline a phone can call.
    `embed` are the sites that may frame the page at `site`.
    """

    def __init__(self, words: Words, commune: Commune, site: str, embed: Sequence[str]) -> None:
        self._say, self._commune = words.say("vi"), commune
        table = {one: {key: words.say(one).plain(key) for key in SAID_BY_PAGE} for one in LANGUAGES}
        script = Asset.of(
            ours("chat.js", "chatqueue.js", "chatwriting.js", "chatmore.js"), "text/javascript; charset=utf-8"
        )
        style = Asset.of(ours("bubbles.css", "chat.css"), "text/css; charset=utf-8")
        name = escape(commune.name)
        self._values = {
            # "<" is written so that no word can end the element that it stands in.
            "words": _json(table),
            "name": f"{name[:1].upper()}{name[1:]}",
            "script": script.tag,
            "style": style.tag,
            "site": _json(site),
            "embed": _json(list(embed)),
        }
        self.page = Asset.of(self._filled("chat.html"), "text/html; charset=utf-8")
        self._values["tag"] = self.page.tag
        self._assets = {
            "chat.js": script,
            "chat.css": style,
            "worker.js": Asset.of(self._filled("worker.js"), script.mime),
            "embed.js": Asset.of(self._filled("embed.js"), script.mime),
            "manifest.webmanifest": Asset.of(self._manifest(), "application/manifest+json"),
        }

    def asset(self, name: str) -> Asset | None:
        """A file by its name; a picture is drawn when it is first asked for."""
        if name not in self._assets and name in PICTURES:
            self._assets[name] = Asset.of(PICTURES[name](), "image/png")
        return self._assets.get(name)

    def _manifest(self) -> bytes:
        def picture(name: str, size: int, purpose: str) -> dict[str, str]:
            return {"src": f"/chat/{name}", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

        name = self._commune.name
        described = {
            "id": "/chat",
            "name": self._say.plain("chat-title", commune=name, hotline=""),
            "short_name": f"{name[:1].upper()}{name[1:]}",
            "lang": "vi",
            "start_url": "/chat",
            "scope": "/chat",
            "display": "standalone",
            "background_color": "#e9eef1",
            "theme_color": BRAND,
            "icons": [
                picture("icon-192.png", 192, "any"),
                picture("icon-512.png", 512, "any"),
                picture("icon-512-masked.png", 512, "maskable"),
            ],
        }
        return json.dumps(described, ensure_ascii=False).encode()

    def _filled(self, file: str) -> bytes:
        return re.sub(r"\[\[(\w+) ([a-z-]+)\]\]", self._fill, ours(file).decode()).encode()

    def _fill(self, place: re.Match[str]) -> str:
        what, key = place[1], place[2]
        if what == "value":
            return self._values[key]
        if what == "icon":
            return f'<svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true"><path d="{ICONS[key]}"/></svg>'
        commune = self._commune
        arguments = {} if key in SAID_ELSEWHERE else {"commune": commune.name, "hotline": commune.hotline}
        text = escape(self._say.plain(key, **arguments))
        return {
            "text": text,
            "person": _callable(text, commune.hotline),
            "say": f'<span data-say="{key}">{text}</span>',
            "label": f'data-label="{key}" aria-label="{text}"',
            "hint": f'data-label="{key}" data-hint="{key}" aria-label="{text}" placeholder="{text}"',
        }[what]


def _callable(text: str, hotline: str) -> str:
    """`text` with the hotline in it as a link, if that is a number and nothing else."""
    if not re.fullmatch(r"\+?[0-9][0-9 .()-]{2,}", hotline):
        return text
    return text.replace(hotline, f'<a href="tel:{re.sub("[^+0-9]", "", hotline)}">{hotline}</a>')


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
