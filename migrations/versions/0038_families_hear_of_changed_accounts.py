"""What a family said when its village told it that its account for payments was changed.

Revision: 0038, after 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; families whose account was changed before are to be told, too."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "payees_told",
        sa.Column("payee_id", number, autoincrement=False, nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("told_by_id", number, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payee_id"], ["payees.id"], name=op.f("fk_payees_told_payee_id")),
        sa.ForeignKeyConstraint(["told_by_id"], ["accounts.id"], name=op.f("fk_payees_told_told_by_id")),
        sa.PrimaryKeyConstraint("payee_id", name=op.f("pk_payees_told")),
    )


def downgrade() -> None:
    """Forget who was told."""
    op.drop_table("payees_told")
