"""A thousand slow strangers in front of the shipped nginx configuration: everybody else is served throughout."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from flask import Flask

from charity.adapters.db import transaction
from tests.faults.proxied import Proxied, behind_nginx
from tests.infra.test_embedded import wait_for
from tests.kit import settings
from tests.kit import village as v
from tests.kit.databases import Database

pytestmark = [pytest.mark.full, pytest.mark.race, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
CONNECTIONS, SECONDS, SLOWEST = 1_000, 30, 5.0
HOW = {
    "header": ["-H", "-i", "5", "-x", "24"],
    "body": ["-B", "-i", "5", "-s", "8192", "-t", "POST"],
    "read": ["-X", "-w", "10", "-y", "20", "-n", "5", "-z", "32", "-k", "3"],
}


def attack(port: int, how: str) -> "subprocess.Popen[bytes]":
    program = shutil.which("slowhttptest")
    if program is None:
        pytest.skip("slowhttptest is not installed: apt-get install slowhttptest")
    command = [program, "-c", str(CONNECTIONS), "-r", "250", "-l", str(SECONDS), "-p", "3", *HOW[how]]
    command += ["-u", f"https://127.0.0.1:{port}/wishes"]
    raised = ["sh", "-c", 'ulimit -n 8192 2>/dev/null; exec "$@"', "sh", *command]
    return subprocess.Popen(raised, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def visit(site: Proxied, attacker: "subprocess.Popen[bytes]") -> tuple[list[float], int]:
    """Ask for pages as long as the attack lasts; give how long each took, and how many were not answered."""
    took: list[float] = []
    failed = 0
    while attacker.poll() is None:
        began = time.monotonic()
        try:
            failed += site.ask("/wishes")[0] != 200
        except OSError:
            failed += 1
        took.append(time.monotonic() - began)
        time.sleep(0.2)
    return took, failed


@pytest.fixture
def environ(app: Flask, database: Database, worker: str) -> dict[str, str]:
    with transaction() as tx:
        v.add_regions(tx)
    return settings.environ(database.url, redis_url=None, worker=worker)


@pytest.mark.parametrize("how", HOW)
def test_everybody_else_is_served(environ: dict[str, str], folder: Path, how: str) -> None:
    with behind_nginx(folder, environ) as site:
        attacker = attack(site.port, how)
        took, failed = visit(site, attacker)
    assert failed == 0 and len(took) > 10
    assert sorted(took)[int(len(took) * 0.95)] < SLOWEST, sorted(took)[-5:]


def test_control_with_the_usual_room_nobody_gets_in(environ: dict[str, str], folder: Path) -> None:
    with behind_nginx(folder, environ, connections=400) as site:  # two processes: 800, as Debian has it for one
        attacker = attack(site.port, "header")
        try:
            assert wait_for(lambda: visit_fails(site), SECONDS)
        finally:
            attacker.terminate()
            attacker.wait(30)


def visit_fails(site: Proxied) -> bool:
    try:
        return site.ask("/wishes")[0] != 200
    except OSError:
        return True
