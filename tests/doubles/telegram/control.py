"""The client of a double in another process."""

import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Self, TypeVar

from aiohttp import ClientSession

from tests.doubles.telegram.server import CONTROL
from tests.doubles.telegram.shapes import pack, unpack

T = TypeVar("T")


class ControlClient:
    """Drives a double in another process: the methods in ``CONTROL``, all awaited; LookupError where it refuses."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = ClientSession(url, json_serialize=partial(json.dumps, default=pack))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        if name not in CONTROL.split():
            raise AttributeError(name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            async with self._session.post(f"/_control/{name}", json={"args": args, "kwargs": kwargs}) as response:
                result = json.loads(await response.read(), object_hook=unpack)
            if response.status != 200:
                raise LookupError(result)
            return result

        return call

    async def wait(self, predicate: Callable[[], Awaitable[T]], timeout: float = 10.0) -> T:
        """As :meth:`TelegramDouble.wait`, with a predicate that is awaited."""
        deadline = time.monotonic() + timeout
        seen = await self.changed(0, 0)
        while True:
            try:
                if value := await predicate():
                    return value
            except LookupError:
                value = None
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError(f"not so within {timeout} s")
            seen = await self.changed(seen, left)
