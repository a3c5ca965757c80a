"""What an author hears when her matter was sorted, by kind."""

from collections.abc import Mapping

from aiogram.methods import SendMessage

from handlers.keyboards import keyboard
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Never, Rendered
from handlers.telling import code, short_day, village_name
from handlers.words import Html, Say
from storage.issues import tally
from storage.models import Opinion
from storage.outbox import Delivery
from storage.sorted import ACCEPTED, DUE_MOVED
from storage.states import OpinionState

PAST = Never("it stands otherwise by now")

COUNTED = 3
"""People, and villages, from which on they are counted in what an author reads: fewer might be known by the number."""


async def _accepted(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Who answers her and by when; how many said the same, from three people on."""
    return _stands(batch, delivery, say, "notice-accepted")


async def _due_moved(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    return _stands(batch, delivery, say, "notice-due-moved")


def _stands(batch: Batch, delivery: Delivery, say: Say, key: str) -> Rendered:
    commune, material = batch.tx.commune, batch.material
    opinion = material.opinions.get(delivery.payload["opinion_id"])
    if opinion is None:
        return GONE
    if not material.is_author(delivery.account_id, opinion):
        return NOT_FOR_THEM
    issue = opinion.issue
    if opinion.state is not OpinionState.ACCEPTED or issue is None or issue.due is None:
        return PAST
    unit = commune.unit(issue.unit_id) if issue.unit_id else None
    voices = material.voices.get(issue.id, [])
    lines = [
        say(key, code=code(commune, opinion), unit=unit.name if unit else commune.office, due=short_day(issue.due))
    ]
    if issue.due_reason:
        lines.append(say("notice-due-reason", reason=issue.due_reason))
    choices = []
    if len(voices) > 1:
        lines.append(_together(batch, say, opinion, voices))
        choices.append((say.plain("button-different"), f"r:different:{opinion.id}"))
    choices.append((say.plain("button-tell-more"), f"r:more:{opinion.id}"))
    return SendMessage(
        chat_id=0,
        text=Html("\n".join(lines)),
        reply_markup=keyboard(choices),
        disable_notification=True if delivery.payload.get("quiet") else None,
    )


def _together(batch: Batch, say: Say, opinion: Opinion, voices: list[Opinion]) -> Html:
    people, villages = tally(voices)
    if people < COUNTED:
        return say("notice-together")
    if villages >= COUNTED:
        return say("notice-together-villages", people=people, villages=villages)
    if villages == 1 and all(each.village_id == opinion.village_id for each in voices):
        place = village_name(say, batch.tx.commune, opinion.village_id)
        return say("notice-together-here", people=people, village=place)
    return say("notice-together-people", people=people)


KINDS: Mapping[str, Kind] = {ACCEPTED: _accepted, DUE_MOVED: _due_moved}
