"""Organisations, their people, money given through them, and agreements with villages and counties.

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

STANDS = sa.text("state IN ('applied', 'verified')")
INSIDE = sa.text("left_at IS NULL")


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; nothing that stands is touched."""
    _make_organisations()
    _make_agreements()
    _make_money()


def _make_organisations() -> None:
    op.create_table(
        "organisation_acts",
        sa.Column("id", _id(), nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("officer_id", _id(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_organisation_acts_account_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["accounts.id"], name=op.f("fk_organisation_acts_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_acts")),
    )
    op.create_index("ix_organisation_acts_account", "organisation_acts", ["account_id"])

    op.create_table(
        "organisations",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("bank_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("takes_money", sa.Boolean(), nullable=False),
        sa.Column("is_vetted", sa.Boolean(), nullable=False),
        sa.Column("vetted_on", sa.Date(), nullable=True),
        sa.Column("vetting_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", _id(), nullable=True),
        sa.Column("applied_by_id", _id(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", _id(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'verified' OR account_id IS NOT NULL", name=op.f("ck_organisations_account")),
        sa.CheckConstraint("state in ('applied', 'verified', 'refused', 'ended')", name=op.f("ck_organisations_state")),
        sa.CheckConstraint("NOT takes_money OR bank_sealed IS NOT NULL", name=op.f("ck_organisations_bank")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_organisations_account_id")),
        sa.ForeignKeyConstraint(["applied_by_id"], ["accounts.id"], name=op.f("fk_organisations_applied_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_organisations_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("account_id", name=op.f("uq_organisations_account_id")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_organisations_code_digest")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisations_ref")),
    )
    op.create_index(
        "uq_organisations_number",
        "organisations",
        ["number"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_index("ix_organisations_state_region", "organisations", ["state", "region_code"])

    op.create_table(
        "organisation_people",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("part in ('officer', 'member')", name=op.f("ck_organisation_people_part")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_organisation_people_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_people_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_people")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisation_people_ref")),
    )
    op.create_index("ix_organisation_people_account", "organisation_people", ["account_id"])
    op.create_index(
        "uq_organisation_people_inside",
        "organisation_people",
        ["organisation_id", "account_id"],
        unique=True,
        sqlite_where=INSIDE,
        postgresql_where=INSIDE,
    )


def _make_agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("commitments", sa.String(length=300), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("proposed_by_id", _id(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", _id(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('proposed', 'running', 'declined', 'ended')", name=op.f("ck_agreements_state")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["accounts.id"], name=op.f("fk_agreements_answered_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_agreements_organisation_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["accounts.id"], name=op.f("fk_agreements_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("ref", name=op.f("uq_agreements_ref")),
    )
    op.create_index("ix_agreements_organisation", "agreements", ["organisation_id"])
    op.create_index("ix_agreements_region", "agreements", ["region_code"])

    op.create_table(
        "agreement_milestones",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("agreement_id", _id(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by_id", _id(), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_agreement_milestones_agreement_id")),
        sa.ForeignKeyConstraint(["met_by_id"], ["accounts.id"], name=op.f("fk_agreement_milestones_met_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_milestones")),
        sa.UniqueConstraint("ref", name=op.f("uq_agreement_milestones_ref")),
    )
    op.create_index("ix_agreement_milestones_agreement", "agreement_milestones", ["agreement_id"])
    op.create_index("ix_agreement_milestones_due", "agreement_milestones", ["due_on"])


def _make_money() -> None:
    op.create_table(
        "wish_receivers",
        sa.Column("wish_id", _id(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_wish_receivers_organisation_id")
        ),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_wish_receivers_wish_id")),
        sa.PrimaryKeyConstraint("wish_id", name=op.f("pk_wish_receivers")),
    )
    op.create_index("ix_wish_receivers_organisation", "wish_receivers", ["organisation_id"])

    op.create_table(
        "banks_shown",
        sa.Column("id", _id(), nullable=False),
        sa.Column("pledge_id", _id(), nullable=False),
        sa.Column("organisation_id", _id(), nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_banks_shown_account_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_banks_shown_organisation_id")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_banks_shown_pledge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_banks_shown")),
    )
    op.create_index("ix_banks_shown_pledge", "banks_shown", ["pledge_id"])

    op.create_table(
        "payouts",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("pledge_id", _id(), nullable=False),
        sa.Column("document_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("paid_by_id", _id(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paid_by_id"], ["accounts.id"], name=op.f("fk_payouts_paid_by_id")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_payouts_pledge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
    )
    op.create_index("ix_payouts_document", "payouts", ["document_digest"])
    op.create_index("ix_payouts_pledge", "payouts", ["pledge_id"])


def downgrade() -> None:
    """Forget organisations; the accounts that gave in their name stay."""
    for table in (
        "payouts",
        "banks_shown",
        "wish_receivers",
        "agreement_milestones",
        "organisation_people",
        "agreements",
        "organisations",
        "organisation_acts",
    ):
        op.drop_table(table)
