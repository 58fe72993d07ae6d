""" "Why not me?": how a household fared in the last nightly runs, in counts; no donor is named or can be told."""

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.invitations import BEYOND_REACH, LOOKS_BACK
from charity.domain.matching import PARTS
from charity.models.circles import SeatOffer
from charity.models.households import Household
from charity.models.matching import MatchHousehold, MatchPair, MatchRun
from charity.models.ranking import WishView
from charity.models.wishes import Wish
from charity.queries.households import get_household


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """How a household fared: runs it was in, and of these its lists and offers; seats and price are the last run's."""

    runs: int
    seats: int
    price: int
    listed: int
    shows: int
    offers: int
    accepted: int
    declined: int
    expired: int

    @property
    def unsettled(self) -> int:
        """Count the offers that wait for an answer, or were taken back."""
        return self.offers - self.accepted - self.declined - self.expired

    @property
    def is_contested(self) -> bool:
        """Say whether donors outbid each other for it."""
        return 0 < self.price < BEYOND_REACH


def explain(viewer: Actor, household_ref: str) -> Why:
    """Tell the staff of its region how a household fared; Missing to everybody else."""
    get_household(viewer, household_ref)
    found = find_why(reading(), household_ref)
    if found is None:
        raise Missing
    return found


def find_why(session: Session, household_ref: str) -> Why | None:
    """Find how a household fared; None when there is none."""
    home = session.execute(select(Household.id).where(Household.ref == household_ref)).scalar_one_or_none()
    if home is None:
        return None
    last = select(MatchRun.id).order_by(MatchRun.id.desc()).limit(LOOKS_BACK)
    fared = session.execute(
        select(MatchHousehold.listed, MatchHousehold.seats, MatchHousehold.price)
        .where(MatchHousehold.household_id == home, MatchHousehold.run_id.in_(last))
        .order_by(MatchHousehold.run_id.desc())
    ).all()
    seen = select(func.coalesce(func.sum(WishView.parts), 0)).join(Wish, Wish.id == WishView.wish_id)
    answers = _answers(session, home)
    return Why(
        runs=len(fared),
        seats=fared[0].seats if fared else 0,
        price=fared[0].price if fared else 0,
        listed=sum(row.listed for row in fared),
        shows=int(session.execute(seen.where(Wish.household_id == home)).scalar_one()) // PARTS,
        offers=answers[0],
        accepted=answers[1],
        declined=answers[2],
        expired=answers[3],
    )


def _answers(session: Session, home: int) -> tuple[int, ...]:
    """Count the offers of the last runs and how they ended."""
    last = select(MatchRun.id).order_by(MatchRun.id.desc()).limit(LOOKS_BACK)
    counted = (func.count(case((SeatOffer.state == state, 1))) for state in ("accepted", "declined", "expired"))
    row = session.execute(
        select(func.count(), *counted)
        .select_from(MatchPair)
        .join(SeatOffer, SeatOffer.id == MatchPair.offer_id)
        .join(
            MatchHousehold,
            (MatchHousehold.run_id == MatchPair.run_id) & (MatchHousehold.circle_id == MatchPair.circle_id),
        )
        .where(MatchHousehold.household_id == home, MatchPair.run_id.in_(last))
    ).one()
    return tuple(int(value) for value in row)
