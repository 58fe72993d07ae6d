"""The card of a wish as strangers see it: the thing, the county, what is missing; never who, where, or which size."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case

from charity.domain.calendar import day_of
from charity.domain.kinds import Kind
from charity.domain.regions import city_of
from charity.domain.school import shown_stage
from charity.domain.wall import waiting_days
from charity.domain.wishes import BeneficiaryKind, units_left
from charity.models.counties import has_families
from charity.models.photos import Photo
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class WishCard:
    """A public wish on the wall; codes, not words."""

    ref: str
    url: str
    title: str
    kind: str
    beneficiary_kind: str
    county: str
    school_stage: str | None
    reason: str
    category: str
    state: str
    units_wanted: int
    units_left: int
    committed: int
    in_transit: int
    fulfilled: int
    unit_label: str
    unit_price: int | None
    waiting_days: int
    posted_at: datetime
    photo_url: str | None


SITE = BeneficiaryKind.SITE.value


place_is_large = case((Wish.beneficiary_kind == SITE, True), else_=has_families(Wish.county)).label("place_is_large")


CARD_COLUMNS: tuple[Any, ...] = (
    Wish.id,
    Wish.ref,
    Wish.title,
    Wish.kind,
    Wish.beneficiary_kind,
    Wish.county,
    place_is_large,
    Wish.school_stage,
    Wish.stage_until,
    Wish.reason_code,
    Wish.category,
    Wish.state,
    Wish.wanted,
    Wish.committed,
    Wish.in_transit,
    Wish.fulfilled,
    Wish.reserved,
    Wish.unit_label,
    Wish.unit_fen,
    Wish.published_at,
    Wish.wall_at,
    Wish.circle_id,
    Photo.ref.label("photo_ref"),
)


def with_photo(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join the picture of the thing, where there is one."""
    return query.select_from(Wish).outerjoin(Photo, Photo.id == Wish.photo_id)


def card_of(row: Any, now: datetime, today: date | None = None) -> WishCard:
    """Make a card of a row; whoever makes many tells the day of now, which is worked out once."""
    return WishCard(
        ref=row.ref,
        url=f"/wishes/{row.ref}",
        title=row.title,
        kind=row.kind,
        beneficiary_kind=row.beneficiary_kind,
        county=public_county(row.county, is_large=row.place_is_large),
        school_stage=shown_stage(row.school_stage, row.stage_until, today or day_of(now)),
        reason=row.reason_code,
        category=row.category,
        state=row.state,
        units_wanted=row.wanted,
        units_left=_left_for_strangers(row),
        committed=row.committed,
        in_transit=row.in_transit,
        fulfilled=row.fulfilled,
        unit_label=row.unit_label,
        unit_price=None if row.kind == Kind.SERVICE.value else row.unit_fen,  # an hour has no price
        waiting_days=waiting_days(row.published_at, now),
        posted_at=row.published_at,
        photo_url=photo_url(row.photo_ref, 320),
    )


def _left_for_strangers(row: Any) -> int:
    """Give the units anybody may still claim: of a circle's month there are none, also when a donor's gift fell out."""
    if row.circle_id is not None:
        return 0
    return units_left(wanted=row.wanted, committed=row.committed, reserved=row.reserved)


def public_county(county: str, *, is_large: bool) -> str:
    """Name the county, or its city where the county has too few families to hide one."""
    return county if is_large else city_of(county)


def photo_url(ref: str | None, width: int) -> str | None:
    """Give the address of a thing's picture in a width."""
    return None if ref is None else f"/photos/{ref}-{width}.webp"
