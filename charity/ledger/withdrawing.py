"""Taking a wish down for good: claims not yet sent are let go without a lapse, offers end, all who waited are told."""

from collections.abc import Mapping

from charity.adapters.db import Tx
from charity.domain.calendar import year_of
from charity.domain.entry_values import JSON
from charity.domain.wishes import OPEN, WishAct, WishState, next_state
from charity.ledger.releasing import UNSENT, release_pledge
from charity.ledger.waiting import end_offers, tell_waiting
from charity.ledger.writing import append
from charity.models.moving import list_pledges_of_wish
from charity.models.receiving import add_child_year, free_place
from charity.models.searching import drop_words
from charity.models.wishes import Wish


def withdraw_wish(tx: Tx, wish: Wish, *, facts: Mapping[str, JSON], note: str = "") -> None:
    """Bring a locked wish to its end, with everything that follows; parcels on their way finish their journey."""
    was = _moved(wish)
    wish.clock = wish.clock_started_at = wish.act_by = wish.remind_at = None
    drop_words(tx, [wish.id])
    tx.session.flush()
    stood: dict[str, JSON] = {"state": wish.state, "wanted": wish.wanted, "was": was.value}
    said = note.strip()
    append(tx, "wish.withdrawn", {"wish": wish.ref}, {**stood, **facts}, texts={"note": said} if said else {})
    for pledge in list_pledges_of_wish(tx.session, wish.id, UNSENT):
        release_pledge(tx, pledge, reason="wish-withdrawn", by_clock=False)
    end_offers(tx, wish, "wish-ended", by_clock=False)
    tell_waiting(tx, wish, "waiting-ended")
    tx.session.refresh(wish)
    if was in OPEN and wish.circle_id is None:
        free_place(tx, household_id=wish.household_id, member_id=wish.member_id)
        year = year_of(wish.submitted_at or tx.now)
        add_child_year(tx, member_id=wish.member_id, year=year, fen=-_asked_for_nothing(wish, was))


def _moved(wish: Wish) -> WishState:
    """Move a wish to its end; one that was sent back is handed in and withdrawn in one breath."""
    was = state = WishState(wish.state)
    if was is WishState.RETURNED:
        state = next_state(was, WishAct.SUBMIT)
    wish.state = next_state(state, WishAct.WITHDRAW).value
    return was


def _asked_for_nothing(wish: Wish, was: WishState) -> int:
    """Give the money a child's year gets back: what nobody has given; a returned wish gave all of it back before."""
    return 0 if was is WishState.RETURNED else (wish.wanted - wish.committed) * wish.unit_fen
