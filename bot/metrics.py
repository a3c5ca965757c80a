"""Counts for `/metrics`: what went out and how it fared, without a word of it."""

from collections.abc import Iterator
from dataclasses import asdict

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.clock import Clock
from bot.courier import Courier


class Counts(Collector):
    """Reads the counts when they are asked for; nothing is kept twice."""

    def __init__(self, courier: Courier, clock: Clock) -> None:
        self.courier = courier
        self.clock = clock

    def collect(self) -> Iterator[Metric]:
        deliveries = CounterMetricFamily(
            "doithoai_deliveries",
            "Deliveries since the start by messenger and outcome",
            labels=("messenger", "outcome"),
        )
        for name, lane in self.courier.lanes.items():
            for outcome, count in asdict(lane.tally).items():
                deliveries.add_metric((name, outcome), count)
        yield deliveries
        ticked = self.clock.last_tick
        yield GaugeMetricFamily(
            "doithoai_clock_last_tick_seconds",
            "Unix time of the clock's last tick, 0 before the first",
            value=ticked.timestamp() if ticked else 0,
        )
