"""Circles of the safety tests' world: one that runs, one with a free seat, a full one, one offered, one proposed."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.calendar import day_of
from charity.domain.circles import Promise, PromiseKind, Terms
from charity.domain.consents import GivenBy, Purpose
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex
from charity.models.circles import Circle, CircleMonth, Seat
from charity.models.households import Member
from charity.models.pledges import Pledge
from charity.services.circles import letters, months, propose, seats
from charity.services.register import households, records
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven
from tests.kit import village as v

CALM_HEAD, CALM_ADDRESS = "东郭听泉", "鹤鸣坡二十组丁"
LETTER = "愿你们家的灯火常明,来信勿念。"
TERMS = Terms(target=3, least=1)
LETTERS = Promise(kind=PromiseKind.LETTER)
HOURS = Promise(
    kind=PromiseKind.SERVICE,
    title="每月两小时数学辅导",
    reason_code="lacks-daily-things",
    units=2,
    subject="maths",
    mode="on-site",
)
PRODUCE = Promise(
    kind=PromiseKind.PRODUCE,
    title="自家的核桃",
    monthly_fen=60_00,
    unit_label="kilogram",
    units=2,
    product="walnuts",
    shipping="seller",
)
HOMES = ("open_home", "full_home", "proposed_home", "free_home", "offered_home", "class_home")


def add_circles(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    """Let families agree, and bring a circle into each state that a page knows."""
    volunteer, reviewer, donor = actors["volunteer"], actors["reviewer"], actors["donor"]
    for place, key in enumerate(HOMES):
        add_home(volunteer, reviewer, refs, key, place)
    _agree(volunteer, refs["home"], refs["home_head"])
    others = [actors["giver"], actors["third"], actors["waiter"]]
    refs["circle"] = _open(volunteer, reviewer, refs["home"])
    for one in (donor, actors["giver"]):
        seats.join(one, refs["circle"])
    refs["seat"] = _seat(refs["circle"], donor)
    refs["letter"] = letters.write(donor, refs["circle"], text=LETTER)
    refs["passed_letter"] = letters.write(donor, refs["circle"], text=LETTER)
    letters.pass_on(reviewer, refs["passed_letter"])
    refs["open_circle"] = _open(volunteer, reviewer, refs["open_home"])
    refs["full_circle"] = _open(volunteer, reviewer, refs["full_home"])
    refs["offered_circle"] = _open(volunteer, reviewer, refs["offered_home"])
    for one in others:
        seats.join(one, refs["offered_circle"])
    for name in ("giver", "waiter", "stranger"):
        seats.join(actors[name], refs["full_circle"])
    seats.wait(actors["third"], refs["full_circle"])
    seats.wait(donor, refs["offered_circle"])
    seats.leave(others[0], refs["offered_circle"])
    refs["class_circle"] = _open(volunteer, reviewer, refs["class_home"])
    refs["proposed_circle"] = propose.propose(volunteer, refs["proposed_home"], promise=LETTERS, terms=TERMS)
    with transaction() as tx:  # its term is about to end, so that everybody is asked
        tx.session.execute(update(Circle).where(Circle.ref == refs["circle"]).values(renewal_asked_at=tx.now))


def add_kind_circles(actors: dict[str, Actor], refs: dict[str, str], *, teacher: str) -> None:
    """Bring a circle of lessons at the school and one of produce, each with its first month, and a free seat."""
    volunteer, reviewer, donor = actors["volunteer"], actors["reviewer"], actors["donor"]
    lessons = replace(HOURS, point_ref=refs["school_point"], second_adult=teacher)
    for key, promise in (("hours", lessons), ("produce", PRODUCE)):
        with transaction() as tx:
            family = v.add_family(tx, volunteer)
            head = tx.session.scalars(
                select(Member).where(Member.household_id == family.id, Member.relation == "head")
            ).one()
            v.add_consent(tx, volunteer, family.id, head.id, Purpose.CIRCLE, given_by="self")
            v.add_consent(tx, volunteer, family.id, family.child_id, Purpose.SCHOOL_POINT, given_by="parent")
        ref = refs[f"{key}_circle"] = propose.propose(volunteer, family.ref, promise=promise, terms=TERMS)
        propose.approve(reviewer, ref)
        seats.join(donor, ref)
        today = day_of(now())
        with transaction() as tx:  # its term has begun
            tx.session.execute(update(Circle).where(Circle.ref == ref).values(starts_on=today.replace(day=1)))
        months.open_month(SYSTEM, ref)
        end_reading()
        gift = select(Pledge.ref).join(CircleMonth, CircleMonth.pledge_id == Pledge.id)
        mine = gift.join(Circle, Circle.id == CircleMonth.circle_id).where(Circle.ref == ref)
        refs[f"{key}_month"] = reading().scalars(mine).one()
        end_reading()


def add_home(volunteer: Actor, reviewer: Actor, refs: dict[str, str], key: str, place: int) -> None:
    """Register a family of one that agrees to a circle and is verified."""
    name, address = f"{CALM_HEAD}{'甲乙丙丁戊己庚辛壬癸子丑'[place]}", f"{CALM_ADDRESS}{place + 31}号"
    family = Family(category=Category.LOW_INCOME, head_name=name, address=address, phone="", relative_phone="")
    refs[key] = households.register(volunteer, v.VILLAGE, family=family)
    eldest = Person(name=name, birth=date(1960 + place, 5, 6), sex=Sex.MALE, relation=Relation.HEAD)
    head = households.add_member(volunteer, refs[key], person=eldest)
    _agree(volunteer, refs[key], head)
    households.verify(reviewer, refs[key])


def _agree(volunteer: Actor, home: str, head: str) -> None:
    uses = (Purpose.REGISTER, Purpose.PUBLISH_WISH, Purpose.CIRCLE)
    given = tuple(ConsentGiven(purpose=use, is_granted=True, given_by=GivenBy.SELF) for use in uses)
    records.record_consents(volunteer, home, head, given=given)


def _open(volunteer: Actor, reviewer: Actor, home: str) -> str:
    ref = propose.propose(volunteer, home, promise=LETTERS, terms=TERMS)
    propose.approve(reviewer, ref)
    return ref


def _seat(circle: str, who: Actor) -> str:
    end_reading()
    mine = select(Seat.ref).join(Circle, Circle.id == Seat.circle_id)
    ref = reading().scalars(mine.where(Circle.ref == circle, Seat.account_id == who.account_id)).one()
    end_reading()
    return ref
