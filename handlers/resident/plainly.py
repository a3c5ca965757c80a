"""Answers in her own words to a question that offers choices: "ok", "khong", "khong biet", "dien nuoc"."""

from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.resident import accusing, steps, suspecting
from handlers.resident.saying import tell
from handlers.resident.sending import submit
from handlers.resident.states import Raising
from handlers.signs import is_no, is_unsure, is_yes
from handlers.telling import cut
from handlers.turn import Turn
from handlers.words import Html
from storage import drafts, people
from storage.commune import OTHER_FIELD
from storage.models import Draft

LONGEST = 40
"""Characters of such an answer that are said back."""

ASKED = frozenset(
    each.state
    for each in Raising.__states__
    if each not in (Raising.first, Raising.matter, Raising.name, Raising.words)
)
"""Where something is to be chosen, and no words are waited for."""


async def take(message: Message, turn: Turn, state: FSMContext, draft: Draft, words: str) -> bool:
    """Whether the words answered the question that is open, or clearly meant to: none of those is put to her matter.

    A yes agrees, or sends what has nothing left to choose. Whether her name goes along, and what deletes, she chooses.
    """
    current = await state.get_state()
    if current not in ASKED or (current == Raising.village.state and turn.tx.commune.find_village(words).village):
        return False
    yes = is_yes(words)
    if current == Raising.village.state and is_unsure(words):
        await steps.say_elsewhere(turn, state, draft)
    elif current == Raising.field.state and (field_id := _field(turn, words)) is not None:
        drafts.set_field(turn.tx, draft, field_id)
    elif current == Raising.consent.state and yes:
        people.consent(turn.tx, turn.caller.account, steps.CONSENT_VERSION)
        steps.remember_village(turn, draft)
    elif current == Raising.suspicion.state and yes:
        await accusing.accuses(message, turn, state, draft, "")
        return True
    elif current == Raising.preview.state and yes and steps.is_spoken(draft) and not draft.on_behalf:
        await submit(message, turn, state, draft, named=False)
        return True
    elif yes or is_no(words):
        await _ask_again(message, turn, state, draft, turn.say("no-such-choice", typed=cut(words, LONGEST)))
        return True
    else:
        return False
    await steps.ask(message, turn, state, draft)
    return True


async def _ask_again(message: Message, turn: Turn, state: FSMContext, draft: Draft, note: Html) -> None:
    if await state.get_state() == Raising.sealing.state and draft.target is not None:
        # Not a step back: she had chosen her way, and is asked for her consent to it.
        text, markup = await suspecting.consent(turn, draft.target, f"r:lane:{draft.id}")
        await tell(message, f"{note}\n\n{text}", markup)
    else:
        await steps.ask_again(message, turn, state, draft, note)


def _field(turn: Turn, words: str) -> str | None:
    if is_unsure(words):
        return OTHER_FIELD
    found = turn.tx.commune.find_field(words)
    return found.id if found is not None else None
