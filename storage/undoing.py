"""What was sorted a moment ago, undone: as long as nothing was drafted since and nobody else acted."""

from collections.abc import Awaitable, Callable, Collection

from sqlalchemy import select

from storage import events, issues
from storage.database import Transaction
from storage.models import Answer, Event, Issue, Official, Opinion
from storage.sorted import show, take_back
from storage.states import IssueState, OpinionState, move

UNDRAFTED = frozenset({IssueState.OPEN, IssueState.ASSIGNED})


class Overtaken(Exception):
    """What was to be undone does not stand any more; `event` is what happened since, if it is known."""

    def __init__(self, event: Event | None) -> None:
        super().__init__(event.kind if event else "overtaken")
        self.event = event


Undo = Callable[[Transaction, Official, Event], Awaitable[Opinion]]
"""Undoes one event of this official and returns the opinion whose card is shown again. Raises Overtaken."""


async def undo(tx: Transaction, official: Official, event_id: int) -> Opinion | None:
    """Undoes what `official` did by this event, and returns the opinion to show again.

    None when it was not his, or cannot be undone at all. Raises Overtaken, and changes nothing, when something happened
    since.
    """
    event = await tx.session.get(Event, event_id)
    if event is None or event.official_id != official.id or event.kind not in UNDO:
        return None
    return await UNDO[event.kind](tx, official, event)


def undo_of(event: Event, official: Official | None) -> int | None:
    """The id of the event that undoes this last act, when `official` did it and it can be undone."""
    if official is None or event.official_id != official.id:
        return None
    return event.id if event.kind in UNDO else event.data.get("undo_id")


async def check_untouched(
    tx: Transaction, official: Official, event: Event, issue: Issue, opinion_ids: Collection[int]
) -> None:
    """Raises Overtaken when, since `event`, somebody else acted on the issue or these opinions, or drafted for them."""
    await tx.session.flush()
    about = ((Event.subject == "issue") & (Event.subject_id == issue.id)) | (
        (Event.subject == "opinion") & Event.subject_id.in_(opinion_ids)
    )
    since = list(await tx.session.scalars(select(Event).where(Event.id > event.id, about).order_by(Event.id.desc())))
    drafted = {each.data.get("answer_id") for each in since if each.kind == "answer.drafted"}
    written = set(await tx.session.scalars(select(Answer.id).where(Answer.id.in_(drafted - {None}))))
    for each in since:
        another = each.official_id is not None and each.official_id != official.id
        if another or (each.kind == "answer.drafted" and each.data.get("answer_id") in written):
            raise Overtaken(each)
    if issue.state not in UNDRAFTED:
        raise Overtaken(since[0] if since else None)


async def back_to_received(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """Makes an accepted opinion one that waits again, in no issue."""
    moved = (opinion.state, move(opinion.state, OpinionState.RECEIVED))
    opinion.state, opinion.verdict = moved[1], None
    opinion.issue_id, opinion.issue = None, None
    events.record(tx, "opinion.undone", "opinion", opinion.id, official, moved)


async def _undo_accept(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await tx.session.get_one(Opinion, event.subject_id)
    issue = await tx.session.get_one(Issue, event.data["issue_id"])
    if opinion.state is not OpinionState.ACCEPTED or opinion.issue_id != issue.id:
        raise Overtaken(await events.last(tx, "opinion", opinion.id))
    await check_untouched(tx, official, event, issue, [opinion.id])
    await back_to_received(tx, opinion, official)
    await issues.close_if_empty(tx, issue, official)
    await take_back(tx, [opinion.id])
    await show(tx, issue, also=[opinion.id])
    return opinion


UNDO: dict[str, Undo] = {"opinion.accepted": _undo_accept}
"""By the kind of the event; another part that can be undone adds its own."""
