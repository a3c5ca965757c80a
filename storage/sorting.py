"""What a clerk decides about an opinion: accepted and given to a unit, or merged with those who said the same.

Each is one transaction: the change, its event, the cards that show it, the word to its author and to its unit.
"""

from datetime import date

from storage import events, issues
from storage.database import Transaction
from storage.models import Event, Official, Opinion
from storage.sorted import show, tell_author, tell_unit
from storage.states import ForbiddenMove, OpinionState
from storage.undoing import UNDO, Overtaken, undo
from storage.waiting import waits

__all__ = ["UNDO", "Overtaken", "accept", "undo"]


async def accept(
    tx: Transaction,
    opinion: Opinion,
    official: Official,
    *,
    unit_id: str | None = None,
    field_id: str | None = None,
    due: date | None = None,
) -> Event:
    """Accepts an opinion that waits and gives it to a unit; returns the event, by which it can be undone.

    Defaults: the unit of its field, and `issues.default_due`. `opinion.issue` must be loaded. Raises ForbiddenMove when
    it does not wait any more.
    """
    if opinion.state is not OpinionState.RECEIVED or not waits(opinion):
        raise ForbiddenMove(opinion.state, OpinionState.ACCEPTED)
    issue = await issues.accept(tx, opinion, official, unit_id=unit_id, field_id=field_id, due=due)
    event = await events.last(tx, "opinion", opinion.id, ["opinion.accepted"])
    if event is None:
        raise LookupError(f"opinion {opinion.id} was accepted without an event")
    await tell_author(tx, opinion, event)
    await tell_unit(tx, issue, event)
    await show(tx, issue)
    return event
