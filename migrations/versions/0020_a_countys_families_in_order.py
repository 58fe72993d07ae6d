"""A county's families stand in order: whether there are enough of them is asked of five rows, however many there are.

Revision: 0020, after 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the order into the index; PostgreSQL fetched and sorted all families of a county without it."""
    op.create_index(op.f("ix_households_county_id"), "households", ["county", "id"])
    op.drop_index(op.f("ix_households_county"), table_name="households")


def downgrade() -> None:
    """Find a county's families in any order."""
    op.create_index(op.f("ix_households_county"), "households", ["county"])
    op.drop_index(op.f("ix_households_county_id"), table_name="households")
