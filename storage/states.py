"""The allowed moves, written once; every change of state passes through `move`."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class OpinionState(StrEnum):
    RECEIVED = "received"
    NEEDS_DETAIL = "needs_detail"
    ACCEPTED = "accepted"
    REDIRECTED = "redirected"
    ANSWERED = "answered"
    REOPENED = "reopened"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class IssueState(StrEnum):
    OPEN = "open"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    APPROVED = "approved"
    ANSWERED = "answered"
    SETTLED = "settled"
    CLOSED = "closed"
    """Nobody asks any more: its last opinion was withdrawn, sealed, or merged into another issue."""


class AnswerState(StrEnum):
    """`submitted` waits for approval; `draft` is still being written, or was sent back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RELEASED = "released"


class CommitmentState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"


class SealedState(StrEnum):
    """What became of words about a person.

    `asked`: she has been asked and nobody reads them. `sealed`: its readers may. The rest are ends: `taught` the lawful
    ways for want of ground, `passed` for checking, `beyond` the commune and passed on, `returned` as an ordinary
    opinion, `erased` at her word or because nothing about the commune's leaders is kept.
    """

    ASKED = "asked"
    SEALED = "sealed"
    TAUGHT = "taught"
    PASSED = "passed"
    BEYOND = "beyond"
    RETURNED = "returned"
    ERASED = "erased"


class ConferenceState(StrEnum):
    """`proposed` waits for a leader; residents see it from `planned` on."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    ANNOUNCED = "announced"
    HELD = "held"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class ChangeState(StrEnum):
    """`submitted` waits for a leader; `withdrawn` by who proposed it, or because another took its place."""

    SUBMITTED = "submitted"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AnnouncementState(StrEnum):
    """`submitted` waits for a leader; `stopped` may go on."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    STOPPED = "stopped"
    DONE = "done"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    HELD = "held"
    STOPPED = "stopped"
    SENDING = "sending"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    UNKNOWN = "unknown"


