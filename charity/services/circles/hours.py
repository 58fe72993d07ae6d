"""Hours with a family's children in a circle: who may sit down for them, and whether they may be given this month."""

from charity.adapters.db import Tx
from charity.domain.actors import AccountKind
from charity.domain.calendar import day_of
from charity.domain.errors import Invalid, NotPermitted, Refused
from charity.domain.points import PointKind
from charity.domain.service import Giver, may_serve_children, through_of
from charity.models.accounts import Account
from charity.models.circle_gifts import find_circle_point
from charity.models.circles import Circle
from charity.models.organisation_rows import is_vetted
from charity.models.points import ServicePoint
from charity.models.service_rows import find_vetting
from charity.models.willing import has_willing_child, meets_children


def serves_children(tx: Tx, circle: Circle) -> bool:
    """Say whether a circle's hours are with children."""
    return meets_children(tx.session, circle, moment=tx.now)


def may_give_hours(tx: Tx, account_id: int, circle: Circle) -> None:
    """Refuse whoever may not be with the children of a circle of hours today; any other circle asks nothing."""
    if not serves_children(tx, circle):
        return
    point = find_circle_point(tx, circle)
    if point is None:
        raise NotPermitted("seat-not-possible")
    vetted = find_vetting(tx.session, account_id, circle.region_code, day_of(tx.now))
    through = through_of(PointKind(point.kind))
    may_serve_children(vetted, through, _giver(tx, account_id), day=day_of(tx.now))


def is_right_for_hours(tx: Tx, account_id: int, circle: Circle) -> bool:
    """Say whether somebody may give a circle's hours today."""
    try:
        may_give_hours(tx, account_id, circle)
    except Refused:
        return False
    return True


def may_seat_group(tx: Tx, circle: Circle) -> None:
    """Refuse a class or a team where children are met: who was vetted is one person, and nobody else may be there."""
    if serves_children(tx, circle):
        raise NotPermitted("group-meets-no-children")


def may_meet_child(tx: Tx, household_id: int, point: ServicePoint) -> None:
    """Refuse hours with the children of a family none of whose children, and their elders, allow it."""
    at_school = point.kind == PointKind.SCHOOL.value
    if not has_willing_child(tx.session, household_id, moment=tx.now, at_school=at_school):
        raise Invalid("no-willing-child", field="subject")


def _giver(tx: Tx, account_id: int) -> Giver:
    if tx.session.get_one(Account, account_id).kind != AccountKind.ORGANISATION.value:
        return Giver.PERSON
    return Giver.VETTED_ORGANISATION if is_vetted(tx.session, account_id) else Giver.ORGANISATION
