"""At the service point: taking in what arrived, handing it over, sending it back, and correcting a mistake."""

from sqlalchemy import select

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, SignInNeeded
from charity.domain.pledges import Act, may_undo, next_state, split_receipt
from charity.domain.sides import may_act
from charity.models.acts import act
from charity.models.moving import PledgeRow, add_step
from charity.models.outbox import notify
from charity.models.pledges import PledgeStep
from charity.models.splitting import split_rest
from charity.services.pledges.field import field_doer, undoing_doer
from charity.services.pledges.moves import Acted, Doer, acted, advance, get_pledge, said
from charity.services.pledges.plan import new_parcel_code
from charity.services.pledges.send import keep_parcel

REASONS = frozenset({"wrong-item", "damaged", "refused", "uncollected", "not-new", "other"})


@act
def receive(tx: Tx, actor: Actor, pledge_ref: str, *, units: int | None = None, family_away: bool = False) -> Acted:
    """Take in what arrived; fewer units than sent leave the rest on its way as a pledge of its own."""
    pledge = get_pledge(tx, pledge_ref)
    doer = field_doer(tx, actor, pledge)
    next_state(pledge.kind, pledge.state, Act.RECEIVE)
    split = split_receipt(pledge.units, pledge.units if units is None else units)
    if split.rest:
        pledge = _split_off(tx, pledge, doer, rest=split.rest)
    told = said(EntryKind.PLEDGE_RECEIVED, {"split": split.rest > 0})
    moved = advance(tx, pledge, Act.RECEIVE, doer, told, values={"is_family_away": family_away})
    _tell_donor(tx, pledge, "pledge-received")
    return acted(moved)


def _split_off(tx: Tx, pledge: PledgeRow, doer: Doer, *, rest: int) -> PledgeRow:
    """Leave the units that did not arrive as a pledge of their own, still on its way."""
    part, kept = new_ref(), pledge.units - rest
    part_id = split_rest(tx, pledge, part_ref=part, parcel_code=new_parcel_code(), rest=rest)
    if part_id is None:
        raise Conflict("moved-meanwhile")
    entry_id = ledger.append(
        tx,
        EntryKind.PLEDGE_SPLIT,
        {"wish": pledge.wish_ref, "pledge": pledge.ref, "part": part},
        {"units": rest, "left": kept, "from": pledge.state, "to": pledge.state, "by": doer.who.value},
    )
    for pledge_id, units in ((pledge.id, kept), (part_id, rest)):
        add_step(
            tx,
            pledge_id=pledge_id,
            act="split",
            before=pledge.state,
            after=pledge.state,
            units=units,
            actor_id=doer.account_id,
            side=doer.side,
            entry_id=entry_id,
        )
    return get_pledge(tx, pledge.ref)


@act
def hand_over(tx: Tx, actor: Actor, pledge_ref: str) -> Acted:
    """Say that the goods are in the household's (or site's) hands."""
    pledge = get_pledge(tx, pledge_ref)
    doer = field_doer(tx, actor, pledge)
    moved = advance(tx, pledge, Act.HAND_OVER, doer, said(EntryKind.PLEDGE_HANDED_OVER))
    _tell_donor(tx, pledge, "pledge-handed-over")
    return acted(moved)


@act
def return_(tx: Tx, actor: Actor, pledge_ref: str, *, reason: str, courier: str = "", tracking: str = "") -> Acted:
    """Send goods back: wrong, refused or never collected; the units are free again."""
    pledge = get_pledge(tx, pledge_ref)
    doer = field_doer(tx, actor, pledge)
    if reason not in REASONS:
        raise Invalid("reason-unknown", field="reason")
    if courier:
        keep_parcel(tx, actor, pledge, courier=courier, tracking=tracking, shop_order="", is_return=True)
    told = said(EntryKind.PLEDGE_RETURNED, {"reason": reason}, reason=reason)
    moved = advance(tx, pledge, Act.RETURN, doer, told)
    params = {"pledge": pledge.ref, "title": pledge.title, "reason": reason}
    notify(tx, account_id=pledge.account_id, kind="pledge-returned", params=params)
    return acted(moved)


@act
def undo(tx: Tx, actor: Actor, pledge_ref: str) -> Acted:
    """Take a mistaken receipt or hand-over back within 24 hours, by a correcting entry."""
    if not actor.is_signed_in:
        raise SignInNeeded
    pledge = get_pledge(tx, pledge_ref)
    step = _find_step_into(tx, pledge)
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
