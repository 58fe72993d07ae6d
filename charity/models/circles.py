"""Circles, their seats, who waits for one, what is offered, each seat's months, refusals and letters."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant
from charity.models.clocked import Clocked

_LIVE = text("state IN ('proposed', 'forming', 'running')")
_STANDS = text("state IN ('open', 'offered', 'accepted', 'active')")
_HELD = text("account_id IS NOT NULL AND state <> 'ended'")
_OF_GROUP = text("group_id IS NOT NULL AND state <> 'ended'")
_WAITING = text("left_at IS NULL")
_OPEN = text("outcome = 'open'")
_HAS_DEADLINE = text("act_by IS NOT NULL")


class Circle(Base):
    """The bond of several donors with one household for a term; `taken` changes by conditional UPDATE only."""

    __tablename__ = "circles"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("target BETWEEN 3 AND 9 AND least BETWEEN 1 AND target", name="size"),
        CheckConstraint("taken BETWEEN 0 AND target", name="taken"),
        CheckConstraint("monthly_fen >= 0", name="monthly_fen"),
        Index("uq_circles_household", "household_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_circles_state_region", "state", "region_code"),
        Index("ix_circles_county", "county", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id"))
    region_code: Mapped[str] = mapped_column(String(12))
    province: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(4))
    county: Mapped[str] = mapped_column(String(6))
    target: Mapped[int]
    least: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)  # seats offered, accepted or active: never more than the target
    months: Mapped[int]
    term: Mapped[int] = mapped_column(default=1)
    not_before: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12))
    promise_kind: Mapped[str] = mapped_column(String(12))
    monthly_fen: Mapped[int] = mapped_column(Id, default=0)
    title: Mapped[str] = mapped_column(String(60), default="")
    details: Mapped[str] = mapped_column(String(300), default="")
    category: Mapped[str] = mapped_column(String(24), default="")
    reason_code: Mapped[str] = mapped_column(String(24), default="")
    unit_label: Mapped[str] = mapped_column(String(12), default="")
    point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    reviewed_term: Mapped[int] = mapped_column(default=0)  # the last term whose template somebody reviewed
    starts_on: Mapped[date | None]  # first day of the first month of this term
    ends_on: Mapped[date | None]  # first day after it
    month: Mapped[str | None] = mapped_column(String(7))  # the last month that was opened
    renewal_asked_at: Mapped[datetime | None] = mapped_column(Instant)
    household_agrees: Mapped[bool | None]  # to another term; None until it was asked
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))  # who recorded that
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class CircleTerms(Base):
    """What a circle of hours or of produce promises beside its row: how much, how often, of what; no row for others."""

    __tablename__ = "circle_terms"
    __table_args__ = (
        CheckConstraint("units BETWEEN 1 AND 5000", name="units"),
        CheckConstraint("every IN (1, 3)", name="every"),
    )

    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"), primary_key=True, autoincrement=False)
    units: Mapped[int]  # hours, or units of produce, of one seat each time
    every: Mapped[int] = mapped_column(default=1)  # months from one time to the next
    subject: Mapped[str] = mapped_column(String(24), default="")
    mode: Mapped[str] = mapped_column(String(8), default="")
    serves_children: Mapped[bool] = mapped_column(default=False)
    second_adult_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    product: Mapped[str] = mapped_column(String(24), default="")
    shipping: Mapped[str] = mapped_column(String(8), default="")


class Seat(Base):
    """One donor's time in a circle, or a place that waits for a donor; a successor gets a row of its own."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("ref"),
        CheckConstraint("number BETWEEN 1 AND 9", name="number"),
        CheckConstraint(
            "(state = 'open') = (account_id IS NULL AND group_id IS NULL) OR state = 'ended'", name="donor"
        ),
        # One row at a time stands for each number; beside it the row of a donor who is leaving.
        Index("uq_seats_number", "circle_id", "number", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        Index("uq_seats_account", "circle_id", "account_id", unique=True, sqlite_where=_HELD, postgresql_where=_HELD),
        Index("uq_seats_group", "circle_id", "group_id", unique=True, sqlite_where=_OF_GROUP,
              postgresql_where=_OF_GROUP),
        Index("ix_seats_group", "group_id", sqlite_where=text("group_id IS NOT NULL"),
              postgresql_where=text("group_id IS NOT NULL")),
        Index("ix_seats_circle_state", "circle_id", "state"),
        Index("ix_seats_account_state", "account_id", "state"),
        Index("ix_seats_leaves_on", "leaves_on", sqlite_where=text("state = 'leaving'"),
              postgresql_where=text("state = 'leaving'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"))
    number: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    group_id: Mapped[int | None] = mapped_column(Id)  # a group's seat; account_id is then the adult who answers for it
    state: Mapped[str] = mapped_column(String(12))
    display: Mapped[str] = mapped_column(String(12), default="nickname")
    since: Mapped[date | None]  # the first day on which it may give: after the donor before has left
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    leaves_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    lapses: Mapped[int] = mapped_column(default=0)  # months missed by the donor's own doing
    renews: Mapped[bool | None]  # the donor's word on another term


class SeatPlace(Base):
    """A donor's place in the waiting list of a full circle; in order of id."""

    __tablename__ = "seat_queue"
    __table_args__ = (
        Index("ix_seat_queue_circle", "circle_id", "id"),
        Index(
            "uq_seat_queue_waiting",
            "circle_id",
            "account_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    display: Mapped[str] = mapped_column(String(12))
    joined_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)


class SeatOffer(Clocked, Base):
    """A seat kept for the first who waits."""

    __tablename__ = "seat_offers"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(
            "uq_seat_offers_open",
            "seat_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_seat_offers_account", "account_id", "state"),
        Index("ix_seat_offers_act_by", "act_by", sqlite_where=_HAS_DEADLINE, postgresql_where=_HAS_DEADLINE),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("seat_queue.id"))  # None: the matcher found the donor
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column(String(12))  # as offers of units: open, accepted, declined, expired, ended
    made_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class CircleMonth(Base):
    """What one seat did in one month."""

    __tablename__ = "circle_months"
    __table_args__ = (
        UniqueConstraint("seat_id", "month"),
        Index("ix_circle_months_circle", "circle_id", "month"),
        Index("ix_circle_months_open", "month", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "pledge_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"))
    month: Mapped[str] = mapped_column(String(7))
    kind: Mapped[str] = mapped_column(String(12))
    wish_id: Mapped[int | None] = mapped_column(ForeignKey("wishes.id"))
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"))
    outcome: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(24), default="")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class CircleRefusal(Base):
    """A household that wants no circle, or (with an account) not this person, nor his group; without any reason."""

    __tablename__ = "circle_refusals"
    __table_args__ = (Index("ix_circle_refusals_household", "household_id", "account_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("giving_groups.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Letter(Base):
    """A letter in a circle, sealed; a reviewer reads it before anybody else does."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_letters_circle_state", "circle_id", "state"),
        Index("ix_letters_seat", "seat_id", "month"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    circle_id: Mapped[int] = mapped_column(ForeignKey("circles.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seats.id"))
    direction: Mapped[str] = mapped_column(String(12))
    month: Mapped[str] = mapped_column(String(7))
    text_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))
    writer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    return_reason: Mapped[str] = mapped_column(String(24), default="")  # a code
    brought_on: Mapped[date | None]  # the day on which the family got it; letters to the family only
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


def circle_adult_place(ref: str) -> str:
    """Name the place to which the second adult of a circle of hours is bound."""
    return f"circle_terms.second_adult:{ref}"


def letter_place(ref: str) -> str:
    """Name the place to which a letter's text is bound."""
    return f"letters.text:{ref}"
