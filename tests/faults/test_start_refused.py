"""A configuration that cannot work stops the start: one sentence, an exit status, and nothing left running."""

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest
from redis import Redis

from charity.adapters import clock, crypto, starting
from charity.adapters.embedded import Embedded
from charity.adapters.settings import ROOT, BadSettings, read_settings
from charity.cli.launch.keys import ensure_keys
from charity.cli.launch.site import free_port
from tests.faults.processes import Ended, environ_of, living_in, run
from tests.infra.test_embedded import wait_for
from tests.kit.databases import Database
from tests.kit.servers import answers

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
HEAD = max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
pytestmark = [ON_LINUX, pytest.mark.timeout(120)]
BAD = {
    "DATABASE_URL of another program": {"DATABASE_URL": "mysql://u:hidden@127.0.0.1/x"},
    "nobody at DATABASE_URL": {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x"},
    "a malformed DATABASE_URL": {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:1/x?what=that"},
    "a folder that is not there": {"DATABASE_URL": "sqlite:////nowhere/at/all.db"},
    "a database in memory": {"DATABASE_URL": "sqlite://"},
    "no database": {"DATABASE_URL": f"sqlite:///{ROOT / 'app.py'}"},
    "nobody at REDIS_URL": {"REDIS_URL": "redis://:hidden@127.0.0.1:1/0"},
    "REDIS_URL of another program": {"REDIS_URL": "http://127.0.0.1/"},
    "a short key": {"DATA_KEY": "short"},
    "a well-known key": {"SECRET_KEY": "a" * 40},
    "a malformed LOG_ORIGIN": {"LOG_ORIGIN": "two words"},
    "a malformed former key": {"LOG_KEY_FORMER": "what"},
    "MAIL_URL of nothing": {"MAIL_URL": "pigeon://post"},
    "a malformed port": {"MAIL_URL": "smtp://mail.example.org:post"},
    "an unwritable folder of photos": {"PHOTO_URL": "file:///proc/photos"},
    "an unwritable instance folder": {"INSTANCE_PATH": "/proc/instance"},
    "an unknown environment": {"CHARITY_ENV": "prod"},
    "production without its settings": {"CHARITY_ENV": "production"},
}


def start(instance: Path, *more: str, **given: str) -> Ended:
    """Start a site as script/server does."""
    port = str(free_port())
    return run(environ_of(instance, **given), "charity.cli.launch", "--no-demo", "--port", port, *more)


def assert_refused(ended: Ended, instance: Path, *words: str, code: int = 1) -> None:
    assert ended.code == code, ended
    assert ended.said.count("\n") == 1 and re.fullmatch(r"[A-Z].*[.?]\n", ended.said), ended.said
    assert "Traceback" not in ended.said and "hidden" not in ended.said
    for word in words:
        assert word in ended.said
    assert living_in(instance) == []


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with its keys."""
    made = tmp_path_factory.mktemp("keys") / "instance"
    ensure_keys(made)
    return made


@pytest.fixture
def instance(keys: Path, folder: Path) -> Path:
    return Path(shutil.copytree(keys, folder / "instance"))


@pytest.mark.parametrize("what", BAD)
def test_a_bad_setting_stops_the_start(instance: Path, what: str) -> None:
    name = next(iter(BAD[what]))
    words = () if what == "production without its settings" else (name,)
    assert_refused(start(instance, **BAD[what]), instance, *words)


@pytest.mark.parametrize("kind", ["missing in the environment's place", "empty", "unreadable"])
def test_a_key_that_is_gone_stops_the_start(instance: Path, kind: str) -> None:
    key = instance / "data_key"
    if kind == "empty":
        key.write_text("")
        assert_refused(start(instance), instance, "DATA_KEY", "empty")
    elif kind == "unreadable":
        key.write_bytes(b"\xff\xfe" * 30)
        assert_refused(start(instance), instance, "DATA_KEY")
    else:
        key.unlink()  # what systemd starts makes no keys
        ended = run(environ_of(instance), "charity.cli.launch.child", "worker")
        assert_refused(ended, instance, "DATA_KEY", code=starting.REFUSED)


def write_database(path: Path, *, schema: str, at: datetime | None = None, sealed: bytes | None = None) -> str:
    """Write a database of which only the first look sees something."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (schema,))
        connection.execute("CREATE TABLE entries (id INTEGER PRIMARY KEY, body BLOB)")
        connection.execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, ref TEXT, email_sealed BLOB)")
        if at is not None:
            connection.execute(
                "INSERT INTO entries (body) VALUES (?)", (f'{{"at":"{at:%Y-%m-%dT%H:%M:%SZ}"}}'.encode(),)
            )
        if sealed is not None:
            connection.execute("INSERT INTO accounts (ref, email_sealed) VALUES ('abc', ?)", (sealed,))
    return f"sqlite:///{path}"


@pytest.mark.parametrize(("schema", "words"), [(None, "empty"), ("0001", "0001")])
def test_an_old_schema_stops_a_start_that_may_not_change_it(instance: Path, schema: str | None, words: str) -> None:
    url = f"sqlite:///{instance / 'x.db'}" if schema is None else write_database(instance / "x.db", schema=schema)
    assert_refused(start(instance, "--no-migrate", DATABASE_URL=url), instance, words, HEAD, "db upgrade")
    for child in (("web", "--port", str(free_port())), ("worker",)):
        ended = run(environ_of(instance, DATABASE_URL=url), "charity.cli.launch.child", *child)
        assert_refused(ended, instance, words, HEAD, code=starting.REFUSED)


def test_a_newer_schema_stops_the_start(instance: Path) -> None:
    url = write_database(instance / "x.db", schema="9999")
    assert_refused(start(instance, DATABASE_URL=url), instance, "9999", HEAD, "newer")


def test_a_clock_behind_the_book_stops_the_start(instance: Path) -> None:
    url = write_database(instance / "x.db", schema=HEAD, at=datetime.now(UTC) + timedelta(days=3))
    assert_refused(start(instance, DATABASE_URL=url), instance, "clock")


def test_a_clock_of_long_ago_stops_the_start(instance: Path) -> None:
    given = environ_of(instance)
    settings = read_settings(given)
    with clock.hold(datetime(2001, 9, 9, tzinfo=UTC)), pytest.raises(BadSettings, match="clock"):
        starting.check_start(settings, given, migrates=True)
    starting.check_start(settings, given, migrates=True)


def test_another_data_key_stops_the_start(instance: Path) -> None:
    crypto_before = crypto._held.copy()
    crypto.configure("another-key-of-another-installation")
    sealed = crypto.seal("a@example.org", place="accounts.email:abc")
    crypto._held.update(crypto_before)
    url = write_database(instance / "x.db", schema=HEAD, sealed=sealed)
    assert_refused(start(instance, DATABASE_URL=url), instance, "DATA_KEY")


@pytest.mark.backends("postgres")
def test_a_database_or_a_right_that_is_missing_stops_the_start(instance: Path, database: Database) -> None:
    missing = database.url.replace("/charity_", "/missing_")
    assert_refused(start(instance, DATABASE_URL=missing), instance, "DATABASE_URL", "does not exist")


def test_a_wrong_password_of_redis_stops_the_start(instance: Path, redis_server: Embedded, redis_client: Redis) -> None:
    url = redis_server.url.replace("unix://", "unix://:hidden@")
    redis_client.config_set("requirepass", "another")
    try:
        assert_refused(start(instance, REDIS_URL=url), instance, "REDIS_URL")
        assert_refused(start(instance, REDIS_URL=redis_server.url), instance, "REDIS_URL")
    finally:
        redis_client.config_set("requirepass", "")


class _Other(BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(100)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.fixture
def other() -> Iterator[int]:
    """Something that is no Redis listens here."""
    with ThreadingTCPServer(("127.0.0.1", 0), _Other) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_a_redis_that_is_none_stops_the_start(instance: Path, other: int) -> None:
    assert_refused(start(instance, REDIS_URL=f"redis://127.0.0.1:{other}/0"), instance, "REDIS_URL")


def test_a_worker_starts_while_redis_is_away(instance: Path) -> None:
    url = write_database(instance / "x.db", schema=HEAD)
    given = environ_of(instance, REDIS_URL="redis://127.0.0.1:1/0", DATABASE_URL=url)
    starting.check_start(read_settings(given), given)


BLIND = "import sys, charity.cli.launch.__main__ as m; m.check_start = lambda *a, **k: None; m.main(sys.argv[1:])"


@pytest.mark.backends("sqlite")
def test_control_without_the_look_a_site_opens_with_a_wrong_clock(instance: Path, database: Database) -> None:
    assert database.template is not None
    shutil.copyfile(database.template, instance / "charity.db")
    at = datetime.now(UTC) + timedelta(days=3)
    with closing(sqlite3.connect(instance / "charity.db")) as connection, connection:
        body = f'{{"at":"{at:%Y-%m-%dT%H:%M:%SZ}"}}'.encode()
        connection.execute("INSERT INTO entries (kind, body) VALUES ('correction', ?)", (body,))
    assert_refused(start(instance), instance, "clock")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", BLIND, "--no-demo", "--port", str(port)],
        cwd=ROOT,
        env=environ_of(instance),
    )
    try:
        assert wait_for(lambda: answers(port) or process.poll() is not None, 60)
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(30)
    assert wait_for(lambda: living_in(instance) == [])
