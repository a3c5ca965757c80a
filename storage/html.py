"""HTML of the Bot API's subset: made safe when it comes in, made plain where nothing else is shown."""

import re
from html import escape
from html.parser import HTMLParser

SAME = {"strong": "b", "em": "i", "ins": "u", "strike": "s", "del": "s"}
"""Tags that say the same (core.telegram.org/bots/api#html-style)."""

KEPT = frozenset({"b", "i", "u", "s", "a", "code", "pre", "blockquote"})
CLOSED = frozenset({"code", "pre"})
"""Nothing may be nested in these."""

_ADDRESS = re.compile(r"(https?://|tel:|mailto:)\S+", re.IGNORECASE)


def sanitize(html: str) -> str:
    """`html` with nothing but the subset's tags, closed in order; of any other tag the words stay. Never raises."""
    reader = _Safe()
    reader.feed(html)
    reader.close()
    return reader.text().strip()


class _Safe(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[str] = []

    def text(self) -> str:
        return "".join([*self._parts, *(f"</{tag}>" for tag in reversed(self._open))])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = SAME.get(tag, tag)
        if tag == "br":
            self._parts.append("\n")
            return
        address = (dict(attrs).get("href") or "").strip()
        if tag not in KEPT or tag in self._open or CLOSED & {*self._open}:
            return
        if tag == "a" and not _ADDRESS.fullmatch(address):
            return
        self._open.append(tag)
        self._parts.append(f'<a href="{escape(address)}">' if tag == "a" else f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        tag = SAME.get(tag, tag)
        while tag in self._open:
            self._parts.append(f"</{self._open.pop()}>")

    def handle_data(self, data: str) -> None:
        self._parts.append(escape(data, quote=False))


def html_to_plain(html: str) -> str:
    """HTML of the Bot API's subset as plain text: links written out, quotations on lines of their own."""
    reader = _PlainText()
    reader.feed(html)
    reader.close()
    return reader.text()


class _PlainText(HTMLParser):
    BLOCKS = frozenset({"blockquote", "pre"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._after_block = False

    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BLOCKS:
            self._break_line()
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self._after_block = True
        elif tag == "a" and self._links:
            address, start = self._links.pop()
            shown = "".join(self._parts[start:])
            if address and re.sub(r"^(tel:|mailto:|https?://)", "", address) not in {shown, shown.partition("://")[2]}:
                self._parts.append(f" ({address})")

    def handle_data(self, data: str) -> None:
        if self._after_block and not data.startswith("\n"):
            self._break_line()
        self._after_block = False
        self._parts.append(data)

    def _break_line(self) -> None:
        if self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")
