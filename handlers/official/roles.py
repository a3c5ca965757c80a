"""Who holds which role (`/vaitro`), and inviting (`/themnguoi`)."""

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Allowed, Picked, command
from handlers.keyboards import Choice, keyboard
from handlers.official.commands import ROLES
from handlers.official.states import Naming
from handlers.official.talk import alert, change, official_of
from handlers.telling import cut
from handlers.turn import Turn
from handlers.words import Html
from storage import people, roles, tell
from storage.folding import fold
from storage.models import Official, Role
from storage.people import INVITATION_LIFE
from storage.rights import Right

LABEL = 30
"""Characters of an official on a button."""

INVITE = "o:invite:"


def build() -> Router:
    router = Router(name="roles")
    manages, invites = Allowed(Right.ROLES), Allowed(Right.INVITE)
    router.message.register(show_all, command("vaitro"), manages)
    router.callback_query.register(tap_all, F.data == "o:roles", manages)
    router.callback_query.register(show_one, Picked("o:role"), manages)
    router.callback_query.register(ask_revoke, Picked("o:revoke"), manages)
    router.callback_query.register(revoke, Picked("o:revoked"), manages)
    router.callback_query.register(open_sealed, Picked("o:seal"), manages)
    router.callback_query.register(close_sealed, Picked("o:unseal"), manages)
    router.callback_query.register(ask_post, Picked("o:post"), manages)
    router.message.register(take_post, StateFilter(Naming.post), F.text, ~F.text.startswith("/"), manages)
    router.message.register(invite, command("themnguoi"), invites)
    router.callback_query.register(tap_invite, F.data == "o:invite", invites)
    router.callback_query.register(choose, F.data.startswith(INVITE), invites)
    return router


def describe(turn: Turn, official: Official) -> str:
    """Role, place and post of an official, plain text: "Bộ phận chuyên môn, Phòng Kinh tế, Chị Lan"."""
    commune = turn.tx.commune
    unit = commune.unit(official.unit_id) if official.unit_id else None
    village = commune.village(official.village_id) if official.village_id else None
    place = unit.name if unit else village.name if village else None
    return ", ".join(part for part in (turn.say.plain(ROLES[official.role]), place, official.post) if part)


async def show_all(message: Message, turn: Turn) -> None:
    text, markup = await _all(turn)
    await message.answer(text, reply_markup=markup)


async def tap_all(callback: CallbackQuery, turn: Turn) -> None:
    await change(callback, *await _all(turn))


async def _all(turn: Turn) -> tuple[Html, InlineKeyboardMarkup]:
    found = await roles.active(turn.tx)
    lines = [
        turn.say("o-role-line", number=number, who=describe(turn, each)) for number, each in enumerate(found, start=1)
    ]
    choices = [
        (f"{number}. {cut(describe(turn, each), LABEL)}", f"o:role:{each.id}") for number, each in enumerate(found, 1)
    ]
    choices.append((turn.say.plain("o-button-invite"), "o:invite"))
    return turn.say("o-roles", list=Html("\n".join(lines)), count=len(found)), keyboard(choices)


async def _in_hand(callback: CallbackQuery, turn: Turn, official_id: int) -> Official | None:
    """The official whose button was tapped, if he may be changed by this one; else that is said and None returned."""
    other = await roles.by_id(turn.tx, official_id)
    if other is None:
        await alert(callback, turn.say.plain("o-role-gone"))
        return None
    if not roles.may_change(official_of(turn), other):
        await alert(callback, turn.say.plain("o-role-own"))
        return None
    return other


