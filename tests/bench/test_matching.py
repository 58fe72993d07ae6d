"""The simulator and the lines of matching, in small."""

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.matching import lines
from bench.matching.demand import read_requests
from bench.simulate import compare
from charity.adapters.settings import ROOT
from charity.matching.simulation.demand import make_requests
from charity.matching.simulation.rules import RULES
from charity.matching.simulation.table import gini, worst_region
from charity.matching.simulation.visitors import visits
from charity.matching.simulation.world import run

SIZE = 300


@pytest.mark.parametrize("name", RULES)
def test_no_rule_gives_more_than_is_needed(name: str) -> None:
    demand = make_requests(SIZE, sizes=(2, 6), seed=1)
    coming = visits(demand, load=0.8, seed=1)
    found = run(RULES[name], demand, coming)
    assert (found.taken >= 0).all() and (found.taken <= demand.slots).all()
    assert found.utility.max() <= 1
    assert 0 < found.taken.sum() / demand.slots.sum() < 1


def test_the_shipped_rule_leaves_fewer_without_help_than_any_peer() -> None:
    found = {each.rule: each for each in compare(None, RULES, sizes="2-6", load=0.8, seed=3, count=1500)}
    shipped = found.pop("shipped")
    assert all(shipped.no_helper < each.no_helper for each in found.values())
    assert all(shipped.gini < each.gini for each in found.values())
    assert shipped.unseen <= 0.005
    assert found["preference"].quality >= shipped.quality > found["newest"].quality


def test_a_run_can_be_replayed() -> None:
    rules = {"shipped": RULES["shipped"]}
    one, other = (next(compare(None, rules, sizes="3-9", load=0.5, seed=2, count=SIZE)) for _ in range(2))
    assert one == other


def test_a_file_of_requests_is_read(tmp_path: Path) -> None:
    columns = ["school_state", "primary_focus_area", "resource_type", "grade_level", "poverty_level"]
    columns += ["total_price_usd", "date_posted", "date_fully_funded"]
    path = tmp_path / "requests.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(columns)
        for row in range(40):
            end = "" if row == 7 else f"2012-02-{row % 20 + 1:02d}"
            need = "highest poverty" if row % 2 else "low poverty"
            sheet.writerow(
                ["NY" if row % 3 else "CA", "Arts", "Books", "Grades 3-5", need, 90 + row, "2012-01-03", end]
            )
    demand = read_requests(path, sizes=(3, 9), seed=1)
    assert len(demand) == 40
    assert set(demand.region.tolist()) == {0, 1}
    assert sorted(set(demand.subjects.need.tolist())) == [1, 3]
    assert demand.slots.min() >= 3 and demand.slots.max() <= 9
    assert demand.appeal.min() == -1 and demand.appeal[7] == -1


def test_figures_are_what_they_say() -> None:
    assert gini(np.array([1, 1, 1])) == 0
    assert gini(np.array([0, 0, 0])) == 0
    assert gini(np.array([0, 0, 0, 1])) == pytest.approx(0.75)
    demand = make_requests(SIZE, sizes=(2, 6), seed=1)
    assert worst_region(demand, demand.slots) == 1
    assert worst_region(demand, np.where(demand.region == 0, 0, demand.slots)) == 0


def test_the_lines_compare_with_the_optimum_and_with_brute_force() -> None:
    batch, fair, rank = lines.batch(400), lines.fair(400), lines.rank(3000)
    assert 0.999 <= batch.ratio <= 1
    assert 0.99 <= fair.ratio <= 1.001
    assert "0 lists differ" in rank.setting
    assert rank.unit == "per second"


def test_the_line_of_the_simulator_names_its_peers() -> None:
    found = lines.simulate(400)
    assert found.ours < found.reference
    for name in RULES:
        assert name in found.setting or name == "shipped"


def test_the_simulator_runs_from_the_shell() -> None:
    command = [sys.executable, "-m", "bench.simulate", "--count", "120", "--seeds", "0", "--rules", "shipped"]
    command += ["--changed", "finish=0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [line.split('"')[3] for line in done.stdout.splitlines()] == ["shipped", "changed"]
