"""What an open wish shows, and what keeps it from a giver: conditions on `Wish`, asked before it is shown or offered.

The claim asks again. `me` is an account's number, or the parameter that stands for it where a question is written once.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, or_, select

from charity.domain.actors import STAFF
from charity.domain.counters import COMMITTED
from charity.domain.regions import WIDTHS, Level
from charity.domain.sides import Side
from charity.models.accounts import Account, RoleGrant
from charity.models.households import Household, HouseholdSide
from charity.models.pledges import Pledge
from charity.models.roles import is_running
from charity.models.wishes import Wish

NEAR = WIDTHS[Level.TOWNSHIP]  # a right in the township or village makes a neighbour; a county's officer is none
CLAIMED = [state.value for state in sorted(COMMITTED)]


def is_claimed(me: int | BindParameter[int]) -> ColumnElement[bool]:
    """Say whether he has given to the wish already."""
    mine = select(Pledge.id).where(Pledge.wish_id == Wish.id, Pledge.account_id == me, Pledge.state.in_(CLAIMED))
    return mine.correlate(Wish).exists()


def stands_elsewhere(me: int | BindParameter[int], since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Say whether he stands on another side of the beneficiary, which would stop his claim."""
    side = HouseholdSide
    others = select(side.side).where(side.account_id == me, side.beneficiary == Wish.beneficiary)
    return others.where(side.side != Side.GIVING.value, side.last_at > since).correlate(Wish).exists()


def is_own(me: int | BindParameter[int]) -> ColumnElement[bool]:
    """Say whether he shares a phone with the family, which would stop his claim."""
    shared = Account.phone_digest.in_((Household.phone_digest, Household.relative_phone_digest))
    own = select(Household.id).join(Account, shared).where(Account.id == me, Household.id == Wish.household_id)
    return own.correlate(Wish).exists()


def is_near(me: int | BindParameter[int], today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Say whether he holds a right in the wish's own township or village."""
    width = func.length(RoleGrant.region_code)
    held = select(RoleGrant.id).where(
        RoleGrant.account_id == me,
        RoleGrant.role.in_([role.value for role in sorted(STAFF)]),
        is_running(today),
        width >= NEAR,
        func.substr(Wish.region_code, 1, width) == RoleGrant.region_code,
    )
    return held.correlate(Wish).exists()


def is_stage_shown(today: date | BindParameter[date], wish: Any = Wish) -> ColumnElement[bool]:
    """Say whether a wish's school stage is one of this school year; see domain/school.py."""
    return or_(wish.stage_until.is_(None), wish.stage_until >= today)
