"""Service points: for administrators with their address, for posters as choices, and who may keep one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.permissions import may, may_anywhere, regions_for
from charity.domain.points import PointFacts, PointKind, suits_child
from charity.domain.regions import county_of
from charity.domain.wishes import BeneficiaryKind
from charity.models.accounts import Account, RoleGrant
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint

MOST = 500
_UNDER_WAY = ("held", "planned", "sent", "at_point")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """One point in a list."""

    ref: str
    name: str
    kind: str
    region: str
    keeper: str | None
    under_way: int
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFile:
    """A point with everything its administrator may change."""

    ref: str
    kind: str
    region: str
    name: str
    recipient: str
    address: str
    phone: str
    postcode: str
    hours: str
    keeper_ref: str
    is_remote: bool
    pupils: int
    villages_served: int
    is_closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointChoice:
    """A point a wish's parcels may go to."""

    ref: str
    name: str
    kind: str
    region: str


def list_points(viewer: Actor) -> tuple[PointRow, ...]:
    """List the points in the viewer's regions, open ones first."""
    may_anywhere(viewer, "point.read")
    parcels = (
        select(func.count())
        .select_from(Pledge)
        .where(Pledge.point_id == ServicePoint.id, Pledge.state.in_(_UNDER_WAY))
        .correlate(ServicePoint)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(ServicePoint, Account.nickname, parcels.label("parcels"))
        .outerjoin(Account, Account.id == ServicePoint.keeper_id)
        .where(_in_regions(regions_for(viewer, "point.read")))
        .order_by(ServicePoint.closed_at.is_not(None), ServicePoint.region_code, ServicePoint.id)
        .limit(MOST)
    )
    return tuple(
        PointRow(
            ref=point.ref,
            name=_name(point),
            kind=point.kind,
            region=point.region_code,
            keeper=keeper,
            under_way=count,
            is_closed=point.closed_at is not None,
        )
        for point, keeper, count in rows
    )


def get_point(viewer: Actor, ref: str) -> PointFile:
    """Read a point for changing it."""
    row = (
        reading()
        .execute(
            select(ServicePoint, Account.ref)
            .outerjoin(Account, Account.id == ServicePoint.keeper_id)
            .where(ServicePoint.ref == ref)
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    point: ServicePoint = row[0]
    may(viewer, "point.manage", point.region_code)
    return PointFile(
        ref=point.ref,
        kind=point.kind,
        region=point.region_code,
        name=_name(point),
        recipient=unseal(point.recipient_sealed, place=f"service_points.recipient:{point.ref}"),
        address=unseal(point.address_sealed, place=f"service_points.address:{point.ref}"),
        phone=unseal(point.phone_sealed, place=f"service_points.phone:{point.ref}"),
        postcode=point.postcode,
        hours=point.hours,
        keeper_ref=row[1] or "",
        is_remote=point.is_remote,
        pupils=point.pupils,
        villages_served=point.villages_served,
        is_closed=point.closed_at is not None,
    )


def list_choices(viewer: Actor, region: str, beneficiary: BeneficiaryKind) -> tuple[PointChoice, ...]:
    """List the points of the county to which parcels for a beneficiary may go, the nearest first."""
    may(viewer, "wish.post", region)
    rows = reading().scalars(
        select(ServicePoint)
        .where(_in_regions((county_of(region),)), ServicePoint.closed_at.is_(None))
        .order_by(ServicePoint.region_code, ServicePoint.id)
        .limit(MOST)
    )
    fitting = [point for point in rows if beneficiary is not BeneficiaryKind.CHILD or suits_child(_facts(point))]
    fitting.sort(key=lambda point: (-_shared(point.region_code, region), point.id))
    return tuple(
        PointChoice(ref=point.ref, name=_name(point), kind=point.kind, region=point.region_code) for point in fitting
    )


def list_keepers(viewer: Actor, region: str) -> tuple[tuple[str, str], ...]:
    """List the volunteers (ref and nickname) who may keep a point of a region."""
    may(viewer, "point.manage", region)
    today = day_of(clock.now())
    above = [region[:width] for width in (0, 2, 4, 6, 9, 12)]
    rows = reading().execute(
        select(Account.ref, Account.nickname)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.closed_at.is_(None),
            Account.disabled_at.is_(None),
            RoleGrant.role == Role.VOLUNTEER.value,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
            or_(RoleGrant.region_code.in_(above), RoleGrant.region_code.startswith(region, autoescape=True)),
        )
        .distinct()
        .order_by(Account.nickname, Account.ref)
        .limit(MOST)
    )
    return tuple((ref, nickname) for ref, nickname in rows)


def _in_regions(regions: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(false(), *(ServicePoint.region_code.startswith(region, autoescape=True) for region in regions))


def _name(point: Any) -> str:
    return unseal(point.name_sealed, place=f"service_points.name:{point.ref}")


def _facts(point: ServicePoint) -> PointFacts:
    return PointFacts(
        kind=PointKind(point.kind),
        region=point.region_code,
        pupils=point.pupils,
        villages_served=point.villages_served,
    )


def _shared(one: str, other: str) -> int:
    """Count the digits two region codes have in common from the left."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
