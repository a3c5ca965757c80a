"""What each error means, and when what failed is tried again."""

import httpx
import pytest
from aiogram import exceptions
from aiogram.methods import SendMessage
from aiohttp import ClientConnectorError, ClientOSError, ConnectionTimeoutError, ServerDisconnectedError
from aiohttp.client_reqrep import ConnectionKey
from sqlalchemy.exc import OperationalError

from bot.messengers.base import UnsupportedMethod
from bot.messengers.zalo_platform import TimedOut
from bot.verdicts import LONGEST_PAUSE, RETRY_SECONDS, Verdict, backoff, judge
from storage.states import DeliveryState

METHOD = SendMessage(chat_id=7, text="Dạ")


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
        Verdict(DeliveryState.QUEUED, counts=False, stops_messenger="the token is refused (401)"),
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
    of_aiogram = {one for one in below(exceptions.TelegramAPIError) if one.__module__ == exceptions.__name__}
    assert of_aiogram - raised == {exceptions.TelegramAPIError}


def test_backoff_doubles_to_a_cap_with_jitter() -> None:
    for attempts, pause in enumerate([1, 2, 4, 8, 16, 32, 64, 128, 256, LONGEST_PAUSE, LONGEST_PAUSE]):
        pauses = {backoff(attempts, counts=True) for _ in range(50)}
        assert len(pauses) > 1
        assert 0.75 * pause <= min(pauses) <= max(pauses) <= 1.25 * pause
    assert 0.75 * RETRY_SECONDS <= backoff(40, counts=False) <= 1.25 * RETRY_SECONDS
    assert backoff(10_000, counts=True) <= 1.25 * LONGEST_PAUSE
