"""Whole processes of the site, started as an operator starts them, and what they leave behind."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from charity.adapters.settings import ROOT

_OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "CHARITY_ENV",
    "SECRET_KEY",
    "DATA_KEY",
    "LOG_KEY",
    "LOG_ORIGIN",
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended, and what it said."""

    code: int
    said: str


def environ_of(instance: Path, **given: str) -> dict[str, str]:
    """Give the environment of a fresh installation in this folder."""
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    return clean | {"INSTANCE_PATH": str(instance), "PYTHONUNBUFFERED": "1"} | given


def run(environ: Mapping[str, str], *arguments: str, seconds: float = 60) -> Ended:
    """Run a module of the site to its end."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    return Ended(done.returncode, done.stdout)


def living_in(instance: Path) -> list[int]:
    """Number the processes that were started for this instance folder and still live."""
    wanted = f"INSTANCE_PATH={instance}".encode()
    return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if wanted in _environ(path)]


def _environ(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\0")
    except OSError:
        return []
