"""What clocks do when nobody acted in time; each row in a transaction of its own, by the same moves people make."""

from typing import Any

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.clocks import Clock, ClockName, End, get_clock
from charity.domain.entries import EntryKind
from charity.domain.kinds import PledgeState
from charity.domain.offers import OfferAct
from charity.domain.pledges import Act
from charity.domain.regions import county_of, parent_of
from charity.domain.running import following, started
from charity.models.acts import act
from charity.models.case_rows import change_case, find_case
from charity.models.desks import find_unsettled_term, list_auditors, list_holders, settle_term
from charity.models.moving import PledgeRow, clock_values, find_pledge, set_pledge
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.produce_rows import mark_late
from charity.models.queueing import find_offer, find_offer_made_at
from charity.models.reclocking import reclock_offer, reclock_pledge
from charity.models.sellers import count_unshipped
from charity.services.pledges.cases import dispute_pledge
from charity.services.pledges.money import close_unsettled, open_unsettled
from charity.services.pledges.moves import CLOCK, advance, find_locked, said
from charity.services.pledges.produce import tell_seller
from charity.services.pledges.reminding import remind_case, remind_offer, remind_pledge, reviewers_of
from charity.services.pledges.waiting import give_back

OVERDUE = frozenset({End.OVERDUE_TOWNSHIP, End.OVERDUE_COUNTY, End.OVERDUE_LEVEL_ABOVE})
GOES_ON = frozenset({End.REMIND_TRACE, End.TOWNSHIP_DESK, End.CALL_BACK})
RULING_OVERDUE = "ruling-overdue"


@act
def pledge_due(tx: Tx, actor: Actor, pledge_ref: str) -> str:
    """Apply the clock of a pledge that has run out; gives what happened, empty when it had moved or was paused."""
    del actor
    pledge = find_locked(tx, pledge_ref)
    if pledge is None or pledge.clock is None or pledge.act_by is None or pledge.is_overdue:
        return ""
    if pledge.act_by > tx.now or (reclock_pledge(tx, pledge) and _is_put_off(tx, pledge_ref)):
        return ""
    clock = get_clock(ClockName(pledge.clock), pledge.kind)
    _at_end(tx, pledge, clock)
    return clock.at_end.value


def _is_put_off(tx: Tx, pledge_ref: str) -> bool:
    """Say whether a pause moved the deadline beyond now."""
    seen = find_pledge(tx.session, pledge_ref)
    return seen is None or seen.act_by is None or seen.act_by > tx.now


def _at_end(tx: Tx, pledge: PledgeRow, clock: Clock) -> None:
    params = {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units}
    if clock.at_end is End.LAPSE:
        moved = advance(tx, pledge, Act.LAPSE, CLOCK, said(EntryKind.PLEDGE_LAPSED, {"reason": clock.name.value}))
        kind = "pledge-lapsed" if moved.state is PledgeState.LAPSED else "pledge-lapsed-unsettled"
        notify(tx, account_id=pledge.account_id, kind=kind, params=params)
        if moved.state is PledgeState.LAPSED_UNSETTLED:
            open_unsettled(tx, moved)
        elif pledge.state is PledgeState.LAPSED_UNSETTLED:
            close_unsettled(tx, moved)
    elif clock.at_end is End.RELEASE_OVERDUE_SELLER:
        _release_late(tx, pledge)
    elif clock.at_end is End.DEEM_HANDED_OVER:
        advance(tx, pledge, Act.DEEM, CLOCK, said(EntryKind.PLEDGE_HANDED_OVER, {"reason": "deemed"}))
    elif clock.at_end is End.OPEN_CASE:
        dispute_pledge(tx, pledge, CLOCK, reason=clock.name.value)
    elif clock.at_end in GOES_ON:
        _go_on(tx, pledge, clock)
    elif clock.at_end in OVERDUE:
        _mark_overdue(tx, pledge, clock)


def _release_late(tx: Tx, pledge: PledgeRow) -> None:
    """Let a purchase go that the seller's side did not ship in time: no lapse of the buyer's, and kept as overdue."""
    reason = "seller-overdue"
    advance(tx, pledge, Act.RELEASE, CLOCK, said(EntryKind.PLEDGE_CANCELLED, {"reason": reason}, reason=reason))
    mark_late(tx, pledge.id)
    params = {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units}
    notify(tx, account_id=pledge.account_id, kind="produce-released", params=params)
    tell_seller(tx, pledge, "produce-late")


def _go_on(tx: Tx, pledge: PledgeRow, clock: Clock) -> None:
    """Start the clock that follows in the same state: from the same start, or, for a call-back, from now."""
    after = following(clock.name, pledge.kind, pledge.state)
    if after is None:
        set_pledge(tx, pledge, clock_values(None))
        return
    start = tx.now if clock.at_end is End.CALL_BACK else (pledge.clock_started_at or tx.now)
    pauses = list_pauses(tx.session, pledge.region_code, since=start)
    running = started(after, start, pauses, circumstances=pledge.circumstances, now=tx.now)
    values: dict[str, Any] = clock_values(running)
    set_pledge(tx, pledge, values | {"clock_left": None})
    if clock.at_end is End.REMIND_TRACE:
        params = {"pledge": pledge.ref, "title": pledge.title}
        notify(tx, account_id=pledge.account_id, kind="pledge-trace", params=params)
    elif clock.at_end is End.TOWNSHIP_DESK:
        _tell_reviewers(tx, pledge, clock.at_end)


