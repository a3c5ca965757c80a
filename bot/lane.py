"""One messenger's way out: what is claimed, rendered, paced, called and written down."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram.exceptions import TelegramMigrateToChat
from sqlalchemy.exc import DBAPIError

from bot.courtesies import Courtesies
from bot.hand import Hand, Item, is_bulk
from bot.ledger import Ledger
from bot.logs import mask
from bot.messengers.base import Messenger
from bot.messengers.sent import ids_of
from bot.mute import Mute
from bot.pacing import ChatPacer, Pacer
from bot.sayings import Sayings
from bot.tally import Tally, Timings
from bot.verdicts import Late, backoff
from handlers.notices import Later, Never, Notices, Skip
from storage import groups, outbox, queues
from storage.database import Database, Transaction
from storage.models import Priority
from storage.outbox import Delivery, Outcome
from storage.states import DeliveryState

IN_FLIGHT = 32
"""Calls at once: aiogram's throughput is flat beyond it, and each is a double if the machine dies."""
CLAIM = 256
MAX_ATTEMPTS = 20
"""With pauses that double up to LONGEST_PAUSE: more than an hour, so that a messenger's bad morning loses nothing."""
REQUEST_SECONDS = 30
LOOK_AGAIN = 0.25
PATIENCE = 1.0
"""Seconds that a delivery may keep its place in hand for its own chat's sake; a longer wait would crowd out others."""
SET_BACK = timedelta(seconds=30)
"""The wall clock that much behind the time that has passed was set back."""
BEHIND = "behind another"
IN_TURN = "in its turn"
NOT_YET = "not there yet"
MORNING = "quiet hours"

log = structlog.get_logger(__name__)


