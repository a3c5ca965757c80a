"""Roles end at once: what was written goes, what was promised goes on with others, cards show nothing more."""

from sqlalchemy import select

from storage import changes, issues, parts, roles
from storage.database import Database
from storage.events import Actor
from storage.models import Account, Answer, Commitment, Delegation, Official, Outbox, Role
from storage.states import CommitmentState, DeliveryState
from tests.storage.steps import (
    CLERK,
    JOINING,
    LEADER,
    caller,
    draft_answer,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    send_all,
    table,
)

SECOND = "904"


async def test_revoke_ends_what_was_written_and_hands_on_what_was_promised(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.LEADER, SECOND)
    await raise_opinion(db)
    async with db.write() as tx:
        leaving, staying = await office(tx, LEADER), await office(tx, SECOND)
        await draft_answer(tx, by=LEADER)
        await draft_answer(tx)
        issue = (await issues.accept(tx, await opinion(tx), await office(tx))).id
        tx.session.add(
            Commitment(
                issue_id=issue,
                answer_id=2,
                unit_id="phong-kinh-te",
                leader_id=leaving.id,
                due=tx.now.date(),
                state=CommitmentState.OPEN,
                created_at=tx.now,
            )
        )
        tx.session.add(Delegation(leader_id=leaving.id, deputy_id=staying.id, until=tx.now.date(), created_at=tx.now))
        (await caller(tx, LEADER)).conversation.state = "Answering:words"
        await roles.revoke(tx, leaving, staying)
    assert await table(db, Answer.id, Answer.official_id) == [(2, 1)]
    assert await table(db, Commitment.leader_id) == [(3,)]
    assert [ended is not None for (ended,) in await table(db, Delegation.ended_at)] == [True]
    assert [ended is not None for (ended,) in await table(db, Official.revoked_at)] == [False, True, False]
    async with db.write() as tx:
        gone = await caller(tx, LEADER)
        assert (gone.official, gone.conversation.state) == (None, None)
        assert await roles.by_id(tx, 2) is None
        assert [each.id for each in await roles.active(tx)] == [1, 3]
    assert [row[:3] for row in await log(db, (*JOINING, "opinion.raised", "answer.drafted"))][-2:] == [
        ("official.revoked", 2, "official"),
        ("commitment.handed_on", 1, "official"),
    ]


async def test_new_role_of_one_person_ends_the_earlier(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, CLERK)
    assert [(each, ended is not None) for each, ended in await table(db, Official.role, Official.revoked_at)] == [
        (Role.CLERK, True),
        (Role.LEADER, False),
    ]
    assert ("official.revoked", 1, "resident") in [row[:3] for row in await log(db)]


async def test_blank_takes_back_the_cards_of_one_account_but_not_what_is_about_her_own_opinions(db: Database) -> None:
    await join(db)
    await raise_opinion(db, CLERK)
    await raise_opinion(db)
    assert await send_all(db) == ["card", "card"]
    async with db.write() as tx:
        account_id = await tx.session.scalar(select(Account.id).where(Account.native_id == CLERK))
        assert account_id is not None
        assert await changes.blank(tx, account_ids=[account_id]) == 1
    assert [row[1:4] + row[5:] for row in await queued(db)] == [
        ("card", 1, {"opinion_id": 1}, DeliveryState.SENT),
        ("card", 1, None, DeliveryState.SENT),
        ("blank", 1, {}, DeliveryState.QUEUED),
    ]
    async with db.write() as tx:
        assert await changes.blank(tx, account_ids=[account_id]) == 0
        assert await changes.refresh(tx, [1, 2], {"card"}) == 1


async def test_blank_of_an_opinion_stops_what_waits_and_spares_the_message_in_hand(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await send_all(db)
    await raise_opinion(db, "1002")
    async with db.write() as tx:
        row = (await tx.session.scalars(select(Outbox).where(Outbox.opinion_id == 1))).one()
        assert await changes.blank(tx, opinion_ids=[1, 2], but=(row.account_id, row.message_id or 0)) == 0
    assert [(row[1], row[3], row[5]) for row in await queued(db)] == [
        ("card", None, DeliveryState.SENT),
        ("card", None, DeliveryState.STOPPED),
    ]


async def test_blank_deletes_the_earlier_messages_of_a_card_in_several(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await send_all(db)
    async with db.write() as tx:
        row = (await tx.session.scalars(select(Outbox).where(Outbox.opinion_id == 1))).one()
        await parts.keep(tx, [(row.account_id, message_id, row.id) for message_id in (71, 72)])
        assert await changes.blank(tx, opinion_ids=[1], but=(row.account_id, row.message_id or 0)) == 2
    assert [(row[1], row[3], row[5]) for row in await queued(db)] == [
        ("card", None, DeliveryState.SENT),
        ("blank", {"message_id": 71}, DeliveryState.QUEUED),
        ("blank", {"message_id": 72}, DeliveryState.QUEUED),
    ]


async def test_sealed_lane_is_opened_to_a_person_and_no_role(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    async with db.write() as tx:
        leader, clerk = await office(tx, LEADER), await office(tx)
        assert [roles.may_change(leader, each) for each in (clerk, leader)] == [True, False]
        assert not roles.may_change(clerk, leader)
        await roles.set_reads_sealed(tx, clerk, leader, reads=True)
        await roles.set_reads_sealed(tx, clerk, leader, reads=True)
        await roles.set_post(tx, clerk, leader, " Chánh văn phòng ")
    assert await table(db, Official.reads_sealed, Official.post) == [(True, "Chánh văn phòng"), (False, None)]
    assert [row[0] for row in await log(db, JOINING)] == ["official.sealed_opened", "official.renamed"]
    assert Actor.OFFICIAL in [row[2] for row in await log(db)]
