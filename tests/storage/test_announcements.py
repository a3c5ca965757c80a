"""An announcement while it is written, asked about, agreed to and taken back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage import announcements, broadcasts, people
from storage.announcements import Changed, Unready
from storage.audiences import Audience, AudienceKind
from storage.database import Database, Transaction
from storage.files import IncomingFile, Refused
from storage.models import Announcement, Attachment, Official, Outbox, Role
from storage.states import AnnouncementState, DeliveryState, ForbiddenMove
from tests.commune import START, Clock
from tests.storage.steps import CLERK, JOINING, LEADER, caller, consent, join, log, office, queued, send_all, table

COLUMNS = (Announcement.id, Announcement.text, Announcement.state, Announcement.audience, Announcement.revision)
EVERYONE = {"kind": "all", "ids": []}
TODAY = datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
"""18:30 of the day on which the tests begin."""
PHOTO = IncomingFile("photo", "photo1", "image/jpeg", 1000)
PAPER = IncomingFile("document", "paper1", "application/pdf", 1000, "ke-hoach.pdf")

Act = Callable[[Transaction, Announcement, Official], Awaitable[object]]


async def written(db: Database, text: str = "Mời bà con", audience: Audience | None = None) -> int:
    await join(db)
    async with db.write() as tx:
        return (await announcements.draft(tx, await office(tx), text, audience)).id


async def do(db: Database, act: Act, announcement_id: int = 1, by: str = CLERK) -> None:
    async with db.write() as tx:
        found = await announcements.by_id(tx, announcement_id)
        assert found is not None
        await act(tx, found, await office(tx, by))


async def submit(tx: Transaction, announcement: Announcement, official: Official) -> None:
    await announcements.submit(tx, announcement, official, announcement.revision)


async def schedule(tx: Transaction, announcement: Announcement, official: Official) -> None:
    await announcements.schedule(tx, announcement, official, announcement.revision)


async def approve(tx: Transaction, announcement: Announcement, official: Official) -> None:
    await announcements.approve(tx, announcement, official, announcement.revision)


async def unwanted(tx: Transaction, announcement: Announcement, official: Official) -> None:
    await announcements.send_back(tx, announcement, official, "Sai giờ họp")


async def at_once(tx: Transaction, announcement: Announcement, official: Official) -> None:
    announcements.schedule_for(tx, announcement, official, tx.now)


async def state(db: Database) -> AnnouncementState:
    async with db.read() as tx:
        return (await tx.session.get_one(Announcement, 1)).state


async def test_draft_tells_nobody(db: Database) -> None:
    await consent(db, "1001")
    await written(db, "  <b>Mời</b> bà con <i>\n")
    assert await table(db, *COLUMNS) == [(1, "<b>Mời</b> bà con <i>\n</i>", AnnouncementState.DRAFT, EVERYONE, 1)]
    assert (await queued(db), (await log(db, JOINING))) == (
        [],
        [("announcement.drafted", 1, "official", None, None, {})],
    )


@pytest.mark.parametrize("text", ["", "  \n", "ă" * 3501, "🙂" * 1751, "<b> </b>"])
async def test_draft_when_empty_or_too_long_is_refused(db: Database, text: str) -> None:
    await join(db)
    with pytest.raises(ValueError, match="1 to 3500"):
        async with db.write() as tx:
            await announcements.draft(tx, await office(tx), text)
    assert await table(db, Announcement.id) == []


async def test_length_counts_what_is_read_and_not_the_tags(db: Database) -> None:
    await written(db, f"<b>{'x' * 3500}</b>")
    assert announcements.length("<b>a &amp; b</b>") == 5


async def test_every_change_of_a_draft_makes_a_new_revision(db: Database) -> None:
    await written(db)

    async def changes(tx: Transaction, found: Announcement, clerk: Official) -> None:
        account = (await caller(tx, CLERK)).account
        announcements.rewrite(tx, found, clerk, " Lời <u>khác")
        announcements.address_to(tx, found, clerk, Audience(AudienceKind.VILLAGES, ("mau-1",)))
        announcements.schedule_for(tx, found, clerk, START + timedelta(days=1))
        assert announcements.attach(tx, account, found, clerk, PHOTO) is None

    await do(db, changes)
    assert await table(db, *COLUMNS) == [
        (1, "Lời <u>khác</u>", AnnouncementState.DRAFT, {"kind": "villages", "ids": ["mau-1"]}, 5)
    ]
    assert [row[5]["what"] for row in await log(db, (*JOINING, "announcement.drafted"))] == [
        "text",
        "audience",
        "hour",
        "file",
    ]


async def test_attach_takes_photos_and_one_document(db: Database) -> None:
    await written(db)

    async def attach(tx: Transaction, found: Announcement, clerk: Official) -> None:
        account = (await caller(tx, CLERK)).account
        huge = IncomingFile("photo", "photo2", "image/jpeg", 20_000_001)
        voice = IncomingFile("voice", "voice1", "audio/ogg", 10)
        taken = [announcements.attach(tx, account, found, clerk, each) for each in (PHOTO, PAPER, PAPER, huge, voice)]
        assert taken == [None, None, Refused.TOO_MANY, Refused.TOO_LARGE, Refused.WRONG_TYPE]

    await do(db, attach)
    assert await table(db, Attachment.announcement_id, Attachment.kind) == [(1, "photo"), (1, "document")]
    await do(db, announcements.drop_files)
    assert await table(db, Attachment.id) == []


async def test_discard_takes_its_files_and_copies_with_it(db: Database) -> None:
    await written(db)

    async def show(tx: Transaction, found: Announcement, clerk: Official) -> None:
        account = (await caller(tx, CLERK)).account
        announcements.attach(tx, account, found, clerk, PAPER)
        await tx.session.flush()
        await announcements.show_to(tx, found, account)

    await do(db, show)
    assert [row[1] for row in await queued(db)] == ["announcement_sample", "announcement_copy"]
    await do(db, announcements.discard)
    assert (await table(db, Announcement.id), await table(db, Attachment.id)) == ([], [])
    assert {row[5] for row in await queued(db)} == {DeliveryState.STOPPED}
    assert (await log(db))[-1][0] == "announcement.discarded"


@pytest.mark.parametrize("act", ["rewrite", "address", "hour", "attach", "files", "discard"])
async def test_what_is_no_draft_is_frozen(db: Database, act: str) -> None:
    await written(db)
    await do(db, submit)
    acts: dict[str, Act] = {
        "files": announcements.drop_files,
        "discard": announcements.discard,
    }

    async def change(tx: Transaction, found: Announcement, clerk: Official) -> None:
        match act:
            case "rewrite":
                announcements.rewrite(tx, found, clerk, "Lời khác")
            case "address":
                announcements.address_to(tx, found, clerk, Audience())
            case "hour":
                announcements.schedule_for(tx, found, clerk, None)
            case _:
                announcements.attach(tx, (await caller(tx, CLERK)).account, found, clerk, PHOTO)

    before = await table(db, *COLUMNS)
    with pytest.raises(ValueError, match="only a draft"):
        await do(db, acts.get(act, change))
    assert await table(db, *COLUMNS) == before


@pytest.mark.parametrize(
    ("now", "hour"),
    [
        (START, TODAY),
        (TODAY - timedelta(seconds=1), TODAY),
        (TODAY, TODAY + timedelta(days=1)),
        (TODAY + timedelta(hours=1), TODAY + timedelta(days=1)),
    ],
)
async def test_next_hour_is_the_next_time_that_it_strikes(
    db: Database, clock: Clock, now: datetime, hour: datetime
) -> None:
    clock.instant = now
    async with db.read() as tx:
        assert announcements.next_hour(tx) == hour


async def test_submit_asks_the_leaders_with_the_words_above(db: Database) -> None:
    await written(db)
    await join(db, Role.LEADER, LEADER)
    await do(db, submit)
    found = [(row[0], row[1], row[3]) for row in await queued(db)]
    assert found == [
        (2, "announcement_copy", {"announcement_id": 1, "revision": 1}),
        (2, "announcement_ask", {"announcement_id": 1, "revision": 1}),
    ]
    assert await table(db, Announcement.state, Announcement.scheduled_for) == [(AnnouncementState.SUBMITTED, TODAY)]
    assert (await log(db, JOINING))[-1] == ("announcement.submitted", 1, "official", "draft", "submitted", {})


async def test_submit_for_the_evening_after_office_hours_reaches_the_leader_at_once(db: Database, clock: Clock) -> None:
    await written(db)
    await join(db, Role.LEADER, LEADER)
    clock.instant = TODAY - timedelta(minutes=20)  # 18:10
    await do(db, submit)
    assert {row[0] for row in await table(db, Outbox.not_before)} == {clock.instant}


async def test_approve_schedules_for_the_hour_and_gives_the_writer_a_card(db: Database) -> None:
    await consent(db, "1001")
    await written(db)
    await join(db, Role.LEADER, LEADER)
    await do(db, submit)
    await do(db, approve, by=LEADER)
    assert await table(db, Announcement.state, Announcement.scheduled_for, Announcement.approved_by_id) == [
        (AnnouncementState.SCHEDULED, TODAY, 2)
    ]
    assert [(row[0], row[1]) for row in await queued(db)][2:] == [(2, "announcement_card")]


async def test_approve_after_its_hour_goes_now(db: Database, clock: Clock) -> None:
    await consent(db, "1001")
    await written(db)
    await join(db, Role.LEADER, LEADER)
    await do(db, submit)
    clock.instant = TODAY + timedelta(minutes=5)
    await do(db, approve, by=LEADER)
    assert await state(db) is AnnouncementState.SENDING


async def test_approve_in_the_quiet_hours_waits_for_the_morning(db: Database, clock: Clock) -> None:
    await written(db)
    await join(db, Role.LEADER, LEADER)
    await do(db, submit)
    clock.instant = TODAY + timedelta(hours=3)  # 21:30
    await do(db, approve, by=LEADER)
    morning = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert await table(db, Announcement.state, Announcement.scheduled_for) == [(AnnouncementState.SCHEDULED, morning)]


async def test_what_was_changed_since_it_was_read_is_not_sent(db: Database) -> None:
    await written(db)
    await join(db, Role.CLERK, "905")

    async def rewrite(tx: Transaction, found: Announcement, official: Official) -> None:
        announcements.rewrite(tx, found, official, "Lời của người khác")

    async def send_first(tx: Transaction, found: Announcement, official: Official) -> None:
        await announcements.schedule(tx, found, official, 1)

    await do(db, rewrite, by="905")
    with pytest.raises(Changed):
        await do(db, send_first)
    assert await table(db, *COLUMNS) == [(1, "Lời của người khác", AnnouncementState.DRAFT, EVERYONE, 2)]


async def test_a_leader_agrees_only_to_what_he_read(db: Database) -> None:
    await written(db)
    await join(db, Role.LEADER, LEADER)
    await do(db, submit)
    await do(db, announcements.recall)
    await do(db, submit)
    with pytest.raises(Changed):
        await do(db, lambda tx, found, leader: announcements.approve(tx, found, leader, 1), by=LEADER)
    assert await state(db) is AnnouncementState.SUBMITTED


async def test_for_nobody_it_cannot_go(db: Database) -> None:
    await written(db, audience=Audience(AudienceKind.VILLAGES))
    for act in (schedule, submit):
        with pytest.raises(Unready):
            await do(db, act)
    assert await state(db) is AnnouncementState.DRAFT


async def test_send_back_tells_the_writer_why(db: Database) -> None:
    await written(db)
    await join(db, Role.LEADER, LEADER)
    await do(db, submit)
    await send_all(db)
    await do(db, lambda tx, found, leader: announcements.send_back(tx, found, leader, "Sai giờ họp"), by=LEADER)
    assert await table(db, Announcement.state, Announcement.returned_reason, Announcement.revision) == [
        (AnnouncementState.DRAFT, "Sai giờ họp", 2)
    ]
    assert [(row[0], row[1], row[3]) for row in await queued(db)][-1] == (
        1,
        "announcement_back",
        {"announcement_id": 1},
    )
    with pytest.raises(ForbiddenMove):
        await do(db, lambda tx, found, leader: announcements.send_back(tx, found, leader, "Nữa"), by=LEADER)


async def test_recall_before_its_hour_makes_a_draft_of_it(db: Database) -> None:
    await written(db)
    await do(db, schedule)
    await do(db, announcements.recall)
    assert (await table(db, *COLUMNS))[0][2:] == (AnnouncementState.DRAFT, EVERYONE, 2)
    await do(db, at_once)
    await do(db, schedule)
    with pytest.raises(ForbiddenMove):
        await do(db, announcements.recall)


async def test_schedule_and_approve_from_the_wrong_state_change_nothing(db: Database) -> None:
    await written(db)
    with pytest.raises(ForbiddenMove):
        await do(db, approve)
    await do(db, submit)
    with pytest.raises(ForbiddenMove):
        await do(db, schedule)
    assert await state(db) is AnnouncementState.SUBMITTED


@pytest.mark.parametrize(
    ("text", "audience", "later", "is_same"),
    [
        ("moi  BA CON <b>họp</b>", Audience(), timedelta(hours=47), True),
        ("Mời bà con họp", Audience(), timedelta(hours=49), False),
        ("Mời bà con họp nhé", Audience(), timedelta(hours=1), False),
        ("Mời bà con họp", Audience(AudienceKind.VILLAGES, ("mau-2",)), timedelta(hours=1), True),
        ("Mời bà con họp", Audience(AudienceKind.ROLES, ("staff",)), timedelta(hours=1), False),
    ],
)
async def test_same_before_finds_the_same_words_to_the_same_people(
    db: Database, clock: Clock, text: str, audience: Audience, later: timedelta, *, is_same: bool
) -> None:
    await written(db, "Mời bà con họp")
    await do(db, at_once)
    await do(db, schedule)
    clock.instant += later
    async with db.write() as tx:
        again = await announcements.draft(tx, await office(tx), text, audience)
        earlier = await announcements.same_before(tx, again)
        assert (earlier is not None and earlier.id == 1) == is_same


async def test_in_hand_is_what_is_not_over_for_the_whole_office(db: Database) -> None:
    await written(db, "một")
    async with db.write() as tx:
        await announcements.draft(tx, await office(tx), "hai")
        assert [each.id for each in await announcements.in_hand(tx)] == [2, 1]
        (clerk,) = await people.officials(tx, Role.CLERK)
        second = await announcements.by_id(tx, 2)
        assert second is not None
        await announcements.discard(tx, second, clerk)
    async with db.read() as tx:
        assert [each.id for each in await announcements.in_hand(tx)] == [1]
        assert await announcements.by_id(tx, 2) is None


@pytest.mark.parametrize(
    ("by", "before", "first", "then"),
    [
        (LEADER, [submit], approve, approve),
        (LEADER, [submit], approve, unwanted),
        (LEADER, [submit], unwanted, approve),
        (CLERK, [], submit, submit),
        (CLERK, [], schedule, schedule),
        (CLERK, [at_once, schedule], broadcasts.stop, broadcasts.stop),
        (CLERK, [schedule], announcements.recall, announcements.recall),
    ],
)
async def test_of_two_who_decide_at_once_the_second_sees_what_the_first_did(
    db: Database, second: Database, by: str, before: list[Act], first: Act, then: Act
) -> None:
    await join(db, Role.LEADER, LEADER)
    await consent(db, "1001")
    await written(db)
    for act in before:
        await do(db, act)
    loaded = asyncio.Event()

    async def slower(tx: Transaction, announcement: Announcement, official: Official) -> None:
        loaded.set()
        await then(tx, announcement, official)

    async with asyncio.TaskGroup() as group:
        async with db.write() as tx:
            found = await announcements.by_id(tx, 1)
            assert found is not None
            await first(tx, found, await office(tx, by))
            task = group.create_task(refused(do(second, slower, by=by)))
            if not db.is_sqlite:  # where the second cannot even begin
                await loaded.wait()
        decided, events = found.state, await log(db, JOINING)
    assert (task.result(), await state(db), await log(db, JOINING)) == (True, decided, events)


async def refused(act: Awaitable[object]) -> bool:
    try:
        await act
    except (ForbiddenMove, Changed):
        return True
    return False
