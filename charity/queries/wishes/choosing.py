"""For whom a wish is posted: families with their children by alias, and sites by name, in the volunteer's regions."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import false, or_, select

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.permissions import may_anywhere, regions_for
from charity.domain.school import is_current
from charity.domain.wishes import BeneficiaryKind
from charity.models.households import Household, Member
from charity.models.sites import Site

PER_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child by alias."""

    ref: str
    alias: str
    school_stage: str | None
    is_stage_current: bool
    open_wishes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A family with its children."""

    ref: str
    alias: str
    region: str
    open_wishes: int
    is_verified: bool
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChoice:
    """A school or village."""

    ref: str
    kind: str
    name: str
    region: str
    pupils: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Whom the wish is for."""

    kind: BeneficiaryKind
    ref: str
    alias: str
    region: str


def list_homes(viewer: Actor, *, words: str = "", after: int = 0) -> tuple[tuple[Home, ...], int | None]:
    """List a page of the families the viewer may post for, by alias, and the number after which the next begins."""
    may_anywhere(viewer, "wish.post")
    query = (
        select(Household)
        .where(
            or_(false(), *(Household.region_code.startswith(code, autoescape=True) for code in _regions(viewer))),
            Household.closed_at.is_(None),
            Household.id > after,
        )
        .order_by(Household.id)
        .limit(PER_PAGE + 1)
    )
    if words:
        query = query.where(Household.alias.contains(words, autoescape=True))
    rows = list(reading().scalars(query))
    children = _children([row.id for row in rows[:PER_PAGE]])
    homes = tuple(
        Home(
            ref=row.ref,
            alias=row.alias,
            region=row.region_code,
            open_wishes=row.open_wishes,
            is_verified=row.verified_at is not None,
            children=tuple(children[row.id]),
        )
        for row in rows[:PER_PAGE]
    )
    return homes, rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None


def list_sites(viewer: Actor) -> tuple[SiteChoice, ...]:
    """List the sites of the viewer's regions, those of the staff's township or village included."""
    may_anywhere(viewer, "site.register")
    regions = regions_for(viewer, "site.register")
    rows = reading().scalars(
        select(Site)
        .where(
            or_(false(), *(Site.region_code.startswith(code, autoescape=True) for code in regions)),
            Site.closed_at.is_(None),
        )
        .order_by(Site.region_code, Site.id)
        .limit(PER_PAGE * 10)
    )
    return tuple(
        SiteChoice(
            ref=site.ref,
            kind=site.kind,
            name=unseal(site.name_sealed, place=f"sites.name:{site.ref}"),
            region=site.region_code,
            pupils=site.pupils,
        )
        for site in rows
    )


def get_chosen(viewer: Actor, kind: str, ref: str) -> Chosen:
    """Read whom a wish is for; outside the viewer's regions it is missing."""
    found = {"child": _child, "household": _household, "site": _site}.get(kind)
    chosen = None if found is None else found(ref)
    if chosen is None or not any(chosen.region.startswith(code) for code in _regions(viewer)):
        raise Missing
    return chosen


def _regions(viewer: Actor) -> tuple[str, ...]:
    return regions_for(viewer, "wish.post")


def _child(ref: str) -> Chosen | None:
    row = (
        reading()
        .execute(
            select(Member.alias, Household.region_code)
            .join(Household, Household.id == Member.household_id)
            .where(Member.ref == ref, Member.left_at.is_(None), Household.closed_at.is_(None))
        )
        .one_or_none()
    )
    return None if row is None else Chosen(kind=BeneficiaryKind.CHILD, ref=ref, alias=row[0], region=row[1])


def _household(ref: str) -> Chosen | None:
    row = (
        reading()
        .execute(
            select(Household.alias, Household.region_code).where(Household.ref == ref, Household.closed_at.is_(None))
        )
        .one_or_none()
    )
    return None if row is None else Chosen(kind=BeneficiaryKind.HOUSEHOLD, ref=ref, alias=row[0], region=row[1])


def _site(ref: str) -> Chosen | None:
    site = reading().scalars(select(Site).where(Site.ref == ref, Site.closed_at.is_(None))).one_or_none()
    if site is None:
        return None
    name = unseal(site.name_sealed, place=f"sites.name:{site.ref}")
    return Chosen(kind=BeneficiaryKind.SITE, ref=ref, alias=name, region=site.region_code)


def _children(households: list[int]) -> dict[int, list[Child]]:
    """List the children of some families: members with a school stage or born as such; a stage stands for a child."""
    found: dict[int, list[Child]] = defaultdict(list)
    rows = reading().execute(
        select(Member.household_id, Member.ref, Member.alias, Member.school_stage, Member.stage_on, Member.open_wishes)
        .where(Member.household_id.in_(households), Member.left_at.is_(None), Member.school_stage.is_not(None))
        .order_by(Member.id)
    )
    today = day_of(clock.now())
    for household_id, ref, alias, stage, stage_on, open_wishes in rows:
        child = Child(
            ref=ref,
            alias=alias,
            school_stage=stage,
            is_stage_current=is_current(stage_on, today),
            open_wishes=open_wishes,
        )
        found[household_id].append(child)
    return found
