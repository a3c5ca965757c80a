"""Many voices, one issue: merged by one tap or `/ghep`, a voice split out again when it says something else."""

import re

from aiogram import Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Allowed, Chosen, Picked, command
from handlers.keyboards import keyboard
from handlers.official.sorting import advance, assigned, meanwhile, say_in_place, standing
from handlers.official.talk import alert, official_of
from handlers.telling import code
from handlers.turn import Turn
from handlers.words import Html
from storage import issues, opinions, sorting
from storage.commune import parse_code
from storage.models import Event, Issue, Opinion
from storage.rights import Right
from storage.sorting import NotMerged
from storage.states import OpinionState
from storage.waiting import waits

ANSWERED = frozenset({OpinionState.ANSWERED, OpinionState.SETTLED})


def build() -> Router:
    router = Router(name="merging")
    allowed = Allowed(Right.SORT)
    router.message.register(by_command, command("ghep"), allowed)
    router.callback_query.register(merge, Chosen("o:merge"), allowed)
    router.callback_query.register(split_out, Picked("o:splitout"), allowed)
    return router


async def merge(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Ghép vào KX-07]: into the issue that this code names by now."""
    official = official_of(turn)
    opinion = await opinions.visible(turn.tx, official, opinion_id=picked)
    other_id = int(word) if word.isascii() and word.isdecimal() and len(word) < 19 else 0
    mate = await opinions.visible(turn.tx, official, opinion_id=other_id)
    if opinion is None or mate is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
    elif not waits(opinion):
        await meanwhile(callback, turn, opinion)
    else:
        await _merge(callback, turn, [opinion], mate)


async def _merge(event: Message | CallbackQuery, turn: Turn, merged: list[Opinion], mate: Opinion) -> None:
    try:
        done = await sorting.merge(turn.tx, merged, mate.issue or mate, official_of(turn))
    except NotMerged as refused:
        text, markup = await _refusal(turn, refused.opinion, merged, mate)
        await say_in_place(event, turn, text, markup, merged[0])
        return
    await advance(event, turn, await said(turn, done), done.id)


async def said(turn: Turn, merged: Event) -> Html:
    """ "Đã ghép KX-12 vào KX-07 (7 người).": the code into which they went is the one that names the issue now."""
    commune = turn.tx.commune
    issue = await turn.tx.session.get_one(Issue, merged.subject_id)
    voices = await issues.opinions_of(turn.tx, issue)
    lead = issues.first_of(voices)
    moved = {opinion_id for opinion_id, _, _ in merged.data["voices"]}
    if lead.id in moved:
        # The earlier code names the issue, whichever of the two was on the card.
        moved |= {next((each.id for each in voices if each.id not in moved), lead.id)}
    return turn.say(
        "o-sort-merged",
        codes=", ".join(code(commune, each) for each in voices if each.id in moved and each.id != lead.id),
        into=code(commune, lead),
        people=merged.data["count"],
    )


async def _refusal(
    turn: Turn, at_fault: Opinion, merged: list[Opinion], mate: Opinion
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Why nothing was merged, and the way that is left: the card again, or the answer that was given already."""
    commune, waiting = turn.tx.commune, next((each for each in merged if waits(each)), None)
    markup = (await standing(turn, waiting, None))[1] if waiting is not None else None
    shown = code(commune, at_fault)
    if at_fault.state in ANSWERED and waiting is not None:
        choice = (turn.say.plain("o-button-other-ways"), f"o:other:{waiting.id}")
        return turn.say("o-merge-answered", code=shown), keyboard([choice])
    if mate.issue is not None and at_fault.issue_id == mate.issue.id:
        return turn.say("o-merge-together", code=shown, into=code(commune, mate)), markup
    state = turn.say("o-office-state", state=at_fault.state.value)
    return turn.say("o-merge-refused", code=shown, why=state), markup


async def by_command(message: Message, turn: Turn, command: CommandObject) -> None:
    """`/ghep CODE CODE…`: into the issue that is there already, else into the first of them."""
    commune = turn.tx.commune
    typed = re.findall(rf"(?:{re.escape(commune.short_code)}[- ]?)?\d+|[^\s,;]+", command.args or "", re.IGNORECASE)
    if len(typed) < 2:
        await message.answer(turn.say("o-merge-how", code=f"{commune.short_code}-12", other=f"{commune.short_code}-7"))
        return
    found: dict[int, Opinion] = {}
    for each in typed:
        number = parse_code(each, commune.short_code)
        opinion = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
        if opinion is None:
            await message.answer(turn.say("o-code-unknown", code=each[:40]))
            return
        found[opinion.id] = opinion
    ordered = sorted(found.values(), key=lambda each: (each.issue is None, each.number))
    if len(ordered) < 2:
        await message.answer(turn.say("o-merge-how", code=f"{commune.short_code}-12", other=f"{commune.short_code}-7"))
        return
    await _merge(message, turn, ordered[1:], ordered[0])


async def split_out(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Tách ra]: a voice that says something else gets an issue of its own, with the same unit and day."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        event = await sorting.split_out(turn.tx, opinion, official_of(turn))
    except NotMerged:
        await meanwhile(callback, turn, opinion)
        return
    await advance(callback, turn, assigned(turn, opinion, "o-sort-split-out"), event.id)
