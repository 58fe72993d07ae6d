"""How long records are kept, and what was forgotten; what a reviewer said of a picture.

Revision: 0033, after 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; without rows the usual periods stand."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "retention_changes",
        sa.Column("id", number, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("was", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_by_id", number, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_retention_changes_days")),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_retention_changes_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_changes")),
        sa.UniqueConstraint("ref", name=op.f("uq_retention_changes_ref")),
    )
    op.create_index("ix_retention_changes_record_id", "retention_changes", ["record", "id"], unique=False)
    op.create_table(
        "forgotten",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "record", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "forgotten_rows",
        sa.Column("record", sa.String(length=16), nullable=False),
        sa.Column("row_id", number, autoincrement=False, nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record", "row_id", name=op.f("pk_forgotten_rows")),
    )
    op.create_table(
        "forgotten_files",
        sa.Column("id", number, nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten_files")),
    )
    op.create_table(
        "picture_looks",
        sa.Column("review_id", number, autoincrement=False, nullable=False),
        sa.Column("photo_id", number, nullable=False),
        sa.Column("affirmed", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_picture_looks_photo_id")),
        sa.ForeignKeyConstraint(["review_id"], ["wish_reviews.id"], name=op.f("fk_picture_looks_review_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_picture_looks")),
    )


def downgrade() -> None:
    """Forget periods and counts; what was forgotten does not come back."""
    op.drop_table("picture_looks")
    op.drop_table("forgotten_files")
    op.drop_table("forgotten_rows")
    op.drop_table("forgotten")
    op.drop_index("ix_retention_changes_record_id", table_name="retention_changes")
    op.drop_table("retention_changes")
