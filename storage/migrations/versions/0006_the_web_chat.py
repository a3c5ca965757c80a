"""The web chat: browsers that want to be called, and codes on paper that open a conversation elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "web_push",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("p256dh", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_web_push_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_push")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_push_digest")),
    )
    op.create_index("ix_web_push_account_id", "web_push", ["account_id"])
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_web_push_due_at", "web_push", ["due_at"], sqlite_where=due, postgresql_where=due)
    op.create_table(
        "web_code",
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_web_code_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_web_code")),
        sa.UniqueConstraint("digest", name=op.f("uq_web_code_digest")),
    )


def downgrade() -> None:
    op.drop_table("web_code")
    op.drop_table("web_push")
