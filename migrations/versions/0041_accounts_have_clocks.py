"""Until when somebody confirms an account of a family, or asks the family about it; which gifts an account was paid.

Revision: 0041, after 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the clocks, which the worker starts for what waits already, and the way from an account to its payments."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "payee_clocks",
        sa.Column("payee_id", number, autoincrement=False, nullable=False),
        sa.Column("wait", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["payee_id"], ["payees.id"], name=op.f("fk_payee_clocks_payee_id")),
        sa.PrimaryKeyConstraint("payee_id", "wait", name=op.f("pk_payee_clocks")),
    )
    op.create_index("ix_payouts_payee", "payouts", ["payee_id"])


def downgrade() -> None:
    """Forget the clocks: accounts wait without one again."""
    op.drop_index("ix_payouts_payee", table_name="payouts")
    op.drop_table("payee_clocks")
