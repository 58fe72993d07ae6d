"""Statements that write a circle's monthly wish and its gifts; no rule, no commit."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.calendar import year_of
from charity.domain.kinds import Kind, PledgeState
from charity.domain.points import PointKind
from charity.domain.regions import township_of
from charity.domain.running import Running
from charity.domain.wall import wall_at
from charity.domain.wishes import BeneficiaryKind, WishState
from charity.models.circles import Circle, Seat
from charity.models.moving import clock_values
from charity.models.pledges import GivenYear, Pledge
from charity.models.points import ServicePoint
from charity.models.wishes import Wish


def take_given(tx: Tx, account_id: int, beneficiary: str, *, fen: int, most: int) -> bool:
    """Count a gift in the donor's year with a beneficiary; False when the year's limit would be passed."""
    year = year_of(tx.now)
    put = (sqlite.insert if tx.is_sqlite else postgresql.insert)(GivenYear)
    row = put.values(account_id=account_id, beneficiary=beneficiary, year=year, amount_fen=fen)
    if fen > most:
        return False
    taken = row.on_conflict_do_update(
        index_elements=["account_id", "beneficiary", "year"],
        set_={"amount_fen": GivenYear.amount_fen + row.excluded.amount_fen},
        where=GivenYear.amount_fen + row.excluded.amount_fen <= most,
    ).returning(GivenYear.account_id)
    return tx.session.execute(taken).first() is not None


def find_circle_point(tx: Tx, circle: Circle) -> ServicePoint | None:
    """Find where a circle's parcels go: its own point, or its township's when that one has closed."""
    own = None if circle.point_id is None else tx.session.get(ServicePoint, circle.point_id)
    if own is not None and own.closed_at is None:
        return own
    return tx.session.scalars(
        select(ServicePoint)
        .where(
            ServicePoint.region_code == township_of(circle.region_code),
            ServicePoint.kind == PointKind.TOWNSHIP.value,
            ServicePoint.closed_at.is_(None),
        )
        .order_by(ServicePoint.id)
        .limit(1)
    ).one_or_none()


def add_month_wish(tx: Tx, circle: Circle, *, wanted: int, programme_id: int, point_id: int) -> Wish:
    """Add a circle's wish of the month, with all its units committed already."""
    wish = Wish(
        ref=new_ref(),
        kind=Kind.GOODS.value,
        beneficiary_kind=BeneficiaryKind.HOUSEHOLD.value,
        beneficiary=f"h{circle.household_id}",
        household_id=circle.household_id,
        circle_id=circle.id,
        region_code=circle.region_code,
        province=circle.province,
        city=circle.city,
        county=circle.county,
        title=circle.title,
        details=circle.details,
        category=circle.category,
        reason_code=circle.reason_code,
        unit_label=circle.unit_label,
        unit_fen=circle.monthly_fen,
        wanted=wanted,
        committed=wanted,
        state=WishState.APPROVED.value,
        programme_id=programme_id,
        point_id=point_id,
        poster_id=circle.proposer_id,
        reviewer_id=circle.reviewer_id,
        created_at=tx.now,
        submitted_at=tx.now,
        published_at=tx.now,
        wall_at=wall_at(tx.now, taken=wanted, wanted=wanted),
    )
    tx.session.add(wish)
    tx.session.flush()
    return wish


def add_planned_pledge(tx: Tx, wish: Wish, seat: Seat, *, ref: str, parcel_code: str, running: Running) -> int:
    """Add the gift of one seat: one unit, planned at once; gives its number."""
    values: dict[str, Any] = {
        "ref": ref,
        "wish_id": wish.id,
        "account_id": seat.account_id,
        "kind": wish.kind,
        "beneficiary": wish.beneficiary,
        "region_code": wish.region_code,
        "units": 1,
        "amount_fen": wish.unit_fen,
        "year": year_of(tx.now),
        "display": seat.display,
        "state": PledgeState.PLANNED.value,
        "method": "shop",
        "point_id": wish.point_id,
        "parcel_code": parcel_code,
        "claimed_at": tx.now,
    }
    return tx.session.execute(insert(Pledge).values(values | clock_values(running)).returning(Pledge.id)).scalar_one()
