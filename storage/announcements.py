"""A text to many: written, shown, agreed to where that is needed, then sent at its hour (`broadcasts`)."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import broadcasts, events, files, outbox, tell
from storage.audiences import Audience
from storage.database import Transaction
from storage.files import IncomingFile, Refused
from storage.folding import fold
from storage.html import html_to_plain, sanitize
from storage.lengths import units
from storage.models import Account, Announcement, Official, Priority, Role
from storage.states import AnnouncementState, ForbiddenMove, move

MAX_TEXT = 3500
"""UTF-16 units of what is read, as for an answer."""

SAME_WITHIN = timedelta(days=2)
"""The same text to the same people again within this is asked about once more."""

SENT = (AnnouncementState.SCHEDULED, AnnouncementState.SENDING, AnnouncementState.STOPPED, AnnouncementState.DONE)
IN_HAND = (
    AnnouncementState.DRAFT,
    AnnouncementState.SUBMITTED,
    AnnouncementState.SCHEDULED,
    AnnouncementState.SENDING,
    AnnouncementState.STOPPED,
)


class Changed(Exception):
    """It is not what was read: somebody changed it since. Nothing was done."""


class Unready(Exception):
    """A file of it has not come yet, or it is for nobody: it cannot go. Nothing was done."""


async def draft(
    tx: Transaction,
    official: Official,
    text: str,
    audience: Audience | None = None,
    *,
    conference_id: int | None = None,
) -> Announcement:
    """Writes down what an official means to announce. Raises ValueError on an empty or too long text."""
    announcement = Announcement(
        text=_checked(text),
        official_id=official.id,
        state=AnnouncementState.DRAFT,
        revision=1,
        audience=(audience or Audience()).as_row(),
        conference_id=conference_id,
        created_at=tx.now,
        queued_through=0,
        attachments=[],
    )
    tx.session.add(announcement)
    await tx.session.flush()
    events.record(tx, "announcement.drafted", "announcement", announcement.id, official)
    return announcement


def _checked(html: str) -> str:
    safe = sanitize(html)
    if not 0 < length(safe) <= MAX_TEXT:
        raise ValueError(f"an announcement has 1 to {MAX_TEXT} UTF-16 units")
    return safe


def length(html: str) -> int:
    """UTF-16 units of what is read of an HTML text."""
    return units(html_to_plain(sanitize(html)).strip())


async def by_id(tx: Transaction, announcement_id: int) -> Announcement | None:
    """The announcement with its files loaded, or None."""
    return await tx.session.scalar(
        select(Announcement).where(Announcement.id == announcement_id).options(selectinload(Announcement.attachments))
    )


async def in_hand(tx: Transaction) -> list[Announcement]:
    """Every announcement that is not over, the newest first: the office writes and sends together."""
    found = await tx.session.scalars(
        select(Announcement)
        .where(Announcement.state.in_(IN_HAND))
        .options(selectinload(Announcement.attachments))
        .order_by(Announcement.id.desc())
    )
    return list(found)


def rewrite(tx: Transaction, announcement: Announcement, official: Official, text: str) -> None:
    """Puts other words in a draft. Raises ValueError when they are none or too long, or it is no draft."""
    checked = _checked(text)
    _change(tx, announcement, official, "text")
    announcement.text = checked


def address_to(tx: Transaction, announcement: Announcement, official: Official, audience: Audience) -> None:
    """Says whom it is for. Raises ValueError when it is no draft."""
    _change(tx, announcement, official, "audience")
    announcement.audience = audience.as_row()


def schedule_for(tx: Transaction, announcement: Announcement, official: Official, at: datetime | None) -> None:
    """Says when it goes; None for the usual hour, an instant that is past for "at once". ValueError if no draft."""
    _change(tx, announcement, official, "hour")
    announcement.scheduled_for = at


def attach(
    tx: Transaction, account: Account, announcement: Announcement, official: Official, file: IncomingFile
) -> Refused | None:
    """Takes a photo, or one document; returns why not, if not. Raises ValueError when it is no draft.

    `announcement.attachments` must be loaded.
    """
    _check_draft(announcement)
    if file.mime in files.SOUND_TYPES:
        return Refused.WRONG_TYPE
    is_document = file.mime in files.DOCUMENT_TYPES
    if is_document and any(each.kind == "document" for each in announcement.attachments):
        return Refused.TOO_MANY
    refused = files.attach(tx, account, announcement, file)
    if refused is None:
        _change(tx, announcement, official, "file")
    return refused


async def drop_files(tx: Transaction, announcement: Announcement, official: Official) -> None:
    """Takes every file off a draft. Raises ValueError when it is no draft."""
    _change(tx, announcement, official, "file")
    await _delete_files(tx, announcement)


async def _delete_files(tx: Transaction, announcement: Announcement) -> None:
    for attachment in announcement.attachments:
        if attachment.digest:
            tx.drop_file(attachment.digest)
        await tx.session.delete(attachment)
    announcement.attachments.clear()
    await tx.session.flush()


async def discard(tx: Transaction, announcement: Announcement, official: Official) -> None:
    """Deletes a draft with its files. Raises ValueError when it is no draft."""
    _check_draft(announcement)
    events.record(tx, "announcement.discarded", "announcement", announcement.id, official)
    await broadcasts.forget(tx, announcement)
    await _delete_files(tx, announcement)
    await tx.session.delete(announcement)


def _check_draft(announcement: Announcement) -> None:
    if announcement.state is not AnnouncementState.DRAFT:
        raise ValueError("only a draft can be changed")


def _change(tx: Transaction, announcement: Announcement, official: Official, what: str) -> None:
    _check_draft(announcement)
    announcement.revision += 1
    events.record(tx, "announcement.changed", "announcement", announcement.id, official, what=what)


def next_hour(tx: Transaction) -> datetime:
    """When `broadcast_at` strikes next, in UTC; never in the quiet hours."""
    local = tx.now.astimezone(tx.commune.timezone)
    at = datetime.combine(local.date(), tx.commune.broadcast_at, tx.commune.timezone)
    return tx.commune.after_quiet((at if at > local else at + timedelta(days=1)).astimezone(UTC))


def goes_at(tx: Transaction, announcement: Announcement) -> datetime:
    """When it would begin to go, if it could now: its hour, now for one that is past, after the quiet hours."""
    return tx.commune.after_quiet(max(announcement.scheduled_for or next_hour(tx), tx.now))


async def same_before(tx: Transaction, announcement: Announcement) -> Announcement | None:
    """The last one of these days that says the same to some of the same people; None when there is none."""
    recent = await tx.session.scalars(
        select(Announcement)
        .where(
            Announcement.id != announcement.id,
            Announcement.state.in_([*SENT, AnnouncementState.SUBMITTED]),
            Announcement.created_at > tx.now - SAME_WITHIN - timedelta(days=30),
        )
        .order_by(Announcement.id.desc())
    )
    audience, said = Audience.read(announcement.audience), _gist(announcement.text)
    for earlier in recent:
        at = earlier.sent_at or earlier.scheduled_for or earlier.created_at
        is_recent = at > tx.now - SAME_WITHIN
        if is_recent and Audience.read(earlier.audience).overlaps(audience) and _gist(earlier.text) == said:
            return earlier
    return None


def _gist(html: str) -> bytes:
    return sha256(" ".join(fold(html_to_plain(html)).split()).encode()).digest()


async def _check_ready(tx: Transaction, announcement: Announcement, revision: int) -> None:
    await tx.hold(announcement, "state", "revision")
    if announcement.revision != revision:
        raise Changed
    audience = Audience.read(announcement.audience)
    if audience.kind.value != "all" and not audience.ids:
        raise Unready


async def submit(tx: Transaction, announcement: Announcement, official: Official, revision: int) -> int:
    """Asks the leaders to let it go; it is frozen from now on. Returns how many hear of it.

    Raises ForbiddenMove when it is no draft, Changed when it is not the revision that was read, Unready.
    """
    await _check_ready(tx, announcement, revision)
    hour = announcement.scheduled_for or next_hour(tx)
    moved = _moved(announcement, AnnouncementState.SUBMITTED)
    announcement.scheduled_for, announcement.submitted_at, announcement.returned_reason = hour, tx.now, None
    asked = events.record(tx, "announcement.submitted", "announcement", announcement.id, official, moved)
    await tx.session.flush()
    # What is to go before the office opens again cannot wait for that.
    opens = tell.office_hours(tx)
    at = opens if opens <= hour else tx.now
    leaders = await tell.accounts_in(tx, [Role.LEADER])
    notices = [
        outbox.Notice(
            account,
            kind,
            Priority.ANSWER,
            {"announcement_id": announcement.id, "revision": revision, **more},
            key=f"{kind}:{announcement.id}:{asked.id}:{account.told_as}{''.join(f':{each}' for each in more.values())}",
            not_before=at,
            announcement_id=announcement.id,
        )
        for account in leaders
        for kind, more in [*_copies(announcement), ("announcement_ask", {})]
    ]
    await outbox.queue(tx, notices)
    return len(leaders)


def _copies(announcement: Announcement) -> list[tuple[str, dict[str, Any]]]:
    """What one reader gets of it, in order: the notices' kinds and what their payloads name besides it."""
    found: list[tuple[str, dict[str, Any]]] = []
    if not broadcasts.is_captioned(announcement):
        found = [("announcement_sample", {"attachment_id": each.id}) for each in announcement.attachments]
    return [*found, ("announcement_copy", {})]


