"""The draft becomes an opinion, and its author gets the code."""

from aiogram.fsm.context import FSMContext

from handlers.keyboards import keyboard
from handlers.resident.saying import Event, see_button, tell
from handlers.telling import code, files_line, short_day
from handlers.turn import Turn
from storage import drafts
from storage.models import Draft


async def submit(event: Event, turn: Turn, state: FSMContext, draft: Draft, *, named: bool) -> None:
    """Sends the draft to the clerk and says the code, and what happens next by when."""
    opinion = await drafts.submit(turn.tx, turn.caller, draft, named=named)
    turn.caller.draft = None
    await state.clear()
    text = turn.say(
        "received-files" if opinion.attachments else "received",
        code=code(turn.tx.commune, opinion),
        due=short_day(opinion.notice_due),
        files=files_line(turn.say, opinion.attachments),
    )
    await tell(event, text, keyboard([see_button(turn, opinion), (turn.say.plain("button-raise-another"), "r:new")]))
