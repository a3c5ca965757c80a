"""An opinion about a person, found among ordinary ones: it leaves every list at once, and its author is asked."""

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import selectinload

from storage import changes, events, issues, mates, sealed, unsaid
from storage.database import Transaction
from storage.events import Actor
from storage.models import Account, Answer, Attachment, Official, Opinion, Outbox, Sealed, Target
from storage.sorted import show, tell_unit
from storage.states import AnswerState, DeliveryState, IssueState, OpinionState, SealedState

FLAGGABLE = (OpinionState.RECEIVED, OpinionState.NEEDS_DETAIL, OpinionState.ACCEPTED)


class NotFlaggable(ValueError):
    """The opinion was answered, redirected or taken back: nothing is left to keep from anybody."""


class AskedBefore(NotFlaggable):
    """Its author, or a reader of the lane, has said already that it accuses nobody."""


async def flag(tx: Transaction, opinion: Opinion, official: Official, *, but: tuple[int, int] | None = None) -> Sealed:
    """Moves an opinion, its additions and its files out of the opinions into a matter that nobody reads yet.

    Cards that show it are emptied where they stand (`but` is a message that is being changed anyway), what waits to be
    sent about it is stopped, and its issue is closed if nobody else asks. The number, its events and its author stay.
    `opinion` must be loaded whole. Raises NotFlaggable, and changes nothing.
    """
    if opinion.state not in FLAGGABLE or await _was_answered(tx, opinion):
        raise NotFlaggable(opinion.state)
    if await tx.session.get(Sealed, opinion.number) is not None:
        raise AskedBefore(opinion.state)
    words, files = await _take_family(tx, opinion)
    matter = Sealed(
        id=opinion.number,
        number=opinion.number,
        person_id=opinion.person_id,
        account_id=opinion.account_id,
        text="\n\n".join(words),
        village_id=opinion.village_id,
        field_id=opinion.field_id,
        target=None,
        state=SealedState.ASKED,
        has_evidence=sealed.has_evidence(files),
        flagged_by_id=official.id,
        raised_at=opinion.raised_at,
        asked_at=tx.now,
        attachments=[],
    )
    tx.session.add(matter)
    await tx.session.flush()
    await tx.session.execute(
        update(Attachment)
        .where(Attachment.id.in_([each.id for each in files]))
        .values(opinion_id=None, sealed_id=matter.id)
        .execution_options(synchronize_session=False)
    )
    await _silence(tx, opinion, but)
    await _leave_answers(tx, opinion)
    issue = opinion.issue
    led = issue is not None and await issues.lead(tx, issue) is opinion
    beside = await mates.quoting(tx, issue) if issue is not None and led else []
    await _delete(tx, opinion)
    await tx.session.refresh(matter, ["attachments"])
    event = events.record(tx, "sealed.flagged", "sealed", matter.id, official, files=len(files))
    if issue is not None:
        if await issues.close_if_empty(tx, issue, official):
            issue.title, issue.folded = None, ""
        elif led and issue.state is IssueState.ASSIGNED:
            # The card that its unit has was of this opinion.
            await tell_unit(tx, issue, event)
        await show(tx, issue, also=beside)
    # After all that is shown anew is queued: those messages stay.
    await unsaid.everywhere(tx, words, files, but)
    return matter


async def _was_answered(tx: Transaction, opinion: Opinion) -> bool:
    mine = Answer.opinion_id == opinion.id
    if opinion.issue_id is not None:
        mine |= Answer.issue_id == opinion.issue_id
    released = select(Answer.id).where(mine, Answer.state == AnswerState.RELEASED).limit(1)
    return await tx.session.scalar(released) is not None


