"""Seats that were offered to somebody who had not waited kept how the one before him wanted to be called.

Revision: 0021, after 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NEVER_ASKED = """
UPDATE seats SET display = 'nickname' WHERE display = 'name' AND group_id IS NULL AND id IN (
  SELECT seat_id FROM seat_offers WHERE seat_offers.account_id = seats.account_id
    AND place_id IS NULL AND state IN ('open', 'accepted'))"""


def upgrade() -> None:
    """Call by nickname whoever was never asked; free seats carry nobody's word."""
    op.execute("UPDATE seats SET display = 'nickname' WHERE state = 'open' AND display <> 'nickname'")
    op.execute(_NEVER_ASKED)


def downgrade() -> None:
    """Leave them so: nobody chose otherwise."""
