"""Splitting a pledge in two where it stands: the units that did not come, or were not given, go their own way."""

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict
from charity.models.moving import PledgeRow, add_step
from charity.models.splitting import split_rest
from charity.services.pledges.moves import Doer


def split_off(tx: Tx, pledge: PledgeRow, doer: Doer, *, rest: int, parcel_code: str | None = None) -> str:
    """Leave some units where they are as a pledge of their own; gives its ref."""
    part, kept = new_ref(), pledge.units - rest
    part_id = split_rest(tx, pledge, part_ref=part, parcel_code=parcel_code, rest=rest)
    if part_id is None:
        raise Conflict("moved-meanwhile")
    entry_id = ledger.append(
        tx,
        EntryKind.PLEDGE_SPLIT,
        {"wish": pledge.wish_ref, "pledge": pledge.ref, "part": part},
        {"units": rest, "left": kept, "from": pledge.state, "to": pledge.state, "by": doer.who.value},
    )
    for pledge_id, units in ((pledge.id, kept), (part_id, rest)):
        add_step(
            tx,
            pledge_id=pledge_id,
            act="split",
            before=pledge.state,
            after=pledge.state,
            units=units,
            actor_id=doer.account_id,
            side=doer.side,
            entry_id=entry_id,
        )
    return part
