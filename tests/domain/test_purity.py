"""What the rules may know: the standard library without the clock and without chance."""

import ast
import sqlite3
import sys
from pathlib import Path

import pytest
import sqlalchemy

DOMAIN = Path(__file__).parents[2] / "charity" / "domain"
MODULES = sorted(DOMAIN.rglob("*.py"))
NEVER = {"os", "random", "secrets", "time", "uuid", "socket", "sqlite3", "pathlib"}
CLOCK = {"now", "utcnow", "today"}


def _imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_rule_module_imports_only_the_standard_library_and_other_rules(path):
    for name in _imports(ast.parse(path.read_text("utf-8"))):
        root = name.partition(".")[0]
        assert name.startswith("charity.domain") or root in sys.stdlib_module_names, name
        assert root not in NEVER, name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_rule_reads_the_clock(path):
    calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    asked = {
        f.attr for f in calls if isinstance(f, ast.Attribute) and isinstance(f.value, ast.Name) and f.attr in CLOCK
    }
    assert not asked


def test_the_guard_of_this_folder_refuses_a_database():
    with pytest.raises(Exception, match="belongs in tests/services"):
        sqlite3.connect(":memory:")
    with pytest.raises(Exception, match="belongs in tests/services"):
        sqlalchemy.create_engine("sqlite://").connect()
