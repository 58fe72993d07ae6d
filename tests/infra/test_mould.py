"""What the web workers are forked from: one loading for all, anew for each reload, replaced when it is killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch import mould
from charity.cli.launch.site import free_port
from tests.infra.test_embedded import wait_for
from tests.kit import servers, settings

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="no descriptor stands for a process elsewhere")
pytestmark = [ON_LINUX, pytest.mark.slow, pytest.mark.backends("sqlite"), pytest.mark.timeout(300)]


class Running:
    """A web server whose `app.py` lies in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.application, self.log, self.port = folder / "app.py", folder / "log", free_port()
        (folder / "charity").symlink_to(ROOT / "charity")
        shutil.copy(ROOT / "app.py", self.application)
        environ = settings.environ(f"sqlite:///{folder / 'mould.db'}", redis_url=None, worker="mould")
        command = [sys.executable, "-m", "charity.cli.launch.child", "web", "--checked", "--port", str(self.port)]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command, env=os.environ | environ, cwd=folder, stdout=out, stderr=out, preexec_fn=tied()
            )

    @property
    def moulds(self) -> set[int]:
        """Number the server's own children."""
        return children(self.process.pid)

    @property
    def mould(self) -> int:
        """Number the only one there is."""
        (found,) = self.moulds
        return found

    @property
    def workers(self) -> set[int]:
        """Number the processes that answer."""
        return {pid for mould in self.moulds for pid in children(mould)}

    def is_whole(self) -> bool:
        """Say whether there are two workers of one mould, and they answer."""
        return len(self.moulds) == 1 and len(self.workers) == 2 and servers.answers(self.port)


def children(pid: int) -> set[int]:
    """Number the children of a process; none when it is gone."""
    paths = Path(f"/proc/{pid}/task").glob("*/children")
    try:
        return {int(child) for path in paths for child in path.read_text().split()}
    except OSError:
        return set()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Start it, and end it with all it started."""
    found = Running(tmp_path)
    try:
        assert wait_for(found.is_whole, 60), found.log.read_text()
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def test_a_killed_worker_is_forked_anew_without_loading(running: Running) -> None:
    mould, (killed, other) = running.mould, sorted(running.workers)
    os.kill(killed, signal.SIGKILL)
    assert wait_for(lambda: running.is_whole() and killed not in running.workers, 30), running.log.read_text()
    assert running.mould == mould
    assert other in running.workers
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0


def test_a_killed_mould_takes_its_workers_along_and_is_cast_anew(running: Running) -> None:
    mould, workers = running.mould, running.workers
    os.kill(mould, signal.SIGKILL)
    assert wait_for(lambda: running.is_whole() and mould not in running.moulds, 60), running.log.read_text()
    assert not workers & running.workers


def test_a_reload_loads_anew_and_what_does_not_load_changes_nothing(running: Running) -> None:
    mould, workers, good = running.mould, running.workers, running.application.read_text("utf-8")
    running.application.write_text("raise RuntimeError('spoiled')\n", "utf-8")
    running.process.send_signal(signal.SIGHUP)
    assert wait_for(lambda: "so the old one stays" in running.log.read_text(), 60), running.log.read_text()
    assert wait_for(running.is_whole, 30)
    assert (running.mould, running.workers) == (mould, workers)
    os.kill(min(workers), signal.SIGKILL)  # what is loaded serves on, whatever lies on the disk
    assert wait_for(lambda: running.is_whole() and running.workers != workers, 30), running.log.read_text()
    running.application.write_text(good, "utf-8")
    running.process.send_signal(signal.SIGHUP)
    assert wait_for(lambda: running.is_whole() and mould not in running.moulds, 60), running.log.read_text()
    assert not workers & running.workers


def test_a_mould_that_never_finishes_loading_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mould, "LOADS_WITHIN", 0.5)
    monkeypatch.setattr(mould, "_stand", lambda *_given: time.sleep(60))
    stuck = mould.Mould([], listening=[])
    assert stuck.fork(0) is None
    assert wait_for(lambda: not stuck.is_alive, 10)


def test_nothing_is_left_when_the_server_is_killed(running: Running) -> None:
    everything = running.moulds | running.workers
    running.process.kill()
    running.process.wait()
    assert wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in everything), 10)
