"""Several matters in one message: the office writes one a line, and each is an opinion with its own unit."""

import json
import re
import zlib
from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import asking, events, issues, tell
from storage.commune import OTHER_FIELD, Commune
from storage.database import Transaction
from storage.drafts import MAX_TEXT, next_number, tell_first_readers
from storage.events import Actor
from storage.folding import fold
from storage.models import Official, Opinion, Transcription
from storage.sorted import tell_unit
from storage.standing import standing
from storage.states import ForbiddenMove, OpinionState

MAX_LINES = 10

CONFIRM_DAYS = 2
"""Working days after which cards say that the author has not confirmed what was written down for her."""

_BULLET = re.compile(r"\s*(?:[-–—*+•·●▪✓]+|\(?[0-9]{1,2}\s*[.)/:]|\(?[a-hA-H][.)])\s+")


class BadLines(ValueError):
    """Lines that cannot be matters; nothing was changed."""


class NoLines(BadLines):
    """Nothing but empty lines and bullets."""


class TooManyLines(BadLines):
    """More than MAX_LINES."""


class OneLine(BadLines):
    """A written message cannot be split into one."""


class OtherCount(BadLines):
    """What was sent is corrected line by line: there must be as many as it became."""


class LineTooLong(BadLines):
    """A line of more than MAX_TEXT characters."""


def lines_of(text: str) -> list[str]:
    """The matters in a text, one a line, without bullets and numbers. Raises NoLines, TooManyLines or LineTooLong."""
    bare = (_BULLET.sub("", raw, count=1).strip().strip("-–—•*").strip() for raw in text.splitlines())
    found = [line for line in bare if line]
    if not found:
        raise NoLines
    if len(found) > MAX_LINES:
        raise TooManyLines
    if max(len(line) for line in found) > MAX_TEXT:
        raise LineTooLong
    return found


def suggest_field(commune: Commune, text: str, otherwise: str) -> str:
    """The field whose label, name and example words stand most often in a text; `otherwise` when none does, or two do.

    The configuration's own words are all it knows: the official sees the unit and changes it with one tap.
    """
    words = f" {' '.join(re.findall(r'[a-z0-9]+', fold(text)))} "
    counts = {
        field.id: sum(f" {phrase} " in words for phrase in _phrases(field.label, field.name, field.hint))
        for field in commune.fields
        if field.id != OTHER_FIELD
    }
    most = max(counts.values(), default=0)
    likest = [field_id for field_id, count in counts.items() if count == most]
    return likest[0] if most and len(likest) == 1 else otherwise


def _phrases(*texts: str) -> set[str]:
    found = {" ".join(re.findall(r"[a-z0-9]+", part)) for text in texts for part in re.split(r"[,;–-]", fold(text))}
    return found - {""}


def is_unheard(opinion: Opinion) -> bool:
    """Whether an opinion is a recording that nobody wrote down yet. `opinion.attachments` must be loaded."""
    if opinion.state is not OpinionState.RECEIVED or opinion.text.strip():
        return False
    return any(each.kind == "voice" for each in opinion.attachments)


def is_written(opinion: Opinion) -> bool:
    """Whether the office wrote its words down from a recording: what it was before has none."""
    return opinion.original is not None and not opinion.original.strip()


def is_unconfirmed(opinion: Opinion, today: date, commune: Commune) -> bool:
    """Whether its author has left it open for two working days whether what was written down is right."""
    if opinion.transcription is not Transcription.ASKED or opinion.asked_at is None:
        return False
    asked = opinion.asked_at.astimezone(commune.timezone).date()
    return today > commune.calendar.add(asked, CONFIRM_DAYS)


def revision(opinion: Opinion) -> int:
    """A number that another one of the same opinion's lines does not have, for the buttons under them."""
    return zlib.crc32(json.dumps(opinion.written, sort_keys=True).encode())


APART = ""
"""In the place of a unit: the matter goes to none yet, since it seems to accuse somebody."""


