"""What a double of an HTTP API is made of whatever it speaks: a journal of calls, scripted faults, waiting."""

import asyncio
import json
import socket
import struct
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeVar

from aiohttp import web

T = TypeVar("T")
Json = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """One scripted misbehaviour.

    ``status`` answers this error unhandled; ``html`` is a proxy's page with this code; ``reset`` cuts the connection
    with nothing done, ``lost`` with all done (the client cannot know); ``hang`` does nothing and never answers;
    ``slow`` does all at once and answers after ``seconds``.
    """

    kind: Literal["status", "html", "reset", "lost", "hang", "slow"]
    code: int = 502
    description: str = ""
    seconds: float = 0.0

    @classmethod
    def status(cls, code: int, description: str = "") -> "Fault":
        return cls("status", code, description)

    @classmethod
    def slow(cls, seconds: float) -> "Fault":
        return cls("slow", seconds=seconds)


@dataclass(slots=True)
class Call:
    """One call as it came. ``error`` is ``"400 …"`` or the kind of the fault that ate it."""

    at: float
    method: str
    params: Json
    chat_id: str | None
    result: Any = None
    error: str | None = None


class ApiError(Exception):
    """What the server answers instead of a result."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}")
        self.code, self.description = code, description


LARGEST_BODY = 20 << 20
"""Bytes: what is too large for a platform is refused by the platform, in its own words."""


class Scripted(ABC):
    """A server on a free port of this machine; a subclass answers in ``_handle`` and records each call."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._calls: list[Call] = []
        self._faults: list[tuple[str, str | None, Fault, int | None]] = []  # method, chat, fault, times left
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()
        self._runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        def request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
            loop = asyncio.get_running_loop()
            return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)

        server = web.Server(self._handle, request_factory=request, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        self._notify()
        if self._runner is not None:
            await self._runner.cleanup()

    @abstractmethod
    async def _handle(self, request: web.BaseRequest) -> web.Response:
        """Answers one request as the messenger would."""

    def script(self, method: str, fault: Fault, times: int | None = 1, chat_id: str | None = None) -> None:
        """The next ``times`` calls (None: all) of ``method`` ("*": any) meet ``fault``."""
        self._faults.append((method, chat_id, fault, times))

    def clear_faults(self) -> None:
        self._faults.clear()

    def calls(self, method: str | None = None, chat_id: str | None = None) -> list[Call]:
        return [c for c in self._calls if method in {None, c.method} and chat_id in {None, c.chat_id}]

    async def wait(self, predicate: Callable[[], T], timeout: float = 10.0) -> T:
        """What ``predicate`` gives once it is true, asked anew after every change; LookupError inside means not yet.

        Raises TimeoutError naming the last calls.
        """
        deadline = time.monotonic() + timeout
        while True:
            changed = self._changed
            try:
                if value := predicate():
                    return value
            except LookupError:
                value = None
            try:
                await asyncio.wait_for(changed.wait(), deadline - time.monotonic())
            except TimeoutError:
                tail = [f"{c.method} {c.chat_id} {c.error or 'ok'}" for c in self._calls[-8:]]
                raise TimeoutError(f"not so within {timeout} s; last calls: {tail}") from None

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _record(self, call: Call) -> None:
        self._calls.append(call)
        self._notify()

    def _take_fault(self, call: Call) -> Fault | None:
        for place, (method, chat_id, fault, left) in enumerate(self._faults):
            if method in {"*", call.method} and chat_id in {None, call.chat_id}:
                if left is not None:
                    self._faults[place : place + 1] = [(method, chat_id, fault, left - 1)] if left > 1 else []
                return fault
        return None

    async def _misbehave(self, request: web.BaseRequest, call: Call, fault: Fault) -> web.Response | None:
        """The answer of a fault under which nothing is done; None for the others."""
        if fault.kind not in {"html", "reset", "hang"}:
            return None
        call.error = fault.kind
        self._record(call)
        if fault.kind == "html":
            page = f"<html><body><h1>{fault.code} Bad Gateway</h1></body></html>"
            return web.Response(status=fault.code, text=page, content_type="text/html")
        if fault.kind == "hang":
            await self._closing.wait()
        return reset(request)


def reset(request: web.BaseRequest) -> web.Response:
    """Cuts the connection, as a machine does that dies."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


def answered(body: Mapping[str, Any], status: int = 200) -> web.Response:
    return web.Response(status=status, text=json.dumps(body, ensure_ascii=False), content_type="application/json")


async def parameters(request: web.BaseRequest) -> Json:
    """Parameters from the query string and a form, multipart or JSON body. Raises ValueError for broken JSON."""
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.read() or b"{}")
        if not isinstance(body, dict):
            raise ValueError("not an object")
        params |= body
    elif request.content_type in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        params |= dict(await request.post())
    return params
