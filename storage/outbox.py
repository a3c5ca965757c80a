"""What must be sent: a row in the transaction that caused it, then one outcome."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Dialect,
    Integer,
    Table,
    TypeDecorator,
    bindparam,
    case,
    func,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.orm import aliased

from storage import parts
from storage.chosen import BOUND, is_chosen, is_open
from storage.database import Transaction
from storage.models import Account, Outbox, Priority, written
from storage.states import DeliveryState, move

REPLY = "reply"
GOODBYE = "goodbye"
TRIED_WITHIN = timedelta(minutes=10)
"""A row that is to go within this may be one that is tried again; one that waits for longer waits for its own hour."""
OPEN_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING)

TABLE: Table = Outbox.__table__  # type: ignore[assignment]


def queue_reply(
    tx: Transaction,
    account: Account,
    method: str,
    payload: dict[str, Any],
    *,
    edits_id: int | None = None,
    kind: str = REPLY,
) -> Outbox:
    """An answer to somebody who just wrote: `method` is the Bot API method's name, `payload` it without the chat."""
    row = Outbox(
        account=account,
        messenger=account.messenger,
        priority=Priority.REPLY,
        kind=kind,
        method=method,
        payload=payload,
        edits_id=edits_id,
        state=DeliveryState.QUEUED,
        created_at=tx.now,
        not_before=tx.now,
    )
    tx.session.add(row)
    tx.wake("outbox")
    return row


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one account, by kind and ids; rendered when it is sent, in its reader's language."""

    account: Account
    kind: str
    priority: Priority
    ids: dict[str, Any]
    key: str | None = None
    opinion_id: int | None = None
    not_before: datetime | None = None
    announcement_id: int | None = None


def insert(tx: Transaction) -> Any:
    """INSERT into the outbox that leaves a row whose key is there as it is."""
    return tx.insert(TABLE).on_conflict_do_nothing(index_elements=["key"])


async def queue(tx: Transaction, notices: Iterable[Notice]) -> int:
    """Queues notices; one whose `key` is already in the outbox is left as it is. Returns how many were new."""
    await tx.session.flush()
    rows = [
        {
            "account_id": notice.account.id,
            "messenger": notice.account.messenger,
            "priority": int(notice.priority),
            "kind": notice.kind,
            "key": notice.key,
            "payload": notice.ids,
            "opinion_id": notice.opinion_id,
            "announcement_id": notice.announcement_id,
            "state": DeliveryState.QUEUED,
            "attempts": 0,
            "repeated": False,
            "interrupted": 0,
            "parts_sent": 0,
            "created_at": tx.now,
            "not_before": notice.not_before or tx.now,
        }
        for notice in notices
    ]
    if not rows:
        return 0
    result = await tx.session.execute(insert(tx).returning(TABLE.c.id), rows)
    tx.wake("outbox")
    return len(result.all())


class _Payload(TypeDecorator[dict[str, Any]]):
    """A payload that is no JSON reads as an empty one: its row fails by itself and holds no other."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        read = super().result_processor(dialect, coltype)

        def tolerant(value: Any) -> Any:
            try:
                found = read(value) if read is not None else value
            except ValueError:
                return {}
            return found if isinstance(found, dict) else {}

        return tolerant


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed row: what to send, to whom, in which language. `is_change`: it changes `edits_message_id`.

    `parts_sent` is how many parts of a long text have arrived; they are not sent again. `part_ids` are the messages
    before its last that it became since it was claimed.
    """

    id: int
    account_id: int
    native_id: str | None
    language: str
    unreachable: bool
    priority: int
    kind: str
    method: str | None
    payload: dict[str, Any]
    opinion_id: int | None
    edits_message_id: int | None
    attempts: int
    repeated: bool
    is_change: bool = False
    parts_sent: int = 0
    created_at: datetime | None = field(default=None, compare=False)
    not_before: datetime | None = field(default=None, compare=False)
    part_ids: tuple[int, ...] = ()


_LIMIT = bindparam("limit", type_=Integer)


