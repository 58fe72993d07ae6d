"""A donor's side of a circle: taking a place, waiting for one, answering an offer, leaving with notice, going on."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.boards import Display, is_self_dealing
from charity.domain.calendar import day_of
from charity.domain.circle_states import JOINABLE, CircleState, SeatAct, SeatState
from charity.domain.circles import follows_on, leaves_on
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted, Refused, SignInNeeded
from charity.domain.limits import may_take_seat
from charity.domain.offers import OfferAct, OfferState, next_state
from charity.domain.organisations import may_sit_as
from charity.domain.sides import Side, may_act_on_side
from charity.ledger.seating import add_seat, end_seat, free_seat, move_seat, offer_seats, settle_offer
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.board_lines import list_digests, list_roles
from charity.models.circle_rows import (
    alias_of,
    count_held,
    find_acting_seat,
    find_offer,
    find_open_offer,
    find_own_seat,
    find_place,
    is_refused,
    list_seats,
)
from charity.models.circles import Circle, Seat, SeatOffer, SeatPlace
from charity.models.organisation_rows import find_state
from charity.models.outbox import notify
from charity.models.sides import list_stands, lock_account, record_side
from charity.services.circles.ground import (
    lock_circle,
    settle_in,
    tell_township,
)
from charity.services.circles.hours import may_give_hours


@act
def join(tx: Tx, actor: Actor, circle_ref: str, *, display: str = "nickname") -> str:
    """Take an open place of a circle and give the seat's reference; 409 `circle-full` when there is none."""
    return sit_down(tx, actor, get_joinable(tx, actor, circle_ref, display), display)


def sit_down(tx: Tx, actor: Actor, circle: Circle, display: str, *, group_id: int | None = None) -> str:
    """Give the first open place of a locked circle to somebody who may sit there, or through him to a group."""
    if find_own_seat(tx, circle.id, actor.account_id) is not None:
        raise Conflict("seated-already")
    may_hold_more(tx, actor.account_id, for_group=group_id is not None)
    is_open = list_seats(tx, circle.id, {SeatState.OPEN})
    if not is_open:
        raise Conflict("circle-full")
    seat = is_open[0]
    with tx.session.no_autoflush:  # an open place has no account: both change in one statement
        seat.account_id, seat.group_id = actor.account_id, group_id
        seat.display, seat.accepted_at = display, tx.now
        move_seat(tx, circle, seat, SeatAct.TAKE, "circle.joined")
    _record_givers(tx, actor, circle)
    settle_in(tx, circle, seat)
    return seat.ref


@act
def wait(tx: Tx, actor: Actor, circle_ref: str, *, display: str = "nickname") -> None:
    """Wait for a seat of a full circle."""
    queue_up(tx, actor, get_joinable(tx, actor, circle_ref, display), display)


def queue_up(tx: Tx, actor: Actor, circle: Circle, display: str) -> None:
    """Put somebody who may sit there onto the waiting list of a locked circle."""
    if find_own_seat(tx, circle.id, actor.account_id) is not None:
        raise Conflict("seated-already")
    if find_place(tx, circle.id, actor.account_id) is not None:
        raise Conflict("queued-already")
    may_hold_more(tx, actor.account_id)
    if list_seats(tx, circle.id, {SeatState.OPEN}):
        raise Conflict("seats-are-free")
    place = SeatPlace(circle_id=circle.id, account_id=actor.account_id, display=display, joined_at=tx.now)
    tx.session.add(place)


@act
def stop_waiting(tx: Tx, actor: Actor, circle_ref: str) -> None:
    """Leave the waiting list; an open offer is declined with it."""
    _signed_in(tx, actor)
    circle = lock_circle(tx, circle_ref)
    place = find_place(tx, circle.id, actor.account_id)
    if place is None:
        raise Missing
    seat = find_own_seat(tx, circle.id, actor.account_id)
    offer = None if seat is None else find_open_offer(tx, seat.id)
    if seat is not None and offer is not None:
        give_up(tx, circle, seat, offer, OfferAct.DECLINE)
    place.left_at = tx.now


