"""The tokens of a Zalo Official Account: a refresh token is good for one call, and its successor comes in the answer.

So that none is lost: what is about to be done is on record before it is done, the new pair before it is used. Of a
call whose answer nobody saw (the process died, the line was cut) it is not known whether the token was used up: it is
tried once more, and then only a person can help (zalo.md, 2.2).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from storage import tell
from storage.database import Transaction
from storage.models import OaToken, Role

KIND = "oa_token"
REFRESH_LIFE = timedelta(days=90)
EARLY = timedelta(hours=6)
"""So long before an access token ends a new one is fetched: an OAuth server may be down that long and nobody hears."""
LAPSE_WARNING = timedelta(days=7)
MOST_TRIES = 2


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the tokens stand. `access` is None when there is none that still holds.

    `is_due`: a new pair should be fetched. `is_unsure`: the refresh token may be spent, and is tried once more.
    `is_refused`: only a new consent brings one. `lapses_at` is when the refresh token ends.
    """

    access: str | None
    access_until: datetime | None
    is_due: bool
    is_unsure: bool
    is_refused: bool
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call that may be made: the refresh token to spend, and the pair that it belongs to.

    `is_last`: the token may be spent already, and is not tried again after this.
    """

    refresh_token: str
    generation: int
    is_last: bool = False


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def _row(tx: Transaction, app_id: str) -> OaToken:
    found = await tx.session.scalar(select(OaToken).where(OaToken.app_id == app_id).with_for_update())
    if found is None:
        raise LookupError(f"app {app_id} was not begun")
    return found


async def begin(tx: Transaction, app_id: str, configured: str) -> None:
    """Takes the refresh token from the configuration, if it is another than the one that was taken from there before.

    What it was exchanged for since stands on record alone.
    """
    blank = {"seed": "", "tries": 0, "generation": 0, "refresh_token": "", "refresh_until": tx.now}
    await tx.session.execute(
        tx.insert(OaToken).values(app_id=app_id, **blank).on_conflict_do_nothing(index_elements=["app_id"])
    )
    row = await _row(tx, app_id)
    if row.seed == digest(configured):
        return
    row.seed, row.refresh_token = digest(configured), configured
    row.refresh_until = tx.now + REFRESH_LIFE
    row.tries, row.refreshing_at, row.refused_at = 0, None, None
    # The consent that made it ended the pair before it.
    row.access_token = row.access_until = None
    row.generation += 1


async def standing(tx: Transaction, app_id: str) -> Standing:
    """Raises LookupError before `begin`."""
    row = await tx.session.get(OaToken, app_id)
    if row is None:
        raise LookupError(f"app {app_id} was not begun")
    until = row.access_until
    holds = row.access_token is not None and until is not None and until > tx.now
    is_due = not holds or until is None or until - tx.now <= EARLY
    is_refused = row.refused_at is not None
    is_unsure = row.tries > 0 and not is_refused
    return Standing(row.access_token if holds else None, until, is_due, is_unsure, is_refused, row.refresh_until)


async def void(tx: Transaction, app_id: str, access_token: str) -> None:
    """The platform does not take this access token any more; another one that stands here by now stays."""
    row = await _row(tx, app_id)
    if row.access_token == access_token:
        row.access_token = row.access_until = None


async def start(tx: Transaction, app_id: str) -> Attempt | None:
    """Marks that the refresh token is about to be spent; None when it must not be, and then it is marked refused.

    Only for who holds the lock: a mark that is found was left by a call whose answer nobody saw.
    """
    row = await _row(tx, app_id)
    if row.refused_at is None and row.tries >= MOST_TRIES:
        row.refused_at = tx.now
    if row.refused_at is not None:
        return None
    row.tries += 1
    row.refreshing_at = tx.now
    return Attempt(row.refresh_token, row.generation, row.tries >= MOST_TRIES)


async def unspent(tx: Transaction, app_id: str, attempt: Attempt) -> None:
    """The call never left, or the server said that it did nothing: the token is as good as before."""
    row = await _row(tx, app_id)
    if row.generation == attempt.generation:
        row.tries -= 1
        row.refreshing_at = None


async def finish(
    tx: Transaction, app_id: str, attempt: Attempt, access_token: str, refresh_token: str, lives: timedelta
) -> bool:
    """Keeps a new pair; False when a newer one stands here already."""
    row = await _row(tx, app_id)
    if row.generation != attempt.generation:
        return False
    row.access_token, row.access_until = access_token, tx.now + lives
    row.refresh_token, row.refresh_until = refresh_token, tx.now + REFRESH_LIFE
    row.tries, row.refreshing_at, row.refused_at = 0, None, None
    row.generation += 1
    return True


async def distrust(tx: Transaction) -> bool:
    """The record is an old one that was put back: what it holds may have been exchanged since. False if it holds none.

    As after a call whose answer nobody saw: each refresh token is tried once, at the next start.
    """
    rows = list(await tx.session.scalars(select(OaToken)))
    for row in rows:
        row.access_token = row.access_until = None
        row.tries, row.refreshing_at = max(row.tries, MOST_TRIES - 1), tx.now
    return bool(rows)


async def refuse(tx: Transaction, app_id: str, attempt: Attempt) -> None:
    """The server does not take the refresh token: an administrator of the account must consent again."""
    row = await _row(tx, app_id)
    if row.generation == attempt.generation:
        row.refused_at, row.refreshing_at = tx.now, None


async def warn(tx: Transaction) -> int:
    """Tells the clerks and those who run the machine, once a pair, that a consent is needed, now or in some days."""
    told = 0
    for row in await tx.session.scalars(select(OaToken).order_by(OaToken.app_id)):
        lapses = row.refresh_until - tx.now <= LAPSE_WARNING
        if row.refused_at is None and not lapses:
            continue
        what = "refused" if row.refused_at is not None else "lapses"
        told += await tell.accounts(
            tx,
            await tell.accounts_in(tx, [Role.CLERK, Role.ADMIN]),
            KIND,
            f"{KIND}:{row.app_id}:{row.generation}:{what}",
            # The access token may serve for hours yet: nobody's office hours are waited for.
            not_before=tx.now,
            what=what,
            until=_until(row).isoformat(),
        )
    return told


def _until(row: OaToken) -> datetime:
    """When nothing can be sent any more."""
    if row.refused_at is None:
        return row.refresh_until
    return row.access_until or row.refused_at
