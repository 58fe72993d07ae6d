"""What administrators change of the catalogue: each change a row over the built-in thing.

Revision: 0028, after 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; without rows the built-in catalogue stands."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "catalogue_changes",
        sa.Column("id", number, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("low_fen", number, nullable=False),
        sa.Column("top_fen", number, nullable=False),
        sa.Column("necessity", sa.String(length=12), nullable=False),
        sa.Column("size", sa.String(length=12), nullable=False),
        sa.Column("season", sa.String(length=40), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", number, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_catalogue_changes_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_changes")),
        sa.UniqueConstraint("ref", name=op.f("uq_catalogue_changes_ref")),
    )
    op.create_index("ix_catalogue_changes_code_id", "catalogue_changes", ["code", "id"], unique=False)


def downgrade() -> None:
    """Forget what was changed: the built-in catalogue stands again."""
    op.drop_index("ix_catalogue_changes_code_id", table_name="catalogue_changes")
    op.drop_table("catalogue_changes")
