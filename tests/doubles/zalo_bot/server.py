"""The server: the documented methods and no other, their limits, polling and webhook."""

import asyncio
import ipaddress
import re
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.doubles.scripted import ApiError, Call, Json, answered, parameters, reset
from tests.doubles.zalo_bot.people import Hook, Message, People, Shape

LONGEST = 2000
"""Of a text or caption, in UTF-16 units, the stricter of what "characters" may mean."""

FIELDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "getMe": (frozenset(), frozenset()),
    "getUpdates": (frozenset(), frozenset({"timeout"})),
    "setWebhook": (frozenset({"url", "secret_token"}), frozenset()),
    "getWebhookInfo": (frozenset(), frozenset()),
    "testWebhook": (frozenset(), frozenset()),
    "deleteWebhook": (frozenset(), frozenset()),
    "sendMessage": (frozenset({"chat_id", "text"}), frozenset({"parse_mode", "text_styles"})),
    "sendPhoto": (frozenset({"chat_id", "photo"}), frozenset({"caption"})),
    "sendSticker": (frozenset({"chat_id", "sticker"}), frozenset()),
    "sendVoice": (frozenset({"chat_id", "voice_url"}), frozenset()),
    "sendChatAction": (frozenset({"chat_id", "action"}), frozenset()),
}
"""Of each method what must be given and what may be."""


def bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class ZaloBotDouble(People):
    """The platform for one bot. ``users`` and ``quota`` are the plan's people and messages, both directions counted.

    ``reach`` says where a public address lies on this machine: ``{"https://xa.example": "http://127.0.0.1:8080"}``;
    what a webhook or a photo has there is fetched, an address elsewhere is taken on trust.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        token: str = "12345689:abc-xyz",
        bare: bool = False,
        live: bool = False,
        repeats: bool = False,
        in_body: bool = False,
        users: int = 50,
        quota: int = 3000,
        webhook_backoff: tuple[float, ...] = (0.05, 0.1, 0.2),
    ) -> None:
        super().__init__(port, Shape(bare, live), users, quota)
        self.token, self.repeats, self.in_body = token, repeats, in_body
        self.webhook_backoff = webhook_backoff
        self.reach: dict[str, str] = {}
        self.hook: Hook | None = None
        self.consumed: list[Json] = []
        self.revoked = False
        self._waiting = 0
        self._courier: asyncio.Task[None] | None = None
        self._client: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._client = ClientSession(timeout=ClientTimeout(total=20))
        return await super().__aenter__()

    async def __aexit__(self, *parts: object) -> None:
        if self._courier is not None:
            self._courier.cancel()
            await asyncio.gather(self._courier, return_exceptions=True)
        if self._client is not None:
            await self._client.close()
        await super().__aexit__(*parts)

    async def set_webhook(self, url: str, secret: str = "khong-ai-biet") -> None:
        """As if somebody had called setWebhook."""
        await self._set_webhook({"url": url, "secret_token": secret})

    def revoke(self) -> None:
        """From now on 401."""
        self.revoked = True
        self._notify()

    def polling(self) -> bool:
        """Whether a getUpdates is waiting now."""
        return self._waiting > 0

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if self._closing.is_set():
            return reset(request)
        if request.path.startswith("/media/"):
            return self._serve(request.path)
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if found is None:
            return self._refused(ApiError(400, "Bad Request"))
        try:
            params = await parameters(request)
        except ValueError:
            return self._refused(bad("the body is no JSON object"))
        chat_id = params.get("chat_id")
        call = Call(time.time(), found[2], params, chat_id if isinstance(chat_id, str) else None)
        fault = self._take_fault(call)
        if fault is not None and (response := await self._misbehave(request, call, fault)) is not None:
            return response
        try:
            if fault is not None and fault.kind == "status":
                raise ApiError(fault.code, fault.description)
            if found[1] != self.token or self.revoked:
                raise ApiError(401, "Unauthorized")
            call.result = await self._answer(call)
        except ApiError as error:
            call.error = str(error)
            response = self._refused(error)
        else:
            bare = call.method == "getUpdates" and self.shape.bare
            silent = call.method == "sendChatAction"
            whole = {"ok": True} if silent else {"ok": True, "result": call.result}
            response = answered(call.result if bare else whole)
        if fault is not None and fault.kind == "lost":
            call.error = "lost"
        self._record(call)
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return reset(request) if call.error == "lost" or self._closing.is_set() else response

    def _refused(self, error: ApiError) -> web.Response:
        body = {"ok": False, "error_code": error.code, "description": error.description}
        return answered(body, 200 if self.in_body else error.code)

    def _serve(self, path: str) -> web.Response:
        found = self.media.get(path)
        self._record(Call(time.time(), "media", {"path": path}, None))
        if found is None:
            return web.Response(status=404)
        headers = {"Location": found.location} if found.location else {}
        return web.Response(status=found.status, body=found.content, content_type=found.mime, headers=headers)

    async def _answer(self, call: Call) -> Any:
        if call.method not in FIELDS:
            raise ApiError(404, "Not Found")
        needed, optional = FIELDS[call.method]
        given = set(call.params)
        if missing := needed - given:
            raise bad(f"{min(missing)} is missing")
        if unknown := given - needed - optional:
            raise bad(f"{min(unknown)} is not known to {call.method}")
        for name, value in call.params.items():
            if name != "text_styles" and not isinstance(value, str):
                raise bad(f"{name} must be a string")
        methods: dict[str, Callable[[Json], Coroutine[Any, Any, Any]]] = {
            "getMe": self._get_me,
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "getWebhookInfo": self._get_webhook_info,
            "testWebhook": self._test_webhook,
            "deleteWebhook": self._delete_webhook,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._send_chat_action,
        }
        return await methods[call.method](call.params)

    async def _get_me(self, params: Json) -> Json:
        return {
            "id": "1459232241454765289",
            "account_name": "bot.VDKyGxQvc",
            "account_type": "BASIC",
            "can_join_groups": False,
            "display_name": "Bot Xã Mẫu",
        }

    # Receiving

    async def _get_updates(self, params: Json) -> Json:
        if self.hook is not None:
            raise bad("getUpdates cannot be used while a webhook is set")
        if not (timeout := params.get("timeout", "30")).isdecimal():
            raise bad("timeout must be a number")
        deadline = time.monotonic() + int(timeout)
        self._waiting += 1
        self._notify()
        try:
            while not self.pending and not (self.repeats and self.consumed):
                changed = self._changed
                await asyncio.wait_for(changed.wait(), deadline - time.monotonic())
                if self._closing.is_set() or self.hook is not None:
                    raise ApiError(408, "Request timeout")
                if self.revoked:
                    raise ApiError(401, "Unauthorized")
        except TimeoutError:
            raise ApiError(408, "Request timeout") from None
        finally:
            self._waiting -= 1
        if not self.pending:
            return self.consumed[-1]
        update = self.pending.popleft()
        self.consumed.append(update)
        return update

    async def _set_webhook(self, params: Json) -> Json:
        url, secret = params["url"], params["secret_token"]
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or not _is_public(parts.hostname):
            raise bad("url must be a public HTTPS address")
        if not 8 <= len(secret) <= 256:
            raise bad("secret_token must have 8 to 256 characters")
        self.hook = Hook(url, secret, int(time.time() * 1000))
        self._notify()
        if self._courier is None:
            self._courier = asyncio.create_task(self._deliver())
        return {"url": url, "updated_at": self.hook.updated_at, "verification": await self._probe()}

    async def _probe(self) -> Json:
        status = await self._post(b"")
        if 200 <= status < 300:
            return {"ok": True, "outcome": "webhook.ok"}
        return {"ok": False, "outcome": f"webhook.http.{status}", "status_code": status, "hint": "check the server"}

    async def _get_webhook_info(self, params: Json) -> Json:
        if self.hook is None:
            raise ApiError(404, "Not Found")
        return {"url": self.hook.url, "updated_at": self.hook.updated_at}

    async def _test_webhook(self, params: Json) -> Json:
        if self.hook is None:
            raise ApiError(404, "Not Found")
        return await self._probe()

    async def _delete_webhook(self, params: Json) -> Json:
        self.hook = None
        return {"url": "", "updated_at": int(time.time() * 1000)}

    async def post(self, body: bytes, secret: str | None) -> int:
        """What anybody may send to the webhook; the status that came back."""
        return await self._post(body, secret)

    async def _post(self, body: bytes, secret: str | None = "") -> int:
        if self.hook is None or self._client is None:
            return 0
        headers = {"Content-Type": "application/json"}
        if secret is not None:
            headers["X-Bot-Api-Secret-Token"] = secret or self.hook.secret
        try:
            async with self._client.post(self._lies_at(self.hook.url), data=body, headers=headers) as response:
                self.hook.answers.append(response.status)
                self._notify()
                return response.status
        except (ClientError, TimeoutError):
            return 0

    def _lies_at(self, url: str) -> str:
        for public, here in self.reach.items():
            if url.startswith(public):
                return here + url.removeprefix(public)
        return url

    async def _deliver(self) -> None:
        """Posts what waits to the webhook, one at a time."""
        while True:
            if self.hook is None or not self.pending:
                await self._changed.wait()
                continue
            update = self.pending[0]
            body = update if self.shape.bare else {"ok": True, "result": update}
            status = await self._post(answered(body).body)  # type: ignore[arg-type]
            if 200 <= status < 300:
                self.pending.popleft()
                self.consumed.append(update)
                self._notify()
                continue
            self.hook.failures += 1
            await asyncio.sleep(self.webhook_backoff[min(self.hook.failures, len(self.webhook_backoff)) - 1])

    # Sending

    def _chat(self, params: Json) -> str:
        chat_id = str(params["chat_id"])
        if chat_id not in self.chats:
            raise bad("chat not found")
        if self.used >= self.quota:
            raise ApiError(429, "Quota exceeded")
        return chat_id

    def _put(self, message: Message) -> Json:
        self.used += 1
        self.chats[message.chat_id].append(message)
        return {"message_id": message.message_id, "date": int(time.time() * 1000)}

    async def _send_message(self, params: Json) -> Json:
        chat_id = self._chat(params)
        if params.get("parse_mode") not in {None, "markdown", "html"}:
            raise bad("parse_mode must be markdown or html")
        return self._put(Message(chat_id, self.new_id(), "text", text=_worded(params["text"], "text")))

    async def _send_photo(self, params: Json) -> Json:
        chat_id = self._chat(params)
        caption = _worded(params["caption"], "caption") if "caption" in params else ""
        url = _https(params["photo"])
        return self._put(
            Message(chat_id, self.new_id(), "photo", caption=caption, url=url, file=await self._fetch(url))
        )

    async def _send_sticker(self, params: Json) -> Json:
        return self._put(Message(self._chat(params), self.new_id(), "sticker", text=params["sticker"]))

    async def _send_voice(self, params: Json) -> Json:
        chat_id, url = self._chat(params), _https(params["voice_url"])
        if chat_id.startswith("zgr-"):
            raise bad("voice goes to private chats only")
        if not urlsplit(url).path.endswith(".aac"):
            raise bad("voice_url must be an .aac file")
        return self._put(Message(chat_id, self.new_id(), "voice", url=url, file=await self._fetch(url)))

    async def _send_chat_action(self, params: Json) -> None:
        if params["action"] != "typing":
            raise bad("action must be typing")
        if params["chat_id"] not in self.chats:
            raise bad("chat not found")

    async def _fetch(self, url: str) -> bytes | None:
        """What lies at a public address that is known to be on this machine; None elsewhere."""
        here = self._lies_at(url)
        if here == url or self._client is None:
            return None
        async with self._client.get(here) as response:
            if response.status != 200:
                raise bad(f"the file answers {response.status}")
            return await response.read()


def _worded(text: str, name: str) -> str:
    if not 1 <= utf16(text) <= LONGEST or not text.strip():
        raise bad(f"{name} must have 1 to {LONGEST} characters")
    return text


def _https(url: str) -> str:
    if urlsplit(url).scheme != "https":
        raise bad("the address must be HTTPS")
    return url


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host != "localhost" and "." in host
