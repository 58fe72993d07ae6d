"""The statement that splits a sent pledge in two; no rule, no commit."""

from sqlalchemy import insert, select, update

from charity.adapters.db import Tx
from charity.models.accounts import Account
from charity.models.moving import PledgeRow, set_pledge
from charity.models.pledges import Pledge

_COPIED = (
    "wish_id",
    "account_id",
    "kind",
    "beneficiary",
    "region_code",
    "year",
    "display",
    "state",
    "clock",
    "clock_started_at",
    "act_by",
    "remind_at",
    "former_clock",
    "clock_left",
    "method",
    "is_made_to_order",
    "is_extended",
    "is_family_away",
    "is_overdue",
    "in_county_pool",
    "point_id",
    "claimed_at",
    "sent_at",
)


def split_rest(tx: Tx, pledge: PledgeRow, *, part_ref: str, parcel_code: str | None, rest: int) -> int | None:
    """Split so many units off into a pledge of their own in the same state; gives its id, None when it moved meanwhile.

    The donor had one open pledge and has two now; the wish's counters do not change, because both are where one was.
    A circle's monthly gift never took one of its donor's open places, and no part of it does.
    """
    if pledge.circle_id is None:
        tx.session.execute(
            update(Account).where(Account.id == pledge.account_id).values(open_pledges=Account.open_pledges + 1)
        )
    kept = pledge.units - rest
    if not set_pledge(tx, pledge, {"units": kept, "amount_fen": kept * pledge.unit_fen}):
        return None
    columns = Pledge.__table__.c
    copied = tx.session.execute(select(*(columns[name] for name in _COPIED)).where(Pledge.id == pledge.id)).mappings()
    part = {
        **copied.one(),
        "ref": part_ref,
        "parcel_code": parcel_code,
        "units": rest,
        "amount_fen": rest * pledge.unit_fen,
        "split_from_id": pledge.id,
    }
    return tx.session.execute(insert(Pledge).values(part).returning(Pledge.id)).scalar_one()
