"""Which things were renamed whose wishes are still found by the old name.

Revision: 0037, after 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and have the worker look at all that was renamed so far."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "search_renewals",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("after", number, nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_search_renewals")),
    )
    op.execute('INSERT INTO search_renewals (code, "after") SELECT DISTINCT code, 0 FROM catalogue_names')


def downgrade() -> None:
    """Forget what is still to do: older wishes keep the words they have."""
    op.drop_table("search_renewals")
