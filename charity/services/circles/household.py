"""The family's word: it may refuse a circle or a person without a reason, and says whether it wants another term."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.circle_states import JOINABLE, CircleAct, CircleState, SeatState
from charity.domain.errors import Conflict, Missing
from charity.domain.permissions import is_allowed, may
from charity.domain.sides import Side
from charity.ledger.seating import end_seat, release_unsent
from charity.models.acts import act
from charity.models.circle_rows import list_waiting, lock_members
from charity.models.circles import Circle, CircleRefusal, Seat
from charity.models.sides import lock_account
from charity.services.circles.ending import end_circle
from charity.services.circles.ground import lock_circle, take_side, tell_one
from charity.services.circles.propose import is_agreed_to


@act
def refuse_circle(tx: Tx, actor: Actor, circle_ref: str) -> None:
    """Record that the family does not want its circle (any more); nobody asks why. Gifts on their way finish."""
    circle = _get_to_record(tx, actor, circle_ref)
    tx.session.add(_refusal(tx, actor, circle, None))
    seats = end_circle(tx, circle, CircleAct.REFUSE, reason="")
    for seat in seats:
        release_unsent(tx, seat)


@act
def refuse_person(tx: Tx, actor: Actor, circle_ref: str, seat_ref: str) -> None:
    """Record that the family does not want this person, nor his group: the seat ends at once, he is told neutrally.

    They may never sit or be matched with this family again; no reason is asked, kept or told.
    """
    circle = _get_to_record(tx, actor, circle_ref)
    seat = tx.session.scalars(
        select(Seat).where(Seat.ref == seat_ref, Seat.circle_id == circle.id).execution_options(populate_existing=True)
    ).one_or_none()
    if seat is None or seat.account_id is None or seat.state == SeatState.ENDED.value:
        raise Missing
    account_id = seat.account_id
    tx.session.add(_refusal(tx, actor, circle, account_id, group_id=seat.group_id))
    for place in list_waiting(tx, circle.id):
        if place.account_id == account_id:
            place.left_at = tx.now
    end_seat(tx, circle, seat, reason="")
    release_unsent(tx, seat)
    tell_one(tx, circle, account_id, "seat-ended")


@act
def record_renewal(tx: Tx, actor: Actor, circle_ref: str, *, agrees: bool) -> None:
    """Record what the family said about another term, as it was asked by the volunteer or the township.

    A yes stands on the yes to a circle, and is never recorded by who looked at the template for that term.
    """
    circle = _get_to_record(tx, actor, circle_ref)
    if circle.renewal_asked_at is None or circle.state != CircleState.RUNNING.value:
        raise Conflict("not-in-this-state", params={"state": circle.state, "act": CircleAct.RENEW.value})
    if agrees and not is_agreed_to(tx, circle):
        raise Conflict("circle-consent-missing")
    if agrees and circle.reviewed_term > circle.term and circle.reviewer_id == actor.account_id:
        raise Conflict("recorder-reviews")
    circle.household_agrees, circle.agreed_by_id = agrees, actor.account_id


def _get_to_record(tx: Tx, actor: Actor, ref: str) -> Circle:
    lock_members(tx, ref)
    lock_account(tx, actor.account_id)
    circle = lock_circle(tx, ref)
    may(actor, "circle.record", circle.region_code)
    if CircleState(circle.state) not in JOINABLE | {CircleState.PROPOSED}:
        raise Conflict("not-in-this-state", params={"state": circle.state, "act": "record"})
    side = Side.FIELD if is_allowed(actor, "household.register", circle.region_code) else Side.TOWNSHIP
    take_side(tx, actor, circle, side)
    return circle


def _refusal(
    tx: Tx, actor: Actor, circle: Circle, account_id: int | None, *, group_id: int | None = None
) -> CircleRefusal:
    return CircleRefusal(
        household_id=circle.household_id,
        account_id=account_id,
        group_id=group_id,
        recorded_by_id=actor.account_id,
        recorded_at=tx.now,
    )