async def show_to(tx: Transaction, announcement: Announcement, account: Account) -> None:
    """Queues it to one account exactly as everybody would get it."""
    notices = [
        outbox.Notice(
            account,
            kind,
            Priority.ANSWER,
            {"announcement_id": announcement.id, "revision": announcement.revision, **more},
            not_before=tx.now,
            announcement_id=announcement.id,
        )
        for kind, more in _copies(announcement)
    ]
    await outbox.queue(tx, notices)


async def schedule(tx: Transaction, announcement: Announcement, official: Official, revision: int) -> None:
    """It goes at its hour by the official's own word. Raises ForbiddenMove, Changed, Unready.

    That he needs nobody else's is the caller's to know (`audiences.needs_leader`).
    """
    await _check_ready(tx, announcement, revision)
    if announcement.state is not AnnouncementState.DRAFT:
        raise ForbiddenMove(announcement.state, AnnouncementState.SCHEDULED)
    hour = announcement.scheduled_for or next_hour(tx)
    await _schedule(tx, announcement, official, hour)


async def approve(tx: Transaction, announcement: Announcement, leader: Official, revision: int) -> None:
    """A leader lets it go, at its hour or now when that is past. Raises ForbiddenMove, Changed, Unready."""
    await _check_ready(tx, announcement, revision)
    if announcement.state is not AnnouncementState.SUBMITTED:
        raise ForbiddenMove(announcement.state, AnnouncementState.SCHEDULED)
    await _schedule(tx, announcement, leader, announcement.scheduled_for or tx.now)


