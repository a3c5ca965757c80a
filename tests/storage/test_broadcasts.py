"""A broadcast: queued a page at a time, stopped, resumed, ended; each person is told once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from storage import announcements, broadcasts, muting, outbox, queues
from storage.audiences import Audience, AudienceKind
from storage.broadcasts import Progress
from storage.database import Database
from storage.files import IncomingFile, stored
from storage.models import Account, Announcement, Attachment, Outbox, Person, Role
from storage.outbox import Outcome
from storage.states import AnnouncementState, DeliveryState, ForbiddenMove
from tests.commune import START, Clock
from tests.storage.steps import CLERK, JOINING, caller, consent, join, log, office, queued, send_all, table
from tests.storage.test_announcements import at_once, do, schedule, state, written
from tests.storage.test_audiences import live_in

PEOPLE = [str(number) for number in range(1001, 1008)]
BULK = ("announcement", "announcement_file")


async def send(db: Database) -> None:
    await do(db, at_once)
    await do(db, schedule)


async def tick(db: Database) -> int:
    async with db.write() as tx:
        return await broadcasts.launch(tx)


async def progress(db: Database) -> Progress:
    async with db.read() as tx:
        return await broadcasts.progress(tx, 1)


async def bulk(db: Database) -> list[tuple[int, str, str | None, str]]:
    return [(row[0], row[1], row[4], row[5]) for row in await queued(db) if row[1] in BULK]


async def with_files(db: Database, *files: IncomingFile) -> None:
    async with db.write() as tx:
        found = await announcements.by_id(tx, 1)
        assert found is not None
        for file in files:
            announcements.attach(tx, (await caller(tx, CLERK)).account, found, await office(tx), file)


PHOTO = IncomingFile("photo", "photo1", "image/jpeg", 1000)
PAPER = IncomingFile("document", "paper1", "application/pdf", 1000, "ke-hoach.pdf")


async def store_files(db: Database) -> None:
    async with db.write() as tx:
        for id_, *_ in await table(db, Attachment.id):
            await stored(tx, id_, f"{id_:064}", 1000)


async def test_it_waits_for_its_hour(db: Database, clock: Clock) -> None:
    await consent(db, *PEOPLE)
    await written(db)
    await do(db, schedule)
    assert (await tick(db), await bulk(db), await state(db)) == (0, [], AnnouncementState.SCHEDULED)
    clock.instant = START + timedelta(hours=9, minutes=30)
    assert await tick(db) == 1
    assert len(await bulk(db)) == 7
    assert await table(db, Announcement.state, Announcement.sent_at, Announcement.queued_at) == [
        (AnnouncementState.SENDING, clock.instant, clock.instant)
    ]
    assert await tick(db) == 0
    assert ("announcement.sending", 1, "clock", "scheduled", "sending", {}) in await log(db, JOINING)


async def test_two_clocks_at_once_begin_it_once(db: Database, clock: Clock) -> None:
    await consent(db, *PEOPLE)
    await written(db)
    await do(db, schedule)
    clock.instant = START + timedelta(hours=10)
    other = Database(db.url.render_as_string(hide_password=False), db.commune, clock)
    await asyncio.gather(tick(db), tick(other), tick(db), tick(other))
    await other.close()
    assert len(await bulk(db)) == 7
    assert [row[0] for row in await log(db, JOINING)].count("announcement.sending") == 1


async def test_nothing_begins_in_the_quiet_hours(db: Database, clock: Clock) -> None:
    await consent(db, "1001")
    await written(db)
    await do(db, schedule)
    clock.instant = START + timedelta(hours=14)  # the machine was down at 18:30, and it is 23:00
    assert (await tick(db), await bulk(db)) == (0, [])
    clock.instant = START + timedelta(hours=21)
    assert (await tick(db), len(await bulk(db))) == (1, 1)


@pytest.mark.parametrize("page", [1, 3, 7, 100])
async def test_pages_reach_each_account_once(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(broadcasts, "PAGE", page)
    await consent(db, *PEOPLE)
    await written(db)
    await send(db)
    clock.pass_(seconds=20)
    while (await table(db, Announcement.queued_at))[0][0] is None:
        await tick(db)
    assert await bulk(db) == [(id_, "announcement", f"announcement:1:{id_}", "queued") for id_ in range(1, 8)]


async def test_what_one_person_gets_stays_together_files_first(db: Database) -> None:
    await consent(db, "1001", "1002")
    await written(db)
    await with_files(db, PHOTO, PAPER)
    await send(db)
    assert (await state(db), await bulk(db)) == (AnnouncementState.SCHEDULED, [])  # the files are not here yet
    await store_files(db)
    await tick(db)
    assert [row[:3] for row in await bulk(db)] == [
        (1, "announcement_file", "announcement_file:1:1"),
        (1, "announcement_file", "announcement_file:2:1"),
        (1, "announcement", "announcement:1:1"),
        (2, "announcement_file", "announcement_file:1:2"),
        (2, "announcement_file", "announcement_file:2:2"),
        (2, "announcement", "announcement:1:2"),
    ]


@pytest.mark.parametrize(("text", "messages"), [("x" * 1000, 1), ("x" * 1001, 2)])
async def test_one_photo_and_a_short_text_are_one_message(db: Database, text: str, messages: int) -> None:
    await consent(db, "1001")
    await written(db, text)
    await with_files(db, PHOTO)
    await store_files(db)
    await send(db)
    assert len(await bulk(db)) == messages


async def test_stopped_half_way_and_resumed_it_reaches_each_once(db: Database) -> None:
    await consent(db, *PEOPLE)
    await written(db)
    await send(db)
    async with db.write() as tx:
        card, *in_hand = await outbox.claim(tx, "telegram", 4)
        await outbox.record(tx, [Outcome(card, DeliveryState.SENT, message_id=9)])
    await do(db, broadcasts.stop)
    assert await progress(db) == Progress(waiting=3, stopped=4, by_messenger=Counter(telegram=3))
    # One of those in hand had gone; the lane lets go of the others.
    async with db.write() as tx:
        await outbox.record(
            tx,
            [
                Outcome(in_hand[0], DeliveryState.SENT, message_id=1),
                *(Outcome(each, DeliveryState.STOPPED, counts=False) for each in in_hand[1:]),
            ],
        )
    assert await progress(db) == Progress(sent=1, stopped=6)
    assert (await send_all(db), await tick(db), await state(db)) == (
        ["announcement_card"],
        0,
        AnnouncementState.STOPPED,
    )
    await do(db, broadcasts.resume)
    assert [kind for kind in await send_all(db) if kind in BULK] == ["announcement"] * 6
    assert await progress(db) == Progress(sent=7)
    assert (await tick(db), await state(db)) == (1, AnnouncementState.DONE)
    assert [row[0] for row in await log(db, JOINING)][-4:] == [
        "announcement.sending",
        "announcement.stopped",
        "announcement.resumed",
        "announcement.done",
    ]


async def test_stop_twice_and_resume_what_is_not_stopped_are_refused(db: Database) -> None:
    await consent(db, "1001")
    await written(db)
    with pytest.raises(ForbiddenMove):
        await do(db, broadcasts.stop)
    await send(db)
    await do(db, broadcasts.stop)
    with pytest.raises(ForbiddenMove):
        await do(db, broadcasts.stop)
    await do(db, broadcasts.resume)
    with pytest.raises(ForbiddenMove):
        await do(db, broadcasts.resume)


async def test_who_mutes_meanwhile_gets_no_more(db: Database) -> None:
    await consent(db, *PEOPLE)
    await written(db)
    await send(db)
    async with db.write() as tx:
        first = (await caller(tx, "1001")).person
        assert first is not None
        await muting.mute(tx, first)
    await do(db, broadcasts.stop)
    await do(db, broadcasts.resume)
    assert [(row[0], row[3]) for row in await bulk(db) if row[3] != "queued"] == [(1, "stopped")]
    await send_all(db)
    assert (await tick(db), await state(db)) == (1, AnnouncementState.DONE)


async def test_it_is_done_when_nothing_waits_and_the_writer_hears(db: Database) -> None:
    await live_in(db, "mau-1", "1001", "1002")
    await live_in(db, None, "1003")
    await join(db, Role.VILLAGE_HEAD, "904")
    await written(db)
    await send(db)
    async with db.write() as tx:
        claimed = await outbox.claim(tx, "telegram", 100)
        bulk_ = [each for each in claimed if each.kind == "announcement"]
        others = [each for each in claimed if each.kind != "announcement"]
        await outbox.record(tx, [Outcome(each, DeliveryState.SENT) for each in others])
        fates = [DeliveryState.SENT, DeliveryState.UNREACHABLE, DeliveryState.UNKNOWN]
        await outbox.record(tx, [Outcome(each, fate) for each, fate in zip(bulk_, fates, strict=True)])
    assert await tick(db) == 0  # what is unknown is repeated once
    async with db.write() as tx:
        await queues.repeat_unknown(tx, tx.now)
    await send_all(db, state=DeliveryState.UNKNOWN)
    assert await tick(db) == 1
    assert await progress(db) == Progress(sent=1, missed=1, unknown=1)
    told = [(row[0], row[1], row[3]) for row in await queued(db)][-2:]
    assert told == [
        (5, "announcement_report", {"announcement_id": 1}),
        (4, "announcement_missed", {"announcement_id": 1, "village_id": "mau-1"}),
    ]


async def test_missed_by_village_counts_people_and_names_those_who_gave_one(db: Database, clock: Clock) -> None:
    await live_in(db, "mau-1", "1001", "1002", "1003")
    await live_in(db, "mau-2", "1004")
    await written(db)
    async with db.write() as tx:
        for native_id, name in (("1002", "Nông Thị B"), ("1004", "Hoàng Văn D")):
            author = await caller(tx, native_id)
            assert author.person is not None
            author.person.name = name
        for native_id in ("1002", "1003", "1004"):
            (await caller(tx, native_id)).account.native_id = None
        muted = (await caller(tx, "1001")).person
        assert muted is not None
    await send(db)
    clock.pass_(minutes=1)
    await live_in(db, "mau-1", "1009")  # came later
    async with db.read() as tx:
        found = await announcements.by_id(tx, 1)
        assert found is not None
        assert await broadcasts.missed_by_village(tx, found) == {"mau-1": 2, "mau-2": 1}
        assert await broadcasts.missed_names(tx, found, "mau-1", 9) == ["Nông Thị B"]
        found.audience = Audience(AudienceKind.FIELD, ("khac",)).as_row()
        assert await broadcasts.missed_names(tx, found, "mau-1", 9) == []


async def test_cards_are_changed_once_while_a_change_waits(db: Database) -> None:
    await consent(db, "1001")
    await written(db)
    await send(db)
    await send_all(db)
    for _ in range(2):
        async with db.write() as tx:
            await broadcasts.refresh_cards(tx, [1])
    edits = [
        row for row in await table(db, Outbox.edits_id, Outbox.announcement_id, Outbox.state) if row[0] is not None
    ]
    assert edits == [(1, 1, "queued")]


@pytest.mark.parametrize(
    ("found", "percent"),
    [
        (Progress(), 100),
        (Progress(sent=1, waiting=2), 33),
        (Progress(sent=199, stopped=1), 99),
        (Progress(sent=1, missed=1, unknown=1), 100),
    ],
)
def test_percent_is_whole_only_at_the_end(found: Progress, percent: int) -> None:
    assert found.percent == percent


async def test_twenty_thousand_are_queued_by_one_statement(db: Database) -> None:
    await written(db)
    numbers = range(100, 20_100)
    async with db.write() as tx:
        people = [{"id": number, "created_at": tx.now, "consented_at": tx.now} for number in numbers]
        await tx.session.execute(insert(Person), people)
        known = {"messenger": "telegram", "language": "vi", "created_at": tx.now}
        homes = [{**known, "native_id": f"t{number}", "person_id": number} for number in numbers]
        await tx.session.execute(insert(Account), homes)
    asked: list[str] = []
    event.listen(
        db.engine.sync_engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement.strip())
    )
    await send(db)
    assert (await progress(db)).waiting == 20_000
    inserts = [each for each in asked if each.startswith("INSERT INTO outbox") and "FROM (SELECT" in each]
    assert (len(inserts), len(asked) < 40) == (1, True)
