"""What was sorted a moment ago, undone: as long as nothing was drafted since and nobody else acted."""

from collections.abc import Awaitable, Callable, Collection
from datetime import date

from sqlalchemy import select

from storage import events, issues
from storage.database import Transaction
from storage.models import Answer, Event, Issue, Official, Opinion
from storage.sorted import show, take_back
from storage.states import IssueState, OpinionState, move

DRAFTED = "answer.drafted"
HARMLESS = frozenset({"opinion.put_off", "opinion.kept_apart"})
"""What changes nothing of where a matter stands."""

UNDRAFTED = frozenset({IssueState.OPEN, IssueState.ASSIGNED})
UNRELEASED = UNDRAFTED | {IssueState.DRAFTED, IssueState.APPROVED}


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
    tx: Transaction,
    official: Official,
    event: Event,
    issue: Issue,
    opinion_ids: Collection[int],
    states: Collection[IssueState] = UNDRAFTED,
) -> None:
    """Raises Overtaken when, since `event`, somebody else acted on the issue or these opinions, or drafted for them.

    So it does when the issue is in none of `states`.
    """
    await tx.session.flush()
    about = ((Event.subject == "issue") & (Event.subject_id == issue.id)) | (
        (Event.subject == "opinion") & Event.subject_id.in_(opinion_ids)
    )
    since = list(await tx.session.scalars(select(Event).where(Event.id > event.id, about).order_by(Event.id.desc())))
    drafted = {each.data.get("answer_id") for each in since if each.kind == DRAFTED}
    written = set(await tx.session.scalars(select(Answer.id).where(Answer.id.in_(drafted - {None}))))
    for each in since:
        if each.kind == DRAFTED:
            acted = each.data.get("answer_id") in written
        else:
            acted = each.official_id not in (None, official.id) and each.kind not in HARMLESS
        if acted:
            raise Overtaken(each)
    if issue.state not in states:
        raise Overtaken(since[0] if since else None)


