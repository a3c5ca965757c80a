"""The Zalo Bot Platform on a strict double: what comes in, by polls, and every way in which that goes wrong."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import logs
from bot.messengers.base import MessengerRefused
from bot.messengers.features import ZALO_BOT
from bot.messengers.zalo import number_of
from bot.messengers.zalo_bot import FLOOR_SECONDS
from tests.bot.messengers.zalo_line import HER, HIM, SITE, Line, Receiving, open_line
from tests.bot.parts import eventually, logged, sql
from tests.doubles.zalo_bot import Fault, Json
from tests.phones import picture


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with open_line(tmp_path) as line:
        yield line


async def test_capabilities(line: Line) -> None:
    bot = line.bot()
    assert (bot.name, bot.features, bot.chat_id(7, HER), bot.trouble()) == ("zalo_bot", ZALO_BOT, 7, None)


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("bare", [False, True])
async def test_messages_of_either_shape_become_the_same_updates(line: Line, bare: bool, live: bool) -> None:
    line.zalo.shape.bare, line.zalo.shape.live = bare, live
    date = int(line.db.now().timestamp()) * 1000
    line.zalo.text(HER, "Đường hỏng", date=date)
    line.zalo.photo(HER, picture(), "chỗ này")
    line.zalo.voice(HER, b"\xff\xf1")
    line.zalo.sticker(HER)
    line.zalo.unsupported(HER)
    async with Receiving(line.bot()):
        await eventually(line.inbox, lambda rows: len(rows) == 5)
    text, photo, voice, sticker, nothing = await line.messages()
    ((native, caller, words), *_) = await line.inbox()
    assert text == {
        "message_id": number_of(native),
        "date": date // 1000,
        "chat": {"id": 1, "type": "private"},
        "from": {"id": 1, "is_bot": False, "first_name": ""},
        "text": "Đường hỏng",
    }
    assert (caller, words, len(native), HER in native) == (HER, "Đường hỏng", 40, False)
    assert photo["caption"] == "chỗ này"
    assert photo["photo"][0]["file_id"].startswith(f"photo+{line.zalo.url}/media/")
    assert voice["voice"]["file_id"].startswith(f"voice+{line.zalo.url}/media/")
    assert (voice["voice"]["mime_type"], sticker["sticker"]["file_id"]) == ("audio/aac", "bfe458bf64fa8da4d4eb")
    assert set(nothing) == {"message_id", "date", "chat", "from"}
    assert await line.counted() == 5


async def test_poll_that_repeats_what_was_taken_is_slowed_down_and_stores_nothing_twice(line: Line) -> None:
    line.zalo.repeats = True
    line.zalo.text(HER, "một")
    line.zalo.text(HER, "hai")
    async with Receiving(line.bot()):
        await eventually(line.inbox, lambda rows: len(rows) == 2)
        await line.zalo.wait(lambda: len(line.zalo.calls("getUpdates")) >= 6)
    assert await line.words() == ["một", "hai"]
    assert len(line.pauses) >= 3
    assert all(0 < pause <= FLOOR_SECONDS for pause in line.pauses)
    assert await line.counted() == 2


FULL = "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"


async def test_what_the_record_refused_is_kept_and_stored_when_it_can_be_since_no_poll_gives_it_again(
    line: Line,
) -> None:
    await sql(line.db, FULL)
    line.zalo.text(HER, "một")
    with capture_logs() as seen:
        async with Receiving(line.bot()) as bot:
            await eventually(logged(seen, "zalo_bot.receive"))
            assert (await line.inbox(), bot.trouble()) == ([], "receiving fails: IntegrityError")
            await sql(line.db, "DROP TRIGGER full")
            await eventually(line.words)
    assert (await line.words(), len(line.zalo.consumed)) == (["một"], 1)


async def test_what_a_stop_left_unstored_is_stored_before_the_end(line: Line) -> None:
    await sql(line.db, FULL)
    line.zalo.text(HER, "một")
    with capture_logs() as seen:
        async with Receiving(line.bot(wait=asyncio.sleep)):
            await eventually(logged(seen, "zalo_bot.receive"))
            await sql(line.db, "DROP TRIGGER full")
    assert await line.words() == ["một"]


async def test_stop_while_the_record_refuses_everything_says_so(line: Line) -> None:
    await sql(line.db, FULL)
    line.zalo.text(HER, "một")
    with capture_logs() as seen:
        async with Receiving(line.bot(wait=asyncio.sleep)):
            await eventually(logged(seen, "zalo_bot.receive"))
    assert seen[-1] == {"event": "zalo_bot.not_stored", "error": "IntegrityError", "log_level": "error"}


async def test_what_is_left_alone_is_logged_once_however_often_it_is_repeated(line: Line) -> None:
    line.zalo.repeats = True
    line.zalo.unsupported(None)
    with capture_logs() as seen:
        async with Receiving(line.bot()):
            await line.zalo.wait(lambda: len(line.zalo.calls("getUpdates")) >= 4)
    assert seen == [{"event": "zalo_bot.left_alone", "stale": False, "log_level": "info"}]


async def test_new_process_stores_nothing_again_that_the_last_one_took(line: Line) -> None:
    line.zalo.repeats = True
    line.zalo.text(HER, "một")
    for calls in (3, 6):
        async with Receiving(line.bot()):
            await line.zalo.wait(lambda calls=calls: len(line.zalo.calls("getUpdates")) >= calls)  # type: ignore[misc]
    assert await line.words() == ["một"]


@pytest.mark.parametrize("in_body", [False, True])
async def test_idle_poll_is_no_error(line: Line, in_body: bool) -> None:
    line.zalo.in_body = in_body
    with capture_logs() as seen:
        async with Receiving(line.bot(poll_seconds=0)) as bot:
            await line.zalo.wait(lambda: len(line.zalo.calls("getUpdates")) >= 3)
            assert bot.trouble() is None
    assert {call.error for call in line.zalo.calls("getUpdates")} == {"408 Request timeout"}
    assert seen == []


async def test_poll_that_fails_is_tried_again_with_growing_pauses(line: Line) -> None:
    for fault in (Fault("html", 502), Fault.status(403, "Internal server error"), Fault("reset"), Fault.status(500)):
        line.zalo.script("getUpdates", fault)
    line.zalo.text(HER, "chào")
    troubles: set[str | None] = set()
    with capture_logs() as seen:
        async with Receiving(line.bot()) as bot:
            while not await line.inbox():
                troubles.add(bot.trouble())
                await asyncio.sleep(0.001)
            await line.zalo.wait(line.zalo.polling)
            assert bot.trouble() is None
    failures = [(each["error"], each["failures"]) for each in seen if each["event"] == "zalo_bot.receive"]
    assert failures == [
        ("TelegramServerError", 1),
        ("TelegramServerError", 2),
        ("TelegramNetworkError", 3),
        ("TelegramServerError", 4),
    ]
    assert "receiving fails: TelegramServerError" in troubles
    # A random half of the backoff, so that bots which failed together do not come back together.
    assert [1 <= pause / 2**number <= 2 for number, pause in enumerate(line.pauses[:4])] == [True] * 4


async def test_refused_token_stops_the_messenger_and_is_what_readiness_says(line: Line) -> None:
    line.zalo.revoke()
    bot = line.bot()
    with pytest.raises(MessengerRefused):
        await bot.receive(asyncio.Event())
    assert (bot.trouble(), len(line.zalo.calls())) == ("the token is refused (401)", 1)


async def test_webhook_of_before_is_taken_away_since_polls_are_refused_beside_it(line: Line) -> None:
    line.zalo.text(HER, "chào")
    await line.zalo.set_webhook(f"{SITE}/x")
    async with Receiving(line.bot()):
        await eventually(line.inbox, lambda rows: len(rows) == 1)
    assert [call.method for call in line.zalo.calls()][:2] == ["deleteWebhook", "getUpdates"]


async def test_two_messages_with_one_id_are_two_only_in_two_chats(line: Line) -> None:
    line.zalo.text(HER, "một", message_id="a1")
    line.zalo.text(HER, "hai", message_id="a1")
    line.zalo.text(HIM, "ba", message_id="a1")
    async with Receiving(line.bot()):
        await eventually(line.inbox, lambda rows: len(rows) == 2)
    assert [(caller, text) for _, caller, text in await line.inbox()] == [(HER, "một"), (HIM, "ba")]


async def test_order_of_dates_does_not_matter_but_what_the_inbox_may_have_forgotten_is_left_alone(line: Line) -> None:
    now = line.db.now()
    days = {
        text: int((now - timedelta(days=ago)).timestamp() * 1000) for text, ago in (("mới", 0), ("cũ", 5), ("x", 6.1))
    }
    with capture_logs() as seen:
        async with Receiving(line.bot()):
            for text, date in days.items():
                line.zalo.text(HER, text, date=date)
            line.zalo.text(HER, "cuối")
            await eventually(line.inbox, lambda rows: len(rows) == 3)
    assert await line.words() == ["mới", "cũ", "cuối"]
    assert seen == [{"event": "zalo_bot.left_alone", "stale": True, "log_level": "info"}]


LEFT_ALONE: list[Any] = [
    {"event_name": "message.unsupported.received"},
    {"event_name": "message.text.received", "message": {"text": "x"}},
    {"message": {"from": {"id": "b", "is_bot": True}, "chat": {"id": "b"}, "message_id": "1", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": "zgr-1", "chat_type": "GROUP"}, "message_id": "1", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": "zgr-1"}, "message_id": "1", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": "b"}, "message_id": "1", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": "a", "chat_type": "CHANNEL"}, "message_id": "1", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": "a" * 65}, "message_id": "1", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": "a\0"}, "message_id": "1", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": "a"}, "message_id": "\ud800", "text": "x"}},
    {"message": {"from": {"id": "a"}, "chat": {"id": 7}, "message_id": "1", "text": "x"}},
    {"message": {"from": [], "chat": None, "message_id": "1"}},
    {"message": "x"},
    {"result": []},
    [1],
    "x",
    7,
]


@pytest.mark.parametrize("body", LEFT_ALONE, ids=ascii)
async def test_what_is_no_message_of_a_person_is_left_alone(line: Line, body: Any) -> None:
    with capture_logs() as seen:
        assert await line.bot().take(body) is False
    assert (await line.inbox(), len(seen)) == ([], 1)
    assert "x" not in [*seen[0].values()]


STRANGE: list[tuple[Json, Json]] = [
    ({"text": ""}, {}),
    ({"text": 7}, {}),
    ({"text": "a\ud83c b"}, {"text": "a? b"}),
    ({"text": "a\0b"}, {"text": "a\0b"}),
    ({"photo": "https://x.example/\n"}, {}),
    ({"text": "a", "date": "soon"}, {"text": "a"}),
    ({"text": "a", "date": 10**30}, {"text": "a"}),
    ({"text": "a", "date": True}, {"text": "a"}),
    ({"photo": f"https://x.example/{'a' * 300}"}, {"photo": f"photo+https://x.example/{'a' * 300}"}),
    ({"photo": f"https://x.example/{'a' * 4000}"}, {}),
    ({"photo": None, "photo_url": "https://x.example/1"}, {"photo": "photo+https://x.example/1"}),
]


@pytest.mark.parametrize(("body", "content"), STRANGE, ids=ascii)
async def test_strange_fields_cost_what_they_say_and_nothing_else(line: Line, body: Json, content: Json) -> None:
    message = {"from": {"id": HER}, "chat": {"id": HER}, "message_id": "1", **body}
    assert await line.bot().take({"event_name": "?", "message": message}) is True
    (said,) = await line.messages()
    shown = {key: value for key, value in said.items() if key not in {"message_id", "date", "chat", "from"}}
    if "photo" in shown:
        shown["photo"] = shown["photo"][0]["file_id"]
    assert (shown, said["date"]) == (content, pytest.approx(line.db.now().timestamp(), abs=5))


async def test_long_ids_keep_apart_what_they_name(line: Line) -> None:
    bot = line.bot()
    for message_id in ("a" * 60 + "1", "a" * 60 + "2", "a" * 60 + "1"):
        await bot.take({"message": {"from": {"id": HER}, "chat": {"id": HER}, "message_id": message_id, "text": "x"}})
    rows = await line.inbox()
    assert (len(rows), len({native for native, *_ in rows})) == (2, 2)
    assert all(len(native) <= 64 for native, *_ in rows)


async def test_token_is_in_no_log_whatever_goes_wrong(line: Line, stream: io.StringIO) -> None:
    logs.setup(level="INFO", stream=stream, pretty=False)
    for fault in (Fault("reset"), Fault("html"), Fault.status(500)):
        line.zalo.script("*", fault)
    line.zalo.text(HER, "chào")
    async with Receiving(line.bot()):
        await eventually(line.inbox, lambda rows: len(rows) == 1)
    assert stream.getvalue().count("zalo_bot.receive") == 3
    assert line.zalo.token not in stream.getvalue()
    assert "abc-xyz" not in stream.getvalue()
