"""The courier: drains the outbox to every messenger, the urgent first, and writes down what became of each."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from aiogram.exceptions import TelegramMigrateToChat
from aiogram.methods import TelegramMethod
from sqlalchemy.exc import DBAPIError

from bot.logs import mask
from bot.messengers.base import Messenger
from bot.sayings import RETRY_SECONDS, Sayings
from bot.verdicts import Pacer, judge
from handlers.notices import Later, Never, Notices
from storage import groups, outbox, queues
from storage.database import Database
from storage.models import Priority
from storage.outbox import Delivery, Outcome
from storage.states import DeliveryState

IN_FLIGHT = 32
"""Calls at once: aiogram's throughput is flat beyond it, and each is a double if the machine dies."""
CLAIM = 256
WRITE_AFTER = 0.05
"""Seconds that an outcome may wait for others to share its commit."""
WRITE_AT = 128
MAX_ATTEMPTS = 20
"""With pauses that double up to LONGEST_PAUSE: more than an hour, so that a messenger's bad morning loses nothing."""
LONGEST_PAUSE = 300.0
REQUEST_SECONDS = 30
LOOK_AGAIN = 0.25
REPEAT_AFTER = timedelta(seconds=2)
COURTESIES = 1000

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Tally:
    """Counts since the start, for `/metrics`."""

    sent: int = 0
    retried: int = 0
    unreachable: int = 0
    failed: int = 0
    unknown: int = 0
    floods: int = 0


