"""The contract of the Zalo Bot double, with python-zalo-bot as a second reader over real HTTP."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest
import zalo_bot
from aiohttp import web
from zalo_bot.error import ZaloError

from tests.doubles.zalo_bot import Fault, Json, Message, ZaloBotDouble, person
from tests.processes import ROOT

HER = person(1)
Api = Callable[..., Coroutine[Any, Any, Any]]


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotDouble]:
    async with ZaloBotDouble() as double:
        yield double


@pytest.fixture
async def api(zalo: ZaloBotDouble) -> AsyncIterator[Api]:
    """Calls a method with a JSON body; the whole answer, or "code description" of a refusal."""
    async with aiohttp.ClientSession(zalo.url) as session:

        async def call(method: str, **params: Any) -> Any:
            async with session.post(f"/bot{zalo.token}/{method}", json=params) as response:
                body = await response.json()
                assert response.status == body.get("error_code", 200)
            return body if body["ok"] else f"{body['error_code']} {body['description']}"

        yield call


@pytest.fixture
async def second(zalo: ZaloBotDouble) -> AsyncIterator[Any]:
    """python-zalo-bot, which asks getMe as it starts."""
    async with zalo_bot.Bot(zalo.token, base_url=zalo.url) as bot:
        yield bot


async def update_of(api: Api) -> Json:
    found: Json = (await api("getUpdates", timeout="5"))["result"]
    return found


async def test_second_library_reads_what_is_said_and_is_understood(zalo: ZaloBotDouble, second: Any) -> None:
    assert (await second.get_me()).account_name == "bot.VDKyGxQvc"
    zalo.text(HER, "đường hỏng", date=1750316131602)
    update = await second.get_update(timeout=5)
    message = update.message
    assert (message.text, message.chat.id, message.chat.type, message.from_user.id) == (
        "đường hỏng",
        HER,
        "PRIVATE",
        HER,
    )
    assert message.date.timestamp() == 1750316131.602
    assert len(message.message_id) == 20

    sent = await second.send_message(HER, "Máy nhận rồi 🌾")
    await second.send_photo(HER, "Ảnh mẫu", "https://xa.example/a.jpg")
    await second.send_sticker(HER, "d063f44dc80821567819")
    assert await second.send_chat_action(HER, "typing") is None  # `{"ok":true}` without a result
    text, photo, sticker = zalo.messages(HER)
    assert text == Message(HER, sent.message_id, "text", text="Máy nhận rồi 🌾")
    assert (photo.kind, photo.caption, photo.url) == ("photo", "Ảnh mẫu", "https://xa.example/a.jpg")
    assert (sticker.kind, sticker.text) == ("sticker", "d063f44dc80821567819")


async def test_second_library_reads_a_photo_under_its_live_name(second: Any, zalo: ZaloBotDouble) -> None:
    zalo.shape.live = True
    zalo.photo(HER, b"\xff\xd8\xff", "chỗ này")
    message = (await second.get_update(timeout=5)).message
    assert (message.photo_url, message.message_type) == (f"{zalo.url}/media/1.jpg", "CHAT_PHOTO")
    assert message.api_kwargs["caption"] == "chỗ này"


async def test_second_library_takes_an_idle_poll_for_an_error(second: Any) -> None:
    with pytest.raises(ZaloError):
        await second.get_update(timeout=0)


async def test_updates_have_the_documented_shapes(zalo: ZaloBotDouble, api: Api) -> None:
    zalo.photo(HER, b"\xff\xd8\xff", "chỗ này")
    zalo.voice(HER, b"\xff\xf1")
    zalo.sticker(HER)
    zalo.unsupported(HER)
    zalo.unsupported(None)
    updates = [await update_of(api) for _ in range(5)]
    assert [each["event_name"] for each in updates] == [
        "message.image.received",
        "message.voice.received",
        "message.sticker.received",
        "message.unsupported.received",
        "message.unsupported.received",
    ]
    common = {"from", "chat", "message_id", "date"}
    assert [set(each.get("message", {})) - common for each in updates] == [
        {"photo", "caption"},
        {"voice_url"},
        {"sticker", "url"},
        set(),
        set(),
    ]
    assert "message" not in updates[4]


async def test_update_without_envelope_is_as_it_was_captured(zalo: ZaloBotDouble) -> None:
    zalo.shape.bare = True
    zalo.text(HER, "chào")
    async with (
        aiohttp.ClientSession(zalo.url) as session,
        session.get(f"/bot{zalo.token}/getUpdates?timeout=5") as response,
    ):
        assert set(await response.json()) == {"event_name", "message"}


async def test_poll_without_news_ends_with_408(api: Api) -> None:
    assert await api("getUpdates", timeout="0") == "408 Request timeout"


async def test_poll_waits_for_news_and_gives_it_once(zalo: ZaloBotDouble, api: Api) -> None:
    polling = asyncio.create_task(api("getUpdates", timeout="30"))
    await zalo.wait(zalo.polling)
    said = zalo.text(HER, "chào")
    assert (await polling)["result"] == said
    assert await api("getUpdates", timeout="0") == "408 Request timeout"


async def test_poll_that_repeats_gives_the_last_again_at_once(zalo: ZaloBotDouble, api: Api) -> None:
    zalo.repeats = True
    first, then = zalo.text(HER, "một"), zalo.text(HER, "hai")
    assert [await update_of(api) for _ in range(4)] == [first, then, then, then]


REFUSED = [
    ("sendmessage", {"chat_id": HER, "text": "a"}, "404 Not Found"),
    ("editMessageText", {"chat_id": HER}, "404 Not Found"),
    ("sendMessage", {"chat_id": HER}, "400 Bad Request: text is missing"),
    ("sendMessage", {"chat_id": HER, "text": ""}, "400 Bad Request: text must have 1 to 2000 characters"),
    ("sendMessage", {"chat_id": HER, "text": "a" * 2001}, "400 Bad Request: text must have 1 to 2000 characters"),
    ("sendMessage", {"chat_id": HER, "text": "🌾" * 1001}, "400 Bad Request: text must have 1 to 2000 characters"),
    ("sendMessage", {"chat_id": HER, "text": "a", "parse_mode": "HTML"}, "400 Bad Request: parse_mode must be"),
    ("sendMessage", {"chat_id": HER, "text": "a", "reply_markup": "{}"}, "400 Bad Request: reply_markup is not known"),
    ("sendMessage", {"chat_id": person(9), "text": "a"}, "400 Bad Request: chat not found"),
    ("sendMessage", {"chat_id": 7, "text": "a"}, "400 Bad Request: chat_id must be a string"),
    ("sendPhoto", {"chat_id": HER, "photo": "http://xa.example/a.jpg"}, "400 Bad Request: the address must be HTTPS"),
    ("sendPhoto", {"chat_id": HER, "photo": "https://a.b/c", "caption": ""}, "400 Bad Request: caption must have"),
    ("sendVoice", {"chat_id": HER, "voice_url": "https://a.b/c.ogg"}, "400 Bad Request: voice_url must be an .aac"),
    ("sendChatAction", {"chat_id": HER, "action": "upload_photo"}, "400 Bad Request: action must be typing"),
    ("getUpdates", {"timeout": 30}, "400 Bad Request: timeout must be a string"),
    ("getUpdates", {"timeout": "1", "offset": "1"}, "400 Bad Request: offset is not known to getUpdates"),
    ("setWebhook", {"url": "http://xa.example", "secret_token": "12345678"}, "400 Bad Request: url must be a public"),
    ("setWebhook", {"url": "https://10.0.0.1", "secret_token": "12345678"}, "400 Bad Request: url must be a public"),
    ("setWebhook", {"url": "https://xa.example", "secret_token": "1234567"}, "400 Bad Request: secret_token must"),
    ("getWebhookInfo", {}, "404 Not Found"),
    ("testWebhook", {}, "404 Not Found"),
]


@pytest.mark.parametrize(("method", "params", "said"), REFUSED)
async def test_what_is_not_documented_is_refused(
    zalo: ZaloBotDouble, api: Api, method: str, params: Json, said: str
) -> None:
    zalo.text(HER, "chào")
    assert str(await api(method, **params)).startswith(said)
    assert zalo.messages(HER) == []


async def test_longest_text_and_typing_are_taken(zalo: ZaloBotDouble, api: Api) -> None:
    zalo.text(HER, "chào")
    sent = await api("sendMessage", chat_id=HER, text="🌾" * 1000)
    assert set(sent["result"]) == {"message_id", "date"}
    assert await api("sendChatAction", chat_id=HER, action="typing") == {"ok": True}


async def test_unknown_token_and_revoked_one_are_401(zalo: ZaloBotDouble, api: Api) -> None:
    async with aiohttp.ClientSession(zalo.url) as session, session.post("/bot1:other/getMe") as response:
        assert (response.status, (await response.json())["error_code"]) == (401, 401)
    zalo.revoke()
    assert await api("getMe") == "401 Unauthorized"


async def test_quota_counts_both_directions(api: Api, zalo: ZaloBotDouble) -> None:
    zalo.quota = 3
    zalo.text(HER, "chào")
    for _ in range(2):
        assert (await api("sendMessage", chat_id=HER, text="chào bác"))["ok"]
    assert await api("sendMessage", chat_id=HER, text="chào bác") == "429 Quota exceeded"
    zalo.users = 1
    with pytest.raises(PermissionError):
        zalo.text(person(2), "chào")


async def test_webhook_gets_updates_with_its_secret_and_again_until_it_takes_them(
    zalo: ZaloBotDouble, api: Api
) -> None:
    taken: list[tuple[str | None, bytes]] = []

    async def hook(request: web.Request) -> web.Response:
        body = await request.read()
        taken.append((request.headers.get("X-Bot-Api-Secret-Token"), body))
        return web.Response(status=500 if len(taken) == 2 else 200)

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    zalo.reach["https://xa.example"] = f"http://127.0.0.1:{runner.addresses[0][1]}"
    url, secret = "https://xa.example/hook", "khong-ai-biet"
    answer = (await api("setWebhook", url=url, secret_token=secret))["result"]
    assert (answer["url"], answer["verification"]) == (url, {"ok": True, "outcome": "webhook.ok"})
    assert (await api("getUpdates", timeout="0")).startswith("400 Bad Request: getUpdates cannot be used")
    said = zalo.text(HER, "chào")
    await zalo.wait(lambda: zalo.consumed == [said])
    assert [secret for secret, _ in taken] == [secret] * 3
    assert taken[1] == taken[2]
    assert await zalo.post(b"{}", "wrong-secret") == 200
    assert (taken[3], (await api("getWebhookInfo"))["result"]["url"]) == (("wrong-secret", b"{}"), url)
    assert (await api("deleteWebhook"))["result"]["url"] == ""
    assert await api("testWebhook") == "404 Not Found"
    await runner.cleanup()


async def test_webhook_whose_probe_fails_is_kept(zalo: ZaloBotDouble, api: Api) -> None:
    zalo.reach["https://xa.example"] = f"{zalo.url}/media/none"
    answer = await api("setWebhook", url="https://xa.example", secret_token="12345678")
    assert answer["result"]["verification"]["outcome"] == "webhook.http.404"
    assert (await api("getWebhookInfo"))["result"]["url"] == "https://xa.example"


async def test_faults_meet_the_calls_they_were_scripted_for(zalo: ZaloBotDouble, api: Api) -> None:
    zalo.text(HER, "chào")
    zalo.script("sendMessage", Fault.status(403, "Internal server error"))
    zalo.script("getMe", Fault("html"))
    zalo.script("sendMessage", Fault("lost"))
    assert await api("sendMessage", chat_id=HER, text="a") == "403 Internal server error"
    with pytest.raises(aiohttp.ContentTypeError):
        await api("getMe")
    with pytest.raises(aiohttp.ClientError):
        await api("sendMessage", chat_id=HER, text="b")
    assert zalo.shown(HER) == ["b"]
    assert [(call.method, call.error) for call in zalo.calls()] == [
        ("sendMessage", "403 Internal server error"),
        ("getMe", "html"),
        ("sendMessage", "lost"),
    ]


async def test_double_in_its_own_process_has_a_keyboard() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.zalo_bot", stdin=PIPE, stdout=PIPE, cwd=ROOT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    process.stdin.write("xin chào\n1 đường hỏng\n".encode())
    assert (await process.stdout.readline()).decode() == "1 to 50, a space, and what this person says\n"
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}/bot12345689:abc-xyz/") as session:
        async with session.post("getUpdates", json={"timeout": "9"}) as response:
            assert (await response.json())["result"]["message"]["text"] == "đường hỏng"
        async with session.post("sendMessage", json={"chat_id": HER, "text": "Máy nhận rồi"}) as response:
            assert response.status == 200
    assert (await process.stdout.readline()).decode() == "bot → 1: Máy nhận rồi\n"
    process.stdin.close()
    assert await process.wait() == 0


async def test_errors_in_the_body_come_with_http_200(zalo: ZaloBotDouble) -> None:
    zalo.in_body = True
    async with (
        aiohttp.ClientSession(zalo.url) as session,
        session.post(f"/bot{zalo.token}/getUpdates", data={"timeout": "0"}) as response,
    ):
        assert (response.status, await response.json()) == (
            200,
            {"ok": False, "error_code": 408, "description": "Request timeout"},
        )
