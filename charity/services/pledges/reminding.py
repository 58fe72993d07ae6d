"""Whom a clock waits for, and telling them: at once, at half time, and on the last day."""

from datetime import datetime

from charity.adapters.db import Tx
from charity.domain.calendar import local
from charity.domain.clocks import ClockName, MustAct, get_clock
from charity.domain.concerns import RESPONSE
from charity.domain.durations import notice_times
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pool import SIDE_IN_POOL, PoolAct, pool_act_of
from charity.domain.produce import next_ship_reminder
from charity.domain.regions import county_of, township_of
from charity.domain.running import SILENT, next_reminder
from charity.models.case_rows import CaseRow, change_case
from charity.models.desks import list_auditors, list_holders
from charity.models.moving import PledgeRow, set_pledge
from charity.models.organisation_rows import find_receiver, list_officers
from charity.models.outbox import notify
from charity.models.pooling import list_pool_reviewers
from charity.models.produce_rows import find_batch_of, sells_still
from charity.models.queueing import OfferRow, set_offer_reminder
from charity.models.sellers import is_sellerless
from charity.models.takedowns import is_taken_up
from charity.services.pledges.field import is_on_desk

# Clocks whose notice reads otherwise than for goods.
OWN_WORDS = frozenset(
    {
        (ClockName.PLAN, Kind.SERVICE),
        (ClockName.SEND, Kind.SERVICE),
        (ClockName.ACKNOWLEDGE, Kind.SERVICE),
        (ClockName.PLAN, Kind.PRODUCE),
        (ClockName.SEND, Kind.PRODUCE),
        (ClockName.ACKNOWLEDGE, Kind.PRODUCE),
        (ClockName.SEND, Kind.MONEY),
        (ClockName.HAND_OVER, Kind.MONEY),
        (ClockName.ACKNOWLEDGE, Kind.MONEY),
    }
)
FIELD = frozenset({MustAct.KEEPER, MustAct.HOUSEHOLD})


def who_must_act(tx: Tx, pledge: PledgeRow, waits_for: MustAct) -> list[int]:
    """List the accounts a pledge's clock waits for."""
    if waits_for is MustAct.DONOR:
        return [pledge.account_id]
    if waits_for is MustAct.OFFICER:
        receiver = find_receiver(tx.session, pledge.wish_id)
        return [] if receiver is None else list_officers(tx.session, receiver.id)
    if waits_for is MustAct.HOUSEHOLD and pledge.kind is Kind.MONEY:
        return reviewers_of(tx, pledge)  # only the township's call-back confirms money
    if waits_for is MustAct.AUDITOR:
        return list_auditors(tx.session, county_of(pledge.region_code), now=tx.now)
    if waits_for is MustAct.SELLER:
        return _sellers_of(tx, pledge)
    if waits_for in FIELD and not is_on_desk(tx, pledge):
        return _field_of(tx, pledge)
    return reviewers_of(tx, pledge)


def _sellers_of(tx: Tx, pledge: PledgeRow) -> list[int]:
    """List who ships a purchase: whoever listed it, then other volunteers of the village, then the township's desk."""
    batch = find_batch_of(tx.session, pledge.wish_id)
    lister = pledge.poster_id if batch is None else batch.poster_id
    if sells_still(tx.session, lister, pledge.region_code, tx.now, pledge_id=pledge.id):
        return [lister]
    return reviewers_of(tx, pledge) if is_sellerless(tx.session, pledge.id, tx.now) else _field_of(tx, pledge)


def _field_of(tx: Tx, pledge: PledgeRow) -> list[int]:
    if pledge.keeper_id is not None:
        return [pledge.keeper_id]
    places = {pledge.region_code, township_of(pledge.region_code), pledge.point_region or pledge.region_code}
    return list_holders(tx.session, "volunteer", places, now=tx.now)


def reviewers_of(tx: Tx, pledge: PledgeRow) -> list[int]:
    """List the township's reviewers, the county's where it has none, and in the pool all who may act in the county."""
    own = list_holders(tx.session, "reviewer", [township_of(pledge.region_code)], now=tx.now)
    if pledge.in_county_pool:
        waits_for = pool_act_of(pledge.kind, pledge.state) or PoolAct.CONFIRM
        return list_pool_reviewers(
            tx.session, pledge.region_code, pledge.beneficiary, now=tx.now, side=SIDE_IN_POOL[waits_for]
        )
    return own or list_holders(tx.session, "reviewer", [county_of(pledge.region_code)], now=tx.now)


