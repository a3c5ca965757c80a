"""Files: a row when they are promised, bytes under their digest once fetched."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import outbox
from storage.database import Transaction
from storage.models import (
    Account,
    Announcement,
    Answer,
    Attachment,
    AttachmentState,
    Commitment,
    Draft,
    Handout,
    Opinion,
    Priority,
    Proof,
    Sealed,
    Transcript,
)

MAX_BYTES = 20_000_000  # what a Telegram bot may download (core.telegram.org/bots/api#getfile)
MAX_FILES = 10
MAX_ATTEMPTS = 12
LONGEST_PAUSE = 300
"""Seconds: with twelve tries a messenger may be out of reach for half an hour and nothing is lost."""
PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
SOUND_TYPES = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/webm", "audio/x-m4a", "audio/wav"})
DOCUMENT_TYPES = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/plain",
    }
)


class Refused(StrEnum):
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    WRONG_TYPE = "wrong_type"


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file as a messenger names it. `kind` is photo, voice or document; `size` in bytes where it is told."""

    kind: str
    file_id: str
    mime: str
    size: int | None = None
    file_name: str | None = None
    seconds: int | None = None


def refusal_of(file: IncomingFile, present: int) -> Refused | None:
    """Why a file cannot be taken beside the `present` ones, or None when it can."""
    if file.size is not None and file.size > MAX_BYTES:
        return Refused.TOO_LARGE
    if present >= MAX_FILES:
        return Refused.TOO_MANY
    if file.mime not in PHOTO_TYPES | SOUND_TYPES | DOCUMENT_TYPES:
        return Refused.WRONG_TYPE
    return None


def attach(
    tx: Transaction,
    account: Account,
    to: Draft | Opinion | Answer | Commitment | Sealed | Proof | Announcement,
    file: IncomingFile,
) -> Refused | None:
    """Promises a file to what it belongs to; it is fetched after the commit. Returns why not, if not.

    `to.attachments` must be loaded.
    """
    refusal = refusal_of(file, len(to.attachments))
    if refusal is None:
        to.attachments.append(promise(tx, account, file))
    return refusal


def promise(tx: Transaction, account: Account, file: IncomingFile) -> Attachment:
    """The row of a file that is fetched after the commit, for the caller to say what it belongs to."""
    tx.wake("files")
    return Attachment(
        # Whoever writes for the first time has no id yet.
        account=account,
        messenger=account.messenger,
        file_id=file.file_id,
        kind="photo" if file.mime in PHOTO_TYPES else "voice" if file.mime in SOUND_TYPES else "document",
        file_name=file.file_name and file.file_name[:200],
        mime=file.mime,
        seconds=file.seconds,
        size=file.size,
        state=AttachmentState.PENDING,
        attempts=0,
        next_try_at=tx.now,
        created_at=tx.now,
    )


async def pending(tx: Transaction, limit: int) -> list[Attachment]:
    """What waits to be fetched and is due, oldest first."""
    found = await tx.session.scalars(
        select(Attachment)
        .where(Attachment.state == AttachmentState.PENDING, Attachment.next_try_at <= tx.now)
        .order_by(Attachment.next_try_at, Attachment.id)
        .limit(limit)
    )
    return list(found)


async def next_fetch(tx: Transaction) -> datetime | None:
    return await tx.session.scalar(
        select(Attachment.next_try_at)
        .where(Attachment.state == AttachmentState.PENDING)
        .order_by(Attachment.next_try_at)
        .limit(1)
    )


async def stored(tx: Transaction, attachment_id: int, digest: str, size: int) -> None:
    """The bytes are on disk under `digest`. A row that was deleted meanwhile stays deleted."""
    attachment = await tx.session.get(Attachment, attachment_id)
    if attachment is not None:
        if attachment.account_id is not None and attachment.file_id is not None:
            await _keep_in_transcript(tx, attachment.account_id, attachment.file_id, digest)
        attachment.digest, attachment.size, attachment.file_id = digest, size, None
        attachment.state = AttachmentState.STORED
        tx.wake("outbox")


async def _keep_in_transcript(tx: Transaction, account_id: int, file_id: str, digest: str) -> None:
    # The web chat shows her the file that she sent: from now on the kept bytes, since the raw ones go.
    shown = await tx.session.scalars(
        select(Transcript).where(Transcript.account_id == account_id, Transcript.file["path"].as_string() == file_id)
    )
    for message in shown:
        file = dict(message.file or {})
        del file["path"]
        message.file = {**file, "digest": digest}


async def not_fetched(tx: Transaction, attachment_id: int, *, final: bool) -> Attachment | None:
    """One try failed: it is tried again later, or, when `final` or tried often enough, given up.

    Returns the row when it was given up, so that its owner can be told.
    """
    attachment = await tx.session.get(Attachment, attachment_id)
    if attachment is None:
        return None
    attachment.attempts += 1
    if final or attachment.attempts >= MAX_ATTEMPTS:
        attachment.state, attachment.file_id = AttachmentState.FAILED, None
        tx.wake("outbox")
        return attachment
    attachment.next_try_at = tx.now + timedelta(seconds=min(2**attachment.attempts, LONGEST_PAUSE))
    return None


async def tell_lost(tx: Transaction, attachment: Attachment) -> None:
    """Queues a word to whoever sent a file that could not be fetched, so that she may send it again."""
    account = await tx.session.get(Account, attachment.account_id) if attachment.account_id else None
    if account is not None and account.native_id is not None:
        notice = outbox.Notice(
            account,
            "file_lost",
            Priority.ANSWER,
            {"attachment_id": attachment.id},
            key=f"file_lost:{attachment.id}",
        )
        await outbox.queue(tx, [notice])


async def by_digest(tx: Transaction, digest: str) -> Attachment | None:
    """A file on record with these bytes, the first of them; None when no row names them."""
    return await tx.session.scalar(
        select(Attachment)
        .where(Attachment.digest == digest, Attachment.state == AttachmentState.STORED)
        .order_by(Attachment.id)
        .limit(1)
    )


async def digests_in_use(tx: Transaction) -> set[str]:
    """Every digest that a row still names."""
    found = await tx.session.scalars(select(Attachment.digest).where(Attachment.digest.is_not(None)).distinct())
    handed_out = await tx.session.scalars(select(Handout.digest).distinct())
    return {digest for digest in found if digest} | set(handed_out)


async def with_files(tx: Transaction, opinion_id: int) -> Opinion | None:
    return await tx.session.scalar(
        select(Opinion).where(Opinion.id == opinion_id).options(selectinload(Opinion.attachments))
    )


class MediaStore:
    """Bytes on disk, each file named by its SHA-256 and written whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def put(self, data: bytes) -> str:
        """Stores and returns the digest. Raises OSError when the disk refuses."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: the same bytes may be stored twice at once.
        handle, name = tempfile.mkstemp(suffix=".partial", dir=path.parent)
        partial = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            partial.rename(path)
        finally:
            partial.unlink(missing_ok=True)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes. Raises OSError when they are gone, ValueError when they are not what was stored."""
        data = self.path(digest).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"the file {digest} does not match its digest")
        return data

    def digests(self) -> set[str]:
        return {path.name for path in self.root.glob("??/*") if not path.name.endswith(".partial")}

    def remove(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)
