"""Notices to officials about the conference: a proposal before a leader, his word on it, and what is due."""

from collections.abc import Mapping
from datetime import date

from aiogram.methods import SendMessage

from handlers import conferencewords
from handlers.keyboards import Choice, keyboard
from handlers.official import decidecards
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.telling import short_day
from handlers.words import Say
from storage import conference_clock, issues, planning
from storage.conference_clock import What
from storage.models import ChangeKind
from storage.outbox import Delivery
from storage.rights import Right, may
from storage.states import ChangeState


async def _proposal(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    change = batch.material.changes.get(delivery.payload["change_id"])
    reader = batch.material.readers.get(delivery.account_id)
    if change is None or change.state is not ChangeState.SUBMITTED:
        return GONE
    if reader is None or not await planning.decides(batch.tx, reader):
        return NOT_FOR_THEM
    text = await decidecards.text(batch.tx, say, change)
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(decidecards.choices(say, change)))


async def _decided(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    change = batch.material.changes.get(delivery.payload["change_id"])
    reader = batch.material.readers.get(delivery.account_id)
    if change is None or change.state not in {ChangeState.AGREED, ChangeState.REFUSED}:
        return GONE
    if not may(reader, Right.PLAN_CONFERENCE):
        return NOT_FOR_THEM
    facts = planning.proposed(change)
    meets = conferencewords.meetings(say, batch.tx.commune, facts.meetings) if facts is not None else ""
    who = await decidecards.who_of(batch.tx, say, change.decided_by_id) if change.decided_by_id is not None else ""
    text = say(
        "o-change-decided",
        state=change.state.value,
        kind=change.kind.value,
        who=who,
        meets=meets,
        reason=change.refusal or "",
    )
    choices: list[Choice] = [(say.plain("o-button-conference"), "o:hoinghi")]
    if change.state is ChangeState.AGREED and change.kind is ChangeKind.SET:
        choices.insert(0, (say.plain("o-button-invite-all"), f"o:invite-all:{change.conference_id}"))
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _due(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    conference = batch.material.conferences.get(delivery.payload["conference_id"])
    reader = batch.material.readers.get(delivery.account_id)
    if not may(reader, Right.PLAN_CONFERENCE):
        return NOT_FOR_THEM
    what, day = What(delivery.payload["what"]), date.fromisoformat(delivery.payload["due"])
    if conference is None or (what, day) not in await conference_clock.due_of(batch.tx, conference):
        # Done meanwhile, or moved.
        return GONE
    choices: list[Choice] = [(say.plain("o-button-law"), f"o:law:{conference.id}")]
    if what is What.ANSWERS:
        left = (conferencewords.local(batch.tx.commune, conference.starts_at).date() - issues.today(batch.tx)).days
        count = await conference_clock.count_unanswered(batch.tx)
        text = say("o-due-answers", count=count, days=left)
        choices = [(say.plain("o-button-waiting"), "o:viec:0")]
    else:
        text = await conferencewords.clock(batch.tx, say, conference)
        if day < issues.today(batch.tx):
            text = say("o-due-law-late", clock=text, day=short_day(day))
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


KINDS: Mapping[str, Kind] = {
    planning.CARD: _proposal,
    planning.DECIDED: _decided,
    conference_clock.REMINDER: _due,
}
