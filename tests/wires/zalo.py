"""Both of Zalo's messengers: a few lines answer their calls."""

import json
from collections.abc import Mapping
from datetime import datetime
from mimetypes import guess_extension
from typing import Any

import httpx

from bot.messengers.zalo import number_of
from bot.messengers.zalo_bot import ZaloBot
from bot.messengers.zalo_incoming import Said as Incoming
from bot.messengers.zalo_oa import ZaloOa
from bot.messengers.zalo_oa_incoming import TAP
from bot.messengers.zalo_tokens import ZaloApp
from bot.pages.media import MediaLinks
from storage.database import Database
from storage.files import MediaStore
from tests.texts import words
from tests.wires.base import Lacks, Out
from tests.wires.degrading import DegradingWire

SITE = "https://xa.example"


class ZaloBotWire(DegradingWire):
    """A bot of the platform: a few lines answer its calls."""

    def __init__(self, db: Database, media: MediaStore) -> None:
        super().__init__(db)
        links = MediaLinks(db, media, SITE, b"key")
        self.messenger = self._zalo = ZaloBot(db, "42:TEST", words(), links, api_base="https://zalo.example")
        self._out: list[Out] = []
        _answer(self._zalo._session.client, self._answered)

    def _answered(self, request: httpx.Request) -> Mapping[str, Any]:
        body = json.loads(request.content)
        self._out.append(Out(body.get("text") or body.get("caption") or ""))
        return {"ok": True, "result": {"message_id": f"out{next(self.ids)}"}}

    async def out(self, account_id: int, message_id: int | None) -> list[Out]:
        said, self._out = self._out, []
        return said

    async def hear(self, native_id: str, content: Mapping[str, Any], group: str | None) -> int:
        if group is not None:
            raise Lacks("zalo_bot: what is said in groups is not kept")
        if "reply_to" in content:
            raise Lacks("zalo_bot: a reply does not name its message")
        kind = next((each for each in content if each not in {"caption", "media_group_id"}), "")
        said: dict[str, Any]
        match kind:
            case "text":
                said = {"text": content["text"]}
            case "photo":
                said = {"photo_url": f"https://zdn.example/{content['photo'][-1]['file_id']}.jpg"}
            case "voice":
                said = {"voice_url": f"https://zdn.example/{content['voice']['file_id']}.aac"}
            case "sticker":
                said = {"sticker": content["sticker"]["file_id"]}
            case "":
                said = {}
            case _:
                raise Lacks(f"zalo_bot: no {kind}")
        if "caption" in content:
            said["caption"] = content["caption"]
        message_id = f"in{next(self.ids)}"
        person = {"id": native_id, "display_name": "Nguoi", "is_bot": False}
        message = {"from": person, "chat": {"id": native_id, "chat_type": "PRIVATE"}, "message_id": message_id}
        body = {"event_name": "message.received", "message": {**message, "date": _milliseconds(self.db.now()), **said}}
        assert await self._zalo.take(body)
        return number_of(Incoming(native_id, message_id, None, {}).native_id)

    async def _press(self, native_id: str, message_id: int, data: str) -> None:
        raise Lacks("zalo_bot: no buttons")


