"""The parcels of a pledge, with their numbers sealed."""

from sqlalchemy import func, insert, select

from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.tracking import normal_order, normal_tracking
from charity.models.moving import PledgeRow
from charity.models.pledges import Parcel


def keep_parcel(
    tx: Tx, actor: Actor, pledge: PledgeRow, *, courier: str, tracking: str, shop_order: str, is_return: bool = False
) -> str:
    """Keep a parcel with its numbers sealed; gives the courier's code."""
    number, order, ref = normal_tracking(courier, tracking), normal_order(shop_order), new_ref()
    tx.session.execute(
        insert(Parcel).values(
            ref=ref,
            pledge_id=pledge.id,
            courier=courier,
            tracking_sealed=seal(number, place=f"parcels.tracking:{ref}"),
            tracking_digest=digest("tracking", number),
            order_sealed=seal(order, place=f"parcels.order:{ref}") if order else None,
            is_return=is_return,
            added_by_id=actor.account_id,
            added_at=tx.now,
        )
    )
    return courier


def count_parcels(tx: Tx, pledge_id: int) -> int:
    """Count the parcels of a pledge on their way there."""
    return tx.session.execute(
        select(func.count()).select_from(Parcel).where(Parcel.pledge_id == pledge_id, Parcel.is_return.is_(False))
    ).scalar_one()
