"""Runs of the nightly matching, and in how many circles a donor would like to sit.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nobody is invited before he says so."""
    op.create_table(
        "match_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("weights", sa.String(length=12), nullable=False),
        sa.Column("engine", sa.String(length=8), nullable=False),
        sa.Column("epsilon", sa.Integer(), nullable=False),
        sa.Column("fairness", sa.Integer(), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("result_digest", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("utility", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bound", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("donors", sa.Integer(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("least_listed", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Integer(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_runs")),
        sa.UniqueConstraint("day", name=op.f("uq_match_runs_day")),
        sa.UniqueConstraint("ref", name=op.f("uq_match_runs_ref")),
    )
    op.create_table(
        "match_households",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_match_households_circle_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_match_households_household_id")),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.id"], name=op.f("fk_match_households_run_id")),
        sa.PrimaryKeyConstraint("run_id", "household_id", name=op.f("pk_match_households")),
    )
    op.create_index(op.f("ix_match_households_household_id"), "match_households", ["household_id"])

    op.create_table(
        "match_pairs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("fit BETWEEN 0 AND 1000", name=op.f("ck_match_pairs_fit")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_match_pairs_account_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_match_pairs_circle_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["seat_offers.id"], name=op.f("fk_match_pairs_offer_id")),
        sa.ForeignKeyConstraint(["run_id"], ["match_runs.id"], name=op.f("fk_match_pairs_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_pairs")),
        sa.UniqueConstraint(
            "run_id", "account_id", "circle_id", name=op.f("uq_match_pairs_run_id_account_id_circle_id")
        ),
    )
    op.create_index(op.f("ix_match_pairs_circle_id"), "match_pairs", ["circle_id"])
    op.create_index(op.f("ix_match_pairs_offer_id"), "match_pairs", ["offer_id"])

    op.add_column("interests", sa.Column("seats", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    """Forget the runs and who wanted invitations."""
    op.drop_column("interests", "seats")
    op.drop_table("match_pairs")
    op.drop_table("match_households")
    op.drop_table("match_runs")
