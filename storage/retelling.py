"""When a conference is moved or cancelled: what still waits is unqueued, and whoever had been told is told anew.

Who had been told stands in the outbox: the announcements of the conference and its reminders that have gone, or may
have. What had not gone yet is stopped instead, since it says what is no longer true.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, or_, select, update

from storage import announcements, broadcasts, registrations, tell
from storage.chosen import told_as
from storage.database import Transaction
from storage.mass import queue_to
from storage.models import (
    Account,
    Announcement,
    Conference,
    ConferenceChange,
    Official,
    Outbox,
    Priority,
    Registration,
    Role,
)
from storage.queues import AT_NIGHT
from storage.states import AnnouncementState, DeliveryState, move

MOVED = "conference_moved"
"""The kind of the word that it is moved or cancelled."""
REMINDER = "reminder"

URGENT = timedelta(hours=24)
"""So near to the hour it is said in quiet hours too."""

_GONE = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN)


def _of(conference: Conference) -> ColumnElement[bool]:
    """Rows that told somebody of this conference."""
    prefixes = (f"{REMINDER}:{conference.id}:", f"{MOVED}:{conference.id}:")
    return or_(*(Outbox.key.startswith(each, autoescape=True) for each in prefixes))


def _announcements(conference: Conference) -> "Select[int]":
    """The ids of the announcements about it."""
    return select(Announcement.id).where(Announcement.conference_id == conference.id)


def told(conference: Conference) -> "Select[Any] | CompoundSelect[Any]":
    """The ids of the accounts that were told when and where it is, by us: as far as the outbox knows."""
    announced = (Outbox.kind == broadcasts.KIND) & Outbox.announcement_id.in_(_announcements(conference))
    by_us = select(Outbox.account_id).where(_of(conference) | announced, Outbox.state.in_(_GONE))
    registered = select(Registration.account_id).where(Registration.conference_id == conference.id)
    return by_us.union(registered)


async def count_told(tx: Transaction, conference: Conference) -> int:
    """How many a move would be told to, each once."""
    whom = select(func.count(told_as().distinct())).where(Account.id.in_(told(conference)))
    return await tx.session.scalar(whom) or 0


async def unqueue(tx: Transaction, conference: Conference, official: Official) -> int:
    """Stops what was to be said of it and has not gone, its announcements too; returns how many reminders and moves.

    An announcement keeps its words: one that waits for its hour is a draft again, for them to be mended.
    """
    await tx.session.flush()
    found = await tx.session.scalars(select(Announcement).where(Announcement.id.in_(_announcements(conference))))
    for announcement in found.all():
        if announcement.state is AnnouncementState.SENDING:
            await broadcasts.stop(tx, announcement, official)
        elif announcement.state in {AnnouncementState.SUBMITTED, AnnouncementState.SCHEDULED}:
            await announcements.recall(tx, announcement, official)
    result = await tx.session.execute(
        update(Outbox)
        .where(_of(conference), Outbox.state == DeliveryState.QUEUED)
        .values(state=move(DeliveryState.QUEUED, DeliveryState.STOPPED), key=None)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


async def retell(tx: Transaction, change: ConferenceChange, *, urgent_from: datetime) -> int:
    """Tells everyone who had been told, and the officials outside the office; asks the registered again.

    Returns how many are told.

    `urgent_from` is the hour at which somebody would stand before a closed door: within a day of it nothing waits for
    the end of the quiet hours.
    """
    conference = change.conference
    is_urgent = urgent_from - tx.now <= URGENT
    not_before = tx.now if is_urgent else tx.commune.after_quiet(tx.now)
    key = f"{MOVED}:{conference.id}:{change.id}"
    ids: dict[str, Any] = {"conference_id": conference.id, "change_id": change.id}
    if is_urgent:
        ids[AT_NIGHT] = True
    count = await queue_to(tx, told(conference), MOVED, Priority.REMINDER, ids, key, not_before)
    await registrations.ask_again(tx, conference)
    officials = await tell.accounts_in(tx, [Role.VILLAGE_HEAD, Role.OBSERVER])
    if is_urgent:
        await tell.accounts(tx, officials, MOVED, key, priority=Priority.REMINDER, not_before=tx.now, **ids)
    else:
        await tell.accounts(tx, officials, MOVED, key, priority=Priority.REMINDER, **ids)
    return count