def _mark_overdue(tx: Tx, pledge: PledgeRow, clock: Clock) -> None:
    after = following(clock.name, pledge.kind, pledge.state)
    values: dict[str, Any] = {"is_overdue": True, "remind_at": None}
    if after is not None:
        start = pledge.clock_started_at or tx.now
        pauses = list_pauses(tx.session, pledge.region_code, since=start)
        # The longer clock of the same state runs on, so the row must be found again when that one is due.
        values = clock_values(started(after, start, pauses, now=tx.now))
    set_pledge(tx, pledge, values)
    _tell_reviewers(tx, pledge, clock.at_end)


def _tell_reviewers(tx: Tx, pledge: PledgeRow, at_end: End) -> None:
    """Tell the level at which a pledge is overdue: the township, the county's office, or the auditors above."""
    params = {"pledge": pledge.ref, "title": pledge.title}
    for account_id in _overdue_at(tx, pledge, at_end) or reviewers_of(tx, pledge):
        notify(tx, account_id=account_id, kind="pledge-overdue", params=params)


def _overdue_at(tx: Tx, pledge: PledgeRow, at_end: End) -> list[int]:
    if at_end is End.OVERDUE_COUNTY:
        return list_holders(tx.session, "administrator", [county_of(pledge.region_code)], now=tx.now)
    if at_end is End.OVERDUE_LEVEL_ABOVE:
        return list_auditors(tx.session, parent_of(county_of(pledge.region_code)) or "", now=tx.now)
    return []


@act
def pledge_reminder(tx: Tx, actor: Actor, pledge_ref: str) -> bool:
    """Send the reminder of a pledge that is due now."""
    del actor
    pledge = find_locked(tx, pledge_ref)
    if pledge is None:
        return False
    remind_pledge(tx, pledge)
    return True


@act
def offer_due(tx: Tx, actor: Actor, offer_ref: str) -> str:
    """Let an offer expire that nobody took, and pass its units on."""
    del actor
    offer = find_offer(tx, offer_ref)
    if offer is None or offer.state != "open" or offer.act_by is None or offer.act_by > tx.now:
        return ""
    if reclock_offer(tx, offer):
        again = find_offer(tx, offer_ref)
        if again is None or again.act_by is None or again.act_by > tx.now:
            return ""
    give_back(tx, offer, OfferAct.EXPIRE)
    return End.EXPIRE_OFFER.value


@act
def offer_reminder(tx: Tx, actor: Actor, offer_ref: str) -> bool:
    """Send the reminder of an offer that is due now."""
    del actor
    offer = find_offer(tx, offer_ref)
    if offer is None or offer.state != "open":
        return False
    remind_offer(tx, offer, find_offer_made_at(tx, offer.id))
    return True


@act
def case_due(tx: Tx, actor: Actor, case_ref: str) -> str:
    """Mark a ruling overdue at the level above, or let one stand that nobody appealed."""
    del actor
    case = find_case(tx, case_ref)
    if case is None or case.act_by is None or case.act_by > tx.now:
        return ""
    if case.clock == ClockName.APPEAL.value:
        change_case(tx, case, {"state": "closed"} | clock_values(None))
        return End.RULING_STANDS.value
    if case.clock != ClockName.RULING.value:
        return ""
    change_case(tx, case, {"clock": RULING_OVERDUE, "remind_at": None})
    above = parent_of(case.region_code) if case.region_code else ""
    told = list_auditors(tx.session, above or case.region_code, now=tx.now)
    # Where nobody sits above, those who owe the ruling hear it again.
    for account_id in told or list_auditors(tx.session, case.region_code, now=tx.now):
        notify(tx, account_id=account_id, kind="case-overdue", params={"case": case.ref})
    return End.OVERDUE_LEVEL_ABOVE.value


@act
def case_reminder(tx: Tx, actor: Actor, case_ref: str) -> bool:
    """Send the reminder of a case that is due now."""
    del actor
    case = find_case(tx, case_ref)
    if case is None or case.clock_started_at is None:
        return False
    remind_case(tx, case, clock_started_at=case.clock_started_at)
    return True


@act
def term_over(tx: Tx, actor: Actor, grant_id: int) -> bool:
    """Tell the township that the open acts of a volunteer, whose term ended or who is silent, are on its desk."""
    del actor
    term = find_unsettled_term(tx, grant_id)
    if term is None:
        return False
    settle_term(tx, grant_id)
    open_acts = term.open_acts + count_unshipped(tx, term.account_id, term.region_code)
    if open_acts:
        for account_id in list_holders(tx.session, "reviewer", [term.region_code[:9]], now=tx.now):
            params = {"count": open_acts, "region": term.region_code}
            notify(tx, account_id=account_id, kind="desk-has-acts", params=params)
    return True
