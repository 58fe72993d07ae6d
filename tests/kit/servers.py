"""A real web server process on the loopback, over a test worker's database and Redis."""

import http.client
import os
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.site import free_port


@dataclass(slots=True)
class Server:
    """A running server."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def stop(self) -> None:
        """End it, with its workers."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(
    environ: dict[str, str], log: Path, *, server: str = "granian", workers: int = 2, host: str = "127.0.0.1"
) -> Server:
    """Start a server and wait until it answers; it knows itself by a name of the loopback."""
    port = free_port()
    command = [sys.executable, "-m", "charity.cli.launch.child", "web", "--port", str(port)]
    command += ["--server", server, "--workers", str(workers)]
    url = f"http://{host}:{port}"
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            env=os.environ | environ | {"PUBLIC_URL": url},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=tied(),
        )
    started = Server(url, port, process, log)
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        if answers(port):
            return started
        time.sleep(0.05)
    started.stop()
    raise RuntimeError(f"the server does not answer: {log.read_text('utf-8', errors='replace')[-3000:]}")


def answers(port: int) -> bool:
    """Say whether a site answers on this port."""
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection,
    ):
        connection.request("GET", "/healthz")
        with connection.getresponse() as response:
            return response.status == http.HTTPStatus.OK
    return False
