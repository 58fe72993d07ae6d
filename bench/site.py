"""A site of a benchmark's own: a fresh database, keys, an embedded Redis, web server and worker; gone afterwards."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from charity.adapters import embedded
from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.keys import ensure_keys
from charity.cli.launch.site import free_port
from tests.kit import postgres

BACKENDS = ("sqlite", "postgresql")


@dataclass(slots=True)
class Site:
    """What runs, and how to ask it."""

    home: Path
    environ: dict[str, str]
    redis: embedded.Embedded
    port: int = 0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def flask(self, *arguments: str, given: str = "") -> str:
        """Run an operator's verb; its output, or SystemExit with what it said."""
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environ, input=given, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(arguments)}: {done.stdout}{done.stderr[-2000:]}")
        return done.stdout.strip()

    def open(self, *, workers: int = 2, with_worker: bool = True) -> None:
        """Start web server and worker, and wait until the site answers."""
        self.port = free_port()
        self.environ["PUBLIC_URL"] = f"http://127.0.0.1:{self.port}"
        self._child("web", "--port", str(self.port), "--workers", str(workers))
        if with_worker:
            self._child("worker")
        until = time.monotonic() + 90
        while not self._answers():
            if time.monotonic() > until:
                raise SystemExit(f"the site does not answer; see {self.home / 'log'}")
            time.sleep(0.1)

    def _child(self, *arguments: str) -> None:
        with (self.home / "log").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "charity.cli.launch.child", *arguments],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=tied(),
            )
        self.processes.append(process)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with suppress(OSError, http.client.HTTPException), closing(connection):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        return False

    def close(self) -> None:
        """End what was started."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            if process.poll() is None:
                process.kill()
        self.redis.stop()


@contextmanager
def site(home: Path, backend: str) -> Iterator[Site]:
    """Prepare a site in a folder: schema and the invented province; it opens when asked to."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    environ = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    environ |= {"INSTANCE_PATH": str(home / "instance"), "MAIL_URL": "null:", "SMS_URL": "null:"}
    ensure_keys(home / "instance")
    started = embedded.start(home / "valkey", keep=False)
    if started is None:
        raise SystemExit("no Valkey or Redis on this machine")
    environ["REDIS_URL"] = started.url
    if backend == "postgresql":
        postgres.ensure(home)
        postgres.execute(home, "CREATE DATABASE bench")
        environ["DATABASE_URL"] = postgres.url(home, "bench")
    made = Site(home, environ, started)
    try:
        made.flask("db", "upgrade")
        made.flask("regions", "first-start")
        yield made
    finally:
        made.close()
        if backend == "postgresql":
            postgres.stop(home)


def told_by(running: Site, module: str, *words: str, given: object = None) -> Any:
    """Run a module in a process of its own, whose environment is the site's, and read what it says on its last line."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        input=json.dumps(given),
        cwd=ROOT,
        env=os.environ | running.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{module} could not do its part: {done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])
