"""Circles of the safety tests' world: one that runs, one with a free seat, a full one, one offered, one proposed."""

from datetime import date

from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.circles import Promise, PromiseKind, Terms
from charity.domain.consents import GivenBy, Purpose
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex
from charity.models.circles import Circle, Seat
from charity.services.circles import letters, propose, seats
from charity.services.register import households, records
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven
from tests.kit import village as v

CALM_HEAD, CALM_ADDRESS = "东郭听泉", "鹤鸣坡二十组丁"
LETTER = "愿你们家的灯火常明,来信勿念。"
TERMS = Terms(target=3, least=1)
LETTERS = Promise(kind=PromiseKind.LETTER)
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
