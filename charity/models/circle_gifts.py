"""Statements that write a circle's monthly wish and its gifts; no rule, no commit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from charity.adapters.crypto import new_ref, seal, unseal_some
from charity.adapters.db import Tx
from charity.domain.calendar import day_of, year_of
from charity.domain.kinds import Kind, PledgeState
from charity.domain.points import PointKind
from charity.domain.produce import Shipping
from charity.domain.regions import township_of
from charity.domain.running import Running
from charity.domain.wall import wall_at
from charity.domain.wishes import BeneficiaryKind, WishState
from charity.models.circles import Circle, CircleMonth, CircleTerms, Seat, circle_adult_place
from charity.models.moving import clock_values
from charity.models.pledges import GivenYear, Pledge, PledgeStep
from charity.models.points import ServicePoint
from charity.models.produce import ProduceBatch, ProducePart
from charity.models.service import ServiceTerms, adult_place
from charity.models.willing import meets_children
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthGifts:
    """What a circle's gifts of one month are: their kind, how much each is, under what they stand, until when."""

    kind: Kind
    units: int
    unit_fen: int
    programme_id: int
    programme_ref: str
    legal_basis: str
    point: ServicePoint | None
    last_on: date | None = None  # of hours and produce
    terms: CircleTerms | None = None
    seller_id: int | None = None  # who ships produce

    @property
    def fen(self) -> int:
        """Give what one seat's gift counts for in the tables."""
        return self.units * self.unit_fen

    @property
    def is_planned(self) -> bool:
        """Say whether a gift is planned as soon as it is born: hours need a day first, produce an address."""
        return self.kind is Kind.GOODS


def find_circle_terms(session: Session, circle_id: int) -> CircleTerms | None:
    """Find what a circle of hours or produce promises beside its row."""
    return session.get(CircleTerms, circle_id)


def list_gift_states(tx: Tx, month: CircleMonth) -> list[PledgeState]:
    """List where a seat's gift of a month stands, and after it what was split off it."""
    gift = tx.session.execute(select(Pledge.id, Pledge.account_id).where(Pledge.id == month.pledge_id)).one_or_none()
    if gift is None or month.wish_id is None:
        return []
    parts = _of_seat(month.wish_id, gift.account_id).order_by(Pledge.id != gift.id, Pledge.id)
    return [PledgeState(state) for state in tx.session.scalars(parts)]


def _of_seat(wish_id: int, account_id: int) -> Select[str]:
    return select(Pledge.state).where(Pledge.wish_id == wish_id, Pledge.account_id == account_id)


def find_last_reason(tx: Tx, pledge_id: int) -> str:
    """Find the reason of the last act on a gift."""
    last = select(PledgeStep.reason).where(PledgeStep.pledge_id == pledge_id).order_by(PledgeStep.id.desc()).limit(1)
    return tx.session.execute(last).scalar_one_or_none() or ""


def add_month_wish(tx: Tx, circle: Circle, gifts: MonthGifts, *, wanted: int) -> Wish:
    """Add a circle's wish of the month, with all its units committed already."""
    wish = Wish(
        ref=new_ref(),
        kind=gifts.kind.value,
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
        unit_fen=gifts.unit_fen,
        wanted=wanted,
        committed=wanted,
        season_on=gifts.last_on,
        state=WishState.APPROVED.value,
        programme_id=gifts.programme_id,
        point_id=None if gifts.point is None else gifts.point.id,
        poster_id=circle.proposer_id,
        reviewer_id=circle.reviewer_id,
        created_at=tx.now,
        submitted_at=tx.now,
        published_at=tx.now,
        wall_at=wall_at(tx.now, taken=wanted, wanted=wanted),
    )
    tx.session.add(wish)
    tx.session.flush()
    _add_beside(tx, circle, wish, gifts)
    return wish


def _add_beside(tx: Tx, circle: Circle, wish: Wish, gifts: MonthGifts) -> None:
    """Write beside a month's wish what hours and produce keep in tables of their own."""
    terms, last = gifts.terms, gifts.last_on
    if terms is None or last is None:
        return
    if gifts.kind is Kind.SERVICE:
        adult = unseal_some(terms.second_adult_sealed, place=circle_adult_place(circle.ref))
        row = ServiceTerms(
            wish_id=wish.id,
            subject=terms.subject,
            mode=terms.mode,
            first_on=day_of(tx.now),
            last_on=last,
            serves_children=meets_children(tx.session, circle, moment=tx.now),
            second_adult_sealed=seal(adult, place=adult_place(wish.ref)) if adult else None,
        )
        tx.session.add(row)
    if gifts.kind is Kind.PRODUCE:
        batch = ProduceBatch(
            ref=new_ref(),
            region_code=circle.region_code,
            county=circle.county,
            poster_id=gifts.seller_id or circle.proposer_id,
            product=terms.product,
            unit_label=circle.unit_label,
            unit_fen=gifts.unit_fen,
            first_on=day_of(tx.now),
            last_on=last,
            shipping=Shipping(terms.shipping).value,
            title=circle.title,
            listed_at=tx.now,
        )
        tx.session.add(batch)
        tx.session.flush()
        tx.session.add(ProducePart(wish_id=wish.id, batch_id=batch.id))
    tx.session.flush()


def add_gift(
    tx: Tx, wish: Wish, seat: Seat, gifts: MonthGifts, *, ref: str, parcel_code: str | None, running: Running
) -> int:
    """Add the gift of one seat: goods planned at once, the other kinds held for their donor; gives its number."""
    state = PledgeState.PLANNED if gifts.is_planned else PledgeState.HELD
    values: dict[str, Any] = {
        "ref": ref,
        "wish_id": wish.id,
        "account_id": seat.account_id,
        "kind": wish.kind,
        "beneficiary": wish.beneficiary,
        "region_code": wish.region_code,
        "units": gifts.units,
        "amount_fen": gifts.fen,
        "year": year_of(tx.now),
        "display": seat.display,
        "state": state.value,
        "method": "shop" if gifts.is_planned else "",
        "point_id": wish.point_id,
        "parcel_code": parcel_code,
        "claimed_at": tx.now,
    }
    return tx.session.execute(insert(Pledge).values(values | clock_values(running)).returning(Pledge.id)).scalar_one()
