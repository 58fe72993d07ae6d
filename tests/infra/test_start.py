"""A web process starts without what only shells, printers and spreadsheets need; the shell still finds every verb."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from charity.adapters.settings import ROOT
from tests.kit import settings

HEAVY = {"alembic", "flask_migrate", "fontTools", "fpdf", "opencc", "pypinyin", "uharfbuzz", "xlsxwriter"}
TELL = """
import gc, json, sys
import app
verbs = [name for name in sys.modules if name.startswith("charity.cli.") and name != "charity.cli.verbs"]
print(json.dumps({"modules": sorted(sys.modules), "verbs": verbs, "gc": gc.isenabled(), "kept": gc.get_freeze_count()}))
"""


@pytest.mark.backends("sqlite")
def test_a_web_process_starts_light(tmp_path: Path) -> None:
    environ = os.environ | settings.environ(f"sqlite:///{tmp_path / 'start.db'}", redis_url=None, worker="start")
    command = [sys.executable, "-c", TELL]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert "charity.web.reviewer.cards" in told["modules"]
    assert HEAVY & set(told["modules"]) == set()
    assert told["verbs"] == []
    assert told["gc"] is True
    assert told["kept"] > 0


FORKED = """
import os, sys
import charity.adapters.settings as known_before, charity.domain.regions
known_before.OLD = charity.domain.regions.OLD = True
os.environ["CHARITY_WEB_PID"] = str(os.getppid())
import charity.cli.launch.served as served
import charity.adapters.settings as now, charity.domain.regions as regions
is_new = isinstance(served.app.extensions["settings"], now.Settings)
print(served.app.name, hasattr(now, "OLD"), hasattr(regions, "OLD"), is_new)
"""


@pytest.mark.backends("sqlite")
def test_a_worker_uses_nothing_its_server_had_loaded(tmp_path: Path) -> None:
    """A server that was started before an upgrade reloads into the new version as a whole."""
    environ = os.environ | settings.environ(f"sqlite:///{tmp_path / 'start.db'}", redis_url=None, worker="start")
    done = subprocess.run(
        [sys.executable, "-c", FORKED], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["charity", "False", "False", "True"], done.stderr


@pytest.mark.backends("sqlite")
def test_a_shell_finds_every_verb(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    groups = run(args=["--help"]).output
    for group in ("accounts", "boards", "clocks", "db", "demo", "export", "ledger", "regions", "wishes", "worker"):
        assert f"\n  {group} " in groups
    assert "upgrade" in run(args=["db", "--help"]).output
    assert run(args=["nonsense"]).exit_code == 2
