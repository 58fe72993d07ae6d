"""The public page of one wish, with what happened to it since it was handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.circle_states import CircleState
from charity.domain.counters import COMMITTED
from charity.domain.errors import Missing
from charity.domain.identity import age_on
from charity.domain.items import ItemNames
from charity.domain.kinds import Kind
from charity.domain.privacy import Composition, composition_of, shows_size
from charity.domain.regions import city_of
from charity.domain.wall import Because, because
from charity.domain.wishes import PUBLIC, READABLE, BeneficiaryKind, WishState
from charity.ledger import Record, timeline
from charity.models.catalogue import CatalogueName, newest_name
from charity.models.circles import Circle
from charity.models.counties import is_named
from charity.models.gates import is_stage_shown
from charity.models.households import Household, Member
from charity.models.photos import Photo
from charity.models.pledges import Pledge
from charity.models.programmes import Programme
from charity.models.wishes import IsOpen, Wish
from charity.queries.organisations.money import Receiver, find_receiver_of
from charity.queries.produce import find_batch_ref
from charity.queries.services import ServiceCard, find_service
from charity.queries.wish_cards import (
    CARD_COLUMNS,
    WishCard,
    card_of,
    photo_url,
    with_photo,
)

SIMILAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The legal basis a wish is published under."""

    programme: str
    body: str
    certificate: str
    filing: str
    platform_url: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a wish's public timeline; number is its leaf in the book, None while it waits for one."""

    kind: str
    at: datetime
    number: int | None
    units: int | None
    to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WishPage:
    """Everything a stranger may know of a wish; codes, not words."""

    card: WishCard
    alias: str
    details: str
    size: str
    is_size_for_claimant: bool
    sex: str
    interest: str
    composition: Composition | None
    photo_large_url: str | None
    basis: Basis | None
    why: Because
    timeline: tuple[Happening, ...]
    similar: tuple[WishCard, ...]
    takes_claims: bool
    has_claim: bool
    circle: str | None  # the circle whose month it is
    company: str | None  # the public circle of the family, where the family itself is named here
    act_by: datetime | None
    season_on: date | None
    item_names: ItemNames | None
    source_posted_at: datetime | None
    service: ServiceCard | None
    batch: str | None
    receiver: Receiver | None  # the organisation that receives the money of a wish for money


def get_wish(viewer: Actor, ref: str) -> WishPage:
    """Show a public wish; Missing when it never was public or was taken out of sight."""
    rows = reading().execute(_query(viewer, ref)).all()
    if not rows:
        raise Missing
    row, now = rows[0], clock.now()
    card = card_of(row, now)
    shows = _shows_details(row)
    takes_claims = row.state == WishState.APPROVED and card.units_left > 0
    return WishPage(
        card=card,
        alias=_alias(row),
        details=row.details,
        size=row.size if shows or row.has_claim else "",
        is_size_for_claimant=bool(row.size) and not shows,
        sex=row.shown_sex if shows or row.has_claim else "",
        interest=row.interest if shows or row.has_claim else "",
        composition=_composition(rows, day_of(now)),
        photo_large_url=photo_url(row.photo_ref, 640),
        basis=_basis(row),
        why=because(row.published_at, now, units_left=card.units_left, wanted=card.units_wanted),
        timeline=list_happenings(ref),
        similar=() if takes_claims else _similar(row, now),
        takes_claims=takes_claims,
        has_claim=row.has_claim,
        circle=row.circle,
        company=row.company,
        act_by=row.act_by,
        season_on=row.season_on,
        item_names=None if row.item_zh is None else ItemNames(row.item_zh, row.item_en),
        source_posted_at=row.source_posted_at,
        service=find_service(ref) if row.kind == Kind.SERVICE.value else None,
        batch=find_batch_ref(ref) if row.kind == Kind.PRODUCE.value else None,
        receiver=find_receiver_of(ref) if row.kind == Kind.MONEY.value else None,
    )


def find_public(ref: str) -> WishCard | None:
    """Find the card of a public wish, for its share picture."""
    row = reading().execute(with_photo(select(*CARD_COLUMNS)).where(Wish.ref == ref, *_readable())).one_or_none()
    return None if row is None else card_of(row, clock.now())


def list_happenings(ref: str) -> tuple[Happening, ...]:
    """List what the book says about a wish, oldest first."""
    return tuple(_happening(record) for record in timeline(reading(), "wish", ref))


def _readable() -> tuple[Any, ...]:
    return (
        Wish.state.in_([state.value for state in sorted(READABLE)]),
        Wish.published_at.is_not(None),
        Wish.hidden_at.is_(None),
    )


