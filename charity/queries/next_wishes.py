"""A donor's next wish: open wishes of those he has helped, then of the same places, before he is shown strangers.

Places are the public ones: a county whose families are too few to be named stands as its city here too, so that what is
offered tells nobody more than the wall does. Nothing of his own, and nothing that he serves in another capacity.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, bindparam, case, func, literal, or_, select, true, union_all

from charity.adapters import clock
from charity.adapters.db import Instant, reading
from charity.domain.actors import STAFF, Actor
from charity.domain.interests import NOTHING, Interests
from charity.domain.kinds import PledgeState
from charity.domain.regions import Level, level_of
from charity.domain.sides import TERM
from charity.models.counties import is_named
from charity.models.gates import is_claimed, is_own, stands_elsewhere
from charity.models.interests import Interest, interests_of
from charity.models.pledges import Pledge
from charity.models.wishes import IsOpen, Wish
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, card_of, with_photo

MOST = 3
HELPED = (PledgeState.AT_POINT.value, PledgeState.HANDED_OVER.value, PledgeState.CONFIRMED.value)
# Only the newest claims and places count, so that a team's thousands of claims cost no more than a person's few.
NEWEST_CLAIMS, NEWEST_PLACES = 50, 2
BENEFICIARY, PLACE = 0, 1
ME, SINCE, AFTER = bindparam("me"), bindparam("since", type_=Instant()), bindparam("after", type_=Integer())


def list_next(viewer: Actor, *, after: int | None = None) -> tuple[WishCard, ...]:
    """List a donor's next wishes, those of helped families and sites first; after one pledge only, when it is given."""
    if not viewer.is_signed_in:
        return ()
    now, near = clock.now(), neighbourhoods(viewer)
    told = {"me": viewer.account_id, "since": now - TERM, "after": after} | {
        f"near_{number}": code for number, code in enumerate(near)
    }
    rows = reading().execute(_statement(len(near)), told)
    return tuple(card_of(row, now) for row in rows)


def neighbourhoods(viewer: Actor) -> list[str]:
    """List the villages and townships he holds a right in; a county's officer is no neighbour."""
    return [code for code in viewer.regions(*STAFF) if code and level_of(code) >= Level.TOWNSHIP]


def list_next_with_interests(viewer: Actor) -> tuple[tuple[WishCard, ...], Interests]:
    """List a donor's next wishes, and what he stated, in one question; a visitor has neither."""
    if not viewer.is_signed_in:
        return (), NOTHING
    now, near = clock.now(), neighbourhoods(viewer)
    told = {"me": viewer.account_id, "since": now - TERM, "after": None}
    told |= {f"near_{number}": code for number, code in enumerate(near)}
    rows: Sequence[Any] = reading().execute(_with_interests(len(near)), told).all()
    interests = NOTHING if rows[0].account_id is None else interests_of(rows[0])
    return tuple(card_of(row, now) for row in rows if row.id is not None), interests


@lru_cache(maxsize=16)
def _with_interests(near: int) -> Select[*tuple[Any, ...]]:
    """Put what he stated beside his next wishes: always one row at least, whatever there is of either."""
    found = _statement(near).subquery("following")
    me = select(literal(1).label("one")).subquery("me")
    both = select(*Interest.__table__.columns, *found.c).select_from(me)
    both = both.outerjoin(Interest, Interest.account_id == ME).outerjoin(found, true())
    return both.order_by(found.c.shelf, found.c.wall_at, found.c.id)


@lru_cache(maxsize=16)
def _statement(near: int) -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than its answer."""
    found = ((shelf, query.subquery()) for shelf, query in _found(_helped(), near))
    chosen = union_all(*(select(each.c.id, literal(shelf).label("shelf")) for shelf, each in found)).subquery()
    first = select(chosen.c.id, func.min(chosen.c.shelf).label("shelf")).group_by(chosen.c.id).subquery("first")
    query = with_photo(select(*CARD_COLUMNS, first.c.shelf)).join(first, first.c.id == Wish.id)
    return query.order_by(first.c.shelf, Wish.wall_at, Wish.id).limit(MOST)


def _helped() -> CTE:
    """Gather whom and where the donor helped: from the moment his gift reached the service point."""
    place = case((is_named(), Wish.county), else_=Wish.city)
    return (
        select(Pledge.id, Wish.household_id, Wish.site_id, place.label("place"))
        .join_from(Pledge, Wish, Wish.id == Pledge.wish_id)
        .where(Pledge.account_id == ME, Pledge.state.in_(HELPED), or_(AFTER.is_(None), Pledge.id == AFTER))
        .order_by(Pledge.id.desc())
        .limit(NEWEST_CLAIMS)
        .cte("helped")
    )


def _found(helped: CTE, near: int) -> Iterator[tuple[int, Select[*tuple[Any, ...]]]]:
    """Look along one index of the wall for each place: nobody sorts a whole county for three cards."""
    for column, theirs in ((Wish.household_id, helped.c.household_id), (Wish.site_id, helped.c.site_id)):
        yield BENEFICIARY, _open(near, column.in_(select(theirs).where(theirs.is_not(None))))
    newest = func.max(helped.c.id).desc()
    for number in range(NEWEST_PLACES):
        place = select(helped.c.place).group_by(helped.c.place).order_by(newest).limit(1).offset(number)
        here = place.scalar_subquery()
        yield PLACE, _open(near, Wish.county == here, is_named())
        yield PLACE, _open(near, Wish.city == here)


def _open(near: int, *where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    fitting = (
        Wish.poster_id != ME,
        ~is_claimed(ME),
        ~stands_elsewhere(ME, SINCE),
        ~is_own(ME),
        *(~Wish.region_code.startswith(bindparam(f"near_{number}")) for number in range(near)),
    )
    return select(Wish.id).where(IsOpen(), *where, *fitting).order_by(Wish.wall_at, Wish.id).limit(MOST)
