"""Rules of the house that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from charity.adapters.settings import ROOT

SOURCES = sorted((ROOT / "charity").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
LONGEST_TEMPLATE = 200


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def having(pattern: str) -> set[str]:
    return {named(path) for path in SOURCES if re.search(pattern, path.read_text("utf-8"))}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{named(path)}:{node.lineno} {node.name}", node


def test_one_place_commits() -> None:
    assert having(r"\.commit\(") == {"charity/adapters/db.py"}


def test_one_place_asks_the_clock() -> None:
    assert having(r"datetime\.(now|today|utcnow)\(|date\.today\(") <= {"charity/adapters/clock.py"}


def test_no_work_is_left_for_later() -> None:
    assert having(r"\b(TODO|FIXME|XXX|NotImplementedError)\b") == set()


def test_files_and_functions_are_short() -> None:
    long = {named(path) for path in SOURCES if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE}
    long |= {name for name, node in functions() if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION}
    assert long == set()


def test_rules_services_and_queries_take_what_they_name() -> None:
    floors = tuple(f"charity/{floor}/" for floor in ("domain", "services", "queries", "ledger", "projections"))
    open_doors = {name for name, node in functions() if node.args.kwarg is not None and not node.name.startswith("_")}
    assert {name for name in open_doors if name.startswith(floors)} == set()


@pytest.mark.parametrize("pattern", [r"<script(?![^>]*\bsrc=)", r"\sstyle=", r"\son\w+="])
def test_templates_hold_no_script_and_no_style(pattern: str) -> None:
    assert {named(path) for path in TEMPLATES if re.search(pattern, path.read_text("utf-8"))} == set()


def test_templates_trust_only_our_own_style_sheet() -> None:
    trusted = {name for path in TEMPLATES for name in re.findall(r"([\w.]+)\s*\|\s*safe\b", path.read_text("utf-8"))}
    assert trusted <= {"assets.critical"}


def test_templates_are_short() -> None:
    assert {named(path) for path in TEMPLATES if len(path.read_text("utf-8").splitlines()) > LONGEST_TEMPLATE} == set()
