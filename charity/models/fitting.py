"""Which open wish fits an intention, the least served first; one plain question with a limit, or two.

Nobody has helped yet comes first, then the larger share of units still missing, then who has waited longer, then the
id. A wish all of whose units are free has its place on the wall by its day alone, so the first question walks along an
index of the wall; the second, asked only when the first found nothing, compares the first thousand of what is partly
taken, along the same index, whose order tells the share taken too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from charity.adapters.db import Tx
from charity.domain.calendar import day_of, year_of
from charity.domain.kinds import Kind
from charity.domain.limits import DEFAULTS, Limits, room_left
from charity.domain.matching import PARTS
from charity.domain.offers import OfferState
from charity.domain.regions import Level, level_of
from charity.domain.sides import TERM
from charity.models.circles import CircleRefusal
from charity.models.counties import is_named
from charity.models.gates import is_claimed, is_near, is_own, is_stage_shown, stands_elsewhere
from charity.models.intending import IntentRow, offered_to
from charity.models.intentions import IntentOffer
from charity.models.pledges import GivenYear
from charity.models.service import ServiceTerms
from charity.models.skills import is_beyond
from charity.models.standing import find_standing
from charity.models.wishes import IsOpen, Wish

COMPARED = 1_000
Conditions = tuple[ColumnElement[bool], ...]
_taken = Wish.committed + Wish.reserved


@dataclass(frozen=True, slots=True)
class Fitting:
    """A wish that fits, with the units nobody has been offered yet and its donor may give."""

    id: int
    ref: str
    title: str
    region_code: str
    free: int


def find_fitting(tx: Tx, asked: IntentRow, limits: Limits = DEFAULTS, *, wish_id: int | None = None) -> Fitting | None:
    """Find the least served open wish that fits an intention and its donor may claim, or ask the same of one wish."""
    room, most = _room(tx, asked.account_id, limits), limits.donor_household_year_fen
    if room < 1:
        return None
    may_give = _may_give(asked, tx.now, room, most)
    if wish_id is not None:
        may_give = (Wish.id == wish_id, *may_give)
    for query in (_untouched(asked, tx.now, may_give), _begun(asked, tx.now, may_give)):
        row = tx.session.execute(query.limit(1)).one_or_none()
        if row is not None:
            of_year = (most - row.given) // row.unit_fen
            return Fitting(row.id, row.ref, row.title, row.region_code, min(row.free, room // row.unit_fen, of_year))
    return None


def list_fitting(tx: Tx, asked: IntentRow, *, limit: int, skip: int = 0, limits: Limits = DEFAULTS) -> list[int]:
    """List the ids of wishes that fit, the least served first, from a place of that order on."""
    room = _room(tx, asked.account_id, limits)
    if room < 1:
        return []
    may_give = _may_give(asked, tx.now, room, limits.donor_household_year_fen)
    found: list[int] = []
    for query in (_untouched(asked, tx.now, may_give), _begun(asked, tx.now, may_give)):
        found += [row.id for row in tx.session.execute(query.offset(skip).limit(limit - len(found)))]
    return found


def units_free() -> ColumnElement[int]:
    """Give the units of a wish that nobody has taken or is offered by the pool."""
    return Wish.wanted - _taken - _offered()


def _may_give(asked: IntentRow, now: datetime, room: int, most: int) -> Conditions:
    return (Wish.unit_fen <= room, _given(asked, now) + Wish.unit_fen <= most)


def _room(tx: Tx, account_id: int, limits: Limits) -> int:
    """Give how much one more offer may come to: what he is offered already counts as if it were claimed."""
    standing = find_standing(tx, account_id, limits=limits)
    if standing is None:
        return 0
    offers, fen = offered_to(tx, account_id)
    standing = replace(standing, open_pledges=standing.open_pledges + offers, open_fen=standing.open_fen + fen)
    room = room_left(standing, now=tx.now, limits=limits)
    return limits.donor_household_year_fen if room is None else room


def _given(asked: IntentRow, now: datetime) -> ColumnElement[int]:
    """Give what its donor gave a wish's beneficiary this year."""
    given = select(GivenYear.amount_fen).where(
        GivenYear.account_id == asked.account_id,
        GivenYear.beneficiary == Wish.beneficiary,
        GivenYear.year == year_of(now),
    )
    return func.coalesce(given.correlate(Wish).scalar_subquery(), 0)


