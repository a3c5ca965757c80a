"""The first words of an opinion: held, and the first question asked."""

from collections.abc import Sequence

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


async def begin(message: Message, turn: Turn, state: FSMContext, words: str, about: Sequence[int] = ()) -> None:
    """Holds the words and the file, if any, and asks the first question; `about` are opinions they may belong to."""
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
    if about:
        await state.update_data({steps.OPINION: about[0], steps.OTHER: about[1] if len(about) > 1 else None})
    if about and draft.suspicion is None:
        await state.set_state(Raising.where)
        await steps.ask_again(message, turn, state, draft, note)
    else:
        await steps.ask(message, turn, state, draft, note)


async def told_about(message: Message, turn: Turn) -> list[int]:
    """Her opinions that her words may belong to, the likeliest first: none, one or two.

    The one that the message she replies to was a notice about, alone. Else the one that she is being asked about,
    whatever she was told since, and the one that the last message that reached her was a notice about.
    """
    person = turn.caller.person
    if person is None:
        return []
    account_id = turn.caller.account.id
    found: list[int] = []
    if message.reply_to_message is not None:
        replied = message.reply_to_message.message_id
        behind = await outbox.opinion_behind(turn.tx, account_id, replied, NOTICES)
        found = [behind] if behind is not None else []
    if not found:
        waiting = await opinions.asked_of(turn.tx, person, None)
        last = await outbox.last_sent(turn.tx, account_id)
        told = last.opinion_id if last is not None and last.kind in NOTICES else None
        found = [each.id for each in waiting[:1]]
        found += [told] if told is not None and told not in found else []
    return [each for each in found if await opinions.own_by_id(turn.tx, person, each) is not None]
