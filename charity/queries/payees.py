"""Accounts of families as the township keeps them, by their last four digits, and as an officer may open one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from charity.adapters import clock
from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.consents import Purpose
from charity.domain.errors import Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.payees import PAYEE_SHOWS, PayeeAccount, PayeeState, Wait, masked
from charity.domain.permissions import is_allowed, may, may_anywhere, regions_for
from charity.domain.regions import Level, county_of, level_of
from charity.models.accounts import Account
from charity.models.consents import is_agreed, list_agreed
from charity.models.households import Household
from charity.models.organisations import Organisation
from charity.models.payee_rows import LIVE, find_live, is_to_tell, is_untold, read_account
from charity.models.payees import Payee, PayeeClock, PayeeShown, PayeeTold, why_place
from charity.models.payees_above import is_open_above
from charity.models.pledges import Pledge
from charity.models.pooling import is_told_by_village
from charity.queries.households import find_seen
from charity.queries.scopes import within

RECORD, TELL = "payee.record", "payee.tell"
MOST, LOOKED_THROUGH = 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeCard:
    """What shows of an account without opening it: never its holder, never its number."""

    ref: str
    way: str
    bank: str
    masked: str
    state: str
    reason: str
    agreed_on: date
    recorded_by: str
    recorded_at: datetime
    opens_at: datetime | None
    ended_at: datetime | None
    elsewhere: int
    told: str  # what the family said of a change: yes, no, not asked yet ("open"), nothing to ask ("")


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyPayee:
    """A family with what stands, what waits, and what was before."""

    household: str
    alias: str
    region: str
    is_agreed: bool
    live: tuple[PayeeCard, ...]
    past: tuple[PayeeCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPayee:
    """An account that waits for a second person."""

    card: PayeeCard
    alias: str
    region: str
    may_decide: bool
    act_by: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class NeededPayee:
    """A family for which money stands at an organisation, and no account it agreed to is here."""

    household: str
    alias: str
    region: str
    act_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToTell:
    """A family that somebody of its village tells that its account was changed; nothing of the account."""

    payee: str
    alias: str
    region: str
    changed_at: datetime
    act_by: datetime | None  # of the county, where the village may not ask or did not
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeStatus:
    """How it stands with the account of a payment, as its officers see it."""

    state: str  # ready, missing, changing, waits, untold, not-agreed
    way: str
    bank: str
    masked: str
    until: datetime | None


def get_family(viewer: Actor, household_ref: str) -> FamilyPayee:
    """Show the township what is written down of a family's account."""
    session = reading()
    row = session.scalars(select(Household).where(Household.ref == household_ref)).one_or_none()
    if row is None or row.closed_at is not None or not is_allowed(viewer, RECORD, row.region_code):
        raise Missing
    mine = select(Payee, Account.nickname).join(Account, Account.id == Payee.recorded_by_id)
    asked = mine.where(Payee.household_id == row.id).order_by(Payee.id.desc()).limit(MOST)
    cards = [_card(session, payee, name) for payee, name in session.execute(asked)]
    return FamilyPayee(
        household=row.ref,
        alias=row.alias,
        region=row.region_code,
        is_agreed=_is_agreed(session, row.id),
        live=tuple(card for card in cards if card.state in LIVE),
        past=tuple(card for card in cards if card.state not in LIVE),
    )


def list_waiting(viewer: Actor) -> tuple[WaitingPayee, ...]:
    """List the accounts that wait for a second person in the viewer's counties."""
    may_anywhere(viewer, RECORD)
    return tuple(_waiting(viewer, row) for row in _ask_waiting(_is_near(viewer, Wait.SECOND)))


def _is_near(viewer: Actor, wait: Wait) -> ColumnElement[bool]:
    """Give the condition that an account is of the viewer's counties, or late where the viewer's level is asked."""
    held = viewer.regions(Role.REVIEWER)
    counties = tuple(sorted({county_of(code) for code in held if level_of(code) >= Level.COUNTY}))
    return or_(within(Household.region_code, counties), is_open_above(viewer, wait, clock.now()))


