"""The server: OAuth with single-use refresh tokens, consultation messages, templates, uploads, quotas."""

import json
import re
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from tests.doubles.scripted import ApiError, Call, Json, answered, reset
from tests.doubles.zalo_oa.people import APP_ID, APP_SECRET, OA_ID, Message, People

LONGEST_TEXT, LONGEST_TITLE, LONGEST_PAYLOAD, MOST_BUTTONS = 2000, 100, 1000, 5
LARGEST_IMAGE, LARGEST_FILE = 1 << 20, 5 << 20
FREE, OPEN = timedelta(hours=48), timedelta(days=7)
ACCESS_LIFE, REFRESH_LIFE, UPLOAD_LIFE = timedelta(seconds=90_000), timedelta(days=90), timedelta(days=7)
FILE_TYPES = (".pdf", ".doc", ".docx", ".csv")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def wrong(description: str) -> ApiError:
    return ApiError(-201, f"Params is invalid: {description}")


class ZaloOaDouble(People):
    """One account and one app. ``included`` are consultation messages a month outside the free 48 hours.

    ``plain``: the plan takes no buttons; without ``links`` none that opens an address or calls a telephone.
    ``refreshes`` are the refresh tokens in the order that they were sent, also those that were refused. ``reach``
    says where a public address lies on this machine; ``before`` is what happens as a call comes in.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        now: Callable[[], datetime] = _utc_now,
        included: int = 500,
        plain: bool = False,
        links: bool = True,
    ) -> None:
        super().__init__(port, now)
        self.included, self.plain, self.links = included, plain, links
        self.paid = 0
        self.quota: Any = None
        """What the answer to a message says of the quota; None: what is left of `included`."""
        self.templates = {"tpl-1": frozenset({"code"})}
        self.reach: dict[str, str] = {}
        self.before: Callable[[Call], Coroutine[Any, Any, None]] | None = None
        self.refreshes: list[str] = []
        self.mute = False
        """Whether it keeps to itself how long an access token lives."""
        self.uploads: dict[str, tuple[str, bytes, datetime]] = {}
        self._pairs = 0
        self._access: tuple[str, datetime] | None = None
        self._refresh: tuple[str, datetime] | None = None

    # Tokens

    def consent(self) -> str:
        """An administrator consents: the pair before ends; returns the refresh token."""
        return self._new_pair()[1]

    def revoke(self) -> None:
        """The administrator takes the consent back: neither token is known any more."""
        self._access = self._refresh = None

    def expire(self) -> None:
        """The access token ends before its time; the refresh token stays."""
        self._access = None

    def access_token(self) -> str:
        """The one that holds; raises LookupError without one."""
        if self._access is None:
            raise LookupError("no access token")
        return self._access[0]

    def _new_pair(self) -> tuple[str, str]:
        self._pairs += 1
        self._access = (f"access-{self._pairs}", self.now() + ACCESS_LIFE)
        self._refresh = (f"refresh-{self._pairs}", self.now() + REFRESH_LIFE)
        return self._access[0], self._refresh[0]

    def _exchange(self, request: web.BaseRequest, form: Json) -> Json:
        if request.content_type != "application/x-www-form-urlencoded":
            return {"error": -14003, "error_name": "Invalid request", "error_description": "form expected"}
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return {"error": -14004, "error_name": "Invalid app", "error_description": "secret key"}
        if set(form) != {"refresh_token", "app_id", "grant_type"} or form["grant_type"] != "refresh_token":
            return {"error": -14005, "error_name": "Invalid request", "error_description": "parameters"}
        token = form["refresh_token"]
        if self._refresh is None or token != self._refresh[0] or self._refresh[1] <= self.now():
            return {"error": -14014, "error_name": "Invalid refresh token", "error_description": "used or expired"}
        access, refresh = self._new_pair()
        pair = {"access_token": access, "refresh_token": refresh}
        return pair if self.mute else {**pair, "expires_in": "90000"}

    # HTTP

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        if self._closing.is_set():
            return reset(request)
        if request.path.startswith("/media/"):
            return self._serve(request.path)
        try:
            params = await _parameters(request)
        except ValueError:
            return answered({"error": -201, "message": "body is no JSON object"})
        recipient = params.get("recipient") if isinstance(params.get("recipient"), dict) else params
        user_id = recipient.get("user_id") if isinstance(recipient, dict) else None
        call = Call(time.time(), request.path, params, user_id if isinstance(user_id, str) else None)
        if self.before is not None:
            await self.before(call)
        fault = self._take_fault(call)
        if call.method == "/v4/oa/access_token":
            self.refreshes.append(str(params.get("refresh_token")))
        if fault is not None and (response := await self._misbehave(request, call, fault)) is not None:
            return response
        try:
            if fault is not None and fault.kind == "status":
                if fault.code > 0:
                    self._record(call)
                    return answered({"error": fault.code, "message": fault.description}, fault.code)
                raise ApiError(fault.code, fault.description)
            if call.method == "/v4/oa/access_token":
                body = self._exchange(request, params)
            else:
                self._authorise(request)
                call.result = await self._answer(request.method, call)
                body = {"error": 0, "message": "Success", "data": call.result}
        except ApiError as error:
            call.error = str(error)
            body = {"error": error.code, "message": error.description}
        self._record(call)
        if fault is not None and fault.kind == "lost":
            return reset(request)
        return answered(body)

    def _serve(self, path: str) -> web.Response:
        found = self.media.get(path)
        self._record(Call(time.time(), "media", {"path": path}, None))
        if found is None:
            return web.Response(status=404)
        return web.Response(status=found.status, body=found.content, content_type=found.mime)

    def _authorise(self, request: web.BaseRequest) -> None:
        token = request.headers.get("access_token")
        if "Authorization" in request.headers or self._access is None or token != self._access[0]:
            raise ApiError(-216, "Access token is invalid")
        if self._access[1] <= self.now():
            raise ApiError(-220, "Access token has expired")

    async def _answer(self, verb: str, call: Call) -> Any:
        methods: dict[tuple[str, str], Callable[[Json], Coroutine[Any, Any, Any]]] = {
            ("GET", "/v2.0/oa/getoa"): self._get_oa,
            ("POST", "/v3.0/oa/message/cs"): self._consult,
            ("POST", "/v3.0/oa/group/message"): self._group,
            ("POST", "/v3.0/oa/message/template"): self._template,
            ("POST", "/v3.0/oa/quota/message"): self._quota,
            ("POST", "/v2.0/oa/message"): self._react,
            ("POST", "/v2.0/oa/upload/image"): self._upload_image,
            ("POST", "/v2.0/oa/upload/file"): self._upload_file,
        }
        answer = methods.get((verb, call.method))
        if answer is None:
            raise ApiError(-240, f"{verb} {call.method} is no method")
        return await answer(call.params)

    async def _get_oa(self, params: Json) -> Json:
        return {"oa_id": OA_ID, "name": "UBND xã Mẫu", "is_verified": True, "oa_type": 4, "num_follower": 1}

    # Messages

    def _window(self, params: Json) -> Any:
        """The quota after this message; raises where she cannot be written to."""
        user_id = params["user_id"]
        reader = self.people.get(user_id)
        if reader is None:
            raise ApiError(-232, "User has not interacted with the OA")
        if reader.blocked:
            raise ApiError(-217, "User blocked the OA")
        if not reader.follows:
            raise ApiError(-213, "User has not followed the OA")
        quiet = self.now() - reader.last_interaction
        if quiet > OPEN:
            raise ApiError(-230, "User has not interacted with the OA in the past 7 days")
        if quiet > FREE:
            if self.paid >= self.included:
                raise ApiError(-211, "Out of quota")
            self.paid += 1
        if self.quota is not None:
            return self.quota
        return {"quota_type": "sub_quota", "remain": str(self.included - self.paid), "total": str(self.included)}

    async def _consult(self, params: Json) -> Json:
        _only(params, {"recipient", "message"}, set())
        _only(params["recipient"], {"user_id"}, set())
        user_id, message = params["recipient"]["user_id"], params["message"]
        if not isinstance(user_id, str):
            raise wrong("user_id must be a string")
        _only(message, set(), {"text", "attachment", "quote_message_id"})
        text = message.get("text", "")
        if not isinstance(text, str) or ("text" in message and not text.strip()):
            raise wrong("text is empty")
        if len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
            raise ApiError(-210, "Text is too long")
        attachment = message.get("attachment")
        if not text and attachment is None:
            raise wrong("message is empty")
        said = Message(user_id, self.new_id(), "text", text=text, quotes=message.get("quote_message_id", ""))
        if attachment is not None:
            await self._attach(said, attachment)
        quota = self._window(params["recipient"])
        self.said.append(said)
        sent = str(int(self.now().timestamp() * 1000))
        return {"message_id": said.message_id, "user_id": user_id, "sent_time": sent, "quota": quota}

    async def _attach(self, said: Message, attachment: Json) -> None:
        _only(attachment, {"type", "payload"}, set())
        payload = attachment["payload"]
        if attachment["type"] == "file":
            _only(payload, {"token"}, set())
            said.kind, said.file = "file", self._uploaded("file", payload["token"])
            if said.text:
                raise wrong("a file carries no text")
            return
        if attachment["type"] != "template":
            raise wrong("attachment type")
        if "buttons" in payload:
            if "template_type" in payload:
                raise wrong("Missing template_type params")
            _only(payload, {"buttons"}, set())
            if self.plain:
                raise ApiError(-224, "The OA needs to upgrade OA Tier Package")
            if not said.text:
                raise wrong("buttons without text")
            said.buttons = _buttons(payload["buttons"])
            if not self.links and any(kind.startswith("oa.open") for *_, kind in said.buttons):
                raise wrong("button type")
            return
        _only(payload, {"template_type", "elements"}, set())
        if payload["template_type"] != "media" or len(payload["elements"]) != 1:
            raise wrong("template_type")
        (element,) = payload["elements"]
        _only(element, {"media_type"}, {"url", "attachment_id"})
        if element["media_type"] != "image" or ("url" in element) == ("attachment_id" in element):
            raise wrong("media element")
        said.kind, said.url = "image", element.get("url", "")
        said.file = await self._fetch(said.url) if said.url else self._uploaded("image", element["attachment_id"])

    def _uploaded(self, kind: str, handle: str) -> bytes:
        found = self.uploads.get(handle)
        if found is None or found[0] != kind or found[2] <= self.now():
            raise wrong("the upload is not known")
        return found[1]

    async def _fetch(self, url: str) -> bytes | None:
        """What lies at a public address that is known to be on this machine; None elsewhere."""
        if urlsplit(url).scheme != "https":
            raise wrong("the address must be HTTPS")
        for public, here in self.reach.items():
            if url.startswith(public) and self._client is not None:
                async with self._client.get(here + url.removeprefix(public)) as response:
                    content = await response.read()
                if response.status != 200 or len(content) > LARGEST_IMAGE:
                    raise ApiError(-210, "the image cannot be used")
                return content
        return None

    async def _group(self, params: Json) -> Json:
        _only(params, {"recipient", "message"}, set())
        _only(params["recipient"], {"group_id"}, set())
        _only(params["message"], {"text"}, set())
        group_id, text = params["recipient"]["group_id"], params["message"]["text"]
        if group_id not in self.groups:
            raise wrong("group_id")
        if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST_TEXT:
            raise wrong("text")
        said = Message(group_id, self.new_id(), "text", text=text)
        self.said.append(said)
        return {"message_id": said.message_id, "group_id": group_id}

    async def _template(self, params: Json) -> Json:
        _only(params, {"user_id", "template_id", "template_data"}, set())
        wanted = self.templates.get(params["template_id"])
        if wanted is None or set(params["template_data"]) != wanted:
            raise wrong("template")
        if not all(isinstance(value, str) and value for value in params["template_data"].values()):
            raise wrong("template_data")
        if params["user_id"] not in self.people:
            raise ApiError(-232, "User has not interacted with the OA")
        said = Message(params["user_id"], self.new_id(), "template", template=params["template_data"])
        self.said.append(said)
        return {"message_id": said.message_id, "user_id": said.user_id}

    async def _quota(self, params: Json) -> Json:
        _only(params, {"user_id"}, set())
        found: Json = {"cs_reply": {"remain": 8, "total": 8}, "promotion": {"remain": 0, "total": 0}}
        reader = self.people.get(params["user_id"])
        if reader is not None:
            found["last_interaction"] = str(int(reader.last_interaction.timestamp() * 1000))
        return found

    async def _react(self, params: Json) -> Json:
        _only(params, {"recipient", "sender_action"}, set())
        action = params["sender_action"]
        _only(action, {"react_icon", "react_message_id"}, set())
        self.reactions.append((params["recipient"]["user_id"], action["react_message_id"], action["react_icon"]))
        return {"message_id": self.new_id()}

    async def _upload_image(self, params: Json) -> Json:
        content = params["file"].file.read()
        if len(content) > LARGEST_IMAGE or not content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            raise ApiError(-210, "jpg or png up to 1 MB")
        return {"attachment_id": self._keep("image", content)}

    async def _upload_file(self, params: Json) -> Json:
        content = params["file"].file.read()
        if len(content) > LARGEST_FILE or not params["file"].filename.lower().endswith(FILE_TYPES):
            raise ApiError(-210, "PDF, DOC, DOCX or CSV up to 5 MB")
        return {"token": self._keep("file", content)}

    def _keep(self, kind: str, content: bytes) -> str:
        handle = f"{kind}-{self.new_id()}"
        self.uploads[handle] = (kind, content, self.now() + UPLOAD_LIFE)
        return handle


async def _parameters(request: web.BaseRequest) -> Json:
    if request.content_type == "application/json":
        body = json.loads(await request.read())
        if not isinstance(body, dict):
            raise ValueError("not an object")
        return body
    if request.method == "GET":
        return dict(request.query)
    return dict(await request.post())


def _only(given: Any, needed: set[str], optional: set[str]) -> None:
    if not isinstance(given, dict):
        raise wrong("an object is expected")
    if missing := needed - set(given):
        raise wrong(f"{min(missing)} is missing")
    if unknown := set(given) - needed - optional:
        raise wrong(f"{min(unknown)} is not known")


def _buttons(given: Any) -> list[tuple[str, Any, str]]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_BUTTONS:
        raise wrong("1 to 5 buttons")
    kept: list[tuple[str, Any, str]] = []
    for button in given:
        _only(button, {"title", "type", "payload"}, set())
        title, kind, payload = button["title"], button["type"], button["payload"]
        if not title or len(title) > LONGEST_TITLE:
            raise wrong("title")
        match kind:
            case "oa.query.hide" | "oa.query.show":
                if not isinstance(payload, str) or not 1 <= len(payload) <= LONGEST_PAYLOAD:
                    raise wrong("payload")
            case "oa.open.url":
                _only(payload, {"url"}, set())
                if urlsplit(payload["url"]).scheme not in {"http", "https"}:
                    raise wrong("url")
            case "oa.open.phone":
                _only(payload, {"phone_code"}, set())
                if re.fullmatch(r"84\d{8,10}", payload["phone_code"]) is None:
                    raise wrong("phone_code")
            case "oa.open.sms":
                _only(payload, {"phone_code", "content"}, set())
            case _:
                raise wrong("button type")
        kept.append((title, payload, kind))
    return kept
