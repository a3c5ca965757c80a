"""One of her accounts leaves: it knows nothing any more, and nothing of hers is lost."""

from datetime import timedelta

import pytest

from storage import browsers, conferences, data, drafts, outbox, registrations, separating, transcript
from storage.chosen import account_of
from storage.database import Database
from storage.models import Account, Draft, JoinCode, Opinion, Outbox, Registration, Transcript, WebPush
from tests.commune import START, Clock
from tests.conference import plan
from tests.storage.steps import (
    CLERK,
    caller,
    consent,
    join,
    join_accounts,
    log,
    office,
    opinion,
    raise_opinion,
    send_all,
    table,
)
from tests.storage.test_joining import HERE, THERE, joined, notice


async def separated(db: Database, account_id: int, who: tuple[str, str] = HERE) -> Account | None:
    async with db.write() as tx:
        return await separating.separate(tx, await caller(tx, *who), account_id)


async def test_account_that_leaves_knows_nothing_and_everything_stays(db: Database, clock: Clock) -> None:
    await join(db)
    await consent(db, HERE[0])
    await raise_opinion(db, THERE[0], messenger=THERE[1])
    async with db.write() as tx:
        await plan(tx, await office(tx))
        there = await caller(tx, *THERE)
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await registrations.say(tx, found, there.account, comes=True)
        drafts.hold(tx, there.account, "dở ở kia")
        await browsers.subscribe(tx, there.account, "https://push.example", "p", "a")
        await browsers.new_code(tx, there.account, b"key")
        await transcript.say(tx, there.account.id, outgoing=False, body="lời cũ")
        (await opinion(tx)).message_ids = [7]
    await joined(db)
    await notice(db, THERE, "answer", "answer:1", opinion_id=1)
    left = await separated(db, 3)
    assert left is not None
    assert left.id == 3
    columns = (Account.id, Account.native_id, Account.person_id, Account.first_id, Account.joined_at)
    assert (await table(db, *columns))[1:] == [(2, "1001", 2, None, None), (3, "w1", None, None, None)]
    assert await table(db, Opinion.person_id, Opinion.account_id, Opinion.message_ids) == [(2, 2, None)]
    assert await table(db, Registration.account_id) == [(2,)]
    for model in (Draft, WebPush, Transcript, JoinCode):
        assert await table(db, model.id) == [], model
    assert [row[:2] for row in await table(db, Outbox.account_id, Outbox.kind) if row[1] == "answer"] == [(2, "answer")]
    assert (await log(db))[-1] == ("person.separated", 2, "resident", None, None, {"account_id": 3})
    async with db.read() as tx:
        there = await caller(tx, *THERE)
        held = await data.holdings(tx, there.account)
        assert (there.person, held.opinions, held.drafts) == (None, [], [])
        assert (await account_of(tx, there.account)).id == 3


async def test_of_three_accounts_two_stay_joined(db: Database) -> None:
    await consent(db, HERE[0])
    await joined(db)
    assert isinstance(await join_accounts(db, ("z1", "zalo_bot"), HERE), Account)
    assert await separated(db, 1, ("z1", "zalo_bot")) is not None
    columns = (Account.id, Account.person_id, Account.first_id, Account.joined_at)
    assert await table(db, *columns) == [(1, None, None, None), (2, 1, 2, START), (3, 1, 2, START)]


@pytest.mark.parametrize("account_id", [1, 3, 99])
async def test_only_another_account_of_hers_leaves(db: Database, account_id: int) -> None:
    await consent(db, HERE[0])
    await joined(db)
    await consent(db, "1003")
    assert await separated(db, account_id) is None
    assert await separated(db, 1, ("1003", "telegram")) is None
    assert await table(db, Account.id, Account.person_id) == [(1, 1), (2, 1), (3, 2)]


async def test_office_stays_and_its_cards_are_emptied_where_it_left(db: Database) -> None:
    await join(db)
    await join_accounts(db, (CLERK, "telegram"), ("c", "zalo_bot"))
    async with db.write() as tx:
        (await caller(tx, "c", "zalo_bot")).conversation.updated_at = tx.now + timedelta(minutes=1)
    await raise_opinion(db)
    await send_all(db, "zalo_bot")
    assert await separated(db, 2, (CLERK, "telegram")) is not None
    async with db.read() as tx:
        assert [(await caller(tx, *who)).official is None for who in ((CLERK, "telegram"), ("c", "zalo_bot"))] == [
            False,
            True,
        ]
    assert await send_all(db, "zalo_bot") == ["blank", "left"]
    async with db.read() as tx:
        assert await outbox.opinion_behind(tx, 2, 5002) is None
