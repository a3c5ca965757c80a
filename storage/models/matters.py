"""Drafts, opinions, the issues they make, answers, and the files that came with them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, BigId, Instant, Key, Word
from storage.models.people import Account, Official
from storage.states import AnswerState, CommitmentState, IssueState, OpinionState


class Verdict(StrEnum):
    """What the office decided about an opinion (domain.md, "What is not an opinion")."""

    ACCEPTED = "accepted"
    NEEDS_DETAIL = "needs_detail"
    ALREADY_ANSWERED = "already_answered"
    BEYOND_AUTHORITY = "beyond_authority"
    OTHER_AGENCY = "other_agency"
    MEDIATION = "mediation"
    COMPLAINT = "complaint"
    ABOUT_A_PERSON = "about_a_person"
    FINAL_DECISION_EXISTS = "final_decision_exists"
    UNLAWFUL = "unlawful"


class Place(StrEnum):
    """Where an author is shown the way when another agency settles her matter."""

    ONE_STOP = "one_stop"
    POLICE = "police"
    POWER = "power"
    COURT = "court"


class Outcome(StrEnum):
    """What an answer says of the matter; `promised` has a day and becomes a commitment."""

    DONE = "done"
    PROMISED = "promised"
    EXPLAINED = "explained"
    NO_RESOURCES = "no_resources"
    HIGHER_AUTHORITY = "higher_authority"


class Rating(StrEnum):
    """What an author said: `clear` or `unclear` of the answer; `done`, `partly`, `not_done` of a closed commitment."""

    CLEAR = "clear"
    UNCLEAR = "unclear"
    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


class Transcription(StrEnum):
    """Whether the author agreed with the words that the office wrote down for her."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


class Suspicion(StrEnum):
    """Whether a draft seems to accuse a person: she was asked, or said that it is about no person."""

    ASKED = "asked"
    CLEARED = "cleared"


class Target(StrEnum):
    """The kind of person that is accused; whoever is of it is never a reader."""

    VILLAGE_HEAD = "village_head"
    OFFICIAL = "official"
    LEADER = "leader"
    OTHER = "other"


class Draft(Base):
    """An opinion not sent yet; one an account. Without consent it is only held: nobody reads it.

    `on_behalf`: an official writes it for somebody who has no phone, and whose consent is spoken.
    While `suspicion` is `asked` it cannot be sent as an opinion; `target` is whom its author says it accuses. `said`
    holds [message id, length] of every message that `text` is made of, so that one that she edits is found again.
    """

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
    suspicion: Mapped[Suspicion | None] = mapped_column(Word(Suspicion))
    on_behalf: Mapped[bool] = mapped_column(default=False, server_default=false())
    target: Mapped[Target | None] = mapped_column(Word(Target))
    preview_id: Mapped[int | None] = mapped_column(BigId)
    said: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))

    account: Mapped[Account] = relationship(lazy="raise")
    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise", back_populates="draft", order_by="Attachment.id"
    )


class Issue(Base):
    """One matter, raised by one or more opinions and answered once.

    `title` is the office's own summary and the only one that is published. `due` is the day by which its unit answers,
    `due_reason` why it was moved, in words that those who asked read. `petitioned_to` is the authority that a matter
    beyond the commune was passed to. `in_hall` keeps an approved answer for the conference. `asked_due` is a later day
    that its unit asks for, `asked_reason` why.
    """

    __tablename__ = "issue"
    __table_args__ = (Index("ix_issue_state_due", "state", "due"),)

    id: Mapped[Key]
    state: Mapped[IssueState] = mapped_column(Word(IssueState))
    field_id: Mapped[str | None] = mapped_column(String(40))
    unit_id: Mapped[str | None] = mapped_column(String(40))
    due: Mapped[date | None]
    due_reason: Mapped[str | None] = mapped_column(Text)
    asked_due: Mapped[date | None]
    asked_reason: Mapped[str | None] = mapped_column(Text)
    returned_reason: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(String(200))
    petitioned_to: Mapped[str | None] = mapped_column(String(200))
    in_hall: Mapped[bool] = mapped_column(default=False, server_default=false())
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"))
    folded: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[Instant]
    assigned_at: Mapped[datetime | None]

    opinions: Mapped[list["Opinion"]] = relationship(lazy="raise", back_populates="issue", order_by="Opinion.number")
    commitments: Mapped[list["Commitment"]] = relationship(
        lazy="raise", back_populates="issue", order_by="Commitment.id"
    )
    released: Mapped[list["Answer"]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(Issue.id == Answer.issue_id, Answer.state == 'released')",
        order_by="Answer.released_at, Answer.id",
    )


