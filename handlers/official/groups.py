"""A unit's group: bound by `/nhom`; a reply to a card there begins an answer that goes on in its writer's own chat."""

from collections.abc import Mapping
from typing import Any

from aiogram import Router
from aiogram.filters import CommandObject, Filter
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message, TelegramObject

from handlers.filters import CARDS, Allowed, command
from handlers.official import answering
from handlers.official.assigning import find_unit
from handlers.official.talk import alert, official_of
from handlers.rendering import NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.telling import code
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import groups, opinions, outbox
from storage.groups import Group
from storage.models import Account, Official, Role
from storage.outbox import Delivery
from storage.rights import Right, may

OFF = frozenset({"off", "thoi", "bo"})
"""What takes a group from its unit, typed after the command."""


class InGroup(Filter):
    """Something said or tapped in a group."""

    async def __call__(self, event: TelegramObject, turn: Turn) -> bool:
        return turn.group is not None


class OfItsUnit(Filter):
    """By an official who answers for the unit of this group; gives the handler nothing."""

    async def __call__(self, event: TelegramObject, turn: Turn) -> bool:
        return turn.group is not None and _answers_for(turn.caller.official, turn.group)


class RepliesToCard(Filter):
    """A reply to a card that the group shows; gives the handler `behind`, the opinion's id."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        replied, group = message.reply_to_message, turn.group
        if replied is None or group is None or group.account is None:
            return False
        behind = await outbox.opinion_behind(turn.tx, group.account.id, replied.message_id, CARDS)
        return False if behind is None else {"behind": behind}


def _answers_for(official: Official | None, group: Group) -> bool:
    if official is None or group.unit_id is None or not may(official, Right.ANSWER):
        return False
    return official.role is not Role.STAFF or official.unit_id == group.unit_id


def build() -> Router:
    """Takes every message of a group, so that nothing said there is ever an opinion; taps of its unit go on."""
    router, inside = Router(name="groups"), Router(name="in-group")
    router.message.register(in_private, command("nhom"), ~InGroup(), Allowed(Right.GROUP))
    router.include_router(inside)
    inside.message.filter(InGroup())
    inside.callback_query.filter(InGroup())
    inside.message.register(by_command, command("nhom"), Allowed(Right.GROUP))
    inside.message.register(answer, answering.CONTENT, OfItsUnit(), RepliesToCard())
    inside.message.register(ignore)
    inside.callback_query.register(refuse, ~OfItsUnit())
    return router


async def ignore(message: Message) -> None:
    """What people say to each other is theirs."""


async def refuse(callback: CallbackQuery, turn: Turn) -> None:
    await alert(callback, turn.say.plain("o-group-not-yours"))


async def by_command(message: Message, turn: Turn, command: CommandObject) -> None:
    """`/nhom UNIT`, `/nhom off`, or `/nhom` to see whose group it is."""
    group, say, commune = turn.group, turn.say, turn.tx.commune
    if group is None:
        return
    typed = (command.args or "").strip()
    official = official_of(turn)
    if typed.lower() in OFF:
        ended = await groups.unbind(turn.tx, group, official)
        await _say_there(turn, say("o-group-unbound" if ended else "o-group-free"), message)
        return
    found = find_unit(commune, typed) if typed else []
    if len(found) != 1:
        await _say_there(turn, _whose(turn, group, typed), message)
        return
    before = await groups.bind(turn.tx, group, found[0].id, official)
    turn.group = await groups.find(turn.tx, group.messenger, group.native_id)
    await _say_there(turn, say("o-group-bound", unit=found[0].name), message)
    if before is not None:
        _say_to(turn, before, say("o-group-moved", unit=found[0].name))


def _whose(turn: Turn, group: Group, typed: str) -> Html:
    """Whose group it is, and the units that it could be bound to."""
    say, commune = turn.say, turn.tx.commune
    bound = commune.unit(group.unit_id) if group.unit_id else None
    lines = [say("o-group-of", unit=bound.name) if bound else say("o-group-free")]
    if typed:
        lines.insert(0, say("o-group-which", typed=typed[:40]))
    if typed or bound is None:
        units = "\n".join(f"/nhom {each.name}" for each in commune.units)
        lines.append(say("o-group-how", list=units))
    return Html("\n".join(lines))


async def in_private(message: Message, turn: Turn) -> None:
    """Which units have a group, and how one is bound."""
    commune = turn.tx.commune
    bound = set(await groups.all_bound(turn.tx))
    lines = [
        turn.say("o-group-line", unit=each.name, bound="yes" if each.id in bound else "no") for each in commune.units
    ]
    await message.answer(turn.say("o-group-list", list=Html("\n".join(lines))))


async def answer(message: Message, turn: Turn, state: FSMContext, behind: int) -> None:
    """Takes a reply to a card for an answer; the group hears where it goes on, once an album."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=behind)
    if opinion is not None and (message.media_group_id is None or message.caption):
        await _say_there(turn, turn.say("o-group-answering", code=code(turn.tx.commune, opinion)), message)
    await answering.by_reply(message, turn, state, behind)


async def _say_there(turn: Turn, text: Html, message: Message) -> None:
    """Says it in the group, as a reply to what was said there."""
    if turn.group is None:
        return
    account = turn.group.account
    if account is None:
        account = await groups.make(turn.tx, turn.group)
    _say_to(turn, account, text, {"message_id": message.message_id, "allow_sending_without_reply": True})


def _say_to(turn: Turn, account: Account, text: Html, reply_to: dict[str, Any] | None = None) -> None:
    payload = {"text": text, "reply_parameters": reply_to} if reply_to else {"text": text}
    outbox.queue_reply(turn.tx, account, SendMessage.__api_method__, payload)


async def _lost(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    reader = batch.material.readers.get(delivery.account_id)
    if not may(reader, Right.GROUP):
        return NOT_FOR_THEM
    unit = batch.tx.commune.unit(delivery.payload["unit_id"])
    return SendMessage(chat_id=0, text=say("notice-group-lost", unit=unit.name if unit else batch.tx.commune.office))


async def _declined(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    return SendMessage(chat_id=0, text=say("group-declined", hotline=batch.tx.commune.hotline))


KINDS: Mapping[str, Kind] = {"group_lost": _lost, groups.DECLINED: _declined}
