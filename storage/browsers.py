"""The browsers of the web chat: which are to be called when something is new, and the code that opens another one."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from storage.database import Transaction
from storage.models import Account, WebCode, WebPush

MOST_BROWSERS = 5
"""Of one account; the oldest goes when another comes."""
MAX_ATTEMPTS = 8
LONGEST_PAUSE = 3600
"""Seconds between two calls of a push service that is out of order."""

UNSEEN = timedelta(minutes=5)
"""Longer than an open page goes without a new request."""

CODE_DIGITS = 12
"""Digits in groups of four can be read out and typed by anybody; guessing is slowed by who asks (see the page)."""


async def subscribe(tx: Transaction, account: Account, endpoint: str, p256dh: str, auth: str) -> None:
    """This browser is to be called for this account, and for no other any more."""
    digest = _digest(endpoint)
    row = await tx.session.scalar(select(WebPush).where(WebPush.digest == digest))
    if row is None:
        row = WebPush(digest=digest, endpoint=endpoint, attempts=0)
        tx.session.add(row)
    row.account_id, row.p256dh, row.auth, row.created_at, row.due_at = account.id, p256dh, auth, tx.now, None
    await tx.session.flush()
    kept = select(WebPush.id).where(WebPush.account_id == account.id).order_by(WebPush.id.desc()).limit(MOST_BROWSERS)
    ids = list(await tx.session.scalars(kept))
    await tx.session.execute(delete(WebPush).where(WebPush.account_id == account.id, WebPush.id.not_in(ids)))


async def unsubscribe(tx: Transaction, account: Account, endpoint: str) -> None:
    """This browser of hers is not called any more."""
    await tx.session.execute(
        delete(WebPush).where(WebPush.digest == _digest(endpoint), WebPush.account_id == account.id)
    )


async def call(tx: Transaction, account_id: int, *, watched: bool = False) -> None:
    """Something is new for this account: each of its browsers is called once.

    `watched`: a page of it seems to be open. Its phone may have lost the network without a word, so the call is made
    after UNSEEN, unless a page says by then that it was seen.
    """
    at = tx.now + UNSEEN if watched else tx.now
    called = await tx.session.execute(
        update(WebPush)
        .where(WebPush.account_id == account_id, or_(WebPush.due_at.is_(None), WebPush.due_at > at))
        .values(due_at=at)
        .returning(WebPush.id)
        .execution_options(synchronize_session=False)
    )
    if called.all():
        tx.wake("push")


async def is_to_be_called(tx: Transaction, account_id: int) -> bool:
    """Whether something new waits to be told to a browser of this account."""
    wanted = select(WebPush.id).where(WebPush.account_id == account_id, WebPush.due_at.is_not(None)).limit(1)
    return await tx.session.scalar(wanted) is not None


async def seen(tx: Transaction, account_id: int) -> None:
    """A page of this account shows all there is: nobody needs to be called."""
    await tx.session.execute(
        update(WebPush)
        .where(WebPush.account_id == account_id, WebPush.due_at.is_not(None))
        .values(due_at=None, attempts=0)
        .execution_options(synchronize_session=False)
    )


async def due(tx: Transaction, limit: int) -> list[tuple[WebPush, str]]:
    """What is to be called by now, and in which language; the longest overdue first."""
    rows = await tx.session.execute(
        select(WebPush, Account.language)
        .join(Account, Account.id == WebPush.account_id)
        .where(WebPush.due_at <= tx.now)
        .order_by(WebPush.due_at)
        .limit(limit)
    )
    return [(row, language) for row, language in rows]


async def next_due(tx: Transaction) -> datetime | None:
    return await tx.session.scalar(select(WebPush.due_at).where(WebPush.due_at.is_not(None)).order_by(WebPush.due_at))


async def called(tx: Transaction, id_: int, due_at: datetime | None) -> None:
    """The push service has it; what became new after `due_at` stays to be called."""
    await tx.session.execute(
        update(WebPush).where(WebPush.id == id_, WebPush.due_at == due_at).values(due_at=None, attempts=0)
    )


async def not_called(tx: Transaction, id_: int, *, pause: float | None = None) -> None:
    """The push service did not take it: tried again after a `pause` in seconds, or one of ours; at last given up."""
    row = await tx.session.get(WebPush, id_)
    if row is None:
        return
    row.attempts += 1
    if row.attempts >= MAX_ATTEMPTS:
        row.due_at, row.attempts = None, 0
        return
    seconds = min(pause if pause is not None else 15.0 * 2**row.attempts, LONGEST_PAUSE)
    row.due_at = tx.now + timedelta(seconds=seconds)


async def gone(tx: Transaction, id_: int) -> None:
    """The push service knows this browser no more."""
    await tx.session.execute(delete(WebPush).where(WebPush.id == id_))


async def new_code(
    tx: Transaction, account: Account, key: bytes, below: Callable[[int], int] = secrets.randbelow
) -> str:
    """A code for this account, in place of the one before; shown once, since only its digest is kept.

    `key` is secret and lies outside the record: whoever reads the record alone cannot try all codes against it.
    """
    code = f"{below(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row = await tx.session.get(WebCode, account.id)
    if row is None:
        row = WebCode(account_id=account.id)
        tx.session.add(row)
    row.digest, row.created_at = _code_digest(key, code), tx.now
    return " ".join(re.findall("....", code))


async def has_code(tx: Transaction, account: Account) -> bool:
    """Whether a code opens this account."""
    return await tx.session.get(WebCode, account.id) is not None


async def by_code(tx: Transaction, key: bytes, typed: str) -> Account | None:
    """The account that a code opens, typed with or without its gaps."""
    code = re.sub(r"[\s.-]", "", typed)
    if not re.fullmatch(f"[0-9]{{{CODE_DIGITS}}}", code):
        return None
    return await tx.session.scalar(
        select(Account)
        .join(WebCode, WebCode.account_id == Account.id)
        .where(WebCode.digest == _code_digest(key, code), Account.native_id.is_not(None))
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one account's browsers: since when each is called, and since when a code on paper is good."""

    called: tuple[datetime, ...] = ()
    code_at: datetime | None = None


async def kept(tx: Transaction, account_ids: Collection[int]) -> dict[int, Kept]:
    """By account that has any, without the secrets."""
    pushes = select(WebPush.account_id, WebPush.created_at).where(WebPush.account_id.in_(account_ids))
    called: dict[int, list[datetime]] = {}
    for account_id, at in await tx.session.execute(pushes.order_by(WebPush.id)):
        called.setdefault(account_id, []).append(at)
    found = select(WebCode.account_id, WebCode.created_at).where(WebCode.account_id.in_(account_ids))
    codes = dict((await tx.session.execute(found)).all())
    return {each: Kept(tuple(called.get(each, ())), codes.get(each)) for each in called.keys() | codes.keys()}


async def forget(tx: Transaction, account_ids: Collection[int]) -> None:
    """Calls no browser of these accounts any more, and opens none by a code."""
    for table in (WebPush, WebCode):
        await tx.session.execute(delete(table).where(table.account_id.in_(account_ids)))


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _code_digest(key: bytes, code: str) -> str:
    return hmac.digest(key, f"code:{code}".encode(), "sha256").hex()
