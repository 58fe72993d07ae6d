"""Ending a circle: its seats end with it, offers and the waiting list too, and everybody is told."""

from charity.adapters.db import Tx
from charity.domain.circle_states import HELD, CircleAct, SeatState
from charity.domain.entry_values import JSON
from charity.ledger.seating import end_seat
from charity.models.circle_rows import list_seats, list_waiting
from charity.models.circles import Circle, Seat
from charity.services.circles.ground import move_circle, tell_one

_KINDS = {CircleAct.END: "circle.ended", CircleAct.REFUSE: "circle.refused"}


def end_circle(tx: Tx, circle: Circle, act: CircleAct, *, reason: str, told: str = "seat-ended") -> list[Seat]:
    """Bring a circle to its end and give the seats that were held; gifts on their way run on."""
    held = list_seats(tx, circle.id, HELD)
    standing = list_seats(tx, circle.id, frozenset(SeatState) - {SeatState.ENDED})
    circle.ended_at = tx.now
    facts: dict[str, JSON] = {"by_clock": act is CircleAct.END}
    if reason:
        facts["reason"] = reason
    move_circle(tx, circle, act, _KINDS[act], facts)
    for seat in standing:
        end_seat(tx, circle, seat, reason=reason, by_clock=act is CircleAct.END)
    for place in list_waiting(tx, circle.id):
        place.left_at = tx.now
        tell_one(tx, circle, place.account_id, "seat-waiting-ended")
    for seat in held:
        if seat.account_id is not None:
            tell_one(tx, circle, seat.account_id, told)
    tx.session.flush()
    return held
