"""By which document money went back to its donor, and to which account of a family a payment went.

Revision: 0040, after 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both columns; what was paid before went to the account its officer opened last for it."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("payouts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_refund", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("payee_id", number, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_payouts_payee_id"), "payees", ["payee_id"], ["id"])
    op.execute(
        "UPDATE payouts SET payee_id = (SELECT payees_shown.payee_id FROM payees_shown"
        " WHERE payees_shown.pledge_id = payouts.pledge_id AND payees_shown.shown_at <= payouts.paid_at"
        " ORDER BY payees_shown.id DESC LIMIT 1)"
    )


def downgrade() -> None:
    """Forget the accounts, and with their kind the documents of what went back."""
    op.execute("DELETE FROM payouts WHERE is_refund")
    with op.batch_alter_table("payouts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_payouts_payee_id"), type_="foreignkey")
        batch_op.drop_column("payee_id")
        batch_op.drop_column("is_refund")
