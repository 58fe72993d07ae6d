"""The lines of `script/bench`: each measures the product and its reference in turn, in one run, and gives medians."""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from statistics import median

import numpy as np
from redis import Redis

from bench import loop
from bench.ground import Ground
from bench.loop import Run
from bench.site import Site
from charity.adapters.settings import ROOT
from charity.cli.launch.site import free_port
from charity.domain.boards import BoardKey, Metric, parse_period
from charity.projections.board_keys import POINTER, mark_key, sums_key
from charity.projections.board_pouring import pieces
from charity.projections.board_sums import Sums

ROUNDS, SECONDS, CLIENTS, WORKERS = 3, 2.0, 8, 2


@dataclass(frozen=True, slots=True)
class Line:
    """One measured line, as it is printed."""

    name: str
    ours: float
    reference: float
    ratio: float
    unit: str
    setting: str


def line(name: str, ours: list[float], reference: list[float], *, setting: str, unit: str = "per second") -> Line:
    """Put medians of some rounds into a line."""
    one, other = median(ours), median(reference)
    return Line(name, round(one, 1), round(other, 1), round(one / other, 3) if other else 0.0, unit, setting)


def say(found: Line) -> str:
    """Write a line as JSON."""
    return json.dumps(asdict(found), ensure_ascii=False)


def said_of(backend: str, runs: list[Run], clients: int, more: str) -> str:
    """Say under which circumstances a line was measured, and what was seen beside its rate."""
    answers = sum((run.answers for run in runs), start=type(runs[0].answers)())
    said = ", ".join(f"{status}: {count}" for status, count in sorted(answers.items()))
    times = f"p50 {median(run.ms(50) for run in runs):.1f} ms, p99 {median(run.ms(99) for run in runs):.1f} ms"
    return f"{backend}, {WORKERS} workers, c={clients}, {more}, {times}, answers {said}"


def turns(
    ours: Callable[[], Run], reference: Callable[[], float], rounds: int = ROUNDS
) -> tuple[list[Run], list[float]]:
    """Measure both in turn; the first round warms up and does not count."""
    runs, others = list[Run](), list[float]()
    for number in range(rounds + 1):
        one, other = ours(), reference()
        if number:
            runs.append(one)
            others.append(other)
    return runs, others


def wall(running: Site, backend: str, *, wishes: int) -> list[Line]:
    """The wall, filtered: drawn anew each time, and kept for a second; reference: Flask hello on the same server."""
    port, number = free_port(), itertools.count()
    process = subprocess.Popen([sys.executable, "-m", "bench.hello", str(port), str(WORKERS)], cwd=ROOT)
    try:
        _wait_for(port)

        def fresh() -> Iterator[bytes]:
            while True:
                yield loop.get(f"/wishes?kind=goods&bench={next(number)}")

        def ask(at: int, requests: Callable[[], Iterator[bytes]]) -> Run:
            asked = [requests() for _ in range(CLIENTS)]
            return loop.run(loop.over_http(at), asked, loop.http_answer, seconds=SECONDS)

        def hello() -> float:
            return ask(port, lambda: itertools.repeat(loop.get("/"))).per_second

        lines: list[Line] = []
        for name, requests in (
            ("wall", fresh),
            ("wall-kept", lambda: itertools.repeat(loop.get("/wishes?kind=goods"))),
        ):
            runs, others = turns(lambda requests=requests: ask(running.port, requests), hello)
            more = f"{wishes} wishes, against Flask hello"
            rates = [run.answers["200"] / run.seconds for run in runs]
            lines.append(line(name, rates, others, setting=said_of(backend, runs, CLIENTS, more)))
        return lines
    finally:
        process.terminate()
        process.wait(15)


