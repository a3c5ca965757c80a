"""Behind a reverse proxy: whose word is taken for where somebody comes from."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from bot.pages.proxies import Proxies


async def _from(scope: Scope, receive: Receive, send: Send) -> None:
    """A page that says from where it thinks that it is asked."""
    client = Request(scope).client
    await PlainTextResponse(client.host if client else "")(scope, receive, send)


PAGE = Proxies(_from, ["127.0.0.1", "::1", "10.0.0.0/8"], "chat.xa.example")


async def seen(page: Proxies, peer: str, **headers: str) -> str:
    transport = httpx.ASGITransport(page, client=(peer, 4000))
    async with httpx.AsyncClient(transport=transport, base_url="https://chat.xa.example") as client:
        return (
            await client.get("/chat", headers={name.replace("_", "-"): value for name, value in headers.items()})
        ).text


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        # What she wrote herself stands before what the proxy saw.
        ("127.0.0.1", "192.0.2.66, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "192.0.2.66, 203.0.113.7, 10.1.2.3", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("192.168.0.9", "203.0.113.7", "192.168.0.9"),
        ("127.0.0.1", "", "127.0.0.1"),
    ],
)
async def test_known_proxy_says_for_whom_it_asks_and_nobody_else_does(peer: str, forwarded: str, who: str) -> None:
    assert await seen(PAGE, peer, x_forwarded_for=forwarded) == who


async def test_proxy_that_makes_a_whole_village_one_address_is_logged_once() -> None:
    page = Proxies(_from, ["127.0.0.1"], "chat.xa.example")
    with capture_logs() as logs:
        for peer, headers in (
            ("127.0.0.1", {"x_forwarded_for": "203.0.113.7"}),
            ("127.0.0.1", {"host": "127.0.0.1:8080"}),
            ("27.72.0.9", {"x_forwarded_for": "203.0.113.7"}),
            ("27.72.0.9", {}),
        ):
            await seen(page, peer, **headers)
        assert logs == []
        for _ in range(2):
            await seen(page, "127.0.0.1")
            await seen(page, "192.168.0.9", x_forwarded_for="203.0.113.7")
    assert [(line["event"], line["problem"]) for line in logs] == [
        ("web.proxy", "the proxy does not say for whom it asks"),
        ("web.proxy", "192.168.0.9 is no known proxy, its X-Forwarded-For is not believed"),
    ]
