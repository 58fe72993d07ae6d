"""Digests of names that a concern took from an account, so that nobody else bears them either.

Revision: 0044, after 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table beside the take-downs."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "names_kept",
        sa.Column("take_down_id", number, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["take_down_id"], ["take_downs.id"], name=op.f("fk_names_kept_take_down_id")),
        sa.PrimaryKeyConstraint("take_down_id", "digest", name=op.f("pk_names_kept")),
    )
    op.create_index("ix_names_kept_digest", "names_kept", ["digest"], unique=False)


def downgrade() -> None:
    """Forget the digests: others may bear such names again."""
    op.drop_index("ix_names_kept_digest", table_name="names_kept")
    op.drop_table("names_kept")
