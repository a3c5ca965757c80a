"""What the clock does at each tick: every duty reads from the record what is due and queues it once."""

from collections.abc import Awaitable, Callable

from storage import (
    answers,
    approval,
    asking,
    broadcasts,
    commitments,
    conference_clock,
    conferences,
    deadlines,
    delegations,
    digest,
    groups,
    oa_tokens,
    quotas,
    ratings,
    reminders,
    sealed_clock,
    silent,
    windows,
    wires,
)
from storage.database import Transaction

Duty = Callable[[Transaction], Awaitable[int]]
"""Does what is due now, any number of times, and returns how much was new."""

DUTIES: dict[str, Duty] = {
    # Before it is held: what was missed of a conference that is over is written down as dropped.
    "reminders": reminders.remind,
    "conference_held": conferences.hold,
    "release_answers": approval.release_due,
    "digest": digest.send,
    "deadlines": deadlines.remind,
    "conference_due": conference_clock.remind,
    "groups": groups.drop_lost,
    "commitments": commitments.remind,
    "rate_reminders": ratings.remind_to_rate,
    "overdue": ratings.ask_when_overdue,
    "settling": ratings.settle_undisputed,
    "remind_asked": asking.remind_asked,
    "return_unanswered": asking.return_unanswered,
    "sealed_leaders": sealed_clock.forget_leaders,
    "sealed_follow_up": sealed_clock.follow_up,
    "sealed_readers": sealed_clock.tell_who_reads,
    "end_delegations": delegations.end_due,
    "expire_empty_answers": answers.expire_empty,
    "quotas": quotas.warn,
    "oa_tokens": oa_tokens.warn,
    "held": windows.look_again,
    "wires": wires.expire,
    "silent": silent.expire,
    "announcements": broadcasts.launch,
}
"""By name, in order; each runs in a transaction of its own, so one that fails holds no other."""
