"""The card of a unit: one issue, who asks, by when; it shows where the issue stands for as long as it is the unit's."""

from collections.abc import Mapping, Sequence
from datetime import date

from aiogram.methods import SendMessage

from handlers import cards
from handlers.keyboards import Choice, keyboard
from handlers.official import voicecards
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.telling import QUOTED, code, cut, field_label, short_day, village_name
from handlers.words import Html, Say
from storage.commune import Commune
from storage.issues import first_of, tally, today
from storage.models import Issue, Opinion
from storage.outbox import Delivery
from storage.sorted import UNIT_CARD
from storage.states import IssueState, OpinionState


def text(say: Say, commune: Commune, issue: Issue, voices: Sequence[Opinion], on: date | None = None) -> Html:
    """Code and title, how many ask, the day, the first words and how many more there are. Nobody's name.

    `on` is the day for which it is said whether the author of what was written down has been silent for too long.
    """
    first = first_of(voices)
    place = village_name(say, commune, first.village_id)
    people, _ = tally(voices)
    shown = say(
        "o-unit-card",
        code=code(commune, first),
        title=issue.title or f"{place} · {field_label(commune, issue.field_id)}",
        people=people,
        due=short_day(issue.due) if issue.due else "",
        words=cards.quote(say, cut(first.text, QUOTED)),
        others=len(voices) - 1,
    )
    again = [code(commune, each) for each in voices if each.state is OpinionState.REOPENED]
    lines = [shown, say("o-unit-reopened", codes=", ".join(again)) if again else None]
    lines.append(voicecards.line(say, commune, first, on))
    return Html("\n".join(line for line in lines if line is not None))


def buttons(say: Say, issue: Issue, voices: Sequence[Opinion]) -> list[Choice]:
    """What its unit can do with an issue that waits for its answer."""
    first = first_of(voices)
    choices: list[Choice] = [(say.plain("o-button-write"), f"o:answer:{first.id}")]
    if len(voices) > 1:
        choices.append((say.plain("o-button-words", count=len(voices)), f"o:words:{issue.id}"))
    elif len(first.text.strip()) > QUOTED:
        choices.append((say.plain("o-button-read"), f"o:read:{first.id}"))
    choices.append((say.plain("o-button-not-ours"), f"o:notours:{issue.id}"))
    choices.append((say.plain("o-button-later"), f"o:later:{issue.id}"))
    return choices


async def _unit_card(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    commune, material = batch.tx.commune, batch.material
    opinion = material.opinions.get(delivery.payload["opinion_id"])
    if opinion is None:
        return GONE
    if delivery.account_id not in material.readers | material.groups:
        return NOT_FOR_THEM
    issue = opinion.issue
    if issue is None or not material.may_read(delivery.account_id, opinion):
        # What it showed goes from the screen; what was never shown is not sent.
        gone = say("o-unit-card-gone", code=code(commune, opinion))
        return SendMessage(chat_id=0, text=gone) if delivery.is_change else NOT_FOR_THEM
    voices = material.voices.get(issue.id)
    if not voices:
        closed = say("o-unit-card-state", state=IssueState.CLOSED.value)
        return SendMessage(chat_id=0, text=Html(f"{code(commune, opinion)}: {closed}"))
    shown = text(say, commune, issue, voices, today(batch.tx))
    first = first_of(voices)
    if first.id != opinion.id and opinion in voices:
        merged = say("o-unit-card-merged", code=code(commune, opinion), into=code(commune, first))
        shown = Html(f"{merged}\n{shown}")
    if issue.state is IssueState.ASSIGNED:
        return SendMessage(chat_id=0, text=shown, reply_markup=keyboard(buttons(say, issue, voices)))
    state = say("o-unit-card-state", state=issue.state.value)
    markup = keyboard([(say.plain("o-button-read"), f"o:read:{first.id}")])
    return SendMessage(chat_id=0, text=Html(f"{shown}\n{state}"), reply_markup=markup)


KINDS: Mapping[str, Kind] = {UNIT_CARD: _unit_card}
