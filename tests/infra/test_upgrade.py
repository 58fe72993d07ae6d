"""The documented upgrade and the way back, from an old release with its rows to this one, on PostgreSQL.

The commands are those of docs/operations.md, section 8. What stands in for the machine: a `systemctl` that does what
the units say, folders of the test's own, and no installation of packages (both run with what is installed here).
"""

import os
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from charity.adapters.settings import ROOT
from charity.adapters.starting import known_schemas
from charity.cli.launch.keys import ensure_keys
from charity.cli.launch.site import free_port
from tests.infra.test_embedded import wait_for
from tests.kit import home, postgres, settings

DOC = (ROOT / "docs" / "operations.md").read_text("utf-8")
SECTION = DOC.partition("## 8. ")[2].partition("\n## ")[0]
UP, BACK = re.findall(r"^```sh\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
# Commit and its newest schema: one from before there were units and a reload, and one with both.
OLD = {"0009": "a5128f0", "0015": "0bdfc4d"}
RELOADS = frozenset({"0015"})
KEPT = ("accounts", "households", "wishes", "pledges", "entries", "leaves", "consents")
SYSTEMCTL = """#!/bin/bash
set -eu
cd "$APP"
run() {
  setsid .venv/bin/python -m charity.cli.launch.child "$@" >>"$STATE/log" 2>&1 &
  echo $! >"$STATE/$1"
}
do_web() { run web --port "$PORT" --workers 2; }
do_worker() { run worker; }
gone() {
  [ ! -f "$STATE/$1" ] || kill "$(cat "$STATE/$1")" || true
  while [ -f "$STATE/$1" ] && kill -0 "$(cat "$STATE/$1")" 2>/dev/null; do sleep .1; done
  rm -f "$STATE/$1"
}
what="$1"; shift
for unit in "$@"; do
  echo "$what $unit" >>"$STATE/done"
  case "$what $unit" in
    "start circle-backup"|"daemon-reload "*) ;;
    "start circle-prepare")
      .venv/bin/python -m charity.cli.launch.prepare --no-demo
      "$PSQL" -X -q -v ON_ERROR_STOP=1 -d "$DATABASE_OWNER_URL" -f "$BOOK" ;;
    "start circle-web") do_web ;;
    "start circle-worker") do_worker ;;
    "stop circle-web") gone web ;;
    "stop circle-worker") gone worker ;;
    "restart circle-worker") gone worker; do_worker ;;
    "restart circle-web") gone web; do_web ;;
    "reload circle-web") kill -HUP "$(cat "$STATE/web")" ;;
    *) echo "what is $what $unit?" >&2; exit 1 ;;
  esac
done
"""
CIRCLE = """#!/bin/bash
cd "$APP" && exec .venv/bin/flask --app app "$@"
"""
pytestmark = [pytest.mark.full, pytest.mark.slow, pytest.mark.timeout(3600)]


@dataclass(slots=True)
class Machine:
    """A folder that stands for a machine with the site on it."""

    folder: Path
    environ: dict[str, str]
    url: str
    port: int
    cut: list[str] = field(default_factory=list)

    def run(self, commands: str) -> str:
        """Run commands as root would, with what stands in for the machine."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder / "app", env=self.environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\n{done.stdout[-1500:]}{done.stderr[-3000:]}{self.log()}"
        return done.stdout

    def log(self) -> str:
        """Tell what web server and worker said last."""
        path = self.folder / "state" / "log"
        return path.read_text("utf-8", errors="replace")[-3000:] if path.exists() else ""

    def ask(self, path: str) -> tuple[int, str]:
        """Ask the site for a page; 0 where no whole answer came."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, repr(error)

    def sheet(self) -> str:
        """Name the style sheet of the version that answers."""
        found = re.search(r"/static/dist/site\.([0-9a-f]+)\.css", self.ask("/sign-in")[1])
        return found[1] if found else ""

    def is_new(self, sheet: str) -> bool:
        """Say whether no worker answers any more that knows the old style sheet: they are replaced one by one."""
        return all(self.sheet() not in ("", sheet) for _ in range(20))

    def waits_until_ready(self) -> None:
        """Wait as an operator does, by /readyz."""
        assert wait_for(lambda: self.ask("/readyz")[0] == 200, 300), self.log()

    def rows(self) -> dict[str, int]:
        """Count the rows of what must never be lost."""
        with psycopg.connect(self.url) as connection:
            return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in KEPT}  # type: ignore[index,arg-type]

    def schema(self) -> str:
        """Tell the schema the database is at."""
        with psycopg.connect(self.url) as connection:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])  # type: ignore[index]

    @contextmanager
    def visited(self) -> Iterator[None]:
        """Let somebody ask all the while, and note what was not answered."""
        stop = threading.Event()

        def visit() -> None:
            while not stop.wait(0.05):
                status, said = self.ask("/sign-in")
                if status != 200:
                    self.cut.append(f"{status} {said[:200]}")

        visitor = threading.Thread(target=visit)
        visitor.start()
        yield
        stop.set()
        visitor.join()


