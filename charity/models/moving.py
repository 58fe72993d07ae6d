"""Statements that move one pledge: its row, its step, and the counters that go with it; no rule, no commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import RowMapping, Table, Update, bindparam, select
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.counters import Move, Standing, counters_after, donor_counters_after
from charity.domain.kinds import Kind, PledgeState
from charity.domain.limits import DEFAULTS, Limits
from charity.domain.running import Circumstances, Running
from charity.models.accounts import Account
from charity.models.pledges import Pledge, PledgeStep
from charity.models.points import ServicePoint
from charity.models.produce_rows import DONE, forget_buyer
from charity.models.service import ServiceTerms
from charity.models.units import WishUnits, change_donor, change_given, change_wish, rows_of
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeRow:
    """A pledge with what its wish, its donor and its point add to every decision about it."""

    id: int
    ref: str
    wish_id: int
    wish_ref: str
    wish_state: str
    account_id: int
    account_kind: str
    kind: Kind
    beneficiary: str
    beneficiary_kind: str
    household_id: int | None
    circle_id: int | None
    region_code: str
    county: str
    units: int
    unit_fen: int
    amount_fen: int
    year: int
    display: str
    state: PledgeState
    former: PledgeState | None
    clock: str | None
    clock_started_at: datetime | None
    act_by: datetime | None
    former_clock: str | None
    clock_left: int | None
    method: str
    is_made_to_order: bool
    is_extended: bool
    is_family_away: bool
    is_overdue: bool
    in_county_pool: bool
    point_id: int | None
    point_ref: str | None
    point_region: str | None
    keeper_id: int | None
    is_remote: bool
    parcel_code: str | None
    poster_id: int
    claimed_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    title: str

    @property
    def standing(self) -> Standing:
        """Give the state, with what a dispute remembers."""
        return Standing(state=self.state, former=self.former)

    @property
    def circumstances(self) -> Circumstances:
        """Give what makes this pledge's clocks longer."""
        return Circumstances(
            by_organisation=self.account_kind == "organisation",
            made_to_order=self.is_made_to_order,
            is_remote=self.is_remote,
            family_away=self.is_family_away,
            extended=self.is_extended,
        )


_ROW = (
    select(
        Pledge.id,
        Pledge.ref,
        Pledge.wish_id,
        Wish.ref.label("wish_ref"),
        Wish.state.label("wish_state"),
        Pledge.account_id,
        Account.kind.label("account_kind"),
        Pledge.kind,
        Pledge.beneficiary,
        Wish.beneficiary_kind,
        Wish.household_id,
        Wish.circle_id,
        Pledge.region_code,
        Wish.county,
        Pledge.units,
        Wish.unit_fen,
        Pledge.amount_fen,
        Pledge.year,
        Pledge.display,
        Pledge.state,
        Pledge.former_state.label("former"),
        Pledge.clock,
        Pledge.clock_started_at,
        Pledge.act_by,
        Pledge.former_clock,
        Pledge.clock_left,
        Pledge.method,
        Pledge.is_made_to_order,
        Pledge.is_extended,
        Pledge.is_family_away,
        Pledge.is_overdue,
        Pledge.in_county_pool,
        Pledge.point_id,
        ServicePoint.ref.label("point_ref"),
        ServicePoint.region_code.label("point_region"),
        ServicePoint.keeper_id,
        ServicePoint.is_remote,
        Pledge.parcel_code,
        Wish.poster_id,
        Pledge.claimed_at,
        Pledge.sent_at,
        Pledge.confirmed_at,
        Wish.title,
    )
    .join(Wish, Wish.id == Pledge.wish_id)
    .join(Account, Account.id == Pledge.account_id)
    .outerjoin(ServicePoint, ServicePoint.id == Pledge.point_id)
)


# Written once: every act asks it, and building a statement costs more than running it.
_BY_REF = _ROW.where(Pledge.ref == bindparam("asked"))


def find_pledge(session: Session, ref: str) -> PledgeRow | None:
    """Find a pledge by its reference."""
    return _row(session.execute(_BY_REF, {"asked": ref}).mappings().one_or_none())


def find_entered(tx: Tx, pledge: PledgeRow) -> datetime:
    """Tell when a pledge last came to the state it is in."""
    into = select(PledgeStep.taken_at).where(
        PledgeStep.pledge_id == pledge.id, PledgeStep.to_state == pledge.state.value
    )
    return tx.session.execute(into.order_by(PledgeStep.id.desc()).limit(1)).scalar_one()


def find_pledge_by_id(session: Session, pledge_id: int) -> PledgeRow | None:
    """Find a pledge by its number."""
    return _row(session.execute(_ROW.where(Pledge.id == pledge_id)).mappings().one_or_none())


def list_pledges_of_wish(session: Session, wish_id: int, states: frozenset[PledgeState]) -> list[PledgeRow]:
    """List a wish's pledges in some states, in order of their claims."""
    query = _ROW.where(Pledge.wish_id == wish_id, Pledge.state.in_([state.value for state in states]))
    rows = [_row(row) for row in session.execute(query.order_by(Pledge.id)).mappings()]
    return [row for row in rows if row is not None]


