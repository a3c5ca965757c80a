"""One bot: its chats and files, and the methods of the API that act on them."""

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from tests.doubles.telegram.parsing import decoded, formatted, markup_of, number_of, utf16
from tests.doubles.telegram.shapes import ApiError, Files, Json, Message, bad
from tests.doubles.telegram.updates import Updates

MB = 1024 * 1024
DOWNLOAD_LIMIT, PHOTO_LIMIT, UPLOAD_LIMIT = 20 * MB, 10 * MB, 50 * MB
CHAT_ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note"
)
REACTIONS = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 "
    "🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 "
    "🤷‍♂️ 🤷 🤷‍♀️ 😡"
)
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Chat:
    def __init__(self, chat_id: int, wire: Json) -> None:
        self.id, self.wire = chat_id, wire
        self.messages: list[Message] = []  # the message with id n stands at n - 1
        self.closed = ""  # why the bot may not write here
        self.upgraded_to = 0  # the supergroup that it became


class Bot(Updates):
    """One token: its chats, files, waiting updates, and the API methods."""

    def __init__(self, token: str, notify: Callable[[], None]) -> None:
        super().__init__(notify)
        self.token, self.id = token, int(token.partition(":")[0])
        self.user: Json = {"id": self.id, "is_bot": True, "first_name": "Bot", "username": f"double{self.id}_bot"}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, tuple[str, bytes]] = {}  # file_id: (path, content)
        self.lost: set[str] = set()
        self.queries: dict[str, int] = {}  # callback queries not answered yet, with their chats
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.serial = 0
        self.courier: asyncio.Task[None] | None = None
        self.window: deque[float] = deque()
        self.muted_until, self.penalty = 0.0, 1
        self.revoked = False

    def chat(self, params: Json) -> Chat:
        if params.get("chat_id") in {None, ""}:
            raise bad("chat_id is empty")
        chat = self.chats.get(params["chat_id"])
        if chat is None:
            raise bad("chat not found")
        if chat.upgraded_to:
            raise ApiError(400, "group chat was upgraded to a supergroup chat", migrate_to=chat.upgraded_to)
        if chat.closed:
            raise ApiError(403, chat.closed)
        return chat

    def find(self, params: Json, missing: str, *, own: str = "") -> tuple[Chat, Message]:
        """The message meant; 400 ``missing`` when it is gone, 400 ``own`` when it must be the bot's and is not."""
        chat, number = self.chat(params), number_of(params, "message_id")
        if not 0 < number <= len(chat.messages) or chat.messages[number - 1].deleted:
            raise bad(missing)
        message = chat.messages[number - 1]
        if own and not message.by_bot:
            raise bad(own)
        return chat, message

    def store(self, kind: str, content: bytes, path: str, **more: Any) -> Json:
        self.serial += 1
        file_id = f"{kind}-{self.id}-{self.serial:08d}"
        self.files[file_id] = (f"{kind}s/file_{self.serial}{path}", content)
        return {"file_id": file_id, "file_unique_id": f"u{self.serial:08d}", "file_size": len(content), **more}

    def attached(self, kind: str, content: bytes, filename: str, mime: str = "", duration: int = 0) -> Json:
        """The part of a message that says which file it carries."""
        suffix = filename[filename.rfind(".") :] if "." in filename else ""
        if kind == "photo":
            sizes = [self.store("photo", content, ".jpg", width=w, height=w * 3 // 4) for w in (90, 1280)]
            return {"photo": sizes}
        if kind == "voice":
            return {kind: self.store(kind, content, ".oga", duration=duration, mime_type=mime or "audio/ogg")}
        more = {"file_name": filename, "mime_type": mime or "application/octet-stream"}
        return {kind: self.store(kind, content, suffix, **more)}

    def put(self, chat: Chat, kind: str, body: Json, sender: Json, **shown: Any) -> Message:
        """Appends a message; ``shown`` are fields of :class:`Message`."""
        now = time.time()
        number = len(chat.messages) + 1
        wire = {"message_id": number, "from": sender, "chat": chat.wire, "date": int(now), **body}
        content = {"text": "", "html": "", "caption": ""} | shown
        message = Message(chat.id, number, kind, sent_at=now, by_bot=sender is self.user, wire=wire, **content)
        chat.messages.append(message)
        return message

    def send(self, chat: Chat, params: Json, kind: str, body: Json, **shown: Any) -> Json:
        markup = markup_of(params)
        if markup.get("inline_keyboard"):
            body["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
        reply = decoded(params, "reply_parameters") or {"message_id": number_of(params, "reply_to_message_id")}
        if target := int(reply["message_id"]):
            if 0 < target <= len(chat.messages) and not chat.messages[target - 1].deleted:
                replied = chat.messages[target - 1].wire
                body["reply_to_message"] = {k: v for k, v in replied.items() if k != "reply_to_message"}
            elif not reply.get("allow_sending_without_reply"):
                raise bad("message to be replied not found")
        message = self.put(chat, kind, body, self.user, markup=markup, reply_to=target or None, **shown)
        return message.wire

    def send_message(self, params: Json, files: Files) -> Json:
        chat = self.chat(params)
        text, entities = formatted(params, "text", 4096, "entities")
        if not text:
            raise bad("message text is empty")
        body: Json = {"text": text, "entities": entities} if entities else {"text": text}
        return self.send(chat, params, "text", body, text=text, html=params["text"])

    def send_file(self, params: Json, files: Files, kind: str, album: str = "") -> Json:
        chat = self.chat(params)
        caption, entities = formatted(params, "caption", 1024, "caption_entities")
        name = str(params.get(kind) or kind).removeprefix("attach://")
        if name in files:
            filename, content = files[name]
            if kind == "photo" and len(content) > PHOTO_LIMIT:
                raise bad("file is too big for a photo; the maximum size is 10485760 bytes")
            if not content:
                raise bad("file must be non-empty")
            body = self.attached(kind, content, filename, duration=number_of(params, "duration"))
        elif name in self.files and name.startswith(kind):
            filename, content = self.files[name]
            filename = filename.rpartition("/")[2]
            known = {"file_id": name, "file_unique_id": f"u{name[-8:]}", "file_size": len(content)}
            body = {"photo": [known | {"width": 1280, "height": 960}]} if kind == "photo" else {kind: known}
            if kind == "voice":
                body[kind]["duration"] = number_of(params, "duration")
        else:
            raise bad("wrong file identifier/HTTP URL specified")
        body |= {"caption": caption} if caption else {}
        body |= {"caption_entities": entities} if entities else {}
        body |= {"media_group_id": album} if album else {}
        html = str(params.get("caption") or "")
        return self.send(chat, params, kind, body, caption=caption, html=html, file=content, filename=filename)

    def send_media_group(self, params: Json, files: Files) -> list[Json]:
        chat, media = self.chat(params), decoded(params, "media") or []
        kinds = {item.get("type") for item in media}
        if not 2 <= len(media) <= 10:
            raise bad("an album has to have from 2 to 10 items")
        if kinds not in ({"photo"}, {"document"}):
            raise bad("an album has to be all photos or all documents")
        before = len(chat.messages)
        shared = {"chat_id": chat.id, "reply_parameters": params.get("reply_parameters")}
        items = [shared | item | {item["type"]: item.get("media")} for item in media]
        try:
            return [self.send_file(item, files, item["type"], f"album{chat.id}-{before}") for item in items]
        except ApiError:
            del chat.messages[before:]
            raise

    def send_location(self, params: Json, files: Files) -> Json:
        chat = self.chat(params)
        try:
            place = {name: float(params[name]) for name in ("latitude", "longitude")}
        except (KeyError, ValueError):
            raise bad("latitude or longitude is wrong") from None
        return self.send(chat, params, "location", {"location": place})

    def send_venue(self, params: Json, files: Files) -> Json:
        if not params.get("title") or not params.get("address"):
            raise bad("title or address must be non-empty")
        chat = self.chat(params)
        try:
            place = {name: float(params[name]) for name in ("latitude", "longitude")}
        except (KeyError, ValueError):
            raise bad("latitude or longitude is wrong") from None
        venue = {"location": place, "title": params["title"], "address": params["address"]}
        return self.send(chat, params, "venue", {"venue": venue, "location": place})

    def send_chat_action(self, params: Json, files: Files) -> bool:
        self.chat(params)
        if params.get("action") not in CHAT_ACTIONS.split():
            raise bad("wrong parameter action in request")
        return True

    def edit(self, params: Json, files: Files, part: Literal["", "text", "caption"]) -> Json:
        _, message = self.find(params, "message to edit not found", own="message can't be edited")
        content: Json = {}
        if part:
            limit, entities_name = (4096, "entities") if part == "text" else (1024, "caption_entities")
            plain, entities = formatted(params, part, limit, entities_name)
            if part == "text" and not plain:
                raise bad("message text is empty")
            if (message.kind == "text") != (part == "text") or message.kind == "location":
                raise bad(f"there is no {part} in the message to edit")
            content = {part: plain, entities_name: entities}
        markup = markup_of(params)
        content["reply_markup"] = {"inline_keyboard": rows} if (rows := markup.get("inline_keyboard")) else {}
        if all((message.wire.get(key) or None) == (value or None) for key, value in content.items()):
            raise bad(NOT_MODIFIED)
        wire = message.wire | content | {"edit_date": int(time.time())}
        message.wire = {key: value for key, value in wire.items() if value or key not in content}
        message.markup = content["reply_markup"]
        if part:
            setattr(message, part, content[part])
            message.html = str(params.get(part) or "")
        return message.wire

    def delete_message(self, params: Json, files: Files) -> bool:
        chat, message = self.find(params, "message to delete not found")
        if not message.by_bot and chat.id < 0:
            raise bad("message can't be deleted")
        message.deleted = True
        return True

    def set_message_reaction(self, params: Json, files: Files) -> bool:
        _, message = self.find(params, "message to react not found")
        reactions = decoded(params, "reaction") or []
        if len(reactions) > 1 or any(r.get("emoji") not in REACTIONS.split() for r in reactions):
            raise bad("REACTION_INVALID")
        message.reaction = reactions[0]["emoji"] if reactions else None
        return True

    def answer_callback_query(self, params: Json, files: Files) -> bool:
        if utf16(str(params.get("text") or "")) > 200:
            raise bad("MESSAGE_TOO_LONG")
        if self.queries.pop(str(params.get("callback_query_id")), None) is None:
            raise bad(QUERY_TOO_OLD)
        return True

    def _scope(self, params: Json) -> tuple[str, str]:
        scope = decoded(params, "scope") or {"type": "default"}
        if "chat_id" in scope and int(scope["chat_id"]) not in self.chats:
            raise bad("chat not found")
        return json.dumps(scope, sort_keys=True), str(params.get("language_code") or "")

    def set_my_commands(self, params: Json, files: Files) -> bool:
        scope, commands = self._scope(params), decoded(params, "commands") or []
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= utf16(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[scope] = commands
        return True

    def get_my_commands(self, params: Json, files: Files) -> list[Json]:
        return self.commands.get(self._scope(params), [])

    def delete_my_commands(self, params: Json, files: Files) -> bool:
        self.commands.pop(self._scope(params), None)
        return True

    def get_me(self, params: Json, files: Files) -> Json:
        groups = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self.user | groups

    def get_file(self, params: Json, files: Files) -> Json:
        file_id = str(params.get("file_id") or "")
        if file_id not in self.files:
            raise bad("invalid file_id")
        path, content = self.files[file_id]
        if len(content) > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        return {"file_id": file_id, "file_unique_id": f"u{file_id[-8:]}", "file_size": len(content), "file_path": path}

    def download(self, path: str) -> bytes:
        for file_id, (known, content) in self.files.items():
            if known == path and file_id not in self.lost and len(content) <= DOWNLOAD_LIMIT:
                return content
        raise ApiError(404, "Not Found")


METHODS: dict[str, Callable[[Bot, Json, Files], Any]] = {
    "getMe": Bot.get_me,
    "sendMessage": Bot.send_message,
    "sendPhoto": partial(Bot.send_file, kind="photo"),
    "sendDocument": partial(Bot.send_file, kind="document"),
    "sendVoice": partial(Bot.send_file, kind="voice"),
    "sendMediaGroup": Bot.send_media_group,
    "sendLocation": Bot.send_location,
    "sendVenue": Bot.send_venue,
    "sendChatAction": Bot.send_chat_action,
    "editMessageText": partial(Bot.edit, part="text"),
    "editMessageCaption": partial(Bot.edit, part="caption"),
    "editMessageReplyMarkup": partial(Bot.edit, part=""),
    "deleteMessage": Bot.delete_message,
    "setMessageReaction": Bot.set_message_reaction,
    "answerCallbackQuery": Bot.answer_callback_query,
    "setMyCommands": Bot.set_my_commands,
    "getMyCommands": Bot.get_my_commands,
    "deleteMyCommands": Bot.delete_my_commands,
    "getFile": Bot.get_file,
    "setWebhook": Bot.set_webhook,
    "deleteWebhook": Bot.delete_webhook,
    "getWebhookInfo": Bot.get_webhook_info,
}
