"""Gifts of money: the donor transfers directly, an officer confirms arrival and payment; the site never touches it."""

from typing import Any

from sqlalchemy import insert

from charity import ledger
from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.durations import notice_times
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import LATE, LATE_STATES, Act
from charity.domain.regions import county_of
from charity.domain.sides import Who
from charity.models.acts import act
from charity.models.case_rows import add_case, change_case, find_last_case
from charity.models.desks import list_auditors
from charity.models.moving import PledgeRow, clock_values
from charity.models.organisation_rows import list_officers, reference_of
from charity.models.organisations import BankShown, Payout
from charity.models.outbox import notify
from charity.models.payments import is_refund_owed
from charity.services.pledges.cases import ruling_clock
from charity.services.pledges.moves import (
    CLOCK,
    Acted,
    Doer,
    acted,
    advance,
    get_own_pledge,
    get_pledge,
    new_clock,
    said,
    take_side,
    until,
)
from charity.services.pledges.receivers import get_receiver, officer_doer
from charity.services.pledges.reminding import reviewers_of

TRANSFER = "transfer"
BANK_SHOWS = frozenset({PledgeState.HELD, PledgeState.SENT})
FOUND = "money-found"
LONGEST_DOCUMENT, SHORTEST_DOCUMENT = 40, 4


def transfer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Acted:
    """Say that the money is on its way; the officers are told under which reference it comes."""
    doer = Doer(actor.account_id, Who.DONOR)
    told = said(EntryKind.PLEDGE_SENT, {"parcels": 0, "method": TRANSFER})
    values = {"sent_at": tx.now, "method": TRANSFER, **_arrival_clock(tx, pledge)}
    moved = advance(tx, pledge, Act.SEND, doer, told, values=values)
    receiver = get_receiver(tx, pledge)
    params = {"organisation": receiver.ref, "reference": reference_of(pledge.ref), "units": pledge.units}
    for account_id in list_officers(tx.session, receiver.id):
        notify(tx, account_id=account_id, kind="money-on-its-way", params=params)
    return acted(moved)


def _arrival_clock(tx: Tx, pledge: PledgeRow) -> dict[str, Any]:
    """Start the officers' time; they are told at once with the reference, so the first reminder is at half time."""
    running = new_clock(tx, pledge, PledgeState.SENT)
    values = clock_values(running)
    if running is not None:
        later = (notice.at for notice in notice_times(running.started_at, running.due) if notice.at > tx.now)
        values["remind_at"] = next(later, None)
    return values


@act
def open_bank(tx: Tx, actor: Actor, pledge_ref: str) -> None:
    """Log that the claimant is about to see the organisation's account; without this row no page shows it."""
    pledge = get_own_pledge(tx, actor, pledge_ref)
    if pledge.kind is not Kind.MONEY:
        raise Missing
    if pledge.state not in BANK_SHOWS:
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": "bank"})
    receiver = get_receiver(tx, pledge)
    if not receiver.takes_money:
        raise Conflict("no-receiver-now")
    tx.session.execute(
        insert(BankShown).values(
            pledge_id=pledge.id, organisation_id=receiver.id, account_id=actor.account_id, shown_at=tx.now
        )
    )


def keep_document(
    tx: Tx, pledge: PledgeRow, doer: Doer, document: str, *, payee_id: int | None = None, is_refund: bool = False
) -> str:
    """Keep the number of the document of a payment, or of a refund, sealed, and give it for the entry's digest."""
    number = "".join(document.split())
    if not SHORTEST_DOCUMENT <= len(number) <= LONGEST_DOCUMENT:
        raise Invalid("document-missing", field="document")
    ref = new_ref()
    tx.session.execute(
        insert(Payout).values(
            ref=ref,
            pledge_id=pledge.id,
            document_sealed=seal(number, place=f"payouts.document:{ref}"),
            document_digest=digest("payout-document", number),
            is_refund=is_refund,
            payee_id=payee_id,
            paid_by_id=doer.account_id,
            paid_at=tx.now,
        )
    )
    return number


def ask_township(tx: Tx, pledge: PledgeRow) -> None:
    """Ask the township to call the family back at once: nobody else can confirm that the money came."""
    params = {"pledge": pledge.ref, "title": pledge.title}
    for account_id in reviewers_of(tx, pledge):
        notify(tx, account_id=account_id, kind="money-to-call-back", params=params)