def _query(viewer: Actor, ref: str) -> Select[*tuple[Any, ...]]:
    """Ask in one go for the wish, its basis, its family's ages, the viewer's own claim, and how many are alike."""
    of_family = and_(
        Member.household_id == Wish.household_id,
        Member.left_at.is_(None),
        Wish.beneficiary_kind == BeneficiaryKind.HOUSEHOLD.value,
    )
    child = aliased(Member)
    columns = (
        *CARD_COLUMNS,
        Wish.source_posted_at,
        Wish.details,
        Wish.size,
        Wish.shown_sex,
        Wish.interest,
        Wish.shows_size,
        Wish.act_by,
        Wish.season_on,
        Wish.province,
        Household.alias.label("household_alias"),
        child.alias.label("child_alias"),
        newest_name(Wish.category, CatalogueName.zh).label("item_zh"),
        newest_name(Wish.category, CatalogueName.en).label("item_en"),
        Programme.name.label("programme"),
        Programme.body,
        Programme.certificate,
        Programme.filing,
        Programme.platform_url,
        Programme.contact,
        Member.ref.label("member_ref"),
        Member.birth_sealed,
        _has_claim(viewer).label("has_claim"),
        _count_alike().label("alike"),
        select(Circle.ref).where(Circle.id == Wish.circle_id).scalar_subquery().label("circle"),
        _company(),
    )
    return (
        with_photo(select(*columns))
        .outerjoin(Household, Household.id == Wish.household_id)
        .outerjoin(child, child.id == Wish.member_id)
        .outerjoin(Programme, Programme.id == Wish.programme_id)
        .outerjoin(Member, of_family)
        .where(Wish.ref == ref, *_readable())
    )


def _company() -> Any:
    """Find the family's living public circle; never for a child's wish, which must not lead to its family."""
    living = (CircleState.FORMING.value, CircleState.RUNNING.value)
    theirs = and_(Circle.household_id == Wish.household_id, Circle.state.in_(living), Circle.hidden_at.is_(None))
    return (
        select(Circle.ref)
        .where(theirs, Wish.beneficiary_kind == BeneficiaryKind.HOUSEHOLD.value)
        .scalar_subquery()
        .label("company")
    )


def _has_claim(viewer: Actor) -> Any:
    if not viewer.is_signed_in:
        return literal(value=False)
    return (
        select(Pledge.id)
        .where(
            Pledge.wish_id == Wish.id,
            Pledge.account_id == viewer.account_id,
            Pledge.state.in_([state.value for state in sorted(COMMITTED)]),
        )
        .exists()
    )


def _told_stage(wish: Any, today: date) -> Any:
    return case((is_stage_shown(today, wish), func.coalesce(wish.school_stage, "")), else_="")


def _count_alike() -> Any:
    """Count the people of the county whose public wishes tell the same stage, size, sex and interest."""
    other, today = aliased(Wish), day_of(clock.now())
    return (
        select(func.count(func.coalesce(other.member_id, -other.household_id).distinct()))
        .where(
            other.county == Wish.county,
            other.beneficiary_kind == Wish.beneficiary_kind,
            _told_stage(other, today) == _told_stage(Wish, today),
            other.size == Wish.size,
            other.shown_sex == Wish.shown_sex,
            other.interest == Wish.interest,
            other.state.in_([state.value for state in sorted(PUBLIC)]),
            other.hidden_at.is_(None),
        )
        .correlate(Wish)
        .scalar_subquery()
    )


def _shows_details(row: Any) -> bool:
    if row.beneficiary_kind == BeneficiaryKind.SITE.value:
        return True
    return row.shows_size and shows_size(row.alike)


def _alias(row: Any) -> str:
    return row.child_alias or row.household_alias or ""


def _composition(rows: Sequence[Any], today: date) -> Composition | None:
    ages = [
        age_on(date.fromisoformat(unseal(row.birth_sealed, place=f"members.birth:{row.member_ref}")), today)
        for row in rows
        if row.member_ref is not None
    ]
    return composition_of(ages) if ages else None


def _basis(row: Any) -> Basis | None:
    if row.programme is None:
        return None
    return Basis(
        programme=row.programme,
        body=row.body,
        certificate=row.certificate,
        filing=row.filing,
        platform_url=row.platform_url,
        contact=row.contact,
    )


def _happening(record: Record) -> Happening:
    facts = record.body.facts
    units, to = facts.get("units"), facts.get("to")
    return Happening(
        kind=record.body.kind.value,
        at=datetime.fromisoformat(record.body.at),
        number=record.number,
        units=units if isinstance(units, int) else None,
        to=to if isinstance(to, str) else None,
    )


def _similar(row: Any, now: datetime) -> tuple[WishCard, ...]:
    """List open wishes like this one: the same thing first, then the same place, then the longest waiting."""
    same_thing, same_place = Wish.category == row.category, _is_of_public_place(row)
    query = (
        with_photo(select(*CARD_COLUMNS))
        .where(IsOpen(), or_(same_thing, same_place), Wish.province == row.province)
        .order_by((same_thing & same_place).desc(), same_place.desc(), Wish.wall_at, Wish.id)
        .limit(SIMILAR)
    )
    return tuple(card_of(found, now) for found in reading().execute(query))


def _is_of_public_place(row: Any) -> ColumnElement[bool]:
    """Say what lies in the place this wish is shown with, by what is shown of them: the order tells no small county."""
    if not row.place_is_large:
        return Wish.city == city_of(row.county)
    return and_(Wish.county == row.county, is_named())


def find_photo(ref: str) -> str | None:
    """Find the files of a picture that shows the thing of a public wish; None for any other picture."""
    return (
        reading()
        .execute(
            select(Photo.storage_key)
            .join(Wish, Wish.photo_id == Photo.id)
            .where(Photo.ref == ref, Photo.purpose == "thing", *_readable())
            .limit(1)
        )
        .scalar_one_or_none()
    )
