"""The code that joins two accounts: its shapes, its life, its one use, and how often one may be wrong."""

from typing import Any

import pytest
from sqlalchemy import select

from storage import data, joincodes, joining, muting
from storage.database import Database
from storage.joincodes import TRIES, TRIES_OF_ALL, Offer, Refusal
from storage.models import Account, JoinCode, JoinTry, Role
from tests.commune import Clock
from tests.storage.steps import caller, consent, join, raise_opinion, table

HERE, THERE = ("1001", "telegram"), ("z1", "zalo_bot")


async def code(db: Database, who: tuple[str, str] = THERE) -> str:
    async with db.write() as tx:
        return await joincodes.new_code(tx, (await caller(tx, *who)).account, lambda _: 48219037)


async def typed(db: Database, digits: str = "48219037", who: tuple[str, str] = HERE) -> Offer | Refusal:
    async with db.write() as tx:
        return await joincodes.offer(tx, (await caller(tx, *who)).account, digits)


async def confirmed(db: Database, code_id: int, who: tuple[str, str] = HERE) -> Any:
    async with db.write() as tx:
        return await joining.join(tx, await caller(tx, *who), code_id)


@pytest.mark.parametrize(
    "words",
    [
        "noi 4821 9037",
        "NOI 48219037",
        " nối 4821 9037 ",
        "noi-48219037",
        "noi-4821-9037",
        "/noi 4821.9037",
        "noi48219037",
    ],
)
def test_code_is_read_however_it_is_typed(words: str) -> None:
    assert joincodes.digits_of(words) == "48219037"


@pytest.mark.parametrize(
    "words", ["nối zalo", "noi", "noi 4821 903", "noi 4821 90370", "48219037", "toi noi 4821 9037", "noi ٤٨٢١ ٩٠٣٧", ""]
)
def test_what_is_no_code_is_none(words: str) -> None:
    assert joincodes.digits_of(words) is None


async def test_only_the_digest_of_a_code_is_kept_and_a_new_one_ends_the_one_before(db: Database) -> None:
    assert await code(db) == "4821 9037"
    async with db.write() as tx:
        account = (await caller(tx, *THERE)).account
        new = await joincodes.new_code(tx, account, lambda _: 7)
    assert new == "0000 0007"
    digests = await table(db, JoinCode.digest)
    assert [len(each) for (each,) in digests] == [64]
    await consent(db, HERE[0])
    assert await typed(db) is Refusal.WRONG
    assert isinstance(await typed(db, "00000007"), Offer)


async def test_offer_counts_what_both_have_and_names_none_of_it(db: Database) -> None:
    for text in ("Một", "Hai", "Ba"):
        await raise_opinion(db, THERE[0], text, messenger=THERE[1])
    await raise_opinion(db, HERE[0])
    await code(db)
    offer = await typed(db)
    assert isinstance(offer, Offer)
    assert (offer.code_id, offer.there.messenger, offer.opinions) == (1, "zalo_bot", (1, 3))
    assert (offer.mutes, offer.official) == (False, None)


async def test_offer_says_that_she_will_hear_less_and_which_office_comes_along(db: Database) -> None:
    await join(db, Role.CLERK, HERE[0])
    await consent(db, THERE[0], messenger=THERE[1])
    async with db.write() as tx:
        person = (await caller(tx, *THERE)).person
        assert person is not None
        await muting.mute(tx, person)
    await code(db)
    offer = await typed(db)
    assert isinstance(offer, Offer)
    assert (offer.mutes, offer.official and offer.official.role) == (True, Role.CLERK)


async def test_code_is_over_after_half_an_hour(db: Database, clock: Clock) -> None:
    await consent(db, HERE[0])
    await code(db)
    clock.pass_(minutes=29)
    offer = await typed(db)
    assert isinstance(offer, Offer)
    clock.pass_(minutes=1)
    assert await confirmed(db, offer.code_id) is Refusal.WRONG
    assert await typed(db) is Refusal.WRONG
    assert await table(db, Account.id, Account.first_id) == [(1, None), (2, None)]


async def test_code_is_good_once_and_where_it_was_typed_first(db: Database) -> None:
    await consent(db, HERE[0], "1002")
    await code(db)
    assert isinstance(await typed(db), Offer)
    assert isinstance(await typed(db), Offer)
    assert await typed(db, who=("1002", "telegram")) is Refusal.WRONG
    assert await confirmed(db, 1, ("1002", "telegram")) is Refusal.WRONG
    assert isinstance(await confirmed(db, 1), Account)
    assert await confirmed(db, 1) is Refusal.WRONG
    assert await typed(db) is Refusal.WRONG
    assert await table(db, JoinCode.id) == []


async def test_id_of_a_spent_code_is_never_anothers(db: Database) -> None:
    await consent(db, HERE[0])
    await code(db)
    assert isinstance(await typed(db), Offer)
    await confirmed(db, 1)
    await code(db, ("1003", "telegram"))
    assert await table(db, JoinCode.id) == [(2,)]


async def test_code_typed_where_it_was_asked_for_is_kept_for_the_other(db: Database) -> None:
    await consent(db, HERE[0])
    await code(db)
    assert await typed(db, who=THERE) is Refusal.SAME
    assert isinstance(await typed(db), Offer)


async def test_nothing_is_joined_where_neither_has_anything(db: Database) -> None:
    await code(db)
    assert await typed(db) is Refusal.EMPTY
    assert await confirmed(db, 1) is Refusal.EMPTY


async def test_accounts_of_one_person_are_joined_already(db: Database) -> None:
    await consent(db, HERE[0])
    await code(db)
    await typed(db)
    await confirmed(db, 1)
    await code(db)
    assert await typed(db) is Refusal.JOINED
    assert await table(db, JoinCode.id) == []


async def test_code_of_who_had_everything_deleted_is_none(db: Database) -> None:
    await consent(db, HERE[0])
    await consent(db, THERE[0], messenger=THERE[1])
    await code(db)
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, *THERE))
    assert await typed(db) is Refusal.WRONG
    await code(db)
    assert isinstance(await typed(db), Offer)
    async with db.write() as tx:
        (await caller(tx, *THERE)).account.native_id = None
    assert await confirmed(db, 2) is Refusal.WRONG


async def test_two_who_hold_different_offices_are_not_joined(db: Database) -> None:
    await join(db, Role.CLERK, HERE[0])
    await join(db, Role.LEADER, "1002")
    await code(db, ("1002", "telegram"))
    assert await typed(db) is Refusal.OFFICES
    assert await confirmed(db, 1) is Refusal.OFFICES


async def test_who_was_wrong_five_times_waits_an_hour(db: Database, clock: Clock) -> None:
    await consent(db, HERE[0], "1002")
    await code(db)
    assert {await typed(db, f"0000000{number}") for number in range(TRIES)} == {Refusal.WRONG}
    assert await typed(db) is Refusal.TRIES
    assert isinstance(await typed(db, who=("1002", "telegram")), Offer)
    clock.pass_(hours=1)
    await code(db)
    assert isinstance(await typed(db), Offer)
    assert await table(db, JoinTry.id) == []


async def test_all_together_are_wrong_so_often_an_hour(db: Database, clock: Clock) -> None:
    await consent(db, HERE[0])
    await code(db)
    async with db.write() as tx:
        other = (await caller(tx, "1009")).account
        tx.session.add_all([JoinTry(account_id=other.id, at=tx.now) for _ in range(TRIES_OF_ALL)])
    assert await typed(db) is Refusal.TRIES
    async with db.read() as tx:
        assert await tx.session.scalar(select(JoinCode.typed_by_id)) is None
