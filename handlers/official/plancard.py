"""The office's card of the conference: what stands, who comes, which clock runs, and what waits for a leader."""

from aiogram.types import InlineKeyboardMarkup

from handlers import conferencewords
from handlers.keyboards import Choice, keyboard
from handlers.official import decidecards
from handlers.words import Html, Say
from storage import conferences, planning, registrations
from storage.database import Transaction
from storage.models import Conference, Official
from storage.states import ChangeState, ConferenceState


async def card(
    tx: Transaction, say: Say, official: Official, conference: Conference
) -> tuple[Html, InlineKeyboardMarkup]:
    """The conference in hand, with what this official can do about it."""
    waiting = await planning.pending(tx, conference)
    if waiting is not None and await planning.decides(tx, official):
        return await decidecards.text(tx, say, waiting), keyboard(decidecards.choices(say, waiting))
    lines = [conferencewords.details(say, tx.commune, conferences.facts_of(tx, conference))]
    lines.append(say("o-plan-state", state=conference.state.value))
    if waiting is not None:
        lines.append(await decidecards.waits(tx, say, waiting))
    elif (refused := await _refused(tx, say, conference)) is not None:
        lines.append(refused)
    if conference.state is not ConferenceState.PROPOSED:
        turnout = await registrations.turnout(tx, conference)
        if conference.state in conferences.UPCOMING:
            lines.append(say("o-plan-turnout", coming=turnout.coming, speaking=turnout.speaking, asked=turnout.asked))
        lines.append(await conferencewords.clock(tx, say, conference))
    choices = _choices(say, conference)
    if waiting is not None:
        choices = [(say.plain("o-button-recall"), f"o:unpropose:{waiting.id}"), *choices][:5]
    return Html("\n".join(lines)), keyboard(choices)


def _choices(say: Say, conference: Conference) -> list[Choice]:
    id_ = conference.id
    cancel = (say.plain("o-button-cancel-conference"), f"o:cancel:{id_}")
    match conference.state:
        case ConferenceState.PROPOSED:
            return [
                (say.plain("o-button-edit-when"), f"o:move:{id_}"),
                (say.plain("o-button-edit-other"), f"o:revise:{id_}"),
                cancel,
            ]
        case ConferenceState.HELD:
            return [
                (say.plain("o-button-law"), f"o:law:{id_}"),
                (say.plain("o-button-next-conference"), "o:nextconference"),
            ]
    return [
        (say.plain("o-button-invite-all"), f"o:invite-all:{id_}"),
        (say.plain("o-button-law"), f"o:law:{id_}"),
        (say.plain("o-button-move"), f"o:move:{id_}"),
        (say.plain("o-button-edit-other"), f"o:revise:{id_}"),
        cancel,
    ]


async def _refused(tx: Transaction, say: Say, conference: Conference) -> Html | None:
    """Why a leader did not agree to what was proposed last."""
    last = await planning.last(tx, conference)
    if last is None or last.state is not ChangeState.REFUSED:
        return None
    return say("o-plan-refused", kind=last.kind.value, reason=last.refusal or "")