def wall_ranked(running: Site, backend: str, *, wishes: int) -> Line:
    """The wall in the order of reasons, drawn anew each time; reference: the same cards in the plain order."""
    built = running.flask("match", "index").partition(":")[0]
    number = itertools.count()

    def ask(path: str) -> Run:
        def requests() -> Iterator[bytes]:
            while True:
                yield loop.get(f"{path}bench={next(number)}")

        asked = [requests() for _ in range(CLIENTS)]
        return loop.run(loop.over_http(running.port), asked, loop.http_answer, seconds=SECONDS)

    def plain() -> float:
        run = ask("/wishes?kind=goods&")
        return run.answers["200"] / run.seconds

    runs, others = turns(lambda: ask("/wishes?"), plain)
    more = f"{wishes} wishes, against the plain wall, index of {built}"
    rates = [run.answers["200"] / run.seconds for run in runs]
    return line("wall-ranked", rates, others, setting=said_of(backend, runs, CLIENTS, more))


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            loop.over_http(port)().close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("Flask hello does not answer")


def board(running: Site, ground: Ground, backend: str, *, donors: int) -> Line:
    """The top 100 and the own rank over HTTP; reference: raw ZREVRANGE WITHSCORES on the same server."""
    name = _fill_board(running, ground, donors)
    tokens = itertools.cycle(ground.tokens)

    def requests() -> Iterator[bytes]:
        while True:
            yield loop.get("/api/v1/boards/wishes?period=all&limit=100", token=next(tokens))

    def ours() -> Run:
        asked = [requests() for _ in range(CLIENTS)]
        return loop.run(loop.over_http(running.port), asked, loop.http_answer, seconds=SECONDS)

    words = ("ZREVRANGE", name, "0", "99", "WITHSCORES")
    ask = "".join([f"*{len(words)}\r\n", *(f"${len(word)}\r\n{word}\r\n" for word in words)]).encode()

    def reference() -> float:
        size = _answer_size(running, ask)
        return loop.run(
            loop.over_socket(str(running.redis.socket)),
            [itertools.repeat(ask) for _ in range(CLIENTS)],
            lambda seen: (size, "ok") if len(seen) >= size else (0, ""),
            seconds=SECONDS,
        ).per_second

    runs, others = turns(ours, reference)
    more = f"{donors} donors, top 100 and own rank, against raw ZREVRANGE WITHSCORES"
    rates = [run.answers["200"] / run.seconds for run in runs]
    return line("board", rates, others, setting=said_of(backend, runs, CLIENTS, more))


def _fill_board(running: Site, ground: Ground, donors: int) -> str:
    """Put a large board beside the book's own, and let readers use it; gives the name of its sorted set."""
    key = BoardKey(Metric.WISHES, "", parse_period("all")).text
    name = sums_key("bench", key)
    members = np.array([*ground.accounts, *range(10_000_000, 10_000_000 + donors)], np.int64)
    values = np.random.default_rng(7).integers(1, 5_000, len(members))
    order = np.lexsort((members, values))
    sums = Sums([key], np.zeros(len(members), np.int64), members[order], values[order])
    with Redis.from_url(running.redis.url, decode_responses=True) as client:
        client.config_set("maxmemory", 0)  # more donors than a small site's Redis is given room for
        write(client, pieces(sums, lambda _board: name))
        client.set(mark_key("bench", key), 10**9)
        client.set(POINTER, json.dumps({"generation": "bench", "leaf": 10**9, "at": "2026-01-01T00:00:00Z"}))
    return name


def write(client: Redis, parts: Iterable[tuple[bytes, int]]) -> float:
    """Send written-out commands, so many a part, and read their answers; tell the seconds that this alone took."""
    plug, spent = client.connection_pool.get_connection(), 0.0
    for data, commands in parts:
        began = time.perf_counter()
        plug.send_packed_command([data], check_health=False)
        for _ in range(commands):
            plug.read_response()
        spent += time.perf_counter() - began
    client.connection_pool.release(plug)
    return spent


def _answer_size(running: Site, ask: bytes) -> int:
    """Measure the answer once: nothing changes it while the line runs."""
    with loop.over_socket(str(running.redis.socket))() as plug:
        plug.settimeout(0.5)
        plug.sendall(ask)
        seen = b""
        try:
            while piece := plug.recv(1 << 16):
                seen += piece
        except TimeoutError:
            return len(seen)
    return len(seen)