def list_needed(viewer: Actor) -> tuple[NeededPayee, ...]:
    """List the families of the viewer's regions for which money stands at an organisation and no account is payable.

    Whether a head's yes stands depends on the age, which is sealed: it is judged of each family found.
    """
    stands = exists().where(Payee.household_id == Household.id, Payee.state.in_(LIVE))
    waits = exists().where(Payee.household_id == Household.id, Payee.state == PayeeState.WAITING.value)
    of_family = Pledge.beneficiary == literal("h").concat(cast(Household.id, String))
    rows = (
        reading()
        .execute(
            select(
                Household.id,
                stands.label("stands"),
                Household.ref,
                Household.alias,
                Household.region_code,
                func.min(Pledge.act_by),
            )
            .join(Pledge, of_family)
            .where(
                within(Household.region_code, regions_for(viewer, RECORD)),
                Pledge.kind == Kind.MONEY.value,
                Pledge.state == PledgeState.AT_POINT.value,
                Household.closed_at.is_(None),
                ~waits,
            )
            .group_by(Household.id, Household.ref, Household.alias, Household.region_code)
            .order_by(func.min(Pledge.act_by), Household.id)
            .limit(LOOKED_THROUGH)
        )
        .all()
    )
    agreed = list_agreed(reading(), (Purpose.PAYMENT,), [row[0] for row in rows if row[1]], clock.now())
    return tuple(NeededPayee(*row[2:]) for row in rows if row[0] not in agreed)[:MOST]


def list_to_tell(viewer: Actor) -> tuple[ToTell, ...]:
    """List the families of the viewer's villages whose account is another one now, and that were not told."""
    return _to_tell(Wait.VILLAGE, within(Household.region_code, regions_for(viewer, TELL)))


def list_to_tell_around(viewer: Actor) -> tuple[ToTell, ...]:
    """List the families of the viewer's counties to be told that no volunteer may tell, nor the viewer wrote down."""
    me = viewer.account_id
    return _to_tell(
        Wait.COUNTY,
        _is_near(viewer, Wait.COUNTY),
        ~is_told_by_village(clock.now()),
        Payee.recorded_by_id != me,
        or_(Payee.decided_by_id.is_(None), Payee.decided_by_id != me),
    )


def _to_tell(wait: Wait, *conditions: ColumnElement[bool]) -> tuple[ToTell, ...]:
    rows = reading().execute(
        select(Payee.ref, Household.alias, Household.region_code, Payee.recorded_at, PayeeClock)
        .join(Household, Household.id == Payee.household_id)
        .outerjoin(PayeeClock, and_(PayeeClock.payee_id == Payee.id, PayeeClock.wait == wait.value))
        .where(*conditions, Household.closed_at.is_(None), is_to_tell())
        .order_by(Payee.id)
        .limit(MOST)
    )
    return tuple(ToTell(payee=row[0], alias=row[1], region=row[2], changed_at=row[3], **_times(row[4])) for row in rows)


def _times(running: PayeeClock | None) -> dict[str, Any]:
    if running is None:
        return {"act_by": None, "is_overdue": False}
    return {"act_by": running.act_by, "is_overdue": running.act_by < clock.now()}


def get_waiting(viewer: Actor, payee_ref: str) -> WaitingPayee:
    """Show one account that waits; outside the viewer's counties it is missing."""
    rows = _ask_waiting(and_(Payee.ref == payee_ref, _is_near(viewer, Wait.SECOND)))
    if not rows:
        raise Missing
    return _waiting(viewer, rows[0])


def _ask_waiting(condition: ColumnElement[bool]) -> list[tuple[Payee, Household, str]]:
    asked = (
        select(Payee, Household, Account.nickname)
        .join(Household, Household.id == Payee.household_id)
        .join(Account, Account.id == Payee.recorded_by_id)
        .where(Payee.state == PayeeState.WAITING.value, Household.closed_at.is_(None), condition)
        .order_by(Payee.id)
        .limit(MOST)
    )
    return [(row[0], row[1], row[2]) for row in reading().execute(asked)]


def _waiting(viewer: Actor, row: tuple[Payee, Household, str]) -> WaitingPayee:
    payee, household, name = row
    return WaitingPayee(
        card=_card(reading(), payee, name),
        alias=household.alias,
        region=household.region_code,
        may_decide=payee.recorded_by_id != viewer.account_id,
        **_times(reading().get(PayeeClock, (payee.id, Wait.SECOND.value))),
    )


