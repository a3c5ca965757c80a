"""The courier on its good days: once each, the urgent first, in order, and nothing lost at a stop."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery
from structlog.testing import capture_logs

from bot.ledger import WRITE_AT
from bot.messengers.telegram import Telegram
from storage import changes, outbox
from storage.models import Account, Priority
from tests.bot.parts import account, count_commits, eventually, get_account, running, sql
from tests.bot.post import ANNA, BINH, Post, open_post
from tests.doubles.telegram import Fault


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(tmp_path) as post:
        yield post


async def test_reply_sent_once_with_its_chat_and_then_cleared(post: Post) -> None:
    (row_id,) = await post.reply(ANNA, "Dạ <b>vâng</b>")
    async with post.running():
        await post.settled()
    (call,) = post.calls()
    assert (call.method, call.params) == (
        "sendMessage",
        {"chat_id": ANNA, "text": "Dạ <b>vâng</b>", "parse_mode": "HTML"},
    )
    rows = await sql(post.db, "SELECT id, state, payload, message_id, attempts, error FROM outbox")
    assert rows == [(row_id, "sent", None, post.tg.last(ANNA).message_id, 1, None)]
    async with post.running():
        await post.reply(BINH, "Dạ")
        await post.settled()
    assert post.said() == [(ANNA, "Dạ <b>vâng</b>"), (BINH, "Dạ")]


async def test_notice_keeps_its_ids_and_is_rendered_when_sent(post: Post) -> None:
    await post.notify([ANNA, BINH], "Thông báo")
    async with post.running():
        await post.settled()
    assert sorted(post.said(), key=str) == [(ANNA, "Thông báo"), (BINH, "Thông báo")]
    assert await sql(post.db, "SELECT payload FROM outbox") == [('{"text":"Thông báo"}',)] * 2
    assert post.notices.asked == [[1, 2]]


async def test_urgent_first(post: Post) -> None:
    for priority in reversed(Priority):
        await post.notify([ANNA], priority.name, priority=priority)
    await post.reply(ANNA, "reply")
    async with post.running():
        await post.settled()
    assert [text for _, text in post.said()] == ["REPLY", "reply", "ANSWER", "REMINDER", "ANNOUNCEMENT"]


async def test_one_person_in_order_while_others_pass_by(post: Post) -> None:
    post.tg.script("sendMessage", Fault.slow(0.2), chat_id=ANNA)
    await post.reply(ANNA, "1", "2", "3", "4", "5")
    await post.reply(BINH, "1", "2")
    async with post.running():
        await post.settled()
    said = post.said()
    assert [text for chat, text in said if chat == ANNA] == ["1", "2", "3", "4", "5"]
    assert [text for chat, text in said if chat == BINH] == ["1", "2"]
    assert said.index((BINH, "2")) < said.index((ANNA, "2"))


async def test_what_follows_waits_for_what_is_tried_again(post: Post) -> None:
    post.tg.script("sendMessage", Fault.server_error(), chat_id=ANNA)
    await post.reply(ANNA, "1", "2", "3")
    await post.reply(BINH, "1")
    async with post.running():
        await post.settled("queued", "queued", "queued", "sent")
        await post.reply(ANNA, "4")
        post.skip(2)
        await post.settled()
    assert [text for chat, text in post.said() if chat == ANNA] == ["1", "1", "2", "3", "4"]
    assert [row[1] for row in await post.rows()] == [2, 1, 1, 1, 1]


async def test_woken_by_the_commit_that_queued(post: Post) -> None:
    # Idle, the courier rests for a minute: only the commit can have told it.
    async with post.running():
        for number in range(10):
            await post.reply(ANNA, str(number))
            await post.settled(*["sent"] * (number + 1), timeout=5)
    assert post.said() == [(ANNA, str(number)) for number in range(10)]


async def test_row_that_is_due_later_is_sent_when_due(post: Post) -> None:
    await post.reply(ANNA, "sau")
    await sql(post.db, "UPDATE outbox SET not_before = :at", at=str(post.time.now().replace(year=2099, tzinfo=None)))
    async with post.running():
        await post.reply(BINH, "nay")
        await post.settled("queued", "sent")
        await sql(post.db, "UPDATE outbox SET not_before = :at", at=str(post.time.now().replace(tzinfo=None)))
        post.skip(0)
        await post.settled()
    assert post.said() == [(BINH, "nay"), (ANNA, "sau")]


async def test_outcomes_share_commits(post: Post) -> None:
    chats = range(ANNA, ANNA + 60)
    for number in range(5):
        await post.notify(chats, f"Tin {number}")
    commits = count_commits(post.db)
    async with post.running():
        await post.settled()
    written = len(commits)
    # Two at the start, at most one a claim of half a hand, one a batch of outcomes or a pause of 50 ms.
    assert len(post.calls()) == 300 > WRITE_AT
    assert written < 60


@pytest.mark.parametrize("replies", [1, 3])
async def test_replies_overtake_a_broadcast(post: Post, replies: int) -> None:
    chats = range(ANNA, ANNA + 40)
    await post.notify(chats, "Tin")
    async with post.running(post.telegram(per_second=2)):
        # One of two slots is bulk's; the rest of the hand waits.
        await eventually(post.states, lambda states: states.count("sent") == 1)
        for number in range(replies):
            await post.reply(ANNA + 50 + number, "Dạ")
        for sent in range(1, replies + 1):
            post.skip(1.1)
            await eventually(post.states, lambda states, sent=sent: states[40:].count("sent") >= sent)  # type: ignore[misc]
    assert [text for _, text in post.said()][: replies + 1] == ["Tin", *["Dạ"] * replies]


async def test_stop_ends_what_is_in_flight_and_gives_back_the_rest(post: Post) -> None:
    post.tg.script("sendMessage", Fault.slow(0.2), times=None)
    await post.reply(ANNA, "1", "2", "3")
    await post.notify([BINH], "Tin")
    async with post.running():
        await post.tg.wait(lambda: len(post.calls()) == 2)
    assert await post.rows() == [
        ("sent", 1, False, None),
        ("queued", 0, False, None),
        ("queued", 0, False, None),
        ("sent", 1, False, None),
    ]
    post.tg.clear_faults()
    async with post.running():
        await post.settled()
    assert sorted(post.said(), key=str) == [(ANNA, "1"), (ANNA, "2"), (ANNA, "3"), (BINH, "Tin")]


async def test_killed_while_sending_is_sent_at_the_next_start(post: Post) -> None:
    await post.reply(ANNA, "1", "2")
    await post.notify([BINH], "Tin")
    async with post.db.write() as tx:
        assert len(await outbox.claim(tx, "telegram", 2)) == 2
    async with post.running():
        await post.settled()
    assert sorted(post.said(), key=str) == [(ANNA, "1"), (ANNA, "2"), (BINH, "Tin")]
    assert [text for chat, text in post.said() if chat == ANNA] == ["1", "2"]


async def amended(post: Post, before: str, after: str) -> None:
    (row_id,) = await post.reply(ANNA, before)
    account_id = await account(post.db, str(ANNA))
    async with post.db.write() as tx:
        owner = await tx.session.get_one(Account, account_id)
        await changes.amend(tx, owner, row_id, "editMessageText", {"text": after})


async def test_change_waits_for_the_id_of_its_message(post: Post) -> None:
    await amended(post, "trước", "sau")
    async with post.running():
        await post.settled()
    assert [(call.method, call.params.get("message_id")) for call in post.calls()] == [
        ("sendMessage", None),
        ("editMessageText", str(post.tg.last(ANNA).message_id)),
    ]
    assert post.tg.last(ANNA).text == "sau"


async def test_change_of_a_message_that_was_never_sent_fails(post: Post) -> None:
    post.tg.script("sendMessage", Fault.status(400, "message text is empty"))
    await amended(post, "trước", "sau")
    async with post.running():
        await post.settled("failed", "failed")
    assert [call.method for call in post.calls()] == ["sendMessage"]
    assert (await post.rows())[1] == ("failed", 1, False, "the message it changes was not sent")


class Unchanging(Telegram):
    """A messenger that cannot change what it said."""

    def __init__(self, *parts: Any, **settings: Any) -> None:
        super().__init__(*parts, **settings)
        self.features = replace(self.features, edits=False)


async def test_change_is_left_out_where_messages_cannot_change(post: Post) -> None:
    await amended(post, "trước", "sau")
    messenger = Unchanging(post.db, post.tg.token, api_base=post.tg.url, per_second=None)
    async with post.running(messenger):
        await post.settled()
    await messenger.close()
    assert post.said() == [(ANNA, "trước")]


async def test_unreachable_gets_no_notice_but_a_reply(post: Post) -> None:
    account_id = await account(post.db, str(ANNA))
    await post.notify([ANNA], "Tin")
    await post.reply(ANNA, "Dạ")
    await sql(post.db, "UPDATE account SET unreachable_at = created_at")
    async with post.running():
        await post.settled("unreachable", "sent")
    assert (post.said(), await post.rows()) == (
        [(ANNA, "Dạ")],
        [("unreachable", 0, False, "nobody to tell"), ("sent", 1, False, None)],
    )
    assert (await get_account(post.db, account_id)).unreachable_at is not None


async def test_row_that_cannot_be_said_fails_alone(post: Post) -> None:
    await post.notify([ANNA], "", kind="poison")
    await post.notify([BINH], "Tin")
    await post.notify([BINH], "", kind="never")
    account_id = await account(post.db, str(ANNA))
    async with post.db.write() as tx:
        owner = await tx.session.get_one(Account, account_id)
        outbox.queue_reply(tx, owner, "sendDance", {"text": "x"})
        outbox.queue_reply(tx, owner, "sendMessage", {"words": "x"})
        outbox.queue_reply(tx, owner, "sendMessage", {"text": "Dạ"})
    with capture_logs() as logs:
        async with post.running():
            await post.settled("failed", "sent", "failed", "failed", "failed", "sent")
    assert sorted(post.said()) == [(ANNA, "Dạ"), (BINH, "Tin")]
    assert [row[3] for row in await post.rows()] == [
        "PoisonedRow",
        None,
        "the row is gone",
        "KeyError",
        "ValidationError",
        None,
    ]
    told = [(line["event"], line["delivery_id"], line["error"]) for line in logs if line["log_level"] == "error"]
    assert sorted(told, key=str) == [
        ("courier.render", 1, "PoisonedRow"),
        ("courier.render", 4, "KeyError"),
        ("courier.render", 5, "ValidationError"),
    ]


@pytest.mark.parametrize("kind", ["later", "no_table"])
async def test_notice_that_cannot_be_said_yet_comes_back(post: Post, kind: str) -> None:
    await post.notify([ANNA], "Trả lời", kind=kind)
    await post.notify([BINH], "Tin")
    async with post.running():
        await post.settled("queued", "sent")
        post.notices.ready = True
        post.skip(6)
        await post.settled()
    assert post.said() == [(BINH, "Tin"), (ANNA, "Trả lời")]
    assert (await post.rows())[0] == ("sent", 1, False, None)


async def test_courtesies_are_neither_rows_nor_repeated_nor_stopped_by_a_failure(post: Post) -> None:
    query = (await post.tg.raw_callback(ANNA, 1, "x"))["callback_query"]["id"]
    courier = post.courier()
    for number in range(8):
        courier.courtesy("telegram", AnswerCallbackQuery(callback_query_id=f"old{number}"))
    courier.courtesy("telegram", AnswerCallbackQuery(callback_query_id=query, text="Dạ"))
    post.tg.script("answerCallbackQuery", Fault("reset"), times=4)
    async with running(courier):
        await post.tg.wait(lambda: not post.tg.unanswered())
    assert len(post.tg.calls("answerCallbackQuery")) == 9
    assert await post.rows() == []


async def test_stop_is_prompt_when_idle(post: Post) -> None:
    async with asyncio.timeout(5), post.running():
        await asyncio.sleep(0)
    assert post.calls() == []
