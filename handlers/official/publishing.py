"""What everybody reads of an answered matter: its summary, and the copies of words that an official confirms."""

import zlib

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Allowed, Chosen, Picked
from handlers.keyboards import Choice, keyboard
from handlers.official.history import BUTTONS
from handlers.official.states import Publishing
from handlers.official.talk import alert, change, official_of, tell
from handlers.resident.released import title_of
from handlers.telling import code, cut
from handlers.turn import Turn
from handlers.words import Html
from storage import issues, opinions, publication, redaction
from storage.models import Issue, Opinion
from storage.publication import MAX_COPY, MAX_TITLE
from storage.rights import Right, may

LISTED = 8
"""Confirmed copies that one page has buttons for."""

OPINION, COPY, ISSUE = "public_id", "copy", "titled_id"
"""In the conversation's data: whose words are being prepared, the copy that was typed, which issue gets a summary."""


def build() -> Router:
    router = Router(name="publishing")
    allowed = Allowed(Right.PUBLISH)
    words = (F.text, ~F.text.startswith("/"), allowed)
    router.callback_query.register(begin, Picked("o:publish"), allowed)
    router.callback_query.register(confirm, Chosen("o:public"), allowed)
    router.callback_query.register(show_copy, Picked("o:copy"), allowed)
    router.callback_query.register(retract, Picked("o:retract"), allowed)
    router.callback_query.register(leave_out, Picked("o:leaveout"), allowed)
    router.callback_query.register(ask_title, Picked("o:summary"), allowed)
    router.message.register(take_copy, StateFilter(Publishing.copy), *words)
    router.message.register(take_title, StateFilter(Publishing.title), *words)
    return router


def mark(copy: str) -> str:
    """Tells one copy from another: nobody confirms words that he was not shown."""
    return str(zlib.crc32(copy.encode()))


async def _of(turn: Turn, opinion_id: int) -> tuple[Opinion, Issue] | None:
    """An opinion of an answered issue that this official may read."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id)
    issue = opinion.issue if opinion is not None else None
    if opinion is None or issue is None or await opinions.released_answer(turn.tx, opinion) is None:
        return None
    return opinion, issue


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Đăng công khai]: the words that wait to be confirmed, one author at a time."""
    found = await _of(turn, picked)
    if found is None:
        await alert(callback, turn.say.plain("o-publish-early"))
        return
    await tell(callback, *await _page(turn, state, found[1]))


async def _page(turn: Turn, state: FSMContext, issue: Issue) -> tuple[Html, InlineKeyboardMarkup]:
    """What is read of this matter already, and the next words that wait."""
    agreed = await publication.consenting(turn.tx, issue)
    undecided = await publication.waiting_of(turn.tx, issue)
    waiting = [each for each in agreed if each.id in undecided]
    done = sum(each.public_text is not None for each in agreed)
    lines = [await _head(turn, issue), turn.say("o-publish-count", count=len(agreed), done=done)]
    if waiting:
        asked, choices = await _offer(turn, state, waiting[0], None)
        lines.append(asked)
    else:
        await state.clear()
        commune = turn.tx.commune
        choices = [(code(commune, each), f"o:copy:{each.id}") for each in agreed[:LISTED]]
        elsewhere = await publication.next_waiting(turn.tx)
        if elsewhere is not None:
            label = turn.say.plain("o-button-publish-next", code=code(commune, elsewhere))
            choices.append((label, f"o:publish:{elsewhere.id}"))
    choices.append((turn.say.plain("o-button-title"), f"o:summary:{issue.id}"))
    return Html("\n".join(lines)), keyboard(choices)


async def _head(turn: Turn, issue: Issue) -> Html:
    lead = await issues.lead(turn.tx, issue)
    shown = code(turn.tx.commune, lead) if lead is not None else ""
    found = await publication.one(turn.tx, issue.id)
    title = title_of(turn.say, turn.tx.commune, found) if found is not None else ""
    return turn.say("o-publish-head" if issue.title else "o-publish-head-untitled", code=shown, title=title)


def _suggested(turn: Turn, opinion: Opinion) -> str:
    return redaction.suggest(opinion.text, redaction.places_of(turn.tx.commune)).strip()


async def _offer(turn: Turn, state: FSMContext, opinion: Opinion, typed: str | None) -> tuple[Html, list[Choice]]:
    """The copy of one author's words, typed or suggested, and the button that confirms it."""
    copy = typed or _suggested(turn, opinion)
    await state.set_state(Publishing.copy)
    await state.set_data({OPINION: opinion.id, COPY: typed})
    shown = code(turn.tx.commune, opinion)
    if len(copy) > MAX_COPY:
        text = turn.say("o-publish-long", code=shown, text=cut(copy, MAX_COPY), length=len(copy), limit=MAX_COPY)
        return text, [(turn.say.plain("o-button-leave-out"), f"o:leaveout:{opinion.id}")]
    key = "o-publish-typed" if typed else "o-publish-suggested" if copy != opinion.text.strip() else "o-publish-as-is"
    choices = [
        (turn.say.plain("o-button-publish-copy"), f"o:public:{opinion.id}:{mark(copy)}"),
        (turn.say.plain("o-button-leave-out"), f"o:leaveout:{opinion.id}"),
    ]
    return turn.say(key, code=shown, text=copy), choices