def _due(priority: Priority) -> Any:
    """SELECT of the first due ids of one priority: as many steps in the index as ids, however long the queue is."""
    earlier, edited = aliased(Outbox), aliased(Outbox)
    waits = (
        select(earlier.id)
        .where(
            earlier.account_id == Outbox.account_id,
            earlier.priority == Outbox.priority,
            earlier.id < Outbox.id,
            earlier.state == written(DeliveryState.QUEUED),
            # Before this one in their order, though the next to be tried: not what waits for an hour of its own.
            earlier.not_before > Outbox.not_before,
            earlier.not_before <= bindparam("soon"),
            (earlier.attempts > 0) | earlier.error.is_not(None),
        )
        .exists()
    )
    found = (
        select(Outbox.id)
        .outerjoin(edited, edited.id == Outbox.edits_id)
        .where(
            Outbox.state == written(DeliveryState.QUEUED),
            Outbox.messenger == bindparam("messenger"),
            Outbox.priority == int(priority),
            Outbox.not_before <= bindparam("now"),
            ~waits,
            # A change waits for the message it changes: until that has gone, there is nothing to change.
            edited.id.is_(None)
            | edited.state.not_in([*OPEN_STATES, DeliveryState.UNKNOWN])
            | ((edited.state == written(DeliveryState.UNKNOWN)) & edited.repeated),
        )
        .order_by(Outbox.not_before, Outbox.id)
        .limit(_LIMIT)
        .subquery()
    )
    return select(found.c.id)


@cache
def _claiming(lowest: Priority) -> Any:
    """SELECT of a claim, built once: the claim itself takes less time than putting its statement together."""
    due = union_all(*(_due(each) for each in Priority if each <= lowest)).subquery()
    edited = aliased(Outbox)
    return (
        select(
            Outbox.id,
            Outbox.account_id,
            Account.native_id,
            Account.language,
            Account.unreachable_at.is_not(None),
            Outbox.priority,
            Outbox.kind,
            Outbox.method,
            type_coerce(Outbox.payload, _Payload),
            Outbox.opinion_id,
            edited.message_id,
            Outbox.attempts,
            Outbox.repeated,
            Outbox.edits_id.is_not(None),
            Outbox.parts_sent,
            Outbox.created_at,
            Outbox.not_before,
        )
        .select_from(due)
        .join(Outbox, Outbox.id == due.c.id)
        .join(Account, Account.id == Outbox.account_id)
        .outerjoin(edited, edited.id == Outbox.edits_id)
        # Asked again: between the two looks another process may have taken it.
        .where(Outbox.state == written(DeliveryState.QUEUED))
        .order_by(Outbox.priority, Outbox.not_before, Outbox.id)
        .limit(_LIMIT)
        .with_for_update(of=Outbox, skip_locked=True)
    )


_CLAIMED = (
    update(TABLE)
    .where(TABLE.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=move(DeliveryState.QUEUED, DeliveryState.SENDING))
)


