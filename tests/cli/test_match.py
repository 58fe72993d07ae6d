"""The shell's verbs for the nightly matching."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.models.circles import SeatOffer
from charity.models.matching import MatchRun
from charity.services import interests
from tests.kit import ring as r
from tests.kit.ring import Ground


@pytest.fixture
def at(app: Flask, travel: Callable[[datetime], None]) -> Ground:
    travel(r.APRIL)
    found = r.ground()
    r.formed(found)
    for donor in found.donors[:2]:
        interests.state(donor, kinds=["quilt"], seats=1)
    return found


def run(app: Flask, *words: str) -> tuple[int, str]:
    end_reading()
    result = app.test_cli_runner().invoke(args=["match", *words])
    end_reading()
    return result.exit_code, result.output


def count(table: type) -> int:
    return reading().scalar(select(func.count()).select_from(table)) or 0


def test_a_dry_run_says_the_same_and_writes_nothing(app: Flask, at: Ground) -> None:
    code, dry = run(app, "run", "--seed", "5", "--dry-run")
    assert code == 0, dry
    assert (count(MatchRun), count(SeatOffer)) == (0, 0)
    code, real = run(app, "run", "--seed", "5")
    assert code == 0
    assert real.splitlines()[:-1] == dry.splitlines()[:-1]
    assert dry.splitlines()[-1] == "Nothing was written."
    assert real.splitlines()[-1].endswith("2 offers made.")
    assert (count(MatchRun), count(SeatOffer)) == (1, 2)


def test_explaining_counts_and_names_nobody(app: Flask, at: Ground) -> None:
    ref = at.village.family.ref
    assert "none of the last runs" in run(app, "explain", ref)[1]
    run(app, "run", "--seed", "5")
    code, said = run(app, "explain", ref)
    assert code == 0
    assert "On 2 lists of donors" in said
    assert "2 offers: 0 accepted, 0 declined, 0 expired." in said
    assert not any(donor.ref in said for donor in at.donors)
    assert run(app, "explain", "nobody")[0] == 1
