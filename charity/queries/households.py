"""The register as its people see it: lists without names; what a file holds is in household_files."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session

from charity.adapters.clock import SLACK, now
from charity.adapters.crypto import digest
from charity.adapters.db import reading
from charity.domain import calendar
from charity.domain.actors import Actor, Role
from charity.domain.errors import Invalid, Missing
from charity.domain.households import CATEGORY_MONTHS, Category, FilePurpose, months_later
from charity.domain.identity import normal_phone
from charity.domain.permissions import is_allowed, may, may_anywhere, regions_for
from charity.domain.pool import PoolAct, purposes_in_pool
from charity.domain.regions import Level, county_of, level_of
from charity.domain.school import is_current
from charity.domain.sides import Side
from charity.models.accounts import Account
from charity.models.households import CodeCard, FileOpened, Household, LookAlike, Member, PooledAct
from charity.models.likenesses import waits
from charity.models.papers import newest_paper
from charity.models.pooling import BENEFICIARY, is_on_other_side, list_takeable
from charity.queries.cursors import read_number
from charity.queries.donor_names import WHO

PAGE = 30
NOTHING: frozenset[PoolAct] = frozenset()
NO_PURPOSE: frozenset[FilePurpose] = frozenset()


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
class MemberRow:
    """A person of a family without name or birthday: by alias, relation and school stage."""

    ref: str
    alias: str
    relation: str
    school_stage: str | None
    is_stage_current: bool


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
    closed_at: datetime | None
    verified_at: datetime | None
    verify_again_on: date | None
    look_alikes: int
    card_printed_at: datetime | None
    wrong_codes: int
    paper_at: datetime | None  # the newest photo of a signed paper
    open_until: datetime | None
    may_register: bool
    may_verify: bool
    may_print: bool
    may_read_log: bool
    may_keep_payee: bool
    is_pooled: bool
    purposes: frozenset[str]


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
    if cursor:
        query = query.where(Household.id < read_number(cursor))
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
    named = digest("name", search)
    of_member = select(Member.id).where(
        Member.household_id == Household.id, Member.name_digest == named, Member.left_at.is_(None)
    )
    ways = [Household.alias == search, Household.head_digest == named, of_member.exists()]
    try:
        phone = digest("phone", normal_phone(search))
    except Invalid:
        return or_(*ways)
    return or_(*ways, Household.phone_digest == phone, Household.relative_phone_digest == phone)


def get_household(viewer: Actor, ref: str, *, pooled: bool = False) -> HouseholdCard:
    """Show a family of the viewer's region, or of the county's pool, without opening its file."""
    session, row, acts = find_seen_or_pooled(viewer, ref) if pooled else (*find_seen(viewer, ref), NOTHING)
    printed = session.scalar(
        select(func.max(CodeCard.printed_at)).where(CodeCard.household_id == row.id, CodeCard.cancelled_at.is_(None))
    )
    members = session.scalar(
        select(func.count()).select_from(Member).where(Member.household_id == row.id, Member.left_at.is_(None))
    )
    stands = row.closed_at is None
    purposes = purposes_in_pool(acts) if acts else FilePurpose if stands else NO_PURPOSE
    return HouseholdCard(
        ref=row.ref,
        alias=row.alias,
        region=row.region_code,
        category=row.category,
        life_state=row.life_state,
        open_wishes=row.open_wishes,
        members=members or 0,
        registered_at=row.registered_at,
        closed_at=row.closed_at,
        verified_at=row.verified_at,
        verify_again_on=_verify_again(row),
        look_alikes=_count_look_alikes(session, row.id),
        card_printed_at=printed,
        wrong_codes=row.wrong_codes,
        paper_at=newest_paper(session, row.id),
        open_until=open_until(session, viewer, row.id),
        may_register=stands and is_allowed(viewer, "household.register", row.region_code),
        may_verify=PoolAct.VERIFY in acts or (stands and is_allowed(viewer, "household.verify", row.region_code)),
        may_print=PoolAct.PRINT_CARD in acts or (stands and is_allowed(viewer, "card.print", row.region_code)),
        may_read_log=is_allowed(viewer, "household.access-log", row.region_code),
        may_keep_payee=stands and is_allowed(viewer, "payee.record", row.region_code),
        is_pooled=bool(acts),
        purposes=frozenset(purpose.value for purpose in purposes),
    )


def _verify_again(row: Household) -> date | None:
    if row.verified_at is None:
        return None
    return months_later(calendar.day_of(row.verified_at), CATEGORY_MONTHS[Category(row.category)])


def _count_look_alikes(session: Session, household_id: int) -> int:
    waiting = select(func.count()).where(LookAlike.household_id == household_id, waits())
    return session.scalar(waiting) or 0


def list_members(viewer: Actor, ref: str) -> tuple[MemberRow, ...]:
    """List the people of a family of the viewer's region without opening its file."""
    session, row = find_seen(viewer, ref)
    rows = session.execute(
        select(Member.ref, Member.alias, Member.relation, Member.school_stage, Member.stage_on)
        .where(Member.household_id == row.id, Member.left_at.is_(None))
        .order_by(Member.id)
    )
    today = calendar.day_of(now())
    return tuple(MemberRow(row[0], row[1], row[2], row[3], is_current(row[4], today)) for row in rows)


