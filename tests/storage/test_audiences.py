"""Whom an announcement is for, how many hear it, and why the others do not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from storage import audiences, muting, sorting
from storage.audiences import Audience, AudienceKind, Reach
from storage.database import Database, Transaction
from storage.models import Account, Conference, Official, Registration, Role
from storage.states import ConferenceState
from tests.commune import OA, START
from tests.storage.steps import CLERK, LEADER, caller, consent, join, join_accounts, office, opinion, raise_opinion

ALL = Audience()
ONE = Audience(AudienceKind.VILLAGES, ("mau-1",))


async def live_in(db: Database, village_id: str | None, *native_ids: str) -> None:
    await consent(db, *native_ids)
    async with db.write() as tx:
        for native_id in native_ids:
            person = (await caller(tx, native_id)).person
            assert person is not None
            person.village_id = village_id


async def told(db: Database, audience: Audience) -> list[str]:
    async with db.read() as tx:
        found = await tx.session.scalars(audiences.recipients(tx, audience, Account.native_id).order_by(Account.id))
        return [str(each) for each in found]


async def counted(db: Database, audience: Audience) -> Reach:
    async with db.read() as tx:
        return await audiences.reach(tx, audience)


async def asks(db: Database, audience: Audience, by: str = CLERK) -> bool:
    async with db.read() as tx:
        official = await tx.session.get_one(Official, {CLERK: 1, LEADER: 2}[by])
        return await audiences.needs_leader(tx, official, audience, await audiences.reach(tx, audience))


async def test_everyone_is_who_consented_and_can_be_written_to(db: Database) -> None:
    await live_in(db, "mau-1", "1001", "1002", "1003", "1004", "1005")
    async with db.write() as tx:
        (await caller(tx, "1009")).account.language = "en"  # only looked
        (await caller(tx, "1002")).account.unreachable_at = tx.now
        (await caller(tx, "1003")).account.native_id = None
        muted = (await caller(tx, "1004")).person
        assert muted is not None
        await muting.mute(tx, muted)
    await join_accounts(db, ("1005", "telegram"), ("1001", "web"))
    async with db.write() as tx:
        (await caller(tx, "1002")).account.unreachable_at = tx.now
    # One person in two messengers is told once.
    assert await told(db, ALL) == ["1001", "1005"]
    assert await counted(db, ALL) == Reach(
        people=5,
        told=2,
        muted=1,
        without_account=1,
        unreachable=1,
        villages=1,
        accounts={"telegram": 2},
    )


async def test_a_messenger_that_closed_its_window_is_counted_apart(db: Database) -> None:
    await live_in(db, "mau-1", "1001", "1002")
    await consent(db, "7", messenger="zalo_oa")
    db.commune = replace(db.commune, channels=(OA,))
    assert await told(db, ALL) == ["1001", "1002"]
    found = await counted(db, ALL)
    assert (found.people, found.told, found.closed, found.missed) == (3, 2, 1, 1)


async def test_villages_hear_nothing_of_each_other(db: Database) -> None:
    await live_in(db, "mau-1", "1001")
    await live_in(db, "mau-2", "1002")
    await live_in(db, None, "1003")
    assert await told(db, ONE) == ["1001"]
    assert await told(db, Audience(AudienceKind.VILLAGES, ("mau-1", "mau-2"))) == ["1001", "1002"]
    assert await told(db, Audience(AudienceKind.VILLAGES)) == []


async def test_field_and_issue_are_those_who_raised_it(db: Database) -> None:
    await join(db)
    await raise_opinion(db, "1001")
    await raise_opinion(db, "1002")
    await raise_opinion(db, "1003")
    async with db.write() as tx:
        clerk = await office(tx)
        for number in (1, 2):
            found = await opinion(tx, number)
            found.field_id = "dat-dai"
            await sorting.accept(tx, found, clerk)
        issue_id = (await opinion(tx, 1)).issue_id
        (await opinion(tx, 3)).field_id = "van-hoa"
    assert await told(db, Audience(AudienceKind.FIELD, ("dat-dai",))) == ["1001", "1002"]
    assert await told(db, Audience(AudienceKind.FIELD, ("van-hoa",))) == ["1003"]
    audience = Audience(AudienceKind.ISSUE, (str(issue_id),))
    assert await told(db, audience) == ["1001"]
    async with db.read() as tx:
        assert await audiences.numbers(tx, audience) == [1]


async def test_registered_are_those_who_did_not_say_no(db: Database) -> None:
    await consent(db, "1001", "1002", "1003")
    await join(db)
    async with db.write() as tx:
        conference = await _conference(tx)
        for native_id, comes in (("1001", True), ("1002", False), ("1003", None)):
            account = (await caller(tx, native_id)).account
            said = Registration(conference_id=conference, account_id=account.id, comes=comes, revision=1)
            said.created_at = tx.now
            tx.session.add(said)
    assert await told(db, Audience(AudienceKind.REGISTERED, (str(conference),))) == ["1001", "1003"]


async def _conference(tx: Transaction) -> int:
    found = Conference(
        title="Đối thoại",
        starts_at=START,
        place="Hội trường",
        state=ConferenceState.PLANNED,
        official_id=(await office(tx)).id,
        created_at=tx.now,
    )
    tx.session.add(found)
    await tx.session.flush()
    return found.id


async def test_officials_by_role_hear_though_they_are_muted(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.VILLAGE_HEAD, "904")
    async with db.write() as tx:
        head = (await caller(tx, "904")).person
        assert head is not None
        await muting.mute(tx, head)
    roles = Audience(AudienceKind.ROLES, ("village_head", "clerk"))
    assert await told(db, roles) == [CLERK, "904"]
    assert await told(db, ALL) == []


@pytest.mark.parametrize(
    ("audience", "above", "asked"),
    [
        (ONE, 2, False),
        (ONE, 1, True),
        (Audience(AudienceKind.VILLAGES, ("mau-1", "mau-2")), 50, True),
        (ALL, 50, True),
        (Audience(AudienceKind.FIELD, ("khac",)), 50, False),
        (Audience(AudienceKind.ROLES, ("clerk", "leader")), 2, False),
        (Audience(AudienceKind.ROLES, ("clerk", "leader")), 1, True),
    ],
)
async def test_leader_is_asked_above_one_village_or_so_many_people(
    db: Database, audience: Audience, above: int, *, asked: bool
) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await live_in(db, "mau-1", "1001", "1002")
    db.commune = replace(db.commune, approval_above=above)
    assert await asks(db, audience) == asked
    assert await asks(db, audience, LEADER) is False


async def test_without_a_leader_nobody_is_asked(db: Database) -> None:
    await join(db)
    await live_in(db, "mau-1", "1001")
    assert await asks(db, ALL) is False


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (ALL, ALL, True),
        (ALL, ONE, True),
        (ONE, Audience(AudienceKind.VILLAGES, ("mau-2", "mau-1")), True),
        (ONE, Audience(AudienceKind.VILLAGES, ("mau-2",)), False),
        (ONE, Audience(AudienceKind.FIELD, ("mau-1",)), False),
        (ALL, Audience(AudienceKind.ROLES, ("staff",)), False),
    ],
)
def test_overlaps(one: Audience, other: Audience, *, overlap: bool) -> None:
    assert (one.overlaps(other), other.overlaps(one)) == (overlap, overlap)


@pytest.mark.parametrize(
    ("before", "kind", "id_", "ids"),
    [
        (ALL, AudienceKind.VILLAGES, "mau-1", ("mau-1",)),
        (ONE, AudienceKind.VILLAGES, "mau-2", ("mau-1", "mau-2")),
        (ONE, AudienceKind.VILLAGES, "mau-1", ()),
        (ONE, AudienceKind.ROLES, "clerk", ("clerk",)),
    ],
)
def test_toggled(before: Audience, kind: AudienceKind, id_: str, ids: Sequence[str]) -> None:
    after = before.toggled(kind, id_)
    assert after == Audience(kind, tuple(ids))
    assert Audience.read(after.as_row()) == after
