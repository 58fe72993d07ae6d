"""Groups that hold seats together: classes and teams, their members, and young members by a word of the list.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LIVES = sa.text("dissolved_at IS NULL")
INSIDE = sa.text("left_at IS NULL")
OF_GROUP = sa.text("group_id IS NOT NULL")
HELD = sa.text("group_id IS NOT NULL AND state <> 'ended'")


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables, and let a seat and a refusal name a group."""
    _make_groups()
    _make_members()
    op.create_index(
        "uq_seats_group",
        "seats",
        ["circle_id", "group_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
    op.create_index("ix_seats_group", "seats", ["group_id"], sqlite_where=OF_GROUP, postgresql_where=OF_GROUP)
    _add_refused_group()


def _make_groups() -> None:
    table = "giving_groups"
    op.create_table(
        table,
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("founder_id", _id(), nullable=False),
        sa.Column("deputy_id", _id(), nullable=True),
        sa.Column("deputy_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_digest", sa.LargeBinary(length=32), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("young", sa.Integer(), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dissolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("members BETWEEN 0 AND 60", name=op.f("ck_giving_groups_members")),
        sa.CheckConstraint("young BETWEEN 0 AND 60", name=op.f("ck_giving_groups_young")),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> founder_id", name=op.f("ck_giving_groups_deputy")),
        sa.ForeignKeyConstraint(["deputy_id"], ["accounts.id"], name=op.f("fk_giving_groups_deputy_id")),
        sa.ForeignKeyConstraint(["founder_id"], ["accounts.id"], name=op.f("fk_giving_groups_founder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_giving_groups")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_giving_groups_code_digest")),
        sa.UniqueConstraint("ref", name=op.f("uq_giving_groups_ref")),
    )
    op.create_index("ix_giving_groups_founder", table, ["founder_id"], sqlite_where=LIVES, postgresql_where=LIVES)
    op.create_index("ix_giving_groups_deputy", table, ["deputy_id"], sqlite_where=LIVES, postgresql_where=LIVES)


def _make_members() -> None:
    op.create_table(
        "group_members",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("group_id", _id(), nullable=False),
        sa.Column("account_id", _id(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_group_members_account_id")),
        sa.ForeignKeyConstraint(["group_id"], ["giving_groups.id"], name=op.f("fk_group_members_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_members")),
        sa.UniqueConstraint("ref", name=op.f("uq_group_members_ref")),
    )
    op.create_index("ix_group_members_account", "group_members", ["account_id"])
    op.create_index(
        "uq_group_members_inside",
        "group_members",
        ["group_id", "account_id"],
        unique=True,
        sqlite_where=INSIDE,
        postgresql_where=INSIDE,
    )
    op.create_table(
        "young_members",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("group_id", _id(), nullable=False),
        sa.Column("adult_id", _id(), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["adult_id"], ["accounts.id"], name=op.f("fk_young_members_adult_id")),
        sa.ForeignKeyConstraint(["group_id"], ["giving_groups.id"], name=op.f("fk_young_members_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_young_members")),
        sa.UniqueConstraint("group_id", "name", name=op.f("uq_young_members_group_id_name")),
        sa.UniqueConstraint("ref", name=op.f("uq_young_members_ref")),
    )
    op.create_index("ix_young_members_adult", "young_members", ["adult_id"])


def _add_refused_group() -> None:
    """Add the column in place; SQLite names the reference in the same breath."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE circle_refusals ADD COLUMN group_id INTEGER "
            "CONSTRAINT fk_circle_refusals_group_id REFERENCES giving_groups (id)"
        )
        return
    op.add_column("circle_refusals", sa.Column("group_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key("fk_circle_refusals_group_id", "circle_refusals", "giving_groups", ["group_id"], ["id"])


def downgrade() -> None:
    """Forget groups; their seats stay with the adults who answered for them."""
    with op.batch_alter_table("circle_refusals", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_circle_refusals_group_id"), type_="foreignkey")
        batch_op.drop_column("group_id")
    op.drop_index("ix_seats_group", "seats")
    op.drop_index("uq_seats_group", "seats")
    op.execute("UPDATE seats SET group_id = NULL")
    op.drop_table("young_members")
    op.drop_table("group_members")
    op.drop_table("giving_groups")
