"""Circles of hours and of produce: what each seat promises beside the circle's row, and the same for lists.

Revision: 0030, after 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables; circles of goods and letters have no row there."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "circle_terms",
        sa.Column("circle_id", number, autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("serves_children", sa.Boolean(), nullable=False),
        sa.Column("second_adult_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("product", sa.String(length=24), nullable=False),
        sa.Column("shipping", sa.String(length=8), nullable=False),
        sa.CheckConstraint("units BETWEEN 1 AND 5000", name=op.f("ck_circle_terms_units")),
        sa.CheckConstraint("every IN (1, 3)", name=op.f("ck_circle_terms_every")),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_circle_terms_circle_id")),
        sa.PrimaryKeyConstraint("circle_id", name=op.f("pk_circle_terms")),
    )
    op.create_table(
        "opening_terms",
        sa.Column("opening_id", number, autoincrement=False, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("product", sa.String(length=24), nullable=False),
        sa.Column("shipping", sa.String(length=8), nullable=False),
        sa.CheckConstraint("units BETWEEN 1 AND 5000", name=op.f("ck_opening_terms_units")),
        sa.CheckConstraint("every IN (1, 3)", name=op.f("ck_opening_terms_every")),
        sa.ForeignKeyConstraint(["opening_id"], ["circle_openings.id"], name=op.f("fk_opening_terms_opening_id")),
        sa.PrimaryKeyConstraint("opening_id", name=op.f("pk_opening_terms")),
    )


def downgrade() -> None:
    """Forget the terms; circles of hours and of produce open no month without them."""
    op.drop_table("opening_terms")
    op.drop_table("circle_terms")
