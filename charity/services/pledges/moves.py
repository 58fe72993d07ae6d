"""How every act on a pledge is done: capacity and side asked, counters moved, entry written, freed units passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from charity import ledger
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.boards import as_facts
from charity.domain.counters import Move, Standing, frees_units
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Missing, SignInNeeded
from charity.domain.kinds import PledgeState
from charity.domain.pledges import Act, next_state
from charity.domain.running import Running, first_clock, started
from charity.domain.sides import SIDE_OF, Who, may_act, may_act_on_side
from charity.ledger.offering import offer_freed
from charity.ledger.releasing import UNSENT, tell_preparer
from charity.ledger.writing import moment
from charity.models.desks import lock_account, touch
from charity.models.moving import PledgeRow, add_step, clock_values, find_pledge, move_pledge, set_pledge
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.queueing import leave_place, list_waiting
from charity.models.sides import list_stands, record_side
from charity.models.units import close_wish
from charity.services.pledges.acting import stand_behind
from charity.services.pledges.thanks import Thanks, carried_on, keep_thanks, list_heirs, thanks_for

Facts = Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts, and in what capacity; a clock has no account."""

    account_id: int | None
    who: Who

    @property
    def side(self) -> str:
        """Give the side this capacity stands on, empty for none."""
        side = SIDE_OF[self.who]
        return "" if side is None else side.value


CLOCK = Doer(None, Who.CLOCK)
ENDED_UNSENT = frozenset({PledgeState.CANCELLED, PledgeState.LAPSED})


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act left: the pledge, where it stands now, and by when somebody must act."""

    id: str
    state: str
    units: int
    act_by: str | None


def acted(pledge: PledgeRow) -> Acted:
    """Tell where a pledge stands after an act."""
    return Acted(pledge.ref, pledge.state.value, pledge.units, until(pledge.act_by))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an act adds to its entry and its step."""

    entry: EntryKind
    facts: Facts
    texts: Mapping[str, str]
    subjects: Mapping[str, str]
    reason: str


def said(
    entry: EntryKind,
    facts: Facts | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    subjects: Mapping[str, str] | None = None,
    reason: str = "",
) -> Said:
    """Put together what an act says."""
    return Said(entry=entry, facts=facts or {}, texts=texts or {}, subjects=subjects or {}, reason=reason)


def get_pledge(tx: Tx, ref: str) -> PledgeRow:
    """Read a pledge as it is now; Missing when there is none."""
    pledge = find_locked(tx, ref)
    if pledge is None:
        raise Missing
    return pledge


def find_locked(tx: Tx, ref: str) -> PledgeRow | None:
    """Find a pledge and lock its donor, so that whoever moves a pledge of his reads what the one before has left."""
    seen = find_pledge(tx.session, ref)
    if seen is None or tx.is_sqlite:
        return seen
    lock_account(tx, seen.account_id)
    return find_pledge(tx.session, ref)


