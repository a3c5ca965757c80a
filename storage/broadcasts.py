"""An announcement on its way: queued a page at a time, stopped and resumed at once, counted, ended."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Select,
    String,
    Subquery,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import selectinload

from storage import changes, conferences, events, outbox, proofs, relays, tell
from storage.audiences import GENERAL, Audience, AudienceKind, people_of, recipients
from storage.database import Transaction
from storage.events import Actor
from storage.html import html_to_plain
from storage.lengths import units
from storage.models import Account, Announcement, AttachmentState, Official, Outbox, Person, Priority
from storage.outbox import Notice
from storage.queues import BULK_KINDS
from storage.states import AnnouncementState, DeliveryState, move

PAGE = 20_000
"""People that one transaction queues it to: about half a second of the record's one writer."""
MAX_CAPTION = 1000
"""UTF-16 units of a text that stands under its one photo: of the 1024 of the Bot API the frame has the rest."""
KIND = "announcement"
FILE_KIND = "announcement_file"
OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING)
# What is held goes with her next word, which may never come: nobody may rely on it.
MISSED_STATES = (DeliveryState.UNREACHABLE, DeliveryState.FAILED, DeliveryState.HELD)


def is_captioned(announcement: Announcement) -> bool:
    """Whether it is one message: a photo with the text under it. `announcement.attachments` must be loaded."""
    files = announcement.attachments
    return len(files) == 1 and files[0].kind == "photo" and units(html_to_plain(announcement.text)) <= MAX_CAPTION


# Beginning


async def launch_due(tx: Transaction, announcement: Announcement) -> bool:
    """Begins to send a scheduled one whose hour has come, outside the quiet hours and with its files all here."""
    if announcement.state is not AnnouncementState.SCHEDULED or (announcement.scheduled_for or tx.now) > tx.now:
        return False
    pending = any(each.state is AttachmentState.PENDING for each in announcement.attachments)
    if pending or tx.commune.is_quiet(tx.now):
        return False
    moved = (announcement.state, move(announcement.state, AnnouncementState.SENDING))
    announcement.state, announcement.sent_at = moved[1], tx.now
    events.record(tx, "announcement.sending", "announcement", announcement.id, Actor.CLOCK, moved)
    await _queue_page(tx, announcement)
    await relays.ask(tx, announcement)
    conference = await conferences.by_id(tx, announcement.conference_id) if announcement.conference_id else None
    # What goes to some of the villages tells the others nothing.
    if conference is not None and Audience.read(announcement.audience).kind is AudienceKind.ALL:
        proofs.announced(tx, conference, await tx.session.get_one(Official, announcement.official_id))
    await refresh_cards(tx, [announcement.id])
    tx.wake("announcements")
    return True


async def _queue_page(tx: Transaction, announcement: Announcement) -> int:
    """Queues it to the next people of its audience in one statement; returns how many messages are new.

    By persons, not accounts: each is looked at once, whichever of hers is written to by then.
    """
    audience = Audience.read(announcement.audience)
    after = Person.id > announcement.queued_through
    found = recipients(tx, audience, Person.id).where(after).order_by(Person.id).limit(PAGE).subquery()
    last, count = (await tx.session.execute(select(func.max(found.c.id), func.count()).select_from(found))).one()
    if count:
        page = recipients(tx, audience, Account.id, Account.messenger).where(after, Person.id <= last).subquery()
        await _queue(tx, announcement, page)
        announcement.queued_through = last
    if count < PAGE:
        announcement.queued_at = tx.now
    return int(count)


