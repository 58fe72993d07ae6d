"""Statements that move running clocks when the pause calendar of their region changed; no commit."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from charity.adapters.db import Tx
from charity.domain.clocks import ClockName, get_clock
from charity.domain.durations import Duration
from charity.domain.offers import expires_at
from charity.domain.running import Running, next_reminder, started
from charity.models.moving import PledgeRow, clock_values, find_pledge_by_id
from charity.models.pausing import list_pauses
from charity.models.pledges import Pledge
from charity.models.queueing import OfferRow, find_offer_made_at
from charity.models.waiting import Offer
from charity.models.wishes import Wish


def clock_as_of_now(tx: Tx, pledge: PledgeRow) -> Running | None:
    """See a pledge's running clock anew, with the pauses that stand now."""
    if pledge.clock is None or pledge.clock_started_at is None:
        return None
    clock = get_clock(ClockName(pledge.clock), pledge.kind)
    pauses = list_pauses(tx.session, pledge.region_code, since=pledge.clock_started_at)
    left = None
    if pledge.clock_left is not None and pledge.former_clock is None:
        left = Duration(timedelta(seconds=pledge.clock_left), clock.duration.working)
    return started(clock, pledge.clock_started_at, pauses, circumstances=pledge.circumstances, left=left, now=tx.now)


def reclock_pledge(tx: Tx, pledge: PledgeRow) -> bool:
    """Write a pledge's deadline anew; False when nothing changed."""
    running = clock_as_of_now(tx, pledge)
    if running is None or running.due == pledge.act_by:
        return False
    values: dict[str, Any] = clock_values(running)
    if running.due > tx.now:
        values["is_overdue"] = False
    tx.session.execute(update(Pledge).where(Pledge.id == pledge.id, Pledge.clock == pledge.clock).values(values))
    return True


def reclock_offer(tx: Tx, offer: OfferRow) -> bool:
    """Write an offer's deadline anew; False when nothing changed."""
    made_at = find_offer_made_at(tx, offer.id)
    due = expires_at(made_at, list_pauses(tx.session, offer.region_code, since=made_at))
    if due == offer.act_by:
        return False
    remind_at = next_reminder(ClockName.OFFER, made_at, due, after=tx.now)
    tx.session.execute(
        update(Offer).where(Offer.id == offer.id, Offer.state == "open").values(act_by=due, remind_at=remind_at)
    )
    return True


def reclock_region(tx: Tx, region: str) -> int:
    """Write the deadlines of all pledges and offers of a region anew after its pauses changed; gives how many."""
    pledges = tx.session.scalars(
        select(Pledge.id).where(Pledge.region_code.startswith(region), Pledge.clock.is_not(None))
    ).all()
    rows = (find_pledge_by_id(tx.session, number) for number in pledges)
    moved = sum(reclock_pledge(tx, row) for row in rows if row is not None)
    offers = tx.session.execute(
        select(
            Offer.id,
            Offer.ref,
            Offer.wish_id,
            Wish.ref.label("wish_ref"),
            Offer.place_id,
            Offer.account_id,
            Offer.units,
            Offer.state,
            Offer.act_by,
            Wish.region_code,
            Wish.title,
        )
        .join(Wish, Wish.id == Offer.wish_id)
        .where(Offer.state == "open", Wish.region_code.startswith(region))
    ).mappings()
    return moved + sum(reclock_offer(tx, OfferRow(**row)) for row in offers.all())
