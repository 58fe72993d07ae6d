"""docs/durability.md names every driver there is, and none that is not; each row has all its columns."""

import re
from pathlib import Path

from charity.adapters.settings import ROOT

DOC = ROOT / "docs" / "durability.md"
HERE = Path(__file__).parent
COLUMNS = 5


def rows() -> list[list[str]]:
    """Read the rows of the first table, without its head."""
    lines = [line for line in DOC.read_text("utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def drivers(text: str) -> set[str]:
    """Find the drivers a text names."""
    return set(re.findall(r"tests/faults/(test_[a-z_]+\.py)", text))


def unlike(documented: set[str], present: set[str]) -> list[str]:
    """List what is documented and missing, and what is there and not documented."""
    missing = [f"no file: {name}" for name in documented - present]
    return missing + [f"not told: {name}" for name in present - documented]


def test_the_page_names_every_driver() -> None:
    present = {path.name for path in HERE.glob("test_*.py")} - {Path(__file__).name}
    assert unlike(drivers(DOC.read_text("utf-8")), present) == []


def test_every_row_is_complete() -> None:
    found = rows()
    assert found
    assert [row for row in found if len(row) != COLUMNS or not all(row)] == []


def test_control_a_missing_and_an_untold_driver_are_seen() -> None:
    assert unlike({"test_a.py"}, {"test_b.py"}) == ["no file: test_a.py", "not told: test_b.py"]
