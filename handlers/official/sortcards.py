"""What a clerk reads of a matter that waits to be sorted, and the buttons under it."""

from dataclasses import dataclass
from datetime import date

from aiogram.types import InlineKeyboardMarkup

from handlers import cards
from handlers.keyboards import Choice, keyboard
from handlers.official import voicecards
from handlers.telling import QUOTED, cut, field_label, short_day, village_name
from handlers.words import Html, Say
from storage import splitting
from storage.answers import ANSWERABLE
from storage.commune import Commune, format_code
from storage.mates import Mate
from storage.models import Opinion, Person
from storage.sorting import ASSIGNABLE
from storage.states import IssueState, OpinionState

MATE = 150
"""Characters of a likely mate: enough to see whether it is the same matter."""

MOST = 6
"""Buttons under a card; one that also offers to undo what was done before it may have one more."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one tap on a card does: the unit that gets it, by its name, and by which day it answers.

    `back_to` is the id of the unit that gave it back.
    """

    unit: str
    due: date
    back_to: str | None = None


def offer(commune: Commune, opinion: Opinion, due: date, returned_by: str | None = None) -> Offer:
    """The unit of the opinion's field, or of its issue, and `due`, the default, unless the issue has its own day.

    `returned_by` is the unit that gave the issue back (`units.returned_by`).
    """
    if opinion.issue is not None:
        unit_id = returned_by or opinion.issue.unit_id
        unit = commune.unit(unit_id) if unit_id else None
        back_to = returned_by if unit is not None else None
        return Offer(unit.name if unit else commune.office, opinion.issue.due or due, back_to)
    field = commune.field(opinion.field_id) or commune.field("khac")
    unit = commune.unit(field.unit) if field else None
    return Offer(unit.name if unit else commune.office, due)


def is_cut(opinion: Opinion, limit: int = QUOTED) -> bool:
    return len(opinion.text.strip()) > limit


def text(
    say: Say,
    commune: Commune,
    opinion: Opinion,
    author: Person | None,
    offered: Offer,
    *,
    mate: Mate | None = None,
    limit: int = QUOTED,
) -> Html:
    """A matter that waits. `opinion.attachments` and `opinion.issue` must be loaded."""
    head, spoken = cards.head(say, commune, opinion, author), voicecards.line(say, commune, opinion)
    if splitting.is_unheard(opinion):
        return Html(f"{head}\n{spoken}")
    lines = [head, cards.quote(say, cut(opinion.text, limit))]
    field = field_label(commune, opinion.field_id)
    due = short_day(offered.due)
    if opinion.issue is not None and opinion.issue.state is IssueState.OPEN:
        reason = opinion.issue.returned_reason or ""
        lines.append(say("o-sort-returned", unit=offered.unit, reason=reason, due=due))
    else:
        lines.append(say("o-sort-offer", field=field, unit=offered.unit, due=due))
    if spoken is not None:
        lines.append(spoken)
    if mate is not None:
        lines.append(like(say, commune, opinion, mate))
    return Html("\n".join(lines))


def like(say: Say, commune: Commune, opinion: Opinion, mate: Mate) -> Html:
    """ "Gần giống KX-07, cùng thôn, 6 người: “…”"."""
    known = opinion.village_id is not None and opinion.village_id == mate.village_id
    place = say.plain("o-sort-same-village") if known else village_name(say, commune, mate.village_id)
    words = cards.quote(say, cut(" ".join(mate.text.split()), MATE))
    number = format_code(commune.short_code, mate.number)
    return say("o-sort-like", code=number, place=place, people=mate.people, words=words)


def buttons(
    say: Say,
    commune: Commune,
    opinion: Opinion,
    offered: Offer,
    *,
    mate: Mate | None = None,
    limit: int = QUOTED,
    has_more: bool = False,
    undo: int | None = None,
) -> InlineKeyboardMarkup:
    """What can be done with a card that waits. `undo` is what can be undone; `has_more`: not all is on the card."""
    is_returned = opinion.state is not OpinionState.RECEIVED
    choices: list[Choice] = voicecards.buttons(say, opinion) or []
    if choices:
        return keyboard([*choices, (say.plain("o-button-undo"), f"o:undo:{undo}")] if undo is not None else choices)
    if offered.back_to is not None:
        choices.append((say.plain("o-button-give-back", unit=offered.unit), f"o:assign:{opinion.id}:{offered.back_to}"))
    elif not is_returned:
        choices.append((say.plain("o-button-accept", unit=offered.unit), f"o:accept:{opinion.id}"))
    if mate is not None:
        label = say.plain("o-button-merge", code=format_code(commune.short_code, mate.number))
        choices.append((label, f"o:merge:{opinion.id}:{mate.opinion_id}"))
    choices.append((say.plain("o-button-units"), f"o:units:{opinion.id}"))
    if not is_returned:
        choices.append((say.plain("o-button-ask-back"), f"o:ask:{opinion.id}"))
    choices.append((say.plain("o-button-other-ways"), f"o:other:{opinion.id}"))
    if has_more or is_cut(opinion, limit):
        choices.append((say.plain("o-button-read"), f"o:read:{opinion.id}"))
    elif len(choices) + (undo is not None) < MOST:
        choices.append((say.plain("o-button-answer"), f"o:answer:{opinion.id}"))
    if undo is not None:
        choices.append((say.plain("o-button-undo"), f"o:undo:{undo}"))
    return keyboard(choices)


def settled(
    say: Say, commune: Commune, opinion: Opinion, author: Person | None, what: Html | None, today: date | None = None
) -> Html:
    """A matter that was sorted: its words and what was done with them last."""
    happened = what or say("o-office-state", state=opinion.state.value)
    if (spoken := voicecards.line(say, commune, opinion, today)) is not None:
        happened = Html(f"{happened}\n{spoken}")
    return say(
        "o-sort-settled",
        head=cards.head(say, commune, opinion, author),
        words=cards.quote(say, cut(opinion.text, QUOTED)),
        what=happened,
    )


def settled_buttons(say: Say, opinion: Opinion, undo: int | None, *, is_joined: bool = False) -> InlineKeyboardMarkup:
    """What is left to do with it here. `is_joined`: it is one voice of several, and may be split out."""
    choices: list[Choice] = []
    if opinion.state in ANSWERABLE and (opinion.issue is None or opinion.issue.state in ASSIGNABLE):
        choices.append((say.plain("o-button-answer"), f"o:answer:{opinion.id}"))
    choices.append((say.plain("o-button-read"), f"o:read:{opinion.id}"))
    if opinion.issue is not None and opinion.issue.state in ASSIGNABLE:
        choices.append((say.plain("o-button-units"), f"o:units:{opinion.id}"))
    if is_joined:
        choices.append((say.plain("o-button-split-out"), f"o:splitout:{opinion.id}"))
    if undo is not None:
        choices.append((say.plain("o-button-undo"), f"o:undo:{undo}"))
    return keyboard(choices)