async def _queue(tx: Transaction, announcement: Announcement, page: Subquery) -> None:
    ids = {"announcement_id": announcement.id}
    parts = [(KIND, f"{KIND}:{announcement.id}:", ids)]
    if not is_captioned(announcement):
        files = announcement.attachments
        parts[:0] = [(FILE_KIND, f"{FILE_KIND}:{each.id}:", {**ids, "attachment_id": each.id}) for each in files]
    named = {
        "announcement_id": (announcement.id, BigInteger()),
        "priority": (int(Priority.ANNOUNCEMENT), Outbox.priority.type),
        "state": (DeliveryState.QUEUED, Outbox.state.type),
        "attempts": (0, Outbox.attempts.type),
        "repeated": (False, Outbox.repeated.type),
        "created_at": (tx.now, Outbox.created_at.type),
        "not_before": (tx.now, Outbox.not_before.type),
    }
    each_part = union_all(
        *(
            select(
                page.c.id.label("account_id"),
                page.c.messenger.label("messenger"),
                literal(number).label("part"),
                literal(kind, String).label("kind"),
                (literal(prefix, String) + cast(page.c.id, String)).label("key"),
                bindparam(None, payload, type_=JSON()).label("payload"),
            )
            for number, (kind, prefix, payload) in enumerate(parts)
        )
    ).subquery()
    columns = [each_part.c[name] for name in ("account_id", "messenger", "kind", "key", "payload")]
    values = [bindparam(None, value, type_=type_) for value, type_ in named.values()]
    # What one person gets stays together: her photo is not followed by the photos of twenty thousand others.
    source = select(*columns, *values).order_by(each_part.c.account_id, each_part.c.part)
    await tx.session.flush()
    await tx.session.execute(
        outbox.insert(tx).from_select(["account_id", "messenger", "kind", "key", "payload", *named], source)
    )
    tx.wake("outbox")


async def launch(tx: Transaction) -> int:
    """The clock's: begins what is due, queues the next page of what is being sent, ends what has gone."""
    did = 0
    for each in await _in(tx, AnnouncementState.SCHEDULED):
        did += await launch_due(tx, each)
    for each in await _in(tx, AnnouncementState.SENDING):
        if each.queued_at is None and each.sent_at != tx.now:
            did += await _queue_page(tx, each)
    return did + await end_gone(tx)


async def _in(tx: Transaction, state: AnnouncementState) -> list[Announcement]:
    """Those in this state that no other process has in hand."""
    return list(
        await tx.session.scalars(
            select(Announcement)
            .where(Announcement.state == state)
            .options(selectinload(Announcement.attachments))
            .order_by(Announcement.id)
            .with_for_update(of=Announcement, skip_locked=True)
        )
    )


# Going on


async def stop(tx: Transaction, announcement: Announcement, official: Official) -> None:
    """Nothing more of it goes out from here on; what is in a call already does. Raises ForbiddenMove."""
    await tx.hold(announcement, "state")
    moved = (announcement.state, move(announcement.state, AnnouncementState.STOPPED))
    announcement.state = moved[1]
    events.record(tx, "announcement.stopped", "announcement", announcement.id, official, moved)
    await tx.session.flush()
    await tx.session.execute(
        update(Outbox)
        .where(
            Outbox.announcement_id == announcement.id,
            Outbox.kind.in_(BULK_KINDS),
            Outbox.state == DeliveryState.QUEUED,
        )
        .values(state=move(DeliveryState.QUEUED, DeliveryState.STOPPED))
        .execution_options(synchronize_session=False)
    )
    await refresh_cards(tx, [announcement.id])
    # What a lane has in hand it lets go of at once.
    tx.wake("stopped")
    tx.wake("announcements")


