"""Which account a person of several is written to in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import (
    broadcasts,
    conferences,
    flagging,
    notices,
    outbox,
    registrations,
    reminders,
    retelling,
    sealed,
    tell,
)
from storage.chosen import account_of
from storage.database import Database
from storage.models import Account, Conversation, Outbox, Priority, Role, Sealed
from storage.outbox import Delivery, Outcome
from storage.states import DeliveryState, SealedState
from tests.commune import OA, START, Clock
from tests.conference import BEGINS, plan
from tests.storage.steps import (
    CLERK,
    answer,
    caller,
    consent,
    join,
    join_accounts,
    office,
    opinion,
    raise_opinion,
    send_all,
    table,
)
from tests.storage.test_announcements import at_once, do, schedule, written

PHONE, ZALO = ("1001", "telegram"), ("z1", "zalo_oa")


async def act(db: Database, who: tuple[str, str]) -> None:
    """She is there now."""
    async with db.write() as tx:
        her = await caller(tx, *who)
        her.conversation.updated_at = her.account.last_interaction_at = tx.now


async def chosen(db: Database) -> str:
    async with db.read() as tx:
        account = await tx.session.scalar(
            select(Account).where(Account.messenger == "telegram", Account.native_id == "1001")
        )
        assert account is not None
        return (await account_of(tx, account)).messenger


async def joined(db: Database) -> None:
    """An opinion that she raised on Telegram, and then the official account beside it."""
    db.commune = replace(db.commune, channels=(OA,))
    await raise_opinion(db, PHONE[0])
    await act(db, ZALO)
    assert isinstance(await join_accounts(db, PHONE, ZALO), Account)
    await send_all(db, "zalo_oa")
    await send_all(db)


async def test_she_is_written_to_where_she_was_last(db: Database, clock: Clock) -> None:
    await joined(db)
    assert await chosen(db) == "telegram"
    clock.pass_(minutes=1)
    await act(db, ZALO)
    assert await chosen(db) == "zalo_oa"
    clock.pass_(minutes=1)
    await act(db, PHONE)
    assert await chosen(db) == "telegram"


async def test_she_is_written_to_where_the_window_is_open_and_nothing_is_blocked(db: Database, clock: Clock) -> None:
    await joined(db)
    clock.pass_(minutes=1)
    await act(db, ZALO)
    clock.pass_(days=7)
    assert await chosen(db) == "telegram"
    async with db.write() as tx:
        (await tx.session.get_one(Account, 1)).unreachable_at = tx.now
    # Nothing else is left: it is held there until she writes.
    assert await chosen(db) == "zalo_oa"


async def test_author_and_officials_hear_in_one_account_each(db: Database, clock: Clock) -> None:
    await join(db)
    await join_accounts(db, (CLERK, "telegram"), ("c", "zalo_bot"))
    await raise_opinion(db, PHONE[0])
    await join_accounts(db, PHONE, ZALO)
    clock.pass_(minutes=1)
    await act(db, ("c", "zalo_bot"))
    await act(db, ZALO)
    async with db.read() as tx:
        found = [
            await tell.accounts_in(tx, [Role.CLERK]),
            await tell.accounts_of_official(tx, 1),
            await tell.author_accounts(tx, await opinion(tx)),
        ]
    assert [[each.native_id for each in some] for some in found] == [["c"], ["c"], ["z1"]]


async def test_same_duty_tells_her_once_though_she_is_elsewhere_by_then(db: Database, clock: Clock) -> None:
    await joined(db)
    counts = []
    for who in (PHONE, ZALO):
        clock.pass_(minutes=1)
        await act(db, who)
        async with db.write() as tx:
            counts.append(await tell.author(tx, await opinion(tx), "overdue", "overdue:1"))
    assert counts == [1, 0]
    told = select(Outbox.account_id, Outbox.key).where(Outbox.kind == "overdue")
    async with db.read() as tx:
        assert [tuple(each) for each in await tx.session.execute(told)] == [(1, "overdue:1:1")]


async def test_announcement_goes_to_one_account_of_hers_page_by_page(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await join(db)
    await consent(db, "1000")
    await joined(db)
    monkeypatch.setattr(broadcasts, "PAGE", 1)
    await written(db)
    await do(db, at_once)
    await do(db, schedule)
    for who in (ZALO, PHONE, ZALO):
        clock.pass_(minutes=1)
        await act(db, who)
        async with db.write() as tx:
            await broadcasts.launch(tx)
    told = select(Outbox.messenger, Outbox.account_id).where(Outbox.kind == "announcement").order_by(Outbox.id)
    async with db.read() as tx:
        rows = [tuple(each) for each in await tx.session.execute(told)]
    assert rows == [("telegram", 2), ("zalo_oa", 4)]


async def test_reminder_and_move_of_what_she_registered_for_elsewhere_come_once_where_she_is(
    db: Database, clock: Clock
) -> None:
    await join(db)
    await joined(db)
    async with db.write() as tx:
        await plan(tx, await office(tx))
    async with db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await registrations.speak(tx, found, (await caller(tx, *ZALO)).account, await opinion(tx))
    for at, who in ((BEGINS - timedelta(hours=13), ZALO), (BEGINS - timedelta(minutes=90), PHONE)):
        clock.instant = at
        await act(db, who)
        async with db.write() as tx:
            await reminders.remind(tx)
    await send_all(db)
    await send_all(db, "zalo_oa")
    async with db.write() as tx:
        assert await retelling.count_told(tx, found) == 1
        await plan(tx, await office(tx), BEGINS + timedelta(days=5))
    kinds = select(Outbox.messenger, Outbox.kind).where(Outbox.kind.in_(["reminder", "conference_moved"]))
    async with db.read() as tx:
        rows = [tuple(each) for each in await tx.session.execute(kinds.order_by(Outbox.id))]
        material = await notices.load(tx, [delivery(account_id, "reminder", conference_id=1) for account_id in (2, 3)])
    assert rows == [("zalo_oa", "reminder"), ("telegram", "reminder"), ("telegram", "conference_moved")]
    # Whichever account it goes to, it says what she is registered for.
    assert {key: each.opinion_id for key, each in material.registrations.items()} == {(1, 2): 1, (1, 3): 1}


def delivery(account_id: int, kind: str, **ids: int) -> Delivery:
    return Delivery(1, account_id, "x", "vi", False, 2, kind, None, ids, None, None, 0, False)


async def test_what_was_told_of_a_flagged_matter_is_taken_back_wherever_she_read_it(db: Database, clock: Clock) -> None:
    await join(db)
    await joined(db)
    async with db.write() as tx:
        await tell.author(tx, await opinion(tx), "accepted", "accepted:1")
    await send_all(db)
    clock.pass_(minutes=1)
    await act(db, ZALO)
    async with db.write() as tx:
        await tell.author(tx, await opinion(tx), "due_moved", "due_moved:1")
        await flagging.flag(tx, await opinion(tx), await office(tx))
    rows = select(Outbox.messenger, Outbox.state, Outbox.payload).where(Outbox.kind.in_(["accepted", "due_moved"]))
    async with db.read() as tx:
        assert [tuple(each) for each in await tx.session.execute(rows.order_by(Outbox.id))] == [
            ("telegram", DeliveryState.SENT, None),
            ("zalo_oa", DeliveryState.STOPPED, None),
        ]
        blanks = list(await tx.session.scalars(select(Outbox.account_id).where(Outbox.kind == "blank")))
    # What she read stays hers: the clerk's card alone is emptied.
    assert blanks == [1]


async def test_what_does_not_reach_one_account_goes_to_the_other(db: Database, clock: Clock) -> None:
    await join(db)
    await joined(db)
    await answer(db)
    clock.pass_(minutes=20)
    async with db.write() as tx:
        claimed = [each for each in await outbox.claim(tx, "telegram", 100) if each.kind == "answer"]
        await outbox.record(tx, [Outcome(each, DeliveryState.UNREACHABLE, error="blocked") for each in claimed])
    rows = select(Outbox.account_id, Outbox.messenger, Outbox.state).where(Outbox.kind == "answer")
    async with db.read() as tx:
        assert [tuple(each) for each in await tx.session.execute(rows)] == [(3, "zalo_oa", DeliveryState.QUEUED)]
    async with db.write() as tx:
        claimed = await outbox.claim(tx, "zalo_oa", 100)
        # There it is held; the other is blocked, so it waits for her next word.
        await outbox.record(tx, [Outcome(each, DeliveryState.HELD) for each in claimed])
    async with db.read() as tx:
        assert [tuple(each) for each in await tx.session.execute(rows)] == [(3, "zalo_oa", DeliveryState.HELD)]


async def test_what_is_held_for_a_closed_window_goes_to_the_other_at_once(db: Database, clock: Clock) -> None:
    await join(db)
    await joined(db)
    clock.pass_(minutes=1)
    await act(db, ZALO)
    await answer(db)
    clock.pass_(days=8)
    async with db.write() as tx:
        claimed = await outbox.claim(tx, "zalo_oa", 100)
        await outbox.record(tx, [Outcome(each, DeliveryState.HELD) for each in claimed])
    assert await send_all(db) == ["answer", "card"]


async def test_reply_and_what_belongs_to_one_account_go_nowhere_else(db: Database) -> None:
    await joined(db)
    async with db.write() as tx:
        account = await tx.session.get_one(Account, 1)
        outbox.queue_reply(tx, account, "sendMessage", {"text": "a"})
        await outbox.queue(tx, [outbox.Notice(account, "export", Priority.ANSWER, {})])
    await send_all(db, state=DeliveryState.UNREACHABLE)
    states = await table(db, Outbox.account_id, Outbox.kind, Outbox.state)
    assert states[-2:] == [(1, "reply", DeliveryState.UNREACHABLE), (1, "export", DeliveryState.UNREACHABLE)]


async def test_author_of_a_sealed_matter_hears_where_she_said_it(db: Database, clock: Clock) -> None:
    await joined(db)
    async with db.write() as tx:
        matter = Sealed(
            number=9, person_id=1, account_id=1, state=SealedState.SEALED, has_evidence=False, raised_at=START, text="x"
        )
        tx.session.add(matter)
        clock.pass_(minutes=1)
    await act(db, ZALO)
    async with db.write() as tx:
        matter = await tx.session.get_one(Sealed, 1)
        account = await sealed.author_account(tx, matter)
        assert account is not None
        assert account.messenger == "telegram"
        account.unreachable_at = tx.now
        await tx.session.flush()
        account = await sealed.author_account(tx, matter)
        assert account is not None
        assert account.messenger == "zalo_oa"


async def test_who_never_acted_was_there_when_she_came(db: Database, clock: Clock) -> None:
    await joined(db)
    async with db.write() as tx:
        await tx.session.delete(await tx.session.get_one(Conversation, 1))
        clock.pass_(minutes=1)
    assert await chosen(db) == "telegram"
    async with db.write() as tx:
        (await tx.session.get_one(Account, 2)).created_at = START + timedelta(seconds=1)
        await tx.session.delete(await tx.session.get_one(Conversation, 2))
    assert await chosen(db) == "zalo_oa"
