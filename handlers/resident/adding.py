"""Further words and files to an opinion that was sent."""

from datetime import timedelta

from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardMarkup, Message

from handlers.incoming import file_of, words_of
from handlers.keyboards import keyboard
from handlers.resident.beginning import begin as begin_draft
from handlers.resident.saying import REFUSED, Event, choices, see_button, tell
from handlers.resident.states import Adding
from handlers.resident.steps import OPINION
from handlers.signs import is_emergency
from handlers.suspicion import is_about_a_person
from handlers.telling import code
from handlers.turn import Turn
from storage import asking, files, opinions
from storage.models import Opinion

STALE = timedelta(hours=12)
"""A question left alone for longer: what comes now may be a new matter, so she is asked which."""

ALBUM = "album"
"""In the conversation's data: the album whose first photo was acknowledged; its others are taken silently."""

KIND = "kind"
"""In the conversation's data: the notice by which the office hears of what comes, when it is more than an addition."""

DONE = "done"
"""In the conversation's data: her words came, and only the rest of their album is still awaited."""


async def begin(event: Event, turn: Turn, state: FSMContext, opinion: Opinion, key: str) -> None:
    """Asks for more about an opinion, with the question `key`."""
    await state.set_state(Adding.more)
    await state.set_data({OPINION: opinion.id})
    await tell(event, turn.say(key, code=code(turn.tx.commune, opinion)), _enough(turn, opinion))


def _enough(turn: Turn, opinion: Opinion) -> InlineKeyboardMarkup:
    return choices(turn, ("button-enough", f"r:enough:{opinion.id}"))


async def open_opinion(message: Message, turn: Turn, state: FSMContext) -> Opinion | None:
    """The opinion that what came is to be added to, or None when it is not awaited any more."""
    data = await state.get_data()
    if data.get(DONE) and message.media_group_id != data.get(ALBUM):
        return None
    return await opinions.of_caller(turn.tx, turn.caller, int(data.get(OPINION) or 0))


def is_stale(turn: Turn) -> bool:
    return turn.tx.now - turn.caller.conversation.updated_at > STALE


async def ask_about_a_person(message: Message, turn: Turn, state: FSMContext, words: str, opinion: Opinion) -> None:
    """Words that may accuse somebody go to nobody before she said what she wants, to this opinion if they do not."""
    await state.clear()
    await begin_draft(message, turn, state, words, [opinion.id])


async def take(message: Message, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """Adds what came, tells the clerk, and says so once an album."""
    album, words, file = message.media_group_id, words_of(message), file_of(message)
    if is_about_a_person(words) and opinion.entered_by_id is None and turn.caller.draft is None:
        await ask_about_a_person(message, turn, state, words, opinion)
        return
    known = album is not None and (await state.get_data()).get(ALBUM) == album
    refused = files.attach(turn.tx, turn.caller.account, opinion, file) if file is not None else None
    if words or (file is not None and refused is None and not known):
        fresh = opinion.attachments[-1:] if file is not None and refused is None else []
        await turn.tx.session.flush()
        opinion.message_ids = [*(opinion.message_ids or []), message.message_id]
        await opinions.add_to(turn.tx, opinion, words, (await state.get_data()).get(KIND) or "addition", fresh)
    elif file is not None and refused is None:
        await asking.pass_files(turn.tx, opinion)
    await state.update_data({ALBUM: album})
    shown = code(turn.tx.commune, opinion)
    if refused is not None:
        await tell(message, turn.say(REFUSED[refused]), _enough(turn, opinion))
    if is_emergency(words):
        await tell(message, turn.say("urgent-added", hotline=turn.tx.commune.hotline, code=shown))
    elif words:
        await tell(message, turn.say("added-to", code=shown), keyboard([see_button(turn, opinion)]))
    elif file is None:
        await tell(message, turn.say("add-more", code=shown), _enough(turn, opinion))
    elif refused is None and not known:
        await tell(message, turn.say("file-added-to", code=shown), _enough(turn, opinion))
    if words and album is not None:
        await state.update_data({DONE: True})
    elif words:
        await state.clear()
