"""What the public chat sends to its page: each message as HTML of our own making, and what changed since."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from bot.messengers.web import CHOSEN
from bot.pages.bubbles import Bubble, shown_time
from bot.pages.render import safe_html
from handlers.words import Say
from storage.commune import Commune
from storage.database import Transaction

Sign = Callable[[int, str], str]
"""What proves that a button of this message with this data was shown."""

VERSION = 8
"""Characters that tell one showing of a message from another."""


def rendered(
    say: Say, commune: Commune, tx: Transaction, bubble: Bubble, sign: Sign, known: dict[int, tuple[int, str]]
) -> dict[str, Any]:
    """One message for the page: its id, the version of how it looks, whose it is, and its HTML.

    `known` is what this page was shown before, by id: what looks the same is named and not drawn again.
    """
    time = shown_time(commune, bubble.at, tx.now)
    looks = hash((bubble, say.language, time))
    before, version = known.get(bubble.id, (None, ""))
    if before == looks:
        return {"id": bubble.id, "v": version}
    side = "dt-system" if bubble.opening else "dt-in" if bubble.outgoing else "dt-out"
    html = _inner(say, bubble, time, sign)
    version = hashlib.sha256(f"{side}{html}".encode()).hexdigest()[:VERSION]
    known[bubble.id] = looks, version
    return {"id": bubble.id, "v": version, "side": side, "html": html}


def changes(rows: Sequence[Mapping[str, Any]], have: Mapping[int, str]) -> dict[str, Any]:
    """What a page that shows `have` (versions by id) needs: rows that are new or look otherwise, and what is gone.

    What lies before the first of `rows` is left as it is; `first` tells a page whether it has all until there.
    """
    first = rows[0]["id"] if rows else 0
    present = {row["id"] for row in rows}
    return {
        "rows": [row for row in rows if have.get(row["id"]) != row["v"]],
        "first": first,
        "gone": [id_ for id_ in have if id_ not in present and (id_ >= first or not rows)],
    }


def event(name: str, data: object) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


def _inner(say: Say, bubble: Bubble, time: str, sign: Sign) -> str:
    if bubble.opening:
        return f"<p>{say('chat-opened-by-code' if bubble.by_invitation else 'chat-opened')}</p>"
    who = say("chat-they" if bubble.outgoing else "chat-you")
    parts = [f'<div class="dt-bubble"><span class="dt-hidden">{who}</span>']
    if bubble.file is not None:
        parts.append(_file(say, bubble.id, *bubble.file))
    if bubble.body:
        shown = safe_html(bubble.body) if bubble.outgoing else escape(bubble.body)
        parts.append(f'<div class="dt-text">{shown}</div>')
    parts.append('<div class="dt-foot">')
    if bubble.reaction:
        parts.append(f'<span class="dt-reaction">{escape(bubble.reaction)}</span>')
    if bubble.outgoing:
        parts.append(
            f'<button type="button" class="dt-reply" data-reply="{bubble.id}" data-time="{time}">'
            f"{say('chat-quote')}</button>"
        )
    parts.append(f'<span class="dt-time">{time}</span></div></div>')
    if bubble.buttons:
        parts.append(f'<div class="dt-buttons{"" if bubble.active else " dt-past"}">')
        for line in bubble.buttons:
            parts.append('<div class="dt-line">')
            parts += [_button(bubble.id, button, sign) for button in line]
            parts.append("</div>")
        parts.append("</div>")
    return "".join(parts)


def _button(message_id: int, button: Sequence[str], sign: Sign) -> str:
    label, data = button[0], button[1]
    chosen = tuple(button[2:]) == (CHOSEN,)
    marks = ' class="dt-button dt-chosen" aria-pressed="true"' if chosen else ' class="dt-button"'
    proof = sign(message_id, data)
    return (
        f'<button type="button"{marks} data-message="{message_id}" data-tap="{escape(data)}" data-sign="{proof}">'
        f"{escape(label)}</button>"
    )


def _file(say: Say, message_id: int, kind: str, name: str, mime: str) -> str:
    address = f"/chat/file/{message_id}"
    if kind == "photo":
        photo = f'<img class="dt-photo" src="{address}" alt="{say("chat-photo")}" loading="lazy">'
        return f'<a href="{address}" target="_blank" rel="noopener">{photo}</a>'
    if mime.startswith("audio/"):
        title = say("chat-voice")
        return f'<audio class="dt-audio" src="{address}" controls preload="none" aria-label="{title}"></audio>'
    return f'<a class="dt-file" href="{address}" target="_blank" rel="noopener">{escape(name)}</a>'
