"""Several meetings for one claim of hours, how many people were there, and what donors say they can give.

Revision: 0032, after 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and a column; of meetings before, one person was there."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "service_days",
        sa.Column("pledge_id", number, nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_service_days_pledge_id")),
        sa.PrimaryKeyConstraint("pledge_id", "meets_on", name=op.f("pk_service_days")),
    )
    op.create_table(
        "skills",
        sa.Column("account_id", number, nullable=False),
        sa.Column("subjects", sa.String(length=300), nullable=False),
        sa.Column("modes", sa.String(length=20), nullable=False),
        sa.Column("weekdays", sa.String(length=20), nullable=False),
        sa.Column("hours", sa.SmallInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_skills_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_skills")),
    )
    op.add_column("service_visits", sa.Column("people", sa.SmallInteger(), server_default=sa.text("1"), nullable=False))


def downgrade() -> None:
    """Forget further days, people and skills; what was logged stays."""
    op.drop_column("service_visits", "people")
    op.drop_table("skills")
    op.drop_table("service_days")
