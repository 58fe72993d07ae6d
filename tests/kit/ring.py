"""A family that agreed to a circle, donors, and the ways in which circles are brought somewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.circles import Promise, PromiseKind, Terms
from charity.domain.consents import GivenBy, Purpose
from charity.domain.households import LifeAct
from charity.jobs.circles import turn_circles
from charity.ledger.verifying.tables import compare
from charity.models.circles import Circle, CircleMonth, Seat, SeatOffer
from charity.models.households import Member
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.services.circles import propose, seats
from charity.services.register.households import move_on
from charity.services.register.records import ConsentGiven, record_consents
from tests.kit import village as v
from tests.kit.village import Family, Village

APRIL = datetime.fromisoformat("2026-04-20T02:00:00+00:00")
MAY = datetime.fromisoformat("2026-05-01T02:00:00+00:00")
JUNE = datetime.fromisoformat("2026-06-01T02:00:00+00:00")
LETTERS = Promise(kind=PromiseKind.LETTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The village, its family that wants a circle, and some donors."""

    village: Village
    donors: tuple[Actor, ...]


def agree(village: Village, family: Family, *, granted: bool = True) -> None:
    """Record the head's word on having a circle."""
    with transaction() as tx:
        head = tx.session.execute(
            select(Member.id).where(Member.household_id == family.id, Member.relation == "head")
        ).scalar_one()
        v.add_consent(tx, village.volunteer, family.id, head, Purpose.CIRCLE, given_by="self", granted=granted)


def say(at: Ground, *, granted: bool, purpose: Purpose = Purpose.CIRCLE) -> None:
    """Record the head's word on a circle, or another use, as the volunteer does."""
    head = select(Member.ref).where(Member.household_id == at.village.family.id, Member.relation == "head")
    ref = reading().scalars(head).one()
    end_reading()
    word = ConsentGiven(purpose=purpose, is_granted=granted, given_by=GivenBy.SELF)
    record_consents(at.village.volunteer, at.village.family.ref, ref, given=(word,))


def graduate(at: Ground) -> None:
    """Bring the family out of hardship, as the township records it."""
    for act in (LifeAct.SUPPORT, LifeAct.GRADUATE):
        move_on(at.village.reviewer, at.village.family.ref, life_act=act)


def ground(donors: int = 6) -> Ground:
    """Found the village, let its family agree, and bring donors."""
    village = v.build()
    agree(village, village.family)
    return Ground(village=village, donors=more_donors(donors))


def another(at: Ground) -> Family:
    """Bring another family that agreed."""
    with transaction() as tx:
        family = v.add_family(tx, at.village.volunteer)
    agree(at.village, family)
    return family


def more_donors(count: int) -> tuple[Actor, ...]:
    """Bring so many verified donors."""
    with transaction() as tx:
        return tuple(v.add_person(tx) for _ in range(count))


def goods(village: Village, fen: int = 100_00) -> Promise:
    """Give a promise of one ordinary thing a month."""
    return Promise(
        monthly_fen=fen, title="每月一床棉被", category="quilt", reason_code="winter-comes", point_ref=village.point
    )


def hours(point: str, *, subject: str = "repairs", units: int = 2, adult: str = "", mode: str = "on-site") -> Promise:
    """Give a promise of some hours a month."""
    return Promise(
        kind=PromiseKind.SERVICE,
        title="每月上门帮忙",
        reason_code="old-alone",
        units=units,
        subject=subject,
        mode=mode,
        second_adult=adult,
        point_ref=point,
    )


def produce(*, units: int = 3, unit_fen: int = 30_00, every: int = 1) -> Promise:
    """Give a promise to buy some kilograms of the family's walnuts."""
    return Promise(
        kind=PromiseKind.PRODUCE,
        title="今秋核桃",
        monthly_fen=units * unit_fen,
        unit_label="kilogram",
        units=units,
        every=every,
        product="walnuts",
        shipping="seller",
    )


