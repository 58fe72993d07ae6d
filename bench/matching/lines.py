"""The lines match-batch, match-batch-fair, rank-top20, match-simulate; each in a process and a memory of its own."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, replace
from statistics import median, quantiles

import numpy as np

from bench.lines import Line
from charity.adapters.settings import ROOT
from charity.domain.matching import WEIGHTS
from charity.matching import scores
from charity.matching.auction import FAIRNESS, Assignment, Problem, slot_prices, solve
from charity.matching.candidates import Limits, make_lists
from charity.matching.columns import Asked, Standings, Subjects
from charity.matching.index import Found, Index
from charity.matching.layout import Offers, make_columns
from charity.matching.simulation.demand import make_requests
from charity.matching.simulation.rules import RULES
from charity.matching.simulation.table import compare
from charity.matching.simulation.visitors import one_by_one, tastes, visits

SIZED_BY = {"match-batch": "donors", "match-batch-fair": "donors", "rank-top20": "wishes", "match-simulate": "year"}
NAMES = tuple(SIZED_BY)
ROUNDS, SUPPLY, GROUPS, SEED = 3, 0.9, (2, 6), 7
LOAD = 0.8
TOP, DONORS = 20, 1_000


def measure(names: list[str], sizes: dict[str, int]) -> list[Line]:
    """Measure lines, each in a fresh process."""
    found: list[Line] = []
    for name in names:
        size = sizes[SIZED_BY[name]]
        command = ["-m", "bench.matching.lines", name, str(size)]
        done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{name} could not be measured: {done.stderr[-3000:]}")
        found.append(Line(**json.loads(done.stdout.splitlines()[-1])))
    return found


def ground(size: int) -> Problem:
    """Make as many donors as households of the synthetic twin, with places for nine in ten seats, and their lists."""
    demand, chance = make_requests(size, sizes=GROUPS, seed=SEED), np.random.default_rng(SEED)
    donors = tastes(demand, size, chance)
    wanted = chance.integers(1, 7, size)
    capacity = np.maximum(1, np.rint(wanted * SUPPLY * demand.slots.sum() / wanted.sum())).astype(np.int64)
    lists = make_lists(donors, demand.subjects, Limits.none(size, size), seed=SEED)
    return Problem(
        starts=lists.starts,
        household=lists.household,
        fit=lists.fit,
        capacity=capacity,
        slots=demand.slots,
        need=demand.subjects.need,
    )


def _solve(problem: Problem, fairness: int) -> tuple[Assignment, str]:
    """Assign three times; gives the answer, and the median times by the clock and of the core itself."""
    times, work = list[float](), list[float]()
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        found = solve(problem, seed=SEED, fairness=fairness)
        times.append(time.perf_counter() - began)
        work.append(time.process_time() - worked)
    return found, f"auction {median(times):.2f} s (own work {median(work):.2f} s)"


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def alone(problem: Problem, found: Assignment) -> float:
    """Give the share of households without any donor."""
    return float((np.bincount(found.household, minlength=len(problem.slots)) == 0).mean())


def exact(problem: Problem, fairness: int) -> tuple[int, int, float]:
    """Find the best possible by OR-tools' minimum-cost flow; gives its value, its utility and the time."""
    # only the judge needs it: a development requirement, which must not weigh on the lines' memory
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    donors, households = len(problem.capacity), len(problem.slots)
    source, sink = donors + households, donors + households + 1
    donor = np.repeat(np.arange(donors), np.diff(problem.starts))
    owner = np.repeat(np.arange(households), problem.slots)
    pairs, reserve = len(donor), slot_prices(problem.slots, problem.need, fairness).astype(np.int64)
    total = int(problem.capacity.sum())
    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        np.concatenate((donor, np.full(donors, source), donors + owner, [source])).astype(np.int32),
        np.concatenate((donors + problem.household, np.arange(donors), np.full(len(owner), sink), [sink])).astype(
            np.int32
        ),
        np.concatenate((np.ones(pairs), problem.capacity, np.ones(len(owner)), [total])).astype(np.int64),
        np.concatenate((-problem.fit.astype(np.int64), np.zeros(donors), reserve, [0])).astype(np.int64),
    )
    supplies = np.zeros(donors + households + 2, np.int64)
    supplies[source], supplies[sink] = total, -total
    flow.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    began = time.perf_counter()
    if flow.solve() != flow.OPTIMAL:
        raise SystemExit("the exact flow found no optimum")
    took = time.perf_counter() - began
    return -flow.optimal_cost(), int(problem.fit[flow.flows(arcs[:pairs]) > 0].sum()), took


