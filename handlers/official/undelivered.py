"""Answers that did not reach their authors: listed for the clerk, who tells them in another way."""

from html import escape

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers.cards import author_line
from handlers.filters import Allowed, Picked
from handlers.keyboards import keyboard
from handlers.official.talk import alert, change, official_of
from handlers.telling import code, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import undelivered
from storage.rights import Right

LISTED = 5
"""Answers on one page; the next ones follow as these are told."""


def build() -> Router:
    router = Router(name="undelivered")
    router.callback_query.register(show, F.data == "o:undelivered", Allowed(Right.RELEASE))
    router.callback_query.register(told, Picked("o:told"), Allowed(Right.RELEASE))
    return router


async def show(callback: CallbackQuery, turn: Turn) -> None:
    """[Trả lời chưa tới]."""
    await change(callback, *await _page(turn))


async def told(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Đã báo KX-12]."""
    if not await undelivered.tell(turn.tx, official_of(turn), picked):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await change(callback, *await _page(turn))


async def _page(turn: Turn) -> tuple[Html, InlineKeyboardMarkup | None]:
    say, commune = turn.say, turn.tx.commune
    found = await undelivered.answers(turn.tx)
    if not found:
        return say("o-undelivered-none"), None
    lines = [
        say(
            "o-undelivered-line",
            code=code(commune, each.opinion),
            village=village_name(say, commune, each.opinion.village_id),
            author=Html(escape(author_line(say, each.author), quote=False)),
            state=each.state.value,
        )
        for each in found[:LISTED]
    ]
    choices = [
        (say.plain("o-button-told", code=code(commune, each.opinion)), f"o:told:{each.opinion.id}")
        for each in found[:LISTED]
    ]
    text = say("o-undelivered", count=len(found), list=Html("\n".join(lines)))
    return text, keyboard(choices)
