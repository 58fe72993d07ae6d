"""Wishes and their reviews."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant
from charity.models.clocked import Clocked

IS_OPEN = "state = 'approved' AND wanted > committed + reserved AND hidden_at IS NULL AND circle_id IS NULL"
# SQLite proves "a > b + c" but not "b + c < a", and would rather look up every approved wish by its state and sort them
# all, were the state not hidden from that index.
IS_OPEN_ON_SQLITE = IS_OPEN.replace("state =", "state || '' =")


class IsOpen(ColumnElement[bool]):
    """That a wish stands on the wall: word for word what the wall's indexes say, so that each database takes them."""

    inherit_cache = True
    _traverse_internals: Any = ()  # it has no parts; unsaid, no statement with it is kept compiled
    type = Boolean()

    def self_group(self, against: Any = None) -> "IsOpen":
        """Stand as it is: SQLite's "= 1" behind a truth value would hide the index from its planner."""
        del against
        return self


@compiles(IsOpen)
def _is_open(_element: IsOpen, _compiler: Any, **_options: Any) -> str:
    return f"({IS_OPEN})"


@compiles(IsOpen, "sqlite")
def _is_open_on_sqlite(_element: IsOpen, _compiler: Any, **_options: Any) -> str:
    return f"({IS_OPEN_ON_SQLITE})"


class Wish(Clocked, Base):
    """One need; its counters are in units and change by conditional UPDATE only."""

    __tablename__ = "wishes"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("source_key"),
        CheckConstraint("wanted >= 1", name="wanted"),
        CheckConstraint("in_transit >= 0 AND fulfilled >= 0 AND reserved >= 0", name="counters"),
        CheckConstraint("in_transit + fulfilled <= committed", name="committed"),
        CheckConstraint("committed + reserved <= wanted", name="units"),
        CheckConstraint("unit_fen >= 1", name="unit_fen"),
        Index("ix_wishes_wall", "wall_at", "id", sqlite_where=text(IS_OPEN_ON_SQLITE), postgresql_where=text(IS_OPEN)),
        Index(
            "ix_wishes_wall_province",
            "province",
            "wall_at",
            "id",
            sqlite_where=text(IS_OPEN_ON_SQLITE),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_wishes_wall_city",
            "city",
            "wall_at",
            "id",
            sqlite_where=text(IS_OPEN_ON_SQLITE),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_wishes_wall_county",
            "county",
            "wall_at",
            "id",
            sqlite_where=text(IS_OPEN_ON_SQLITE),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_wishes_wall_category",
            "category",
            "wall_at",
            "id",
            sqlite_where=text(IS_OPEN_ON_SQLITE),
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_wishes_wall_longest",
            "published_at",
            "id",
            sqlite_where=text(IS_OPEN_ON_SQLITE),
            postgresql_where=text(IS_OPEN),
        ),
        Index("ix_wishes_state_region", "state", "region_code"),
        Index(None, "county", "state"),
        Index(None, "household_id"),
        Index(
            "ix_wishes_circle",
            "circle_id",
            sqlite_where=text("circle_id IS NOT NULL"),
            postgresql_where=text("circle_id IS NOT NULL"),
        ),
        Index(None, "site_id"),
        Index(None, "poster_id"),
        Index(
            "ix_wishes_act_by",
            "act_by",
            sqlite_where=text("act_by IS NOT NULL"),
            postgresql_where=text("act_by IS NOT NULL"),
        ),
        Index(
            "ix_wishes_remind_at",
            "remind_at",
            sqlite_where=text("remind_at IS NOT NULL"),
            postgresql_where=text("remind_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(12))
    beneficiary_kind: Mapped[str] = mapped_column(String(12))  # child, household, site
    beneficiary: Mapped[str] = mapped_column(String(20))  # h<household id> or s<site id>
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    region_code: Mapped[str] = mapped_column(String(12))
    province: Mapped[str] = mapped_column(String(2))
    city: Mapped[str] = mapped_column(String(4))
    county: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(60))
    reason_code: Mapped[str] = mapped_column(String(24))
    details: Mapped[str] = mapped_column(String(300), default="")
    category: Mapped[str] = mapped_column(String(24))
    unit_label: Mapped[str] = mapped_column(String(12))
    unit_fen: Mapped[int] = mapped_column(Id)
    wanted: Mapped[int]
    committed: Mapped[int] = mapped_column(default=0)
    in_transit: Mapped[int] = mapped_column(default=0)
    fulfilled: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12))
    school_stage: Mapped[str | None] = mapped_column(String(16))
    stage_until: Mapped[date | None]  # the last day on which it may show; None where nobody grows out of it
    size: Mapped[str] = mapped_column(String(24), default="")
    shown_sex: Mapped[str] = mapped_column(String(8), default="")
    interest: Mapped[str] = mapped_column(String(24), default="")
    is_odd: Mapped[bool] = mapped_column(default=False)
    needs_second: Mapped[bool] = mapped_column(default=False)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photos.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id"))
    point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"))
    circle_id: Mapped[int | None] = mapped_column(ForeignKey("circles.id"))  # a circle's month: for its seats alone
    poster_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    second_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    source_key: Mapped[str | None] = mapped_column(String(80))
    source_posted_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    season_on: Mapped[date | None]
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)  # consent withdrawn or taken down
    shows_size: Mapped[bool] = mapped_column(default=True)  # False: the size is for the claimant alone
    wall_at: Mapped[int] = mapped_column(Id, default=0)  # seconds; see domain/wall.py
    unhelped_at: Mapped[datetime | None] = mapped_column(Instant)  # its time first ran out and nobody had come


class WishReview(Base):
    """One decision of a reviewer, with its reasons; append-only."""

    __tablename__ = "wish_reviews"
    __table_args__ = (Index(None, "wish_id"), Index(None, "reviewer_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decision: Mapped[str] = mapped_column(
        String(16)
    )  # approve, second-approve, return, reject, refer, override, lower, reopen
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reviewed_at: Mapped[datetime] = mapped_column(Instant)


class PictureLook(Base):
    """What a reviewer affirmed of a wish's picture before agreeing: codes of the checklist."""

    __tablename__ = "picture_looks"

    review_id: Mapped[int] = mapped_column(ForeignKey("wish_reviews.id"), primary_key=True, autoincrement=False)
    photo_id: Mapped[int] = mapped_column(ForeignKey("photos.id"))
    affirmed: Mapped[str] = mapped_column(String(200))


def review_place(wish_ref: str) -> str:
    """Name the place to which the reasons of a wish's reviews are bound."""
    return f"wish_reviews.reason:{wish_ref}"
