"""Messages as pages show them: what the phones page and the public chat share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fastapi import Response
from fastapi.responses import FileResponse, PlainTextResponse

from bot.messengers.web import WebMessenger
from storage.commune import Commune
from storage.files import MediaStore
from storage.models import Transcript
from storage.people import CODE_PREFIX

SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp", "image/gif", "audio/")
"""Types that a browser may show in the page itself; all others are for keeping."""

FILE_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}

_DELETED = "Tệp này đã xoá."
_HELD = "Tệp này máy chỉ giữ một giờ. Cần lại thì chọn lại ở khung chat, hoặc gọi Văn phòng xã."


@dataclass(frozen=True, slots=True)
class Bubble:
    """A transcript row as it is shown; two that are equal look the same."""

    id: int
    outgoing: bool
    body: str
    buttons: tuple[tuple[tuple[str, ...], ...], ...]
    file: tuple[str, str, str] | None
    reaction: str
    at: datetime
    active: bool

    @property
    def opening(self) -> bool:
        """Whether this is how she came, and not what she said."""
        return not self.outgoing and self.body.startswith("/start")

    @property
    def by_invitation(self) -> bool:
        return self.opening and CODE_PREFIX in self.body


def bubbles(rows: Sequence[Transcript], *, active: bool = True) -> list[Bubble]:
    """The rows as bubbles; the buttons of the latest message that has some are the active ones, unless not `active`."""
    latest = max((row.id for row in rows if row.buttons), default=0) if active else 0
    return [
        Bubble(
            row.id,
            row.outgoing,
            row.body,
            tuple(tuple(tuple(button) for button in line) for line in row.buttons),
            (row.file["kind"], row.file["name"], row.file["mime"]) if row.file else None,
            row.reaction or "",
            row.at,
            row.id == latest,
        )
        for row in rows
    ]


def shown_time(commune: Commune, at: datetime, now: datetime) -> str:
    """The hour at which something was said, with its day when that is not today."""
    here, today = at.astimezone(commune.timezone), now.astimezone(commune.timezone).date()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%H:%M %d/%m}"


def file_response(row: Transcript | None, media: MediaStore, messenger: WebMessenger | None) -> Response:
    """The file of a message, which its caller may see: kept bytes, or those that `messenger` holds for a while."""
    file = row.file if row is not None else None
    if file is None:
        return PlainTextResponse("Không có tệp này.", 404)
    path = _path(file, media, messenger)
    if not path.exists():
        return PlainTextResponse(_DELETED if "digest" in file else _HELD, 404)
    inline = file["mime"].startswith(SHOWN_INLINE)
    return FileResponse(
        path,
        media_type=file["mime"] if inline else "application/octet-stream",
        filename=file["name"],
        content_disposition_type="inline" if inline else "attachment",
        headers=FILE_HEADERS,
    )


def _path(file: Mapping[str, str], media: MediaStore, messenger: WebMessenger | None) -> Path:
    if "digest" in file or messenger is None:
        return media.path(file["digest"])
    return messenger.uploads.path(file["path"])
