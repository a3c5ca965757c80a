"""How much of the public chat one browser, and one address, is given, and who is not shut out by it."""

import asyncio
from contextlib import ExitStack

import httpx

from bot.pages.chatdoor import ACTS, ACTS_OF_AN_ADDRESS, ASSURED, CODES_OF_AN_ADDRESS, READS
from bot.pages.chatdoor import STRANGERS_OF_AN_ADDRESS as STRANGERS
from bot.pages.chatstreams import MOST_OF_AN_ADDRESS, MOST_OF_ONE, Streams
from tests.bot.pages.doors import Door, begun
from tests.bot.parts import sql
from tests.phones import picture


async def test_one_browser_that_floods_is_slowed_and_the_next_is_not(door: Door) -> None:
    async with begun(door) as client, begun(door) as neighbour:
        said = [
            (await client.post("/chat/say", json={"id": f"flooding-{number}", "text": "x"})).status_code
            for number in range(ACTS[0] + 1)
        ]
        assert said == [200] * ACTS[0] + [429]
        assert (await neighbour.post("/chat/say", json={"id": "quiet-one", "text": "x"})).status_code == 200
        refused = await client.post("/chat/say", json={"id": "flooding-41", "text": "x"})
        assert 1 <= int(refused.headers["retry-after"]) <= 3
        door.seconds[0] += 2.0
        assert (await client.post("/chat/say", json={"id": "flooding-41", "text": "x"})).status_code == 200


async def ask(door: Door, times: int, address: str = "203.0.113.7") -> list[int]:
    """So many browsers of this address ask to begin, in no words that are understood: the cheapest that is asked."""
    async with door.browser(address) as client:
        return [(await client.post("/chat/begin", content=b"")).status_code for _ in range(times)]


async def test_village_behind_one_address_comes_in_and_a_machine_there_is_slowed(door: Door) -> None:
    for _ in range(400):
        async with door.browser() as client:
            assert (await client.post("/chat/begin", json={})).status_code == 200
    assert await ask(door, STRANGERS[0] - 399) == [400] * (STRANGERS[0] - 400) + [429]
    async with door.browser("198.51.100.9") as elsewhere, door.browser() as neighbour:
        assert (await elsewhere.post("/chat/begin", json={})).status_code == 200
        assert (await neighbour.post("/chat/begin", json={})).status_code == 429
        door.seconds[0] += 2
        assert (await neighbour.post("/chat/begin", json={})).status_code == 200


async def test_browser_that_shows_what_is_over_comes_in_no_oftener_than_a_newcomer(door: Door) -> None:
    async with begun(door) as client:
        over, found = client.cookies["dt_chat"], []
        await sql(door.db, "UPDATE account SET native_id = NULL")
        for _ in range(STRANGERS[0] - 2):
            door.page._door._strangers.wait("203.0.113.7 comes")
        for _ in range(2):
            client.cookies.clear()
            client.cookies.set("dt_chat", over)
            found.append((await client.post("/chat/begin", json={})).status_code)
        assert found == [200, 429]


async def test_abuser_behind_the_villages_address_silences_himself_alone(door: Door) -> None:
    async with begun(door) as abuser, begun(door) as neighbour, door.browser() as machine, door.browser() as newcomer:

        async def statuses(who: httpx.AsyncClient, times: int) -> list[int]:
            return [(await who.post("/chat/say", json={})).status_code for _ in range(times)]

        assert await statuses(machine, STRANGERS[0] + 1) == [400] * STRANGERS[0] + [429]
        many = ACTS_OF_AN_ADDRESS[0] + ASSURED[0]
        assert await statuses(abuser, many + 1) == [400] * many + [429]
        said = await neighbour.post("/chat/say", json={"id": "quiet-one", "text": "x"})
        assert (said.status_code, (await neighbour.post("/chat/begin", json={})).status_code) == (200, 200)
        assert (await newcomer.post("/chat/begin", json={})).status_code == 200


