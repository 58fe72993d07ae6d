"""Letting go of a gift that was not sent yet, without a lapse: because its wish or its seat has ended."""

from charity.adapters.db import Tx
from charity.domain.counters import Standing
from charity.domain.errors import Conflict
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act, next_state
from charity.ledger.writing import append
from charity.models.moving import PledgeRow, add_step, clock_values, move_pledge
from charity.models.outbox import notify

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
    params = {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units}
    notify(tx, account_id=pledge.account_id, kind="pledge-released", params=params)
