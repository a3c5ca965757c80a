"""The village head: counts of his village, what he entered himself, and entering for who has no phone."""

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.filters import Allowed, Picked
from handlers.keyboards import Choice, keyboard
from handlers.official.homes import HOMES, Page
from handlers.official.talk import alert, change, official_of, tell
from handlers.resident import steps
from handlers.resident.states import Raising
from handlers.telling import EXCERPT, code, cut, state_in_words, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import drafts, entering, opinions
from storage.models import Role
from storage.rights import Right
from storage.states import OpinionState

WITH_THE_OFFICE = (OpinionState.RECEIVED, OpinionState.NEEDS_DETAIL)
IN_HAND = (OpinionState.ACCEPTED, OpinionState.REOPENED)
ANSWERED = (OpinionState.ANSWERED, OpinionState.SETTLED)


def build() -> Router:
    router = Router(name="village")
    enters = Allowed(Right.ENTER)
    router.callback_query.register(begin, F.data == "o:enter", enters)
    router.callback_query.register(list_entered, F.data == "o:entered", enters)
    router.callback_query.register(show_entered, Picked("o:entry"), enters)
    return router


async def home(turn: Turn) -> Page:
    """Counts of his village by where they stand; nobody's words."""
    official = official_of(turn)
    counts = await entering.count_village(turn.tx, official.village_id)
    mine = await entering.entered(turn.tx, official)
    text = turn.say(
        "o-village-home",
        village=village_name(turn.say, turn.tx.commune, official.village_id),
        all=sum(counts.values()) - counts[OpinionState.WITHDRAWN],
        office=sum(counts[each] for each in WITH_THE_OFFICE),
        hand=sum(counts[each] for each in IN_HAND),
        answered=sum(counts[each] for each in ANSWERED),
    )
    choices: list[Choice] = [(turn.say.plain("o-button-enter"), "o:enter")]
    if mine:
        choices.append((turn.say.plain("o-button-entered"), "o:entered"))
    return Page(text, keyboard(choices))


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """A draft for somebody else; one that the official has in hand comes first."""
    draft = turn.caller.draft
    if draft is not None:
        await tell(
            callback, turn.say("unfinished", held=steps.quoted(turn, draft) or "…"), steps.unfinished(turn, draft)
        )
        return
    official = official_of(turn)
    draft = drafts.hold(turn.tx, turn.caller.account, "", on_behalf=True)
    turn.caller.draft = draft
    await drafts.give_id(turn.tx, draft)
    if official.role is Role.VILLAGE_HEAD:
        drafts.set_village(turn.tx, draft, official.village_id)
    await state.set_data({})
    await state.set_state(Raising.matter)
    await tell(callback, *steps.matter(turn, draft))


async def list_entered(callback: CallbackQuery, turn: Turn) -> None:
    found = await entering.entered(turn.tx, official_of(turn))
    if not found:
        await alert(callback, turn.say.plain("o-entered-none"))
        return
    commune = turn.tx.commune
    lines = [
        turn.say(
            "o-entered-line",
            code=code(commune, each),
            words=cut(" ".join(each.text.split()) or "…", EXCERPT),
            state=state_in_words(turn.say, each, commune),
        )
        for each in found
    ]
    choices = [(code(commune, each), f"o:entry:{each.id}") for each in found]
    await tell(callback, turn.say("o-entered-list", list=Html("\n".join(lines))), keyboard(choices))


async def show_entered(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """One of his entries whole; another's is as if it were not there."""
    opinion = await opinions.by_id(turn.tx, picked)
    if opinion is None or opinion.entered_by_id != official_of(turn).id:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    commune = turn.tx.commune
    text = turn.say(
        "o-entry",
        code=code(commune, opinion),
        village=village_name(turn.say, commune, opinion.village_id),
        words=opinion.text.strip() or "…",
        state=state_in_words(turn.say, opinion, commune),
    )
    await change(callback, text, keyboard([(turn.say.plain("o-button-entered"), "o:entered")]))


HOMES[Role.VILLAGE_HEAD] = home
