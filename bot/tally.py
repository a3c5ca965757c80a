"""What a lane counts and measures for `/metrics`."""

from dataclasses import dataclass

from prometheus_client import Histogram

from storage.states import DeliveryState


@dataclass(slots=True)
class Tally:
    """Deliveries of one messenger since the start, by what became of them; `floods` are the 429."""

    sent: int = 0
    retried: int = 0
    unreachable: int = 0
    failed: int = 0
    stopped: int = 0
    held: int = 0
    unknown: int = 0
    floods: int = 0

    def add(self, state: DeliveryState) -> None:
        """One more that ended so; what is queued again has not ended."""
        if state is not DeliveryState.QUEUED:
            setattr(self, state, getattr(self, state) + 1)


class Timings:
    """How long what, by messenger."""

    def __init__(self) -> None:
        labels = ("messenger",)
        self.waits = Histogram(
            "doithoai_pacer_wait_seconds",
            "Seconds from being in hand to the call: the pacer, the mute, and what goes before",
            labels,
            registry=None,
            buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60),
        )
        self.replies = Histogram(
            "doithoai_reply_seconds",
            "Seconds from the commit that queued a reply until it was sent",
            labels,
            registry=None,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300),
        )
