"""Statements that move the deadlines of the pool's offers when the pause calendar of their wishes' region changed."""

from datetime import datetime

from charity.adapters.db import Tx
from charity.domain.durations import notice_times
from charity.domain.intentions import LASTS
from charity.domain.offers import expires_at
from charity.models.intending import IntentOfferRow, list_open_offers_in, set_intent_offer_clock
from charity.models.pausing import list_pauses


def reclock_intention_offer(tx: Tx, offer: IntentOfferRow) -> datetime:
    """Count an open offer's deadline anew, with the pauses that stand now; gives it."""
    pauses = list_pauses(tx.session, offer.region_code, since=offer.made_at)
    due = expires_at(offer.made_at, pauses, lasts=LASTS)
    if due != offer.act_by:
        set_intent_offer_clock(tx, offer.id, due=due, remind_at=next_reminder_of(tx, offer, due))
    return due


def next_reminder_of(tx: Tx, offer: IntentOfferRow, due: datetime) -> datetime | None:
    """Give the next moment to remind of an offer; None when all is told."""
    return next((notice.at for notice in notice_times(offer.made_at, due) if notice.at > tx.now), None)


def reclock_intention_offers(tx: Tx, region: str) -> int:
    """Count the deadlines of a region's open offers anew; gives how many moved."""
    offers = list_open_offers_in(tx, region)
    return sum(reclock_intention_offer(tx, offer) != offer.act_by for offer in offers)
