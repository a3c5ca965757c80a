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


class AnswerState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    RELEASED = "released"


class ConferenceState(StrEnum):
    PLANNED = "planned"
    ANNOUNCED = "announced"
    HELD = "held"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class AnnouncementState(StrEnum):
    DRAFT = "draft"
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
        OpinionState.ACCEPTED: frozenset({OpinionState.ANSWERED, OpinionState.REDIRECTED, OpinionState.WITHDRAWN}),
        OpinionState.REDIRECTED: frozenset(),
        OpinionState.ANSWERED: frozenset({OpinionState.SETTLED, OpinionState.REOPENED}),
        OpinionState.REOPENED: frozenset({OpinionState.ACCEPTED}),
        OpinionState.SETTLED: frozenset(),
        OpinionState.WITHDRAWN: frozenset(),
    },
    IssueState: {
        IssueState.OPEN: frozenset({IssueState.ASSIGNED}),
        IssueState.ASSIGNED: frozenset({IssueState.DRAFTED}),
        IssueState.DRAFTED: frozenset({IssueState.APPROVED, IssueState.ASSIGNED}),
        IssueState.APPROVED: frozenset({IssueState.ANSWERED, IssueState.ASSIGNED}),
        IssueState.ANSWERED: frozenset({IssueState.SETTLED, IssueState.ASSIGNED}),
        IssueState.SETTLED: frozenset(),
    },
    AnswerState: {
        AnswerState.DRAFT: frozenset({AnswerState.APPROVED}),
        AnswerState.APPROVED: frozenset({AnswerState.RELEASED}),
        AnswerState.RELEASED: frozenset(),
    },
    ConferenceState: {
        ConferenceState.PLANNED: frozenset({ConferenceState.ANNOUNCED, ConferenceState.CANCELLED}),
        ConferenceState.ANNOUNCED: frozenset({ConferenceState.HELD, ConferenceState.CANCELLED}),
        ConferenceState.HELD: frozenset({ConferenceState.CONCLUDED}),
        ConferenceState.CONCLUDED: frozenset(),
        ConferenceState.CANCELLED: frozenset(),
    },
    AnnouncementState: {
        AnnouncementState.DRAFT: frozenset({AnnouncementState.SCHEDULED}),
        AnnouncementState.SCHEDULED: frozenset({AnnouncementState.SENDING}),
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
