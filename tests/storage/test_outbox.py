"""What must be sent: queued once, claimed in order, one outcome each."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from storage import changes, data, outbox, queues
from storage.database import Database
from storage.models import Account, Outbox, Priority
from storage.outbox import GOODBYE, Delivery, Notice, Outcome
from storage.states import DeliveryState, ForbiddenMove
from tests.commune import START, Clock
from tests.storage.steps import caller, consent, raise_opinion, send_all, table

QUEUED, SENDING, SENT = DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT
UNKNOWN, FAILED, UNREACHABLE = DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.UNREACHABLE
STOPPED = DeliveryState.STOPPED
STATES = (Outbox.id, Outbox.state)


async def reply(db: Database, words: str = "chào", native_id: str = "1001", **more: Any) -> int:
    async with db.write() as tx:
        row = outbox.queue_reply(tx, (await caller(tx, native_id)).account, "sendMessage", {"text": words}, **more)
        await tx.session.flush()
        return row.id


async def notify(
    db: Database, key: str | None, native_id: str = "1001", priority: Priority = Priority.ANSWER, **more: Any
) -> int:
    async with db.write() as tx:
        account = (await caller(tx, native_id)).account
        return await outbox.queue(tx, [Notice(account, "card", priority, {"opinion_id": 1}, key=key, **more)])


async def claim(db: Database, limit: int = 100, messenger: str = "telegram", **more: Any) -> list[Delivery]:
    async with db.write() as tx:
        return await outbox.claim(tx, messenger, limit, **more)


async def record(db: Database, *outcomes: Outcome) -> None:
    async with db.write() as tx:
        await outbox.record(tx, outcomes)


async def test_queue_reply_and_claim_carry_the_whole_message(db: Database) -> None:
    woken = db.listen("outbox")
    await reply(db)
    assert woken.is_set()
    columns = (Outbox.id, Outbox.account_id, Outbox.messenger, Outbox.priority, Outbox.kind, Outbox.method)
    assert await table(db, *columns, Outbox.payload, Outbox.key, Outbox.state, Outbox.not_before) == [
        (1, 1, "telegram", 0, "reply", "sendMessage", {"text": "chào"}, None, QUEUED, START)
    ]
    assert await claim(db) == [
        Delivery(1, 1, "1001", "vi", False, 0, "reply", "sendMessage", {"text": "chào"}, None, None, 0, False)
    ]
    assert (await claim(db), await table(db, *STATES)) == ([], [(1, SENDING)])


async def test_queue_when_the_key_is_there_leaves_it(db: Database) -> None:
    assert [await notify(db, "card:1:1"), await notify(db, "card:1:1")] == [1, 0]
    await send_all(db)
    assert await notify(db, "card:1:1") == 0
    assert [await notify(db, None), await notify(db, None)] == [1, 1]
    assert await table(db, Outbox.state, Outbox.key) == [(SENT, "card:1:1"), (QUEUED, None), (QUEUED, None)]


async def test_queue_when_there_is_nothing_wakes_nobody(db: Database) -> None:
    woken = db.listen("outbox")
    async with db.write() as tx:
        assert await outbox.queue(tx, []) == 0
    assert not woken.is_set()


async def test_claim_takes_the_most_urgent_first_and_no_more_than_asked(db: Database) -> None:
    for priority in (Priority.ANNOUNCEMENT, Priority.REMINDER, Priority.ANSWER):
        await notify(db, None, priority=priority)
    await reply(db)
    await reply(db, native_id="1002")
    assert [each.id for each in await claim(db, 1)] == [4]
    assert [each.id for each in await claim(db, lowest=Priority.REPLY)] == [5]
    assert [each.id for each in await claim(db, 2)] == [3, 2]
    assert [each.id for each in await claim(db)] == [1]


async def test_last_sent_is_what_came_last_not_what_was_queued_last(db: Database, clock: Clock) -> None:
    await notify(db, "morning", not_before=START + timedelta(hours=10))
    await reply(db)
    await send_all(db)
    clock.pass_(hours=10)
    await send_all(db)
    async with db.read() as tx:
        last = await outbox.last_sent(tx, 1)
        assert last is not None
        assert last.key == "morning"


async def test_claim_passes_by_what_waits_for_an_hour_of_its_own(db: Database, clock: Clock) -> None:
    await notify(db, "morning", not_before=START + timedelta(hours=10))
    await notify(db, "tonight")
    # One that can be taken back for two minutes holds nothing that may go now.
    await notify(db, "settling", not_before=START + timedelta(minutes=2))
    await notify(db, "behind")
    assert [each.id for each in await claim(db)] == [2, 4]
    clock.pass_(minutes=2)
    await notify(db, "later")
    assert [each.id for each in await claim(db)] == [3, 5]


async def test_claim_when_an_earlier_one_was_given_back_untried_keeps_a_person_s_order(db: Database) -> None:
    await notify(db, "file")
    [file] = await claim(db)
    await record(db, Outcome(file, QUEUED, error="not yet", not_before=START + timedelta(seconds=5), counts=False))
    await notify(db, "words")
    assert await claim(db) == []


async def test_claim_takes_its_own_messenger_s_and_what_is_due(db: Database, clock: Clock) -> None:
    await consent(db, "1001", messenger="web")
    await notify(db, "later", not_before=START + timedelta(minutes=1))
    await notify(db, "now", "1002")
    assert [each.id for each in await claim(db, messenger="web")] == []
    assert [each.id for each in await claim(db)] == [2]
    async with db.read() as tx:
        assert await queues.next_due(tx, "telegram") == START + timedelta(minutes=1)
        assert await queues.next_due(tx, "web") is None
    clock.pass_(minutes=1)
    assert [each.id for each in await claim(db)] == [1]


async def test_claim_when_an_earlier_one_waits_keeps_a_person_s_order(db: Database, clock: Clock) -> None:
    for native_id in ("1001", "1001", "1002"):
        await notify(db, None, native_id)
    await reply(db)
    [first] = [each for each in await claim(db, 2) if each.id == 1]
    later = START + timedelta(minutes=5)
    await record(db, Outcome(first, QUEUED, error="429", not_before=later))
    await notify(db, None)
    # Hers wait behind the first; another person's and a more urgent one do not.
    assert [each.id for each in await claim(db)] == [3]
    clock.instant = later
    # It goes first and alone; what follows comes in the next hand.
    assert [(each.id, each.attempts) for each in await claim(db)] == [(1, 1)]
    assert [(each.id, each.attempts) for each in await claim(db)] == [(2, 0), (5, 0)]


async def test_claim_when_the_next_try_is_due_still_keeps_a_person_s_order(db: Database, clock: Clock) -> None:
    await notify(db, None)
    [first] = await claim(db)
    await record(db, Outcome(first, QUEUED, not_before=START + timedelta(seconds=9)))
    clock.pass_(seconds=5)
    await notify(db, None)
    clock.pass_(seconds=5)
    # Both are due, and the second has been for longer.
    assert [each.id for each in await claim(db)] == [1]


async def test_claim_when_a_payload_is_no_message_takes_the_others(db: Database) -> None:
    await reply(db)
    await reply(db, "vâng")
    # PostgreSQL takes only JSON into such a column.
    broken = '{"text' if db.is_sqlite else "[1]"
    async with db.write() as tx:
        await tx.session.execute(text(f"UPDATE outbox SET payload = '{broken}' WHERE id = 1"))
    assert [each.payload for each in await claim(db)] == [{}, {"text": "vâng"}]


async def test_record_when_a_part_has_gone_remembers_how_many(db: Database) -> None:
    await reply(db)
    [delivery] = await claim(db)
    assert delivery.parts_sent == 0
    await record(db, Outcome(replace(delivery, parts_sent=1), QUEUED, error="502"))
    [delivery] = await claim(db)
    assert delivery.parts_sent == 1


async def test_claim_when_the_account_is_unreachable_says_so(db: Database) -> None:
    await notify(db, None)
    async with db.write() as tx:
        (await caller(tx, "1001")).account.unreachable_at = tx.now
    [delivery] = await claim(db)
    assert delivery.unreachable


async def test_claim_when_two_processes_claim_gives_each_row_once(db: Database, second: Database) -> None:
    for n in range(20):
        await notify(db, None, str(n))
    taken = [each.id for own in (db, second, db) for each in await claim(own, 8)]
    assert sorted(taken) == list(range(1, 21))


def outcome_row(state: DeliveryState, **more: Any) -> tuple[Any, ...]:
    row = {"payload": {"text": "chào"}, "message_id": None, "error": None, "done_at": None, "attempts": 1} | more
    return (1, state, *(row[name] for name in ("payload", "message_id", "error", "done_at", "attempts")))


@pytest.mark.parametrize(
    ("state", "more", "row"),
    [
        (SENT, {"message_id": 77}, outcome_row(SENT, payload=None, message_id=77, done_at=START)),
        (FAILED, {"error": "e" * 300}, outcome_row(FAILED, payload=None, error="e" * 200, done_at=START)),
        (UNREACHABLE, {"error": "blocked"}, outcome_row(UNREACHABLE, payload=None, error="blocked", done_at=START)),
        (UNKNOWN, {"error": "reset"}, outcome_row(UNKNOWN, error="reset")),
        (QUEUED, {"error": "502"}, outcome_row(QUEUED, error="502")),
        (QUEUED, {"counts": False}, outcome_row(QUEUED, attempts=0)),
        (STOPPED, {"error": "muted", "counts": False}, outcome_row(STOPPED, error="muted", attempts=0)),
    ],
)
async def test_record_writes_each_outcome(
    db: Database, state: DeliveryState, more: dict[str, Any], row: tuple[Any, ...]
) -> None:
    await reply(db)
    [delivery] = await claim(db)
    await record(db, Outcome(delivery, state, **more))
    columns = (Outbox.payload, Outbox.message_id, Outbox.error, Outbox.done_at, Outbox.attempts)
    assert await table(db, *STATES, *columns) == [row]
    gone = START if state is UNREACHABLE else None
    assert await table(db, Account.id, Account.unreachable_at) == [(1, gone)]


async def test_record_when_a_batch_is_mixed_keeps_the_ids_of_notices(db: Database) -> None:
    await reply(db)
    for native_id in ("1001", "1002"):
        await notify(db, None, native_id)
    states = [SENT, FAILED, UNREACHABLE]
    await record(db, *[Outcome(each, state) for each, state in zip(await claim(db), states, strict=True)])
    assert await table(db, *STATES, Outbox.payload) == [
        (1, SENT, None),
        (2, FAILED, {"opinion_id": 1}),
        (3, UNREACHABLE, {"opinion_id": 1}),
    ]
    assert await table(db, Account.id, Account.unreachable_at) == [(1, None), (2, START)]


async def test_record_when_the_outcome_is_none_raises_and_writes_nothing(db: Database) -> None:
    await reply(db)
    [delivery] = await claim(db)
    with pytest.raises(ForbiddenMove):
        await record(db, Outcome(delivery, SENDING))
    assert await table(db, *STATES) == [(1, SENDING)]


async def amend(db: Database, edits_id: int, words: str, method: str = "editMessageText") -> None:
    async with db.write() as tx:
        await changes.amend(tx, (await caller(tx, "1001")).account, edits_id, method, {"text": words})


async def test_amend_coalesces_while_it_waits_and_follows_its_message(db: Database) -> None:
    shown = await reply(db)
    await amend(db, shown, "một")
    await amend(db, shown, "hai", "editMessageCaption")
    columns = (Outbox.id, Outbox.method, Outbox.payload, Outbox.edits_id)
    assert (await table(db, *columns))[1:] == [(2, "editMessageCaption", {"text": "hai"}, 1)]
    # Until the message has gone there is nothing to change.
    [first] = await claim(db)
    assert (first.id, await claim(db)) == (1, [])
    await record(db, Outcome(first, SENT, message_id=77))
    [change] = await claim(db)
    assert (change.id, change.edits_message_id) == (2, 77)
    await amend(db, shown, "ba")
    assert (await table(db, *columns))[2:] == [(3, "editMessageText", {"text": "ba"}, 1)]


async def test_opinion_behind_a_message_is_found_by_account_and_kind(db: Database) -> None:
    await raise_opinion(db)
    await notify(db, "card:1", opinion_id=1)
    await reply(db)
    await send_all(db)
    rows = dict(await table(db, Outbox.kind, Outbox.message_id))
    async with db.read() as tx:
        found = [
            await outbox.opinion_behind(tx, 1, rows["card"]),
            await outbox.opinion_behind(tx, 1, rows["card"], ["card"]),
            await outbox.opinion_behind(tx, 1, rows["card"], ["answer"]),
            await outbox.opinion_behind(tx, 2, rows["card"]),
            await outbox.opinion_behind(tx, 1, rows["reply"]),
        ]
        assert found == [1, 1, None, None, None]
        last = await outbox.last_sent(tx, 1)
        assert (last and last.kind) == "reply"
        assert await outbox.last_sent(tx, 9) is None


async def forget(db: Database, native_id: str = "1001") -> None:
    async with db.write() as tx:
        her = await caller(tx, native_id)
        await data.forget(tx, her)
        outbox.queue_reply(tx, her.account, "sendMessage", {"text": "Đã xoá"}, kind=GOODBYE)


ACCOUNTS = (Account.id, Account.native_id, Account.forget_at)


async def test_forget_departed_when_the_goodbye_has_gone_drops_the_id(db: Database) -> None:
    await consent(db, "1001", "1002")
    await forget(db)
    assert await table(db, *ACCOUNTS) == [(1, "1001", START), (2, "1002", None)]
    assert await send_all(db) == [GOODBYE]
    assert await table(db, *ACCOUNTS) == [(1, None, None), (2, "1002", None)]


@pytest.mark.parametrize("state", [UNKNOWN, FAILED, UNREACHABLE])
async def test_forget_departed_when_the_goodbye_failed_drops_the_id_too(db: Database, state: DeliveryState) -> None:
    await consent(db, "1001")
    await forget(db)
    await send_all(db, state=state)
    assert await table(db, *ACCOUNTS) == [(1, None, None)]


async def test_forget_departed_when_the_goodbye_waits_drops_the_id_in_the_end(db: Database, clock: Clock) -> None:
    await consent(db, "1001")
    await forget(db)
    [goodbye] = await claim(db)
    await record(db, Outcome(goodbye, QUEUED, not_before=START + timedelta(days=1)))
    assert await table(db, *ACCOUNTS) == [(1, "1001", START)]

    async def after(before: datetime) -> list[tuple[Any, ...]]:
        async with db.write() as tx:
            await outbox.forget_departed(tx, before)
        return await table(db, *ACCOUNTS)

    assert await after(START) == [(1, "1001", START)]
    clock.pass_(hours=1, seconds=1)
    assert await after(clock() - timedelta(hours=1)) == [(1, None, None)]


@pytest.mark.parametrize("dies", [False, True])
async def test_forget_when_a_message_is_in_flight_leaves_nothing_to_try_again(db: Database, *, dies: bool) -> None:
    await consent(db, "1001")
    await reply(db, "lời kín")
    await notify(db, "card:1")
    flying = await claim(db)
    await forget(db)
    if dies:
        async with db.write() as tx:
            assert (await queues.recover(tx), await queues.repeat_unknown(tx, tx.now)) == ([1, 2], 0)
    else:
        await record(db, *[Outcome(each, QUEUED, error="502") for each in flying])
    assert [each.kind for each in await claim(db)] == [GOODBYE]
    assert (await table(db, *STATES, Outbox.payload))[:2] == [
        (number, UNKNOWN if dies else FAILED, None) for number in (1, 2)
    ]
