"""The people responsible in reality: for a family, a child, a village, a township.

Revision: 0043, after 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    table = "responsible_people"
    op.create_table(
        table,
        sa.Column("id", number, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("household_id", number, nullable=True),
        sa.Column("member_id", number, nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=True),
        sa.Column("duty", sa.String(length=24), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", number, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(household_id IS NULL) <> (region_code IS NULL)", name=op.f("ck_responsible_people_one_place")
        ),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_responsible_people_household_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_responsible_people_member_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_responsible_people_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsible_people")),
        sa.UniqueConstraint("ref", name=op.f("uq_responsible_people_ref")),
    )
    for column in ("household_id", "region_code", "until"):
        op.create_index(op.f(f"ix_responsible_people_{column}"), table, [column], unique=False)


def downgrade() -> None:
    """Forget who is responsible."""
    op.drop_table("responsible_people")
