"""What a donor's seats promised and kept, month by month."""

from dataclasses import dataclass

from sqlalchemy import select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import SignInNeeded
from charity.models.circles import CircleMonth, Seat
from charity.models.pledges import Pledge
from charity.queries.circles.own import acts_for

MOST = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMonth:
    """One month of one of the viewer's seats; the gift is None where a letter was promised, or another gives it."""

    seat: str
    month: str
    kind: str
    outcome: str
    reason: str
    pledge: str | None
    pledge_state: str | None


def list_own_months(viewer: Actor) -> dict[str, tuple[OwnMonth, ...]]:
    """List the months of the viewer's seats by the seat, the newest first."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    rows = reading().execute(
        select(
            Seat.ref,
            CircleMonth.month,
            CircleMonth.kind,
            CircleMonth.outcome,
            CircleMonth.reason,
            Pledge.ref,
            Pledge.state,
            Pledge.account_id,
        )
        .join(Seat, Seat.id == CircleMonth.seat_id)
        .outerjoin(Pledge, Pledge.id == CircleMonth.pledge_id)
        .where(acts_for(viewer))
        .order_by(CircleMonth.month.desc(), CircleMonth.id.desc())
        .limit(MOST)
    )
    found: dict[str, tuple[OwnMonth, ...]] = {}
    for seat, month, kind, outcome, reason, pledge, state, giver in rows:
        line = OwnMonth(
            seat=seat,
            month=month,
            kind=kind,
            outcome=outcome,
            reason=reason,
            pledge=pledge if giver == viewer.account_id else None,
            pledge_state=state,
        )
        found[seat] = (*found.get(seat, ()), line)
    return found