async def take_copy(message: Message, turn: Turn, state: FSMContext) -> None:
    """Other words than the suggested ones: shown as they would be read, above the button."""
    opinion = await _in_hand(turn, state)
    if opinion is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    typed = (message.text or "").strip()
    if len(typed) > MAX_COPY:
        await message.answer(turn.say("o-publish-too-long", length=len(typed), limit=MAX_COPY))
        return
    text, choices = await _offer(turn, state, opinion, typed)
    await message.answer(text, reply_markup=keyboard([*choices, (turn.say.plain("o-button-discard"), "o:quit")]))


async def _in_hand(turn: Turn, state: FSMContext) -> Opinion | None:
    """The opinion whose copy is being prepared, while its author still agrees."""
    found = await _of(turn, int((await state.get_data()).get(OPINION) or 0))
    return found[0] if found is not None and found[0].may_publish else None


async def confirm(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """[Đăng bản này]: the copy that was shown, and no other."""
    found = await _of(turn, picked)
    if found is None or not found[0].may_publish:
        await alert(callback, turn.say.plain("o-publish-refused"))
        return
    opinion, issue = found
    data = await state.get_data()
    typed = data.get(COPY) if data.get(OPINION) == opinion.id else None
    copies = [copy for copy in (typed, _suggested(turn, opinion)) if copy]
    copy = next((each for each in copies if mark(each) == word), None)
    if copy is None or opinion.public_text is not None:
        # Typed in another dialog, or confirmed by somebody else: what stands now is shown instead.
        await tell(callback, *await _page(turn, state, issue))
        return
    await publication.confirm(turn.tx, opinion, official_of(turn), copy)
    text, markup = await _page(turn, state, issue)
    done = turn.say("o-published", code=code(turn.tx.commune, opinion))
    await change(callback, Html(f"{done}\n\n{text}"), markup)


async def show_copy(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """What is read of one author's words; what was taken down or left out is prepared anew."""
    found = await _of(turn, picked)
    if found is None or not found[0].may_publish:
        await alert(callback, turn.say.plain("o-publish-refused"))
        return
    opinion = found[0]
    if opinion.public_text is None:
        offered, choices = await _offer(turn, state, opinion, None)
        await tell(callback, offered, keyboard(choices))
        return
    text = turn.say("o-publish-stands", code=code(turn.tx.commune, opinion), text=opinion.public_text)
    await tell(callback, text, keyboard([(turn.say.plain("o-button-retract"), f"o:retract:{opinion.id}")]))


async def retract(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Gỡ xuống]: the copy goes from what everybody reads, and can be prepared anew."""
    found = await _of(turn, picked)
    if found is None or found[0].public_text is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    opinion, issue = found
    await publication.retract(turn.tx, opinion, official_of(turn))
    text, markup = await _page(turn, state, issue)
    done = turn.say("o-retracted", code=code(turn.tx.commune, opinion))
    await change(callback, Html(f"{done}\n\n{text}"), markup)


async def leave_out(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Không đăng]: her words stay with the office; the next ones that wait come in their place."""
    found = await _of(turn, picked)
    if found is None or found[0].public_text is not None or not found[0].may_publish:
        await alert(callback, turn.say.plain("o-publish-refused"))
        return
    opinion, issue = found
    if opinion.id in await publication.waiting_of(turn.tx, issue):
        publication.leave_out(turn.tx, opinion, official_of(turn))
    text, markup = await _page(turn, state, issue)
    done = turn.say("o-left-out", code=code(turn.tx.commune, opinion))
    await change(callback, Html(f"{done}\n\n{text}"), markup)


async def ask_title(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Lời tóm]."""
    issue = await issues.by_id(turn.tx, picked)
    if issue is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Publishing.title)
    await state.set_data({ISSUE: issue.id})
    quit_button = keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
    await tell(callback, Html(f"{await _head(turn, issue)}\n{turn.say('o-title-ask')}"), quit_button)


async def take_title(message: Message, turn: Turn, state: FSMContext) -> None:
    issue = await issues.by_id(turn.tx, int((await state.get_data()).get(ISSUE) or 0))
    if issue is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    title = " ".join((message.text or "").split())
    if len(title) > MAX_TITLE:
        await message.answer(turn.say("o-title-too-long", length=len(title), limit=MAX_TITLE))
        return
    await publication.set_title(turn.tx, issue, official_of(turn), title)
    text, markup = await _page(turn, state, issue)
    await message.answer(text, reply_markup=markup)


async def _button(turn: Turn, opinion: Opinion) -> list[Choice]:
    """[Đăng công khai] under a matter that was answered."""
    issue = opinion.issue
    if issue is None or not issue.released or not may(official_of(turn), Right.PUBLISH):
        return []
    return [(turn.say.plain("o-button-publish"), f"o:publish:{opinion.id}")]


BUTTONS.append(_button)
