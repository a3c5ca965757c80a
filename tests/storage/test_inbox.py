"""What came in: a row before it is confirmed."""

import asyncio
from datetime import timedelta
from typing import Any

from storage import inbox
from storage.database import Database
from storage.inbox import MAX_ATTEMPTS, Incoming, Ready
from storage.models import Inbox, InboxState
from tests.commune import START, Clock
from tests.storage.steps import table

STATES = (Inbox.id, Inbox.state, Inbox.payload, Inbox.caller)


def update(number: int, caller: str | None = "1001", **payload: Any) -> Incoming:
    return Incoming(str(number), caller, {"update_id": number, **payload})


async def receive(db: Database, *updates: Incoming, messenger: str = "telegram") -> None:
    async with db.write() as tx:
        await inbox.receive(tx, messenger, updates)


async def test_receive_keeps_the_order_and_the_words_unchanged(db: Database) -> None:
    words = "Đường <b>hỏng</b> 🙂\n\u202e\"'\\"
    woken = db.listen("inbox")
    await receive(db, update(7, text=words), update(3, None))
    assert woken.is_set()
    async with db.read() as tx:
        assert await inbox.ready(tx, 10) == [
            Ready(1, "telegram", "1001", {"update_id": 7, "text": words}),
            Ready(2, "telegram", None, {"update_id": 3}),
        ]
        assert [each.id for each in await inbox.ready(tx, 1)] == [1]
    assert await table(db, Inbox.id, Inbox.native_id, Inbox.attempts, Inbox.received_at, Inbox.done_at) == [
        (1, "7", 0, START, None),
        (2, "3", 0, START, None),
    ]


async def test_receive_when_repeated_before_and_after_it_was_done_is_one_row(db: Database) -> None:
    await receive(db, update(7), update(7, text="khác"))
    await receive(db, update(7), update(8))
    async with db.write() as tx:
        await inbox.done(tx, [row.id for row in await inbox.ready(tx, 10)])
    await receive(db, update(8), update(7))
    await receive(db, update(7), messenger="web")
    assert [(row[1], row[2]) for row in await table(db, *STATES)] == [
        (InboxState.DONE, None),
        (InboxState.DONE, None),
        (InboxState.READY, {"update_id": 7}),
    ]


async def test_receive_when_there_is_nothing_wakes_nobody(db: Database) -> None:
    woken = db.listen("inbox")
    await receive(db)
    assert (woken.is_set(), await table(db, Inbox.id)) == (False, [])


async def test_receive_when_two_processes_get_the_same_batch_keeps_one_each(db: Database, second: Database) -> None:
    batch = [update(n) for n in range(50)]
    async with asyncio.TaskGroup() as group:
        for own in (db, second):
            group.create_task(receive(own, *batch))
    assert sorted(int(row[1]) for row in await table(db, Inbox.id, Inbox.native_id)) == list(range(50))


async def test_known_are_those_of_one_messenger_done_or_not(db: Database) -> None:
    async with db.write() as tx:
        await inbox.receive(tx, "telegram", [Incoming("a", None, {}), Incoming("b", None, {})])
        await inbox.receive(tx, "zalo_bot", [Incoming("c", None, {})])
    async with db.write() as tx:
        await inbox.done(tx, [(await inbox.ready(tx, 1))[0].id])
    async with db.read() as tx:
        assert await inbox.known(tx, "telegram", ["a", "b", "c", "d"]) == {"a", "b"}
        assert await inbox.known(tx, "zalo_bot", ["a"]) == set()


async def test_done_clears_words_and_sender(db: Database, clock: Clock) -> None:
    await receive(db, update(7, text="lời"))
    clock.pass_(seconds=2)
    async with db.write() as tx:
        await inbox.done(tx, [1])
    assert await table(db, *STATES, Inbox.done_at) == [(1, InboxState.DONE, None, None, START + timedelta(seconds=2))]
    async with db.read() as tx:
        assert (await inbox.ready(tx, 10), await inbox.depth(tx)) == ([], {})


async def test_failed_keeps_her_words_and_is_tried_again_three_times(db: Database) -> None:
    await receive(db, update(7, text="lời"))
    for attempt in range(1, MAX_ATTEMPTS + 1):
        async with db.write() as tx:
            await inbox.failed(tx, 1, "E" * 500)
        row = (1, InboxState.FAILED, {"update_id": 7, "text": "lời"}, "1001", attempt, "E" * 200)
        assert await table(db, *STATES, Inbox.attempts, Inbox.error) == [row]
        async with db.write() as tx:
            assert await inbox.depth(tx) == {"failed": 1}
            assert await inbox.retry_failed(tx) == (1 if attempt < MAX_ATTEMPTS else 0)
            assert len(await inbox.ready(tx, 10)) == (1 if attempt < MAX_ATTEMPTS else 0)


async def test_done_when_it_failed_before_clears_the_error(db: Database) -> None:
    await receive(db, update(7))
    async with db.write() as tx:
        await inbox.failed(tx, 1, "ValueError")
        await inbox.retry_failed(tx)
        await inbox.done(tx, [1])
    assert await table(db, Inbox.id, Inbox.state, Inbox.error, Inbox.attempts) == [(1, InboxState.DONE, None, 1)]


async def test_purge_clears_what_failed_and_deletes_what_is_done(db: Database, clock: Clock) -> None:
    await receive(db, update(1), update(2), update(3))
    async with db.write() as tx:
        await inbox.failed(tx, 1, "ValueError")
        await inbox.done(tx, [2])
    clock.pass_(days=7)
    for seconds, rows in (
        (0, [(1, InboxState.FAILED, {"update_id": 1}, "1001"), (2, InboxState.DONE, None, None)]),
        (1, [(1, InboxState.FAILED, None, None)]),
    ):
        clock.pass_(seconds=seconds)
        async with db.write() as tx:
            await inbox.purge_failed(tx, tx.now - timedelta(days=7))
            await inbox.purge_done(tx, tx.now - timedelta(days=7))
        assert await table(db, *STATES) == [*rows, (3, InboxState.READY, {"update_id": 3}, "1001")]
    async with db.write() as tx:
        assert await inbox.retry_failed(tx) == 0


async def test_forget_caller_clears_whatever_she_sent(db: Database) -> None:
    await receive(db, update(1), update(2, "1002"), update(3))
    await receive(db, update(1), messenger="web")
    async with db.write() as tx:
        await inbox.failed(tx, 3, "ValueError")
        await inbox.forget_caller(tx, "telegram", "1001")
    assert await table(db, *STATES) == [
        (1, InboxState.DONE, None, None),
        (2, InboxState.READY, {"update_id": 2}, "1002"),
        (3, InboxState.DONE, None, None),
        (4, InboxState.READY, {"update_id": 1}, "1001"),
    ]
    async with db.write() as tx:
        assert await inbox.retry_failed(tx) == 0
        assert await inbox.depth(tx) == {"ready": 2}
