"""The conference: its four fields, sessions, what waits for a leader, who comes, and the proofs that the law means"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "conference_session",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("conference_id", _id(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("villages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_conference_session_conference_id_conference")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference_session")),
    )
    with op.batch_alter_table("conference_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conference_session_conference_id"), ["conference_id"], unique=False)

    op.create_table(
        "conference_change",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("conference_id", _id(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("override", sa.Text(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("official_id", _id(), nullable=False),
        sa.Column("decided_by_id", _id(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_conference_change_conference_id_conference")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["official.id"], name=op.f("fk_conference_change_decided_by_id_official")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_conference_change_official_id_official")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conference_change")),
    )
    with op.batch_alter_table("conference_change", schema=None) as batch_op:
        batch_op.create_index("ix_conference_change_conference_id_state", ["conference_id", "state"], unique=False)

    op.create_table(
        "registration",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("conference_id", _id(), nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("comes", sa.Boolean(), nullable=True),
        sa.Column("speaks", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("opinion_id", _id(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_registration_account_id_account")),
        sa.ForeignKeyConstraint(
            ["conference_id"], ["conference.id"], name=op.f("fk_registration_conference_id_conference")
        ),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_registration_opinion_id_opinion")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("conference_id", "account_id", name=op.f("uq_registration_conference_id_account_id")),
    )
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_registration_opinion_id"), ["opinion_id"], unique=False)

    op.create_table(
        "proof",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("conference_id", _id(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("village_id", sa.String(length=40), server_default="", nullable=False),
        sa.Column("official_id", _id(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conference_id"], ["conference.id"], name=op.f("fk_proof_conference_id_conference")),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_proof_official_id_official")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint(
            "conference_id",
            "revision",
            "kind",
            "village_id",
            name=op.f("uq_proof_conference_id_revision_kind_village_id"),
        ),
    )

    with op.batch_alter_table("conference", schema=None) as batch_op:
        batch_op.add_column(sa.Column("content", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("ways", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("agenda", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("collect_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("latitude", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("longitude", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        for name in ("planned_at", "announced_at", "held_at", "concluded_at", "cancelled_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))

    # Until now the one who planned it set its date by himself, and it met in one place.
    op.execute(
        "UPDATE conference SET planned_at = coalesce("
        "(SELECT max(at) FROM event WHERE subject = 'conference' AND subject_id = conference.id"
        " AND kind IN ('conference.planned', 'conference.changed')), created_at)"
    )
    op.execute(
        "INSERT INTO conference_session (conference_id, starts_at, place, villages)"
        " SELECT id, starts_at, place, '[]' FROM conference ORDER BY id"
    )

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("conference_id", _id(), nullable=True))
        batch_op.add_column(sa.Column("proof_id", _id(), nullable=True))
        batch_op.create_index(batch_op.f("ix_attachment_conference_id"), ["conference_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_proof_id"), ["proof_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_conference_id_conference"), "conference", ["conference_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_attachment_proof_id_proof"), "proof", ["proof_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attachment_proof_id_proof"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_attachment_conference_id_conference"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attachment_proof_id"))
        batch_op.drop_index(batch_op.f("ix_attachment_conference_id"))
        batch_op.drop_column("proof_id")
        batch_op.drop_column("conference_id")

    with op.batch_alter_table("conference", schema=None) as batch_op:
        for name in ("cancelled_at", "concluded_at", "held_at", "announced_at", "planned_at"):
            batch_op.drop_column(name)
        for name in ("reason", "revision", "longitude", "latitude", "collect_until", "agenda", "ways", "content"):
            batch_op.drop_column(name)

    op.drop_table("proof")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registration_opinion_id"))
        batch_op.drop_index(batch_op.f("ix_registration_account_id"))

    op.drop_table("registration")
    with op.batch_alter_table("conference_change", schema=None) as batch_op:
        batch_op.drop_index("ix_conference_change_conference_id_state")

    op.drop_table("conference_change")
    with op.batch_alter_table("conference_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conference_session_conference_id"))

    op.drop_table("conference_session")
