"""A push service on real HTTP (RFC 8030): it takes what is encrypted for its browser and signed by a known caller."""

import base64
import json
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02


def word(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unword(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Subscriber:
    """A browser as the push service knows it: its keys, and what reached it."""

    name: str
    auth: bytes = b"0123456789abcdef"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    heard: list[Any] = field(default_factory=list)

    @property
    def p256dh(self) -> str:
        return word(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


class PushDouble:
    """Answers 201 to a proper call, what `answers` holds next to any, and 400 to one that breaks a rule."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.calls: list[str] = []
        self.wrong: list[str] = []
        self.callers: set[str] = set()
        self.known: dict[str, Subscriber] = {}
        self._runner: web.AppRunner | None = None
        self.host = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{name}", self._call)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        listening = web.TCPSite(self._runner, "127.0.0.1", 0)
        await listening.start()
        self.host = f"127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def subscriber(self, name: str) -> Subscriber:
        self.known[name] = Subscriber(name)
        return self.known[name]

    def endpoint(self, name: str) -> str:
        return f"http://{self.host}/{name}"

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.calls.append(name)
        if self.answers:
            return web.Response(status=self.answers.pop(0))
        if name not in self.known:
            return web.Response(status=410)
        try:
            self.known[name].heard.append(self._understood(request, await request.read(), self.known[name]))
        except (KeyError, ValueError, http_ece.ECEException) as error:
            self.wrong.append(repr(error))
            return web.Response(status=400)
        return web.Response(status=201)

    def _understood(self, request: web.Request, body: bytes, subscriber: Subscriber) -> Any:
        headers = request.headers
        scheme, _, rest = headers["Authorization"].partition(" ")
        parts = dict(each.split("=", 1) for each in rest.split(","))
        claims = json.loads(unword(parts["t"].split(".")[1]))
        rules = {
            "encoding": headers["Content-Encoding"] == "aes128gcm",
            "ttl": headers["TTL"].isdecimal(),
            "topic": len(headers.get("Topic", "")) <= 32,
            "size": len(body) <= 4096,
            "scheme": scheme == "vapid",
            "signature": Vapid02.verify(headers["Authorization"]),
            "audience": claims["aud"] == f"http://{self.host}",
            "subject": claims["sub"].startswith(("https://", "mailto:")),
            "expiry": time.time() < claims["exp"] <= time.time() + 86_400,
        }
        if broken := [rule for rule, kept in rules.items() if not kept]:
            raise ValueError(str(broken))
        self.callers.add(parts["k"])
        plain = http_ece.decrypt(body, private_key=subscriber.private, auth_secret=subscriber.auth, version="aes128gcm")
        return json.loads(plain)