def told_time(due: datetime) -> str:
    """Write a deadline for a notice, on the clock of Asia/Shanghai."""
    return f"{local(due):%Y-%m-%d %H:%M}"


def which_notice(start: datetime, due: datetime, now: datetime) -> str:
    """Name the last of a deadline's notices that is due."""
    past = [notice.moment.value for notice in notice_times(start, due) if notice.at <= now]
    return past[-1] if past else "at-once"


def remind_pledge(tx: Tx, pledge: PledgeRow) -> None:
    """Tell whoever must act on a pledge, and set the next moment to do so."""
    is_silent = pledge.clock in SILENT  # it went on between the list of reminders and this transaction
    if pledge.clock is None or pledge.clock_started_at is None or pledge.act_by is None or is_silent:
        set_pledge(tx, pledge, {"remind_at": None})
        return
    name, start, due = ClockName(pledge.clock), pledge.clock_started_at, pledge.act_by
    if pledge.state is not PledgeState.DISPUTED:
        params = {
            "pledge": pledge.ref,
            "title": pledge.title,
            "until": told_time(due),
            "moment": which_notice(start, due, tx.now),
        }
        for account_id in who_must_act(tx, pledge, get_clock(name, pledge.kind).must_act):
            kind = f"due-{name.value}-{pledge.kind.value}" if (name, pledge.kind) in OWN_WORDS else f"due-{name.value}"
            notify(tx, account_id=account_id, kind=kind, params=params)
    is_anchored_at_its_end = (name, pledge.kind) == (ClockName.SEND, Kind.PRODUCE)
    after = next_ship_reminder(tx.now, due) if is_anchored_at_its_end else _after_now(tx, name, start, due)
    set_pledge(tx, pledge, {"remind_at": after})


def remind_offer(tx: Tx, offer: OfferRow, made_at: datetime) -> None:
    """Tell whoever is offered units, and set the next moment to do so."""
    due = offer.act_by or tx.now
    params = {
        "offer": offer.ref,
        "wish": offer.wish_ref,
        "title": offer.title,
        "units": offer.units,
        "until": told_time(due),
        "moment": which_notice(made_at, due, tx.now),
    }
    notify(tx, account_id=offer.account_id, kind="due-offer", params=params)
    set_offer_reminder(tx, offer.id, _after_now(tx, ClockName.OFFER, made_at, due))


def remind_case(tx: Tx, case: CaseRow, *, clock_started_at: datetime) -> None:
    """Tell the auditors of a case's level and of those above, and set the next moment to do so."""
    due = case.act_by or tx.now
    begin_by = clock_started_at + RESPONSE if case.kind == "report" else None
    if case.clock == ClockName.RULING.value and (begin_by is None or case.remind_at != begin_by):
        params = {
            "case": case.ref,
            "until": told_time(due),
            "moment": which_notice(clock_started_at, due, tx.now),
        }
        for account_id in list_auditors(tx.session, case.region_code, now=tx.now):
            notify(tx, account_id=account_id, kind="due-ruling", params=params)
    following = _after_now(tx, ClockName.RULING, clock_started_at, due)
    if begin_by is not None and begin_by > tx.now:
        following = begin_by if following is None else min(following, begin_by)
    elif begin_by is not None and not is_taken_up(tx.session, case.id):
        _tell_left_alone(tx, case)
    change_case(tx, case, {"remind_at": following})


def _tell_left_alone(tx: Tx, case: CaseRow) -> None:
    """Tell the auditors over a concern and its county's office that nobody has begun to look into it."""
    told = list_auditors(tx.session, case.region_code, now=tx.now)
    for account_id in sorted({*told, *list_holders(tx.session, "administrator", [case.region_code], now=tx.now)}):
        notify(tx, account_id=account_id, kind="concern-left-alone", params={"case": case.ref})


def _after_now(tx: Tx, name: ClockName, start: datetime, due: datetime) -> datetime | None:
    following = next_reminder(name, start, due, after=tx.now)
    if following is not None and following <= tx.now:
        return next((notice.at for notice in notice_times(start, due) if notice.at > tx.now), None)
    return following
