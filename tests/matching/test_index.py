"""The index answers what reading every wish would answer."""

import os
import subprocess
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import numpy as np
import pytest

from charity.adapters.settings import ROOT, SECRETS
from charity.adapters.wall_index import WallIndex, mark_gone, open_index, write_index
from charity.domain.matching import WEIGHTS, Asks, Giver, reasons
from charity.matching import scores
from charity.matching.columns import asked
from charity.matching.index import FEW, Found, Index
from charity.matching.layout import make_columns
from tests.matching.ground import Wall, giver, stated, wall

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def indexed(found: Wall) -> Index:
    return Index(make_columns(found.subjects, found.standings, found.offers, WEIGHTS))


def brute(found: Wall, person: int, most: int, who: Giver, exclude: frozenset[int] = frozenset()) -> list[Found]:
    points = scores.fit(asked(stated(person)), found.subjects) + scores.lift(found.subjects.need, found.standings)
    may = (found.offers.asks & ~int(who.has)) == 0
    may &= ~np.isin(found.offers.household, list(who.households)) & ~np.isin(found.subjects.id, list(exclude))
    may &= found.offers.left >= who.units
    if who.budget_fen is not None:
        may &= found.offers.unit_fen <= who.budget_fen
    rows = np.flatnonzero(may)
    rows = rows[np.lexsort((found.subjects.id[rows], found.offers.published[rows], -points[rows]))][:most]
    return [Found(int(found.subjects.id[row]), int(points[row])) for row in rows]


@pytest.mark.parametrize("few", [FEW, 0])
@pytest.mark.parametrize("count", [1, 7, 300, 4000])
def test_the_best_are_those_of_brute_force(count: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.matching.index.FEW", few)
    found = wall(count, count)
    index = indexed(found)
    for person in range(250):
        who = giver(person)
        assert index.top(asked(stated(person)), 20, giver=who) == brute(found, person, 20, who)


@pytest.mark.parametrize(
    "who", [Giver(units=20), Giver(budget_fen=20_00, has=Asks(1)), Giver(units=3, budget_fen=50_00)]
)
def test_gates_that_nearly_nothing_passes_cost_no_more_than_reading_all(who: Giver) -> None:
    found = wall(60_000, 13)
    found.offers.left[found.offers.left > 3] = 3
    found.offers.unit_fen[:] = 60_00
    found.offers.left[7], found.offers.unit_fen[7] = 30, 20_00
    found.offers.unit_fen[::6_000] = 20_00  # one of each band of prices, so that no list is left out for its lowest
    index = indexed(found)
    for person in range(4):
        tracemalloc.start()
        assert index.top(asked(stated(person)), 20, giver=who) == brute(found, person, 20, who)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 40 * 1024**2  # a table of lists by their longest took gigabytes


def test_pages_and_exclusions_follow_each_other() -> None:
    found = wall(500, 9)
    index, who = indexed(found), Giver(has=Asks(1))
    for person in range(40):
        whole = brute(found, person, 60, who)
        said = asked(stated(person))
        assert index.top(said, 20, giver=who, beneath=20) == whole[20:40]
        hidden = frozenset(row.id for row in whole[:10])
        assert index.top(said, 20, giver=who, exclude=hidden) == brute(found, person, 20, who, hidden)


def test_the_reasons_of_a_found_wish_sum_to_its_score() -> None:
    found = wall(300, 11)
    index = indexed(found)
    for person in range(30):
        for row in index.top(asked(stated(person)), 10):
            known = index.find(row.id)
            assert known is not None
            assert sum(reason.points for reason in reasons(stated(person), *known)) == row.score
    assert index.find(-5) is None


def test_an_empty_wall_has_nothing_to_show() -> None:
    index = indexed(wall(0, 1))
    assert index.top(asked(stated(1)), 20) == []
    assert index.find(1) is None


def test_the_file_gives_the_same_answers_and_knows_its_age(tmp_path: Path) -> None:
    found, path = wall(400, 5), tmp_path / "wall.idx"
    assert open_index(path) is None
    columns = make_columns(found.subjects, found.standings, found.offers, WEIGHTS)
    stamp = write_index(path, columns, leaf=17, at=MOMENT)
    opened = open_index(path)
    assert opened is not None
    assert (opened.stamp, opened.stamp.leaf, opened.stamp.rows) == (stamp, 17, 400)
    assert opened.stamp.age(MOMENT + timedelta(minutes=3)) == timedelta(minutes=3)
    for person in range(50):
        assert opened.index.top(asked(stated(person)), 20) == Index(columns).top(asked(stated(person)), 20)
    assert not list(tmp_path.glob("*.new"))


def test_the_same_wishes_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        found = wall(200, 6)
        columns = make_columns(found.subjects, found.standings, found.offers, WEIGHTS)
        write_index(tmp_path / name, columns, leaf=1, at=MOMENT)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_readers_take_a_new_file_and_leave_a_stale_one(tmp_path: Path) -> None:
    path = tmp_path / "wall.idx"
    reader = WallIndex(path, fresh_for=timedelta(minutes=30))
    assert reader.current(MOMENT) is None
    for number, size in enumerate((50, 80)):
        found = wall(size, 5)
        columns = make_columns(found.subjects, found.standings, found.offers, WEIGHTS)
        write_index(path, columns, leaf=number, at=MOMENT)
        current = reader.current(MOMENT)
        assert current is not None
        assert len(current.index) == size
    assert reader.current(MOMENT + timedelta(minutes=31)) is None


def test_a_wish_marked_as_gone_disappears_from_an_open_index(tmp_path: Path) -> None:
    found, path = wall(60, 5), tmp_path / "wall.idx"
    assert mark_gone(path, [1]) == 0
    write_index(path, make_columns(found.subjects, found.standings, found.offers, WEIGHTS), leaf=1, at=MOMENT)
    opened, said = open_index(path), asked(stated(1))
    assert opened is not None
    best = opened.index.top(said, 1)[0].id
    assert mark_gone(path, [best, -1]) == 1
    assert best not in {row.id for row in opened.index.top(said, 60)}
    assert mark_gone(path, [best], gone=False) == 1
    assert opened.index.top(said, 1)[0].id == best


@pytest.mark.parametrize("harm", [b"", b"x" * 200, b"N1WALL\x00\x02" + (10**9).to_bytes(8, "little")])
def test_a_broken_file_is_no_index(tmp_path: Path, harm: bytes) -> None:
    (tmp_path / "wall.idx").write_bytes(harm)
    assert open_index(tmp_path / "wall.idx") is None


def test_another_version_of_the_weights_is_no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, path = wall(10, 5), tmp_path / "wall.idx"
    write_index(path, make_columns(found.subjects, found.standings, found.offers, WEIGHTS), leaf=1, at=MOMENT)
    monkeypatch.setattr("charity.adapters.wall_index.vocabulary", lambda: "other")
    assert open_index(path) is None


def test_serving_pages_and_reading_the_index_never_import_numba(tmp_path: Path) -> None:
    code = (
        "import sys, app, charity.adapters.wall_index, charity.matching.index, charity.matching.scores\n"
        "from charity.factory import create_app\n"
        "print(sorted(name for name in ('numba', 'llvmlite', 'ortools') if name in sys.modules))"
    )
    environ = os.environ | {name: token_hex(32) for name in SECRETS} | {"LOG_ORIGIN": "example.org/book"}
    environ["DATABASE_URL"] = f"sqlite:///{tmp_path / 'charity.db'}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
