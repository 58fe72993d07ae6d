"""What was served on the wall and what of it was on screens, in tables of their own.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "impressions",
        sa.Column("list_ref", sa.String(length=13), nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("parts BETWEEN 0 AND 1000", name=op.f("ck_impressions_parts")),
        sa.PrimaryKeyConstraint("list_ref", "place", name=op.f("pk_impressions")),
    )
    op.create_index("ix_impressions_seen_at", "impressions", ["seen_at"])
    op.create_index(
        "ix_impressions_waiting",
        "impressions",
        ["list_ref"],
        sqlite_where=sa.text("is_counted = 0"),
        postgresql_where=sa.text("NOT is_counted"),
    )

    op.create_table(
        "served_lists",
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String(length=12), nullable=False),
        sa.Column("weights", sa.String(length=12), nullable=False),
        sa.Column("built_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leaf", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("beneath", sa.Integer(), nullable=False),
        sa.Column("stated_digest", sa.LargeBinary(), nullable=False),
        sa.Column("stated_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wishes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_served_lists")),
    )
    op.create_index("ix_served_lists_served_at", "served_lists", ["served_at"])

    op.create_table(
        "wish_views",
        sa.Column("wish_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("parts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("parts >= 0", name=op.f("ck_wish_views_parts")),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_wish_views_wish_id")),
        sa.PrimaryKeyConstraint("wish_id", name=op.f("pk_wish_views")),
    )


def downgrade() -> None:
    """Forget what was served and seen."""
    op.drop_table("wish_views")
    op.drop_table("served_lists")
    op.drop_table("impressions")
