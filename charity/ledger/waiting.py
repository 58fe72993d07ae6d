"""What a wish that can be claimed no more means for those who wait: offers end, units come free, each is told."""

from charity.adapters.db import Tx
from charity.ledger.writing import append
from charity.models.outbox import notify
from charity.models.queueing import leave_place, list_open_offers, list_waiting, settle_offer
from charity.models.units import change_wish
from charity.models.wishes import Wish


def end_offers(tx: Tx, wish: Wish, reason: str, *, by_clock: bool) -> None:
    """End every open offer of a wish and give its reserved units back; a clock or a person ended them."""
    for offer in list_open_offers(tx, wish.id):
        if not settle_offer(tx, offer.id, state="ended"):
            continue
        change_wish(tx, wish.id, reserved=-offer.units)
        append(
            tx,
            "offer.ended",
            {"wish": wish.ref, "offer": offer.ref},
            {"units": offer.units, "reason": reason, "by_clock": by_clock},
        )


def tell_waiting(tx: Tx, wish: Wish, kind: str) -> None:
    """Take everybody from the waiting list of a wish that has ended, and tell them."""
    for place in list_waiting(tx, wish.id):
        if leave_place(tx, place.id):
            notify(tx, account_id=place.account_id, kind=kind, params={"wish": wish.ref, "title": wish.title})


def end_waiting(tx: Tx, wish: Wish, *, by_clock: bool) -> None:
    """End the offers and the waiting list of a wish that was taken out of sight."""
    end_offers(tx, wish, "wish-hidden", by_clock=by_clock)
    tell_waiting(tx, wish, "waiting-ended")