async def test_one_who_fetches_without_end_is_slowed(door: Door) -> None:
    async with begun(door) as client, begun(door) as neighbour:
        found = [(await client.get("/chat/file/x")).status_code for _ in range(3)]
        assert found == [422] * 3
        found = [(await client.get("/chat/older?before=")).status_code for _ in range(READS[0] + 1)]
        assert found == [200] * READS[0] + [429]
        assert (await client.get("/chat/file/1")).status_code == 429
        assert (await neighbour.get("/chat/file/1")).status_code == 404


async def test_more_files_than_a_person_sends_wait(door: Door) -> None:
    async def send(client: httpx.AsyncClient, number: int, size: int) -> int:
        headers = {"x-once": f"number-{number:04}", "content-length": str(size)}
        return (await client.post("/chat/file", content=picture(), headers=headers)).status_code

    async with begun(door) as client, begun(door) as neighbour:
        assert [await send(client, number, 20_000_000) for number in range(4)] == [200, 200, 200, 429]
        assert await send(client, 9, 20_000_001) == 413
        assert await send(neighbour, 0, 20_000_000) == 200
        door.seconds[0] += 1000
        assert await send(client, 10, 20_000_000) == 200


async def test_pages_of_one_person_end_for_newer_ones(door: Door) -> None:
    async with begun(door):
        followed = door.page._follow(1, "203.0.113.7", {}, asyncio.Event())
        assert (await anext(followed)).startswith(b"event: messages")
        with ExitStack() as stack:
            for _ in range(MOST_OF_ONE):
                stack.enter_context(door.page._streams.open(1, "203.0.113.7", asyncio.Event()))
            assert [each async for each in followed] == []


async def test_closed_page_leaves_nothing_that_waits(door: Door) -> None:
    async with begun(door):
        before = asyncio.all_tasks()
        followed = door.page._follow(1, "203.0.113.7", {}, asyncio.Event())
        assert (await anext(followed)).startswith(b"event: messages")
        waiting = asyncio.ensure_future(anext(followed))
        while len(asyncio.all_tasks() - before) < 3:  # it, and the two things that it waits for
            await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        await asyncio.sleep(0)
        assert asyncio.all_tasks() - before == set()


def test_each_person_of_a_crowded_address_has_one_page() -> None:
    streams, woken = Streams(), asyncio.Event()
    with ExitStack() as stack:
        for number in range(MOST_OF_AN_ADDRESS):
            stack.enter_context(streams.open(number % 200, "203.0.113.7", woken))
        former = stack.enter_context(streams.open(900, "198.51.100.9", woken))
        first = stack.enter_context(streams.open(900, "203.0.113.7", woken))
        assert (former.ended, first.ended, woken.is_set()) == (True, False, True)
        second = stack.enter_context(streams.open(901, "203.0.113.7", woken))
        assert (first.ended, second.ended) == (False, False)
    assert (streams._open, streams._from_address) == ({}, {})


async def test_machine_with_a_whole_network_is_one_address(door: Door) -> None:
    found = []
    for number in range(11):
        found += await ask(door, 100, f"2001:db8:0:1::{number:x}")
    assert found == [400] * STRANGERS[0] + [429] * (1100 - STRANGERS[0])
    async with door.browser("2001:db8:0:2::1") as neighbour:
        assert (await neighbour.post("/chat/begin", json={})).status_code == 200


async def test_codes_are_not_guessed(door: Door) -> None:
    async with begun(door) as client, door.browser() as guesser, door.browser("198.51.100.9") as elsewhere:
        code = (await client.post("/chat/code", json={})).json()["code"]
        tries = [(await guesser.post("/chat/open", json={"code": f"{n:012}"})).status_code for n in range(12)]
        assert tries == [404] * CODES_OF_AN_ADDRESS[0] + [429, 429]
        assert (await guesser.post("/chat/open", json={"code": code})).status_code == 429
        assert (await elsewhere.post("/chat/open", json={"code": 7})).status_code == 404
        assert (await elsewhere.post("/chat/open", json={"code": code})).status_code == 200