async def claim(
    tx: Transaction, messenger: str, limit: int, lowest: Priority = Priority.ANNOUNCEMENT
) -> list[Delivery]:
    """Marks up to `limit` due rows of one messenger `sending`, the most urgent first, and returns them.

    Nothing less urgent than `lowest` is taken. A row waits for an earlier one of the same account and priority that is
    itself waiting to be tried again, so that nobody reads an answer before its beginning. What waits for the morning,
    or until it cannot be taken back, holds nothing that may go now.
    """
    times = {"now": tx.now, "soon": tx.now + TRIED_WITHIN}
    rows = await tx.session.execute(_claiming(lowest), {"messenger": messenger, "limit": limit, **times})
    claimed = [Delivery(*row) for row in rows]
    if claimed:
        await tx.session.execute(_CLAIMED, {"ids": [delivery.id for delivery in claimed]})
    return claimed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one: QUEUED "again, not before `not_before`", STOPPED not to go now, HELD until she writes."""

    delivery: Delivery
    state: DeliveryState
    message_id: int | None = None
    error: str | None = None
    not_before: datetime | None = None
    counts: bool = True


_FINAL = frozenset({DeliveryState.SENT, DeliveryState.UNREACHABLE, DeliveryState.FAILED})
_OUTCOME = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("row_id"))
    .values(
        state=bindparam("new_state"),
        message_id=bindparam("new_message_id"),
        error=bindparam("new_error"),
        not_before=bindparam("new_not_before"),
        attempts=bindparam("new_attempts"),
        parts_sent=bindparam("new_parts_sent"),
        done_at=bindparam("new_done_at"),
    )
)
_OUTCOME_CLEARED = _OUTCOME.values(payload=None)
# Its reader had everything deleted while the call was in flight: there is nothing left to try again with.
_OUTCOME_AGAIN = _OUTCOME.values(
    state=case((TABLE.c.payload.is_(None), DeliveryState.FAILED), else_=bindparam("new_state")),
)

# She has another account that can be written to: it goes there instead, from its beginning.
_OUTCOME_ELSEWHERE = _OUTCOME_AGAIN.values(
    account_id=bindparam("new_account_id"), messenger=bindparam("new_messenger"), parts_sent=0
)


def _moved(state: DeliveryState) -> DeliveryState:
    if state in {DeliveryState.STOPPED, DeliveryState.HELD}:
        # Given back, and then stopped or held as whatever still waits.
        return move(move(DeliveryState.SENDING, DeliveryState.QUEUED), state)
    return move(DeliveryState.SENDING, state)


async def record(tx: Transaction, outcomes: Sequence[Outcome]) -> None:
    """Writes a batch of outcomes. A reply's text is cleared once it needs no further try.

    A notice that does not reach an account goes to another one that she joined, if that can be written to.
    """
    gone = {outcome.delivery.account_id for outcome in outcomes if outcome.state is DeliveryState.UNREACHABLE}
    if gone:
        await tx.session.execute(update(Account).where(Account.id.in_(gone)).values(unreachable_at=tx.now))
    others = await _elsewhere(tx, outcomes)
    kept: list[dict[str, Any]] = []
    cleared: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    elsewhere: list[dict[str, Any]] = []
    for outcome in outcomes:
        other = others.get(outcome.delivery.account_id) if _may_go_elsewhere(outcome) else None
        state = _moved(outcome.state if other is None else DeliveryState.QUEUED)
        final = state in _FINAL or (state is DeliveryState.UNKNOWN and outcome.delivery.repeated)
        since = tx.now if state is DeliveryState.HELD else None
        row = {
            "row_id": outcome.delivery.id,
            "new_state": state,
            "new_message_id": outcome.message_id,
            "new_error": outcome.error and outcome.error[:200],
            "new_not_before": since or outcome.not_before or outcome.delivery.not_before or tx.now,
            "new_attempts": outcome.delivery.attempts + outcome.counts,
            "new_parts_sent": outcome.delivery.parts_sent,
            "new_done_at": tx.now if final else None,
        }
        if other is not None:
            del row["new_parts_sent"]
            elsewhere.append({**row, "new_account_id": other[0], "new_messenger": other[1]})
        elif state is DeliveryState.QUEUED:
            again.append(row)
        else:
            (cleared if final and outcome.delivery.method is not None else kept).append(row)
    if kept:
        await tx.session.execute(_OUTCOME, kept)
    if cleared:
        await tx.session.execute(_OUTCOME_CLEARED, cleared)
    if again:
        await tx.session.execute(_OUTCOME_AGAIN, again)
    if elsewhere:
        await tx.session.execute(_OUTCOME_ELSEWHERE, elsewhere)
        tx.wake("outbox")
    sent = [each.delivery for each in outcomes]
    await parts.keep(tx, [(each.account_id, message_id, each.id) for each in sent for message_id in each.part_ids])
    if any(outcome.delivery.kind == GOODBYE for outcome in outcomes):
        await forget_departed(tx)


def _may_go_elsewhere(outcome: Outcome) -> bool:
    delivery = outcome.delivery
    is_notice = delivery.method is None and not delivery.is_change and delivery.kind not in BOUND
    return is_notice and outcome.state in {DeliveryState.UNREACHABLE, DeliveryState.HELD}


async def _elsewhere(tx: Transaction, outcomes: Sequence[Outcome]) -> dict[int, tuple[int, str]]:
    """By account that a notice did not reach: the id and the messenger of hers that it goes to instead."""
    missed = {each.delivery.account_id for each in outcomes if _may_go_elsewhere(each)}
    if not missed:
        return {}
    her = aliased(Account)
    rows = await tx.session.execute(
        select(her.id, Account.id, Account.messenger)
        .join(Account, Account.first_id == her.first_id)
        .where(her.id.in_(missed), Account.id != her.id, is_open(tx), is_chosen(tx))
    )
    return {id_: (other_id, messenger) for id_, other_id, messenger in rows}


async def forget_departed(tx: Transaction, before: datetime | None = None) -> None:
    """Drops the messenger's id of those who had everything deleted, once their last message has gone.

    With `before`, whoever asked before that instant is forgotten even if that message never went.
    """
    waiting = select(Outbox.id).where(Outbox.account_id == Account.id, Outbox.state.in_(OPEN_STATES)).exists()
    due = Account.forget_at < before if before else ~waiting
    await tx.session.execute(
        update(Account)
        .where(Account.forget_at.is_not(None), due)
        .values(native_id=None, forget_at=None)
        .execution_options(synchronize_session=False)
    )


async def unsay(tx: Transaction, account_ids: Collection[int]) -> None:
    """Stops what waits to be sent to these accounts, and clears what their rows say: their owner wants it gone."""
    waiting = [DeliveryState.QUEUED, DeliveryState.HELD]
    await tx.session.flush()
    await tx.session.execute(
        update(TABLE)
        .where(TABLE.c.account_id.in_(account_ids), TABLE.c.state.in_(waiting))
        .values(state=DeliveryState.STOPPED, key=None)
    )
    await tx.session.execute(
        update(TABLE).where(TABLE.c.account_id.in_(account_ids)).values(payload=None, opinion_id=None, message_id=None)
    )
    await parts.forget(tx, account_ids)


async def opinion_behind(
    tx: Transaction, account_id: int, message_id: int, kinds: Collection[str] | None = None
) -> int | None:
    """The opinion that a message we sent was about, for a reply to it; with `kinds`, only if it was one of these."""
    found = select(Outbox.opinion_id).where(parts.is_shown(account_id, message_id))
    if kinds is not None:
        found = found.where(Outbox.kind.in_(kinds))
    return await tx.session.scalar(found.order_by(Outbox.id.desc()).limit(1))


async def last_sent(tx: Transaction, account_id: int) -> Outbox | None:
    """The last message that reached this account; a sign on hers, or a change of an earlier one, is none."""
    return await tx.session.scalar(
        select(Outbox)
        .where(
            Outbox.account_id == account_id,
            Outbox.state == written(DeliveryState.SENT),
            Outbox.edits_id.is_(None),
            Outbox.method.is_distinct_from("setMessageReaction"),
        )
        # Not by its id alone: what waited for the morning came after what was said in the night.
        .order_by(Outbox.done_at.desc(), Outbox.id.desc())
        .limit(1)
    )


async def fared(tx: Transaction, keys: Collection[str]) -> dict[str, DeliveryState]:
    """How the notices with these keys fared; without one that never was or whose reader is forgotten."""
    rows = await tx.session.execute(select(Outbox.key, Outbox.state).where(Outbox.key.in_(keys)))
    return {key: state for key, state in rows if key is not None}


async def deliveries_of(tx: Transaction, key: str) -> Counter[DeliveryState]:
    """How the notices queued under one key prefix fared."""
    rows = await tx.session.execute(
        select(Outbox.state, func.count())
        .where(Outbox.key.startswith(f"{key}:", autoescape=True))
        .group_by(Outbox.state)
    )
    return Counter(dict(rows.all()))
