"""Who ships a village's produce, and what nobody there ships any more; no rule, no commit."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pool import POOL_AFTER
from charity.domain.regions import WIDTHS
from charity.domain.sides import Side
from charity.models.accounts import Account, RoleGrant
from charity.models.desks import SILENT_AFTER, is_in_term
from charity.models.pledges import Pledge
from charity.models.pooling import is_anybody
from charity.models.produce import ProduceBatch, ProducePart, ProduceSale

TO_SHIP = and_(Pledge.kind == Kind.PRODUCE.value, Pledge.state == PledgeState.PLANNED.value)


def has_no_seller(now: datetime) -> ColumnElement[bool]:
    """Give the condition that no volunteer of its village ships a purchase: none in a term, or all silent for as long.

    Who listed the batch is one of them; see models/produce_rows.py: sells_still.
    """
    places = [func.substr(Pledge.region_code, 1, width) for width in WIDTHS.values() if width]
    waits_long = exists().where(ProduceSale.pledge_id == Pledge.id, ProduceSale.given_at <= now - SILENT_AFTER)
    ships = exists().where(
        RoleGrant.role == "volunteer",
        RoleGrant.region_code.in_(places),
        Account.id == RoleGrant.account_id,
        is_in_term(now),
        or_(Account.last_acted_at > now - SILENT_AFTER, ~waits_long.correlate(Pledge)),
    )
    return ~ships.correlate(Pledge)


def is_sellerless(session: Session, pledge_id: int, now: datetime) -> bool:
    """Say whether no volunteer of its village ships a purchase."""
    found = session.execute(select(Pledge.id).where(Pledge.id == pledge_id, has_no_seller(now)))
    return found.one_or_none() is not None


def find_waiting_since(session: Session, pledge_id: int) -> datetime | None:
    """Tell since when a purchase waits to be shipped."""
    return session.scalar(select(ProduceSale.given_at).where(ProduceSale.pledge_id == pledge_id))


def ripe_orders(now: datetime) -> Select[str]:
    """Ask for purchases that no volunteer ships and no reviewer of the township may."""
    nobody = ~is_anybody(now, Pledge.region_code, Pledge.beneficiary, side=Side.FIELD)
    waits = exists().where(ProduceSale.pledge_id == Pledge.id, ProduceSale.given_at <= now - POOL_AFTER.span)
    return select(Pledge.ref).where(
        Pledge.in_county_pool.is_(False), TO_SHIP, waits.correlate(Pledge), nobody, has_no_seller(now)
    )


def count_unshipped(tx: Tx, account_id: int, region: str) -> int:
    """Count the purchases of somebody's batches in a place that nobody ships after him."""
    theirs = (
        select(func.count())
        .select_from(Pledge)
        .join(ProducePart, ProducePart.wish_id == Pledge.wish_id)
        .join(ProduceBatch, ProduceBatch.id == ProducePart.batch_id)
        .where(ProduceBatch.poster_id == account_id, Pledge.region_code.startswith(region, autoescape=True))
    )
    return int(tx.session.scalar(theirs.where(TO_SHIP, has_no_seller(tx.now))) or 0)
