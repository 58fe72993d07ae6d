"""Which of the family said a consent, where an elder who lives with it speaks for another.

Revision: 0045, after 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what was said before, the signed paper tells whose word it was."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("giver_id", number, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_consents_giver_id"), "members", ["giver_id"], ["id"])


def downgrade() -> None:
    """Forget whose word it was."""
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_consents_giver_id"), type_="foreignkey")
        batch_op.drop_column("giver_id")
