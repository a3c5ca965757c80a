"""Welcome, help, giving up, and an official's words that belong to no step."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.methods import SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat, CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import command
from handlers.keyboards import keyboard
from handlers.official.commands import ROLES, commands_of, menu_of
from handlers.official.states import ALL, Announcing, Cancelling, Deciding, Planning, Sorting
from handlers.official.talk import change, official_of
from handlers.turn import Turn
from handlers.words import Html
from storage import announcements, answers, commitments, joincodes
from storage.models import Role
from storage.rights import Right, may, reads_received
from storage.states import AnnouncementState, AnswerState


def build() -> Router:
    router = Router(name="plain")
    router.message.register(help_, command("trogiup"))
    router.message.register(give_up, command("huy"), StateFilter(*ALL))
    router.message.register(only_words, ~F.text, StateFilter(Planning, Cancelling, Deciding, Announcing, Sorting))
    words = F.text & ~F.text.startswith("/") & ~F.text.func(joincodes.digits_of)
    router.message.register(lost, words | F.photo | F.document | F.voice, StateFilter(None))
    router.callback_query.register(tap_give_up, F.data == "o:quit")
    return router


async def welcome(message: Message, turn: Turn) -> None:
    """Says to somebody who has just become an official what the role can do, and gives the chat its commands."""
    official = official_of(turn)
    commands = [BotCommand(command=name, description=turn.say.plain(key)) for name, key in menu_of(official)]
    await SetMyCommands(commands=commands, scope=BotCommandScopeChat(chat_id=message.chat.id)).as_(message.bot)
    role = turn.say.plain(ROLES[official.role])
    unit = turn.tx.commune.unit(official.unit_id) if official.unit_id else None
    village = turn.tx.commune.village(official.village_id) if official.village_id else None
    place = unit.name if unit else village.name if village else turn.tx.commune.name
    text = turn.say("o-welcome", role=role, place=place, commands=_commands(turn), about=await _about(turn))
    await message.answer(text, reply_markup=_buttons(turn))


async def help_(message: Message, turn: Turn) -> None:
    await message.answer(
        turn.say("o-help", commands=_commands(turn), about=await _about(turn)), reply_markup=_buttons(turn)
    )


async def lost(message: Message, turn: Turn) -> None:
    key = "o-lost-answerer" if may(official_of(turn), Right.ANSWER) else "o-lost"
    await message.answer(turn.say(key, replies=_replies(turn)), reply_markup=_buttons(turn))


async def no_command(message: Message, turn: Turn) -> None:
    """A command that nobody has, or another role: these are his."""
    await message.answer(turn.say("o-no-command", commands=_commands(turn)), reply_markup=_buttons(turn))


def _replies(turn: Turn) -> str:
    """Whether a card can be answered by a reply to it where this official is: "yes" or "no"."""
    return "yes" if turn.tx.commune.hears_replies(turn.caller.account.messenger) else "no"


def _commands(turn: Turn) -> Html:
    return Html("\n".join(f"/{name} {turn.say(key)}" for name, key in commands_of(official_of(turn))))


ABOUT = {
    Role.STAFF: "o-about-staff",
    Role.VILLAGE_HEAD: "o-about-village-head",
    Role.OBSERVER: "o-about-observer",
    Role.ADMIN: "o-about-admin",
}


async def _about(turn: Turn) -> Html:
    official = official_of(turn)
    if official.role in ABOUT:
        return turn.say(ABOUT[official.role], replies=_replies(turn))
    reads = await reads_received(turn.tx, official)
    return turn.say("o-about-answering" if reads else "o-about-approving", replies=_replies(turn))


def _buttons(turn: Turn) -> InlineKeyboardMarkup:
    conference = "o:hoinghi" if may(official_of(turn), Right.PLAN_CONFERENCE) else "r:conference"
    choices = [(turn.say.plain("o-button-waiting"), "o:viec:0"), (turn.say.plain("o-button-conference"), conference)]
    if official_of(turn).role in (Role.VILLAGE_HEAD, Role.OBSERVER):
        choices.append((turn.say.plain("o-button-enter"), "o:enter"))
    return keyboard([*choices, (turn.say.plain("o-button-raise"), "r:new")])


async def only_words(message: Message, turn: Turn) -> None:
    quit_button = keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
    await message.answer(turn.say("o-words-only"), reply_markup=quit_button)


async def give_up(message: Message, turn: Turn, state: FSMContext) -> None:
    await _drop_what_is_written(turn, await state.get_data())
    await state.clear()
    await message.answer(turn.say("o-given-up"))


async def tap_give_up(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    if await state.get_state() not in {one for group in ALL for one in group.__all_states_names__}:
        await callback.answer(turn.say.plain("o-matter-gone"), show_alert=True)
        return
    await _drop_what_is_written(turn, await state.get_data())
    await state.clear()
    await change(callback, turn.say("o-given-up"))


async def _drop_what_is_written(turn: Turn, data: dict[str, Any]) -> None:
    official = official_of(turn)
    if answer_id := data.get("answer_id"):
        answer = await answers.own(turn.tx, official, answer_id)
        # What came back from the leader stays, with why; only what was never submitted goes.
        if answer is not None and answer.state is AnswerState.DRAFT and answer.submitted_at is None:
            await answers.discard(turn.tx, answer)
    if commitment_id := data.get("commitment_id"):
        commitment = await commitments.visible(turn.tx, official, commitment_id)
        if commitment is not None and commitment.closed_at is None:
            own = commitments.own_files(commitment, turn.caller.account)
            await commitments.drop_files(turn.tx, commitment, own)
    if announcement_id := data.get("announcement_id"):
        announcement = await announcements.by_id(turn.tx, announcement_id)
        is_own = announcement is not None and announcement.official_id == official.id
        # A colleague's draft that he was looking at stays.
        if announcement is not None and is_own and announcement.state is AnnouncementState.DRAFT:
            await announcements.discard(turn.tx, announcement, official)
