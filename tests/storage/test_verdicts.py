"""Who may agree to what the office proposes not to answer."""

from datetime import date, timedelta

from storage import delegations, issues, verdicts
from storage.database import Database
from storage.models import Role, Verdict
from storage.states import OpinionState
from tests.commune import Clock
from tests.storage.steps import CLERK, LEADER, STAFF, join, office, opinion, queued, raise_opinion

ALL = (CLERK, LEADER, STAFF)


async def proposed(db: Database) -> date:
    """A clerk's proposal; he and a unit's official both stand in for the leader until the day after."""
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    await raise_opinion(db)
    async with db.write() as tx:
        until = issues.today(tx) + timedelta(days=1)
        for deputy, field_id in ((CLERK, None), (STAFF, "khac")):
            await delegations.give(tx, await office(tx, LEADER), await office(tx, deputy), field_id, until)
        await verdicts.propose(tx, await opinion(tx), await office(tx), Verdict.UNLAWFUL, "lời này xúc phạm")
    return until


async def may_agree(db: Database) -> list[bool]:
    async with db.read() as tx:
        whom = [await office(tx, who) for who in ALL]
        may = [await verdicts.may_agree(tx, each, await opinion(tx)) for each in whom]
        waits = [[each.number for each in await verdicts.proposals_for(tx, official)] for official in whom]
    assert waits == [[1] if each else [] for each in may]
    return may


async def test_leader_and_deputy_agree_and_never_who_proposed_it(db: Database, clock: Clock) -> None:
    await proposed(db)
    assert [row[0] for row in await queued(db) if row[1] == "proposal"] == [2, 3]
    assert await may_agree(db) == [False, True, True]
    async with db.write() as tx:
        assert await verdicts.agree(tx, await opinion(tx), await office(tx)) is None
        assert await verdicts.disagree(tx, await opinion(tx), await office(tx)) is None
    clock.pass_(days=2)
    assert await may_agree(db) == [False, True, False]
    async with db.write() as tx:
        assert await verdicts.agree(tx, await opinion(tx), await office(tx, STAFF)) is None
        assert (await opinion(tx)).state is OpinionState.RECEIVED
        assert await verdicts.agree(tx, await opinion(tx), await office(tx, LEADER)) is Verdict.UNLAWFUL
        assert (await opinion(tx)).state is OpinionState.REDIRECTED


async def test_deputy_of_another_field_does_not_agree(db: Database) -> None:
    await proposed(db)
    async with db.write() as tx:
        (await opinion(tx)).field_id = "dat-dai"
    assert await may_agree(db) == [False, True, False]
