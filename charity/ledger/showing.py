"""Circles that go out of sight when their family says no, and come back when it agrees again."""

from sqlalchemy import ColumnElement, select

from charity.adapters.db import Tx
from charity.domain.circle_states import SeatState
from charity.domain.circles import PromiseKind
from charity.domain.households import Relation
from charity.ledger.renewing import ask_family_again, drop_yes
from charity.ledger.seating import offer_seats, withdraw_offer
from charity.ledger.waiting import end_waiting
from charity.models.circle_rows import find_circle, find_open_offer, list_seats
from charity.models.circles import Circle
from charity.models.households import Member
from charity.models.takedowns import is_circle_down
from charity.models.wall import hide_left, hide_months
from charity.models.willing import has_willing_child, is_circle_agreed, may_meet_children


def hide_circles(tx: Tx, household_id: int) -> None:
    """Take the circles of a family out of sight at once; gifts on their way finish their journey."""
    for circle in _lock_circles(tx, household_id, Circle.hidden_at.is_(None)):
        hide_circle(tx, circle)


def hide_word_of(tx: Tx, member: Member) -> None:
    """Take out of sight what stands on the word of one who leaves a locked family: nobody can take it back any more.

    What the family asks for, and its circles, are seen again when another head agrees and the township renews them.
    """
    of_family = member.relation == Relation.HEAD.value
    if of_family:
        hide_circles(tx, member.household_id)
    for wish in hide_left(tx, household_id=member.household_id, member_id=member.id, of_family=of_family):
        end_waiting(tx, wish, by_clock=False)


def hide_unwilling(tx: Tx, household_id: int) -> None:
    """Take out of sight what a family's circles do with children when no child, or nobody for it, allows it now."""
    for circle in _lock_circles(tx, household_id, Circle.promise_kind == PromiseKind.SERVICE.value):
        if may_meet_children(tx.session, circle, moment=tx.now):
            continue
        if circle.hidden_at is None:
            hide_circle(tx, circle)
        else:
            hide_lessons(tx, circle, by_clock=False)


def hide_lessons(tx: Tx, circle: Circle, *, by_clock: bool) -> bool:
    """Take the wishes of a circle's months out of sight when no child may be met any more; True when any was seen.

    A yes to the school's point alone is needed as long as a wish is open.
    """
    if may_meet_children(tx.session, circle, moment=tx.now):
        return False
    is_shown = has_willing_child(tx.session, circle.household_id, moment=tx.now, at_school=False)
    hidden = hide_months(tx, circle.id, only_open=is_shown)
    for wish in hidden:
        end_waiting(tx, wish, by_clock=by_clock)
    return bool(hidden)


def hide_circle(tx: Tx, circle: Circle, *, by_clock: bool = False) -> None:
    """Take a locked circle out of sight; a seat kept for somebody is not kept on where nobody can take it.

    The wishes of its months go with it where it was the children's yes that ended. What the family said about another
    term stood on its yes to a circle, and goes with it.
    """
    circle.hidden_at = tx.now
    drop_yes(circle)
    tx.session.flush()
    for seat in list_seats(tx, circle.id, {SeatState.OFFERED}):
        offer = find_open_offer(tx, seat.id)
        if offer is not None:
            withdraw_offer(tx, circle, seat, offer)
    hide_lessons(tx, circle, by_clock=by_clock)


def show_circles(tx: Tx, household_id: int) -> None:
    """Bring those circles of a family back into sight to which it, and a child where one is met, agrees again."""
    for circle in _lock_circles(tx, household_id, Circle.hidden_at.is_not(None)):
        if is_circle_agreed(tx.session, circle, moment=tx.now):
            show_circle(tx, circle)


def show_circle(tx: Tx, circle: Circle) -> bool:
    """Bring a locked circle back into sight; who waits is offered first what became free meanwhile.

    One that a reported concern keeps out of sight stays there; False then.
    """
    if is_circle_down(tx.session, circle.id):
        return False
    circle.hidden_at = None
    tx.session.flush()
    offer_seats(tx, circle)
    ask_family_again(tx, circle)
    return True


def _lock_circles(tx: Tx, household_id: int, which: ColumnElement[bool]) -> list[Circle]:
    theirs = select(Circle.ref).where(Circle.household_id == household_id, which)
    found = [find_circle(tx, ref) for ref in tx.session.scalars(theirs.order_by(Circle.ref)).all()]
    return [circle for circle in found if circle is not None]
