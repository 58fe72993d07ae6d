"""Whether a person's consent stands: all rows of the person, judged by the rules of age in domain/consents.py."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from charity.adapters.crypto import unseal
from charity.domain.calendar import day_of
from charity.domain.consents import Audience, ConsentRow, ConsentState, GivenBy, Purpose, consent_at
from charity.domain.identity import age_on
from charity.models.households import Consent, Member


def is_agreed(
    session: Session, purpose: Purpose, *, household_id: int, member_id: int | None, moment: datetime
) -> bool:
    """Say whether a member (for the family as a whole, its head) allows a use at a moment."""
    person = _person(session, household_id, member_id)
    if person is None:
        return False
    of_person = select(Consent).where(Consent.member_id == person.id, Consent.purpose == purpose.value)
    rows = session.scalars(of_person.order_by(Consent.id))
    birth = date.fromisoformat(unseal(person.birth_sealed, place=f"members.birth:{person.ref}"))
    today = day_of(moment)
    said = [_row(row) for row in rows]
    return consent_at(said, purpose, age=age_on(birth, today), moment=moment, today=today) is ConsentState.GIVEN


def ends_on(session: Session, purposes: Iterable[Purpose], *, household_id: int, member_id: int | None) -> date | None:
    """Give the last day of the first of these uses to end that a member (or the head) allows now."""
    person = _person(session, household_id, member_id)
    if person is None:
        return None
    return session.scalar(
        select(func.min(Consent.valid_until)).where(
            Consent.member_id == person.id,
            Consent.purpose.in_([purpose.value for purpose in sorted(purposes)]),
            Consent.is_granted,
            is_last_word(),
        )
    )


def is_last_word() -> ColumnElement[bool]:
    """Give the condition that the same person has not spoken again on the same use."""
    newer = aliased(Consent)
    return ~exists().where(
        newer.member_id == Consent.member_id,
        newer.purpose == Consent.purpose,
        newer.given_by == Consent.given_by,
        newer.id > Consent.id,
    )


def _person(session: Session, household_id: int, member_id: int | None) -> Member | None:
    who = Member.relation == "head" if member_id is None else Member.id == member_id
    return session.scalars(
        select(Member).where(Member.household_id == household_id, who, Member.left_at.is_(None)).limit(1)
    ).first()


def _row(row: Consent) -> ConsentRow:
    return ConsentRow(
        purpose=Purpose(row.purpose),
        audience=Audience(row.audience),
        is_granted=row.is_granted,
        given_by=GivenBy(row.given_by),
        recorded_at=row.recorded_at,
        valid_until=row.valid_until,
        child_agrees=row.child_agrees,
    )
