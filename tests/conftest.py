"""What every test may ask for. Wired tests run twice, on SQLite and on PostgreSQL; see tests/kit for how."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis

from charity.adapters import clock, crypto, embedded, redis
from charity.adapters.db import db
from charity.adapters.settings import Settings
from charity.queries.regions import forget_names
from tests.kit import browser as browsers
from tests.kit import databases, home, notices, postgres, servers, settings
from tests.kit.client import Client
from tests.kit.databases import Database

IN_CI = bool(os.environ.get("CI"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--backend", choices=databases.BACKENDS, help="run wired tests on one database only")
    parser.addoption("--full", action="store_true", help="everything at full length, on every database")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.stash[_HOME] = home.make()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _HOME in config.stash:
        home.remove(config.stash[_HOME])


_HOME = pytest.StashKey[Path]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("backends")
        chosen = marker.args if marker else databases.BACKENDS
        at_length = metafunc.definition.get_closest_marker("full_on")
        if at_length and not metafunc.config.getoption("--full"):
            chosen = [name for name in chosen if name not in at_length.args]
        only = metafunc.config.getoption("--backend")
        metafunc.parametrize("database", [name for name in chosen if only in (None, name)], indirect=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of one costly world first: neighbours go to one process, so the others build none of their own."""
    items.sort(key=lambda item: "world" not in getattr(item, "fixturenames", ()))
    for item in items:
        if item.get_closest_marker("full") and not config.getoption("--full"):
            item.add_marker(pytest.mark.skip(reason="takes minutes: script/test --full"))


def _absent(what: str) -> None:
    """Skip at a desk, fail where nobody would notice a skip."""
    if IN_CI:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def worker() -> str:
    """Name this process among those of the run."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def _databases() -> Iterator[dict[str, Database]]:
    yield {}
    databases.close_all()


@pytest.fixture
def database(request: pytest.FixtureRequest, worker: str, _databases: dict[str, Database]) -> Database:
    """Give an empty, migrated database; a test that uses it runs on SQLite and on PostgreSQL."""
    if request.param not in _databases:
        try:
            _databases[request.param] = databases.make(request.param, worker)
        except postgres.NoPostgres as reason:
            _absent(f"no PostgreSQL: {reason}")
    found = _databases[request.param]
    found.empty()
    return found


@pytest.fixture(scope="session")
def redis_server(worker: str) -> Iterator[embedded.Embedded]:
    """Give a real Valkey of this worker's own."""
    server = embedded.start(home.here() / f"valkey-{worker}", keep=False)
    if server is None:
        pytest.fail("no Valkey or Redis on this machine")
    yield server
    server.stop()


@pytest.fixture
def redis_client(redis_server: embedded.Embedded) -> Iterator[Redis]:
    """Give a client of this worker's Valkey, emptied."""
    with Redis.from_url(redis_server.url, decode_responses=True) as client:
        client.flushall()
        yield client


@pytest.fixture
def test_settings(database: Database, redis_server: embedded.Embedded, worker: str) -> Settings:
    """Give the settings of the application under test."""
    return settings.make(database.url, redis_url=redis_server.url, worker=worker)


@pytest.fixture(scope="session")
def _apps() -> Iterator[dict[str, Flask]]:
    made: dict[str, Flask] = {}
    yield made
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(test_settings: Settings, database: Database, redis_client: Redis, _apps: dict[str, Flask]) -> Iterator[Flask]:
    """Give the application, over an empty database, inside its context: services may be called directly."""
    from charity.factory import create_app

    if database.backend not in _apps:
        _apps[database.backend] = create_app(test_settings)
        _apps[database.backend].test_client_class = Client
    made = _apps[database.backend]
    crypto.configure(test_settings.data_key)  # another test may have made an application with keys of its own
    redis.connect(test_settings)
    forget_names()  # another test may have called the same place otherwise
    for index in test_settings.instance_path.glob("wall.index*"):  # and had other wishes
        index.unlink()
    made.extensions.pop("served_lists", None)
    with made.app_context():
        yield made
        notices.can_be_read()


@pytest.fixture
def client(app: Flask) -> Client:
    """Give a client without a log-in; `app.test_client()` gives another."""
    made = app.test_client()
    assert isinstance(made, Client)
    return made


@pytest.fixture
def travel() -> Iterator[Callable[[datetime], None]]:
    """Give `travel(moment)`: the clock stands still at that moment, for the test and for its client."""
    with ExitStack() as stack:
        yield lambda moment: stack.enter_context(clock.hold(moment))


@pytest.fixture(scope="session")
def _servers() -> Iterator[dict[str, servers.Server]]:
    running: dict[str, servers.Server] = {}
    yield running
    for server in running.values():
        server.stop()


@pytest.fixture
def live_server(
    app: Flask, database: Database, redis_server: embedded.Embedded, worker: str, _servers: dict[str, servers.Server]
) -> servers.Server:
    """Give a real granian of two workers on the loopback, over the same database and Redis as `app`."""
    if database.backend not in _servers:
        environ = settings.environ(database.url, redis_url=redis_server.url, worker=worker)
        log = home.here() / f"web-{worker}-{database.backend}.log"
        _servers[database.backend] = servers.start(environ, log)
    return _servers[database.backend]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Give a running Chromium."""
    program = browsers.find_chromium()
    if program is None:
        _absent("no Chromium; script/test installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = browsers.launch(playwright, str(program))
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Any, live_server: servers.Server) -> Iterator[Callable[..., Any]]:
    """Give `new_page(size=PHONE, scripts=True, locale="zh-CN")`: one more person at the live site."""
    pages: list[Any] = []

    def make(*, size: dict[str, int] = browsers.PHONE, scripts: bool = True, **more: Any) -> Any:
        pages.append(browsers.open_page(browser, base=live_server.url, size=size, scripts=scripts, **more))
        return pages[-1]

    yield make
    for page in pages:
        page.context.close()


@pytest.fixture
def phone_page(new_page: Callable[..., Any]) -> Any:
    """Give a page of a phone, 390 x 844."""
    return new_page(size=browsers.PHONE)


@pytest.fixture
def desktop_page(new_page: Callable[..., Any]) -> Any:
    """Give a page of a desktop, 1280 x 900."""
    return new_page(size=browsers.DESKTOP)


@pytest.fixture
def phone_page_no_script(new_page: Callable[..., Any]) -> Any:
    """Give a page of a phone with scripts off."""
    return new_page(size=browsers.PHONE, scripts=False)


@pytest.fixture
def desktop_page_no_script(new_page: Callable[..., Any]) -> Any:
    """Give a page of a desktop with scripts off."""
    return new_page(size=browsers.DESKTOP, scripts=False)


@pytest.fixture
def axe() -> browsers.Axe:
    """Give `axe(page)`: the list of what is hard to use for somebody, empty when nothing is."""
    return browsers.axe
