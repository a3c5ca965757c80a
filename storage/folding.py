"""Words without their marks, so that "duong" finds "Đường"."""

import unicodedata


def fold(text: str) -> str:
    """`text` in small letters, without diacritics, đ as d, runs of white space as one blank.

    Invisible format characters (zero-width joiners, direction marks) are dropped. Folding twice changes nothing.
    """
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    kept = (c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"})
    return " ".join(unicodedata.normalize("NFC", "".join(kept).lower()).replace("đ", "d").split())
