"""What the night counts of each household, so that a village's causes and stale facts are the sum of its lines.

Revision: 0042, after 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the figures; the worker counts them at once, since the newest check is made again."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "household_figures",
        sa.Column("household_id", number, autoincrement=False, nullable=False),
        sa.Column("causes", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_household_figures_household_id")),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_household_figures")),
    )
    op.execute("DELETE FROM village_figures WHERE figure = 'stale-facts'")
    op.execute("DELETE FROM register_checks WHERE day = (SELECT max(day) FROM register_checks)")


def downgrade() -> None:
    """Forget what was counted of households; stale facts of villages are counted again the next night."""
    op.drop_table("household_figures")
