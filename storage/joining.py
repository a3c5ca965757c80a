"""Two accounts, one person: what becomes of everything that both had, in one transaction.

What is decided here, for two persons on record who are one:
- The older row of `person` stays and the other goes. Of name with phone, and village, what the account has in which
  the code was asked for, else what the other has: nothing is asked.
- Opinions, sealed matters and offices are hers from both; each opinion keeps its code, its author's choices (named,
  rated, published) and the account it was raised from. Two of hers in one issue stay two, and are one voice of it: the
  cards that show it say so.
- Consent: she consented in both; that which she gave last stays, and the event keeps the other's version and day.
- She hears of her own matters only if she said so in either: a no is never made a yes.
- An unfinished draft, the step of a dialog, the language, a web chat's browsers and its code on paper belong to the
  account and stay there, each.
- One registration for a conference: what she said last.
- The same office held in both is one, the older; everything done in the other is done in it. Two different offices
  are two people's work for now: nothing is joined until one has ended (`joincodes.Refusal.OFFICES`).
- What waits to be sent goes once: the same notice to both is stopped in one, and what was held in an account that
  cannot be written to goes to the one that can.
Whoever is told what afterwards is `storage.chosen`'s.
"""

import json
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from storage import (
    chosen,
    events,
    joincodes,
    muting,
    outbox,
    roles,
)
from storage.database import Transaction
from storage.events import Actor
from storage.joincodes import Refusal
from storage.models import (
    Account,
    Base,
    Event,
    Issue,
    Official,
    Opinion,
    Outbox,
    Person,
    Priority,
    Registration,
    Sealed,
)
from storage.people import Caller
from storage.sorted import show
from storage.states import DeliveryState, move

WAITING = (DeliveryState.QUEUED, DeliveryState.HELD)
GONE = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.UNKNOWN)

LATELY = timedelta(days=92)
"""Whatever a duty says once under a key it says within so long."""

OTHERWISE_KEYED = ("answer:", "announcement_sample:", "relay_file:")
"""How keys of notices begin that end with the id of something else than who is told."""

NOTICE = "joined"
"""The kind of notice by which the account in which the code was asked for hears that it was joined."""


async def join(tx: Transaction, caller: Caller, code_id: int) -> Account | Refusal:
    """She confirms, in the account in which the code was typed: both are one person's. Returns the other account.

    The other account is told, since nobody may be joined to hers without her knowing.
    """
    offer = await joincodes.offered(tx, caller.account, code_id)
    if isinstance(offer, Refusal):
        return offer
    here, there = caller.account, offer.there
    ids = sorted(each.person_id for each in (here, there) if each.person_id is not None)
    # Held to the commit, so that whoever raises something meanwhile waits, and then finds who she is now.
    found = await tx.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id).with_for_update())
    persons = list(found)
    kept, others = persons[0], persons[1:]
    hers = Account.person_id.in_(ids) | Account.id.in_([here.id, there.id])
    accounts = list(await tx.session.scalars(select(Account).where(hers).order_by(Account.id)))
    merged: dict[str, Any] = {}
    for other in others:
        asked = kept if there.person_id == kept.id else other
        merged = {"from_id": other.id, **_merge_facts(kept, other, asked)}
        shared = await _issues_of_both(tx, kept, other)
        await _merge_rows(tx, kept, other)
        # Who looks at one of these sees how many people ask.
        await show(tx, *shared)
    for account in accounts:
        account.person, account.first_id, account.forget_at = kept, accounts[0].id, None
        account.joined_at = account.joined_at or tx.now
    await tx.session.flush()
    for other in others:
        await tx.session.delete(other)
    account_ids = [each.id for each in accounts]
    await joincodes.forget(tx, account_ids)
    await _merge_registrations(tx, account_ids)
    await _say_once(tx, accounts)
    if kept.muted_at is not None:
        await muting.stop_general(tx, kept)
    events.record(tx, "person.joined", "person", kept.id, Actor.RESIDENT, accounts=account_ids, **merged)
    notice = outbox.Notice(there, NOTICE, Priority.ANSWER, {"account_id": here.id}, key=f"{NOTICE}:{code_id}")
    await outbox.queue(tx, [notice])
    caller.official = next(iter(await roles.of_persons(tx, [kept.id])), None)
    return there


def _merge_facts(kept: Person, other: Person, asked: Person) -> dict[str, str | None]:
    """Puts what both say of themselves in `kept`; returns the consent that no row holds any more."""
    second = other if asked is kept else kept
    named = asked if asked.name else second
    kept.name, kept.phone = named.name, named.phone or asked.phone or second.phone
    kept.village_id = asked.village_id or second.village_id
    kept.created_at = min(kept.created_at, other.created_at)
    muted = [each.muted_at for each in (kept, other) if each.muted_at is not None]
    kept.muted_at = min(muted, default=None)
    consents = sorted(
        (each.consented_at, each.consent_version) for each in (kept, other) if each.consented_at is not None
    )
    if consents:
        kept.consented_at, kept.consent_version = consents[-1]
    earlier = consents[0] if len(consents) > 1 else None
    return {"consent": earlier and earlier[1], "consented_at": earlier and earlier[0].isoformat()}


async def _issues_of_both(tx: Transaction, *persons: Person) -> list[Issue]:
    """The issues in which both have raised something."""
    voices = func.count(Opinion.person_id.distinct())
    asked = select(Opinion.issue_id).where(Opinion.person_id.in_([each.id for each in persons]))
    shared = asked.group_by(Opinion.issue_id).having(voices > 1)
    return list(await tx.session.scalars(select(Issue).where(Issue.id.in_(shared)).order_by(Issue.id)))


