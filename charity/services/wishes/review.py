"""Review: somebody else than the poster looks at the need, the household and the picture before anything is public."""

from collections.abc import Collection

from sqlalchemy import select

from charity.adapters.crypto import unseal_some
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName
from charity.domain.errors import Conflict
from charity.domain.reviews import Decision, may_decide, may_tick, written
from charity.domain.sides import Side, may_review
from charity.domain.wishes import PHOTO_CHECKLIST, WishAct, WishState, may_give_reason
from charity.models.acts import act
from charity.models.doubles import has_same_photo, is_photo_down, list_open_in_family, same_words
from charity.models.wishes import Wish, WishReview, review_place
from charity.services.wishes.beneficiaries import may_publish_about, whose_of
from charity.services.wishes.ground import (
    add_review,
    count_child_year,
    free_limits,
    get_to_review,
    lock_wish,
    may_review_in,
    move,
    start_clock,
    stop_clock,
    take_side,
    tell_poster,
    write_entry,
)
from charity.services.wishes.post import tell_reviewers
from charity.services.wishes.publishing import Overridden, publish
from charity.services.wishes.standing import drop_details, may_stand, shown_of
from charity.services.wishes.terms import may_hand_in


@act
def approve(
    tx: Tx,
    actor: Actor,
    ref: str,
    *,
    checks: Collection[str],
    programme_code: str = "",
    override_reason: str = "",
) -> str:
    """Agree to a wish and give its state: the only or second reviewer publishes it, the first of two hands it on."""
    wish = get_to_review(tx, actor, ref)
    may_review(reviewer=actor.account_id, poster=wish.poster_id, first_reviewer=wish.reviewer_id)
    take_side(tx, actor, wish, Side.TOWNSHIP)
    may_tick(checks, has_photo=wish.photo_id is not None)
    overrides = _may_stand_twice(tx, wish, override_reason)
    if wish.needs_second and wish.reviewer_id is None:
        return _endorse(tx, actor, wish, override_reason)
    _may_show_beneficiary(tx, wish)
    why = Overridden(tuple(overrides), override_reason if overrides else "", _first_reason(tx, wish))
    was = move(wish, WishAct.APPROVE)
    decision = Decision.APPROVE
    if wish.reviewer_id is None:
        wish.reviewer_id = actor.account_id
    else:
        wish.second_reviewer_id, decision = actor.account_id, Decision.SECOND_APPROVE
    add_review(tx, actor, wish, decision.value, override_reason, affirmed=PHOTO_CHECKLIST)
    publish(tx, wish, was, programme_code=programme_code, overridden=why)
    tell_poster(tx, wish, "wish-published")
    return wish.state


def _first_reason(tx: Tx, wish: Wish) -> str:
    """Give why the first of two reviewers let the wish stand beside its double; empty when there was none."""
    asked = select(WishReview.reason_sealed).where(
        WishReview.wish_id == wish.id,
        WishReview.reviewer_id == wish.reviewer_id,
        WishReview.decision == Decision.ENDORSE.value,
    )
    sealed = tx.session.scalars(asked.order_by(WishReview.id.desc()).limit(1)).one_or_none()
    return unseal_some(sealed, place=review_place(wish.ref))


def _endorse(tx: Tx, actor: Actor, wish: Wish, override_reason: str) -> str:
    move(wish, WishAct.ENDORSE)
    wish.reviewer_id = actor.account_id
    add_review(tx, actor, wish, Decision.ENDORSE.value, override_reason, affirmed=PHOTO_CHECKLIST)
    start_clock(tx, wish, ClockName.SECOND_REVIEW)
    tell_reviewers(tx, wish, "wish-to-second-review")
    return wish.state


def _may_show_beneficiary(tx: Tx, wish: Wish) -> None:
    """Refuse to publish for a family that is not verified or out of hardship, or has not agreed (any more)."""
    whose = whose_of(tx, wish)
    may_publish_about(tx, whose, shown=shown_of(wish))
    may_stand(tx, wish, whose)
    may_hand_in(tx, wish, whose)
    drop_details(tx, wish)


