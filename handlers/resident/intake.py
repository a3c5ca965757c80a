"""Whatever a resident sends: the beginning of an opinion, more of it, or the answer to what she was asked."""

import re
from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import Message, ReactionTypeEmoji

from handlers.agreeing import unclear
from handlers.incoming import PLACE, address_of, file_of, places_in, words_of
from handlers.keyboards import keyboard
from handlers.resident import accusing, adding, mine, naming, plainly, steps, suspecting
from handlers.resident.beginning import begin, told_about
from handlers.resident.commands import bare_command, greet
from handlers.resident.saying import REFUSED, tell
from handlers.resident.sending import submit
from handlers.resident.states import Adding, Raising
from handlers.signs import is_emergency, is_greeting, is_heard, is_thanks
from handlers.telling import cut
from handlers.turn import Turn
from handlers.words import Html
from storage import conversations, drafts, files, people
from storage.commune import parse_code
from storage.files import Refused
from storage.models import Draft, Suspicion

LONGEST_NAME = 100
"""Characters beyond which what she typed where a name was asked is a story."""

LONGEST_LIST = 99
"""The highest number that may be meant for a list of choices; a higher one may say something (113, a year)."""

SPARE = 6
"""Characters that a village typed with mistakes may be longer than its name; beyond, they say something more."""

COMMAND = re.compile(r"/[a-z0-9_]{1,32}(?:@\w+)?(?:\s|$)", re.IGNORECASE)


def build() -> Router:
    router = Router(name="intake")
    router.message.register(take, F.text, ~F.text.func(is_command))
    router.message.register(take, PLACE)
    router.message.register(introduce, Introduces())
    router.message.register(take, F.photo | F.voice | F.audio | F.document | F.video | F.video_note | F.animation)
    return router


def is_command(text: str) -> bool:
    """Whether a text is a command, known or not; "/ 3 tháng nay" is not."""
    return COMMAND.match(text) is not None


class Introduces(Filter):
    """Her own card, by her messenger's form, while her name or her village is asked; gives the handler `draft`."""

    async def __call__(self, message: Message, turn: Turn, raw_state: str | None) -> bool | dict[str, Any]:
        card, draft = message.contact, turn.caller.draft
        own = card is not None and message.from_user is not None and card.user_id == message.from_user.id
        if not own or draft is None or draft.on_behalf:
            return False
        return {"draft": draft} if raw_state in {Raising.name.state, Raising.village.state} else False


async def introduce(message: Message, turn: Turn, state: FSMContext, draft: Draft) -> None:
    """Takes of her card what is asked, and nothing else."""
    card = message.contact
    if card is None:
        return
    if await state.get_state() == Raising.name.state:
        words = f"{card.first_name} {card.last_name or ''} {card.phone_number}"
        await _take_name(message, turn, state, draft, words)
        return
    # A number alone is that of a house.
    parts = [part for part in address_of(card) if any(one.isalpha() for one in part)]
    match = next((found for part in parts if (found := turn.tx.commune.find_village(part)).village), None)
    if match is None or match.village is None:
        await steps.ask_again(message, turn, state, draft)
    else:
        await tell(message, *steps.village_sure(turn, draft, match.village))


async def take(message: Message, turn: Turn, state: FSMContext) -> None:
    """The one way in for words, files and places, whatever is being asked."""
    current = await state.get_state()
    if current in accusing.STATES:
        if await accusing.take(message, turn, state):
            return
        current = await state.get_state()
    draft = turn.caller.draft
    about = None
    if current == Adding.more.state:
        opinion = await adding.open_opinion(message, turn, state)
        if opinion is not None and not adding.is_stale(turn):
            await adding.take(message, turn, state, opinion)
            return
        await state.clear()
        about = opinion.id if opinion is not None else None
    elif draft is not None and current is not None:
        await _take_in_step(message, turn, state, draft, current)
        return
    if draft is not None:
        await _add(message, turn, state, draft)
        return
    words, asked = words_of(message), current == Raising.first.state or about is not None
    if message.text is not None and not asked and await _is_no_opinion(message, turn, state, words):
        return
    if not words and file_of(message) is None:
        await tell(message, turn.say("ask-first"))
        return
    await begin(message, turn, state, words, [about] if about is not None else await told_about(message, turn))


async def _is_no_opinion(message: Message, turn: Turn, state: FSMContext, words: str) -> bool:
    """A greeting, thanks, an "ok", a code or a bare command, answered here; only when no question is open."""
    if again := unclear(turn.caller.conversation, words):
        note = turn.say("no-such-choice", typed=words)
        await tell(message, note, keyboard([(each.label, each.data) for each in again]))
        return True
    if is_greeting(words):
        await greet(message, turn)
        return True
    if is_thanks(words) or is_heard(words):
        await message.react([ReactionTypeEmoji(emoji="🙏")])
        return True
    command = bare_command(words, turn.tx.commune.short_code)
    if command is not None:
        await command(message, turn, state)
        return True
    number = parse_code(words, turn.tx.commune.short_code)
    if number is None or is_emergency(words):
        return False
    await mine.show_number(message, turn, number)
    return True


