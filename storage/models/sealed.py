"""Words about a person, in a table of their own: no list, search or synthesis of opinions can ever show them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, BigId, Instant, Key, Word
from storage.models.matters import Attachment, Target
from storage.states import SealedState


class Sealed(Base):
    """One matter about a person. `number` comes from the opinions' counter: its author holds a code like any other.

    `text` is None once its words are erased. `target` is None until somebody said whom it accuses: nobody reads it.
    `flagged_by_id` is the clerk who found it among ordinary opinions; its author was asked about it at `asked_at`.
    `consent_version` is of the text that she agreed to when she sent it sealed, None when nobody could be asked.
    """

    __tablename__ = "sealed"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(BigId, unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str | None] = mapped_column(Text)
    village_id: Mapped[str | None] = mapped_column(String(40))
    field_id: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[Target | None] = mapped_column(Word(Target))
    state: Mapped[SealedState] = mapped_column(Word(SealedState), index=True)
    has_evidence: Mapped[bool]
    flagged_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    passed_to: Mapped[str | None] = mapped_column(String(200))
    consent_version: Mapped[str | None] = mapped_column(String(20))
    consented_at: Mapped[datetime | None]
    raised_at: Mapped[Instant]
    asked_at: Mapped[datetime | None]
    sealed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    attachments: Mapped[list[Attachment]] = relationship(lazy="raise", order_by="Attachment.id")


class SealedLink(Base):
    """A one-time way to the page that shows one sealed matter; only the digest of its token is kept.

    `view_digest` is of the token of the page that it opened once: what the page shows and decides goes by that.
    """

    __tablename__ = "sealed_link"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_id: Mapped[int] = mapped_column(ForeignKey("sealed.id"), index=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    opened_at: Mapped[datetime | None]
    view_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
