"""A start that finds everything there loads nothing to find that out; one that lacks a thing prepares it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from charity.adapters.db import transaction
from charity.adapters.settings import ROOT, Environment, Settings
from charity.adapters.starting import known_schemas
from charity.adapters.starting.prepared import is_prepared
from charity.domain.regions import DEMO_PROVINCE, FIRST_PROVINCE
from charity.models.regions import put_regions
from tests.kit import village as v

HEAVY = {"alembic", "asyncio", "babel", "flask", "jinja2", "numpy", "redis", "sqlalchemy", "structlog", "werkzeug"}
TELL = "import json, sys; import charity.cli.launch.__main__; print(json.dumps(sorted(sys.modules)))"
NEWEST = known_schemas()[-1]


@pytest.fixture
def installed(app: Flask, test_settings: Settings) -> Settings:
    """An installation after its first start, without a demonstration."""
    with transaction() as tx:
        v.add_regions(tx)
        put_regions(tx, [(DEMO_PROVINCE, "", 1, "Nowhere"), (FIRST_PROVINCE, "", 1, "Hunan")])
    return test_settings


def test_schema_and_divisions_are_looked_for(installed: Settings) -> None:
    assert is_prepared(installed, newest=NEWEST, with_demo=False)
    assert not is_prepared(installed, newest="9999", with_demo=False)
    run("DELETE FROM regions WHERE code = :code", code=FIRST_PROVINCE)
    assert not is_prepared(installed, newest=NEWEST, with_demo=False)


def test_an_empty_database_is_not_prepared(app: Flask, test_settings: Settings) -> None:
    assert not is_prepared(test_settings, newest=NEWEST, with_demo=False)


def test_a_demonstration_is_looked_for(installed: Settings) -> None:
    assert not is_prepared(installed, newest=NEWEST, with_demo=True)
    family(DEMO_PROVINCE)
    assert is_prepared(installed, newest=NEWEST, with_demo=True)
    assert not is_prepared(replace(installed, env=Environment.PRODUCTION), newest=NEWEST, with_demo=True)
    family(FIRST_PROVINCE)  # `demo load` must say that it loads nothing beside a real family
    assert not is_prepared(installed, newest=NEWEST, with_demo=True)


def family(province: str) -> None:
    with transaction() as tx:
        home = v.add_family(tx, v.add_person(tx))
    run("UPDATE households SET county = :county WHERE id = :id", county=f"{province}0101", id=home.id)


def run(statement: str, **values: object) -> None:
    with transaction() as tx:
        tx.session.execute(text(statement), values)


def test_a_database_that_is_away_is_left_to_the_preparation(test_settings: Settings, tmp_path: Path) -> None:
    for url in (f"sqlite:///{tmp_path / 'none' / 'at-all.db'}", "postgresql+psycopg://u@127.0.0.1:1/x"):
        assert not is_prepared(replace(test_settings, database_url=url), newest=NEWEST, with_demo=False)


def test_the_launcher_is_light() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TELL], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True
    )
    assert HEAVY & set(json.loads(done.stdout)) == set()
