"""Under which programme a circle asks for goods: its own one, or else the first that covers its region and day."""

from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.calendar import day_of
from charity.domain.kinds import Kind
from charity.models.circles import Circle
from charity.models.covering import covering_programmes
from charity.models.programmes import Programme
from charity.queries.wishes.page import Basis


def find_basis(circle_ref: str) -> Basis | None:
    """Find a circle's legal basis as it stands today; None when no programme covers it."""
    own, region = (
        reading().execute(select(Circle.programme_id, Circle.region_code).where(Circle.ref == circle_ref)).one()
    )
    covering = covering_programmes(region, Kind.GOODS.value, day_of(clock.now()))
    named = None if own is None else reading().scalars(covering.where(Programme.id == own)).one_or_none()
    found = named or reading().scalars(covering.limit(1)).one_or_none()
    if found is None:
        return None
    return Basis(
        programme=found.name,
        body=found.body,
        certificate=found.certificate,
        filing=found.filing,
        platform_url=found.platform_url,
        contact=found.contact,
    )


def list_bases(region: str) -> tuple[tuple[str, str], ...]:
    """List the programmes (code and name) that cover a region today, the nearest first."""
    covering = covering_programmes(region, Kind.GOODS.value, day_of(clock.now()))
    return tuple((programme.code, programme.name) for programme in reading().scalars(covering))
