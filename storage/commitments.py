"""What was promised by a day: opened when its answer is released, followed until it is closed."""

from sqlalchemy import select

from storage import events
from storage.database import Transaction
from storage.models import Answer, Commitment, Issue
from storage.states import CommitmentState


async def open_of(tx: Transaction, issue_id: int) -> Commitment | None:
    """The open commitment of an issue; there is at most one."""
    return await tx.session.scalar(
        select(Commitment).where(Commitment.issue_id == issue_id, Commitment.state == CommitmentState.OPEN)
    )


async def open_for(tx: Transaction, answer: Answer, leader_id: int | None) -> Commitment:
    """The commitment that a released answer makes: a new one, or the issue's open one moved to the new day.

    Its authors read of the move in the corrected answer itself. Raises ValueError when the answer promises nothing.
    """
    if answer.promised is None or answer.issue_id is None:
        raise ValueError(f"answer {answer.id} promises nothing")
    issue = await tx.session.get_one(Issue, answer.issue_id)
    by = answer.official
    commitment = await open_of(tx, issue.id)
    if commitment is None:
        commitment = Commitment(
            issue_id=issue.id,
            answer_id=answer.id,
            unit_id=issue.unit_id,
            leader_id=leader_id,
            due=answer.promised,
            state=CommitmentState.OPEN,
            created_at=tx.now,
        )
        tx.session.add(commitment)
        await tx.session.flush()
        kind = "commitment.opened"
    else:
        kind = "commitment.moved" if commitment.due != answer.promised else "commitment.kept"
        commitment.answer_id, commitment.unit_id, commitment.leader_id = answer.id, issue.unit_id, leader_id
        if commitment.due != answer.promised:
            commitment.due, commitment.due_reason = answer.promised, answer.change_note
    events.record(
        tx,
        kind,
        "commitment",
        commitment.id,
        by,
        answer_id=answer.id,
        issue_id=issue.id,
        unit_id=commitment.unit_id,
        due=answer.promised.isoformat(),
    )
    return commitment
