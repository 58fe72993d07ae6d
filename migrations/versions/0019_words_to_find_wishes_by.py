"""Wishes are found by pieces of their words, kept as numbers; the rows of tokens go.

The worker writes the words of the wishes there are (services/wishes/words.py), in steps; it reads Chinese aloud, which
no database can.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of words, and empty the one they take the place of."""
    op.create_table(
        "search_texts",
        sa.Column("wish_id", ID, autoincrement=False, nullable=False),
        sa.Column("at", ID, nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_search_texts_wish_id")),
        sa.PrimaryKeyConstraint("wish_id", name=op.f("pk_search_texts")),
    )
    op.create_table(
        "search_pieces",
        sa.Column("piece", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wish_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("piece", "at", "wish_id", name=op.f("pk_search_pieces")),
        sqlite_with_rowid=False,
    )
    op.execute("TRUNCATE wish_tokens" if op.get_bind().dialect.name == "postgresql" else "DELETE FROM wish_tokens")


def downgrade() -> None:
    """Drop the words; the rows of tokens come back with whatever is published or reviewed then."""
    op.drop_table("search_pieces")
    op.drop_table("search_texts")
