"""What a reviewer decides on when a circle is proposed: the gift, its price, its point, its legal basis, the yes."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.crypto import unseal, unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circle_states import LIVE, CircleState
from charity.domain.circles import gift_kind
from charity.domain.errors import Missing
from charity.domain.kinds import Kind
from charity.domain.permissions import is_allowed, may
from charity.models.accounts import Account
from charity.models.catalogue import find_category
from charity.models.circles import Circle, CircleTerms, circle_adult_place
from charity.models.households import Household
from charity.models.likenesses import find_stopping_circle
from charity.models.points import ServicePoint
from charity.models.willing import is_circle_agreed, meets_children
from charity.queries.circles.basis import find_basis
from charity.queries.wishes.page import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleReview:
    """The facts beside the circle's public ones; the gift's are empty where a letter is promised."""

    household: str
    region: str
    proposer: str
    proposed_at: datetime
    not_before: date | None
    reason_code: str
    unit_label: str
    band_low_fen: int
    band_top_fen: int
    point: str
    point_kind: str
    point_region: str
    second_adult: str  # where the family's children are met
    basis: Basis | None
    is_gift: bool  # anything but letters
    has_price: bool
    is_verified: bool
    is_agreed: bool
    likeness: str | None  # that keeps it from donors
    may_compare: bool
    is_own: bool


def get_circle_review(viewer: Actor, ref: str) -> CircleReview:
    """Show what is to be decided about a circle of the viewer's region; Missing elsewhere."""
    row = reading().execute(_QUERY.where(Circle.ref == ref)).one_or_none()
    if row is None:
        raise Missing
    may(viewer, "circle.read", row.region_code)
    kind = gift_kind(row.promise_kind)
    category = None if kind is None else find_category(reading(), row.category)
    return CircleReview(
        household=row.household,
        region=row.region_code,
        proposer=row.nickname,
        proposed_at=row.proposed_at,
        not_before=row.not_before,
        reason_code=row.reason_code,
        unit_label=row.unit_label,
        band_low_fen=0 if category is None else category.low_fen,
        band_top_fen=0 if category is None else category.top_fen,
        point=_point(row),
        point_kind=row.point_kind or "",
        point_region=row.point_region or "",
        second_adult=unseal_some(row.second_adult_sealed, place=circle_adult_place(ref)),
        basis=find_basis(ref),
        is_gift=kind is not None,
        has_price=kind in (Kind.GOODS, Kind.PRODUCE),
        is_verified=row.verified_at is not None,
        is_agreed=is_circle_agreed(reading(), row.Circle, moment=clock.now()),
        likeness=_likeness(row),
        may_compare=is_allowed(viewer, "household.verify", row.region_code),
        is_own=row.proposer_id == viewer.account_id,
    )


_QUERY = (
    select(
        Circle,
        Household.ref.label("household"),
        Household.verified_at,
        Circle.region_code,
        Circle.promise_kind,
        Circle.category,
        Circle.reason_code,
        Circle.unit_label,
        Circle.proposer_id,
        Circle.proposed_at,
        Circle.not_before,
        Account.nickname,
        CircleTerms.second_adult_sealed,
        ServicePoint.ref.label("point_ref"),
        ServicePoint.name_sealed.label("point_name"),
        ServicePoint.kind.label("point_kind"),
        ServicePoint.region_code.label("point_region"),
    )
    .join(Household, Household.id == Circle.household_id)
    .join(Account, Account.id == Circle.proposer_id)
    .outerjoin(ServicePoint, ServicePoint.id == Circle.point_id)
    .outerjoin(CircleTerms, CircleTerms.circle_id == Circle.id)
)


def _likeness(row: Any) -> str | None:
    if CircleState(row.Circle.state) not in LIVE:
        return None
    with_children = meets_children(reading(), row.Circle, moment=clock.now())
    return find_stopping_circle(reading(), row.Circle.household_id, with_children=with_children)


def _point(row: Any) -> str:
    if row.point_ref is None:
        return ""
    return unseal(row.point_name, place=f"service_points.name:{row.point_ref}")