async def _merge_rows(tx: Transaction, kept: Person, other: Person) -> None:
    await tx.session.flush()
    offices = await roles.of_persons(tx, [kept.id, other.id])
    if len(offices) > 1:
        await _fold_office(tx, *offices)
    for table in (Opinion, Sealed, Official):
        await tx.session.execute(
            update(table)
            .where(table.person_id == other.id)
            .values(person_id=kept.id)
            .execution_options(synchronize_session="fetch")
        )


async def _fold_office(tx: Transaction, kept: Official, other: Official) -> None:
    """One office that one person held twice: whatever names the second one names the first, but for the log."""
    kept.reads_sealed = kept.reads_sealed or other.reads_sealed
    kept.post = kept.post or other.post
    other.revoked_at, other.reads_sealed = tx.now, False
    await tx.session.flush()
    for table in Base.metadata.sorted_tables:
        columns = [key.parent for key in table.foreign_keys if key.column.table is Official.__table__]
        for column in columns if table is not Event.__table__ else ():
            await tx.session.execute(update(table).where(column == other.id).values({column.name: kept.id}))
    events.record(tx, "official.revoked", "official", other.id, Actor.RESIDENT, role=other.role, into_id=kept.id)


async def _merge_registrations(tx: Transaction, account_ids: Sequence[int]) -> None:
    """Of what she said of one conference the last word stays, under her oldest account."""
    found = await tx.session.scalars(
        select(Registration)
        .where(Registration.account_id.in_(account_ids))
        .order_by(Registration.answered_at.desc().nulls_last(), Registration.id.desc())
    )
    last: dict[int, Registration] = {}
    for each in found.all():
        newer = last.setdefault(each.conference_id, each)
        if newer is not each:
            newer.consent_version = newer.consent_version or each.consent_version
            await tx.session.delete(each)
    await tx.session.flush()
    for each in last.values():
        each.account_id = min(account_ids)
    await tx.session.flush()


async def _say_once(tx: Transaction, accounts: Sequence[Account]) -> None:
    """Of the same notice to several of hers one stays; what is held where she cannot be written to goes elsewhere.

    What was said lately is keyed as hers from now on, so that no duty of the clock says it again.
    """
    home, ids = await chosen.account_of(tx, accounts[0]), [each.id for each in accounts]
    lately = (Outbox.created_at > tx.now - LATELY) & Outbox.state.in_(GONE)
    rows = await tx.session.scalars(
        select(Outbox)
        .where(
            Outbox.account_id.in_(ids),
            Outbox.key.is_not(None),
            Outbox.method.is_(None),
            Outbox.kind.not_in(chosen.BOUND),
            Outbox.state.in_(WAITING) | lately,
        )
        .order_by(Outbox.id)
    )
    same: dict[tuple[str, str, str], list[Outbox]] = {}
    for row in rows.all():
        if (rest := _without_account(row.key or "", ids)) is not None:
            says = json.dumps(row.payload, sort_keys=True)
            same.setdefault((*rest, says), []).append(row)
    keyed: dict[str, Outbox] = {}
    for (head, tail, _), copies in same.items():
        # What has gone was said; of what has not, what goes where she is.
        stays = min(copies, key=lambda each: (each.state not in GONE, each.account_id != home.id, each.id))
        for each in copies:
            each.key = None
            if each is not stays and each.state in WAITING:
                each.state = _stopped(each.state)
        keyed[f"{head}:{min(ids)}{tail}"] = stays
    await tx.session.flush()
    # What never reached her, or is long past, may still have the key.
    await tx.session.execute(
        update(Outbox).where(Outbox.key.in_(keyed)).values(key=None).execution_options(synchronize_session=False)
    )
    for key, stays in keyed.items():
        stays.key = key
    await tx.session.flush()
    if await tx.session.scalar(select(Account.id).where(Account.id == home.id, chosen.is_open(tx))) is not None:
        await move_waiting(tx, [each for each in ids if each != home.id], home, DeliveryState.HELD)


def _stopped(state: DeliveryState) -> DeliveryState:
    if state is DeliveryState.HELD:
        state = move(state, DeliveryState.QUEUED)
    return move(state, DeliveryState.STOPPED)


def _without_account(key: str, ids: Sequence[int]) -> tuple[str, str] | None:
    """What a notice's key says before and after whom it is told to; None when it names none of these accounts."""
    if key.startswith(OTHERWISE_KEYED):
        return None
    for id_ in ids:
        head, middle, tail = key.partition(f":{id_}:file:")
        if middle:
            return head, f":file:{tail}"
        if key.endswith(f":{id_}"):
            return key.removesuffix(f":{id_}"), ""
    return None


async def move_waiting(tx: Transaction, account_ids: Collection[int], to: Account, *states: DeliveryState) -> None:
    """What waits in these accounts in one of these states goes to another one of hers."""
    await tx.session.execute(
        update(Outbox)
        .where(
            Outbox.account_id.in_(account_ids),
            Outbox.state.in_(states),
            Outbox.method.is_(None),
            Outbox.edits_id.is_(None),
            Outbox.kind.not_in(chosen.BOUND),
        )
        .values(account_id=to.id, messenger=to.messenger, state=DeliveryState.QUEUED, not_before=tx.now, parts_sent=0)
        .execution_options(synchronize_session=False)
    )
    tx.wake("outbox")
