"""Redis away: three errors open the breaker, one probe every five seconds, and nobody waits."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from charity.adapters import embedded
from charity.adapters.redis import PROBE_EVERY, Breaker, Gateway, RedisDown


class Watch:
    """A clock one turns by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A server that accepts and never answers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(str(tmp_path / "s"))
        line.listen()
        yield f"unix://{tmp_path / 's'}"


def fails(gateway: Gateway) -> float:
    began = time.monotonic()
    with pytest.raises(RedisDown):
        gateway.call(lambda client: client.ping())
    return time.monotonic() - began


def test_it_gives_what_redis_gives(redis_server: embedded.Embedded, redis_client: Redis) -> None:
    gateway = Gateway(redis_server.url)
    assert gateway.call(lambda client: client.incr("n")) == 1
    assert redis_client.get("n") == "1"


def test_without_redis_it_says_so_at_once() -> None:
    assert fails(Gateway(None)) < 0.05


def test_an_absent_server_costs_milliseconds(tmp_path: Path) -> None:
    assert fails(Gateway(f"unix://{tmp_path / 'none'}")) < 0.1


def test_a_silent_server_costs_a_quarter_second_and_is_not_asked_twice(silent: str) -> None:
    assert 0.2 < fails(Gateway(silent)) < 0.6


def test_three_errors_open_it(silent: str, watch: Watch) -> None:
    gateway = Gateway(silent, breaker=Breaker(clock=watch))
    for _ in range(3):
        assert not gateway.breaker.is_open
        fails(gateway)
    assert gateway.breaker.is_open
    assert fails(gateway) < 0.05


def test_one_probe_every_five_seconds(watch: Watch) -> None:
    breaker = Breaker(clock=watch)
    for _ in range(3):
        breaker.failed()
    assert not breaker.admits()
    watch.time += PROBE_EVERY + 0.1
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    watch.time += PROBE_EVERY + 0.1
    assert breaker.admits()
    breaker.succeeded()
    assert all(breaker.admits() for _ in range(3))


def test_only_one_of_many_threads_probes(watch: Watch) -> None:
    breaker = Breaker(clock=watch)
    for _ in range(3):
        breaker.failed()
    watch.time += PROBE_EVERY + 0.1
    admitted: list[bool] = []
    threads = [threading.Thread(target=lambda: admitted.append(breaker.admits())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(admitted) == 1


def test_it_closes_when_redis_is_back(tmp_path: Path, watch: Watch) -> None:
    server = embedded.start(tmp_path)
    assert server is not None
    gateway = Gateway(server.url, breaker=Breaker(clock=watch))
    gateway.call(lambda client: client.ping())
    server.stop()
    for _ in range(3):
        fails(gateway)
    again = embedded.start(tmp_path)
    assert again is not None
    fails(gateway)
    watch.time += PROBE_EVERY + 0.1
    assert gateway.call(lambda client: client.ping())
    assert not gateway.breaker.is_open
    again.stop()


def test_our_own_mistakes_are_not_redis_being_down(redis_server: embedded.Embedded, redis_client: Redis) -> None:
    gateway = Gateway(redis_server.url)
    redis_client.set("text", "x")
    with pytest.raises(ResponseError):
        gateway.call(lambda client: client.zadd("text", {"a": 1}))
    assert not gateway.breaker.is_open


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_gets_its_own_connection(redis_server: embedded.Embedded, redis_client: Redis) -> None:
    gateway = Gateway(redis_server.url)
    before = gateway.call(lambda client: client.client_id())
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover (the child's own process)
        os.write(write, str(gateway.call(lambda client: client.client_id())).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(read, 20)) != before
    assert gateway.call(lambda client: client.client_id()) == before
    os.close(read)
    os.close(write)
