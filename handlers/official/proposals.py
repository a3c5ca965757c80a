"""A refusal or a petition upward: what the clerk proposes, and the leader's word on it."""

from collections.abc import Mapping

from aiogram import Router
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers import cards
from handlers.decided import decided
from handlers.filters import MayApprove, Picked
from handlers.keyboards import keyboard
from handlers.official.happened import sentence
from handlers.official.homes import Page
from handlers.official.talk import alert, change, is_about, official_of
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.telling import QUOTED, code, cut
from handlers.turn import Turn
from handlers.words import DEFAULT_LANGUAGE, Html, Say
from storage import changes, events, issues, opinions, verdicts, waiting
from storage.commune import Commune
from storage.models import Official, Opinion, Person, Verdict
from storage.outbox import Delivery
from storage.states import OpinionState

PROPOSAL = "proposal"
"""The kind of notice that asks a leader."""


def build() -> Router:
    router = Router(name="proposals")
    router.callback_query.register(agree, Picked("o:agree"), MayApprove())
    router.callback_query.register(disagree, Picked("o:disagree"), MayApprove())
    return router


def text(say: Say, commune: Commune, opinion: Opinion, verdict: Verdict, author: Person | None) -> Html:
    """What a leader or his deputy reads before he agrees: whose words, what is proposed, and what she will read."""
    return say(
        "o-proposal",
        what=say("o-verdict", verdict=verdict.value, reason=opinion.reason or ""),
        head=cards.head(say, commune, opinion, author),
        words=cards.quote(say, cut(opinion.text, QUOTED)),
        told=decided(say.words.say(DEFAULT_LANGUAGE), commune, opinion, verdict),
    )


def buttons(say: Say, opinion: Opinion) -> InlineKeyboardMarkup:
    return keyboard(
        [
            (say.plain("o-button-agree"), f"o:agree:{opinion.id}"),
            (say.plain("o-button-disagree"), f"o:disagree:{opinion.id}"),
            (say.plain("o-button-read"), f"o:read:{opinion.id}"),
        ]
    )


async def proposal_page(turn: Turn, opinion: Opinion) -> Page:
    """One of `storage.verdicts.proposals` as a page of the leader's list. Raises LookupError for any other."""
    if opinion.proposed is None:
        raise LookupError(f"nothing is proposed about opinion {opinion.id}")
    author = await opinions.author_of(turn.tx, opinion, official_of(turn))
    shown = text(turn.say, turn.tx.commune, opinion, opinion.proposed, author)
    return Page(shown, buttons(turn.say, opinion), opinion)


async def agree(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Đồng ý]: the verdict counts, and its author is told."""
    opinion = await opinions.by_id(turn.tx, picked)
    reason = opinion.reason if opinion is not None else None
    verdict = await verdicts.agree(turn.tx, opinion, official_of(turn)) if opinion is not None else None
    await _next(callback, turn, opinion, verdict, reason, "o-proposal-agreed")


async def disagree(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Không]: back to the clerk, who is told."""
    opinion = await opinions.by_id(turn.tx, picked)
    reason = opinion.reason if opinion is not None else None
    verdict = await verdicts.disagree(turn.tx, opinion, official_of(turn)) if opinion is not None else None
    await _next(callback, turn, opinion, verdict, reason, "o-proposal-disagreed")


async def _next(
    callback: CallbackQuery, turn: Turn, opinion: Opinion | None, verdict: Verdict | None, reason: str | None, key: str
) -> None:
    """Says what was done, with the next proposal below; or what another leader did first.

    A proposal that came by itself is changed alone.
    """
    if opinion is None or verdict is None:
        await alert(callback, await _over(turn, opinion))
        return
    what = turn.say("o-verdict", verdict=verdict.value, reason=reason or "")
    done = turn.say(key, code=code(turn.tx.commune, opinion), what=what)
    message_id = callback.message.message_id if callback.message is not None and not turn.typed else 0
    card = await waiting.card_behind(turn.tx, turn.caller.account.id, message_id, {PROPOSAL})
    if card is not None:
        await changes.shown_already(turn.tx, card[0])
    left = await verdicts.proposals_for(turn.tx, official_of(turn))
    if card is not None or not left:
        await change(callback, done)
        return
    page = await proposal_page(turn, left[0])
    await change(callback, Html(f"{done}\n\n{page.text}"), page.markup)
    is_about(turn, left[0])


async def _over(turn: Turn, opinion: Opinion | None) -> str:
    """What became of a proposal, in plain text: the words of an opinion that he may not read any more stay out."""
    decided_on = ["opinion.agreed", "opinion.disagreed"]
    last = await events.last(turn.tx, "opinion", opinion.id, decided_on) if opinion is not None else None
    if opinion is None or last is None:
        return turn.say.plain("o-matter-gone")
    leader = await turn.tx.session.get(Official, last.official_id) if last.official_id is not None else None
    what = sentence(turn.say, turn.tx.commune, last, leader, today=issues.today(turn.tx))
    return turn.say.plain("o-sort-meanwhile", code=code(turn.tx.commune, opinion), what=what or "")


async def _proposal(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    reader = batch.material.readers.get(delivery.account_id)
    if opinion is None:
        return GONE
    if reader is None:
        return NOT_FOR_THEM
    if opinion.proposed is None or opinion.state is not OpinionState.RECEIVED:
        # Decided, or taken back: a card that was sent shows the code alone, since it may be nobody's to read now.
        if not delivery.is_change:
            return GONE
        return SendMessage(chat_id=0, text=say("o-proposal-over", code=code(batch.tx.commune, opinion)))
    if not await verdicts.may_agree(batch.tx, reader, opinion):
        return NOT_FOR_THEM
    author = batch.material.author(opinion, delivery.account_id)
    shown = text(say, batch.tx.commune, opinion, opinion.proposed, author)
    return SendMessage(chat_id=0, text=shown, reply_markup=buttons(say, opinion))


KINDS: Mapping[str, Kind] = {PROPOSAL: _proposal}
