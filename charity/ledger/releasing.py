"""Letting go of a gift that was not sent yet, without a lapse: because its wish, its seat or a vetting has ended."""

from charity.adapters.db import Tx
from charity.domain.actors import AccountKind
from charity.domain.calendar import day_of
from charity.domain.counters import Standing
from charity.domain.errors import Conflict
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act, next_state
from charity.ledger.offering import offer_freed
from charity.ledger.writing import append
from charity.models.moving import PledgeRow, add_step, clock_values, list_hours_with_children, move_pledge
from charity.models.organisation_rows import is_vetted
from charity.models.outbox import notify
from charity.models.produce_rows import find_batch_of
from charity.models.service_rows import find_vetting, find_visit

UNSENT = frozenset({PledgeState.HELD, PledgeState.PLANNED})


def release_pledge(tx: Tx, pledge: PledgeRow, *, reason: str, by_clock: bool) -> None:
    """Cancel a held or planned pledge for its donor, and tell him; the book says whether a clock or a person did."""
    after = next_state(Kind(pledge.kind), pledge.state, Act.RELEASE)
    values = clock_values(None) | {"is_overdue": False, "in_county_pool": False}
    if move_pledge(tx, pledge, Standing(state=after), values=values) is None:
        raise Conflict("moved-meanwhile")
    entry_id = append(
        tx,
        "pledge.cancelled",
        {"wish": pledge.wish_ref, "pledge": pledge.ref},
        {
            "units": pledge.units,
            "from": pledge.state,
            "to": after,
            "act": Act.RELEASE.value,
            "by_clock": by_clock,
            "reason": reason,
        },
    )
    add_step(
        tx,
        pledge_id=pledge.id,
        act=Act.RELEASE.value,
        before=pledge.state,
        after=after,
        units=pledge.units,
        actor_id=None,
        reason=reason,
        entry_id=entry_id,
    )
    notify(tx, account_id=pledge.account_id, kind="pledge-released", params=_params(pledge))
    tell_preparer(tx, pledge, by_clock=by_clock)


def tell_preparer(tx: Tx, pledge: PledgeRow, *, by_clock: bool) -> None:
    """Tell whoever was getting ready for a planned gift that it does not come: a service's keeper, a seller's side.

    A purchase that a clock ends is the seller's side's own delay, of which it is told otherwise.
    """
    if pledge.state is not PledgeState.PLANNED:
        return
    if pledge.kind is Kind.SERVICE and pledge.keeper_id is not None:
        visit = find_visit(tx.session, pledge.id)
        if visit is not None:  # hours left over by a meeting that took place have no day of their own
            params = _params(pledge) | {"day": visit.agreed_on.isoformat()}
            notify(tx, account_id=pledge.keeper_id, kind="service-called-off", params=params)
    if pledge.kind is Kind.PRODUCE and not by_clock:
        batch = find_batch_of(tx.session, pledge.wish_id)
        if batch is not None:
            notify(tx, account_id=batch.poster_id, kind="produce-called-off", params=_params(pledge))


def release_unvetted(tx: Tx, account_id: int) -> None:
    """Let go of all hours with children that a locked account has promised and may not give any more."""
    for pledge in list_hours_with_children(tx.session, account_id, UNSENT):
        visit = find_visit(tx.session, pledge.id)
        day = day_of(tx.now) if visit is None else visit.agreed_on
        vetted = find_vetting(tx.session, account_id, pledge.region_code, day_of(tx.now))
        is_right = pledge.account_kind != AccountKind.ORGANISATION or is_vetted(tx.session, account_id)
        if vetted is None or vetted.until < day or not is_right:
            release_pledge(tx, pledge, reason="vetting-ended", by_clock=False)
            offer_freed(tx, pledge.wish_id)


def _params(pledge: PledgeRow) -> dict[str, str | int]:
    return {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units}
