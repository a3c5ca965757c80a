"""Two accounts become one person's: what is made of everything that both had, and how one leaves again."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from storage import (
    answers,
    browsers,
    conferences,
    data,
    delegations,
    drafts,
    issues,
    joincodes,
    joining,
    muting,
    outbox,
    people,
    registrations,
)
from storage.database import Database
from storage.issues import tally
from storage.joincodes import Refusal
from storage.models import (
    Account,
    Answer,
    Base,
    Conversation,
    Delegation,
    Draft,
    JoinCode,
    Official,
    Opinion,
    Outbox,
    Person,
    Priority,
    Registration,
    Role,
    Sealed,
    WebCode,
    WebPush,
)
from storage.outbox import Notice
from storage.states import DeliveryState
from tests.commune import OA, START, Clock
from tests.conference import plan
from tests.storage.desk import accept, merge
from tests.storage.steps import (
    STAFF,
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

HERE, THERE = ("1001", "telegram"), ("w1", "web")
PERSON = (
    Person.id,
    Person.name,
    Person.phone,
    Person.village_id,
    Person.consent_version,
    Person.consented_at,
    Person.muted_at,
)


async def describe(db: Database, who: tuple[str, str], *, version: str = "v1", **facts: Any) -> None:
    """She consents to this version, and this is known of her."""
    async with db.write() as tx:
        person = people.consent(tx, (await caller(tx, *who)).account, version)
        for name, value in facts.items():
            setattr(person, name, value)


async def joined(db: Database) -> None:
    assert isinstance(await join_accounts(db, HERE, THERE), Account)


def test_every_table_that_names_a_person_is_merged() -> None:
    naming = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table is Person.__table__ for key in table.foreign_keys)
    }
    assert naming == {"account", "official", "opinion", "sealed"}


async def test_newcomers_account_joins_the_person_it_is_told_of(db: Database) -> None:
    await raise_opinion(db)
    await joined(db)
    columns = (Account.id, Account.messenger, Account.person_id, Account.first_id, Account.joined_at)
    assert await table(db, *columns) == [(1, "telegram", 1, 1, START), (2, "web", 1, 1, START)]
    assert await log(db) == [
        ("opinion.raised", 1, "resident", None, None, {"files": 0, "named": False}),
        ("person.joined", 1, "resident", None, None, {"accounts": [1, 2]}),
    ]
    assert await table(db, Outbox.account_id, Outbox.kind, Outbox.payload) == [(2, "joined", {"account_id": 1})]
    async with db.read() as tx:
        assert (await caller(tx, *THERE)).account.consented


async def test_person_of_the_account_that_was_asked_in_is_joined_to_a_newcomer(db: Database) -> None:
    await raise_opinion(db, THERE[0], messenger=THERE[1])
    await joined(db)
    assert await table(db, Account.id, Account.person_id, Account.first_id) == [(1, 1, 1), (2, 1, 1)]


async def test_two_persons_are_one_with_everything_of_both(db: Database, clock: Clock) -> None:
    await describe(db, HERE, name="Ở đây", phone="0900", village_id="mau-1")
    clock.pass_(days=1)
    await describe(db, THERE, version="v2", name="Ở kia", village_id="mau-2")
    await raise_opinion(db, named=True)
    await raise_opinion(db, THERE[0], messenger=THERE[1])
    async with db.write() as tx:
        her = await caller(tx, *THERE)
        tx.session.add(Sealed(number=9, person_id=2, state="sealed", has_evidence=False, raised_at=tx.now, text="x"))
        her.draft = drafts.hold(tx, her.account, "dở ở kia")
        drafts.hold(tx, (await caller(tx, *HERE)).account, "dở ở đây")
    await joined(db)
    later = START + timedelta(days=1)
    assert await table(db, *PERSON) == [(1, "Ở kia", "0900", "mau-2", "v2", later, None)]
    assert await table(db, Opinion.number, Opinion.person_id, Opinion.account_id, Opinion.named) == [
        (1, 1, 1, True),
        (2, 1, 2, False),
    ]
    assert await table(db, Sealed.number, Sealed.person_id) == [(9, 1)]
    assert await table(db, Draft.account_id, Draft.text) == [(2, "dở ở kia"), (1, "dở ở đây")]
    assert (await log(db))[-1] == (
        "person.joined",
        1,
        "resident",
        None,
        None,
        {"accounts": [1, 2], "from_id": 2, "consent": "v1", "consented_at": START.isoformat()},
    )
    async with db.read() as tx:
        for who in (HERE, THERE):
            held = await data.holdings(tx, (await caller(tx, *who)).account)
            assert ([each.number for each in held.opinions], len(held.sealed), len(held.drafts)) == ([1, 2], 1, 2)


async def test_what_one_side_lacks_the_other_gives(db: Database, clock: Clock) -> None:
    await describe(db, THERE, village_id=None, phone=None)
    await describe(db, HERE, name="Nguyễn Thị Mẫu", village_id="mau-3")
    async with db.write() as tx:
        person = (await caller(tx, *HERE)).person
        assert person is not None
        await muting.mute(tx, person)
    await joined(db)
    assert await table(db, *PERSON) == [(1, "Nguyễn Thị Mẫu", None, "mau-3", "v1", START, START)]


async def test_two_accounts_in_one_messenger_and_a_third_beside(db: Database, clock: Clock) -> None:
    await consent(db, "z1", "z2", messenger="zalo_bot")
    assert isinstance(await join_accounts(db, ("z1", "zalo_bot"), ("z2", "zalo_bot")), Account)
    clock.pass_(days=1)
    assert isinstance(await join_accounts(db, ("z2", "zalo_bot"), HERE), Account)
    later = START + timedelta(days=1)
    columns = (Account.id, Account.person_id, Account.first_id, Account.joined_at)
    assert await table(db, *columns) == [(1, 1, 1, START), (2, 1, 1, START), (3, 1, 1, later)]
    assert await table(db, Person.id) == [(1,)]


async def test_two_of_hers_in_one_issue_are_one_voice_and_keep_their_codes(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await raise_opinion(db, THERE[0], messenger=THERE[1])
    await raise_opinion(db, "1002")
    await accept(db, 1)
    await merge(db, [2, 3], 1)
    await send_all(db)
    await joined(db)
    # The cards that count who asks count anew.
    changed = await table(db, Outbox.kind, Outbox.edits_id, Outbox.state)
    assert {kind for kind, edits_id, state in changed if edits_id is not None and state == QUEUED} == {"card"}
    async with db.read() as tx:
        first = await opinion(tx)
        assert first.issue is not None
        assert tally(await issues.opinions_of(tx, first.issue))[0] == 2
        assert [each.person_id for each in await issues.opinions_of(tx, first.issue)] == [2, 2, 4]


async def test_of_two_registrations_the_last_word_stays(db: Database, clock: Clock) -> None:
    await join(db)
    await raise_opinion(db)
    await raise_opinion(db, THERE[0], messenger=THERE[1])
    async with db.write() as tx:
        await plan(tx, await office(tx))
    async with db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await registrations.speak(tx, found, (await caller(tx, *HERE)).account, await opinion(tx))
        clock.pass_(hours=1)
    async with db.write() as tx:
        await registrations.say(tx, found, (await caller(tx, *THERE)).account, comes=False, consent_version="hn-1")
    await joined(db)
    columns = (Registration.account_id, Registration.comes, Registration.speaks, Registration.consent_version)
    assert await table(db, *columns) == [(2, False, False, "hn-1")]
    async with db.write() as tx:
        for who in (HERE, THERE):
            account = (await caller(tx, *who)).account
            assert (await registrations.say(tx, found, account, comes=True)).id == 2
        assert (await registrations.turnout(tx, found)).coming == 1


async def test_office_comes_along_and_is_held_from_both(db: Database) -> None:
    await join(db, native_id=HERE[0])
    await consent(db, THERE[0], messenger=THERE[1])
    await joined(db)
    async with db.read() as tx:
        offices = [(await caller(tx, *who)).official for who in (HERE, THERE)]
        assert [each and (each.id, each.role) for each in offices] == [(1, Role.CLERK)] * 2


async def test_office_of_the_other_account_is_held_in_the_turn_that_joins(db: Database) -> None:
    await consent(db, THERE[0], messenger=THERE[1])
    await join(db, native_id=HERE[0])
    async with db.write() as tx:
        code = await joincodes.new_code(tx, (await caller(tx, *HERE)).account)
        her = await caller(tx, *THERE)
        offer = await joincodes.offer(tx, her.account, code.replace(" ", ""))
        assert not isinstance(offer, Refusal)
        await joining.join(tx, her, offer.code_id)
        assert her.official is not None
        assert her.official.role is Role.CLERK
    assert await table(db, Official.id, Official.person_id) == [(1, 1)]


async def test_same_office_held_twice_is_one_with_the_work_of_both(db: Database) -> None:
    await join(db)
    await join(db, Role.STAFF, STAFF, "van-phong")
    await join(db, Role.STAFF, "905", "van-phong")
    await raise_opinion(db)
    await accept(db)
    async with db.write() as tx:
        second = await office(tx, "905")
        second.post, second.reads_sealed = "Cán bộ địa chính", True
        await answers.draft(tx, await opinion(tx), second, "Xã sửa")
    assert isinstance(await join_accounts(db, (STAFF, "telegram"), ("905", "telegram")), Account)
    columns = (Official.id, Official.person_id, Official.post, Official.reads_sealed, Official.revoked_at)
    assert await table(db, *columns) == [
        (1, 1, None, False, None),
        (2, 2, "Cán bộ địa chính", True, None),
        (3, 2, "Cán bộ địa chính", False, START),
    ]
    assert await table(db, Answer.official_id) == [(2,)]
    assert [row for row in await log(db) if row[0] in ("official.revoked", "person.joined")] == [
        ("official.revoked", 3, "resident", None, None, {"role": "staff", "into_id": 2}),
        (
            "person.joined",
            2,
            "resident",
            None,
            None,
            {"accounts": [2, 3], "from_id": 3, "consent": None, "consented_at": None},
        ),
    ]


async def test_leaders_two_accounts_keep_their_delegations_and_commitments(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, "1")
    await join(db, Role.LEADER, "2")
    async with db.write() as tx:
        deputy, leader = await office(tx), await office(tx, "2")
        await delegations.give(tx, leader, deputy, None, START.date() + timedelta(days=3))
    assert isinstance(await join_accounts(db, ("1", "telegram"), ("2", "telegram")), Account)
    assert await table(db, Delegation.leader_id, Delegation.ended_at) == [(2, None)]


async def notice(db: Database, who: tuple[str, str], kind: str, key: str, **ids: Any) -> None:
    async with db.write() as tx:
        account = (await caller(tx, *who)).account
        await outbox.queue(tx, [Notice(account, kind, Priority.ANSWER, ids, key=f"{key}:{account.id}")])


OUTBOX = (Outbox.account_id, Outbox.kind, Outbox.key, Outbox.state)
QUEUED, SENT, STOPPED, HELD = DeliveryState.QUEUED, DeliveryState.SENT, DeliveryState.STOPPED, DeliveryState.HELD


async def test_same_notice_that_waits_in_both_goes_once_where_she_is(db: Database, clock: Clock) -> None:
    await consent(db, HERE[0])
    await consent(db, THERE[0], messenger=THERE[1])
    for who in (HERE, THERE):
        await notice(db, who, "announcement", "announcement:1", announcement_id=1)
    # Two matters of one issue are answered each, though their keys end alike.
    await notice(db, HERE, "answer", "answer:5", opinion_id=1)
    await notice(db, THERE, "answer", "answer:5", opinion_id=2)
    await notice(db, THERE, "file", "card:7:2:file", opinion_id=7)
    async with db.write() as tx:
        clock.pass_(minutes=1)
        (await caller(tx, *THERE)).conversation.updated_at = clock()
    await joined(db)
    assert (await table(db, *OUTBOX))[:5] == [
        (1, "announcement", None, STOPPED),
        (2, "announcement", "announcement:1:1", QUEUED),
        (1, "answer", "answer:5:1", QUEUED),
        (2, "answer", "answer:5:2", QUEUED),
        (2, "file", "card:7:1:file:2", QUEUED),
    ]


async def test_what_one_account_was_told_the_other_is_not_told_again(db: Database) -> None:
    await consent(db, HERE[0])
    await consent(db, THERE[0], messenger=THERE[1])
    await notice(db, THERE, "reminder", "reminder:1")
    await send_all(db, "web")
    await notice(db, HERE, "reminder", "reminder:1")
    await joined(db)
    assert (await table(db, *OUTBOX))[:2] == [(2, "reminder", "reminder:1:1", SENT), (1, "reminder", None, STOPPED)]
    await notice(db, HERE, "reminder", "reminder:1")
    assert await send_all(db) == []


async def test_what_was_held_where_she_cannot_be_written_to_goes_to_the_other(db: Database, clock: Clock) -> None:
    db.commune = replace(db.commune, channels=(OA,))
    await consent(db, HERE[0])
    await consent(db, "z1", messenger="zalo_oa")
    await notice(db, ("z1", "zalo_oa"), "answer", "answer:1", opinion_id=1)
    await notice(db, ("z1", "zalo_oa"), "export", "export")
    await send_all(db, "zalo_oa", HELD)
    clock.pass_(days=7)
    assert isinstance(await join_accounts(db, HERE, ("z1", "zalo_oa")), Account)
    assert (await table(db, *OUTBOX))[:2] == [(1, "answer", "answer:1:2", QUEUED), (2, "export", "export:2", HELD)]
    assert await send_all(db) == ["answer"]


async def test_who_wants_less_in_one_account_is_told_nothing_general_in_the_other(db: Database) -> None:
    await consent(db, HERE[0])
    await describe(db, THERE, muted_at=START)
    await notice(db, HERE, "announcement", "announcement:1")
    await notice(db, HERE, "answer", "answer:1", opinion_id=1)
    await joined(db)
    assert [row[3] for row in (await table(db, *OUTBOX))[:2]] == [STOPPED, QUEUED]


async def test_step_language_browsers_and_paper_stay_with_their_account(db: Database) -> None:
    await consent(db, HERE[0])
    async with db.write() as tx:
        her = await caller(tx, *THERE)
        people.set_language(her.account, "en")
        her.conversation.state, her.conversation.data = "Raising:first", {"village": "mau-1"}
        await browsers.subscribe(tx, her.account, "https://push.example", "p", "a")
        await browsers.new_code(tx, her.account, b"key")
    await joined(db)
    assert await table(db, Account.language) == [("vi",), ("en",)]
    async with db.read() as tx:
        there = await tx.session.get_one(Conversation, 2)
        assert (there.state, there.data) == ("Raising:first", {"village": "mau-1"})
    assert await table(db, WebPush.account_id) == [(2,)]
    async with db.read() as tx:
        assert list(await tx.session.scalars(select(WebCode.account_id))) == [2]


async def test_accounts_of_one_batch_know_at_once_who_they_are(db: Database) -> None:
    await raise_opinion(db)
    await raise_opinion(db, THERE[0], messenger=THERE[1])
    async with db.write() as tx:
        here, there = await caller(tx, *HERE), await caller(tx, *THERE)
        code = await joincodes.new_code(tx, there.account)
        offer = await joincodes.offer(tx, here.account, code.replace(" ", ""))
        assert not isinstance(offer, Refusal)
        await joining.join(tx, here, offer.code_id)
        assert there.person is here.person
        assert there.person is not None
        draft = drafts.hold(tx, there.account, "Việc thứ ba")
        await tx.session.flush()
        assert (await drafts.submit(tx, there, draft, named=False)).person_id == 1


async def test_deletion_from_one_account_deletes_both_and_what_waits_to_join_them(db: Database) -> None:
    await raise_opinion(db)
    await joined(db)
    async with db.write() as tx:
        await joincodes.new_code(tx, (await caller(tx, *THERE)).account)
        await data.forget(tx, await caller(tx, *HERE))
        outbox.queue_reply(tx, await tx.session.get_one(Account, 1), "sendMessage", {"text": "x"}, kind=outbox.GOODBYE)
    await send_all(db)
    columns = (Account.native_id, Account.person_id, Account.first_id, Account.joined_at)
    assert await table(db, *columns) == [(None, None, None, None)] * 2
    assert await table(db, JoinCode.id) == []


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_opinion_raised_meanwhile_by_another_process_is_not_lost_with_the_person_that_went(
    db: Database, second: Database
) -> None:
    await raise_opinion(db)
    await raise_opinion(db, THERE[0], messenger=THERE[1])
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def raise_another() -> None:
        async with second.write() as tx:
            author = await caller(tx, *THERE)
            begun.set()
            await go_on.wait()
            draft = drafts.hold(tx, author.account, "Việc thứ ba")
            await tx.session.flush()
            await drafts.submit(tx, author, draft, named=False)

    raising = asyncio.create_task(raise_another())
    await begun.wait()
    await joined(db)
    go_on.set()
    # The talker hands an update over again when the record refuses it, and then she is who she is now.
    with pytest.raises(IntegrityError):
        await raising
    assert await table(db, Opinion.number, Opinion.person_id) == [(1, 1), (2, 1)]
    await raise_another()
    assert await table(db, Opinion.number, Opinion.person_id) == [(1, 1), (2, 1), (3, 1)]
