"""Who approves in a leader's place: a field, an end date, both told."""

from datetime import date, timedelta

import pytest

from storage import delegations, roles
from storage.database import Database
from storage.models import Delegation, Role
from tests.commune import START, Clock
from tests.storage.steps import CLERK, LEADER, STAFF, join, log, office, queued, table

TODAY = START.date()


async def a_leader_and_a_deputy(db: Database) -> None:
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")


async def give(db: Database, field_id: str | None = "dat-dai", until: date = TODAY) -> None:
    async with db.write() as tx:
        await delegations.give(tx, await office(tx, LEADER), await office(tx, STAFF), field_id, until)


async def fields(db: Database, who: str = STAFF) -> frozenset[str | None]:
    async with db.read() as tx:
        return await delegations.fields_of(tx, await office(tx, who))


async def test_delegation_lasts_to_the_end_of_its_day_and_both_hear_of_it(db: Database, clock: Clock) -> None:
    await a_leader_and_a_deputy(db)
    await give(db)
    assert (await fields(db), await fields(db, LEADER)) == (frozenset({"dat-dai"}), frozenset())
    clock.pass_(hours=15)  # midnight in the commune
    assert await fields(db) == frozenset()
    async with db.write() as tx:
        assert (await delegations.end_due(tx), await delegations.end_due(tx)) == (1, 0)
    told = [(row[0], row[1], row[4]) for row in await queued(db)]
    assert told == [(2, "delegated", "delegated:1:2"), *((n, "undelegated", f"undelegated:1:{n}") for n in (2, 1))]
    assert [row[:3] for row in await log(db)][-2:] == [
        ("delegation.given", 1, "official"),
        ("delegation.ended", 1, "clock"),
    ]


async def test_delegation_given_again_replaces_the_first(db: Database) -> None:
    await a_leader_and_a_deputy(db)
    await give(db)
    await give(db, until=TODAY + timedelta(days=3))
    await give(db, None)
    assert await fields(db) == {"dat-dai", None}
    async with db.read() as tx:
        assert [each.id for each in await delegations.of_leader(tx, await office(tx, LEADER))] == [3, 2]
        assert [each.id for each in await delegations.deputies_for(tx, "van-hoa")] == [2]


@pytest.mark.parametrize("ended_by", ["leader", "deputy revoked", "leader revoked"])
async def test_delegation_ends_with_whoever_gave_or_had_it(db: Database, ended_by: str) -> None:
    await a_leader_and_a_deputy(db)
    await give(db)
    async with db.write() as tx:
        leader, deputy = await office(tx, LEADER), await office(tx, STAFF)
        if ended_by == "leader":
            (given,) = await delegations.of_leader(tx, leader)
            assert await delegations.end(tx, given, leader)
            assert not await delegations.end(tx, given, leader)
        else:
            await roles.revoke(tx, leader if ended_by == "leader revoked" else deputy, leader)
        assert await delegations.fields_of(tx, deputy) == frozenset()
    assert [row[1] for row in await table(db, Delegation.id, Delegation.ended_at)] == [START]


async def test_delegation_that_cannot_be_is_refused(db: Database) -> None:
    await a_leader_and_a_deputy(db)
    await join(db, Role.CLERK, CLERK)
    async with db.write() as tx:
        leader, deputy, clerk = await office(tx, LEADER), await office(tx, STAFF), await office(tx)
        for giver, taker, field_id, until in (
            (leader, deputy, "dat-dai", TODAY - timedelta(days=1)),
            (leader, deputy, "khong-co", TODAY),
            (leader, leader, None, TODAY),
            (clerk, deputy, None, TODAY),
        ):
            with pytest.raises(ValueError, match=r"delegation is for|who reads opinions"):
                await delegations.give(tx, giver, taker, field_id, until)
        assert [each.role for each in await delegations.deputies(tx)] == [Role.CLERK, Role.STAFF]
