"""A messenger that lets us write for a while: what is held, what frees it, and what a message to many costs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import outbox, people, quotas, windows
from storage.audiences import Audience, reach
from storage.database import Database, Transaction
from storage.models import Account, Outbox, Priority, Role
from storage.outbox import Outcome
from storage.people import load_callers
from storage.states import DeliveryState
from storage.windows import Cost
from tests.commune import OA, Clock


@pytest.fixture(autouse=True)
def with_window(db: Database) -> None:
    db.commune = replace(db.commune, channels=(OA,))


async def join(tx: Transaction, native_id: str, ago: timedelta | None) -> Account:
    account = (await load_callers(tx, OA.messenger, [native_id]))[native_id].account
    people.consent(tx, account, "1")
    await tx.session.flush()
    account.last_interaction_at = None if ago is None else tx.now - ago
    return account


async def hold(db: Database, account: Account, *kinds: str) -> None:
    async with db.write() as tx:
        await outbox.queue(tx, [outbox.Notice(account, kind, Priority.ANSWER, {}) for kind in kinds])
        claimed = await outbox.claim(tx, OA.messenger, 10)
        await outbox.record(tx, [Outcome(each, DeliveryState.HELD, counts=False) for each in claimed])


async def states(db: Database) -> list[tuple[DeliveryState, int]]:
    async with db.read() as tx:
        rows = await tx.session.execute(Outbox.__table__.select().order_by(Outbox.id))
        return [(row.state, row.priority) for row in rows]


@pytest.fixture
async def her(db: Database) -> Account:
    async with db.write() as tx:
        return await join(tx, "1", timedelta(days=8))


async def test_her_next_act_frees_what_was_held_before_any_answer_to_it(db: Database, her: Account) -> None:
    await hold(db, her, "answer", "fulfilled")
    assert await states(db) == [(DeliveryState.HELD, 1)] * 2
    async with db.write() as tx:
        assert await windows.count_held(tx) == 1
        account = await tx.session.get_one(Account, her.id)
        assert await windows.acted(tx, [(account, tx.now)]) == 2
        outbox.queue_reply(tx, account, "sendMessage", {"text": "chào"})
    async with db.write() as tx:
        assert await windows.count_held(tx) == 0
        assert [each.kind for each in await outbox.claim(tx, OA.messenger, 10)] == ["answer", "fulfilled", "reply"]


async def test_earlier_act_that_comes_late_sets_nothing_back(db: Database, her: Account, clock: Clock) -> None:
    async with db.write() as tx:
        account = await tx.session.get_one(Account, her.id)
        await windows.acted(tx, [(account, tx.now)])
        await windows.acted(tx, [(account, tx.now - timedelta(hours=1))])
        assert account.last_interaction_at == clock()


async def test_what_was_held_within_the_window_is_tried_again_after_hours(db: Database, clock: Clock) -> None:
    async with db.write() as tx:
        near, far = await join(tx, "1", timedelta(days=3)), await join(tx, "2", timedelta(days=8))
    await hold(db, near, "answer")
    await hold(db, far, "answer")
    clock.pass_(hours=5)
    async with db.write() as tx:
        assert await windows.look_again(tx) == 0
    clock.pass_(hours=1)
    async with db.write() as tx:
        assert await windows.look_again(tx) == 1
    assert [state for state, _ in await states(db)] == [DeliveryState.QUEUED, DeliveryState.HELD]


async def test_costs_of_an_audience_by_the_hours_since_each_last_wrote(db: Database) -> None:
    async with db.write() as tx:
        for number, ago in enumerate((1, 47, 48, 49, 24 * 7 - 1, 24 * 7, 24 * 30)):
            await join(tx, str(number), timedelta(hours=ago))
        await join(tx, "never", None)
        blocked = await join(tx, "blocked", timedelta(hours=1))
        blocked.unreachable_at = tx.now
        await load_callers(tx, OA.messenger, ["stranger"])
        await tx.session.flush()
        assert OA.window is not None
        cost = Cost("zalo_oa", OA.window, free=2, paid=3, closed=3)
        assert await windows.costs(tx, Audience()) == [cost]
        found = await reach(tx, Audience())
    assert (found.told, found.closed, found.unreachable, found.accounts) == (5, 3, 1, {"zalo_oa": 5})
    assert [cost.most(), cost.most(2)] == [165, 330]


async def test_what_is_left_of_the_month_costs_nothing_more(db: Database, clock: Clock) -> None:
    async with db.write() as tx:
        for number in range(3):
            await join(tx, str(number), timedelta(hours=50))
        for left, most in ((2, [55, 220]), (1, [110, 275]), (400, [0, 0])):
            await quotas.keep_left(tx, "zalo_oa", left)
            (cost,) = await windows.costs(tx, Audience())
            assert (cost.left, [cost.most(), cost.most(2)]) == (left, most)
    clock.pass_(days=30)
    async with db.read() as tx:
        assert await quotas.left(tx, "zalo_oa") is None


async def last_act(db: Database, account_id: int) -> timedelta | None:
    async with db.read() as tx:
        at = (await tx.session.get_one(Account, account_id)).last_interaction_at
        return None if at is None else tx.now - at


@pytest.mark.parametrize("lasts", [timedelta(days=7), None])
async def test_refusal_closes_a_window_that_was_held_to_be_open(db: Database, lasts: timedelta | None) -> None:
    async with db.write() as tx:
        account = await join(tx, "1", timedelta(days=3))
    async with db.write() as tx:
        assert await windows.refused(tx, account.id, tx.now, lasts) is True
    assert await last_act(db, account.id) == lasts
    async with db.read() as tx:
        assert (await reach(tx, Audience())).closed == 1


async def test_refusal_changes_nothing_for_who_did_something_since_or_is_known_to_be_away(
    db: Database, her: Account
) -> None:
    async with db.write() as tx:
        him = await join(tx, "2", timedelta(seconds=0))
        assert await windows.refused(tx, him.id, tx.now - timedelta(seconds=1), None) is False
        assert await windows.refused(tx, her.id, tx.now, timedelta(days=7)) is True
    assert [await last_act(db, each.id) for each in (her, him)] == [timedelta(days=8), timedelta(0)]


async def test_act_that_the_messenger_knows_of_is_learnt_where_the_record_knows_none(
    db: Database, her: Account
) -> None:
    async with db.write() as tx:
        others = [await join(tx, native_id, None) for native_id in ("2", "3", "4", "5")]
        others[1].unreachable_at, others[2].native_id = tx.now, None
    async with db.write() as tx:
        assert await windows.unknown(tx, OA.messenger, {others[3].id}, 9) == [(others[0].id, "2")]
        assert await windows.unknown(tx, OA.messenger, (), 1) == [(others[0].id, "2")]
        for each in (her, others[0]):
            await windows.learnt(tx, each.id, tx.now - timedelta(days=1))
    assert [await last_act(db, each.id) for each in (her, others[0])] == [timedelta(days=8), timedelta(days=1)]


async def test_leaders_are_reached_while_one_can_be_written_to(db: Database) -> None:
    async with db.write() as tx:
        assert await windows.reaches_a_leader(tx)
        for native_id in ("1", "2"):
            code = await people.invite(tx, Role.LEADER)
            far = await join(tx, native_id, timedelta(days=8))
            await people.accept_invitation(tx, far, code)
        await tx.session.flush()
        assert not await windows.reaches_a_leader(tx)
        far.last_interaction_at = tx.now - timedelta(days=6)
        await tx.session.flush()
        assert await windows.reaches_a_leader(tx)