async def show_one(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    other = await roles.by_id(turn.tx, picked)
    if other is None:
        await alert(callback, turn.say.plain("o-role-gone"))
        return
    await change(callback, *await _one(turn, other))


async def _one(turn: Turn, other: Official, note: Html | None = None) -> tuple[Html, InlineKeyboardMarkup]:
    since = other.created_at.astimezone(turn.tx.commune.timezone)
    card = turn.say(
        "o-role-card",
        who=describe(turn, other),
        since=f"{since:%d/%m/%Y}",
        sealed="yes" if other.reads_sealed else "no",
    )
    official, choices = official_of(turn), list[Choice]()
    if roles.may_change(official, other):
        choices.append((turn.say.plain("o-button-revoke"), f"o:revoke:{other.id}"))
    if await roles.may_open_sealed(turn.tx, official, other):
        key, verb = ("o-button-unseal", "o:unseal") if other.reads_sealed else ("o-button-seal", "o:seal")
        choices.append((turn.say.plain(key), f"{verb}:{other.id}"))
    if roles.may_change(official, other):
        choices.append((turn.say.plain("o-button-post"), f"o:post:{other.id}"))
    choices.append((turn.say.plain("o-button-roles"), "o:roles"))
    return Html(f"{note}\n\n{card}") if note else card, keyboard(choices)


async def ask_revoke(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    other = await _in_hand(callback, turn, picked)
    if other is None:
        return
    text = turn.say("o-role-revoke-sure", who=describe(turn, other))
    sure = (turn.say.plain("o-button-revoke-sure"), f"o:revoked:{other.id}")
    await change(callback, text, keyboard([sure, (turn.say.plain("o-button-keep-role"), f"o:role:{other.id}")]))


async def revoke(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    other = await _in_hand(callback, turn, picked)
    if other is None:
        return
    readers = await tell.accounts_of_official(turn.tx, other.id)
    await roles.revoke(turn.tx, other, official_of(turn))
    await tell.accounts(turn.tx, readers, "role_ended", f"role_ended:{other.id}", official_id=other.id)
    back = keyboard([(turn.say.plain("o-button-roles"), "o:roles")])
    await change(callback, turn.say("o-role-revoked", who=describe(turn, other)), back)


async def open_sealed(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    await _set_sealed(callback, turn, picked, reads=True)


async def close_sealed(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    await _set_sealed(callback, turn, picked, reads=False)


async def _set_sealed(callback: CallbackQuery, turn: Turn, picked: int, *, reads: bool) -> None:
    other = await roles.by_id(turn.tx, picked)
    if other is None or not await roles.may_open_sealed(turn.tx, official_of(turn), other):
        await alert(callback, turn.say.plain("o-role-gone" if other is None else "o-role-own"))
        return
    await roles.set_reads_sealed(turn.tx, other, official_of(turn), reads=reads)
    note = turn.say("o-role-sealed-opened" if reads else "o-role-sealed-closed")
    await change(callback, *await _one(turn, other, note))


async def ask_post(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    other = await _in_hand(callback, turn, picked)
    if other is None:
        return
    await state.set_state(Naming.post)
    await state.set_data({"official_id": other.id})
    leave = keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
    await change(callback, turn.say("o-role-post-ask", who=describe(turn, other)), leave)


async def take_post(message: Message, turn: Turn, state: FSMContext) -> None:
    other = await roles.by_id(turn.tx, int((await state.get_data()).get("official_id") or 0))
    if other is None or not roles.may_change(official_of(turn), other):
        await state.clear()
        await message.answer(turn.say("o-role-gone"))
        return
    try:
        await roles.set_post(turn.tx, other, official_of(turn), message.text or "")
    except ValueError:
        leave = keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
        await message.answer(turn.say("o-role-post-length"), reply_markup=leave)
        return
    await state.clear()
    text, markup = await _one(turn, other, turn.say("o-role-post-set"))
    await message.answer(text, reply_markup=markup)


# Inviting


async def invite(message: Message, turn: Turn, command: CommandObject) -> None:
    words = (command.args or "").split()
    asked = await _invited(turn, words[0].lower(), " ".join(words[1:])) if words else _whom(turn)
    await message.answer(asked[0], reply_markup=asked[1])


async def tap_invite(callback: CallbackQuery, turn: Turn) -> None:
    await change(callback, *_whom(turn))


async def choose(callback: CallbackQuery, turn: Turn) -> None:
    role, _, place = (callback.data or "").removeprefix(INVITE).partition(":")
    await change(callback, *await _invited(turn, role, place))


def _whom(turn: Turn) -> tuple[Html, InlineKeyboardMarkup]:
    allowed = roles.INVITES[official_of(turn).role]
    return turn.say("o-invite-whom"), keyboard(
        [(turn.say.plain(ROLES[role]), f"{INVITE}{role}") for role in Role if role in allowed]
    )


async def _invited(turn: Turn, typed_role: str, typed_place: str) -> tuple[Html, InlineKeyboardMarkup | None]:
    """The code for whom was named, or the question that is still open."""
    role = next((each for each in Role if each == typed_role), None)
    if role is None or role not in roles.INVITES[official_of(turn).role]:
        text, markup = _whom(turn)
        return Html(f"{turn.say('o-invite-not-that', typed=cut(typed_role, LABEL))}\n{text}"), markup
    commune = turn.tx.commune
    places: list[tuple[str, str]] = []
    if role is Role.STAFF:
        places = [(unit.id, unit.name) for unit in commune.units]
    elif role is Role.VILLAGE_HEAD:
        places = [(village.id, village.name) for village in commune.villages]
    place = next((id_ for id_, name in places if fold(typed_place) in {fold(id_), fold(name)}), None)
    if places and place is None:
        ask = turn.say("o-invite-unit" if role is Role.STAFF else "o-invite-village")
        if typed_place:
            ask = Html(f"{turn.say('o-invite-not-that', typed=cut(typed_place, LABEL))}\n{ask}")
        return ask, keyboard([(cut(name, LABEL), f"{INVITE}{role}:{id_}") for id_, name in places])
    code = await people.invite(
        turn.tx,
        role,
        place if role is Role.STAFF else None,
        place if role is Role.VILLAGE_HEAD else None,
        by=official_of(turn),
    )
    until = (turn.tx.now + INVITATION_LIFE).astimezone(commune.timezone)
    name = dict(places).get(place or "", commune.name)
    text = turn.say("o-invited", role=turn.say.plain(ROLES[role]), place=name, code=code, until=f"{until:%d/%m %H:%M}")
    return text, None
