"""Two acts on one thing in the same moment: one is done, the other hears a clear conflict, the counters are right."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters import clock
from charity.adapters.clock import now
from charity.adapters.db import Tx, end_reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.errors import Conflict, Missing, Refused
from charity.models import moving
from charity.models.pledges import Pledge
from charity.services.circles import clocks as seat_clocks
from charity.services.circles import seats
from charity.services.pledges import clocks, moves
from charity.services.pledges.claim import Claimed, claim
from charity.services.pledges.confirm import confirm
from charity.services.pledges.plan import cancel, plan
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.send import send
from charity.services.wishes.ending import withdraw
from tests.faults.noting import note
from tests.kit import ring as r
from tests.kit.databases import Database
from tests.races.test_acts_at_once import agrees, at_once
from tests.services import town as t
from tests.services.town import Town

pytestmark = [pytest.mark.race, pytest.mark.slow, pytest.mark.timeout(3 * 3600)]
QUICK, FULL = 2, int(os.environ.get("FAULTS_ROUNDS", "1000"))
TRACKING = "SF1234567890123"
Work = Callable[[], object]
Travel = Callable[[datetime], None]


def wins(answer: object) -> bool:
    """Say whether an act was done; a clock that found nothing to do was not."""
    return not isinstance(answer, Refused) and answer not in ("", False, 0)


def judged(answers: list[object], *, clock_at: int | None = None) -> list[str]:
    """List what is wrong with the answers of two acts that crossed: exactly one wins, the other is a conflict."""
    problems = [] if sum(map(wins, answers)) == 1 else [f"{sum(map(wins, answers))} won: {answers}"]
    for place, answer in enumerate(answers):
        if not wins(answer) and place != clock_at and not isinstance(answer, Conflict):
            problems.append(f"refused without a conflict: {answer!r}")
    return problems


@pytest.fixture
def town(app: Flask) -> Town:
    return t.found_town()


def sent(town: Town, donor: Actor) -> str:
    """Claim, plan and send a pledge."""
    ref = claim(donor, t.wish(town), units=1).id
    plan(donor, ref)
    send(donor, ref, courier="sf", tracking=TRACKING)
    return ref


def handed(town: Town, donor: Actor) -> str:
    """Bring a pledge to the family."""
    ref = sent(town, donor)
    receive(town.volunteer, ref)
    hand_over(town.volunteer, ref)
    return ref


def overdue(ref: str) -> None:
    """Let a pledge's clock run out this moment."""
    with transaction() as tx:
        long_ago = now() - timedelta(days=100)
        tx.session.execute(update(Pledge).where(Pledge.ref == ref).values(clock_started_at=long_ago, act_by=long_ago))


def cancel_against_plan(town: Town) -> tuple[list[Work], int | None]:
    """A donor's two windows: one cancels, the other sends the parcel of a planned pledge."""
    donor = t.person()
    ref = claim(donor, t.wish(town), units=1).id
    plan(donor, ref)
    return [lambda: cancel(donor, ref), lambda: send(donor, ref, courier="sf", tracking=TRACKING)], None


def cancel_against_confirm(town: Town) -> tuple[list[Work], int | None]:
    """A donor cancels what a reviewer confirms: it was sent long ago, so only the reviewer can win."""
    donor = t.person()
    ref = handed(town, donor)
    return [lambda: cancel(donor, ref), lambda: confirm(town.reviewer, ref, basis="call-back")], None


def expire_against_send(town: Town) -> tuple[list[Work], int | None]:
    """The clock lapses a planned pledge while its donor sends it."""
    donor = t.person()
    ref = claim(donor, t.wish(town), units=1).id
    plan(donor, ref)
    overdue(ref)
    return [lambda: clocks.pledge_due(SYSTEM, ref), lambda: send(donor, ref, courier="sf", tracking=TRACKING)], 0


def withdraw_against_claim(town: Town) -> tuple[list[Work], int | None]:
    """A wish is withdrawn while its only unit is claimed."""
    donor, wish = t.person(), t.wish(town)
    return [
        lambda: withdraw(town.poster, wish, reasons=["no-longer-needed"]),
        lambda: claim(donor, wish, units=1),
    ], None


def two_reviewers(town: Town) -> tuple[list[Work], int | None]:
    """Two reviewers confirm the same gift."""
    ref = handed(town, t.person())
    reviewers = (town.reviewer, town.printer)
    return [lambda who=who: confirm(who, ref, basis="call-back") for who in reviewers], None


