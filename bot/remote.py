"""Files that somebody else's server holds, at an address that came over the wire: fetched only from the open net.

Whoever can write to us may try to make us read our own network (server-side request forgery). So the address that is
connected to is the one that was looked at, and a redirect is looked at like the address before it.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Collection, Mapping

import httpx

from bot.messengers.base import FileGone

REDIRECTS = 3
SECONDS = 30.0
CONNECT_SECONDS = 10.0
NAT64 = ipaddress.ip_network("64:ff9b::/96")

_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_SOUNDS = (b"OggS", b"ID3", b"\x1aE\xdf\xa3", b"\xff\xf1", b"\xff\xf9", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")


def looks_like(kind: str, data: bytes) -> bool:
    """Whether the first bytes are those of a photo (JPEG, PNG, WebP) or a voice (AAC, MP4, Ogg, MP3, WebM, WAV)."""
    riff = data[8:12] if data.startswith(b"RIFF") else b""
    if kind == "photo":
        return data.startswith(_IMAGES) or riff == b"WEBP"
    return data.startswith(_SOUNDS) or riff == b"WAVE" or data[4:8] == b"ftyp"


async def fetch(client: httpx.AsyncClient, url: str, limit: int, trusted: Collection[str] = ()) -> bytes:
    """The bytes at `url`, at most `limit`.

    Only https on its own port, and only public addresses; `trusted` are "host:port" on which neither is asked for.
    Raises FileGone for what is not there, is too large or lies where we do not go; OSError for what may pass.
    """
    try:
        async with asyncio.timeout(SECONDS):
            for _ in range(REDIRECTS + 1):
                target = httpx.URL(url)
                data, location = await _get(client, target, limit, trusted)
                if location is None:
                    return data
                url = str(target.join(location))
    except (httpx.InvalidURL, UnicodeError):
        raise FileGone("no address") from None
    except httpx.HTTPError as error:
        raise OSError(f"download failed: {type(error).__name__}") from None
    raise FileGone("too many redirects")


async def _get(
    client: httpx.AsyncClient, target: httpx.URL, limit: int, trusted: Collection[str]
) -> tuple[bytes, str | None]:
    """The bytes, or where they are said to lie."""
    request = await open_request(client, "GET", target, trusted)
    response = await client.send(request, stream=True, follow_redirects=False)
    try:
        if response.is_redirect and (location := response.headers.get("Location")):
            return b"", str(location)
        if response.status_code >= 500 or response.status_code == 429:
            raise OSError(f"download failed: HTTP {response.status_code}")
        if response.status_code != 200:
            raise FileGone(f"HTTP {response.status_code}")
        data = bytearray()
        async for chunk in response.aiter_bytes():
            data += chunk
            if len(data) > limit:
                raise FileGone("too large")
        return bytes(data), None
    finally:
        await response.aclose()


async def open_request(
    client: httpx.AsyncClient,
    method: str,
    target: httpx.URL,
    trusted: Collection[str],
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> httpx.Request:
    """A request to an address that somebody named, bound to the IP address that was judged.

    Raises FileGone unless it lies in the open net, or is `trusted`; OSError when its name cannot be looked up.
    """
    given = dict(headers or {})
    if f"{target.host}:{target.port}" in trusted:
        return client.build_request(method, target, headers=given, content=content)
    # The name is looked up once: a second look-up might give another address than the one that was judged.
    return client.build_request(
        method,
        target.copy_with(host=await _public_address(target)),
        headers={**given, "Host": target.host},
        content=content,
        extensions={"sni_hostname": target.host},
    )


async def _public_address(target: httpx.URL) -> str:
    """The address to connect to. Raises FileGone unless every address of the host is public."""
    if target.scheme != "https" or not target.host or target.userinfo or target.port not in {None, 443}:
        raise FileGone("not an address that is fetched")
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(target.host, 443, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise FileGone("not a public address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open net, also when it is written inside an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is None and parsed in NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return parsed.is_global and not parsed.is_multicast
