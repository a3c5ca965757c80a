"""Who comes, and who speaks about what."""

from datetime import timedelta
from typing import Any

import pytest

from storage import conferences, data, opinions, people, registrations
from storage.database import Database
from storage.models import Registration
from storage.registrations import Turnout
from storage.states import ForbiddenMove
from tests.commune import Clock
from tests.conference import BEGINS, plan
from tests.storage.steps import caller, consent, join, join_accounts, office, opinion, raise_opinion, table

COLUMNS = (
    Registration.account_id,
    Registration.comes,
    Registration.speaks,
    Registration.opinion_id,
    Registration.revision,
)


@pytest.fixture
async def ready(db: Database) -> Database:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        await plan(tx, await office(tx))
    return db


async def say(db: Database, native_id: str = "1001", *, comes: bool = True, **more: Any) -> None:
    async with db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await registrations.say(tx, found, (await caller(tx, native_id)).account, comes=comes, **more)


async def speak(db: Database, native_id: str = "1001", number: int | None = None) -> None:
    async with db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        about = await opinion(tx, number) if number is not None else None
        await registrations.speak(tx, found, (await caller(tx, native_id)).account, about)


async def test_one_row_says_what_she_said_last(ready: Database) -> None:
    await say(ready)
    await speak(ready, number=1)
    assert await table(ready, *COLUMNS) == [(2, True, True, 1, 1)]
    await speak(ready)
    assert await table(ready, *COLUMNS) == [(2, True, True, None, 1)]
    await say(ready, comes=False)
    assert await table(ready, *COLUMNS) == [(2, False, True, None, 1)]


async def test_one_speaks_about_an_opinion_of_ones_own(ready: Database) -> None:
    await consent(ready, "1002")
    with pytest.raises(ValueError, match="one's own"):
        await speak(ready, "1002", 1)
    with pytest.raises(ValueError, match="one's own"):
        await speak(ready, "1003", 1)
    assert await table(ready, *COLUMNS) == []


async def test_nobody_registers_once_it_has_begun(ready: Database, clock: Clock) -> None:
    clock.instant = BEGINS
    with pytest.raises(ForbiddenMove):
        await say(ready)


async def test_moved_conference_asks_everyone_who_registered_again(ready: Database) -> None:
    await speak(ready, number=1)
    await say(ready, "1002", comes=False)
    async with ready.write() as tx:
        await plan(tx, await office(tx), BEGINS + timedelta(days=5))
    assert await table(ready, *COLUMNS) == [(2, None, True, 1, 1), (3, None, False, None, 1)]
    await say(ready)
    assert await table(ready, *COLUMNS) == [(2, True, True, 1, 2), (3, None, False, None, 1)]


async def test_turnout_counts_a_person_in_two_messengers_once(ready: Database) -> None:
    async with ready.write() as tx:
        her = await caller(tx, "1001")
        assert her.person is not None
        people.remember_village(her.person, "mau-3")
    await join_accounts(ready, ("1001", "telegram"), ("w1", "web"))
    async with ready.write() as tx:
        her, other = await caller(tx, "1001"), (await caller(tx, "w1", "web")).account
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await tx.session.flush()
        await registrations.speak(tx, found, her.account)
        await registrations.speak(tx, found, other)
    await say(ready, "1002", comes=False)
    await say(ready, "1003")
    async with ready.read() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        assert await registrations.turnout(tx, found) == Turnout(2, 1, 0, 1, 1)


async def test_who_has_her_data_deleted_is_expected_no_more(ready: Database) -> None:
    await speak(ready, number=1)
    async with ready.write() as tx:
        held = await data.holdings(tx, (await caller(tx, "1001")).account)
        assert held.as_dict()["conferences"] == [
            {
                "conference": 1,
                "comes": True,
                "speaks": True,
                "about": 1,
                "at": "2026-11-23T02:00:00+00:00",
                "consent": None,
            }
        ]
        await data.forget(tx, await caller(tx, "1001"))
    assert await table(ready, *COLUMNS) == []


async def test_who_consented_to_this_alone_is_on_record_with_its_words(ready: Database) -> None:
    await say(ready, "1009", consent_version="hn-1")
    assert await table(ready, Registration.account_id, Registration.consent_version) == [(3, "hn-1")]
    async with ready.read() as tx:
        assert (await caller(tx, "1009")).person is None


async def test_about_is_the_opinion_while_it_is_there(ready: Database) -> None:
    await speak(ready, number=1)
    async with ready.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        her = await caller(tx, "1001")
        registration = await registrations.of(tx, found, her.account)
        assert registration is not None
        about = await registrations.about(tx, registration)
        assert about is not None
        await opinions.withdraw(tx, about)
        assert (await registrations.about(tx, registration)) is about
