"""Message bodies as HTML that is safe to show: the Bot API's subset, everything else as the text it was."""

from html import escape
from html.parser import HTMLParser
from urllib.parse import urlsplit

TAGS = {
    "b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u", "s": "s", "strike": "s", "del": "s",
    "code": "code", "pre": "pre", "blockquote": "blockquote",
}  # fmt: skip
"""The tags that core.telegram.org/bots/api#html-style knows, and what each is shown as. Links are separate."""

BLOCKS = frozenset({"pre", "blockquote"})
SCHEMES = frozenset({"http", "https", "tel", "mailto"})


def safe_html(body: str) -> str:
    """`body` with the allowed tags, without attributes, closed in order; anything else is escaped."""
    renderer = _Renderer()
    renderer.feed(body)
    renderer.close()
    return renderer.html()


class _Renderer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._after_block = False

    def html(self) -> str:
        return "".join(self._out) + "".join(f"</{shown}>" for _, shown in reversed(self._open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := _address(dict(attrs).get("href"))):
            self._out.append(f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">')
            self._open.append((tag, "a"))
        elif shown := TAGS.get(tag):
            self._out.append(f"<{shown}>")
            self._open.append((tag, shown))
        else:
            self._out.append(escape(self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._out.append(escape(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in {name for name, _ in self._open}:
            self._out.append(escape(f"</{tag}>"))
            return
        while self._open:
            name, shown = self._open.pop()
            self._out.append(f"</{shown}>")
            self._after_block = shown in BLOCKS
            if name == tag:
                return

    def handle_data(self, data: str) -> None:
        # A block ends its line by itself.
        self._out.append(escape(data.removeprefix("\n") if self._after_block else data))
        self._after_block = False

    def handle_comment(self, data: str) -> None:
        self._out.append(escape(f"<!--{data}-->"))

    def handle_decl(self, decl: str) -> None:
        self._out.append(escape(f"<!{decl}>"))

    def handle_pi(self, data: str) -> None:
        self._out.append(escape(f"<?{data}>"))

    def unknown_decl(self, data: str) -> None:
        self._out.append(escape(f"<![{data}]>"))


def _address(href: str | None) -> str | None:
    """The address when it is one that a reader may be sent to."""
    try:
        return href if href and urlsplit(href).scheme in SCHEMES else None
    except ValueError:
        return None
