"""script/bench measures what it says: its client counts answers, its lines are medians, its names are checked."""

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from redis import Redis

from bench import loop, raw
from bench.asking import Client, at_once
from bench.ground import Ground, write_list
from bench.lines import Line, _fill_board, line, say
from bench.site import Site
from charity.adapters import embedded
from charity.adapters.foreign_list import ForeignMap, ForeignNeed
from charity.adapters.settings import ROOT


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"x" * 5_000
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = json.dumps({"code": "units-gone", "key": self.headers["Idempotency-Key"], "body": body.decode()})
        self.send_response(409)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_loop_counts_whole_answers(port: int) -> None:
    asked = [itertools.repeat(loop.get("/")), iter([loop.get("/gone")] * 3)]
    found = loop.run(loop.over_http(port), asked, loop.http_answer, seconds=0.3)
    assert found.answers["404"] == 3  # a list of requests that ends is asked once
    assert found.answers["200"] == len(found.times) - 3 > 3
    assert found.per_second == pytest.approx(len(found.times) / found.seconds)
    assert 0 < found.ms(50) <= found.ms(99)


def test_an_answer_is_measured_by_its_length() -> None:
    whole = b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nabc"
    assert loop.http_answer(whole) == (len(whole), "201")
    assert loop.http_answer(whole[:-1])[0] == 0
    assert loop.http_answer(whole[:20])[0] == 0


def test_the_client_counts_refusals_by_their_code(port: int) -> None:
    client = Client(port, token="t")
    status, told = client.api("POST", "/x", {"units": 1}, what="claim")
    assert status == 409 and told["body"] == '{"units": 1}' and told["key"]
    assert client._answers == {"claim 409 units-gone": 1}


def test_work_at_once_passes_failures_on() -> None:
    seen: list[int] = []
    at_once(4, seen.append)
    assert sorted(seen) == [0, 1, 2, 3]
    with pytest.raises(ZeroDivisionError):
        at_once(2, lambda number: 1 // number)


def test_a_line_is_made_of_medians() -> None:
    made = line("claim", [10.0, 30.0, 20.0], [100.0, 50.0, 40.0], setting="here")
    assert made == Line("claim", 20.0, 50.0, 0.4, "per second", "here")
    assert list(json.loads(say(made))) == ["name", "ours", "reference", "ratio", "unit", "setting"]
    assert line("x", [1.0], [0.0], setting="").ratio == 0.0


def test_the_list_of_the_ground_fits_the_shipped_map(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_list(path, rows=12)
    read = list(ForeignMap(ROOT / "docs" / "maps" / "classrooms-2012.toml").read(path))
    assert len(read) == 12 and all(isinstance(row, ForeignNeed) and row.wanted == 1_000 for row in read)


def test_the_raw_claim_writes_what_it_counts(tmp_path: Path, redis_server: embedded.Embedded) -> None:
    (tmp_path / "instance").mkdir()
    there = Site(tmp_path, {}, redis_server)
    raw.prepare_claims(there, 5)
    assert raw.claims_per_second(there, 5, clients=1, seconds=0.2) > 0
    assert raw.claims_per_second(there, 5, clients=1, seconds=0.1) > 0  # a second round claims on


def test_the_board_is_filled_for_readers(redis_server: embedded.Embedded, redis_client: Redis, tmp_path: Path) -> None:
    name = _fill_board(Site(tmp_path, {}, redis_server), Ground([], "", [], [7]), 300)
    assert redis_client.zcard(name) == 301
    assert redis_client.zscore(name, "7") is not None


def test_unknown_names_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nothing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "there is no line nothing; known are claim, claim-hot, claim-processes, wall" in done.stderr
