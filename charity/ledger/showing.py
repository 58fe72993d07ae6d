"""Circles that go out of sight when their family says no, and come back when it agrees again."""

from sqlalchemy import ColumnElement, select

from charity.adapters.db import Tx
from charity.domain.circle_states import SeatState
from charity.ledger.renewing import ask_family_again, drop_yes
from charity.ledger.seating import offer_seats, withdraw_offer
from charity.models.circle_rows import find_circle, find_open_offer, list_seats
from charity.models.circles import Circle
from charity.models.takedowns import is_circle_down


def hide_circles(tx: Tx, household_id: int) -> None:
    """Take the circles of a family out of sight at once; gifts on their way finish their journey."""
    for circle in _lock_circles(tx, household_id, Circle.hidden_at.is_(None)):
        hide_circle(tx, circle)


def hide_circle(tx: Tx, circle: Circle) -> None:
    """Take a locked circle out of sight; a seat kept for somebody is not kept on where nobody can take it.

    What the family said about another term stood on its yes to a circle, and goes with it.
    """
    circle.hidden_at = tx.now
    drop_yes(circle)
    tx.session.flush()
    for seat in list_seats(tx, circle.id, {SeatState.OFFERED}):
        offer = find_open_offer(tx, seat.id)
        if offer is not None:
            withdraw_offer(tx, circle, seat, offer)


def show_circles(tx: Tx, household_id: int) -> None:
    """Bring the circles of a family that agrees again back into sight."""
    for circle in _lock_circles(tx, household_id, Circle.hidden_at.is_not(None)):
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
