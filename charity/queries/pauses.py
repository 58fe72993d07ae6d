"""The pause calendar of the viewer's regions, and of those that contain them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.pauses import Pause
from charity.models.pausing import prefixes_of
from charity.queries.scopes import within

READ, MANAGE = "queue.read", "pause.manage"
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseCard:
    """Some days on which the clocks of a region stand still; phase is coming, running, over or revoked."""

    id: int
    region: str
    starts_on: date
    ends_on: date
    reason: str
    made_by: str | None
    made_at: datetime
    revoked_at: datetime | None
    phase: str
    days: int
    may_revoke: bool


def list_pauses(viewer: Actor) -> tuple[PauseCard, ...]:
    """List the pauses that hold or held in the viewer's regions, the latest first."""
    may_anywhere(viewer, READ)
    regions = regions_for(viewer, READ)
    above = sorted({prefix for region in regions for prefix in prefixes_of(region)})
    rows = reading().execute(
        select(
            Pause.id,
            Pause.region_code,
            Pause.starts_on,
            Pause.ends_on,
            Pause.reason,
            Account.nickname,
            Pause.made_at,
            Pause.revoked_at,
        )
        .outerjoin(Account, Account.id == Pause.made_by_id)
        .where(or_(within(Pause.region_code, regions), Pause.region_code.in_(above)))
        .order_by(Pause.ends_on.desc(), Pause.id.desc())
        .limit(MOST)
    )
    today = day_of(clock.now())
    return tuple(_card(viewer, today, *row) for row in rows)


def _card(
    viewer: Actor,
    today: date,
    number: int,
    region: str,
    first: date,
    last: date,
    reason: str,
    made_by: str | None,
    made_at: datetime,
    revoked_at: datetime | None,
) -> PauseCard:
    phase = "revoked" if revoked_at else "over" if last < today else "running" if first <= today else "coming"
    return PauseCard(
        id=number,
        region=region,
        starts_on=first,
        ends_on=last,
        reason=reason,
        made_by=made_by,
        made_at=made_at,
        revoked_at=revoked_at,
        phase=phase,
        days=(last - first).days + 1,
        may_revoke=phase in ("coming", "running") and is_allowed(viewer, MANAGE, region),
    )
