"""The pacer over made-up time, and what each error means."""

import httpx
import pytest
from aiogram import exceptions
from aiogram.methods import SendMessage
from aiohttp import ClientConnectorError, ClientOSError, ConnectionTimeoutError, ServerDisconnectedError
from aiohttp.client_reqrep import ConnectionKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from bot.messengers.base import UnsupportedMethod
from bot.messengers.zalo_bot import TimedOut
from bot.verdicts import WINDOW, Pacer, Verdict, judge
from storage.states import DeliveryState

METHOD = SendMessage(chat_id=7, text="Dạ")


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


def network(cause: Exception) -> exceptions.TelegramNetworkError:
    """What aiogram raises for a failure below HTTP."""
    error = exceptions.TelegramNetworkError(METHOD, f"{type(cause).__name__}: {cause}")
    error.__cause__ = cause
    return error


KEY = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)
RETRIED = Verdict(DeliveryState.QUEUED)
NEVER_LEFT = Verdict(DeliveryState.QUEUED, counts=False)
FAILED = Verdict(DeliveryState.FAILED)
GONE = Verdict(DeliveryState.UNREACHABLE)
AMBIGUOUS = Verdict(DeliveryState.UNKNOWN)
BAD, FORBIDDEN = exceptions.TelegramBadRequest, exceptions.TelegramForbiddenError

VERDICTS: list[tuple[Exception, Verdict]] = [
    (FORBIDDEN(METHOD, "Forbidden: bot was blocked by the user"), GONE),
    (FORBIDDEN(METHOD, "FORBIDDEN: Bot Was Blocked By The User"), GONE),
    (FORBIDDEN(METHOD, "Forbidden: user is deactivated"), GONE),
    (FORBIDDEN(METHOD, "Forbidden: bot can't initiate conversation with a user"), RETRIED),
    (FORBIDDEN(METHOD, "Forbidden: bot can't send messages to the user"), RETRIED),
    (FORBIDDEN(METHOD, "Forbidden: bot was kicked from the group chat"), GONE),
    (FORBIDDEN(METHOD, "Forbidden: bot was kicked from the supergroup chat"), GONE),
    (BAD(METHOD, "Bad Request: chat not found"), FAILED),
    (BAD(METHOD, "Bad Request: PEER_ID_INVALID"), FAILED),
    (BAD(METHOD, "Bad Request: message is not modified: specified new"), Verdict(DeliveryState.SENT)),
    (BAD(METHOD, "Bad Request: message text is empty"), FAILED),
    (BAD(METHOD, "Bad Request: message is too long"), FAILED),
    (BAD(METHOD, "Bad Request: message to edit not found"), FAILED),
    (BAD(METHOD, "Bad Request: BUTTON_DATA_INVALID"), FAILED),
    (BAD(METHOD, "Bad Request: query is too old and response timeout expired or query ID is invalid"), FAILED),
    (BAD(METHOD, "Bad Request: can't parse entities: Unclosed start tag"), FAILED),
    (exceptions.TelegramNotFound(METHOD, "Not Found"), FAILED),
    (exceptions.TelegramEntityTooLarge(METHOD, "Request Entity Too Large"), FAILED),
    (
        exceptions.TelegramRetryAfter(METHOD, "Too Many Requests: retry after 7", 7),
        Verdict(DeliveryState.QUEUED, counts=False, mute_seconds=7.0),
    ),
    (
        exceptions.TelegramRetryAfter(METHOD, "Too Many Requests: retry after 0", 0),
        Verdict(DeliveryState.QUEUED, counts=False, mute_seconds=1.0),
    ),
    (
        exceptions.TelegramUnauthorizedError(METHOD, "Unauthorized"),
        Verdict(DeliveryState.QUEUED, counts=False, stops_messenger=True),
    ),
    (exceptions.TelegramConflictError(METHOD, "Conflict: terminated by other getUpdates request"), RETRIED),
    (exceptions.TelegramServerError(METHOD, "Internal Server Error"), RETRIED),
    (exceptions.RestartingTelegram(METHOD, "Bad Gateway: restart"), RETRIED),
    (exceptions.TelegramMigrateToChat(METHOD, "group chat was upgraded to a supergroup chat", -100), RETRIED),
    (exceptions.ClientDecodeError("Failed to decode object", ValueError("<html>"), "<html>"), RETRIED),
    (network(ClientConnectorError(KEY, ConnectionRefusedError(111, "refused"))), NEVER_LEFT),
    (network(ConnectionTimeoutError("Connection timeout to host")), NEVER_LEFT),
    (network(httpx.ConnectError("refused")), NEVER_LEFT),
    (network(httpx.ConnectTimeout("timed out")), NEVER_LEFT),
    (network(httpx.PoolTimeout("timed out")), NEVER_LEFT),
    (network(httpx.ReadTimeout("timed out")), AMBIGUOUS),
    (network(httpx.RemoteProtocolError("closed")), AMBIGUOUS),
    (TimedOut(METHOD, "408 Request timeout"), AMBIGUOUS),
    (network(ServerDisconnectedError()), AMBIGUOUS),
    (network(ClientOSError(104, "Connection reset by peer")), AMBIGUOUS),
    (network(TimeoutError()), AMBIGUOUS),
    (OperationalError("UPDATE", {}, Exception("database is locked")), RETRIED),
    (OSError(28, "No space left on device"), RETRIED),
    (UnsupportedMethod("SendDice has no counterpart here"), FAILED),
    (ValueError("invalid literal for int()"), FAILED),
]


@pytest.mark.parametrize(("error", "verdict"), VERDICTS, ids=lambda value: type(value).__name__)
def test_judge_knows_every_error(error: Exception, verdict: Verdict) -> None:
    assert judge(error) == verdict


def test_the_table_holds_every_error_that_aiogram_raises_for_an_answer() -> None:
    def below(kind: type[Exception]) -> set[type[Exception]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    raised = {type(error) for error, _ in VERDICTS}
    assert below(exceptions.TelegramAPIError) - raised == {exceptions.TelegramAPIError}
