"""A name and a telephone number as people type them in one line."""

import re

CORRECTING = "correcting"
"""In the conversation's data: the id of the draft whose author changes her name before she sends it."""

_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)")
_LABELS = re.compile(
    r"\b(?:sđt|sdt|số điện thoại|so dien thoai|đt|dt|điện thoại|dien thoai|số|tel|phone)\b[ :.]*", re.IGNORECASE
)


def parse(text: str) -> tuple[str, str | None]:
    """(name, telephone): the number as digits, or None; the name empty when no letter is left of it."""
    found = _PHONE.search(text)
    phone = None
    if found is not None:
        phone = re.sub(r"[^\d+]", "", found[0])
        text = f"{text[: found.start()]} {text[found.end() :]}"
        text = _LABELS.sub(" ", text)
    name = " ".join(text.split()).strip(" ,;:.-–")
    return (name if any(c.isalpha() for c in name) else ""), phone
