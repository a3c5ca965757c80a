"""What the office keeps to answer itself: the issues of no unit, or of a unit that has no staff here."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.filters import Allowed, Picked
from handlers.keyboards import Choice, keyboard
from handlers.official import unitcards
from handlers.official.sorting import say_in_place
from handlers.turn import Turn
from storage import issues, waiting
from storage.rights import Right
from storage.states import OpinionState


def build() -> Router:
    router = Router(name="kept")
    router.callback_query.register(show, Picked("o:kept"), Allowed(Right.SORT))
    return router


async def show(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """The card at a position, from 0, the most urgent first; the last one past the end."""
    found = await waiting.kept(turn.tx)
    if not found:
        await say_in_place(callback, turn, turn.say("o-kept-none"), None)
        return
    at = min(picked, len(found) - 1)
    issue = await issues.by_id(turn.tx, found[at])
    voices = await issues.opinions_of(turn.tx, issue) if issue is not None else []
    voices = [each for each in voices if each.state is not OpinionState.WITHDRAWN] or voices
    if issue is None or not voices:
        await say_in_place(callback, turn, turn.say("o-kept-none"), None)
        return
    first = issues.first_of(voices)
    card = unitcards.text(turn.say, turn.tx.commune, issue, voices)
    choices: list[Choice] = [
        (turn.say.plain("o-button-answer"), f"o:answer:{first.id}"),
        (turn.say.plain("o-button-read"), f"o:read:{first.id}"),
        (turn.say.plain("o-button-units"), f"o:units:{first.id}"),
    ]
    if at > 0:
        choices.append(("‹", f"o:kept:{at - 1}"))
    if at < len(found) - 1:
        choices.append(("›", f"o:kept:{at + 1}"))
    text = turn.say("o-page", position=at + 1, count=len(found), card=card)
    await say_in_place(callback, turn, text, keyboard(choices), first)
