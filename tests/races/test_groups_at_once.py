"""Groups under load: the last place, two who answer at once, a join that crosses the seat, codes tried by many."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.clock import now
from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.domain.errors import Refused
from charity.domain.groups import MOST_MEMBERS
from charity.models.accounts import Account
from charity.models.groups import Group
from charity.models.households import Household
from charity.services.circles import group_seats, groups, household, seats, young
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit.ring import Ground
from tests.races.test_acts_at_once import at_once

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground(5)


def codes(answers: list[object]) -> list[str]:
    return sorted(answer.code for answer in answers if isinstance(answer, Refused))


def lasting_code(founder: Actor, group: str) -> str:
    """Make a code that runs in the present, where the threads live."""
    code = groups.make_code(founder, group).code
    with transaction() as tx:
        tx.session.execute(update(Group).values(code_expires_at=now() + timedelta(days=400)))
    return code


def test_the_last_places_of_a_group(app: Flask, at: Ground) -> None:
    ref = c.founded(at.donors[0])
    code = lasting_code(at.donors[0], ref)
    with transaction() as tx:
        tx.session.execute(update(Group).values(members=MOST_MEMBERS - 2))
    crowd = r.more_donors(8)
    answers = at_once(app, [lambda one=one: groups.join(one, code=code, is_adult=True) for one in crowd])
    assert codes(answers) == ["group-full"] * 6
    assert (c.group(ref).members, len(c.inside(ref))) == (MOST_MEMBERS, 3)


def test_the_same_word_for_many_young_members_gives_different_names(app: Flask, at: Ground) -> None:
    ref = c.founded(at.donors[0], at.donors[1:4])
    answers = at_once(
        app, [lambda one=one: young.add(one, ref, word="青竹", has_leave=True) for one in at.donors[:4] * 2]
    )
    assert not codes(answers)
    assert (len(set(c.young(ref))), c.group(ref).young) == (8, 8)


def test_two_who_answer_act_at_once(app: Flask, at: Ground) -> None:
    founder, deputy, other = at.donors[:3]
    group, ref = c.seated(at)
    answers = at_once(
        app,
        [
            lambda: group_seats.hand_over(founder, group),
            lambda: group_seats.dissolve(founder, group),
            lambda: seats.leave(deputy, ref),
            lambda: groups.answer_deputy(deputy, group, agrees=False),
            lambda: group_seats.take(founder, ref, group),
            lambda: household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, other).ref),
        ],
    )
    assert codes(answers)
    found = c.group(group)
    held = [seat for seat in r.seats_of(ref) if seat.group_id is not None and seat.state in ("accepted", "active")]
    assert all(seat.account_id == found.founder_id for seat in held)
    assert not (held and found.dissolved_at)
    r.agrees()


def test_whoever_is_kin_does_not_slip_in_while_the_seat_is_taken(app: Flask, at: Ground) -> None:
    founder, kin = at.donors[:2]
    group = c.founded(founder)
    code = lasting_code(founder, group)
    ref = r.formed(at)
    with transaction() as tx:
        digest = tx.session.get_one(Account, kin.account_id).email_digest
        tx.session.get_one(Household, at.village.family.id).phone_digest = digest
    answers = at_once(
        app,
        [lambda: groups.join(kin, code=code, is_adult=True), lambda: group_seats.take(founder, ref, group)],
    )
    assert codes(answers) in (["group-code-unknown"], ["seat-not-possible"])


def test_many_founders_of_one_person_are_counted(app: Flask, at: Ground) -> None:
    answers = at_once(app, [lambda: groups.found(at.donors[0], kind="team", is_adult=True)] * 8)
    assert codes(answers) == ["groups-most"] * 3


def test_a_guesser_has_five_tries_however_fast(app: Flask, at: Ground) -> None:
    c.founded(at.donors[0])
    tries = [lambda n=n: groups.join(at.donors[1], code=f"0000{n:06}", is_adult=True) for n in range(12)]
    assert codes(at_once(app, tries)) == ["group-code-unknown"] * 5 + ["group-codes-locked"] * 7
