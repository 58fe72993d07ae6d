"""Writing down who is responsible in reality; whoever comes next ends the former, and nothing is written over."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal, seal_some
from charity.adapters.db import Tx
from charity.domain import calendar
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.identity import normal_phone
from charity.domain.permissions import may
from charity.domain.responsible import OF_FAMILY, Duty, duties_of_place, may_follow
from charity.models.acts import act
from charity.models.households import Member
from charity.models.regions import Region
from charity.models.register import get_household, get_member
from charity.models.responsible import ResponsiblePerson, name_place, phone_place

RECORD = "responsible.record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who holds a duty from a day on; phone may be empty. Without a name nobody holds it any more."""

    duty: Duty
    name: str
    since: date
    phone: str = ""


@act
def name_for_place(tx: Tx, actor: Actor, region: str, *, named: Named) -> None:
    """Write down who is responsible in a village or a township of the actor's."""
    may(actor, RECORD, region)
    # The place is locked: of two who name somebody at once, the second ends the first.
    if tx.session.get(Region, region, with_for_update=True) is None:
        raise Missing
    if named.duty not in duties_of_place(region):
        raise Invalid("duty-elsewhere", field="duty")
    _record(tx, actor, named, ResponsiblePerson(region_code=region))


@act
def name_for_family(tx: Tx, actor: Actor, household_ref: str, *, named: Named, member_ref: str = "") -> None:
    """Write down who is responsible for a family, or who teaches the class of one of its children."""
    household = get_household(tx, actor, household_ref, RECORD)
    if named.duty not in OF_FAMILY:
        raise Invalid("duty-elsewhere", field="duty")
    row = ResponsiblePerson(household_id=household.id)
    if named.duty is Duty.CLASS_TEACHER:
        if not member_ref:
            raise Invalid("which-child", field="member")
        row.member_id = _pupil(get_member(tx, household, member_ref))
    _record(tx, actor, named, row)


def _pupil(member: Member) -> int:
    if member.school_stage is None:
        raise Invalid("which-child", field="member")
    return member.id


def _record(tx: Tx, actor: Actor, named: Named, row: ResponsiblePerson) -> None:
    name, phone = named.name.strip(), _phone(named.phone)
    former = tx.session.scalars(
        select(ResponsiblePerson).where(
            ResponsiblePerson.household_id.is_not_distinct_from(row.household_id),
            ResponsiblePerson.member_id.is_not_distinct_from(row.member_id),
            ResponsiblePerson.region_code.is_not_distinct_from(row.region_code),
            ResponsiblePerson.duty == named.duty.value,
            ResponsiblePerson.until.is_(None),
        )
    ).one_or_none()
    may_follow(named.since, former=former.since if former else None, today=calendar.day_of(tx.now))
    if former is not None:
        former.until = named.since
    elif not name:
        raise Conflict("nobody-responsible", field="name")
    if not name:
        return
    row.ref, row.duty, row.since = new_ref(), named.duty.value, named.since
    row.name_sealed = seal(name, place=name_place(row.ref))
    row.phone_sealed = seal_some(phone, place=phone_place(row.ref))
    row.recorded_by_id, row.recorded_at = actor.account_id, tx.now
    tx.session.add(row)


def _phone(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return normal_phone(text)
    except Invalid:
        raise Invalid("family-phone-shape", field="phone") from None