async def hold(
    tx: Transaction, opinion: Opinion, text: str, *, accuses: Callable[[str], bool] = lambda _: False
) -> None:
    """Keeps what an official wrote down of an opinion, one matter a line, with the unit suggested for each.

    A line that `accuses` is for no unit until he gives it to one. Nobody is told yet.
    Raises ForbiddenMove when it is sorted already, BadLines.
    """
    if opinion.state is not OpinionState.RECEIVED or opinion.proposed is not None:
        raise ForbiddenMove(opinion.state, OpinionState.ACCEPTED)
    lines = lines_of(text)
    if len(lines) == 1 and not is_unheard(opinion):
        raise OneLine
    held: list[dict[str, str]] = []
    for line in lines:
        field = issues.field_of(tx, suggest_field(tx.commune, line, opinion.field_id))
        held.append({"text": line, "field": field.id, "unit": APART if accuses(line) else field.unit})
    opinion.written = held


def change_unit(tx: Transaction, opinion: Opinion, line: int) -> None:
    """Gives one of the held lines to the next unit of the commune. Raises LookupError for a line that is not there."""
    if opinion.written is None or not 0 <= line < len(opinion.written):
        raise LookupError(f"opinion {opinion.id} has no line {line}")
    ids = [unit.id for unit in tx.commune.units]
    held = [dict(each) for each in opinion.written]
    unit = held[line]["unit"]
    held[line]["unit"] = ids[(ids.index(unit) + 1) % len(ids)] if unit in ids else ids[0]
    opinion.written = held


async def split(tx: Transaction, opinion: Opinion, official: Official) -> list[Opinion]:
    """Makes each held line an opinion of its own, gives it to its unit, and asks the author whether that is right.

    The first keeps the code, and what she sent as its `original`; the others get the next numbers and her clocks. One
    that is kept apart waits to be sorted, and is not said again to its author.
    Raises ForbiddenMove, and changes nothing, when nothing is held or it is sorted already.
    """
    held = opinion.written
    if held is None or opinion.state is not OpinionState.RECEIVED or opinion.proposed is not None:
        raise ForbiddenMove(opinion.state, OpinionState.ACCEPTED)
    readers = [each for each in await tell.author_accounts(tx, opinion) if each.unreachable_at is None]
    parts = [opinion]
    for _ in held[1:]:
        part = _another(opinion, await next_number(tx))
        tx.session.add(part)
        parts.append(part)
    opinion.original, opinion.written, opinion.needs_interpreter = opinion.text, None, False
    await tx.session.flush()
    for part, line in zip(parts, held, strict=True):
        part.text, part.folded, part.field_id = line["text"], fold(line["text"]), line["field"]
        if part is not opinion:
            events.record(tx, "opinion.split_off", "opinion", part.id, official, number=opinion.number)
        if line["unit"] != APART:
            part.transcription, part.asked_at = Transcription.ASKED if readers else None, tx.now
            await _give(tx, part, official, line["unit"])
    kind = "opinion.transcribed" if is_written(opinion) else "opinion.split"
    events.record(tx, kind, "opinion", opinion.id, official, count=len(parts))
    await asking.show(tx, opinion)
    shown = [part for part in parts if part.transcription is Transcription.ASKED]
    if shown:
        await tell.author(tx, opinion, "transcribed", _key(shown[0]), not_before=asking.later(tx))
    return parts


def _another(opinion: Opinion, number: int) -> Opinion:
    return Opinion(
        id=number,
        number=number,
        person_id=opinion.person_id,
        account_id=opinion.account_id,
        text="",
        folded="",
        village_id=opinion.village_id,
        field_id=opinion.field_id,
        named=opinion.named,
        state=OpinionState.RECEIVED,
        raised_at=opinion.raised_at,
        sort_due=opinion.sort_due,
        notice_due=opinion.notice_due,
        split_from_id=opinion.id,
        needs_interpreter=False,
        entered_by_id=opinion.entered_by_id,
        attachments=[],
        additions=[],
    )


