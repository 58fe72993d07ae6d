"""The database of a driver's site on SQLite: migrated and peopled once per run, then copied, so that a start is short.

The first start of an empty installation has drivers of its own (test_boot.py, tests/infra/test_launch.py).
"""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from charity.adapters.settings import ROOT
from tests.kit import databases, home, settings

_NAME = "peopled"


def lay(target: Path) -> dict[str, Any]:
    """Put a copy where a site will look for its database; gives whom it knows."""
    made, people = home.here() / f"{_NAME}.db", home.here() / f"{_NAME}.json"
    with home.alone(_NAME):
        if not people.exists():
            _make(people)
    with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return dict(json.loads(people.read_text("utf-8")))


def _make(people: Path) -> None:
    found = databases.make(databases.SQLITE, _NAME)
    environ = os.environ | settings.environ(found.url, redis_url=None, worker=_NAME)
    command = [sys.executable, "-m", "tests.faults.seed"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    people.write_text(done.stdout.splitlines()[-1], "utf-8")
