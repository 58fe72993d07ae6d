"""Many starts at once and a migration killed half-way: the schema is made once, and nothing is left in between."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.keys import ensure_keys
from charity.cli.launch.site import free_port
from tests.faults.processes import environ_of
from tests.infra.test_embedded import wait_for
from tests.kit import databases, home, postgres
from tests.kit.databases import lagging
from tests.kit.servers import answers

HEAD = max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
OLD, KILLED = "0005", "0006"
PREPARE = ("-m", "charity.cli.launch.prepare", "--no-demo")
pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
BACKENDS = pytest.mark.parametrize("place", databases.BACKENDS, indirect=True)


@dataclass(frozen=True, slots=True)
class Place:
    """An installation of a test's own: its environment, and a way past it into its database."""

    environ: dict[str, str]
    engine: Engine

    def python(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a program of the installation."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environ | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=tied(),
        )

    def flask(self, *arguments: str) -> str:
        """Run an operator's verb, which must succeed."""
        process = self.python("-m", "flask", "--app", "app", *arguments)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return said

    def schemas(self) -> list[str]:
        """Read which schema the database says it has."""
        with self.engine.connect() as connection:
            return list(connection.scalars(text("SELECT version_num FROM alembic_version")))


@pytest.fixture
def place(folder: Path, request: pytest.FixtureRequest) -> Iterator[Place]:
    """An empty database of its own, and keys."""
    backend: str = request.param
    instance = folder / "instance"
    ensure_keys(instance)
    url, driver = f"sqlite:///{instance / 'charity.db'}", f"sqlite:///{instance / 'charity.db'}"
    name = f"boot_{os.getpid()}_{time.monotonic_ns()}"
    if backend == "postgres":
        with home.alone("postgres"):
            postgres.ensure(home.here())
        postgres.execute(home.here(), f"CREATE DATABASE {name}")
        url = postgres.url(home.here(), name)
        driver = url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(driver)
    yield Place(environ_of(instance, DATABASE_URL=url), engine)
    engine.dispose()
    if backend == "postgres":
        postgres.execute(home.here(), f"DROP DATABASE {name} WITH (FORCE)")


def at_once(place: Place, count: int, *arguments: str, **more: str) -> list[tuple[int, str]]:
    """Start so many at the same time; give how each ended and what it said."""
    processes = [place.python(*arguments, **more) for _ in range(count)]
    said = [process.communicate(timeout=300)[0] for process in processes]
    return [(process.returncode, text) for process, text in zip(processes, said, strict=True)]


def assert_whole(place: Place) -> None:
    assert place.schemas() == [HEAD]
    assert lagging(place.engine) == []


@pytest.mark.parametrize(
    ("place", "schema"),
    [
        ("postgres", "empty"),
        ("sqlite", OLD),
        pytest.param("sqlite", "empty", marks=pytest.mark.full),
        pytest.param("postgres", OLD, marks=pytest.mark.full),
    ],
    indirect=["place"],
)
def test_starts_at_once_make_one_migration(place: Place, schema: str, full: bool) -> None:
    if schema != "empty":
        place.flask("db", "upgrade", schema)
    ended = at_once(place, 8 if full else 3, *PREPARE)
    assert [code for code, _ in ended] == [0] * len(ended), [said[-1500:] for code, said in ended if code]
    steps = re.findall(r"Running upgrade \w* -> (\w+)", "".join(said for _, said in ended))
    wanted = sorted(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    assert steps == [step for step in wanted if schema == "empty" or step > schema]
    assert_whole(place)


@pytest.mark.full
@BACKENDS
@pytest.mark.parametrize("schema", ["empty", OLD])
def test_whole_sites_open_at_once(place: Place, schema: str) -> None:
    if schema != "empty":
        place.flask("db", "upgrade", schema)
    ports = [free_port() for _ in range(8)]
    launch = ("-m", "charity.cli.launch", "--no-demo", "--workers", "1", "--port")
    sites = [place.python(*launch, str(port)) for port in ports]
    try:
        assert wait_for(lambda: all(answers(port) for port in ports), 240)
        assert [site.poll() for site in sites] == [None] * 8
    finally:
        for site in sites:
            site.terminate()
        ends = [(site.communicate(timeout=60)[0], site.returncode) for site in sites]
    assert [code for _, code in ends] == [0] * 8, ends
    assert_whole(place)


@contextmanager
def migrations_with(folder: Path, change: Callable[[str], str], name: str) -> Iterator[Path]:
    """A copy of the migrations in which one file reads otherwise."""
    copy = Path(shutil.copytree(ROOT / "migrations", folder / "migrations"))
    (found,) = copy.rglob(name)
    before = found.read_text()
    found.write_text(change(before))
    assert found.read_text() != before
    yield copy


def waiting_inside(source: str) -> str:
    """Let a migration wait for its murderer after its first half."""
    head, _, tail = source.partition("def downgrade")
    lines = head.rstrip().splitlines()
    # the last statement of upgrade() has not run yet when the others have
    last = max(place for place, line in enumerate(lines) if re.match(r"    \S", line) and not line.startswith("    )"))
    wait = ["    import time", "    print('half-way', flush=True)", "    time.sleep(300)"]
    return "\n".join([*lines[:last], *wait, *lines[last:]]) + "\n\n\ndef downgrade" + tail


def committing_each(source: str) -> str:
    """Make every statement stand at once, as it must not be."""
    at_once = "create_engine(settings.owner_url, poolclass=NullPool, isolation_level='AUTOCOMMIT')"
    return source.replace("create_engine(settings.owner_url, poolclass=NullPool)", at_once).replace(
        "db.engine.execution_options(writes=True).connect()", f"{at_once}.connect()"
    )


def kill_half_way(place: Place, migrations: Path) -> None:
    """Begin the migrations and end the program hard in the middle of one."""
    place.flask("db", "upgrade", OLD)
    process = place.python("-m", "flask", "--app", "app", "db", "upgrade", "-d", str(migrations))
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if line.strip() == "half-way":
            break
    else:
        pytest.fail(seen)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


@pytest.mark.parametrize("place", ["sqlite", pytest.param("postgres", marks=pytest.mark.full)], indirect=True)
def test_a_migration_killed_half_way_leaves_nothing_behind(place: Place, folder: Path) -> None:
    with migrations_with(folder, waiting_inside, f"{KILLED}_*.py") as migrations:
        kill_half_way(place, migrations)
    assert place.schemas() == [OLD]
    [(code, said)] = at_once(place, 1, *PREPARE)
    assert code == 0, said
    assert_whole(place)


@pytest.mark.full
@BACKENDS
def test_control_statements_that_stand_one_by_one_break_the_next_start(place: Place, folder: Path) -> None:
    with migrations_with(folder, waiting_inside, f"{KILLED}_*.py") as migrations:
        env = migrations / "env.py"
        env.write_text(committing_each(env.read_text()))
        kill_half_way(place, migrations)
    [(code, _)] = at_once(place, 1, *PREPARE)
    assert code != 0


@pytest.mark.full
@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_control_without_their_turn_starts_run_into_each_other(place: Place, folder: Path) -> None:
    with migrations_with(
        folder, lambda source: source.replace("pg_advisory_lock(:turn)", "(:turn)::int"), "env.py"
    ) as d:
        ended = at_once(place, 3, "-m", "flask", "--app", "app", "db", "upgrade", "-d", str(d))
    assert [code for code, _ in ended].count(0) < len(ended)