@act
def report_late(tx: Tx, actor: Actor, pledge_ref: str) -> str:
    """Say that money came that had run out of time, was cancelled, or had gone back: a case; gives its reference."""
    pledge = get_pledge(tx, pledge_ref)
    if pledge.kind is not Kind.MONEY:
        raise Missing
    doer = officer_doer(tx, actor, pledge)
    if pledge.state is PledgeState.LAPSED_UNSETTLED:
        return _answer(tx, pledge, doer)
    if pledge.state not in LATE_STATES or _is_owed(tx, pledge):
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": LATE})
    if find_last_case(tx, pledge.id, state="open") is not None:
        raise Conflict("case-open-already")
    take_side(tx, doer, pledge.beneficiary)
    ref = _open_case(tx, pledge, doer, kind=LATE, reason="money-late")
    params = {"pledge": pledge.ref, "case": ref, "title": pledge.title}
    notify(tx, account_id=pledge.account_id, kind="money-came-late", params=params)
    return ref


def _is_owed(tx: Tx, pledge: PledgeRow) -> bool:
    """Say whether a ruling gave the money back and it did not go yet: that it is still here is no news."""
    return pledge.state is PledgeState.RETURNED and is_refund_owed(tx.session, pledge.id)


def _answer(tx: Tx, pledge: PledgeRow, doer: Doer) -> str:
    """Say in the open case what its auditor asks himself: that the money came; gives the case's reference."""
    case = find_last_case(tx, pledge.id, state="open")
    if case is None or case.reason == FOUND:
        raise Conflict("case-open-already")
    take_side(tx, doer, pledge.beneficiary)
    if not change_case(tx, case, {"reason": FOUND}):
        raise Conflict("moved-meanwhile")
    subjects = {"case": case.ref, "wish": pledge.wish_ref, "pledge": pledge.ref}
    ledger.append(tx, EntryKind.CASE_ANSWERED, subjects, {"kind": case.kind, "reason": FOUND, "by": doer.who.value})
    for account_id in list_auditors(tx.session, case.region_code, now=tx.now):
        notify(tx, account_id=account_id, kind="money-found", params={"case": case.ref, "pledge": pledge.ref})
    return case.ref


def open_unsettled(tx: Tx, pledge: PledgeRow) -> None:
    """Open the case of money of which nobody knows whether it was sent; its officers look in their account."""
    _open_case(tx, pledge, CLOCK, kind="clock", reason="unsettled")
    receiver = get_receiver(tx, pledge)
    params = {"organisation": receiver.ref, "reference": reference_of(pledge.ref), "units": pledge.units}
    for account_id in list_officers(tx.session, receiver.id):
        notify(tx, account_id=account_id, kind="money-unsettled", params=params)


def close_unsettled(tx: Tx, pledge: PledgeRow) -> None:
    """Close the case that nobody ruled in time: the units are free again."""
    case = find_last_case(tx, pledge.id, state="open")
    if case is not None and case.kind == "clock":
        change_case(tx, case, {"state": "closed"} | clock_values(None))


def _open_case(tx: Tx, pledge: PledgeRow, doer: Doer, *, kind: str, reason: str) -> str:
    running = ruling_clock(tx, pledge.kind, pledge.region_code)
    region = county_of(pledge.region_code)
    ref = add_case(
        tx,
        kind=kind,
        region=region,
        reason=reason,
        running=running,
        opened_by_id=doer.account_id,
        pledge_id=pledge.id,
        wish_id=pledge.wish_id,
    )
    facts: dict[str, JSON] = {
        "kind": kind,
        "reason": reason,
        "by": doer.who.value,
        "until": until(running.due),
        "by_clock": doer.who is Who.CLOCK,
    }
    subjects = {"case": ref, "wish": pledge.wish_ref, "pledge": pledge.ref}
    ledger.append(tx, EntryKind.CASE_OPENED, subjects, facts)
    for account_id in list_auditors(tx.session, region, now=tx.now):
        notify(tx, account_id=account_id, kind="case-to-rule", params={"case": ref, "pledge": pledge.ref})
    return ref
