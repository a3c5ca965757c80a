"""The code by which a person who is known in two messengers says that both accounts are hers.

It is asked for in one account and typed in the other, where she sees what would be joined and confirms. Guessing is
slowed in the record: of a hundred million codes a few are good at a time, and all accounts together may be wrong 200
times an hour. Its digest guards nothing from who reads the record, nor need it: the code opens nothing that does not
lie there beside it, and for half an hour only.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select

from storage import roles
from storage.database import Transaction
from storage.folding import fold
from storage.models import Account, JoinCode, JoinTry, Official, Opinion, Person

LIFE = timedelta(minutes=30)
DIGITS = 8
TRIES = 5
"""Wrong ones an hour, of one account."""
TRIES_OF_ALL = 200
"""Wrong ones an hour, of all accounts together."""
HOUR = timedelta(hours=1)

PREFIX = "noi"
"""What stands before the digits, so that no number in an opinion is ever taken for a code."""

LONGEST = 40
"""Characters of a message that may be a code: longer ones are not looked at."""

_CODE = re.compile(rf"/?{PREFIX}[\s:-]*([0-9]{{4}})[\s.-]*([0-9]{{4}})")


class Refusal(StrEnum):
    """Why accounts are not joined. `wrong`: no such code, or spent, or over; which of them is told to nobody."""

    WRONG = "wrong"
    TRIES = "tries"
    SAME = "same"
    JOINED = "joined"
    EMPTY = "empty"
    OFFICES = "offices"


@dataclass(frozen=True, slots=True)
class Offer:
    """What would be joined: `there` is the account in which the code was asked for. `code_id` names the code.

    `opinions` are counts: here, and there. `mutes` says that one side wants less and the other does not; `official`
    whose office would be held from both, if one of them has one.
    """

    code_id: int
    there: Account
    opinions: tuple[int, int]
    mutes: bool
    official: Official | None


def digits_of(typed: str) -> str | None:
    """The digits of a code as it may be typed, "noi 4821 9037", "nối 48219037", "noi-4821-9037"; None for no code."""
    found = _CODE.fullmatch(fold(typed)) if len(typed) <= LONGEST else None
    return found[1] + found[2] if found is not None else None


async def new_code(tx: Transaction, account: Account, below: Callable[[int], int] = secrets.randbelow) -> str:
    """A code for this account, good for half an hour, in place of the one before: "4821 9037"."""
    await tx.session.flush()
    await tx.session.execute(
        delete(JoinCode).where((JoinCode.account_id == account.id) | (JoinCode.expires_at <= tx.now))
    )
    code = f"{below(10**DIGITS):0{DIGITS}}"
    tx.session.add(JoinCode(account_id=account.id, digest=_digest(code), created_at=tx.now, expires_at=tx.now + LIFE))
    await tx.session.flush()
    return " ".join(re.findall("....", code))


async def offer(tx: Transaction, account: Account, digits: str) -> Offer | Refusal:
    """What the code that was typed in `account` would join. It is good in no other account from now on."""
    await tx.session.flush()
    if await _is_guessing(tx, account):
        return Refusal.TRIES
    code = await tx.session.scalar(
        select(JoinCode).where(JoinCode.digest == _digest(digits), JoinCode.expires_at > tx.now).with_for_update()
    )
    there = await tx.session.get(Account, code.account_id) if code is not None else None
    if code is None or there is None or there.native_id is None or code.typed_by_id not in (None, account.id):
        tx.session.add(JoinTry(account_id=account.id, at=tx.now))
        return Refusal.WRONG
    if there.id == account.id:
        return Refusal.SAME
    code.typed_by_id = account.id
    return await _offer(tx, account, there, code)


async def offered(tx: Transaction, account: Account, code_id: int) -> Offer | Refusal:
    """What was offered in `account` under this id, as it would be now."""
    await tx.session.flush()
    code = await tx.session.get(JoinCode, code_id, with_for_update=True)
    if code is None or code.typed_by_id != account.id or code.expires_at <= tx.now:
        return Refusal.WRONG
    there = await tx.session.get_one(Account, code.account_id)
    return await _offer(tx, account, there, code) if there.native_id is not None else Refusal.WRONG


async def refuse(tx: Transaction, account: Account, code_id: int) -> None:
    """She does not join what was offered in `account`: the code is spent."""
    mine = (JoinCode.id == code_id) & (JoinCode.typed_by_id == account.id)
    await tx.session.execute(delete(JoinCode).where(mine))


async def _offer(tx: Transaction, here: Account, there: Account, code: JoinCode) -> Offer | Refusal:
    if here.person_id is None and there.person_id is None:
        return Refusal.EMPTY
    if here.person_id == there.person_id:
        await tx.session.delete(code)
        return Refusal.JOINED
    ids = [each.person_id for each in (here, there) if each.person_id is not None]
    offices = await roles.of_persons(tx, ids)
    if len({(each.role, each.unit_id, each.village_id) for each in offices}) > 1:
        return Refusal.OFFICES
    persons = [await tx.session.get_one(Person, each) for each in ids]
    muted = {each.muted_at is not None for each in persons}
    counts = [await _opinions(tx, each) for each in (here, there)]
    return Offer(code.id, there, (counts[0], counts[1]), len(muted) > 1, offices[0] if offices else None)


async def _opinions(tx: Transaction, account: Account) -> int:
    # What she sent sealed is named to no phone that has not shown it yet.
    if account.person_id is None:
        return 0
    hers = select(func.count()).select_from(Opinion).where(Opinion.person_id == account.person_id)
    return await tx.session.scalar(hers) or 0


async def _is_guessing(tx: Transaction, account: Account) -> bool:
    await tx.session.execute(delete(JoinTry).where(JoinTry.at <= tx.now - HOUR))
    hers = func.count().filter(JoinTry.account_id == account.id)
    own, all_ = (await tx.session.execute(select(hers, func.count()).select_from(JoinTry))).one()
    return own >= TRIES or all_ >= TRIES_OF_ALL


async def forget(tx: Transaction, account_ids: list[int]) -> None:
    """Ends the codes of these accounts, and those that were typed in them."""
    of_theirs = JoinCode.account_id.in_(account_ids) | JoinCode.typed_by_id.in_(account_ids)
    await tx.session.execute(delete(JoinCode).where(of_theirs))


def _digest(digits: str) -> str:
    return hashlib.sha256(f"join:{digits}".encode()).hexdigest()
