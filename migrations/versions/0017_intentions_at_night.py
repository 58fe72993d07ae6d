"""The part of a nightly run that gives intentions to wishes.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; the runs there are had no such part."""
    op.create_table(
        "match_pools",
        sa.Column("run_id", ID, autoincrement=False, nullable=False),
        sa.Column("engine", sa.String(length=8), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("result_digest", sa.String(length=64), nullable=False),
        sa.Column("value", ID, nullable=False),
        sa.Column("utility", ID, nullable=False),
        sa.Column("bound", ID, nullable=False),
        sa.Column("intentions", sa.Integer(), nullable=False),
        sa.Column("wishes", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.id"], name=op.f("fk_match_pools_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_match_pools")),
    )
    op.create_table(
        "match_pool_pairs",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("intention_id", ID, nullable=False),
        sa.Column("wish_id", ID, nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.CheckConstraint("fit BETWEEN 0 AND 1000", name=op.f("ck_match_pool_pairs_fit")),
        sa.ForeignKeyConstraint(["intention_id"], ["intentions.id"], name=op.f("fk_match_pool_pairs_intention_id")),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.id"], name=op.f("fk_match_pool_pairs_run_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_match_pool_pairs_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pool_pairs")),
        sa.UniqueConstraint("run_id", "intention_id", name=op.f("uq_match_pool_pairs_run_id_intention_id")),
    )
    op.create_index("ix_match_pool_pairs_intention_id", "match_pool_pairs", ["intention_id"])
    op.create_index("ix_match_pool_pairs_run_id_wish_id", "match_pool_pairs", ["run_id", "wish_id"])


def downgrade() -> None:
    """Forget what became of intentions at night; their offers stay."""
    op.drop_table("match_pool_pairs")
    op.drop_table("match_pools")