def _untouched(asked: IntentRow, now: datetime, may_give: Conditions) -> Select[*tuple[Any, ...]]:
    return _open(asked, now).where(_taken == 0, *may_give).order_by(Wish.wall_at, Wish.id)


def _begun(asked: IntentRow, now: datetime, may_give: Conditions) -> Select[*tuple[Any, ...]]:
    """Compare the first of the wall's fair order, which tells the share taken: nobody sorts a million for one."""
    is_helped = case((Wish.committed > 0, 1), else_=0).label("is_helped")
    share = (_taken * PARTS // Wish.wanted).label("share")
    fair = _open(asked, now).add_columns(is_helped, share, Wish.published_at).where(_taken > 0, *may_give)
    first = fair.order_by(Wish.wall_at, Wish.id).limit(COMPARED).subquery("first")
    return select(first).order_by(first.c.is_helped, first.c.share, first.c.published_at, first.c.id)


def _open(asked: IntentRow, now: datetime) -> Select[*tuple[Any, ...]]:
    given, free = _given(asked, now).label("given"), units_free()
    columns = (Wish.id, Wish.ref, Wish.title, Wish.region_code, Wish.unit_fen, free.label("free"), given)
    return select(*columns).where(IsOpen(), *_wanted(asked, day_of(now)), *_allowed(asked.account_id, now), free > 0)


def _wanted(asked: IntentRow, today: date) -> Iterator[ColumnElement[bool]]:
    yield Wish.unit_fen <= asked.most_fen
    if asked.kind:
        yield Wish.kind == asked.kind
    if not asked.kind and not asked.category:
        yield Wish.kind == Kind.GOODS.value  # hours and purchases are offered to those who ask for them by name
    if asked.category:
        yield Wish.category == asked.category
    if asked.beneficiary_kind:
        yield Wish.beneficiary_kind == asked.beneficiary_kind
    if asked.school_stage:
        yield Wish.school_stage == asked.school_stage
        yield is_stage_shown(today)
    if asked.region_code:
        yield from _in_region(asked.region_code)


def _in_region(code: str) -> Iterator[ColumnElement[bool]]:
    """Ask as the wall does: families of a county too small to be named are not found by its name."""
    level = level_of(code)
    yield {Level.PROVINCE: Wish.province, Level.CITY: Wish.city, Level.COUNTY: Wish.county}[level] == code
    if level is Level.COUNTY:
        yield is_named(code)


def _allowed(me: int, now: datetime) -> Iterator[ColumnElement[bool]]:
    """Leave out what its donor may not claim, has claimed, or has been offered before (and it was not just gone).

    Nor is anybody brought together with a family that does not want him; see also services/circles/seats.py: may_sit.
    """
    yield Wish.poster_id != me
    yield ~_was_offered(me)
    yield or_(Wish.kind != Kind.SERVICE.value, ~_serves_children() & ~is_beyond(me))
    for unfit in (
        is_claimed(me),
        stands_elsewhere(me, now - TERM),
        is_own(me),
        is_near(me, day_of(now)),
        _is_unwanted(me),
    ):
        yield ~unfit


def _was_offered(me: int) -> ColumnElement[bool]:
    told = select(IntentOffer.id).where(IntentOffer.account_id == me, IntentOffer.wish_id == Wish.id)
    return told.where(IntentOffer.state != OfferState.ENDED.value).correlate(Wish).exists()


def _serves_children() -> ColumnElement[bool]:
    """Give the condition that hours are with children: nobody is sent there who did not come by himself, vetted."""
    terms = select(ServiceTerms.wish_id).where(ServiceTerms.wish_id == Wish.id, ServiceTerms.serves_children.is_(True))
    return terms.correlate(Wish).exists()


def _is_unwanted(me: int) -> ColumnElement[bool]:
    refused = select(CircleRefusal.id).where(
        CircleRefusal.account_id == me, CircleRefusal.household_id == Wish.household_id
    )
    return refused.correlate(Wish).exists()


def _offered() -> ColumnElement[int]:
    """Sum up what the pool offers of a wish just now, so that a hundred givers are not sent to one last unit."""
    offered = select(func.coalesce(func.sum(IntentOffer.units), 0)).where(
        IntentOffer.wish_id == Wish.id, IntentOffer.state == OfferState.OPEN.value
    )
    return offered.correlate(Wish).scalar_subquery()
