"""Posting a wish for money: shares of 10, 20, 50 or 100 yuan, received by a named organisation."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Missing
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind, WishAct, WishState
from charity.models.acts import act
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import Whose, get_whose
from charity.services.wishes.ground import get_own
from charity.services.wishes.needs import Need
from charity.services.wishes.post import hand_in, rewrite, write_draft
from charity.services.wishes.receivers import keep_receiver


@act
def draft_money(tx: Tx, actor: Actor, kind: BeneficiaryKind, beneficiary_ref: str, *, need: Need, receiver: str) -> str:
    """Write down what money a child or household asks for, and give the wish's ref; only the poster sees it."""
    return _written(tx, actor, get_whose(tx, actor, kind, beneficiary_ref), need, receiver).ref


@act
def post_money(tx: Tx, actor: Actor, kind: BeneficiaryKind, beneficiary_ref: str, *, need: Need, receiver: str) -> str:
    """Write a wish for money down and hand it in for review in one act; gives its ref."""
    whose = get_whose(tx, actor, kind, beneficiary_ref)
    wish = _written(tx, actor, whose, need, receiver)
    hand_in(tx, wish, whose)
    return wish.ref


@act
def edit_money(tx: Tx, actor: Actor, ref: str, *, need: Need, receiver: str) -> None:
    """Change a draft of a wish for money that is one's own."""
    wish = _own(tx, actor, ref, WishState.DRAFT)
    rewrite(tx, actor, wish, need, None)
    keep_receiver(tx, wish, receiver)


@act
def resubmit_money(tx: Tx, actor: Actor, ref: str, *, need: Need, receiver: str) -> None:
    """Correct a draft or returned wish for money, and hand it in in the same act."""
    wish = _own(tx, actor, ref, WishState.DRAFT, WishState.RETURNED)
    whose = rewrite(tx, actor, wish, need, None)
    keep_receiver(tx, wish, receiver)
    hand_in(tx, wish, whose)


def _written(tx: Tx, actor: Actor, whose: Whose, need: Need, receiver: str) -> Wish:
    if need.kind is not Kind.MONEY:
        raise Missing
    if whose.kind is BeneficiaryKind.SITE:
        raise Conflict("money-for-families")
    wish = write_draft(tx, actor, whose, need)
    keep_receiver(tx, wish, receiver)
    return wish


def _own(tx: Tx, actor: Actor, ref: str, *states: WishState) -> Wish:
    wish = get_own(tx, actor, ref)
    if wish.kind != Kind.MONEY.value:
        raise Missing
    if wish.state not in states:
        raise Conflict("not-in-this-state", params={"state": wish.state, "act": WishAct.SUBMIT.value})
    return wish
