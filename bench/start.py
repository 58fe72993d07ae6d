"""The line of starts: from `script/server`, where everything is there already, to the first answer of /readyz."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from bench import loop
from bench.lines import ROUNDS, WORKERS, Line, line
from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.site import free_port

PATIENCE = 600.0


def measure(home: Path, rounds: int = ROUNDS) -> Line:
    """Start the site and a bare Flask in turn; the first start, which prepares everything, does not count."""
    environ = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    environ |= {"INSTANCE_PATH": str(home / "instance"), "MAIL_URL": "null:", "SMS_URL": "null:"}
    first, _ = start_site(environ)
    ours, spent, bare = list[float](), list[float](), list[float]()
    for _ in range(rounds):
        took, used = start_site(environ)
        ours.append(took)
        spent.append(used)
        bare.append(start_bare(environ))
    setting = (
        f"sqlite, {WORKERS} workers, own Valkey, from script/server to /readyz, {median(spent):.1f} s of the processors"
        f" until then, first start {first:.1f} s (without a demonstration), against Flask hello"
    )
    return line("start", ours, bare, setting=setting, unit="seconds")


def start_site(environ: Mapping[str, str]) -> tuple[float, float]:
    """Start the site once and end it: seconds until it is ready, and what all its processes used until then."""
    port = free_port()
    command = [str(ROOT / "script" / "server"), "--no-demo", "--port", str(port), "--workers", str(WORKERS)]
    return _start(command, environ, port, "/readyz")


def start_bare(environ: Mapping[str, str]) -> float:
    """Start the same web server with nothing in it, and end it."""
    port = free_port()
    return _start([sys.executable, "-m", "bench.hello", str(port), str(WORKERS)], environ, port, "/")[0]


def _start(command: list[str], environ: Mapping[str, str], port: int, path: str) -> tuple[float, float]:
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=tied()
    )
    try:
        while not _answers(port, path):
            if process.poll() is not None or time.monotonic() > began + PATIENCE:
                process.kill()
                raise SystemExit(f"{command[0]} does not answer: {(process.communicate()[1] or b'')[-1000:].decode()}")
            time.sleep(0.01)
        return time.monotonic() - began, sum(_used(pid) for pid in family(process.pid))
    finally:
        process.terminate()
        process.communicate(timeout=60)


def _answers(port: int, path: str) -> bool:
    try:
        found = loop.run(loop.over_http(port), [iter([loop.get(path)])], loop.http_answer, seconds=5)
    except OSError:
        return False
    return found.answers["200"] == 1


def family(pid: int) -> set[int]:
    """Number a process, its children and theirs; only this one where the system does not tell."""
    found, seen = {pid}, set[int]()
    while fresh := found - seen:
        for each in fresh:
            seen.add(each)
            for path in Path(f"/proc/{each}/task").glob("*/children"):
                try:
                    found |= {int(child) for child in path.read_text().split()}
                except OSError:
                    continue
    return found


def _used(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
