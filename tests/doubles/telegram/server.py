"""The server: HTTP in and out, faults, flood control, the journal."""

import asyncio
import json
import re
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Self, TypeVar

from aiohttp import web
from yarl import URL

from tests.doubles.telegram.bot import MB, METHODS, UPLOAD_LIMIT, Bot
from tests.doubles.telegram.parsing import decoded
from tests.doubles.telegram.people import People
from tests.doubles.telegram.shapes import ApiError, Call, Fault, Files, Json, encode, unpack

T = TypeVar("T")

CONTROL = (
    "push repeat text photo voice document sticker contact dice poll location my_chat_member upgrade tap raw_callback "
    "open_chat revoke lose_file confirmed polling unanswered script clear_faults calls messages last counts clear "
    "changed"
)
_PATH = re.compile(r"/(file/)?bot(\d+:[\w-]+)/(.+)")


def response_of(status: int, body: Any) -> web.Response:
    return web.Response(status=status, body=encode(body).encode(), content_type="application/json")


async def read(request: web.BaseRequest) -> tuple[Json, Files]:
    """Parameters and files from the query string and a form, multipart or JSON body."""
    params: Json = dict(request.query) if request.query_string else {}
    files: dict[str, tuple[str, bytes]] = {}
    if request.content_type == "multipart/form-data":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                params[name] = value
    elif body := await request.read():
        is_json = request.content_type == "application/json"
        # yarl parses a form in C, four times as fast as urllib
        params |= json.loads(body) if is_json else dict(URL.build(query_string=body.decode(), encoded=True).query)
    if chat_id := params.get("chat_id"):
        try:
            params["chat_id"] = int(chat_id)
        except ValueError:
            params["chat_id"] = -1  # an @name: no public chat is here
    return params, files


