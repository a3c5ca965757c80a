"""The Zalo Official Account: a signed webhook in, consultation messages with buttons out (zalo.md, section 2)."""

import asyncio
import hashlib
import hmac
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from sqlalchemy.exc import DBAPIError

from bot.messengers.base import FileGone, Messenger
from bot.messengers.features import ZALO_OA, Features
from bot.messengers.gathering import Gathering
from bot.messengers.zalo import Groups, number_of
from bot.messengers.zalo_incoming import Said
from bot.messengers.zalo_oa_incoming import COMES, Heard, group_in, is_known, read
from bot.messengers.zalo_oa_platform import OaError, meaning
from bot.messengers.zalo_oa_sending import NAME, ZaloOaSession
from bot.messengers.zalo_tokens import Tokens, ZaloApp
from bot.pages.media import MediaLinks
from bot.remote import fetch, looks_like
from bot.verdicts import Late, Verdict, judge
from handlers.turn import HTML
from handlers.words import Words
from storage import inbox, windows, wires
from storage.commune import format_code
from storage.database import Database, Transaction
from storage.files import MAX_BYTES
from storage.inbox import Incoming
from storage.models import Account, Opinion
from storage.outbox import Delivery
from storage.people import load_callers
from storage.states import DeliveryState

PATH = "/webhook/zalo-oa"
LONGEST_CALL = 100_000
"""Bytes of a webhook's body: a text of 2,000 characters is far below it."""
TEND_SECONDS = 60.0
LEARNT_AT_ONCE = 10
"""Accounts a minute whose last act is asked for, of the hundred calls that the plan allows."""
EVENT_NAME = re.compile(r"[a-zA-Z0-9_.]{1,60}")
MOST_NAMES = 100
"""Names of unknown events that are told apart."""
TOLD_LATE = frozenset({"answer", "fulfilled", "commitment_moved"})
"""Notices that must not wait for her in silence: the answer, and what became of a promise."""
PASSES = frozenset({DeliveryState.QUEUED, DeliveryState.UNKNOWN})
"""Failures of which another try may make an end."""

log = structlog.get_logger(__name__)


