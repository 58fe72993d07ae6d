"""The pool of intentions, and the wall by categories.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
LOOKS = sa.text("look_at IS NOT NULL")
DUE = sa.text("act_by IS NOT NULL")
REMINDED = sa.text("remind_at IS NOT NULL")
ON_THE_WALL = "{state} = 'approved' AND wanted > committed + reserved AND hidden_at IS NULL AND circle_id IS NULL"


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables and the index."""
    op.create_table(
        "intentions",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("beneficiary_kind", sa.String(length=12), nullable=False),
        sa.Column("school_stage", sa.String(length=16), nullable=False),
        sa.Column("region_code", sa.String(length=6), nullable=False),
        sa.Column("most_fen", _id(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("units_left", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("most_fen >= 1", name=op.f("ck_intentions_most_fen")),
        sa.CheckConstraint("units_left >= 0 AND units_left <= units", name=op.f("ck_intentions_units")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_intentions_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intentions")),
        sa.UniqueConstraint("ref", name=op.f("uq_intentions_ref")),
    )
    op.create_index("ix_intentions_account_state", "intentions", ["account_id", "state"])
    op.create_index(
        "ix_intentions_look_at", "intentions", ["look_at", "id"], sqlite_where=LOOKS, postgresql_where=LOOKS
    )
    op.create_index("ix_intentions_until", "intentions", ["until"], sqlite_where=OPEN, postgresql_where=OPEN)
    _make_offers()
    op.create_index(
        "ix_wishes_wall_category",
        "wishes",
        ["category", "wall_at", "id"],
        sqlite_where=sa.text(ON_THE_WALL.format(state="state || ''")),
        postgresql_where=sa.text(ON_THE_WALL.format(state="state")),
    )


def _make_offers() -> None:
    table = "intention_offers"
    op.create_table(
        table,
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("intention_id", _id(), nullable=False),
        sa.Column("wish_id", _id(), nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.String(length=24), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("units >= 1", name=op.f("ck_intention_offers_units")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_intention_offers_account_id")),
        sa.ForeignKeyConstraint(["intention_id"], ["intentions.id"], name=op.f("fk_intention_offers_intention_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_intention_offers_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intention_offers")),
        sa.UniqueConstraint("ref", name=op.f("uq_intention_offers_ref")),
    )
    op.create_index(
        "uq_intention_offers_open", table, ["intention_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_intention_offers_wish", table, ["wish_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_intention_offers_account", table, ["account_id", "wish_id"])
    op.create_index("ix_intention_offers_act_by", table, ["act_by"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_index(
        "ix_intention_offers_remind_at", table, ["remind_at"], sqlite_where=REMINDED, postgresql_where=REMINDED
    )


def downgrade() -> None:
    """Forget intentions and their offers; the claims that came of them stay."""
    op.drop_index("ix_wishes_wall_category", "wishes")
    op.drop_table("intention_offers")
    op.drop_table("intentions")
