"""The courier on its bad days: mutes, refusals, cut lines, a record that does not answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.lane import MAX_ATTEMPTS
from bot.messengers.telegram import Telegram
from tests.bot.parts import account, eventually, get_account, logged, running, sql
from tests.bot.post import ANNA, BINH, Post, open_post
from tests.doubles.telegram import Fault, TelegramDouble
from tests.processes import free_port


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(tmp_path) as post:
        yield post


async def test_nothing_is_sent_while_muted(post: Post) -> None:
    post.tg.script("sendMessage", Fault.too_many(1))
    await post.reply(ANNA, "1")
    async with post.running():
        await eventually(lambda: sql(post.db, "SELECT muted_until FROM messenger"))
        await post.reply(ANNA, "2", "3")
        await post.notify(range(BINH, BINH + 20), "Tin")
        await post.settled()
    first, second = post.calls()[:2]
    assert second.at - first.at >= 1
    assert (post.tg.calls_during_mute, len(post.calls())) == (0, 24)
    assert [text for chat, text in post.said() if chat == ANNA] == ["1", "1", "2", "3"]
    assert (await post.rows())[0] == ("sent", 1, False, None)


async def test_mute_outlives_a_restart(post: Post) -> None:
    post.tg.script("sendMessage", Fault.too_many(2))
    await post.reply(ANNA, "1", "2")
    async with post.running():
        await eventually(lambda: sql(post.db, "SELECT muted_until FROM messenger"))
    assert await post.states() == ["queued", "queued"]
    async with post.running():
        await post.settled()
    first, second, third = post.calls()
    assert (second.at - first.at >= 2, third.params["text"]) == (True, "2")
    assert post.tg.calls_during_mute == 0


async def test_mute_of_one_messenger_does_not_hold_another(post: Post) -> None:
    other = post_of_another_token(post)
    post.tg.script("sendMessage", Fault.too_many(30), chat_id=ANNA)
    await post.reply(ANNA, "1")
    await post.reply(BINH, "1", messenger="second")
    async with post.running(post.telegram(), other):
        await post.settled("queued", "sent")


class Second(Telegram):
    """Another messenger, with a token of its own."""

    name = "second"


def post_of_another_token(post: Post) -> Second:
    other = Second(post.db, "43:OTHER", api_base=post.tg.url, per_second=None)
    post.messengers.append(other)
    post.tg.open_chat(BINH, token="43:OTHER")
    return other


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        (Fault.status(401, "Unauthorized"), "Unauthorized", "the token is refused (401)"),
        (Fault.status(404, "Not Found"), "Not Found", "the token is unknown (404)"),
    ],
    ids=str,
)
async def test_refused_token_stops_its_lane_only_and_says_so_once(
    post: Post, fault: Fault, error: str, reason: str
) -> None:
    courier = post.courier(post.telegram(), post_of_another_token(post))
    post.tg.script("sendMessage", fault, times=None, chat_id=ANNA)
    await post.reply(ANNA, "1", "2")
    await post.reply(ANNA + 2, "1")
    with capture_logs() as logs:
        await refused(post, courier, error, reason)
    told = [line for line in logs if line["event"] == "courier.stopped"]
    assert [(line["messenger"], line["reason"]) for line in told] == [("telegram", reason)]


async def refused(post: Post, courier: Courier, error: str, reason: str) -> None:
    async with running(courier):
        await eventually(post.rows, lambda rows: bool(rows[0][3]))
        for number in range(3):
            await post.reply(BINH, str(number), messenger="second")
            await eventually(post.states, lambda states, sent=number + 1: states[3:] == ["sent"] * sent)  # type: ignore[misc]
    assert {name: lane.stopped for name, lane in courier.lanes.items()} == {"telegram": reason, "second": None}
    first, second, _, *others = await post.rows()
    assert (first, second) == (("queued", 0, False, error), ("queued", 0, False, None))
    assert others == [("sent", 1, False, None)] * 3


async def test_blocked_is_unreachable_and_spared_the_rest(post: Post) -> None:
    await post.tg.my_chat_member(ANNA, "kicked")
    account_id = await account(post.db, str(ANNA))
    await post.notify([ANNA], "1")
    async with post.running():
        await post.settled("unreachable")
        await post.notify([ANNA], "2")
        await post.settled("unreachable", "unreachable")
    assert (await get_account(post.db, account_id)).unreachable_at is not None
    assert await post.rows() == [
        ("unreachable", 1, False, "Forbidden: bot was blocked by the user"),
        ("unreachable", 0, False, "nobody to tell"),
    ]
    assert post.said() == [(ANNA, "1")]


@pytest.mark.parametrize(
    ("fault", "row"),
    [
        (Fault.status(400, "chat not found"), ("failed", 1, False, "Bad Request: chat not found")),
        (
            Fault.status(400, "message is not modified: x"),
            ("sent", 1, False, "Bad Request: message is not modified: x"),
        ),
        (Fault.status(403, "user is deactivated"), ("unreachable", 1, False, "Forbidden: user is deactivated")),
    ],
)
async def test_what_no_further_try_would_change(post: Post, fault: Fault, row: tuple[object, ...]) -> None:
    post.tg.script("sendMessage", fault, times=None, chat_id=ANNA)
    await post.reply(ANNA, "1")
    await post.reply(BINH, "1")
    async with post.running():
        await post.settled(str(row[0]), "sent")
    assert (await post.rows())[0] == row
    assert len(post.calls()) == 2
    assert await sql(post.db, "SELECT payload FROM outbox") == [(None,), (None,)]


PASSING = [
    Fault.status(403, "bot can't initiate conversation with a user"),
    Fault.server_error(),
    Fault("html"),
    Fault("html", code=504),
]


@pytest.mark.parametrize("fault", PASSING, ids=str)
async def test_what_passes_is_tried_again_later(post: Post, fault: Fault) -> None:
    post.tg.script("sendMessage", fault, times=2)
    await post.reply(ANNA, "1")
    async with post.running():
        for tries in (1, 2):
            await eventually(post.rows, lambda rows, tries=tries: rows[0][:2] == ("queued", tries))  # type: ignore[misc]
            ((before,),) = await sql(post.db, "SELECT not_before FROM outbox")
            assert before > str(post.time.now().replace(tzinfo=None))
            post.skip(2**tries)
        await post.settled()
    assert (post.said(), (await post.rows())[0]) == ([(ANNA, "1")] * 3, ("sent", 3, False, None))


async def test_what_never_passes_fails_in_the_end(post: Post) -> None:
    post.tg.script("sendMessage", PASSING[0], times=None)
    await post.reply(ANNA, "1")
    await sql(post.db, "UPDATE outbox SET attempts = :tried", tried=MAX_ATTEMPTS - 2)
    async with post.running():
        await eventually(post.rows, lambda rows: rows[0][:2] == ("queued", MAX_ATTEMPTS - 1))
        post.skip(400)
        await post.settled("failed")
    error = "Forbidden: bot can't initiate conversation with a user"
    assert await post.rows() == [("failed", MAX_ATTEMPTS, False, error)]
    assert await sql(post.db, "SELECT payload FROM outbox") == [(None,)]


async def test_line_that_is_down_costs_no_tries(post: Post) -> None:
    port = free_port()
    await post.reply(ANNA, "1", "2")
    async with post.running(post.telegram(api_base=f"http://127.0.0.1:{port}")):
        for _ in range(3):
            await eventually(lambda: sql(post.db, "SELECT error FROM outbox WHERE error LIKE '%ClientConnector%'"))
            await sql(post.db, "UPDATE outbox SET error = NULL")
            post.skip(10)
        assert [(row[0], row[1]) for row in await post.rows()] != [("failed", 1), ("failed", 1)]
        async with TelegramDouble(port) as late:
            late.open_chat(ANNA)
            post.skip(10)
            await post.settled()
            assert [call.params["text"] for call in late.calls("sendMessage")] == ["1", "2"]
    assert [row[1:3] for row in await post.rows()] == [(1, False), (1, False)]


@pytest.mark.parametrize(("kind", "shown"), [("lost", 2), ("reset", 1)])
async def test_cut_line_is_ambiguous_and_repeated_once(post: Post, kind: str, shown: int) -> None:
    post.tg.script("sendMessage", Fault("lost" if kind == "lost" else "reset"))
    await post.reply(ANNA, "1")
    async with post.running():
        await eventually(post.rows, lambda rows: rows[0][0] == "queued" and rows[0][2])
        post.skip(3)
        await post.settled()
    assert (await post.rows(), len(post.tg.messages(ANNA))) == ([("sent", 2, True, None)], shown)


async def test_ambiguous_twice_is_not_repeated_again(post: Post) -> None:
    post.tg.script("sendMessage", Fault("lost"), times=None, chat_id=ANNA)
    await post.reply(ANNA, "1")
    async with post.running():
        await eventually(post.rows, lambda rows: rows[0][0] == "queued" and rows[0][2])
        post.skip(3)
        await post.settled("unknown")
        post.skip(600)
        await post.reply(BINH, "1")
        await post.settled("unknown", "sent")
    async with post.running():
        await post.reply(BINH, "2")
        await post.settled("unknown", "sent", "sent")
    assert [text for chat, text in post.said() if chat == ANNA] == ["1", "1"]
    assert await sql(post.db, "SELECT payload FROM outbox") == [(None,)] * 3


async def test_outcomes_outlive_a_record_that_refuses_them(post: Post) -> None:
    await sql(
        post.db,
        "CREATE TRIGGER full BEFORE UPDATE ON outbox WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    await post.reply(ANNA, "1")
    with capture_logs() as logs:
        async with post.running():
            await post.tg.wait(post.calls)
            await eventually(logged(logs, "courier.database"))
            await sql(post.db, "DROP TRIGGER full")
            await post.settled()
    assert (post.said(), await post.rows()) == ([(ANNA, "1")], [("sent", 1, False, None)])


async def test_token_in_no_error_and_no_log(post: Post) -> None:
    async def portal(request: web.Request) -> web.Response:
        raise web.HTTPFound(request.path)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", portal)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await post.reply(ANNA, "1")
    with capture_logs() as logs:
        async with post.running(post.telegram(api_base=f"http://127.0.0.1:{runner.addresses[0][1]}")):
            errors = await eventually(lambda: sql(post.db, "SELECT error FROM outbox WHERE error IS NOT NULL"))
    await runner.cleanup()
    assert "TooManyRedirects" in errors[0][0]
    assert "42:TEST" not in str(errors) + str(logs)


async def test_group_that_was_upgraded_is_written_to_under_its_new_id(post: Post) -> None:
    await post.tg.text(-5, "chào", chat_type="group")
    await post.tg.upgrade(-5, -100500)
    await post.reply(-5, "1")
    async with post.running():
        await eventually(lambda: sql(post.db, "SELECT 1 FROM account WHERE native_id = '-100500'"))
        post.skip(5)
        await post.settled()
    assert [(call.chat_id, call.error) for call in post.calls()] == [
        (-5, "400 Bad Request: group chat was upgraded to a supergroup chat"),
        (-100500, None),
    ]


async def test_group_that_put_the_bot_out_is_unreachable(post: Post) -> None:
    await post.tg.text(-5, "chào")
    await post.tg.my_chat_member(-5, "kicked")
    await post.reply(-5, "1")
    async with post.running():
        await post.settled("unreachable")
    assert await sql(post.db, "SELECT unreachable_at IS NOT NULL FROM account WHERE native_id = '-5'") == [(1,)]
