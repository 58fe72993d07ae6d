"""Statements about services: what a wish asks for, who was vetted, the date agreed; no rule, no commit."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.orm import Session

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.calendar import day_end
from charity.domain.pledges import FINAL
from charity.domain.points import PointKind
from charity.domain.regions import WIDTHS
from charity.domain.service import Through, Vetted, through_of
from charity.models.accounts import Account
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.service import ServiceTerms, ServiceVisit, Vetting, real_name_place
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsRow:
    """What a wish for hours asks for, and through whom."""

    subject: str
    mode: str
    first_on: date
    last_on: date
    serves_children: bool
    second_adult_sealed: bytes | None
    through: Through


def find_terms(session: Session, wish_id: int) -> TermsRow | None:
    """Find what a wish for hours says beside the hours."""
    return _terms(session, Wish.id == wish_id)


def find_terms_of(session: Session, wish_ref: str) -> TermsRow | None:
    """Find what the wish of a reference says beside the hours."""
    return _terms(session, Wish.ref == wish_ref)


def _terms(session: Session, is_it: ColumnElement[bool]) -> TermsRow | None:
    row = session.execute(
        select(
            ServiceTerms.subject,
            ServiceTerms.mode,
            ServiceTerms.first_on,
            ServiceTerms.last_on,
            ServiceTerms.serves_children,
            ServiceTerms.second_adult_sealed,
            ServicePoint.kind.label("point_kind"),
        )
        .join(Wish, Wish.id == ServiceTerms.wish_id)
        .outerjoin(ServicePoint, ServicePoint.id == Wish.point_id)
        .where(is_it)
    ).one_or_none()
    if row is None:
        return None
    return TermsRow(
        subject=row.subject,
        mode=row.mode,
        first_on=row.first_on,
        last_on=row.last_on,
        serves_children=row.serves_children,
        second_adult_sealed=row.second_adult_sealed,
        through=through_of(PointKind(row.point_kind or PointKind.TOWNSHIP)),
    )


def find_vetting(session: Session, account_id: int, region: str, day: date) -> Vetted | None:
    """Find the record of vetting that reaches furthest for somebody in a region; one that ended stands for none."""
    until = session.scalar(
        select(Vetting.until)
        .where(
            Vetting.account_id == account_id,
            Vetting.revoked_at.is_(None),
            Vetting.until >= day,
            Vetting.region_code.in_([region[:width] for width in WIDTHS.values()]),
        )
        .order_by(Vetting.until.desc())
        .limit(1)
    )
    return None if until is None else Vetted(until)


def stood(session: Session, account_id: int, region: str, day: date) -> bool:
    """Say whether somebody's vetting for a region stood all through a day, whatever became of it afterwards."""
    standing = select(Vetting.id).where(
        Vetting.account_id == account_id,
        Vetting.region_code.in_([region[:width] for width in WIDTHS.values()]),
        Vetting.vetted_at < day_end(day),
        Vetting.until >= day,
        or_(Vetting.revoked_at.is_(None), Vetting.revoked_at >= day_end(day)),
    )
    return session.execute(standing.limit(1)).first() is not None


def list_names(session: Session, account_id: int) -> list[str]:
    """List the names somebody is known by: those he was ever vetted under, and how he is called."""
    vetted = session.execute(select(Vetting.ref, Vetting.real_name_sealed).where(Vetting.account_id == account_id))
    names = [unseal(sealed, place=real_name_place(ref)) for ref, sealed in vetted]
    return [*names, session.execute(select(Account.nickname).where(Account.id == account_id)).scalar_one()]


def put_visit(tx: Tx, pledge_id: int, *, agreed_on: date) -> None:
    """Write the agreed date of a service down."""
    tx.session.execute(insert(ServiceVisit).values(pledge_id=pledge_id, agreed_on=agreed_on))


def find_visit(session: Session, pledge_id: int) -> ServiceVisit | None:
    """Find the agreed date and the hours of a service."""
    return session.scalars(
        select(ServiceVisit).where(ServiceVisit.pledge_id == pledge_id).execution_options(populate_existing=True)
    ).one_or_none()


def log_visit(tx: Tx, pledge_id: int, *, hours: int) -> None:
    """Write down how many hours were given."""
    visit = update(ServiceVisit).where(ServiceVisit.pledge_id == pledge_id)
    tx.session.execute(visit.values(hours=hours, logged_at=tx.now))


def count_hours(session: Session, account_id: int, day: date, *, but: int) -> int:
    """Count the hours somebody has logged for a day by his other pledges that stand."""
    logged = (
        select(func.coalesce(func.sum(ServiceVisit.hours), 0))
        .join(Pledge, Pledge.id == ServiceVisit.pledge_id)
        .where(
            Pledge.account_id == account_id,
            ServiceVisit.agreed_on == day,
            Pledge.id != but,
            Pledge.state.not_in([state.value for state in FINAL]),
        )
    )
    return int(session.scalar(logged) or 0)


def attest_visit(tx: Tx, pledge_id: int, *, second_adult_sealed: bytes) -> None:
    """Keep who was the second adult in the room."""
    visit = update(ServiceVisit).where(ServiceVisit.pledge_id == pledge_id)
    tx.session.execute(visit.values(second_adult_sealed=second_adult_sealed))
