"""The night's matching by several workers in one moment; offers, seats and notices that cross; on both databases."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters import clock
from charity.adapters.db import end_reading, reading
from charity.domain.actors import SYSTEM, Actor
from charity.domain.errors import Conflict, Refused
from charity.domain.invitations import night_of
from charity.jobs.matching import carry_out, compute, keep, turn
from charity.models.circles import SeatOffer
from charity.models.matching import MatchHousehold, MatchPair, MatchRun
from charity.services import interests
from charity.services.circles import clocks, seats
from charity.services.circles.invitations import invite
from tests.kit import ring as r
from tests.kit.ring import Ground
from tests.races.test_acts_at_once import at_once

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]
Travel = Callable[[datetime], None]
NIGHT = datetime.fromisoformat("2026-04-20T19:30:00+00:00")  # 03:30 in Shanghai
SEED = 7


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground(6)


def willing(*donors: Actor) -> None:
    for donor in donors:
        interests.state(donor, kinds=["quilt"], seats=1)


def count(table: type) -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(table)) or 0


def offers() -> list[SeatOffer]:
    end_reading()
    return list(reading().scalars(select(SeatOffer).order_by(SeatOffer.id)))


def counted(*refs: str) -> None:
    """Hold each circle's counter against its rows, and the book against the tables."""
    for ref in refs:
        standing = [seat for seat in r.seats_of(ref) if seat.state in ("offered", "accepted", "active")]
        assert r.circle(ref).taken == len(standing) <= r.circle(ref).target
        assert len({seat.number for seat in standing}) == len(standing)
    assert r.agrees() == len(refs)


def in_the_night(work: Callable[[], object]) -> Callable[[], object]:
    """Do something at that hour, in a thread whose clock would otherwise show the present."""

    def then() -> object:
        with clock.hold(NIGHT):
            return work()

    return then


def test_several_workers_keep_one_run_and_make_no_offer_twice(app: Flask, at: Ground, travel: Travel) -> None:
    first, second = r.formed(at), r.formed(at, family=r.another(at))
    willing(*at.donors)
    travel(NIGHT)
    at_once(app, [in_the_night(turn)] * 4)
    assert count(MatchRun) == 1
    (run,) = [reading().scalars(select(MatchRun)).one()]
    assert (run.day, run.done_at is None) == (night_of(NIGHT), False)
    assert count(MatchHousehold) == 2
    made = offers()
    assert len({(offer.account_id, offer.seat_id) for offer in made}) == len(made) == run.offers == 6
    assert len({offer.seat_id for offer in made}) == 6
    pairs = reading().execute(select(MatchPair.outcome, MatchPair.offer_id)).all()
    assert sorted(pair.offer_id for pair in pairs if pair.outcome == "offered") == [offer.id for offer in made]
    counted(first, second)


def test_negative_control_runs_by_hand_have_no_night_and_are_all_kept(app: Flask, at: Ground) -> None:
    r.formed(at)
    willing(*at.donors)
    at_once(app, [lambda: keep(compute(SEED))] * 3)
    assert count(MatchRun) == 3  # what keeps one run a night is its day, and nothing else


def test_one_run_carried_out_by_two_workers_makes_each_offer_once(app: Flask, at: Ground) -> None:
    ref = r.formed(at)
    willing(*at.donors)
    run = keep(compute(SEED))
    assert run is not None
    at_once(app, [lambda: carry_out(run)] * 3)
    assert len(offers()) == 3 == reading().scalars(select(MatchRun.offers)).one()
    assert r.states(ref) == ["offered"] * 3
    counted(ref)


def test_the_last_seat_is_offered_or_taken_but_not_both(app: Flask, at: Ground) -> None:
    ref = r.running(at, at.donors[:2])
    willing(at.donors[2])
    assert keep(compute(SEED)) is not None
    pair = reading().scalars(select(MatchPair.id)).one()
    end_reading()
    invited, joined = at_once(app, [lambda: invite(SYSTEM, pair, most=9), lambda: seats.join(at.donors[3], ref)])
    if invited is True:
        assert isinstance(joined, Conflict) and joined.code == "circle-full"
        assert r.states(ref) == ["active", "active", "offered"]
    else:
        assert isinstance(joined, str)
        assert offers() == []
        assert r.states(ref) == ["active"] * 3
    counted(ref)


@pytest.mark.parametrize("other", ["decline", "expire", "withdraw"])
def test_an_offer_has_one_end(app: Flask, at: Ground, other: str) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    seats.leave(at.donors[0], ref)
    (offer,) = r.offers_to(at.donors[3])
    ends: dict[str, Callable[[], object]] = {
        "decline": lambda: seats.decline(at.donors[3], offer.ref),
        "expire": lambda: clocks.offer_due(SYSTEM, offer.ref),
        "withdraw": lambda: seats.stop_waiting(at.donors[3], ref),
    }

    def accept() -> object:
        with clock.hold(r.APRIL):
            return seats.accept(at.donors[3], offer.ref)

    accepted, ended = at_once(app, [accept, ends[other]])
    if isinstance(accepted, str):
        assert r.seat_of(ref, at.donors[3]).state == "accepted"
        # the clock finds nothing to do, a person is told that the offer is gone
        assert ended is False or (isinstance(ended, Refused) and ended.code in {"offer-not-open", "missing"})
    else:
        assert isinstance(accepted, Conflict) and accepted.code == "offer-not-open"
        assert r.states(ref) == ["leaving", "open", "active", "active"]
    counted(ref)


def test_notice_given_twice_in_one_moment_is_one_notice(app: Flask, at: Ground) -> None:
    ref = r.running(at, at.donors[:3])
    answers = at_once(app, [lambda: seats.leave(at.donors[0], ref)] * 4)
    given = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert (len(given), {one.code for one in refused}, len(refused)) == (1, {"not-in-this-state"}, 3)
    assert sorted(r.states(ref)) == ["active", "active", "leaving", "open"]
    counted(ref)


def test_a_seat_that_is_left_while_it_is_offered_passes_once(app: Flask, at: Ground) -> None:
    """Whoever waits leaves the list in the moment in which somebody's notice would offer him the seat."""
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    seats.wait(at.donors[4], ref)
    left, stopped = at_once(
        app, [lambda: seats.leave(at.donors[0], ref), lambda: seats.stop_waiting(at.donors[3], ref)]
    )
    assert isinstance(left, str) and stopped is None
    assert r.offers_to(at.donors[3]) == []
    assert len(r.offers_to(at.donors[4])) == 1
    assert r.states(ref) == ["leaving", "offered", "active", "active"]
    counted(ref)
