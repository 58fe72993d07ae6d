"""Claiming units of a wish: every limit is a conditional UPDATE, so that no load can pass one."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import year_of
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted, SignInNeeded
from charity.domain.kinds import PledgeState
from charity.domain.limits import DEFAULTS, DonorStanding, Limits, may_claim
from charity.domain.running import Circumstances, Running, first_clock, started
from charity.domain.sides import TERM, Side, Who, may_act_on_side
from charity.domain.wishes import WishState, takes_claims
from charity.ledger.writing import moment
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.moving import add_step, clock_values
from charity.models.pausing import list_pauses
from charity.models.pledges import GivenYear, Pledge
from charity.models.sides import list_stands
from charity.models.units import DonorCaps, change_wish, take_donor_place, take_given, take_giving_side
from charity.models.wish_rows import WishRow, find_wish_row, is_own_household

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
    if not actor.is_signed_in:
        raise SignInNeeded
    may_be_asked(units, display)
    wish = find_wish_row(tx.session, wish_ref)
    if wish is None or wish.hidden_at is not None:
        raise Missing
    kind = take_caps(tx, actor, wish, units=units)
    if change_wish(tx, wish.id, committed=units, only_open=True) is None:
        raise _no_units(tx, wish_ref)
    return write_claim(tx, actor, wish, units=units, display=display, by_organisation=kind is AccountKind.ORGANISATION)


def may_be_asked(units: int, display: str) -> None:
    """Refuse a claim of nothing, or with an unknown way to be named."""
    if units < 1:
        raise Invalid("units-too-few", field="units", params={"least": 1})
    if display not in DISPLAYS:
        raise Invalid("display-unknown", field="display")


def take_caps(tx: Tx, actor: Actor, wish: WishRow, *, units: int, limits: Limits = DEFAULTS) -> AccountKind:
    """Take the donor's place, year and side for a claim; CapReached names the limit that is used up."""
    fen, year = units * wish.unit_fen, year_of(tx.now)
    caps = DonorCaps(
        first_open=limits.first_open,
        per_confirmed=limits.confirmed_per_place,
        most_open=limits.most_open,
        organisation_open=limits.organisation_open,
        most_fen=limits.open_fen,
    )
    kind = take_donor_place(tx, actor.account_id, fen=fen, caps=caps)
    if kind is None:
        raise _which_cap(tx, actor.account_id, wish.beneficiary, fen=fen, year=year, limits=limits)
    if not take_given(tx, actor.account_id, wish.beneficiary, year, fen=fen, most=limits.donor_household_year_fen):
        raise CapReached("yearly-limit", params={"limit": limits.donor_household_year_fen})
    if not take_giving_side(tx, actor.account_id, wish.beneficiary, others_since=tx.now - TERM):
        may_act_on_side(list_stands(tx, actor.account_id, wish.beneficiary), Side.GIVING, now=tx.now)
        raise NotPermitted("other-side")
    if wish.household_id is not None and is_own_household(tx.session, actor.account_id, wish.household_id):
        raise NotPermitted("own-household")
    return AccountKind(kind)


def write_claim(
    tx: Tx,
    actor: Actor,
    wish: WishRow,
    *,
    units: int,
    display: str,
    by_organisation: bool,
    offer_ref: str | None = None,
) -> Claimed:
    """Write the pledge, its step and its entry; all counters have been taken."""
    ref, running = new_ref(), _first_clock(tx, wish, by_organisation=by_organisation)
    values: dict[str, Any] = {
        "ref": ref,
        "wish_id": wish.id,
        "account_id": actor.account_id,
        "kind": wish.kind.value,
        "beneficiary": wish.beneficiary,
        "region_code": wish.region_code,
        "units": units,
        "amount_fen": units * wish.unit_fen,
        "year": year_of(tx.now),
        "display": display,
        "state": PledgeState.HELD.value,
        "point_id": wish.point_id,
        "claimed_at": tx.now,
    }
    added = tx.session.execute(insert(Pledge).values(values | clock_values(running)).returning(Pledge.id))
    pledge_id = added.scalar_one()
    subjects = {"wish": wish.ref, "pledge": ref} | ({"offer": offer_ref} if offer_ref else {})
    facts: dict[str, JSON] = {
        "units": units,
        "from": None,
        "to": PledgeState.HELD,
        "by": Who.DONOR.value,
        "kind": wish.kind.value,
        "county": wish.county,
        "price": wish.unit_fen,
        "until": moment(running.due),
    }
    entry_id = ledger.append(tx, EntryKind.PLEDGE_CLAIMED, subjects, facts)
    add_step(
        tx,
        pledge_id=pledge_id,
        act="claim",
        before=None,
        after=PledgeState.HELD,
        units=units,
        actor_id=actor.account_id,
        side=Side.GIVING.value,
        entry_id=entry_id,
    )
    return Claimed(id=ref, state=PledgeState.HELD.value, units=units, wish_id=wish.ref, act_by=moment(running.due))


def _first_clock(tx: Tx, wish: WishRow, *, by_organisation: bool) -> Running:
    clock = first_clock(wish.kind, PledgeState.HELD)
    if clock is None:
        raise RuntimeError(f"no clock runs for a held pledge of {wish.kind}")
    pauses = list_pauses(tx.session, wish.region_code, since=tx.now)
    return started(clock, tx.now, pauses, circumstances=Circumstances(by_organisation=by_organisation))


def _no_units(tx: Tx, wish_ref: str) -> Conflict:
    wish = find_wish_row(tx.session, wish_ref)
    if wish is None or wish.hidden_at is not None or not takes_claims(WishState(wish.state)):
        return Conflict("wish-not-open")
    return Conflict("units-gone", field="units", params={"left": wish.left})


def _which_cap(tx: Tx, account_id: int, beneficiary: str, *, fen: int, year: int, limits: Limits) -> CapReached:
    row = tx.session.execute(
        select(
            Account.kind,
            Account.email_verified_at,
            Account.phone_verified_at,
            Account.confirmed_pledges,
            Account.open_pledges,
            Account.open_fen,
            Account.lapses_in_row,
            Account.cooling_until,
            Account.open_limit,
            GivenYear.amount_fen,
        )
        .outerjoin(
            GivenYear,
            (GivenYear.account_id == Account.id) & (GivenYear.beneficiary == beneficiary) & (GivenYear.year == year),
        )
        .where(Account.id == account_id, Account.closed_at.is_(None), Account.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        raise SignInNeeded
    cooling = row.cooling_until
    standing = DonorStanding(
        kind=AccountKind(row.kind),
        verified=row.email_verified_at is not None or row.phone_verified_at is not None,
        confirmed=row.confirmed_pledges,
        open_pledges=row.open_pledges,
        open_fen=row.open_fen,
        year_fen=row.amount_fen or 0,
        lapses_in_a_row=limits.lapses_in_a_row if cooling else 0,
        last_lapse_at=None if cooling is None else cooling - limits.cooling,
        county_override=row.open_limit,
    )
    try:
        may_claim(standing, fen=fen, now=tx.now, limits=limits)
    except CapReached as reached:
        return reached
    return CapReached("open-limit", params={"limit": row.open_pledges})
