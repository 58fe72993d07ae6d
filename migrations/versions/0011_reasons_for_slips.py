"""Why a slip whose picture vouches for another gift, too, may stand.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column that is empty for every slip there is."""
    op.add_column("slips", sa.Column("override_reason", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Forget the reasons."""
    op.drop_column("slips", "override_reason")
