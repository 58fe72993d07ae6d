"""Which service point a parcel may go to: a child's never to a place that tells where the child lives or learns."""

from dataclasses import dataclass
from enum import StrEnum

from charity.domain.errors import Invalid
from charity.domain.privacy import may_use_school_point
from charity.domain.regions import county_of
from charity.domain.wishes import BeneficiaryKind


class PointKind(StrEnum):
    """What a service point is."""

    TOWNSHIP = "township"
    VILLAGE = "village"
    SCHOOL = "school"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointFacts:
    """What rules ask about a point."""

    kind: PointKind
    region: str
    pupils: int = 0
    villages_served: int = 0
    is_closed: bool = False


def may_serve(
    point: PointFacts, beneficiary: BeneficiaryKind, *, region: str, guardian_agreed_to_school: bool = False
) -> None:
    """Refuse a point that is closed, too far away, or would tell a giver where a child lives or goes to school."""
    if point.is_closed:
        raise Invalid("point-closed", field="point_ref")
    if not region.startswith(county_of(point.region)):
        raise Invalid("point-in-other-county", field="point_ref")
    if beneficiary is not BeneficiaryKind.CHILD:
        return
    if point.kind is PointKind.VILLAGE:
        raise Invalid("point-of-village-for-child", field="point_ref")
    if point.kind is PointKind.SCHOOL:
        _school_for_child(point, guardian_agreed_to_school)


def _school_for_child(point: PointFacts, guardian_agreed: bool) -> None:
    if not suits_child(point):
        raise Invalid("point-school-too-small", field="point_ref")
    if not guardian_agreed:
        raise Invalid("point-school-not-agreed", field="point_ref")


def suits_child(point: PointFacts) -> bool:
    """Say whether a child's parcel could go there at all, the guardian willing."""
    if point.kind is PointKind.SCHOOL:
        return may_use_school_point(villages_served=point.villages_served, pupils=point.pupils, guardian_agreed=True)
    return point.kind is PointKind.TOWNSHIP
