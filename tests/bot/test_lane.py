"""What the courier holds back: a group's minute, the night, a stop, a clock set back; and texts in parts."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from bot.lane import BEHIND, IN_TURN, MORNING
from storage import outbox, parts
from storage.database import Transaction
from storage.models import Account, Announcement, Official, Outbox, Person, Priority, Role
from storage.outbox import Notice
from storage.states import AnnouncementState
from tests.bot.parts import account, eventually, logged, running, sql
from tests.bot.post import ANNA, BINH, Post, open_post
from tests.commune import COMMUNE
from tests.doubles.telegram import Call, Fault

LONG = "\n\n".join(f"<b>Đoạn {number}:</b> " + "từ " * 600 for number in range(3))


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(tmp_path) as post:
        yield post


# Parts of a long text


async def test_long_text_is_sent_in_parts_and_then_what_follows(post: Post) -> None:
    await post.notify([ANNA], LONG)
    await post.notify([ANNA], "sau")
    async with post.running():
        await post.settled()
    assert [(text or "")[:14] for _, text in post.said()] == ["<b>Đoạn 0:</b>", "<b>Đoạn 2:</b>", "sau"]
    assert await sql(post.db, "SELECT state, attempts, parts_sent, message_id FROM outbox ORDER BY id LIMIT 1") == [
        ("sent", 1, 1, post.tg.messages(ANNA)[1].message_id)
    ]
    account_id = await account(post.db, str(ANNA))
    shown = [parts.is_shown(account_id, message.message_id) for message in post.tg.messages(ANNA)]
    async with post.db.read() as tx:
        assert [list(await tx.session.scalars(select(Outbox.id).where(each))) for each in shown] == [[1], [1], [2]]


@pytest.mark.parametrize("fault", [Fault.server_error(), Fault.too_many(1), Fault("reset")], ids=str)
async def test_part_that_fails_does_not_send_the_first_again(post: Post, fault: Fault) -> None:
    def break_second(call: object) -> None:
        if len(post.tg.messages(ANNA)) == 1 and not broken:
            broken.append(call)
            post.tg.script("sendMessage", fault, chat_id=ANNA)

    broken: list[object] = []
    post.tg.on_call = break_second
    await post.reply(ANNA, LONG, "sau")
    async with post.running():
        await post.tg.wait(lambda: len(post.calls()) == 2)
        await eventually(post.states, lambda states: states[0] == "queued")
        assert await sql(post.db, "SELECT parts_sent FROM outbox ORDER BY id") == [(1,), (0,)]
        post.skip(5)
        await post.settled()
    shown = [(message.text or "")[:7] for message in post.tg.messages(ANNA)]
    assert shown == ["Đoạn 0:", "Đoạn 2:", "sau"]


async def test_part_that_can_never_go_fails_and_holds_nobody(post: Post) -> None:
    def break_second(_call: object) -> None:
        if len(post.tg.messages(ANNA)) == 1:
            post.tg.script("sendMessage", Fault.status(400, "can't parse entities"), chat_id=ANNA)
            post.tg.on_call = None

    post.tg.on_call = break_second
    await post.reply(ANNA, LONG, "sau")
    async with post.running():
        await post.settled("failed", "sent")
    assert [(message.text or "")[:7] for message in post.tg.messages(ANNA)] == ["Đoạn 0:", "sau"]


async def test_stop_between_two_parts_goes_on_with_the_second(post: Post) -> None:
    post.tg.script("sendMessage", Fault.slow(0.2))
    await post.reply(ANNA, LONG)
    async with post.running():
        await post.tg.wait(post.calls)
    assert await sql(post.db, "SELECT state, parts_sent FROM outbox") == [("queued", 1)]
    first = post.tg.messages(ANNA)[0].message_id
    assert await sql(post.db, "SELECT message_id, outbox_id FROM message_part") == [(first, 1)]
    async with post.running():
        await post.settled()
    assert await sql(post.db, "SELECT message_id, outbox_id FROM message_part") == [(first, 1)]
    assert [(message.text or "")[:7] for message in post.tg.messages(ANNA)] == ["Đoạn 0:", "Đoạn 2:"]


# What one chat takes


async def test_group_gets_its_burst_and_no_more_while_others_pass_by(post: Post) -> None:
    await post.tg.text(-5, "chào", chat_type="group")
    await post.reply(-5, *[str(number) for number in range(30)])
    await post.reply(BINH, "1")
    async with post.running(post.telegram(per_second=1000)):
        await eventually(post.states, lambda states: states.count("sent") == 6)
        assert [call for call in post.said() if call[0] == -5] == [(-5, str(number)) for number in range(5)]
        assert (await post.rows())[5:7] == [("queued", 0, False, IN_TURN), ("queued", 0, False, BEHIND)]
        for minutes in range(1, 3):
            for _ in range(15):
                post.skip(4.01)
                sent = len([call for call in post.said() if call[0] == -5])
                await eventually(post.states, lambda states, sent=sent: states.count("sent") > sent or sent == 30)  # type: ignore[misc]
            assert len(post.said()) <= 1 + 5 + 15 * minutes
        await post.settled()
    assert [words for chat, words in post.said() if chat == -5] == [str(number) for number in range(30)]


async def test_person_gets_a_burst_and_then_one_a_second(post: Post) -> None:
    await post.reply(ANNA, *[str(number) for number in range(7)])
    async with post.running(post.telegram(per_second=1000)):
        await eventually(post.states, lambda states: states.count("sent") == 5)
        for sent in (6, 7):
            post.skip(1.0)
            await eventually(post.states, lambda states, sent=sent: states.count("sent") == sent)  # type: ignore[misc]
    assert [words for _, words in post.said()] == [str(number) for number in range(7)]


async def test_change_of_a_message_waits_for_no_turn(post: Post) -> None:
    await post.reply(ANNA, *"12345")
    async with post.running(post.telegram(per_second=1000)):
        await post.settled()
        async with post.db.write() as tx:
            owner = await tx.session.get_one(Account, 1)
            outbox.queue_reply(tx, owner, "editMessageText", {"text": "năm"}, edits_id=5)
        await post.settled()
    assert post.tg.last(ANNA).text == "năm"


# The night


def at_hour(post: Post, hour: int, minute: int = 0) -> None:
    """Moves both clocks to that hour of the commune's next day."""
    now = post.time.now().astimezone(COMMUNE.timezone)
    then = datetime.combine(now.date() + timedelta(days=1), time(hour, minute), COMMUNE.timezone)
    post.skip((then - now).total_seconds())