async def _give(tx: Transaction, opinion: Opinion, official: Official, unit_id: str) -> None:
    issue = await issues.accept(tx, opinion, official, unit_id=unit_id)
    event = await events.last(tx, "opinion", opinion.id, ["opinion.accepted"])
    if event is None:
        raise LookupError(f"opinion {opinion.id} was accepted without an event")
    await tell_unit(tx, issue, event)


def _key(opinion: Opinion) -> str:
    return f"transcribed:{opinion.id}:{asking.stamp(opinion.asked_at) if opinion.asked_at else 0}"


async def parts_of(tx: Transaction, opinion: Opinion) -> list[Opinion]:
    """The opinions that one became, the one that kept the code first, whichever of them is given; itself alone else."""
    first_id = opinion.split_from_id or opinion.id
    found = await tx.session.scalars(
        select(Opinion)
        .where((Opinion.id == first_id) | (Opinion.split_from_id == first_id))
        .order_by(Opinion.split_from_id.is_not(None), Opinion.number)
        .options(selectinload(Opinion.attachments), *standing())
    )
    return list(found)


async def shown_of(tx: Transaction, opinion: Opinion) -> list[Opinion]:
    """Those of them that the author was shown to say whether they are right."""
    return [part for part in await parts_of(tx, opinion) if part.transcription is not None]


async def confirm(tx: Transaction, opinion: Opinion) -> list[Opinion]:
    """The author says that what was written down is right; returns what it became, nothing when that is not asked."""
    return await _answered(tx, opinion, Transcription.CONFIRMED, "opinion.confirmed")


async def dispute(tx: Transaction, opinion: Opinion) -> list[Opinion]:
    """The author says that it is not right, and the clerk is told; returns what it became, as `confirm` does."""
    parts = await _answered(tx, opinion, Transcription.DISPUTED, "opinion.disputed")
    if parts:
        await tell_first_readers(tx, parts[0], "disputed", f"disputed:{_key(parts[0])}")
    return parts


async def _answered(tx: Transaction, opinion: Opinion, said: Transcription, kind: str) -> list[Opinion]:
    parts = await shown_of(tx, opinion)
    if not parts or parts[0].transcription is said:
        return []
    for part in parts:
        part.transcription = said
    events.record(tx, kind, "opinion", parts[0].id, Actor.RESIDENT, count=len(parts))
    for part in parts:
        await asking.show(tx, part)
    return parts


async def correct(tx: Transaction, opinion: Opinion, official: Official, text: str) -> list[Opinion]:
    """Puts other words in what the office wrote down, line by line, and asks the author again.

    Raises ForbiddenMove once one was answered, OtherCount unless there are as many lines as it became, BadLines.
    """
    parts = await shown_of(tx, opinion)
    lines = lines_of(text)
    if not parts or any(part.state is not OpinionState.ACCEPTED for part in parts):
        raise ForbiddenMove(opinion.state, OpinionState.ACCEPTED)
    if len(lines) != len(parts):
        raise OtherCount
    first = parts[0]
    for part, line in zip(parts, lines, strict=True):
        part.text, part.folded = line, fold(line)
        part.transcription, part.asked_at = Transcription.ASKED, tx.now
        await asking.show(tx, part)
    events.record(tx, "opinion.rewritten", "opinion", first.id, official, count=len(parts))
    await tell.author(tx, first, "transcribed", _key(first), not_before=asking.later(tx))
    return parts


async def ask_for_interpreter(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """Says on every card, to the other first readers too, that somebody is needed who understands Nùng or Tày."""
    if opinion.needs_interpreter:
        return
    opinion.needs_interpreter = True
    events.record(tx, "opinion.interpreter_asked", "opinion", opinion.id, official)
    await asking.show(tx, opinion)
