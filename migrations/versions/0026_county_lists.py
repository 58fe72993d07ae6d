"""Counties' own lists of families, staged row by row; and what is counted at night for the books of the register.

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing that exists changes."""
    op.create_table(
        "list_layouts",
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("layout_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "layout_digest", name=op.f("pk_list_layouts")),
    )
    op.create_table(
        "register_checks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("villages", sa.Integer(), nullable=False),
        sa.Column("differences", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("figure", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_register_checks")),
    )
    op.create_table(
        "village_figures",
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("figure", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("region_code", "figure", name=op.f("pk_village_figures")),
    )
    op.create_index("ix_village_figures_figure", "village_figures", ["figure", "region_code"], unique=False)

    op.create_table(
        "county_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("headings_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("layout_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("heading_row", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("brought_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_county_lists_rows")),
        sa.ForeignKeyConstraint(["applied_by_id"], ["accounts.id"], name=op.f("fk_county_lists_applied_by_id")),
        sa.ForeignKeyConstraint(["brought_by_id"], ["accounts.id"], name=op.f("fk_county_lists_brought_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["accounts.id"], name=op.f("fk_county_lists_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_lists")),
        sa.UniqueConstraint("ref", name=op.f("uq_county_lists_ref")),
    )
    op.create_index("ix_county_lists_region", "county_lists", ["region_code", "id"], unique=False)
    op.create_index("ix_county_lists_state", "county_lists", ["state", "id"], unique=False)

    op.create_table(
        "county_list_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("family", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("need_state", sa.String(length=8), nullable=False),
        sa.Column("cell", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("told", sa.String(length=40), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("cells_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("head_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("phone_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("person_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("id_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wish_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_county_list_rows_household_id")),
        sa.ForeignKeyConstraint(["list_id"], ["county_lists.id"], name=op.f("fk_county_list_rows_list_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_county_list_rows_member_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_county_list_rows_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_list_rows")),
        sa.UniqueConstraint("list_id", "line", name=op.f("uq_county_list_rows_list_id_line")),
    )
    op.create_index("ix_county_list_rows_head", "county_list_rows", ["list_id", "head_digest"], unique=False)
    op.create_index(
        "ix_county_list_rows_home",
        "county_list_rows",
        ["household_id"],
        unique=False,
        sqlite_where=sa.text("household_id IS NOT NULL"),
        postgresql_where=sa.text("household_id IS NOT NULL"),
    )
    op.create_index(
        "ix_county_list_rows_wish",
        "county_list_rows",
        ["wish_id"],
        unique=False,
        sqlite_where=sa.text("wish_id IS NOT NULL"),
        postgresql_where=sa.text("wish_id IS NOT NULL"),
    )
    op.create_index("ix_county_list_rows_id", "county_list_rows", ["list_id", "id_digest"], unique=False)
    op.create_index("ix_county_list_rows_person", "county_list_rows", ["list_id", "person_digest"], unique=False)
    op.create_index("ix_county_list_rows_phone", "county_list_rows", ["list_id", "phone_digest"], unique=False)
    op.create_index("ix_county_list_rows_state", "county_list_rows", ["list_id", "state", "line"], unique=False)

    op.create_table(
        "listed_consents",
        sa.Column(
            "consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("paper_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["consent_id"], ["consents.id"], name=op.f("fk_listed_consents_consent_id")),
        sa.ForeignKeyConstraint(["list_id"], ["county_lists.id"], name=op.f("fk_listed_consents_list_id")),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_listed_consents")),
    )
    op.create_index("ix_listed_consents_list_id", "listed_consents", ["list_id"], unique=False)


def downgrade() -> None:
    """Forget the lists; the families that came in with them stay."""
    op.drop_table("listed_consents")
    op.drop_table("county_list_rows")
    op.drop_table("county_lists")
    op.drop_table("village_figures")
    op.drop_table("register_checks")
    op.drop_table("list_layouts")