async def test_broadcast_that_is_still_going_when_the_night_begins_goes_on_in_the_morning(post: Post) -> None:
    post.db.commune = COMMUNE
    at_hour(post, 20, 59)
    await post.notify(range(ANNA, ANNA + 40), "Tin")
    await post.notify([ANNA + 50], "Trả lời", priority=Priority.ANSWER)
    post.tg.script("sendMessage", Fault.server_error(), chat_id=ANNA + 50)
    async with post.running(post.telegram(per_second=2)):
        await eventually(post.states, lambda states: states[0] == "sent")
        post.skip(60)
        sent = (await post.states()).count("sent")
        await post.reply(BINH, "Dạ")
        for _ in range(4):
            post.skip(1.1)
        await eventually(post.states, lambda states: states[-1] == "sent")
        # A message or two were on their way when the hour struck.
        await eventually(post.states, lambda states: "sending" not in states)
        states = await post.states()
        assert states.count("sent") <= sent + 3
        assert states[40] == "queued"
        morning = {at for (at,) in await sql(post.db, "SELECT not_before FROM outbox WHERE state = 'queued'")}
        assert morning == {f"{post.time.now().astimezone(COMMUNE.timezone).date():%Y-%m-%d} 23:00:00.000000"}
        assert {row[3] for row in await post.rows() if row[0] == "queued"} <= {
            None,
            MORNING,
            BEHIND,
            "Internal Server Error",
        }
    at_hour(post, 6, 0)
    async with post.running():
        await post.settled()
    assert len(post.tg.messages(ANNA + 39)) == 1


async def test_what_was_meant_for_this_night_goes(post: Post) -> None:
    post.db.commune = replace(COMMUNE, quiet=(time(21), time(6)))
    at_hour(post, 20, 59)
    account_id = await account(post.db, str(ANNA))
    async with post.db.write() as tx:
        owner = await tx.session.get_one(Account, account_id)
        await outbox.queue(tx, [Notice(owner, "say", Priority.REMINDER, {"text": "dời", "at_night": True})])
        await outbox.queue(tx, [Notice(owner, "say", Priority.REMINDER, {"text": "mai"})])
    at_hour(post, 23)
    await post.notify([BINH], "đêm nay")
    async with post.running():
        await post.settled("sent", "queued", "sent")
    assert sorted(post.said()) == [(ANNA, "dời"), (BINH, "đêm nay")]


# A stop, and who wants fewer messages


