"""Seats under load: many donors for the last one, leaving while it is offered, months opened twice in one moment."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, transaction
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_of
from charity.domain.circles import first_of, plus_months
from charity.domain.errors import Conflict
from charity.models.circles import Circle
from charity.services.circles import clocks, months, seats
from tests.kit import ring as r
from tests.kit.ring import Ground
from tests.races.test_acts_at_once import at_once

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground(4)


def told(answers: list[object]) -> Counter[tuple[type, str]]:
    """Count what those were told who got nothing: nobody may hear that he should come again later."""
    return Counter((type(answer), getattr(answer, "code", "")) for answer in answers if not isinstance(answer, str))


def test_a_hundred_donors_for_the_last_seat(app: Flask, at: Ground) -> None:
    ref = r.running(at, at.donors[:2])
    answers = at_once(app, [lambda donor=donor: seats.join(donor, ref) for donor in r.more_donors(100)])
    assert len([answer for answer in answers if isinstance(answer, str)]) == 1
    assert told(answers) == {(Conflict, "circle-full"): 99}
    assert (r.circle(ref).taken, r.states(ref)) == (3, ["active"] * 3)
    r.agrees()


def test_negative_control_counting_first_seats_too_many(app: Flask, at: Ground) -> None:
    ref, both_looked = r.running(at, at.donors[:2]), threading.Barrier(2)

    def naive() -> bool:
        free = r.circle(ref).target - r.circle(ref).taken
        end_reading()
        both_looked.wait(10)
        with transaction() as tx:
            if free >= 1:
                tx.session.execute(update(Circle).where(Circle.ref == ref).values(taken=3))
        return free >= 1

    assert at_once(app, [naive, naive]) == [True, True]


def test_leaving_accepting_and_expiring_cross(app: Flask, at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:3])
    crowd = r.more_donors(6)
    at_once(app, [lambda donor=donor: seats.wait(donor, ref) for donor in crowd])
    at_once(app, [lambda donor=donor: seats.leave(donor, ref) for donor in at.donors[:2]])
    offers = [(donor, offer.ref) for donor in crowd for offer in r.offers_to(donor)]
    assert len(offers) == 2
    works: list[Callable[[], object]] = [lambda donor=d, ref=o: seats.accept(donor, ref) for d, o in offers * 2]
    works += [lambda ref=o: clocks.offer_due(SYSTEM, ref) for _, o in offers]
    works += [lambda: seats.leave(at.donors[2], ref), lambda: seats.decline(*offers[0])]
    at_once(app, works)
    found = r.circle(ref)
    standing = [s for s in r.seats_of(ref) if s.state in ("offered", "accepted", "active")]
    assert found.taken == len(standing) <= found.target
    assert len({seat.number for seat in standing}) == len(standing)
    r.agrees()


def test_a_month_opened_by_many_workers_opens_once(app: Flask, at: Ground) -> None:
    ref = r.running(at, at.donors[:3])
    with transaction() as tx:  # the threads live in the present: the term has begun there, too
        tx.session.execute(update(Circle).values(starts_on=first_of(day_of(now())), ends_on=plus_months(now(), 12)))
    answers = at_once(app, [lambda: months.open_month(SYSTEM, ref)] * 6)
    assert sorted(map(int, answers)) == [0, 0, 0, 0, 0, 3]  # type: ignore[call-overload]
    assert len(r.gifts(ref)) == 3
    r.agrees()
