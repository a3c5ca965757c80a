"""Accounts, consent, officials and their invitations."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from storage import drafts, events, people, rights
from storage.database import Database
from storage.models import Account, Conversation, Draft, Invitation, Official, Person, Role
from storage.people import Refusal
from storage.rights import RIGHTS, Right, may
from tests.commune import START, Clock
from tests.storage.steps import CLERK, LEADER, STAFF, caller, consent, join, log, office, table


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Every statement that the database is asked meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("count", [1, 2, 40])
async def test_load_callers_when_all_are_known_takes_two_reads(db: Database, count: int) -> None:
    ids = [str(1000 + n) for n in range(count)]
    await consent(db, *ids)
    async with db.write() as tx:
        for native_id in ids:
            drafts.hold(tx, (await caller(tx, native_id)).account, native_id)
    with statements(db) as seen:
        async with db.write() as tx:
            found = await people.load_callers(tx, "telegram", ids)
            assert {key: each.draft and each.draft.text for key, each in found.items()} == {id_: id_ for id_ in ids}
            assert all(each.account.consented and each.draft and not each.draft.attachments for each in found.values())
    assert len([each for each in seen if each.startswith("SELECT")]) == 2


async def test_load_callers_when_new_makes_an_account_with_nothing_else(db: Database) -> None:
    async with db.write() as tx:
        found = await people.load_callers(tx, "telegram", ["1001", "1002", "1001"])
        assert [(key, each.person, each.official, each.draft) for key, each in found.items()] == [
            ("1001", None, None, None),
            ("1002", None, None, None),
        ]
    columns = (Account.id, Account.messenger, Account.native_id, Account.person_id, Account.language)
    assert await table(db, *columns) == [(1, "telegram", "1001", None, "vi"), (2, "telegram", "1002", None, "vi")]
    async with db.read() as tx:
        for account_id in (1, 2):
            conversation = await tx.session.get_one(Conversation, account_id)
            assert (conversation.state, conversation.data, conversation.menu) == (None, {}, None)
    assert await table(db, Person.id) == []


async def test_load_callers_when_another_messenger_has_the_same_id_is_another_account(db: Database) -> None:
    async with db.write() as tx:
        here, there = await caller(tx, "1001"), await caller(tx, "1001", "web")
        assert here.account.id != there.account.id
    async with db.write() as tx:
        assert (await caller(tx, "1001", "web")).account.id == there.account.id


async def test_load_callers_when_unreachable_makes_reachable(db: Database) -> None:
    async with db.write() as tx:
        (await caller(tx, "1001")).account.unreachable_at = tx.now
    async with db.write() as tx:
        await caller(tx, "1001")
    assert await table(db, Account.id, Account.unreachable_at) == [(1, None)]


async def test_load_callers_when_the_official_was_revoked_is_none(db: Database) -> None:
    await join(db)
    async with db.write() as tx:
        official = await office(tx)
        official.revoked_at = tx.now
    async with db.write() as tx:
        assert (await caller(tx, CLERK)).official is None


async def test_consent_when_given_again_keeps_the_first(db: Database, clock: Clock) -> None:
    await consent(db, "1001")
    clock.pass_(days=1)
    async with db.write() as tx:
        people.consent(tx, (await caller(tx, "1001")).account, "v2")
    columns = (Person.id, Person.created_at, Person.consent_version, Person.consented_at, Person.deleted_at)
    assert await table(db, *columns) == [(1, START, "v1", START, None)]


async def test_remember_when_told_keeps_name_phone_village_and_language(db: Database) -> None:
    await consent(db, "1001")
    async with db.write() as tx:
        her = await caller(tx, "1001")
        assert her.person is not None
        people.remember_name(her.person, "Người gửi mẫu", "số mẫu")
        people.remember_name(her.person, "Người gửi mẫu 2", None)
        people.remember_village(her.person, "mau-2")
        people.set_language(her.account, "en")
    assert await table(db, Person.id, Person.name, Person.phone, Person.village_id) == [
        (1, "Người gửi mẫu 2", "số mẫu", "mau-2")
    ]
    assert await table(db, Account.id, Account.language) == [(1, "en")]


async def test_invite_and_accept_make_an_official_once(db: Database, clock: Clock) -> None:
    async with db.write() as tx:
        code = await people.invite(tx, Role.STAFF, "phong-kinh-te", token=lambda size: "ab" * size)
    assert code == "moi-" + "ab" * 10
    clock.pass_(days=6)
    async with db.write() as tx:
        assert await people.accept_invitation(tx, (await caller(tx, "1001")).account, f" {code.upper()} ") is not None
    async with db.write() as tx:
        assert await people.accept_invitation(tx, (await caller(tx, "1002")).account, code) is Refusal.USED
    columns = (Official.id, Official.person_id, Official.role, Official.unit_id, Official.revoked_at)
    assert await table(db, *columns) == [(1, 1, Role.STAFF, "phong-kinh-te", None)]
    [(_, digest, used_at, official_id)] = await table(
        db, Invitation.id, Invitation.code_digest, Invitation.used_at, Invitation.official_id
    )
    assert (len(digest), used_at, official_id) == (64, START + timedelta(days=6), 1)
    assert await log(db) == [
        ("official.invited", 1, "operator", None, None, {"role": "staff"}),
        ("official.joined", 1, "official", None, None, {"role": "staff"}),
    ]
    async with db.read() as tx:
        [joined] = await events.history(tx, "official", 1)
        assert joined.official_id == 1


async def test_accept_when_expired_is_refused(db: Database, clock: Clock) -> None:
    async with db.write() as tx:
        code = await people.invite(tx, Role.CLERK)
    clock.pass_(days=7)
    async with db.write() as tx:
        assert await people.accept_invitation(tx, (await caller(tx, "1001")).account, code) is Refusal.EXPIRED
    assert await table(db, Official.id) == []


@pytest.mark.parametrize("code", ["moi-", "", "moi-" + "0" * 20, "thon-mau-1", "🙂" * 300])
async def test_accept_when_forged_is_unknown(db: Database, code: str) -> None:
    async with db.write() as tx:
        await people.invite(tx, Role.CLERK)
        assert await people.accept_invitation(tx, (await caller(tx, "1001")).account, code) is Refusal.UNKNOWN
    assert await table(db, Official.id) == []


@pytest.mark.parametrize(
    ("role", "unit", "village", "message"),
    [
        (Role.STAFF, None, None, "staff needs a unit"),
        (Role.VILLAGE_HEAD, None, None, "a village head needs a village"),
        (Role.STAFF, "phong-la", None, "'phong-la' is not in the configuration"),
        (Role.VILLAGE_HEAD, None, "mau-99", "'mau-99' is not in the configuration"),
    ],
)
async def test_invite_when_incomplete_or_unknown_raises(
    db: Database, role: Role, unit: str | None, village: str | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        async with db.write() as tx:
            await people.invite(tx, role, unit, village)
    assert (await table(db, Invitation.id), await log(db)) == ([], [])


async def test_accept_when_she_had_a_role_ends_it(db: Database) -> None:
    await join(db, Role.CLERK)
    await join(db, Role.LEADER, CLERK)
    assert await table(db, Official.id, Official.person_id, Official.role, Official.revoked_at) == [
        (1, 1, Role.CLERK, START),
        (2, 1, Role.LEADER, None),
    ]
    async with db.write() as tx:
        assert (await office(tx)).role is Role.LEADER


async def test_first_readers_are_the_clerks_or_the_leaders_while_there_is_none(db: Database) -> None:
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    async with db.read() as tx:
        assert await people.first_readers(tx) == []
    await join(db, Role.LEADER, LEADER)
    async with db.write() as tx:
        leader, staff = await office(tx, LEADER), await office(tx, STAFF)
        assert await people.first_readers(tx) == [leader]
        assert [await rights.reads_received(tx, each) for each in (leader, staff)] == [True, False]
    await join(db, Role.CLERK)
    async with db.write() as tx:
        clerk, leader = await office(tx), await office(tx, LEADER)
        assert await people.first_readers(tx) == [clerk]
        assert [await rights.reads_received(tx, each) for each in (clerk, leader)] == [True, False]
        clerk.revoked_at = tx.now
        await tx.session.flush()
        assert await people.first_readers(tx) == [leader]


async def test_accounts_of_are_those_that_can_be_written_to(db: Database) -> None:
    await consent(db, "1001", "1002", "1003", "1004")
    async with db.write() as tx:
        (await caller(tx, "1002")).account.unreachable_at = tx.now
        (await caller(tx, "1003")).account.native_id = None
        await tx.session.flush()
        assert [account.id for account in await people.accounts_of(tx, [1, 2, 3])] == [1]
        assert await people.accounts_of(tx, []) == []


def test_rights_are_those_of_the_table() -> None:
    held = {
        Role.CLERK: "read sort answer release commit publish history enter invite group plan_conference announce",
        Role.LEADER: """read sort answer approve release delegate commit publish history invite roles plan_conference
            announce""",
        Role.STAFF: "read answer commit",
        Role.VILLAGE_HEAD: "enter",
        Role.OBSERVER: "read enter review",
        Role.ADMIN: "invite roles group",
    }
    expected = {role: {"list", *rights.split()} for role, rights in held.items()}
    assert {role: {str(right) for right in Right if role in RIGHTS[right]} for role in Role} == expected
    assert set(RIGHTS) == set(Right)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_may_follows_the_table_and_ends_with_the_office(role: Role, right: Right) -> None:
    official = Official(person_id=1, role=role, created_at=START)
    assert may(official, right) is (role in RIGHTS[right])
    official.revoked_at = START
    assert not may(official, right)
    assert not may(None, right)


async def test_consent_and_hold_when_she_comes_back_keep_her_account(db: Database) -> None:
    async with db.write() as tx:
        for native_id in ("1001", "1002"):
            (await caller(tx, native_id)).account.forget_at = tx.now
    async with db.write() as tx:
        drafts.hold(tx, (await caller(tx, "1001")).account, "lại có việc")
        people.consent(tx, (await caller(tx, "1002")).account, "v1")
    assert await table(db, Account.id, Account.forget_at) == [(1, None), (2, None)]
    assert await table(db, Draft.id, Draft.account_id) == [(1, 1)]
