"""Backups taken under load and restored in empty places: everything acknowledged before the start is there."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import create_engine, text

from charity.adapters.db import db, transaction
from charity.adapters.migrating import let_migrate
from charity.adapters.settings import ROOT
from charity.adapters.starting.databases import libpq_url
from charity.factory import create_app
from tests.faults.test_stop import PEOPLE, Load
from tests.infra.test_embedded import wait_for
from tests.kit import postgres, servers, settings
from tests.kit import village as v
from tests.races.test_claims_over_http import givers
from tests.services import town as t

pytestmark = [pytest.mark.race, pytest.mark.timeout(600)]
PHOTO = "abcdefgh1234.webp"


@dataclass(slots=True)
class Place:
    """An installation with people who give, and its folder."""

    folder: Path
    backend: str
    environ: dict[str, str]
    tokens: list[str]
    wish: str

    def command(self, *arguments: str, check: bool = True, **more: str) -> str:
        """Run a command of the installation, as documented."""
        environ = os.environ | self.environ | more
        done = subprocess.run(arguments, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return (done.stdout if check else done.stderr).strip()

    def backup(self) -> Path:
        """Take a backup."""
        return Path(self.command("script/backup", str(self.folder / "backups")))

    @contextmanager
    def load(self) -> Iterator[Load]:
        """Let people give."""
        server = servers.start(self.environ, self.folder / "log")
        load = Load(server.port, self.tokens, self.wish, pause=0.1)
        try:
            with load.going_on():
                yield load
        finally:
            server.stop()


@pytest.fixture
def place(folder: Path, request: pytest.FixtureRequest, full: bool) -> Iterator[Place]:
    """Everything in an own folder, with a PostgreSQL of its own that archives its log."""
    backend: str = request.param
    url = f"sqlite:///{folder / 'live' / 'charity.db'}" if backend == "sqlite" else start_postgresql(folder)
    environ = settings.environ(url, redis_url=None, worker="backup") | {"INSTANCE_PATH": str(folder / "live")}
    (folder / "live" / "photos" / "ab").mkdir(parents=True)
    (folder / "live" / "photos" / "ab" / PHOTO).write_bytes(b"a picture")
    app = create_app(settings.read_settings(environ))
    let_migrate(app)
    try:
        with app.app_context():
            upgrade()
            with transaction() as tx:
                v.add_regions(tx)
            town = t.found_town()
            tokens = [token for _, token in givers((40 if full else 4) * PEOPLE)]
            made = Place(folder, backend, environ, tokens, t.wish(town, wanted=1_000_000, unit_fen=1, site=True))
            db.engine.dispose()
        yield made
    finally:
        postgres.stop(folder)


def start_postgresql(folder: Path) -> str:
    """Start a server whose log is archived, as docs/operations.md says."""
    try:
        postgres.ensure(folder)
    except postgres.NoPostgres as reason:
        pytest.skip(str(reason))
    data, archive = folder / "pg" / "data", folder / "wal"
    archive.mkdir()
    os.chown(archive, data.stat().st_uid, data.stat().st_gid)
    program = folder / "archive-wal"  # where the server's account can read it
    shutil.copy(ROOT / "deploy" / "postgresql" / "archive-wal", program)
    with (data / "postgresql.auto.conf").open("a") as conf:
        conf.write(f"archive_mode = on\narchive_command = '{program} \"%p\" {archive}/%f'\n")
    restart(folder)
    postgres.execute(folder, "CREATE DATABASE charity")
    return postgres.url(folder, "charity")


def programs(folder: Path) -> Path:
    """Give the folder of the running server's programs."""
    return Path((folder / "pg" / "data" / "postmaster.opts").read_text().split()[0]).parent


def restart(folder: Path) -> None:
    postgres.stop(folder)
    serve(folder, folder / "pg" / "data", "restarted")


def serve(folder: Path, data: Path, name: str, *, options: str = "") -> bool:
    """Start a server over a data folder; False when it does not."""
    command = [str(programs(folder) / "pg_ctl"), "-w", "-t", "60", "-D", str(data), "-l", str(folder / "pg" / name)]
    command += ["-o", options] if options else []
    who = data.stat().st_uid if os.geteuid() == 0 else None
    done = subprocess.run(
        [*command, "start"], user=who, extra_groups=None if who is None else [], cwd="/", check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode == 0


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    pledges: set[str]
    said: str


def look_at(place: Place, environ: dict[str, str]) -> Restored:
    """Read the pledges of a restored installation and let its book be verified by the operator's verb."""
    url = environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.connect() as connection:
        pledges = set(connection.scalars(text("SELECT ref FROM pledges")))
    engine.dispose()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "ledger", "verify"],
        cwd=ROOT,
        env=os.environ | place.environ | environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return Restored(pledges, done.stdout + done.stderr[-500:])


def restore_sqlite(place: Place, backup: Path, name: str = "new") -> Restored:
    new = place.folder / name
    environ = {"INSTANCE_PATH": str(new), "DATABASE_URL": f"sqlite:///{new / 'charity.db'}"}
    place.command("script/restore", str(backup), **environ)
    assert (new / "photos" / "ab" / PHOTO).read_bytes() == b"a picture"
    return look_at(place, environ)


