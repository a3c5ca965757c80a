"""The web server: health, readiness, metrics, and the pages that are configured."""

import asyncio
import contextlib
import ipaddress
import resource
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from bot.pages.proxies import Proxies

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
UNNAMED = "the proxy does not say for whom it asks"
BACKLOG = 2048
MOST_OPEN = 65_536
"""Files that this process may have open: each page that follows its conversation is one, and 1,024 are few."""
KEEP_SECONDS = 75
"""How long a connection may be idle: longer than proxies keep theirs, which send on what was closed a moment before,
and so long that her next tap needs no new one."""
TICKS = 10
"""Of uvicorn's in a second."""
CLOSING_SECONDS = 3
"""How long open connections may take to end once the server stops."""

Problems = Callable[[], Awaitable[Mapping[str, str | None]]]
"""What must work, each with what is wrong with it or None."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def main_loop(self) -> None:
        # uvicorn looks ten times a second whether it is to end; it is told.
        tick = 0
        while not await self.on_tick(tick):
            tick += TICKS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._stopping.wait()
                    self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would take SIGTERM and raise it again after serving, so that nothing of ours could drain.
        yield


class WebServer:
    """HTTP on one address. `problems` answers /readyz, `metrics` gives the text of /metrics.

    Each of `mounts` adds pages to the application, in this order; without any there are none. `proxies` are addresses
    or networks whose X-Forwarded-For is believed; `public_host` is the name under which they make us known.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        problems: Problems,
        metrics: Callable[[], Awaitable[bytes]],
        mounts: Sequence[Callable[[FastAPI], None]] = (),
        proxies: Sequence[str] = (),
        public_host: str | None = None,
    ) -> None:
        self.host, self.port = host, port
        self.app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
        self.app.add_middleware(Proxies, trusted=proxies, public_host=public_host)
        self._socket: socket.socket | None = None
        self._problems = problems
        self._metrics = metrics
        self._public_host = public_host
        self.app.get("/healthz")(self._healthz)
        self.app.get("/readyz")(self._readyz)
        self.app.get("/metrics")(self._metrics_page)
        for mount in mounts:
            mount(self.app)

    def bind(self) -> None:
        """Takes the address; port 0 becomes a free one. Raises OSError when another program has it."""
        family, kind, protocol, _, address = socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        _raise_open_files()
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            # Whoever comes before `serve` waits instead of being turned away.
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
        self._socket = listener
        self.port = listener.getsockname()[1]

    async def serve(self, stopping: asyncio.Event) -> None:
        """Answers until `stopping` is set; open connections then get CLOSING_SECONDS. Raises OSError as `bind`."""
        if self._socket is None:
            self.bind()
        assert self._socket is not None  # noqa: S101
        config = uvicorn.Config(
            self.app,
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,  # it is ours to know whom to believe
            server_header=False,
            ws="websockets-sansio",
            timeout_keep_alive=KEEP_SECONDS,
            timeout_graceful_shutdown=CLOSING_SECONDS,
        )
        server = _Server(config, stopping)
        # A page that follows what happens ends by itself then, instead of being cut off.
        self.app.state.stopping = stopping
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(server.serve(sockets=[self._socket]))
            stop = group.create_task(stopping.wait())
            await asyncio.wait([serving, stop], return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            stop.cancel()
        self._socket = None

    async def _healthz(self) -> Response:
        return PlainTextResponse("ok")

    async def _readyz(self) -> Response:
        problems = await self._problems()
        ready = all(problem is None for problem in problems.values())
        return JSONResponse({name: problem or "ok" for name, problem in problems.items()}, 200 if ready else 503)

    async def _metrics_page(self, request: Request) -> Response:
        # A proxy that does not say for whom it asks may still say by which name it was asked.
        if self._public_host is not None and request.url.hostname == self._public_host and is_loopback(request):
            return PlainTextResponse(UNNAMED, 403)
        if not is_loopback(request):
            return PlainTextResponse("only for this machine", 403)
        return Response(await self._metrics(), media_type=METRICS_TYPE)


def _raise_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_OPEN if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def is_loopback(request: Request) -> bool:
    """Whether somebody on this machine asks, and not a proxy on this machine for somebody else."""
    if request.client is None or "forwarded" in request.headers or "x-forwarded-for" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