class Opinion(Base):
    """What one resident raised. `text` is hers, unchanged; `folded` is it in lower case without marks, for search.

    `person_id` and `account_id` are None once she had her data deleted: the matter stays, she does not. `original` is
    what she sent when the office wrote it down or split it (`split_from_id`: the opinion that kept the code).
    `entered_by_id` is the official who entered it for somebody without a phone. `proposed` is a verdict that waits for
    a leader, `reason` what its author reads about the verdict: why, or the name of an authority; `place` is where she
    was shown the way. `written` is what an official writes down of it and has not sent: one matter each, with the ids
    of its field and unit. At `asked_at` the author was asked `question`, or whether what was written down is right.
    `may_publish` is None until she said so, `public_text` the redacted copy that an official confirmed. `message_ids`
    are of her messages that it holds, so that one that she edits is found again.
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
    sort_due: Mapped[date | None]
    notice_due: Mapped[date]
    original: Mapped[str | None] = mapped_column(Text)
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"))
    transcription: Mapped[Transcription | None] = mapped_column(Word(Transcription))
    needs_interpreter: Mapped[bool] = mapped_column(default=False, server_default=false())
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    verdict: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    proposed: Mapped[Verdict | None] = mapped_column(Word(Verdict))
    reason: Mapped[str | None] = mapped_column(Text)
    place: Mapped[Place | None] = mapped_column(Word(Place))
    written: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    question: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime | None]
    rating: Mapped[Rating | None] = mapped_column(Word(Rating))
    rated_at: Mapped[datetime | None]
    may_publish: Mapped[bool | None]
    public_text: Mapped[str | None] = mapped_column(Text)
    message_ids: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))

    @property
    def was_accepted(self) -> bool:
        """Whether a clerk ever accepted it: until then nobody but the first readers sees it, whatever became of it."""
        return self.issue_id is not None

    account: Mapped[Account | None] = relationship(lazy="raise")
    # One read for all of them, and none where nobody entered any.
    entered_by: Mapped[Official | None] = relationship(lazy="selectin")
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
    """What the commune answers to an issue, signed by unit and post.

    `official_id` wrote it, `approver_id` approved it; `release_at` is when an approved one goes out. `revision` grows
    with every change, so that nobody approves what he has not seen. `replaces_id` is the released answer that this one
    corrects and `change_note` what changed; both versions stay. `promised` is the day of the outcome `promised`.
    `spoken` is why it was sent back, when a leader said it aloud.
    """

    __tablename__ = "answer"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  a button of a discarded one must not fit the next

    id: Mapped[Key]
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issue.id"), index=True)
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[AnswerState] = mapped_column(Word(AnswerState))
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    promised: Mapped[date | None]
    document_number: Mapped[str | None] = mapped_column(String(60))
    document_date: Mapped[date | None]
    created_at: Mapped[Instant]
    submitted_at: Mapped[datetime | None]
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    approved_at: Mapped[datetime | None]
    release_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None] = mapped_column(Text)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    change_note: Mapped[str | None] = mapped_column(Text)

    official: Mapped[Official] = relationship(lazy="raise", foreign_keys=[official_id])
    approver: Mapped[Official | None] = relationship(lazy="joined", foreign_keys=[approver_id])
    opinion: Mapped[Opinion] = relationship(lazy="raise")
    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise", back_populates="answer", order_by="Attachment.id", foreign_keys="Attachment.answer_id"
    )
    spoken: Mapped[list["Attachment"]] = relationship(
        lazy="raise", order_by="Attachment.id", foreign_keys="Attachment.return_of_id"
    )


class Commitment(Base):
    """A promise with a day: its unit, the leader in charge, and, once it is closed, the evidence.

    Closed by nobody (`closed_by_id` None) it was taken back by a corrected answer, whose note is in `due_reason`.
    """

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_state_due", "state", "due"),)

    id: Mapped[Key]
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    unit_id: Mapped[str | None] = mapped_column(String(40))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    due: Mapped[date]
    due_reason: Mapped[str | None] = mapped_column(Text)
    state: Mapped[CommitmentState] = mapped_column(Word(CommitmentState))
    evidence: Mapped[str | None] = mapped_column(Text)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    created_at: Mapped[Instant]
    closed_at: Mapped[datetime | None]

    issue: Mapped[Issue] = relationship(lazy="raise", back_populates="commitments")
    attachments: Mapped[list["Attachment"]] = relationship(
        lazy="raise", back_populates="commitment", order_by="Attachment.id"
    )


class Review(Base):
    """What the observer (MTTQ) found of an answered issue: truly settled, or not and why."""

    __tablename__ = "review"

    id: Mapped[Key]
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id"), index=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    is_settled: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[Instant]


class AttachmentState(StrEnum):
    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


class Attachment(Base):
    """A file: first a promise to fetch `file_id` from its messenger, then bytes under their digest (SHA-256, hex).

    `return_of_id` is the answer that a leader sent back with this voice note. `conference_id` makes it a document for
    the conference's delegates, `proof_id` what shows that something was announced or published.
    """

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_state_next_try_at", "state", "next_try_at"),)

    id: Mapped[Key]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("draft.id"), index=True)
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"), index=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"), index=True)
    return_of_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    commitment_id: Mapped[int | None] = mapped_column(ForeignKey("commitment.id"), index=True)
    sealed_id: Mapped[int | None] = mapped_column(ForeignKey("sealed.id"), index=True)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id"), index=True)
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("proof.id"), index=True)
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcement.id"), index=True)
    messenger: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[str | None] = mapped_column(Text)
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

    account: Mapped[Account | None] = relationship(lazy="raise")
    draft: Mapped[Draft | None] = relationship(lazy="raise", back_populates="attachments")
    opinion: Mapped[Opinion | None] = relationship(lazy="raise", back_populates="attachments")
    answer: Mapped[Answer | None] = relationship(lazy="raise", back_populates="attachments", foreign_keys=[answer_id])
    commitment: Mapped[Commitment | None] = relationship(lazy="raise", back_populates="attachments")