@act
def accept(tx: Tx, actor: Actor, offer_ref: str, *, display: str | None = None) -> str:
    """Take the seat that is offered and give its reference; a limit that stands in the way leaves the offer open.

    Without a display it stays as chosen for the waiting list, or the nickname.
    """
    _may_be_called(display or Display.NICKNAME)
    circle, seat, offer = _get_own_offer(tx, actor, offer_ref)
    next_state(OfferState(offer.state), OfferAct.ACCEPT)
    if offer.act_by is not None and offer.act_by < tx.now:
        raise Conflict("offer-not-open", params={"state": "expired"})
    _takes_donors(circle)
    may_sit(tx, actor.account_id, circle)
    _may_stand_behind(tx, actor, circle)
    may_hold_more(tx, actor.account_id)
    seat.accepted_at, seat.display = tx.now, display or seat.display
    settle_offer(tx, offer, OfferState.ACCEPTED.value)
    move_seat(tx, circle, seat, SeatAct.ACCEPT, "circle.joined")
    _record_givers(tx, actor, circle)
    settle_in(tx, circle, seat)
    return seat.ref


@act
def decline(tx: Tx, actor: Actor, offer_ref: str) -> None:
    """Give an offered seat up; it goes to the next who waits. This costs nothing."""
    circle, seat, offer = _get_own_offer(tx, actor, offer_ref)
    give_up(tx, circle, seat, offer, OfferAct.DECLINE)


@act
def leave(tx: Tx, actor: Actor, circle_ref: str) -> str | None:
    """Give notice: the last day of the seat (None when it ends at once, before anything began).

    The place is passed on at once, so that the family need not miss a month.
    """
    _signed_in(tx, actor)
    circle = lock_circle(tx, circle_ref)
    seat = find_acting_seat(tx, circle.id, actor.account_id)
    if seat is None or seat.state == SeatState.OFFERED.value:
        raise Missing
    return give_notice(tx, circle, seat)


def give_notice(tx: Tx, circle: Circle, seat: Seat) -> str | None:
    """Let a seat be left and its place be passed on; its last day, None when it ends at once."""
    if seat.state == SeatState.ACCEPTED.value:
        end_seat(tx, circle, seat, reason="left")
        return None
    last = leaves_on(day_of(tx.now))
    seat.leaves_on = last
    move_seat(tx, circle, seat, SeatAct.LEAVE, "circle.left", {"until": last.isoformat()})
    add_seat(tx, circle, seat.number, since=follows_on(last))
    offer_seats(tx, circle)
    tell_township(tx, circle, "circle-member-leaves")
    return last.isoformat()


@act
def renew(tx: Tx, actor: Actor, circle_ref: str, *, agrees: bool) -> None:
    """Say whether one's own seat goes on for another term."""
    _signed_in(tx, actor)
    circle = lock_circle(tx, circle_ref)
    seat = find_acting_seat(tx, circle.id, actor.account_id)
    if seat is None or seat.state == SeatState.OFFERED.value:
        raise Missing
    if circle.renewal_asked_at is None or seat.state == SeatState.LEAVING.value:
        raise Conflict("not-in-this-state", params={"state": seat.state, "act": "renew"})
    seat.renews = agrees


def give_up(tx: Tx, circle: Circle, seat: Seat, offer: SeatOffer, how: OfferAct) -> None:
    """End an offer without a donor, and pass the seat on along the waiting list."""
    after = next_state(OfferState(offer.state), how)
    settle_offer(tx, offer, after.value)
    free_seat(tx, circle, seat, reason=after.value, by_clock=how is OfferAct.EXPIRE)
    if how is OfferAct.EXPIRE:
        params = {"circle": circle.ref, "alias": alias_of(tx, circle.household_id)}
        notify(tx, account_id=offer.account_id, kind="seat-offer-expired", params=params)


def _signed_in(tx: Tx, actor: Actor) -> None:
    if not actor.is_signed_in:
        raise SignInNeeded
    lock_account(tx, actor.account_id)


def get_joinable(tx: Tx, actor: Actor, ref: str, display: str) -> Circle:
    """Lock a circle in which the actor may sit; Missing while it is not public."""
    may_join(tx, actor, display)
    return lock_joinable(tx, actor, ref)


def may_join(tx: Tx, actor: Actor, display: str) -> None:
    """Lock the account of somebody who wants a seat under a certain name."""
    _signed_in(tx, actor)
    _may_be_called(display)


def _may_be_called(display: str) -> None:
    if display not in list(Display):
        raise Invalid("display-unknown", field="display")


def lock_joinable(tx: Tx, actor: Actor, ref: str) -> Circle:
    """Load a circle that takes donors, and this one, for changing it."""
    circle = lock_circle(tx, ref)
    _takes_donors(circle)
    may_sit(tx, actor.account_id, circle)
    _may_stand_behind(tx, actor, circle)
    return circle


