"""What no other conversation took: unknown commands, buttons of earlier versions, stickers, games."""

from aiogram import F, Router
from aiogram.enums import ContentType
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.official import plain
from handlers.resident import steps
from handlers.resident.saying import hotline, tell, tell_over, tell_unknown
from handlers.turn import Turn

NO_WORDS = frozenset(
    {
        ContentType.STICKER,
        ContentType.POLL,
        ContentType.CONTACT,
        ContentType.GAME,
        ContentType.DICE,
        ContentType.LOCATION,
        ContentType.VENUE,
        ContentType.STORY,
        ContentType.INVOICE,
        ContentType.PAID_MEDIA,
        ContentType.CHECKLIST,
    }
)
"""What a person may send that is no word, picture or voice. Anything else is the messenger's own service message."""


def build() -> Router:
    router = Router(name="lost")
    router.message.register(unknown, F.text)
    router.message.register(no_words, F.content_type.in_(NO_WORDS))
    router.message.register(no_content, F.content_type == ContentType.UNKNOWN)
    router.callback_query.register(stale)
    return router


async def unknown(message: Message, turn: Turn) -> None:
    """A command that she does not have, or that nobody has; an official is shown his own."""
    official = turn.caller.official
    if official is not None and official.revoked_at is None:
        await plain.no_command(message, turn)
    else:
        await tell_unknown(message, turn)


async def no_words(message: Message, turn: Turn, state: FSMContext) -> None:
    """Says kindly what is taken; a question that is open is asked again below it."""
    draft = turn.caller.draft
    if draft is not None:
        await steps.ask_again(message, turn, state, draft, turn.say("no-words"))
    else:
        await tell(message, turn.say("no-words"))


async def no_content(message: Message, turn: Turn, state: FSMContext) -> None:
    """Zalo passes nothing on of what children, disabled people and others it protects write: a human must hear them."""
    commune = turn.tx.commune
    where = {"hotline": commune.hotline, "address": commune.reception}
    text = turn.say("no-content-chat", chat=commune.chat, **where) if commune.chat else turn.say("no-content", **where)
    draft = turn.caller.draft
    if draft is not None:
        await steps.ask_again(message, turn, state, draft, text)
    else:
        await tell(message, text, hotline(turn))


async def stale(callback: CallbackQuery, turn: Turn) -> None:
    await tell_over(callback, turn)
