"""The officials' workflow: sorting, approval, commitments, the sealed lane"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("leader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deputy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("field_id", sa.String(length=40), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["official.id"], name=op.f("fk_delegation_deputy_id_official")),
        sa.ForeignKeyConstraint(["leader_id"], ["official.id"], name=op.f("fk_delegation_leader_id_official")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegation_leader_id"), ["leader_id"], unique=False)

    op.create_table(
        "group_chat",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("bound_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_group_chat_account_id_account")),
        sa.ForeignKeyConstraint(["bound_by_id"], ["official.id"], name=op.f("fk_group_chat_bound_by_id_official")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_group_chat")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_group_chat_unit_id")),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_review_issue_id_issue")),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_review_official_id_official")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_issue_id"), ["issue_id"], unique=False)

    op.create_table(
        "sealed",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("village_id", sa.String(length=40), nullable=True),
        sa.Column("field_id", sa.String(length=40), nullable=True),
        sa.Column("target", sa.String(24), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("has_evidence", sa.Boolean(), nullable=False),
        sa.Column("flagged_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("passed_to", sa.String(length=200), nullable=True),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sealed_account_id_account")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["official.id"], name=op.f("fk_sealed_decided_by_id_official")),
        sa.ForeignKeyConstraint(["flagged_by_id"], ["official.id"], name=op.f("fk_sealed_flagged_by_id_official")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sealed_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed")),
        sa.UniqueConstraint("number", name=op.f("uq_sealed_number")),
    )
    with op.batch_alter_table("sealed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sealed_state"), ["state"], unique=False)

    op.create_table(
        "sealed_link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("official_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("view_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_sealed_link_official_id_official")),
        sa.ForeignKeyConstraint(["sealed_id"], ["sealed.id"], name=op.f("fk_sealed_link_sealed_id_sealed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_sealed_link_digest")),
        sa.UniqueConstraint("view_digest", name=op.f("uq_sealed_link_view_digest")),
    )
    with op.batch_alter_table("sealed_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_link_sealed_id"), ["sealed_id"], unique=False)

    op.create_table(
        "commitment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("issue_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=True),
        sa.Column("leader_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("due_reason", sa.Text(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_commitment_answer_id_answer")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["official.id"], name=op.f("fk_commitment_closed_by_id_official")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_commitment_issue_id_issue")),
        sa.ForeignKeyConstraint(["leader_id"], ["official.id"], name=op.f("fk_commitment_leader_id_official")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_issue_id"), ["issue_id"], unique=False)
        batch_op.create_index("ix_commitment_state_due", ["state", "due"], unique=False)

    with op.batch_alter_table("answer", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("outcome", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("promised", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("document_number", sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column("document_date", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("approver_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("release_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("returned_reason", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("change_note", sa.Text(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_answer_approver_id_official"), "official", ["approver_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_answer_replaces_id_answer"), "answer", ["replaces_id"], ["id"])

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("return_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("commitment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("sealed_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index(batch_op.f("ix_attachment_commitment_id"), ["commitment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_sealed_id"), ["sealed_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_attachment_sealed_id_sealed"), "sealed", ["sealed_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_attachment_return_of_id_answer"), "answer", ["return_of_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_commitment_id_commitment"), "commitment", ["commitment_id"], ["id"]
        )

    with op.batch_alter_table("draft", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("suspicion", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("on_behalf", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("target", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("said", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("field_id", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("due", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("due_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("asked_due", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("asked_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("returned_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("title", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("petitioned_to", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("in_hall", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("folded", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_issue_state_due", ["state", "due"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_issue_merged_into_id_issue"), "issue", ["merged_into_id"], ["id"])

    with op.batch_alter_table("official", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reads_sealed", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("post", sa.String(length=60), nullable=True))

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post", sa.String(length=60), nullable=True))

    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sort_due", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("original", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column("split_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("transcription", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("needs_interpreter", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column("entered_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("verdict", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("proposed", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("written", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("question", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("rating", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("may_publish", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("public_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("message_ids", sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_opinion_entered_by_id_official"), "official", ["entered_by_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_opinion_split_from_id_opinion"), "opinion", ["split_from_id"], ["id"]
        )

    # An issue's field was its first opinion's until now.
    op.execute(
        "UPDATE issue SET field_id ="
        " (SELECT field_id FROM opinion WHERE opinion.issue_id = issue.id ORDER BY number LIMIT 1)"
    )


def downgrade() -> None:
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_opinion_split_from_id_opinion"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_opinion_entered_by_id_official"), type_="foreignkey")
        batch_op.drop_column("message_ids")
        batch_op.drop_column("public_text")
        batch_op.drop_column("may_publish")
        batch_op.drop_column("rated_at")
        batch_op.drop_column("rating")
        batch_op.drop_column("asked_at")
        batch_op.drop_column("question")
        batch_op.drop_column("written")
        batch_op.drop_column("place")
        batch_op.drop_column("reason")
        batch_op.drop_column("proposed")
        batch_op.drop_column("verdict")
        batch_op.drop_column("entered_by_id")
        batch_op.drop_column("needs_interpreter")
        batch_op.drop_column("transcription")
        batch_op.drop_column("split_from_id")
        batch_op.drop_column("original")
        batch_op.drop_column("sort_due")

    with op.batch_alter_table("official", schema=None) as batch_op:
        batch_op.drop_column("post")
        batch_op.drop_column("reads_sealed")

    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_column("post")

    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_issue_merged_into_id_issue"), type_="foreignkey")
        batch_op.drop_index("ix_issue_state_due")
        batch_op.drop_column("assigned_at")
        batch_op.drop_column("folded")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("in_hall")
        batch_op.drop_column("petitioned_to")
        batch_op.drop_column("title")
        batch_op.drop_column("returned_reason")
        batch_op.drop_column("asked_reason")
        batch_op.drop_column("asked_due")
        batch_op.drop_column("due_reason")
        batch_op.drop_column("due")
        batch_op.drop_column("field_id")

    with op.batch_alter_table("draft", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("said")
        batch_op.drop_column("on_behalf")
        batch_op.drop_column("target")
        batch_op.drop_column("suspicion")

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attachment_commitment_id_commitment"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_attachment_return_of_id_answer"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_attachment_sealed_id_sealed"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attachment_sealed_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_commitment_id"))
        batch_op.drop_column("sealed_id")
        batch_op.drop_column("commitment_id")
        batch_op.drop_column("return_of_id")

    with op.batch_alter_table("answer", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_answer_replaces_id_answer"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_answer_approver_id_official"), type_="foreignkey")
        batch_op.drop_column("change_note")
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("returned_reason")
        batch_op.drop_column("returned_at")
        batch_op.drop_column("release_at")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("approver_id")
        batch_op.drop_column("submitted_at")
        batch_op.drop_column("document_date")
        batch_op.drop_column("document_number")
        batch_op.drop_column("promised")
        batch_op.drop_column("outcome")
        batch_op.drop_column("revision")

    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index("ix_commitment_state_due")
        batch_op.drop_index(batch_op.f("ix_commitment_issue_id"))

    op.drop_table("commitment")
    with op.batch_alter_table("sealed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_link_sealed_id"))

    op.drop_table("sealed_link")
    with op.batch_alter_table("sealed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sealed_state"))
        batch_op.drop_index(batch_op.f("ix_sealed_person_id"))

    op.drop_table("sealed")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_issue_id"))

    op.drop_table("review")
    op.drop_table("group_chat")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_leader_id"))
        batch_op.drop_index(batch_op.f("ix_delegation_deputy_id"))

    op.drop_table("delegation")
