"""Files of other servers: what is fetched, and what is never even connected to."""

import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messengers.base import FileGone
from bot.messengers.zalo import new_client
from bot.remote import fetch, is_public, looks_like
from tests.doubles.zalo_bot import Fault, ZaloBotDouble

LIMIT = 100


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotDouble]:
    async with ZaloBotDouble() as double:
        yield double


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with new_client() as client:
        yield client


class Connected(AssertionError):
    """Somebody was called who must never be."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection is a failure of the test; looking up names still works."""

    def connect(*_: Any) -> None:
        raise Connected

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr("asyncio.selector_events.BaseSelectorEventLoop.sock_connect", connect)


async def test_file_on_a_trusted_host_is_fetched(zalo: ZaloBotDouble, client: httpx.AsyncClient) -> None:
    url = zalo.put(b"x" * LIMIT, "image/jpeg", ".jpg")
    assert await fetch(client, url, LIMIT, [zalo.host]) == b"x" * LIMIT


@pytest.mark.parametrize("status", [204, 400, 401, 403, 404, 410])
async def test_file_that_is_not_there_is_gone(zalo: ZaloBotDouble, client: httpx.AsyncClient, status: int) -> None:
    url = zalo.put(b"", "image/jpeg", ".jpg", status=status)
    with pytest.raises(FileGone, match=str(status)):
        await fetch(client, url, LIMIT, [zalo.host])


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_server_in_trouble_is_asked_again_later(
    zalo: ZaloBotDouble, client: httpx.AsyncClient, status: int
) -> None:
    url = zalo.put(b"", "image/jpeg", ".jpg", status=status)
    with pytest.raises(OSError, match=str(status)):
        await fetch(client, url, LIMIT, [zalo.host])


