"""Whether a family has a child of whom something may be public: hours with children are asked for no other."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters.crypto import unseal
from charity.domain.calendar import day_of
from charity.domain.consents import NEEDED_TO_PUBLISH, Purpose
from charity.domain.identity import is_child
from charity.models.consents import agreed_of
from charity.models.households import Member


def has_willing_child(session: Session, household_id: int, *, moment: datetime, at_school: bool) -> bool:
    """Say whether a child of a family, and who speaks for it, allow this; at a school's point its elders that, too."""
    needed = NEEDED_TO_PUBLISH | ({Purpose.SCHOOL_POINT} if at_school else set[Purpose]())
    return any(
        agreed_of(session, needed, household_id=household_id, member_id=member_id, moment=moment) >= needed
        for member_id in _children(session, household_id, day_of(moment))
    )


def _children(session: Session, household_id: int, today: date) -> Iterator[int]:
    inside = (Member.household_id == household_id, Member.left_at.is_(None))
    for member_id, ref, sealed in session.execute(
        select(Member.id, Member.ref, Member.birth_sealed).where(*inside).order_by(Member.id)
    ):
        if is_child(date.fromisoformat(unseal(sealed, place=f"members.birth:{ref}")), today):
            yield member_id
