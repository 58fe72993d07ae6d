"""Counting the register by place, in a few statements however many households there are; no rule, no commit."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.domain import register_books as b
from charity.domain.kinds import Kind
from charity.domain.wishes import WishState
from charity.models.households import Fact, Household, Member
from charity.models.register_books import HouseholdFigures, VillageFigure
from charity.models.wishes import Wish

Counts = dict[str, dict[str, int]]
Code = InstrumentedAttribute[str]


def count_places(session: Session, region: str, width: int) -> Counts:
    """Count all figures of the places inside a region whose codes have a width; places without anybody are left out."""
    counts = _empty()
    code, inside = func.substr(Household.region_code, 1, width), _inside(Household.region_code, region)
    _count_here(session, counts, code, inside)
    place = func.substr(VillageFigure.region_code, 1, width).label("place")
    nightly = select(place, VillageFigure.figure, func.sum(VillageFigure.value))
    nightly = nightly.where(_inside(VillageFigure.region_code, region)).group_by("place", VillageFigure.figure)
    for where, figure, value in session.execute(nightly):
        if figure in b.CAUSES:
            counts[where][figure] += int(value)
    return dict(counts)


def count_homes(session: Session, where: ColumnElement[bool]) -> Counts:
    """Count what is counted of each of some households, by its reference."""
    counts = _empty()
    _count_here(session, counts, Household.ref, where)
    return dict(counts)


def _count_here(session: Session, counts: Counts, key: Any, where: ColumnElement[bool]) -> None:
    _count_homes(session, counts, key, where)
    _count_wishes(session, counts, key, where)
    _count_kept(session, counts, key, where)


def _empty() -> Counts:
    return defaultdict(b.empty)


def _inside(code: Code, region: str) -> ColumnElement[bool]:
    return code.startswith(region, autoescape=True)


def _count_homes(session: Session, counts: Counts, key: Any, where: ColumnElement[bool]) -> None:
    place = key.label("place")
    here = (where, Household.closed_at.is_(None))
    homes = select(place, Household.life_state, Household.category, func.count()).where(*here)
    for code, life, category, count in session.execute(
        homes.group_by("place", Household.life_state, Household.category)
    ):
        found = counts[code]
        for figure in (b.HOUSEHOLDS, f"life:{life}", f"category:{category}"):
            found[figure] += count
    people = select(place, func.count(), func.count(Member.school_stage))
    people = people.select_from(Member).join(Household, Household.id == Member.household_id)
    for code, members, children in session.execute(people.where(*here, Member.left_at.is_(None)).group_by("place")):
        counts[code][b.MEMBERS] += members
        counts[code][b.CHILDREN] += children


def _count_wishes(session: Session, counts: Counts, key: Any, where: ColumnElement[bool]) -> None:
    """Count families' wishes where the family lives; a school's needs stand in no household's book."""
    place = key.label("place")
    wishes = (
        select(
            place,
            Wish.kind,
            func.sum(case((Wish.state == WishState.APPROVED.value, 1), else_=0)),
            func.sum(case((Wish.state == WishState.CLOSED.value, 1), else_=0)),
            func.sum(Wish.fulfilled * Wish.unit_fen),
            func.sum(Wish.fulfilled),
        )
        .join(Household, Household.id == Wish.household_id)
        .where(where, Household.closed_at.is_(None))
        .group_by("place", Wish.kind)
    )
    for code, kind, are_open, met, fen, units in session.execute(wishes):
        found = counts[code]
        found[b.WISHES_OPEN] += int(are_open)
        found[b.WISHES_MET] += int(met)
        if kind in (Kind.GOODS.value, Kind.MONEY.value):
            found[b.HELP_FEN] += int(fen)
        elif kind == Kind.SERVICE.value:
            found[b.HELP_HOURS] += int(units)
        elif kind == Kind.PRODUCE.value:
            found[b.SOLD_FEN] += int(fen)


def _count_kept(session: Session, counts: Counts, key: Any, where: ColumnElement[bool]) -> None:
    """Add up what the night counted of households, of those that still are open."""
    place = key.label("place")
    kept = select(place, func.sum(HouseholdFigures.causes), func.sum(HouseholdFigures.stale))
    kept = kept.join(Household, Household.id == HouseholdFigures.household_id)
    for code, causes, stale in session.execute(kept.where(where, Household.closed_at.is_(None)).group_by(place)):
        counts[code][b.TROUBLES] += int(causes)
        counts[code][b.STALE] += int(stale)


def list_cause_facts(session: Session, *, after: int, most: int) -> list[Any]:
    """List the newest answers about causes of so many households after one: household, village, key, ref, value."""
    homes = select(Household.id).where(Household.id > after, Household.closed_at.is_(None))
    some = homes.order_by(Household.id).limit(most).subquery()
    newest = func.row_number().over(
        partition_by=(Fact.household_id, Fact.key), order_by=(Fact.as_of.desc(), Fact.id.desc())
    )
    ranked = (
        select(Fact.household_id, Fact.key, Fact.ref, Fact.value_sealed, newest.label("place"))
        .where(Fact.household_id.in_(select(some.c.id)), Fact.group_code == "causes")
        .subquery()
    )
    asked: Select[*tuple[Any, ...]] = (
        select(Household.id, Household.region_code, ranked.c.key, ranked.c.ref, ranked.c.value_sealed)
        .outerjoin(ranked, and_(ranked.c.household_id == Household.id, ranked.c.place == 1))
        .where(Household.id.in_(select(some.c.id)))
        .order_by(Household.id)
    )
    return list(session.execute(asked))


def count_stale(session: Session, today: date, *, after: int, last: int) -> dict[int, int]:
    """Count the questions whose newest answer no longer stands, of each household after one and up to another."""
    old = or_(*(and_(Fact.key == key, func.max(Fact.as_of) < b.fresh_from(key, today)) for key in sorted(b.BY_KEY)))
    newest = (
        select(Fact.household_id, Fact.member_id, Fact.key)
        .where(Fact.household_id > after, Fact.household_id <= last)
        .group_by(Fact.household_id, Fact.member_id, Fact.key)
        .having(old)
        .subquery()
    )
    counted = (
        select(newest.c.household_id, func.count())
        .join(Household, Household.id == newest.c.household_id)
        .outerjoin(Member, Member.id == newest.c.member_id)
        .where(Household.closed_at.is_(None), Member.left_at.is_(None))
        .group_by(newest.c.household_id)
    )
    return {household: count for household, count in session.execute(counted)}
