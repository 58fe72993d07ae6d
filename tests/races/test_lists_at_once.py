"""A hundred donors with one link in one moment: every seat is taken once, nobody is over, and everybody is answered."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.errors import Conflict
from charity.jobs.openings import turn_openings
from charity.ledger.verifying.tables import compare
from charity.models.circles import Circle, Seat
from charity.services.circles import list_joining
from tests.kit import listed as li
from tests.kit import ring as r
from tests.races.test_acts_at_once import at_once
from tests.races.test_circles_at_once import told

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]


def test_a_hundred_donors_by_one_link_get_exactly_the_seats(app: Flask) -> None:
    at = li.county(5)
    ref = li.opened(at, target=3, least=2)
    code = li.code(ref)
    answers = at_once(app, [lambda donor=donor: list_joining.join(donor, code) for donor in r.more_donors(100)])
    assert len([answer for answer in answers if isinstance(answer, str)]) == 15
    assert told(answers) == {(Conflict, "programme-full"): 85}
    assert [(circle.taken, circle.state) for circle in li.circles(ref)] == [(3, "running")] * 5
    end_reading()
    held = reading().execute(select(Seat.circle_id, func.count(Seat.account_id.distinct())).group_by(Seat.circle_id))
    assert {count for _circle, count in held} == {3}
    end_reading()
    assert compare(db.engine).circles == 5


def test_while_seats_remain_nobody_is_turned_away(app: Flask) -> None:
    ref = li.opened(li.county(8), target=3, least=2)
    answers = at_once(app, [lambda donor=donor: list_joining.join(donor, li.code(ref)) for donor in r.more_donors(24)])
    assert all(isinstance(answer, str) for answer in answers), answers
    assert {circle.taken for circle in li.circles(ref)} == {3}


def test_negative_control_choosing_the_circle_before_it_is_locked_turns_donors_away(app: Flask) -> None:
    """Without going on to the next circle, whoever comes second is refused although other seats are free."""
    from charity.services.circles import seats

    ref = li.opened(li.county(2), target=3, least=2)
    with transaction() as tx:
        tx.session.execute(update(Circle).values(target=3, least=1))
    first, crowd = li.circles(ref)[0].ref, r.more_donors(4)
    answers = at_once(app, [lambda donor=donor: seats.join(donor, first) for donor in crowd])
    assert [type(answer) for answer in answers].count(Conflict) == 1


def test_a_list_opened_by_many_workers_opens_once(app: Flask) -> None:
    at = li.county(12)
    ref = li.agreed(at)
    both_begin = threading.Barrier(3)

    def work() -> int:
        both_begin.wait(10)
        return turn_openings()

    answers = at_once(app, [work] * 3)
    li.carry_all()
    assert sum(answer for answer in answers if isinstance(answer, int)) == 12
    assert len({circle.household_id for circle in li.circles(ref)}) == len(li.circles(ref)) == 12
    end_reading()
    assert compare(db.engine).circles == 12
