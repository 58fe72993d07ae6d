"""Names that a reported concern took off boards and rooms.

Revision: 0039, after 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table beside the take-downs."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "names_down",
        sa.Column("take_down_id", number, autoincrement=False, nullable=False),
        sa.Column("account_id", number, nullable=False),
        sa.Column("nickname_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("public_name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["take_down_id"], ["take_downs.id"], name=op.f("fk_names_down_take_down_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_names_down_account_id")),
        sa.PrimaryKeyConstraint("take_down_id", name=op.f("pk_names_down")),
    )
    op.create_index("ix_names_down_account_id", "names_down", ["account_id"], unique=False)


def downgrade() -> None:
    """Forget what the names were: they stay out of sight until their owners choose others."""
    op.drop_index("ix_names_down_account_id", table_name="names_down")
    op.drop_table("names_down")
