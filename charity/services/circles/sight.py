"""Whether a circle is in sight: only as long as its family's consent stands, also where that ran out by itself."""

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.circle_states import PUBLIC, CircleState
from charity.ledger.showing import hide_circle, hide_lessons, show_circle
from charity.models.acts import act
from charity.models.circles import Circle
from charity.services.circles.ground import lock_circle, tell_township
from charity.services.circles.propose import is_agreed_to


@act
def consent_over(tx: Tx, actor: Actor, circle_ref: str) -> bool:
    """Take a circle out of sight when a consent it needs has run out; True when that was so. Nothing ends by it."""
    del actor
    circle = lock_circle(tx, circle_ref)
    if circle.hidden_at is not None or CircleState(circle.state) not in PUBLIC:
        return hide_lessons(tx, circle, by_clock=True)
    return not is_in_sight(tx, circle)


def is_in_sight(tx: Tx, circle: Circle) -> bool:
    """Ask whether the family of a locked circle agrees, and show or hide it; the township is told when it goes."""
    if is_agreed_to(tx, circle):
        if circle.hidden_at is not None:
            return show_circle(tx, circle)
        return True
    if circle.hidden_at is None:
        hide_circle(tx, circle, by_clock=True)
        tell_township(tx, circle, "circle-consent-ended")
    return False
