"""Conversations of the web chat that end since nobody said a word in them, and those that stay, on both databases."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from storage import browsers, drafts, inbox, joincodes, outbox, parts, people, silent, transcript
from storage.database import Database, Transaction
from storage.inbox import Incoming
from storage.models import Account, Base, Conversation, Outbox, Priority, Transcript
from storage.outbox import Notice
from storage.people import Caller
from storage.states import DeliveryState
from tests.commune import START, Clock
from tests.storage.steps import caller, raise_opinion, send_all, table

MONTH = timedelta(days=30)


async def look(db: Database, native_id: str = "her", messenger: str = "web") -> None:
    """Somebody opens the page and is greeted."""
    async with db.write() as tx:
        account = (await caller(tx, native_id, messenger)).account
        row = outbox.queue_reply(tx, account, "sendMessage", {"text": "Chào bác"})
        await transcript.say(tx, account.id, outgoing=True, body="Chào bác")
        await tx.session.flush()
        await parts.keep(tx, [(account.id, 7 + account.id, row.id)])
    await send_all(db, messenger)


async def expire(db: Database) -> int:
    async with db.write() as tx:
        return await silent.expire(tx)


async def left(db: Database) -> list[str | None]:
    return [native_id for (native_id,) in await table(db, Account.native_id)]


async def test_conversation_in_which_nobody_spoke_ends_after_a_month_with_all_that_it_is(
    db: Database, clock: Clock
) -> None:
    for native_id in ("her", "newest"):
        await look(db, native_id)
    clock.instant = START + MONTH - timedelta(seconds=1)
    assert await expire(db) == 0
    clock.instant = START + MONTH
    topic = transcript.topic(1)
    woken = db.listen(topic)
    assert (await expire(db), woken.is_set()) == (1, True)
    assert (await expire(db), await left(db)) == (0, ["newest"])
    async with db.read() as tx:
        for name in ("conversation", "outbox", "transcript", "message_part"):
            ids = select(Base.metadata.tables[name].c.account_id)
            assert list(await tx.session.scalars(ids)) == [2], name


async def test_curious_many_end_in_turns(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silent, "MOST", 2)
    for number in range(6):
        await look(db, str(number))
    clock.instant = START + MONTH
    assert [await expire(db) for _ in range(4)] == [2, 2, 1, 0]
    assert await left(db) == ["5"]
    await look(db, "next")
    assert await table(db, Account.id) == [(6,), (7,)]


async def says(tx: Transaction, her: Caller) -> None:
    await transcript.say(tx, her.account.id, outgoing=False, body="đường hỏng")


async def holds_a_draft(tx: Transaction, her: Caller) -> None:
    drafts.hold(tx, her.account, "đường hỏng")


async def is_called(tx: Transaction, her: Caller) -> None:
    await browsers.subscribe(tx, her.account, "https://a", "p", "a")


async def keeps_a_code(tx: Transaction, her: Caller) -> None:
    await browsers.new_code(tx, her.account, b"key")


async def asks_to_join(tx: Transaction, her: Caller) -> None:
    await joincodes.new_code(tx, her.account)


async def consents(tx: Transaction, her: Caller) -> None:
    people.consent(tx, her.account, "v1")


async def is_told_something(tx: Transaction, her: Caller) -> None:
    await outbox.queue(tx, [Notice(her.account, "news", Priority.ANSWER, {})])
    await tx.session.execute(update(Outbox).values(state=DeliveryState.SENT))


async def is_about_to_be_answered(tx: Transaction, her: Caller) -> None:
    outbox.queue_reply(tx, her.account, "sendMessage", {"text": "…"}).created_at = START


async def taps(tx: Transaction, her: Caller) -> None:
    await tx.session.execute(update(Transcript).values(changed_at=tx.now))


async def speaks_just_now(tx: Transaction, her: Caller) -> None:
    await inbox.receive(tx, "web", [Incoming("update", her.account.native_id, {"update_id": 1})])


@pytest.mark.parametrize(
    "act",
    [
        says,
        holds_a_draft,
        is_called,
        keeps_a_code,
        asks_to_join,
        consents,
        is_told_something,
        is_about_to_be_answered,
        taps,
        speaks_just_now,
    ],
)
async def test_conversation_of_whom_anything_is_known_or_waits_stays(
    db: Database, clock: Clock, act: Callable[[Transaction, Caller], Awaitable[None]]
) -> None:
    for native_id in ("her", "newest"):
        await look(db, native_id)
    clock.instant = START + MONTH
    async with db.write() as tx:
        await act(tx, await caller(tx, "her", "web"))
    assert (await expire(db), await left(db)) == (0, ["her", "newest"])


async def test_other_messengers_and_authors_are_left_alone(db: Database, clock: Clock) -> None:
    await look(db, "follower", "zalo_oa")
    await raise_opinion(db, "author", messenger="web")
    await look(db, "her")
    async with db.write() as tx:
        # As an older version left it: her matter names an account of nobody.
        await tx.session.execute(update(Account).where(Account.native_id == "author").values(person_id=None))
    await look(db, "newest")
    clock.instant = START + MONTH
    assert (await expire(db), await left(db)) == (1, ["follower", "author", "newest"])
    async with db.read() as tx:
        assert await tx.session.scalar(select(func.count()).select_from(Conversation)) == 3