class TelegramDouble(People):
    """The server. ``flood`` is what one bot may send or edit in any second (0: no limit); beyond it, 429 and mute.

    ``floods`` counts those 429, ``calls_during_mute`` the sends and edits that came while muted (each lengthens it;
    those in flight when the 429 left count too). With ``journal=False`` calls leave only counters. ``on_call`` gets
    each :class:`Call` after it was handled.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        token: str = "42:TEST",
        flood: int = 0,
        journal: bool = True,
        webhook_backoff: tuple[float, ...] = (0.0, 0.05, 0.1, 0.2),
    ) -> None:
        super().__init__(token)
        self.port, self.flood, self.journal = port, flood, journal
        self.webhook_backoff = webhook_backoff
        self.floods = self.calls_during_mute = 0
        self.on_call: Callable[[Call], None] | None = None
        self._calls: list[Call] = []
        self._counter: Counter[str] = Counter()
        self._faults: list[tuple[str, int | None, Fault, int | None]] = []  # method, chat, fault, times left
        self._closing = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()

        def request(*parts: Any) -> web.BaseRequest:
            message, payload, protocol, writer, task = parts
            limit = UPLOAD_LIMIT + MB
            return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=limit)

        server = web.Server(self._handle, request_factory=request, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        couriers = [bot.courier for bot in self._bots.values() if bot.courier is not None]
        for courier in couriers:
            courier.cancel()
        await asyncio.gather(*couriers, return_exceptions=True)
        for bot in self._bots.values():
            bot.wake()
        self._notify()
        if self._runner is not None:
            await self._runner.cleanup()

    def _record(self, call: Call, error: str | None = None) -> None:
        call.error = error or call.error
        self._counter[call.method] += 1
        if self.journal:
            self._calls.append(call)
        if self.on_call is not None:
            self.on_call(call)
        self._notify()

    def _take_fault(self, call: Call) -> Fault | None:
        for place, (method, chat_id, fault, left) in enumerate(self._faults):
            if method in {"*", call.method} and chat_id in {None, call.chat_id}:
                if left is not None:
                    self._faults[place : place + 1] = [(method, chat_id, fault, left - 1)] if left > 1 else []
                return fault
        return None

    def _limit(self, bot: Bot, cost: int) -> None:
        """Flood control over a sliding second; raises 429."""
        now = time.monotonic()
        if now < bot.muted_until:
            self.calls_during_mute += 1
        else:
            while bot.window and bot.window[0] <= now - 1:
                bot.window.popleft()
            if not self.flood or len(bot.window) + cost <= self.flood:
                bot.window.extend([now] * cost if self.flood else ())
                return
            self.floods += 1
            bot.penalty = 1
        bot.muted_until = now + bot.penalty
        raise ApiError(429, f"Too Many Requests: retry after {bot.penalty}", bot.penalty)

    async def _answer(self, bot: Bot, call: Call, files: Files, fault: Fault | None) -> Any:
        if bot.revoked:
            raise ApiError(401, "Unauthorized")
        if fault is not None and fault.kind == "status":
            if fault.code == 429 and fault.retry_after:
                bot.penalty, bot.muted_until = fault.retry_after, time.monotonic() + fault.retry_after
            raise ApiError(fault.code, fault.description, fault.retry_after)
        if call.method == "file":
            return bot.download(call.params["path"])
        if call.method == "getUpdates":
            return await bot.get_updates(call.params)
        handler = METHODS.get(call.method)
        if handler is None:
            raise ApiError(404, "Not Found: method not found")
        if call.method.startswith(("send", "edit")) and call.method != "sendChatAction":
            self._limit(bot, len(decoded(call.params, "media") or ()) or 1)
        result = handler(bot, call.params, files)
        if call.method == "setWebhook" and bot.courier is None:
            bot.courier = asyncio.create_task(bot.deliver(self.webhook_backoff))
        return result

    @staticmethod
    def _reset(request: web.BaseRequest) -> web.Response:
        if request.transport is not None:
            connection = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.transport.abort()
        return web.Response()

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if self._closing.is_set():
            return self._reset(request)
        if request.path.startswith("/_control/"):
            return await self._control(request, request.path.removeprefix("/_control/"))
        at, found = time.time(), _PATH.fullmatch(request.path)
        if found is None:
            return response_of(404, ApiError(404, "Not Found").body)
        try:
            params, files = await read(request)
        except web.HTTPRequestEntityTooLarge:
            return response_of(413, ApiError(413, "Request Entity Too Large").body)
        bot, method = self._bot(found[2]), found[3]
        if found[1]:
            method, params = "file", {"path": method}
        chat_id = params.get("chat_id") or bot.queries.get(str(params.get("callback_query_id")))
        call = Call(at, bot.token, method, params, chat_id)
        fault = self._take_fault(call) if self._faults else None
        if fault is not None and fault.kind in {"html", "reset", "hang"}:
            self._record(call, fault.kind)
            if fault.kind == "html":
                page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
                return web.Response(status=fault.code or 502, text=page, content_type="text/html")
            if fault.kind == "hang":
                await self._closing.wait()
            return self._reset(request)
        try:
            call.result = await self._answer(bot, call, files, fault)
        except ApiError as error:
            call.error = str(error)
            response = response_of(error.code, error.body)
        else:
            if isinstance(call.result, bytes):
                response = web.Response(body=call.result)
            else:
                response = response_of(200, {"ok": True, "result": call.result})
        lost = fault is not None and fault.kind == "lost"
        self._record(call, "lost" if lost else None)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return self._reset(request) if lost or self._closing.is_set() else response

    async def _control(self, request: web.BaseRequest, name: str) -> web.Response:
        if name not in CONTROL.split():
            return response_of(404, f"no such control: {name}")
        body = json.loads(await request.read() or b"{}", object_hook=unpack)
        try:
            result = getattr(self, name)(*body.get("args", ()), **body.get("kwargs", {}))
            return response_of(200, await result if asyncio.iscoroutine(result) else result)
        except (LookupError, TypeError, ValueError) as error:
            return response_of(400, f"{type(error).__name__}: {error}")

    def open_chat(self, *chat_ids: int, token: str | None = None) -> None:
        """Lets the bot write to private chats that never wrote."""
        for chat_id in chat_ids:
            self._who(chat_id, {"token": token or self.token})

    def revoke(self, token: str | None = None) -> None:
        """From now on 401 Unauthorized."""
        self._bot(token).revoked = True

    def lose_file(self, file_id: str, token: str | None = None) -> None:
        """getFile still names it, its download is 404."""
        self._bot(token).lost.add(file_id)

    def script(self, method: str, fault: Fault, times: int | None = 1, chat_id: int | None = None) -> None:
        """The next ``times`` calls (None: all) of ``method`` ("*": any, "file": a download) meet ``fault``."""
        self._faults.append((method, chat_id, fault, times))

    def clear_faults(self) -> None:
        self._faults.clear()

    def confirmed(self, token: str | None = None) -> int:
        """Highest update_id confirmed by polling or taken by the webhook; 0 before the first."""
        return self._bot(token).confirmed

    def polling(self, token: str | None = None) -> bool:
        """Whether a getUpdates is waiting now."""
        poller = self._bot(token).poller
        return poller is not None and not poller.done()

    def unanswered(self, token: str | None = None) -> list[str]:
        """Ids of callback queries that nobody answered."""
        return list(self._bot(token).queries)

    def calls(self, method: str | None = None, chat_id: int | None = None) -> list[Call]:
        return [c for c in self._calls if method in {None, c.method} and chat_id in {None, c.chat_id}]

    def counts(self) -> Json:
        """``calls`` by method, ``floods`` and ``calls_during_mute``."""
        return {"calls": dict(self._counter), "floods": self.floods, "calls_during_mute": self.calls_during_mute}

    def clear(self) -> None:
        """Empties journal and counters; chats and messages stay."""
        self._calls.clear()
        self._counter.clear()
        self.floods = self.calls_during_mute = 0

    async def changed(self, since: int, timeout: float = 10.0) -> int:
        """Number of the last change, as soon as it is above ``since``; the same number after ``timeout``."""
        try:
            async with asyncio.timeout(timeout):
                while self._changes <= since and not self._closing.is_set():
                    await self._changed.wait()
        except TimeoutError:
            return self._changes
        return self._changes

    async def wait(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """What ``predicate`` gives once it is true, asked anew after every call; LookupError inside means not yet.

        Raises TimeoutError naming the last calls.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self._changes
            try:
                if value := predicate():
                    return value
            except LookupError:
                value = None
            if (left := deadline - time.monotonic()) <= 0:
                tail = [f"{c.method} {c.chat_id} {c.error or 'ok'}" for c in self._calls[-8:]]
                raise TimeoutError(f"not so within {timeout} s; last calls: {tail}")
            await self.changed(seen, left)
