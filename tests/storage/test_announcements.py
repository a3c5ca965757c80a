"""A text to everyone who consented."""

import pytest

from storage import announcements, outbox
from storage.database import Database
from storage.models import Account, Announcement, Role
from storage.states import AnnouncementState, DeliveryState, ForbiddenMove
from tests.commune import START
from tests.storage.steps import JOINING, LEADER, caller, consent, join, log, office, queued, send_all, table

COLUMNS = (Announcement.id, Announcement.text, Announcement.state, Announcement.audience, Announcement.sent_at)


async def written(db: Database, text: str = "Mời bà con") -> None:
    await join(db)
    async with db.write() as tx:
        await announcements.draft(tx, await office(tx), text)


async def send(db: Database) -> int:
    async with db.write() as tx:
        announcement = await announcements.by_id(tx, 1)
        assert announcement is not None
        return await announcements.send(tx, announcement, await office(tx))


async def test_draft_tells_nobody(db: Database) -> None:
    await consent(db, "1001")
    await written(db, "  Mời bà con \n")
    assert await table(db, *COLUMNS) == [(1, "Mời bà con", AnnouncementState.DRAFT, {}, None)]
    assert (await queued(db), (await log(db, JOINING))) == (
        [],
        [("announcement.drafted", 1, "official", None, None, {})],
    )


async def test_send_goes_to_each_reachable_account_that_consented(db: Database) -> None:
    await consent(db, "1001", "1002", "1003")
    await consent(db, "1001", messenger="web")
    await written(db)
    async with db.write() as tx:
        (await caller(tx, "1004")).account.language = "en"
        (await caller(tx, "1002")).account.unreachable_at = tx.now
        (await caller(tx, "1003")).account.native_id = None
    async with db.read() as tx:
        assert await outbox.count_everyone(tx) == 2
    assert await send(db) == 2
    assert await table(db, *COLUMNS) == [(1, "Mời bà con", AnnouncementState.SENDING, {"accounts": 2}, START)]
    assert await queued(db) == [
        (1, "announcement", 3, {"announcement_id": 1}, "announcement:1:1", "queued"),
        (4, "announcement", 3, {"announcement_id": 1}, "announcement:1:4", "queued"),
    ]
    assert (await log(db, JOINING))[1:] == [
        ("announcement.scheduled", 1, "official", "draft", "scheduled", {}),
        ("announcement.sending", 1, "official", "scheduled", "sending", {}),
    ]


async def test_send_when_sent_before_is_refused_and_queues_nothing(db: Database) -> None:
    await consent(db, "1001")
    await written(db)
    await send(db)
    before = (await queued(db), await log(db))
    with pytest.raises(ForbiddenMove):
        await send(db)
    assert (await queued(db), await log(db)) == before


async def test_progress_counts_outcomes(db: Database) -> None:
    await consent(db, "1001", "1002", "1003")
    await written(db)
    await send(db)
    await send_all(db)
    async with db.write() as tx:
        announcement = await announcements.by_id(tx, 1)
        assert announcement is not None
        assert await announcements.progress(tx, announcement) == {DeliveryState.SENT: 3}
    assert len(await table(db, Account.id)) == 4


async def test_own_is_the_writer_s_alone(db: Database) -> None:
    await written(db)
    await join(db, Role.LEADER, LEADER)
    async with db.write() as tx:
        assert (await announcements.own(tx, await office(tx), 1)) is not None
        assert await announcements.own(tx, await office(tx, LEADER), 1) is None
        assert await announcements.own(tx, await office(tx), 2) is None


async def test_rewrite_and_discard_while_it_is_a_draft(db: Database) -> None:
    await written(db)
    async with db.write() as tx:
        announcement = await announcements.by_id(tx, 1)
        assert announcement is not None
        announcements.rewrite(tx, announcement, " Lời khác ")
    assert await table(db, Announcement.id, Announcement.text) == [(1, "Lời khác")]
    async with db.write() as tx:
        announcement = await announcements.by_id(tx, 1)
        assert announcement is not None
        await announcements.discard(tx, announcement)
    assert await table(db, Announcement.id) == []


async def test_rewrite_and_discard_when_sent_are_refused(db: Database) -> None:
    await written(db)
    assert await send(db) == 0
    async with db.write() as tx:
        announcement = await announcements.by_id(tx, 1)
        assert announcement is not None
        with pytest.raises(ValueError, match="only a draft"):
            announcements.rewrite(tx, announcement, "Lời khác")
        with pytest.raises(ValueError, match="only a draft"):
            await announcements.discard(tx, announcement)


@pytest.mark.parametrize("text", ["", "  \n", "ă" * 3501, "🙂" * 1751])
async def test_draft_when_empty_or_too_long_is_refused(db: Database, text: str) -> None:
    with pytest.raises(ValueError, match="1 to 3500"):
        await written(db, text)
    assert await table(db, Announcement.id) == []
