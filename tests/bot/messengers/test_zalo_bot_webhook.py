"""The webhook over real HTTP: whose call is taken, and what becomes of every other; and the files that calls name."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.messengers.base import FileGone
from bot.messengers.zalo_bot import LONGEST_UPDATE, PATH, Hook, ZaloBot
from bot.pages.server import WebServer
from storage.files import MAX_BYTES
from tests.bot.messengers.zalo_line import HER, SITE, Line, Receiving, open_line
from tests.bot.parts import eventually, no_metrics, sql
from tests.doubles.zalo_bot import Fault
from tests.phones import picture

SECRET = "khong-ai-doan-duoc"


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with open_line(tmp_path) as line:
        yield line


async def no_problems() -> dict[str, str | None]:
    return {}


@asynccontextmanager
async def hooked(line: Line) -> AsyncIterator[ZaloBot]:
    """A bot whose webhook is served and set."""
    bot = line.bot(hook=Hook(SITE, SECRET))
    server = WebServer("127.0.0.1", 0, problems=no_problems, metrics=no_metrics, mounts=[bot.mount])
    server.bind()
    line.zalo.reach[SITE] = f"http://127.0.0.1:{server.port}"
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(stopping))
        async with Receiving(bot):
            await line.zalo.wait(lambda: line.zalo.hook)
            yield bot
        stopping.set()


def body(text: str, **message: Any) -> bytes:
    whole = {"from": {"id": HER}, "chat": {"id": HER}, "message_id": "m1", "text": text, **message}
    return json.dumps({"ok": True, "result": {"event_name": "message.text.received", "message": whole}}).encode()


async def test_webhook_is_set_and_probed_and_brings_what_is_said_once(line: Line) -> None:
    async with hooked(line):
        said = line.zalo.text(HER, "Đường hỏng")
        await line.zalo.wait(lambda: line.zalo.consumed == [said])
        line.zalo.push(said)
        await line.zalo.wait(lambda: line.zalo.consumed == [said, said])
        assert line.zalo.hook is not None
        assert line.zalo.hook.answers == [200, 200, 200]
    (set_,) = line.zalo.calls("setWebhook")
    assert set_.params == {"url": f"{SITE}{PATH}", "secret_token": SECRET}
    assert set_.result["verification"] == {"ok": True, "outcome": "webhook.ok"}
    assert await line.words() == ["Đường hỏng"]
    assert await line.counted() == 1


@pytest.mark.parametrize("secret", [None, "khong-ai-doan-duo", "khong-ai-doan-duocx", "KHONG-AI-DOAN-DUOC", "é"])
async def test_forged_call_is_refused_and_nothing_of_it_is_kept_or_logged(line: Line, secret: str | None) -> None:
    with capture_logs() as seen:
        async with hooked(line):
            assert await line.zalo.post(body("Lời giả"), secret) == 403
    assert await line.inbox() == []
    assert seen == [{"event": "zalo_bot.forged", "log_level": "warning"}]


async def test_stale_call_is_answered_and_logged_and_not_run(line: Line) -> None:
    with capture_logs() as seen:
        async with hooked(line):
            assert await line.zalo.post(body("Lời cũ", date=1750316131602), SECRET) == 200
    assert await line.inbox() == []
    assert seen == [{"event": "zalo_bot.left_alone", "stale": True, "log_level": "info"}]


async def test_calls_of_no_use_cost_nothing(line: Line) -> None:
    useless = (b"", b"{", b"\xff\xfe", b"[" * 90_000, b"null", b"[]", b"{}", b"7", b"x" * (LONGEST_UPDATE + 1))
    async with hooked(line):
        answers = [await line.zalo.post(content, SECRET) for content in useless]
        assert await line.zalo.post(b"", None) == 200
    assert answers == [200, 400, 400, 400, 200, 200, 200, 200, 413]
    assert await line.inbox() == []


async def test_call_that_the_record_cannot_take_is_asked_for_again(line: Line) -> None:
    await sql(
        line.db, "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    async with hooked(line):
        line.zalo.text(HER, "Đường hỏng")
        await line.zalo.wait(lambda: line.zalo.hook and 503 in line.zalo.hook.answers)
        await sql(line.db, "DROP TRIGGER full")
        await line.zalo.wait(lambda: line.zalo.consumed)
    assert await line.words() == ["Đường hỏng"]


async def test_webhook_that_was_set_too_often_serves_as_it_stands(line: Line) -> None:
    line.zalo.script("setWebhook", Fault.status(426, "Quota exceeded"), times=None)
    await line.zalo.set_webhook(f"{SITE}{PATH}", SECRET)
    async with hooked(line) as bot:
        await line.zalo.wait(lambda: line.zalo.calls("getWebhookInfo"))
        said = line.zalo.text(HER, "Đường hỏng")
        await line.zalo.wait(lambda: said in line.zalo.consumed)
        assert (bot.trouble(), line.pauses) == (None, [])


async def test_webhook_that_cannot_be_set_is_tried_again_and_readiness_says_so(line: Line) -> None:
    line.zalo.script("setWebhook", Fault.status(426, "Quota exceeded"))
    line.zalo.script("setWebhook", Fault("html"))
    async with hooked(line) as bot:
        await line.zalo.wait(lambda: len(line.zalo.calls("setWebhook")) == 3)
        await eventually(lambda: _trouble(bot), lambda trouble: trouble is None)
    assert line.pauses[0] == 60
    assert 2 <= line.pauses[1] <= 4


async def _trouble(bot: ZaloBot) -> str | None:
    return bot.trouble()


async def test_probe_that_does_not_come_through_is_logged_with_what_to_mend(line: Line) -> None:
    line.zalo.reach[SITE] = f"{line.zalo.url}/media"
    with capture_logs() as seen:
        async with Receiving(line.bot(hook=Hook(SITE, SECRET))):
            await line.zalo.wait(lambda: line.zalo.calls("setWebhook"))
            async with asyncio.timeout(5):
                while not seen:
                    await asyncio.sleep(0.01)
    assert [(each["event"], each["outcome"]) for each in seen] == [("zalo_bot.webhook", "webhook.http.404")]


async def test_polling_bot_serves_no_webhook(line: Line) -> None:
    bot = line.bot()
    server = WebServer("127.0.0.1", 0, problems=no_problems, metrics=no_metrics, mounts=[bot.mount])
    assert PATH not in {getattr(route, "path", "") for route in server.app.routes}


# Files that a call names


async def photo_id(line: Line, bot: ZaloBot, url: str) -> str:
    await bot.take(json.loads(body("", photo_url=url)))
    (message,) = await line.messages()
    return str(message["photo"][0]["file_id"])


async def test_photo_is_fetched_from_where_it_was_said_to_lie(line: Line) -> None:
    photo, bot = picture(), line.bot()
    url = line.zalo.put(photo, "image/jpeg", ".jpg")
    assert await bot.download(await photo_id(line, bot, url)) == photo


@pytest.mark.parametrize("content", [b"<html>gone</html>", b"\xff\xf1 a voice", b""])
async def test_photo_that_lies_about_its_type_is_gone(line: Line, content: bytes) -> None:
    url = line.zalo.put(content, "image/jpeg", ".jpg")
    with pytest.raises(FileGone):
        await line.bot().download(f"photo+{url}")


@pytest.mark.parametrize("content", [picture(), b"MZ\x90"])
async def test_voice_that_lies_about_its_type_is_gone(line: Line, content: bytes) -> None:
    url = line.zalo.put(content, "audio/aac", ".aac")
    with pytest.raises(FileGone):
        await line.bot().download(f"voice+{url}")


async def test_photo_that_expired_or_is_too_large_is_gone(line: Line) -> None:
    bot = line.bot()
    for url in (
        line.zalo.put(b"", "image/jpeg", ".jpg", status=403),
        line.zalo.put(b"\xff\xd8\xff" + b"x" * MAX_BYTES, "image/jpeg", ".jpg"),
    ):
        with pytest.raises(FileGone):
            await bot.download(f"photo+{url}")


async def test_photo_in_our_own_network_is_never_fetched(line: Line) -> None:
    bot, url = line.bot(trusted=[]), line.zalo.put(picture(), "image/jpeg", ".jpg")
    for address in (url, url.replace("http://", "https://"), url.replace("127.0.0.1", "localhost")):
        with pytest.raises(FileGone):
            await bot.download(f"photo+{address}")
    assert line.zalo.calls("media") == []
