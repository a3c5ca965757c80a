"""What is approved, sent at once (`/phathanh`): shown with whom it reaches, then one button."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.cards import say_hour
from handlers.filters import Allowed, command
from handlers.keyboards import keyboard
from handlers.official.approvalcards import goes_at
from handlers.official.states import Releasing
from handlers.official.talk import alert, change, official_of
from handlers.telling import code
from handlers.turn import Turn
from handlers.words import Html
from storage import approval, submitted
from storage.commune import parse_code
from storage.rights import Right

SHOWN = 30
"""Answers that stand in the list one by one; the rest is counted."""


def build() -> Router:
    router = Router(name="releasing")
    releases = Allowed(Right.RELEASE)
    router.message.register(show, command("phathanh"), releases)
    router.callback_query.register(release, F.data == "o:release", releases)
    return router


async def show(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """What would go, to how many; with codes those matters alone, even one kept for the conference."""
    say, commune = turn.say, turn.tx.commune
    issue_ids: set[int] | None = None
    if command.args:
        numbers = [parse_code(typed, commune.short_code) for typed in command.args.replace(",", " ").split()]
        issue_ids = await submitted.issues_of(turn.tx, [number for number in numbers if number is not None])
    approved = await submitted.approved(turn.tx, issue_ids)
    # What a leader keeps for the conference goes early only when it is named.
    kept = [each for each in approved if each.in_hall] if issue_ids is None else []
    ready = [each for each in approved if each not in kept]
    named = [code(commune, each.lead) for each in kept[:SHOWN]]
    left = say("o-release-kept", codes=", ".join(named), count=len(kept), first=named[0]) if named else None
    if not ready:
        await message.answer(left or say("o-release-none"))
        return
    lines = [
        say(
            "o-release-line",
            code=code(commune, each.lead),
            people=each.people,
            goes=goes_at(say, turn.tx, each.answer),
        )
        for each in ready[:SHOWN]
    ]
    if len(ready) > SHOWN:
        lines.append(say("o-release-more", count=len(ready) - SHOWN))
    if left:
        lines.append(left)
    people = sum(each.people for each in ready)
    await state.set_state(Releasing.review)
    await state.set_data({"answer_ids": [each.answer.id for each in ready]})
    text = say("o-release-list", list=Html("\n".join(lines)), count=len(ready), people=people)
    choices = [
        (say.plain("o-button-release", count=len(ready)), "o:release"),
        (say.plain("o-button-discard"), "o:quit"),
    ]
    await message.answer(text, reply_markup=keyboard(choices))


async def release(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Gửi ngay]: what was listed and is still approved."""
    if await state.get_state() != Releasing.review.state:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    answer_ids = (await state.get_data()).get("answer_ids") or []
    await state.clear()
    count, people = await approval.release_now(turn.tx, answer_ids, official_of(turn))
    done = turn.say("o-released", count=count, people=people)
    heard = turn.tx.commune.after_quiet(turn.tx.now)
    if people and heard != turn.tx.now:
        done = Html(f"{done} {turn.say('o-sent-in-the-morning', hour=say_hour(turn.tx.commune, heard))}")
    await change(callback, done)
