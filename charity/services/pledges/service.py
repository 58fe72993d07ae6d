"""Hours: who may give them, the date agreed, the hours logged, and what the keeper or the school attests."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from charity.adapters.crypto import seal
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of
from charity.domain.durations import started_on
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.kinds import PledgeState
from charity.domain.pledges import Act, next_state
from charity.domain.service import (
    Giver,
    may_agree,
    may_agree_on,
    may_attest,
    may_be_there,
    may_begin,
    may_count,
    may_go_on,
    may_go_on_with_children,
    may_log,
    may_put_off,
    may_serve_children,
    most_hours,
)
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
    forget_days,
    list_days,
    list_names,
    list_team,
    log_visit,
    met_children,
    move_visit,
    put_days,
    put_visit,
    stood,
)
from charity.services.pledges.moves import (
    Acted,
    Doer,
    acted,
    advance,
    change,
    get_pledge,
    new_clock,
    said,
    take_side,
    until,
    write_down,
)
from charity.services.pledges.parting import split_off


def may_give_hours(tx: Tx, wish_id: int, region: str, *, account_id: int, account_kind: str, day: date) -> TermsRow:
    """Refuse a giver of a service to children who was not vetted for that day; gives the terms of the service."""
    terms = find_terms(tx.session, wish_id, moment=tx.now)
    if terms is None:
        raise Conflict("terms-missing")
    if terms.serves_children:
        may_go_on_with_children(terms.mode, terms.through, names_adult=terms.second_adult_sealed is not None)
        vetted = find_vetting(tx.session, account_id, region, day_of(tx.now))
        may_serve_children(vetted, terms.through, _giver(tx, account_id, account_kind), day=day)
    return terms


def _giver(tx: Tx, account_id: int, account_kind: str) -> Giver:
    if account_kind != AccountKind.ORGANISATION.value:
        return Giver.PERSON
    return Giver.VETTED_ORGANISATION if is_vetted(tx.session, account_id) else Giver.ORGANISATION


def agree(tx: Tx, actor: Actor, pledge: PledgeRow, days: Iterable[date]) -> Acted:
    """Agree the days on which the hours are given; the time to log them counts from the end of the next of them."""
    next_state(pledge.kind, pledge.state, Act.PLAN)
    agreed = sorted(days)
    terms = _may_give_on(tx, pledge, agreed[-1] if agreed else day_of(tx.now))
    may_agree_on(agreed, hours=pledge.units, first_on=terms.first_on, last_on=terms.last_on, today=day_of(tx.now))
    day = agreed[0]
    _may_begin(tx, pledge, terms, day)
    put_visit(tx, pledge.id, agreed_on=day)
    put_days(tx, pledge.id, agreed[1:])
    running = new_clock(tx, pledge, PledgeState.PLANNED, at=started_on(day))
    told = said(EntryKind.PLEDGE_PLANNED, {"method": terms.mode})
    doer = Doer(actor.account_id, Who.DONOR)
    values = {"method": terms.mode, **clock_values(running)}
    moved = advance(tx, pledge, Act.PLAN, doer, told, values=values)
    _tell_keeper(tx, pledge, "service-agreed", day)
    return acted(moved)


def _may_give_on(tx: Tx, pledge: PledgeRow, day: date) -> TermsRow:
    return may_give_hours(
        tx,
        pledge.wish_id,
        pledge.region_code,
        account_id=pledge.account_id,
        account_kind=pledge.account_kind,
        day=day,
    )


def _may_begin(tx: Tx, pledge: PledgeRow, terms: TermsRow, day: date) -> None:
    """Refuse a day with children that could not be attested, because the vetting does not stand all through it."""
    is_covered = not terms.serves_children or stood(tx.session, pledge.account_id, pledge.region_code, day)
    may_begin(is_vetted=is_covered)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a giver says of a meeting: hours, how many people were there, and whether there will be another."""

    hours: int | None = None
    people: int = 1
    next_on: date | None = None
    is_last: bool = False


def log_hours(tx: Tx, actor: Actor, pledge: PledgeRow, said_of: Meeting) -> Acted:
    """Log the hours of a meeting, which go on as a pledge of their own while others of the claim are still to come.

    Of hours claimed for which no meeting is to come the units are free again, without a lapse.
    """
    next_state(pledge.kind, pledge.state, Act.SEND)
    visit = find_visit(tx.session, pledge.id)
    if visit is None:
        raise Conflict("day-missing")
    day = visit.agreed_on
    given = pledge.units if said_of.hours is None else said_of.hours
    doer = Doer(actor.account_id, Who.DONOR)
    if given == 0:
        return _put_off(tx, pledge, doer, day, said_of)
    _may_log(tx, pledge, day, given, said_of.people)
    following = _next_meeting(tx, pledge, day, said_of, hours_left=pledge.units - given)
    if following is not None:
        met = get_pledge(tx, split_off(tx, pledge, doer, rest=given))
        put_visit(tx, met.id, agreed_on=day)
        _go_on(tx, get_pledge(tx, pledge.ref), doer, following)
        _log(tx, met, doer, day, hours=given, people=said_of.people)
        return acted(get_pledge(tx, pledge.ref))
    if given < pledge.units:
        pledge = _free_the_rest(tx, pledge, doer, rest=pledge.units - given)
    forget_days(tx, pledge.id)
    return acted(_log(tx, pledge, doer, day, hours=given, people=said_of.people))


