"""What a wire must know again after a restart, and addresses of files that are long"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "native_message",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_native_message_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "message_id", name=op.f("pk_native_message")),
    )
    op.create_index(op.f("ix_native_message_at"), "native_message", ["at"])
    op.create_table(
        "upload",
        sa.Column("messenger", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("messenger", "digest", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_until"), "upload", ["until"])
    op.create_table(
        "handout",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mime", sa.String(length=100), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_handout_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_handout")),
    )
    op.create_index(op.f("ix_handout_until"), "handout", ["until"])
    with op.batch_alter_table("messenger", schema=None) as batch_op:
        batch_op.add_column(sa.Column("no_links_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("no_buttons_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.alter_column("file_id", existing_type=sa.String(length=300), type_=sa.Text(), existing_nullable=True)


def downgrade() -> None:
    # An address that is too long for the column of before is one that could not be fetched then either.
    op.execute(sa.text("UPDATE attachment SET file_id = NULL, state = 'failed' WHERE length(file_id) > 300"))
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.alter_column("file_id", existing_type=sa.Text(), type_=sa.String(length=300), existing_nullable=True)
    with op.batch_alter_table("messenger", schema=None) as batch_op:
        batch_op.drop_column("no_buttons_until")
        batch_op.drop_column("no_links_until")
    for table in ("handout", "upload"):
        op.drop_index(op.f(f"ix_{table}_until"), table)
        op.drop_table(table)
    op.drop_index(op.f("ix_native_message_at"), "native_message")
    op.drop_table("native_message")
