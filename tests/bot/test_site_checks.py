"""What `doithoai check` says of our public address: the server itself stands for the proxy before it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from bot.config import Settings, load
from bot.pages.server import WebServer
from bot.sections import WebSection
from bot.site_checks import public_address
from tests.bot.parts import no_metrics
from tests.processes import ROOT, free_port

SITE = "https://chat.xa.example"


async def no_problems() -> dict[str, str | None]:
    return {}


class Proxy(httpx.AsyncHTTPTransport):
    """The way from our public name to the server on this machine, as a reverse proxy goes it."""

    def __init__(self, port: int, *, names: bool = True, keeps_host: bool = True) -> None:
        super().__init__()
        self.port, self.names, self.keeps_host = port, names, keeps_host

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        if self.names:
            request.headers["X-Forwarded-For"] = "203.0.113.7"
        if not self.keeps_host:
            request.headers["Host"] = f"127.0.0.1:{self.port}"
        return await super().handle_async_request(request)


@pytest.fixture
def settings() -> Settings:
    section = WebSection(chat=True, public_url=SITE)
    return load(ROOT / "config.toml", {}).model_copy(update={"web": section})


@asynccontextmanager
async def served(mount: Callable[[FastAPI], None]) -> AsyncIterator[int]:
    web = WebServer(
        "127.0.0.1",
        0,
        problems=no_problems,
        metrics=no_metrics,
        mounts=[mount],
        proxies=["127.0.0.1"],
        public_host="chat.xa.example",
    )
    web.bind()
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(web.serve(stopping))
        yield web.port
        stopping.set()


async def said(settings: Settings, transport: httpx.AsyncBaseTransport, *, running: bool = True) -> str:
    async with httpx.AsyncClient(transport=transport) as client:
        return str(await public_address(settings, client, running=running))


def with_chat(app: FastAPI) -> None:
    app.get("/chat")(lambda: PlainTextResponse("page"))


def with_nothing(app: FastAPI) -> None:
    """A server of ours without the page."""


async def test_address_that_leads_here_is_ok(settings: Settings) -> None:
    async with served(with_chat) as port:
        assert await said(settings, Proxy(port)) == f"ok    địa chỉ ngoài: {SITE} tới được / reached /chat"


@pytest.mark.parametrize("keeps_host", [True, False])
async def test_proxy_that_does_not_say_for_whom_it_asks_is_told_how(settings: Settings, keeps_host: bool) -> None:
    async with served(with_chat) as port:
        found = await said(settings, Proxy(port, names=False, keeps_host=keeps_host))
    assert found.startswith(f"FAIL  địa chỉ ngoài: {SITE}: proxy phải gửi X-Forwarded-For")


async def test_path_that_leads_elsewhere_is_named(settings: Settings) -> None:
    async with served(with_nothing) as port:
        found = await said(settings, Proxy(port))
    assert found.startswith(f"FAIL  địa chỉ ngoài: {SITE}/chat trả lời 404: cho proxy dẫn cả đường này tới http://127.")


@pytest.mark.parametrize(("status", "words"), [(502, "trả lời 502: proxy không tới"), (200, "chương trình khác (200)")])
async def test_server_that_is_not_ours_is_told_from_a_proxy_that_finds_us_not(
    settings: Settings, status: int, words: str
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 5\r\nConnection: close\r\n\r\nother".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        found = await said(settings, Proxy(server.sockets[0].getsockname()[1]))
    assert found.startswith("FAIL  địa chỉ ngoài: ")
    assert words in found


async def test_address_that_nobody_answers_at_says_what_to_open(settings: Settings) -> None:
    found = await said(settings, Proxy(free_port()))
    assert found.startswith(f"FAIL  địa chỉ ngoài: {SITE}: không nối được (ConnectError): chạy proxy HTTPS")
    assert "mở thử bằng điện thoại" in found


async def test_address_is_not_asked_before_the_program_runs(settings: Settings) -> None:
    found = await said(settings, Proxy(free_port()), running=False)
    assert found.startswith(f"ok    địa chỉ ngoài: {SITE}: chạy doithoai run rồi kiểm lại")
