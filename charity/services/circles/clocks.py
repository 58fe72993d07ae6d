"""What the calendar does to circles: offers run out, notice is over, circles start, are asked to go on, and end."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of, local
from charity.domain.circle_states import HELD, JOINABLE, CircleAct, CircleState, SeatAct, SeatState
from charity.domain.circles import RENEWAL_ASKED, is_renewed, plus_months
from charity.domain.durations import notice_times
from charity.domain.entry_values import JSON
from charity.domain.households import OUT_OF_HARDSHIP
from charity.domain.invitations import offer_lasts
from charity.domain.offers import OfferAct, expires_at
from charity.ledger.renewing import ask_family
from charity.ledger.seating import end_seat, move_seat, withdraw_offer
from charity.models.acts import act
from charity.models.circle_rows import find_offer, life_of, list_seats, lock_members
from charity.models.circles import Circle, Seat
from charity.models.pausing import list_pauses
from charity.services.circles.ending import end_circle
from charity.services.circles.ground import (
    lock_circle,
    start_if_enough,
    tell_members,
    tell_one,
    tell_township,
    write_circle,
)
from charity.services.circles.propose import is_agreed_to
from charity.services.circles.seats import get_offered, give_up


@act
def offer_due(tx: Tx, actor: Actor, offer_ref: str) -> bool:
    """Let an offer expire that nobody took, unless pauses have moved its end, and pass the seat on.

    Where nobody can take it any more, it is taken back and did not run out.
    """
    del actor
    found = find_offer(tx, offer_ref)
    if found is None:
        return False
    circle, seat, offer = get_offered(tx, offer_ref, found[1])
    if offer.state != "open":
        return False
    if circle.hidden_at is not None:
        withdraw_offer(tx, circle, seat, offer)
        return True
    paused = list_pauses(tx.session, circle.region_code, since=offer.made_at)
    due = expires_at(offer.made_at, paused, lasts=offer_lasts(has_waited=offer.place_id is not None))
    offer.act_by = due
    if due > tx.now:
        return False
    give_up(tx, circle, seat, offer, OfferAct.EXPIRE)
    return True


@act
def offer_reminder(tx: Tx, actor: Actor, offer_ref: str) -> bool:
    """Tell whoever is offered a seat: at once, at half time, and on the last day."""
    del actor
    found = find_offer(tx, offer_ref)
    if found is None:
        return False
    circle, seat, offer = get_offered(tx, offer_ref, found[1])
    if offer.state != "open" or offer.remind_at is None or offer.remind_at > tx.now or offer.act_by is None:
        return False
    if circle.hidden_at is not None:
        withdraw_offer(tx, circle, seat, offer)
        return True
    until = f"{local(offer.act_by):%Y-%m-%d %H:%M}"
    tell_one(tx, circle, offer.account_id, "seat-offered", {"offer": offer.ref, "until": until})
    times = (notice.at for notice in notice_times(offer.made_at, offer.act_by))
    offer.remind_at = next((at for at in times if at > tx.now), None)
    return True


@act
def turn_day(tx: Tx, actor: Actor, circle_ref: str) -> int:
    """Do what a circle's calendar says for today, and give how much was done."""
    del actor
    lock_members(tx, circle_ref)
    circle = lock_circle(tx, circle_ref)
    if CircleState(circle.state) in JOINABLE and life_of(tx, circle.household_id) in OUT_OF_HARDSHIP:
        end_circle(tx, circle, CircleAct.END, reason="out-of-hardship", told="circle-family-out")
        return 1
    done = 0
    if CircleState(circle.state) is CircleState.FORMING:
        return int(start_if_enough(tx, circle))
    if CircleState(circle.state) is not CircleState.RUNNING:
        return 0
    done += _end_notices(tx, circle) + _begin_successors(tx, circle)
    if _is_over(tx, circle):
        return done + _turn_term(tx, circle) + _begin_successors(tx, circle)  # of those who went with the term, too
    return done + _ask_renewal(tx, circle)


def _end_notices(tx: Tx, circle: Circle) -> int:
    over = [s for s in list_seats(tx, circle.id, {SeatState.LEAVING}) if s.leaves_on and s.leaves_on < day_of(tx.now)]
    for seat in over:
        end_seat(tx, circle, seat, reason="left", by_clock=True)
    return len(over)


def _begin_successors(tx: Tx, circle: Circle) -> int:
    today = day_of(tx.now)
    ripe = [s for s in list_seats(tx, circle.id, {SeatState.ACCEPTED}) if s.since is None or s.since <= today]
    for seat in ripe:
        move_seat(tx, circle, seat, SeatAct.ACTIVATE, "seat.active")
    return len(ripe)


def _is_over(tx: Tx, circle: Circle) -> bool:
    return circle.ends_on is not None and circle.ends_on <= day_of(tx.now)


def _ask_renewal(tx: Tx, circle: Circle) -> int:
    """Ask both sides, 60 days before the end, whether they want another term; nobody while it is out of sight."""
    if circle.ends_on is None or circle.renewal_asked_at is not None or circle.hidden_at is not None:
        return 0
    if circle.ends_on - RENEWAL_ASKED > day_of(tx.now):
        return 0
    circle.renewal_asked_at = tx.now
    tell_members(tx, circle, "circle-renewal", {"day": circle.ends_on.isoformat()})
    ask_family(tx, circle)
    tell_township(tx, circle, "circle-renewal-review")
    return 1


def _turn_term(tx: Tx, circle: Circle) -> int:
    """Begin another term where both sides said yes, else end the circle."""
    held = list_seats(tx, circle.id, HELD)
    yes = [seat for seat in held if seat.renews and SeatState(seat.state) is not SeatState.LEAVING]
    is_reviewed = circle.reviewed_term > circle.term
    said = circle.household_agrees if is_agreed_to(tx, circle) else None
    if not is_renewed(household=said, reviewed=is_reviewed, yes=len(yes), least=circle.least):
        end_circle(tx, circle, CircleAct.END, reason="term-over")
        return 1
    starts = circle.ends_on or day_of(tx.now)
    ends = plus_months(starts, circle.months)
    circle.term, circle.starts_on, circle.ends_on = circle.term + 1, starts, ends
    circle.renewal_asked_at = circle.household_agrees = circle.agreed_by_id = None
    facts: dict[str, JSON] = {
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "months": circle.months,
        "term": circle.term,
        "by_clock": True,
    }
    write_circle(tx, circle, "circle.renewed", facts)
    _end_unwilling(tx, circle, [seat for seat in held if seat not in yes])
    for seat in yes:
        seat.renews = None
    tell_members(tx, circle, "circle-renewed", {"day": ends.isoformat()})
    return 1


def _end_unwilling(tx: Tx, circle: Circle, seats: list[Seat]) -> None:
    for seat in seats:
        end_seat(tx, circle, seat, reason="term-over", by_clock=True)
        if seat.account_id is not None:
            tell_one(tx, circle, seat.account_id, "seat-ended")