async def resume(tx: Transaction, announcement: Announcement, official: Official) -> None:
    """What was stopped goes on where it was, but to nobody who wants fewer messages since. Raises ForbiddenMove."""
    await tx.hold(announcement, "state")
    moved = (announcement.state, move(announcement.state, AnnouncementState.SENDING))
    announcement.state = moved[1]
    events.record(tx, "announcement.resumed", "announcement", announcement.id, official, moved)
    await tx.session.flush()
    hears = Outbox.id.is_not(None)
    if Audience.read(announcement.audience).kind is not AudienceKind.ROLES:
        hears = Outbox.account_id.not_in(
            select(Account.id).join(Person, Person.id == Account.person_id).where(Person.muted_at.is_not(None))
        )
    await tx.session.execute(
        update(Outbox)
        .where(
            Outbox.announcement_id == announcement.id,
            Outbox.kind.in_(BULK_KINDS),
            Outbox.state == DeliveryState.STOPPED,
            Outbox.payload.is_not(None),
            hears,
        )
        .values(state=move(DeliveryState.STOPPED, DeliveryState.QUEUED), not_before=tx.now)
        .execution_options(synchronize_session=False)
    )
    await refresh_cards(tx, [announcement.id])
    tx.wake("outbox")
    tx.wake("announcements")


async def forget(tx: Transaction, announcement: Announcement) -> None:
    """A draft goes: what shows it stops, and no message of the outbox is about it any more."""
    await tx.session.flush()
    await tx.session.execute(
        update(Outbox)
        .where(Outbox.announcement_id == announcement.id, Outbox.state == DeliveryState.QUEUED)
        .values(state=move(DeliveryState.QUEUED, DeliveryState.STOPPED), key=None)
        .execution_options(synchronize_session=False)
    )
    await tx.session.execute(
        update(Outbox)
        .where(Outbox.announcement_id == announcement.id)
        .values(announcement_id=None, payload=None)
        .execution_options(synchronize_session=False)
    )


