"""One-time ways to the page that shows a sealed matter: ten minutes to open one, ten to read and decide."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from storage import events, sealed
from storage.database import Transaction
from storage.models import Official, Sealed, SealedLink

LIFE = timedelta(minutes=10)
TOKEN_BYTES = 16

Token = Callable[[int], str]


class Refusal(StrEnum):
    """Why a link shows nothing: there is none like it, or it is used, late, or not for this reader any more."""

    UNKNOWN = "unknown"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class View:
    """A matter before its reader. `sealed.attachments` are loaded."""

    link: SealedLink
    sealed: Sealed
    official: Official


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def issue(tx: Transaction, matter: Sealed, official: Official, token: Token = secrets.token_hex) -> str:
    """The token of a new link for this reader; only its digest is kept. Raises PermissionError for another."""
    if not sealed.may_read(official, matter):
        raise PermissionError("not a reader of this matter")
    made = token(TOKEN_BYTES)
    tx.session.add(
        SealedLink(
            digest=_digest(made),
            sealed_id=matter.id,
            official_id=official.id,
            created_at=tx.now,
            expires_at=tx.now + LIFE,
        )
    )
    events.record(tx, "sealed.link_issued", "sealed", matter.id, official)
    return made


async def peek(tx: Transaction, token: str) -> Refusal | Official:
    """Who could open this link now; looking at it uses nothing up, since messengers fetch what they are sent."""
    found = await _usable(tx, token)
    return found if isinstance(found, Refusal) else found.official


async def open_(tx: Transaction, token: str, new: Token = secrets.token_hex) -> tuple[str, View] | Refusal:
    """Uses the link up; returns the token of the page that it opens, and what that shows."""
    found = await _usable(tx, token)
    if isinstance(found, Refusal):
        return found
    view = new(TOKEN_BYTES)
    found.link.opened_at, found.link.view_digest = tx.now, _digest(view)
    events.record(tx, "sealed.opened", "sealed", found.sealed.id, found.official)
    return view, found


async def viewing(tx: Transaction, view: str) -> View | Refusal:
    """What the page behind this token shows, for ten minutes from its opening."""
    link = await tx.session.scalar(select(SealedLink).where(SealedLink.view_digest == _digest(view)).with_for_update())
    if link is None or link.opened_at is None:
        return Refusal.UNKNOWN
    return await _shown(tx, link) if tx.now < link.opened_at + LIFE else Refusal.OVER


async def _usable(tx: Transaction, token: str) -> View | Refusal:
    link = await tx.session.scalar(select(SealedLink).where(SealedLink.digest == _digest(token)).with_for_update())
    if link is None:
        return Refusal.UNKNOWN
    return await _shown(tx, link) if link.opened_at is None and tx.now < link.expires_at else Refusal.OVER


async def _shown(tx: Transaction, link: SealedLink) -> View | Refusal:
    official = await tx.session.get(Official, link.official_id)
    matter = await sealed.by_id(tx, link.sealed_id)
    if official is None or matter is None or not sealed.may_read(official, matter):
        return Refusal.OVER
    return View(link, matter, official)