def first_come(problem: Problem) -> int:
    """Let donors choose one after the other what fits them best of what is left; gives the sum of fits."""
    left, total = problem.slots.tolist(), 0
    starts, household, fit = (column.tolist() for column in (problem.starts, problem.household, problem.fit))
    for donor, free in enumerate(problem.capacity.tolist()):
        taken = 0
        for pair in sorted(range(starts[donor], starts[donor + 1]), key=lambda pair: -fit[pair]):
            if taken < free and left[household[pair]]:
                left[household[pair]] -= 1
                taken += 1
                total += fit[pair]
    return total


def greedy(problem: Problem) -> int:
    """Take pairs by falling fit while both sides have room; gives the sum of fits."""
    donor = np.repeat(np.arange(len(problem.capacity)), np.diff(problem.starts))
    order = np.argsort(-problem.fit, kind="stable")
    left, free, total = problem.slots.tolist(), problem.capacity.tolist(), 0
    columns = (donor[order], problem.household[order], problem.fit[order])
    for giver, home, points in zip(*(column.tolist() for column in columns), strict=True):
        if left[home] and free[giver]:
            left[home] -= 1
            free[giver] -= 1
            total += points
    return total


def batch(size: int) -> Line:
    """Compare the auction's value with the exact optimum's, without fairness."""
    solve(ground(500), seed=SEED)  # compiles
    began = time.perf_counter()
    problem = ground(size)
    listing = time.perf_counter() - began
    (found, took), memory = _solve(problem, 0), _memory()
    best, _utility, flow = exact(problem, 0)
    peers = f"greedy {greedy(problem) / best:.4f}, first come {first_come(problem) / best:.4f}"
    said = f"{size} x {size}, {len(problem.fit)} pairs, {took}, exact flow {flow:.2f} s"
    said = f"{said}, lists {listing:.2f} s, {memory} MB, bound proves {found.value / found.bound:.5f}, {peers}"
    return Line("match-batch", found.value, best, round(found.value / best, 6), "points", said)


def fair(size: int) -> Line:
    """Compare the utility with fairness to the best utility without."""
    solve(ground(500), seed=SEED)
    problem = ground(size)
    (found, took), memory = _solve(problem, FAIRNESS), _memory()
    unfair, _time = _solve(problem, 0)
    _best, utility, _flow = exact(problem, 0)
    said = f"{size} x {size}, lambda {FAIRNESS / 1000}, {took}, {memory} MB"
    said = f"{said}, no donor {alone(problem, found):.5f}, without fairness {alone(problem, unfair):.5f}"
    return Line("match-batch-fair", found.utility, utility, round(found.utility / utility, 6), "points", said)


