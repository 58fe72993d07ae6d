"""Statements about the pause calendar, for all who count time."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from charity.domain import durations
from charity.domain.calendar import day_of
from charity.domain.regions import WIDTHS
from charity.models.pauses import Pause

# Written once: every clock that starts asks it, and building a statement costs more than running it.
_PAUSES = select(Pause.starts_on, Pause.ends_on).where(
    Pause.region_code.in_(bindparam("regions", expanding=True)),
    Pause.revoked_at.is_(None),
    Pause.ends_on >= bindparam("since"),
)


def prefixes_of(region: str) -> tuple[str, ...]:
    """List a region's code and those of all regions that contain it."""
    return tuple(region[:width] for width in WIDTHS.values() if 0 < width <= len(region))


def list_pauses(session: Session, region: str, *, since: datetime) -> tuple[durations.Pause, ...]:
    """List the paused days of a region and of those that contain it, as far as they end on or after a moment's day."""
    rows = session.execute(_PAUSES, {"regions": prefixes_of(region), "since": day_of(since)})
    return tuple(durations.Pause(first, last) for first, last in rows)
