"""A running site: the embedded Redis, the children, and the loop that watches them."""

import http.client
import os
import socket
import sys
import time
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

from charity.adapters import embedded
from charity.adapters.settings import ROOT
from charity.cli.launch.children import Child, stop_all
from charity.cli.launch.web import Address

_TURN = 0.2
_REDIS_WAIT = 2.0  # before what did not start is tried again
_OPENS_WITHIN = 90.0
REDIS_URL_FILE = "redis_url"
FIGURES = "PROMETHEUS_MULTIPROC_DIR"
MEMORY = Path("/dev/shm")


class Site:
    """Everything one launcher started."""

    def __init__(self, instance: Path) -> None:
        self.instance = instance
        # web and worker add up what they count in one place
        self.environ = {FIGURES: str(figures_folder(instance))} | dict(os.environ)
        self.redis: embedded.Embedded | None = None
        self.children: list[Child] = []
        self.stopping = False
        self._redis_again = 0.0

    def forget_figures(self) -> None:
        """Begin to count anew."""
        folder = Path(self.environ[FIGURES])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in folder.glob("*.db"):
            file.unlink(missing_ok=True)

    def start_redis(self) -> None:
        """Adopt or start the embedded server, unless the operator names one; say it when there is none."""
        if self.environ.get("REDIS_URL"):
            return
        try:
            self.redis = embedded.start(self.instance / "valkey")
        except embedded.WillNotStart as reason:
            print(f"Redis does not start ({reason}); boards come from the database.", file=sys.stderr)
        if self.redis is not None:
            self.environ["REDIS_URL"] = self.redis.url
            self._tell_other_shells(self.redis)

    def _tell_other_shells(self, redis: embedded.Embedded) -> None:
        """Let `flask --app app ...` in another shell find the same server."""
        (self.instance / REDIS_URL_FILE).write_text(redis.url + "\n", "utf-8")

    def add(self, name: str, *arguments: str) -> Child:
        """Start one more child."""
        child = Child(name, arguments, self.environ, ROOT)
        child.start()
        self.children.append(child)
        return child

    def watch(self) -> None:
        """Keep everything running until told to stop."""
        while not self.stopping:
            for child in self.children:
                child.keep_running()
            self._keep_redis()
            time.sleep(_TURN)

    def _keep_redis(self) -> None:
        if self.redis is None or self.redis.is_alive() or time.monotonic() < self._redis_again:
            return
        self._redis_again = time.monotonic() + _REDIS_WAIT
        with suppress(embedded.WillNotStart):
            self.redis = embedded.start(self.redis.folder) or self.redis
            self._tell_other_shells(self.redis)

    def stop(self) -> None:
        """End the children, then Redis."""
        stop_all(self.children)
        if self.redis is not None and self.redis.is_ours:
            self.redis.stop()
            (self.instance / REDIS_URL_FILE).unlink(missing_ok=True)


def figures_folder(instance: Path) -> Path:
    """Give the folder in which processes add up their figures: in memory, where there is such a disk.

    The files are mapped: on a disk that is full, a process that counts would be ended in the middle of its answer.
    """
    name = f"charity-{sha256(os.fsencode(instance)).hexdigest()[:16]}"
    folder = MEMORY / name
    is_strange = folder.exists() and folder.lstat().st_uid != os.getuid()
    return instance / "metrics" if is_strange or not os.access(MEMORY, os.W_OK) else folder


def is_taken(address: Address) -> bool:
    """Say whether somebody listens there already, or may not be joined."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(address)
        except OSError:
            return True
    return False


def free_port() -> int:
    """Give a port of the loopback nobody listens on."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def opens(address: Address, site: Site) -> bool:
    """Wait until the site answers; False when it was told to stop or takes too long."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)
    until = time.monotonic() + _OPENS_WITHIN
    while time.monotonic() < until and not site.stopping:
        if _answers(host, address.port):
            return True
        for child in site.children:
            child.keep_running()
        time.sleep(0.1)
    return False


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    with suppress(OSError, http.client.HTTPException), closing(connection):
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    return False
