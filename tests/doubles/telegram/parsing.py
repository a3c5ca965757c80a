"""What a bot may say: HTML, keyboards and parameters read as TDLib reads them."""

import json
import re
from typing import Any

from tests.doubles.telegram.shapes import ApiError, Json, bad


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


_ENTITY = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "span": "spoiler", "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}  # fmt: skip
_ATTRIBUTE = r"""\s+([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+)))?"""
_TAG = re.compile(rf"<(/?)([\w-]*)((?:{_ATTRIBUTE})*)\s*>")
_ESCAPE = re.compile(r"&(?:(lt|gt|amp|quot)(?![a-zA-Z])|#x([0-9a-fA-F]+)|#(\d+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


def _unescape(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    code = int(match[2], 16) if match[2] else int(match[3])
    return chr(code) if 0 < code < 0x110000 else match[0]


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Plain text and entities as TDLib's parser makes them; raises :class:`ApiError` (400 can't parse entities)."""

    def error(what: str, at: int) -> ApiError:
        return bad(f"can't parse entities: {what} at byte offset {len(source[:at].encode())}")

    text, position, entities = "", 0, list[Json]()
    opened: list[tuple[str, Json]] = []
    while (at := source.find("<", position)) >= 0:
        text += _ESCAPE.sub(_unescape, source[position:at])
        tag = _TAG.match(source, at)
        if tag is None:
            raise error("Unclosed start tag" if ">" not in source[at:] else "Unsupported start tag", at)
        position, name = tag.end(), tag[2].lower()
        if tag[1]:
            if not opened:
                raise error("Unexpected end tag", at)
            expected, entity = opened.pop()
            if name and name != expected:
                raise error(f'Unmatched end tag, expected "</{expected}>", found "</{name}>"', at)
            entity["length"] = utf16(text) - entity["offset"]
            if entity["length"]:
                entities.append(entity)
            continue
        found = re.finditer(_ATTRIBUTE, tag[3])
        values = {m[1].lower(): _ESCAPE.sub(_unescape, m[2] or m[3] or m[4] or "") for m in found}
        if name not in _ENTITY:
            raise error(f'Unsupported start tag "{name}"', at)
        if name == "span" and values.get("class") != "tg-spoiler":
            raise error('Tag "span" must have class "tg-spoiler"', at)
        entity = {"type": _ENTITY[name], "offset": utf16(text), "length": 0}
        if name == "a":
            entity["url"] = values.get("href", "")
        elif name == "tg-emoji":
            entity["custom_emoji_id"] = values.get("emoji-id", "")
        elif name == "blockquote" and "expandable" in values:
            entity["type"] = "expandable_blockquote"
        opened.append((name, entity))
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\"")
    text += _ESCAPE.sub(_unescape, source[position:])
    entities.reverse()  # of two that span the same, the outer first
    return text, sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def decoded(params: Json, name: str) -> Any:
    """The JSON parameter, decoded in place (clients send it as text; a JSON body may hold it bare)."""
    value = params.get(name)
    if isinstance(value, str):
        try:
            value = params[name] = json.loads(value) if value else None
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None
    return value


def number_of(params: Json, name: str, default: int = 0) -> int:
    try:
        return int(params.get(name) or default)
    except ValueError:
        raise bad(f"wrong parameter {name} in request") from None


def markup_of(params: Json) -> Json:
    markup: Json = decoded(params, "reply_markup") or {}
    for button in (b for row in markup.get("inline_keyboard", ()) for b in row):
        data = button.get("callback_data")
        if not button.get("text"):
            raise bad("can't parse inline keyboard button: Text buttons must have non-empty text")
        if len(button) < 2:
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if data is not None and not 1 <= len(data.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
        if "url" in button and not re.match(r"(https?|tg)://", button["url"]):
            raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return markup


def formatted(params: Json, name: str, limit: int, entities_name: str) -> tuple[str, list[Json]]:
    """Parsed and trimmed text of parameter ``name``, measured after parsing."""
    source = str(params.get(name) or "")
    mode = str(params.get("parse_mode") or "").lower()
    if mode not in {"", "html"}:
        raise bad("unsupported parse_mode")
    if mode and ("<" in source or "&" in source):
        text, entities = parse_html(source)
    else:
        text, entities = source, decoded(params, entities_name) or []
    if len(text) * 2 > limit and utf16(text) > limit:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    trimmed = text.strip()
    if trimmed != text and entities:
        lead, end = utf16(text) - utf16(text.lstrip()), utf16(trimmed)
        spans = [(e, max(e["offset"] - lead, 0), min(e["offset"] - lead + e["length"], end)) for e in entities]
        entities = [{**e, "offset": start, "length": stop - start} for e, start, stop in spans if stop > start]
    return trimmed, entities
