"""The contract of the Telegram double, with aiogram and python-telegram-bot as witnesses over real HTTP."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

import aiogram
import aiohttp
import pytest
import telegram
from aiogram import exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from tests.doubles.telegram import ApiError, ControlClient, Fault, Json, TelegramDouble, parse_html

CHAT = 7
Peer = tuple[Any, Any, Callable[[Json], Any], Callable[[bytes], Any]]  # bot, its types, keyboard, upload
Api = Callable[..., Coroutine[Any, Any, Any]]


@pytest.fixture
async def tg() -> AsyncIterator[TelegramDouble]:
    async with TelegramDouble() as double:
        yield double


@pytest.fixture
async def api(tg: TelegramDouble) -> AsyncIterator[Api]:
    """Calls a method with a JSON body; the result, or "code description" of the error."""
    async with aiohttp.ClientSession(tg.url) as session:

        async def call(method: str, **params: Any) -> Any:
            async with session.post(f"/bot{tg.token}/{method}", json=params) as response:
                body = await response.json()
                assert response.status == body.get("error_code", 200)
            return body["result"] if body["ok"] else f"{body['error_code']} {body['description']}"

        yield call


@pytest.fixture
async def aio(tg: TelegramDouble) -> AsyncIterator[aiogram.Bot]:
    async with aiogram.Bot(tg.token, session=AiohttpSession(api=TelegramAPIServer.from_base(tg.url))) as bot:
        yield bot


@pytest.fixture(params=["aiogram", "python-telegram-bot"])
async def peer(request: pytest.FixtureRequest, tg: TelegramDouble, aio: aiogram.Bot) -> AsyncIterator[Peer]:
    if request.param == "aiogram":
        types = aiogram.types
        keyboard = types.InlineKeyboardMarkup.model_validate
        yield aio, types, keyboard, lambda content: types.BufferedInputFile(content, "a.jpg")
    else:
        async with telegram.Bot(tg.token, base_url=f"{tg.url}/bot", base_file_url=f"{tg.url}/file/bot") as bot:
            yield bot, telegram, lambda k: telegram.InlineKeyboardMarkup.de_json(k, bot), lambda content: content


async def test_main_methods_through_both_libraries(tg: TelegramDouble, peer: Peer) -> None:
    bot, types, keyboard, upload = peer
    assert (await bot.get_me()).username == "double42_bot"

    await tg.text(CHAT, "/start thon-1", language_code="vi")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message.text == "/start thon-1"
    assert len(await bot.get_updates(offset=update.update_id + 1)) == 0
    assert tg.confirmed() == update.update_id
    assert await bot.set_message_reaction(CHAT, update.message.message_id, [types.ReactionTypeEmoji(emoji="👍")])
    assert tg.messages(CHAT, users=True)[0].reaction == "👍"

    html = "<b>Bác</b> &lt;1&gt; 🌾"
    sent = await bot.send_message(CHAT, html, parse_mode="HTML", reply_markup=keyboard(key("yes:1", text="Đồng ý")))
    shown = tg.last(CHAT)
    assert (shown.text, shown.html, shown.buttons) == ("Bác <1> 🌾", html, [[("Đồng ý", "yes:1")]])
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 0, 3)]

    await tg.tap(CHAT, sent.message_id, "Đồng ý")
    (tapped,) = await bot.get_updates(offset=update.update_id + 1)
    assert (tapped.callback_query.data, tapped.callback_query.message.message_id) == ("yes:1", sent.message_id)
    assert await bot.answer_callback_query(tapped.callback_query.id, text="Dạ")
    assert tg.unanswered() == []

    edited = await bot.edit_message_text("xong", chat_id=CHAT, message_id=sent.message_id)
    assert (edited.text, edited.reply_markup, tg.last(CHAT).buttons) == ("xong", None, [])

    photo = await bot.send_photo(CHAT, upload(b"jpeg"), caption="ảnh", reply_to_message_id=update.message.message_id)
    assert photo.reply_to_message.text == "/start thon-1"
    again = await bot.send_photo(CHAT, photo.photo[-1].file_id)
    assert [tg.messages(CHAT)[n].file for n in (1, 2)] == [b"jpeg", b"jpeg"]
    assert again.caption is None
    pair = [(b"1", "một"), (b"2", "")]
    media = [types.InputMediaPhoto(media=upload(content), caption=caption) for content, caption in pair]
    album = await bot.send_media_group(CHAT, media)
    assert album[0].media_group_id == album[1].media_group_id
    assert [(m.caption, m.file) for m in tg.messages(CHAT)[3:]] == [("một", b"1"), ("", b"2")]

    taken = await tg.document(CHAT, b"%PDF", "đơn.pdf", "application/pdf")
    file = await bot.get_file(taken["message"]["document"]["file_id"])
    content = await (file.download_as_bytearray() if types is telegram else bot.download_file(file.file_path))
    assert bytes(content if types is telegram else content.read()) == b"%PDF"
    assert await bot.delete_message(CHAT, sent.message_id)
    assert [m.kind for m in tg.messages(CHAT)] == ["photo"] * 4


def holds(parsed: Any, wire: Any) -> bool:
    """Whether a library kept everything that was on the wire (it may add defaults)."""
    if isinstance(wire, dict):
        return isinstance(parsed, dict) and all(key in parsed and holds(parsed[key], wire[key]) for key in wire)
    if isinstance(wire, list):
        return len(parsed) == len(wire) and all(map(holds, parsed, wire))
    return bool((int(parsed.timestamp()) if isinstance(parsed, datetime) else parsed) == wire)


async def test_every_update_parsed_by_both_libraries(tg: TelegramDouble, api: Api) -> None:
    await tg.text(CHAT, "việc", last_name="Mẫu", username="mau", language_code="vi")
    sent = await api("sendMessage", chat_id=CHAT, text="?", reply_markup=key("a"))
    updates = {
        "text": await tg.text(CHAT, "/gopy@double42_bot đường", reply_to=sent["message_id"]),
        "photo": await tg.photo(CHAT, b"1", caption="đường", media_group_id="g"),
        "voice": await tg.voice(CHAT, b"1", 3),
        "document": await tg.document(CHAT, b"1", "a.pdf", "application/pdf", "đơn"),
        "sticker": await tg.sticker(CHAT),
        "contact": await tg.contact(CHAT),
        "dice": await tg.dice(CHAT),
        "poll": await tg.poll(CHAT),
        "location": await tg.location(CHAT),
        "group": await tg.text(-100, "chào", user_id=CHAT, chat_type="supergroup"),
        "blocked": await tg.my_chat_member(CHAT, "kicked"),
        "thrown out": await tg.my_chat_member(-100, "kicked"),
        "let in": await tg.my_chat_member(CHAT, "member"),
        "callback": await tg.tap(CHAT, None, "a"),
        "stale": await tg.raw_callback(CHAT, 999, "old"),
    }
    assert await api("sendMessage", chat_id=-100, text="x") == "403 Forbidden: bot was kicked from the group chat"
    upgraded = await tg.upgrade(-200, -100200)
    assert (upgraded["message"]["chat"]["type"], upgraded["message"]["migrate_to_chat_id"]) == ("group", -100200)
    moved = "400 Bad Request: group chat was upgraded to a supergroup chat"
    assert await api("sendMessage", chat_id=-200, text="x") == moved
    assert (await api("sendMessage", chat_id=-100200, text="x"))["chat"]["type"] == "supergroup"
    kinds = {name: aiogram.types.Update.model_validate(update) for name, update in updates.items()}
    for name, update in updates.items():
        assert holds(telegram.Update.de_json(update, None).to_dict(), update), name
        assert holds(kinds[name].model_dump(by_alias=True), update), name
    messages = {name: update.message.content_type for name, update in kinds.items() if update.message}
    assert messages == {name: name for name in list(updates)[:9]} | {"group": "text"}
    others = [update.event_type for update in kinds.values() if not update.message]
    assert others == ["my_chat_member"] * 3 + ["callback_query"] * 2
    assert [update["update_id"] - updates["text"]["update_id"] for update in updates.values()] == list(range(15))


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;&#39;&#x1F33E; &nbsp;", "a <b> & \"'🌾 &nbsp;", []),
        ("🌾<i>é</i>", "🌾é", [("italic", 2, 1)]),
        ("<b>a<u>b</u></b>", "ab", [("bold", 0, 2), ("underline", 1, 1)]),
        ('<a href="https://a.vn/?b=1&amp;c">x</a>', "x", [("text_link", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<pre><code class=\"language-py\">x</code></pre><s></s>", "x", [("pre", 0, 1), ("code", 0, 1)]),
    ],
)  # fmt: skip
def test_html_parsed(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    parsed, found = parse_html(source)
    assert (parsed, [(e["type"], e["offset"], e["length"]) for e in found]) == (text, entities)


@pytest.mark.parametrize("source", ["<b>a", "</b>", "<b>a</i>", "<p>a</p>", "a < b", "<3", "<span>a</span>", "<br/>"])
def test_html_refused(source: str) -> None:
    with pytest.raises(ApiError, match="400 Bad Request: can't parse entities: "):
        parse_html(source)


def key(data: str, **more: Any) -> Json:
    return {"inline_keyboard": [[{"text": "a", "callback_data": data} | more]]}


def commands(*names: str) -> Json:
    return {"commands": [{"command": name, "description": "x"} for name in names]}


def x(**more: Any) -> Json:
    return {"text": "x"} | more


LIMITS: list[tuple[str, Json | None, Json, str]] = [  # method, what is taken, what is not, why
    ("sendMessage", {"text": "x" * 4096}, {"text": "x" * 4097}, "message is too long"),
    ("sendMessage", {"text": "🌾" * 2048}, {"text": "🌾" * 2049}, "message is too long"),
    ("sendMessage", {"text": "&amp;" * 4096, "parse_mode": "HTML"}, {"text": "&amp;" * 4096}, "message is too long"),
    ("sendMessage", x(), {}, "message text is empty"),
    ("sendMessage", {"text": "<b> </b>"}, {"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
    ("sendMessage", None, x(parse_mode="MarkdownV2"), "unsupported parse_mode"),
    ("sendMessage", None, {"text": "<b>", "parse_mode": "html"}, "can't parse entities: Can't find end tag"),
    ("sendMessage", None, x(chat_id=8), "chat not found"),
    ("sendMessage", None, x(chat_id="@mau"), "chat not found"),
    ("sendMessage", x(reply_parameters={"message_id": 1}), x(reply_to_message_id=9), "message to be replied not found"),
    ("sendMessage", x(reply_markup=key("đ" * 32)), x(reply_markup=key("đ" * 32 + "a")), "BUTTON_DATA_INVALID"),
    ("sendMessage", x(reply_markup=key("a")), x(reply_markup=key("")), "BUTTON_DATA_INVALID"),
    ("sendMessage", None, x(reply_markup=key("a", text="")), "can't parse inline keyboard button: "),
    ("sendMessage", x(reply_markup="{}"), x(reply_markup="{"), "can't parse reply_markup JSON object"),
    ("sendPhoto", None, {"photo": "https://a.vn/a.jpg"}, "wrong file identifier/HTTP URL specified"),
    ("sendMediaGroup", None, {"media": [{"type": "photo", "media": "x"}]}, "an album has to have from 2 to 10 items"),
    ("sendLocation", {"latitude": 21, "longitude": 105.5}, {"latitude": 21}, "latitude or longitude is wrong"),
    (
        "sendVenue",
        {"latitude": 21, "longitude": 105.5, "title": "Hội trường", "address": "xã"},
        {"latitude": 21, "longitude": 105.5, "title": "Hội trường"},
        "title or address must be non-empty",
    ),
    ("sendChatAction", {"action": "typing"}, {"action": "thinking"}, "wrong parameter action in request"),
    ("editMessageText", x(message_id=2), x(message_id=2), "message is not modified: specified new message content"),
    ("editMessageText", None, x(message_id=9), "message to edit not found"),
    ("editMessageText", None, x(message_id=1), "message can't be edited"),
    ("editMessageCaption", None, {"message_id": 2, "caption": "x"}, "there is no caption in the message to edit"),
    ("editMessageReplyMarkup", {"message_id": 2}, {"message_id": 2}, "message is not modified: "),
    ("deleteMessage", {"message_id": 2}, {"message_id": 2}, "message to delete not found"),
    ("setMessageReaction", {"message_id": 1}, {"message_id": 1, "reaction": '[{"emoji": "✅"}]'}, "REACTION_INVALID"),
    ("answerCallbackQuery", None, {"callback_query_id": "1", "text": "x" * 201}, "MESSAGE_TOO_LONG"),
    ("answerCallbackQuery", None, {"callback_query_id": "1"}, "query is too old and response timeout expired or query"),
    ("setMyCommands", commands("a" * 32), commands("a" * 33), "BOT_COMMAND_INVALID"),
    ("setMyCommands", commands(*["a"] * 100), commands(*["a"] * 101), "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", None, commands("Gopy"), "BOT_COMMAND_INVALID"),
    ("getFile", None, {"file_id": "voice-43-00000001"}, "invalid file_id"),
    ("setWebhook", None, {"url": "http://a", "secret_token": "a b"}, "secret token contains unallowed characters"),
]


@pytest.mark.parametrize(("method", "taken", "refused", "why"), LIMITS)
async def test_limits(tg: TelegramDouble, api: Api, method: str, taken: Json | None, refused: Json, why: str) -> None:
    await tg.text(CHAT, "chào")
    await api("sendMessage", chat_id=CHAT, text="cũ", reply_markup=key("a"))
    if taken is not None:
        assert not isinstance(await api(method, **{"chat_id": CHAT} | taken), str)
    result = await api(method, **{"chat_id": CHAT} | refused)
    assert result.startswith(f"400 Bad Request: {why}")
    assert tg.calls(method)[-1].error == result


async def test_unknown_method_token_and_file(tg: TelegramDouble, api: Api) -> None:
    assert await api("sendDance") == "404 Not Found: method not found"
    big = await tg.document(CHAT, bytes(20 * 1024 * 1024 + 1), "a.zip")
    assert await api("getFile", file_id=big["message"]["document"]["file_id"]) == "400 Bad Request: file is too big"
    file_id = (await tg.voice(CHAT, b"1"))["message"]["voice"]["file_id"]
    tg.lose_file(file_id)
    async with aiohttp.ClientSession(tg.url) as session:
        path = (await api("getFile", file_id=file_id))["file_path"]
        assert (await session.get(f"/file/bot{tg.token}/{path}")).status == 404
        assert (await session.get("/bot42/getMe")).status == 404
        assert (await session.get("/bot43:OTHER/getFile", params={"file_id": file_id})).status == 400
    tg.revoke()
    assert await api("getMe") == "401 Unauthorized"


async def test_commands_kept_by_scope_and_language(tg: TelegramDouble, api: Api) -> None:
    tg.open_chat(CHAT)
    mine = {"scope": {"type": "chat", "chat_id": CHAT}, "language_code": "vi"}
    await api("setMyCommands", **commands("viec"), **mine)
    assert [await api("getMyCommands"), await api("getMyCommands", **mine)] == [[], commands("viec")["commands"]]
    await api("deleteMyCommands", **mine)
    assert await api("getMyCommands", **mine) == []


async def test_tap_only_what_the_message_offers(tg: TelegramDouble, api: Api) -> None:
    tg.open_chat(CHAT)
    row = [{"text": text, "callback_data": data} for text, data in (("Có", "1"), ("Không", "2"))]
    markup = {"inline_keyboard": [[*row, {"text": "w", "url": "https://a.vn"}]]}
    sent = await api("sendMessage", chat_id=CHAT, text="?", reply_markup=markup)
    taps = [await tg.tap(CHAT, tg.last(CHAT), "Không"), await tg.tap(CHAT, None, "1")]
    assert [tap["callback_query"]["data"] for tap in taps] == ["2", "1"]
    for wrong in ("Khác", "w", "3"):
        with pytest.raises(LookupError, match="0 buttons"):
            await tg.tap(CHAT, sent["message_id"], wrong)
    query = taps[0]["callback_query"]["id"]
    assert await api("answerCallbackQuery", callback_query_id=query) is True
    assert (await api("answerCallbackQuery", callback_query_id=query)).startswith("400 Bad Request: query is too old")
    await api("deleteMessage", chat_id=CHAT, message_id=sent["message_id"])
    with pytest.raises(LookupError):
        await tg.tap(CHAT, sent["message_id"], "Có")


async def test_get_updates_kept_until_confirmed(tg: TelegramDouble, api: Api) -> None:
    told = [await tg.text(CHAT, str(n)) for n in range(105)]
    first = told[0]["update_id"]
    assert await api("getUpdates") == told[:100] == await api("getUpdates", limit=500)
    assert await api("getUpdates", offset=first + 101, limit=2) == told[101:103]
    assert tg.confirmed() == first + 100
    assert await api("getUpdates", offset=-1) == told[-1:] == await api("getUpdates", offset=first)
    assert await api("getUpdates", offset=first + 105) == []
    await tg.repeat(told[0])
    assert [await api("getUpdates", offset=first + 105) for _ in range(2)] == [[told[0]], []]
    assert await api("getUpdates", allowed_updates=["callback_query"]) == []
    await tg.text(CHAT, "unwanted")
    assert await api("getUpdates") == []


async def test_long_poll_wakes_and_conflicts(tg: TelegramDouble, api: Api) -> None:
    async with asyncio.TaskGroup() as group:
        older = group.create_task(api("getUpdates", timeout=50))
        await tg.wait(tg.polling)
        newer = group.create_task(api("getUpdates", timeout=50))
        assert (await older).startswith("409 Conflict: terminated by other getUpdates request; make sure that only one")
        update = await tg.text(CHAT, "chào")
        assert await newer == [update]
    assert await api("getUpdates", offset=update["update_id"] + 1, timeout=1) == []
    await api("setWebhook", url="http://127.0.0.1:9/")
    assert (await api("getUpdates")).startswith("409 Conflict: can't use getUpdates method while webhook is active")
    assert await api("deleteWebhook")
    assert await api("getUpdates") == []


async def test_webhook_delivers_with_secret_and_retries(tg: TelegramDouble, api: Api) -> None:
    seen: list[tuple[str | None, Json]] = []

    async def hook(request: web.BaseRequest) -> web.Response:
        seen.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=500 if len(seen) < 3 else 200)

    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await api("setWebhook", url=f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s-1")
    updates = [await tg.text(CHAT, "một"), await tg.text(CHAT, "hai")]
    await tg.wait(lambda: tg.confirmed() == updates[1]["update_id"])
    assert seen == [("s-1", update) for update in [updates[0]] * 3 + [updates[1]]]
    info = await api("getWebhookInfo")
    assert (info["pending_update_count"], info["last_error_message"]) == (0, "Wrong response from the webhook: 500")
    await runner.cleanup()


FAULTS: list[tuple[Fault, AbstractContextManager[object], str | None, int]] = [
    (
        Fault.blocked(),
        pytest.raises(exceptions.TelegramForbiddenError),
        "403 Forbidden: bot was blocked by the user",
        0,
    ),
    (Fault.too_many(3), pytest.raises(exceptions.TelegramRetryAfter), "429 Too Many Requests: retry after 3", 0),
    (Fault.server_error(), pytest.raises(exceptions.TelegramServerError), "500 Internal Server Error", 0),
    (Fault("html"), pytest.raises(exceptions.ClientDecodeError), "html", 0),
    (Fault("reset"), pytest.raises(exceptions.TelegramNetworkError), "reset", 0),
    (Fault("lost"), pytest.raises(exceptions.TelegramNetworkError), "lost", 1),
    (Fault("hang"), pytest.raises(exceptions.TelegramNetworkError), "hang", 0),
    (Fault.slow(0.05), nullcontext(), None, 1),
]


@pytest.mark.parametrize(("fault", "outcome", "error", "shown"), FAULTS)
async def test_faults_as_aiogram_sees_them(
    tg: TelegramDouble, aio: aiogram.Bot, fault: Fault, outcome: Any, error: str | None, shown: int
) -> None:
    tg.open_chat(CHAT, 8)
    tg.script("sendMessage", fault, chat_id=CHAT)
    await aio.send_message(8, "another chat")
    with outcome:
        await aio.send_message(CHAT, "x", request_timeout=1)
    (call,) = tg.calls("sendMessage", CHAT)
    assert (call.error, len(tg.messages(CHAT)), call.params["text"]) == (error, shown, "x")
    tg.script("*", Fault.server_error(), times=None)
    tg.clear_faults()
    assert (await aio.get_me()).id == 42


async def test_flood_mutes_and_a_call_in_it_lengthens(api: Api, tg: TelegramDouble) -> None:
    tg.open_chat(CHAT)
    tg.flood = 3
    results = [await api("sendMessage", chat_id=CHAT, text="x") for _ in range(5)]
    assert results[3:] == ["429 Too Many Requests: retry after 1"] * 2
    assert await api("sendChatAction", chat_id=CHAT, action="typing") is True
    assert tg.counts() == {"calls": {"sendMessage": 5, "sendChatAction": 1}, "floods": 1, "calls_during_mute": 1}
    until = tg._bot().muted_until
    await asyncio.sleep(until - time.monotonic() + 0.01)
    assert not isinstance(await api("sendMessage", chat_id=CHAT, text="x"), str)


async def test_wait_gives_value_or_names_the_last_calls(tg: TelegramDouble, api: Api) -> None:
    tg.open_chat(CHAT)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(tg.wait(lambda: tg.last(CHAT).text))
        group.create_task(api("sendMessage", chat_id=CHAT, text="xong"))
    assert waiting.result() == "xong"
    with pytest.raises(TimeoutError, match="sendMessage 7 ok"):
        await tg.wait(lambda: tg.last(8), timeout=0.05)


async def test_own_process_driven_by_control_client() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doubles.telegram", "--flood", "1", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = f"http://127.0.0.1:{int(await process.stdout.readline())}"
    async with ControlClient(url) as tg, aiohttp.ClientSession(url) as session:
        await tg.photo(CHAT, b"\xff\x00", caption="đường")
        await tg.script("sendMessage", Fault("html"))
        for text in ("một", "hai", "ba"):
            await session.get("/bot42:TEST/sendMessage", params={"chat_id": CHAT, "text": text})
        calls = await tg.wait(lambda: tg.calls("sendMessage", chat_id=CHAT))
        assert [call.error for call in calls] == ["html", None, "429 Too Many Requests: retry after 1"]
        shown = await tg.messages(CHAT, users=True)
        assert [(m.kind, m.text or m.caption) for m in shown] == [("photo", "đường"), ("text", "hai")]
        assert shown[0].file == b"\xff\x00"
        assert await tg.counts() == {"calls": {"sendMessage": 3}, "floods": 1, "calls_during_mute": 0}
        with pytest.raises(LookupError, match="0 buttons"):
            await tg.tap(CHAT, None, "x")
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_bench_mode_keeps_counters_and_tells_the_listener() -> None:
    heard: list[str] = []
    async with TelegramDouble(journal=False) as tg, aiohttp.ClientSession(tg.url) as session:
        tg.open_chat(CHAT)
        tg.on_call = lambda call: heard.append(call.method)
        await session.post("/bot42:TEST/sendMessage", data={"chat_id": CHAT, "text": "x"})
        assert (tg.calls(), tg.counts()["calls"], heard) == ([], {"sendMessage": 1}, ["sendMessage"])