async def _schedule(tx: Transaction, announcement: Announcement, official: Official, hour: datetime) -> None:
    moved = _moved(announcement, AnnouncementState.SCHEDULED)
    announcement.scheduled_for = tx.commune.after_quiet(max(hour, tx.now))
    announcement.approved_by_id = official.id
    events.record(tx, "announcement.scheduled", "announcement", announcement.id, official, moved)
    await tx.session.flush()
    # A leader who agreed to a clerk's announcement does not follow it.
    followers = {announcement.official_id} | ({official.id} if official.role is not Role.LEADER else set())
    await broadcasts.show_card(tx, announcement, followers)
    await broadcasts.launch_due(tx, announcement)


async def send_back(tx: Transaction, announcement: Announcement, leader: Official, reason: str) -> None:
    """A leader wants it otherwise: it is a draft again, and its writer hears why. Raises ForbiddenMove."""
    await tx.hold(announcement, "state", "revision")
    if announcement.state is not AnnouncementState.SUBMITTED:
        raise ForbiddenMove(announcement.state, AnnouncementState.DRAFT)
    moved = _moved(announcement, AnnouncementState.DRAFT)
    announcement.revision += 1
    announcement.returned_reason = reason[:500]
    event = events.record(tx, "announcement.sent_back", "announcement", announcement.id, leader, moved)
    await tx.session.flush()
    await outbox.queue(
        tx,
        [
            outbox.Notice(
                account,
                "announcement_back",
                Priority.ANSWER,
                {"announcement_id": announcement.id},
                key=f"announcement_back:{event.id}:{account.told_as}",
                not_before=tx.now,
                announcement_id=announcement.id,
            )
            for account in await tell.accounts_of_official(tx, announcement.official_id)
        ],
    )


async def recall(tx: Transaction, announcement: Announcement, official: Official) -> None:
    """Takes it back before its hour: a draft again. Raises ForbiddenMove once it is on its way."""
    await tx.hold(announcement, "state", "revision")
    moved = _moved(announcement, AnnouncementState.DRAFT)
    announcement.revision += 1
    announcement.approved_by_id = None
    events.record(tx, "announcement.recalled", "announcement", announcement.id, official, moved)
    await broadcasts.refresh_cards(tx, [announcement.id])


def _moved(announcement: Announcement, state: AnnouncementState) -> tuple[AnnouncementState, AnnouncementState]:
    moved = (announcement.state, move(announcement.state, state))
    announcement.state = moved[1]
    return moved
