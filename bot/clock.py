"""The clock: a tick that asks the record what is due, and queues it once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import text

from storage import drafts, inbox, outbox
from storage.database import Database, Transaction
from storage.duties import DUTIES, Duty

TICK_SECONDS = 20
HELD = timedelta(hours=24)
"""How long words are held without consent (dialogues.md, section 9)."""
OFFER_AFTER = timedelta(days=1)
KEEP_FAILED = timedelta(days=7)
KEEP_DONE = timedelta(days=7)
FORGET_WITHIN = timedelta(hours=1)
KEEP_UPLOADS = timedelta(hours=1)
CHECKPOINT_EVERY = timedelta(hours=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the configuration says about time."""

    keep_drafts: timedelta


class Clock:
    """APScheduler as a tick, in memory: what is due stands in the record, so a missed tick changes nothing."""

    def __init__(self, db: Database, rules: Rules, uploads: Path) -> None:
        self.db = db
        self.rules = rules
        self.uploads = uploads
        self.seconds: float = TICK_SECONDS
        self.last_tick: datetime | None = None
        self._checkpoint_at: datetime | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        """Ticks at once and then every `seconds`, until `stopping`."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self.tick,
            "interval",
            seconds=self.seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        await self.tick()
        scheduler.start()
        try:
            await stopping.wait()
        finally:
            scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Does what the record says is due, each duty in a transaction of its own: one that fails holds no other."""
        for duty in (self._offer_drafts, self._expire, self._clean):
            await self._do(duty.__name__, partial(self._in_transaction, duty))
        for name, due in DUTIES.items():
            await self._do(name, partial(self._count, name, due))
        await self._do("_sweep_uploads", self._sweep_uploads)
        await self._do("_checkpoint", self._checkpoint)
        self.last_tick = self.db.now()

    @staticmethod
    async def _do(name: str, duty: Callable[[], Awaitable[None]]) -> None:
        try:
            await duty()
        except Exception as error:  # noqa: BLE001  the other duties are due whatever became of this one
            log.error("clock.failed", duty=name, error=type(error).__name__)

    async def _in_transaction(self, duty: Callable[[Transaction], Awaitable[None]]) -> None:
        async with self.db.write() as tx:
            await duty(tx)

    async def _count(self, name: str, duty: Duty) -> None:
        async with self.db.write() as tx:
            count = await duty(tx)
        if count:
            log.info("clock.did", duty=name, count=count)

    async def _offer_drafts(self, tx: Transaction) -> None:
        if not tx.commune.is_quiet(tx.now):
            await drafts.offer_again(tx, tx.now - OFFER_AFTER)

    async def _expire(self, tx: Transaction) -> None:
        await drafts.expire_held(tx, tx.now - HELD)
        await drafts.expire_drafts(tx, tx.now - self.rules.keep_drafts)

    async def _clean(self, tx: Transaction) -> None:
        await inbox.purge_failed(tx, tx.now - KEEP_FAILED)
        await inbox.purge_done(tx, tx.now - KEEP_DONE)
        await outbox.forget_departed(tx, tx.now - FORGET_WITHIN)

    async def _checkpoint(self) -> None:
        if self._checkpoint_at is None or self.db.now() >= self._checkpoint_at:
            await checkpoint(self.db)
            self._checkpoint_at = self.db.now() + CHECKPOINT_EVERY

    async def _sweep_uploads(self) -> None:
        # A file's age is the disk's: a test clock that was pushed must not delete what came a moment ago.
        oldest = time.time() - KEEP_UPLOADS.total_seconds()
        for path in self.uploads.glob("*"):
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


async def checkpoint(db: Database) -> None:
    """Moves the write-ahead log into the file and empties it, so that nothing deleted stays readable in it."""
    if db.is_sqlite:
        async with db.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
