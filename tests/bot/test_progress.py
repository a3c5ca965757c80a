"""The cards of broadcasts under way: changed when the counts change, and not more often than they may be."""

import asyncio
from pathlib import Path

from sqlalchemy import func, select

from bot.progress import ProgressCards
from storage import announcements, outbox
from storage.database import Database
from storage.models import Announcement, Outbox
from storage.outbox import Outcome
from storage.states import AnnouncementState, DeliveryState
from tests.bot.parts import eventually, record
from tests.commune import COMMUNE, Clock
from tests.storage.steps import consent, join, office
from tests.storage.test_announcements import at_once, do, schedule


async def begin(db: Database) -> None:
    """An announcement to three people, and its card on the clerk's screen."""
    await consent(db, "1001", "1002", "1003")
    await join(db)
    async with db.write() as tx:
        await announcements.draft(tx, await office(tx), "Mời họp")
    await do(db, at_once)
    await do(db, schedule)
    await send(db, 1)


async def send(db: Database, count: int) -> None:
    async with db.write() as tx:
        claimed = await outbox.claim(tx, "telegram", count)
        await outbox.record(tx, [Outcome(each, DeliveryState.SENT, message_id=each.id) for each in claimed])


async def edits(db: Database) -> int:
    async with db.read() as tx:
        found = select(func.count()).select_from(Outbox).where(Outbox.edits_id.is_not(None))
        return await tx.session.scalar(found) or 0


async def state(db: Database) -> AnnouncementState:
    async with db.read() as tx:
        return (await tx.session.get_one(Announcement, 1)).state


async def test_card_is_changed_when_the_counts_change_and_at_the_end(tmp_path: Path) -> None:
    async with record(tmp_path, Clock(), COMMUNE) as db:
        cards = ProgressCards(db)
        assert await cards.look() is False
        await begin(db)
        seen = []
        for count in (0, 0, 1, 0, 9, 9):
            await send(db, count)
            seen.append((await cards.look(), await edits(db)))
        assert await state(db) is AnnouncementState.DONE
        assert seen[:2] == [(True, 1), (True, 1)]
        assert seen[-1][0] is False


async def test_it_wakes_for_a_broadcast_and_changes_no_card_before_its_time(tmp_path: Path) -> None:
    async with record(tmp_path, Clock(), COMMUNE) as db:
        stopping = asyncio.Event()
        cards = ProgressCards(db, every=60)
        running = asyncio.create_task(cards.run(stopping))
        await asyncio.sleep(0)
        await begin(db)
        await eventually(lambda: edits(db), lambda count: count == 1)
        await send(db, 1)
        async with db.write() as tx:
            tx.wake("announcements")
        await asyncio.sleep(0.05)
        assert await edits(db) == 1
        stopping.set()
        await asyncio.wait_for(running, 5)
        assert await state(db) is AnnouncementState.SENDING