# One table a kind: members of two StrEnums with the same word are equal, and would share a key.
MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    OpinionState: {
        OpinionState.RECEIVED: frozenset(
            {OpinionState.ACCEPTED, OpinionState.NEEDS_DETAIL, OpinionState.REDIRECTED, OpinionState.WITHDRAWN}
        ),
        OpinionState.NEEDS_DETAIL: frozenset({OpinionState.RECEIVED, OpinionState.WITHDRAWN}),
        # Back to received: the clerk undoes what was just sorted.
        OpinionState.ACCEPTED: frozenset(
            {OpinionState.ANSWERED, OpinionState.REDIRECTED, OpinionState.WITHDRAWN, OpinionState.RECEIVED}
        ),
        OpinionState.REDIRECTED: frozenset({OpinionState.RECEIVED}),
        # Back to received: an earlier answer was chosen for it and she has not been told yet.
        OpinionState.ANSWERED: frozenset({OpinionState.SETTLED, OpinionState.REOPENED, OpinionState.RECEIVED}),
        OpinionState.REOPENED: frozenset({OpinionState.ACCEPTED}),
        OpinionState.SETTLED: frozenset(),
        OpinionState.WITHDRAWN: frozenset(),
    },
    IssueState: {
        IssueState.OPEN: frozenset({IssueState.ASSIGNED, IssueState.CLOSED}),
        # Back to open: the unit says that it is not theirs.
        IssueState.ASSIGNED: frozenset({IssueState.DRAFTED, IssueState.OPEN, IssueState.CLOSED}),
        IssueState.DRAFTED: frozenset({IssueState.APPROVED, IssueState.ASSIGNED, IssueState.CLOSED}),
        # Back to drafted: the leader takes his word back before it is sent.
        IssueState.APPROVED: frozenset(
            {IssueState.ANSWERED, IssueState.DRAFTED, IssueState.ASSIGNED, IssueState.CLOSED}
        ),
        IssueState.ANSWERED: frozenset({IssueState.SETTLED, IssueState.ASSIGNED}),
        # An author who finds a closed commitment not done opens it again.
        IssueState.SETTLED: frozenset({IssueState.ASSIGNED}),
        # A merge undone.
        IssueState.CLOSED: frozenset({IssueState.OPEN, IssueState.ASSIGNED}),
    },
    AnswerState: {
        AnswerState.DRAFT: frozenset({AnswerState.SUBMITTED, AnswerState.APPROVED}),
        AnswerState.SUBMITTED: frozenset({AnswerState.APPROVED, AnswerState.DRAFT}),
        AnswerState.APPROVED: frozenset({AnswerState.RELEASED, AnswerState.SUBMITTED, AnswerState.DRAFT}),
        AnswerState.RELEASED: frozenset(),
    },
    CommitmentState: {
        CommitmentState.OPEN: frozenset({CommitmentState.SETTLED}),
        CommitmentState.SETTLED: frozenset(),
    },
    SealedState: {
        SealedState.ASKED: frozenset({SealedState.SEALED, SealedState.RETURNED, SealedState.ERASED}),
        SealedState.SEALED: frozenset(
            {
                SealedState.TAUGHT,
                SealedState.PASSED,
                SealedState.BEYOND,
                SealedState.RETURNED,
                SealedState.ERASED,
            }
        ),
        SealedState.TAUGHT: frozenset(),
        SealedState.PASSED: frozenset(),
        SealedState.BEYOND: frozenset(),
        SealedState.RETURNED: frozenset(),
        SealedState.ERASED: frozenset(),
    },
    ConferenceState: {
        ConferenceState.PROPOSED: frozenset({ConferenceState.PLANNED, ConferenceState.CANCELLED}),
        # Held without an announcement of ours: it was said on paper and on the loudspeaker alone.
        ConferenceState.PLANNED: frozenset(
            {ConferenceState.ANNOUNCED, ConferenceState.HELD, ConferenceState.CANCELLED}
        ),
        # Back to planned: it was moved, and the new date has been announced to nobody.
        ConferenceState.ANNOUNCED: frozenset(
            {ConferenceState.HELD, ConferenceState.CANCELLED, ConferenceState.PLANNED}
        ),
        ConferenceState.HELD: frozenset({ConferenceState.CONCLUDED}),
        ConferenceState.CONCLUDED: frozenset(),
        ConferenceState.CANCELLED: frozenset(),
    },
    ChangeState: {
        ChangeState.SUBMITTED: frozenset({ChangeState.AGREED, ChangeState.REFUSED, ChangeState.WITHDRAWN}),
        ChangeState.AGREED: frozenset(),
        ChangeState.REFUSED: frozenset(),
        ChangeState.WITHDRAWN: frozenset(),
    },
    AnnouncementState: {
        AnnouncementState.DRAFT: frozenset({AnnouncementState.SUBMITTED, AnnouncementState.SCHEDULED}),
        AnnouncementState.SUBMITTED: frozenset({AnnouncementState.SCHEDULED, AnnouncementState.DRAFT}),
        # Back to draft: taken back before its hour.
        AnnouncementState.SCHEDULED: frozenset({AnnouncementState.SENDING, AnnouncementState.DRAFT}),
        AnnouncementState.SENDING: frozenset({AnnouncementState.STOPPED, AnnouncementState.DONE}),
        AnnouncementState.STOPPED: frozenset({AnnouncementState.SENDING}),
        AnnouncementState.DONE: frozenset(),
    },
    DeliveryState: {
        DeliveryState.QUEUED: frozenset({DeliveryState.SENDING, DeliveryState.HELD, DeliveryState.STOPPED}),
        DeliveryState.HELD: frozenset({DeliveryState.QUEUED}),
        DeliveryState.STOPPED: frozenset({DeliveryState.QUEUED}),
        DeliveryState.SENDING: frozenset(
            {
                DeliveryState.SENT,
                DeliveryState.UNREACHABLE,
                DeliveryState.FAILED,
                DeliveryState.UNKNOWN,
                DeliveryState.QUEUED,
            }
        ),
        DeliveryState.UNKNOWN: frozenset({DeliveryState.QUEUED}),
        DeliveryState.SENT: frozenset(),
        DeliveryState.UNREACHABLE: frozenset(),
        DeliveryState.FAILED: frozenset(),
    },
}

State = TypeVar("State", bound=StrEnum)


class ForbiddenMove(Exception):
    """A change of state that the table does not hold; nothing was changed."""

    def __init__(self, current: StrEnum, wanted: StrEnum) -> None:
        super().__init__(f"{type(current).__name__}: {current} -> {wanted}")
        self.current = current
        self.wanted = wanted


def move(current: State, wanted: State) -> State:
    """Returns `wanted`. Raises ForbiddenMove when the table does not allow it from `current`."""
    if wanted not in MOVES[type(current)][current]:
        raise ForbiddenMove(current, wanted)
    return wanted
