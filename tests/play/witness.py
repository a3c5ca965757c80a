"""Writes down a play over the wire: what each chat said and read, in order, and then every row of the record."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import select

from storage.database import Database
from storage.folding import fold
from storage.models import Base
from storage.redaction import suggest
from tests.commune import COMMUNE
from tests.doubles.telegram.shapes import Call, Json

HEAD = 12
"""Characters by which a text is recognised before it is compared whole."""

SECRETS = (
    (re.compile(r"https?://127\.0\.0\.1:\d+/rieng/[0-9a-f]+"), "«liên kết»"),
    (re.compile(r"moi-[0-9a-f]{20}"), "«mã mời»"),
)
DIGESTS = {"digest", "code_digest", "view_digest"}
"""Columns of what differs from run to run: random codes, and pictures as this machine's library packs them."""


class Mask:
    """Puts the name of a text in its place, whole, cut, folded or redacted; and of what is random its kind."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        found: dict[str, str] = {}
        for name, text in texts.items():
            for kind, variant in (
                ("", text),
                ("", " ".join(text.split())),
                (" bỏ tên", suggest(text)),
                (" bỏ dấu", fold(text)),
            ):
                found.setdefault(variant.strip(), f"«{name}{kind}»")
        self._masked: dict[str, str] = {}
        """What was looked through already: a card is shown many times, and each is looked through for every text."""
        self._variants = sorted(found.items(), key=lambda each: (" bỏ " in each[1], -len(each[0])))

    def __call__(self, text: str) -> str:
        if len(text) < HEAD:
            return text
        if text not in self._masked:
            self._masked[text] = self._mask(text)
        return self._masked[text]

    def _mask(self, text: str) -> str:
        for variant, name in self._variants:
            text = _put(text, variant, name)
        for pattern, kind in SECRETS:
            text = pattern.sub(kind, text)
        return text


def _put(text: str, variant: str, name: str) -> str:
    at = text.find(variant[:HEAD])
    while at >= 0:
        length = _common(text, at, variant)
        if length == len(variant) or text.startswith("…", at + length):
            text = f"{text[:at]}{name}{text[at + length :]}"
            at += len(name)
        else:
            at += 1
        at = text.find(variant[:HEAD], at)
    return text


def _common(text: str, at: int, variant: str) -> int:
    for length, letter in enumerate(variant):
        if at + length >= len(text) or text[at + length] != letter:
            return length
    return len(variant)


class Witness:
    """Hears every call to the Bot API; `act` puts those since the last one under what somebody did."""

    def __init__(self, mask: Mask) -> None:
        self._mask = mask
        self._calls: list[Call] = []
        self._chats: dict[int, list[str]] = {}

    def hear(self, call: Call) -> None:
        """For `TelegramDouble.on_call`."""
        if call.chat_id is not None and call.method != "file":
            self._calls.append(call)

    def act(self, now: datetime, chat: int | None, what: str) -> None:
        """`chat` did this (None: time passed), and everything heard since the last act came of it."""
        calls, self._calls = self._calls, []
        at = f"{now.astimezone(COMMUNE.timezone):%d/%m %H:%M}"
        if chat is not None:
            self._chats.setdefault(chat, []).append(f"\n{at} > {self._mask(what)}")
        by_chat: dict[int, list[Call]] = {}
        for call in calls:
            by_chat.setdefault(call.chat_id or 0, []).append(call)
        for to, heard in by_chat.items():
            lines = self._chats.setdefault(to, [])
            said = [line for call in _in_order(heard) for line in self._said(call)]
            if said and to != chat:
                lines.append(f"\n{at}")
            lines += said

    def _said(self, call: Call) -> Iterable[str]:
        params: Json = call.params
        if call.method == "answerCallbackQuery":
            return [f"    (báo) {self._mask(params['text'])}"] if params.get("text") else []
        if call.error is not None and "message is not modified" in call.error:
            return []
        if call.error is not None:
            return [f"    ✗ {call.method}: {call.error}"]
        if call.method == "setMessageReaction":
            return [f"    #{params['message_id']} thả {params['reaction']}"]
        if call.method == "deleteMessage":
            return [f"    #{params['message_id']} xoá"]
        results = call.result if isinstance(call.result, list) else [call.result]
        return [line for result in results for line in self._message(call.method, result)]

    def _message(self, method: str, wire: Json) -> Iterable[str]:
        kind = next((f" [{each}]" for each in ("photo", "voice", "document", "location") if each in wire), "")
        replied = wire.get("reply_to_message")
        to = f" đáp #{replied['message_id']}" if replied else ""
        yield f"    #{wire['message_id']}{' sửa' if method.startswith('edit') else ''}{kind}{to}"
        for line in self._mask(wire.get("text") or wire.get("caption") or "").splitlines():
            yield f"    | {line}".rstrip()
        for row in wire.get("reply_markup", {}).get("inline_keyboard", []):
            yield "      " + " ".join(f"[{self._mask(key['text'])}]" for key in row)

    def told(self, names: Mapping[int, str]) -> str:
        """Every chat, in the order of `names`."""
        unnamed = set(self._chats) - set(names)
        if unnamed:
            raise LookupError(f"chats without a name: {unnamed}")
        return "\n".join(
            f"\n## {chat} · {name}\n" + "\n".join(self._chats[chat])
            for chat, name in names.items()
            if chat in self._chats
        )


def _in_order(calls: list[Call]) -> list[Call]:
    """A spinner is ended beside the messages, so that its order says nothing; of edits at once the last counts.

    How far a broadcast had come at each edit is as the machine is quick.
    """
    last = {call.params.get("message_id"): call for call in calls if call.method.startswith("edit") and not call.error}
    kept = [
        call
        for call in calls
        if not call.method.startswith("edit") or call.error or last[call.params.get("message_id")] is call
    ]
    return sorted(kept, key=lambda call: call.method != "answerCallbackQuery")


async def record(db: Database, mask: Mask) -> str:
    """Every table, row by row: the columns once, then the values, "·" for none."""
    parts: list[str] = []
    async with db.read() as tx:
        for _, table in sorted(Base.metadata.tables.items()):
            rows = (await tx.session.execute(select(table).order_by(*table.primary_key.columns))).all()
            parts.append(f"\n## {table.name} ({len(rows)})\n{' | '.join(table.columns.keys())}")
            for row in rows:
                cells = dict(zip(table.columns.keys(), row, strict=True))
                if cells.get("edits_id") is not None:
                    # An edit that comes late finds nothing to change.
                    cells |= {"message_id": None, "error": None}
                parts.append(" | ".join(mask(cell(name, value)) for name, value in cells.items()))
    return "\n".join(parts)


def cell(name: str, value: Any) -> str:
    match value:
        case None:
            return "·"
        case _ if name in DIGESTS:
            return "«số»"
        case bool():
            return "+" if value else "-"
        case Enum():
            return str(value)
        case datetime():
            # What waits for a file is put off by seconds or not, as the machine is quick.
            value = value.replace(second=value.second // 20 * 20)
            return f"{value.replace(tzinfo=value.tzinfo or UTC).astimezone(COMMUNE.timezone):%d/%m/%y %H:%M:%S}"
        case date():
            return f"{value:%d/%m/%y}"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value).replace("\n", " ⏎ ") or "''"
