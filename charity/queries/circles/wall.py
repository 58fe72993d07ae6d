"""The wall of circles: those that look for donors, the least taken first, page by page without counting pages."""

import base64
import binascii
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, literal, tuple_

from charity.adapters.db import Instant
from charity.domain.actors import Actor
from charity.domain.circle_states import JOINABLE
from charity.domain.errors import Invalid
from charity.domain.regions import Level
from charity.models.circles import Circle
from charity.models.counties import has_families
from charity.queries.circles.public import PublicCircle, public_of_all
from charity.queries.circles.rows import CircleRow, list_rows
from charity.queries.cursors import read_moment, read_number
from charity.queries.wall import place_of

PAGE = 24
# The fewest seats taken, then the longest open: no circle stands behind others for being new or far away.
_ORDER = (Circle.taken, Circle.proposed_at, Circle.id)
_COLUMNS = {Level.PROVINCE: Circle.province, Level.CITY: Circle.city, Level.COUNTY: Circle.county}


@dataclass(frozen=True, slots=True, kw_only=True)
class CirclePage:
    """One page of circles that look for donors, and the cursor after which the next begins."""

    cards: tuple[PublicCircle, ...]
    next: str | None


def list_public(viewer: Actor, *, region: str = "", cursor: str | None = None, limit: int = PAGE) -> CirclePage:
    """List circles that look for donors after a cursor; a seat taken meanwhile moves its circle towards the end."""
    where = [
        Circle.state.in_([state.value for state in sorted(JOINABLE)]),
        Circle.hidden_at.is_(None),
        Circle.taken < Circle.target,
    ]
    if region:
        where.append(_in_region(region))
    if cursor is not None:
        where.append(_after(cursor))
    rows = list_rows(*where, limit=limit + 1, order=_ORDER)
    return CirclePage(
        cards=public_of_all(viewer, rows[:limit]), next=_cursor(rows[limit - 1]) if len(rows) > limit else None
    )


def _in_region(region: str) -> ColumnElement[bool]:
    """Filter by province, city or county; a county too small to be named finds none."""
    level, code = place_of(region)
    here = _COLUMNS[level] == code
    return and_(here, has_families(code, of=Circle)) if level is Level.COUNTY else here


def _cursor(row: CircleRow) -> str:
    """Write down after which circle the next page begins; opaque, because its shape may change."""
    plain = f"{row.taken}|{row.proposed_at.isoformat()}|{row.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _after(cursor: str) -> ColumnElement[bool]:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        taken, since, last = plain.split("|")
    except (ValueError, binascii.Error):
        raise Invalid("cursor-unreadable", field="cursor") from None
    place = literal(read_number(taken)), literal(read_moment(since), Instant()), literal(read_number(last))
    return tuple_(*_ORDER) > tuple_(*place)
