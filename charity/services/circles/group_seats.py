"""Seats of groups: taken by the adult who answers for the group, and passed on or left when that adult changes."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.boards import Display
from charity.domain.circle_states import SeatState
from charity.domain.errors import Conflict, NotPermitted, Refused
from charity.domain.sides import Side
from charity.ledger.seating import write_seat
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.circle_rows import find_own_seat
from charity.models.circles import Circle, Seat
from charity.models.group_rows import (
    find_group,
    find_member,
    find_ready_deputy,
    forget_young,
    has_seat_of_group,
    is_group_refused,
    is_unusable,
    let_member_go,
    list_answering,
    list_member_ids,
    list_seats_of_group,
)
from charity.models.groups import Group
from charity.models.outbox import notify
from charity.models.sides import lock_accounts, record_side
from charity.services.circles.ground import ask_newcomer, lock_circle, tell_one
from charity.services.circles.groups import get_founded, signed_in
from charity.services.circles.hours import may_seat_group
from charity.services.circles.seats import get_joinable, give_notice, may_belong, may_sit, sit_down


@act
def take(tx: Tx, actor: Actor, circle_ref: str, group_ref: str, *, display: str = "nickname") -> str:
    """Take an open place for a group, bound oneself by its promise; gives the seat's reference.

    Nobody of the group may belong to the family or be unwanted there; the answer does not say who it is.
    """
    lock_accounts(tx, {actor.account_id, *list_member_ids(tx, group_ref)})
    signed_in(tx, actor)
    group = get_founded(tx, actor, group_ref)
    circle = get_joinable(tx, actor, circle_ref, display)
    may_seat_group(tx, circle)
    members = list_member_ids(tx, group_ref)
    if is_group_refused(tx, circle.household_id, group.id) or not all(may_belong(tx, who, circle) for who in members):
        raise NotPermitted("seat-not-possible")
    if has_seat_of_group(tx, circle.id, group.id):
        raise Conflict("seated-already")
    seat = sit_down(tx, actor, circle, display, group_id=group.id)
    for who in members:
        record_side(tx, who, f"h{circle.household_id}", Side.GIVING)
    return seat


@act
def hand_over(tx: Tx, actor: Actor, group_ref: str) -> None:
    """Let the deputy answer for the group from now on; its seats go with it."""
    _lock_answering(tx, actor, group_ref)
    group = get_founded(tx, actor, group_ref)
    deputy = find_ready_deputy(tx, group.id)
    if deputy is None:
        raise Conflict("group-no-deputy")
    _pass_on(tx, group, deputy)


@act
def dissolve(tx: Tx, actor: Actor, group_ref: str) -> None:
    """End a group; its seats take notice as every seat that is left does."""
    _lock_answering(tx, actor, group_ref)
    _dissolve(tx, get_founded(tx, actor, group_ref))


@act
def settle(tx: Tx, actor: Actor, group_ref: str) -> bool:
    """Let the deputy take over where the founder's account is gone; without one, a closed account ends the group."""
    del actor
    lock_accounts(tx, list_answering(tx, group_ref))
    group = find_group(tx, group_ref)
    if group is None or not is_unusable(tx, group.founder_id):
        return False
    gone, deputy = group.founder_id, find_ready_deputy(tx, group.id)
    if deputy is None:
        is_closed = tx.session.get_one(Account, gone, populate_existing=True).closed_at is not None
        if is_closed:  # a disabled one may come back
            _dissolve(tx, group)
        return is_closed
    _pass_on(tx, group, deputy)
    left = find_member(tx, group.id, gone)
    if left is not None:
        let_member_go(tx, group, left)
    return True


def _lock_answering(tx: Tx, actor: Actor, group_ref: str) -> None:
    lock_accounts(tx, {actor.account_id, *list_answering(tx, group_ref)})
    signed_in(tx, actor)


def _pass_on(tx: Tx, group: Group, deputy: int) -> None:
    """Bring the group and its seats to the deputy; a seat he may not hold takes notice with whoever held it."""
    for circle, seat in _list_held(tx, group):
        if _may_take_over(tx, group, deputy, circle):
            seat.account_id, seat.renews = deputy, None
            if seat.display == Display.NAME:  # that was the founder's to give
                seat.display = Display.NICKNAME.value
            write_seat(tx, circle, seat, "seat.moved")
            record_side(tx, deputy, f"h{circle.household_id}", Side.GIVING)
            tell_one(tx, circle, deputy, "group-seat-yours")
            if seat.state != SeatState.LEAVING.value:
                ask_newcomer(tx, circle, seat)
        else:
            _let_seat_go(tx, circle, seat)
    group.founder_id, group.deputy_id, group.deputy_agreed_at = deputy, None, None
    tx.session.flush()
    notify(tx, account_id=deputy, kind="group-yours", params={"group": group.ref, "alias": group.name})


def _may_take_over(tx: Tx, group: Group, deputy: int, circle: Circle) -> bool:
    if find_own_seat(tx, circle.id, deputy) is not None or is_group_refused(tx, circle.household_id, group.id):
        return False
    try:
        may_sit(tx, deputy, circle)
    except Refused:
        return False
    return True


def _dissolve(tx: Tx, group: Group) -> None:
    for circle, seat in _list_held(tx, group):
        _let_seat_go(tx, circle, seat)
    forget_young(tx, group.id)
    for account_id in list_member_ids(tx, group.ref):
        member = find_member(tx, group.id, account_id)
        if member is not None:
            let_member_go(tx, group, member)
        if account_id != group.founder_id:
            notify(tx, account_id=account_id, kind="group-dissolved", params={"alias": group.name})
    group.deputy_id = group.deputy_agreed_at = group.code_digest = group.code_expires_at = None
    group.dissolved_at = tx.now
    tx.session.flush()


def _list_held(tx: Tx, group: Group) -> list[tuple[Circle, Seat]]:
    """Lock the circles in which the group sits, in one order, and give its seats that still stand."""
    found: list[tuple[Circle, Seat]] = []
    for circle_ref, seat_id in list_seats_of_group(tx, group.id):
        circle = lock_circle(tx, circle_ref)
        seat = tx.session.get_one(Seat, seat_id, populate_existing=True)
        if seat.state != SeatState.ENDED.value:
            found.append((circle, seat))
    return found


def _let_seat_go(tx: Tx, circle: Circle, seat: Seat) -> None:
    if seat.state != SeatState.LEAVING.value:
        give_notice(tx, circle, seat)
