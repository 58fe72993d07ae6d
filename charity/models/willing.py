"""Whether a family has a child of whom something may be public: hours with children are asked for no other."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters.crypto import unseal
from charity.domain.calendar import day_of
from charity.domain.circles import NEEDED_FOR_CIRCLE, PromiseKind
from charity.domain.consents import NEEDED_TO_PUBLISH, Purpose
from charity.domain.identity import is_child
from charity.domain.points import PointKind
from charity.domain.service import serves_children
from charity.domain.wishes import BeneficiaryKind
from charity.models.circles import Circle, CircleTerms
from charity.models.consents import agreed_of
from charity.models.households import Member
from charity.models.minors import has_adult
from charity.models.points import ServicePoint


def has_willing_child(session: Session, household_id: int, *, moment: datetime, at_school: bool) -> bool:
    """Say whether a child of a family, and who speaks for it, allow this; at a school's point its elders that, too."""
    needed = NEEDED_TO_PUBLISH | ({Purpose.SCHOOL_POINT} if at_school else set[Purpose]())
    return any(
        agreed_of(session, needed, household_id=household_id, member_id=member_id, moment=moment) >= needed
        for member_id in _children(session, household_id, day_of(moment))
    )


def is_circle_agreed(session: Session, circle: Circle, *, moment: datetime) -> bool:
    """Say whether a family agrees to its circle now: its head, and where children are met a child and its elders."""
    agreed = agreed_of(session, NEEDED_FOR_CIRCLE, household_id=circle.household_id, member_id=None, moment=moment)
    return agreed >= NEEDED_FOR_CIRCLE and may_meet_children(session, circle, moment=moment)


def may_meet_children(session: Session, circle: Circle, *, moment: datetime) -> bool:
    """Say whether a child of the family allows what a circle does with children; any other circle asks none."""
    if not meets_children(session, circle, moment=moment):
        return True
    point = None if circle.point_id is None else session.get(ServicePoint, circle.point_id)
    # Where the school's point has closed, hours are given at the township's.
    at_school = point is not None and point.kind == PointKind.SCHOOL.value and point.closed_at is None
    return has_willing_child(session, circle.household_id, moment=moment, at_school=at_school)


def meets_children(session: Session, circle: Circle, *, moment: datetime) -> bool:
    """Say whether a circle's hours are with the children of its family: they are taught, or live there alone."""
    if circle.promise_kind != PromiseKind.SERVICE.value:
        return False
    terms = session.get(CircleTerms, circle.id)
    if terms is None:
        return False
    at_home = has_adult(session, circle.household_id, moment=moment)
    return serves_children(terms.subject, BeneficiaryKind.HOUSEHOLD, has_adult=at_home)


def _children(session: Session, household_id: int, today: date) -> Iterator[int]:
    inside = (Member.household_id == household_id, Member.left_at.is_(None))
    for member_id, ref, sealed in session.execute(
        select(Member.id, Member.ref, Member.birth_sealed).where(*inside).order_by(Member.id)
    ):
        if is_child(date.fromisoformat(unseal(sealed, place=f"members.birth:{ref}")), today):
            yield member_id
