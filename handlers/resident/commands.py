"""What a resident can ask for by a command, a bare word or a button of the greeting."""

import re
from collections.abc import Awaitable, Callable

import structlog
from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.filters import command
from handlers.official.plain import welcome
from handlers.resident import (
    accusing,
    attending,
    beginning,
    joining,
    mine,
    mydata,
    released,
    spreading,
    steps,
    suspecting,
)
from handlers.resident.saying import Event, choices, commune_words, first_choices, hotline, tell, tell_unknown
from handlers.resident.states import Adding, Raising
from handlers.telling import village_name
from handlers.turn import Turn
from handlers.words import LANGUAGES
from storage import data, drafts, joincodes, people
from storage.commune import parse_code
from storage.folding import fold
from storage.models import Suspicion
from storage.people import CODE_PREFIX, Refusal

MENU = (
    ("gopy", "menu-raise"),
    ("theodoi", "menu-mine"),
    ("hoinghi", "menu-conference"),
    ("congkhai", "menu-answers"),
    ("trogiup", "menu-help"),
)
"""(command, text key) of a resident's command menu, for the messengers that show one."""

THON_PREFIX = "thon-"

_INVITATION = re.compile(rf"\s*{CODE_PREFIX}[0-9a-z]{{8,40}}\s*$", re.IGNORECASE)

log = structlog.get_logger(__name__)

Answer = Callable[[Event, Turn, FSMContext], Awaitable[None]]


def build() -> Router:
    router = Router(name="commands")
    router.include_router(_typed())
    router.message.register(open_invitation, F.text.regexp(_INVITATION))
    router.callback_query.register(tapped, F.data.in_(BUTTONS))
    router.callback_query.register(set_language, F.data.in_({f"r:language:{one}" for one in LANGUAGES}))
    return router


def _typed() -> Router:
    # One cheap filter before nine dear ones: most texts are no commands.
    router = Router(name="typed")
    router.message.filter(F.text.startswith("/"))
    router.message.register(start, command("start"))
    router.message.register(raise_, command("gopy"))
    router.message.register(follow, command("theodoi"))
    router.message.register(conference, command("hoinghi"))
    router.message.register(help_, command("trogiup", "help"))
    router.message.register(mydata_, command("dulieu"))
    router.message.register(languages, command("ngonngu"))
    router.message.register(cancel, command("huy"))
    return router


