"""Sending: the parcels of a pledge, and the point's address, which shows to its claimant only and is logged first."""

from datetime import date

from sqlalchemy import insert

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.clocks import MustAct
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act
from charity.domain.sides import Who
from charity.models.acts import act
from charity.models.moving import PledgeRow
from charity.models.outbox import notify
from charity.models.points import AddressShown
from charity.services.pledges.money import transfer
from charity.services.pledges.moves import (
    Acted,
    Doer,
    acted,
    advance,
    get_own_pledge,
    get_pledge,
    said,
    take_side,
    write_down,
)
from charity.services.pledges.parcels import count_parcels, keep_parcel
from charity.services.pledges.produce import ship
from charity.services.pledges.reminding import who_must_act
from charity.services.pledges.service import Meeting, log_hours

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
    people: int = 1,
    next_on: date | None = None,
    is_last: bool = False,
    income_fen: int | None = None,
) -> Acted:
    """Say that it is on its way, with the first parcel's number (none when brought by hand); log hours; ship."""
    pledge = get_pledge(tx, pledge_ref)
    if pledge.kind is Kind.PRODUCE:
        return ship(tx, actor, pledge, courier=courier, tracking=tracking, income_fen=income_fen)
    pledge = get_own_pledge(tx, actor, pledge_ref)
    if pledge.kind is Kind.SERVICE:
        return log_hours(tx, actor, pledge, Meeting(hours, people, next_on, is_last))
    if pledge.kind is Kind.MONEY:
        return transfer(tx, actor, pledge)
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
    if pledge.kind is not Kind.GOODS or pledge.state is not PledgeState.SENT:
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
