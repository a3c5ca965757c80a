"""The pacers over made-up time."""

import random
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messengers.features import TELEGRAM
from bot.pacing import WINDOW, ChatLimit, ChatPacer, Pacer


class Hand:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


RATES = st.sampled_from([0.5, 1.0, 2.0, 2.5, 5.0, 25.0, 30.0])
WANTS = st.lists(st.tuples(st.floats(0, 2), st.booleans()), max_size=120)
"""(seconds after the last want, whether it is bulk)"""


class Wire:
    """Calls on their way: each arrives at the messenger, is answered, and the pacer hears of the answer."""

    def __init__(self, per_second: float) -> None:
        self.clock = Hand()
        self.pacer = Pacer(per_second, self.clock)
        self.arrivals: list[float] = []
        self.started: list[float] = []
        self.ends: list[tuple[float, float]] = []

    def call(self, bulk: bool, there: float, back: float) -> None:
        """Starts one as soon as the pacer lets it."""
        while (delay := self.pacer.delay(bulk=bulk)) > 0:
            # Rounding may leave a hair; who waits asks again.
            self.skip(max(delay, 1e-6))
        at = self.pacer.start(bulk=bulk)
        self.started.append(at)
        self.arrivals.append(at + there)
        heappush(self.ends, (at + there + back, at))

    def skip(self, seconds: float) -> None:
        """Moves the clock, at most to the next answer."""
        self.clock.at = min(self.clock.at + seconds, self.ends[0][0]) if self.ends else self.clock.at + seconds
        while self.ends and self.ends[0][0] <= self.clock.at:
            self.pacer.end(heappop(self.ends)[1], answered=True)

    def pause(self, seconds: float) -> None:
        until = self.clock.at + seconds
        while self.clock.at < until:
            self.skip(until - self.clock.at)


def most_in_a_window(starts: list[float], window: float) -> int:
    return max((sum(first <= other < first + window - 1e-6 for other in starts) for first in starts), default=0)


DELAYS = st.one_of(st.floats(0, 0.05), st.floats(0, 1.5))


@settings(max_examples=50, deadline=None)
@given(per_second=RATES, wants=st.lists(st.tuples(st.floats(0, 0.5), st.booleans(), DELAYS, DELAYS), max_size=120))
def test_no_more_than_the_limit_arrive_in_any_second_whatever_holds_calls_up(
    per_second: float, wants: list[tuple[float, bool, float, float]]
) -> None:
    wire = Wire(per_second)
    for pause, bulk, there, back in wants:
        wire.pause(pause)
        wire.call(bulk, there, back)
    assert most_in_a_window(wire.arrivals, 1.0) <= max(1, int(per_second))
    if per_second < 1:
        assert most_in_a_window(wire.arrivals, 1.0 / per_second) <= 1


@pytest.mark.parametrize(("mean", "share"), [(0.001, 0.97), (0.005, 0.96), (0.015, 0.94)])
def test_bulk_holds_the_limit_on_a_way_of_uneven_length(mean: float, share: float) -> None:
    """`mean` seconds of delay beyond the 20 ms that every call takes there, and as many back."""
    chance = random.Random(1)
    wire = Wire(30)
    for _ in range(1000):
        wire.call(True, 0.02 + chance.expovariate(1 / mean), 0.02 + chance.expovariate(1 / mean))
    assert most_in_a_window(wire.arrivals, 1.0) <= 30
    assert len(wire.started[100:]) / (wire.started[-1] - wire.started[100]) >= 30 * share


@settings(max_examples=50, deadline=None)
@given(per_second=st.integers(2, 60), pauses=st.lists(st.floats(0, 0.2), max_size=150))
def test_bulk_leaves_a_slot_for_a_reply_or_half_a_slot_s_time(per_second: int, pauses: list[float]) -> None:
    wire = Wire(per_second)
    for pause in pauses:
        wire.pause(pause)
        if wire.pacer.delay(bulk=True) == 0:
            wire.call(True, 0, 0)
            wire.pause(1e-9)
        assert wire.pacer.delay(bulk=False) <= 0.5 / per_second + 1e-6


