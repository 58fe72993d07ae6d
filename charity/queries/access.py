"""Who looked at what in the viewer's regions: files, addresses, buyers, evidence and exports, by person and day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from charity.adapters.crypto import unseal
from charity.adapters.db import Instant, reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_end, day_start
from charity.domain.errors import Invalid
from charity.domain.permissions import may_anywhere, regions_for
from charity.models.accounts import Account, ExportMade, RoleGrant
from charity.models.evidence import EvidenceOpened
from charity.models.households import FileOpened, Household
from charity.models.payees import PayeeShown
from charity.models.pledges import Pledge
from charity.models.points import AddressShown, ServicePoint
from charity.models.produce import BuyerShown
from charity.queries.cursors import read_moment, read_number
from charity.queries.donor_names import WHO
from charity.queries.scopes import within

READ = "export.make"  # offices and auditors
PER_PAGE = 50
LOOKS = ("file", "address", "buyer", "payee", "evidence", "export")
NOTHING = literal("")
Ask = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """Somebody looked: at a family's file (its alias only), a point's address, a pledge's evidence, or exported."""

    id: int
    look: str
    who: str
    who_ref: str
    at: datetime
    about: str
    why: str
    region: str
    pledge_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPage:
    """One page of the access log and where the next begins."""

    lines: tuple[AccessLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFilters:
    """By whom (an account's reference, or a part of a nickname), on which day, and what was looked at."""

    person: str = ""
    nickname: str = ""
    day: date | None = None
    look: str = ""


def list_access(viewer: Actor, filters: AccessFilters, cursor: str | None = None) -> AccessPage:
    """List who looked at what in the viewer's regions, the newest first."""
    may_anywhere(viewer, READ)
    if filters.look and filters.look not in LOOKS:
        raise Invalid("filter-unknown", field="look")
    asks = _asks(regions_for(viewer, READ))
    wanted = [_narrowed(*asks[look], filters) for look in LOOKS if filters.look in ("", look)]
    found = union_all(*wanted).subquery()
    key = (found.c.at, found.c.look, found.c.id)
    ask = select(found) if not cursor else select(found).where(tuple_(*key) < _place(cursor))
    rows = reading().execute(ask.order_by(*(column.desc() for column in key)).limit(PER_PAGE + 1)).all()
    return AccessPage(lines=_lines(rows[:PER_PAGE]), next=_cursor(rows[PER_PAGE - 1]) if len(rows) > PER_PAGE else None)


def _asks(regions: tuple[str, ...]) -> dict[str, tuple[Ask, InstrumentedAttribute[datetime]]]:
    return {
        "file": (_files(regions), FileOpened.opened_at),
        "address": (_addresses(regions), AddressShown.shown_at),
        "buyer": (_buyers(regions), BuyerShown.shown_at),
        "payee": (_payees(regions), PayeeShown.shown_at),
        "evidence": (_evidence(regions), EvidenceOpened.opened_at),
        "export": (_exports(regions), ExportMade.made_at),
    }


def _line_of(look: str, number: Any, at: Any, about: Any, why: Any, region: Any, pledge: Any) -> Ask:
    return select(
        literal(look).label("look"),
        number.label("id"),
        at.label("at"),
        WHO.label("who"),
        Account.ref.label("who_ref"),
        about.label("about"),
        why.label("why"),
        region.label("region"),
        pledge.label("pledge_ref"),
    )


def _files(regions: tuple[str, ...]) -> Ask:
    line = _line_of(
        "file", FileOpened.id, FileOpened.opened_at, Household.alias, FileOpened.purpose, Household.region_code, NOTHING
    )
    return (
        line.join(Household, Household.id == FileOpened.household_id)
        .join(Account, Account.id == FileOpened.account_id)
        .where(within(Household.region_code, regions))
    )


def _addresses(regions: tuple[str, ...]) -> Ask:
    point = ServicePoint
    line = _line_of(
        "address", AddressShown.id, AddressShown.shown_at, point.ref, NOTHING, point.region_code, Pledge.ref
    )
    return (
        line.join(point, point.id == AddressShown.point_id)
        .join(Account, Account.id == AddressShown.account_id)
        .join(Pledge, Pledge.id == AddressShown.pledge_id)
        .where(within(point.region_code, regions))
    )


def _buyers(regions: tuple[str, ...]) -> Ask:
    seen = BuyerShown
    line = _line_of("buyer", seen.id, seen.shown_at, NOTHING, NOTHING, Pledge.region_code, Pledge.ref)
    return (
        line.join(Pledge, Pledge.id == seen.pledge_id)
        .join(Account, Account.id == seen.account_id)
        .where(within(Pledge.region_code, regions))
    )


def _payees(regions: tuple[str, ...]) -> Ask:
    """Officers' looks at families' accounts, each for one payment."""
    seen = PayeeShown
    line = _line_of("payee", seen.id, seen.shown_at, NOTHING, seen.purpose, Pledge.region_code, Pledge.ref)
    return (
        line.join(Pledge, Pledge.id == seen.pledge_id)
        .join(Account, Account.id == seen.account_id)
        .where(within(Pledge.region_code, regions))
    )


def _evidence(regions: tuple[str, ...]) -> Ask:
    seen = EvidenceOpened
    line = _line_of("evidence", seen.id, seen.opened_at, NOTHING, seen.purpose, Pledge.region_code, Pledge.ref)
    return (
        line.join(Pledge, Pledge.id == seen.pledge_id)
        .join(Account, Account.id == seen.account_id)
        .where(within(Pledge.region_code, regions))
    )


def _exports(regions: tuple[str, ...]) -> Ask:
    """Exports belong to the places of whoever made them: his roles, running or ended."""
    line = _line_of("export", ExportMade.id, ExportMade.made_at, ExportMade.what, ExportMade.form, NOTHING, NOTHING)
    theirs = exists().where(RoleGrant.account_id == Account.id, within(RoleGrant.region_code, regions))
    return line.join(Account, Account.id == ExportMade.account_id).where(theirs)


def _narrowed(ask: Ask, at: InstrumentedAttribute[datetime], filters: AccessFilters) -> Ask:
    if filters.person:
        ask = ask.where(Account.ref == filters.person)
    if filters.nickname.strip():
        ask = ask.where(Account.nickname.contains(filters.nickname.strip(), autoescape=True))
    if filters.day:
        ask = ask.where(at >= day_start(filters.day), at < day_end(filters.day))
    return ask


def _cursor(row: Any) -> str:
    return f"{row.at.isoformat()}~{row.look}~{row.id}"


def _place(cursor: str) -> Any:
    at, _, rest = cursor.partition("~")
    look, _, number = rest.partition("~")
    return tuple_(literal(read_moment(at), Instant()), look, read_number(number))


def _lines(rows: Any) -> tuple[AccessLine, ...]:
    names = _point_names({row.about for row in rows if row.look == "address"})
    return tuple(AccessLine(**(row._asdict() | {"about": names.get(row.about, row.about)})) for row in rows)


def _point_names(refs: set[str]) -> dict[str, str]:
    if not refs:
        return {}
    rows = reading().execute(select(ServicePoint.ref, ServicePoint.name_sealed).where(ServicePoint.ref.in_(refs)))
    return {ref: unseal(name, place=f"service_points.name:{ref}") for ref, name in rows}
