"""Taking a wish down: claims not yet sent are let go without a lapse, offers end, and everybody who waited is told."""

from collections.abc import Collection, Mapping

from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.entry_values import JSON
from charity.domain.permissions import is_allowed, may
from charity.domain.reviews import Decision, may_decide, written
from charity.domain.sides import Side
from charity.domain.wishes import OPEN, WishAct, WishState
from charity.ledger.releasing import UNSENT, release_pledge
from charity.ledger.waiting import end_offers, tell_waiting
from charity.models.acts import act
from charity.models.moving import list_pledges_of_wish
from charity.models.wishes import Wish
from charity.services.wishes.ground import (
    add_review,
    free_limits,
    lock_wish,
    move,
    take_side,
    tell_poster,
    write_entry,
)
from charity.services.wishes.publishing import take_down


@act
def withdraw(tx: Tx, actor: Actor, ref: str, *, reasons: Collection[str], note: str = "") -> None:
    """Take a wish down for good, with a reason; parcels on their way finish their journey."""
    given = may_decide(Decision.WITHDRAW, reasons, note)
    wish = lock_wish(tx, ref)
    may(actor, "wish.withdraw", wish.region_code)
    by_poster = is_allowed(actor, "wish.post", wish.region_code)
    side = Side.FIELD if by_poster else Side.TOWNSHIP
    take_side(tx, actor, wish, side)
    was = _withdrawn(wish)
    by = Role.VOLUNTEER if by_poster else Role.REVIEWER
    end(tx, wish, was, facts={"by": by.value, "side": side.value, "reasons": list(given)}, note=note)
    add_review(tx, actor, wish, Decision.WITHDRAW.value, written(given, note))
    if wish.poster_id != actor.account_id:
        tell_poster(tx, wish, "wish-withdrawn")


def _withdrawn(wish: Wish) -> WishState:
    """Move a wish to its end; one that was sent back is handed in and withdrawn in one breath."""
    was = WishState(wish.state)
    if was is WishState.RETURNED:
        move(wish, WishAct.SUBMIT)
    move(wish, WishAct.WITHDRAW)
    return was


def end(tx: Tx, wish: Wish, was: WishState, *, facts: Mapping[str, JSON], note: str = "") -> None:
    """Do everything that follows from a withdrawal; the state has been moved already."""
    take_down(tx, wish)
    write_entry(tx, wish, "wish.withdrawn", was=was, facts=facts, texts={"note": note.strip()})
    for pledge in list_pledges_of_wish(tx.session, wish.id, UNSENT):
        release_pledge(tx, pledge, reason="wish-withdrawn", by_clock=False)
    end_offers(tx, wish, "wish-ended", by_clock=False)
    tell_waiting(tx, wish, "waiting-ended")
    tx.session.refresh(wish)
    if was in OPEN and wish.circle_id is None:
        free_limits(tx, wish, fen=_asked_for_nothing(wish, was))


def _asked_for_nothing(wish: Wish, was: WishState) -> int:
    """Give the money a child's year gets back: what nobody has given; a returned wish gave all of it back before."""
    return 0 if was is WishState.RETURNED else (wish.wanted - wish.committed) * wish.unit_fen
