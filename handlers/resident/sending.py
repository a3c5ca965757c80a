"""The draft becomes an opinion, and its author gets the code."""

from aiogram.fsm.context import FSMContext

from handlers.keyboards import keyboard
from handlers.resident.saying import Event, see_button, tell
from handlers.resident.steps import CONSENT_VERSION
from handlers.signs import is_emergency
from handlers.telling import arrived_line, code, short_day
from handlers.turn import Turn
from handlers.words import Html
from storage import drafts, entering
from storage.models import Draft
from storage.rights import Right, may


async def submit(
    event: Event,
    turn: Turn,
    state: FSMContext,
    draft: Draft,
    *,
    named: bool,
    name: str | None = None,
    phone: str | None = None,
) -> None:
    """Sends the draft to the clerk and says the code, and what happens next by when.

    `name` and `phone` are of the person that an official writes for.
    """
    author = None
    if draft.on_behalf:
        if not may(turn.caller.official, Right.ENTER):
            await drafts.drop(turn.tx, draft)
            turn.caller.draft = None
            await state.clear()
            await tell(event, turn.say("dropped"))
            return
        author = entering.author_of(turn.tx, turn.caller, draft, CONSENT_VERSION, name, phone)
    urgent = is_emergency(draft.text)
    opinion = await drafts.submit(turn.tx, turn.caller, draft, named=named, author=author, urgent=urgent)
    turn.caller.draft = None
    await state.clear()
    if author is not None:
        buttons = [
            (turn.say.plain("o-button-enter-another"), "o:enter"),
            (turn.say.plain("o-button-entered"), "o:entered"),
        ]
        await tell(event, turn.say("o-entered", code=code(turn.tx.commune, opinion)), keyboard(buttons))
        return
    files = arrived_line(turn.say, opinion.attachments)
    text = turn.say(
        "received-files" if files else "received",
        code=code(turn.tx.commune, opinion),
        due=short_day(opinion.notice_due),
        files=files,
    )
    if window := turn.tx.commune.windows.get(turn.caller.account.messenger):
        text = Html(f"{text}\n{turn.say('received-window', days=window.days, code=code(turn.tx.commune, opinion))}")
    await tell(event, text, keyboard([see_button(turn, opinion), (turn.say.plain("button-raise-another"), "r:new")]))