def _put_off(tx: Tx, pledge: PledgeRow, doer: Doer, day: date, said_of: Meeting) -> Acted:
    """Let a meeting fall out and wait for the next one; without a next one it is not put off but cancelled.

    Once in a row only: whoever gives no hour in between would keep others from giving them for as long as he likes.
    """
    may_put_off(already=pledge.is_extended)
    take_side(tx, doer, pledge.beneficiary)
    following = _next_meeting(tx, pledge, day, said_of, hours_left=pledge.units)
    if following is None:
        raise Invalid("next-meeting-missing", field="next_on")
    _tell_keeper(tx, pledge, "service-called-off", day)
    _go_on(tx, pledge, doer, following, is_put_off=True)
    return acted(get_pledge(tx, pledge.ref))


def _may_log(tx: Tx, pledge: PledgeRow, day: date, hours: int, people: int) -> None:
    giver = _giver(tx, pledge.account_id, pledge.account_kind)
    may_be_there(people, giver=giver, named=_count_named(tx, pledge, day))
    logged, most_people = count_hours(tx.session, pledge.account_id, day, but=pledge.id)
    most = most_hours(pledge.units, logged_that_day=logged, people=people, most_people=most_people)
    may_log(hours, most=most, agreed_on=day, today=day_of(tx.now))


def _count_named(tx: Tx, pledge: PledgeRow, day: date) -> int | None:
    """Count who of a giver's people was vetted by name for that day; None when no children are there."""
    if not met_children(tx.session, pledge.wish_id, day, by=tx.now):
        return None
    return len(list_team(tx.session, pledge.account_id, pledge.region_code, day))


def _next_meeting(tx: Tx, pledge: PledgeRow, day: date, said_of: Meeting, *, hours_left: int) -> date | None:
    """Give the day of the next meeting, None when there is none or nobody may come any more; keeps a new one."""
    known = list_days(tx.session, pledge.id)
    may_go_on(said_of.next_on, hours_left=hours_left, known={day, *known})
    if said_of.next_on is not None:
        terms = _may_give_on(tx, pledge, said_of.next_on)
        may_agree(
            said_of.next_on,
            first_on=terms.first_on,
            last_on=terms.last_on,
            today=day_of(tx.now),
            field="next_on",
        )
        _may_begin(tx, pledge, terms, said_of.next_on)
        put_days(tx, pledge.id, [said_of.next_on])
        known = sorted({*known, said_of.next_on})
    if hours_left < 1 or said_of.is_last:
        return None
    return next((coming for coming in known if _is_vetted_on(tx, pledge, coming)), None)


def _is_vetted_on(tx: Tx, pledge: PledgeRow, day: date) -> bool:
    try:
        _may_give_on(tx, pledge, day)
    except NotPermitted:
        return False
    return True


def _go_on(tx: Tx, pledge: PledgeRow, doer: Doer, day: date, *, is_put_off: bool = False) -> None:
    """Let the rest of a claim wait for its next meeting; the time to log it counts from the end of that day."""
    move_visit(tx, pledge.id, day)
    running = new_clock(tx, pledge, PledgeState.PLANNED, at=started_on(day))
    change(tx, pledge, {"is_overdue": False, "is_extended": is_put_off, **clock_values(running)})
    due = None if running is None else until(running.due)
    told = said(EntryKind.PLEDGE_EXTENDED, {"extended": True, "until": due})
    write_down(tx, pledge, Act.EXTEND, pledge.state, doer, told)
    _tell_keeper(tx, pledge, "service-agreed", day)


def _log(tx: Tx, pledge: PledgeRow, doer: Doer, day: date, *, hours: int, people: int) -> PledgeRow:
    log_visit(tx, pledge.id, hours=hours, people=people)
    told = said(EntryKind.PLEDGE_SENT, {"method": pledge.method})
    moved = advance(tx, pledge, Act.SEND, doer, told, values={"sent_at": tx.now})
    _tell_keeper(tx, pledge, "service-to-attest", day)
    return moved


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
    visit = find_visit(tx.session, pledge.id)
    day, by = (day_of(tx.now), None) if visit is None else (visit.agreed_on, visit.logged_at)
    if met_children(tx.session, pledge.wish_id, day, by=by or tx.now):
        team = [] if visit is None else list_team(tx.session, pledge.account_id, pledge.region_code, visit.agreed_on)
        may_count(was_vetted=visit is not None and pledge.account_id in team and visit.people <= len(team))
        givers = {pledge.account_id, *team}
        may_attest(second_adult, givers=(name for giver in givers for name in list_names(tx.session, giver)))
    if second_adult.strip():
        sealed = seal(second_adult.strip(), place=attested_place(pledge.ref))
        attest_visit(tx, pledge.id, second_adult_sealed=sealed)


def _tell_keeper(tx: Tx, pledge: PledgeRow, kind: str, day: date) -> None:
    if pledge.keeper_id is not None:
        params = {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units, "day": day.isoformat()}
        notify(tx, account_id=pledge.keeper_id, kind=kind, params=params)
