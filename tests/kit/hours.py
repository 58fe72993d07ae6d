"""Hours for tests: a school's point, a programme of services, who is vetted, wishes for hours."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.consents import Purpose
from charity.domain.kinds import Kind
from charity.domain.service import HOUR_FEN, Mode, Terms, category_of
from charity.domain.wishes import BeneficiaryKind
from charity.models.accounts import Account
from charity.models.households import Member
from charity.models.organisations import Organisation
from charity.models.service import Vetting
from charity.services import vetting
from charity.services.organisations.decide import Rights
from charity.services.wishes import review, service
from charity.services.wishes.needs import Need
from tests.kit import charities as c
from tests.kit import village as v

TEACHER, REAL_NAME = "第五明德", "司空见素"


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What hours need beside the village."""

    keeper: Actor
    point: str
    town_keeper: Actor
    town_point: str


def add_school(village: v.Village) -> School:
    """Add the points of a large school and of the township with their keepers, and the programme."""
    with transaction() as tx:
        keeper = v.add_person(tx, (Role.VOLUNTEER, v.TOWNSHIP))
        town_keeper = v.add_person(tx, (Role.VOLUNTEER, v.TOWNSHIP))
        point = v.add_point(tx, kind="school", pupils=200, villages=4, keeper=keeper.account_id)
        town_point = v.add_point(tx, keeper=town_keeper.account_id)
        v.add_programme(tx, code="HOURS", kind=Kind.SERVICE)
        child = tx.session.get_one(Member, village.family.child_id)
        v.add_consent(tx, village.volunteer, child.household_id, child.id, Purpose.SCHOOL_POINT, given_by="parent")
    return School(keeper=keeper, point=point, town_keeper=town_keeper, town_point=town_point)


def today() -> date:
    """Give the day of now."""
    return day_of(now())


def terms(subject: str = "maths", *, mode: Mode = Mode.ON_SITE, adult: str = TEACHER) -> Terms:
    """Give the terms of two months from today."""
    first = today()
    return Terms(subject=subject, mode=mode, first_on=first, last_on=first + timedelta(days=60), second_adult=adult)


def need(kind: BeneficiaryKind, point: str, *, hours: int = 4) -> Need:
    """Give a need of some hours."""
    reason = {"child": "learns-better", "household": "old-alone", "site": "too-few-for-all"}[kind.value]
    return Need(
        kind=Kind.SERVICE,
        title="数学辅导四小时" if kind is not BeneficiaryKind.HOUSEHOLD else "院落维修四小时",
        category=category_of(kind),
        reason_code=reason,
        unit_label="hour",
        unit_fen=HOUR_FEN,
        wanted=hours,
        point_ref=point,
    )


def published(
    village: v.Village, kind: BeneficiaryKind, point: str, said: Terms | None = None, *, hours: int = 4
) -> str:
    """Post a wish for hours and have it approved."""
    whose = {"child": village.family.child_ref, "household": village.family.ref, "site": village.site}[kind.value]
    asked = said or terms("repairs" if kind is BeneficiaryKind.HOUSEHOLD else "maths")
    ref = service.post_service(village.volunteer, kind, whose, need=need(kind, point, hours=hours), terms=asked)
    review.approve(village.reviewer, ref, checks=v.CHECKS)
    return ref


def email_of(actor: Actor) -> str:
    """Give the address of a person of the village."""
    return f"{actor.ref}@example.org"


def vet(village: v.Village, who: Actor, *, until: date | None = None, login: str = "") -> str:
    """Put on record that somebody was vetted, a day ago: a vetting counts for days that it stood all through."""
    end = until or today() + timedelta(days=300)
    ref = vetting.record(
        village.administrator,
        login=login or email_of(who),
        region=v.COUNTY,
        real_name=REAL_NAME,
        proof="no-criminal-record",
        until=end,
    )
    backdate()
    return ref


def backdate() -> None:
    """Let the vettings of today have been put on record a day earlier."""
    with transaction() as tx:
        earlier = (
            update(Vetting)
            .where(Vetting.vetted_at > tx.now - timedelta(days=1))
            .values(vetted_at=tx.now - timedelta(days=1))
        )
        tx.session.execute(earlier)


def organisation() -> Actor:
    """Make an organisation's account."""
    with transaction() as tx:
        made = v.add_person(tx)
        tx.session.get_one(Account, made.account_id).kind = "organisation"
    return made


def vetted_team(village: v.Village) -> Actor:
    """Let an office verify and vet an organisation; gives its officer as he acts in its name."""
    with transaction() as tx:
        officer = v.add_person(tx)
    rights = Rights(is_vetted=True, vetting="公安证明")
    ref = c.verified(officer, village.administrator, "云桥支教服务队", 7, v.COUNTY, kind="enterprise", rights=rights)
    return c.acting(officer, ref)


def organisation_of(acting: Actor) -> str:
    """Give the reference of the organisation somebody acts for."""
    end_reading()
    return reading().scalars(select(Organisation.ref).where(Organisation.account_id == acting.account_id)).one()


def read_account(actor: Actor) -> Account:
    """Read an account as it is committed now."""
    end_reading()
    return reading().get_one(Account, actor.account_id)
