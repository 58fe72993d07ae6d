"""What reviewers and auditors wrote is sealed like every other personal field; nothing readable stays behind.

Needs DATA_KEY, as everything that runs the site does. PostgreSQL gives the old rows' space back with the next VACUUM.

Revision: 0004, after 0003
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from charity.adapters.crypto import seal, unseal

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 1000
# table, plain column, its length, and how a row is joined to the reference that its place names
COLUMNS = (
    ("wish_reviews", "reason", 300, "wish_reviews t JOIN wishes r ON r.id = t.wish_id"),
    ("cases", "grounds", 600, "cases t JOIN cases r ON r.id = t.id"),
)


def upgrade() -> None:
    """Seal what was written so far, then take the plain columns away."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")  # freed pages are overwritten
    for table, column, _length, rows in COLUMNS:
        place = f"{table}.{column}:"
        op.add_column(table, sa.Column(f"{column}_sealed", sa.LargeBinary(), nullable=True))
        _carry(table, column, f"{column}_sealed", rows, lambda text, ref, place=place: seal(text, place=place + ref))
        op.drop_column(table, column)


def downgrade() -> None:
    """Write everything in plain text again."""
    for table, column, length, rows in COLUMNS:
        place = f"{table}.{column}:"
        op.add_column(table, sa.Column(column, sa.String(length=length), nullable=False, server_default=""))
        _carry(table, f"{column}_sealed", column, rows, lambda data, ref, place=place: unseal(data, place=place + ref))
        op.drop_column(table, f"{column}_sealed")


def _carry(table: str, source: str, target: str, rows: str, turn: Callable[..., object]) -> None:
    """Carry what stands in one column over into another, some rows at a time."""
    connection = op.get_bind()
    ask = sa.text(
        f"SELECT t.id, r.ref, t.{source} FROM {rows}"
        f" WHERE t.id > :last AND length(t.{source}) > 0 ORDER BY t.id LIMIT {BATCH}"
    )
    write = sa.text(f"UPDATE {table} SET {target} = :value WHERE id = :id")
    last = 0
    while found := connection.execute(ask, {"last": last}).all():
        connection.execute(write, [{"id": row[0], "value": turn(row[2], row[1])} for row in found])
        last = found[-1][0]
