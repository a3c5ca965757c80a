"""A text to everyone who consented: drafted, shown, sent once."""

from storage import events, outbox
from storage.database import Transaction
from storage.lengths import units
from storage.models import Announcement, Official, Priority
from storage.states import AnnouncementState, DeliveryState, move

MAX_TEXT = 3500
"""UTF-16 units, as for an answer."""


async def draft(tx: Transaction, official: Official, text: str) -> Announcement:
    """Writes down what an official means to announce. Raises ValueError on an empty or too long text."""
    _check_length(text)
    announcement = Announcement(
        text=text.strip(), official_id=official.id, state=AnnouncementState.DRAFT, audience={}, created_at=tx.now
    )
    tx.session.add(announcement)
    await tx.session.flush()
    events.record(tx, "announcement.drafted", "announcement", announcement.id, official)
    return announcement


def _check_length(text: str) -> None:
    if not 0 < units(text.strip()) <= MAX_TEXT:
        raise ValueError(f"an announcement has 1 to {MAX_TEXT} UTF-16 units")


async def own(tx: Transaction, official: Official, announcement_id: int) -> Announcement | None:
    """The announcement with this id that this official wrote; another's is as if it were not there."""
    announcement = await by_id(tx, announcement_id)
    return announcement if announcement is not None and announcement.official_id == official.id else None


def rewrite(tx: Transaction, announcement: Announcement, text: str) -> None:
    """Puts other words in a draft. Raises ValueError when they are none or too long, or it was sent."""
    _check_length(text)
    _check_draft(announcement)
    announcement.text = text.strip()


async def discard(tx: Transaction, announcement: Announcement) -> None:
    """Deletes a draft. Raises ValueError when it was sent."""
    _check_draft(announcement)
    await tx.session.delete(announcement)


def _check_draft(announcement: Announcement) -> None:
    if announcement.state is not AnnouncementState.DRAFT:
        raise ValueError("only a draft can be changed")


async def by_id(tx: Transaction, announcement_id: int) -> Announcement | None:
    return await tx.session.get(Announcement, announcement_id)


async def send(tx: Transaction, announcement: Announcement, official: Official) -> int:
    """Queues it to every account whose owner consented; returns how many. Raises ForbiddenMove when it was sent."""
    for state in (AnnouncementState.SCHEDULED, AnnouncementState.SENDING):
        moved = (announcement.state, move(announcement.state, state))
        announcement.state = moved[1]
        events.record(tx, f"announcement.{state}", "announcement", announcement.id, official, moved)
    announcement.sent_at = tx.now
    count = await outbox.queue_for_everyone(
        tx,
        "announcement",
        Priority.ANNOUNCEMENT,
        {"announcement_id": announcement.id},
        f"announcement:{announcement.id}",
    )
    announcement.audience = {"accounts": count}
    return count


async def progress(tx: Transaction, announcement: Announcement) -> dict[DeliveryState, int]:
    return dict(await outbox.deliveries_of(tx, f"announcement:{announcement.id}"))
