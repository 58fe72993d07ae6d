"""Which place is named in public: a family's county where enough families live there, else its city."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from charity.domain.privacy import LEAST_SHOWN, public_region
from charity.models.households import Household


def public_county(session: Session, county: str, *, household_id: int | None) -> str:
    """Give the region that may be named for a family's (or, without one, a site's) county."""
    if household_id is None:
        return county
    families = select(Household.id).where(Household.county == county).limit(LEAST_SHOWN).subquery()
    count = session.scalar(select(func.count()).select_from(families)) or 0
    return public_region(county, families_in_county=count)
