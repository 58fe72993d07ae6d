"""Asking a family, through the volunteers of its village, whether it wants another term of its circle."""

from charity.adapters.db import Tx
from charity.domain.circle_states import CircleState
from charity.models.circle_rows import alias_of
from charity.models.circles import Circle
from charity.models.desks import list_holders
from charity.models.outbox import notify


def ask_family(tx: Tx, circle: Circle) -> None:
    """Tell the volunteers of a circle's village that its family is to be asked."""
    if circle.ends_on is None:
        return
    told = {"circle": circle.ref, "alias": alias_of(tx, circle.household_id), "day": circle.ends_on.isoformat()}
    for account_id in list_holders(tx.session, "volunteer", [circle.region_code], now=tx.now):
        notify(tx, account_id=account_id, kind="circle-renewal-family", params=told)


def ask_family_again(tx: Tx, circle: Circle) -> None:
    """Ask a family that agrees again for its word on another term, where all were asked and it has none on record."""
    was_asked = circle.state == CircleState.RUNNING.value and circle.renewal_asked_at is not None
    if was_asked and circle.household_agrees is None:
        ask_family(tx, circle)


def drop_yes(circle: Circle) -> None:
    """Take a family's yes to another term back with its yes to a circle; a no stays said."""
    if circle.household_agrees:
        circle.household_agrees = circle.agreed_by_id = None
