"""That a wish's time ran out without anybody's help is kept, also when it is renewed or withdrawn afterwards.

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment, and fill it in for the wishes that stand so now; nobody knows any more of former ones."""
    op.add_column("wishes", sa.Column("unhelped_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE wishes SET unhelped_at = coalesce(act_by, published_at, created_at)"
        " WHERE state = 'stale' AND committed = 0 AND circle_id IS NULL"
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_column("wishes", "unhelped_at")
