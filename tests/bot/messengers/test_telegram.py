"""Telegram: nothing is confirmed that is not in the inbox, whatever the wire and the record do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiogram.exceptions import TelegramAPIError, TelegramServerError
from structlog.testing import capture_logs

from bot.messengers.base import FileGone, MessengerRefused, MessengerStuck
from bot.messengers.telegram import SILENT_SECONDS, STUCK_SECONDS, Telegram
from storage.database import Database
from storage.files import MAX_BYTES
from tests.bot.parts import Time, eventually, hang_up, logged, record, sql
from tests.doubles.telegram import Fault, TelegramDouble
from tests.processes import free_port

ANNA = 7


@dataclass
class Line:
    """A poller and the double that it polls; its pauses are kept instead of waited."""

    db: Database
    tg: TelegramDouble
    time: Time = field(default_factory=Time)
    pauses: list[float] = field(default_factory=list)

    def telegram(self, **settings: Any) -> Telegram:
        async def wait(seconds: float) -> None:
            self.pauses.append(seconds)
            self.time.skip(seconds)
            await asyncio.sleep(0.01)

        values: dict[str, Any] = {"api_base": self.tg.url, "wait": wait, "clock": self.time.monotonic, **settings}
        return Telegram(self.db, self.tg.token, **values)

    async def inbox(self) -> list[tuple[str, str, str]]:
        """(native id, caller, text) of everything that came in."""
        query = "SELECT native_id, caller, payload ->> '$.message.text' FROM inbox ORDER BY id"
        return [(native_id, caller, words) for native_id, caller, words in await sql(self.db, query)]

    async def words(self) -> list[str]:
        return [words for *_, words in await self.inbox()]


class Receiving:
    """`async with`: the messenger receives while the body runs, then is stopped and closed."""

    def __init__(self, messenger: Telegram) -> None:
        self.messenger = messenger
        self._stopping = asyncio.Event()

    async def __aenter__(self) -> Telegram:
        self._task = asyncio.create_task(self.messenger.receive(self._stopping))
        return self.messenger

    async def __aexit__(self, *_: object) -> None:
        self._stopping.set()
        try:
            await asyncio.wait_for(self._task, 5)
        finally:
            await hang_up(self.messenger)


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with TelegramDouble() as tg, record(tmp_path) as db:
        yield Line(db, tg)


async def test_updates_are_stored_as_they_came_and_then_confirmed(line: Line) -> None:
    updates = [await line.tg.text(ANNA + number % 3, f"Lời {number}") for number in range(250)]
    async with Receiving(line.telegram()):
        await line.tg.wait(lambda: line.tg.confirmed() == updates[-1]["update_id"])
    assert await line.inbox() == [
        (str(update["update_id"]), str(update["message"]["chat"]["id"]), update["message"]["text"])
        for update in updates
    ]


async def test_only_what_is_handled_is_asked_for(line: Line) -> None:
    async with Receiving(line.telegram()):
        await line.tg.wait(line.tg.polling)
        await line.tg.text(ANNA, "chào")
        await line.tg.raw_callback(ANNA, 1, "x")
        await line.tg.my_chat_member(ANNA, "kicked")
        await line.tg.push({"edited_message": {"chat": {"id": ANNA, "type": "private"}}})
        await line.tg.push({"poll": {"id": "1"}})
        await eventually(line.inbox, lambda rows: len(rows) == 4)
    kinds = await sql(
        line.db, "SELECT caller, json_each.key FROM inbox, json_each(payload) WHERE json_each.key != 'update_id'"
    )
    assert kinds == [("7", "message"), ("7", "callback_query"), ("7", "my_chat_member"), ("7", "edited_message")]


async def test_what_people_say_to_each_other_in_a_group_is_not_kept(line: Line) -> None:
    async with Receiving(line.telegram()):
        await line.tg.text(-100, "Mai họp nhé", user_id=ANNA)
        await line.tg.photo(-100, b"1", user_id=ANNA)
        await line.tg.text(-100, "/nhom Phòng Kinh tế", user_id=ANNA)
        last = await line.tg.text(-100, "Vâng", user_id=ANNA)
        await line.tg.wait(lambda: line.tg.confirmed() == last["update_id"])
    assert [(caller, words) for _, caller, words in await line.inbox()] == [("7", "/nhom Phòng Kinh tế")]


async def test_nothing_is_confirmed_that_the_record_refused(line: Line) -> None:
    await sql(
        line.db, "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    first, second = await line.tg.text(ANNA, "một"), await line.tg.text(ANNA, "hai")
    with capture_logs() as logs:
        async with Receiving(line.telegram()) as telegram:
            await eventually(logged(logs, "telegram.poll"))
            problems = [telegram.problem]
            assert (line.tg.confirmed(), await line.inbox()) == (0, [])
            await sql(line.db, "DROP TRIGGER full")
            await line.tg.wait(lambda: line.tg.confirmed() == second["update_id"])
            await line.tg.wait(lambda: telegram.problem is None)
    assert problems == ["polling fails: IntegrityError"]
    assert await line.inbox() == [(str(first["update_id"]), "7", "một"), (str(second["update_id"]), "7", "hai")]
    assert "một" not in str(logs)


async def test_restart_brings_again_what_was_not_confirmed_and_doubles_nothing(line: Line) -> None:
    update = await line.tg.text(ANNA, "một")
    async with Receiving(line.telegram()):
        await eventually(line.inbox)
        # The poll that would confirm it may or may not have left; both are allowed.
    await line.tg.repeat(update)
    await line.tg.text(ANNA, "hai")
    async with Receiving(line.telegram()):
        await eventually(line.words, lambda words: "hai" in words)
    assert await line.words() == ["một", "hai"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.server_error(), "TelegramServerError"),
        (Fault("html"), "ClientDecodeError"),
        (Fault("reset"), "TelegramNetworkError"),
        (Fault("lost"), "TelegramNetworkError"),
        (Fault.status(409, "terminated by other getUpdates request"), "TelegramConflictError"),
    ],
)
async def test_poll_that_fails_is_tried_again(line: Line, fault: Fault, error: str) -> None:
    await line.tg.text(ANNA, "chào")
    line.tg.script("getUpdates", fault, times=3)
    with capture_logs() as logs:
        async with Receiving(line.telegram()):
            await eventually(line.inbox)
    assert await line.words() == ["chào"]
    conflict = error == "TelegramConflictError"
    assert [(one["event"], one["error"], one["failures"], one["another_poller"]) for one in logs] == [
        ("telegram.poll", error, failures, conflict) for failures in (1, 2, 3)
    ]
    assert [lowest <= pause <= 2 * lowest for lowest, pause in zip((1, 2, 4), line.pauses, strict=True)] == [True] * 3


async def test_flood_while_polling_is_waited_for(line: Line) -> None:
    await line.tg.text(ANNA, "chào")
    line.tg.script("getUpdates", Fault.too_many(17))
    async with Receiving(line.telegram()):
        await eventually(line.inbox)
    assert line.pauses == [17.0]


async def test_line_that_is_down_at_the_start_is_tried_again(line: Line) -> None:
    port = free_port()
    async with Receiving(line.telegram(api_base=f"http://127.0.0.1:{port}")) as telegram:
        await line.tg.wait(lambda: True)
        await eventually(pauses(line))
        assert telegram.problem == "polling fails: TelegramNetworkError"
        async with TelegramDouble(port) as late:
            await late.text(ANNA, "chào")
            await eventually(line.inbox)
    assert await line.words() == ["chào"]


def pauses(line: Line) -> Any:
    async def probe() -> list[float]:
        return line.pauses

    return probe


async def test_another_poller_is_said_and_outlived(line: Line) -> None:
    with capture_logs() as logs:
        async with Receiving(line.telegram()) as first, Receiving(line.telegram()):
            await eventually(logged(logs, "telegram.poll"))
            assert first.problem in {"polling fails: TelegramConflictError", None}
            # Both were refused often: a process that is told to end for it would be refused again.
            line.time.skip(STUCK_SECONDS * 2)
            await line.tg.text(ANNA, "chào")
            await eventually(line.inbox)
    assert {one["another_poller"] for one in logs} == {True}


@pytest.mark.parametrize(
    ("status", "problem"), [(401, "the token is refused (401)"), (404, "the token is unknown (404)")]
)
async def test_refused_token_is_an_end(line: Line, status: int, problem: str) -> None:
    line.tg.script("*", Fault.status(status, "Unauthorized"), times=None)
    telegram = line.telegram()
    with pytest.raises(MessengerRefused):
        await asyncio.wait_for(telegram.receive(asyncio.Event()), 5)
    await hang_up(telegram)
    assert (telegram.problem, len(line.tg.calls())) == (problem, 1)


async def test_hanging_polls_with_an_answering_server_are_stuck(line: Line) -> None:
    line.tg.script("getUpdates", Fault("hang"), times=None)
    telegram = line.telegram(poll_seconds=0, poll_grace=1)
    receiving = asyncio.create_task(telegram.receive(asyncio.Event()))
    await line.tg.wait(lambda: line.tg.calls("getUpdates"))
    assert telegram.silent_for() < SILENT_SECONDS
    line.time.skip(STUCK_SECONDS)
    with pytest.raises(MessengerStuck):
        await asyncio.wait_for(receiving, 10)
    await hang_up(telegram)
    assert len(line.tg.calls("getMe")) == 1
    assert telegram.silent_for() > SILENT_SECONDS


async def test_server_that_answers_nothing_is_not_stuck(line: Line) -> None:
    line.tg.script("getUpdates", Fault("html"), times=8)
    line.tg.script("getMe", Fault("html"), times=None)
    line.time.skip(0)
    async with Receiving(line.telegram()):
        line.time.skip(STUCK_SECONDS * 2)
        await line.tg.text(ANNA, "chào")
        await eventually(line.inbox)
    assert len(line.tg.calls("getMe")) > 0


async def test_stop_is_prompt_in_the_middle_of_a_poll(line: Line) -> None:
    stopping = asyncio.Event()
    telegram = line.telegram()
    receiving = asyncio.create_task(telegram.receive(stopping))
    await line.tg.wait(line.tg.polling)
    stopping.set()
    await asyncio.wait_for(receiving, 2)
    await hang_up(telegram)
    assert receiving.result() is None


async def test_stop_is_prompt_in_the_middle_of_a_pause(line: Line) -> None:
    async def for_ever(seconds: float) -> None:
        await asyncio.Event().wait()

    line.tg.script("getUpdates", Fault.server_error(), times=None)
    stopping = asyncio.Event()
    telegram = line.telegram(wait=for_ever)
    receiving = asyncio.create_task(telegram.receive(stopping))
    await line.tg.wait(lambda: line.tg.calls("getUpdates"))
    stopping.set()
    await asyncio.wait_for(receiving, 2)
    await hang_up(telegram)


async def test_start_takes_the_webhook_away_and_sets_the_menus(line: Line) -> None:
    menus = {"": [("gopy", "Góp ý")], "en": [("gopy", "Raise an opinion")]}
    async with Receiving(line.telegram(commands=menus)) as telegram:
        await line.tg.wait(line.tg.polling)
        for language, commands in menus.items():
            found = await telegram.bot.get_my_commands(language_code=language or None)
            assert [(one.command, one.description) for one in found] == commands
    assert [call.method for call in line.tg.calls()][:3] == ["deleteWebhook", "setMyCommands", "setMyCommands"]
    assert line.tg.calls("deleteWebhook")[0].params.get("drop_pending_updates", "false").lower() == "false"


async def sent(line: Line, content: bytes) -> str:
    return str((await line.tg.document(ANNA, content, "a.pdf", "application/pdf"))["message"]["document"]["file_id"])


@pytest.fixture
async def telegram(line: Line) -> AsyncIterator[Telegram]:
    telegram = line.telegram()
    yield telegram
    await hang_up(telegram)


async def test_download_gives_the_bytes(line: Line, telegram: Telegram) -> None:
    for content in (b"%PDF", bytes(MAX_BYTES)):
        assert await telegram.download(await sent(line, content)) == content


async def test_download_of_what_is_gone_or_too_large(line: Line, telegram: Telegram) -> None:
    lost = await sent(line, b"%PDF")
    line.tg.lose_file(lost)
    too_large, far_too_large = await sent(line, bytes(MAX_BYTES + 1)), await sent(line, bytes(21 * 1024 * 1024))
    for file_id in (lost, too_large, far_too_large, "document-42-00009999"):
        with pytest.raises(FileGone):
            await telegram.download(file_id)


@pytest.mark.parametrize(
    ("method", "fault", "error"),
    [
        ("getFile", Fault.server_error(), TelegramServerError),
        ("getFile", Fault.status(400, "wrong file_id or the file is temporarily unavailable"), TelegramAPIError),
        ("file", Fault("html"), OSError),
        ("file", Fault("reset"), OSError),
    ],
)
async def test_download_that_may_yet_succeed(
    line: Line, telegram: Telegram, method: str, fault: Fault, error: type[Exception]
) -> None:
    file_id = await sent(line, b"%PDF")
    line.tg.script(method, fault, times=None)
    with pytest.raises(error) as raised:
        await telegram.download(file_id)
    assert "42:TEST" not in f"{raised.value!r} {raised.value} {raised.value.__cause__!r}"
    line.tg.clear_faults()
    assert await telegram.download(file_id) == b"%PDF"


async def test_chat_is_the_native_id(telegram: Telegram) -> None:
    assert telegram.chat_id(1, "7") == 7
