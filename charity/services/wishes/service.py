"""Posting a wish for hours: a subject, the days, the place where the giver and the family or class meet."""

from charity.adapters import photos
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Missing
from charity.domain.kinds import Kind
from charity.domain.service import Terms
from charity.domain.wishes import BeneficiaryKind, WishAct, WishState
from charity.models.acts import act
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import Whose, get_whose
from charity.services.wishes.ground import get_own
from charity.services.wishes.needs import Need
from charity.services.wishes.post import hand_in, rewrite, write_draft
from charity.services.wishes.terms import keep_terms


@act
def draft_service(
    tx: Tx,
    actor: Actor,
    kind: BeneficiaryKind,
    beneficiary_ref: str,
    *,
    need: Need,
    terms: Terms,
    photo: photos.Photo | None = None,
) -> str:
    """Write down which hours a child, household or site asks for, and give the wish's ref; only the poster sees it."""
    return _written(tx, actor, get_whose(tx, actor, kind, beneficiary_ref), need, terms, photo).ref


@act
def post_service(
    tx: Tx,
    actor: Actor,
    kind: BeneficiaryKind,
    beneficiary_ref: str,
    *,
    need: Need,
    terms: Terms,
    photo: photos.Photo | None = None,
) -> str:
    """Write a wish for hours down and hand it in for review in one act; gives its ref."""
    whose = get_whose(tx, actor, kind, beneficiary_ref)
    wish = _written(tx, actor, whose, need, terms, photo)
    hand_in(tx, wish, whose)
    return wish.ref


@act
def edit_service(
    tx: Tx, actor: Actor, ref: str, *, need: Need, terms: Terms, photo: photos.Photo | None = None
) -> None:
    """Change a draft of a wish for hours that is one's own."""
    wish = _own(tx, actor, ref, WishState.DRAFT)
    keep_terms(tx, wish, rewrite(tx, actor, wish, need, photo), terms)


@act
def resubmit_service(
    tx: Tx, actor: Actor, ref: str, *, need: Need, terms: Terms, photo: photos.Photo | None = None
) -> None:
    """Correct a draft or returned wish for hours, and hand it in in the same act."""
    wish = _own(tx, actor, ref, WishState.DRAFT, WishState.RETURNED)
    whose = rewrite(tx, actor, wish, need, photo)
    keep_terms(tx, wish, whose, terms)
    hand_in(tx, wish, whose)


def _written(tx: Tx, actor: Actor, whose: Whose, need: Need, terms: Terms, photo: photos.Photo | None) -> Wish:
    _may_be_service(need)
    wish = write_draft(tx, actor, whose, need, photo)
    keep_terms(tx, wish, whose, terms)
    return wish


def _own(tx: Tx, actor: Actor, ref: str, *states: WishState) -> Wish:
    wish = get_own(tx, actor, ref)
    if wish.kind != Kind.SERVICE.value:
        raise Missing
    if wish.state not in states:
        raise Conflict("not-in-this-state", params={"state": wish.state, "act": WishAct.SUBMIT.value})
    return wish


def _may_be_service(need: Need) -> None:
    if need.kind is not Kind.SERVICE:
        raise Missing
