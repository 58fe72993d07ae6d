"""Statements about letters on their way; no rule."""

from sqlalchemy import ColumnElement, and_, or_, select

from charity.adapters.db import Tx
from charity.domain.circle_states import CircleState
from charity.models.circles import Circle, CircleRefusal, Letter, Seat


def goes_on() -> ColumnElement[bool]:
    """Select letters, joined with their circle and seat, that may go on: the circle is in sight, nobody was refused.

    A seat that ended otherwise, by notice or with its term, keeps the letters that were written in time.
    """
    refused = select(CircleRefusal.id).where(
        CircleRefusal.household_id == Circle.household_id,
        or_(
            CircleRefusal.account_id.in_([Seat.account_id, Letter.writer_id]),
            CircleRefusal.group_id == Seat.group_id,
        ),
    )
    in_sight = (Circle.hidden_at.is_(None), Circle.state != CircleState.REFUSED.value)
    return and_(*in_sight, ~refused.correlate(Circle, Seat, Letter).exists())


def may_go_on(tx: Tx, letter_id: int) -> bool:
    """Say whether a letter may go on, asked with its circle locked."""
    mine = select(Letter.id).join(Circle, Circle.id == Letter.circle_id).join(Seat, Seat.id == Letter.seat_id)
    return tx.session.execute(mine.where(Letter.id == letter_id, goes_on())).first() is not None