def has(commit: str) -> bool:
    return subprocess.run(["git", "cat-file", "-e", commit], cwd=ROOT, capture_output=True, check=False).returncode == 0


@pytest.fixture
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    old = OLD[request.param]
    if not has(old):
        pytest.skip("this checkout has no history")
    with home.alone("postgres"):
        postgres.ensure(home.here())
    name = f"upgrade_{request.param}"
    postgres.execute(home.here(), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    root = postgres.url(home.here(), name)
    folder = tmp_path
    subprocess.run(["git", "clone", "-q", ROOT, folder / "app"], check=True)
    subprocess.run(["git", "checkout", "-q", old], cwd=folder / "app", check=True)
    (folder / "app" / ".venv").symlink_to(Path(sys.prefix))
    for made in ("state", "bin", "units"):
        (folder / made).mkdir()
    for program, text in (("systemctl", SYSTEMCTL), ("circle", CIRCLE)):
        (folder / "bin" / program).write_text(text)
        (folder / "bin" / program).chmod(0o755)
    psql = Path((home.here() / "pg" / "data" / "postmaster.opts").read_text().split()[0]).parent / "psql"
    book = ROOT / "deploy" / "postgresql" / "book.sql"
    subprocess.run([psql, "-X", "-q", "-d", root, "-f", book.with_name("roles.sql")], check=True, capture_output=True)
    owner, site = (root.replace("postgres@", f"{role}@") for role in ("circle_owner", "circle_app"))
    ensure_keys(folder / "instance")
    port = free_port()
    environ = os.environ | settings.environ(site, redis_url=None, worker="upgrade")
    environ |= {"INSTANCE_PATH": str(folder / "instance"), "CHARITY_ENV": "development", "DATABASE_OWNER_URL": owner}
    environ |= {"PUBLIC_URL": f"http://127.0.0.1:{port}", "PORT": str(port), "PSQL": str(psql), "BOOK": str(book)}
    environ |= {"APP": str(folder / "app"), "STATE": str(folder / "state")}
    environ |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    made = Machine(folder, environ, root, port)
    yield made
    with suppress(AssertionError):
        made.run("systemctl stop circle-web circle-worker")
    postgres.execute(home.here(), f"DROP DATABASE {name} WITH (FORCE)")


def here(commands: str, machine: Machine, **names: str) -> str:
    """Put this machine's places into documented commands; packages are not installed."""
    text = commands.replace("/srv/circle/app", str(machine.folder / "app"))
    text = text.replace("/etc/systemd/system/", str(machine.folder / "units") + "/")
    text = re.sub(r"\.venv/bin/python -m pip .*", "true", text)
    for name, value in names.items():
        text = re.sub(rf"\b{name}\b", value, text)
    return text


@pytest.mark.parametrize("machine", OLD, indirect=True)
def test_up_and_back_as_documented(machine: Machine, request: pytest.FixtureRequest) -> None:
    known = request.node.callspec.params["machine"]
    machine.run("systemctl start circle-prepare")
    machine.run(".venv/bin/flask --app app demo load --households 30")
    machine.run("systemctl start circle-web circle-worker")
    machine.waits_until_ready()
    machine.run(".venv/bin/flask --app app ledger verify")
    for _ in range(20):  # what a page is drawn from is read at its first visit: by both workers, before it changes
        machine.ask("/sign-in")
    before, sheet = machine.rows(), machine.sheet()
    assert machine.schema() == known and all(before.values())

    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    up = here(UP, machine, TAG=head.stdout.strip())
    if known in RELOADS:
        with machine.visited():
            machine.run(up)
            assert wait_for(lambda: machine.is_new(sheet), 300), machine.log()
        assert machine.cut == [], machine.log()
    else:
        machine.run(up.replace("reload circle-web", "restart circle-web"))
        machine.waits_until_ready()
    assert machine.schema() == known_schemas()[-1] and machine.sheet() != sheet
    assert after(machine, before)
    machine.run(".venv/bin/flask --app app ledger verify")

    back = here(BACK, machine, OLDTAG=OLD[known]).replace("0011", known)
    if known not in RELOADS:
        back = re.sub(r"^cp deploy/systemd.*$", "", back, flags=re.MULTILINE)  # there were no units yet
    machine.run(back)
    machine.waits_until_ready()
    assert machine.schema() == known and machine.sheet() == sheet
    assert after(machine, before)
    machine.run(".venv/bin/flask --app app ledger verify")


def after(machine: Machine, before: dict[str, int]) -> bool:
    """Say that nothing of what there was is gone; the worker may have added."""
    now = machine.rows()
    return all(now[name] >= count for name, count in before.items())
