"""Answers that did not arrive, until somebody told their authors."""

from storage import undelivered
from storage.database import Database
from storage.models import Person
from storage.states import DeliveryState
from tests.storage.steps import answer, caller, join, log, office, raise_opinion, send_all


async def lost(db: Database, state: DeliveryState = DeliveryState.UNREACHABLE, *, named: bool = False) -> None:
    """One answer that did not arrive, and one that did."""
    await join(db)
    await raise_opinion(db, "1001", named=named)
    await raise_opinion(db, "1002")
    await send_all(db)
    await answer(db, 1)
    await send_all(db, state=state)
    await answer(db, 2)
    await send_all(db)


async def found(db: Database) -> list[tuple[int, bool, DeliveryState]]:
    async with db.read() as tx:
        return [(each.opinion.number, each.author is not None, each.state) for each in await undelivered.answers(tx)]


async def test_answers_lists_what_reached_nobody_with_names_of_the_named_alone(db: Database) -> None:
    await lost(db)
    assert await found(db) == [(1, False, DeliveryState.UNREACHABLE)]


async def test_answers_names_who_chose_to_be_named(db: Database) -> None:
    await lost(db, DeliveryState.FAILED, named=True)
    async with db.write() as tx:
        person = (await caller(tx, "1001")).person
        assert isinstance(person, Person)
    assert await found(db) == [(1, True, DeliveryState.FAILED)]


async def test_told_takes_it_off_the_list_once(db: Database) -> None:
    await lost(db)
    async with db.write() as tx:
        clerk = await office(tx)
        assert [await undelivered.tell(tx, clerk, each) for each in (1, 1, 2)] == [True, False, False]
    assert (await found(db), (await log(db))[-1][:3]) == ([], ("opinion.told", 1, "official"))
