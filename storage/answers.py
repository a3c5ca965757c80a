"""One matter, one answer: drafted, released, and everyone who raised it told."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import events, issues, outbox, publication, tell
from storage.database import Transaction
from storage.lengths import units
from storage.models import Account, Answer, AttachmentState, Issue, Official, Opinion, Priority
from storage.states import AnswerState, IssueState, OpinionState, move

MAX_ANSWER = 3500
"""UTF-16 units: one Telegram message holds 4096, and the frame around the answer takes the rest."""
ANSWERABLE = (OpinionState.RECEIVED, OpinionState.REOPENED, OpinionState.ACCEPTED)


async def draft(tx: Transaction, opinion: Opinion, official: Official, text: str) -> Answer:
    """Writes down what an official means to answer; nobody is told yet.

    `text` may be empty as long as only files have come. Raises ValueError when it is too long.
    """
    _check_length(text)
    answer = Answer(
        opinion_id=opinion.id,
        official_id=official.id,
        official=official,
        text=text.strip(),
        state=AnswerState.DRAFT,
        created_at=tx.now,
        attachments=[],
    )
    tx.session.add(answer)
    await tx.session.flush()
    events.record(tx, "answer.drafted", "opinion", opinion.id, official, answer_id=answer.id)
    return answer


def _check_length(text: str) -> None:
    if units(text.strip()) > MAX_ANSWER:
        raise ValueError(f"an answer has at most {MAX_ANSWER} UTF-16 units")


def rewrite(tx: Transaction, answer: Answer, text: str) -> None:
    """Puts other words in a draft answer. Raises ValueError when they are too long or it is no draft any more."""
    _check_length(text)
    if answer.state is not AnswerState.DRAFT:
        raise ValueError("only a draft can be rewritten")
    answer.text = text.strip()


async def own(tx: Transaction, official: Official, answer_id: int) -> Answer | None:
    """The answer with this id that this official wrote; another's is as if it were not there."""
    answer = await by_id(tx, answer_id)
    return answer if answer is not None and answer.official_id == official.id else None


async def audience(tx: Transaction, opinion: Opinion) -> int:
    """How many an answer to this opinion would be told to now."""
    opinions = [opinion]
    if opinion.issue_id is not None:
        issue = await tx.session.get_one(Issue, opinion.issue_id)
        opinions += [
            each
            for each in await issues.opinions_of(tx, issue)
            if each.id != opinion.id and each.state in (OpinionState.ACCEPTED, OpinionState.REOPENED)
        ]
    return len(await _authors(tx, opinions))


async def by_id(tx: Transaction, answer_id: int) -> Answer | None:
    return await tx.session.scalar(
        select(Answer)
        .where(Answer.id == answer_id)
        .options(selectinload(Answer.attachments), selectinload(Answer.official), selectinload(Answer.opinion))
    )


async def discard(tx: Transaction, answer: Answer) -> None:
    """Deletes a draft answer with its files. Raises ValueError when it is no draft any more."""
    if answer.state is not AnswerState.DRAFT:
        raise ValueError("only a draft can be discarded")
    for attachment in list(answer.attachments):
        if attachment.digest:
            tx.drop_file(attachment.digest)
        await tx.session.delete(attachment)
    answer.attachments.clear()
    await tx.session.flush()
    await tx.session.delete(answer)


async def _authors(tx: Transaction, opinions: Sequence[Opinion]) -> list[tuple[Opinion, Account]]:
    """Each opinion with the account its author hears in; one who deleted her data is left out."""
    found: list[tuple[Opinion, Account]] = []
    for opinion in sorted(opinions, key=lambda each: each.number):
        # Whoever entered it for her may have several accounts: one of them is enough to read it out.
        found += [(opinion, account) for account in (await tell.author_accounts(tx, opinion))[:1]]
    return found


async def release(tx: Transaction, answer: Answer, official: Official) -> int:
    """Releases a drafted answer and queues it to every author of its issue; returns how many are told.

    An opinion that no clerk accepted yet is accepted first, its issue made. Raises ForbiddenMove, and changes nothing,
    when the opinion was answered meanwhile or the answer has gone out; ValueError when it has no words.
    """
    if not answer.text:
        raise ValueError("an answer needs words")
    opinion = answer.opinion
    approved = move(answer.state, AnswerState.APPROVED)
    released = move(approved, AnswerState.RELEASED)
    if opinion.state in (OpinionState.RECEIVED, OpinionState.REOPENED):
        await issues.accept(tx, opinion, official)
    move(opinion.state, OpinionState.ANSWERED)
    issue = await tx.session.get_one(Issue, opinion.issue_id)
    # An author who is content with an earlier answer is not told again because another one was not.
    answered = [each for each in await issues.opinions_of(tx, issue) if each.state in ANSWERABLE]
    for each in answered:
        if each.state is OpinionState.REOPENED:
            await issues.accept(tx, each, official)
        moved = (each.state, move(each.state, OpinionState.ANSWERED))
        each.state, each.rating, each.rated_at = moved[1], None, None
        events.record(tx, "opinion.answered", "opinion", each.id, official, moved, answer_id=answer.id)
    for state in (IssueState.DRAFTED, IssueState.APPROVED, IssueState.ANSWERED):
        step = (issue.state, move(issue.state, state))
        issue.state = step[1]
        events.record(tx, f"issue.{state}", "issue", issue.id, official, step, answer_id=answer.id)
    answer.issue_id, answer.state, answer.released_at = issue.id, released, tx.now
    await publication.fold_issue(tx, issue)
    told = await _authors(tx, answered)
    notices: list[outbox.Notice] = []
    for author_opinion, account in told:
        key = f"answer:{answer.id}:{author_opinion.id}"
        ids = {"answer_id": answer.id, "opinion_id": author_opinion.id}
        files = [attachment for attachment in answer.attachments if attachment.state is not AttachmentState.FAILED]
        notices += [
            outbox.Notice(
                account,
                "file",
                Priority.ANSWER,
                {"attachment_id": attachment.id, "opinion_id": author_opinion.id},
                key=f"{key}:file:{attachment.id}",
            )
            for attachment in files
        ]
        notices.append(outbox.Notice(account, "answer", Priority.ANSWER, ids, key=key, opinion_id=author_opinion.id))
    await outbox.queue(tx, notices)
    silent = {each.id for each in answered} - {each.id for each, _ in told}
    for opinion_id in sorted(silent):
        events.record(tx, "answer.nobody_to_tell", "opinion", opinion_id, official, answer_id=answer.id)
    return len(told)
