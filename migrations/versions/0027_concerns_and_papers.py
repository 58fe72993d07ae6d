"""What a concern takes out of sight, and papers: signed consents and the documents of a legal basis.

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "basis_documents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issued_by", sa.String(length=120), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_basis_documents_programme_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_basis_documents_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis_documents")),
        sa.UniqueConstraint("ref", name=op.f("uq_basis_documents_ref")),
    )
    with op.batch_alter_table("basis_documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_basis_documents_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "consent_papers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_consent_papers_household_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_consent_papers_member_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_consent_papers_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_papers")),
        sa.UniqueConstraint("ref", name=op.f("uq_consent_papers_ref")),
    )
    with op.batch_alter_table("consent_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_papers_household_id"), ["household_id"], unique=False)

    op.create_table(
        "papers_seen",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paper_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_papers_seen_account_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["consent_papers.id"], name=op.f("fk_papers_seen_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers_seen")),
    )
    with op.batch_alter_table("papers_seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_papers_seen_paper_id"), ["paper_id"], unique=False)

    op.create_table(
        "cases_taken_up",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("taken_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_cases_taken_up_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_cases_taken_up_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases_taken_up")),
    )
    op.create_table(
        "take_downs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("thing", sa.String(length=8), nullable=False),
        sa.Column("wish_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("circle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_take_downs_case_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_take_downs_circle_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], name=op.f("fk_take_downs_photo_id")),
        sa.ForeignKeyConstraint(["restored_by_id"], ["accounts.id"], name=op.f("fk_take_downs_restored_by_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["accounts.id"], name=op.f("fk_take_downs_taken_by_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_take_downs_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take_downs")),
    )
    with op.batch_alter_table("take_downs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_take_downs_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_take_downs_circle_id",
            ["circle_id"],
            unique=False,
            sqlite_where=sa.text("restored_at IS NULL"),
            postgresql_where=sa.text("restored_at IS NULL"),
        )
        batch_op.create_index(
            "ix_take_downs_wish_id",
            ["wish_id"],
            unique=False,
            sqlite_where=sa.text("restored_at IS NULL"),
            postgresql_where=sa.text("restored_at IS NULL"),
        )


def downgrade() -> None:
    """Forget take-downs, who looked into what, and the papers' records."""
    with op.batch_alter_table("take_downs", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_take_downs_wish_id",
            sqlite_where=sa.text("restored_at IS NULL"),
            postgresql_where=sa.text("restored_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_take_downs_circle_id",
            sqlite_where=sa.text("restored_at IS NULL"),
            postgresql_where=sa.text("restored_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_take_downs_case_id"))

    op.drop_table("take_downs")
    op.drop_table("cases_taken_up")
    with op.batch_alter_table("papers_seen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_papers_seen_paper_id"))

    op.drop_table("papers_seen")
    with op.batch_alter_table("consent_papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_papers_household_id"))

    op.drop_table("consent_papers")
    with op.batch_alter_table("basis_documents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_basis_documents_programme_id"))

    op.drop_table("basis_documents")
