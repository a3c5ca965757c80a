"""The card of a commitment: who promised what by when, how late it is, what its authors found."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardMarkup

from handlers import cards
from handlers.keyboards import Choice, keyboard
from handlers.official.commands import ROLES
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Never, Rendered, readable
from handlers.telling import code, cut, field_label, files_line, long_day, short_day, unit_name, village_name
from handlers.words import Html, Say
from storage import ratings
from storage.commune import Commune
from storage.issues import by_id, today
from storage.models import AttachmentState, Commitment, Issue, Official, Opinion, Rating, Role
from storage.outbox import Delivery

PROMISE = 200
"""Characters of the words that asked for it."""

RATED = (
    (Rating.DONE, "o-rated-done"),
    (Rating.PARTLY, "o-rated-partly"),
    (Rating.NOT_DONE, "o-rated-not-done"),
)


def post_of(say: Say, commune: Commune, official: Official) -> str:
    """What an official is called in a sentence: the post, else the unit of staff, else the role; plain text."""
    unit = commune.unit(official.unit_id) if official.unit_id and official.role is Role.STAFF else None
    return official.post or (unit.name if unit else say.plain(ROLES[official.role]))


def days_left(say: Say, due: date, day: date) -> Html:
    """ "còn 2 ngày", "hôm nay", "trễ 3 ngày"."""
    days = (due - day) // timedelta(days=1)
    return say("o-promise-late", days=-days) if days < 0 else say("o-promise-left", days=days)


def text(
    say: Say,
    commune: Commune,
    commitment: Commitment,
    issue: Issue,
    lead: Opinion,
    day: date,
    rated: Counter[Rating | None],
) -> Html:
    """The card; `commitment.attachments` must be loaded. Nobody's name."""
    title = issue.title or f"{village_name(say, commune, lead.village_id)} · {field_label(commune, issue.field_id)}"
    unit = unit_name(commune, commitment.unit_id)
    lines = [say("o-promise-head", code=code(commune, lead), title=title, unit=unit)]
    if lead.text.strip():
        lines.append(cards.quote(say, cut(lead.text, PROMISE)))
    closed_at = commitment.closed_at
    if closed_at is None:
        left = days_left(say, commitment.due, day)
        lines.append(say("o-promise-due", due=long_day(commitment.due), left=left))
        if commitment.due_reason:
            lines.append(say("o-promise-moved", reason=commitment.due_reason))
        return Html("\n".join(lines))
    closed = closed_at.astimezone(commune.timezone).date()
    if commitment.closed_by_id is None:
        lines.append(say("o-promise-taken-back", day=short_day(closed), reason=commitment.due_reason or ""))
        return Html("\n".join(lines))
    sound = [each for each in commitment.attachments if each.state is AttachmentState.STORED]
    files = Html(f" · {files_line(say, sound)}") if sound else ""
    lines.append(say("o-promise-kept", day=short_day(closed), due=long_day(commitment.due), files=files))
    if commitment.evidence:
        lines.append(cards.quote(say, commitment.evidence))
    lines.append(_rated(say, rated))
    return Html("\n".join(lines))


def _rated(say: Say, rated: Counter[Rating | None]) -> Html:
    """What the authors found; those who said nothing of it are counted as such, never as content."""
    said = [say(key, count=rated[rating]) for rating, key in RATED if rated[rating]]
    silent = rated.total() - sum(rated[rating] for rating, _ in RATED)
    if silent:
        said.append(say("o-rated-none", count=silent))
    return say("o-rated", list=Html(" · ".join(said)))


def buttons(say: Say, commitment: Commitment, lead: Opinion, official: Official) -> InlineKeyboardMarkup:
    """What this official can do with it."""
    choices: list[Choice] = []
    if commitment.closed_at is None:
        if official.role is Role.LEADER:
            choices.append((say.plain("o-button-nudge"), f"o:nudge:{commitment.id}"))
        choices.append((say.plain("o-button-fulfil"), f"o:fulfil:{commitment.id}"))
        choices.append((say.plain("o-button-postpone"), f"o:postpone:{commitment.id}"))
    choices.append((say.plain("o-button-read"), f"o:read:{lead.id}"))
    return keyboard(choices)


async def _card(batch: Batch, delivery: Delivery, say: Say, head: Html | None) -> Rendered:
    """A card under the line that says why it came; once the promise is kept the line goes."""
    lead = readable(batch, delivery)
    if isinstance(lead, Never):
        return lead
    commitment = batch.material.commitments.get(delivery.payload["commitment_id"])
    official = batch.material.readers.get(delivery.account_id)
    if commitment is None or commitment.issue_id != lead.issue_id:
        return GONE
    if official is None:
        return NOT_FOR_THEM
    if commitment.closed_at is not None and not delivery.is_change:
        return Never("kept meanwhile")
    issue = await by_id(batch.tx, commitment.issue_id)
    if issue is None:
        return GONE
    rated = await ratings.tally(batch.tx, issue)
    shown = text(say, batch.tx.commune, commitment, issue, lead, today(batch.tx), rated)
    if head is not None and commitment.closed_at is None:
        shown = Html(f"{head}\n{shown}")
    return SendMessage(chat_id=0, text=shown, reply_markup=buttons(say, commitment, lead, official))


async def _commitment_due(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    return await _card(batch, delivery, say, say("o-promise-reminder"))


async def _nudge(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    leader = await batch.tx.session.get(Official, delivery.payload["official_id"])
    who = post_of(say, batch.tx.commune, leader) if leader is not None else say.plain(ROLES[Role.LEADER])
    return await _card(batch, delivery, say, say("o-promise-nudged", who=who))


async def _commitment_shift(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    before = long_day(date.fromisoformat(delivery.payload["before"]))
    return await _card(batch, delivery, say, say("o-promise-shifted", before=before))


KINDS: Mapping[str, Kind] = {
    "commitment_due": _commitment_due,
    "nudge": _nudge,
    "commitment_shift": _commitment_shift,
}
