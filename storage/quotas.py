"""What a messenger's plan allows, by the month: what is used of it, and a warning before it is used up.

Of a `Channel.plan` people and messages are counted from the record. Where the messenger counts by itself, the messages
beyond the free hours of its `Channel.window`, what it last said is left is kept.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from storage import tell
from storage.database import Transaction
from storage.models import Account, Counter, Role

KIND = "quota"
NEARLY = 80
"""Percent from which the office is warned."""
FULL = 100


@dataclass(frozen=True, slots=True)
class Used:
    """How much of one limit is used; `what` is "people", "messages", or "paid": messages beyond the free hours."""

    what: str
    used: int
    limit: int

    @property
    def level(self) -> int:
        """FULL, NEARLY, or 0 below it."""
        percent = self.used * 100 // self.limit
        return next((level for level in (FULL, NEARLY) if percent >= level), 0)


def _month(tx: Transaction) -> str:
    return f"{tx.now.astimezone(tx.commune.timezone):%Y-%m}"


async def count(tx: Transaction, messenger: str, messages: int = 1) -> None:
    """So many messages more came in or went out."""
    await _put(tx, f"{messenger} {_month(tx)}", messages, Counter.value + messages)


async def keep_left(tx: Transaction, messenger: str, messages: int) -> None:
    """The messenger says that so many messages of this month's plan are left."""
    await _put(tx, _left(tx, messenger), messages, messages)


async def left(tx: Transaction, messenger: str) -> int | None:
    """What the messenger last said is left of this month's plan; None when it said nothing this month."""
    return await tx.session.scalar(select(Counter.value).where(Counter.name == _left(tx, messenger)))


def _left(tx: Transaction, messenger: str) -> str:
    return f"{messenger} left {_month(tx)}"


async def _put(tx: Transaction, name: str, first: int, then: int | ColumnElement[int]) -> None:
    await tx.session.execute(
        tx.insert(Counter)
        .values(name=name, value=first)
        .on_conflict_do_update(index_elements=["name"], set_={"value": then})
    )


async def used(tx: Transaction, messenger: str) -> list[Used]:
    """What is used of this messenger's plan; nothing for one without limits, or that has not said yet what is left."""
    window = tx.commune.windows.get(messenger)
    remaining = await left(tx, messenger) if window is not None else None
    if window is not None and remaining is not None:
        return [Used("paid", max(0, window.included - remaining), window.included)]
    plan = tx.commune.plans.get(messenger)
    if plan is None:
        return []
    # Whoever had her data deleted still counts for the messenger.
    people = await tx.session.scalar(select(func.count()).select_from(Account).where(Account.messenger == messenger))
    messages = await tx.session.scalar(select(Counter.value).where(Counter.name == f"{messenger} {_month(tx)}"))
    return [Used("people", people or 0, plan.people), Used("messages", messages or 0, plan.messages)]


async def lacking(tx: Transaction, messenger: str, messages: int) -> tuple[int, int]:
    """(what is left of this month's plan, how many of so many messages it has no room for)."""
    left = next((max(0, one.limit - one.used) for one in await used(tx, messenger) if one.what == "messages"), messages)
    return left, max(0, messages - left)


async def warn(tx: Transaction) -> int:
    """Tells the clerks and those who run the machine, once a level, that a plan is nearly or wholly used up."""
    told = 0
    for messenger in [*tx.commune.plans, *tx.commune.windows]:
        for one in await used(tx, messenger):
            if one.level:
                since = "" if one.what == "people" else f":{_month(tx)}"
                told += await tell.accounts(
                    tx,
                    await tell.accounts_in(tx, [Role.CLERK, Role.ADMIN]),
                    KIND,
                    f"{KIND}:{messenger}:{one.what}{since}:{one.level}",
                    messenger=messenger,
                    what=one.what,
                    used=one.used,
                    limit=one.limit,
                )
    return told