async def _take_family(tx: Transaction, opinion: Opinion) -> tuple[list[str], list[Attachment]]:
    """Its words and files, with those that matters split from the same message still hold of them."""
    root_id = opinion.split_from_id or opinion.id
    relatives = list(
        await tx.session.scalars(
            select(Opinion)
            .where((Opinion.id == root_id) | (Opinion.split_from_id == root_id), Opinion.id != opinion.id)
            .order_by(Opinion.number)
            .options(selectinload(Opinion.attachments))
        )
    )
    words, files = [opinion.text, *(each.text for each in opinion.additions)], list(opinion.attachments)
    words += [line["text"] for line in opinion.written or ()]
    for each in (opinion, *relatives):
        each.written = None
        if each.original:
            words.append(each.original)
            each.original = None
        if each.id == root_id and each is not opinion:
            # The recording that it was heard in says it too.
            files += [file for file in each.attachments if file.kind == "voice"]
    if opinion.id == root_id and relatives:
        root, *others = relatives
        root.split_from_id = None
        for each in others:
            each.split_from_id = root.id
    await tx.session.flush()
    return list(dict.fromkeys(text.strip() for text in words if text.strip())), files


async def _silence(tx: Transaction, opinion: Opinion, but: tuple[int, int] | None) -> None:
    about, hers = Outbox.opinion_id == opinion.id, await _is_to_her(tx, opinion)
    waiting = Outbox.state.in_([DeliveryState.QUEUED, DeliveryState.HELD])
    for which, values in (
        # The same code may come back as an ordinary opinion, and is told about anew.
        ((about,), {"key": None}),
        # What she was told stays hers; what she was to be told is not so any more.
        ((about, hers, waiting), {"state": DeliveryState.STOPPED}),
        ((about, hers), {"payload": None, "opinion_id": None}),
    ):
        await tx.session.execute(
            update(Outbox).where(*which).values(values).execution_options(synchronize_session=False)
        )
    await changes.blank(tx, opinion_ids=[opinion.id], but=but)


async def _is_to_her(tx: Transaction, opinion: Opinion) -> ColumnElement[bool]:
    """Whether a message went to its author: where she raised it, or to an account that she joined."""
    raised_from = await tx.session.get(Account, opinion.account_id) if opinion.account_id is not None else None
    if raised_from is None or raised_from.first_id is None:
        return Outbox.account_id == opinion.account_id
    return Outbox.account_id.in_(select(Account.id).where(Account.first_id == raised_from.first_id))


async def _leave_answers(tx: Transaction, opinion: Opinion) -> None:
    """Answers that are being written go on for who else asks, or go."""
    mine = Answer.opinion_id == opinion.id
    if opinion.issue is not None:
        others = [each for each in await issues.opinions_of(tx, opinion.issue) if each.id != opinion.id]
        asking = [each for each in others if each.state is not OpinionState.WITHDRAWN]
        if asking:
            await tx.session.execute(update(Answer).where(mine).values(opinion_id=asking[0].id))
            return
        mine |= Answer.issue_id == opinion.issue.id
    for answer in await tx.session.scalars(select(Answer).where(mine).options(selectinload(Answer.attachments))):
        returned = await tx.session.scalars(select(Attachment).where(Attachment.return_of_id == answer.id))
        for attachment in [*answer.attachments, *returned]:
            if attachment.digest:
                tx.drop_file(attachment.digest)
            await tx.session.delete(attachment)
        await tx.session.delete(answer)
    await tx.session.flush()


async def _delete(tx: Transaction, opinion: Opinion) -> None:
    await tx.session.refresh(opinion, ["attachments"])
    for addition in list(opinion.additions):
        await tx.session.delete(addition)
    await tx.session.delete(opinion)
    await tx.session.flush()


async def set_target(tx: Transaction, matter: Sealed, target: Target, by: Official | Actor) -> None:
    """Says whom it accuses, and asks its author what she wants; with nobody to ask, its readers hear at once.

    Nothing is kept about the commune's leaders. Raises ValueError when it was said before or nothing is asked.
    """
    if matter.target is not None or matter.state is not SealedState.ASKED:
        raise ValueError("nothing is asked about it")
    matter.target, matter.asked_at = target, tx.now
    events.record(tx, "sealed.targeted", "sealed", matter.id, by)
    asked = await sealed.author_account(tx, matter) is not None
    if target is Target.LEADER:
        await sealed.erase_words(tx, matter)
        if not asked:
            await sealed.erase(tx, matter, Actor.CLOCK)
    elif not asked:
        await sealed.seal(tx, matter, None)
    await sealed.tell_author(tx, matter, "accuse_ways", f"accuse_ways:{matter.id}")
