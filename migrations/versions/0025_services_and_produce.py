"""Services and produce: what is asked beside the units, who was vetted, batches of a harvest and their purchases.

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; nothing that stands is touched."""
    _make_service()
    _make_produce()


def _make_service() -> None:
    op.create_table(
        "service_terms",
        sa.Column("wish_id", ID, autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=24), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("serves_children", sa.Boolean(), nullable=False),
        sa.Column("second_adult_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_service_terms_period")),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_service_terms_wish_id")),
        sa.PrimaryKeyConstraint("wish_id", name=op.f("pk_service_terms")),
    )
    op.create_table(
        "service_visits",
        sa.Column("pledge_id", ID, autoincrement=False, nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("logged_at", MOMENT, nullable=True),
        sa.Column("second_adult_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("hours >= 1", name=op.f("ck_service_visits_hours")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_service_visits_pledge_id")),
        sa.PrimaryKeyConstraint("pledge_id", name=op.f("pk_service_visits")),
    )
    op.create_table(
        "vettings",
        sa.Column("id", ID, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("real_name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.String(length=24), nullable=False),
        sa.Column("vetted_by_id", ID, nullable=False),
        sa.Column("vetted_at", MOMENT, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("revoked_by_id", ID, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_vettings_account_id")),
        sa.ForeignKeyConstraint(["vetted_by_id"], ["accounts.id"], name=op.f("fk_vettings_vetted_by_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["accounts.id"], name=op.f("fk_vettings_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vettings")),
        sa.UniqueConstraint("ref", name=op.f("uq_vettings_ref")),
    )
    op.create_index(op.f("ix_vettings_account_id"), "vettings", ["account_id"])
    op.create_index(op.f("ix_vettings_region_code"), "vettings", ["region_code"])


def _make_produce() -> None:
    op.create_table(
        "produce_batches",
        sa.Column("id", ID, nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("poster_id", ID, nullable=False),
        sa.Column("product", sa.String(length=24), nullable=False),
        sa.Column("unit_label", sa.String(length=12), nullable=False),
        sa.Column("unit_fen", ID, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("shipping", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("listed_at", MOMENT, nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_produce_batches_window")),
        sa.CheckConstraint("unit_fen >= 1", name=op.f("ck_produce_batches_unit_fen")),
        sa.ForeignKeyConstraint(["poster_id"], ["accounts.id"], name=op.f("fk_produce_batches_poster_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_produce_batches")),
        sa.UniqueConstraint("ref", name=op.f("uq_produce_batches_ref")),
    )
    op.create_index(op.f("ix_produce_batches_region_code"), "produce_batches", ["region_code"])
    op.create_index(op.f("ix_produce_batches_poster_id"), "produce_batches", ["poster_id"])
    op.create_table(
        "produce_parts",
        sa.Column("wish_id", ID, autoincrement=False, nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_produce_parts_wish_id")),
        sa.ForeignKeyConstraint(["batch_id"], ["produce_batches.id"], name=op.f("fk_produce_parts_batch_id")),
        sa.PrimaryKeyConstraint("wish_id", name=op.f("pk_produce_parts")),
    )
    op.create_index(op.f("ix_produce_parts_batch_id"), "produce_parts", ["batch_id"])
    _make_sales()


def _make_sales() -> None:
    op.create_table(
        "produce_sales",
        sa.Column("pledge_id", ID, autoincrement=False, nullable=False),
        sa.Column("buyer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("told_fen", ID, nullable=True),
        sa.Column("income_fen", ID, nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.CheckConstraint("told_fen >= 0 AND income_fen >= 0", name=op.f("ck_produce_sales_sums")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_produce_sales_pledge_id")),
        sa.PrimaryKeyConstraint("pledge_id", name=op.f("pk_produce_sales")),
    )
    op.create_table(
        "buyers_shown",
        sa.Column("id", ID, nullable=False),
        sa.Column("pledge_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_buyers_shown_pledge_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_buyers_shown_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyers_shown")),
    )
    op.create_index(op.f("ix_buyers_shown_pledge_id"), "buyers_shown", ["pledge_id"])


def downgrade() -> None:
    """Forget them."""
    for table in (
        "buyers_shown",
        "produce_sales",
        "produce_parts",
        "produce_batches",
        "vettings",
        "service_visits",
        "service_terms",
    ):
        op.drop_table(table)