class ZaloOa(Messenger):
    """One Official Account, spoken for by one app.

    A chat's integer is its account's id. `oa_secret` signs what comes in; without it nothing can be taken yet.
    `trusted` are "host:port" whose files are fetched though they are not public.
    """

    name = NAME

    def __init__(
        self,
        db: Database,
        app: ZaloApp,
        oa_secret: str | None,
        words: Words,
        links: MediaLinks,
        *,
        api_base: str,
        oauth_base: str,
        features: Features = ZALO_OA,
        template_id: str | None = None,
        verification: str | None = None,
        trusted: Collection[str] = (),
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.features = features
        self._session = ZaloOaSession(db, words, links, features, api_base, clock)
        self.tokens = Tokens(db, self._session.client, app, oauth_base, wait=wait, clock=clock)
        self._session.connect(self.tokens)
        # What stands before the colon is all that aiogram asks of a token.
        self.bot = Bot(f"{app.app_id}:{NAME}", session=self._session, default=HTML)
        self._db, self._app_id, self._oa_secret = db, app.app_id, oa_secret
        self._trusted = frozenset(trusted)
        self._template_id, self._verification = template_id, verification
        self._gathering = Gathering(db, self._store)
        # Whatever people say to each other there is heard.
        self._groups = Groups(db, NAME, "%Y-%m")
        self._unknown: Counter[str] = Counter()
        self._asked_for: set[int] = set()
        """Accounts whose last act the platform was asked for since the start."""

    def chat_id(self, account_id: int, native_id: str) -> int:
        return account_id

    def judge(self, error: Exception) -> Verdict:
        return meaning(error) if isinstance(error, OaError) else judge(error)

    async def tell_late(self, delivery: Delivery) -> Late:
        """An answer or a kept promise is told by an approved template; what it says waits for her next word."""
        if self._template_id is None or delivery.kind not in TOLD_LATE or delivery.opinion_id is None:
            return Late.NO
        template = number_of(f"template {delivery.id}")
        try:
            async with self._db.read() as tx:
                opinion = await tx.session.get(Opinion, delivery.opinion_id)
                if await wires.native_id_of(tx, delivery.account_id, template) is not None:
                    # What a quota holds is tried again every few hours, and each template is paid for.
                    return Late.TOLD
            if opinion is None or delivery.native_id is None:
                return Late.NO
            code = format_code(self._db.commune.short_code, opinion.number)
            sent = await self._session.send_template(delivery.native_id, self._template_id, {"code": code})
            async with self._db.write() as tx:
                await wires.remember(tx, [(delivery.account_id, template, sent)])
        except (TelegramAPIError, DBAPIError) as error:
            log.warning("zalo_oa.template", delivery_id=delivery.id, error=type(error).__name__)
            # Held it would wait for her, who does not know.
            return Late.AGAIN if self.judge(error).state in PASSES else Late.NO
        return Late.TOLD

    def beside(self) -> int:
        return self._session.platform.beside()

    def trouble(self) -> str | None:
        if self._oa_secret is None:
            return "zalo_oa.oa_secret is not set: nothing that comes in can be taken"
        return self.tokens.problem

    async def receive(self, stopping: asyncio.Event) -> None:
        """Keeps the tokens alive until `stopping`; the webhook brings what is said."""
        while not stopping.is_set():
            try:
                # Never cut off: the answer to a refresh that is under way must be kept.
                await self.tokens.tend()
                await self._learn_windows()
            except DBAPIError as error:
                log.error("zalo_oa.database", error=type(error.orig).__name__)
            try:
                async with asyncio.timeout(TEND_SECONDS):
                    await stopping.wait()
            except TimeoutError:
                continue

    async def _learn_windows(self) -> None:
        """Asks for the last act of those of whom the record knows none, before anything for them is held."""
        async with self._db.read() as tx:
            unknown = await windows.unknown(tx, NAME, self._asked_for, LEARNT_AT_ONCE)
        for account_id, native_id in unknown:
            try:
                at = await self._session.last_act(native_id)
            except TelegramAPIError as error:
                log.warning("zalo_oa.quota", error=type(error).__name__)
                if not isinstance(error, OaError) or meaning(error).state is DeliveryState.QUEUED:
                    return
                # It is about her alone, and would stand before all others each minute.
                at = None
            self._asked_for.add(account_id)
            if at is not None:
                async with self._db.write() as tx:
                    await windows.learnt(tx, account_id, at)

    def mount(self, app: FastAPI) -> None:
        """Adds the webhook to `app`; before any page that takes every address."""
        app.get(PATH)(self._probed)
        app.post(PATH)(self._called)
        if self._verification is not None:
            # As a tag of the first page, or as a file, whichever its operator chose there.
            for path in ("/", f"/zalo_verifier{self._verification}.html"):
                app.get(path)(self._verified)

    async def _probed(self) -> Response:
        return PlainTextResponse("ok")

    async def _verified(self) -> Response:
        """What shows Zalo that the domain is ours, before it takes the webhook's address."""
        tag = f'<meta name="zalo-platform-site-verification" content="{self._verification}">'
        return HTMLResponse(f'<!doctype html><html lang="vi"><head>{tag}<title>Zalo OA</title></head></html>')

    async def _called(self, request: Request) -> Response:
        """One event, if it is signed. An empty call is a probe, which is not.

        What is not signed is not Zalo's, so its refusal disables nothing. Zalo tries again after any other answer than
        200.
        """
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_CALL:
                return PlainTextResponse("too large", 413)
        if not body:
            return PlainTextResponse("ok")
        if self._oa_secret is None:
            log.error("zalo_oa.no_secret", mend="developers.zalo.me, Webhook: OA Secret Key → zalo_oa.oa_secret")
            return PlainTextResponse("", 503)
        event = self._signed(bytes(body), request.headers.get("X-ZEvent-Signature", ""))
        if event is None:
            log.warning("zalo_oa.forged")
            return PlainTextResponse("", 403)
        try:
            await self.take(event)
        except DBAPIError as error:
            log.error("zalo_oa.database", error=type(error.orig).__name__)
            return PlainTextResponse("", 503)
        return PlainTextResponse("ok")

    def _signed(self, body: bytes, signature: str) -> dict[str, Any] | None:
        """The event, if Zalo signed it: mac = sha256(app id + raw body + timestamp + OA secret key)."""
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(event, dict):
            return None
        parts = (self._app_id.encode(), body, str(event.get("timestamp", "")).encode("utf-8", "replace"))
        expected = hashlib.sha256(b"".join([*parts, (self._oa_secret or "").encode()])).hexdigest()
        given = signature.strip().removeprefix("mac=").strip().lower()
        return event if hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")) else None

    def _note(self, event: dict[str, Any]) -> None:
        """Counts an event that nobody thought of, and logs the first of each name."""
        name = str(event.get("event_name"))
        if is_known(name):
            return
        if EVENT_NAME.fullmatch(name) is None or (name not in self._unknown and len(self._unknown) >= MOST_NAMES):
            name = "?"
        self._unknown[name] += 1
        if self._unknown[name] == 1:
            log.warning("zalo_oa.unknown_event", event_name=name)

    def unknown(self) -> Mapping[str, int]:
        return self._unknown

    async def take(self, event: dict[str, Any]) -> bool:
        """Stores what an event says; whether something of it was new."""
        heard, now = read(event), self._db.now()
        if heard is None:
            self._note(event)
            if (group := group_in(event)) is not None:
                await self._groups.decline(group)
            return False
        if heard.is_stale(now):
            log.info("zalo_oa.left_alone", event_name=heard.event, stale=True)
            return False
        return await self._gathering.put(heard)

    async def _store(self, tx: Transaction, acts: Sequence[Heard]) -> list[bool]:
        known = await inbox.known(tx, NAME, [said.native_id for heard in acts for said in heard.said])
        callers = await load_callers(tx, NAME, list(dict.fromkeys(heard.who for heard in acts)))
        strangers = {who for who, caller in callers.items() if not caller.account.id}
        await tx.session.flush()
        updates: list[Incoming] = []
        ids: list[tuple[int, int, str]] = []
        done: list[tuple[Account, datetime]] = []
        found: list[bool] = []
        for heard in acts:
            new = [each for each in heard.said if each.native_id not in known]
            known |= {each.native_id for each in new}
            found.append(bool(new))
            caller = callers[heard.who]
            if new and heard.event != "unfollow":
                done.append((caller.account, min(heard.at or tx.now, tx.now)))
            is_known_here = heard.who not in strangers
            is_unasked = heard.event == "user_submit_info" and caller.conversation.state is None
            acted_at = [caller.account.last_interaction_at, *(at for one, at in done if one is caller.account)]
            # Calls may come in any order: who did something later than she left is there again.
            is_over = heard.event == "unfollow" and any(at and heard.at and at > heard.at for at in acted_at)
            if not is_unasked and not is_over and heard.event != "user_call_oa":
                said = [each for each in new if _says(heard, each)]
                updates += [self._update(heard, each, caller.account, tx.now, is_known_here) for each in said]
            strangers.discard(heard.who)
            if heard.message_id:
                ids += [(caller.account.id, number_of(each.message), heard.message_id) for each in new]
        await windows.acted(tx, done)
        await wires.remember(tx, ids)
        await inbox.receive(tx, NAME, updates)
        return found

    @staticmethod
    def _update(heard: Heard, said: Said, account: Account, now: datetime, is_known_here: bool) -> Incoming:
        # Whoever comes for the first time is greeted; to others it is no reason to speak.
        if heard.event == "unfollow" or (heard.event in COMES and is_known_here):
            update = heard.membership(account.id, now)
        elif heard.event in COMES:
            update = said.update(account.id, now)
            update = {**update, "message": {**update["message"], "text": "/start"}}
        else:
            update = heard.update(said, account.id, now)
        return Incoming(said.native_id, heard.who, update)

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file. Raises FileGone also for what is not of the kind that Zalo said it is."""
        kind, _, url = file_id.partition("+")
        if url.startswith("http://") and url[7:].partition("/")[0] not in self._trusted:
            # Zalo names its own media without TLS, and serves them with it.
            url = f"https://{url[7:]}"
        data = await fetch(self._session.client, url, MAX_BYTES, self._trusted)
        if kind in {"photo", "voice"} and not looks_like(kind, data):
            raise FileGone("not what it was said to be")
        return data

    async def close(self) -> None:
        await self.bot.session.close()


def _says(heard: Heard, said: Said) -> bool:
    """A form that nothing was filled into says nothing; any other act does, if only that it cannot be read."""
    return heard.event != "user_submit_info" or bool(said.content)