def find_seen(viewer: Actor, ref: str) -> tuple[Session, Household]:
    """Give the session and a family that the viewer's regions and roles let him see; Missing otherwise."""
    session = reading()
    row = session.scalars(select(Household).where(Household.ref == ref)).one_or_none()
    if row is None or not _sees(viewer, row.region_code):
        raise Missing
    return session, row


def find_seen_or_pooled(viewer: Actor, ref: str) -> tuple[Session, Household, frozenset[PoolAct]]:
    """Give a family of the viewer's region, or one of which he may take these acts out of the county's pool."""
    session = reading()
    row = session.scalars(select(Household).where(Household.ref == ref)).one_or_none()
    if row is None:
        raise Missing
    if _sees(viewer, row.region_code):
        return session, row, NOTHING
    acts = list_takeable(session, viewer, row, now=now()) if row.closed_at is None else NOTHING
    if not acts:
        raise Missing
    return session, row, acts


def list_pooled(viewer: Actor) -> tuple[HouseholdRow, ...]:
    """List families of other townships that wait in the county's pool for an act the viewer may take."""
    counties = sorted(
        {county_of(region) for region in viewer.regions(Role.REVIEWER) if level_of(region) >= Level.COUNTY}
    )
    other_side = is_on_other_side(now(), literal(viewer.account_id), BENEFICIARY, Side.TOWNSHIP)
    waits = select(PooledAct.household_id).where(PooledAct.household_id == Household.id).exists()
    query = _columns().where(
        Household.county.in_(counties), Household.closed_at.is_(None), waits, ~_in_regions(viewer), ~other_side
    )
    return tuple(HouseholdRow(*row) for row in reading().execute(query.order_by(Household.id).limit(PAGE)))


def _sees(viewer: Actor, region: str) -> bool:
    return is_allowed(viewer, "household.open", region) or is_allowed(viewer, "household.access-log", region)


def open_until(session: Session, viewer: Actor, household_id: int) -> datetime | None:
    """Tell until when the viewer's latest opening of a file lasts; None when it is over."""
    until = session.scalar(
        select(func.max(FileOpened.open_until)).where(
            FileOpened.household_id == household_id,
            FileOpened.account_id == viewer.account_id,
            FileOpened.open_until <= now() + SLACK,  # not what a clock that was wrong left open
        )
    )
    return until if until is not None and until > now() else None


def list_file_openings(viewer: Actor, ref: str) -> tuple[AccessRow, ...]:
    """List all who opened a household's file, newest first: what the household may ask to be told."""
    session, row = find_seen(viewer, ref)
    may(viewer, "household.access-log", row.region_code)
    rows = session.execute(
        select(WHO, FileOpened.purpose, FileOpened.opened_at)
        .join(Account, Account.id == FileOpened.account_id)
        .where(FileOpened.household_id == row.id)
        .order_by(FileOpened.id.desc())
    )
    return tuple(AccessRow(*found) for found in rows)