async def test_server_that_is_not_there_is_asked_again_later(client: httpx.AsyncClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(OSError, match="ConnectError"):
            await fetch(client, f"http://{host}/a", LIMIT, [host])


async def test_file_that_is_too_large_is_not_read_to_its_end(zalo: ZaloBotDouble, client: httpx.AsyncClient) -> None:
    url = zalo.put(b"x" * (LIMIT + 1), "image/jpeg", ".jpg")
    with pytest.raises(FileGone, match="too large"):
        await fetch(client, url, LIMIT, [zalo.host])


async def test_redirect_is_followed_to_where_we_may_go(zalo: ZaloBotDouble, client: httpx.AsyncClient) -> None:
    there = zalo.put(b"y", "image/jpeg", ".jpg")
    url = zalo.put(b"", "image/jpeg", ".jpg", status=302, location=there.removeprefix(zalo.url))
    assert await fetch(client, url, LIMIT, [zalo.host]) == b"y"


async def test_redirect_that_never_ends_does(zalo: ZaloBotDouble, client: httpx.AsyncClient) -> None:
    url = zalo.put(b"", "image/jpeg", ".jpg", status=302, location="/media/1.jpg")
    with pytest.raises(FileGone, match="redirects"):
        await fetch(client, url, LIMIT, [zalo.host])
    assert len(zalo.calls("media")) == 4


@pytest.mark.parametrize(
    "location", ["https://127.0.0.1/x", "https://localhost/x", "http://example.com/x", "ftp://a/b"]
)
async def test_redirect_into_our_own_network_is_not_followed(
    zalo: ZaloBotDouble, client: httpx.AsyncClient, location: str
) -> None:
    url = zalo.put(b"", "image/jpeg", ".jpg", status=302, location=location)
    with pytest.raises(FileGone, match="address"):
        await fetch(client, url, LIMIT, [zalo.host])


NEVER = [
    "http://photo-stal-1.zdn.vn/a.jpg",
    "ftp://photo-stal-1.zdn.vn/a.jpg",
    "file:///etc/passwd",
    "data:image/jpeg;base64,AA",
    "photo.jpg",
    "",
    "https://",
    "https:///a",
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://localhost/a",
    "https://0.0.0.0/a",
    "https://10.0.0.1/a",
    "https://172.16.0.1/a",
    "https://192.168.1.1/a",
    "https://100.64.0.1/a",
    "https://169.254.169.254/latest/meta-data",
    "https://224.0.0.1/a",
    "https://255.255.255.255/a",
    "https://[::1]/a",
    "https://[::]/a",
    "https://[fe80::1]/a",
    "https://[fc00::1]/a",
    "https://[ff02::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[::ffff:10.0.0.1]/a",
    "https://[64:ff9b::7f00:1]/a",
    "https://[2002:7f00:1::]/a",
    "https://1.1.1.1:8443/a",
    "https://user:secret@1.1.1.1/a",
    "https://bad host/a",
    "https://a..b/\x00",
]


@pytest.mark.parametrize("url", NEVER)
@pytest.mark.usefixtures("no_network")
async def test_what_points_elsewhere_than_the_open_net_is_never_connected_to(
    client: httpx.AsyncClient, url: str
) -> None:
    with pytest.raises((FileGone, socket.gaierror)):
        await fetch(client, url, LIMIT)


@pytest.mark.usefixtures("no_network")
async def test_connection_would_be_seen(zalo: ZaloBotDouble, client: httpx.AsyncClient) -> None:
    with pytest.raises(ExceptionGroup) as raised:
        await fetch(client, f"{zalo.url}/media/1.jpg", LIMIT, [zalo.host])
    assert [type(error) for error in raised.value.exceptions] == [Connected]


async def test_name_with_one_inner_address_among_others_is_never_connected_to(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    def both(host: str, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in ("1.1.1.1", "10.0.0.7")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(FileGone, match="public"):
        await fetch(client, "https://photo.example/a.jpg", LIMIT)


async def test_the_address_that_was_judged_is_the_one_connected_to_under_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second look-up, which could give another address, never happens."""
    asked: list[str] = []
    seen: list[httpx.Request] = []

    def once(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 443))]

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"z")

    monkeypatch.setattr(socket, "getaddrinfo", once)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert await fetch(client, "https://photo.example/a.jpg?b=1", LIMIT) == b"z"
    (request,) = seen
    assert (asked, str(request.url)) == (["photo.example"], "https://1.1.1.1/a.jpg?b=1")
    assert (request.headers["Host"], request.extensions["sni_hostname"]) == ("photo.example", "photo.example")


async def test_connection_that_breaks_is_tried_again_later(zalo: ZaloBotDouble, client: httpx.AsyncClient) -> None:
    zalo.script("getMe", Fault("reset"))
    with pytest.raises(OSError, match="download failed"):
        await fetch(client, f"{zalo.url}/bot{zalo.token}/getMe", LIMIT, [zalo.host])


@given(
    st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="fc00::/7") | st.ip_addresses(network="127.0.0.0/8")
)
def test_inner_addresses_are_not_public(address: Any) -> None:
    assert is_public(str(address)) is False


def test_open_addresses_are_public_and_words_are_not() -> None:
    assert [is_public(each) for each in ("1.1.1.1", "2606:4700:4700::1111", "x", "")] == [True, True, False, False]


KINDS = [
    (b"\xff\xd8\xff\xe0", True, False),
    (b"\x89PNG\r\n\x1a\n...", True, False),
    (b"RIFF\0\0\0\0WEBP", True, False),
    (b"RIFF\0\0\0\0WAVE", False, True),
    (b"\xff\xf1\x50", False, True),
    (b"\0\0\0\x20ftypM4A ", False, True),
    (b"OggS", False, True),
    (b"<!DOCTYPE html>", False, False),
    (b"MZ\x90", False, False),
    (b"", False, False),
]


@pytest.mark.parametrize(("data", "photo", "voice"), KINDS)
def test_first_bytes_say_what_a_file_is(data: bytes, photo: bool, voice: bool) -> None:
    assert (looks_like("photo", data), looks_like("voice", data)) == (photo, voice)
