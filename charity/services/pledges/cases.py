"""Opening cases: a dispute stops a pledge's clocks, a concern needs no account, an appeal goes one level up."""

from datetime import timedelta
from typing import Any

from charity import ledger
from charity.adapters.crypto import digest
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.clocks import Clock, ClockName, get_clock
from charity.domain.concerns import Thing, page_of, stands_at
from charity.domain.counters import Standing
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted, SignInNeeded, TooMany
from charity.domain.kinds import Kind, PledgeState
from charity.domain.permissions import is_allowed, may
from charity.domain.pledges import AFTER, NOT_BACK, Act, may_dispute, may_doubt_return, next_state
from charity.domain.pool import may_take_out
from charity.domain.regions import Level, county_of, level_of, parent_of
from charity.domain.running import Running, left_of, started
from charity.domain.sides import Who, may_act
from charity.ledger.concerned import find_thing
from charity.models.acts import act
from charity.models.case_rows import add_case, change_case, find_last_case, has_case_since
from charity.models.concerned import find_place_of
from charity.models.desks import list_auditors
from charity.models.moving import PledgeRow, clock_values, find_entered
from charity.models.organisation_rows import list_officers, reference_of
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.throttles import count_try, network_of
from charity.models.wish_people import list_first_to_act
from charity.models.wish_rows import find_wish_row
from charity.services.pledges.moves import (
    Acted,
    Doer,
    acted,
    bring_to,
    change,
    get_pledge,
    said,
    take_side,
    until,
)
from charity.services.pledges.receivers import get_receiver, officer_doer

DISPUTE_REASONS = frozenset({"not-arrived", "not-handed-over", "wrong-item", "not-received", "misuse", "other"})
CONCERN_REASONS = frozenset({"privacy", "false-need", "misuse", "charged-money", "child-safety", "other"})
LONGEST = 2000
CONCERN_WINDOW, MOST_CONCERNS = timedelta(hours=1), 20


@act
def dispute(tx: Tx, actor: Actor, pledge_ref: str, *, reason: str, words: str = "") -> Acted:
    """Say that something is wrong with a pledge; an auditor will rule, and all its clocks stand still."""
    pledge = get_pledge(tx, pledge_ref)
    doer = _disputer(tx, actor, pledge)
    is_returned = next_state(pledge.kind, pledge.state, Act.DISPUTE) is PledgeState.RETURNED
    if reason not in ({NOT_BACK} if is_returned else DISPUTE_REASONS):
        raise Invalid("reason-unknown", field="reason")
    if is_returned:
        return _doubt_return(tx, pledge, doer, words)
    return acted(dispute_pledge(tx, pledge, doer, reason=reason, words=words, kind="dispute"))


