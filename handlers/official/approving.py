"""The leader's side: one answer after the other, each approved by one tap on its whole text, or taken back."""

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Allowed, Chosen, MayApprove, Picked, command
from handlers.keyboards import Choice, keyboard
from handlers.official import approvalcards
from handlers.official.approvalcards import goes_soon, what_became
from handlers.official.digesting import conference_line
from handlers.official.drafting import preview, review_buttons, take_up, unfinished
from handlers.official.homes import HOMES, Page
from handlers.official.proposals import proposal_page
from handlers.official.sealing import open_button
from handlers.official.states import Answering
from handlers.official.talk import alert, change, is_about, official_of, send_files, tell
from handlers.telling import code
from handlers.turn import Turn
from handlers.words import Html
from storage import answers, approval, changes, commitments, opinions, sealed, submitted, verdicts, waiting
from storage.approval import Changed, NotAllowed
from storage.commune import parse_code
from storage.lengths import units
from storage.models import Answer, AttachmentState, Role
from storage.rights import Right, may, reads_received
from storage.states import AnswerState, ForbiddenMove
from storage.submitted import Brief

LONGEST = 4000
"""UTF-16 units of a message, with room for what the Bot API counts otherwise than we."""

TOTAL = "to_approve"
"""In the conversation's data: how many answers waited when this round began."""


def build() -> Router:
    router = Router(name="approving")
    approves = MayApprove()
    router.message.register(by_command, command("duyet"), approves)
    router.callback_query.register(start, F.data == "o:approvals", approves)
    router.callback_query.register(show_proposals, F.data == "o:proposals", approves)
    router.callback_query.register(approve, Chosen("o:approve"), approves)
    router.callback_query.register(keep_for_hall, Chosen("o:hall"), approves)
    router.callback_query.register(skip, Picked("o:skip"), approves)
    router.callback_query.register(show_card, Picked("o:approval"), approves)
    router.callback_query.register(show_evidence, Picked("o:evidence"), approves)
    router.callback_query.register(recall, Picked("o:recall"), Allowed(Right.ANSWER))
    return router


async def home(turn: Turn) -> Page:
    """What waits for a leader's word: the counts, and a button for each kind."""
    say, official = turn.say, official_of(turn)
    count = len(await submitted.waiting(turn.tx, official))
    counts = [("o-approval-home", count)]
    proposed = len(await verdicts.proposals_for(turn.tx, official))
    counts.append(("o-approval-home-agree", proposed))
    choices: list[Choice] = [(say.plain("o-button-approvals"), "o:approvals")] if count else []
    if proposed:
        choices.append((say.plain("o-button-proposals"), "o:proposals"))
    begun: Html | None = None
    if may(official, Right.APPROVE):
        begun, going_on = await unfinished(turn)
        promised = await commitments.listing(turn.tx, official, 0, 1)
        unsorted = 0 if await reads_received(turn.tx, official) else await opinions.count_waiting(turn.tx)
        counts += [
            ("o-approval-home-sealed", await sealed.count_for(turn.tx, official)),
            ("o-approval-home-late", promised.late),
            ("o-approval-home-soon", promised.soon),
            ("o-approval-home-unsorted", unsorted),
        ]
        if promised.open:
            choices.append((say.plain("o-button-promises"), "o:commitments:0"))
        if (first := await sealed.first_for(turn.tx, official)) is not None:
            choices.append(open_button(say, first))
        choices += going_on
    lines = [say(key, count=each) for key, each in counts if each or key == "o-approval-home"]
    if begun is not None:
        lines.append(begun)
    text = Html(" ".join(lines))
    if may(official, Right.APPROVE) and (line := await conference_line(turn.tx, turn.say)) is not None:
        text = Html(f"{text}\n{line}")
    return Page(text, keyboard(choices) if choices else None)


HOMES[Role.LEADER] = home


