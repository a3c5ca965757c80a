"""What waits (`/viec`): each role's own list."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import Allowed, Picked, command
from handlers.official import sealing
from handlers.official.digesting import conference_line
from handlers.official.homes import HOMES, Page
from handlers.official.talk import change, is_about, official_of, tell
from handlers.turn import Turn
from handlers.words import Html
from storage import delegations, opinions
from storage.models import Role
from storage.rights import Right, reads_received


def build() -> Router:
    router = Router(name="queue")
    router.message.register(show_queue, command("viec"), Allowed(Right.LIST))
    router.callback_query.register(turn_page, Picked("o:viec"), Allowed(Right.LIST))
    return router


async def show_queue(message: Message, turn: Turn) -> None:
    for page in await _pages(turn):
        await message.answer(page.text, reply_markup=page.markup)
        if page.opinion is not None:
            is_about(turn, page.opinion)


async def turn_page(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    page, *others = await _pages(turn)
    await change(callback, page.text, page.markup)
    if page.opinion is not None:
        is_about(turn, page.opinion)
    for other in others:
        await tell(callback, other.text, other.markup)


async def _pages(turn: Turn) -> list[Page]:
    """What waits for this official: his role's own list, and the clerk's too while a leader sorts in his place."""
    official = official_of(turn)
    roles = dict.fromkeys([Role.CLERK] if await reads_received(turn.tx, official) else [])
    found = [await HOMES[role](turn) for role in {**roles, official.role: None} if role in HOMES]
    if await delegations.fields_of(turn.tx, official):
        found.append(await HOMES[Role.LEADER](turn))
    # A leader's own list counts what waits apart among the rest, and opens it.
    apart = await sealing.page(turn) if official.role is not Role.LEADER else None
    return [*(found or [await _counts(turn)]), *([apart] if apart is not None else [])]


async def _counts(turn: Turn) -> Page:
    """The number alone, for a role that has no list."""
    line = await conference_line(turn.tx, turn.say)
    waiting = turn.say("o-waiting", count=await opinions.count_waiting(turn.tx))
    return Page(Html(f"{waiting}\n{line}") if line is not None else waiting)
