"""Updates on their way out: long polling with its conflicts, the webhook with its repeats."""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable
from itertools import islice

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.doubles.telegram.parsing import decoded, number_of
from tests.doubles.telegram.shapes import ApiError, Files, Json, bad

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Updates:
    """What waits for one bot. ``notify`` is told of each poll that waits and each update confirmed."""

    def __init__(self, notify: Callable[[], None]) -> None:
        self.notify = notify
        self.pending: deque[Json] = deque()
        self.repeats: list[Json] = []  # updates with an id from before, and of those
        self.repeats_told = 0  # how many the last getUpdates gave
        self.last_id, self.confirmed = 100_000_000, 0
        self.allowed: frozenset[str] = frozenset()
        self.poller: asyncio.Future[str] | None = None  # "" wakes it, a text ends it with that conflict
        self.arrived = asyncio.Event()
        self.webhook: Json = {}
        self.webhook_error = ""

    def queue(self, update: Json) -> Json:
        """Gives the update its id unless it has one; an id from before is delivered again whatever was confirmed."""
        kind = next(key for key in update if key != "update_id")
        update = {"update_id": update.get("update_id", self.last_id + 1), **update}
        if update["update_id"] <= self.last_id:
            self.repeats.append(update)
        elif kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT:
            self.pending.append(update)
        self.last_id = max(self.last_id, update["update_id"])
        self.wake()
        return update

    def wake(self, conflict: str = "") -> None:
        """Ends the long poll under way: with what came, or with a 409."""
        self.arrived.set()
        if self.poller is not None and not self.poller.done():
            self.poller.set_result(conflict)

    def _allow(self, params: Json) -> None:
        if (kinds := decoded(params, "allowed_updates")) is not None:
            self.allowed = frozenset(kinds)

    def _forget(self) -> None:
        self.confirmed = max(self.confirmed, self.pending.popleft()["update_id"])
        self.notify()

    async def get_updates(self, params: Json) -> list[Json]:
        if self.webhook:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self._allow(params)
        offset, limit = number_of(params, "offset"), min(max(number_of(params, "limit", 100), 1), 100)
        self.wake(OTHER_POLLER)
        while self.pending and (len(self.pending) > -offset if offset < 0 else self.pending[0]["update_id"] < offset):
            self._forget()
        del self.repeats[: self.repeats_told]
        self.repeats_told = 0
        if not self.pending and not self.repeats and (timeout := min(number_of(params, "timeout"), 50)) > 0:
            poller = self.poller = asyncio.get_running_loop().create_future()
            self.notify()
            try:
                if conflict := await asyncio.wait_for(poller, timeout):
                    raise ApiError(409, conflict)
            except TimeoutError:
                return []
        told = self.repeats[:limit]
        self.repeats_told = len(told)
        return told + list(islice(self.pending, limit - len(told)))

    def set_webhook(self, params: Json, files: Files) -> bool:
        secret = str(params.get("secret_token") or "")
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad("secret token contains unallowed characters")
        self._allow(params)
        if str(params.get("drop_pending_updates")).lower() == "true":
            self.repeats.clear()
            while self.pending:
                self._forget()
        self.webhook = {"url": params["url"], "secret": secret} if params.get("url") else {}
        if self.webhook:
            self.wake("terminated by setWebhook request")
        return True

    def delete_webhook(self, params: Json, files: Files) -> bool:
        return self.set_webhook({"drop_pending_updates": params.get("drop_pending_updates")}, files)

    def get_webhook_info(self, params: Json, files: Files) -> Json:
        waiting = len(self.pending) + len(self.repeats)
        info = {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": waiting}
        error = {"last_error_date": int(time.time()), "last_error_message": self.webhook_error}
        return info | error if self.webhook_error else info

    async def deliver(self, backoff: tuple[float, ...]) -> None:
        """Posts what waits to the webhook, one at a time, until cancelled; sleeps ``backoff`` between failures."""
        failures = 0
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            while True:
                self.arrived.clear()
                queue = self.repeats or self.pending
                if not queue or not self.webhook:
                    await self.arrived.wait()
                    continue
                update, secret = queue[0], self.webhook["secret"]
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
                try:
                    async with session.post(self.webhook["url"], json=update, headers=headers) as response:
                        wrong = f"Wrong response from the webhook: {response.status}" if response.status >= 300 else ""
                except (ClientError, TimeoutError):
                    wrong = "Connection refused"
                self.webhook_error = wrong or self.webhook_error
                if wrong:
                    await asyncio.sleep(backoff[min(failures, len(backoff) - 1)])
                    failures += 1
                    continue
                failures = 0
                if queue is self.repeats:
                    self.repeats.remove(update)
                elif queue and queue[0] is update:
                    self._forget()
