"""What is used of a messenger's plan, and who hears of it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from storage import people, quotas
from storage.database import Database, Transaction
from storage.models import Account, Outbox, Role
from storage.people import load_callers
from storage.quotas import Used
from tests.commune import BOT, OA, Clock


@pytest.fixture(autouse=True)
def with_plan(db: Database) -> None:
    db.commune = replace(db.commune, channels=(BOT,))


async def join(tx: Transaction, native_id: str, role: Role, **where: Any) -> Account:
    account = (await load_callers(tx, "telegram", [native_id]))[native_id].account
    await people.accept_invitation(tx, account, await people.invite(tx, role, **where))
    return account


async def told(db: Database) -> list[tuple[str, dict[str, Any]]]:
    """(native id, payload) of every warning, oldest first."""
    async with db.read() as tx:
        rows = await tx.session.execute(
            select(Account.native_id, Outbox.payload)
            .join(Account, Account.id == Outbox.account_id)
            .where(Outbox.kind == quotas.KIND)
            .order_by(Outbox.id)
        )
        return [(str(native_id), payload) for native_id, payload in rows]


async def warn(db: Database) -> int:
    async with db.write() as tx:
        return await quotas.warn(tx)


async def count(db: Database, messages: int) -> None:
    async with db.write() as tx:
        await quotas.count(tx, "zalo_bot", messages)


async def used(db: Database, messenger: str = "zalo_bot") -> list[Used]:
    async with db.read() as tx:
        return await quotas.used(tx, messenger)


async def test_messages_are_counted_by_the_month_of_the_commune(db: Database, clock: Clock) -> None:
    await count(db, 1)
    await count(db, 2)
    assert await used(db) == [Used("people", 0, 50), Used("messages", 3, 3000)]
    clock.instant = clock.instant.replace(day=30, hour=17)  # midnight of the first of December in the commune
    assert await used(db) == [Used("people", 0, 50), Used("messages", 0, 3000)]
    await count(db, 5)
    assert (await used(db))[1] == Used("messages", 5, 3000)


async def test_messenger_without_a_plan_has_no_limits(db: Database) -> None:
    assert await used(db, "telegram") == []


async def test_whoever_deleted_her_data_still_counts(db: Database) -> None:
    async with db.write() as tx:
        callers = await load_callers(tx, "zalo_bot", ["a", "b"])
        await tx.session.flush()
        callers["a"].account.native_id = None
    assert (await used(db))[0] == Used("people", 2, 50)


async def test_clerk_and_admin_hear_once_at_80_percent_and_once_when_it_is_used_up(db: Database) -> None:
    async with db.write() as tx:
        for number, role in enumerate((Role.CLERK, Role.ADMIN, Role.LEADER)):
            await join(tx, str(number), role)
    await count(db, 2399)
    assert await warn(db) == 0
    await count(db, 1)
    assert [await warn(db), await warn(db)] == [2, 0]
    await count(db, 600)
    assert [await warn(db), await warn(db)] == [2, 0]
    nearly = {"messenger": "zalo_bot", "what": "messages", "used": 2400, "limit": 3000}
    full = {**nearly, "used": 3000}
    assert await told(db) == [("0", nearly), ("1", nearly), ("0", full), ("1", full)]


async def test_next_month_is_warned_of_anew_and_people_are_not(db: Database, clock: Clock) -> None:
    async with db.write() as tx:
        await join(tx, "0", Role.CLERK)
        await load_callers(tx, "zalo_bot", [str(number) for number in range(40)])
    await count(db, 2400)
    assert await warn(db) == 2
    clock.pass_(days=30)
    assert await warn(db) == 0
    await count(db, 2400)
    assert await warn(db) == 1
    assert [(payload["what"], payload["used"]) for _, payload in await told(db)] == [
        ("people", 40),
        ("messages", 2400),
        ("messages", 2400),
    ]


async def say_left(db: Database, messages: int) -> None:
    async with db.write() as tx:
        await quotas.keep_left(tx, "zalo_oa", messages)


async def test_official_account_is_warned_of_by_what_it_says_is_left_once_a_month(db: Database, clock: Clock) -> None:
    db.commune = replace(db.commune, channels=(BOT, OA))
    async with db.write() as tx:
        for number, role in enumerate((Role.CLERK, Role.ADMIN, Role.LEADER)):
            await join(tx, str(number), role)
    assert (await used(db, "zalo_oa"), await warn(db)) == ([], 0)
    # More than the plan that is configured has: it was bought meanwhile.
    for left, count_, told_ in ((600, 0, 0), (101, 399, 0), (100, 400, 2), (60, 440, 0), (0, 500, 2), (0, 500, 0)):
        await say_left(db, left)
        assert (await used(db, "zalo_oa"), await warn(db)) == ([Used("paid", count_, 500)], told_)
    clock.pass_(days=30)
    assert (await used(db, "zalo_oa"), await warn(db)) == ([], 0)
    await say_left(db, 80)
    assert await warn(db) == 2
    paid = [{"messenger": "zalo_oa", "what": "paid", "used": used_, "limit": 500} for used_ in (400, 500, 420)]
    assert await told(db) == [(native_id, payload) for payload in paid for native_id in ("0", "1")]
