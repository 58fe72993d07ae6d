"""Trials of the matching and of the weights, which change nothing.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nothing has been tried yet."""
    op.create_table(
        "match_trials",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name=op.f("ck_match_trials_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_trials")),
    )
    op.create_index(op.f("ix_match_trials_ref"), "match_trials", ["ref"], unique=True)
    op.create_index(op.f("ix_match_trials_state_id"), "match_trials", ["state", "id"], unique=False)


def downgrade() -> None:
    """Forget what was tried."""
    op.drop_table("match_trials")
