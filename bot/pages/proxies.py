"""Behind a reverse proxy: whose word is taken for where somebody comes from, and a word to the operator if none is."""

import ipaddress
from collections.abc import Sequence

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

FORWARDED = b"x-forwarded-for"

log = structlog.get_logger(__name__)


class Proxies(ProxyHeadersMiddleware):
    """Takes X-Forwarded-For and -Proto from `trusted`, addresses or networks, and from nobody else.

    Of several addresses in the header the last that is not itself trusted counts: what stands before it anybody can
    have written. `public_host` is the name of our public address. A proxy that is not known, or that names nobody, is
    logged once: all people behind it would share one budget.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str], public_host: str | None) -> None:
        super().__init__(app, list(trusted))  # type: ignore[arg-type]  # uvicorn has types of its own for the same
        self._public_host = public_host
        self._warned: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]  # as above
        if scope["type"] == "http":
            self._look(scope)
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]  # as above

    def _look(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        peer = scope["client"][0] if scope.get("client") else ""
        if peer in self.trusted_hosts:
            if FORWARDED not in headers and self._public_host is not None and _host(headers) == self._public_host:
                self._warn("the proxy does not say for whom it asks", "let it send X-Forwarded-For (README)")
        elif FORWARDED in headers and _is_private(peer):
            self._warn(f"{peer} is no known proxy, its X-Forwarded-For is not believed", "add it to web.proxies")

    def _warn(self, problem: str, mend: str) -> None:
        if problem not in self._warned:
            self._warned.add(problem)
            log.warning("web.proxy", problem=problem, mend=mend)


def _host(headers: dict[bytes, bytes]) -> str:
    return headers.get(b"host", b"").decode("latin-1").rpartition("]")[2].partition(":")[0].lower()


def _is_private(peer: str) -> bool:
    """Whether it is of our own network, where a proxy would stand: what strangers send is no reason for a word."""
    try:
        return ipaddress.ip_address(peer).is_private
    except ValueError:
        return False
