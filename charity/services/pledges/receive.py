"""At the service point: taking in what arrived, handing it over, sending it back, and correcting a mistake."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, SignInNeeded
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act, may_undo, next_state, split_receipt
from charity.domain.sides import may_act
from charity.models.acts import act
from charity.models.moving import PledgeRow
from charity.models.outbox import notify
from charity.models.pledges import PledgeStep
from charity.services.pledges.field import field_doer, undoing_doer
from charity.services.pledges.money import ask_township, keep_document
from charity.services.pledges.moves import Acted, Doer, acted, advance, get_pledge, said
from charity.services.pledges.parcels import keep_parcel
from charity.services.pledges.parting import split_off
from charity.services.pledges.paying import ask_payee, may_pay
from charity.services.pledges.plan import new_parcel_code
from charity.services.pledges.produce import buyer_doer, tell_seller
from charity.services.pledges.refunding import name_refund
from charity.services.pledges.service import attest

HANDED_OVER_NOTICES = {
    Kind.GOODS: "pledge-handed-over",
    Kind.SERVICE: "service-attested",
    Kind.PRODUCE: "pledge-handed-over",
    Kind.MONEY: "money-paid",
}
RETURNED_NOTICES = {
    Kind.GOODS: "pledge-returned",
    Kind.SERVICE: "service-returned",
    Kind.MONEY: "money-returned",
}
REASONS = frozenset({"wrong-item", "damaged", "refused", "uncollected", "not-new", "other"})


@act
def receive(tx: Tx, actor: Actor, pledge_ref: str, *, units: int | None = None, family_away: bool = False) -> Acted:
    """Take in what arrived; fewer units than sent leave the rest on its way as a pledge of its own."""
    pledge = get_pledge(tx, pledge_ref)
    doer = field_doer(tx, actor, pledge)
    next_state(pledge.kind, pledge.state, Act.RECEIVE)
    split = split_receipt(pledge.units, pledge.units if units is None else units)
    if split.rest:
        split_off(tx, pledge, doer, rest=split.rest, parcel_code=new_parcel_code())
        pledge = get_pledge(tx, pledge_ref)
    told = said(EntryKind.PLEDGE_RECEIVED, {"split": split.rest > 0})
    moved = advance(tx, pledge, Act.RECEIVE, doer, told, values={"is_family_away": family_away})
    _tell_donor(tx, pledge, "money-arrived" if pledge.kind is Kind.MONEY else "pledge-received")
    if pledge.kind is Kind.MONEY:
        ask_payee(tx, pledge)
    return acted(moved)


@act
def hand_over(tx: Tx, actor: Actor, pledge_ref: str, *, second_adult: str = "", document: str = "") -> Acted:
    """Say that the goods are in the family's (or site's) hands, attest hours, or say by which document money went."""
    pledge = get_pledge(tx, pledge_ref)
    doer = _end_doer(tx, actor, pledge)
    if pledge.kind is Kind.SERVICE:
        attest(tx, pledge, doer, second_adult=second_adult)
    next_state(pledge.kind, pledge.state, Act.HAND_OVER)
    texts = None
    if pledge.kind is Kind.MONEY:
        texts = {"document": keep_document(tx, pledge, doer, document, payee_id=may_pay(tx, pledge))}
    moved = advance(tx, pledge, Act.HAND_OVER, doer, said(EntryKind.PLEDGE_HANDED_OVER, texts=texts))
    if pledge.kind is Kind.PRODUCE:
        tell_seller(tx, pledge, "produce-came")
        return acted(moved)
    _tell_donor(tx, pledge, HANDED_OVER_NOTICES[pledge.kind])
    if pledge.kind is Kind.MONEY:
        ask_township(tx, moved)
    return acted(moved)


@act
def return_(
    tx: Tx,
    actor: Actor,
    pledge_ref: str,
    *,
    reason: str,
    courier: str = "",
    tracking: str = "",
    document: str = "",
) -> Acted:
    """Send goods back (wrong, refused, never collected), or money, by a document's number; the units are free again.

    Money that a ruling gave back gets its document only: its state and its units stay.
    """
    pledge = get_pledge(tx, pledge_ref)
    doer = _end_doer(tx, actor, pledge)
    if pledge.kind is Kind.MONEY and pledge.state is PledgeState.RETURNED:
        return name_refund(tx, pledge, doer, document)
    if reason not in REASONS:
        raise Invalid("reason-unknown", field="reason")
    if courier:
        keep_parcel(tx, actor, pledge, courier=courier, tracking=tracking, shop_order="", is_return=True)
    next_state(pledge.kind, pledge.state, Act.RETURN)
    texts = None
    if pledge.kind is Kind.MONEY:
        texts = {"document": keep_document(tx, pledge, doer, document, is_refund=True)}
    told = said(EntryKind.PLEDGE_RETURNED, {"reason": reason}, texts=texts, reason=reason)
    moved = advance(tx, pledge, Act.RETURN, doer, told)
    if pledge.kind is Kind.PRODUCE:
        tell_seller(tx, pledge, "produce-returned")
        return acted(moved)
    params = {"pledge": pledge.ref, "title": pledge.title, "reason": reason}
    notify(tx, account_id=pledge.account_id, kind=RETURNED_NOTICES[pledge.kind], params=params)
    return acted(moved)


@act
def undo(tx: Tx, actor: Actor, pledge_ref: str) -> Acted:
    """Take a mistaken receipt or hand-over back within 24 hours, by a correcting entry."""
    if not actor.is_signed_in:
        raise SignInNeeded
    pledge = get_pledge(tx, pledge_ref)
    step = _find_step_into(tx, pledge)
    if pledge.kind is Kind.PRODUCE:
        doer = buyer_doer(actor, pledge)
    else:
        doer = undoing_doer(tx, actor, pledge, done_by=None if step is None else step.actor_id)
    may_act(pledge.kind, Act.UNDO, doer.who)
    next_state(pledge.kind, pledge.state, Act.UNDO)
    if step is None:
        raise Conflict("undo-not-yours")
    may_undo(done_at=step.taken_at, done_by=step.actor_id, actor=actor.account_id, now=tx.now)
    told = said(EntryKind.PLEDGE_UNDONE, {"corrects": step.entry_id or 0, "reason": "mistake"})
    moved = advance(tx, pledge, Act.UNDO, doer, told)
    _tell_donor(tx, pledge, "pledge-undone")
    return acted(moved)


def _end_doer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Give the capacity in which the actor ends a pledge's way: a purchase's is its buyer's."""
    return buyer_doer(actor, pledge) if pledge.kind is Kind.PRODUCE else field_doer(tx, actor, pledge)


def _find_step_into(tx: Tx, pledge: PledgeRow) -> PledgeStep | None:
    """Find the receipt or hand-over that brought a pledge where it is."""
    return tx.session.scalars(
        select(PledgeStep)
        .where(
            PledgeStep.pledge_id == pledge.id,
            PledgeStep.to_state == pledge.state.value,
            PledgeStep.act.in_((Act.RECEIVE.value, Act.HAND_OVER.value)),
        )
        .order_by(PledgeStep.id.desc())
        .limit(1)
    ).one_or_none()


def _tell_donor(tx: Tx, pledge: PledgeRow, kind: str) -> None:
    notify(
        tx,
        account_id=pledge.account_id,
        kind=kind,
        params={"pledge": pledge.ref, "title": pledge.title, "units": pledge.units},
    )
