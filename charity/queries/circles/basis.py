"""Under which programme a circle asks for gifts: its own one, or else the first that covers its region and day."""

from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.calendar import day_of
from charity.domain.circles import GIFT_KINDS, gift_kind
from charity.models.circles import Circle
from charity.models.covering import covering_programmes
from charity.models.programmes import Programme
from charity.queries.wishes.page import Basis


def find_basis(circle_ref: str) -> Basis | None:
    """Find a circle's legal basis as it stands today; None when no programme covers it, and for letters."""
    asked = select(Circle.programme_id, Circle.region_code, Circle.promise_kind).where(Circle.ref == circle_ref)
    own, region, promise = reading().execute(asked).one()
    kind = gift_kind(promise)
    if kind is None:
        return None
    covering = covering_programmes(region, kind.value, day_of(clock.now()))
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
    today, found = day_of(clock.now()), dict[str, str]()
    for kind in GIFT_KINDS.values():
        covering = covering_programmes(region, kind.value, today)
        found |= {programme.code: programme.name for programme in reading().scalars(covering)}
    return tuple(found.items())
