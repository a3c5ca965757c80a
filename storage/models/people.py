"""Persons, their accounts in messengers, and the officials among them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, BigId, Instant, Key, Word


class Role(StrEnum):
    CLERK = "clerk"
    STAFF = "staff"
    LEADER = "leader"
    VILLAGE_HEAD = "village_head"
    OBSERVER = "observer"
    ADMIN = "admin"


class Person(Base):
    """A human being who consented to be on record, or holds an office.

    Since `muted_at` she wants to hear of her own matters only: no general announcement, no general reminder.
    """

    __tablename__ = "person"

    id: Mapped[Key]
    created_at: Mapped[Instant]
    name: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    village_id: Mapped[str | None] = mapped_column(String(40))
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    muted_at: Mapped[datetime | None]


class Account(Base):
    """One person in one messenger. Before consent it holds the messenger's id and the language, nothing else.

    `native_id` is the messenger's own id as text, or None once its owner had everything deleted. `last_interaction_at`
    is kept where a messenger lets us write for so long after it and no longer. `first_id` is of the oldest account of
    one person who joined several, this one or another, None while it is her only one; she joined it at `joined_at`.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("messenger", "native_id"),)

    id: Mapped[Key]
    messenger: Mapped[str] = mapped_column(String(20))
    native_id: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    language: Mapped[str] = mapped_column(String(5), default="vi")
    unreachable_at: Mapped[datetime | None]
    forget_at: Mapped[datetime | None]
    last_interaction_at: Mapped[datetime | None]
    first_id: Mapped[int | None] = mapped_column(BigId, index=True)
    joined_at: Mapped[datetime | None]
    created_at: Mapped[Instant]

    person: Mapped[Person | None] = relationship(lazy="raise")

    @property
    def told_as(self) -> int:
        """The id that stands for its owner where she is told something once, whichever of her accounts hears it."""
        return self.id if self.first_id is None else self.first_id

    @property
    def consented(self) -> bool:
        return self.person is not None and self.person.consented_at is not None


class Official(Base):
    """A person in a role; `revoked_at` ends it and the row stays as history.

    `reads_sealed` opens the sealed lane: a flag of the person, never of the role. `post` is what colleagues call the
    post ("Chủ tịch UBND xã"), to tell two officials of one role apart.
    """

    __tablename__ = "official"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    unit_id: Mapped[str | None] = mapped_column(String(40))
    village_id: Mapped[str | None] = mapped_column(String(40))
    reads_sealed: Mapped[bool] = mapped_column(default=False, server_default=false())
    post: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class Delegation(Base):
    """A leader lets another official approve in his place: one field, or every field when None, to the end of a day."""

    __tablename__ = "delegation"

    id: Mapped[Key]
    leader_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("official.id"), index=True)
    field_id: Mapped[str | None] = mapped_column(String(40))
    until: Mapped[date]
    created_at: Mapped[Instant]
    ended_at: Mapped[datetime | None]


class GroupChat(Base):
    """A unit's group: what is accepted for the unit is posted there, and replies there draft answers."""

    __tablename__ = "group_chat"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(String(40), unique=True)
    bound_by_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    bound_at: Mapped[Instant]


class Invitation(Base):
    """A one-time code; only its digest is kept."""

    __tablename__ = "invitation"

    id: Mapped[Key]
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(Word(Role))
    unit_id: Mapped[str | None] = mapped_column(String(40))
    village_id: Mapped[str | None] = mapped_column(String(40))
    post: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[datetime | None]
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))


class JoinCode(Base):
    """A code by which two accounts of one person are joined; only its digest is kept.

    `typed_by_id` is the account in which it was typed: from then on it is good there alone.
    """

    __tablename__ = "join_code"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  a button of a spent code must not fit the next one

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class JoinTry(Base):
    """A code that was typed and was none; kept for an hour, so that nobody finds one by trying."""

    __tablename__ = "join_try"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[Instant] = mapped_column(index=True)


class Conversation(Base):
    """Where the dialog with one account stands: the FSM's state and data, and the options last offered."""

    __tablename__ = "conversation"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    state: Mapped[str | None] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    menu: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    last_tap: Mapped[str | None] = mapped_column(String(100))
    updated_at: Mapped[Instant]

    account: Mapped[Account] = relationship(lazy="raise")


class Event(Base):
    """Append-only: who did what to what, when, from which state to which. Ids only, never words."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject", "subject_id", "id"),)

    id: Mapped[Key]
    at: Mapped[Instant]
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigId)
    actor: Mapped[str] = mapped_column(String(20))
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Counter(Base):
    """The last number given out, one row a kind of number."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[int] = mapped_column(BigId)
