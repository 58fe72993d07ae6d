"""How many units a donor gives at once, if he said so.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a number that is one for everybody who stated something before."""
    with op.batch_alter_table("interests") as interests:
        interests.add_column(sa.Column("units", sa.SmallInteger(), server_default=sa.text("1"), nullable=False))
        interests.create_check_constraint(op.f("ck_interests_units"), "units >= 1")


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("interests") as interests:
        interests.drop_constraint(op.f("ck_interests_units"), type_="check")
        interests.drop_column("units")
