"""Which delivery a message belongs to that went out before its last: a reply to it leads to the same matter"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "message_part",
        sa.Column("account_id", big, nullable=False),
        sa.Column("message_id", big, nullable=False),
        sa.Column("outbox_id", big, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_part_account_id_account")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_message_part_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("account_id", "message_id", name=op.f("pk_message_part")),
    )
    op.create_index(op.f("ix_message_part_outbox_id"), "message_part", ["outbox_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_message_part_outbox_id"), "message_part")
    op.drop_table("message_part")
