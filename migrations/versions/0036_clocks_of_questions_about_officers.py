"""Until when a question about who speaks for an organisation is to be answered.

Revision: 0036, after 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the worker starts the clocks of questions that are open already."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "officer_clocks",
        sa.Column("change_id", number, autoincrement=False, nullable=False),
        sa.Column("act_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["officer_changes.id"], name=op.f("fk_officer_clocks_change_id")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_officer_clocks")),
    )


def downgrade() -> None:
    """Forget the clocks: questions wait without one again."""
    op.drop_table("officer_clocks")
