"""Circles: seats, waiting, offers, months, refusals and letters; a circle's wishes stand outside the wall.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


OPEN = "state = 'approved' AND wanted > committed + reserved AND hidden_at IS NULL"
WALLS = {
    "ix_wishes_wall": ["wall_at", "id"],
    "ix_wishes_wall_province": ["province", "wall_at", "id"],
    "ix_wishes_wall_city": ["city", "wall_at", "id"],
    "ix_wishes_wall_county": ["county", "wall_at", "id"],
    "ix_wishes_wall_longest": ["published_at", "id"],
}


def _index_wall(where: str) -> None:
    """Build the wall's indexes anew over the wishes that stand on it."""
    on_sqlite = where.replace("state =", "state || '' =")
    for name, columns in WALLS.items():
        op.drop_index(name, "wishes")
        op.create_index(name, "wishes", columns, sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(where))


def _add_circle_id() -> None:
    """Add the column in place: rebuilding a table of a million rows for it would stop the site."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "ALTER TABLE wishes ADD COLUMN circle_id INTEGER CONSTRAINT fk_wishes_circle_id REFERENCES circles (id)"
        )
        return
    op.add_column("wishes", sa.Column("circle_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key("fk_wishes_circle_id", "wishes", "circles", ["circle_id"], ["id"])


def upgrade() -> None:
    """Add the tables, and keep the wishes of circles off the wall."""
    op.create_table(
        "circle_refusals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recorded_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_circle_refusals_account_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_circle_refusals_household_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["accounts.id"], name=op.f("fk_circle_refusals_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_refusals")),
    )
    with op.batch_alter_table("circle_refusals", schema=None) as batch_op:
        batch_op.create_index("ix_circle_refusals_household", ["household_id", "account_id"], unique=False)

    op.create_table(
        "circles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("programme_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("province", sa.String(length=2), nullable=False),
        sa.Column("city", sa.String(length=4), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("promise_kind", sa.String(length=12), nullable=False),
        sa.Column("monthly_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("details", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.Column("unit_label", sa.String(length=12), nullable=False),
        sa.Column("point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proposer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_term", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("renewal_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("household_agrees", sa.Boolean(), nullable=True),
        sa.Column("agreed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("monthly_fen >= 0", name=op.f("ck_circles_monthly_fen")),
        sa.CheckConstraint("taken BETWEEN 0 AND target", name=op.f("ck_circles_taken")),
        sa.CheckConstraint("target BETWEEN 3 AND 9 AND least BETWEEN 1 AND target", name=op.f("ck_circles_size")),
        sa.ForeignKeyConstraint(["agreed_by_id"], ["accounts.id"], name=op.f("fk_circles_agreed_by_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_circles_household_id")),
        sa.ForeignKeyConstraint(["point_id"], ["service_points.id"], name=op.f("fk_circles_point_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_circles_programme_id")),
        sa.ForeignKeyConstraint(["proposer_id"], ["accounts.id"], name=op.f("fk_circles_proposer_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["accounts.id"], name=op.f("fk_circles_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circles")),
        sa.UniqueConstraint("ref", name=op.f("uq_circles_ref")),
    )
    with op.batch_alter_table("circles", schema=None) as batch_op:
        batch_op.create_index("ix_circles_county", ["county", "state"], unique=False)
        batch_op.create_index("ix_circles_state_region", ["state", "region_code"], unique=False)
        batch_op.create_index(
            "uq_circles_household",
            ["household_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('proposed', 'forming', 'running')"),
            postgresql_where=sa.text("state IN ('proposed', 'forming', 'running')"),
        )

    op.create_table(
        "seat_queue",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("display", sa.String(length=12), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_seat_queue_account_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_seat_queue_circle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_queue")),
    )
    with op.batch_alter_table("seat_queue", schema=None) as batch_op:
        batch_op.create_index("ix_seat_queue_circle", ["circle_id", "id"], unique=False)
        batch_op.create_index(
            "uq_seat_queue_waiting",
            ["circle_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "seats",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("circle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("display", sa.String(length=12), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leaves_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("renews", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (account_id IS NULL AND group_id IS NULL) OR state = 'ended'",
            name=op.f("ck_seats_donor"),
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 9", name=op.f("ck_seats_number")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_seats_account_id")),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_seats_circle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("ref", name=op.f("uq_seats_ref")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index("ix_seats_account_state", ["account_id", "state"], unique=False)
        batch_op.create_index("ix_seats_circle_state", ["circle_id", "state"], unique=False)
        batch_op.create_index(
            "ix_seats_leaves_on",
            ["leaves_on"],
            unique=False,
            sqlite_where=sa.text("state = 'leaving'"),
            postgresql_where=sa.text("state = 'leaving'"),
        )
        batch_op.create_index(
            "uq_seats_account",
            ["circle_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("account_id IS NOT NULL AND state <> 'ended'"),
            postgresql_where=sa.text("account_id IS NOT NULL AND state <> 'ended'"),
        )
        batch_op.create_index(
            "uq_seats_number",
            ["circle_id", "number"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'offered', 'accepted', 'active')"),
            postgresql_where=sa.text("state IN ('open', 'offered', 'accepted', 'active')"),
        )

    op.create_table(
        "letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("circle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("direction", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("writer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_letters_circle_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["accounts.id"], name=op.f("fk_letters_reviewer_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_letters_seat_id")),
        sa.ForeignKeyConstraint(["writer_id"], ["accounts.id"], name=op.f("fk_letters_writer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("ref", name=op.f("uq_letters_ref")),
    )
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.create_index("ix_letters_circle_state", ["circle_id", "state"], unique=False)
        batch_op.create_index("ix_letters_seat", ["seat_id", "month"], unique=False)

    op.create_table(
        "seat_offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=13), nullable=False),
        sa.Column("seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.String(length=24), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_seat_offers_account_id")),
        sa.ForeignKeyConstraint(["place_id"], ["seat_queue.id"], name=op.f("fk_seat_offers_place_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_seat_offers_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_offers")),
        sa.UniqueConstraint("ref", name=op.f("uq_seat_offers_ref")),
    )
    with op.batch_alter_table("seat_offers", schema=None) as batch_op:
        batch_op.create_index("ix_seat_offers_account", ["account_id", "state"], unique=False)
        batch_op.create_index(
            "ix_seat_offers_act_by",
            ["act_by"],
            unique=False,
            sqlite_where=sa.text("act_by IS NOT NULL"),
            postgresql_where=sa.text("act_by IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_seat_offers_open",
            ["seat_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "circle_months",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("circle_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("wish_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("pledge_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], name=op.f("fk_circle_months_circle_id")),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledges.id"], name=op.f("fk_circle_months_pledge_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_circle_months_seat_id")),
        sa.ForeignKeyConstraint(["wish_id"], ["wishes.id"], name=op.f("fk_circle_months_wish_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_months")),
        sa.UniqueConstraint("seat_id", "month", name=op.f("uq_circle_months_seat_id_month")),
    )
    with op.batch_alter_table("circle_months", schema=None) as batch_op:
        batch_op.create_index("ix_circle_months_circle", ["circle_id", "month"], unique=False)
        batch_op.create_index(
            "ix_circle_months_open",
            ["month"],
            unique=False,
            sqlite_where=sa.text("outcome = 'open'"),
            postgresql_where=sa.text("outcome = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_circle_months_pledge_id"), ["pledge_id"], unique=False)

    with op.batch_alter_table("board_lines", schema=None) as batch_op:
        batch_op.alter_column("pledge_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("wish_id", existing_type=sa.INTEGER(), nullable=True)

    _add_circle_id()
    op.create_index(
        "ix_wishes_circle",
        "wishes",
        ["circle_id"],
        sqlite_where=sa.text("circle_id IS NOT NULL"),
        postgresql_where=sa.text("circle_id IS NOT NULL"),
    )
    _index_wall(f"{OPEN} AND circle_id IS NULL")


def downgrade() -> None:
    """Take all of it away."""
    _index_wall(OPEN)
    op.drop_index("ix_wishes_circle", "wishes")
    with op.batch_alter_table("wishes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_wishes_circle_id"), type_="foreignkey")
        batch_op.drop_column("circle_id")

    # What letters gave to the boards cannot stand in the older table; the book keeps it, and a rebuild brings it back.
    op.execute("DELETE FROM board_lines WHERE pledge_id IS NULL")
    with op.batch_alter_table("board_lines", schema=None) as batch_op:
        batch_op.alter_column("wish_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("pledge_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("circle_months", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_circle_months_pledge_id"))
        batch_op.drop_index(
            "ix_circle_months_open",
            sqlite_where=sa.text("outcome = 'open'"),
            postgresql_where=sa.text("outcome = 'open'"),
        )
        batch_op.drop_index("ix_circle_months_circle")

    op.drop_table("circle_months")
    with op.batch_alter_table("seat_offers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seat_offers_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(
            "ix_seat_offers_act_by",
            sqlite_where=sa.text("act_by IS NOT NULL"),
            postgresql_where=sa.text("act_by IS NOT NULL"),
        )
        batch_op.drop_index("ix_seat_offers_account")

    op.drop_table("seat_offers")
    with op.batch_alter_table("letters", schema=None) as batch_op:
        batch_op.drop_index("ix_letters_seat")
        batch_op.drop_index("ix_letters_circle_state")

    op.drop_table("letters")
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seats_number",
            sqlite_where=sa.text("state IN ('open', 'offered', 'accepted', 'active')"),
            postgresql_where=sa.text("state IN ('open', 'offered', 'accepted', 'active')"),
        )
        batch_op.drop_index(
            "uq_seats_account",
            sqlite_where=sa.text("account_id IS NOT NULL AND state <> 'ended'"),
            postgresql_where=sa.text("account_id IS NOT NULL AND state <> 'ended'"),
        )
        batch_op.drop_index(
            "ix_seats_leaves_on",
            sqlite_where=sa.text("state = 'leaving'"),
            postgresql_where=sa.text("state = 'leaving'"),
        )
        batch_op.drop_index("ix_seats_circle_state")
        batch_op.drop_index("ix_seats_account_state")

    op.drop_table("seats")
    with op.batch_alter_table("seat_queue", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_seat_queue_waiting",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index("ix_seat_queue_circle")

    op.drop_table("seat_queue")
    with op.batch_alter_table("circles", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_circles_household",
            sqlite_where=sa.text("state IN ('proposed', 'forming', 'running')"),
            postgresql_where=sa.text("state IN ('proposed', 'forming', 'running')"),
        )
        batch_op.drop_index("ix_circles_state_region")
        batch_op.drop_index("ix_circles_county")

    op.drop_table("circles")
    with op.batch_alter_table("circle_refusals", schema=None) as batch_op:
        batch_op.drop_index("ix_circle_refusals_household")

    op.drop_table("circle_refusals")
