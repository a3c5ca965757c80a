"""The sealed lane, on the officials' side: taking an opinion out of the lists, and the one-time way to read a matter.

Nothing of a sealed matter ever stands in a message: it is read on a page of our own server.
"""

from collections.abc import Mapping

from aiogram import F, Router
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message

from handlers.filters import Allowed, Chosen, Picked, ReadsSealed
from handlers.keyboards import keyboard
from handlers.official.homes import Page
from handlers.official.sorting import show_next
from handlers.official.talk import alert, change, no_longer_open, official_of, tell
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.telling import code
from handlers.turn import Turn
from handlers.words import Say
from storage import flagging, opinions, sealed, sealed_clock, sealed_links, waiting
from storage.commune import format_code
from storage.models import Role, Sealed, Target
from storage.outbox import Delivery
from storage.rights import Right
from storage.states import SealedState

PAGE = "rieng"
"""The path of our own server under which sealed matters are read."""

NEXT = "next"
"""At the end of a button: the next card to sort comes in the place of the one that was taken out."""

UNSEEN = LinkPreviewOptions(is_disabled=True, prefer_small_media=None, prefer_large_media=None, show_above_text=None)
"""No preview: a messenger need not look behind the link."""

TARGETS = {
    Target.VILLAGE_HEAD: "o-button-target-head",
    Target.OFFICIAL: "o-button-target-official",
    Target.LEADER: "o-button-target-leader",
    Target.OTHER: "o-button-target-other",
}

AT_ONCE = frozenset({Target.VILLAGE_HEAD, Target.OFFICIAL})
"""Kinds of person that a sorting card names in the tap that takes the opinion out."""


def build() -> Router:
    router = Router(name="sealing")
    sorts = Allowed(Right.SORT)
    router.callback_query.register(flag, Picked("o:person"), sorts)
    router.callback_query.register(flag_as, Chosen("o:about"), sorts)
    router.callback_query.register(name_target, F.data.regexp(r"^o:target:[0-9]{1,18}:[a-z_]+(?::next)?$"), sorts)
    router.callback_query.register(open_once, Picked("o:open"), ReadsSealed())
    return router


async def page(turn: Turn) -> Page | None:
    """What `/viec` adds for a reader: how many wait, and the way to the oldest."""
    official = official_of(turn)
    first = await sealed.first_for(turn.tx, official)
    if first is None:
        return None
    count = await sealed.count_for(turn.tx, official)
    return Page(turn.say("o-sealed-home", count=count), keyboard([open_button(turn.say, first)]))


def open_button(say: Say, sealed_id: int) -> tuple[str, str]:
    return say.plain("o-button-open-once"), f"o:open:{sealed_id}"


async def flag(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Việc về một người]: the opinion leaves every list at once; then whom it is about, to ask its author."""
    found = await _take_out(callback, turn, picked)
    if found is not None:
        matter, in_round = found
        await change(callback, turn.say("o-person-out"), _targets(turn, matter, in_round=in_round))


async def flag_as(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """The same, and whom it is about, in one tap; against a leader words are erased, so that is never one tap."""
    if word not in AT_ONCE:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    found = await _take_out(callback, turn, picked)
    if found is not None:
        await _name(callback, turn, found[0], Target(word), in_round=found[1])


async def _take_out(callback: CallbackQuery, turn: Turn, picked: int) -> tuple[Sealed, bool] | None:
    """The opinion as a sealed matter, and whether it was taken out of a round; None when it cannot be: that is said."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        matter, in_round = await sealed.by_id(turn.tx, picked), False
        if matter is None or not _is_untold(matter):
            await alert(callback, turn.say.plain("o-matter-gone"))
            return None
    else:
        message = callback.message
        in_round = not await _stands_alone(turn, message)
        shown = (turn.caller.account.id, message.message_id) if isinstance(message, Message) else None
        try:
            matter = await flagging.flag(turn.tx, opinion, official_of(turn), but=shown)
        except flagging.AskedBefore:
            await tell(callback, turn.say("o-person-asked-before", code=code(turn.tx.commune, opinion)))
            return None
        except flagging.NotFlaggable:
            await tell(callback, await no_longer_open(turn, opinion))
            return None
    return matter, in_round


def _is_untold(matter: Sealed) -> bool:
    return matter.target is None and matter.flagged_by_id is not None


async def _stands_alone(turn: Turn, message: object) -> bool:
    """Whether the card was sent by itself: whoever takes cards as they come is not led into the list."""
    if not isinstance(message, Message):
        return False
    return await waiting.card_behind(turn.tx, turn.caller.account.id, message.message_id) is not None


def _targets(turn: Turn, matter: Sealed, *, in_round: bool) -> InlineKeyboardMarkup:
    end = f":{NEXT}" if in_round else ""
    return keyboard([(turn.say.plain(key), f"o:target:{matter.id}:{target}{end}") for target, key in TARGETS.items()])


async def name_target(callback: CallbackQuery, turn: Turn) -> None:
    """The kind of person it is about: its author is asked now, and whoever is of that kind never reads it."""
    _, _, id_, target, *after = (callback.data or "").split(":")
    matter = await sealed.by_id(turn.tx, int(id_))
    if matter is None or matter.flagged_by_id is None or target not in set(Target):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await _name(callback, turn, matter, Target(target), in_round=after == [NEXT])


async def _name(callback: CallbackQuery, turn: Turn, matter: Sealed, target: Target, *, in_round: bool) -> None:
    try:
        await flagging.set_target(turn.tx, matter, target, official_of(turn))
    except ValueError:
        await alert(callback, turn.say.plain("o-person-told-already"))
        return
    key = "o-person-leader" if matter.target is Target.LEADER else "o-person-asked"
    done = turn.say(key, code=format_code(turn.tx.commune.short_code, matter.number))
    if in_round:
        await show_next(callback, turn, done)
    else:
        await change(callback, done)


async def open_once(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Mở một lần, 10 phút]."""
    matter = await sealed.by_id(turn.tx, picked)
    official = official_of(turn)
    if matter is None or not sealed.may_read(official, matter):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    token = await sealed_links.issue(turn.tx, matter, official)
    # As text: a messenger refuses a button to an address without a public name.
    text = turn.say("o-sealed-link", link=f"{turn.tx.commune.site}/{PAGE}/{token}")
    await SendMessage(chat_id=callback.from_user.id, text=text, link_preview_options=UNSEEN).as_(callback.bot)
    await callback.answer()


async def _waits(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    matter = await batch.tx.session.get(Sealed, delivery.payload["sealed_id"])
    if matter is None:
        return GONE
    if delivery.is_change and matter.state is not SealedState.SEALED:
        return SendMessage(chat_id=0, text=say("o-sealed-over"))
    if not sealed.may_read(batch.material.readers.get(delivery.account_id), matter):
        return NOT_FOR_THEM
    return SendMessage(chat_id=0, text=say("o-sealed-waits"), reply_markup=keyboard([open_button(say, matter.id)]))


async def _no_reader(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    reader = batch.material.readers.get(delivery.account_id)
    if reader is None or reader.role is not Role.LEADER:
        return NOT_FOR_THEM
    if not await sealed_clock.count_unread(batch.tx):
        return GONE
    return SendMessage(chat_id=0, text=say("o-sealed-no-reader"))


KINDS: Mapping[str, Kind] = {"sealed_waits": _waits, "sealed_no_reader": _no_reader}
