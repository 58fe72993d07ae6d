"""What cannot be done just now never keeps what comes after it waiting; the calendar of circles on both databases."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.domain.circle_states import SeatState
from charity.jobs.circles import turn_circles
from charity.jobs.rounds import TRIES, go_round
from charity.ledger.seating import open_offer
from charity.models.accounts import Account
from charity.models.circle_rows import find_circle, list_seats
from charity.models.households import Household
from charity.models.points import ServicePoint
from charity.queries.circle_deadlines import Due, list_days, list_months_to_open
from charity.services.circles import seats
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]


class Listed:
    """A list of rows of which some stay whatever is tried; says which were tried in each turn."""

    def __init__(self, count: int, *, able: set[int], failing: frozenset[int] = frozenset()) -> None:
        self.rows = list(range(1, count + 1))
        self.able, self.failing = able, failing
        self.name = uuid4().hex

    def turn(self, limit: int) -> tuple[list[int], list[int]]:
        tried: list[int] = []

        def work(row: Due) -> int:
            tried.append(row.id)
            if row.id in self.failing:
                raise RuntimeError("cannot go on")
            if row.id not in self.able:
                return 0
            self.rows.remove(row.id)
            return row.id

        return go_round(self.name, self._page, work, limit), tried

    def _page(self, after: int, limit: int) -> list[Due]:
        return [Due(number) for number in self.rows if number > after][:limit]


def test_a_turn_goes_on_past_what_cannot_be_done_or_fails() -> None:
    listed = Listed(9, able={4, 8, 9}, failing=frozenset({2, 3}))
    assert listed.turn(2) == ([4, 8], [1, 2, 3, 4, 5, 6, 7, 8])
    assert listed.turn(2) == ([9], [9, 1, 2, 3, 5, 6, 7]), "it goes on where it stopped, and then round"
    assert listed.turn(2) == ([], [1, 2, 3, 5, 6, 7]), "each once, however little can be done"


def test_a_turn_tries_so_many_and_the_next_turns_come_to_all() -> None:
    listed = Listed(4 * TRIES, able={4 * TRIES})
    for turn in range(3):
        assert listed.turn(1) == ([], list(range(turn * TRIES + 1, (turn + 1) * TRIES + 1)))
    assert listed.turn(1)[0] == [4 * TRIES]
    assert listed.turn(1)[1] == list(range(1, TRIES + 1))


def test_a_list_that_is_empty_or_shorter_than_before_is_gone_round_once() -> None:
    listed = Listed(6, able={5})
    assert listed.turn(1) == ([5], [1, 2, 3, 4, 5])
    listed.rows = [2, 3]
    assert listed.turn(1) == ([], [2, 3])
    listed.rows = []
    assert listed.turn(1) == ([], [])


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground(4)


def a_pair(at: Ground) -> tuple[str, str]:
    """Let two circles run: the first promises things, the second letters."""
    first = r.running(at, at.donors[:2])
    second = r.formed(at, family=r.another(at), promise=r.LETTERS)
    for donor in at.donors[2:4]:
        seats.join(donor, second)
    return first, second


@pytest.mark.parametrize("why", ["no point", "fell back"])
def test_a_circle_that_cannot_open_its_month_keeps_no_other_from_it(at: Ground, travel: Travel, why: str) -> None:
    stuck, other = a_pair(at)
    with transaction() as tx:
        if why == "no point":
            tx.session.execute(update(ServicePoint).values(closed_at=tx.now))
        else:
            theirs = update(Household).where(Household.id == at.village.family.id)
            tx.session.execute(theirs.values(life_state="relapse"))
    travel(r.MAY)
    assert turn_circles(limit=1) == {"months-opened": 1}
    assert (r.circle(stuck).month, r.circle(other).month) == (None, "2026-05")
    assert turn_circles(limit=1) == {}, "it is tried again, once a turn"
    assert [row.ref for row in list_months_to_open(r.MAY, 0, 9)] == [stuck]


def disable(*who: Actor) -> None:
    with transaction() as tx:
        gone = update(Account).where(Account.id.in_([one.account_id for one in who]))
        tx.session.execute(gone.values(disabled_at=tx.now))


def test_a_group_that_nobody_can_answer_for_keeps_no_other_from_its_deputy(at: Ground) -> None:
    groups: list[str] = []
    for founder, deputy in (at.donors[:2], at.donors[2:4]):
        groups.append(c.founded(founder, (deputy,)))
        c.deputised(groups[-1], founder, deputy)
    disable(*at.donors[:3])
    assert turn_circles(limit=1) == {"groups": 1}
    assert [c.group(ref).founder_id for ref in groups] == [at.donors[0].account_id, at.donors[3].account_id]


def test_seats_that_are_only_offered_start_no_circle_and_are_not_looked_at(at: Ground, travel: Travel) -> None:
    """What is taken counts offers; a circle starts with the donors who said yes."""
    offered = r.formed(at)
    seats.join(at.donors[0], offered)
    with transaction() as tx:
        circle = find_circle(tx, offered)
        assert circle is not None
        free = list_seats(tx, circle.id, {SeatState.OPEN})[0]
        open_offer(tx, circle, free, account_id=at.donors[1].account_id, place_id=None)
    day = date(2026, 4, 21)
    ready = r.formed(at, family=r.another(at), promise=r.LETTERS, not_before=day)
    for donor in at.donors[2:4]:
        seats.join(donor, ready)
    later = datetime.fromisoformat("2026-04-21T03:00:00+00:00")
    travel(later)
    assert r.circle(offered).taken == r.circle(offered).least
    assert [row.ref for row in list_days(later, 0, 9)] == [ready]
    assert turn_circles(limit=1)["circle-days"] == 1
    assert (r.circle(offered).state, r.circle(ready).state) == ("forming", "running")
