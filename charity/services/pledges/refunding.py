"""Money that a ruling gives back: a refund is owed to the donor, with a clock, until its document is named."""

from dataclasses import replace

from charity.adapters.db import Tx
from charity.domain.clocks import ClockName, get_clock
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act
from charity.domain.running import started
from charity.domain.sides import may_act
from charity.models.moving import PledgeRow, clock_values
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.payments import is_refund_owed
from charity.services.pledges.money import keep_document
from charity.services.pledges.moves import Acted, Doer, acted, change, said, take_side, write_down


def is_owed(tx: Tx, pledge: PledgeRow) -> bool:
    """Say whether a ruling gave this gift back, and its organisation has not said by which document it went."""
    is_back = pledge.kind is Kind.MONEY and pledge.state is PledgeState.RETURNED
    return is_back and is_refund_owed(tx.session, pledge.id)


def owe_refund(tx: Tx, pledge: PledgeRow) -> PledgeRow:
    """Start the time in which the money goes back, by a ruling now, or anew by one that leaves an earlier one."""
    if not is_owed(tx, pledge):
        return pledge
    running = started(
        get_clock(ClockName.REFUND, pledge.kind), tx.now, list_pauses(tx.session, pledge.region_code, since=tx.now)
    )
    change(tx, pledge, clock_values(running) | {"is_overdue": False, "clock_left": None})
    return replace(pledge, clock=running.name.value, act_by=running.due)


def name_refund(tx: Tx, pledge: PledgeRow, doer: Doer, document: str) -> Acted:
    """Say by which document money went back that a ruling gave back; from now on its donor may say that none came."""
    if not is_owed(tx, pledge):
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": Act.RETURN.value})
    may_act(pledge.kind, Act.RETURN, doer.who)
    take_side(tx, doer, pledge.beneficiary)
    texts = {"document": keep_document(tx, pledge, doer, document, is_refund=True)}
    write_down(tx, pledge, Act.RETURN, pledge.state, doer, said(EntryKind.PLEDGE_REFUNDED, texts=texts))
    change(tx, pledge, clock_values(None) | {"is_overdue": False})
    params = {"pledge": pledge.ref, "title": pledge.title, "reason": "ruling"}
    notify(tx, account_id=pledge.account_id, kind="money-returned", params=params)
    return acted(replace(pledge, clock=None, act_by=None))
