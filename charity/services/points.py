"""Service points: where parcels go, never a home; each has a keeper with a volunteer's role there."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from charity import ledger
from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.identity import normal_phone
from charity.domain.kinds import PledgeState
from charity.domain.permissions import may
from charity.domain.points import PointKind
from charity.domain.regions import Level, county_of, level_of
from charity.domain.wishes import OPEN
from charity.models.accounts import Account, RoleGrant
from charity.models.acts import act
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.regions import Region
from charity.models.wishes import Wish

UNDER_WAY = frozenset({PledgeState.HELD, PledgeState.PLANNED, PledgeState.SENT, PledgeState.AT_POINT})
LONGEST_HOURS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCard:
    """What is written down about a point; the address is sealed and shown only for a parcel."""

    kind: PointKind
    name: str
    recipient: str
    address: str
    phone: str
    postcode: str = ""
    hours: str = ""
    keeper_ref: str = ""
    is_remote: bool = False
    pupils: int = 0
    villages_served: int = 0


@act
def create(tx: Tx, actor: Actor, region: str, *, point: PointCard) -> str:
    """Open a point in a township or village and give its ref."""
    may(actor, "point.manage", region)
    if level_of(region) < Level.TOWNSHIP or tx.session.get(Region, region) is None:
        raise Invalid("township-needed", field="region")
    row = ServicePoint(ref=new_ref(), region_code=region, created_at=tx.now)
    _write(tx, row, point)
    tx.session.add(row)
    tx.session.flush()
    _record(tx, EntryKind.POINT_OPENED, row)
    return row.ref


@act
def change(tx: Tx, actor: Actor, ref: str, *, point: PointCard) -> None:
    """Write a point down anew; parcels already under way keep the address their giver saw."""
    row = _get(tx, actor, ref)
    _may_become(tx, row, point.kind)
    _write(tx, row, point)
    tx.session.flush()
    _record(tx, EntryKind.POINT_CHANGED, row)


@act
def close(tx: Tx, actor: Actor, ref: str) -> None:
    """Close a point to which nothing is on its way and no open wish points."""
    row = _get(tx, actor, ref)
    parcels = select(Pledge.id).where(
        Pledge.point_id == row.id, Pledge.state.in_([state.value for state in sorted(UNDER_WAY)])
    )
    for still, code in ((parcels, "point-has-parcels"), (_open_wishes(row), "point-has-wishes")):
        if tx.session.execute(still.limit(1)).first() is not None:
            raise Conflict(code)
    row.closed_at = tx.now
    tx.session.flush()
    _record(tx, EntryKind.POINT_CLOSED, row)


def _may_become(tx: Tx, row: ServicePoint, kind: PointKind) -> None:
    """Refuse to make a village's or school's point of one that was chosen for children because it tells nothing."""
    if kind.value == row.kind or kind is PointKind.TOWNSHIP:
        return
    children = _open_wishes(row).where(Wish.member_id.is_not(None))
    if tx.session.execute(children.limit(1)).first() is not None:
        raise Conflict("point-has-wishes", field="kind")


def _open_wishes(row: ServicePoint) -> Select[int]:
    return select(Wish.id).where(Wish.point_id == row.id, Wish.state.in_([state.value for state in sorted(OPEN)]))


def _get(tx: Tx, actor: Actor, ref: str) -> ServicePoint:
    row = tx.session.scalars(select(ServicePoint).where(ServicePoint.ref == ref).with_for_update()).one_or_none()
    if row is None or row.closed_at is not None:
        raise Missing
    may(actor, "point.manage", row.region_code)
    return row


def _write(tx: Tx, row: ServicePoint, point: PointCard) -> None:
    for field, text in (("name", point.name), ("recipient", point.recipient), ("address", point.address)):
        if not text.strip():
            raise Invalid("field-needed", field=field)
    if point.postcode and not (point.postcode.isascii() and point.postcode.isdigit() and len(point.postcode) == 6):
        raise Invalid("postcode-shape", field="postcode")
    if len(point.hours) > LONGEST_HOURS:
        raise Invalid("text-too-long", field="hours", params={"most": LONGEST_HOURS})
    if point.pupils < 0 or point.villages_served < 0:
        raise Invalid("number-out-of-range", field="pupils")
    row.kind = point.kind.value
    row.name_sealed = seal(point.name.strip(), place=f"service_points.name:{row.ref}")
    row.recipient_sealed = seal(point.recipient.strip(), place=f"service_points.recipient:{row.ref}")
    row.address_sealed = seal(point.address.strip(), place=f"service_points.address:{row.ref}")
    row.phone_sealed = seal(normal_phone(point.phone), place=f"service_points.phone:{row.ref}")
    row.postcode, row.hours = point.postcode, point.hours.strip()
    row.is_remote, row.pupils, row.villages_served = point.is_remote, point.pupils, point.villages_served
    row.keeper_id = _find_keeper(tx, row.region_code, point.keeper_ref)


def _find_keeper(tx: Tx, region: str, ref: str) -> int | None:
    """Find the keeper: somebody with a volunteer's role for the point's region, or for a part of it."""
    if not ref:
        return None
    today = day_of(tx.now)
    keeper = tx.session.execute(
        select(Account.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.ref == ref,
            Account.closed_at.is_(None),
            Account.disabled_at.is_(None),
            RoleGrant.role == Role.VOLUNTEER.value,
            RoleGrant.revoked_at.is_(None),
            RoleGrant.starts_on <= today,
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
            or_(
                RoleGrant.region_code.in_([region[:width] for width in (0, 2, 4, 6, 9, 12)]),
                RoleGrant.region_code.startswith(region, autoescape=True),
            ),
        )
        .limit(1)
    ).scalar_one_or_none()
    if keeper is None:
        raise Invalid("keeper-not-volunteer", field="keeper_ref")
    return keeper


def _record(tx: Tx, kind: EntryKind, row: ServicePoint) -> None:
    facts = {"by": Role.ADMINISTRATOR.value, "kind": row.kind, "county": county_of(row.region_code)}
    ledger.append(tx, kind, {"point": row.ref}, facts)
