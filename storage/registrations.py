"""Who comes to a conference, and who wants to speak about what."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from storage import events, opinions
from storage.database import Transaction
from storage.events import Actor
from storage.models import Account, Conference, Opinion, Person, Registration
from storage.states import ConferenceState, ForbiddenMove


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many registered: who comes, who does not, who has not said it since the conference was moved, who speaks."""

    coming: int = 0
    declined: int = 0
    asked: int = 0
    speaking: int = 0
    villages: int = 0


async def of(tx: Transaction, conference: Conference, account: Account) -> Registration | None:
    """What the owner of `account` said, wherever she said it."""
    hers = Registration.account_id == account.told_as
    return await tx.session.scalar(select(Registration).where(Registration.conference_id == conference.id, hers))


async def say(
    tx: Transaction, conference: Conference, account: Account, *, comes: bool, consent_version: str | None = None
) -> Registration:
    """She says whether she comes. Raises ForbiddenMove when the conference is over or cancelled.

    `consent_version` is of the words she agreed to, if it is all she ever agreed to.
    """
    registration = await _registration(tx, conference, account, consent_version)
    registration.comes = comes
    _log(tx, conference, registration, "comes" if comes else "declined")
    return registration


async def speak(
    tx: Transaction,
    conference: Conference,
    account: Account,
    opinion: Opinion | None = None,
    *,
    consent_version: str | None = None,
) -> Registration:
    """She comes and wants to speak: about this opinion of hers, or about something else.

    Raises ForbiddenMove when the conference is over, ValueError for an opinion that is not hers.
    """
    if opinion is not None and (account.person_id is None or opinion.person_id != account.person_id):
        raise ValueError("one speaks about an opinion of one's own")
    registration = await _registration(tx, conference, account, consent_version)
    registration.comes, registration.speaks = True, True
    registration.opinion_id = opinion.id if opinion is not None else None
    _log(tx, conference, registration, "speaks")
    return registration


async def _registration(
    tx: Transaction, conference: Conference, account: Account, consent_version: str | None = None
) -> Registration:
    if conference.state not in {ConferenceState.PLANNED, ConferenceState.ANNOUNCED} or conference.starts_at <= tx.now:
        raise ForbiddenMove(conference.state, ConferenceState.PLANNED)
    found = await of(tx, conference, account)
    if found is None:
        found = Registration(
            conference_id=conference.id,
            account_id=account.told_as,
            speaks=False,
            revision=conference.revision,
            created_at=tx.now,
        )
        tx.session.add(found)
    found.revision, found.answered_at = conference.revision, tx.now
    if consent_version is not None:
        found.consent_version = consent_version
    return found


def _log(tx: Transaction, conference: Conference, registration: Registration, what: str) -> None:
    events.record(tx, f"conference.{what}", "conference", conference.id, Actor.RESIDENT)


async def ask_again(tx: Transaction, conference: Conference) -> None:
    """It was moved: who was to come has not said yet whether she comes on the new day."""
    await tx.session.flush()
    await tx.session.execute(
        update(Registration)
        .where(Registration.conference_id == conference.id)
        .values(comes=None)
        .execution_options(synchronize_session="fetch")
    )


async def turnout(tx: Transaction, conference: Conference) -> Turnout:
    """How many registered; one person in two messengers counts once."""
    person = func.coalesce(Account.person_id, -Account.id)
    row = (
        await tx.session.execute(
            select(
                func.count(person.distinct()).filter(Registration.comes.is_(True)),
                func.count(person.distinct()).filter(Registration.comes.is_(False)),
                func.count(person.distinct()).filter(Registration.comes.is_(None)),
                func.count(person.distinct()).filter(Registration.comes.is_(True), Registration.speaks.is_(True)),
                func.count(Person.village_id.distinct()).filter(
                    Registration.comes.is_(True), Registration.speaks.is_(True)
                ),
            )
            .select_from(Registration)
            .join(Account, Account.id == Registration.account_id)
            .outerjoin(Person, Person.id == Account.person_id)
            .where(Registration.conference_id == conference.id)
        )
    ).one()
    return Turnout(*row)


async def about(tx: Transaction, registration: Registration) -> Opinion | None:
    """The opinion she speaks about, while it is there."""
    if registration.opinion_id is None:
        return None
    return await opinions.by_id(tx, registration.opinion_id)


async def own(tx: Transaction, account_ids: list[int]) -> list[Registration]:
    """Every registration of these accounts."""
    found = select(Registration).where(Registration.account_id.in_(account_ids)).order_by(Registration.id)
    return list(await tx.session.scalars(found))


async def forget(tx: Transaction, account_ids: list[int]) -> None:
    """She had everything deleted: nobody expects her any more."""
    await tx.session.execute(delete(Registration).where(Registration.account_id.in_(account_ids)))