# Counting


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is, in messages: those that went, those that never will, what is not known, what waits or stopped."""

    sent: int = 0
    missed: int = 0
    unknown: int = 0
    waiting: int = 0
    stopped: int = 0
    by_messenger: Counter[str] = field(default_factory=Counter)

    @property
    def all(self) -> int:
        return self.sent + self.missed + self.unknown + self.waiting + self.stopped

    @property
    def percent(self) -> int:
        """How much of it is over; 100 only when all of it is."""
        over = self.sent + self.missed + self.unknown
        return 100 if over == self.all else over * 100 // self.all


async def progress(tx: Transaction, announcement_id: int) -> Progress:
    """Counts the texts of one announcement, by an index that holds them all."""
    rows = await tx.session.execute(
        select(Outbox.state, Outbox.messenger, func.count())
        .where(Outbox.announcement_id == announcement_id, Outbox.kind == KIND)
        .group_by(Outbox.state, Outbox.messenger)
    )
    states: Counter[DeliveryState] = Counter()
    waiting: Counter[str] = Counter()
    for state, messenger, count in rows:
        states[state] += count
        if state in OPEN_STATES:
            waiting[messenger] += count
    return Progress(
        sent=states[DeliveryState.SENT],
        missed=sum(states[each] for each in MISSED_STATES),
        unknown=states[DeliveryState.UNKNOWN],
        waiting=sum(states[each] for each in OPEN_STATES),
        stopped=states[DeliveryState.STOPPED],
        by_messenger=waiting,
    )


async def sending(tx: Transaction) -> list[int]:
    """Which announcements are being sent."""
    found = await tx.session.scalars(
        select(Announcement.id).where(Announcement.state == AnnouncementState.SENDING).order_by(Announcement.id)
    )
    return list(found)


def _missed(announcement: Announcement, *columns: Any) -> Select[Any]:
    """SELECT over the people it was for whom it did not reach; those who want fewer messages are none of them."""
    reached = (
        select(Account.person_id)
        .join(Outbox, Outbox.account_id == Account.id)
        .where(
            Outbox.announcement_id == announcement.id,
            Outbox.kind == KIND,
            Outbox.state.not_in(MISSED_STATES),
            Account.person_id.is_not(None),
        )
    )
    return select(*columns).where(
        people_of(Audience.read(announcement.audience)),
        Person.muted_at.is_(None),
        Person.deleted_at.is_(None),
        # Whoever came after it began was not meant.
        Person.created_at <= announcement.sent_at,
        Person.id.not_in(reached),
    )


async def missed_by_village(tx: Transaction, announcement: Announcement) -> dict[str | None, int]:
    """How many people it did not reach, by their village; None for those whose village is not known."""
    rows = await tx.session.execute(
        _missed(announcement, Person.village_id, func.count()).group_by(Person.village_id).order_by(Person.village_id)
    )
    return dict(rows.all())


async def missed_names(tx: Transaction, announcement: Announcement, village_id: str, limit: int) -> list[str]:
    """The names of those in a village whom it did not reach and who gave one (dialogues.md, section 7).

    Empty for an announcement that is not a general one: who asked for what is nobody's business.
    """
    if Audience.read(announcement.audience).kind not in GENERAL:
        return []
    found = _missed(announcement, Person.name).where(Person.village_id == village_id, Person.name.is_not(None))
    return [name for name in await tx.session.scalars(found.order_by(Person.name, Person.id).limit(limit)) if name]


async def end_gone(tx: Transaction) -> int:
    """Ends each one of which nothing waits any more, and tells those who follow it; returns how many."""
    ended = 0
    for each in await _in(tx, AnnouncementState.SENDING):
        if each.queued_at is None or await _is_open(tx, each.id):
            continue
        moved = (each.state, move(each.state, AnnouncementState.DONE))
        each.state, each.done_at = moved[1], tx.now
        events.record(tx, "announcement.done", "announcement", each.id, Actor.CLOCK, moved)
        await _report(tx, each)
        await refresh_cards(tx, [each.id])
        ended += 1
    return ended


async def _is_open(tx: Transaction, announcement_id: int) -> bool:
    repeats = (Outbox.state == DeliveryState.UNKNOWN) & Outbox.repeated.is_(False)
    found = (
        select(Outbox.id)
        .where(
            Outbox.announcement_id == announcement_id,
            Outbox.kind.in_(BULK_KINDS),
            Outbox.state.in_(OPEN_STATES) | repeats,
        )
        .limit(1)
    )
    return await tx.session.scalar(found) is not None


# Telling


async def show_card(tx: Transaction, announcement: Announcement, official_ids: Collection[int]) -> None:
    """Gives these officials the card that shows how far it is; a card that they have already is another's business."""
    notices = [
        Notice(
            account,
            "announcement_card",
            Priority.ANSWER,
            {"announcement_id": announcement.id},
            key=f"announcement_card:{announcement.id}:{announcement.revision}:{account.told_as}",
            not_before=tx.now,
            announcement_id=announcement.id,
        )
        for official_id in sorted(official_ids)
        for account in await tell.accounts_of_official(tx, official_id)
    ]
    await outbox.queue(tx, notices)


async def refresh_cards(tx: Transaction, announcement_ids: Collection[int]) -> int:
    """Queues a change of every card about these; one that waits already is not queued twice."""
    return await changes.refresh_announcements(tx, announcement_ids, relays.CARDS)


async def _report(tx: Transaction, announcement: Announcement) -> None:
    """What came of it: to its writer, and, of a general one that missed some, to the heads of their villages."""
    followers: list[tuple[Account, str, dict[str, str]]] = [
        (account, "announcement_report", {})
        for account in await tell.accounts_of_official(tx, announcement.official_id)
    ]
    if Audience.read(announcement.audience).kind in GENERAL:
        for village_id, count in (await missed_by_village(tx, announcement)).items():
            if village_id is not None and count:
                heads = await relays.heads(tx, village_id)
                followers += [(head, "announcement_missed", {"village_id": village_id}) for head in heads]
    await outbox.queue(
        tx,
        [
            Notice(
                account,
                kind,
                Priority.ANSWER,
                {"announcement_id": announcement.id, **ids},
                key=f"{kind}:{announcement.id}:{account.told_as}",
                not_before=tx.commune.after_quiet(tx.now),
                announcement_id=announcement.id,
            )
            for account, kind, ids in followers
        ],
    )