async def by_command(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """`/duyet CODE`: the answer of this matter; without a code the first that waits."""
    if not command.args:
        await show_next(message, turn)
        return
    commune = turn.tx.commune
    number = parse_code(command.args, commune.short_code)
    answer = await submitted.of_number(turn.tx, number) if number is not None else None
    if answer is None or not await approval.may_approve(turn.tx, official_of(turn), answer):
        await message.answer(turn.say("o-approval-none", code=command.args[:40]))
        return
    await _show_one(message, turn, answer)


async def start(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Duyệt lần lượt]: a round begins."""
    await state.clear()
    await show_next(callback, turn)


async def show_proposals(callback: CallbackQuery, turn: Turn) -> None:
    """[Xem đề nghị]: what the office proposes not to answer, one after the other."""
    found = await verdicts.proposals_for(turn.tx, official_of(turn))
    if not found:
        await alert(callback, turn.say.plain("o-approval-no-proposals"))
        return
    page = await proposal_page(turn, found[0])
    await change(callback, page.text, page.markup)
    is_about(turn, found[0])


async def show_next(
    event: Message | CallbackQuery,
    turn: Turn,
    done: Html | None = None,
    undo: Sequence[Choice] = (),
    position: int = 0,
) -> None:
    """The answer at `position` of those that wait, under what was just done; or that nothing waits."""
    ids, data = await submitted.waiting(turn.tx, official_of(turn)), turn.caller.conversation.data
    answer = await answers.by_id(turn.tx, ids[position if position < len(ids) else 0]) if ids else None
    brief = await submitted.brief(turn.tx, answer) if answer is not None else None
    if brief is None:
        turn.caller.conversation.data = {key: value for key, value in data.items() if key != TOTAL}
        text = Html(f"{done} {turn.say('o-approval-done')}") if done else turn.say("o-approval-home", count=0)
        await _say(event, text, keyboard(undo) if undo else None)
        return
    total = max(int(data.get(TOTAL) or 0), len(ids))
    turn.caller.conversation.data = {**data, TOTAL: total}
    number = total - len(ids) + 1 + (position if position < len(ids) else 0)
    await _show_card(event, turn, brief, done, undo, f"{number}/{total} · ", in_round=True)


async def _show_card(
    event: Message | CallbackQuery,
    turn: Turn,
    brief: Brief,
    done: Html | None,
    undo: Sequence[Choice],
    counted: str,
    *,
    in_round: bool,
) -> None:
    """An answer that waits, whole: a long one in a message of its own, and its card below that."""
    say, commune, answer, official = turn.say, turn.tx.commune, brief.answer, official_of(turn)
    card = Html(f"{counted}{approvalcards.text(say, commune, brief, official)}")
    choices = approvalcards.buttons(say, brief, in_round=in_round)
    if not approval.is_long(answer):
        text = Html(f"{done}\n\n{card}") if done else card
        await _say(event, text, keyboard([*choices, *undo]))
    else:
        if done is not None:
            await _say(event, done, keyboard(undo) if undo else None)
        apart = approvalcards.apart(say, commune, answer, code(commune, brief.lead), official)
        await _say_below(event, apart)
        await _say_below(event, card, keyboard(choices))
    is_about(turn, brief.lead)


async def _say(event: Message | CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    if isinstance(event, CallbackQuery):
        await change(event, text, markup)
    else:
        await event.answer(text, reply_markup=markup)


async def _say_below(event: Message | CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    if isinstance(event, CallbackQuery):
        await tell(event, text, markup)
    else:
        await event.answer(text, reply_markup=markup)


async def in_hand(callback: CallbackQuery, turn: Turn, answer_id: int) -> Answer | None:
    """The answer whose button was tapped, if this official may approve it; otherwise it is as if it were gone."""
    answer = await answers.by_id(turn.tx, answer_id)
    if answer is None or answer.issue_id is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if not await approval.may_approve(turn.tx, official_of(turn), answer):
        is_own = answer.official_id == official_of(turn).id
        await alert(callback, turn.say.plain("o-approval-own" if is_own else "o-matter-gone"))
        return None
    return answer


async def approve(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Duyệt], [Duyệt, xem tiếp]: what was read goes out in a while, unless it was changed since."""
    await _approve(callback, turn, picked, word, in_hall=False)


async def keep_for_hall(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Đưa ra hội trường]: approved, and kept until the conference."""
    await _approve(callback, turn, picked, word, in_hall=True)


async def _approve(callback: CallbackQuery, turn: Turn, answer_id: int, word: str, *, in_hall: bool) -> None:
    answer = await in_hand(callback, turn, answer_id)
    if answer is None:
        return
    position = await _position(turn, answer)
    revision = int(word) if word.isdecimal() else 0
    try:
        await approval.approve(turn.tx, answer, official_of(turn), revision, in_hall=in_hall)
    except Changed:
        await _show_again(callback, turn, answer, turn.say("o-approval-changed"), position)
        return
    except (ForbiddenMove, NotAllowed):
        await meanwhile(callback, turn, answer, position)
        return
    shown = await shown_code(turn, answer)
    done = turn.say("o-approved", code=shown, goes=goes_soon(turn.say, turn.tx, answer))
    await advance(callback, turn, answer, done, position)


async def shown_code(turn: Turn, answer: Answer) -> str:
    brief = await submitted.brief(turn.tx, answer)
    return code(turn.tx.commune, brief.lead if brief is not None else answer.opinion)


async def _position(turn: Turn, answer: Answer) -> int:
    ids = await submitted.waiting(turn.tx, official_of(turn))
    return ids.index(answer.id) if answer.id in ids else 0


async def advance(
    event: Message | CallbackQuery, turn: Turn, answer: Answer, done: Html, position: int, *, may_undo: bool = True
) -> None:
    """Says what was done, with the button that takes it back, and shows the next one in the same message.

    A tap on a card that was sent by itself changes that card alone.
    """
    if isinstance(event, CallbackQuery) and await changed_card(event, turn, answer):
        return
    undo = [(turn.say.plain("o-button-recall"), f"o:recall:{answer.id}")] if may_undo else []
    await show_next(event, turn, done, undo, position)


async def changed_card(callback: CallbackQuery, turn: Turn, answer: Answer, note: Html | None = None) -> bool:
    """Changes the card that was tapped to what stands now, if it was sent by itself; whether it was."""
    if callback.message is None or turn.typed:
        return False
    behind = await waiting.card_behind(turn.tx, turn.caller.account.id, callback.message.message_id)
    brief = await submitted.brief(turn.tx, answer) if behind is not None else None
    if behind is None or brief is None:
        return False
    await changes.shown_already(turn.tx, behind[0])
    if answer.state is AnswerState.SUBMITTED:
        await _show_card(callback, turn, brief, note, (), "", in_round=False)
        return True
    text, choices = approvalcards.settled(turn.say, turn.tx, brief, await submitted.last_act(turn.tx, answer))
    await change(callback, Html(f"{note}\n\n{text}") if note else text, keyboard(choices))
    return True


async def meanwhile(callback: CallbackQuery, turn: Turn, answer: Answer, position: int) -> None:
    """Somebody was faster: says who did what, changes nothing, and goes on."""
    what = what_became(turn.say, turn.tx, answer, await submitted.last_act(turn.tx, answer))
    note = turn.say("o-approval-meanwhile", code=await shown_code(turn, answer), what=what)
    if not await changed_card(callback, turn, answer, note):
        await show_next(callback, turn, note, position=position)


async def _show_again(callback: CallbackQuery, turn: Turn, answer: Answer, note: Html, position: int) -> None:
    if not await changed_card(callback, turn, answer, note):
        brief = await submitted.brief(turn.tx, answer)
        if brief is not None:
            await _show_card(callback, turn, brief, note, (), "", in_round=True)


async def skip(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Để sau]: the next one; this one comes again when the others are done."""
    answer = await answers.by_id(turn.tx, picked)
    position = await _position(turn, answer) + 1 if answer is not None else 0
    await show_next(callback, turn, position=position)


async def _show_one(event: Message | CallbackQuery, turn: Turn, answer: Answer) -> None:
    brief = await submitted.brief(turn.tx, answer)
    if brief is None:
        await _say(event, turn.say("o-matter-gone"))
        return
    if answer.state is AnswerState.SUBMITTED:
        await _show_card(event, turn, brief, None, (), "", in_round=True)
        return
    text, choices = approvalcards.settled(turn.say, turn.tx, brief, await submitted.last_act(turn.tx, answer))
    await _say(event, text, keyboard(choices))
    is_about(turn, brief.lead)


async def show_card(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Thôi] under the question why: the card again."""
    answer = await in_hand(callback, turn, picked)
    if answer is not None:
        await state.set_state(None)
        await _show_one(callback, turn, answer)


async def show_evidence(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """The pictures and papers that come with an answer."""
    answer = await in_hand(callback, turn, picked)
    if answer is None:
        return
    await callback.answer()
    sound = [file for file in answer.attachments if file.state is not AttachmentState.FAILED]
    await send_files(turn, ((answer.opinion_id, file) for file in sound))


async def recall(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Rút lại]: what was submitted is a draft again, what was approved waits again; until it is sent."""
    answer, official = await answers.by_id(turn.tx, picked), official_of(turn)
    may_approve = answer is not None and await approval.may_approve(turn.tx, official, answer)
    if answer is None or answer.issue_id is None or not (may_approve or answer.official_id == official.id):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        now = await approval.recall(turn.tx, answer, official)
    except ForbiddenMove:
        what = what_became(turn.say, turn.tx, answer, await submitted.last_act(turn.tx, answer))
        shown = await shown_code(turn, answer)
        await alert(callback, turn.say.plain("o-approval-meanwhile", code=shown, what=what))
        return
    if now is AnswerState.DRAFT:
        await take_up(state, answer, Answering.review)
        shown = await preview(turn, answer.opinion, answer)
        done = turn.say("o-recalled", code=code(turn.tx.commune, answer.opinion))
        both = Html(f"{done}\n\n{shown}")
        # The longest answer leaves no room for more than itself.
        await change(callback, both if units(both) <= LONGEST else shown, await review_buttons(turn, answer))
        return
    if not await changed_card(callback, turn, answer):
        await _show_one(callback, turn, answer)
