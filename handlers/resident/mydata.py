"""/dulieu: what is held about her, given to her, deleted at her word."""

import re
from datetime import datetime

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.resident import joining
from handlers.resident.saying import Event, choices, commune_words, hasty, tell
from handlers.telling import files_line, long_day, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import data, separating
from storage.data import Holdings

SURE_SECONDS = 600
"""How long the button that deletes everything holds; a later tap is asked once more."""

_FORGET = re.compile(r"r:forget:([0-9]{1,12})")


def build() -> Router:
    router = Router(name="mydata")
    router.callback_query.register(export, F.data == "r:export")
    router.callback_query.register(ask_whether, F.data == "r:forget")
    router.callback_query.register(forget, F.data.regexp(_FORGET))
    router.callback_query.register(keep, F.data == "r:keep")
    return router


async def show(event: Event, turn: Turn, state: FSMContext) -> None:
    held = await data.holdings(turn.tx, turn.caller.account)
    offered = [("button-export", "r:export"), ("button-join-other", "r:join")]
    offered += [("button-apart", "r:apart")] if turn.caller.account.first_id is not None else []
    buttons = choices(turn, *offered, ("button-forget", "r:forget"))
    await tell(event, turn.say("held", list=_listed(turn, held), office=turn.tx.commune.office), buttons)


def _listed(turn: Turn, held: Holdings) -> Html:
    say, person = turn.say, held.person
    lines = [say("held-account", count=len(held.accounts))]
    others = [each for each in held.accounts if each.id != turn.caller.account.id]
    lines += [
        say("held-joined", place=joining.place_of(say, other), day=joining.joined_on(turn, other)) for other in others
    ]
    if person is not None:
        if person.name:
            lines.append(say("held-name", name=person.name, phone=person.phone or "no"))
        if person.village_id:
            lines.append(say("held-village", village=village_name(say, turn.tx.commune, person.village_id)))
        if person.consented_at is not None:
            lines.append(say("held-consent", day=_day(turn, person.consented_at)))
    lines.append(say("held-opinions", count=len(held.opinions)))
    if held.sealed:
        lines.append(say("held-sealed", count=len(held.sealed)))
    if files := held.attachments():
        lines.append(say("held-files", files=files_line(say, files)))
    lines += [say("held-draft") for _ in held.drafts]
    called = sorted(at for each in held.browsers.values() for at in each.called)
    if called:
        lines.append(say("held-browsers", count=len(called), day=_day(turn, called[-1])))
    for kept in held.browsers.values():
        if kept.code_at is not None:
            lines.append(say("held-paper", day=_day(turn, kept.code_at)))
    return Html("\n".join(lines))


def _day(turn: Turn, at: datetime) -> str:
    return long_day(at.astimezone(turn.tx.commune.timezone).date())


async def export(callback: CallbackQuery, turn: Turn) -> None:
    if not await data.queue_export(turn.tx, turn.caller.account):
        await callback.answer(turn.say.plain("taken"))
        return
    await tell(callback, turn.say("exporting"))
    await callback.answer()


async def ask_whether(callback: CallbackQuery, turn: Turn) -> None:
    stamp = int(turn.tx.now.timestamp())
    buttons = choices(turn, ("button-forget-sure", f"r:forget:{stamp}"), ("button-keep", "r:keep"))
    text = turn.say("forget-sure", **commune_words(turn))
    if others := await separating.others_of(turn.tx, turn.caller.account):
        places = ", ".join(dict.fromkeys(joining.place_of(turn.say, each) for each in others))
        text = Html(f"{turn.say('forget-sure-joined', places=places)}\n{text}")
    await tell(callback, text, buttons)
    await callback.answer()


async def forget(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    asked_at = int((callback.data or "").rpartition(":")[2])
    if not 0 <= turn.tx.now.timestamp() - asked_at <= SURE_SECONDS:
        await ask_whether(callback, turn)
        return
    if turn.caller.account.forget_at is not None and hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    await data.forget(turn.tx, turn.caller)
    await state.clear()
    turn.goodbye = True
    await tell(callback, turn.say("forgotten", **commune_words(turn)))
    await callback.answer()


async def keep(callback: CallbackQuery, turn: Turn) -> None:
    await tell(callback, turn.say("kept"))
    await callback.answer()
