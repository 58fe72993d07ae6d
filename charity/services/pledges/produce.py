"""Buying produce: reserved with a sealed address, shipped by the seller's side, received, and what the family earned.

It is an ordinary sale: the buyer pays the seller's side, never through this site.
"""

import json
from dataclasses import dataclass

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.clocks import MustAct
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, Missing, SignInNeeded
from charity.domain.identity import normal_phone
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act, next_state
from charity.domain.pool import is_of_county
from charity.domain.produce import may_earn, may_reserve, may_sell, next_ship_reminder, ship_by
from charity.domain.sides import Who
from charity.models.acts import act
from charity.models.moving import PledgeRow, clock_values
from charity.models.outbox import notify
from charity.models.produce import buyer_place
from charity.models.produce_rows import (
    BatchRow,
    find_batch_of,
    find_sale,
    note_buyer_shown,
    put_sale,
    sells_still,
    set_income,
    set_told,
)
from charity.models.sellers import is_sellerless
from charity.services.pledges.moves import Acted, Doer, acted, advance, get_pledge, new_clock, said, take_side
from charity.services.pledges.parcels import keep_parcel
from charity.services.pledges.reminding import told_time, who_must_act

SHOWN_IN = frozenset({PledgeState.PLANNED, PledgeState.SENT})
LONGEST_NAME, SHORTEST_ADDRESS, LONGEST_ADDRESS = 40, 4, 200
METHOD = "seller-ships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Where a purchase is shipped to."""

    recipient: str
    phone: str
    address: str


def reserve(tx: Tx, actor: Actor, pledge: PledgeRow, buyer: Buyer) -> Acted:
    """Reserve the units and keep where they go, sealed; the seller's side has until the end of the harvest."""
    next_state(pledge.kind, pledge.state, Act.PLAN)
    batch = _batch_of(tx, pledge)
    may_reserve(batch.last_on, today=day_of(tx.now))
    put_sale(tx, pledge.id, buyer_sealed=seal(_checked(buyer), place=buyer_place(pledge.ref)))
    running = new_clock(tx, pledge, PledgeState.PLANNED, at=ship_by(batch.last_on))
    values = {"method": METHOD, **clock_values(running)}
    if running is not None:
        values["remind_at"] = next_ship_reminder(tx.now, running.due, is_first=True)
    told = said(EntryKind.PLEDGE_PLANNED, {"method": METHOD})
    moved = advance(tx, pledge, Act.PLAN, Doer(actor.account_id, Who.DONOR), told, values=values)
    until = told_time(moved.act_by or tx.now)
    for account_id in who_must_act(tx, moved, MustAct.SELLER):
        notify(tx, account_id=account_id, kind="produce-reserved", params=_params(pledge) | {"until": until})
    return acted(moved)


def _checked(buyer: Buyer) -> str:
    recipient, address = buyer.recipient.strip(), buyer.address.strip()
    if not 1 <= len(recipient) <= LONGEST_NAME:
        raise Invalid("field-needed", field="recipient")
    if not SHORTEST_ADDRESS <= len(address) <= LONGEST_ADDRESS:
        raise Invalid("field-needed", field="address")
    phone = normal_phone(buyer.phone)
    return json.dumps({"recipient": recipient, "phone": phone, "address": address}, ensure_ascii=False)


def seller_doer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Let whoever listed the batch act as its seller, another volunteer of the village once he is gone or silent.

    Where the village has no such volunteer either, the township's desk is the seller's side, or the county's pool.
    """
    if not actor.is_signed_in:
        raise SignInNeeded
    if pledge.kind is not Kind.PRODUCE:
        raise Missing
    if not actor.holds(Role.VOLUNTEER, pledge.region_code):
        return _desk_doer(tx, actor, pledge)
    batch = _batch_of(tx, pledge)
    is_gone = not sells_still(tx.session, batch.poster_id, pledge.region_code, tx.now, pledge_id=pledge.id)
    may_sell(is_lister=batch.poster_id == actor.account_id, lister_is_gone=is_gone)
    return Doer(actor.account_id, Who.SELLER)


def _desk_doer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Give the desk's capacity to a reviewer of the township, or of the county once it is in its pool."""
    is_pooled = pledge.in_county_pool and is_of_county(actor, pledge.region_code)
    if not (actor.holds(Role.REVIEWER, pledge.region_code) or is_pooled):
        raise Missing
    if not is_sellerless(tx.session, pledge.id, tx.now):
        raise Missing
    return Doer(actor.account_id, Who.DESK)