async def back_to_received(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """Makes an accepted opinion one that waits again, in no issue."""
    moved = (opinion.state, move(opinion.state, OpinionState.RECEIVED))
    opinion.state, opinion.verdict = moved[1], None
    opinion.issue_id, opinion.issue = None, None
    events.record(tx, "opinion.undone", "opinion", opinion.id, official, moved)


async def _undo_accept(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await tx.session.get(Opinion, event.subject_id)
    issue = await tx.session.get_one(Issue, event.data["issue_id"])
    if opinion is None:
        # It is about a person: it has left every list.
        raise Overtaken(None)
    if opinion.state is not OpinionState.ACCEPTED or opinion.issue_id != issue.id:
        raise Overtaken(await events.last(tx, "opinion", opinion.id))
    await check_untouched(tx, official, event, issue, [opinion.id])
    await back_to_received(tx, opinion, official)
    await issues.close_if_empty(tx, issue, official)
    await take_back(tx, [opinion.id])
    await show(tx, issue, also=[opinion.id])
    return opinion


async def _undo_merge(tx: Transaction, official: Official, event: Event) -> Opinion:
    """Everyone who was merged in goes back to where she came from; one that was accepted for it waits again."""
    issue = await tx.session.get_one(Issue, event.subject_id)
    back: list[tuple[Opinion, int | None, str | None]] = []
    for opinion_id, left, state in event.data["voices"]:
        opinion = await tx.session.get_one(Opinion, opinion_id)
        if opinion.issue_id == issue.id and opinion.state is OpinionState.ACCEPTED:
            back.append((opinion, left, state))
    if not back:
        raise Overtaken(await events.last(tx, "opinion", event.data["voices"][0][0]))
    # What was with the leader before they came goes on for who asked it.
    await check_untouched(tx, official, event, issue, [opinion.id for opinion, _, _ in back], UNRELEASED)
    for opinion, left, state in back:
        if left is None:
            await back_to_received(tx, opinion, official)
        else:
            await _back_to_issue(tx, opinion, left, IssueState(state or IssueState.ASSIGNED), official)
    first = await tx.session.get(Opinion, event.data["accepted"]) if event.data.get("accepted") else None
    await tx.session.flush()
    stays = [each for each in await issues.opinions_of(tx, issue) if each.state is not OpinionState.WITHDRAWN]
    if first is not None and stays == [first]:
        await back_to_received(tx, first, official)
        back.insert(0, (first, None, None))
    if not await issues.close_if_empty(tx, issue, official):
        count = (await issues.count_people(tx, issue))[0]
        events.record(tx, "issue.unmerged", "issue", issue.id, official, unit_id=issue.unit_id, count=count)
    await take_back(tx, [opinion.id for opinion, left, _ in back if left is None])
    others = [opinion.id for opinion, left, _ in back if left is not None]
    await take_back(tx, [*others, *(each.id for each in stays)], event)
    former = [await tx.session.get_one(Issue, left) for left in {left for _, left, _ in back} - {None}]
    await show(tx, issue, *former, also=[opinion.id for opinion, _, _ in back])
    return back[0][0]


async def _back_to_issue(
    tx: Transaction, opinion: Opinion, issue_id: int, state: IssueState, official: Official
) -> None:
    issue = await tx.session.get_one(Issue, issue_id)
    if issue.state is IssueState.CLOSED:
        step = (issue.state, move(issue.state, state))
        issue.state, issue.merged_into_id = step[1], None
        events.record(tx, "issue.undone", "issue", issue.id, official, step, unit_id=issue.unit_id)
    opinion.issue_id, opinion.issue = issue.id, issue
    events.record(tx, "opinion.undone", "opinion", opinion.id, official, issue_id=issue.id)


async def _undo_assign(tx: Transaction, official: Official, event: Event) -> Opinion:
    """The unit and the day that stood before; back to the office when a unit had returned it."""
    issue = await _unchanged_since(tx, official, event)
    data = event.data
    if event.from_state == IssueState.OPEN:
        step = (issue.state, move(issue.state, IssueState.OPEN))
        issue.state = step[1]
    else:
        step = None
    return await _set_back(tx, issue, official, event, data["before_unit"], step)


async def _undo_due(tx: Transaction, official: Official, event: Event) -> Opinion:
    issue = await _unchanged_since(tx, official, event)
    return await _set_back(tx, issue, official, event, issue.unit_id, None)


async def _unchanged_since(tx: Transaction, official: Official, event: Event) -> Issue:
    issue = await tx.session.get_one(Issue, event.subject_id)
    last = await events.last(tx, "issue", issue.id)
    if last is None or last.id != event.id or "before_due" not in event.data:
        raise Overtaken(last)
    voices = [each.id for each in await issues.opinions_of(tx, issue)]
    await check_untouched(tx, official, event, issue, voices)
    return issue


async def _set_back(
    tx: Transaction,
    issue: Issue,
    official: Official,
    event: Event,
    unit_id: str | None,
    step: tuple[IssueState, IssueState] | None,
) -> Opinion:
    due = event.data["before_due"]
    day = date.fromisoformat(due) if due else None
    if issue.due != day:
        # The reason was for the day that is taken back.
        issue.due_reason = None
    issue.unit_id, issue.due = unit_id, day
    events.record(tx, "issue.undone", "issue", issue.id, official, step, unit_id=unit_id, due=due)
    voices = await issues.opinions_of(tx, issue)
    await take_back(tx, [each.id for each in voices], event)
    await show(tx, issue)
    return issues.first_of(voices)


async def _undo_split(tx: Transaction, official: Official, event: Event) -> Opinion:
    opinion = await tx.session.get_one(Opinion, event.subject_id)
    own = await tx.session.get_one(Issue, event.data["issue_id"])
    former = await tx.session.get_one(Issue, event.data["from_issue_id"])
    if opinion.issue_id != own.id or former.state not in UNDRAFTED:
        raise Overtaken(await events.last(tx, "opinion", opinion.id))
    await check_untouched(tx, official, event, own, [opinion.id])
    await _back_to_issue(tx, opinion, former.id, former.state, official)
    await issues.close_if_empty(tx, own, official, merged_into=former)
    await show(tx, own, former)
    return opinion


UNDO: dict[str, Undo] = {
    "opinion.accepted": _undo_accept,
    "issue.merged": _undo_merge,
    "issue.assigned": _undo_assign,
    "issue.due_moved": _undo_due,
    "opinion.split_out": _undo_split,
}
"""By the kind of the event; another part that can be undone adds its own."""
