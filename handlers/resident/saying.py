"""How the residents' handlers speak: always in a new message, so that the same code answers a text and a tap."""

from datetime import datetime
from typing import Any

from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.keyboards import keyboard, with_call
from handlers.telling import code, state_in_words
from handlers.turn import Turn
from handlers.words import Html
from storage import opinions
from storage.files import Refused
from storage.models import Opinion

Event = Message | CallbackQuery

REFUSED = {
    Refused.TOO_LARGE: "refused-too-large",
    Refused.TOO_MANY: "refused-too-many",
    Refused.WRONG_TYPE: "refused-wrong-type",
}
"""What is said about a file that is not taken."""


async def tell(event: Event, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """Says `text` in a new message."""
    if event.from_user is None:
        raise LookupError("a message without a sender is not a resident's")
    await SendMessage(chat_id=event.from_user.id, text=text, reply_markup=markup).as_(event.bot)


def window_shut_by(turn: Turn, instant: datetime) -> int | None:
    """For how many days her messenger lets us write, where a message at `instant` comes too late if she is silent.

    None where it would reach her; also where she joined another account, to which it would go.
    """
    account = turn.caller.account
    window = turn.tx.commune.windows.get(account.messenger)
    if window is None or account.first_id is not None or instant <= turn.tx.now + window.open:
        return None
    return window.days


def choices(turn: Turn, *pairs: tuple[str, str]) -> InlineKeyboardMarkup:
    """Buttons from (text key, callback data)."""
    return keyboard([(turn.say.plain(key), data) for key, data in pairs])


def with_hotline(turn: Turn, markup: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """The buttons with one more that calls the commune, for a text that names its number."""
    return with_call(markup, turn.say.plain("button-call"), turn.tx.commune.hotline)


def hotline(turn: Turn) -> InlineKeyboardMarkup | None:
    """The button that calls the commune, by itself; None where its number cannot be dialled."""
    buttons = with_hotline(turn, keyboard([]))
    return buttons if buttons.inline_keyboard else None


def first_choices(turn: Turn) -> InlineKeyboardMarkup:
    """What the greeting offers."""
    return choices(
        turn,
        ("button-raise", "r:new"),
        ("button-mine", "r:mine"),
        ("button-conference", "r:conference"),
        ("button-answers", "r:answers:0"),
    )


async def tell_unknown(event: Event, turn: Turn) -> None:
    """The answer to whatever she cannot do, known to others or not."""
    await tell(event, turn.say("unknown"), first_choices(turn))


def commune_words(turn: Turn) -> dict[str, Any]:
    """What most long texts name: who keeps the words, where to go, whom to call, how long."""
    commune = turn.tx.commune
    return {
        "office": commune.office,
        "commune": commune.name,
        "address": commune.address,
        "hotline": commune.hotline,
        "retention": commune.retention,
    }


def hasty(turn: Turn) -> bool:
    """Whether this is the tap before it once more: her finger trembled, or the screen was slow."""
    return turn.repeated


async def tell_over(callback: CallbackQuery, turn: Turn, opinion: Opinion | None = None) -> None:
    """A button whose matter is over: a passing word on a tap repeated in haste, else where `opinion` stands now.

    Without `opinion` it is her newest one, if she has any.
    """
    if hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    newest = opinion or next(iter(await opinions.own(turn.tx, turn.caller.person, limit=1)), None)
    if newest is None:
        await tell(callback, turn.say("old-button"), choices(turn, ("button-raise", "r:new")))
    else:
        await tell(callback, *stands(turn, newest, "old-button-of"))
    await callback.answer()


def stands(turn: Turn, opinion: Opinion, key: str) -> tuple[Html, InlineKeyboardMarkup]:
    """A sentence that names an opinion and where it stands, with its button. `opinion.issue` must be loaded."""
    commune = turn.tx.commune
    shown = code(commune, opinion)
    text = turn.say(key, code=shown, state=state_in_words(turn.say, opinion, commune))
    return text, keyboard([see_button(turn, opinion), (turn.say.plain("button-raise-another"), "r:new")])


def see_button(turn: Turn, opinion: Opinion) -> tuple[str, str]:
    """[Xem KX-12]."""
    return turn.say.plain("button-see", code=code(turn.tx.commune, opinion)), f"r:see:{opinion.id}"
