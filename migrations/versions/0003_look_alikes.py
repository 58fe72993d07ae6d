"""Look-alikes of the register: kept with their reason until the township clears them.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "look_alikes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("household_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("other_household_id", KEY, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by_id", KEY, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_by_id", KEY, nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clearing_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_look_alikes_household_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_look_alikes_member_id")),
        sa.ForeignKeyConstraint(
            ["other_household_id"], ["households.id"], name=op.f("fk_look_alikes_other_household_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_look_alikes_recorded_by_id")),
        sa.ForeignKeyConstraint(["cleared_by_id"], ["accounts.id"], name=op.f("fk_look_alikes_cleared_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_alikes")),
        sa.UniqueConstraint("ref", name=op.f("uq_look_alikes_ref")),
    )
    op.create_index(op.f("ix_look_alikes_household_id"), "look_alikes", ["household_id"], unique=False)


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("look_alikes")
