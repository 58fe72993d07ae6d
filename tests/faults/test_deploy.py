"""What deploy/ holds works: nginx in front of the site, the database's roles, the units, the rotation of logs."""

import http.client
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from charity.adapters.db import db, transaction
from charity.adapters.settings import ROOT
from charity.cli.launch.keys import ensure_keys
from charity.factory import create_app
from tests.faults.processes import environ_of, run
from tests.faults.proxied import DEPLOY, NAME, Proxied, behind_nginx
from tests.infra.test_embedded import wait_for
from tests.kit import home, postgres, servers, settings
from tests.kit import village as v
from tests.kit.databases import Database
from tests.races.test_claims_over_http import Person, givers, wish
from tests.services import town as t

pytestmark = [pytest.mark.race, pytest.mark.timeout(300)]


@pytest.fixture
def proxied(app: Flask, database: Database, folder: Path, worker: str) -> Iterator[Proxied]:
    with transaction() as tx:
        v.add_regions(tx)
    with behind_nginx(folder, settings.environ(database.url, redis_url=None, worker=worker)) as made:
        yield made


def logged(proxied: Proxied) -> set[str]:
    lines = (proxied.folder / "circle.log").read_text().splitlines()
    return {json.loads(line)["request_id"] for line in lines if line.endswith("}")}


@pytest.mark.backends("sqlite")
def test_the_site_is_served_behind_nginx(proxied: Proxied) -> None:
    status, headers, page = proxied.ask("/")
    assert status == 200 and "strict-transport-security" in headers
    sheet = re.search(rb"/static/dist/site\.[0-9a-f]+\.css", page)
    assert sheet is not None
    status, headers, _ = proxied.ask(sheet[0].decode(), headers={"Accept-Encoding": "gzip"})
    assert status == 200 and "immutable" in headers["cache-control"] and headers["content-encoding"] == "gzip"
    assert proxied.ask("/metrics")[0] == 404
    assert proxied.ask("/deploy/environment")[0] == 404
    [(_, token)] = givers(1)
    bearer = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(8)}
    bearer |= {"Content-Type": "application/json", "X-Forwarded-For": "192.0.2.1", "Forwarded": "for=192.0.2.2"}
    path = f"/api/v1/wishes/{wish(1)}/pledges"
    status, headers, _ = proxied.ask(path, method="POST", body=json.dumps({"units": 1}), headers=bearer)
    assert status == 201
    assert wait_for(lambda: headers["x-request-id"] in logged(proxied))  # written after the answer has gone
    assert "127.0.0" not in (proxied.folder / "circle.log").read_text()
    with closing(http.client.HTTPConnection("127.0.0.1", proxied.plain_port, timeout=5)) as line:
        line.request("GET", "/wishes", headers={"Host": NAME})
        answer = line.getresponse()
        assert (answer.status, answer.getheader("Location")) == (301, f"https://{NAME}/wishes")
    too_much = {"Content-Length": str(65 * 1024 * 1024)}
    assert proxied.ask("/concern", method="POST", headers=too_much)[0] == 413
    proxied.web.terminate()
    proxied.web.wait(30)
    status, headers, page = proxied.ask("/")
    assert status == 503 and headers["retry-after"] and "重新启动" in page.decode()


PSQL = ("-X", "-q", "-v", "ON_ERROR_STOP=1")