def _may_stand_twice(tx: Tx, wish: Wish, reason: str) -> list[str]:
    """Refuse a picture another wish shows, or what a sibling's list holds already, unless the reviewer says why.

    For a picture that a concern has taken out of sight no reason is good enough.
    """
    if is_photo_down(tx.session, wish.photo_id, wish_id=wish.id):
        raise Conflict("photo-taken-down")
    found: list[str] = []
    if has_same_photo(tx.session, wish_id=wish.id, county=wish.county, photo_id=wish.photo_id):
        found.append("photo-used-before")
    home = wish.household_id
    siblings = list_open_in_family(tx.session, wish_id=wish.id, household_id=home, category=wish.category)
    if any(same_words(other.title, wish.title) for other in siblings):
        found.append("same-wish-in-family")
    if found and not reason.strip():
        raise Conflict(found[0], field="override_reason")
    return found


@act
def send_back(tx: Tx, actor: Actor, ref: str, *, reasons: Collection[str], note: str = "") -> None:
    """Return a wish to its poster with reasons; it keeps its place and gives its money of the year back."""
    given = may_decide(Decision.RETURN, reasons, note)
    wish, was = _decide(tx, actor, ref, WishAct.RETURN)
    count_child_year(tx, wish, -wish.wanted * wish.unit_fen)
    _record(tx, actor, wish, was, "wish.returned", Decision.RETURN, given, note)
    tell_poster(tx, wish, "wish-returned")


@act
def reject(tx: Tx, actor: Actor, ref: str, *, reasons: Collection[str], note: str = "") -> None:
    """Refuse a wish for good, with reasons."""
    given = may_decide(Decision.REJECT, reasons, note)
    wish, was = _decide(tx, actor, ref, WishAct.REJECT)
    free_limits(tx, wish, fen=wish.wanted * wish.unit_fen)
    _record(tx, actor, wish, was, "wish.rejected", Decision.REJECT, given, note)
    tell_poster(tx, wish, "wish-rejected")


@act
def refer(tx: Tx, actor: Actor, ref: str, *, reasons: Collection[str], note: str = "") -> None:
    """Hand a need over to public assistance, where it belongs; nothing of it is published."""
    given = may_decide(Decision.REFER, reasons, note)
    wish, was = _decide(tx, actor, ref, WishAct.REFER)
    free_limits(tx, wish, fen=wish.wanted * wish.unit_fen)
    _record(tx, actor, wish, was, "wish.referred", Decision.REFER, given, note)
    tell_poster(tx, wish, "wish-referred")


def _decide(tx: Tx, actor: Actor, ref: str, wish_act: WishAct) -> tuple[Wish, WishState]:
    wish = get_to_review(tx, actor, ref)
    may_review(reviewer=actor.account_id, poster=wish.poster_id)
    take_side(tx, actor, wish, Side.TOWNSHIP)
    was = move(wish, wish_act)
    stop_clock(wish)
    return wish, was


def _record(
    tx: Tx,
    actor: Actor,
    wish: Wish,
    was: WishState,
    kind: str,
    decision: Decision,
    reasons: tuple[str, ...],
    note: str,
) -> None:
    add_review(tx, actor, wish, decision.value, written(reasons, note))
    write_entry(
        tx,
        wish,
        kind,
        was=was,
        facts={"by": Role.REVIEWER.value, "side": Side.TOWNSHIP.value, "reasons": list(reasons)},
        texts={"note": note.strip()},
    )


@act
def override_limits(tx: Tx, actor: Actor, ref: str, *, reason: str) -> None:
    """Let one draft pass the receiving side's limits, with a reason that stays on record."""
    may_give_reason(reason)
    wish = lock_wish(tx, ref)
    may_review_in(actor, wish.region_code, is_in_pool=False)
    if wish.state not in (WishState.DRAFT, WishState.RETURNED):
        raise Conflict("not-in-this-state", params={"state": wish.state, "act": Decision.OVERRIDE.value})
    may_review(reviewer=actor.account_id, poster=wish.poster_id)
    take_side(tx, actor, wish, Side.TOWNSHIP)
    add_review(tx, actor, wish, Decision.OVERRIDE.value, reason.strip())
    tell_poster(tx, wish, "wish-limit-lifted")
