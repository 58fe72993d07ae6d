"""The desks of circles and lists: what may break is found behind any number of others; other places fill no page."""

import random
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters import clock
from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.circles import Risk, first_of, plus_months
from charity.domain.errors import Invalid
from charity.models.circles import Circle, Seat
from charity.models.openings import CircleOpening
from charity.queries.circles import desk, lists
from charity.queries.circles.rows import list_rows, list_seats, risks_of
from tests.kit import listed as li
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground


@pytest.fixture
def at(app: Flask) -> Ground:
    del app
    return r.ground(4)


def formed(at: Ground, count: int) -> list[str]:
    return [r.formed(at, family=r.another(at), promise=r.LETTERS, target=4) for _ in range(count)]


def age(ref: str, days: int) -> None:
    """Let a township have agreed so many days ago."""
    with transaction() as tx:
        tx.session.execute(update(Circle).where(Circle.ref == ref).values(reviewed_at=tx.now - timedelta(days=days)))


def test_a_circle_at_risk_is_found_behind_any_number_of_others(at: Ground) -> None:
    refs = formed(at, 12)
    age(refs[11], 70)
    end_reading()
    assert [card.ref for card in desk.list_at_risk(at.village.reviewer, limit=1)] == [refs[11]]
    age(refs[4], 70)
    end_reading()
    for piece in (1, 2, 200):
        found = desk.list_at_risk(at.village.reviewer, limit=2, piece=piece)
        assert [card.ref for card in found] == [refs[4], refs[11]]


def test_the_desk_of_a_region_begins_with_what_may_break(at: Ground) -> None:
    refs = formed(at, 6)
    age(refs[5], 70)
    end_reading()
    first = desk.list_of_region(at.village.reviewer, limit=3)
    assert [card.ref for card in first.cards] == [refs[5], *refs[:2]]
    whole = desk.list_of_region(at.village.reviewer)
    assert ([card.ref for card in whole.cards], whole.next) == ([refs[5], *refs[:5]], None)


def test_the_desk_of_a_region_goes_on_page_by_page_with_every_circle_once(at: Ground) -> None:
    refs = formed(at, 9)
    for number in (2, 5, 7):
        age(refs[number], 70)
    end_reading()
    whole = [refs[number] for number in (2, 5, 7, 0, 1, 3, 4, 6, 8)]
    for limit in (1, 2, 3, 4, 8, 9):
        assert pages(at.village.reviewer, limit) == whole


def pages(viewer: Actor, limit: int) -> list[str]:
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = desk.list_of_region(viewer, after=after, limit=limit, piece=2)
        found, after = [*found, *(card.ref for card in page.cards)], page.next
    return found


@pytest.mark.parametrize(
    "after", ["x", "risk", "risk~", "other~~5", "other~2026-01-01~5", "gone~2026-01-01T00:00:00+00:00~5"]
)
def test_a_place_that_no_page_gave_is_refused(at: Ground, after: str) -> None:
    with pytest.raises(Invalid):
        desk.list_of_region(at.village.reviewer, after=after)


@pytest.mark.parametrize("seed", range(3))
def test_what_the_question_leaves_out_is_never_at_risk(at: Ground, seed: int) -> None:
    refs, chance, today = formed(at, 14), random.Random(seed), day_of(clock.now())
    for ref in refs:
        spoil(ref, chance, today, [donor.account_id for donor in at.donors])
    end_reading()
    rows, now = list_rows(Circle.state.in_(("forming", "running")), limit=100), clock.now()
    seats = list_seats([row.id for row in rows])
    judged = {row.ref: risks_of(row, seats.get(row.id, []), now) for row in rows}
    found = {card.ref: card.risks for card in desk.list_at_risk(at.village.reviewer, piece=3)}
    assert found == {ref: risks for ref, risks in judged.items() if risks}
    assert set(Risk) <= {risk for risks in found.values() for risk in risks} and len(found) < len(judged)


def spoil(ref: str, chance: random.Random, today: date, donors: list[int]) -> None:
    """Give a circle some donors, each of them sure, new, leaving or forgetful."""
    months = {"starts_on": first_of(today), "ends_on": plus_months(today, 12)}
    looks = [("active", {}), ("active", {"lapses": 2}), ("leaving", {"leaves_on": today + timedelta(days=20)})]
    looks += [("accepted", {"since": plus_months(today, 3)}), ("active", {"since": today}), ("active", {})]
    with transaction() as tx:
        circle = tx.session.query(Circle).where(Circle.ref == ref).one()
        if chance.random() < 0.2:
            circle.reviewed_at = tx.now - timedelta(days=chance.choice([30, 59, 60, 61]))
            return
        circle.state, circle.starts_on, circle.ends_on = "running", months["starts_on"], months["ends_on"]
        seats = tx.session.query(Seat).where(Seat.circle_id == circle.id).order_by(Seat.number).all()
        for seat, account in zip(seats[: chance.choice([1, 2, 2, 3])], donors, strict=False):
            state, more = looks[chance.randrange(len(looks))] if chance.random() < 0.5 else looks[0]
            values = {"state": state, "account_id": account, "accepted_at": tx.now} | more
            tx.session.execute(update(Seat).where(Seat.id == seat.id).values(**values))


def test_lists_of_elsewhere_fill_nobodys_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    del app
    at = li.county(2)
    with transaction() as tx:
        office, reviewer = (v.add_person(tx, (role, v.OTHER_COUNTY)) for role in (Role.ADMINISTRATOR, Role.REVIEWER))
    refs = [li.submitted(at, rows=li.rows_of(at.families[:1])) for _ in range(3)]
    with transaction() as tx:
        tx.session.execute(update(CircleOpening).where(CircleOpening.ref == refs[0]).values(region_code=v.OTHER_COUNTY))
    monkeypatch.setattr(lists, "MOST", 2)
    assert shown(reviewer) == [refs[0]]
    assert shown(at.county_reviewer) == [refs[2], refs[1]]
    end_reading()
    assert [card.ref for card in lists.get_programme_lists(office, li.programme(at)).lists] == [refs[0]]


def test_a_township_sees_the_lists_around_it_once_they_are_open(app: Flask) -> None:
    del app
    at = li.county(2)
    ref = li.submitted(at)
    with transaction() as tx:
        tx.session.execute(update(CircleOpening).values(region_code=v.COUNTY))
        near, far = (v.add_person(tx, (Role.REVIEWER, place)) for place in (v.TOWNSHIP, v.OTHER_TOWNSHIP))
    assert (shown(near), shown(far)) == ([], [])
    with transaction() as tx:
        tx.session.execute(update(CircleOpening).values(state="open"))
    assert (shown(near), shown(far)) == ([ref], [])


def shown(reviewer: Actor) -> list[str]:
    end_reading()
    return [card.ref for card in lists.list_for_reviewers(reviewer)]
