"""Statements about services: what a wish asks for, who was vetted, the date agreed; no rule, no commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.calendar import day_end, day_start
from charity.domain.pledges import FINAL
from charity.domain.points import PointKind
from charity.domain.regions import WIDTHS
from charity.domain.service import Through, Vetted, serves_children, through_of
from charity.domain.wishes import BeneficiaryKind
from charity.models.accounts import Account
from charity.models.minors import has_adult
from charity.models.organisations import Organisation, OrganisationPerson
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.service import ServiceDay, ServiceTerms, ServiceVisit, Vetting, real_name_place
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


def find_terms(session: Session, wish_id: int, *, moment: datetime) -> TermsRow | None:
    """Find what a wish for hours says beside the hours, and whether they are with children at a moment."""
    return _terms(session, Wish.id == wish_id, moment)


def met_children(session: Session, wish_id: int, day: date, *, by: datetime) -> bool:
    """Say whether the hours of a day were with children: who lived there then decides, not who does now.

    `by`: when the hours were logged, or now; of a day that was not over then it is asked at that moment.
    """
    terms = find_terms(session, wish_id, moment=min(by, day_end(day)))
    return terms is not None and terms.serves_children


def find_terms_of(session: Session, wish_ref: str, *, moment: datetime) -> TermsRow | None:
    """Find the same of the wish of a reference."""
    return _terms(session, Wish.ref == wish_ref, moment)


def _terms(session: Session, is_it: ColumnElement[bool], moment: datetime) -> TermsRow | None:
    row = session.execute(
        select(
            ServiceTerms.subject,
            ServiceTerms.mode,
            ServiceTerms.first_on,
            ServiceTerms.last_on,
            ServiceTerms.serves_children,
            ServiceTerms.second_adult_sealed,
            ServicePoint.kind.label("point_kind"),
            Wish.beneficiary_kind,
            Wish.household_id,
        )
        .join(Wish, Wish.id == ServiceTerms.wish_id)
        .outerjoin(ServicePoint, ServicePoint.id == Wish.point_id)
        .where(is_it)
    ).one_or_none()
    if row is None:
        return None
    with_children = row.serves_children
    if row.beneficiary_kind == BeneficiaryKind.HOUSEHOLD.value:  # people come and go; who lives there decides
        at_home = has_adult(session, row.household_id, moment=moment)
        with_children = serves_children(row.subject, BeneficiaryKind.HOUSEHOLD, has_adult=at_home)
    return TermsRow(
        subject=row.subject,
        mode=row.mode,
        first_on=row.first_on,
        last_on=row.last_on,
        serves_children=with_children,
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
        Vetting.vetted_at <= day_start(day),
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


def log_visit(tx: Tx, pledge_id: int, *, hours: int, people: int) -> None:
    """Write down how many hours were given, by how many people."""
    visit = update(ServiceVisit).where(ServiceVisit.pledge_id == pledge_id)
    tx.session.execute(visit.values(hours=hours, people=people, logged_at=tx.now))


def list_days(session: Session, pledge_id: int) -> list[date]:
    """List the further days agreed for a claim, the next first."""
    days = select(ServiceDay.meets_on).where(ServiceDay.pledge_id == pledge_id)
    return list(session.scalars(days.order_by(ServiceDay.meets_on)))


def put_days(tx: Tx, pledge_id: int, days: Iterable[date]) -> None:
    """Keep further days on which hours of a claim are to be given."""
    for day in days:
        tx.session.execute(insert(ServiceDay).values(pledge_id=pledge_id, meets_on=day))


def move_visit(tx: Tx, pledge_id: int, day: date) -> None:
    """Put a claim's next meeting on a day, which with those before is none of its further days any more."""
    tx.session.execute(update(ServiceVisit).where(ServiceVisit.pledge_id == pledge_id).values(agreed_on=day))
    tx.session.execute(delete(ServiceDay).where(ServiceDay.pledge_id == pledge_id, ServiceDay.meets_on <= day))


def forget_days(tx: Tx, pledge_id: int) -> None:
    """Forget the further days of a claim of which no hours are left."""
    tx.session.execute(delete(ServiceDay).where(ServiceDay.pledge_id == pledge_id))


def count_hours(session: Session, account_id: int, day: date, *, but: int) -> tuple[int, int]:
    """Count the hours somebody has logged for a day by his other pledges that stand, and the most people of one."""
    logged = (
        select(
            func.coalesce(func.sum(ServiceVisit.hours), 0),
            func.coalesce(func.max(ServiceVisit.people), 1),
        )
        .join(Pledge, Pledge.id == ServiceVisit.pledge_id)
        .where(
            Pledge.account_id == account_id,
            ServiceVisit.agreed_on == day,
            ServiceVisit.hours.is_not(None),
            Pledge.id != but,
            Pledge.state.not_in([state.value for state in FINAL]),
        )
    )
    hours, people = session.execute(logged).one()
    return int(hours or 0), int(people or 1)


def list_team(session: Session, account_id: int, region: str, day: date) -> list[int]:
    """List the accounts of an organisation and of its people whose vetting for a region stood all through a day."""
    people = (
        select(OrganisationPerson.account_id)
        .join(Organisation, Organisation.id == OrganisationPerson.organisation_id)
        .where(
            Organisation.account_id == account_id,
            OrganisationPerson.joined_at <= day_start(day),
            or_(OrganisationPerson.left_at.is_(None), OrganisationPerson.left_at >= day_end(day)),
        )
    )
    asked = {account_id, *session.scalars(people)}
    return sorted(one for one in asked if stood(session, one, region, day))


def attest_visit(tx: Tx, pledge_id: int, *, second_adult_sealed: bytes) -> None:
    """Keep who was the second adult in the room."""
    visit = update(ServiceVisit).where(ServiceVisit.pledge_id == pledge_id)
    tx.session.execute(visit.values(second_adult_sealed=second_adult_sealed))
