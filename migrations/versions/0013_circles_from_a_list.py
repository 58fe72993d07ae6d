"""Lists for which circles are opened with one act, and what became of each of their rows.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GOOD = sa.text("state <> 'wrong'")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Make both tables; no circle belongs to a list yet."""
    op.create_table(
        "circle_openings",
        sa.Column("id", ID, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("programme_id", ID, nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("join_code", sa.String(length=8), nullable=True),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("promise_kind", sa.String(length=12), nullable=False),
        sa.Column("monthly_fen", ID, nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("details", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.Column("unit_label", sa.String(length=12), nullable=False),
        sa.Column("staged_by_id", ID, nullable=False),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", ID, nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer_id", ID, nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "target BETWEEN 3 AND 9 AND least BETWEEN 1 AND target", name=op.f("ck_circle_openings_size")
        ),
        sa.CheckConstraint("monthly_fen >= 0", name=op.f("ck_circle_openings_monthly_fen")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_circle_openings_programme_id")),
        sa.ForeignKeyConstraint(["staged_by_id"], ["accounts.id"], name=op.f("fk_circle_openings_staged_by_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["accounts.id"], name=op.f("fk_circle_openings_submitted_by_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["accounts.id"], name=op.f("fk_circle_openings_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_openings")),
        sa.UniqueConstraint("join_code", name=op.f("uq_circle_openings_join_code")),
        sa.UniqueConstraint("ref", name=op.f("uq_circle_openings_ref")),
    )
    op.create_index("ix_circle_openings_programme", "circle_openings", ["programme_id", "id"])
    op.create_index("ix_circle_openings_state", "circle_openings", ["state", "region_code"])

    op.create_table(
        "opening_rows",
        sa.Column("id", ID, nullable=False),
        sa.Column("opening_id", ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("household_id", ID, nullable=True),
        sa.Column("point_id", ID, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("cell", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("circle_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_opening_rows_circle_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_opening_rows_household_id")),
        sa.ForeignKeyConstraint(["opening_id"], ["circle_openings.id"], name=op.f("fk_opening_rows_opening_id")),
        sa.ForeignKeyConstraint(["point_id"], ["service_points.id"], name=op.f("fk_opening_rows_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_rows")),
        sa.UniqueConstraint("circle_id", name=op.f("uq_opening_rows_circle_id")),
        sa.UniqueConstraint("opening_id", "line", name=op.f("uq_opening_rows_opening_id_line")),
    )
    op.create_index(
        "uq_opening_rows_household",
        "opening_rows",
        ["opening_id", "household_id"],
        unique=True,
        sqlite_where=GOOD,
        postgresql_where=GOOD,
    )
    op.create_index(
        "ix_opening_rows_waiting", "opening_rows", ["opening_id", "id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_opening_rows_state", "opening_rows", ["opening_id", "state", "line"])


def downgrade() -> None:
    """Forget the lists; the circles that came of them stay."""
    op.drop_table("opening_rows")
    op.drop_table("circle_openings")