async def announce(post: Post, chats: range) -> int:
    """An announcement that is being sent to these chats."""
    ids = [await account(post.db, str(chat)) for chat in chats]
    async with post.db.write() as tx:
        clerk = Official(person=Person(created_at=tx.now), role=Role.CLERK, created_at=tx.now)
        tx.session.add(clerk)
        await tx.session.flush()
        announcement = Announcement(
            text="Tin", official_id=clerk.id, state=AnnouncementState.SENDING, audience={}, created_at=tx.now
        )
        tx.session.add(announcement)
        await tx.session.flush()
        owners = [await tx.session.get_one(Account, each) for each in ids]
        payload = {"text": "Tin", "announcement_id": announcement.id}
        await outbox.queue(tx, [Notice(owner, "announcement", Priority.ANNOUNCEMENT, payload) for owner in owners])
        return announcement.id


async def stop(tx: Transaction) -> None:
    await tx.session.execute(text("UPDATE announcement SET state = 'stopped'"))
    await tx.session.execute(
        text("UPDATE outbox SET state = 'stopped' WHERE state = 'queued' AND kind = 'announcement'")
    )
    tx.wake("stopped")


async def test_stop_takes_back_what_was_claimed_and_not_called(post: Post) -> None:
    await announce(post, range(ANNA, ANNA + 50))
    await post.notify([ANNA + 55], "khác")
    async with post.running(post.telegram(per_second=2)):
        await eventually(post.states, lambda states: "sent" in states)
        assert (await post.states()).count("sending") > 10
        async with post.db.write() as tx:
            await stop(tx)
        called = len(post.calls())
        await eventually(post.states, lambda states: states.count("stopped") >= 49)
        for _ in range(3):
            post.skip(1.1)
        await eventually(post.states, lambda states: states[50] == "sent")
    assert len([call for call in post.said() if call[1] == "Tin"]) == called
    errors = {row[3] for row in await post.rows() if row[0] == "stopped"}
    assert errors == {None, "stopped"}


async def test_notice_that_is_not_to_go_now_is_stopped_with_its_reason(post: Post) -> None:
    await post.notify([ANNA], "Tin", kind="skip")
    await post.notify([BINH], "Tin")
    courier = post.courier()
    async with running(courier):
        await post.settled("stopped", "sent")
    assert await post.rows() == [("stopped", 0, False, "muted"), ("sent", 1, False, None)]
    assert (courier.lanes["telegram"].tally.stopped, courier.lanes["telegram"].tally.failed) == (1, 0)


# A death


async def test_start_after_a_death_writes_down_each_first_call_before_the_next(post: Post) -> None:
    await post.notify(range(ANNA, ANNA + 40), "Tin")
    async with post.db.write() as tx:
        assert len(await outbox.claim(tx, "telegram", 10)) == 10
    on_record: list[int] = []

    def look(call: Call) -> None:
        if call.method == "sendMessage":
            with closing(sqlite3.connect(str(post.db.path))) as record:
                on_record.extend(record.execute("SELECT count(*) FROM outbox WHERE state = 'sent'").fetchone())

    post.tg.on_call = look
    with capture_logs() as logs:
        async with post.running():
            await post.settled()
    assert [line["delivery_ids"] for line in logs if line["event"] == "courier.unknown"] == [[*range(1, 11)]]
    # One alone, then two at once, then four, each when those before are on record.
    assert on_record[:2] == [0, 1]
    assert on_record[3] == 3
    # What was open goes behind what was never claimed.
    assert {chat for chat, _ in post.said()[:30]} == set(range(ANNA + 10, ANNA + 40))


# The clock


async def test_clock_set_back_an_hour_repeats_nothing_and_holds_nothing(post: Post) -> None:
    await post.reply(BINH, "trước")
    post.tg.script("sendMessage", Fault.server_error(), chat_id=ANNA)
    async with post.running():
        await post.reply(ANNA, "1")
        await post.settled("sent", "queued")
        post.time.turn_back(3600)
        with capture_logs() as logs:
            await post.reply(ANNA, "2")
            await eventually(logged(logs, "courier.clock_set_back"))
        post.skip(3)
        await post.settled()
    assert post.said() == [(BINH, "trước"), (ANNA, "1"), (ANNA, "1"), (ANNA, "2")]


async def test_mute_is_counted_by_no_wall_clock(post: Post) -> None:
    post.tg.script("sendMessage", Fault.too_many(2))
    await post.reply(ANNA, "1")
    async with post.running():
        await eventually(lambda: sql(post.db, "SELECT muted_until FROM messenger"))
        post.time.turn_back(3600)
        await post.settled()
    assert (post.tg.calls_during_mute, len(post.calls())) == (0, 2)
