"""HTML of the Bot API's subset: made safe, made plain."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.html import html_to_plain, sanitize


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b>Xã</b> trả lời", "Xã trả lời"),
        ("a &lt; b &amp;&amp; c &gt; d &quot;e&quot;", 'a < b && c > d "e"'),
        ('<a href="https://example.org/x">xem</a>', "xem (https://example.org/x)"),
        ('<a href="https://example.org">https://example.org</a>', "https://example.org"),
        ('<a href="https://example.org">example.org</a>', "example.org"),
        ('<a href="tel:114">114</a>', "114"),
        ("Lời:<blockquote>dòng 1\ndòng 2</blockquote>hết", "Lời:\ndòng 1\ndòng 2\nhết"),
        ("<blockquote>một</blockquote>\nhai", "một\nhai"),
        ("<pre><code>x &lt; y</code></pre>", "x < y"),
        ("<b><i>lồng</i> nhau</b><tg-spoiler> kín</tg-spoiler>", "lồng nhau kín"),
        ("", ""),
    ],
)
def test_html_to_plain(html: str, text: str) -> None:
    assert html_to_plain(html) == text


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<b>Mời</b> <i>họp</i>", "<b>Mời</b> <i>họp</i>"),
        ("<strong>Mời</strong> <em>họp</em> <del>mai</del>", "<b>Mời</b> <i>họp</i> <s>mai</s>"),
        ("<b>Mời <i>họp</b> mai", "<b>Mời <i>họp</i></b> mai"),
        ("Mời</b> họp</i>", "Mời họp"),
        ("<b><b>Mời</b> họp</b>", "<b>Mời</b> họp"),
        ("<script>x()</script><u>Mời", "x()<u>Mời</u>"),
        ("họp & góp < 5 > 3", "họp &amp; góp &lt; 5 &gt; 3"),
        ('<a href="https://x.vn?a=1&amp;b=2">xem</a>', '<a href="https://x.vn?a=1&amp;b=2">xem</a>'),
        ('<a href="javascript:x()">xem</a> <a>này</a>', "xem này"),
        ("<code>a<b>b</b></code>", "<code>ab</code>"),
        ("một<br>hai", "một\nhai"),
        ("  <b>  </b> ", "<b>  </b>"),
        ("", ""),
    ],
)
def test_sanitize(html: str, safe: str) -> None:
    assert sanitize(html) == safe


@given(
    st.lists(
        st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<x>", "</x>", "<a href='https://x'>", "</a>", "&", "<", "họp "])
    )
)
def test_sanitize_again_changes_nothing_and_keeps_the_words(parts: list[str]) -> None:
    safe = sanitize("".join(parts))
    assert sanitize(safe) == safe
    assert safe.count("<b>") == safe.count("</b>")


@given(st.text(alphabet="aâ<>&\"' \n👍", max_size=100))
def test_typed_words_come_through_unchanged(words: str) -> None:
    assert html_to_plain(sanitize(escape(words, quote=False))) == words.strip()