async def start(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """The greeting. `thon-<id>` says in which village; `moi-<code>` is an invitation to an office.

    `noi-<code>` is of another account of hers.
    """
    argument = (command.args or "").strip()
    if argument.lower().startswith(CODE_PREFIX):
        await _accept(message, turn, state, argument)
        return
    if (digits := joincodes.digits_of(argument)) is not None:
        await _leave(turn, state)
        await joining.show_offer(message, turn, digits)
        return
    opened = None
    if argument.startswith(THON_PREFIX):
        opened = turn.tx.commune.village(argument.removeprefix(THON_PREFIX))
    await _leave(turn, state)
    draft = turn.caller.draft
    if opened is not None and draft is not None:
        drafts.set_village(turn.tx, draft, opened.id)
        steps.remember_village(turn, draft)
    elif opened is not None:
        await state.update_data({steps.VILLAGE: opened.id})
    await greet(message, turn, opened.id if opened is not None else None)
    if draft is not None:
        await _offer(message, turn, state)


async def greet(message: Message, turn: Turn, village_id: str | None = None) -> None:
    """Who speaks here, what can be said and how, and what else there is."""
    how = "hold" if turn.holds else "tap"
    greeting = turn.say("greeting", how=how, **commune_words(turn))
    if village_id is not None:
        place = village_name(turn.say, turn.tx.commune, village_id)
        greeting = turn.say("greeting-village", how=how, village=place, **commune_words(turn))
    await tell(message, greeting, first_choices(turn))


async def open_invitation(message: Message, turn: Turn, state: FSMContext) -> None:
    await _accept(message, turn, state, (message.text or "").strip())


async def _accept(message: Message, turn: Turn, state: FSMContext, code: str) -> None:
    accepted = await people.accept_invitation(turn.tx, turn.caller.account, code)
    if isinstance(accepted, Refusal):
        await turn.tx.session.flush()
        log.warning("invitation.refused", reason=accepted.value, account_id=turn.caller.account.id)
        await tell_unknown(message, turn)
        return
    turn.caller.official = accepted
    await _leave(turn, state)
    await welcome(message, turn)


async def _leave(turn: Turn, state: FSMContext) -> None:
    """Closes a question that has no draft behind it; one about a draft stays open."""
    if turn.caller.draft is None or await state.get_state() in (Adding.more.state, *accusing.STATES):
        await state.clear()


async def _offer(event: Event, turn: Turn, state: FSMContext) -> None:
    """Her unfinished draft, to go on with or to drop."""
    draft = turn.caller.draft
    if draft is not None and draft.suspicion is Suspicion.ASKED:
        # Not quoted: it is about a person, and the phone may be in other hands.
        await steps.ask_again(event, turn, state, draft)
    elif draft is not None:
        held = steps.quoted(turn, draft)
        await tell(event, turn.say("unfinished", held=held), steps.unfinished(turn, draft))


async def raise_(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """/gopy, also with the words behind it."""
    words = (command.args or "").strip()
    draft = turn.caller.draft
    if not words:
        await new(message, turn, state)
    elif draft is None:
        await _leave(turn, state)
        await beginning.begin(message, turn, state, words)
    else:
        suspecting.add_words(turn, draft, words)
        await steps.ask_again(message, turn, state, draft, turn.say("added"))


async def new(event: Event, turn: Turn, state: FSMContext) -> None:
    """[Gửi ý kiến]: asks for the matter, or offers the draft that is there."""
    if turn.caller.draft is not None:
        await _offer(event, turn, state)
        return
    opened = (await state.get_data()).get(steps.VILLAGE)
    await state.set_state(Raising.first)
    await state.set_data({steps.VILLAGE: opened} if opened is not None else {})
    await tell(event, turn.say("ask-first"))


async def follow(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """/theodoi, also with a code."""
    await _leave(turn, state)
    typed = (command.args or "").strip()
    number = parse_code(typed, turn.tx.commune.short_code)
    if number is not None:
        await mine.show_number(message, turn, number)
    else:
        await mine.show_list(message, turn, state)


async def listed(event: Event, turn: Turn, state: FSMContext) -> None:
    await _leave(turn, state)
    await mine.show_list(event, turn, state)


async def conference(event: Event, turn: Turn, state: FSMContext) -> None:
    """When and where the next conference is."""
    await _leave(turn, state)
    await attending.show(event, turn)


async def help_(event: Event, turn: Turn, state: FSMContext) -> None:
    await _leave(turn, state)
    buttons = choices(
        turn,
        ("button-my-data", "r:data"),
        ("button-fewer", "r:fewer"),
        ("button-languages", "r:languages"),
        ("button-person", "r:person"),
    )
    await tell(event, turn.say("help", **commune_words(turn)), buttons)


async def person(event: Event, turn: Turn, state: FSMContext) -> None:
    """[Gặp người]: where a human is."""
    await tell(event, turn.say("person", **commune_words(turn)), hotline(turn))


async def mydata_(event: Event, turn: Turn, state: FSMContext) -> None:
    await _leave(turn, state)
    await mydata.show(event, turn, state)


async def languages(event: Event, turn: Turn, state: FSMContext) -> None:
    await tell(
        event,
        turn.say("languages"),
        choices(turn, ("button-vietnamese", "r:language:vi"), ("button-english", "r:language:en")),
    )


async def set_language(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    language = (callback.data or "").rpartition(":")[2]
    people.set_language(turn.caller.account, language)
    turn.say = turn.say.words.say(language)
    await tell(callback, turn.say("language-set"))
    draft = turn.caller.draft
    if draft is not None:
        await steps.ask_again(callback, turn, state, draft)
    await callback.answer()


async def cancel(message: Message, turn: Turn, state: FSMContext) -> None:
    """/huy: drops the draft, or closes whatever was asked."""
    draft, asked = turn.caller.draft, await state.get_state()
    if draft is not None and not turn.caller.account.consented:
        await data.refuse(turn.tx, turn.caller)
    elif draft is not None:
        await drafts.drop(turn.tx, draft)
        turn.caller.draft = None
    await state.clear()
    await tell(message, turn.say("dropped" if draft is not None else "stopped" if asked else "nothing-to-drop"))


async def tapped(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    await BUTTONS[callback.data or ""](callback, turn, state)
    await callback.answer()


BUTTONS: dict[str, Answer] = {
    "r:new": new,
    "r:mine": listed,
    "r:conference": conference,
    "r:data": mydata_,
    "r:languages": languages,
    "r:person": person,
}

BARE: dict[str, Answer] = {
    "gop y": new,
    "gui y kien": new,
    "gui": new,
    "gui di": new,
    "theo doi": listed,
    "y kien da gui": listed,
    "hoi nghi": conference,
    "xa da tra loi": released.show,
    "cong khai": released.show,
    "tro giup": help_,
    "du lieu": mydata_,
    "du lieu cua toi": mydata_,
    "ngon ngu": languages,
    "tieng anh": languages,
    "english": languages,
    "gap nguoi": person,
    "bot tin nhan": spreading.ask,
    "help": help_,
    "my data": mydata_,
    "conference": conference,
    "answers": released.show,
}
"""Bare words, folded, that stand for a command while no question is open. None of them changes or deletes."""

FOLLOW = "theo doi "


def bare_command(words: str, short_code: str) -> Answer | None:
    """What bare words ask for: one of BARE exactly, or "theo doi kx12"."""
    folded = fold(words)
    number = parse_code(folded.removeprefix(FOLLOW), short_code) if folded.startswith(FOLLOW) else None
    if number is None:
        return BARE.get(folded)

    async def show(event: Event, turn: Turn, state: FSMContext) -> None:
        await mine.show_number(event, turn, number)

    return show
