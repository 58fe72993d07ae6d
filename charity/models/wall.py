"""Statements that take wishes out of sight."""

from sqlalchemy import Select, or_, select

from charity.adapters.db import Tx
from charity.domain.points import PointKind
from charity.domain.wishes import OPEN
from charity.models.points import ServicePoint
from charity.models.searching import drop_words
from charity.models.wishes import Wish


def hide_wishes(tx: Tx, *, household_id: int, member_id: int | None = None, at_school: bool = False) -> list[Wish]:
    """Take all wishes of a household (or of one member, or its open ones bound for a school) out of sight at once.

    Their deliveries run on unseen.
    """
    theirs = select(Wish).where(Wish.household_id == household_id, Wish.hidden_at.is_(None))
    if member_id is not None:
        theirs = theirs.where(Wish.member_id == member_id)
    if at_school:
        schools = select(ServicePoint.id).where(ServicePoint.kind == PointKind.SCHOOL.value)
        theirs = theirs.where(Wish.state.in_([state.value for state in sorted(OPEN)]), Wish.point_id.in_(schools))
    return _hide(tx, theirs)


def hide_left(tx: Tx, *, household_id: int, member_id: int, of_family: bool) -> list[Wish]:
    """Take out of sight what stood on the word of one who left: his own wishes, and the family's where he was its head.

    Their deliveries run on unseen.
    """
    whose = Wish.member_id == member_id
    theirs = or_(whose, Wish.member_id.is_(None)) if of_family else whose
    return _hide(tx, select(Wish).where(Wish.household_id == household_id, Wish.hidden_at.is_(None), theirs))


def hide_months(tx: Tx, circle_id: int, *, only_open: bool) -> list[Wish]:
    """Take the wishes of a circle's months (or its open ones) out of sight at once. Their deliveries run on unseen."""
    theirs = select(Wish).where(Wish.circle_id == circle_id, Wish.hidden_at.is_(None))
    return _hide(tx, theirs.where(Wish.state.in_([state.value for state in sorted(OPEN)])) if only_open else theirs)


def hide_wish(tx: Tx, wish: Wish) -> None:
    """Take one locked wish out of sight at once. Its deliveries run on unseen."""
    wish.hidden_at = tx.now
    tx.session.flush()
    drop_words(tx, [wish.id])


def _hide(tx: Tx, theirs: Select[Wish]) -> list[Wish]:
    hidden = list(
        tx.session.scalars(theirs.order_by(Wish.id).with_for_update().execution_options(populate_existing=True))
    )
    for wish in hidden:
        wish.hidden_at = tx.now
    tx.session.flush()
    drop_words(tx, [wish.id for wish in hidden])
    return hidden