def list_hours_with_children(session: Session, account_id: int, states: frozenset[PledgeState]) -> list[PledgeRow]:
    """List an account's pledges of hours with children in some states, in the order of their wishes."""
    query = _ROW.join(ServiceTerms, ServiceTerms.wish_id == Pledge.wish_id).where(
        Pledge.account_id == account_id,
        Pledge.state.in_([state.value for state in states]),
        ServiceTerms.serves_children.is_(True),
    )
    rows = [_row(row) for row in session.execute(query.order_by(Pledge.wish_id, Pledge.id)).mappings()]
    return [row for row in rows if row is not None]


def _row(row: RowMapping | None) -> PledgeRow | None:
    if row is None:
        return None
    values: dict[str, Any] = {
        **row,
        "kind": Kind(row["kind"]),
        "state": PledgeState(row["state"]),
        "former": None if row["former"] is None else PledgeState(row["former"]),
        "is_remote": bool(row["is_remote"]),
    }
    return PledgeRow(**values)


def clock_values(running: Running | None) -> dict[str, Any]:
    """Give the columns of a running clock, all empty when none runs."""
    if running is None:
        return {"clock": None, "clock_started_at": None, "act_by": None, "remind_at": None}
    return {
        "clock": running.name.value,
        "clock_started_at": running.started_at,
        "act_by": running.due,
        "remind_at": running.remind_at,
    }


def move_pledge(
    tx: Tx, pledge: PledgeRow, after: Standing, *, values: Mapping[str, Any], limits: Limits = DEFAULTS
) -> WishUnits | None:
    """Bring a pledge from the state it was read in to another, with all counters; None when it no longer can."""
    move = Move(kind=pledge.kind, units=pledge.units, before=pledge.standing, after=after)
    _move_donor(tx, pledge, move, limits)
    delta = counters_after(move)
    wish = change_wish(
        tx, pledge.wish_id, committed=delta.committed, in_transit=delta.in_transit, fulfilled=delta.fulfilled
    )
    if wish is None or not set_pledge(tx, pledge, {"state": after.state.value, **values}):
        return None
    if pledge.kind is Kind.PRODUCE and after.state in DONE:
        forget_buyer(tx, pledge.id)
    return wish


_PLEDGES = cast(Table, Pledge.__table__)
_STILL = _PLEDGES.update().where(
    _PLEDGES.c.id == bindparam("which"), _PLEDGES.c.state == bindparam("was"), _PLEDGES.c.units == bindparam("of")
)


def set_pledge(tx: Tx, pledge: PledgeRow, values: Mapping[str, Any]) -> bool:
    """Set columns of a pledge that still is as it was read; False when it has moved meanwhile."""
    now = {f"now_{name}": value for name, value in values.items()}
    was = {"which": pledge.id, "was": pledge.state.value, "of": pledge.units}
    return rows_of(tx.session.execute(_setting(tuple(values)), was | now)) == 1


@cache
def _setting(columns: tuple[str, ...]) -> Update:
    """Write the statement that sets some columns once: every act takes it, and building it costs more than running."""
    return _STILL.values({name: bindparam(f"now_{name}", type_=_PLEDGES.c[name].type) for name in columns})


def _move_donor(tx: Tx, pledge: PledgeRow, move: Move, limits: Limits) -> None:
    delta = donor_counters_after(move, unit_fen=pledge.unit_fen)
    before, after = pledge.state, move.after.state
    is_lapse = after is PledgeState.LAPSED
    counts = pledge.circle_id is None  # a circle's monthly gift never took one of its donor's open places
    change_donor(
        tx,
        pledge.account_id,
        open_pledges=delta.open_pledges if counts else 0,
        open_fen=delta.open_fen if counts else 0,
        confirmed=int(after is PledgeState.CONFIRMED) - int(before is PledgeState.CONFIRMED),
        ends_lapses=after is PledgeState.CONFIRMED,
        lapses=int(is_lapse),
        cooling_from=limits.lapses_in_a_row,
        cooling_until=tx.now + limits.cooling,
    )
    if delta.year_fen:
        change_given(tx, pledge.account_id, pledge.beneficiary, pledge.year, fen=delta.year_fen)


_STEP = cast(Table, PledgeStep.__table__).insert()


def add_step(
    tx: Tx,
    *,
    pledge_id: int,
    act: str,
    before: PledgeState | None,
    after: PledgeState,
    units: int,
    actor_id: int | None,
    side: str = "",
    reason: str = "",
    entry_id: int | None = None,
) -> None:
    """Write down one act on a pledge."""
    row = {
        "pledge_id": pledge_id,
        "act": act,
        "from_state": None if before is None else before.value,
        "to_state": after.value,
        "actor_id": actor_id,
        "side": side,
        "units": units,
        "reason": reason,
        "entry_id": entry_id,
        "taken_at": tx.now,
    }
    tx.session.execute(_STEP, row)
