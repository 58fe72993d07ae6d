"""The migrations make what the tables in charity/models say, guards included; one line of history."""

import re
import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from charity.adapters.db import db
from charity.adapters.settings import ROOT
from charity.models.ledger import guard_statements
from tests.kit.databases import Database, lagging

VERSIONS = ROOT / "migrations" / "versions"
TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgres": "SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


def test_schema_is_what_the_tables_say(app: Flask) -> None:
    assert lagging(db.engine) == []


def test_the_guards_of_the_book_stand(app: Flask, database: Database) -> None:
    wanted = " ".join(guard_statements(db.engine.dialect.name))
    with db.engine.connect() as connection:
        there = set(connection.scalars(text(TRIGGERS[database.backend])))
    assert there == set(re.findall(r"TRIGGER (?:IF NOT EXISTS )?(\w+)", wanted))


def test_one_numbered_line_of_history() -> None:
    script = ScriptDirectory(str(Path(ROOT / "migrations")))
    assert len(script.get_heads()) == 1
    files = sorted(path.name[:4] for path in VERSIONS.glob("*.py"))
    assert files == [f"{number:04d}" for number in range(1, len(files) + 1)]


def test_the_package_of_tables_knows_them_all() -> None:
    """Import the package alone and then every module of it, in a process where nothing else is loaded."""
    asked = (
        "import charity.models as m, pkgutil, importlib; from charity.adapters.db import Base;"
        " known = set(Base.metadata.tables);"
        " [importlib.import_module(f'charity.models.{each.name}') for each in pkgutil.iter_modules(m.__path__)];"
        " print(sorted(set(Base.metadata.tables) - known), len(known))"
    )
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    forgotten, _, count = said.strip().rpartition(" ")
    assert (forgotten, int(count) > 70) == ("[]", True)
