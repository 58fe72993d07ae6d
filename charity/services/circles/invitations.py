"""Turning what the nightly matching found into offers of seats; everything is looked at again under the locks."""

from sqlalchemy import select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.circle_states import HELD, JOINABLE, TAKEN, CircleState, SeatState
from charity.domain.errors import Refused
from charity.domain.invitations import free_places
from charity.ledger.seating import open_offer
from charity.models.acts import act
from charity.models.circle_rows import find_own_seat, is_refused, list_seats, list_waiting
from charity.models.circles import Circle, Seat, SeatOffer
from charity.models.interests import read_interests
from charity.models.matching import MatchPair, MatchRun
from charity.models.sides import lock_account
from charity.models.units import rows_of
from charity.services.circles.ground import lock_circle
from charity.services.circles.seats import may_sit


@act
def invite(tx: Tx, actor: Actor, pair_id: int, *, most: int) -> bool:
    """Offer a pair's seat where both sides still may and its run has made fewer than `most`; looks at a pair once."""
    del actor
    found = tx.session.execute(
        select(MatchPair.account_id, Circle.ref)
        .join(Circle, Circle.id == MatchPair.circle_id)
        .where(MatchPair.id == pair_id)
    ).one_or_none()
    if found is None:
        return False
    lock_account(tx, found.account_id)
    circle = lock_circle(tx, found.ref)
    pair = tx.session.get_one(MatchPair, pair_id, populate_existing=True)
    if pair.outcome != "waiting":
        return False
    if not _may_invite(tx, pair.account_id, circle) or not _count(tx, pair.run_id, most):
        pair.outcome = "passed"
        return False
    seat = list_seats(tx, circle.id, {SeatState.OPEN})[0]
    ref = open_offer(tx, circle, seat, account_id=pair.account_id, place_id=None)
    pair.outcome = "offered"
    pair.offer_id = tx.session.execute(select(SeatOffer.id).where(SeatOffer.ref == ref)).scalar_one()
    return True


def _count(tx: Tx, run_id: int, most: int) -> bool:
    counted = tx.session.execute(
        update(MatchRun)
        .where(MatchRun.id == run_id, MatchRun.offers < most)
        .values(offers=MatchRun.offers + 1)
        .execution_options(synchronize_session=False)
    )
    return rows_of(counted) == 1


def _may_invite(tx: Tx, account_id: int, circle: Circle) -> bool:
    if is_refused(tx, circle.household_id, account_id) or not _wants(tx, account_id):
        return False
    if circle.hidden_at is not None or CircleState(circle.state) not in JOINABLE:
        return False
    if find_own_seat(tx, circle.id, account_id) is not None or _let_go(tx, account_id, circle):
        return False
    # whoever waits comes first, and nobody is asked in vain
    if list_waiting(tx, circle.id) or not list_seats(tx, circle.id, {SeatState.OPEN}):
        return False
    try:
        may_sit(tx, account_id, circle)
    except Refused:
        return False
    return True


def _wants(tx: Tx, account_id: int) -> bool:
    """Say whether a donor asked for invitations, has a place free, and has none to answer."""
    held = tx.session.scalars(
        select(Seat.id).where(
            Seat.account_id == account_id, Seat.state.in_([state.value for state in sorted(TAKEN | HELD)])
        )
    ).all()
    asked = tx.session.scalars(
        select(SeatOffer.id).where(SeatOffer.account_id == account_id, SeatOffer.state == "open").limit(1)
    ).first()
    wanted = read_interests(tx.session, account_id).seats
    return asked is None and free_places(wanted=wanted, held=len(held)) > 0


def _let_go(tx: Tx, account_id: int, circle: Circle) -> bool:
    """Say whether the donor left this family's circle, or let an offer of it go, before."""
    sat = select(Seat.id).join(Circle, Circle.id == Seat.circle_id)
    gone = select(SeatOffer.id).join(Seat, Seat.id == SeatOffer.seat_id).join(Circle, Circle.id == Seat.circle_id)
    home = circle.household_id
    left = tx.session.scalars(sat.where(Seat.account_id == account_id, Circle.household_id == home).limit(1)).first()
    no = gone.where(
        SeatOffer.account_id == account_id, SeatOffer.state.in_(("declined", "expired")), Circle.household_id == home
    )
    return left is not None or tx.session.scalars(no.limit(1)).first() is not None