def attach(message: Message, turn: Turn, draft: Draft) -> Refused | None:
    """Puts the message's file, if it has one, to the draft; returns why not, if not."""
    file = file_of(message)
    return files.attach(turn.tx, turn.caller.account, draft, file) if file is not None else None


async def _take_in_step(message: Message, turn: Turn, state: FSMContext, draft: Draft, current: str) -> None:
    words = words_of(message)
    if message.text is None or not words or is_emergency(words):
        await _add(message, turn, state, draft)
    elif await plainly.take(message, turn, state, draft, words):
        return
    elif current == Raising.village.state:
        await _take_village(message, turn, state, draft, words)
    elif (number := _meant_as_choice(words)) is not None:
        await _say_not_offered(message, turn, state, draft, number)
    elif current == Raising.name.state:
        await _take_name(message, turn, state, draft, words)
    elif current == Raising.words.state:
        kept = places_in(draft.text)
        suspecting.replace_words(turn, draft, words)
        for place in kept:
            drafts.add_words(turn.tx, draft, place)
        await steps.ask(message, turn, state, draft)
    else:
        await _add(message, turn, state, draft)


def _meant_as_choice(words: str) -> int | None:
    """A number alone, typed where a question is open: what it could have picked was picked before any handler."""
    number = conversations.number_in(words)
    return number if number is not None and number <= LONGEST_LIST else None


async def _say_not_offered(message: Message, turn: Turn, state: FSMContext, draft: Draft, number: int) -> None:
    """A number is never put to her words: whoever reads them could not know what it meant."""
    await steps.ask_again(message, turn, state, draft, turn.say("no-such-number", number=str(number)))


async def _add(message: Message, turn: Turn, state: FSMContext, draft: Draft, note: Html | None = None) -> None:
    """Puts words and file to the draft. A file alone is added silently; words get a word and the question again."""
    words, refused = words_of(message), attach(message, turn, draft)
    if words:
        suspecting.add_words(turn, draft, words)
    current = await state.get_state()
    if words and is_emergency(words):
        if current is not None and current != Raising.urgent.state:
            await state.set_state(Raising.urgent)
        await steps.ask_again(message, turn, state, draft)
        return
    if refused is not None:
        await steps.ask_again(message, turn, state, draft, turn.say(REFUSED[refused]))
    elif current == Raising.matter.state:
        await _answer_matter(message, turn, state, draft)
    elif current == Raising.words.state:
        await steps.ask(message, turn, state, draft)
    elif words:
        await steps.ask_again(message, turn, state, draft, note or turn.say("added"))
    elif message.text is not None or current is None:
        await steps.ask_again(message, turn, state, draft)
    elif current == Raising.preview.state:
        await steps.amend_preview(turn, draft)
        if turn.fixed:
            # Where a message cannot be changed, a sign on hers says that the photo was taken.
            await message.react([ReactionTypeEmoji(emoji="👍")])


async def _answer_matter(message: Message, turn: Turn, state: FSMContext, draft: Draft) -> None:
    """Goes on once there are words or a recording; further photos are taken silently."""
    if steps.is_told(draft) or steps.voices(draft) or message.text is not None:
        await steps.ask(message, turn, state, draft)


async def _take_name(message: Message, turn: Turn, state: FSMContext, draft: Draft, words: str) -> None:
    if len(words) > LONGEST_NAME:
        await _add(message, turn, state, draft)
        return
    name, phone = naming.parse(words)
    if draft.on_behalf and name:
        await submit(message, turn, state, draft, named=True, name=name, phone=phone)
        return
    person = turn.caller.person
    if not name or person is None:
        await steps.ask_again(message, turn, state, draft, turn.say("no-name-seen"))
        return
    people.remember_name(person, name, phone)
    if (await state.get_data()).get(naming.CORRECTING) == draft.id:
        await steps.ask(message, turn, state, draft)
    else:
        await submit(message, turn, state, draft, named=True)


async def _take_village(message: Message, turn: Turn, state: FSMContext, draft: Draft, words: str) -> None:
    """A village typed; what is no village is hers to say all the same, and is put to her words."""
    match = turn.tx.commune.find_village(words)
    if match.village is None and (number := _meant_as_choice(words)) is not None:
        await _say_not_offered(message, turn, state, draft, number)
        return
    if match.village is None:
        note = turn.say("village-unknown", typed=cut(words, LONGEST_NAME))
        await _add(message, turn, state, draft, None if len(words) > LONGEST_NAME else note)
        return
    if match.certain:
        drafts.set_village(turn.tx, draft, match.village.id)
        steps.remember_village(turn, draft)
        await steps.ask(message, turn, state, draft)
        return
    if len(words) > len(match.village.name) + SPARE:
        suspecting.add_words(turn, draft, words)
        if draft.suspicion is Suspicion.ASKED:
            await steps.ask(message, turn, state, draft)
            return
    await tell(message, *steps.village_sure(turn, draft, match.village))
