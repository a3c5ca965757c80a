"""What a messenger's plan allows, counted from the record: people for ever, messages by the month, in and out alike.

The Zalo Bot Platform's free plan holds 50 people and 3,000 messages a month; the paid one was not on sale in 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from storage import tell
from storage.database import Transaction
from storage.models import Account, Counter, Role

KIND = "quota"
NEARLY = 80
"""Percent from which the office is warned."""
FULL = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """The most people, and the most messages of a calendar month, both directions together."""

    people: int
    messages: int


PLANS: Mapping[str, Plan] = {"zalo_bot": Plan(people=50, messages=3000)}
"""By messenger; one that is not here has no limit that we count."""


@dataclass(frozen=True, slots=True)
class Used:
    """How much of one limit is used; `what` is "people" or "messages"."""

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
    insert = postgresql_insert if tx.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    await tx.session.execute(
        insert(Counter)
        .values(name=f"{messenger} {_month(tx)}", value=messages)
        .on_conflict_do_update(index_elements=["name"], set_={"value": Counter.value + messages})
    )


async def used(tx: Transaction, messenger: str) -> list[Used]:
    """What is used of this messenger's plan; nothing for one without limits."""
    plan = PLANS.get(messenger)
    if plan is None:
        return []
    # Whoever had her data deleted still counts for the messenger.
    people = await tx.session.scalar(select(func.count()).select_from(Account).where(Account.messenger == messenger))
    messages = await tx.session.scalar(select(Counter.value).where(Counter.name == f"{messenger} {_month(tx)}"))
    return [Used("people", people or 0, plan.people), Used("messages", messages or 0, plan.messages)]


async def warn(tx: Transaction) -> int:
    """Tells the clerks and those who run the machine, once a level, that a plan is nearly or wholly used up."""
    told = 0
    for messenger in PLANS:
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
