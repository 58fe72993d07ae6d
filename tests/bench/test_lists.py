"""The lines of lists open the list they say, let everybody join who is counted, and compare with rows alone."""

from pathlib import Path

import pytest
from flask import Flask

from bench import lists, raw
from bench.__main__ import FULL, NAMES, QUICK
from bench.site import Site
from charity.adapters import embedded


def test_a_list_is_opened_and_joined_through_the_services(app: Flask) -> None:
    del app
    spent = lists._open_and_join(3, 7)
    assert [count for count, _took in spent.opened] == [3]
    assert len(spent.joined) == 7 and min(spent.joined) > 0 and spent.read > 0


def test_the_reference_writes_the_rows_of_circles(tmp_path: Path, redis_server: embedded.Embedded) -> None:
    (tmp_path / "instance").mkdir()
    there = Site(tmp_path, {}, redis_server)
    raw.prepare_claims(there, 1)
    assert raw.circles_per_second(there, seats=9, chunk=5, seconds=0.2) > 0


def test_the_real_size_is_measured_when_asked() -> None:
    assert "lists" in NAMES
    assert (FULL["families"], lists.SEATS) == (3_264, 9)
    assert FULL["joins"] >= 3_000 and QUICK["joins"] <= QUICK["families"] * lists.SEATS


def test_what_one_took_is_said_of_the_beginning_and_the_end() -> None:
    assert lists._course([0.001, 0.5, 0.0025]) == "1.0 ms at first and 2.5 ms at last"


@pytest.mark.parametrize("size", [QUICK, FULL])
def test_nobody_joins_twice_and_everybody_finds_a_seat(size: dict[str, int]) -> None:
    assert lists.PART <= size["joins"] <= size["families"] * lists.SEATS
