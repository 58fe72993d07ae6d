"""The auction: capacities, proof, replay, and the exact optimum as its judge."""

from dataclasses import replace

import numpy as np
import pytest

from charity.matching.auction import Assignment, Engine, Problem, bound, slot_prices, solve
from tests.matching.ground import problem

ENGINES = list(Engine)
SEEDS = range(12)


def exact(given: Problem, fairness: int) -> int:
    """Solve by minimum-cost flow, once more for each amount that may be left unassigned (arcs of cost nothing)."""
    from ortools.graph.python import min_cost_flow

    donors, households = len(given.capacity), len(given.slots)
    reserve = slot_prices(given.slots, given.need, fairness).astype(np.int64)
    owner = np.repeat(np.arange(households), given.slots)
    donor = np.repeat(np.arange(donors), np.diff(given.starts))
    source, sink = donors + households, donors + households + 1
    nodes = [np.full(donors, source), donor, donors + owner, [source]]
    heads = [np.arange(donors), donors + given.household, np.full(len(owner), sink), [sink]]
    total = int(given.capacity.sum())
    room = [given.capacity, np.ones(len(donor)), np.ones(len(owner)), [total]]
    costs = [np.zeros(donors), -given.fit, reserve, [0]]
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate(nodes).astype(np.int32),
        np.concatenate(heads).astype(np.int32),
        np.concatenate(room).astype(np.int64),
        np.concatenate(costs).astype(np.int64),
    )
    supplies = np.zeros(donors + households + 2, np.int64)
    supplies[source], supplies[sink] = total, -total
    flow.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    assert flow.solve() == flow.OPTIMAL
    return -flow.optimal_cost()


def keeps_capacities(given: Problem, found: Assignment) -> bool:
    donors = np.bincount(found.donor, minlength=len(given.capacity))
    households = np.bincount(found.household, minlength=len(given.slots))
    pairs = found.donor * len(given.slots) + found.household
    listed = np.repeat(np.arange(len(given.capacity)), np.diff(given.starts)) * len(given.slots) + given.household
    return bool(
        (donors <= given.capacity).all()
        and (households <= given.slots).all()
        and len(np.unique(pairs)) == len(pairs)
        and np.isin(pairs, listed).all()
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fairness", [0, 300])
def test_capacities_hold_and_the_value_is_within_epsilon_of_the_best(engine: Engine, fairness: int) -> None:
    for seed in SEEDS:
        given = problem(60, 40, seed)
        found = solve(given, seed=seed, fairness=fairness, epsilon=2, engine=engine)
        best = exact(given, fairness)
        assert keeps_capacities(given, found)
        assert best - 2 * len(found.donor) - 2 <= found.value <= best <= found.bound


@pytest.mark.parametrize("engine", ENGINES)
def test_a_middling_auction_reaches_its_share_of_the_optimum(engine: Engine) -> None:
    given = problem(1500, 1200, 5, length=20)
    found, best = solve(given, seed=1, engine=engine), exact(given, 300)
    assert found.value >= best * 0.9995
    assert found.value <= best <= found.bound <= best * 1.01
    assert found.proven >= 990


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_seed_gives_the_same_bytes(engine: Engine) -> None:
    given = problem(200, 150, 8)
    one, other = (solve(given, seed=4, engine=engine) for _ in range(2))
    assert (one.input_digest, one.result_digest) == (other.input_digest, other.result_digest)
    for name in ("donor", "household", "fit", "place", "price"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    assert solve(given, seed=5, engine=engine).input_digest != one.input_digest
    changed = replace(given, fit=given.fit + 1)
    assert solve(changed, seed=4, engine=engine).input_digest != one.input_digest


def test_any_prices_prove_a_bound() -> None:
    given = problem(80, 60, 2)
    reserve, best = slot_prices(given.slots, given.need, 300), exact(given, 300)
    chance = np.random.default_rng(1)
    for _ in range(20):
        assert bound(given, reserve, chance.integers(-300, 900, len(given.slots))) >= best


def test_a_first_helper_is_worth_more_than_a_fifth() -> None:
    assert slot_prices(np.array([5, 2]), np.array([3, 1]), 300).tolist() == [-240, -180, -120, -60, 0, -50, 0]
    assert slot_prices(np.array([3]), np.array([3]), 0).tolist() == [0, 0, 0]


def test_fairness_reaches_those_whom_fit_alone_leaves_out() -> None:
    given = Problem(
        starts=np.array([0, 2, 4]),
        household=np.array([0, 1, 0, 1]),
        fit=np.array([600, 550, 600, 550]),
        capacity=np.array([1, 1]),
        slots=np.array([2, 2]),
        need=np.array([3, 3]),
    )
    assert solve(given, seed=1, fairness=0).household.tolist() == [0, 0]
    assert sorted(solve(given, seed=1, fairness=300).household.tolist()) == [0, 1]


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_to_give_or_nobody_to_give_to_is_an_empty_answer(engine: Engine) -> None:
    for donors, households in ((0, 3), (3, 0), (0, 0)):
        found = solve(problem(donors, households, 1), seed=1, engine=engine)
        assert (len(found.donor), found.value, found.bound) == (0, 0, 0)
        assert found.proven == 1000
