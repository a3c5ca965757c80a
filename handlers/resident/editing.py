"""Words that she edits where she wrote them: mended in the draft, offered as an addition once they were sent."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import InlineKeyboardMarkup, Message

from handlers.incoming import words_of
from handlers.keyboards import keyboard
from handlers.resident import steps, suspecting
from handlers.resident.mine import CLOSED
from handlers.resident.saying import see_button, stands, tell
from handlers.resident.states import Raising
from handlers.signs import is_emergency
from handlers.telling import QUOTED, code, cut
from handlers.turn import Turn
from handlers.words import Html
from storage import drafts, opinions
from storage.models import Draft, Opinion, Suspicion


def build() -> Router:
    router = Router(name="editing")
    router.edited_message.register(take)
    return router


async def take(message: Message, turn: Turn, state: FSMContext) -> None:
    """What she edited, if it is in something of hers; a place that moves is edited all the time and says nothing."""
    words, draft = words_of(message), turn.caller.draft
    # A group numbers its messages by itself: what is edited there is none of hers.
    if not words or message.location is not None or turn.group is not None:
        return
    if draft is not None and drafts.holds(draft, message.message_id):
        await _mend(message, turn, state, draft, words)
        return
    opinion = await opinions.own_by_message(turn.tx, turn.caller.account, message.message_id)
    if opinion is not None:
        await _offer(message, turn, state, opinion, words)


async def _mend(message: Message, turn: Turn, state: FSMContext, draft: Draft, words: str) -> None:
    if not drafts.edit_words(turn.tx, draft, message.message_id, words):
        await steps.ask_again(message, turn, state, draft, turn.say("edit-unclear"))
        return
    suspecting.suspect(turn, draft, words)
    current = await state.get_state()
    if is_emergency(words):
        await state.set_state(Raising.urgent)
        await steps.ask_again(message, turn, state, draft)
    elif draft.suspicion is Suspicion.ASKED:
        await steps.ask(message, turn, state, draft)
    elif current == Raising.preview.state and not turn.fixed:
        await steps.amend_preview(turn, draft)
    else:
        await steps.ask_again(message, turn, state, draft, turn.say("edited"))


async def _offer(message: Message, turn: Turn, state: FSMContext, opinion: Opinion, words: str) -> None:
    """What was sent stays as it was: the new words may be added to it."""
    shown = code(turn.tx.commune, opinion)
    if opinion.state in CLOSED:
        await tell(message, *stands(turn, opinion, "stands-now"))
        return
    if turn.caller.draft is not None:
        await tell(message, turn.say("edited-later", code=shown), keyboard([see_button(turn, opinion)]))
        return
    draft = await steps.hold(turn, state, words)
    suspecting.suspect(turn, draft, words)
    await state.update_data({steps.OPINION: opinion.id})
    if is_emergency(words):
        await state.set_state(Raising.urgent)
        await steps.ask_again(message, turn, state, draft)
    elif draft.suspicion is Suspicion.ASKED:
        await steps.ask(message, turn, state, draft)
    else:
        await state.set_state(Raising.where)
        await tell(message, *_question(turn, draft, opinion, words))


def _question(turn: Turn, draft: Draft, opinion: Opinion, words: str) -> tuple[Html, InlineKeyboardMarkup]:
    shown = code(turn.tx.commune, opinion)
    add = (turn.say.plain("button-add-to", code=shown), f"r:add:{draft.id}:{opinion.id}")
    leave = (turn.say.plain("button-enough"), f"r:drop:{draft.id}")
    return turn.say("edited-where", code=shown, text=cut(words, QUOTED)), keyboard([add, leave])
