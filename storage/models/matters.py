"""Drafts, opinions, the issues they make, answers, and the files that came with them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, BigId, Instant, Key, Word
from storage.models.people import Account, Official
from storage.states import AnnouncementState, AnswerState, ConferenceState, IssueState, OpinionState


class Draft(Base):
    """An opinion not sent yet; one an account. Without consent it is only held: nobody reads it."""

    __tablename__ = "draft"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  a button of a dropped draft must not fit the next one

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    text: Mapped[str] = mapped_column(Text, default="")
    village_id: Mapped[str | None] = mapped_column(String(40))
    field_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    offered_at: Mapped[datetime | None]
    preview_id: Mapped[int | None] = mapped_column(BigId)

    account: Mapped[Account] = relationship(lazy="raise")
    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise", back_populates="draft", order_by="Attachment.id"
    )


class Issue(Base):
    """One matter, raised by one or more opinions and answered once."""

    __tablename__ = "issue"

    id: Mapped[Key]
    state: Mapped[IssueState] = mapped_column(Word(IssueState))
    unit_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[Instant]

    opinions: Mapped[list["Opinion"]] = relationship(lazy="raise", back_populates="issue", order_by="Opinion.number")


class Opinion(Base):
    """What one resident raised. `text` is hers, unchanged; `folded` is it in lower case without marks, for search.

    `person_id` and `account_id` are None once she had her data deleted: the matter stays, she does not.
    """

    __tablename__ = "opinion"
    __table_args__ = (Index("ix_opinion_state_number", "state", "number"),)

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(BigId, unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text)
    village_id: Mapped[str | None] = mapped_column(String(40))
    field_id: Mapped[str] = mapped_column(String(40))
    named: Mapped[bool]
    state: Mapped[OpinionState] = mapped_column(Word(OpinionState))
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    raised_at: Mapped[Instant]
    notice_due: Mapped[date]

    @property
    def was_accepted(self) -> bool:
        """Whether a clerk ever accepted it: until then nobody but the first readers sees it, whatever became of it."""
        return self.issue_id is not None

    account: Mapped[Account | None] = relationship(lazy="raise")
    issue: Mapped[Issue | None] = relationship(lazy="raise", back_populates="opinions")
    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise", back_populates="opinion", order_by="Attachment.id"
    )
    additions: Mapped[list["Addition"]] = relationship(lazy="raise", order_by="Addition.id")


class Addition(Base):
    """Words that the author added to her opinion after it was sent."""

    __tablename__ = "addition"

    id: Mapped[Key]
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    added_at: Mapped[Instant]


class Answer(Base):
    """What the commune answers to an issue, signed by unit and post."""

    __tablename__ = "answer"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  a button of a discarded one must not fit the next

    id: Mapped[Key]
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[AnswerState] = mapped_column(Word(AnswerState))
    created_at: Mapped[Instant]
    released_at: Mapped[datetime | None]

    official: Mapped[Official] = relationship(lazy="raise")
    opinion: Mapped[Opinion] = relationship(lazy="raise")
    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise", back_populates="answer", order_by="Attachment.id"
    )


class AttachmentState(StrEnum):
    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


class Attachment(Base):
    """A file: first a promise to fetch `file_id` from its messenger, then bytes under their digest (SHA-256, hex)."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_state_next_try_at", "state", "next_try_at"),)

    id: Mapped[Key]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"), index=True)
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), index=True)
    messenger: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str | None] = mapped_column(String(200))
    mime: Mapped[str] = mapped_column(String(100))
    seconds: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(BigId)
    digest: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[AttachmentState] = mapped_column(Word(AttachmentState))
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[Instant]
    created_at: Mapped[Instant]

    draft: Mapped[Draft | None] = relationship(lazy="raise", back_populates="attachments")
    opinion: Mapped[Opinion | None] = relationship(lazy="raise", back_populates="attachments")
    answer: Mapped[Answer | None] = relationship(lazy="raise", back_populates="attachments")


class Conference(Base):
    __tablename__ = "conference"

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[Instant]
    place: Mapped[str] = mapped_column(String(300))
    state: Mapped[ConferenceState] = mapped_column(Word(ConferenceState))
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    created_at: Mapped[Instant]


class Announcement(Base):
    """A text to everyone who consented; frozen when it is sent."""

    __tablename__ = "announcement"

    id: Mapped[Key]
    text: Mapped[str] = mapped_column(Text)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    state: Mapped[AnnouncementState] = mapped_column(Word(AnnouncementState))
    audience: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Instant]
    sent_at: Mapped[datetime | None]
