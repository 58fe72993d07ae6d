"""How much organisations may promise and who speaks for them; where a family's money goes; what donors say of transfers.

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "officer_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("becomes", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("becomes in ('officer', 'member', 'out')", name=op.f("ck_officer_changes_becomes")),
        sa.CheckConstraint(
            "state in ('open', 'confirmed', 'refused', 'withdrawn')", name=op.f("ck_officer_changes_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_officer_changes_account_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["accounts.id"], name=op.f("fk_officer_changes_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_officer_changes_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_officer_changes_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_changes")),
        sa.UniqueConstraint("ref", name=op.f("uq_officer_changes_ref")),
    )
    with op.batch_alter_table("officer_changes", schema=None) as batch_op:
        batch_op.create_index("ix_officer_changes_organisation", ["organisation_id"], unique=False)
        batch_op.create_index(
            "uq_officer_changes_open",
            ["organisation_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "organisation_limits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("was", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_organisation_limits_places")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_limits_organisation_id")
        ),
        sa.ForeignKeyConstraint(["set_by_id"], ["accounts.id"], name=op.f("fk_organisation_limits_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_limits")),
        sa.UniqueConstraint("ref", name=op.f("uq_organisation_limits_ref")),
    )
    with op.batch_alter_table("organisation_limits", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_limits_organisation", ["organisation_id"], unique=False)

    op.create_table(
        "payees",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'standing', 'replaced', 'refused', 'ended')", name=op.f("ck_payees_state")
        ),
        sa.CheckConstraint("way in ('account', 'village')", name=op.f("ck_payees_way")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["accounts.id"], name=op.f("fk_payees_decided_by_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_payees_household_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_payees_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payees")),
        sa.UniqueConstraint("ref", name=op.f("uq_payees_ref")),
    )
    with op.batch_alter_table("payees", schema=None) as batch_op:
        batch_op.create_index("ix_payees_household", ["household_id"], unique=False)
        batch_op.create_index("ix_payees_number", ["number_digest"], unique=False)
        batch_op.create_index(
            "uq_payees_standing",
            ["household_id"],
            unique=True,
            sqlite_where=sa.text("state = 'standing'"),
            postgresql_where=sa.text("state = 'standing'"),
        )
        batch_op.create_index(
            "uq_payees_waiting",
            ["household_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "payees_shown",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pledge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_payees_shown_account_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_payees_shown_organisation_id")
        ),
        sa.ForeignKeyConstraint(["payee_id"], ["payees.id"], name=op.f("fk_payees_shown_payee_id")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_payees_shown_pledge_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payees_shown")),
    )
    with op.batch_alter_table("payees_shown", schema=None) as batch_op:
        batch_op.create_index("ix_payees_shown_payee", ["payee_id"], unique=False)
        batch_op.create_index("ix_payees_shown_pledge", ["pledge_id"], unique=False)

    op.create_table(
        "transfers_said",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("pledge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("was_sent", sa.Boolean(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("receipt_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("said_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_transfers_said_pledge_id")),
        sa.ForeignKeyConstraint(["said_by_id"], ["accounts.id"], name=op.f("fk_transfers_said_said_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers_said")),
        sa.UniqueConstraint("ref", name=op.f("uq_transfers_said_ref")),
    )
    with op.batch_alter_table("transfers_said", schema=None) as batch_op:
        batch_op.create_index("ix_transfers_said_pledge", ["pledge_id"], unique=False)


def downgrade() -> None:
    """Forget limits, accounts of families and what donors said."""
    with op.batch_alter_table("transfers_said", schema=None) as batch_op:
        batch_op.drop_index("ix_transfers_said_pledge")

    op.drop_table("transfers_said")
    with op.batch_alter_table("payees_shown", schema=None) as batch_op:
        batch_op.drop_index("ix_payees_shown_pledge")
        batch_op.drop_index("ix_payees_shown_payee")

    op.drop_table("payees_shown")
    with op.batch_alter_table("payees", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payees_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(
            "uq_payees_standing",
            sqlite_where=sa.text("state = 'standing'"),
            postgresql_where=sa.text("state = 'standing'"),
        )
        batch_op.drop_index("ix_payees_number")
        batch_op.drop_index("ix_payees_household")

    op.drop_table("payees")
    with op.batch_alter_table("organisation_limits", schema=None) as batch_op:
        batch_op.drop_index("ix_organisation_limits_organisation")

    op.drop_table("organisation_limits")
    with op.batch_alter_table("officer_changes", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_officer_changes_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_officer_changes_organisation")

    op.drop_table("officer_changes")