class Lane:
    """One messenger's way out: its pacer, its mute, its calls in flight."""

    def __init__(self, db: Database, messenger: Messenger, notices: Notices, monotonic_clock: Callable[[], float]):
        self.db = db
        self.messenger = messenger
        self._sayings = Sayings(db, messenger, notices)
        self.pacer = Pacer(messenger.per_second, monotonic_clock)
        self.tally = Tally()
        self.stopped: str | None = None
        self._clock = monotonic_clock
        self._muted_until: float | None = None
        # With a limit of n a second, more than two seconds of claimed rows would only wait here as `sending`.
        per_second = messenger.per_second
        self._hand = CLAIM if per_second is None else min(CLAIM, max(IN_FLIGHT, int(per_second * 2)))
        self._ready: dict[int, deque[tuple[Delivery, TelegramMethod[Any]]]] = {each: deque() for each in Priority}
        self._busy: set[int] = set()
        self._again: set[tuple[int, int]] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._outcomes: list[Outcome] = []
        self._oldest_outcome = 0.0
        self._stir = asyncio.Event()
        self._new = True
        self._more = False
        self._next_look: float | None = None
        self._courtesies: asyncio.Queue[TelegramMethod[Any]] = asyncio.Queue(COURTESIES)

    # Taking

    async def run(self, stopping: asyncio.Event) -> None:
        self.db.subscribe("outbox", self._on_queued)
        helpers = [asyncio.create_task(self._be_courteous()) for _ in range(4)]
        helpers.append(asyncio.create_task(self._stir_at(stopping)))
        try:
            async with self.db.read() as tx:
                until = await queues.muted_until(tx, self.messenger.name)
            if until is not None:
                self._muted_until = self._clock() + (until - self.db.now()).total_seconds()
            while not stopping.is_set() and self.stopped is None:
                try:
                    await self._step()
                except DBAPIError as error:
                    log.error("courier.database", messenger=self.messenger.name, error=type(error.orig).__name__)
                    await self._rest(1.0)
        finally:
            self.db.unsubscribe("outbox", self._on_queued)
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self._drain()

    def _on_queued(self) -> None:
        self._new = True
        self._stir.set()

    async def _stir_at(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._stir.set()

    async def _step(self) -> None:
        self._stir.clear()
        if self._wants_more():
            if self._again:
                # What is to be tried again must be on record before what follows it is claimed.
                await self._write()
            await self._claim()
        self._start_calls()
        if self._outcomes and (len(self._outcomes) >= WRITE_AT or self._write_in() <= 0):
            await self._write()
        elif pause := self._pause():
            await self._rest(pause)

    def _wants_more(self) -> bool:
        if self._muted_for():
            return False
        due = self._next_look is not None and self._clock() >= self._next_look
        return self._new or due or (self._more and self._room() >= self._hand // 2)

    def _pause(self) -> float:
        """Seconds until there is something to do that no event announces."""
        if self._wants_more():
            return 0.0
        waits = [60.0]
        if self._outcomes:
            waits.append(self._write_in())
        if muted := self._muted_for():
            waits.append(muted)
        else:
            if self._next_look is not None:
                waits.append(self._next_look - self._clock())
            if len(self._calls) < IN_FLIGHT and (first := self._first()) is not None:
                waits.append(self.pacer.delay(bulk=first[0].priority != Priority.REPLY))
        return max(0.0, min(waits))

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stir.wait()
        except TimeoutError:
            return

    def _room(self) -> int:
        return max(0, self._hand - sum(len(queue) for queue in self._ready.values()))

    async def _claim(self) -> None:
        room = self._room()
        # A full hand of bulk must not keep a reply waiting in the record.
        lowest, limit = (Priority.ANNOUNCEMENT, room) if room else (Priority.REPLY, IN_FLIGHT)
        self._new, self._next_look = False, None
        async with self.db.write() as tx:
            now = tx.now
            deliveries = await outbox.claim(tx, self.messenger.name, limit, lowest)
            self._more = not room or len(deliveries) == limit
            if len(deliveries) == limit and deliveries[-1].priority == Priority.REPLY:
                # More replies may wait behind these; they do not wait for half a hand of bulk.
                self._new = len(self._ready[Priority.REPLY]) + limit < IN_FLIGHT
            if not self._more and (due := await queues.next_due(tx, self.messenger.name)) is not None:
                # A row may also wait behind an earlier one, so a due instant that is past is looked at again soon.
                self._next_look = self._clock() + max(LOOK_AGAIN, (due - now).total_seconds())
        if deliveries:
            await self._prepare(deliveries, now)

    async def _prepare(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        told: list[Delivery] = []
        for delivery in deliveries:
            if delivery.native_id is None or (delivery.unreachable and delivery.priority != Priority.REPLY):
                self._note(Outcome(delivery, DeliveryState.UNREACHABLE, error="nobody to tell", counts=False))
            else:
                told.append(delivery)
        sayable = await self._sayings.of(told)
        for delivery in told:
            if (delivery.account_id, delivery.priority) in self._again:
                self._note(Outcome(delivery, DeliveryState.QUEUED, counts=False))
                continue
            method = sayable[delivery.id]
            if isinstance(method, Later):
                later = now + timedelta(seconds=method.seconds)
                self._note(Outcome(delivery, DeliveryState.QUEUED, not_before=later, counts=False))
            elif isinstance(method, Never | Exception):
                reason = method.reason if isinstance(method, Never) else type(method).__name__
                self._note(Outcome(delivery, DeliveryState.FAILED, error=reason))
            elif method is None:
                self._note(Outcome(delivery, DeliveryState.SENT))
            else:
                self._ready[delivery.priority].append((delivery, method))

    # Sending

    def _first(self) -> tuple[Delivery, TelegramMethod[Any]] | None:
        """The most urgent delivery whose account has no call in flight, left where it is."""
        for queue in self._ready.values():
            for item in queue:
                if item[0].account_id not in self._busy:
                    return item
        return None

    def _start_calls(self) -> None:
        if self._muted_for() or self.stopped is not None:
            return
        for priority, queue in self._ready.items():
            # One in flight a person keeps her messages in order; those of others pass by.
            waiting: deque[tuple[Delivery, TelegramMethod[Any]]] = deque()
            held: set[int] = set()
            while queue and len(self._calls) < IN_FLIGHT:
                if self.pacer.delay(bulk=priority != Priority.REPLY) > 0:
                    break
                delivery, method = queue.popleft()
                if delivery.account_id in self._busy or delivery.account_id in held:
                    held.add(delivery.account_id)
                    waiting.append((delivery, method))
                    continue
                self.pacer.start()
                self._busy.add(delivery.account_id)
                call = asyncio.create_task(self._call(delivery, method))
                self._calls.add(call)
                call.add_done_callback(self._ended)
            waiting.extend(queue)
            self._ready[priority] = waiting

    def _ended(self, call: "asyncio.Task[None]") -> None:
        self._calls.discard(call)
        self._stir.set()

    async def _call(self, delivery: Delivery, method: TelegramMethod[Any]) -> None:
        try:
            chat_id = self.messenger.chat_id(delivery.account_id, str(delivery.native_id))
            method = method.model_copy(update={"chat_id": chat_id})
            sent = await self.messenger.bot(method, request_timeout=REQUEST_SECONDS)
        except Exception as error:  # noqa: BLE001  the table decides what each one means
            await self._failed(delivery, error)
        else:
            self.tally.sent += 1
            first = sent[0] if isinstance(sent, list) else sent
            self._note(Outcome(delivery, DeliveryState.SENT, message_id=getattr(first, "message_id", None)))
        finally:
            self._busy.discard(delivery.account_id)

    async def _failed(self, delivery: Delivery, error: Exception) -> None:
        verdict = judge(error)
        state = verdict.state
        if isinstance(error, TelegramMigrateToChat):
            await self._move(delivery, str(error.migrate_to_chat_id))
        now = self.db.now()
        not_before = None
        if verdict.mute_seconds:
            self.tally.floods += 1
            await self._mute(verdict.mute_seconds)
        if verdict.stops_messenger:
            self.stopped = "the token is refused (401)"
        if state is DeliveryState.QUEUED:
            if verdict.counts and delivery.attempts + 1 >= MAX_ATTEMPTS:
                state = DeliveryState.FAILED
            elif not verdict.mute_seconds:
                self.tally.retried += 1
                seconds = min(2.0**delivery.attempts, LONGEST_PAUSE) if verdict.counts else RETRY_SECONDS
                not_before = now + timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  jitter
        self.tally.unreachable += state is DeliveryState.UNREACHABLE
        self.tally.failed += state is DeliveryState.FAILED
        self.tally.unknown += state is DeliveryState.UNKNOWN
        if state is DeliveryState.SENT:
            self.tally.sent += 1
        log.info(
            "courier.outcome",
            delivery_id=delivery.id,
            account_id=delivery.account_id,
            messenger=self.messenger.name,
            kind=delivery.kind,
            state=str(state),
            error=type(error).__name__,
        )
        # A network error's words may hold the address that was called, and the address holds the token.
        description = mask(str(getattr(error, "message", type(error).__name__)))
        self._note(Outcome(delivery, state, error=description, not_before=not_before, counts=verdict.counts))

    async def _move(self, delivery: Delivery, native_id: str) -> None:
        """The group that was written to has another id now: it is written to there."""
        try:
            async with self.db.write() as tx:
                await groups.move(tx, self.messenger.name, str(delivery.native_id), native_id)
        except DBAPIError as failure:
            log.error("courier.database", messenger=self.messenger.name, error=type(failure.orig).__name__)

    async def _mute(self, seconds: float) -> None:
        # Said before any other call could start: calling during the pause lengthens it.
        until = self._clock() + seconds
        if self._muted_until is None or self._muted_until < until:
            self._muted_until = until
            log.warning("courier.muted", messenger=self.messenger.name, seconds=seconds)
            try:
                async with self.db.write() as tx:
                    await queues.mute(tx, self.messenger.name, tx.now + timedelta(seconds=seconds))
            except DBAPIError as error:
                log.error("courier.database", messenger=self.messenger.name, error=type(error.orig).__name__)

    def _muted_for(self) -> float:
        """Seconds of the mute that are left, by a clock that nobody sets."""
        if self._muted_until is None:
            return 0.0
        left = self._muted_until - self._clock()
        if left <= 0:
            self._muted_until = None
            self._new = True
            return 0.0
        return left

    # Writing down

    def _note(self, outcome: Outcome) -> None:
        if not self._outcomes:
            self._oldest_outcome = self._clock()
        self._outcomes.append(outcome)
        self._stir.set()
        delivery = outcome.delivery
        if outcome.state is DeliveryState.QUEUED or (outcome.state is DeliveryState.UNKNOWN and not delivery.repeated):
            self._hold_followers(delivery, outcome.not_before)

    def _hold_followers(self, delivery: Delivery, not_before: datetime | None) -> None:
        """Gives back what was claimed for the same account behind a delivery that is tried again: order is kept."""
        self._again.add((delivery.account_id, delivery.priority))
        queue = self._ready[delivery.priority]
        followers = [item for item in queue if item[0].account_id == delivery.account_id]
        if followers:
            self._ready[delivery.priority] = deque(item for item in queue if item[0].account_id != delivery.account_id)
            for follower, _ in followers:
                self._note(Outcome(follower, DeliveryState.QUEUED, not_before=not_before, counts=False))

    def _write_in(self) -> float:
        # With nothing left in hand there is nobody to share the commit with.
        idle = not self._calls and not any(self._ready.values())
        return 0.0 if idle else self._oldest_outcome + WRITE_AFTER - self._clock()

    async def _write(self) -> None:
        outcomes, self._outcomes = self._outcomes, []
        again, self._again = self._again, set()
        try:
            async with self.db.write() as tx:
                await outbox.record(tx, outcomes)
                if any(each.state is DeliveryState.UNKNOWN and not each.delivery.repeated for each in outcomes):
                    await queues.repeat_unknown(tx, tx.now + REPEAT_AFTER)
        except DBAPIError:
            self._outcomes = outcomes + self._outcomes
            self._again |= again
            raise
        if any(each.state is DeliveryState.QUEUED for each in outcomes):
            self._new = True

    async def _drain(self) -> None:
        """Ends what is in flight and gives back what was claimed and not sent."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=REQUEST_SECONDS)
        unsent = [delivery for queue in self._ready.values() for delivery, _ in queue]
        self._ready = {each: deque() for each in Priority}
        for delivery in unsent:
            self._note(Outcome(delivery, DeliveryState.QUEUED, counts=False))
        if self._outcomes:
            await self._write()

    # Courtesies

    def courtesy(self, method: TelegramMethod[Any]) -> None:
        """A call without words (a spinner ended): unpaced, not repeated, dropped when there are too many."""
        if not self._courtesies.full():
            self._courtesies.put_nowait(method)

    async def _be_courteous(self) -> None:
        while True:
            method = await self._courtesies.get()
            try:
                await self.messenger.bot(method, request_timeout=REQUEST_SECONDS)
            except Exception as error:  # noqa: BLE001  nothing is lost with a courtesy, and the next one is due
                log.debug("courier.courtesy", messenger=self.messenger.name, error=type(error).__name__)


class Courier:
    """Every messenger's lane, side by side: one that is muted or refused does not hold the others."""

    def __init__(
        self,
        db: Database,
        messengers: Sequence[Messenger],
        notices: Notices,
        monotonic_clock: Callable[[], float] = monotonic,
    ) -> None:
        self.db = db
        self.lanes = {each.name: Lane(db, each, notices, monotonic_clock) for each in messengers}

    def courtesy(self, messenger: str, method: TelegramMethod[Any]) -> None:
        self.lanes[messenger].courtesy(method)

    async def run(self, stopping: asyncio.Event) -> None:
        """Sends until `stopping`. What was `sending` when the last process ended is unknown, and repeated once."""
        async with self.db.write() as tx:
            await queues.recover(tx)
        async with self.db.write() as tx:
            await queues.repeat_unknown(tx, tx.now)
        async with asyncio.TaskGroup() as group:
            for lane in self.lanes.values():
                group.create_task(lane.run(stopping))
