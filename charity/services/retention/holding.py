"""What holds forgetting back: gifts on their way or still contestable, open needs, live circles, open cases."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from charity.domain.circle_states import LIVE
from charity.domain.retention import CONTESTABLE, OPEN_CASES, UNDER_WAY
from charity.domain.wishes import WishState
from charity.models.cases import Case
from charity.models.circles import Circle
from charity.models.pledges import Pledge, PledgeStep
from charity.models.wishes import Wish

REPORT = "report"
_UNDER_WAY = sorted(state.value for state in UNDER_WAY)
OPEN_NEEDS = sorted(
    state.value
    for state in (WishState.DRAFT, WishState.SUBMITTED, WishState.RETURNED, WishState.APPROVED, WishState.STALE)
)
_LIVE = sorted(state.value for state in LIVE)


def family_is_held(household_id: InstrumentedAttribute[int], now: datetime) -> ColumnElement[bool]:
    """Give the condition that something of a family still runs: a gift, a need, a circle, or a case about them."""
    gift = exists().where(
        Pledge.wish_id == Wish.id,
        Wish.household_id == household_id,
        or_(Pledge.state.in_(_UNDER_WAY), Pledge.confirmed_at > now - CONTESTABLE),
    )
    need = exists().where(Wish.household_id == household_id, Wish.state.in_(OPEN_NEEDS))
    circle = exists().where(Circle.household_id == household_id, Circle.state.in_(_LIVE))
    case = exists().where(
        Case.state.in_(OPEN_CASES),
        or_(
            and_(Case.wish_id == Wish.id, Wish.household_id == household_id),
            and_(Case.pledge_id == Pledge.id, Pledge.wish_id == Wish.id, Wish.household_id == household_id),
        ),
    )
    return or_(gift, need, circle, case)


def pledge_is_over(before: datetime) -> ColumnElement[bool]:
    """Give the condition that a gift has come to its end, nobody did anything to it since, and no case is open."""
    moved = exists().where(PledgeStep.pledge_id == Pledge.id, PledgeStep.taken_at > before)
    other = aliased(Case)  # never the one whose own words are asked about
    case = exists().where(
        other.state.in_(OPEN_CASES), or_(other.pledge_id == Pledge.id, other.wish_id == Pledge.wish_id)
    )
    return and_(Pledge.state.not_in(_UNDER_WAY), Pledge.claimed_at <= before, ~moved, ~case)