def proposed(at: Ground, *, promise: Promise | None = None, family: Family | None = None, **terms: Any) -> str:
    """Propose a circle of three for the family, or as told."""
    said = Terms(**({"target": 3, "least": 2} | terms))
    whose = family or at.village.family
    return propose.propose(at.village.volunteer, whose.ref, promise=promise or goods(at.village), terms=said)


def formed(at: Ground, *, promise: Promise | None = None, family: Family | None = None, **terms: Any) -> str:
    """Propose a circle and let the township agree."""
    ref = proposed(at, promise=promise, family=family, **terms)
    propose.approve(at.village.reviewer, ref)
    return ref


def running(at: Ground, who: Iterable[Actor], *, promise: Promise | None = None, **terms: Any) -> str:
    """Form a circle and let donors join until it runs."""
    ref = formed(at, promise=promise, **terms)
    for donor in who:
        seats.join(donor, ref)
    return ref


def turn() -> dict[str, int]:
    """Let the calendar do what is due now, until nothing is."""
    total: dict[str, int] = {}
    while did := turn_circles():
        total = {name: total.get(name, 0) + did.get(name, 0) for name in total | did}
        if set(did) <= {"months-settled"} and total["months-settled"] > 100:
            raise AssertionError("months are settled over and over")
    return total


def circle(ref: str) -> Circle:
    """Read a circle as committed now."""
    end_reading()
    return reading().scalars(select(Circle).where(Circle.ref == ref)).one()


def seats_of(ref: str) -> list[Seat]:
    """Read a circle's seats, by number."""
    end_reading()
    joined = select(Seat).join(Circle, Circle.id == Seat.circle_id).where(Circle.ref == ref)
    return list(reading().scalars(joined.order_by(Seat.number, Seat.id)))


def states(ref: str) -> list[str]:
    """Give the states of a circle's seats, by number."""
    return [seat.state for seat in seats_of(ref)]


def seat_of(ref: str, who: Actor) -> Seat:
    """Read somebody's newest seat in a circle."""
    return [seat for seat in seats_of(ref) if seat.account_id == who.account_id][-1]


def offers_to(who: Actor) -> list[SeatOffer]:
    """Read the open offers of seats to somebody."""
    end_reading()
    mine = select(SeatOffer).where(SeatOffer.account_id == who.account_id, SeatOffer.state == "open")
    return list(reading().scalars(mine))


def months(ref: str) -> list[tuple[str, str, str]]:
    """Read month, outcome and reason of a circle's seats."""
    end_reading()
    rows = reading().execute(
        select(CircleMonth.month, CircleMonth.outcome, CircleMonth.reason)
        .join(Circle, Circle.id == CircleMonth.circle_id)
        .where(Circle.ref == ref)
        .order_by(CircleMonth.month, CircleMonth.seat_id)
    )
    return [(month, outcome, reason) for month, outcome, reason in rows]


def gifts(ref: str) -> list[Pledge]:
    """Read the gifts of a circle's months."""
    end_reading()
    theirs = select(Pledge).join(Wish, Wish.id == Pledge.wish_id).join(Circle, Circle.id == Wish.circle_id)
    return list(reading().scalars(theirs.where(Circle.ref == ref).order_by(Pledge.id)))


def wishes(ref: str) -> list[Wish]:
    """Read the wishes of a circle's months."""
    end_reading()
    theirs = select(Wish).join(Circle, Circle.id == Wish.circle_id).where(Circle.ref == ref)
    return list(reading().scalars(theirs.order_by(Wish.id)))


def agrees() -> int:
    """Prove that the book and the tables say the same; gives how many circles were compared."""
    end_reading()
    return compare(db.engine).circles


# What a browser sends when somebody fills in the terms and the promise of a circle.
FILLED_IN = {
    "target": "3",
    "least": "2",
    "months": "12",
    "promise": "goods",
    "title": "每月一床棉被",
    "details": "",
    "category": "quilt",
    "reason_code": "winter-comes",
    "unit_label": "piece",
    "monthly_fen": "100",
}
