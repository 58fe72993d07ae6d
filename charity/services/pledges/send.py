"""Sending: the parcels of a pledge, and the point's address, which shows to its claimant only and is logged first."""

from sqlalchemy import func, insert, select

from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.clocks import MustAct
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act
from charity.domain.sides import Who
from charity.domain.tracking import normal_order, normal_tracking
from charity.models.acts import act
from charity.models.moving import PledgeRow
from charity.models.outbox import notify
from charity.models.pledges import Parcel
from charity.models.points import AddressShown
from charity.services.pledges.moves import Acted, Doer, acted, advance, get_own_pledge, said, take_side, write_down
from charity.services.pledges.reminding import who_must_act
from charity.services.pledges.service import log_hours

BY_HAND = "by-hand"
ADDRESS_SHOWS = frozenset({PledgeState.PLANNED, PledgeState.SENT})
ADDRESS_KINDS = frozenset({Kind.GOODS, Kind.SERVICE})
MOST_PARCELS = 10


@act
def send(
    tx: Tx,
    actor: Actor,
    pledge_ref: str,
    *,
    courier: str = "",
    tracking: str = "",
    shop_order: str = "",
    hours: int | None = None,
) -> Acted:
    """Say that the goods are on their way, with the first parcel's number (none when brought by hand); log hours."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    if pledge.kind is Kind.SERVICE:
        return log_hours(tx, actor, pledge, hours)
    doer = Doer(actor.account_id, Who.DONOR)
    facts = {"parcels": 0, "method": BY_HAND}
    if pledge.method != BY_HAND or courier:
        add = keep_parcel(tx, actor, pledge, courier=courier, tracking=tracking, shop_order=shop_order)
        facts = {"parcels": 1, "carrier": add}
    moved = advance(tx, pledge, Act.SEND, doer, said(EntryKind.PLEDGE_SENT, facts), values={"sent_at": tx.now})
    for account_id in who_must_act(tx, moved, MustAct.KEEPER):
        notify(tx, account_id=account_id, kind="parcel-on-its-way", params=_params(pledge))
    return acted(moved)


@act
def add_parcel(tx: Tx, actor: Actor, pledge_ref: str, *, courier: str, tracking: str, shop_order: str = "") -> Acted:
    """Add one more parcel to a pledge that is on its way."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    if pledge.kind is Kind.SERVICE or pledge.state is not PledgeState.SENT:
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": "add-parcel"})
    doer = Doer(actor.account_id, Who.DONOR)
    take_side(tx, doer, pledge.beneficiary)
    before = count_parcels(tx, pledge.id)
    if before >= MOST_PARCELS:
        raise Conflict("too-many-parcels", params={"most": MOST_PARCELS})
    carrier = keep_parcel(tx, actor, pledge, courier=courier, tracking=tracking, shop_order=shop_order)
    told = said(EntryKind.PLEDGE_SENT, {"parcels": before + 1, "carrier": carrier, "act": "add-parcel"})
    write_down(tx, pledge, Act.SEND, pledge.state, doer, told)
    return acted(pledge)


def keep_parcel(
    tx: Tx, actor: Actor, pledge: PledgeRow, *, courier: str, tracking: str, shop_order: str, is_return: bool = False
) -> str:
    """Keep a parcel with its numbers sealed; gives the courier's code."""
    number, order, ref = normal_tracking(courier, tracking), normal_order(shop_order), new_ref()
    tx.session.execute(
        insert(Parcel).values(
            ref=ref,
            pledge_id=pledge.id,
            courier=courier,
            tracking_sealed=seal(number, place=f"parcels.tracking:{ref}"),
            tracking_digest=digest("tracking", number),
            order_sealed=seal(order, place=f"parcels.order:{ref}") if order else None,
            is_return=is_return,
            added_by_id=actor.account_id,
            added_at=tx.now,
        )
    )
    return courier


def count_parcels(tx: Tx, pledge_id: int) -> int:
    """Count the parcels of a pledge on their way there."""
    return tx.session.execute(
        select(func.count()).select_from(Parcel).where(Parcel.pledge_id == pledge_id, Parcel.is_return.is_(False))
    ).scalar_one()


@act
def open_slip(tx: Tx, actor: Actor, pledge_ref: str) -> None:
    """Log that the claimant is about to see the point's address; without this row no page shows it."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    if pledge.kind not in ADDRESS_KINDS or pledge.point_id is None:
        raise Missing
    if pledge.state not in ADDRESS_SHOWS:
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": "slip"})
    tx.session.execute(
        insert(AddressShown).values(
            pledge_id=pledge.id, point_id=pledge.point_id, account_id=actor.account_id, shown_at=tx.now
        )
    )


def _params(pledge: PledgeRow) -> dict[str, str | int]:
    return {"pledge": pledge.ref, "parcel": pledge.parcel_code or "", "units": pledge.units}
