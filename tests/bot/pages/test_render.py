"""Message bodies in a browser: the Bot API's subset, and nothing that was smuggled in."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pages.render import SCHEMES, TAGS, safe_html

LINK = ' target="_blank" rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Chào <b>bác</b>", "Chào <b>bác</b>"),
        ("<strong>a</strong><em>b</em><ins>c</ins><del>d</del>", "<b>a</b><i>b</i><u>c</u><s>d</s>"),
        ("a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', f'<a href="https://example.org/?a=1&amp;b=2"{LINK}>x</a>'),
        ('<a href="tel:114">114</a>', f'<a href="tel:114"{LINK}>114</a>'),
        ('<a href="javascript:alert(1)">x</a>', "&lt;a href=&quot;javascript:alert(1)&quot;&gt;x&lt;/a&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<b onclick="x()">a</b>', "<b>a</b>"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("<b/>a", "&lt;b/&gt;a"),
        ("a</b>", "a&lt;/b&gt;"),
        ("<b><i>a</b>c", "<b><i>a</i></b>c"),
        ("<b>a", "<b>a</b>"),
        ("<!--x--><!DOCTYPE y><?z>", "&lt;!--x--&gt;&lt;!DOCTYPE y&gt;&lt;?z&gt;"),
        ("<blockquote>a</blockquote>\n\nb", "<blockquote>a</blockquote>\nb"),
        ("", ""),
    ],
)
def test_safe_html(body: str, shown: str) -> None:
    assert safe_html(body) == shown


class Seen(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        address = dict(attrs).get("href") or ""
        if tag == "a" and address.partition(":")[0].lower() in SCHEMES and len(attrs) == 3:
            return
        if tag not in TAGS.values() or attrs:
            self.bad.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.opened or self.opened.pop() != tag:
            self.bad.append(f"/{tag}")


PIECES = [
    "<b>", "</b>", "<i>", "</i>", "<script>", "</script>", '<a href="https://x.org">', "</a>", "<a href=javascript:x>",
    "<", ">", '"', "'", "&lt;", "&", "<img src=x onerror=y>", "<pre>", "</pre>", "<svg/onload=x>", "lời", " ", "<!--",
    "-->",
]  # fmt: skip
MARKUP = st.lists(st.sampled_from(PIECES)).map("".join)


@given(body=st.one_of(MARKUP, st.text()))
def test_whatever_comes_only_allowed_tags_are_opened_and_all_are_closed(body: str) -> None:
    seen = Seen()
    seen.feed(safe_html(body))
    seen.close()
    assert (seen.bad, seen.opened) == ([], [])
