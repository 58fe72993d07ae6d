"""A school stage knows when it was recorded, and a child's wish until when it may tell it.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# The day in China on which a person was written down, and the next 31 August after it.
DAYS = {
    "postgresql": (
        "(recorded_at AT TIME ZONE 'Asia/Shanghai')::date",
        "make_date((EXTRACT(YEAR FROM m.stage_on) + CASE WHEN EXTRACT(MONTH FROM m.stage_on) >= 9 THEN 1 ELSE 0 END)"
        "::int, 8, 31)",
    ),
    "sqlite": (
        "date(recorded_at, '+8 hours')",
        "printf('%04d-08-31', CAST(strftime('%Y', m.stage_on) AS INTEGER) + (strftime('%m', m.stage_on) >= '09'))",
    ),
}


def upgrade() -> None:
    """Add the days, and fill them from when each person was written down."""
    op.add_column("members", sa.Column("stage_on", sa.Date(), nullable=True))
    op.add_column("wishes", sa.Column("stage_until", sa.Date(), nullable=True))
    recorded, until = DAYS[op.get_bind().dialect.name]
    op.execute(f"UPDATE members SET stage_on = {recorded} WHERE school_stage IS NOT NULL")
    op.execute(
        f"UPDATE wishes SET stage_until = (SELECT {until} FROM members m WHERE m.id = wishes.member_id)"
        " WHERE member_id IS NOT NULL AND school_stage IS NOT NULL"
    )


def downgrade() -> None:
    """Forget the days."""
    op.drop_column("wishes", "stage_until")
    op.drop_column("members", "stage_on")
