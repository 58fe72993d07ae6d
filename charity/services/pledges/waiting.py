"""The waiting list: joining and leaving it, accepting and declining what it offers."""

from sqlalchemy import exc, insert, select

from charity import ledger
from charity.adapters.db import Tx, violated
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Missing, SignInNeeded
from charity.domain.kinds import Kind
from charity.domain.offers import OfferAct, OfferState, may_queue, next_state
from charity.domain.sides import Side, may_act_on_side
from charity.domain.wishes import PUBLIC, WishState, takes_claims
from charity.ledger.offering import offer_freed
from charity.models.acts import act
from charity.models.outbox import notify
from charity.models.queueing import OfferRow, find_offer, find_offer_of_place, leave_place, settle_offer
from charity.models.sides import list_stands
from charity.models.units import change_wish
from charity.models.waiting import QueuePlace
from charity.models.wish_rows import WishRow, find_wish_row
from charity.services.pledges.claim import Claimed, make_claim
from charity.services.pledges.receivers import may_give_money
from charity.services.pledges.service import may_give_hours


@act
def join(tx: Tx, actor: Actor, wish_ref: str, *, units: int = 1) -> None:
    """Wait for units of a wish that is full."""
    if not actor.is_signed_in:
        raise SignInNeeded
    found = find_wish_row(tx.session, wish_ref)
    if found is None or found.hidden_at is not None or WishState(found.state) not in PUBLIC:
        raise Missing
    if found.circle_id is not None:
        raise Conflict("wish-of-circle")
    may_act_on_side(list_stands(tx, actor.account_id, found.beneficiary), Side.GIVING, now=tx.now)
    if found.kind == Kind.MONEY:
        may_give_money(tx, found.id, actor)
    if found.kind == Kind.SERVICE:
        _may_give_hours(tx, actor, found)
    wish = change_wish(tx, found.id)  # locks it: nobody frees units between the look and the place
    if wish is None or not takes_claims(WishState(wish.state)):
        raise Conflict("wish-not-open")
    may_queue(units=units, wanted=wish.wanted, left=wish.left)
    try:
        tx.session.execute(
            insert(QueuePlace).values(wish_id=found.id, account_id=actor.account_id, units=units, joined_at=tx.now)
        )
    except exc.IntegrityError as error:
        if "queue_places" in violated(error) or "queue_places" in str(error.orig):
            raise Conflict("queued-already") from None
        raise


def _may_give_hours(tx: Tx, actor: Actor, wish: WishRow) -> None:
    """Let nobody wait for hours he could not claim: the offer would go round by those who may not take it."""
    kind = actor.kind.value
    may_give_hours(tx, wish.id, wish.region_code, account_id=actor.account_id, account_kind=kind, day=day_of(tx.now))


@act
def leave(tx: Tx, actor: Actor, wish_ref: str) -> None:
    """Leave the waiting list; an open offer is declined with it."""
    if not actor.is_signed_in:
        raise SignInNeeded
    wish = find_wish_row(tx.session, wish_ref)
    if wish is None:
        raise Missing
    place_id = tx.session.execute(
        select(QueuePlace.id).where(
            QueuePlace.wish_id == wish.id,
            QueuePlace.account_id == actor.account_id,
            QueuePlace.left_at.is_(None),
        )
    ).scalar_one_or_none()
    if place_id is None:
        raise Missing
    offer = find_offer_of_place(tx, place_id)
    if offer is not None:
        give_back(tx, offer, OfferAct.DECLINE)
    else:
        leave_place(tx, place_id)


@act
def accept(tx: Tx, actor: Actor, offer_ref: str, *, display: str = "nickname") -> Claimed:
    """Take what is offered: reserved units become committed in one transaction; a full cap leaves the offer open."""
    offer = get_own_offer(tx, actor, offer_ref)
    next_state(OfferState(offer.state), OfferAct.ACCEPT)
    if offer.act_by is not None and offer.act_by < tx.now:
        raise Conflict("offer-not-open", params={"state": "expired"})
    claimed = make_claim(tx, actor, offer.wish_ref, units=offer.units, display=display, offer_ref=offer.ref)
    if not settle_offer(tx, offer.id, state=OfferState.ACCEPTED.value):
        raise Conflict("offer-not-open", params={"state": "settled"})
    leave_place(tx, offer.place_id)
    subjects = {"wish": offer.wish_ref, "offer": offer.ref, "pledge": claimed.id}
    ledger.append(tx, EntryKind.OFFER_ACCEPTED, subjects, {"units": offer.units})
    return claimed


@act
def decline(tx: Tx, actor: Actor, offer_ref: str) -> None:
    """Give an offer up; its units go to the next who waits."""
    offer = get_own_offer(tx, actor, offer_ref)
    give_back(tx, offer, OfferAct.DECLINE)


def get_own_offer(tx: Tx, actor: Actor, offer_ref: str) -> OfferRow:
    """Read the actor's own offer; anybody else's looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    offer = find_offer(tx, offer_ref)
    if offer is None or offer.account_id != actor.account_id:
        raise Missing
    return offer


_ENTRIES = {OfferAct.DECLINE: EntryKind.OFFER_DECLINED, OfferAct.EXPIRE: EntryKind.OFFER_EXPIRED}


def give_back(tx: Tx, offer: OfferRow, how: OfferAct) -> None:
    """End an offer without a pledge, and pass its units on along the waiting list."""
    after = next_state(OfferState(offer.state), how)
    change_wish(tx, offer.wish_id, reserved=-offer.units)
    if not settle_offer(tx, offer.id, state=after.value):
        raise Conflict("offer-not-open", params={"state": "settled"})
    leave_place(tx, offer.place_id)
    facts = {"units": offer.units, "by_clock": how is OfferAct.EXPIRE}
    ledger.append(tx, _ENTRIES[how], {"wish": offer.wish_ref, "offer": offer.ref}, facts)
    if how is OfferAct.EXPIRE:
        params = {"wish": offer.wish_ref, "title": offer.title}
        notify(tx, account_id=offer.account_id, kind="offer-expired", params=params)
    offer_freed(tx, offer.wish_id)
