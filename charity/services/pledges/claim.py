"""Claiming units of a wish: every limit is a conditional UPDATE, so that no load can pass one."""

from dataclasses import dataclass

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of, year_of
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted, Refused, SignInNeeded
from charity.domain.kinds import Kind, PledgeState
from charity.domain.limits import DEFAULTS, Limits, may_claim
from charity.domain.running import Circumstances, Running, first_clock, started
from charity.domain.sides import TERM, Side, Who, may_act_on_side
from charity.domain.wishes import PUBLIC, WishState, takes_claims
from charity.ledger.writing import moment
from charity.models.acts import act
from charity.models.claiming import Claimable, Taken, Taking, find_claimable, take_and_write
from charity.models.pausing import list_pauses
from charity.models.sides import list_stands
from charity.models.standing import find_standing
from charity.models.wish_rows import find_wish_row
from charity.services.pledges.acting import may_promise_for
from charity.services.pledges.receivers import may_give_money
from charity.services.pledges.service import may_give_hours

DISPLAYS = frozenset({"name", "nickname", "anonymous"})


@dataclass(frozen=True, slots=True)
class Claimed:
    """A new pledge: its reference, where it stands, and by when its donor must plan."""

    id: str
    state: str
    units: int
    wish_id: str
    act_by: str


@act
def claim(tx: Tx, actor: Actor, wish_ref: str, *, units: int, display: str = "nickname") -> Claimed:
    """Claim units of a public wish for the actor."""
    return make_claim(tx, actor, wish_ref, units=units, display=display)


def make_claim(
    tx: Tx, actor: Actor, wish_ref: str, *, units: int, display: str, offer_ref: str | None = None
) -> Claimed:
    """Take the units, with every limit, and write the pledge; units of an offer were reserved before."""
    may_be_asked(actor, units, display)
    wish = find_claimable(tx, wish_ref, actor.account_id, today=day_of(tx.now))
    if wish is None:
        raise Missing
    if wish.circle_id is not None:
        raise Conflict("wish-of-circle")
    if wish.is_own:
        raise NotPermitted("own-household")
    may_promise_for(tx, actor, wish.ref, wish.beneficiary)
    if wish.kind is Kind.MONEY:
        may_give_money(tx, wish.id, actor)
    if wish.kind is Kind.SERVICE:
        may_give_hours(
            tx,
            wish.id,
            wish.region_code,
            account_id=actor.account_id,
            account_kind=wish.account_kind,
            day=day_of(tx.now),
        )
    taking = _taking(tx, actor, wish, units=units, display=display, offer_ref=offer_ref)
    taken = take_and_write(tx, taking)
    if not taken.pledge:
        raise _refusal(tx, actor, taken, taking)
    return Claimed(
        id=taking.ref,
        state=PledgeState.HELD.value,
        units=units,
        wish_id=wish.ref,
        act_by=moment(taking.due),
    )


def may_be_asked(actor: Actor, units: int, display: str) -> None:
    """Refuse a claim by nobody, of nothing, or with an unknown way to be named."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if units < 1:
        raise Invalid("units-too-few", field="units", params={"least": 1})
    if display not in DISPLAYS:
        raise Invalid("display-unknown", field="display")


def _taking(
    tx: Tx, actor: Actor, wish: Claimable, *, units: int, display: str, offer_ref: str | None, limits: Limits = DEFAULTS
) -> Taking:
    ref, running = new_ref(), _first_clock(tx, wish)
    subjects = {"wish": wish.ref, "pledge": ref} | ({"offer": offer_ref} if offer_ref else {})
    facts: dict[str, JSON] = {
        "units": units,
        "from": None,
        "to": PledgeState.HELD,
        "by": Who.DONOR.value,
        "kind": wish.kind.value,
        "price": wish.unit_fen,
        "until": moment(running.due),
    }
    entry = ledger.prepare(EntryKind.PLEDGE_CLAIMED, subjects, facts, at=tx.now)
    return Taking(
        account=actor.account_id,
        wish=wish.id,
        beneficiary=wish.beneficiary,
        year=year_of(tx.now),
        units=units,
        reserved=units if offer_ref else 0,
        fen=units * wish.unit_fen,
        now=tx.now,
        since=tx.now - TERM,
        first_open=limits.first_open,
        per_confirmed=limits.confirmed_per_place,
        most_open=limits.most_open,
        team_open=limits.organisation_open,
        most_fen=limits.open_fen,
        year_most=limits.donor_household_year_fen,
        ref=ref,
        display=display,
        clock=running.name.value,
        due=running.due,
        entry_kind=entry.kind,
        wish_ref=wish.ref,
        body=entry.body,
    )


def _first_clock(tx: Tx, wish: Claimable) -> Running:
    clock = first_clock(wish.kind, PledgeState.HELD)
    if clock is None:
        raise RuntimeError(f"no clock runs for a held pledge of {wish.kind}")
    pauses = list_pauses(tx.session, wish.region_code, since=tx.now) if wish.is_paused else ()
    by_organisation = wish.account_kind == AccountKind.ORGANISATION.value
    return started(clock, tx.now, pauses, circumstances=Circumstances(by_organisation=by_organisation))


def _refusal(tx: Tx, actor: Actor, taken: Taken, taking: Taking) -> Refused:
    """Say which limit stopped a claim; the transaction is let go with it."""
    if not taken.donor:
        return _which_cap(tx, taking, limits=DEFAULTS)
    if not taken.given:
        return CapReached("yearly-limit", params={"limit": taking.year_most})
    if not taken.side:
        may_act_on_side(list_stands(tx, actor.account_id, taking.beneficiary), Side.GIVING, now=tx.now)
        return NotPermitted("other-side")
    return _no_units(tx, taking.wish_ref)


def _no_units(tx: Tx, wish_ref: str) -> Refused:
    wish = find_wish_row(tx.session, wish_ref)
    if wish is None or wish.hidden_at is not None:
        return Missing()
    if wish.state == WishState.WITHDRAWN and wish.published_at is not None:  # its page says so to everybody
        return Conflict("wish-taken-down")
    if WishState(wish.state) not in PUBLIC:
        return Missing()
    if not takes_claims(WishState(wish.state)):
        return Conflict("wish-not-open")
    return Conflict("units-gone", field="units", params={"left": wish.left})


def _which_cap(tx: Tx, taking: Taking, *, limits: Limits) -> Refused:
    standing = find_standing(tx, taking.account, beneficiary=taking.beneficiary, year=taking.year, limits=limits)
    if standing is None:
        return SignInNeeded()
    try:
        may_claim(standing, fen=taking.fen, now=tx.now, limits=limits)
    except CapReached as reached:
        return reached
    return CapReached("open-limit", params={"limit": standing.open_pledges})