def _disputer(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Give the capacity to dispute: a party's, or that of whoever calls back for the county's pool and hears a no."""
    try:
        return party(tx, actor, pledge)
    except Missing:
        if pledge.state is not PledgeState.HANDED_OVER:
            raise
        may_take_out(actor, pledge.region_code, is_pooled=pledge.in_county_pool)
        return Doer(actor.account_id, Who.REVIEWER)


def party(tx: Tx, actor: Actor, pledge: PledgeRow) -> Doer:
    """Give the capacity in which somebody has a say about a pledge; to anybody else it looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if pledge.account_id == actor.account_id:
        return Doer(actor.account_id, Who.DONOR)
    if pledge.kind is Kind.MONEY and not is_allowed(actor, "pledge.dispute", pledge.region_code):
        return officer_doer(tx, actor, pledge)
    may(actor, "pledge.dispute", pledge.region_code)
    capacities = ((Role.VOLUNTEER, Who.VOLUNTEER), (Role.REVIEWER, Who.REVIEWER), (Role.AUDITOR, Who.AUDITOR))
    for role, who in capacities:
        if actor.holds(role, pledge.region_code):
            return Doer(actor.account_id, who)
    raise Missing


def dispute_pledge(
    tx: Tx, pledge: PledgeRow, doer: Doer, *, reason: str, words: str = "", kind: str = "clock"
) -> PledgeRow:
    """Stop a pledge where it is and open its case."""
    may_act(pledge.kind, Act.DISPUTE, doer.who)
    after = next_state(pledge.kind, pledge.state, Act.DISPUTE)
    may_dispute(pledge.state, confirmed_at=pledge.confirmed_at, now=tx.now)
    take_side(tx, doer, pledge.beneficiary)
    running = ruling_clock(tx, pledge.kind, pledge.region_code)
    case_ref = add_case(
        tx,
        kind=kind,
        region=county_of(pledge.region_code),
        reason=reason,
        running=running,
        opened_by_id=doer.account_id,
        pledge_id=pledge.id,
        wish_id=pledge.wish_id,
        words=words[:LONGEST],
    )
    told = said(EntryKind.PLEDGE_DISPUTED, {"reason": reason}, subjects={"case": case_ref}, reason=reason)
    values = _stopped(tx, pledge) | clock_values(running) | {"remind_at": None}
    moved = bring_to(tx, pledge, Act.DISPUTE, Standing(state=after, former=pledge.state), doer, told, values=values)
    _write_opened(tx, pledge, case_ref, doer, reason=reason, kind=kind, words=words, running=running)
    if doer.account_id != pledge.account_id:
        params = {"pledge": pledge.ref, "case": case_ref, "title": pledge.title}
        notify(tx, account_id=pledge.account_id, kind="pledge-disputed", params=params)
    return moved


def ruling_clock(tx: Tx, kind: Kind, region: str) -> Running:
    """Start the clock of a ruling."""
    clock = get_clock(ClockName.RULING, kind)
    pauses = list_pauses(tx.session, region, since=tx.now) if region else ()
    return started(clock, tx.now, pauses)


def _doubt_return(tx: Tx, pledge: PledgeRow, doer: Doer, words: str) -> Acted:
    """Open the case of money that, as its donor says, never came back; the gift stays where it is until a ruling."""
    if doer.who is not Who.DONOR:
        raise NotPermitted("not-your-act", params={"act": Act.DISPUTE.value})
    returned_at = find_entered(tx, pledge)
    is_said = find_last_case(tx, pledge.id, state="open") is not None
    is_said = is_said or has_case_since(tx, pledge.id, reason=NOT_BACK, since=returned_at)
    is_late = pledge.is_overdue
    is_awaited = pledge.clock == ClockName.REFUND.value and not is_late
    may_doubt_return(returned_at=returned_at, is_said=is_said, is_awaited=is_awaited, is_late=is_late, now=tx.now)
    take_side(tx, doer, pledge.beneficiary)
    case_ref = open_after(tx, pledge, doer, reason=NOT_BACK, words=words)
    receiver = get_receiver(tx, pledge)
    params = {"organisation": receiver.ref, "reference": reference_of(pledge.ref), "pledge": pledge.ref}
    for account_id in list_officers(tx.session, receiver.id):
        notify(tx, account_id=account_id, kind="money-not-back", params=params)
    for account_id in list_auditors(tx.session, county_of(pledge.region_code), now=tx.now):
        notify(tx, account_id=account_id, kind="case-to-rule", params={"case": case_ref, "pledge": pledge.ref})
    return acted(pledge)


def open_after(tx: Tx, pledge: PledgeRow, doer: Doer, *, reason: str, words: str = "") -> str:
    """Open a case about a gift that has ended and stays where it is until the ruling; gives its reference."""
    running = ruling_clock(tx, pledge.kind, pledge.region_code)
    case_ref = add_case(
        tx,
        kind=AFTER,
        region=county_of(pledge.region_code),
        reason=reason,
        running=running,
        opened_by_id=doer.account_id,
        pledge_id=pledge.id,
        wish_id=pledge.wish_id,
        words=words[:LONGEST],
    )
    _write_opened(tx, pledge, case_ref, doer, reason=reason, kind=AFTER, words=words, running=running)
    return case_ref


def _stopped(tx: Tx, pledge: PledgeRow) -> dict[str, Any]:
    """Remember the clock a dispute stops, and how much of it is left."""
    clock = running_clock(pledge)
    if clock is None or pledge.act_by is None:
        return {"former_clock": None, "clock_left": None}
    pauses = list_pauses(tx.session, pledge.region_code, since=tx.now)
    left = left_of(clock, now=tx.now, due=pledge.act_by, pauses=pauses)
    return {"former_clock": clock.name.value, "clock_left": int(left.span.total_seconds())}


def running_clock(pledge: PledgeRow) -> Clock | None:
    """Give the table's line of the clock that runs for a pledge."""
    return None if pledge.clock is None else get_clock(ClockName(pledge.clock), pledge.kind)


def _write_opened(
    tx: Tx, pledge: PledgeRow, case_ref: str, doer: Doer, *, reason: str, kind: str, words: str, running: Running
) -> None:
    facts: dict[str, JSON] = {
        "kind": kind,
        "reason": reason,
        "by": doer.who.value,
        "until": until(running.due),
        "by_clock": doer.who is Who.CLOCK,
    }
    subjects = {"case": case_ref, "wish": pledge.wish_ref, "pledge": pledge.ref}
    ledger.append(tx, EntryKind.CASE_OPENED, subjects, facts, texts={"finding": words} if words else {})


@act
def report(
    tx: Tx,
    actor: Actor,
    *,
    reason: str,
    words: str,
    page: str = "",
    wish_ref: str = "",
    reply: str = "",
    address: str = "",
) -> str:
    """Report a concern, with or without an account; gives the number under which it is looked into."""
    if reason not in CONCERN_REASONS:
        raise Invalid("reason-unknown", field="reason")
    if not words.strip():
        raise Invalid("words-missing", field="words")
    if address and count_try(tx, digest("try-concern", network_of(address)), window=CONCERN_WINDOW) > MOST_CONCERNS:
        raise TooMany("too-many")
    thing = (Thing.WISH, wish_ref) if wish_ref else find_thing(tx.session, page)
    wish = find_wish_row(tx.session, thing[1]) if thing is not None and thing[0] is Thing.WISH else None
    place = "" if thing is None else find_place_of(tx.session, *thing) or ""
    region = county_of(place) if level_of(place) > Level.COUNTY else place
    running = ruling_clock(tx, Kind.GOODS, region)
    ref = add_case(
        tx,
        kind="report",
        region=region,
        reason=reason,
        running=running,
        opened_by_id=actor.account_id or None,
        wish_id=None if wish is None else wish.id,
        page=(page_of(page) if thing is None else stands_at(thing, page))[:200],
        words=words[:LONGEST],
        reply=reply[:200],
    )
    facts: dict[str, JSON] = {"kind": "report", "reason": reason, "until": until(running.due)}
    subjects = {"case": ref} | ({} if wish is None else {"wish": wish.ref})
    ledger.append(tx, EntryKind.CASE_OPENED, subjects, facts, texts={"finding": words})
    for account_id in list_first_to_act(tx, place):
        notify(tx, account_id=account_id, kind="concern-reported", params={"case": ref})
    return ref


@act
def appeal(tx: Tx, actor: Actor, pledge_ref: str, *, grounds: str) -> Acted:
    """Ask the level above to look at a ruling again: a party, once, within ten working days."""
    pledge = get_pledge(tx, pledge_ref)
    doer = party(tx, actor, pledge)
    may_act(pledge.kind, Act.APPEAL, doer.who)
    next_state(pledge.kind, pledge.state, Act.APPEAL)
    case = find_last_case(tx, pledge.id, state="ruled")
    if case is None or case.kind == "appeal" or case.act_by is None or case.act_by < tx.now:
        raise Conflict("appeal-too-late")
    if not grounds.strip():
        raise Invalid("grounds-missing", field="grounds")
    take_side(tx, doer, pledge.beneficiary)
    if not change_case(tx, case, {"state": "appealed"} | clock_values(None)):
        raise Conflict("moved-meanwhile")
    region = parent_of(case.region_code)
    if pledge.clock == ClockName.REFUND.value:  # what a ruling gave back waits for the level above
        change(tx, pledge, clock_values(None) | {"is_overdue": False})
    running = ruling_clock(tx, pledge.kind, pledge.region_code)
    ref = add_case(
        tx,
        kind="appeal",
        region=region,
        reason="appeal",
        running=running,
        opened_by_id=actor.account_id,
        pledge_id=pledge.id,
        wish_id=pledge.wish_id,
        words=grounds[:LONGEST],
        appeal_of_id=case.id,
    )
    subjects = {"wish": pledge.wish_ref, "pledge": pledge.ref}
    ledger.append(tx, EntryKind.CASE_APPEALED, {"case": case.ref, **subjects}, {"by": doer.who.value, "appeal": True})
    opened = {"case": ref, "parent": case.ref, **subjects}
    facts: dict[str, JSON] = {"kind": "appeal", "by": doer.who.value, "until": until(running.due)}
    ledger.append(tx, EntryKind.CASE_OPENED, opened, facts, texts={"grounds": grounds})
    return acted(pledge)
