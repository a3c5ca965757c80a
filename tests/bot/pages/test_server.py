"""The web server over a real socket."""

import asyncio
import resource
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from bot.pages.server import METRICS_TYPE, UNNAMED, WebServer
from tests.bot.parts import no_metrics


async def well() -> Mapping[str, str | None]:
    return {"database": None, "courier": None}


async def ill() -> Mapping[str, str | None]:
    return {"database": None, "courier": "a message has waited"}


async def sent() -> bytes:
    return b"sent 1\n"


def mount(app: FastAPI) -> None:
    app.get("/page")(lambda: PlainTextResponse("a page"))


@asynccontextmanager
async def served(server: WebServer) -> AsyncIterator[aiohttp.ClientSession]:
    server.bind()
    stopping = asyncio.Event()
    serving = asyncio.create_task(server.serve(stopping))
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as client:
            yield client
    finally:
        stopping.set()
        await asyncio.wait_for(serving, 10)


async def get(client: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, str]:
    async with client.get(path, headers=headers) as response:
        return response.status, await response.text()


async def test_health_readiness_and_metrics() -> None:
    async with served(WebServer("127.0.0.1", 0, problems=well, metrics=sent)) as client:
        assert await get(client, "/healthz") == (200, "ok")
        assert await get(client, "/readyz") == (200, '{"database":"ok","courier":"ok"}')
        assert await get(client, "/metrics") == (200, "sent 1\n")
        async with client.get("/metrics") as response:
            assert response.headers["Content-Type"] == METRICS_TYPE
            assert "Server" not in response.headers


async def test_readiness_with_a_problem_is_503_and_names_it() -> None:
    async with served(WebServer("127.0.0.1", 0, problems=ill, metrics=no_metrics)) as client:
        assert await get(client, "/readyz") == (503, '{"database":"ok","courier":"a message has waited"}')
        assert await get(client, "/healthz") == (200, "ok")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_metrics_through_a_proxy_are_refused(header: str) -> None:
    async with served(WebServer("127.0.0.1", 0, problems=well, metrics=sent)) as client:
        assert await get(client, "/metrics", **{header: "127.0.0.1"}) == (403, "only for this machine")


async def test_only_mounted_pages_are_there() -> None:
    async with served(WebServer("127.0.0.1", 0, problems=well, metrics=no_metrics)) as client:
        paths = ["/", "/page", "/docs", "/redoc", "/openapi.json"]
        assert [(await get(client, path))[0] for path in paths] == [404] * 5
    async with served(WebServer("127.0.0.1", 0, problems=well, metrics=no_metrics, mounts=[mount])) as client:
        assert await get(client, "/page") == (200, "a page")


async def test_signals_are_left_to_the_program() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    async with served(WebServer("127.0.0.1", 0, problems=well, metrics=no_metrics)) as client:
        assert await get(client, "/healthz") == (200, "ok")
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


async def test_address_in_use_is_an_error_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = WebServer("127.0.0.1", taken.getsockname()[1], problems=well, metrics=no_metrics)
        with pytest.raises(OSError, match="in use"):
            await server.serve(asyncio.Event())


async def test_stop_before_the_first_request() -> None:
    server = WebServer("127.0.0.1", 0, problems=well, metrics=no_metrics)
    stopping = asyncio.Event()
    stopping.set()
    await asyncio.wait_for(server.serve(stopping), 10)


async def test_metrics_are_for_this_machine_and_for_nobody_behind_its_proxy() -> None:
    server = WebServer("127.0.0.1", 0, problems=well, metrics=sent, proxies=["127.0.0.1"], public_host="xa.example")
    async with served(server) as client:
        assert await get(client, "/metrics") == (200, "sent 1\n")
        assert (await get(client, "/metrics", **{"X-Forwarded-For": "203.0.113.7"}))[0] == 403
        assert (await get(client, "/metrics", **{"X-Forwarded-For": "127.0.0.1"}))[0] == 403
        assert await get(client, "/metrics", Host="xa.example") == (403, UNNAMED)


async def test_idle_connection_is_kept_as_long_as_we_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.pages.server.KEEP_SECONDS", 1)
    server = WebServer("127.0.0.1", 0, problems=well, metrics=sent)
    async with served(server):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for _ in range(2):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\nok")).startswith(b"HTTP/1.1 200")
        assert await asyncio.wait_for(reader.read(), 4) == b""
        writer.close()


def test_as_many_pages_may_be_open_as_the_machine_lets_a_process_have() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))
    try:
        WebServer("127.0.0.1", 0, problems=well, metrics=sent).bind()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(hard, 65_536), hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
