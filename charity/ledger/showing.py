"""Circles that come back into sight when their family agrees again."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.ledger.seating import offer_seats
from charity.models.circle_rows import find_circle
from charity.models.circles import Circle


def show_circles(tx: Tx, household_id: int) -> None:
    """Bring the circles of a family that agrees again back into sight."""
    hidden = select(Circle.ref).where(Circle.household_id == household_id, Circle.hidden_at.is_not(None))
    for ref in tx.session.scalars(hidden.order_by(Circle.ref)).all():
        circle = find_circle(tx, ref)
        if circle is not None:
            show_circle(tx, circle)


def show_circle(tx: Tx, circle: Circle) -> None:
    """Bring a locked circle back into sight; who waits is offered first what became free meanwhile."""
    circle.hidden_at = None
    tx.session.flush()
    offer_seats(tx, circle)
