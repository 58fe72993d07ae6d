"""The parts of a pledge's trail, one question each."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from charity.adapters.crypto import unseal, unseal_some
from charity.ledger import timeline
from charity.models.accounts import Account, RoleGrant
from charity.models.cases import Case, grounds_place
from charity.models.evidence import EvidenceOpened
from charity.models.outbox import Notice
from charity.models.pausing import prefixes_of
from charity.models.photos import Photo
from charity.models.pledges import CodeCheck, Parcel, Pledge, PledgeStep, Slip
from charity.models.points import AddressShown, ServicePoint
from charity.models.wishes import Wish
from charity.queries.donor_names import WHO

SHOWN_DIGITS = 4
MOST_NOTICES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """One act: who, on which side, from where to where; number is its leaf in the book, once it has one."""

    act: str
    from_state: str | None
    to_state: str
    who: str | None
    side: str
    units: int
    reason: str
    at: datetime
    entry_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelCard:
    """One parcel: its number ends in the last digits until the evidence is opened."""

    courier: str
    tracking: str
    is_whole: bool
    order: str
    is_return: bool
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCard:
    """One slip; its photo and witness show only while the evidence is open."""

    photo_ref: str | None
    witness: str
    stored_by: str
    stored_at: datetime
    is_forgotten: bool  # its time of keeping is over: picture and witness are gone


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked: at the point's address, or (with a purpose) at the evidence."""

    who: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One record of the public book; number is None while it waits for its place."""

    number: int | None
    kind: str
    at: datetime
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """A notice about the pledge: who was told what, when, and when it was read."""

    who: str
    kind: str
    params: dict[str, str | int]
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case about the pledge and its ruling."""

    ref: str
    kind: str
    reason: str
    state: str
    opened_at: datetime
    act_by: datetime | None
    ruling: str
    grounds: str
    ruled_by: str | None
    ruled_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckLine:
    """The one-in-ten check of a confirmation by code."""

    due_at: datetime
    who: str | None
    checked_at: datetime | None
    outcome: str


def list_steps(session: Session, pledge_id: int) -> tuple[StepCard, ...]:
    """List the acts in their order."""
    rows = session.execute(
        select(
            PledgeStep.act,
            PledgeStep.from_state,
            PledgeStep.to_state,
            WHO.label("who"),
            PledgeStep.side,
            PledgeStep.units,
            PledgeStep.reason,
            PledgeStep.taken_at.label("at"),
            PledgeStep.entry_id,
        )
        .outerjoin(Account, Account.id == PledgeStep.actor_id)
        .where(PledgeStep.pledge_id == pledge_id)
        .order_by(PledgeStep.id)
    )
    return tuple(StepCard(**row) for row in rows.mappings())


def list_parcels(session: Session, pledge_id: int, *, is_open: bool) -> tuple[ParcelCard, ...]:
    """List the parcels; whole tracking and order numbers only while the evidence is open."""
    rows = session.execute(
        select(Parcel, Account.nickname)
        .join(Account, Account.id == Parcel.added_by_id)
        .where(Parcel.pledge_id == pledge_id)
        .order_by(Parcel.id)
    )
    return tuple(_parcel(parcel, who, is_open=is_open) for parcel, who in rows)


def _parcel(parcel: Parcel, who: str, *, is_open: bool) -> ParcelCard:
    tracking = unseal(parcel.tracking_sealed, place=f"parcels.tracking:{parcel.ref}")
    has_order = is_open and parcel.order_sealed is not None
    return ParcelCard(
        courier=parcel.courier,
        tracking=tracking if is_open else f"…{tracking[-SHOWN_DIGITS:]}",
        is_whole=is_open,
        order=unseal(parcel.order_sealed or b"", place=f"parcels.order:{parcel.ref}") if has_order else "",
        is_return=parcel.is_return,
        added_by=who,
        added_at=parcel.added_at,
    )


def list_slips(session: Session, pledge_id: int, *, is_open: bool) -> tuple[SlipCard, ...]:
    """List the slips; photo and witness only while the evidence is open."""
    rows = session.execute(
        select(Slip, Photo.ref.label("photo_ref"), Account.nickname, Photo.storage_key == "")
        .join(Photo, Photo.id == Slip.photo_id)
        .join(Account, Account.id == Slip.stored_by_id)
        .where(Slip.pledge_id == pledge_id)
        .order_by(Slip.id)
    )
    return tuple(
        SlipCard(
            photo_ref=photo_ref if is_open else None,
            witness=unseal(slip.witness_sealed, place=f"slips.witness:{slip.ref}") if is_open else "",
            stored_by=who,
            stored_at=slip.stored_at,
            is_forgotten=is_forgotten,
        )
        for slip, photo_ref, who, is_forgotten in rows
    )


