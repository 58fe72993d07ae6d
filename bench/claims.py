"""The lines of claims: spread over many wishes, all on one wish, and by eight processes without a web server."""

import itertools
import json
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median, quantiles

from bench import loop, raw
from bench.ground import Ground
from bench.lines import CLIENTS, ROUNDS, SECONDS, Line, line, said_of, turns
from bench.loop import Run
from bench.site import Site
from charity.adapters.settings import ROOT

CROWDS = (32, 200)  # the second only where everything is measured


def spread(running: Site, ground: Ground, backend: str) -> Line:
    """Claims over HTTP with token, caps, idempotency and book entry, over many wishes; reference: three statements."""
    raw.prepare_claims(running, len(ground.wishes))

    def ours() -> Run:
        return _claim(running, ground, ground.wishes, clients=CLIENTS)

    def reference() -> float:
        return raw.claims_per_second(running, len(ground.wishes), clients=CLIENTS, seconds=SECONDS)

    runs, others = turns(ours, reference)
    more = "spread, against 3 raw statements a transaction"
    return line(f"claim-{backend}", _made(runs), others, setting=said_of(backend, runs, CLIENTS, more))


def hot(running: Site, ground: Ground, backend: str, crowds: tuple[int, ...]) -> Iterator[Line]:
    """All claims on one wish, by a crowd; reference: one raw statement that does all three, by eight connections."""
    raw.prepare_claims(running, 1)
    for crowd in crowds:

        def ours(crowd: int = crowd) -> Run:
            return _claim(running, ground, [ground.hot], clients=crowd)

        runs, others = turns(ours, lambda: raw.hot_claims_per_second(running, clients=CLIENTS, seconds=SECONDS))
        peer = "one raw statement at c=8" if backend == "postgresql" else "one raw writer"
        setting = said_of(backend, runs, crowd, f"one wish, against {peer}")
        yield line(f"claim-hot-{crowd}-{backend}", _made(runs), others, setting=setting)


def _claim(running: Site, ground: Ground, wishes: list[str], *, clients: int) -> Run:
    tokens, chance = itertools.cycle(ground.tokens), random.Random(time.time_ns())

    def requests() -> Iterator[bytes]:
        while True:
            path = f"/api/v1/wishes/{chance.choice(wishes)}/pledges"
            yield loop.post(path, '{"units":1}', token=next(tokens), key=secrets.token_hex(8))

    asked = [requests() for _ in range(clients)]
    return loop.run(loop.over_http(running.port), asked, loop.http_answer, seconds=SECONDS)


def _made(runs: list[Run]) -> list[float]:
    return [run.answers["201"] / run.seconds for run in runs]


def by_processes(running: Site, ground: Ground, backend: str) -> Line:
    """Claims through the service function by eight processes at once; reference: one raw writer, or eight."""
    raw.prepare_claims(running, len(ground.wishes))
    rates, references, times = list[float](), list[float](), list[float]()
    for number in range(ROUNDS + 1):
        took, spent = _processes(running, ground)
        reference = raw.claims_per_second(running, len(ground.wishes), clients=CLIENTS, seconds=SECONDS)
        if number:
            rates.append(len(took) / spent)
            references.append(reference)
            times += took
    cut = quantiles(times, n=100)
    setting = f"{backend}, {CLIENTS} processes, spread, p50 {cut[49] * 1000:.1f} ms, p99 {cut[98] * 1000:.1f} ms"
    return line(f"claim-processes-{backend}", rates, references, setting=setting)


def _processes(running: Site, ground: Ground) -> tuple[list[float], float]:
    """Let eight processes claim for some seconds; gives what each claim took and how long they worked."""
    command = [sys.executable, "-m", "bench.claimer", str(SECONDS)]
    processes = [
        subprocess.Popen(
            command, cwd=ROOT, env=running.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(CLIENTS)
    ]
    for number, process in enumerate(processes):
        assert process.stdin is not None
        givers = ground.accounts[number :: len(processes)]
        process.stdin.write(json.dumps({"wishes": ground.wishes, "accounts": givers}) + "\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()  # ready
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate(timeout=120)[0].splitlines()[-1]) for process in processes]
    return [each for answer in answers for each in answer["took"]], median(answer["spent"] for answer in answers)
