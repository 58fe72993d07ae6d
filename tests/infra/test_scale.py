"""The page on scale reckons rightly: every sum it shows adds up, and it names where its figures were measured."""

import ast
import operator
import re
from collections.abc import Callable

import pytest

from charity.adapters.settings import ROOT

PAGE = ROOT / "docs" / "scale.md"
SUM = re.compile(r"`([0-9][0-9.,+\-×/() ]*) = ([0-9][0-9.,]*)`")
SLACK = 0.02  # figures are shown rounded
ACTS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def reckon(text: str) -> float:
    return _value(ast.parse(text.replace(",", "").replace("×", "*"), mode="eval").body)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return ACTS[type(node.op)](_value(node.left), _value(node.right))
    assert isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    return node.value


def wrong_sums(page: str) -> list[str]:
    return [
        f"{said} = {told}"
        for said, told in SUM.findall(page)
        if reckon(said) != pytest.approx(float(told.replace(",", "")), rel=SLACK)
    ]


def test_every_sum_adds_up() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(SUM.findall(page)) >= 20
    assert wrong_sums(page) == []


def test_a_sum_that_does_not_add_up_is_found() -> None:
    assert wrong_sums("`100,000 / 3,600 = 27.8` and `2 × 3 + 1 = 7`") == []
    assert wrong_sums("`100,000 / 3,600 = 28.8`") == ["100,000 / 3,600 = 28.8"]


def test_every_page_it_points_to_is_there() -> None:
    named = re.findall(r"\]\(([a-z0-9/.-]+\.(?:md|svg))\)", PAGE.read_text(encoding="utf-8"))
    assert {"performance.md", "operations.md"} <= set(named)
    assert all((PAGE.parent / name).exists() for name in named)
