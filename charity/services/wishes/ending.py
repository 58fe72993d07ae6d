"""Taking a wish down, by whoever keeps it on either side."""

from collections.abc import Collection

from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.permissions import is_allowed, may
from charity.domain.reviews import Decision, may_decide, written
from charity.domain.sides import Side
from charity.ledger.withdrawing import withdraw_wish
from charity.models.acts import act
from charity.services.wishes.ground import add_review, lock_wish, take_side, tell_poster


@act
def withdraw(tx: Tx, actor: Actor, ref: str, *, reasons: Collection[str], note: str = "") -> None:
    """Take a wish down for good, with a reason; parcels on their way finish their journey."""
    given = may_decide(Decision.WITHDRAW, reasons, note)
    wish = lock_wish(tx, ref)
    may(actor, "wish.withdraw", wish.region_code)
    by_poster = is_allowed(actor, "wish.post", wish.region_code)
    side = Side.FIELD if by_poster else Side.TOWNSHIP
    take_side(tx, actor, wish, side)
    by = Role.VOLUNTEER if by_poster else Role.REVIEWER
    withdraw_wish(tx, wish, facts={"by": by.value, "side": side.value, "reasons": list(given)}, note=note)
    add_review(tx, actor, wish, Decision.WITHDRAW.value, written(given, note))
    if wish.poster_id != actor.account_id:
        tell_poster(tx, wish, "wish-withdrawn")