def get_own_pledge(tx: Tx, actor: Actor, ref: str) -> PledgeRow:
    """Read the actor's own pledge; anybody else's looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    pledge = get_pledge(tx, ref)
    if pledge.account_id != actor.account_id:
        raise Missing
    stand_behind(tx, actor, pledge.beneficiary)
    return pledge


def take_side(tx: Tx, doer: Doer, beneficiary: str) -> None:
    """Put a person on the side his capacity stands on, unless he stands on another one already."""
    side = SIDE_OF[doer.who]
    if doer.account_id is None:
        return
    touch(tx, doer.account_id)
    if side is None:
        return
    may_act_on_side(list_stands(tx, doer.account_id, beneficiary), side, now=tx.now)
    record_side(tx, doer.account_id, beneficiary, side)


def new_clock(tx: Tx, pledge: PledgeRow, state: PledgeState, *, at: datetime | None = None) -> Running | None:
    """Give the clock that starts when a pledge enters a state now."""
    clock = first_clock(pledge.kind, state)
    if clock is None:
        return None
    start = at or tx.now
    pauses = list_pauses(tx.session, pledge.region_code, since=start)
    return started(clock, start, pauses, circumstances=pledge.circumstances, now=tx.now)


def advance(
    tx: Tx,
    pledge: PledgeRow,
    act: Act,
    doer: Doer,
    told: Said,
    *,
    values: Mapping[str, Any] | None = None,
) -> PledgeRow:
    """Do one act that the table of moves knows, with everything that belongs to it."""
    may_act(pledge.kind, act, doer.who)
    after = next_state(pledge.kind, pledge.state, act)
    take_side(tx, doer, pledge.beneficiary)
    return bring_to(tx, pledge, act, Standing(state=after), doer, told, values=values)


def bring_to(
    tx: Tx,
    pledge: PledgeRow,
    act: Act,
    after: Standing,
    doer: Doer,
    told: Said,
    *,
    values: Mapping[str, Any] | None = None,
) -> PledgeRow:
    """Bring a pledge to a state somebody has judged right: counters, row, entry, step; then pass freed units on."""
    moved = replace(pledge, **_known(values))
    columns: dict[str, Any] = {"is_overdue": False, "in_county_pool": False, "former_clock": None, "clock_left": None}
    columns |= {"former_state": None if after.former is None else after.former.value}
    columns |= dict(values or {})
    if "clock" not in columns:
        columns |= clock_values(new_clock(tx, moved, after.state))
    wish = move_pledge(tx, pledge, after, values=columns)
    if wish is None:
        raise Conflict("moved-meanwhile")
    _record(tx, pledge, act, after.state, doer, told)
    if pledge.state in UNSENT and after.state in ENDED_UNSENT:
        tell_preparer(tx, pledge, by_clock=doer.who is Who.CLOCK)
    move = Move(kind=pledge.kind, units=pledge.units, before=pledge.standing, after=after)
    if frees_units(move):
        offer_freed(tx, pledge.wish_id)
    elif wish.fulfilled == wish.wanted:
        _close(tx, pledge, wanted=wish.wanted)
    return replace(moved, state=after.state, former=after.former, act_by=columns["act_by"], clock=columns["clock"])


def _record(tx: Tx, pledge: PledgeRow, act: Act, to: PledgeState, doer: Doer, told: Said) -> None:
    thanks = thanks_for(tx, pledge, to)
    if thanks is None:
        write_down(tx, pledge, act, to, doer, told)
        return
    facts = {**told.facts, thanks.fact: as_facts(thanks.lines)}
    if told.entry is EntryKind.PLEDGE_CONFIRMED:
        facts = {"lines": [], **facts}
    keep_thanks(tx, pledge, thanks, write_down(tx, pledge, act, to, doer, replace(told, facts=facts)))
    _carry_on(tx, pledge, thanks, doer)


def _carry_on(tx: Tx, pledge: PledgeRow, fallen: Thanks, doer: Doer) -> None:
    """Let the donor's other confirmed parts carry on what counts once for all, each in an entry of its own."""
    for heir in list_heirs(tx, pledge, fallen):
        thanks = carried_on(tx, heir, fallen)
        if thanks is None:
            continue
        facts: dict[str, JSON] = {"units": heir.units, "from": heir.state, "to": heir.state, "by": doer.who.value}
        facts |= {"lines": as_facts(thanks.lines)} | ({"by_clock": True} if doer.who is Who.CLOCK else {})
        subjects = {"wish": heir.wish_ref, "pledge": heir.ref}
        keep_thanks(tx, heir, thanks, ledger.append(tx, EntryKind.PLEDGE_CARRIED, subjects, facts))


def _known(values: Mapping[str, Any] | None) -> dict[str, Any]:
    """Keep the new values that a pledge's row carries, because its next clock may depend on them."""
    return {name: value for name, value in (values or {}).items() if name in PledgeRow.__slots__}


def write_down(tx: Tx, pledge: PledgeRow, act: Act, to: PledgeState, doer: Doer, told: Said) -> int:
    """Write the entry and the step of an act; gives the entry's id."""
    facts: dict[str, JSON] = {"units": pledge.units, "from": pledge.state, "to": to, "by": doer.who.value}
    if doer.who is Who.CLOCK:
        facts["by_clock"] = True
    entry_id = ledger.append(
        tx,
        told.entry,
        {"wish": pledge.wish_ref, "pledge": pledge.ref, **told.subjects},
        facts | dict(told.facts),
        texts=told.texts,
    )
    add_step(
        tx,
        pledge_id=pledge.id,
        act=act.value,
        before=pledge.state,
        after=to,
        units=pledge.units,
        actor_id=doer.account_id,
        side=doer.side,
        reason=told.reason,
        entry_id=entry_id,
    )
    return entry_id


def change(tx: Tx, pledge: PledgeRow, values: Mapping[str, Any]) -> None:
    """Set columns of a pledge without moving it; Conflict when it has moved meanwhile."""
    if not set_pledge(tx, pledge, values):
        raise Conflict("moved-meanwhile")


def until(moment_due: datetime | None) -> str | None:
    """Write a deadline for the book."""
    return None if moment_due is None else moment(moment_due)


def _close(tx: Tx, pledge: PledgeRow, *, wanted: int) -> None:
    if not close_wish(tx, pledge.wish_id):
        return
    ledger.append(tx, EntryKind.WISH_CLOSED, {"wish": pledge.wish_ref}, {"state": "closed", "wanted": wanted})
    for place in list_waiting(tx, pledge.wish_id):
        if leave_place(tx, place.id):
            params = {"wish": pledge.wish_ref, "title": pledge.title}
            notify(tx, account_id=place.account_id, kind="waiting-ended", params=params)
