"""The dialogue conference: its sessions, what waits for a leader, who comes, and the proofs of what the law means."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, Instant, Key, Word
from storage.states import ChangeState, ConferenceState

if TYPE_CHECKING:
    from storage.models.matters import Attachment


class ChangeKind(StrEnum):
    """What a leader is asked to agree to."""

    SET = "set"
    MOVE = "move"
    CANCEL = "cancel"


class ProofKind(StrEnum):
    """What the law means by "announced" and by "published" (Luật Tổ chức CQĐP 2025, Điều 43); `group`: told besides.

    `loudspeaker`, `portal` and `notice` are for T-7; `media`, `posted` and `receipt` for T+10. `loudspeaker`, `group`
    and `receipt` are of a village; a `notice` is posted in a village, or once for all at the office.
    """

    LOUDSPEAKER = "loudspeaker"
    PORTAL = "portal"
    NOTICE = "notice"
    GROUP = "group"
    MEDIA = "media"
    POSTED = "posted"
    RECEIPT = "receipt"


class Conference(Base):
    """One conference: what stands, agreed by a leader, or still `proposed` to him.

    The law names four fields: `starts_at`, `place`, `content` and `ways` (how to attend). `starts_at` and `place` are
    of the first session. `collect_until` is the last day on which an opinion is on its list. `revision` grows with each
    agreed change of date, place or session; `planned_at` is when the date that stands was agreed. `reason` is why it
    was moved last, or cancelled, as people read it.
    """

    __tablename__ = "conference"

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[Instant]
    place: Mapped[str] = mapped_column(String(300))
    content: Mapped[str] = mapped_column(Text, default="", server_default="")
    ways: Mapped[str] = mapped_column(Text, default="", server_default="")
    agenda: Mapped[str | None] = mapped_column(Text)
    collect_until: Mapped[date | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    state: Mapped[ConferenceState] = mapped_column(Word(ConferenceState))
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    reason: Mapped[str | None] = mapped_column(Text)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    created_at: Mapped[Instant]
    planned_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    sessions: Mapped[list["ConferenceSession"]] = relationship(
        lazy="selectin", order_by="ConferenceSession.starts_at, ConferenceSession.id", cascade="all, delete-orphan"
    )
    documents: Mapped[list["Attachment"]] = relationship(
        lazy="raise", order_by="Attachment.id", foreign_keys="Attachment.conference_id"
    )


class ConferenceSession(Base):
    """Where and when a cluster of villages meets. `villages` are their ids; empty: the whole commune."""

    __tablename__ = "conference_session"

    id: Mapped[Key]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    starts_at: Mapped[Instant]
    place: Mapped[str] = mapped_column(String(300))
    villages: Mapped[list[Any]] = mapped_column(JSON, default=list)


class ConferenceChange(Base):
    """What an official proposes and a leader agrees to or not; until then residents see nothing of it.

    `facts` is what `storage.conferences.Facts` writes, empty for a cancellation; once it was agreed to, `before` in it
    is what stood until then. `revision` is the conference's when it was proposed. `reason` is what people will read,
    `override` why the law's seven days may be broken, `refusal` why the leader did not agree.
    """

    __tablename__ = "conference_change"
    __table_args__ = (Index("ix_conference_change_conference_id_state", "conference_id", "state"),)

    id: Mapped[Key]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    kind: Mapped[ChangeKind] = mapped_column(Word(ChangeKind))
    state: Mapped[ChangeState] = mapped_column(Word(ChangeState))
    starts_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int]
    reason: Mapped[str | None] = mapped_column(Text)
    override: Mapped[str | None] = mapped_column(Text)
    refusal: Mapped[str | None] = mapped_column(Text)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    created_at: Mapped[Instant]
    decided_at: Mapped[datetime | None]

    conference: Mapped[Conference] = relationship(lazy="joined")


class Registration(Base):
    """Whether somebody comes, and what she wants to speak about.

    `account_id` is the oldest of hers, if she joined several. `comes` is None while she is asked again after a move.
    `opinion_id` is which of hers she speaks about; a speaker without one speaks about something else. `revision` is the
    conference's when she said it last. `consent_version` is of the words she agreed to so as to be expected, when she
    had consented to nothing else.
    """

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("conference_id", "account_id"),)

    id: Mapped[Key]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    comes: Mapped[bool | None]
    speaks: Mapped[bool] = mapped_column(default=False, server_default=false())
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"), index=True)
    revision: Mapped[int]
    consent_version: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[Instant]
    answered_at: Mapped[datetime | None]


class Proof(Base):
    """One tick of what the law means, for the conference as it stood at `revision`: who, when, and what shows it.

    `village_id` is empty for what is done once for the whole commune. `link` is an address where it can be seen.
    """

    __tablename__ = "proof"
    __table_args__ = (UniqueConstraint("conference_id", "revision", "kind", "village_id"),)

    id: Mapped[Key]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    revision: Mapped[int]
    kind: Mapped[ProofKind] = mapped_column(Word(ProofKind))
    village_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    link: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[Instant]

    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise", order_by="Attachment.id", foreign_keys="Attachment.proof_id"
    )
