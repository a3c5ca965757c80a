"""Files that a browser sends: read up to a size, and of the type that their own bytes say."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from fastapi import Request

UNKNOWN = "application/octet-stream"

_OFFICE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Two kinds of container each hold many formats: which one, only the name says."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"OggS", "audio/ogg", ".ogg"),
    (b"\x1aE\xdf\xa3", "audio/webm", ".webm"),
    (b"ID3", "audio/mpeg", ".mp3"),
    (b"\xff\xfb", "audio/mpeg", ".mp3"),
    (b"\xff\xf1", "audio/aac", ".aac"),
    (b"\xff\xf9", "audio/aac", ".aac"),
    (b"%PDF-", "application/pdf", ".pdf"),
)
_SOUND_BRANDS = (b"M4A ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash")
_CONTAINERS = ((b"PK\x03\x04", (".docx", ".xlsx")), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (".doc", ".xls")))


class TooLarge(ValueError):
    """More bytes than are taken."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is, and what it is called from now on."""

    mime: str
    name: str


async def read(request: Request, limit: int) -> bytes:
    """The body. Raises TooLarge as soon as it is longer than `limit`."""
    if int(request.headers.get("content-length") or 0) > limit:
        raise TooLarge
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            raise TooLarge
    return bytes(data)


def type_of(data: bytes, sent_name: str) -> Found:
    """The type by the first bytes; `sent_name` (percent-encoded) is kept for a document alone.

    What is nothing that we know is UNKNOWN, and the conversation says so in its own words.
    """
    mime, suffix = _sniffed(data)
    # It may be written into a header or a folder one day.
    name = re.sub(r"[\x00-\x1f\x7f/\\\"]", "", unquote(sent_name, errors="replace")).strip(" .")[:120]
    if mime.startswith("image/"):
        return Found(mime, f"anh{suffix}")
    if mime.startswith("audio/"):
        return Found(mime, f"ghi-am{suffix}")
    ending = PurePosixPath(name).suffix.lower()
    for beginning, endings in _CONTAINERS:
        if data.startswith(beginning) and ending in endings:
            return Found(_OFFICE[ending], name)
    if mime == UNKNOWN:
        return Found(mime, name or "tep")
    return Found(mime, name if ending == suffix else f"tep{suffix}")


def _sniffed(data: bytes) -> tuple[str, str]:
    for beginning, mime, suffix in _BEGINNINGS:
        if data.startswith(beginning):
            return mime, suffix
    if data.startswith(b"RIFF"):
        return {b"WEBP": ("image/webp", ".webp"), b"WAVE": ("audio/wav", ".wav")}.get(data[8:12], (UNKNOWN, ""))
    if data[4:8] == b"ftyp" and data[8:12] in _SOUND_BRANDS:
        return "audio/mp4", ".m4a"
    return UNKNOWN, ""
