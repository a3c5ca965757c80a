"""Two messengers, one person: a code asked for here and typed there, what would be joined, and apart again."""

import re
from collections.abc import Mapping

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Picked, command
from handlers.keyboards import keyboard
from handlers.official.plain import welcome
from handlers.rendering import GONE, Batch, Kind, Rendered
from handlers.resident.saying import Event, choices, hasty, tell
from handlers.telling import long_day
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import joincodes, joining, separating
from storage.joincodes import LIFE, PREFIX, Offer, Refusal
from storage.models import Account
from storage.outbox import Delivery

REFUSED = {
    Refusal.WRONG: "join-wrong",
    Refusal.TRIES: "join-tries",
    Refusal.SAME: "join-same",
    Refusal.JOINED: "join-already",
    Refusal.EMPTY: "join-empty",
    Refusal.OFFICES: "join-offices",
}

SURE_SECONDS = 600
"""How long the button that lets an account leave holds; a later tap is asked once more."""

_LEAVES = re.compile(r"r:aparted:([0-9]{1,18}):([0-9]{1,12})")


def build() -> Router:
    router = Router(name="joining")
    router.message.register(by_command, command(PREFIX))
    router.message.register(typed, F.text.func(joincodes.digits_of))
    router.callback_query.register(ask, F.data == "r:join")
    router.callback_query.register(confirm, Picked("r:joinok"))
    router.callback_query.register(refuse, Picked("r:joinno"))
    router.callback_query.register(choose, F.data == "r:apart")
    router.callback_query.register(ask_apart, Picked("r:apart"))
    router.callback_query.register(leave, F.data.regexp(_LEAVES))
    router.callback_query.register(stay, F.data == "r:stay")
    return router


def place_of(say: Say, account: Account) -> str:
    """What people call the messenger of an account; plain text."""
    return say.plain("joined-place", messenger=account.messenger)


async def by_command(message: Message, turn: Turn, command: CommandObject) -> None:
    """/noi: a code to be typed elsewhere. /noi with a code: what it would join."""
    digits = joincodes.digits_of(f"{PREFIX} {command.args or ''}")
    if digits is None:
        await _give_code(message, turn)
    else:
        await show_offer(message, turn, digits)


async def typed(message: Message, turn: Turn) -> None:
    """The code as it was read out, "noi 4821 9037"."""
    await show_offer(message, turn, joincodes.digits_of(message.text or "") or "")


async def ask(callback: CallbackQuery, turn: Turn) -> None:
    """[Nối tài khoản khác]."""
    await _give_code(callback, turn)
    await callback.answer()


async def _give_code(event: Event, turn: Turn) -> None:
    code = await joincodes.new_code(turn.tx, turn.caller.account)
    minutes = int(LIFE.total_seconds()) // 60
    lines = [turn.say("join-code", code=f"{PREFIX} {code}", minutes=minutes)]
    if turn.tx.commune.chat:
        link = f"{turn.tx.commune.chat}#{PREFIX}-{code.replace(' ', '')}"
        lines.append(turn.say("join-code-chat", link=link))
    await tell(event, Html("\n".join(lines)))


async def show_offer(event: Event, turn: Turn, digits: str) -> None:
    """What the code would join, in numbers alone, and one button: nothing is joined yet."""
    offer = await joincodes.offer(turn.tx, turn.caller.account, digits)
    if isinstance(offer, Refusal):
        await _tell_refused(event, turn, offer)
        return
    yes, no = f"r:joinok:{offer.code_id}", f"r:joinno:{offer.code_id}"
    await tell(event, _offered(turn, offer), choices(turn, ("button-join", yes), ("button-join-not", no)))


def _offered(turn: Turn, offer: Offer) -> Html:
    here, there = offer.opinions
    place = place_of(turn.say, offer.there)
    lines = [turn.say("join-offer", place=place, there=there, here=here)]
    if offer.official is not None:
        lines.append(turn.say("join-offer-office"))
    if offer.mutes:
        lines.append(turn.say("join-offer-mutes"))
    lines.append(turn.say("join-offer-sure", place=place))
    return Html("\n".join(lines))


async def _tell_refused(event: Event, turn: Turn, refusal: Refusal) -> None:
    if refusal is Refusal.JOINED:
        await tell(event, turn.say(REFUSED[refusal]), choices(turn, ("button-mine", "r:mine")))
    else:
        await tell(event, turn.say(REFUSED[refusal]))


