"""The web server: granian, or gunicorn where an operator prefers it."""

import os
import sys
from typing import NamedTuple

SERVERS = ("granian", "gunicorn")
TARGET = "charity.cli.launch.served:app"
THREADS = 4
_PATIENCE = 10


class Address(NamedTuple):
    """Where the site listens."""

    host: str
    port: int


def serve(address: Address, *, server: str, workers: int) -> None:
    """Serve the application until told to stop; its workers learn from the environment whose death is theirs."""
    os.environ["CHARITY_WEB_PID"] = str(os.getpid())
    if server == "gunicorn":
        _gunicorn(address, workers)
    else:
        _granian(address, workers)


def _granian(address: Address, workers: int) -> None:
    from granian.constants import Interfaces  # noqa: PLC0415 (only one of the two servers is loaded)
    from granian.log import LogLevels  # noqa: PLC0415

    from charity.cli.launch.rolling import RollingServer  # noqa: PLC0415

    RollingServer(
        TARGET,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        workers_kill_timeout=_PATIENCE,
        process_name="charity-web" if _can_name() else None,
    ).serve()


def _can_name() -> bool:
    try:
        import setproctitle  # noqa: F401, PLC0415  # pyright: ignore[reportMissingImports, reportUnusedImport]
    except ImportError:
        return False
    return True


def _gunicorn(address: Address, workers: int) -> None:
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 (only one of the two servers is loaded)

    sys.argv = ["gunicorn", TARGET, "--bind", f"{address.host}:{address.port}", "--workers", str(workers)]
    sys.argv += ["--worker-class", "gthread", "--threads", str(THREADS), "--graceful-timeout", str(_PATIENCE)]
    sys.argv += ["--worker-tmp-dir", "/dev/shm"] if os.path.isdir("/dev/shm") else []
    run()