@contextmanager
def restored_postgresql(place: Place, backup: Path, name: str, *more: str) -> Iterator[Restored | None]:
    """Restore a server, start it on a socket of its own, look at it; None when it does not start."""
    above = place.folder / name
    above.mkdir()
    (above / "socket").mkdir()
    owner = (place.folder / "pg" / "data").stat()
    os.chown(above, owner.st_uid, owner.st_gid)
    os.chown(above / "socket", owner.st_uid, owner.st_gid)
    environ = {"INSTANCE_PATH": str(above / "instance"), "DATABASE_URL": place.environ["DATABASE_URL"]}
    place.command("script/restore", str(backup), "--pgdata", str(above / "data"), *more, **environ)
    archiving = "-c archive_mode=off -c unix_socket_directories=" + str(above / "socket")
    if not serve(place.folder, above / "data", f"{name}.log", options=archiving):
        yield None
        return
    try:
        url = f"postgresql://postgres@/charity?host={above / 'socket'}"
        wait_for(lambda: not asked(url, "SELECT pg_is_in_recovery()"), 60)
        yield look_at(place, environ | {"DATABASE_URL": url})
    finally:
        os.kill(int((above / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        wait_for(lambda: not (above / "data" / "postmaster.pid").exists(), 20)


def asked(url: str, question: str) -> object:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
        return None if row is None else row[0]


def more_claims(load: Load) -> set[str]:
    """Wait until some more people were told of their claims, and name all claims so far."""
    so_far = len(load.claimed)
    assert wait_for(lambda: len(load.claimed) > so_far + 20, 60), load.seen
    return set(load.claimed)


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_what_was_acknowledged_before_is_in_the_copy_of_sqlite(place: Place, full: bool) -> None:
    with place.load() as load:
        for turn in range(10 if full else 1):
            before = more_claims(load)
            backup = place.backup()
            more_claims(load)
            found = restore_sqlite(place, backup, f"new{turn}")
            assert before <= found.pledges
            assert "The book agrees" in found.said, found.said
        # the control: the file as it lies there, while what was told stands in its journal most of the time
        assert any(loses(place, load, turn) for turn in range(10))


def loses(place: Place, load: Load, turn: int) -> bool:
    """Copy the file alone, as it must not be done, and say whether somebody's claim is missing in the copy."""
    naive, before = place.folder / f"naive{turn}.db", more_claims(load)
    shutil.copyfile(place.folder / "live" / "charity.db", naive)
    with closing(sqlite3.connect(naive)) as connection:
        try:
            return not before <= {row[0] for row in connection.execute("SELECT ref FROM pledges")}
        except sqlite3.DatabaseError:
            return True


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_backup_holds_no_key_and_damage_is_seen(place: Place) -> None:
    backup = place.backup()
    manifest = json.loads((backup / "manifest.json").read_text())
    assert set(manifest["files"]) == {"charity.db", f"photos/ab/{PHOTO}"}
    secrets = [place.environ[name].encode() for name in ("SECRET_KEY", "DATA_KEY", "LOG_KEY")]
    for path in backup.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
        assert not path.is_file() or not any(secret in path.read_bytes() for secret in secrets)
    second = place.backup()  # pictures never change, so they are kept once
    assert (second / "photos" / "ab" / PHOTO).stat().st_ino == (backup / "photos" / "ab" / PHOTO).stat().st_ino
    new = {
        "INSTANCE_PATH": str(place.folder / "new"),
        "DATABASE_URL": f"sqlite:///{place.folder / 'new' / 'charity.db'}",
    }
    assert "exists" in place.command(
        "script/restore", str(second), check=False, PHOTO_URL=f"file://{place.folder}/none"
    )
    with (backup / "charity.db").open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff")
    assert "changed" in place.command("script/restore", str(backup), check=False, **new)
    assert not (place.folder / "new" / "charity.db").exists()
    (second / "manifest.json").unlink()
    assert "no finished backup" in place.command("script/restore", str(second), check=False, **new)


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_what_was_acknowledged_before_is_in_the_copy_of_postgresql(place: Place) -> None:
    with place.load() as load:
        before = more_claims(load)
        backup = place.backup()
        at_moment = more_claims(load)
        moment = datetime.now(UTC)
        after = more_claims(load)
    with restored_postgresql(place, backup, "alone") as found:
        assert found is not None and before <= found.pledges
        assert "The book agrees" in found.said, found.said
        assert not after <= found.pledges
    asked(place.environ["DATABASE_URL"], "SELECT pg_switch_wal()")
    wal = place.folder / "wal"
    last = str(asked(place.environ["DATABASE_URL"], "SELECT pg_walfile_name(pg_current_wal_lsn() - 1)"))
    assert wait_for(lambda: any(path.name >= last for path in wal.glob("[0-9A-F]*[0-9A-F]")), 60)
    with restored_postgresql(place, backup, "end", "--wal", str(wal)) as found:
        assert found is not None and after <= found.pledges
        assert "The book agrees" in found.said, found.said
    with restored_postgresql(place, backup, "then", "--wal", str(wal), "--until", moment.isoformat()) as found:
        assert found is not None and at_moment <= found.pledges
        assert "The book agrees" in found.said, found.said
        assert not after <= found.pledges
    # the control: an archive that lost a segment brings nobody to its end
    segments = sorted(path for path in wal.iterdir() if len(path.name) == 24)
    for path in segments[-2:]:
        path.unlink()
    with restored_postgresql(place, backup, "gap", "--wal", str(wal)) as found:
        assert found is None or not after <= found.pledges


@pytest.mark.full
@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_control_a_base_without_its_log_is_no_backup(place: Place) -> None:
    backup = place.backup()
    for path in (backup / "base" / "pg_wal").glob("[0-9A-F]*"):
        path.unlink()
    new = {"INSTANCE_PATH": str(place.folder / "new")}
    assert "missing" in place.command(
        "script/restore", str(backup), "--pgdata", str(place.folder / "data"), check=False, **new
    )
