"""Whom an announcement is for, by buttons: everyone, villages, those who raised something, who comes, officials."""

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Allowed, Chosen, Picked
from handlers.incoming import words_of
from handlers.keyboards import Choice, keyboard
from handlers.official.announcing import draft_behind, in_hand, preview
from handlers.official.commands import ROLES
from handlers.official.states import Announcing
from handlers.official.talk import alert, change, official_of, tell
from handlers.turn import Turn
from storage import announcements, conferences, opinions
from storage.audiences import Audience, AudienceKind
from storage.commune import parse_code
from storage.models import Announcement, Role
from storage.rights import Right

SEVERAL = {
    "village": AudienceKind.VILLAGES,
    "field": AudienceKind.FIELD,
    "role": AudienceKind.ROLES,
}
"""What is chosen from a list, several at a time, by the word of its buttons."""

MARK = "✓ "


def build() -> Router:
    router = Router(name="addressing")
    allowed = Allowed(Right.ANNOUNCE)
    router.callback_query.register(ask, Picked("o:whom"), allowed)
    router.callback_query.register(choose, Chosen("o:whom"), allowed)
    for word in SEVERAL:
        router.callback_query.register(toggle, Chosen(f"o:to-{word}"), allowed)
    router.callback_query.register(finish, Picked("o:to"), allowed)
    router.message.register(take_code, StateFilter(Announcing.issue), F.text, ~F.text.startswith("/"), allowed)
    return router


async def ask(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Người nhận]."""
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    keys = ("all", "village", "field", "issue", "registered", "role")
    choices = [(turn.say.plain("o-button-to", kind=each), f"o:whom:{announcement.id}:{each}") for each in keys]
    await change(callback, turn.say("o-announce-whom"), keyboard(choices))


async def choose(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    if word in SEVERAL:
        await change(callback, turn.say("o-announce-several"), _several(turn, announcement, word))
    elif word == "issue":
        await state.set_state(Announcing.issue)
        await state.set_data({"announcement_id": announcement.id})
        await tell(callback, turn.say("o-announce-issue", code=f"{turn.tx.commune.short_code}-12"))
    elif word == "registered":
        conference = await conferences.current(turn.tx)
        if conference is None:
            await alert(callback, turn.say.plain("o-announce-no-conference"))
            return
        await _address(callback, turn, state, announcement, Audience(AudienceKind.REGISTERED, (str(conference.id),)))
    elif word == "all":
        await _address(callback, turn, state, announcement, Audience())
    else:
        await alert(callback, turn.say.plain("o-matter-gone"))


async def _address(
    event: Message | CallbackQuery, turn: Turn, state: FSMContext, announcement: Announcement, audience: Audience
) -> None:
    announcements.address_to(turn.tx, announcement, official_of(turn), audience)
    await preview(event, turn, state, announcement)


def _options(turn: Turn, word: str) -> Sequence[tuple[str, str]]:
    """(id, name) of what may be chosen."""
    commune = turn.tx.commune
    if word == "village":
        return [(each.id, each.name) for each in commune.villages]
    if word == "field":
        return [(each.id, each.label) for each in commune.fields]
    return [(each.value, turn.say.plain(ROLES[each])) for each in Role if each is not Role.ADMIN]


def _several(turn: Turn, announcement: Announcement, word: str) -> InlineKeyboardMarkup:
    chosen = Audience.read(announcement.audience)
    ids = chosen.ids if chosen.kind is SEVERAL[word] else ()
    choices: list[Choice] = [
        (f"{MARK}{name}" if id_ in ids else name, f"o:to-{word}:{announcement.id}:{id_}")
        for id_, name in _options(turn, word)
    ]
    choices.append((turn.say.plain("o-button-chosen"), f"o:to:{announcement.id}"))
    return keyboard(choices)


async def toggle(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """One more, or one fewer."""
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    what = (callback.data or "").removeprefix("o:to-").partition(":")[0]
    if word not in [id_ for id_, _ in _options(turn, what)]:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    chosen = Audience.read(announcement.audience).toggled(SEVERAL[what], word)
    announcements.address_to(turn.tx, announcement, official_of(turn), chosen)
    await change(callback, turn.say("o-announce-several"), _several(turn, announcement, what))


async def finish(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Xong]."""
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    chosen = Audience.read(announcement.audience)
    if chosen.kind is not AudienceKind.ALL and not chosen.ids:
        await alert(callback, turn.say.plain("o-announce-nobody"))
        return
    await preview(callback, turn, state, announcement)


async def take_code(message: Message, turn: Turn, state: FSMContext) -> None:
    """The code of the matter whose authors it is for."""
    announcement = await in_hand(turn, state)
    if announcement is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    typed = words_of(message)
    number = parse_code(typed, turn.tx.commune.short_code)
    opinion = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
    if opinion is None:
        await message.answer(turn.say("o-code-unknown", code=typed[:40]))
        return
    if opinion.issue_id is None:
        await message.answer(turn.say("o-announce-unsorted", code=typed[:40]))
        return
    await _address(message, turn, state, announcement, Audience(AudienceKind.ISSUE, (str(opinion.issue_id),)))
