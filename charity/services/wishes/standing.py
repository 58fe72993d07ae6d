"""What must stand whenever a wish comes (back) into sight: the family's need, each yes, a point that tells nothing."""

from charity.adapters.db import Tx
from charity.domain.consents import NEEDED_TO_PUBLISH, Purpose
from charity.domain.errors import Conflict
from charity.domain.households import may_be_published
from charity.domain.points import PointFacts, PointKind, may_serve
from charity.domain.wishes import OPEN
from charity.models.consents import agreed_of
from charity.models.likenesses import find_stopping
from charity.models.points import ServicePoint
from charity.models.takedowns import is_wish_down
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import Whose, agrees
from charity.services.wishes.terms import may_be_shown


def may_stand(tx: Tx, wish: Wish, whose: Whose) -> None:
    """Refuse to show a wish of a family not (any longer) in verified need, or bound for a point it may not go to.

    Nor one of a family or person who looks like another until the township has looked at both. What a reported concern
    took out of sight comes back only by way of that concern.
    """
    if is_wish_down(tx.session, wish.id):
        raise Conflict("taken-down")
    if whose.life is not None:
        may_be_published(whose.life)
    if wish.household_id is not None and find_stopping(tx.session, wish.household_id, wish.member_id) is not None:
        raise Conflict("look-alike-open")
    point = None if wish.point_id is None else tx.session.get(ServicePoint, wish.point_id)
    if point is not None:
        may_go_to(tx, whose, point)
    may_be_shown(tx, wish)


def may_go_to(tx: Tx, whose: Whose, point: ServicePoint) -> None:
    """Refuse a point that is closed, too far away, or would tell where a child lives or learns."""
    facts = PointFacts(
        kind=PointKind(point.kind),
        region=point.region_code,
        pupils=point.pupils,
        villages_served=point.villages_served,
        is_closed=point.closed_at is not None,
    )
    agreed = point.kind == PointKind.SCHOOL.value and agrees(tx, whose, Purpose.SCHOOL_POINT)
    may_serve(facts, whose.kind, region=whose.region, guardian_agreed_to_school=agreed)


def shown_of(wish: Wish) -> list[Purpose]:
    """List what a wish tells of its person beyond the thing: each needs a consent of its own."""
    shown = [Purpose.SHOW_SEX] if wish.shown_sex else []
    return shown + ([Purpose.SHOW_INTEREST] if wish.interest and wish.member_id is not None else [])


def needed_by(tx: Tx, wish: Wish) -> frozenset[Purpose]:
    """List the uses without a yes to which a wish is out of sight."""
    return NEEDED_TO_PUBLISH | ({Purpose.SCHOOL_POINT} if _is_open_at_school(tx, wish) else set())


def _is_open_at_school(tx: Tx, wish: Wish) -> bool:
    if wish.member_id is None or wish.point_id is None or wish.state not in OPEN:
        return False
    return tx.session.get_one(ServicePoint, wish.point_id).kind == PointKind.SCHOOL.value


def drop_details(tx: Tx, wish: Wish) -> bool:
    """Let a wish tell no detail to which no yes stands now, and say whether it told one."""
    told = frozenset(shown_of(wish)) | ({Purpose.SHOW_SIZE} if wish.size and wish.shows_size else set())
    if wish.household_id is None or not told:
        return False
    home, member = wish.household_id, wish.member_id
    over = told - agreed_of(tx.session, told, household_id=home, member_id=member, moment=tx.now)
    if Purpose.SHOW_SEX in over:
        wish.shown_sex = ""
    if Purpose.SHOW_INTEREST in over:
        wish.interest = ""
    if Purpose.SHOW_SIZE in over:
        wish.shows_size = False
    return bool(over)
