"""What every look at a circle reads: its row, its seats, and what they come to; no rule of who may look."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, func, select

from charity.adapters.db import reading
from charity.domain.calendar import day_of
from charity.domain.circle_states import GIVING, HELD, CircleState, SeatState
from charity.domain.circles import Ahead, Health, Place, Risk, at_risk, first_of, forecast, plus_months
from charity.domain.regions import city_of
from charity.models.circles import Circle, CircleMonth, CircleTerms, Seat
from charity.models.counties import has_families
from charity.models.households import Household
from charity.models.openings import OpeningTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseTerms:
    """How much of what a seat promises, and how often; one thing a month unless said otherwise."""

    units: int = 1
    every: int = 1  # months from one time to the next
    subject: str = ""
    mode: str = ""
    product: str = ""
    shipping: str = ""
    serves_children: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleRow:
    """A circle with what its household adds."""

    id: int
    ref: str
    household_id: int
    household_ref: str
    alias: str
    region_code: str
    county: str
    state: str
    promise_kind: str
    monthly_fen: int
    title: str
    details: str
    category: str
    unit_label: str
    terms: PromiseTerms
    target: int
    least: int
    taken: int
    months: int
    term: int
    not_before: date | None
    starts_on: date | None
    ends_on: date | None
    proposed_at: datetime
    reviewed_at: datetime | None
    renewal_asked_at: datetime | None
    household_agrees: bool | None
    reviewed_term: int
    hidden_at: datetime | None
    is_county_named: bool

    @property
    def public_county(self) -> str:
        """Give the region that may be named."""
        return self.county if self.is_county_named else city_of(self.county)


_COLUMNS = (
    Circle.id,
    Circle.ref,
    Circle.household_id,
    Household.ref.label("household_ref"),
    Household.alias,
    Circle.region_code,
    Circle.county,
    Circle.state,
    Circle.promise_kind,
    Circle.monthly_fen,
    Circle.title,
    Circle.details,
    Circle.category,
    Circle.unit_label,
    Circle.target,
    Circle.least,
    Circle.taken,
    Circle.months,
    Circle.term,
    Circle.not_before,
    Circle.starts_on,
    Circle.ends_on,
    Circle.proposed_at,
    Circle.reviewed_at,
    Circle.renewal_asked_at,
    Circle.household_agrees,
    Circle.reviewed_term,
    Circle.hidden_at,
    has_families(Circle.county, of=Circle).label("is_county_named"),
)


def list_rows(*where: Any, limit: int, order: tuple[Any, ...] = (Circle.proposed_at, Circle.id)) -> list[CircleRow]:
    """List circles that fulfil some conditions, oldest first unless told."""
    query = select(*_COLUMNS, *(getattr(CircleTerms, name).label(f"terms_{name}") for name in _TERMS))
    query = query.join(Household, Household.id == Circle.household_id)
    query = query.outerjoin(CircleTerms, CircleTerms.circle_id == Circle.id).where(*where)
    rows = reading().execute(query.order_by(*order).limit(limit)).mappings()
    return [_row(row) for row in rows]


def _row(row: RowMapping) -> CircleRow:
    own = {name: value for name, value in row.items() if not name.startswith("terms_")}
    return CircleRow(**own, terms=_terms(row))


_TERMS = tuple(field.name for field in fields(PromiseTerms))


def _terms(row: RowMapping) -> PromiseTerms:
    if row["terms_units"] is None:
        return PromiseTerms()
    return PromiseTerms(**{name: row[f"terms_{name}"] for name in _TERMS})


def list_terms(opening_ids: Iterable[int]) -> dict[int, PromiseTerms]:
    """Give what all circles of some lists promise beside their rows, by list; goods and letters are not in it."""
    rows = reading().scalars(select(OpeningTerms).where(OpeningTerms.opening_id.in_(list(opening_ids))))
    names = [name for name in _TERMS if name != "serves_children"]
    return {row.opening_id: PromiseTerms(**{name: getattr(row, name) for name in names}) for row in rows}


def find_row(ref: str) -> CircleRow | None:
    """Find a circle by its reference."""
    return next(iter(list_rows(Circle.ref == ref, limit=1)), None)


def list_seats(circle_ids: Iterable[int]) -> dict[int, list[Seat]]:
    """List the seats of some circles, by circle and number."""
    found: dict[int, list[Seat]] = {}
    query = select(Seat).where(Seat.circle_id.in_(list(circle_ids))).order_by(Seat.number, Seat.id)
    for seat in reading().scalars(query):
        found.setdefault(seat.circle_id, []).append(seat)
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of a circle: calendar months in which a seat kept its promise, and seat-months."""

    months: int = 0
    seat_months: int = 0


def list_kept(circle_ids: Iterable[int]) -> dict[int, Kept]:
    """Count what was kept, by circle; a circle that kept nothing yet is not in it."""
    months = func.count(CircleMonth.month.distinct())
    rows = reading().execute(
        select(CircleMonth.circle_id, months, func.count())
        .where(CircleMonth.circle_id.in_(list(circle_ids)), CircleMonth.outcome == "kept")
        .group_by(CircleMonth.circle_id)
    )
    return {circle_id: Kept(months=several, seat_months=all_of_them) for circle_id, several, all_of_them in rows}


def places_of(row: CircleRow, seats: Iterable[Seat]) -> tuple[Place, ...]:
    """See seats as the forecast does."""
    held = [seat for seat in seats if SeatState(seat.state) in HELD]
    followed = {seat.number for seat in held if seat.state == SeatState.ACCEPTED.value}
    return tuple(
        Place(
            state=SeatState(seat.state),
            since=seat.since,
            until=seat.leaves_on,
            has_successor=seat.number in followed or _has_active(held, seat),
            lapses=seat.lapses,
        )
        for seat in held
    )


def _has_active(held: list[Seat], seat: Seat) -> bool:
    return any(one.number == seat.number and one.state == SeatState.ACTIVE.value and one is not seat for one in held)


def forecast_of(row: CircleRow, seats: Iterable[Seat], now: datetime) -> tuple[Ahead, ...]:
    """Tell how many seats are covered in each month ahead, to the end of the term."""
    if CircleState(row.state) is not CircleState.RUNNING or row.starts_on is None or row.ends_on is None:
        return ()
    first = max(plus_months(day_of(now), 1), row.starts_on)
    left = (row.ends_on.year - first.year) * 12 + row.ends_on.month - first.month
    return forecast(places_of(row, seats), first=first_of(first), months=left, least=row.least)


def risks_of(row: CircleRow, seats: Iterable[Seat], now: datetime) -> tuple[Risk, ...]:
    """Name why a circle may break."""
    health = Health(
        state=CircleState(row.state),
        least=row.least,
        places=places_of(row, seats),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        formed_on=day_of(row.reviewed_at or row.proposed_at),
    )
    return at_risk(health, today=day_of(now))


def count_giving(seats: Iterable[Seat]) -> int:
    """Count the seats whose donors accompany the family now."""
    return sum(SeatState(seat.state) in GIVING for seat in seats)