def _takes_donors(circle: Circle) -> None:
    """Refuse a seat where nobody takes one; a circle its family lets nobody see looks missing."""
    if circle.hidden_at is not None or circle.state == CircleState.PROPOSED.value:
        raise Missing
    if CircleState(circle.state) not in JOINABLE:
        raise Conflict("circle-not-open")


def may_sit(tx: Tx, account_id: int, circle: Circle) -> None:
    """Refuse whoever may not give here; why, is not said where it would tell what the family wants.

    What is said here of a pair stands in three questions, too: of many circles for one donor (`opening_joins`), of all
    pairs of a night (`queries/matching/night.py`) and of wishes (`fitting`); a test holds them against each other.
    """
    account = tx.session.execute(
        select(
            Account.email_verified_at,
            Account.phone_verified_at,
            Account.cooling_until,
            Account.closed_at,
            Account.disabled_at,
            Account.kind,
        ).where(Account.id == account_id)
    ).one()
    if account.closed_at is not None or account.disabled_at is not None:
        raise SignInNeeded
    if account.email_verified_at is None and account.phone_verified_at is None:
        raise CapReached("verify-first")
    if account.cooling_until is not None and account.cooling_until > tx.now:
        raise CapReached("cooling", params={"until": account.cooling_until.isoformat()})
    if account.kind == AccountKind.ORGANISATION.value:
        may_sit_as(find_state(tx, account_id))
    may_act_on_side(list_stands(tx, account_id, f"h{circle.household_id}"), Side.GIVING, now=tx.now)
    if _is_unwanted(tx, account_id, circle):
        raise NotPermitted("seat-not-possible")
    may_give_hours(tx, account_id, circle)


def _may_stand_behind(tx: Tx, actor: Actor, circle: Circle) -> None:
    """Refuse a seat in an organisation's name to an officer who could not take it himself: he stands where it does."""
    if actor.officer_id is not None and not may_belong(tx, actor.officer_id, circle):
        raise NotPermitted("seat-not-possible")


def _record_givers(tx: Tx, actor: Actor, circle: Circle) -> None:
    """Write down that whoever sits, and the officer behind an organisation, gives to a circle's family now."""
    for account_id in {actor.account_id, actor.officer_id or actor.account_id}:
        record_side(tx, account_id, f"h{circle.household_id}", Side.GIVING)


def may_hold_more(tx: Tx, account_id: int, *, for_group: bool = False) -> None:
    """Refuse one more seat to a locked account that holds as many as it may."""
    kind = AccountKind(tx.session.execute(select(Account.kind).where(Account.id == account_id)).scalar_one())
    may_take_seat(count_held(tx, account_id, for_group=for_group), kind, for_group=for_group)


def may_belong(tx: Tx, account_id: int, circle: Circle) -> bool:
    """Say whether somebody may belong to a group that accompanies a family: no kin, on no other side, not unwanted."""
    try:
        may_act_on_side(list_stands(tx, account_id, f"h{circle.household_id}"), Side.GIVING, now=tx.now)
    except Refused:
        return False
    return not _is_unwanted(tx, account_id, circle)


def _is_unwanted(tx: Tx, account_id: int, circle: Circle) -> bool:
    donor, members = list_digests(tx, account_id, circle.household_id)
    is_own = is_self_dealing(
        donor_digests=donor,
        member_digests=members,
        donor_roles_in=list_roles(tx, account_id),
        village=circle.region_code,
    )
    return is_own or is_refused(tx, circle.household_id, account_id)


def _get_own_offer(tx: Tx, actor: Actor, ref: str) -> tuple[Circle, Seat, SeatOffer]:
    """Read the actor's own offer with its circle locked; anybody else's looks missing."""
    _signed_in(tx, actor)
    found = find_offer(tx, ref)
    if found is None or found[0].account_id != actor.account_id:
        raise Missing
    return get_offered(tx, ref, found[1])


def get_offered(tx: Tx, ref: str, circle_ref: str) -> tuple[Circle, Seat, SeatOffer]:
    """Read an offer and its seat as they are once the circle is locked."""
    circle = lock_circle(tx, circle_ref)
    again = find_offer(tx, ref)
    if again is None:
        raise Missing
    offer = again[0]
    return circle, tx.session.get_one(Seat, offer.seat_id, populate_existing=True), offer
