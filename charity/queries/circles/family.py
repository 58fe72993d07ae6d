"""A family's living circle, for the staff that looks after the family."""

from dataclasses import dataclass

from charity.domain.actors import Actor
from charity.domain.circle_states import LIVE
from charity.domain.permissions import may
from charity.models.circles import Circle
from charity.models.households import Household
from charity.queries.circles.rows import list_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCircle:
    """The reference and state of a family's circle."""

    ref: str
    state: str


def find_circle_of(viewer: Actor, household_ref: str, region: str) -> FamilyCircle | None:
    """Find the circle a family of the viewer's region has or is proposed; None when there is none."""
    may(viewer, "circle.read", region)
    living = Circle.state.in_([state.value for state in sorted(LIVE)])
    row = next(iter(list_rows(Household.ref == household_ref, living, limit=1)), None)
    return None if row is None else FamilyCircle(ref=row.ref, state=row.state)