async def confirm(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Nối hai bên]: both accounts are hers from now on."""
    was_official = turn.caller.official is not None
    there = await joining.join(turn.tx, turn.caller, picked)
    if not isinstance(there, Refusal):
        text = turn.say("joined", place=place_of(turn.say, there))
        await tell(callback, text, choices(turn, ("button-mine", "r:mine"), ("button-apart", "r:apart")))
        if turn.caller.official is not None and not was_official and isinstance(callback.message, Message):
            await welcome(callback.message, turn)
    elif hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    else:
        is_joined = there is Refusal.WRONG and turn.caller.account.first_id is not None
        await _tell_refused(callback, turn, Refusal.JOINED if is_joined else there)
    await callback.answer()


async def refuse(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Không nối]: the code is spent."""
    await joincodes.refuse(turn.tx, turn.caller.account, picked)
    await tell(callback, turn.say("join-not"))
    await callback.answer()


# -- apart again ------------------------------------------------------------------------------------------------------


async def choose(callback: CallbackQuery, turn: Turn) -> None:
    """[Tách ra]: which of the others."""
    others = await separating.others_of(turn.tx, turn.caller.account)
    if len(others) == 1:
        await _ask_apart(callback, turn, others[0])
    elif others:
        offered = [(_label(turn, each), f"r:apart:{each.id}") for each in others]
        await tell(callback, turn.say("apart-which"), keyboard(offered))
    else:
        await tell(callback, turn.say("apart-none"), choices(turn, ("button-join-other", "r:join")))
    await callback.answer()


def _label(turn: Turn, account: Account) -> str:
    return f"{place_of(turn.say, account)} {joined_on(turn, account)}".strip()


def joined_on(turn: Turn, account: Account) -> str:
    """Since when an account is joined, "23/11/2026"; empty for one that is not."""
    at = account.joined_at
    return long_day(at.astimezone(turn.tx.commune.timezone).date()) if at is not None else ""


async def ask_apart(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    others = {each.id: each for each in await separating.others_of(turn.tx, turn.caller.account)}
    if picked in others:
        await _ask_apart(callback, turn, others[picked])
    else:
        await tell(callback, turn.say("apart-none"), choices(turn, ("button-join-other", "r:join")))
    await callback.answer()


async def _ask_apart(callback: CallbackQuery, turn: Turn, other: Account) -> None:
    stamp = int(turn.tx.now.timestamp())
    buttons = choices(turn, ("button-apart-sure", f"r:aparted:{other.id}:{stamp}"), ("button-keep", "r:stay"))
    await tell(callback, turn.say("apart-sure", place=place_of(turn.say, other)), buttons)


async def leave(callback: CallbackQuery, turn: Turn) -> None:
    """She said twice that the other account leaves."""
    account_id, asked_at = (int(each) for each in (callback.data or "").split(":")[2:])
    if not 0 <= turn.tx.now.timestamp() - asked_at <= SURE_SECONDS:
        await ask_apart(callback, turn, account_id)
        return
    left = await separating.separate(turn.tx, turn.caller, account_id)
    if left is not None:
        await tell(
            callback, turn.say("apart", place=place_of(turn.say, left)), choices(turn, ("button-mine", "r:mine"))
        )
    elif hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    else:
        await tell(callback, turn.say("apart-none"), choices(turn, ("button-join-other", "r:join")))
    await callback.answer()


async def stay(callback: CallbackQuery, turn: Turn) -> None:
    await tell(callback, turn.say("apart-not"))
    await callback.answer()


async def _joined(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """To the account in which the code was asked for: which other one was joined to it."""
    other = await batch.tx.session.get(Account, delivery.payload["account_id"])
    reader = batch.material.accounts.get(delivery.account_id)
    if other is None or reader is None or reader.first_id is None or other.first_id != reader.first_id:
        return GONE
    return SendMessage(
        chat_id=0, text=say("notice-joined", place=place_of(say, other)), reply_markup=_after(say, other)
    )


def _after(say: Say, other: Account) -> InlineKeyboardMarkup:
    return keyboard([(say.plain("button-mine"), "r:mine"), (say.plain("button-apart"), f"r:apart:{other.id}")])


async def _left(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """To an account that left: where everything is, and whom to call if it was not she."""
    place = say.plain("joined-place", messenger=delivery.payload["messenger"])
    return SendMessage(chat_id=0, text=say("notice-left", place=place, hotline=batch.tx.commune.hotline))


KINDS: Mapping[str, Kind] = {joining.NOTICE: _joined, separating.NOTICE: _left}
