"""Things that administrators add to the catalogue, and what things are called.

Revision: 0035, after 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; without rows the built-in things and names stand."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "catalogue_items",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("beneficiaries", sa.String(length=40), nullable=False),
        sa.Column("asks_interest", sa.Boolean(), nullable=False),
        sa.Column("made_by_id", number, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_catalogue_items_made_by_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_catalogue_items")),
    )
    op.create_table(
        "catalogue_names",
        sa.Column("id", number, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("zh", sa.String(length=40), nullable=False),
        sa.Column("en", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", number, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["accounts.id"], name=op.f("fk_catalogue_names_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_names")),
        sa.UniqueConstraint("ref", name=op.f("uq_catalogue_names_ref")),
    )
    op.create_index("ix_catalogue_names_code_id", "catalogue_names", ["code", "id"], unique=False)


def downgrade() -> None:
    """Forget what was added and renamed; wishes for added things stay, as what nobody knows any more."""
    op.drop_index("ix_catalogue_names_code_id", table_name="catalogue_names")
    op.drop_table("catalogue_names")
    op.drop_table("catalogue_items")