class Lane:
    """Its pacers, its mute, its hand and its calls in flight."""

    def __init__(
        self,
        db: Database,
        messenger: Messenger,
        notices: Notices,
        timings: Timings,
        monotonic_clock: Callable[[], float],
    ) -> None:
        self.db = db
        self.messenger = messenger
        self.tally = Tally()
        self.courtesies = Courtesies(messenger)
        self.pacer = Pacer(messenger.features.per_second, monotonic_clock)
        self.chats = ChatPacer(monotonic_clock)
        self.stopped: str | None = None
        self._sayings = Sayings(db, messenger, notices)
        self._waits = timings.waits.labels(messenger.name)
        self._replies = timings.replies.labels(messenger.name)
        self._clock = monotonic_clock
        self._ended_at = monotonic_clock()
        self._looked_at: tuple[datetime, float] | None = None
        # With a limit of n a second, more than two seconds of claimed rows would only wait here as `sending`.
        per_second = messenger.features.per_second
        self._size = CLAIM if per_second is None else min(CLAIM, max(IN_FLIGHT, int(per_second * 2)))
        self._width = IN_FLIGHT
        self._hand = Hand()
        self._busy: set[int] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._ledger = Ledger(db, monotonic_clock)
        self.mute = Mute(db, messenger.name, monotonic_clock)
        self._stir = asyncio.Event()
        self._new = True
        self._more = False
        self._stops = False
        self._next_look: float | None = None

    def start_carefully(self) -> None:
        """The last process was killed: the first calls go one by one, so that the next death leaves little open.

        Each commit of outcomes doubles how many may be in flight.
        """
        self._width = 1

    def idle_for(self) -> float:
        """Seconds since a call last ended."""
        return self._clock() - self._ended_at

    async def run(self, stopping: asyncio.Event) -> None:
        self.db.subscribe("outbox", self._on_queued)
        self.db.subscribe("stopped", self._on_stopped)
        helpers = [asyncio.create_task(self.courtesies.run()), asyncio.create_task(self._stir_at(stopping))]
        try:
            await self.mute.remember()
            while not stopping.is_set() and self.stopped is None:
                try:
                    await self._step()
                except DBAPIError as error:
                    log.error("courier.database", messenger=self.messenger.name, error=type(error.orig).__name__)
                    await self._rest(1.0)
        finally:
            self.db.unsubscribe("outbox", self._on_queued)
            self.db.unsubscribe("stopped", self._on_stopped)
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self._drain()

    def _on_queued(self) -> None:
        self._new = True
        self._stir.set()

    def _on_stopped(self) -> None:
        self._stops = True
        self._stir.set()

    async def _stir_at(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._stir.set()

    async def _step(self) -> None:
        self._stir.clear()
        if self._wants_more():
            if self._ledger.again:
                # What is to be tried again must be on record before what follows it is claimed.
                await self._write()
            await self._claim()
        while self._stops:
            await self._let_go_of_stopped()
        if self._ledger and self._width < IN_FLIGHT:
            await self._write()
        self._start_calls()
        if self._ledger and self._write_in() <= 0:
            await self._write()
        elif pause := self._pause():
            await self._rest(pause)

    def _wants_more(self) -> bool:
        if self._muted_for():
            return False
        due = self._next_look is not None and self._clock() >= self._next_look
        return self._new or due or (self._more and self._room() >= self._most() // 2)

    def _pause(self) -> float:
        """Seconds until there is something to do that no event announces."""
        if self._wants_more() or self._stops:
            return 0.0
        waits = [60.0]
        if self._ledger:
            waits.append(self._write_in())
        if muted := self._muted_for():
            waits.append(muted)
        else:
            if self._next_look is not None:
                waits.append(self._next_look - self._clock())
            if len(self._calls) < self._width:
                waits.append(self._next_start())
        return max(0.0, min(waits))

    def _next_start(self) -> float:
        """Seconds until the pacers let something in hand go."""
        soonest = 60.0
        for queue in self._hand.queues.values():
            passed = set(self._busy)
            for item in queue:
                if item.delivery.account_id not in passed:
                    passed.add(item.delivery.account_id)
                    wait = self._chat_wait(item)
                    soonest = min(soonest, max(wait, self.pacer.delay(bulk=is_bulk(item.delivery))))
                    if not wait:
                        break
        return soonest

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stir.wait()
        except TimeoutError:
            return

    def _most(self) -> int:
        return self._size if self._width == IN_FLIGHT else 2 * self._width

    def _room(self) -> int:
        return max(0, self._most() - len(self._hand))

    async def _claim(self) -> None:
        room = self._room()
        # A full hand of bulk must not keep a reply waiting in the record.
        lowest, limit = (Priority.ANNOUNCEMENT, room) if room else (Priority.REPLY, IN_FLIGHT)
        self._new, self._next_look = False, None
        async with self.db.write() as tx:
            now = tx.now
            await self._mind_the_clock(tx)
            await queues.hold_for_the_night(tx, self.messenger.name)
            deliveries = await outbox.claim(tx, self.messenger.name, limit, lowest)
            self._more = not room or len(deliveries) == limit
            if len(deliveries) == limit and deliveries[-1].priority == Priority.REPLY:
                # More replies may wait behind these; they do not wait for half a hand of bulk.
                self._new = len(self._hand.queues[Priority.REPLY]) + limit < IN_FLIGHT
            if not self._more and (due := await queues.next_due(tx, self.messenger.name)) is not None:
                # A row may also wait behind an earlier one, so a due instant that is past is looked at again soon.
                self._next_look = self._clock() + max(LOOK_AGAIN, (due - now).total_seconds())
        if deliveries:
            await self._prepare(deliveries, now)

    async def _mind_the_clock(self, tx: Transaction) -> None:
        """Instants on record were written by the wall clock; when somebody sets it back, nobody waits for it."""
        steady = self._clock()
        if self._looked_at is not None:
            expected = self._looked_at[0] + timedelta(seconds=steady - self._looked_at[1])
            if tx.now < expected - SET_BACK:
                count = await queues.set_back(tx, self.messenger.name, expected, self._muted_for())
                log.warning("courier.clock_set_back", messenger=self.messenger.name, deliveries=count)
        self._looked_at = (tx.now, steady)

    async def _prepare(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        told: list[Delivery] = []
        for delivery in deliveries:
            if delivery.native_id is None or (delivery.unreachable and delivery.priority != Priority.REPLY):
                self._note(Outcome(delivery, DeliveryState.UNREACHABLE, error="nobody to tell", counts=False))
            else:
                told.append(delivery)
        sayable = await self._sayings.of(told)
        for delivery in told:
            if (delivery.account_id, delivery.priority) in self._ledger.again:
                self._note(Outcome(delivery, DeliveryState.QUEUED, counts=False))
                continue
            said = sayable[delivery.id]
            if isinstance(said, tuple):
                if parts := said[delivery.parts_sent :]:
                    self._hand.add(Item(delivery, parts, self._clock()))
                else:
                    self._note(Outcome(delivery, DeliveryState.SENT))
            elif isinstance(said, Later):
                self._later(delivery, now + timedelta(seconds=said.seconds), NOT_YET)
            elif isinstance(said, Skip):
                self._note(Outcome(delivery, DeliveryState.STOPPED, error=said.reason, counts=False))
            else:
                reason = said.reason if isinstance(said, Never) else type(said).__name__
                self._note(Outcome(delivery, DeliveryState.FAILED, error=reason))

    def _later(self, delivery: Delivery, at: datetime, why: str) -> None:
        """Gives a delivery back until then; it was no try."""
        at = self._by_day(delivery, at)
        self._note(Outcome(delivery, DeliveryState.QUEUED, not_before=at, error=why, counts=False))

    async def _let_go_of_stopped(self) -> None:
        """Takes out of the hand what belongs to an announcement that somebody stopped."""
        self._stops = False
        bulk = [item.delivery for item in self._hand if item.delivery.kind in queues.BULK_KINDS]
        if ids := {each.payload["announcement_id"] for each in bulk}:
            async with self.db.read() as tx:
                stopped = await queues.stopped_among(tx, ids)
            for delivery in self._hand.take(
                lambda each: each.kind in queues.BULK_KINDS and each.payload["announcement_id"] in stopped
            ):
                self._note(Outcome(delivery, DeliveryState.STOPPED, error="stopped", counts=False))

    def _chat_wait(self, item: Item) -> float:
        if not item.is_message:
            return 0.0
        delivery = item.delivery
        return self.chats.delay(delivery.account_id, self.messenger.chat_limit(str(delivery.native_id)))

    def _start_calls(self) -> None:
        if self._muted_for() or self.stopped is not None:
            return
        now = self.db.now()
        is_quiet = self.db.commune.is_quiet(now)
        given_back: list[tuple[Delivery, datetime, str]] = []
        for priority, queue in self._hand.queues.items():
            # One in flight a person keeps her messages in order; those of others pass by.
            passed: list[Item] = []
            held: set[int] = set()
            while queue and len(self._calls) < self._width:
                if self.pacer.delay(bulk=priority != Priority.REPLY) > 0:
                    break
                item = queue.popleft()
                delivery = item.delivery
                if delivery.account_id in self._busy or delivery.account_id in held:
                    held.add(delivery.account_id)
                    passed.append(item)
                elif is_quiet and self._by_day(delivery, now) > now:
                    held.add(delivery.account_id)
                    given_back.append((delivery, now, MORNING))
                elif wait := self._chat_wait(item):
                    held.add(delivery.account_id)
                    if wait > PATIENCE:
                        given_back.append((delivery, now + timedelta(seconds=wait), IN_TURN))
                    else:
                        passed.append(item)
                else:
                    self._start(item)
            queue.extendleft(reversed(passed))
        for delivery, at, why in given_back:
            self._later(delivery, at, why)

    def _by_day(self, delivery: Delivery, at: datetime) -> datetime:
        """`at`, or the morning after: what was to go before the quiet hours began does not go in them."""
        commune = self.db.commune
        is_held = is_bulk(delivery) and not delivery.is_change and not delivery.payload.get(queues.AT_NIGHT)
        if not is_held or not commune.is_quiet(at):
            return at
        was_due = delivery.not_before
        return commune.after_quiet(at) if was_due is not None and was_due < commune.quiet_began(at) else at

    def _start(self, item: Item) -> None:
        delivery = item.delivery
        started = self.pacer.start(bulk=is_bulk(delivery))
        if item.is_message:
            self.chats.start(delivery.account_id, self.messenger.chat_limit(str(delivery.native_id)))
        self._waits.observe(max(0.0, self._clock() - item.since))
        self._busy.add(delivery.account_id)
        call = asyncio.create_task(self._call(item, started))
        self._calls.add(call)
        call.add_done_callback(self._ended)

    def _ended(self, call: "asyncio.Task[None]") -> None:
        self._calls.discard(call)
        self._ended_at = self._clock()
        self._stir.set()

    async def _call(self, item: Item, started: float) -> None:
        delivery = item.delivery
        try:
            chat_id = self.messenger.chat_id(delivery.account_id, str(delivery.native_id))
            method = item.parts[0].model_copy(update={"chat_id": chat_id})
            sent = await self.messenger.bot(method, request_timeout=REQUEST_SECONDS)
        except Exception as error:  # noqa: BLE001  the table decides what each one means
            self.pacer.end(started, answered=False)
            await self._failed(delivery, error)
        else:
            self.pacer.end(started, answered=True)
            if len(item.parts) > 1:
                self._hand.put_first(item.rest(self._clock(), ids_of(sent)))
            else:
                self._sent(delivery, sent)
        finally:
            self.pacer.charge(self.messenger.beside())
            self._busy.discard(delivery.account_id)

    def _sent(self, delivery: Delivery, sent: Any) -> None:
        if delivery.priority == Priority.REPLY and delivery.created_at is not None:
            self._replies.observe(max(0.0, (self.db.now() - delivery.created_at).total_seconds()))
        ids = ids_of(sent)
        delivery = replace(delivery, part_ids=(*delivery.part_ids, *ids[:-1])) if len(ids) > 1 else delivery
        self._note(Outcome(delivery, DeliveryState.SENT, message_id=ids[-1] if ids else None))

    async def _failed(self, delivery: Delivery, error: Exception) -> None:
        verdict = self.messenger.judge(error)
        state, counts = verdict.state, verdict.counts
        if isinstance(error, TelegramMigrateToChat):
            await self._move(delivery, str(error.migrate_to_chat_id))
        not_before = None
        if verdict.mute_seconds:
            self.tally.floods += 1
            await self.mute.lengthen(verdict.mute_seconds)
        if verdict.stops_messenger and self.stopped is None:
            self.stopped = verdict.stops_messenger
            log.error(
                "courier.stopped",
                messenger=self.messenger.name,
                reason=self.stopped,
                mend="give it a valid token and start again; what waits is kept, the other messengers go on",
            )
        # A network error's words may hold the address that was called, and the address holds the token.
        description = mask(str(getattr(error, "message", type(error).__name__)))
        late = await self.messenger.tell_late(delivery) if state is DeliveryState.HELD else Late.NO
        if late is Late.TOLD:
            description += "; told by a template"
        elif late is Late.AGAIN and delivery.attempts + 1 < MAX_ATTEMPTS:
            state, counts = DeliveryState.QUEUED, True
        if state is DeliveryState.QUEUED:
            if counts and delivery.attempts + 1 >= MAX_ATTEMPTS:
                state = DeliveryState.FAILED
            elif not verdict.mute_seconds and not verdict.stops_messenger:
                self.tally.retried += 1
                pause = timedelta(seconds=backoff(delivery.attempts, counts=counts))
                not_before = self._by_day(delivery, self.db.now() + pause)
        log.info(
            "courier.outcome",
            delivery_id=delivery.id,
            account_id=delivery.account_id,
            messenger=self.messenger.name,
            kind=delivery.kind,
            state=str(state),
            error=type(error).__name__,
        )
        self._note(Outcome(delivery, state, error=description, not_before=not_before, counts=counts))

    async def _move(self, delivery: Delivery, native_id: str) -> None:
        """The group that was written to has another id now: it is written to there."""
        try:
            async with self.db.write() as tx:
                await groups.move(tx, self.messenger.name, str(delivery.native_id), native_id)
        except DBAPIError as failure:
            log.error("courier.database", messenger=self.messenger.name, error=type(failure.orig).__name__)

    def _muted_for(self) -> float:
        if self.mute.is_over:
            self._new = True
        return self.mute.left()

    def _note(self, outcome: Outcome) -> None:
        self._ledger.add(outcome)
        self.tally.add(outcome.state)
        self._stir.set()
        delivery, state = outcome.delivery, outcome.state
        if state is DeliveryState.QUEUED or (state is DeliveryState.UNKNOWN and not delivery.repeated):
            self._hold_followers(delivery, outcome.not_before)

    def _hold_followers(self, delivery: Delivery, not_before: datetime | None) -> None:
        """Gives back what was claimed for the same account behind a delivery that is tried again: order is kept."""
        own = (delivery.account_id, delivery.priority)
        self._ledger.again.add(own)
        for follower in self._hand.take(lambda each: (each.account_id, each.priority) == own):
            error = BEHIND if not_before is not None else None
            self._note(Outcome(follower, DeliveryState.QUEUED, error=error, not_before=not_before, counts=False))

    def _write_in(self) -> float:
        return self._ledger.due_in(alone=not self._calls and not self._hand)

    async def _write(self) -> None:
        if await self._ledger.write():
            self._new = True
        self._width = min(IN_FLIGHT, self._width * 2)

    async def _drain(self) -> None:
        """Ends what is in flight and gives back what was claimed and not sent."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=REQUEST_SECONDS)
        for delivery in self._hand.take(lambda _: True):
            self._note(Outcome(delivery, DeliveryState.QUEUED, counts=False))
        if self._ledger:
            await self._write()
