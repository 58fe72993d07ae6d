"""A whole site of a driver's own: the launcher with web, worker and Redis, a database that keeps its word, a keeper."""

import http.client
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine

from charity.adapters import embedded
from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.site import free_port
from tests.faults import ready
from tests.faults.keeper import Keeper, children
from tests.kit import postgres, settings

HOOKS = Path(__file__).parent / "hooks"
# What a real server has and the quick one of the other tests has not.
_DURABLE = ("fsync = on", "synchronous_commit = on", "full_page_writes = on")
_OPENS_WITHIN = 300.0


@dataclass(slots=True)
class Site:
    """What runs, where it is, and whom it knows."""

    folder: Path
    backend: str
    environ: dict[str, str]
    port: int
    keeper: Keeper
    log: Path
    people: dict[str, Any] = field(default_factory=dict)

    @property
    def instance(self) -> Path:
        """Give the instance folder."""
        return Path(self.environ["INSTANCE_PATH"])

    def engine(self) -> Engine:
        """Give a way into the database past the site."""
        return create_engine(self.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"))

    def flask(self, *arguments: str, check: bool = True) -> str:
        """Run an operator's verb and give what it said; a failure is the test's."""
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.shell(), capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr[-3000:]}"
        return done.stdout.strip()

    def python(self, module: str, *arguments: str) -> Any:
        """Run a module beside the site; it answers in JSON."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.shell(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{module}: {done.stdout}{done.stderr[-3000:]}"
        return json.loads(done.stdout.splitlines()[-1])

    def shell(self) -> dict[str, str]:
        """Give the environment of another shell of the same installation: no spoiled rule, no other clock."""
        return {name: value for name, value in self.environ.items() if not name.startswith(("SPOIL", "PYTHONPATH"))}

    def launcher(self) -> int:
        """Number the launcher."""
        return self.keeper.running["launcher"].pid

    def child(self, name: str) -> int | None:
        """Number a child of the launcher: web or worker."""
        wanted = f"charity.cli.launch.child {name}"
        return next((pid for pid, command in children(self.launcher()).items() if wanted in command), None)

    def web_workers(self) -> list[int]:
        """Number the processes that answer requests."""
        mould = self.mould()
        return [] if mould is None else list(children(mould))

    def mould(self) -> int | None:
        """Number the process from which those are forked."""
        web = self.child("web")
        return None if web is None else next(iter(children(web)), None)

    def redis(self) -> int | None:
        """Number the embedded Redis."""
        with suppress(OSError, ValueError):
            return int((self.instance / "valkey" / "pid").read_text())
        return None

    def is_open(self, *, redis: bool = True) -> bool:
        """Say whether the site answers with its stores."""
        told = self.ready()
        return told.get("database", False) and (told.get("redis", False) or not redis)

    def complaints(self) -> list[str]:
        """List the last things the site logged as failures of its own."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        signs = ("[error ", "Error:")
        return [line for line in lines if any(sign in line for sign in signs)][-12:]

    def ready(self) -> dict[str, bool]:
        """Read /readyz; empty when nobody answers."""
        with (
            suppress(OSError, http.client.HTTPException, ValueError),
            closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as line,
        ):
            line.request("GET", "/readyz")
            return dict(json.loads(line.getresponse().read()))
        return {}

    def wait_open(self, *, redis: bool = True, seconds: float = _OPENS_WITHIN) -> None:
        """Wait until the site answers."""
        until = time.monotonic() + seconds
        while not self.is_open(redis=redis):
            assert time.monotonic() < until, self.log.read_text("utf-8", errors="replace")[-4000:]
            time.sleep(0.1)


@contextmanager
def a_site(folder: Path, backend: str, *, wants_people: bool = True, **more: str) -> Iterator[Site]:
    """Open a site in an empty folder; `more` goes into its environment. Redis is its own, unless one is named."""
    keeper, started = Keeper(), False
    try:
        made = _open(folder, backend, keeper, more, wants_people=wants_people)
        started = True
        made.wait_open(redis=more.get("REDIS_URL") != "redis://127.0.0.1:1")
        yield made
    finally:
        keeper.stop()
        if not started:
            postgres.stop(folder)


def _open(folder: Path, backend: str, keeper: Keeper, more: dict[str, str], *, wants_people: bool) -> Site:
    instance = folder / "instance"
    instance.mkdir(mode=0o700, exist_ok=True)
    url = f"sqlite:///{instance / 'charity.db'}"
    if backend == "postgres":
        url = _open_postgres(folder, keeper)
    known = settings.environ(url, redis_url=None, worker="faults")
    kept = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    # A public address with TLS: behind its proxy the limits per address count, as they do for real people.
    usual = {"CHARITY_ENV": "development", "INSTANCE_PATH": str(instance), "PUBLIC_URL": "https://circle.test"}
    environ = kept | known | usual | {"PYTHONPATH": f"{HOOKS}:{ROOT}"} | more
    made = Site(folder, backend, environ, free_port(), keeper, folder / "log")
    if wants_people:  # before the launcher, which then finds nothing to prepare
        is_sqlite = backend == "sqlite"
        made.people = ready.lay(instance / "charity.db") if is_sqlite else made.python("tests.faults.seed", "--migrate")
    keeper.keep("launcher", lambda: _launch(made))
    return made


def _launch(site: Site) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "charity.cli.launch", "--port", str(site.port), "--no-demo"]
    with site.log.open("ab") as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=site.environ, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=tied()
        )


def _open_postgres(folder: Path, keeper: Keeper) -> str:
    """Start a PostgreSQL that flushes what it commits, in the foreground, so that the keeper sees it end."""
    postgres.ensure(folder)
    postgres.execute(folder, "CREATE DATABASE charity")
    data = folder / "pg" / "data"
    command = shlex.split((data / "postmaster.opts").read_text())
    owner = data.stat().st_uid
    postgres.stop(folder)
    with (data / "postgresql.auto.conf").open("a") as conf:
        conf.write("\n".join(_DURABLE) + "\n")
    start_postgres(keeper, command, owner, folder / "pg" / "log")
    until = time.monotonic() + 30
    while not answers(folder) and time.monotonic() < until:
        time.sleep(0.05)
    return postgres.url(folder, "charity")


def start_postgres(keeper: Keeper, command: list[str], owner: int, log: Path) -> None:
    """Keep a server running as its data's owner."""

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as out:
            return subprocess.Popen(
                command,
                user=owner if os.geteuid() == 0 else None,
                extra_groups=[] if os.geteuid() == 0 else None,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    keeper.keep("postgres", start)


def answers(folder: Path) -> bool:
    """Say whether the folder's PostgreSQL answers."""
    try:
        postgres.execute(folder, "SELECT 1")
    except Exception:  # whatever the reason, it does not answer yet
        return False
    return True


@contextmanager
def a_redis(folder: Path) -> Iterator[embedded.Embedded]:
    """Start a Redis nobody restarts."""
    server = embedded.start(folder)
    assert server is not None
    yield server
    for pid in {server.pid}:
        with suppress(ProcessLookupError):
            os.kill(pid, 18)
    found = embedded.start(folder)
    if found is not None:
        found.stop()
