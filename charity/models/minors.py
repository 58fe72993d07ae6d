"""Whether children live alone: hours in such a family are with children, whatever they are; no rule, no commit."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from charity.adapters.crypto import unseal
from charity.domain.calendar import day_of
from charity.domain.identity import lives_without_adult
from charity.models.households import Member


def has_adult(session: Session, household_id: int, *, moment: datetime) -> bool:
    """Say whether an adult lived in a family at a moment; of a family without anybody written down nothing is said."""
    there = (Member.recorded_at <= moment, or_(Member.left_at.is_(None), Member.left_at > moment))
    found = session.execute(
        select(Member.ref, Member.birth_sealed).where(Member.household_id == household_id, *there).order_by(Member.id)
    )
    births = (date.fromisoformat(unseal(sealed, place=f"members.birth:{ref}")) for ref, sealed in found)
    return not lives_without_adult(births, day_of(moment))
