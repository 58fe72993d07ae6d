"""The register as its people see it: lists without names, files only under an open grant."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from charity.adapters.clock import now
from charity.adapters.crypto import digest, unseal
from charity.adapters.db import reading
from charity.domain import calendar
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.households import is_fresh
from charity.domain.identity import age_on
from charity.domain.permissions import is_allowed, may, may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.households import CodeCard, Consent, Fact, FileOpened, Household, Member

PAGE = 30


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A line of the register: no name, no address."""

    ref: str
    alias: str
    region: str
    category: str
    life_state: str
    open_wishes: int
    registered_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class HouseholdPage:
    """A page of the register, and where the next one begins."""

    rows: tuple[HouseholdRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A member as the file shows it."""

    ref: str
    alias: str
    name: str
    birth: date
    age: int
    sex: str
    relation: str
    school_stage: str | None
    has_id_number: bool
    open_wishes: int


@dataclass(frozen=True, slots=True)
class FactCard:
    """The newest answer to one question, its age and who recorded it."""

    group: str
    key: str
    value: str
    member: str | None
    as_of: date
    is_fresh: bool
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """One word about the use of somebody's data."""

    member: str | None
    purpose: str
    is_granted: bool
    given_by: str
    valid_until: date | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """What staff of the region see of a family without opening its file."""

    ref: str
    alias: str
    region: str
    category: str
    life_state: str
    open_wishes: int
    members: int
    registered_at: datetime
    verified_at: datetime | None
    card_printed_at: datetime | None
    wrong_codes: int
    open_until: datetime | None
    may_register: bool
    may_verify: bool
    may_print: bool
    may_read_log: bool


@dataclass(frozen=True, slots=True)
class FileCard:
    """A household's open file."""

    head_name: str
    address: str
    phone: str
    relative_phone: str
    people: tuple[PersonCard, ...]
    facts: tuple[FactCard, ...]
    consents: tuple[ConsentCard, ...]


@dataclass(frozen=True, slots=True)
class AccessRow:
    """Who opened the file, why and when."""

    who: str
    purpose: str
    opened_at: datetime


def list_households(viewer: Actor, *, search: str = "", cursor: str = "") -> HouseholdPage:
    """List families of the viewer's regions, newest first; search finds an alias, a full name or a phone by digest."""
    may_anywhere(viewer, "household.open")
    query = _columns().where(_in_regions(viewer), Household.closed_at.is_(None))
    if search.strip():
        query = query.where(_found_by(search.strip()))
    if cursor.isdigit():
        query = query.where(Household.id < int(cursor))
    rows = [HouseholdRow(*row) for row in reading().execute(query.order_by(Household.id.desc()).limit(PAGE + 1))]
    return HouseholdPage(tuple(rows[:PAGE]), str(rows[PAGE - 1].id) if len(rows) > PAGE else None)


def _columns() -> Select[str, str, str, str, str, int, datetime, int]:
    return select(
        Household.ref,
        Household.alias,
        Household.region_code,
        Household.category,
        Household.life_state,
        Household.open_wishes,
        Household.registered_at,
        Household.id,
    )


def _in_regions(viewer: Actor) -> ColumnElement[bool]:
    return or_(*(Household.region_code.startswith(region) for region in regions_for(viewer, "household.open")))


def _found_by(search: str) -> ColumnElement[bool]:
    bare = "".join(search.split()).replace("-", "")
    return or_(
        Household.alias == search,
        Household.head_digest == digest("name", search),
        Household.phone_digest == digest("phone", bare),
    )


def get_household(viewer: Actor, ref: str) -> HouseholdCard:
    """Show a family of the viewer's region without opening its file."""
    session, row = _get(viewer, ref)
    printed = session.scalar(
        select(func.max(CodeCard.printed_at)).where(CodeCard.household_id == row.id, CodeCard.cancelled_at.is_(None))
    )
    members = session.scalar(
        select(func.count()).select_from(Member).where(Member.household_id == row.id, Member.left_at.is_(None))
    )
    return HouseholdCard(
        ref=row.ref,
        alias=row.alias,
        region=row.region_code,
        category=row.category,
        life_state=row.life_state,
        open_wishes=row.open_wishes,
        members=members or 0,
        registered_at=row.registered_at,
        verified_at=row.verified_at,
        card_printed_at=printed,
        wrong_codes=row.wrong_codes,
        open_until=_open_until(session, viewer, row.id),
        may_register=is_allowed(viewer, "household.register", row.region_code),
        may_verify=is_allowed(viewer, "household.verify", row.region_code),
        may_print=is_allowed(viewer, "card.print", row.region_code),
        may_read_log=is_allowed(viewer, "household.access-log", row.region_code),
    )


def _get(viewer: Actor, ref: str) -> tuple[Session, Household]:
    session = reading()
    row = session.scalars(select(Household).where(Household.ref == ref)).one_or_none()
    if row is None or not _sees(viewer, row.region_code):
        raise Missing
    return session, row


def _sees(viewer: Actor, region: str) -> bool:
    return is_allowed(viewer, "household.open", region) or is_allowed(viewer, "household.access-log", region)


def _open_until(session: Session, viewer: Actor, household_id: int) -> datetime | None:
    until = session.scalar(
        select(func.max(FileOpened.open_until)).where(
            FileOpened.household_id == household_id, FileOpened.account_id == viewer.account_id
        )
    )
    return until if until is not None and until > now() else None


def get_file(viewer: Actor, ref: str) -> FileCard:
    """Show a household's file to somebody who opened it for a purpose within the last fifteen minutes."""
    session, row = _get(viewer, ref)
    may(viewer, "household.open", row.region_code)
    if _open_until(session, viewer, row.id) is None:
        raise Missing
    people = _people(session, row.id)
    names = {person_id: card.name for person_id, card in people}
    return FileCard(
        head_name=unseal(row.head_name_sealed, place=f"households.head_name:{ref}"),
        address=unseal(row.address_sealed, place=f"households.address:{ref}"),
        phone=_unseal(row.phone_sealed, f"households.phone:{ref}"),
        relative_phone=_unseal(row.relative_phone_sealed, f"households.relative_phone:{ref}"),
        people=tuple(card for _, card in people),
        facts=_facts(session, row.id, names),
        consents=_consents(session, row.id, names),
    )


def _unseal(sealed: bytes | None, place: str) -> str:
    return "" if sealed is None else unseal(sealed, place=place)


def _people(session: Session, household_id: int) -> list[tuple[int, PersonCard]]:
    rows = session.scalars(
        select(Member).where(Member.household_id == household_id, Member.left_at.is_(None)).order_by(Member.id)
    )
    return [(row.id, _person(row)) for row in rows]


def _person(row: Member) -> PersonCard:
    birth = date.fromisoformat(unseal(row.birth_sealed, place=f"members.birth:{row.ref}"))
    return PersonCard(
        ref=row.ref,
        alias=row.alias,
        name=unseal(row.name_sealed, place=f"members.name:{row.ref}"),
        birth=birth,
        age=age_on(birth, calendar.day_of(now())),
        sex=unseal(row.sex_sealed, place=f"members.sex:{row.ref}"),
        relation=row.relation,
        school_stage=row.school_stage,
        has_id_number=row.id_digest is not None,
        open_wishes=row.open_wishes,
    )


def _facts(session: Session, household_id: int, names: dict[int, str]) -> tuple[FactCard, ...]:
    rows = session.execute(
        select(Fact, Account.nickname)
        .join(Account, Account.id == Fact.recorded_by_id)
        .where(Fact.household_id == household_id)
        .order_by(Fact.id)
    )
    newest: dict[tuple[str, int | None], FactCard] = {}
    today = calendar.day_of(now())
    for fact, recorder in rows:
        newest[fact.key, fact.member_id] = FactCard(
            group=fact.group_code,
            key=fact.key,
            value=unseal(fact.value_sealed, place=f"facts.value:{fact.ref}"),
            member=names.get(fact.member_id) if fact.member_id else None,
            as_of=fact.as_of,
            is_fresh=is_fresh(fact.key, fact.as_of, today),
            recorded_by=recorder,
            recorded_at=fact.recorded_at,
        )
    return tuple(newest.values())


def _consents(session: Session, household_id: int, names: dict[int, str]) -> tuple[ConsentCard, ...]:
    rows = session.scalars(select(Consent).where(Consent.household_id == household_id).order_by(Consent.id.desc()))
    return tuple(
        ConsentCard(
            member=names.get(row.member_id) if row.member_id else None,
            purpose=row.purpose,
            is_granted=row.is_granted,
            given_by=row.given_by,
            valid_until=row.valid_until,
            recorded_at=row.recorded_at,
        )
        for row in rows
    )


def list_file_openings(viewer: Actor, ref: str) -> tuple[AccessRow, ...]:
    """List who opened a household's file, newest first: what the household may ask to be told."""
    session, row = _get(viewer, ref)
    may(viewer, "household.access-log", row.region_code)
    rows = session.execute(
        select(Account.nickname, FileOpened.purpose, FileOpened.opened_at)
        .join(Account, Account.id == FileOpened.account_id)
        .where(FileOpened.household_id == row.id)
        .order_by(FileOpened.id.desc())
        .limit(200)
    )
    return tuple(AccessRow(*found) for found in rows)
