"""The whole trail of one pledge: what happened, who did it, what proves it, who was told, who looked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.permissions import is_allowed, may
from charity.models.accounts import Account
from charity.models.evidence import EvidenceOpened
from charity.models.photos import Photo
from charity.models.pledges import Pledge, Slip
from charity.models.points import ServicePoint
from charity.models.wishes import Wish
from charity.queries.audit import trail_parts as parts
from charity.queries.pledges.cards import must_act

AUDIT, RULE = "pledge.audit", "pledge.rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Everything the office knows of one pledge; evidence shows only while open_until lies ahead."""

    ref: str
    state: str
    kind: str
    title: str
    wish_ref: str
    wish_state: str
    beneficiary_kind: str
    region: str
    donor: str
    donor_ref: str
    display: str
    units: int
    amount_fen: int
    method: str
    claimed_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str
    clock: str | None
    waits_for: str | None
    act_by: datetime | None
    is_overdue: bool
    point: str
    point_ref: str | None
    parcel_code: str
    may_open: bool
    open_until: datetime | None
    steps: tuple[parts.StepCard, ...]
    parcels: tuple[parts.ParcelCard, ...]
    slips: tuple[parts.SlipCard, ...]
    addresses: tuple[parts.Look, ...]
    openings: tuple[parts.Look, ...]
    entries: tuple[parts.EntryLine, ...]
    notices: tuple[parts.NoticeLine, ...]
    cases: tuple[parts.CaseLine, ...]
    check: parts.CheckLine | None


def get_trail(viewer: Actor, ref: str) -> Trail:
    """Show a pledge of the viewer's regions with all that belongs to it; any other looks missing."""
    session, now = reading(), clock.now()
    row = _find(session, ref)
    if row is None:
        raise Missing
    may(viewer, AUDIT, row.region)
    open_until = evidence_open_until(session, viewer, row.id, now)
    is_open = open_until is not None
    return Trail(
        **{name: getattr(row, name) for name in _SHOWN},
        waits_for=must_act(row.kind, row.clock),
        is_overdue=bool(row.is_overdue or (row.act_by is not None and row.act_by < now)),
        point=unseal(row.point_name, place=f"service_points.name:{row.point_ref}") if row.point_ref else "",
        parcel_code=row.parcel_code or "",
        may_open=is_allowed(viewer, RULE, row.region),
        open_until=open_until,
        steps=parts.list_steps(session, row.id),
        parcels=parts.list_parcels(session, row.id, is_open=is_open),
        slips=parts.list_slips(session, row.id, is_open=is_open),
        addresses=parts.list_addresses(session, row.id),
        openings=parts.list_openings(session, row.id),
        entries=parts.list_entries(session, ref),
        notices=parts.list_notices(session, row.id, ref, row.account_id, row.region),
        cases=parts.list_cases(session, row.id),
        check=parts.find_check(session, row.id),
    )


def get_slip_photo(viewer: Actor, pledge_ref: str, photo_ref: str) -> str:
    """Give the files of a slip's photo to an auditor who has opened the pledge's evidence; else it looks missing."""
    session = reading()
    found = session.execute(
        select(Photo.storage_key, Pledge.id, Pledge.region_code)
        .join(Slip, Slip.photo_id == Photo.id)
        .join(Pledge, Pledge.id == Slip.pledge_id)
        .where(Photo.ref == photo_ref, Pledge.ref == pledge_ref)
    ).one_or_none()
    if found is None:
        raise Missing
    may(viewer, RULE, found.region_code)
    if evidence_open_until(session, viewer, found.id, clock.now()) is None:
        raise Missing
    return found.storage_key


def evidence_open_until(session: Session, viewer: Actor, pledge_id: int, now: datetime) -> datetime | None:
    """Give until when the viewer may see a pledge's evidence; None when he has not opened it for a purpose."""
    until = session.scalar(
        select(func.max(EvidenceOpened.open_until)).where(
            EvidenceOpened.pledge_id == pledge_id,
            EvidenceOpened.account_id == viewer.account_id,
            EvidenceOpened.open_until <= now + clock.SLACK,  # not what a clock that was wrong left open
        )
    )
    return until if until is not None and until > now else None


_SHOWN = (
    "ref", "state", "kind", "title", "wish_ref", "wish_state", "beneficiary_kind", "region", "donor", "donor_ref",
    "display", "units", "amount_fen", "method", "claimed_at", "confirmed_at", "confirmed_by", "clock", "act_by",
    "point_ref",
)  # fmt: skip


def _find(session: Session, ref: str) -> Any:
    return session.execute(
        select(
            *Pledge.__table__.c,
            Pledge.region_code.label("region"),
            Wish.title,
            Wish.ref.label("wish_ref"),
            Wish.state.label("wish_state"),
            Wish.beneficiary_kind,
            Account.nickname.label("donor"),
            Account.ref.label("donor_ref"),
            ServicePoint.ref.label("point_ref"),
            ServicePoint.name_sealed.label("point_name"),
        )
        .join(Wish, Wish.id == Pledge.wish_id)
        .join(Account, Account.id == Pledge.account_id)
        .outerjoin(ServicePoint, ServicePoint.id == Pledge.point_id)
        .where(Pledge.ref == ref)
    ).one_or_none()
