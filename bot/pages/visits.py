"""Who opens the public chat: what her browser holds for us, from where she comes, and how much she may say at once."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request, Response
from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "dt_chat"
FRAMED_COOKIE = "dt_chat_frame"
"""The same in a page of another site, where a browser keeps what it is given apart for each such site."""

KEPT_SECONDS = 400 * 86_400
"""As long as browsers keep anything: an answer may take a year, and she should find her conversation."""

MOST_KNOWN = 20_000
"""Budgets in memory; the one that was used longest ago goes first."""


class Sessions:
    """Names an account to its browser, signed, so that nobody names another. `site` is our public address."""

    def __init__(self, key: bytes, site: str) -> None:
        self._signer = URLSafeSerializer(key, salt="chat")
        self._site = urlsplit(site)
        self._secure = self._site.scheme == "https"

    def read(self, request: Request) -> str | None:
        """The native id of the account that this browser speaks for."""
        held = request.cookies.get(_name(request))
        try:
            found = self._signer.loads(held) if held else None
        except BadSignature:
            return None
        return found if isinstance(found, str) else None

    def give(self, request: Request, response: Response, native_id: str) -> None:
        """Lets this browser speak for an account, where our own pages alone can use it."""
        self._set(request, response, str(self._signer.dumps(native_id)), KEPT_SECONDS)

    def take(self, request: Request, response: Response) -> None:
        """Takes away what was given."""
        self._set(request, response, "", 0)

    def _set(self, request: Request, response: Response, value: str, seconds: int) -> None:
        name = _name(request)
        rules = [f"{name}={value}", "Path=/chat", f"Max-Age={seconds}", "HttpOnly"]
        if self._secure:
            rules.append("Secure")
        # In another site's frame only a partitioned cookie comes back; `is_ours` keeps that site from using it.
        rules += ["SameSite=None", "Partitioned"] if name == FRAMED_COOKIE and self._secure else ["SameSite=Lax"]
        response.headers.append("Set-Cookie", "; ".join(rules))

    def is_ours(self, request: Request) -> bool:
        """Whether one of our own pages asks, and not another site in her browser."""
        fetched_by = request.headers.get("sec-fetch-site")
        if fetched_by is not None:
            return fetched_by == "same-origin"
        origin = request.headers.get("origin")
        return origin is None or urlsplit(origin).netloc in {request.headers.get("host"), self._site.netloc}


def _name(request: Request) -> str:
    return FRAMED_COOKIE if "framed" in request.query_params else COOKIE


def address_of(request: Request) -> str:
    """From where somebody comes: of IPv6 the network of 64 bits, all of which one machine may have."""
    peer = request.client.host if request.client is not None else ""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else peer


@dataclass(slots=True)
class _Purse:
    left: float
    at: float


class Budget:
    """So many at once to each, and then `per_second`; `clock` gives seconds that nobody sets back."""

    def __init__(self, at_once: int, per_second: float, clock: Callable[[], float]) -> None:
        self._at_once, self._per_second, self._clock = float(at_once), per_second, clock
        self._purses: OrderedDict[str, _Purse] = OrderedDict()

    def wait(self, who: str, cost: float = 1.0) -> float:
        """Takes `cost` and returns 0.0, or returns in how many seconds there is as much."""
        now = self._clock()
        purse = self._purses.pop(who, None) or _Purse(self._at_once, now)
        purse.left = min(self._at_once, purse.left + (now - purse.at) * self._per_second)
        purse.at = now
        self._purses[who] = purse
        if len(self._purses) > MOST_KNOWN:
            self._purses.popitem(last=False)
        if purse.left < cost:
            return (cost - purse.left) / self._per_second
        purse.left -= cost
        return 0.0