CROSSINGS: dict[str, Callable[[Town], tuple[list[Work], int | None]]] = {
    "cancel against send": cancel_against_plan,
    "cancel against confirm": cancel_against_confirm,
    "expire against send": expire_against_send,
    "withdraw against claim": withdraw_against_claim,
    "two reviewers": two_reviewers,
}
# Both may be right, one after the other: a claim that came first does not stop a withdrawal, which frees nothing then.
MAY_BOTH = frozenset({"withdraw against claim"})


@pytest.mark.parametrize("name", CROSSINGS)
def test_one_wins_and_the_other_hears_why(app: Flask, town: Town, database: Database, name: str, full: bool) -> None:
    problems: list[str] = []
    winners: list[Any] = []
    for number in range(FULL if full else QUICK):
        works, clock_at = CROSSINGS[name](town)
        order = works if number % 2 else works[::-1]  # so that neither always starts first
        found = at_once(app, order)
        answers = found if number % 2 else found[::-1]
        winners.append(tuple(map(wins, answers)))
        if name not in MAY_BOTH or sum(map(wins, answers)) != 2:
            problems += judged(answers, clock_at=clock_at)
        if number % 25 == 0:
            agrees()
    agrees()
    note("crossing", backend=database.backend, which=name, rounds=len(winners), problems=problems,
         first_won=sum(pair[0] for pair in winners), second_won=sum(pair[1] for pair in winners))  # fmt: skip
    assert not problems, problems[:5]


def in_april(work: Callable[[Actor, str], object], actor: Actor, ref: str) -> object:
    """Act at the circle's own time: a thread of its own does not hold the test's clock."""
    with clock.hold(r.APRIL):
        return work(actor, ref)


def test_leaving_against_an_offer(app: Flask, travel: Travel, database: Database, full: bool) -> None:
    """A seat left is offered: accepting, declining and expiring cross; one is done, and the seats are counted."""
    travel(r.APRIL)
    ground = r.ground(1)
    for _ in range(min(20, FULL) if full else 1):
        holder, *others, waiting = r.more_donors(4)
        ref = r.running(ground, [holder, *others], family=r.another(ground))
        seats.wait(waiting, ref)
        seats.leave(holder, ref)
        [offer] = r.offers_to(waiting)
        answers = at_once(
            app,
            [
                partial(in_april, seats.accept, waiting, offer.ref),
                partial(in_april, seats.decline, waiting, offer.ref),
                partial(seat_clocks.offer_due, SYSTEM, offer.ref),  # by the clock of today it has long been over
            ],
        )
        assert sum(map(wins, answers)) == 1, answers
        assert all(isinstance(answer, Conflict) for answer in answers[:2] if not wins(answer)), answers
        end_reading()
        standing = [seat for seat in r.seats_of(ref) if seat.state in ("offered", "accepted", "active")]
        assert r.circle(ref).taken == len(standing) <= r.circle(ref).target
        r.agrees()


@pytest.mark.backends("postgres")
def test_control_who_looks_without_a_lock_and_writes_later_wins_too(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same crossing where an act neither locks what it reads nor asks whether it still is so: both win."""
    donor, wish = t.person(), t.wish(town, wanted=2)
    claim(t.person(), wish, units=1)  # so that the wish's own counters are no guard
    ref = claim(donor, wish, units=1).id
    plan(donor, ref)
    both_have_read = threading.Barrier(2)

    def look(tx: Tx, wanted: str) -> moving.PledgeRow | None:
        seen = moving.find_pledge(tx.session, wanted)
        with suppress(threading.BrokenBarrierError):
            both_have_read.wait(5)
        return seen

    def write(tx: Tx, pledge: moving.PledgeRow, values: dict[str, Any]) -> bool:
        tx.session.execute(update(Pledge).where(Pledge.id == pledge.id).values(values))
        return True

    monkeypatch.setattr(moves, "find_locked", look)
    monkeypatch.setattr(moving, "set_pledge", write)
    works = [lambda: cancel(donor, ref), lambda: send(donor, ref, courier="sf", tracking=TRACKING)]
    answers = at_once(app, works)
    assert judged(answers) == [f"2 won: {answers}"]


def test_control_the_judge_sees_two_winners_and_an_unclear_refusal() -> None:
    def done(state: str) -> object:
        return Claimed(id="a", state=state, units=1, wish_id="", act_by="")

    assert judged([done("cancelled"), done("planned")])
    assert judged([Conflict("wrong-state"), Refused("something-else")])
    assert judged([done("cancelled"), Missing()])
    assert not judged([done("cancelled"), Conflict("wrong-state")])
