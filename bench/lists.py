"""The lines of lists: opening nine-seat circles for a list of families, and donors joining them by its link."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import mean, quantiles

from bench import raw
from bench.lines import SECONDS, Line, line
from bench.site import Site
from charity.adapters.db import end_reading
from charity.adapters.settings import ROOT
from charity.domain.actors import SYSTEM
from charity.factory import create_app
from charity.services.circles.list_carrying import CHUNK, carry
from tests.kit import listed, ring

SEATS, LEAST, PART = 9, 3, 100


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: reading the list, then for every transaction that opened some circles, then for every join."""

    read: float
    opened: list[tuple[int, float]]
    joined: list[float]


def measure(running: Site, backend: str, *, families: int, joins: int) -> Iterator[Line]:
    """Open a list and let donors join; references: the same rows without a rule, and three raw statements."""
    raw.prepare_claims(running, families)
    before = _references(running, families)
    spent = _spend(running, families, joins)
    circles, seats = (list(both) for both in zip(before, _references(running, families), strict=True))
    each = [took / count for count, took in spent.opened]
    yield line(
        f"lists-open-{backend}",
        [1 / one for one in each],
        circles,
        setting=f"{backend}, {families} families x {SEATS} seats, {CHUNK} a transaction, one process, {_course(each)}"
        f" a circle, list read in {spent.read:.1f} s, against its rows alone",
    )
    parts = [mean(spent.joined[at : at + PART]) for at in range(0, len(spent.joined), PART)]
    cut = quantiles(spent.joined, n=100)
    yield line(
        f"lists-join-{backend}",
        [1 / one for one in parts],
        seats,
        setting=f"{backend}, {joins} donors by the link of {families} circles, one after the other, {_course(parts)}"
        f" a join, p50 {cut[49] * 1000:.1f} ms, p99 {cut[98] * 1000:.1f} ms, against 3 raw statements a transaction",
    )


def _course(took: list[float]) -> str:
    """Say what one took at first and at last: a list must not grow slower as it grows fuller."""
    return f"{took[0] * 1000:.1f} ms at first and {took[-1] * 1000:.1f} ms at last"


def _references(running: Site, wishes: int) -> tuple[float, float]:
    return (
        raw.circles_per_second(running, seats=SEATS, chunk=CHUNK, seconds=SECONDS),
        raw.claims_per_second(running, wishes, clients=1, seconds=SECONDS),
    )


def _spend(running: Site, families: int, joins: int) -> Spent:
    """Do it in a process of its own, whose environment is the site's."""
    command = [sys.executable, "-m", "bench.lists", str(families), str(joins)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | running.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the list could not be opened: {done.stderr[-3000:]}")
    return Spent(**json.loads(done.stdout.splitlines()[-1]))


def _open_and_join(families: int, joins: int) -> Spent:
    at = listed.county(families)
    began = time.perf_counter()
    ref = listed.agreed(at, target=SEATS, least=LEAST)
    read, opened, joined = time.perf_counter() - began, list[tuple[int, float]](), list[float]()
    while True:
        began = time.perf_counter()
        count = carry(SYSTEM, ref)
        if not count:
            break
        opened.append((count, time.perf_counter() - began))
    donors, code = ring.more_donors(joins), listed.code(ref)
    for donor in donors:
        end_reading()
        began = time.perf_counter()
        listed.list_joining.join(donor, code)
        joined.append(time.perf_counter() - began)
    circles = listed.circles(ref)
    assert len(circles) == families and sum(circle.taken for circle in circles) == joins
    return Spent(read, opened, joined)


if __name__ == "__main__":
    with create_app().app_context():
        made = _open_and_join(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({"read": made.read, "opened": made.opened, "joined": made.joined}))
