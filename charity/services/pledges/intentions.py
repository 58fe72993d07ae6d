"""The pool of intentions: leaving one, answering what it is offered, and what the matcher and the clock do.

An offer reserves nothing. Accepting it is a claim by the very service of claims; where somebody else was quicker, the
next fitting wish is offered in the same breath.
"""

from dataclasses import replace

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted, SignInNeeded
from charity.domain.intentions import LASTS, Intention, IntentionState, after_silence, is_over, looks_again, may_leave
from charity.domain.interests import kinds_offered
from charity.domain.offers import OfferAct, OfferState, expires_at, next_state
from charity.models import intending as pool
from charity.models.acts import act
from charity.models.catalogue import list_present
from charity.models.fitting import Fitting, find_fitting
from charity.models.intending import IntentOfferRow, IntentRow
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.reclocking_intentions import next_reminder_of, reclock_intention_offer
from charity.models.regions import Region
from charity.models.sides import lock_account
from charity.services.pledges.claim import Claimed, make_claim
from charity.services.pledges.reminding import told_time, which_notice

GONE = "wish-taken-meanwhile"
WISH_GONE = frozenset({"units-gone", "wish-not-open", "wish-taken-down", GONE})


@act
def leave(tx: Tx, actor: Actor, *, intention: Intention) -> str:
    """Leave an intention: from now on fitting wishes are offered; gives its reference."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if not actor.verified:
        raise CapReached("verify-first")
    lock_account(tx, actor.account_id)
    offered = kinds_offered(list_present(tx.session))
    may_leave(intention, offered=offered, today=day_of(tx.now), open_now=pool.count_open(tx, actor.account_id))
    if intention.region and tx.session.get(Region, intention.region) is None:
        raise Invalid("region-unknown", field="region")
    return pool.add_intent(tx, actor.account_id, intention)


@act
def withdraw(tx: Tx, actor: Actor, intention_ref: str) -> None:
    """Take an intention back, with what it is offered just now."""
    if not actor.is_signed_in:
        raise SignInNeeded
    asked = pool.lock_intent_by_ref(tx, intention_ref)
    if asked is None or asked.account_id != actor.account_id:
        raise Missing
    _must_be_open(asked)
    pool.end_intent(tx, asked.id, IntentionState.WITHDRAWN)
    offer = pool.find_open_offer_of(tx, asked.id)
    if offer is not None:
        pool.settle_intent_offer(tx, offer.id, OfferState.ENDED)


def accept(actor: Actor, offer_ref: str, *, display: str = "nickname") -> Claimed:
    """Claim what is offered. Where it is gone, the refusal says so and the next fitting wish is offered at once."""
    try:
        return _accept(actor, offer_ref, display=display)
    except (Conflict, NotPermitted) as refused:
        if isinstance(refused, CapReached) or (isinstance(refused, Conflict) and refused.code not in WISH_GONE):
            raise
        _pass_by(replace(actor, once=None), offer_ref)
        raise Conflict(GONE) from refused


@act
def _accept(tx: Tx, actor: Actor, offer_ref: str, *, display: str) -> Claimed:
    offer = _own_offer(tx, actor, offer_ref)
    next_state(OfferState(offer.state), OfferAct.ACCEPT)
    if offer.act_by is not None and offer.act_by < tx.now:
        raise Conflict("offer-not-open", params={"state": "expired"})
    try:
        claimed = make_claim(tx, actor, offer.wish_ref, units=offer.units, display=display)
    except Missing:  # taken out of sight meanwhile
        raise Conflict(GONE) from None
    if not pool.use_units(tx, offer.intention_id, offer.units):
        raise Conflict("intention-not-open")
    if not pool.settle_intent_offer(tx, offer.id, OfferState.ACCEPTED):
        raise Conflict("offer-not-open", params={"state": "settled"})
    return claimed


@act
def _pass_by(tx: Tx, actor: Actor, offer_ref: str) -> None:
    """Let go of an offer whose wish is gone, and look for the next."""
    offer = _own_offer(tx, actor, offer_ref)
    asked = pool.lock_intent(tx, offer.intention_id)
    if asked is not None and pool.settle_intent_offer(tx, offer.id, OfferState.ENDED):
        _offer_next(tx, asked)


@act
def decline(tx: Tx, actor: Actor, offer_ref: str) -> None:
    """Say no to an offer; it costs nothing, and the same wish is not offered to the same donor again."""
    offer = _own_offer(tx, actor, offer_ref)
    pool.lock_intent(tx, offer.intention_id)
    after = next_state(OfferState(offer.state), OfferAct.DECLINE)
    if not pool.settle_intent_offer(tx, offer.id, after):
        raise Conflict("offer-not-open", params={"state": "settled"})
    pool.look_again(tx, offer.intention_id, tx.now)


@act
def look(tx: Tx, actor: Actor, intention_ref: str) -> bool:
    """Offer an intention the least served wish that fits; False when there was nothing to do or nothing fitted."""
    del actor
    asked = pool.lock_intent_by_ref(tx, intention_ref)
    if asked is None or asked.look_at is None or asked.look_at > tx.now:
        return False  # another worker was here
    return _offer_next(tx, asked)


def _offer_next(tx: Tx, asked: IntentRow) -> bool:
    if asked.state != IntentionState.OPEN or asked.units_left < 1:
        return False
    if is_over(asked.until, day_of(tx.now)):
        _end(tx, asked, IntentionState.EXPIRED)
        return False
    wish = find_fitting(tx, asked)
    if wish is None:
        pool.look_again(tx, asked.id, looks_again(tx.now), unanswered=asked.unanswered)
        return False
    make_offer(tx, asked, wish, units=min(asked.units_left, wish.free))
    return True


def make_offer(tx: Tx, asked: IntentRow, wish: Fitting, *, units: int) -> None:
    """Offer an intention, which is locked and has no offer, a wish that fits."""
    due = expires_at(tx.now, list_pauses(tx.session, wish.region_code, since=tx.now), lasts=LASTS)
    pool.add_intent_offer(tx, asked, wish_id=wish.id, units=units, due=due, remind_at=tx.now)


def _end(tx: Tx, asked: IntentRow, state: IntentionState) -> None:
    pool.end_intent(tx, asked.id, state)
    kind = "intention-expired" if state is IntentionState.EXPIRED else "intention-unanswered"
    notify(tx, account_id=asked.account_id, kind=kind, params={"intention": asked.ref})


@act
def offer_due(tx: Tx, actor: Actor, offer_ref: str) -> bool:
    """Let an offer run out that nobody answered; after some in a row the intention ends too."""
    del actor
    offer = _locked(tx, offer_ref)
    if offer is None or offer.act_by is None or offer.act_by > tx.now or reclock_intention_offer(tx, offer) > tx.now:
        return False
    asked = pool.lock_intent(tx, offer.intention_id)
    if asked is None or not pool.settle_intent_offer(tx, offer.id, OfferState.EXPIRED):
        return False
    unanswered = asked.unanswered + 1
    pool.look_again(tx, asked.id, tx.now, unanswered=unanswered)
    if after_silence(unanswered) is not IntentionState.OPEN:
        _end(tx, asked, IntentionState.UNANSWERED)
    return True


@act
def offer_gone(tx: Tx, actor: Actor, offer_ref: str) -> bool:
    """Let go of an offer whose wish has left the wall meanwhile, and look for the next."""
    del actor
    offer = _locked(tx, offer_ref)
    if offer is None or offer.is_open:
        return False
    asked = pool.lock_intent(tx, offer.intention_id)
    if asked is None or not pool.settle_intent_offer(tx, offer.id, OfferState.ENDED):
        return False
    _offer_next(tx, asked)
    return True


@act
def offer_reminder(tx: Tx, actor: Actor, offer_ref: str) -> bool:
    """Tell a donor of the offer that waits for his answer, and set the next moment to do so."""
    del actor
    offer = _locked(tx, offer_ref)
    if offer is None or offer.act_by is None:
        return False
    if offer.is_open:
        params = {
            "offer": offer.ref,
            "title": offer.title,
            "units": offer.units,
            "until": told_time(offer.act_by),
            "moment": which_notice(offer.made_at, offer.act_by, tx.now),
        }
        notify(tx, account_id=offer.account_id, kind="due-intention-offer", params=params)
    pool.set_intent_offer_clock(tx, offer.id, due=offer.act_by, remind_at=next_reminder_of(tx, offer, offer.act_by))
    return True


@act
def over(tx: Tx, actor: Actor, intention_ref: str) -> bool:
    """End an intention whose last day has gone by; an offer made before then may still be answered."""
    del actor
    asked = pool.lock_intent_by_ref(tx, intention_ref)
    if asked is None or asked.state != IntentionState.OPEN or not is_over(asked.until, day_of(tx.now)):
        return False
    if pool.find_open_offer_of(tx, asked.id) is not None:
        return False
    _end(tx, asked, IntentionState.EXPIRED)
    return True


def _locked(tx: Tx, offer_ref: str) -> IntentOfferRow | None:
    """Read an open offer under the lock of its intention."""
    offer = pool.find_intent_offer(tx, offer_ref)
    if offer is None or offer.state != OfferState.OPEN:
        return None
    pool.lock_intent(tx, offer.intention_id)
    again = pool.find_intent_offer(tx, offer_ref)
    return again if again is not None and again.state == OfferState.OPEN else None


def _own_offer(tx: Tx, actor: Actor, offer_ref: str) -> IntentOfferRow:
    if not actor.is_signed_in:
        raise SignInNeeded
    offer = pool.find_intent_offer(tx, offer_ref)
    if offer is None or offer.account_id != actor.account_id:
        raise Missing
    return offer


def _must_be_open(asked: IntentRow) -> None:
    if asked.state != IntentionState.OPEN:
        raise Conflict("intention-not-open", params={"state": asked.state})
