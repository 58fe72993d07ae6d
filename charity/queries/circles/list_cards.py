"""What is printed on the cards of a list's circles: what their public pages tell, and nothing that tells who it is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circle_states import JOINABLE
from charity.domain.permissions import regions_for
from charity.domain.privacy import public_region
from charity.models.circles import Circle
from charity.models.households import Household
from charity.models.openings import CircleOpening, OpeningRow
from charity.queries.circles.lists import get_for_reviewer
from charity.queries.scopes import within

SHEETFULS = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleFacts:
    """One circle as strangers know it."""

    ref: str
    alias: str
    place: str
    target: int
    taken: int
    months: int
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class Run:
    """One print run: which of the cards it holds, and the line after which it begins."""

    first: int
    last: int
    after: int


def list_runs(viewer: Actor, ref: str) -> tuple[Run, ...]:
    """Divide the cards of a list in the viewer's regions into print runs."""
    lines = list(reading().scalars(_query(viewer, ref)))
    return tuple(
        Run(start + 1, min(start + SHEETFULS, len(lines)), lines[start - 1] if start else 0)
        for start in range(0, len(lines), SHEETFULS)
    )


def list_cards(viewer: Actor, ref: str, *, after: int = 0) -> tuple[CircleFacts, ...]:
    """List the public circles of a list in the viewer's regions, one print run of them."""
    get_for_reviewer(viewer, ref)
    rows = reading().execute(_query(viewer, ref).where(OpeningRow.line > after).limit(SHEETFULS)).all()
    families = _families({row.county for row in rows})
    return tuple(
        CircleFacts(
            ref=row.ref,
            alias=row.alias,
            place=public_region(row.county, families_in_county=families[row.county]),
            target=row.target,
            taken=row.taken,
            months=row.months,
            starts_on=row.starts_on or row.not_before,
        )
        for row in rows
    )


def _query(viewer: Actor, ref: str) -> Any:
    return (
        select(
            OpeningRow.line,
            Circle.ref,
            Household.alias,
            Circle.county,
            Circle.target,
            Circle.taken,
            Circle.months,
            Circle.starts_on,
            Circle.not_before,
        )
        .join(CircleOpening, CircleOpening.id == OpeningRow.opening_id)
        .join(Circle, Circle.id == OpeningRow.circle_id)
        .join(Household, Household.id == Circle.household_id)
        .where(
            CircleOpening.ref == ref,
            Circle.state.in_([state.value for state in sorted(JOINABLE)]),
            Circle.hidden_at.is_(None),
            within(Circle.region_code, regions_for(viewer, "circle.read")),
        )
        .order_by(OpeningRow.line)
    )


def _families(counties: set[str]) -> Counter[str]:
    rows = reading().execute(
        select(Household.county, func.count()).where(Household.county.in_(counties)).group_by(Household.county)
    )
    return Counter({county: count for county, count in rows})
