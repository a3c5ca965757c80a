"""What she says of an answer and of a promise kept, with one tap; a photo or a sentence opens a matter again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, time

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.incoming import PLACE, file_of, words_of
from handlers.resident import adding, followed
from handlers.resident.saying import REFUSED, Event, choices, hasty, stands, tell, tell_over, window_shut_by
from handlers.resident.states import Adding, Judging
from handlers.resident.steps import OPINION
from handlers.signs import is_emergency
from handlers.suspicion import is_about_a_person
from handlers.telling import code, is_done, long_day, short_day, state_in_words, unit_name
from handlers.turn import Turn
from handlers.words import Html
from storage import commitments, files, issues, opinions, publication, ratings
from storage.models import Attachment, Draft, Issue, Opinion, Rating
from storage.states import ForbiddenMove, OpinionState

Tap = Callable[[CallbackQuery, Turn, FSMContext, Opinion], Awaitable[None]]

DISPUTED = "disputed_id"
"""In the conversation's data: the opinion that her words open again, if she says that they accuse nobody."""


def build() -> Router:
    router = Router(name="rating")
    router.callback_query.register(tap, F.data.func(_is_ours))
    router.callback_query.register(publish, F.data.regexp(r"^r:publish:[0-9]{1,18}:(yes|no)$"))
    content = F.photo | F.voice | F.audio | F.document | F.video | F.video_note | F.animation | PLACE
    router.message.register(take_evidence, StateFilter(Judging.evidence), F.text & ~F.text.startswith("/") | content)
    return router


def _is_ours(data: str) -> bool:
    kind, _, rest = data.partition(":")
    what, _, id_ = rest.partition(":")
    return kind == "r" and what in TAPS and id_.isascii() and id_.isdecimal() and len(id_) <= 18


def asked_about(opinion: Opinion, today: date) -> list[tuple[str, str]]:
    """(text key, callback data) of what its author may say now; none while nothing awaits her word.

    It must be loaded with `standing`.
    """
    issue = opinion.issue
    if opinion.state is not OpinionState.ANSWERED or issue is None:
        return []
    promised = commitments.current(issue.commitments, issue.released)
    if promised is not None and (promised.closed_at is not None or promised.due < today):
        return followed.closing_choices(opinion)
    if opinion.rating is not None:
        return []
    return [("button-clear", f"r:clear:{opinion.id}"), ("button-unclear", f"r:unclear:{opinion.id}")]


