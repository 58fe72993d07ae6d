"""Lists of candidates: everybody is on one, nobody on a forbidden one, and the same seed gives the same."""

from dataclasses import replace

import numpy as np
import pytest

from charity.domain.matching import FORMS, KINDS, Stated
from charity.matching.candidates import Limits, Lists, make_lists
from charity.matching.columns import Donors, Subjects, asked, donors, subjects
from tests.matching.ground import no_donors, some_asked, wall


def lists(givers: int, count: int, *, seed: int = 1, listed: np.ndarray | None = None, size: int = 40) -> Lists:
    people, homes = donors(some_asked(givers, seed)), wall(count, seed).subjects
    return make_lists(people, homes, Limits.none(givers, count), seed=seed, listed=listed, size=size)


@pytest.mark.parametrize(("givers", "count"), [(200, 150), (50, 1500), (400, 30), (1, 40), (3, 1)])
def test_every_household_is_on_somebodys_list(givers: int, count: int) -> None:
    found = lists(givers, count)
    assert found.listed.min() >= 1
    assert (np.bincount(found.household, minlength=count) == found.listed).all()
    assert np.diff(found.starts).max() <= 40


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_below_his_share_of_the_dealt_third(seed: int) -> None:
    givers, count = 300, 200
    due = givers * (40 // 3) // count
    assert lists(givers, count, seed=seed).listed.min() >= due


def test_a_list_names_nobody_twice_and_is_in_order() -> None:
    found = lists(120, 90)
    for first, end in zip(found.starts[:-1], found.starts[1:], strict=True):
        row = found.household[first:end].tolist()
        assert row == sorted(set(row))


def test_the_least_listed_are_dealt_first() -> None:
    before = np.full(1000, 5)
    before[123] = before[456] = 0
    few = lists(2, 1000, listed=before)
    assert few.listed[[123, 456]].min() >= 1


def test_a_gate_keeps_a_household_off_a_list_but_not_off_all() -> None:
    people, found = donors(some_asked(60, 1)), wall(80, 1)
    has = (np.arange(60) == 59).astype(np.int64)
    limits = replace(
        Limits.none(60, 80),
        has=has,
        asks=(np.arange(80) % 7 == 0).astype(np.int64),
        most_fen=np.where(np.arange(60) < 30, 100, 10**6),
        unit_fen=np.where(np.arange(80) < 10, 5000, 50),
        barred_donor=np.arange(60),
        barred_household=np.arange(60),
    )
    lists = make_lists(people, found.subjects, limits, seed=3)
    donor = np.repeat(np.arange(60), np.diff(lists.starts))
    assert limits.allow(donor, lists.household).all()
    assert lists.listed.min() >= 1
    assert not (donor == lists.household).any()


def gated(givers: int, count: int, seed: int) -> Limits:
    """Give gates of every kind: most donors below the price of some, few that have what is asked, barred pairs."""
    chance = np.random.default_rng(seed)
    pairs = int(chance.integers(0, givers * count // 4 + 1))
    return Limits(
        has=chance.choice([0, 0, 1, 3], givers),
        asks=chance.choice([0, 0, 0, 1, 2], count),
        most_fen=np.where(chance.random(givers) < 0.6, 4_000, 100_000),
        unit_fen=chance.choice([1_000, 5_000, 200_000], count, p=[0.55, 0.4, 0.05]),
        barred_donor=chance.integers(0, givers, pairs),
        barred_household=chance.integers(0, count, pairs),
    )


def unasked(givers: int, count: int, seed: int) -> tuple[Donors, Subjects]:
    """Give donors who all ask for the same, and households of which every third is elsewhere and of another kind."""
    same = asked(Stated(places=("99",), kinds=frozenset(KINDS[:1]), forms=frozenset(FORMS[:1])))
    is_other = np.arange(count) % 3 == 0
    homes = replace(
        wall(count, seed).subjects,
        county=np.where(is_other, 110101, 990101),
        kind=is_other.astype(np.uint8),
        form=is_other.astype(np.uint8),
    )
    return donors([(number, same) for number in range(givers)]), homes


@pytest.mark.parametrize(("givers", "count"), [(300, 200), (60, 400), (400, 12), (7, 5), (1, 30)])
@pytest.mark.parametrize("seed", range(6))
def test_with_gates_on_nobody_is_below_his_share_of_the_donors_he_is_open_to(
    givers: int, count: int, seed: int
) -> None:
    limits = gated(givers, count, seed)
    found = make_lists(*unasked(givers, count, seed), limits, seed=seed)
    may = limits.allow(np.repeat(np.arange(givers), count), np.tile(np.arange(count), givers)).reshape(givers, count)
    open_to, dealt = may.sum(axis=0), min(40, max(40 // 3, -(-count // givers)))
    assert (limits.open_to() == open_to).all()
    assert (found.listed >= np.minimum(open_to, open_to * dealt // count)).all()
    assert (found.listed[open_to > 0] >= 1).all()
    donor = np.repeat(np.arange(givers), np.diff(found.starts))
    assert may[donor, found.household].all()
    assert len(np.unique(donor * count + found.household)) == len(donor)


@pytest.mark.parametrize("seed", range(4))
def test_where_most_are_below_the_price_every_family_gets_its_share_of_the_others(seed: int) -> None:
    limits = replace(
        Limits.none(300, 200),
        most_fen=np.where(np.arange(300) % 5 < 3, 100, 10_000),
        unit_fen=np.where(np.arange(200) % 3, 50, 5_000),
    )
    found = make_lists(*unasked(300, 200, seed), limits, seed=seed)
    assert sorted(set(limits.due(13).tolist())) == [120 * 13 // 200, 300 * 13 // 200]
    assert (found.listed >= limits.due(13)).all()
    assert np.diff(found.starts).max() <= 42


def test_best_fitting_are_preferred() -> None:
    found = lists(200, 2000)
    chosen = found.fit.mean()
    dealt_alone = lists(200, 2000, size=10)
    assert chosen > 500 and chosen > dealt_alone.fit.mean()


def test_the_same_seed_gives_the_same_lists() -> None:
    one, other, third = lists(80, 70), lists(80, 70), lists(80, 70, seed=2)
    assert one.household.tobytes() == other.household.tobytes()
    assert one.household.tobytes() != third.household.tobytes()


def test_nobody_gives_empty_lists() -> None:
    none = make_lists(no_donors(), wall(5, 1).subjects, Limits.none(0, 5), seed=1)
    assert none.starts.tolist() == [0]
    empty = make_lists(donors(some_asked(3, 1)), subjects([]), Limits.none(3, 0), seed=1)
    assert empty.starts.tolist() == [0, 0, 0, 0]