def psql(url: str, file: str) -> None:
    program = Path((home.here() / "pg" / "data" / "postmaster.opts").read_text().split()[0]).parent / "psql"
    done = subprocess.run(
        [program, *PSQL, "-d", url, "-f", DEPLOY / "postgresql" / file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_site_works_with_the_least_of_rights(folder: Path) -> None:
    with home.alone("postgres"):
        try:
            postgres.ensure(home.here())
        except postgres.NoPostgres as reason:
            pytest.skip(str(reason))
    postgres.execute(home.here(), "DROP DATABASE IF EXISTS rights WITH (FORCE)", "CREATE DATABASE rights")
    root = postgres.url(home.here(), "rights")
    owner, site = (root.replace("postgres@", f"{role}@") for role in ("circle_owner", "circle_app"))
    for _ in range(2):  # repeating changes nothing
        psql(root, "roles.sql")
    instance = folder / "instance"
    ensure_keys(instance)
    known = settings.environ(site, redis_url=None, worker="rights") | {"INSTANCE_PATH": str(instance)}
    environ = environ_of(instance, **known, DATABASE_OWNER_URL=owner)
    done = run(environ, "charity.cli.launch.prepare", "--no-demo", seconds=200)
    assert done.code == 0, done.said
    assert may(root, "entries", "UPDATE"), "the control: the book's guard is this file, and not chance"
    for _ in range(2):
        psql(owner, "book.sql")
    assert not may(root, "entries", "UPDATE")
    refuse_everything_else(site)
    claim_and_verify(environ, known, folder)


def may(url: str, table: str, what: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT has_table_privilege('circle_app', %s, %s)", (table, what)).fetchone()
        return row is not None and bool(row[0])


FORBIDDEN = (
    *(f"UPDATE {table} SET {column} = {column}" for table, column in (("entries", "kind"), ("leaves", "hash"))),
    *(f"DELETE FROM {table}" for table in ("entries", "leaves", "tree_nodes", "checkpoints", "alembic_version")),
    *(f"TRUNCATE {table}" for table in ("entries", "entry_salts", "pledges")),
    "UPDATE checkpoints SET note = note",
    "UPDATE entry_salts SET name = name",
    "ALTER TABLE pledges ADD COLUMN more text",
    "ALTER TABLE entries DISABLE TRIGGER ALL",
    "DROP TABLE pledges",
    "CREATE TABLE more (id int)",
    "CREATE ROLE more",
    "SET session_replication_role = replica",
)


def refuse_everything_else(url: str) -> None:
    for statement in FORBIDDEN:
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def claim_and_verify(environ: dict[str, str], known: dict[str, str], folder: Path) -> None:
    app = create_app(settings.read_settings(known))
    with app.app_context():
        with transaction() as tx:
            v.add_regions(tx)
        ref = t.wish(t.found_town(), wanted=3, site=True)
        [(_, token)] = givers(1)
        db.engine.dispose()
    server = servers.start(environ, folder / "log")
    try:
        for _ in range(3):
            assert Person(server, token).claim(ref, key=secrets.token_hex(8))[0] == 201
    finally:
        server.stop()
    for verb in (("worker", "run", "--once"), ("ledger", "checkpoint"), ("ledger", "verify")):
        done = run(environ, "flask", "--app", "app", *verb)
        assert done.code == 0 and "turn failed" not in done.said, done.said


def find(program: str, package: str) -> str:
    found = shutil.which(program) or shutil.which(f"/usr/sbin/{program}")
    if found is None:
        pytest.skip(f"{program} is not installed: apt-get install {package}")
    return found


@pytest.fixture
def units(folder: Path) -> list[Path]:
    """The units, with this checkout in place of /srv/circle/app."""
    made: list[Path] = []
    for unit in sorted((DEPLOY / "systemd").iterdir()):
        text = unit.read_text("utf-8").replace("/srv/circle/app/.venv/bin/python", sys.executable)
        made.append(folder / unit.name)
        made[-1].write_text(text.replace("/srv/circle/app", str(ROOT)).replace("/usr/bin/psql", "/bin/true"))
    return made


def test_the_units_are_well_formed_and_locked_down(units: list[Path]) -> None:
    program = find("systemd-analyze", "systemd")
    done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "circle" in line]
    assert done.returncode == 0 and ours == [], done.stderr
    for unit in units:
        if unit.suffix == ".service":
            command = [program, "security", "--offline=true", "--threshold=25", unit]
            rated = subprocess.run(command, capture_output=True, text=True, check=False)
            assert rated.returncode == 0, rated.stdout[-1500:] + rated.stderr


def test_every_setting_of_the_template_is_one(folder: Path) -> None:
    template = (DEPLOY / "environment").read_text("utf-8")
    names = set(re.findall(r"^([A-Z_]+)=", template, re.MULTILINE))
    known = (ROOT / "charity" / "adapters" / "settings.py").read_text("utf-8") + "PROMETHEUS_MULTIPROC_DIR"
    assert {name for name in names if f'"{name}"' not in known} <= {"PROMETHEUS_MULTIPROC_DIR"}
    assert {"SECRET_KEY", "DATA_KEY", "LOG_KEY", "LOG_ORIGIN"} <= names


def test_logs_are_rotated(folder: Path) -> None:
    program = find("logrotate", "logrotate")
    log = folder / "circle.log"
    log.write_text('{"status":200}\n')
    text = (DEPLOY / "logrotate" / "circle").read_text("utf-8").replace("/var/log/nginx/circle.log", str(log))
    text = text.replace("create 0640 www-data adm", "create 0640")
    conf = folder / "rotate"
    conf.write_text(text)
    conf.chmod(0o644)
    done = subprocess.run(
        [program, "-f", "-s", folder / "state", conf], capture_output=True, text=True, check=False, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    assert wait_for(lambda: (folder / "circle.log.1").exists())