def _wall(count: int) -> tuple[Subjects, Standings, Offers]:
    demand, chance = make_requests(count, sizes=GROUPS, seed=SEED), np.random.default_rng(SEED)
    filled = chance.integers(0, 1000, count) * (chance.random(count) < 0.6)
    standings = Standings(
        used=chance.integers(0, 1001, count),
        filled=filled,
        has_helper=filled > 0,
        seen=chance.integers(0, 6000, count),
        lag=chance.integers(0, 200, 100)[demand.region],
    )
    offers = Offers(
        published=1_700_000_000 + demand.day * 86_400 + chance.integers(0, 86_400, count),
        household=np.arange(count) // 2,
        unit_fen=chance.integers(5, 300, count) * 100,
        left=np.maximum(1, demand.slots * (1000 - filled) // 1000),
        asks=np.zeros(count, np.int64),
    )
    counties = demand.subjects.county + chance.integers(0, 9, count) * 100 + chance.integers(0, 8, count)
    return replace(demand.subjects, county=counties), standings, offers


def rank(size: int) -> Line:
    """Compare the best twenty by the index with those by reading every wish, for a thousand donors."""
    subjects, standings, offers = _wall(size)
    began = time.perf_counter()
    index = Index(make_columns(subjects, standings, offers, WEIGHTS))
    building = time.perf_counter() - began
    asked = one_by_one(tastes(make_requests(10_000, sizes=GROUPS, seed=SEED), DONORS, np.random.default_rng(SEED)))
    lift = scores.lift(subjects.need, standings)
    ours, others, work, differing = list[float](), list[float](), list[float](), 0
    for said in asked:
        began, worked = time.perf_counter(), time.thread_time()
        found = index.top(said, TOP)
        between = time.perf_counter()
        work.append(time.thread_time() - worked)
        expected = _brute(said, subjects, lift, offers)
        others.append(time.perf_counter() - between)
        ours.append(between - began)
        differing += found != expected
    cuts, own = quantiles(ours, n=100), quantiles(work, n=100)
    said = f"{size} wishes, {DONORS} donors, {differing} lists differ"
    said = f"{said}, p50 {cuts[49] * 1000:.3f} ms, p99 {cuts[98] * 1000:.3f} ms"
    said = f"{said} (own work {own[49] * 1000:.3f} and {own[98] * 1000:.3f} ms)"
    said = f"{said}, brute force p50 {median(others) * 1000:.1f} ms, built in {building:.2f} s, {_memory()} MB"
    one, other = 1 / median(ours), 1 / median(others)
    return Line("rank-top20", round(one, 1), round(other, 1), round(one / other, 1), "per second", said)


def _brute(asked: Asked, subjects: Subjects, lift: np.ndarray, offers: Offers) -> list[Found]:
    points = scores.fit(asked, subjects) + lift
    least = np.partition(points, -TOP)[-TOP]
    rows = np.flatnonzero(points >= least)
    rows = rows[np.lexsort((subjects.id[rows], offers.published[rows], -points[rows]))][:TOP]
    return [Found(int(subjects.id[row]), int(points[row])) for row in rows]


def simulate(size: int) -> Line:
    """Compare wishes without any helper under the shipped score with the best rule of other sites, in the same year."""
    demand = make_requests(size, sizes=GROUPS, seed=SEED)
    coming = visits(demand, load=LOAD, seed=SEED)
    rows = {row.rule: row for row in compare(demand, coming, RULES, sizes="2-6", load=LOAD, seed=SEED)}
    shipped, plain = rows.pop("shipped"), rows["preference"]
    best = min(rows.values(), key=lambda row: row.no_helper)
    filled = shipped.filled / rows["filter-newest"].filled
    said = f"{size} wishes, load {LOAD}, without a helper (best other: {best.rule}); "
    said += f"unseen {shipped.unseen}, Gini {shipped.gini} ({min(row.gini for row in rows.values())}), "
    said += f"utility {shipped.utility / plain.utility:.3f} of preference only, filled {filled:.3f} of filter-newest, "
    said += f"worst region {shipped.worst_region} ({max(row.worst_region for row in rows.values())}); "
    said += ", ".join(f"{row.rule} {row.no_helper}" for row in rows.values())
    ratio = round(shipped.no_helper / best.no_helper, 4) if best.no_helper else 0.0
    return Line("match-simulate", shipped.no_helper, best.no_helper, ratio, "share of wishes", said)


if __name__ == "__main__":
    lines = {"match-batch": batch, "match-batch-fair": fair, "rank-top20": rank, "match-simulate": simulate}
    print(json.dumps(asdict(lines[sys.argv[1]](int(sys.argv[2])))))
