"""Turning what the nightly matching found for intentions into offers; everything is asked again under the locks."""

from sqlalchemy import func, select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.intentions import IntentionState, is_over
from charity.models import intending as pool
from charity.models.acts import act
from charity.models.fitting import Fitting, find_fitting
from charity.models.intending import IntentRow
from charity.models.match_pools import MatchPool, MatchPoolPair
from charity.models.units import rows_of
from charity.services.pledges.intentions import make_offer


@act
def offer_pair(tx: Tx, actor: Actor, pair_id: int, *, most: int) -> bool:
    """Offer a pair's wish where it still may be and its run has made fewer than `most`; looks at a pair once."""
    del actor
    found = tx.session.get(MatchPoolPair, pair_id)
    if found is None:
        return False
    asked = pool.lock_intent(tx, found.intention_id)
    pair = tx.session.get_one(MatchPoolPair, pair_id, populate_existing=True)
    if asked is None or pair.outcome != "waiting":
        return False
    wish = _still_fits(tx, asked, pair)
    if wish is None or not _count(tx, pair.run_id, most):
        pair.outcome = "passed"
        return False
    make_offer(tx, asked, wish, units=max(1, min(asked.units_left, wish.free - _others(tx, pair))))
    pair.outcome = "offered"
    return True


def _still_fits(tx: Tx, asked: IntentRow, pair: MatchPoolPair) -> Fitting | None:
    """Ask the gates of the day again; an intention that was offered something meanwhile has its offer."""
    is_open = asked.state == IntentionState.OPEN and asked.units_left > 0 and not is_over(asked.until, day_of(tx.now))
    if not is_open or pool.find_open_offer_of(tx, asked.id) is not None:
        return None
    return find_fitting(tx, asked, wish_id=pair.wish_id)


def _others(tx: Tx, pair: MatchPoolPair) -> int:
    """Count who was given the same wish and waits for his offer: a unit is left for each."""
    same = select(func.count()).where(
        MatchPoolPair.run_id == pair.run_id,
        MatchPoolPair.wish_id == pair.wish_id,
        MatchPoolPair.outcome == "waiting",
        MatchPoolPair.id != pair.id,
    )
    return tx.session.execute(same).scalar_one()


def _count(tx: Tx, run_id: int, most: int) -> bool:
    counted = tx.session.execute(
        update(MatchPool)
        .where(MatchPool.run_id == run_id, MatchPool.offers < most)
        .values(offers=MatchPool.offers + 1)
        .execution_options(synchronize_session=False)
    )
    return rows_of(counted) == 1
