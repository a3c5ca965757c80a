"""The pacers over made-up time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messengers.telegram import GROUP, PRIVATE
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


def most_in_a_window(starts: list[float], window: float) -> int:
    return max((sum(first <= other < first + window - 1e-6 for other in starts) for first in starts), default=0)


@settings(max_examples=50, deadline=None)
@given(per_second=RATES, wants=WANTS)
def test_pacer_never_starts_more_than_the_limit_in_any_window(
    per_second: float, wants: list[tuple[float, bool]]
) -> None:
    clock = Hand()
    pacer = Pacer(per_second, clock)
    starts: list[float] = []
    for pause, bulk in wants:
        clock.at += pause
        while (delay := pacer.delay(bulk=bulk)) > 0:
            # Rounding may leave a hair; who waits asks again.
            clock.at += max(delay, 1e-6)
        pacer.start()
        starts.append(clock.at)
    assert most_in_a_window(starts, WINDOW) <= max(1, int(per_second))
    if per_second < 1:
        assert most_in_a_window(starts, WINDOW / per_second) <= 1


@settings(max_examples=50, deadline=None)
@given(per_second=st.integers(2, 60), pauses=st.lists(st.floats(0, 0.2), max_size=150))
def test_bulk_leaves_a_slot_so_a_reply_starts_at_once(per_second: int, pauses: list[float]) -> None:
    clock = Hand()
    pacer = Pacer(per_second, clock)
    for pause in pauses:
        clock.at += pause
        if pacer.delay(bulk=True) == 0:
            pacer.start()
        assert pacer.delay(bulk=False) == 0


@settings(max_examples=50, deadline=None)
@given(per_second=RATES, wants=WANTS)
def test_reply_never_waits_longer_than_bulk_nor_than_a_window(
    per_second: float, wants: list[tuple[float, bool]]
) -> None:
    clock = Hand()
    pacer = Pacer(per_second, clock)
    for pause, bulk in wants:
        clock.at += pause
        waits = {kind: pacer.delay(bulk=kind) for kind in (True, False)}
        assert 0 <= waits[False] <= waits[True] <= pacer.window + 1e-6
        if waits[bulk] == 0:
            pacer.start()


def test_pacer_without_a_limit_never_waits() -> None:
    pacer = Pacer(None, Hand())
    for _ in range(1000):
        pacer.start()
    assert (pacer.delay(bulk=True), pacer.delay(bulk=False)) == (0.0, 0.0)


def test_pacer_gives_back_what_left_the_window() -> None:
    clock = Hand()
    pacer = Pacer(3, clock)
    for pause in (0.0, 0.25, 0.25):
        clock.at += pause
        pacer.start()
    waits = [round(pacer.delay(bulk=bulk), 6) for bulk in (False, True)]
    clock.at = 1000.0 + WINDOW
    later = [round(pacer.delay(bulk=bulk), 6) for bulk in (False, True)]
    assert (waits, later) == ([0.51, 0.76], [0.0, 0.25])


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
    for limit, window, most in ((PRIVATE, 60.0, 65), (GROUP, 60.0, 20)):
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
        pacer.start(chat, PRIVATE)
    clock.at += ChatPacer.SWEEP
    pacer.start(7, PRIVATE)
    assert len(pacer) == 1


def test_chat_pacer_without_a_limit_keeps_nothing() -> None:
    pacer = ChatPacer(Hand())
    pacer.start(7, None)
    assert (pacer.delay(7, None), len(pacer)) == (0.0, 0)
