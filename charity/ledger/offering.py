"""Freed units go first to whoever waits: within the same transaction that frees them."""

from charity.adapters.db import Tx
from charity.domain.durations import notice_times
from charity.domain.entries import EntryKind
from charity.domain.offers import expires_at, offered_units
from charity.domain.wishes import WishState, takes_claims
from charity.ledger.writing import append, moment
from charity.models.pausing import list_pauses
from charity.models.queueing import PlaceRow, add_offer, find_first_waiting
from charity.models.units import change_wish, get_wish_units
from charity.models.wish_rows import WishRow, find_wish_row_by_id


def offer_freed(tx: Tx, wish_id: int) -> None:
    """Offer a wish's free units along its waiting list until there are no units or nobody waits."""
    place = find_first_waiting(tx, wish_id)
    wish = find_wish_row_by_id(tx.session, wish_id) if place is not None else None
    while place is not None and wish is not None:
        units = get_wish_units(tx, wish_id)
        offered = offered_units(freed=units.left, asked=place.units)
        is_open = takes_claims(WishState(units.state)) and wish.hidden_at is None
        if not is_open or offered == 0 or change_wish(tx, wish_id, reserved=offered) is None:
            return
        _open_offer(tx, wish, place, units=offered)
        place = find_first_waiting(tx, wish_id)


def _open_offer(tx: Tx, wish: WishRow, place: PlaceRow, *, units: int) -> None:
    due = expires_at(tx.now, list_pauses(tx.session, wish.region_code, since=tx.now))
    first = notice_times(tx.now, due)[0].at
    ref = add_offer(tx, wish_id=wish.id, place=place, units=units, expires_at=due, remind_at=first)
    append(tx, EntryKind.OFFER_OPENED, {"wish": wish.ref, "offer": ref}, {"units": units, "until": moment(due)})
