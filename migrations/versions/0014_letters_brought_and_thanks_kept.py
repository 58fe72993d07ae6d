"""The day on which a family got a letter, and the ready phrase with which a gift was thanked for.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns that are empty for every letter and gift there is."""
    with op.batch_alter_table("letters") as letters:
        letters.add_column(sa.Column("brought_on", sa.Date(), nullable=True))
        letters.add_column(sa.Column("brought_by_id", ID, nullable=True))
        letters.create_foreign_key(op.f("fk_letters_brought_by_id"), "accounts", ["brought_by_id"], ["id"])
    op.add_column("pledges", sa.Column("feedback", sa.String(length=16), nullable=True))


def downgrade() -> None:
    """Forget them."""
    op.drop_column("pledges", "feedback")
    with op.batch_alter_table("letters") as letters:
        letters.drop_constraint(op.f("fk_letters_brought_by_id"), type_="foreignkey")
        letters.drop_column("brought_by_id")
        letters.drop_column("brought_on")