class ZaloOaWire(DegradingWire):
    """An Official Account: a few lines answer its calls, and give it tokens."""

    def __init__(self, db: Database, media: MediaStore) -> None:
        super().__init__(db)
        links = MediaLinks(db, media, SITE, b"key")
        base = "https://zalo.example"
        app = ZaloApp("42", "secret", "refresh")
        self.messenger = self._zalo = ZaloOa(db, app, "oa-secret", words(), links, api_base=base, oauth_base=base)
        self._out: list[Out] = []
        self._native: dict[int, str] = {}
        _answer(self._zalo._session.client, self._answered)

    def _answered(self, request: httpx.Request) -> Mapping[str, Any]:
        if request.url.path.endswith("/access_token"):
            return {"access_token": "access", "refresh_token": f"refresh{next(self.ids)}", "expires_in": "90000"}
        if "/upload/" in request.url.path:
            return {"error": 0, "data": {"attachment_id": "up", "token": "up"}}
        body = json.loads(request.content)
        if "message" not in body:
            self._out.append(Out(""))
            return {"error": 0, "data": {}}
        message_id = f"out{next(self.ids)}"
        self._native[number_of(message_id)] = message_id
        payload = body["message"].get("attachment", {}).get("payload", {})
        self._out.append(Out(body["message"].get("text", ""), [_pressed(each) for each in payload.get("buttons", [])]))
        return {"error": 0, "data": {"message_id": message_id}}

    async def out(self, account_id: int, message_id: int | None) -> list[Out]:
        said, self._out = self._out, []
        return said

    async def hear(self, native_id: str, content: Mapping[str, Any], group: str | None) -> int:
        if group is not None:
            raise Lacks("zalo_oa: no groups")
        kind = next((each for each in content if each not in {"caption", "reply_to", "media_group_id"}), "")
        if kind == "text":
            return await self._said(native_id, "user_send_text", {"text": content["text"]}, content)
        if not kind:
            return await self._said(native_id, "user_send_text", {}, content)
        event, payload = self._attached(kind, content[kind])
        message: dict[str, Any] = {"attachments": [{"type": kind, "payload": payload}]}
        if "caption" in content:
            message["text"] = content["caption"]
        return await self._said(native_id, event, message, content)

    @staticmethod
    def _attached(kind: str, content: Any) -> tuple[str, dict[str, Any]]:
        at = "https://zdn.example"
        match kind:
            case "photo":
                return "user_send_image", {"url": f"{at}/{content[-1]['file_id']}.jpg"}
            case "voice":
                return "user_send_audio", {"url": f"{at}/{content['file_id']}.ogg"}
            case "document":
                name = content.get("file_name") or f"tep{guess_extension(content.get('mime_type', '')) or ''}"
                size = str(content.get("file_size", 9))
                return "user_send_file", {"url": f"{at}/{content['file_id']}", "name": name, "size": size}
            case "sticker":
                return "user_send_sticker", {"id": content["file_id"]}
            case "location" if "live_period" not in content:
                return "user_send_location", {"coordinates": {each: str(content[each]) for each in content}}
            case "video":
                return "user_send_video", {"url": f"{at}/{content['file_id']}.mp4"}
        raise Lacks(f"zalo_oa: no {kind}")

    async def _said(self, native_id: str, event: str, message: dict[str, Any], content: Mapping[str, Any]) -> int:
        message_id = f"in{next(self.ids)}"
        quoted = self._native.get(content.get("reply_to") or 0)
        if quoted is not None:
            message["quote_msg_id"] = quoted
        body = {
            "app_id": "42",
            "sender": {"id": native_id},
            "recipient": {"id": "oa"},
            "event_name": event,
            "message": {**message, "msg_id": message_id},
            "timestamp": str(_milliseconds(self.db.now())),
        }
        assert await self._zalo.take(body)
        return number_of(message_id)

    async def _press(self, native_id: str, message_id: int, data: str) -> None:
        if not data:
            raise Lacks("zalo_oa: no button without data")
        await self._said(native_id, "user_send_text", {"text": f"{TAP}{data}"}, {})


def _answer(client: httpx.AsyncClient, answered: Any) -> None:
    """Whatever this client asks is answered here."""

    async def handle(request: httpx.Request) -> httpx.Response:
        await request.aread()
        return httpx.Response(200, json=answered(request))

    client._transport = httpx.MockTransport(handle)
    client._mounts = {}


def _pressed(button: Mapping[str, Any]) -> tuple[str, str]:
    payload = button["payload"]
    return str(button["title"]), "" if isinstance(payload, dict) else str(payload).removeprefix(TAP)


def _milliseconds(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