def list_addresses(session: Session, pledge_id: int) -> tuple[Look, ...]:
    """List who was shown the point's address for this pledge."""
    rows = session.execute(
        select(WHO, ServicePoint.ref, ServicePoint.name_sealed, AddressShown.shown_at)
        .join(Account, Account.id == AddressShown.account_id)
        .join(ServicePoint, ServicePoint.id == AddressShown.point_id)
        .where(AddressShown.pledge_id == pledge_id)
        .order_by(AddressShown.id)
    )
    return tuple(
        Look(who, unseal(name, place=f"service_points.name:{ref}"), shown_at) for who, ref, name, shown_at in rows
    )


def list_openings(session: Session, pledge_id: int) -> tuple[Look, ...]:
    """List who opened the evidence, for which purpose."""
    rows = session.execute(
        select(WHO, EvidenceOpened.purpose, EvidenceOpened.opened_at)
        .join(Account, Account.id == EvidenceOpened.account_id)
        .where(EvidenceOpened.pledge_id == pledge_id)
        .order_by(EvidenceOpened.id)
    )
    return tuple(Look(*row) for row in rows)


def list_entries(session: Session, ref: str) -> tuple[EntryLine, ...]:
    """List the pledge's records in the public book, with their numbers."""
    return tuple(
        EntryLine(record.number, record.body.kind.value, datetime.fromisoformat(record.body.at), record.entry_id)
        for record in timeline(session, "pledge", ref)
    )


def list_notices(session: Session, pledge_id: int, ref: str, donor_id: int, region: str) -> tuple[NoticeLine, ...]:
    """List the notices about the pledge to its donor, to all who acted on it, and to the staff of its place."""
    acted = select(PledgeStep.actor_id).where(PledgeStep.pledge_id == pledge_id, PledgeStep.actor_id.is_not(None))
    posted = select(Wish.poster_id).join(Pledge, Pledge.wish_id == Wish.id).where(Pledge.id == pledge_id)
    staff = select(RoleGrant.account_id).where(RoleGrant.region_code.in_(["", *prefixes_of(region)]))
    rows = session.execute(
        select(Account.nickname, Notice.kind, Notice.params, Notice.made_at, Notice.read_at)
        .join(Account, Account.id == Notice.account_id)
        .where(
            or_(
                Notice.account_id == donor_id,
                Notice.account_id.in_(acted),
                Notice.account_id.in_(posted),
                Notice.account_id.in_(staff),
            ),
            Notice.params.contains(f'"{ref}"', autoescape=True),
        )
        .order_by(Notice.id)
        .limit(MOST_NOTICES)
    )
    return tuple(
        NoticeLine(who=who, kind=kind, params=json.loads(params), at=made_at, read_at=read_at)
        for who, kind, params, made_at, read_at in rows
    )


def list_cases(session: Session, pledge_id: int) -> tuple[CaseLine, ...]:
    """List the cases about the pledge with their rulings."""
    ruler = aliased(Account)
    rows = session.execute(
        select(
            Case.ref,
            Case.kind,
            Case.reason,
            Case.state,
            Case.opened_at,
            Case.act_by,
            Case.ruling,
            Case.grounds_sealed,
            ruler.nickname.label("ruled_by"),
            Case.ruled_at,
        )
        .outerjoin(ruler, ruler.id == Case.ruled_by_id)
        .where(Case.pledge_id == pledge_id)
        .order_by(Case.id)
    )
    return tuple(_case_line(row) for row in rows)


def _case_line(row: Any) -> CaseLine:
    return CaseLine(
        ref=row.ref,
        kind=row.kind,
        reason=row.reason,
        state=row.state,
        opened_at=row.opened_at,
        act_by=row.act_by,
        ruling=row.ruling,
        grounds=unseal_some(row.grounds_sealed, place=grounds_place(row.ref)),
        ruled_by=row.ruled_by,
        ruled_at=row.ruled_at,
    )


def find_check(session: Session, pledge_id: int) -> CheckLine | None:
    """Find the check of the pledge's confirmation by code."""
    row = session.execute(
        select(CodeCheck.due_at, Account.nickname, CodeCheck.checked_at, CodeCheck.outcome)
        .outerjoin(Account, Account.id == CodeCheck.checked_by_id)
        .where(CodeCheck.pledge_id == pledge_id)
    ).one_or_none()
    return None if row is None else CheckLine(*row)
