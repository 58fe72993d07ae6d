"""A reader counts once for a wish in an hour, by digests that are kept for a day.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add a column that is empty for every impression there is, and a table."""
    op.add_column("impressions", sa.Column("reader", ID, nullable=True))
    op.create_table(
        "looks",
        sa.Column("mark", ID, autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_looks")),
    )
    op.create_index("ix_looks_seen_at", "looks", ["seen_at"])


def downgrade() -> None:
    """Forget who looked."""
    op.drop_table("looks")
    op.drop_column("impressions", "reader")
