"""docs/matching.md is true: its example runs, and its points are those of the table."""

import re

from charity.adapters.settings import ROOT
from charity.domain.matching import WEIGHTS

TEXT = (ROOT / "docs" / "matching.md").read_text("utf-8")


def test_the_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    exec(compile(code, "docs/matching.md", "exec"), {})


def test_the_points_are_those_of_the_table() -> None:
    rows = {row[0].strip(): row[1] for row in re.findall(r"^\| ([a-z, ]+) \| ([^|]+) \|", TEXT, re.M)}
    numbers = {name: [int(each) for each in re.findall(r"\d+", said)] for name, said in rows.items()}
    assert numbers["place"][0] == WEIGHTS.place
    assert numbers["kind, form, age"] == [WEIGHTS.kind, WEIGHTS.form, WEIGHTS.age]
    assert numbers["need"][0] == WEIGHTS.need
    assert numbers["pace"][0] == WEIGHTS.pace
    assert numbers["finish"][0] == WEIGHTS.finish
    assert numbers["first helper"][0] == WEIGHTS.first_helper
    assert numbers["first look"] == [WEIGHTS.first_look, 0, WEIGHTS.ripe]
    assert numbers["region lag"][0] == WEIGHTS.region_lag
