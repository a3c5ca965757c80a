"""Words about a person, in a table of their own: no list, search or synthesis of opinions can ever show them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, BigId, Instant, Key, Word
from storage.models.matters import Attachment
from storage.states import SealedState


class Target(StrEnum):
    """The kind of person that is accused; whoever is of it is never a reader."""

    VILLAGE_HEAD = "village_head"
    OFFICIAL = "official"
    LEADER = "leader"
    OTHER = "other"


class Sealed(Base):
    """One matter about a person. `number` comes from the opinions' counter: its author holds a code like any other.

    `text` is None once erased or returned. `flagged_by_id` is the clerk who found it among ordinary opinions.
    """

    __tablename__ = "sealed"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(BigId, unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str | None] = mapped_column(Text)
    village_id: Mapped[str | None] = mapped_column(String(40))
    field_id: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[Target] = mapped_column(Word(Target))
    state: Mapped[SealedState] = mapped_column(Word(SealedState), index=True)
    has_evidence: Mapped[bool]
    flagged_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    passed_to: Mapped[str | None] = mapped_column(String(200))
    raised_at: Mapped[Instant]
    sealed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    attachments: Mapped[list[Attachment]] = relationship(lazy="raise", order_by="Attachment.id")


class SealedLink(Base):
    """A one-time way to the page that shows one sealed matter; only the digest of its token is kept."""

    __tablename__ = "sealed_link"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_id: Mapped[int] = mapped_column(ForeignKey("sealed.id"), index=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    opened_at: Mapped[datetime | None]