def ship(tx: Tx, actor: Actor, pledge: PledgeRow, *, courier: str, tracking: str, income_fen: int | None) -> Acted:
    """Ship a purchase, and say what the family gets for it (the whole price, unless it is told otherwise)."""
    doer = seller_doer(tx, actor, pledge)
    next_state(pledge.kind, pledge.state, Act.SEND)
    set_told(tx, pledge.id, _earned(pledge, pledge.amount_fen if income_fen is None else income_fen))
    carrier = keep_parcel(tx, actor, pledge, courier=courier, tracking=tracking, shop_order="")
    told = said(EntryKind.PLEDGE_SENT, {"parcels": 1, "carrier": carrier})
    moved = advance(tx, pledge, Act.SEND, doer, told, values={"sent_at": tx.now})
    notify(tx, account_id=pledge.account_id, kind="produce-shipped", params=_params(pledge))
    return acted(moved)


@act
def open_buyer(tx: Tx, actor: Actor, pledge_ref: str) -> None:
    """Log that the seller's side is about to see a buyer's address; without this row no page shows it."""
    pledge = get_pledge(tx, pledge_ref)
    doer = seller_doer(tx, actor, pledge)
    if pledge.state not in SHOWN_IN:
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": "buyer"})
    if doer.who is Who.DESK:  # who may not ship for the family needs no buyer's address
        take_side(tx, doer, pledge.beneficiary)
    note_buyer_shown(tx, pledge.id, actor.account_id)


def buyer_doer(actor: Actor, pledge: PledgeRow) -> Doer:
    """Let the buyer, and nobody else, say that it has come."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if pledge.account_id != actor.account_id:
        raise Missing
    return Doer(actor.account_id, Who.DONOR)


def tell_seller(tx: Tx, pledge: PledgeRow, kind: str) -> None:
    """Send a notice about a purchase to whoever listed it."""
    batch = find_batch_of(tx.session, pledge.wish_id)
    if batch is not None:
        notify(tx, account_id=batch.poster_id, kind=kind, params=_params(pledge))


def earn(tx: Tx, pledge: PledgeRow, income_fen: int | None) -> None:
    """Keep what the family says it has earned by a purchase; there is no confirmation without."""
    set_income(tx, pledge.id, _earned(pledge, income_fen))


def _earned(pledge: PledgeRow, income_fen: int | None) -> int:
    return may_earn(income_fen, paid_fen=pledge.amount_fen)


def earn_as_told(tx: Tx, pledge: PledgeRow) -> None:
    """Keep what the seller's side said, which the family confirmed by its code."""
    sale = find_sale(tx.session, pledge.id)
    set_income(tx, pledge.id, None if sale is None else sale.told_fen)


def earn_where_unsaid(tx: Tx, pledge: PledgeRow) -> None:
    """Keep what the seller's side said where a ruling confirms and the family has not said itself what it earned."""
    sale = find_sale(tx.session, pledge.id)
    if sale is not None and sale.income_fen is None:
        earn_as_told(tx, pledge)


def _batch_of(tx: Tx, pledge: PledgeRow) -> BatchRow:
    batch = find_batch_of(tx.session, pledge.wish_id)
    if batch is None:
        raise Conflict("batch-missing")
    return batch


def _params(pledge: PledgeRow) -> dict[str, str | int]:
    return {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units}
