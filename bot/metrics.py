"""Counts for `/metrics`: what waits, what went out and how it fared, without a word of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.courier import Courier
from storage import inbox, queues
from storage.database import Database
from storage.queues import Depth
from storage.states import DeliveryState

WAITING = (
    DeliveryState.QUEUED,
    DeliveryState.HELD,
    DeliveryState.STOPPED,
    DeliveryState.SENDING,
    DeliveryState.UNKNOWN,
)
"""Whatever may still go, or whose end nobody knows; the rest only grows, and is counted as it happens."""


class Counts(Collector):
    """Reads the counts when they are asked for; nothing is kept twice."""

    def __init__(self, db: Database, courier: Courier, clock: Clock) -> None:
        self.db = db
        self.courier = courier
        self.clock = clock
        self._depth: Sequence[Depth] = ()
        self._ages: Mapping[str, float] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)

    async def text(self) -> bytes:
        """The exposition format. While the record does not answer, what stands in it is left out."""
        self._depth, self._ages = (), {}
        try:
            async with self.db.read() as tx:
                due = {name: await queues.next_due(tx, name) for name in self.courier.lanes}
                ages = {name: _age(tx.now, at) for name, at in due.items()}
                ages["inbox"] = _age(tx.now, await inbox.oldest_ready(tx))
                self._depth, self._ages = await queues.depth(tx, WAITING), ages
        except DBAPIError:
            self._depth, self._ages = (), {}
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        depth = GaugeMetricFamily(
            "doithoai_outbox_depth",
            "Deliveries that wait, by messenger, kind and state",
            labels=("messenger", "kind", "state"),
        )
        for one in self._depth:
            depth.add_metric((one.messenger, one.kind, one.state), one.count)
        yield depth
        oldest = GaugeMetricFamily(
            "doithoai_oldest_seconds",
            "Seconds that the oldest delivery of a messenger is overdue, or the oldest update waits in the inbox",
            labels=("queue",),
        )
        for name, age in self._ages.items():
            oldest.add_metric((name,), age)
        yield oldest
        deliveries = CounterMetricFamily(
            "doithoai_deliveries",
            "Deliveries since the start by messenger and outcome; floods are the 429",
            labels=("messenger", "outcome"),
        )
        muted = GaugeMetricFamily(
            "doithoai_muted_seconds", "Seconds until a messenger may be called again", labels=("messenger",)
        )
        unknown = CounterMetricFamily(
            "doithoai_unknown_events",
            "What a messenger brought since the start that nobody thought of, by its name there",
            labels=("messenger", "event"),
        )
        for name, lane in self.courier.lanes.items():
            for event, count in lane.messenger.unknown().items():
                unknown.add_metric((name, event), count)
            for outcome, count in asdict(lane.tally).items():
                deliveries.add_metric((name, outcome), count)
            muted.add_metric((name,), lane.mute.left())
        yield deliveries
        yield unknown
        yield muted
        yield from self.courier.timings.waits.collect()
        yield from self.courier.timings.replies.collect()
        ticked = self.clock.last_tick
        yield GaugeMetricFamily(
            "doithoai_clock_last_tick_seconds",
            "Unix time of the clock's last tick, 0 before the first",
            value=ticked.timestamp() if ticked else 0,
        )


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
