"""Hours: who may give them, the date agreed, the hours logged, and what the keeper or the school attests."""

from datetime import date

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of
from charity.domain.durations import started_on
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import PledgeState
from charity.domain.pledges import Act, next_state
from charity.domain.service import Giver, may_agree, may_attest, may_count, may_log, may_serve_children, most_hours
from charity.domain.sides import Who, may_act
from charity.models.moving import PledgeRow, clock_values
from charity.models.organisation_rows import is_vetted
from charity.models.outbox import notify
from charity.models.service import attested_place
from charity.models.service_rows import (
    TermsRow,
    attest_visit,
    count_hours,
    find_terms,
    find_vetting,
    find_visit,
    list_names,
    log_visit,
    put_visit,
    stood,
)
from charity.services.pledges.moves import Acted, Doer, acted, advance, get_pledge, new_clock, said
from charity.services.pledges.parting import split_off


def may_give_hours(tx: Tx, wish_id: int, region: str, *, account_id: int, account_kind: str, day: date) -> TermsRow:
    """Refuse a giver of a service to children who was not vetted for that day; gives the terms of the service."""
    terms = find_terms(tx.session, wish_id)
    if terms is None:
        raise Conflict("terms-missing")
    if terms.serves_children:
        vetted = find_vetting(tx.session, account_id, region, day_of(tx.now))
        may_serve_children(vetted, terms.through, _giver(tx, account_id, account_kind), day=day)
    return terms


def _giver(tx: Tx, account_id: int, account_kind: str) -> Giver:
    if account_kind != AccountKind.ORGANISATION.value:
        return Giver.PERSON
    return Giver.VETTED_ORGANISATION if is_vetted(tx.session, account_id) else Giver.ORGANISATION


def agree(tx: Tx, actor: Actor, pledge: PledgeRow, day: date | None) -> Acted:
    """Agree the day on which the hours are given; the time to log them counts from the end of that day."""
    next_state(pledge.kind, pledge.state, Act.PLAN)
    if day is None:
        raise Invalid("day-missing", field="day")
    terms = may_give_hours(
        tx,
        pledge.wish_id,
        pledge.region_code,
        account_id=pledge.account_id,
        account_kind=pledge.account_kind,
        day=day,
    )
    may_agree(day, first_on=terms.first_on, last_on=terms.last_on, today=day_of(tx.now))
    put_visit(tx, pledge.id, agreed_on=day)
    running = new_clock(tx, pledge, PledgeState.PLANNED, at=started_on(day))
    told = said(EntryKind.PLEDGE_PLANNED, {"method": terms.mode})
    doer = Doer(actor.account_id, Who.DONOR)
    values = {"method": terms.mode, **clock_values(running)}
    moved = advance(tx, pledge, Act.PLAN, doer, told, values=values)
    _tell_keeper(tx, pledge, "service-agreed", day)
    return acted(moved)


def log_hours(tx: Tx, actor: Actor, pledge: PledgeRow, hours: int | None) -> Acted:
    """Log the hours given; of those claimed and not given the units are free again, without a lapse."""
    next_state(pledge.kind, pledge.state, Act.SEND)
    visit = find_visit(tx.session, pledge.id)
    if visit is None:
        raise Conflict("day-missing")
    given = pledge.units if hours is None else hours
    logged = count_hours(tx.session, pledge.account_id, visit.agreed_on, but=pledge.id)
    most = most_hours(pledge.units, logged_that_day=logged, giver=_giver(tx, pledge.account_id, pledge.account_kind))
    may_log(given, most=most, agreed_on=visit.agreed_on, today=day_of(tx.now))
    doer = Doer(actor.account_id, Who.DONOR)
    if given < pledge.units:
        pledge = _free_the_rest(tx, pledge, doer, rest=pledge.units - given)
    log_visit(tx, pledge.id, hours=given)
    told = said(EntryKind.PLEDGE_SENT, {"method": pledge.method})
    moved = advance(tx, pledge, Act.SEND, doer, told, values={"sent_at": tx.now})
    _tell_keeper(tx, pledge, "service-to-attest", visit.agreed_on)
    return acted(moved)


def _free_the_rest(tx: Tx, pledge: PledgeRow, doer: Doer, *, rest: int) -> PledgeRow:
    """Split off the hours that were not given, and cancel them."""
    part = split_off(tx, pledge, doer, rest=rest)
    told = said(EntryKind.PLEDGE_CANCELLED, {"reason": "fewer-hours"}, reason="fewer-hours")
    advance(tx, get_pledge(tx, part), Act.CANCEL, doer, told)
    return get_pledge(tx, pledge.ref)


def attest(tx: Tx, pledge: PledgeRow, doer: Doer, *, second_adult: str) -> None:
    """Keep who was the second adult in the room; where children were served there is no attestation without."""
    may_act(pledge.kind, Act.HAND_OVER, doer.who)
    next_state(pledge.kind, pledge.state, Act.HAND_OVER)
    terms = find_terms(tx.session, pledge.wish_id)
    if terms is not None and terms.serves_children:
        visit = find_visit(tx.session, pledge.id)
        was_vetted = visit is not None and stood(tx.session, pledge.account_id, pledge.region_code, visit.agreed_on)
        may_count(was_vetted=was_vetted)
        may_attest(second_adult, givers=list_names(tx.session, pledge.account_id))
    if second_adult.strip():
        sealed = seal(second_adult.strip(), place=attested_place(pledge.ref))
        attest_visit(tx, pledge.id, second_adult_sealed=sealed)


def _tell_keeper(tx: Tx, pledge: PledgeRow, kind: str, day: date) -> None:
    if pledge.keeper_id is not None:
        params = {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units, "day": day.isoformat()}
        notify(tx, account_id=pledge.keeper_id, kind=kind, params=params)
