"""The talker: every update once, each chat's in order, and a handler's mistake costs its own update only."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiogram import Dispatcher, F
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from aiogram.types import CallbackQuery, Message
from sqlalchemy import event, text
from structlog.testing import capture_logs

from bot.talk import BATCH, Talk, Voice, caller_of
from handlers.keyboards import keyboard
from handlers.middlewares import TurnMiddleware
from handlers.turn import Turn
from storage import inbox
from storage.database import Database
from storage.models import Person
from tests.bot.parts import account, count_commits, eventually, get_account, logged, record, running, sql
from tests.texts import words

WORDS = words()


class HandlerMistake(Exception):
    """What a handler raises."""


@dataclass
class Hall:
    """A talker over a real record, with a dispatcher of the test's own."""

    db: Database
    heard: list[tuple[int, str]] = field(default_factory=list)
    courtesies: list[tuple[str, TelegramMethod[Any]]] = field(default_factory=list)
    broken: bool = True
    ids: "count[int]" = field(default_factory=lambda: count(1))

    def talk(self) -> Talk:
        dispatcher = Dispatcher(disable_fsm=True)
        dispatcher.update.outer_middleware(TurnMiddleware())

        @dispatcher.message(Command("menu"))
        async def menu(message: Message) -> None:
            await message.answer("Chọn", reply_markup=keyboard([("Có", "yes"), ("Không phải", "no")]))

        @dispatcher.message(F.text.startswith("hỏng"))
        async def mistake(message: Message) -> None:
            await message.answer("never said")
            self.heard.append((message.chat.id, str(message.text)))
            if self.broken:
                raise HandlerMistake(message.text)

        @dispatcher.message(F.text == "trùng")
        async def twice_the_same(message: Message, turn: Turn) -> None:
            if self.broken:
                await turn.tx.session.execute(text("INSERT INTO counter (name, value) VALUES ('x', 1), ('x', 2)"))

        @dispatcher.message(F.text == "ghi")
        async def write(message: Message, turn: Turn) -> None:
            turn.tx.session.add(Person(created_at=turn.tx.now, name="x" * 100_000))

        @dispatcher.message()
        async def echo(message: Message, state: FSMContext) -> None:
            seen = (await state.get_data()).get("seen", 0) + 1
            await state.update_data(seen=seen)
            self.heard.append((message.chat.id, str(message.text)))
            await message.answer(f"{seen}: {message.text}")

        @dispatcher.callback_query()
        async def tapped(query: CallbackQuery) -> None:
            await query.answer("Dạ")
            if isinstance(query.message, Message):
                await query.message.edit_text(f"Chọn: {query.data}")

        voices = [Voice("telegram", "42:TEST", numbered=False), Voice("web_plain", "1:web", numbered=True)]
        return Talk(self.db, WORDS, dispatcher, voices, lambda *courtesy: self.courtesies.append(courtesy))

    def message(self, chat: int, words: str, **chat_more: Any) -> dict[str, Any]:
        number = next(self.ids)
        entities = [{"type": "bot_command", "offset": 0, "length": len(words)}] if words.startswith("/") else []
        return {
            "update_id": number,
            "message": {
                "message_id": number,
                "date": 0,
                "chat": {"id": chat, "type": "private", **chat_more},
                "from": {"id": chat, "is_bot": False, "first_name": "Mẫu"},
                "text": words,
                "entities": entities,
            },
        }

    async def receive(self, *updates: dict[str, Any], messenger: str = "telegram") -> None:
        incoming = [inbox.Incoming(str(each["update_id"]), caller_of(each), each) for each in updates]
        async with self.db.write() as tx:
            await inbox.receive(tx, messenger, incoming)

    async def say(self, chat: int, *texts: str, messenger: str = "telegram") -> None:
        await self.receive(*[self.message(chat, each) for each in texts], messenger=messenger)

    async def inbox(self) -> list[tuple[Any, ...]]:
        """(state, attempts, error, whether its words are kept) of every update."""
        query = "SELECT state, attempts, error, payload IS NOT NULL AND caller IS NOT NULL FROM inbox ORDER BY id"
        return [(*row[:3], bool(row[3])) for row in await sql(self.db, query)]

    async def answers(self) -> list[tuple[str, str, str]]:
        """(native id, method, text) of every recorded reply."""
        query = """SELECT native_id, method, payload ->> 'text' FROM outbox JOIN account ON account.id = account_id
                   ORDER BY outbox.id"""
        return [(native_id, method, words) for native_id, method, words in await sql(self.db, query)]


DONE = ("done", 0, None, False)
TROUBLE = str(WORDS.say("vi")("trouble"))


def failed(attempts: int, error: str = "HandlerMistake") -> tuple[Any, ...]:
    return ("failed", attempts, error, True)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with record(tmp_path) as db:
        yield Hall(db)


