"""What the officials' handlers share: the official, a message changed in place, a reply that is about an opinion."""

from collections.abc import Iterable

from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.cards import say_hour, say_instant
from handlers.filters import CARD
from handlers.official.commands import ROLES
from handlers.telling import code
from handlers.turn import Turn
from handlers.words import Html
from storage import opinions, outbox
from storage.models import Attachment, Official, Opinion, Priority
from storage.states import OpinionState

ANSWERED = frozenset({OpinionState.ANSWERED, OpinionState.SETTLED})


def official_of(turn: Turn) -> Official:
    """The official who speaks. Raises LookupError where the router's filter let somebody else pass."""
    if turn.caller.official is None:
        raise LookupError("no official speaks in this turn")
    return turn.caller.official


async def change(callback: CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """Puts `text` in the place of the message whose button was tapped, or below when that is too old to change."""
    if isinstance(callback.message, Message):
        await callback.message.edit_text(text, reply_markup=markup)
        await callback.answer()
    else:
        await tell(callback, text, markup)


async def tell(callback: CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """Says `text` in a new message and ends the button's spinner."""
    await SendMessage(chat_id=callback.from_user.id, text=text, reply_markup=markup).as_(callback.bot)
    await callback.answer()


async def alert(callback: CallbackQuery, text: str) -> None:
    """Says plain text of up to 200 characters; the message itself still shows what became of the first tap."""
    await callback.answer(text, show_alert=True)


def is_about(turn: Turn, opinion: Opinion) -> None:
    """The last reply shows this opinion: a reply to it is an answer to the opinion."""
    row = turn.replies[-1]
    row.kind, row.opinion_id = CARD, opinion.id


async def send_files(turn: Turn, files: Iterable[tuple[int, Attachment]]) -> None:
    """Queues files to the official who speaks, each with the id of the opinion that it is of.

    Not as replies: one that is still being fetched would hold back whatever is said next.
    """
    await outbox.queue(
        turn.tx,
        [
            outbox.Notice(
                turn.caller.account,
                "file",
                Priority.ANSWER,
                {"attachment_id": file.id, "opinion_id": opinion_id},
                opinion_id=opinion_id,
            )
            for opinion_id, file in files
        ],
    )


async def no_longer_open(turn: Turn, opinion: Opinion) -> Html:
    """Why an opinion cannot be answered now: who answered it and when, or where it stands."""
    answer = await opinions.released_answer(turn.tx, opinion)
    commune = turn.tx.commune
    if answer is None or answer.released_at is None or opinion.state not in ANSWERED:
        state = turn.say("o-office-state", state=opinion.state)
        return turn.say("o-not-open", code=code(commune, opinion), state=state)
    today = turn.tx.now.astimezone(commune.timezone).date()
    said = say_hour if answer.released_at.astimezone(commune.timezone).date() == today else say_instant
    role = turn.say.plain(ROLES[answer.official.role])
    return turn.say("o-answered-meanwhile", who=role, at=said(commune, answer.released_at))


def says_something(reason: str) -> bool:
    """Whether people could read it as a reason: a number alone picked from a list that is no longer there."""
    return any(one.isalpha() for one in reason)