def _card(session: Session, row: Payee, recorded_by: str) -> PayeeCard:
    account = read_account(row)
    others = select(func.count(Payee.household_id.distinct())).where(
        Payee.number_digest == row.number_digest, Payee.household_id != row.household_id, Payee.state.in_(LIVE)
    )
    return PayeeCard(
        ref=row.ref,
        way=row.way,
        bank=account.bank,
        masked=masked(account.number),
        state=row.state,
        reason=unseal_some(row.reason_sealed, place=why_place(row.ref)),
        agreed_on=row.agreed_on,
        recorded_by=recorded_by,
        recorded_at=row.recorded_at,
        opens_at=row.opens_at,
        ended_at=row.ended_at,
        elsewhere=session.scalar(others) or 0,
        told=read_told(session, row.id),
    )


def read_told(session: Session, payee_id: int) -> str:
    """Tell what a family said of a change of its account: yes, no, not asked yet ("open"), nothing to ask ("")."""
    said = session.scalar(select(PayeeTold.is_right).where(PayeeTold.payee_id == payee_id))
    if said is not None:
        return "yes" if said else "no"
    return "open" if is_untold(session, payee_id) else ""


def _is_agreed(session: Session, household_id: int) -> bool:
    return is_agreed(session, Purpose.PAYMENT, household_id=household_id, member_id=None, moment=clock.now())


def find_status(household_id: int) -> PayeeStatus:
    """Tell an officer how it stands with the account of a family whose money stands at his organisation."""
    session = reading()
    payee = find_live(session, household_id, PayeeState.STANDING)
    if find_live(session, household_id, PayeeState.WAITING) is not None:
        state = "changing"
    elif payee is None:
        state = "missing"
    elif payee.opens_at is None or payee.opens_at > clock.now():
        state = "waits"
    elif is_untold(session, payee.id):
        state = "untold"
    else:
        state = "ready" if _is_agreed(session, household_id) else "not-agreed"
    if payee is None or state != "ready":
        return PayeeStatus(state=state, way="", bank="", masked="", until=None if payee is None else payee.opens_at)
    account = read_account(payee)
    return PayeeStatus(
        state=state, way=payee.way, bank=account.bank, masked=masked(account.number), until=payee.opens_at
    )


def get_opened(viewer: Actor, pledge_ref: str) -> PayeeAccount:
    """Give the account an officer opened for a payment, as long as both stand; else it is missing."""
    session = reading()
    who = viewer.officer_id or viewer.account_id
    row = session.execute(
        select(Payee, Pledge.state)
        .join(PayeeShown, PayeeShown.payee_id == Payee.id)
        .join(Pledge, Pledge.id == PayeeShown.pledge_id)
        .where(
            Pledge.ref == pledge_ref,
            PayeeShown.account_id == who,
            PayeeShown.open_until > clock.now(),
            PayeeShown.open_until <= clock.now() + clock.SLACK + PAYEE_SHOWS,
        )
        .order_by(PayeeShown.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row[1] != PledgeState.AT_POINT.value or row[0].state != PayeeState.STANDING.value:
        raise Missing
    if find_status(row[0].household_id).state != "ready":
        raise Missing
    return read_account(row[0])


@dataclass(frozen=True, slots=True)
class PayeeLook:
    """An officer's look at a family's account: in whose name, why and when."""

    who: str
    organisation: str
    purpose: str
    shown_at: datetime


def list_looks_of(viewer: Actor, household_ref: str) -> tuple[PayeeLook, ...]:
    """List all who looked at a family's account, the newest first: what the family may ask to be told."""
    _, row = find_seen(viewer, household_ref)
    may(viewer, "household.access-log", row.region_code)
    rows = reading().execute(
        select(Account.nickname, Organisation.name, PayeeShown.purpose, PayeeShown.shown_at)
        .join(Payee, Payee.id == PayeeShown.payee_id)
        .join(Account, Account.id == PayeeShown.account_id)
        .join(Organisation, Organisation.id == PayeeShown.organisation_id)
        .where(Payee.household_id == row.id)
        .order_by(PayeeShown.id.desc())
    )
    return tuple(PayeeLook(*found) for found in rows)
