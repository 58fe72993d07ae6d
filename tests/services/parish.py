"""An invented village whose register is still empty, and what a volunteer writes down there."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.consents import GivenBy, Purpose
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex, check_digit
from charity.models.households import Household, Member
from charity.queries.regions import forget_names
from charity.services.register import households, records
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven
from tests.kit import village as v

HEAD = "慕容知秋"
CHILD = "慕容小满"
ADDRESS = "七里坪三组甲一号"
PHONE = "13812345678"
RELATIVE = "13987654321"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parish:
    """Everybody who works with the register."""

    volunteer: Actor
    neighbour: Actor
    reviewer: Actor
    administrator: Actor
    auditor: Actor
    donor: Actor


def found() -> Parish:
    """Put the regions and the people into an empty database."""
    forget_names()
    with transaction() as tx:
        v.add_regions(tx)
        return Parish(
            volunteer=v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE)),
            neighbour=v.add_person(tx, (Role.VOLUNTEER, v.OTHER_VILLAGE)),
            reviewer=v.add_person(tx, (Role.REVIEWER, v.TOWNSHIP)),
            administrator=v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY)),
            auditor=v.add_person(tx, (Role.AUDITOR, v.COUNTY)),
            donor=v.add_person(tx),
        )


def family(**changes: Any) -> Family:
    """Give a family as written down, with some of it changed."""
    said: dict[str, Any] = {
        "category": Category.LOW_INCOME,
        "head_name": HEAD,
        "address": ADDRESS,
        "phone": PHONE,
        "relative_phone": RELATIVE,
    }
    return Family(**said | changes)


def person(**changes: Any) -> Person:
    """Give the head of the family as written down, with some of it changed."""
    said: dict[str, Any] = {"name": HEAD, "birth": date(1980, 5, 4), "sex": Sex.FEMALE, "relation": Relation.HEAD}
    return Person(**said | changes)


def child(**changes: Any) -> Person:
    """Give a child of the family, ten years old in 2026."""
    said: dict[str, Any] = {"name": CHILD, "birth": date(2016, 3, 9), "relation": Relation.CHILD}
    return person(**said | changes)


def id_number(birth: str, serial: str = "12") -> str:
    """Make a well-formed ID number of nobody; an odd last digit of the serial is male."""
    first = f"110101{birth}{serial}2"
    return first + check_digit(first)


def registered(parish: Parish, *, region: str = v.VILLAGE, **changes: Any) -> str:
    """Register a family by its village's volunteer and give its ref."""
    by = parish.volunteer if region == v.VILLAGE else parish.neighbour
    return households.register(by, region, family=family(**changes))


def settled(parish: Parish) -> tuple[str, str, str]:
    """Register a family with its head and a child: the refs of all three."""
    home = registered(parish)
    head = households.add_member(parish.volunteer, home, person=person())
    return home, head, households.add_member(parish.volunteer, home, person=child())


def agree(actor: Actor, home: str, member: str, *purposes: Purpose, by: GivenBy = GivenBy.SELF) -> None:
    """Record a yes to some uses, by the person unless told."""
    asked = None if by is GivenBy.SELF else True
    given = tuple(ConsentGiven(purpose=p, is_granted=True, given_by=by, child_agrees=asked) for p in purposes)
    records.record_consents(actor, home, member, given=given)


def count(table: type[Household] | type[Member] | Any) -> int:
    """Count the rows of a table as committed now."""
    end_reading()
    return reading().scalar(select(func.count()).select_from(table)) or 0


def row_of(ref: str) -> Household:
    """Read a family as it is committed now."""
    end_reading()
    return reading().scalars(select(Household).where(Household.ref == ref)).one()
