"""One person in several messengers: the codes that join her accounts, and which of them are joined"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_id", _id(), nullable=True))
        batch_op.add_column(sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_account_first_id", "account", ["first_id"])
    op.create_table(
        "join_code",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("typed_by_id", _id(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_join_code_account_id_account")),
        sa.ForeignKeyConstraint(["typed_by_id"], ["account.id"], name=op.f("fk_join_code_typed_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_code")),
        sa.UniqueConstraint("account_id", name=op.f("uq_join_code_account_id")),
        sa.UniqueConstraint("digest", name=op.f("uq_join_code_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "join_try",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_join_try_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_try")),
    )
    op.create_index("ix_join_try_account_id", "join_try", ["account_id"])
    op.create_index("ix_join_try_at", "join_try", ["at"])
    # It counted accounts and counts persons now: one that is half queued begins anew, and keys keep doubles out.
    op.execute("UPDATE announcement SET queued_through = 0 WHERE queued_at IS NULL")


def downgrade() -> None:
    op.drop_table("join_try")
    op.drop_table("join_code")
    op.drop_index("ix_account_first_id", table_name="account")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_column("joined_at")
        batch_op.drop_column("first_id")
