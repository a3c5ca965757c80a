"""Web Push: calls the browsers of those whose page is closed. The call says that something is new, and nothing more."""

import asyncio
import json
from collections.abc import Collection
from urllib.parse import urlsplit

import httpx
import structlog
from py_vapid import Vapid02, VapidException
from pywebpush import WebPusher, WebPushException
from sqlalchemy.exc import DBAPIError

from bot.keys import Keys
from bot.messengers.base import FileGone
from bot.remote import CONNECT_SECONDS, open_request
from handlers.words import Words
from storage import browsers
from storage.database import Database
from storage.models import WebPush

AT_ONCE = 16
SECONDS = 20.0
LIFE = 7 * 86_400
"""Seconds that a push service keeps the call for a phone that is off."""
SIGNED_FOR = 12 * 3600

log = structlog.get_logger(__name__)


class Pusher:
    """Makes the calls that are due. `site` is our public address; `trusted` as in `bot.remote.fetch`.

    Two processes may both make one: its topic and tag let the browser show it once.
    """

    def __init__(self, db: Database, words: Words, keys: Keys, site: str, trusted: Collection[str] = ()) -> None:
        self._db, self._words, self._trusted = db, words, trusted
        self._vapid = Vapid02.from_raw(keys.push.encode())
        host = urlsplit(site).hostname or "localhost"
        # A push service writes there when something is wrong with what we send.
        self._subject = f"https://{host}" if site.startswith("https://") else "https://localhost"
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS), follow_redirects=False, trust_env=False
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Calls until `stopping`; a call in hand is finished first."""
        stir = asyncio.Event()
        self._db.subscribe("push", stir.set)
        stop = asyncio.create_task(stopping.wait())
        stop.add_done_callback(lambda _: stir.set())
        try:
            while not stopping.is_set():
                stir.clear()
                wait = 60.0
                try:
                    if await self.batch():
                        continue
                    async with self._db.read() as tx:
                        due = await browsers.next_due(tx)
                        wait = 60.0 if due is None else max(0.5, min(60.0, (due - tx.now).total_seconds()))
                except* DBAPIError as errors:
                    log.error("push.database", error=type(errors.exceptions[0]).__name__)
                    wait = 1.0
                try:
                    async with asyncio.timeout(wait):
                        await stir.wait()
                except TimeoutError:
                    continue
        finally:
            stop.cancel()
            self._db.unsubscribe("push", stir.set)

    async def close(self) -> None:
        """Lets go of connections."""
        await self._client.aclose()

    async def batch(self) -> int:
        """Makes the calls that are due, some side by side; returns how many there were."""
        async with self._db.read() as tx:
            found = await browsers.due(tx, AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for row, language in found:
                group.create_task(self._call(row, language))
        return len(found)

    async def _call(self, row: WebPush, language: str) -> None:
        try:
            response = await self._post(row, language)
        except (FileGone, ValueError, httpx.InvalidURL, VapidException, WebPushException) as error:
            # An address that we do not go to, or keys that are none: nobody can ever be called there.
            log.warning("push.useless", push_id=row.id, error=type(error).__name__)
            async with self._db.write() as tx:
                await browsers.gone(tx, row.id)
            return
        except Exception as error:  # noqa: BLE001  whatever one address raises must cost no other, nor end the program
            log.warning("push.failed", push_id=row.id, error=type(error).__name__)
            async with self._db.write() as tx:
                await browsers.not_called(tx, row.id)
            return
        async with self._db.write() as tx:
            if response.status_code in {404, 410}:
                await browsers.gone(tx, row.id)
            elif response.is_success:
                await browsers.called(tx, row.id, row.due_at)
            else:
                log.warning("push.refused", push_id=row.id, status=response.status_code)
                after = response.headers.get("Retry-After", "")
                await browsers.not_called(
                    tx, row.id, pause=float(after) if after.isascii() and after.isdigit() else None
                )

    async def _post(self, row: WebPush, language: str) -> httpx.Response:
        say = self._words.say(language)
        said = {"title": self._db.commune.name, "body": say.plain("chat-push"), "language": language}
        subscription = {"endpoint": row.endpoint, "keys": {"p256dh": row.p256dh, "auth": row.auth}}
        body = WebPusher(subscription).encode(json.dumps(said).encode(), "aes128gcm")["body"]
        target = httpx.URL(row.endpoint)
        site = urlsplit(row.endpoint)
        expires = int(self._db.now().timestamp()) + SIGNED_FOR
        claims = {"aud": f"{site.scheme}://{site.netloc}", "exp": expires, "sub": self._subject}
        headers = {
            **self._vapid.sign(claims),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(LIFE),
            # One call waits for a phone that is off, however much is new.
            "Topic": "tin",
            "Urgency": "normal",
        }
        request = await open_request(self._client, "POST", target, self._trusted, headers=headers, content=body)
        return await self._client.send(request)