@settings(max_examples=50, deadline=None)
@given(per_second=RATES, wants=WANTS)
def test_reply_never_waits_longer_than_bulk_nor_than_a_window(
    per_second: float, wants: list[tuple[float, bool]]
) -> None:
    wire = Wire(per_second)
    for pause, bulk in wants:
        wire.pause(pause)
        waits = {kind: wire.pacer.delay(bulk=kind) for kind in (True, False)}
        assert 0 <= waits[False] <= waits[True] <= wire.pacer.window + 1e-6
        if waits[bulk] == 0:
            wire.call(bulk, 0.01, 0.01)


def test_pacer_without_a_limit_never_waits() -> None:
    pacer = Pacer(None, Hand())
    for _ in range(1000):
        pacer.end(pacer.start(bulk=True), answered=True)
    assert (pacer.delay(bulk=True), pacer.delay(bulk=False)) == (0.0, 0.0)


def test_slot_comes_free_a_window_after_the_answer() -> None:
    clock = Hand()
    pacer = Pacer(2, clock)
    first, second = pacer.start(bulk=False), pacer.start(bulk=False)
    in_flight = pacer.delay(bulk=False)
    clock.at += 0.25
    pacer.end(first, answered=True)
    clock.at += 0.5
    pacer.end(second, answered=False)
    waits = [round(pacer.delay(bulk=bulk), 6) for bulk in (False, True)]
    clock.at += WINDOW
    later = [pacer.delay(bulk=bulk) for bulk in (False, True)]
    # Bulk may have the last slot a quarter of a second before the next is free.
    assert (in_flight, waits, later) == (WINDOW, [round(WINDOW - 0.5, 6), round(WINDOW - 0.25, 6)], [0.0, 0.0])


LIMITS = st.builds(ChatLimit, st.integers(1, 20), st.sampled_from([0.5, 1.0, 4.0]))


@settings(max_examples=50, deadline=None)
@given(limit=LIMITS, pauses=st.lists(st.floats(0, 6), max_size=80))
def test_chat_pacer_lets_a_burst_through_and_then_one_at_a_time(limit: ChatLimit, pauses: list[float]) -> None:
    clock = Hand()
    pacer = ChatPacer(clock)
    starts: list[float] = []
    for pause in pauses:
        clock.at += pause
        while (delay := pacer.delay(7, limit)) > 0:
            clock.at += max(delay, 1e-6)
        pacer.start(7, limit)
        starts.append(clock.at)
        assert pacer.delay(8, limit) == 0
    for window in (limit.seconds, 10.0, 60.0):
        assert most_in_a_window(starts, window) <= limit.burst + window / limit.seconds


def test_chat_pacer_keeps_telegram_s_limits() -> None:
    for limit, window, most in ((TELEGRAM.chat, 60.0, 65), (TELEGRAM.group, 60.0, 20)):
        assert limit is not None
        clock = Hand()
        pacer = ChatPacer(clock)
        starts = []
        while clock.at < 1300.0:
            if (delay := pacer.delay(7, limit)) > 0:
                clock.at += delay + 1e-6
            else:
                pacer.start(7, limit)
                starts.append(clock.at)
        assert most_in_a_window(starts, window) <= most
        assert len(starts) >= 300 / limit.seconds


def test_chat_pacer_forgets_chats_that_are_free() -> None:
    clock = Hand()
    pacer = ChatPacer(clock)
    for chat in range(10_000):
        pacer.start(chat, TELEGRAM.chat)
    clock.at += ChatPacer.SWEEP
    pacer.start(7, TELEGRAM.chat)
    assert len(pacer) == 1


def test_chat_pacer_without_a_limit_keeps_nothing() -> None:
    pacer = ChatPacer(Hand())
    pacer.start(7, None)
    assert (pacer.delay(7, None), len(pacer)) == (0.0, 0)


def test_calls_that_took_no_slot_are_waited_for() -> None:
    clock = Hand()
    pacer, unpaced = Pacer(5.0, clock), Pacer(None, clock)
    for each in (pacer, unpaced):
        each.charge(12)
    waits = []
    for _ in range(3):
        waits.append((round(pacer.delay(bulk=False), 6), unpaced.delay(bulk=False)))
        clock.at += WINDOW
    # Five at once, five a window later, two after that.
    assert waits == [(2 * WINDOW, 0.0), (WINDOW, 0.0), (0.0, 0.0)]
