"""[Việc luật đòi]: what the law means by announced and published, each ticked by who did it, with what shows it."""

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import conferencewords
from handlers.filters import Allowed, Chosen, Picked
from handlers.incoming import file_of
from handlers.keyboards import Choice, keyboard
from handlers.official.states import Proving
from handlers.official.talk import alert, change, official_of, tell
from handlers.resident.saying import REFUSED
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import conferences, proofs
from storage.database import Transaction
from storage.models import Conference, Proof, ProofKind
from storage.proofs import NotHis, TooEarly
from storage.rights import Right
from storage.states import ConferenceState

PROOF = "proof_id"
"""In the conversation's data: the tick that photos, documents and addresses are gathered for."""

LONGEST_LINK = 500


def build() -> Router:
    router = Router(name="lawlist")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    gathering = StateFilter(Proving.evidence)
    router.callback_query.register(show, Picked("o:law"), allowed)
    router.callback_query.register(pick_village, Chosen("o:proveat"), allowed)
    router.callback_query.register(prove, Chosen("o:prove"), allowed)
    router.callback_query.register(withdraw, Picked("o:unprove"), allowed)
    router.message.register(take_file, gathering, F.document | F.photo, allowed)
    router.message.register(take_link, gathering, F.text, ~F.text.startswith("/"), allowed)
    return router


async def show(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    conference = await conferences.by_id(turn.tx, picked)
    if conference is None or conference.state in {ConferenceState.PROPOSED, ConferenceState.CANCELLED}:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.clear()
    await tell(callback, *await listed(turn.tx, turn.say, conference))


def _kinds(conference: Conference) -> tuple[ProofKind, ...]:
    return proofs.BEFORE if conference.state in conferences.UPCOMING else proofs.AFTER


async def listed(tx: Transaction, say: Say, conference: Conference) -> tuple[Html, InlineKeyboardMarkup]:
    """The clock that runs, with a button for each thing that is not done."""
    choices: list[Choice] = []
    for item in await proofs.checklist(tx, conference, _kinds(conference)):
        if item.is_done:
            continue
        label = say.plain("o-button-prove", kind=item.kind.value)
        if item.kind in proofs.OF_VILLAGES:
            choices.append((label, f"o:proveat:{conference.id}:{item.kind}"))
        else:
            choices.append((label, f"o:prove:{conference.id}:{item.kind}"))
    if conference.state in conferences.UPCOMING:
        choices.append((say.plain("o-button-documents"), f"o:papers:{conference.id}"))
    choices.append((say.plain("o-button-conference"), "o:hoinghi"))
    return await conferencewords.clock(tx, say, conference), keyboard(choices)


async def pick_village(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """In which village it was done: those that are missing."""
    conference = await conferences.by_id(turn.tx, picked)
    kind = _kind(word)
    if conference is None or kind not in proofs.OF_VILLAGES:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    (item,) = await proofs.checklist(turn.tx, conference, [kind])
    choices: list[Choice] = []
    for village_id in item.missing:
        village = turn.tx.commune.village(village_id)
        choices.append((village.name if village else village_id, f"o:prove:{conference.id}:{kind}-{village_id}"))
    choices.append((turn.say.plain("o-button-back"), f"o:law:{conference.id}"))
    await change(callback, turn.say("o-law-where", kind=kind.value), keyboard(choices))


def _kind(word: str) -> ProofKind | None:
    return ProofKind(word) if word in set(ProofKind) else None


async def prove(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """One thing is done: ticked at once, and what shows it may follow."""
    conference = await conferences.by_id(turn.tx, picked)
    name, _, village_id = word.partition("-")
    kind = _kind(name)
    if conference is None or kind is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        proof = await proofs.prove(turn.tx, conference, official_of(turn), kind, village_id)
    except (ValueError, NotHis):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    except TooEarly:
        await alert(callback, turn.say.plain("o-law-too-early"))
        return
    await state.set_state(Proving.evidence)
    await state.set_data({PROOF: proof.id})
    await change(callback, *await _ticked(turn, conference, proof))


async def _ticked(turn: Turn, conference: Conference, proof: Proof) -> tuple[Html, InlineKeyboardMarkup]:
    where = conferencewords.villages(turn.tx.commune, [proof.village_id]) if proof.village_id else ""
    text = turn.say("o-law-ticked", kind=proof.kind.value, village=where or "none")
    text = Html(f"{text}\n{await conferencewords.clock(turn.tx, turn.say, conference)}")
    choices = [
        (turn.say.plain("o-button-next-proof"), f"o:law:{conference.id}"),
        (turn.say.plain("o-button-unprove"), f"o:unprove:{proof.id}"),
    ]
    return text, keyboard(choices)


async def withdraw(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Chọn nhầm]."""
    proof = await proofs.by_id(turn.tx, picked)
    if proof is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    conference = await turn.tx.session.get_one(Conference, proof.conference_id)
    try:
        await proofs.withdraw(turn.tx, proof, official_of(turn))
    except (NotHis, TooEarly):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.clear()
    await change(callback, *await listed(turn.tx, turn.say, conference))


async def _in_hand(message: Message, turn: Turn, state: FSMContext) -> Proof | None:
    proof = await proofs.by_id(turn.tx, (await state.get_data()).get(PROOF, 0))
    if proof is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
    return proof


async def take_file(message: Message, turn: Turn, state: FSMContext) -> None:
    proof = await _in_hand(message, turn, state)
    file = file_of(message)
    if proof is None or file is None:
        return
    refusal = proofs.attach(turn.tx, turn.caller.account, proof, file)
    await _thank(message, turn, proof, REFUSED[refusal] if refusal is not None else "o-law-evidence-kept")


async def take_link(message: Message, turn: Turn, state: FSMContext) -> None:
    proof = await _in_hand(message, turn, state)
    if proof is None:
        return
    link = (message.text or "").strip()
    if len(link) > LONGEST_LINK:
        await message.answer(turn.say("o-plan-text-length", limit=LONGEST_LINK))
        return
    proofs.set_link(turn.tx, proof, official_of(turn), link)
    await _thank(message, turn, proof, "o-law-evidence-kept")


async def _thank(message: Message, turn: Turn, proof: Proof, key: str) -> None:
    done = keyboard([(turn.say.plain("o-button-next-proof"), f"o:law:{proof.conference_id}")])
    await message.answer(turn.say(key), reply_markup=done)
