"""What donors state they would like to help with.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "interests",
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("places", sa.String(length=40), nullable=False),
        sa.Column("kinds", sa.String(length=600), nullable=False),
        sa.Column("forms", sa.String(length=60), nullable=False),
        sa.Column("ages", sa.String(length=60), nullable=False),
        sa.Column("need", sa.SmallInteger(), nullable=True),
        sa.Column("budget_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("need BETWEEN 0 AND 2", name=op.f("ck_interests_need")),
        sa.CheckConstraint("budget_fen >= 1", name=op.f("ck_interests_budget_fen")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_interests_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_interests")),
    )


def downgrade() -> None:
    """Forget what was stated."""
    op.drop_table("interests")