async def drain(talk: Talk) -> list[int]:
    """How many updates each batch had."""
    sizes: list[int] = []
    while handled := await talk.batch():
        sizes.append(handled)
    return sizes


async def test_update_stored_three_times_is_handled_once(hall: Hall) -> None:
    update = hall.message(7, "chào")
    await hall.receive(update)
    await hall.receive(update, update)
    assert await drain(hall.talk()) == [1]
    await hall.receive(update)
    assert await drain(hall.talk()) == []
    assert (hall.heard, await hall.answers(), await hall.inbox()) == (
        [(7, "chào")],
        [("7", "sendMessage", "1: chào")],
        [DONE],
    )


async def test_each_chat_in_order_among_a_thousand_updates(hall: Hall) -> None:
    updates = [hall.message(chat, str(number)) for number in range(20) for chat in range(1, 51)]
    for start in range(0, len(updates), 100):
        await hall.receive(*updates[start : start + 100])
    commits = count_commits(hall.db)
    sizes = await drain(hall.talk())
    assert hall.heard == [(chat, str(number)) for number in range(20) for chat in range(1, 51)]
    assert sizes == [BATCH] * (1000 // BATCH) + [1000 % BATCH]
    # The last commit is of the batch that found nothing.
    assert len(commits) == len(sizes) + 1
    answers = await hall.answers()
    assert [words for native_id, _, words in answers if native_id == "30"] == [f"{n + 1}: {n}" for n in range(20)]
    assert (Counter(state for state, *_ in await hall.inbox()), len(answers)) == ({"done": 1000}, 1000)


async def test_handler_that_raises_costs_its_own_update(hall: Hall) -> None:
    await hall.receive(*[hall.message(chat, words) for chat, words in ((7, "một"), (8, "hỏng bét"), (7, "hai"))])
    with capture_logs() as logs:
        assert await drain(hall.talk()) == [3]
    assert await hall.inbox() == [DONE, failed(1), DONE]
    assert await hall.answers() == [
        ("7", "sendMessage", "1: một"),
        ("8", "sendMessage", TROUBLE),
        ("7", "sendMessage", "2: hai"),
    ]
    (line,) = logs
    where = line.pop("where")
    assert where.startswith("test_talk.py:")
    assert line == {
        "event": "talk.failed",
        "log_level": "error",
        "inbox_id": 2,
        "messenger": "telegram",
        "account_id": await account(hall.db, "8"),
        "error": "HandlerMistake",
    }


async def test_integrity_error_is_the_updates_own_fault(hall: Hall) -> None:
    await hall.say(7, "trùng")
    await hall.say(8, "chào")
    assert await drain(hall.talk()) == [2]
    assert await hall.inbox() == [failed(1, "IntegrityError"), DONE]


async def test_failed_is_run_again_at_the_next_starts_up_to_three_times(hall: Hall) -> None:
    await hall.say(7, "hỏng")
    for attempt in (1, 2, 3, 3):
        async with running(hall.talk()):
            await eventually(hall.inbox, lambda rows, attempt=attempt: rows == [failed(attempt)])  # type: ignore[misc]
    assert len(hall.heard) == 3
    assert [words for *_, words in await hall.answers()] == [TROUBLE] * 3


async def test_failed_is_done_once_its_handler_is_mended(hall: Hall) -> None:
    await hall.say(7, "hỏng")
    await drain(hall.talk())
    hall.broken = False
    async with running(hall.talk()):
        await eventually(hall.inbox, lambda rows: rows == [("done", 1, None, False)])
    assert [words for *_, words in await hall.answers()] == [TROUBLE, "never said"]


async def test_malformed_update_fails_without_a_word(hall: Hall) -> None:
    update = hall.message(7, "chào")
    update["message"]["date"] = "yesterday"
    await hall.receive(update, hall.message(8, "chào"))
    with capture_logs() as logs:
        await drain(hall.talk())
    assert await hall.inbox() == [failed(1, "MalformedUpdate"), DONE]
    assert await hall.answers() == [("8", "sendMessage", "1: chào")]
    assert ([line["event"] for line in logs], "yesterday" in str(logs)) == (["talk.failed"], False)


async def test_groups_stay_silent(hall: Hall) -> None:
    group = hall.message(-100, "chào", type="supergroup", title="Nhóm mẫu")
    who = {"id": 7, "is_bot": False, "first_name": "Mẫu"}
    tap = {"id": "1", "from": who, "chat_instance": "x", "data": "x", "message": group["message"]}
    left = {"chat": group["message"]["chat"], "from": {"id": 7}, "date": 0}
    await hall.receive(
        group,
        {"update_id": 1001, "callback_query": tap},
        {"update_id": 1002, "my_chat_member": left},
        {"update_id": 1003, "edited_channel_post": {}},
    )
    assert await drain(hall.talk()) == [4]
    assert (hall.heard, await hall.answers(), await hall.inbox()) == ([], [], [DONE] * 4)
    assert await sql(hall.db, "SELECT count(*) FROM account") == [(0,)]


def member(number: int, status: str) -> dict[str, Any]:
    bot = {"id": 42, "is_bot": True, "first_name": "Bot"}
    until = {"until_date": 0} if status == "kicked" else {}
    change = {
        "chat": {"id": 7, "type": "private"},
        "from": {"id": 7, "is_bot": False, "first_name": "Mẫu"},
        "date": 0,
        "old_chat_member": {"status": "left", "user": bot},
        "new_chat_member": {"status": status, "user": bot, **until},
    }
    return {"update_id": number, "my_chat_member": change}


async def test_blocked_and_unblocked(hall: Hall) -> None:
    talk = hall.talk()
    reachable: list[bool] = []
    for update in (member(1001, "kicked"), member(1002, "member"), member(1003, "kicked"), hall.message(7, "chào")):
        await hall.receive(update)
        await drain(talk)
        reachable.append((await get_account(hall.db, await account(hall.db, "7"))).unreachable_at is None)
    assert reachable == [False, True, False, True]
    assert await hall.answers() == [("7", "sendMessage", "1: chào")]


@pytest.mark.parametrize(("last", "reachable"), [("member", True), ("kicked", False), (None, True)])
async def test_blocked_and_back_within_one_batch(hall: Hall, last: str | None, reachable: bool) -> None:
    talk = hall.talk()
    await hall.receive(
        hall.message(7, "chào"),
        member(1001, "kicked"),
        member(1002, last) if last is not None else hall.message(7, "còn đây"),
    )
    await drain(talk)
    assert ((await get_account(hall.db, await account(hall.db, "7"))).unreachable_at is None) == reachable


async def test_update_of_a_messenger_that_is_not_configured_is_kept(hall: Hall) -> None:
    await hall.say(7, "chào", messenger="zalo")
    await drain(hall.talk())
    assert await hall.inbox() == [failed(1, "messenger not configured")]


async def test_full_disk_keeps_updates_ready(hall: Hall) -> None:
    await hall.say(7, "ghi", "chào")
    limit_pages(hall.db, 1)
    talk = hall.talk()
    with capture_logs() as logs:
        async with running(talk):
            await eventually(logged(logs, "talk.database"))
    assert [row[0] for row in await hall.inbox()] == ["ready", "ready"]
    assert {(line["event"], line["error"]) for line in logs} == {("talk.database", "OperationalError")}
    limit_pages(hall.db, 1_000_000)
    assert await drain(talk) == [2]
    assert await hall.inbox() == [DONE, DONE]


def limit_pages(db: Database, pages: int) -> None:
    """From now on every new transaction may fill the file to so many pages, or to as many as it has."""

    def limit(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(db.engine.sync_engine, "begin", limit)


async def test_locked_database_keeps_updates_ready(hall: Hall) -> None:
    event.listen(
        hall.db.engine.sync_engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 20")
    )
    await hall.db.engine.dispose()
    await hall.say(7, "chào")
    other = Database(str(hall.db.url), hall.db.commune)
    async with AsyncExitStack() as lock:
        lock.push_async_callback(other.close)
        tx = await lock.enter_async_context(other.write())
        await tx.session.execute(text("UPDATE inbox SET attempts = attempts"))
        with capture_logs() as logs:
            async with running(hall.talk()):
                await eventually(logged(logs, "talk.database"))
                assert [row[0] for row in await hall.inbox()] == ["ready"]
                await lock.aclose()
                await eventually(hall.inbox, lambda rows: rows == [DONE])
    assert hall.heard == [(7, "chào")]
    assert "chào" not in str(logs)


async def test_stopping_finishes_the_transaction_in_hand(hall: Hall) -> None:
    stopping = asyncio.Event()
    updates = [hall.message(7, str(number)) for number in range(BATCH + 5)]
    await hall.receive(*updates)
    event.listen(hall.db.engine.sync_engine, "commit", lambda _: stopping.set() if hall.heard else None)
    await asyncio.wait_for(hall.talk().run(stopping), 10)
    assert Counter(state for state, *_ in await hall.inbox()) == {"done": BATCH, "ready": 5}
    assert len(await hall.answers()) == len(hall.heard) == BATCH
    await drain(hall.talk())
    assert [words for _, words in hall.heard] == [str(number) for number in range(BATCH + 5)]


async def test_woken_by_what_comes_in(hall: Hall) -> None:
    async with running(hall.talk()):
        for number in range(3):
            await hall.say(7, str(number))
            await eventually(hall.inbox, lambda rows, number=number: rows == [DONE] * (number + 1))  # type: ignore[misc]
    assert hall.heard == [(7, "0"), (7, "1"), (7, "2")]


def tap(hall: Hall, data: str) -> dict[str, Any]:
    message = hall.message(7, "Chọn")["message"]
    query = {"id": "q1", "from": message["from"], "chat_instance": "x", "data": data, "message": message}
    return {"update_id": next(hall.ids), "callback_query": query}


async def test_callback_answer_is_a_courtesy_and_the_edit_a_row(hall: Hall) -> None:
    await hall.receive(tap(hall, "yes"))
    await drain(hall.talk())
    ((messenger, courtesy),) = hall.courtesies
    assert isinstance(courtesy, AnswerCallbackQuery)
    assert (messenger, courtesy.callback_query_id, courtesy.text) == ("telegram", "q1", "Dạ")
    assert await hall.answers() == [("7", "editMessageText", "Chọn: yes")]


@pytest.mark.parametrize(
    ("messenger", "typed", "answer"),
    [
        ("web_plain", "2", "Chọn: no"),
        ("web_plain", "2.", "Chọn: no"),
        ("web_plain", "không phải", "Chọn: no"),
        ("web_plain", "3", "1: 3"),
        ("telegram", "Có", "Chọn: yes"),
        ("telegram", "khong phai", "Chọn: no"),
        ("telegram", "co", "1: co"),
        ("telegram", "2", "1: 2"),
    ],
)
async def test_typed_choice_is_a_tap_and_its_edit_a_new_message(
    hall: Hall, messenger: str, typed: str, answer: str
) -> None:
    await hall.say(7, "/menu", messenger=messenger)
    await drain(hall.talk())
    async with hall.db.write() as tx:
        await tx.session.execute(text("UPDATE outbox SET state = 'sent'"))
    await hall.say(7, typed, messenger=messenger)
    await drain(hall.talk())
    assert await hall.answers() == [("7", "sendMessage", "Chọn"), ("7", "sendMessage", answer)]
    assert hall.courtesies == []


@pytest.mark.parametrize(("interrupted", "answers"), [(0, ["Chọn"]), (1, ["Chọn", "Chọn: no"])])
async def test_number_before_its_list_went_out_picks_nothing_unless_a_death_hides_whether_it_did(
    hall: Hall, interrupted: int, answers: list[str]
) -> None:
    await hall.say(7, "/menu", messenger="web_plain")
    await drain(hall.talk())
    async with hall.db.write() as tx:
        await tx.session.execute(text("UPDATE outbox SET interrupted = :times"), {"times": interrupted})
    await hall.say(7, "2", messenger="web_plain")
    await drain(hall.talk())
    assert [said for _, _, said in await hall.answers()] == answers


GROUP: dict[str, Any] = {"chat": {"id": -7, "type": "supergroup"}, "from": {"id": 7, "is_bot": False}}


def in_group(**content: Any) -> dict[str, Any]:
    return {"message": {**GROUP, **content}}


CALLERS: Sequence[tuple[dict[str, Any], str | None]] = [
    ({"message": {"chat": {"id": 7, "type": "private"}}}, "7"),
    ({"edited_message": {"chat": {"id": 7, "type": "private"}}}, "7"),
    ({"message": {"chat": {"id": -7, "type": "group"}}}, None),
    ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 7, "type": "private"}}}}, "7"),
    ({"callback_query": {"from": {"id": 7}}}, "7"),
    ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": -7, "type": "group"}}}}, "7"),
    (in_group(text="/nhom Phòng Kinh tế"), "7"),
    (in_group(text="/nhom@mau_bot"), "7"),
    (in_group(text="/nhomkinhte"), None),
    (in_group(text="/viec"), None),
    (in_group(text="Đã xem", reply_to_message={"from": {"id": 42, "is_bot": True}}), "7"),
    (in_group(text="Đã xem", reply_to_message={"from": {"id": 8, "is_bot": False}}), None),
    (in_group(migrate_to_chat_id=-100), "7"),
    ({"message": {**GROUP, "from": {"id": 1, "is_bot": True}, "text": "/nhom"}}, None),
    ({"edited_message": {**GROUP, "text": "/nhom"}}, None),
    ({"my_chat_member": {**GROUP, "new_chat_member": {"status": "left"}}}, "7"),
    ({"my_chat_member": {**GROUP, "new_chat_member": {"status": "member"}}}, None),
    ({"channel_post": {"chat": {"id": -7, "type": "channel"}}}, None),
    ({}, None),
]


@pytest.mark.parametrize(("update", "caller"), CALLERS)
def test_caller_is_who_speaks_to_the_bot(update: dict[str, Any], caller: str | None) -> None:
    assert caller_of({"update_id": 1, **update}) == caller
