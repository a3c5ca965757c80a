"""The first words of an opinion: held, and the first question asked."""

from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.incoming import file_of
from handlers.resident import steps, suspecting
from handlers.resident.saying import REFUSED, tell
from handlers.resident.states import Raising
from handlers.signs import is_emergency
from handlers.turn import Turn
from storage import files, opinions, outbox

NOTICES = frozenset(
    {
        "accepted",
        "answer",
        "asked",
        "commitment_moved",
        "corrected",
        "due_moved",
        "fulfilled",
        "overdue",
        "rate_reminder",
        "transcribed",
        "verdict",
    }
)
"""Kinds of notices about one opinion after which her words may belong to it."""


async def begin(message: Message, turn: Turn, state: FSMContext, words: str, about: int | None = None) -> None:
    """Holds the words and the file, if any, and asks the first question; `about` is an opinion they may belong to."""
    file = file_of(message)
    refused = files.refusal_of(file, 0) if file is not None else None
    if refused is not None and not words:
        await tell(message, turn.say(REFUSED[refused]))
        return
    draft = await steps.hold(turn, state, words)
    suspecting.suspect(turn, draft, words)
    note = turn.say(REFUSED[refused]) if refused is not None else None
    if file is not None and refused is None:
        files.attach(turn.tx, turn.caller.account, draft, file)
    if is_emergency(words):
        await state.set_state(Raising.urgent)
        await steps.ask_again(message, turn, state, draft, note)
        return
    if about is not None:
        await state.update_data({steps.OPINION: about})
    if about is not None and draft.suspicion is None:
        await state.set_state(Raising.where)
        await steps.ask_again(message, turn, state, draft, note)
    else:
        await steps.ask(message, turn, state, draft, note)


async def opinion_told_about(message: Message, turn: Turn) -> int | None:
    """Her opinion that her words may belong to.

    The one that the message she replies to, or the last one that reached her, was a notice about; else the one that
    she is being asked about.
    """
    person = turn.caller.person
    if person is None:
        return None
    account_id = turn.caller.account.id
    opinion_id = None
    if message.reply_to_message is not None:
        replied = message.reply_to_message.message_id
        opinion_id = await outbox.opinion_behind(turn.tx, account_id, replied, NOTICES)
    if opinion_id is None:
        last = await outbox.last_sent(turn.tx, account_id)
        opinion_id = last.opinion_id if last is not None and last.kind in NOTICES else None
    if opinion_id is None:
        waiting = await opinions.asked_of(turn.tx, person, None)
        return waiting[0].id if waiting else None
    opinion = await opinions.own_by_id(turn.tx, person, opinion_id)
    return opinion.id if opinion is not None else None
