"""Intentions and wishes in the nightly matching, on both databases: who is given what, what is kept and offered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charity.adapters import clock
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM
from charity.jobs.intentions import tend
from charity.jobs.matching import carry_out, compute, compute_pool, keep, pool_figures, turn
from charity.models.accounts import Account
from charity.models.intentions import Intent, IntentOffer
from charity.models.match_pools import MatchPool, MatchPoolPair
from charity.models.matching import MatchRun
from charity.models.wishes import Wish
from charity.queries.matching.pending import list_pool_pairs
from charity.services import accounts
from charity.services.pledges import intentions
from charity.services.pledges.claim import claim
from charity.services.pledges.night import offer_pair
from tests.kit import people
from tests.races.test_acts_at_once import at_once
from tests.services import pool as p
from tests.services import town as t
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]
SEED = 7
EVENING = MONDAY + timedelta(hours=12)  # ten at night
NIGHT = MONDAY + timedelta(hours=17, minutes=5)  # five past three


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    people.put_demo_regions()
    return t.found_town()


def site_wish(town: Town, **changes: object) -> str:
    return t.wish(town, site=True, **changes)  # type: ignore[arg-type]


def run(seed: int = SEED) -> str:
    ref = keep(compute(seed), compute_pool(seed))
    assert ref is not None
    carry_out(ref)
    return ref


def count(table: type) -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(table)) or 0


def given() -> dict[str, int]:
    """Count the open offers of each wish."""
    end_reading()
    query = select(Wish.ref, func.count()).join(IntentOffer, IntentOffer.wish_id == Wish.id)
    rows = reading().execute(query.where(IntentOffer.state == "open").group_by(Wish.ref))
    return {ref: number for ref, number in rows}


def test_all_wishes_are_helped_before_one_is_helped_twice(town: Town) -> None:
    wishes = [site_wish(town, wanted=4) for _ in range(3)]
    mine = [p.leave(t.person()) for _ in range(6)]
    run()
    assert given() == dict.fromkeys(wishes, 2)
    for ref in mine:
        (offer,) = p.offers(ref)
        assert (offer.act_by, offer.units) == (MONDAY + timedelta(hours=72), 1)
    assert tend() == 6, "what is left to the day is telling of them"
    donor = t.person()
    intentions.accept(*_new(donor))
    assert t.account_row(donor).open_pledges == 1


def _new(donor: t.Actor) -> tuple[t.Actor, str]:
    ref = p.leave(donor)
    run(SEED + 1)
    return donor, p.offered(ref)


def test_the_same_rows_and_seed_give_the_same_bytes_and_nothing_is_written(town: Town) -> None:
    for _ in range(4):
        site_wish(town, wanted=2)
        p.leave(t.person())
    first, again = pool_figures(compute_pool(SEED)), pool_figures(compute_pool(SEED))
    assert first == again
    assert pool_figures(compute_pool(SEED + 1)).input_digest != first.input_digest
    assert (first.intentions, first.wishes, first.units, first.pairs) == (4, 4, 8, 4)
    assert 0 < first.value <= first.bound
    assert (count(MatchRun), count(MatchPool), count(MatchPoolPair), count(IntentOffer)) == (0, 0, 0, 0)
    ref = run()
    kept = reading().scalars(select(MatchPool).join(MatchRun, MatchRun.id == MatchPool.run_id)).one()
    names = ("engine", "input_digest", "result_digest", "value", "utility", "bound", "pairs", "units")
    assert {name: getattr(kept, name) for name in names} == {name: getattr(first, name) for name in names}
    assert kept.offers == 4
    assert list(reading().scalars(select(MatchPoolPair.outcome))) == ["offered"] * 4
    assert carry_out(ref) == 0


def test_nobody_is_given_what_he_may_not_claim_or_has_declined(town: Town) -> None:
    wish = site_wish(town, wanted=9)
    claimed, declined, cooling, poster, dear, other = (t.person() for _ in range(6))
    claim(claimed, wish, units=1)
    refs = [p.leave(each) for each in (claimed, declined, cooling, poster)]
    refs += [p.leave(dear, most_fen=1), p.leave(other, category="books")]
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == wish).values(poster_id=poster.account_id))
        later = tx.now + timedelta(days=1)
        tx.session.execute(update(Account).where(Account.id == cooling.account_id).values(cooling_until=later))
    may = p.leave(t.person())
    run()
    assert [len(p.offers(ref)) for ref in (*refs, may)] == [0, 1, 0, 0, 0, 0, 1]
    intentions.decline(declined, p.offered(refs[1]))
    run(SEED + 1)
    assert len(p.offers(refs[1])) == 1, "a no is not asked again"


def test_an_intention_has_one_offer_and_everybody_a_unit(town: Town) -> None:
    site_wish(town, wanted=3)
    many, few = p.leave(t.person(), units=5), p.leave(t.person(), units=1)
    run()
    run(SEED + 1)
    assert sorted(offer.units for ref in (many, few) for offer in p.offers(ref)) == [1, 2]


def test_what_changed_between_the_run_and_its_offers_is_heard(town: Town) -> None:
    gone = site_wish(town)
    donors = [t.person() for _ in range(2)]
    mine = [p.leave(donor) for donor in donors]
    ref = keep(compute(SEED), compute_pool(SEED))
    assert ref is not None
    claim(t.person(), gone, units=1)
    assert carry_out(ref) == 0
    other = site_wish(town, wanted=5)
    ref = keep(compute(SEED), compute_pool(SEED))
    assert ref is not None
    intentions.withdraw(donors[0], mine[0])
    assert intentions.look(SYSTEM, mine[1]), "the day was quicker"
    assert carry_out(ref) == 0
    assert given() == {other: 1}


def test_each_pair_is_looked_at_once_and_a_run_has_its_most(town: Town) -> None:
    site_wish(town, wanted=5)
    for _ in range(3):
        p.leave(t.person())
    ref = keep(compute(SEED), compute_pool(SEED))
    assert ref is not None
    pairs = list_pool_pairs(ref)
    end_reading()
    assert [offer_pair(SYSTEM, pair, most=2) for pair in pairs] == [True, True, False]
    assert [offer_pair(SYSTEM, pair, most=9) for pair in pairs] == [False] * 3


def test_three_workers_at_once_make_each_offer_once(app: Flask, town: Town) -> None:
    site_wish(town, wanted=6)
    mine = [p.leave(t.person()) for _ in range(4)]
    ref = keep(compute(SEED), compute_pool(SEED))
    assert ref is not None

    def work() -> int:
        with clock.hold(MONDAY):  # a thread knows nothing of the test's travels
            return carry_out(ref)

    at_once(app, [work] * 3)
    assert [len(p.offers(each)) for each in mine] == [1] * 4
    assert reading().scalars(select(MatchPool.offers)).one() == 4


def test_what_comes_in_the_evening_is_given_by_night(town: Town, travel: Travel) -> None:
    travel(EVENING)
    mine = [p.leave(t.person()) for _ in range(2)]
    tend()
    wishes = [site_wish(town, wanted=2) for _ in range(2)]
    travel(EVENING + timedelta(hours=1))
    tend()
    assert given() == {}, "left for the night"
    at_once = p.leave(t.person())
    tend()
    assert p.offered_wish(at_once) is not None, "whoever leaves one is served at once, at any hour"
    travel(NIGHT)
    turn()
    turn()
    assert (count(MatchRun), sum(given().values())) == (1, 3)
    assert set(given()) == set(wishes)
    assert all(p.offered_wish(ref) for ref in mine)


def test_without_a_night_the_day_goes_on(town: Town, travel: Travel) -> None:
    travel(EVENING)
    mine = p.leave(t.person())
    tend()
    site_wish(town)
    travel(NIGHT + timedelta(minutes=10))
    tend()
    assert p.offered_wish(mine) is not None


def test_closing_an_account_takes_what_runs_found_for_it_away(town: Town) -> None:
    site_wish(town)
    owner = people.signed_up()
    p.leave(owner)
    run()
    assert count(MatchPoolPair) == 1
    accounts.close(owner, password=people.PASSWORD)
    assert (count(MatchPoolPair), count(Intent)) == (0, 0)


def test_the_dry_run_tells_both(app: Flask, town: Town) -> None:
    site_wish(town, wanted=3)
    p.leave(t.person())
    end_reading()
    said = app.test_cli_runner().invoke(args=["match", "run", "--seed", "5", "--dry-run"]).output
    assert "1 intentions, 1 wishes, 3 units: 1 pairs, numpy" in said
    assert said.count("proven 1000/1000") == 2
    assert count(MatchRun) == 0
