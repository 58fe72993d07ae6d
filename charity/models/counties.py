"""Which place is named in public: a family's county where enough families live there, else its city."""

from sqlalchemy import BindParameter, ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.adapters.db import Base
from charity.domain.privacy import LEAST_SHOWN, public_region
from charity.domain.wishes import BeneficiaryKind
from charity.models.households import Household
from charity.models.wishes import Wish


def public_county(session: Session, county: str, *, household_id: int | None) -> str:
    """Give the region that may be named for a family's (or, without one, a site's) county."""
    if household_id is None:
        return county
    families = select(Household.id).where(Household.county == county).limit(LEAST_SHOWN).subquery()
    count = session.scalar(select(func.count()).select_from(families)) or 0
    return public_region(county, families_in_county=count)


def has_families(
    county: InstrumentedAttribute[str] | BindParameter[str] | str, of: type[Base] = Wish
) -> ColumnElement[bool]:
    """Give the condition that a county has families enough to be named; with fewer, its city is named instead.

    `of` is the table whose county it is, in the question around it.
    """
    # Only whether there are enough is asked, not how many.
    enough = select(Household.id).where(Household.county == county).order_by(Household.id).limit(1)
    return enough.offset(LEAST_SHOWN - 1).correlate(of).scalar_subquery().is_not(None)


def is_named(county: InstrumentedAttribute[str] | str = Wish.county) -> ColumnElement[bool]:
    """Give the condition that a wish's county is named: a site's always, a family's where there are enough."""
    return or_(Wish.beneficiary_kind == BeneficiaryKind.SITE.value, has_families(county))


def large_counties(session: Session) -> frozenset[str]:
    """Name the counties with families enough to be named; the same count as `has_families`."""
    counted = select(Household.county).group_by(Household.county).having(func.count() >= LEAST_SHOWN)
    return frozenset(session.scalars(counted))
