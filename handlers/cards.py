"""What one matter looks like: the card an official reads, the answer and the announcement residents read."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from aiogram.types import InlineKeyboardMarkup

from handlers.keyboards import keyboard
from handlers.telling import QUOTED, arrived_line, code, cut, field_label, village_name
from handlers.words import Html, Say
from storage.commune import Commune
from storage.folding import fold
from storage.lengths import units
from storage.models import Answer, Official, Opinion, Person, Role

LONGEST = 3600
"""UTF-16 units of quoted text in one message; the Bot API takes 4096, the frame has the rest."""


def say_instant(commune: Commune, at: datetime) -> str:
    """ "23/11 09:00", on the commune's clock."""
    return f"{at.astimezone(commune.timezone):%d/%m %H:%M}"


def say_hour(commune: Commune, at: datetime) -> str:
    """ "09:14", on the commune's clock."""
    return f"{at.astimezone(commune.timezone):%H:%M}"


def author_line(say: Say, author: Person | None) -> str:
    """Name and telephone of an author who gave them, plain text; or that she gave none."""
    if author is None or not author.name:
        return say.plain("o-card-unnamed")
    return f"{author.name}, {author.phone}" if author.phone else author.name


def head(say: Say, commune: Commune, opinion: Opinion, author: Person | None) -> Html:
    """ "KX-12 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên · 2 ảnh"."""
    parts: list[str] = [
        code(commune, opinion),
        village_name(say, commune, opinion.village_id),
        say_instant(commune, opinion.raised_at),
        author_line(say, author),
    ]
    if opinion.entered_by is not None:
        parts.append(say.plain("o-card-entered", role=opinion.entered_by.role.value))
    shown = [escape(part, quote=False) for part in parts]
    if files := arrived_line(say, opinion.attachments):
        shown.append(files)
    return Html(" · ".join(shown))


def quote(say: Say, text: str) -> Html:
    """The words in quotation marks, or that there are none."""
    return say("o-card-quote", text=text) if text.strip() else say("o-card-wordless")


def card(say: Say, commune: Commune, opinion: Opinion, author: Person | None) -> Html:
    """An opinion as a card, its words cut. `opinion.attachments` must be loaded."""
    return say(
        "o-card",
        head=head(say, commune, opinion, author),
        words=quote(say, cut(opinion.text, QUOTED)),
        field=field_label(commune, opinion.field_id),
    )


def card_buttons(say: Say, opinion_id: int) -> InlineKeyboardMarkup:
    """What can be done with a card."""
    return keyboard(
        [(say.plain("o-button-answer"), f"o:answer:{opinion_id}"), (say.plain("o-button-read"), f"o:read:{opinion_id}")]
    )


def signature(say: Say, commune: Commune, answer: Answer, approver: Official | None = None) -> Html:
    """Unit and post of who wrote it and who approved it. `answer.official` must be loaded.

    `approver` is who will approve, as far as that is known, while nobody has.
    """
    writer, approver = answer.official, answer.approver or approver
    if approver is None or approver.id == writer.id:
        return signed_by(say, commune, writer)
    unit = commune.unit(writer.unit_id) if writer.unit_id else None
    key = "o-signature-approved" if approver.role is Role.LEADER else "o-signature-approved-for"
    return say(key, writer=unit.name if unit else commune.office, approver=signed_by(say, commune, approver))


def signed_by(say: Say, commune: Commune, official: Official) -> Html:
    """Unit and post of one official; no name."""
    if official.role is Role.LEADER:
        return (
            Html(escape(official.post, quote=False))
            if official.post
            else say("o-signature-leader", commune=commune.name)
        )
    unit = commune.unit(official.unit_id) if official.unit_id else None
    name = unit.name if unit else commune.office
    if official.post:
        return say("o-signature-post", unit=name, post=official.post)
    return say("o-signature-clerk" if official.role is Role.CLERK else "o-signature-unit", unit=name)


def answer_body(say: Say, commune: Commune, answer: Answer, approver: Official | None = None) -> Html:
    """The answer as its reader gets it: the form of address of a letter, unless it was typed, text, signature.

    `approver` signs with it while nobody has approved it yet.
    """
    signed = signature(say, commune, answer, approver)
    if fold(answer.text).startswith("kinh gui"):
        return say("o-answer-body", text=answer.text, signature=signed)
    return say("o-answer-body-addressed", text=answer.text, signature=signed)


def answer_files(say: Say, answer: Answer) -> Html:
    """ "2 ảnh, 1 tệp": what comes with it and was not lost; empty without files."""
    return arrived_line(say, answer.attachments)


def announcement(say: Say, commune: Commune, text: Html) -> Html:
    """An announcement as everyone gets it."""
    return say("o-announcement", commune=commune.name[:1].upper() + commune.name[1:], text=text)


def parts(text: str, limit: int = LONGEST) -> list[str]:
    """`text` in parts of at most `limit` UTF-16 units, cut at a line, else a blank, else anywhere."""
    found: list[str] = []
    rest = text.strip()
    while units(rest) > limit:
        room = limit
        while units(rest[:room]) > limit:
            room -= max(1, (units(rest[:room]) - limit) // 2)
        cuts = (rest.rfind(gap, 1, room) for gap in ("\n", " "))
        at = next((place for place in cuts if place > room // 2), room)
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*found, rest]


def pack(blocks: Iterable[Html], limit: int = LONGEST, gap: str = "\n\n") -> list[Html]:
    """Blocks in as few messages as hold them, in order. A block alone in its message may be longer."""
    packed: list[Html] = []
    for block in blocks:
        joined = Html(f"{packed[-1]}{gap}{block}") if packed else block
        if packed and units(joined) <= limit:
            packed[-1] = joined
        else:
            packed.append(block)
    return packed
