"""A whole night over columns: replayed to the byte, every household on as many lists as it is due."""

import subprocess
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from charity.adapters.apart import run_apart
from charity.adapters.settings import ROOT
from charity.matching.auction import Engine
from charity.matching.candidates import DEALT_SHARE, LIST, Limits
from charity.matching.columns import asked, donors
from charity.matching.night import Night, Result, match
from tests.matching.ground import stated, wall


def night(people: int, homes: int, seed: int) -> Night:
    chance = np.random.default_rng(seed)
    circles = wall(homes, seed).subjects
    return Night(
        donors=donors([(number + 1, asked(stated(seed * 1000 + number))) for number in range(people)]),
        circles=circles,
        homes=circles.id + 1,
        limits=Limits.none(people, homes),
        capacity=chance.integers(1, 4, people),
        slots=chance.integers(1, 9, homes),
        listed=np.zeros(homes, np.int64),
    )


def run(given: Night, seed: int = 3) -> Result:
    return match(given, seed=seed, engine=Engine.NUMPY)


def due(people: int, homes: int, size: int = LIST) -> int:
    """Give on how many lists each household is at least: its share of what is dealt."""
    dealt = min(size, max(size // DEALT_SHARE, -(-homes // people)))
    return min(people, people * dealt // homes)


@pytest.mark.parametrize(("people", "homes"), [(1, 1), (5, 40), (40, 5), (60, 200), (200, 60)])
@pytest.mark.parametrize("seed", range(4))
def test_no_household_is_listed_less_than_its_due_share(people: int, homes: int, seed: int) -> None:
    found = run(night(people, homes, seed), seed)
    assert found.lists.listed.min() >= max(1, due(people, homes))


def test_who_was_listed_least_is_dealt_first() -> None:
    given = night(50, 400, 1)
    given = replace(given, listed=np.where(np.arange(400) < 300, 50, 0))
    listed = run(given).lists.listed
    assert listed[300:].mean() > listed[:300].mean()


@pytest.mark.parametrize("seed", range(4))
def test_capacities_of_both_sides_and_bars_are_kept(seed: int) -> None:
    given = night(40, 30, seed)
    free = run(given).assignment
    barred = replace(
        given, limits=replace(given.limits, barred_donor=free.donor[:9], barred_household=free.household[:9])
    )
    found = run(barred).assignment
    assert (np.bincount(found.donor, minlength=40) <= given.capacity).all()
    assert (np.bincount(found.household, minlength=30) <= given.slots).all()
    pairs = set(zip(found.donor.tolist(), found.household.tolist(), strict=True))
    assert not pairs & set(zip(free.donor[:9].tolist(), free.household[:9].tolist(), strict=True))
    assert found.value <= found.bound


def test_the_same_columns_and_seed_give_the_same_bytes() -> None:
    first, again, other = run(night(50, 40, 2)), run(night(50, 40, 2)), run(night(50, 40, 2), 4)
    assert (first.input_digest, first.assignment.result_digest) == (again.input_digest, again.assignment.result_digest)
    assert other.input_digest != first.input_digest


@pytest.mark.parametrize("column", ["capacity", "slots", "listed", "homes"])
def test_every_column_is_in_the_digest(column: str) -> None:
    given = night(6, 5, 2)
    changed = replace(given, **{column: getattr(given, column) + 1})
    assert run(changed).input_digest != run(given).input_digest


@pytest.mark.parametrize(("people", "homes"), [(0, 0), (0, 3), (3, 0)])
@pytest.mark.parametrize("engine", list(Engine))
def test_an_empty_night_has_a_proof_too(people: int, homes: int, engine: Engine) -> None:
    found = match(night(people, homes, 1), seed=1, engine=engine).assignment
    assert (len(found.donor), found.value, found.proven) == (0, 0, 1000)


@pytest.mark.parametrize("engine", list(Engine))
def test_a_process_of_its_own_gives_the_same_bytes(engine: Engine) -> None:
    given = night(50, 40, 2)
    here, there = (
        match(given, seed=3, engine=engine),
        run_apart(partial(match, given, seed=3, engine=engine), name="night", seconds=60),
    )
    assert there.input_digest == here.input_digest
    assert there.assignment.result_digest == here.assignment.result_digest
    assert (there.assignment.engine, there.assignment.bound) == (engine, here.assignment.bound)


def test_the_process_that_asked_for_a_night_stays_without_numba() -> None:
    code = (
        "import sys\n"
        "from functools import partial\n"
        "from charity.adapters.apart import run_apart\n"
        "from charity.matching.auction import Engine\n"
        "from charity.matching.night import match\n"
        "from tests.matching.test_night import night\n"
        "found = run_apart(partial(match, night(9, 8, 1), seed=1, engine=Engine.NUMBA), name='night', seconds=60)\n"
        "print(found.assignment.engine, [name for name in ('numba', 'llvmlite') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "numba []"), done.stderr


def test_a_small_night_is_not_worth_compiling_for() -> None:
    assert match(night(9, 8, 1), seed=1).assignment.engine is Engine.NUMPY