async def tap(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """A button about one opinion: hers, or one that an official entered for who has no phone."""
    _, what, id_ = (callback.data or "").split(":", maxsplit=2)
    opinion = await opinions.of_caller(turn.tx, turn.caller, int(id_))
    if opinion is None:
        await tell_over(callback, turn)
        return
    await TAPS[what](callback, turn, state, opinion)
    await callback.answer()


async def clear(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Rõ rồi]."""
    if opinion.rating is Rating.CLEAR and hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    try:
        commitment = await ratings.find_clear(turn.tx, opinion)
    except ForbiddenMove:
        await _over(callback, turn, opinion)
        return
    if commitment is not None and commitment.closed_at is not None:
        text = followed.kept(turn.say, turn.tx.commune, opinion, commitment)
        await tell(callback, text, followed.closing_buttons(turn.say, opinion))
        return
    if commitment is None:
        text = _noted(turn, opinion)
    elif commitment.due < issues.today(turn.tx):
        text = turn.say("found-clear-late")
    elif window_shut_by(turn, datetime.combine(commitment.due, time(), turn.tx.commune.timezone)) is not None:
        shown = code(turn.tx.commune, opinion)
        text = turn.say("found-clear-promised-window", due=_near(turn, commitment.due), code=shown)
    else:
        text = turn.say("found-clear-promised", due=_near(turn, commitment.due))
    await _ask_to_publish(callback, turn, opinion, text)


def _noted(turn: Turn, opinion: Opinion) -> Html:
    """That her matter is done; or, where it was only explained, what stands in the record of it."""
    commune, issue = turn.tx.commune, opinion.issue
    if issue is None or is_done(issue):
        return turn.say("found-clear", code=code(commune, opinion))
    return turn.say("found-clear-only", code=code(commune, opinion), state=state_in_words(turn.say, opinion, commune))


async def _ask_to_publish(event: Event, turn: Turn, opinion: Opinion, text: Html) -> None:
    """Below `text`, once: whether her words may be published. Whoever entered them for her is not asked."""
    if opinion.may_publish is not None or not opinion.text.strip() or opinion.account_id is None:
        await tell(event, text)
        return
    buttons = choices(
        turn,
        ("button-publish", f"r:publish:{opinion.id}:yes"),
        ("button-publish-not", f"r:publish:{opinion.id}:no"),
    )
    await tell(event, Html(f"{text}\n{turn.say('ask-publish')}"), buttons)


async def publish(callback: CallbackQuery, turn: Turn) -> None:
    """[Đăng được] [Đừng đăng]: whichever she pressed last holds, whenever that is."""
    _, _, id_, answer = (callback.data or "").split(":")
    opinion = await opinions.own_by_id(turn.tx, turn.caller.person, int(id_))
    if opinion is None:
        await tell_over(callback, turn)
        return
    yes = answer == "yes"
    if opinion.may_publish == yes and hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    await publication.allow(turn.tx, opinion, yes=yes)
    await tell(callback, turn.say("may-publish" if yes else "may-not-publish"))
    await callback.answer()


async def unclear(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Chưa rõ]: open again at once, and a sentence asked for unless a draft is being written."""
    try:
        await ratings.find_unclear(turn.tx, opinion)
    except ForbiddenMove:
        await _over(callback, turn, opinion)
        return
    if turn.caller.draft is None:
        await adding.begin(callback, turn, state, opinion, "ask-unclear")
    else:
        await tell(callback, *stands(turn, opinion, "stands-now"))


async def done(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Đã xong]."""
    rated = opinion.rating
    if not await _judge(callback, turn, opinion, Rating.DONE):
        return
    if await state.get_state() == Judging.evidence.state:
        await state.clear()
    text = turn.say("found-clear", code=code(turn.tx.commune, opinion))
    if rated is None:
        await _ask_to_publish(callback, turn, opinion, text)
    else:
        await tell(callback, text)


async def partly(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Được một phần]."""
    await _ask_evidence(callback, turn, state, opinion, Rating.PARTLY)


async def not_done(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Chưa làm]."""
    await _ask_evidence(callback, turn, state, opinion, Rating.NOT_DONE)


async def _ask_evidence(
    callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion, rating: Rating
) -> None:
    if not await _judge(callback, turn, opinion, rating):
        return
    if turn.caller.draft is not None:
        await tell(callback, turn.say("evidence-later", code=code(turn.tx.commune, opinion)))
        return
    await state.set_state(Judging.evidence)
    await state.set_data({OPINION: opinion.id})
    await tell(callback, turn.say("ask-evidence"), _let_be(turn, opinion))


def _let_be(turn: Turn, opinion: Opinion) -> InlineKeyboardMarkup:
    return choices(turn, ("button-let-be", f"r:letbe:{opinion.id}"))


async def _judge(callback: CallbackQuery, turn: Turn, opinion: Opinion, rating: Rating) -> bool:
    if opinion.rating is rating and hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return False
    try:
        judged = await ratings.judge(turn.tx, opinion, rating)
    except ForbiddenMove:
        judged = None
    if judged is None:
        await _over(callback, turn, opinion)
    return judged is not None


async def let_be(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Thôi, không cần]: her word is kept, nothing is opened."""
    if await state.get_state() != Judging.evidence.state or (await state.get_data()).get(OPINION) != opinion.id:
        await _over(callback, turn, opinion)
        return
    await state.clear()
    await tell(callback, turn.say("let-be", code=code(turn.tx.commune, opinion)))


async def take_evidence(message: Message, turn: Turn, state: FSMContext) -> None:
    """One photo or sentence opens the matter again; what comes with it in the same album is added."""
    opinion = await opinions.of_caller(turn.tx, turn.caller, int((await state.get_data()).get(OPINION) or 0))
    is_awaited = opinion is not None and opinion.state is OpinionState.ANSWERED and opinion.rating in ratings.DISPUTES
    if opinion is None or not is_awaited or turn.caller.draft is not None:
        await state.clear()
        raise SkipHandler
    if adding.is_stale(turn):
        # Left alone for long, it may be a new matter: she is asked which.
        await state.set_state(Adding.more)
        raise SkipHandler
    words, file, album = words_of(message), file_of(message), message.media_group_id
    if is_about_a_person(words) and opinion.entered_by_id is None:
        await adding.ask_about_a_person(message, turn, state, words, opinion)
        await state.update_data({DISPUTED: opinion.id})
        return
    refused = files.attach(turn.tx, turn.caller.account, opinion, file) if file is not None else None
    if refused is not None and not words:
        await tell(message, turn.say(REFUSED[refused]), _let_be(turn, opinion))
        return
    if not words and file is None:
        await tell(message, turn.say("ask-evidence"), _let_be(turn, opinion))
        return
    fresh = opinion.attachments[-1:] if file is not None and refused is None else []
    issue = await ratings.dispute(turn.tx, opinion, words, fresh)
    if words and album is None:
        await state.clear()
    else:
        await state.set_state(Adding.more)
        await state.set_data({OPINION: opinion.id, adding.ALBUM: album} | ({adding.DONE: True} if words else {}))
    commune = turn.tx.commune
    if is_emergency(words):
        await tell(message, turn.say("urgent-added", hotline=commune.hotline, code=code(commune, opinion)))
    await _tell_reopened(message, turn, opinion, issue, fresh)


async def reopen_with(event: Event, turn: Turn, state: FSMContext, draft: Draft) -> bool:
    """Opens the matter that she disputes with words that she says accuse nobody; False when she disputes nothing."""
    opinion_id = int((await state.get_data()).get(DISPUTED) or 0)
    opinion = await opinions.own_by_id(turn.tx, turn.caller.person, opinion_id)
    if opinion is None or opinion.state is not OpinionState.ANSWERED or opinion.rating not in ratings.DISPUTES:
        return False
    fresh = list(draft.attachments)
    issue = await ratings.dispute_with(turn.tx, opinion, draft)
    turn.caller.draft = None
    await state.clear()
    await _tell_reopened(event, turn, opinion, issue, fresh)
    return True


async def _tell_reopened(event: Event, turn: Turn, opinion: Opinion, issue: Issue, fresh: Sequence[Attachment]) -> None:
    text = turn.say(
        "disputed" if await ratings.has_leader(turn.tx) else "disputed-office",
        code=code(turn.tx.commune, opinion),
        what=fresh[0].kind if fresh else "words",
        unit=unit_name(turn.tx.commune, issue.unit_id),
        due=_near(turn, issue.due) if issue.due else "",
    )
    await tell(event, text)


def _near(turn: Turn, day: date) -> str:
    return short_day(day) if day.year == issues.today(turn.tx).year else long_day(day)


async def _over(callback: CallbackQuery, turn: Turn, opinion: Opinion) -> None:
    if hasty(turn):
        await callback.answer(turn.say.plain("taken"))
    else:
        await tell(callback, *stands(turn, opinion, "old-button-of"))


TAPS: dict[str, Tap] = {
    "clear": clear,
    "unclear": unclear,
    "done": done,
    "partly": partly,
    "notdone": not_done,
    "letbe": let_be,
}
