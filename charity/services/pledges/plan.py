"""What a donor does before sending: choose a way, ask for more time, cancel without any penalty."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.clocks import ClockName, get_clock, may_extend
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import Kind
from charity.domain.pledges import Act, next_state
from charity.domain.running import started
from charity.domain.sides import Who
from charity.models.acts import act
from charity.models.moving import clock_values
from charity.models.pausing import list_pauses
from charity.services.pledges.moves import (
    Acted,
    Doer,
    acted,
    advance,
    change,
    get_own_pledge,
    get_pledge,
    said,
    take_side,
    until,
    write_down,
)
from charity.services.pledges.produce import Buyer, reserve
from charity.services.pledges.service import agree

METHODS = frozenset({"shop", "own-parcel", "by-hand"})
CODE_LENGTH = 8
NOWHERE = Buyer(recipient="", phone="", address="")


@act
def plan(
    tx: Tx,
    actor: Actor,
    pledge_ref: str,
    *,
    method: str = "shop",
    made_to_order: bool = False,
    day: date | None = None,
    more_days: Iterable[date] = (),
    buyer: Buyer | None = None,
) -> Acted:
    """Choose how the goods will travel, agree on the day or days for hours, or reserve produce."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    if pledge.kind is Kind.SERVICE:
        return agree(tx, actor, pledge, more_days if day is None else (day, *more_days))
    if pledge.kind is Kind.PRODUCE:
        return reserve(tx, actor, pledge, buyer or NOWHERE)
    if method not in METHODS:
        raise Invalid("method-unknown", field="method")
    if pledge.kind is Kind.GOODS and pledge.point_id is None:
        raise Conflict("no-point")
    values = {"method": method, "is_made_to_order": made_to_order, "parcel_code": new_parcel_code()}
    told = said(EntryKind.PLEDGE_PLANNED, {"method": method})
    return acted(advance(tx, pledge, Act.PLAN, Doer(actor.account_id, Who.DONOR), told, values=values))


def new_parcel_code() -> str:
    """Draw the code a parcel carries instead of any name: easy to write and to read out."""
    return new_ref()[:CODE_LENGTH].upper()


@act
def cancel(tx: Tx, actor: Actor, pledge_ref: str) -> Acted:
    """Give the units back before sending; this is no lapse."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    told = said(EntryKind.PLEDGE_CANCELLED, {"reason": "by-donor"})
    return acted(advance(tx, pledge, Act.CANCEL, Doer(actor.account_id, Who.DONOR), told))


@act
def extend(tx: Tx, actor: Actor, pledge_ref: str) -> Acted:
    """Ask for the one extension of the time to send."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    next_state(pledge.kind, pledge.state, Act.EXTEND)
    clock = get_clock(ClockName.SEND, pledge.kind)
    may_extend(clock, already=pledge.is_extended, made_to_order=pledge.is_made_to_order)
    doer = Doer(actor.account_id, Who.DONOR)
    take_side(tx, doer, pledge.beneficiary)
    start = pledge.clock_started_at or tx.now
    pauses = list_pauses(tx.session, pledge.region_code, since=start)
    longer = replace(pledge.circumstances, extended=True)
    running = started(clock, start, pauses, circumstances=longer, now=tx.now)
    change(tx, pledge, {"is_extended": True, **clock_values(running)})
    told = said(EntryKind.PLEDGE_EXTENDED, {"extended": True, "until": until(running.due)})
    write_down(tx, pledge, Act.EXTEND, pledge.state, doer, told)
    return acted(get_pledge(tx, pledge_ref))
