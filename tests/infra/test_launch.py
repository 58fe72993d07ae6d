"""script/server's launcher: keys made once, everything running, everything gone when it goes, by whatever signal."""

import os
import shutil
import signal
import smtplib
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from charity.adapters.processes import is_running
from charity.adapters.settings import ROOT, read_settings
from charity.cli.launch import site as launched_site
from charity.cli.launch.children import Child, stop_all
from charity.cli.launch.keys import MAKERS, ensure_keys
from charity.cli.launch.rolling import RollingServer
from charity.cli.launch.site import free_port, is_taken
from charity.cli.launch.web import Address
from tests.infra.test_embedded import wait_for
from tests.kit import home
from tests.kit.servers import answers

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@dataclass(slots=True)
class Launched:
    """A launcher of its own, over a fresh instance folder."""

    process: subprocess.Popen[bytes]
    port: int
    instance: Path
    log: Path

    def family(self) -> set[int]:
        """Number the launcher's children and theirs."""
        found, seen = {self.process.pid}, set[int]()
        while found - seen:
            for pid in found - seen:
                seen.add(pid)
                for path in Path(f"/proc/{pid}/task").glob("*/children"):
                    found |= {int(child) for child in path.read_text().split()}
        return found - {self.process.pid}


def launch(instance: Path, *more: str, server: str = "granian") -> Launched:
    port, log = free_port(), instance.parent / f"log-{time.monotonic_ns()}"
    command = [sys.executable, "-m", "charity.cli.launch", "--port", str(port), "--no-demo", "--web", server, *more]
    environ = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "DATABASE_URL"}}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environ | {"INSTANCE_PATH": str(instance)}, stdout=out, stderr=out
        )
    return Launched(process, port, instance, log)


def is_open(site: Launched) -> bool:
    return site.process.poll() is not None or (answers(site.port) and "open" in site.log.read_text())


@pytest.fixture(scope="session")
def prepared() -> Path:
    """An instance folder after its first start."""
    launched = launch(Path(tempfile.mkdtemp(dir=home.here())) / "instance")
    assert wait_for(lambda: is_open(launched), 150), launched.log.read_text()
    assert launched.process.poll() is None, launched.log.read_text()
    launched.process.terminate()
    assert launched.process.wait(30) == 0
    return launched.instance


@pytest.fixture
def instance(prepared: Path, tmp_path: Path) -> Path:
    """A copy of a prepared instance folder."""
    return Path(shutil.copytree(prepared, tmp_path / "instance"))


@pytest.fixture
def site(instance: Path) -> Iterator[Launched]:
    launched = launch(instance)
    assert wait_for(lambda: is_open(launched), 100), launched.log.read_text()
    assert launched.process.poll() is None, launched.log.read_text()
    yield launched
    if launched.process.poll() is None:
        launched.process.terminate()
        launched.process.wait(30)


@ON_LINUX
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_launcher_ends(site: Launched, how: signal.Signals) -> None:
    family = site.family()
    assert len(family) >= 5  # Redis, web and its two workers, worker
    site.process.send_signal(how)
    assert site.process.wait(30) == (-how if how is signal.SIGKILL else 0)
    assert wait_for(lambda: not any(is_running(pid) for pid in family))
    assert not answers(site.port)


@ON_LINUX
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_dies_starts_again(site: Launched) -> None:
    redis = int((site.instance / "valkey" / "pid").read_text())
    before = site.family()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert wait_for(lambda: len(site.family() - before) >= len(before), 60), site.log.read_text()
    assert wait_for(lambda: answers(site.port), 100), site.log.read_text()
    assert int((site.instance / "valkey" / "pid").read_text()) != redis


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_second_start_changes_nothing(site: Launched) -> None:
    assert "divisions" not in site.log.read_text()  # what would only find that all is there was not even loaded
    keys = {name: (site.instance / name.lower()).read_text() for name in MAKERS}
    second = launch(site.instance)
    assert wait_for(lambda: is_open(second), 60), second.log.read_text()
    assert {name: (site.instance / name.lower()).read_text() for name in MAKERS} == keys
    second.process.terminate()
    assert second.process.wait(30) == 0
    assert answers(site.port)
    assert is_running(int((site.instance / "valkey" / "pid").read_text()))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_gunicorn_serves_too(instance: Path) -> None:
    launched = launch(instance, server="gunicorn")
    assert wait_for(lambda: is_open(launched), 100), launched.log.read_text()
    assert answers(launched.port)
    launched.process.terminate()
    assert launched.process.wait(30) == 0


def test_keys_are_made_once_and_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MAKERS:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "instance"
    assert ensure_keys(folder) == list(MAKERS)
    assert ensure_keys(folder) == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert read_settings({"INSTANCE_PATH": str(folder)}).secret_key


def test_keys_of_the_environment_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "from-the-environment")
    assert "SECRET_KEY" not in ensure_keys(tmp_path)
    assert not (tmp_path / "secret_key").exists()


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    port = free_port()
    import socket

    with socket.socket() as line:
        line.bind(("127.0.0.1", port))
        line.listen()
        assert is_taken(Address("127.0.0.1", port))
        done = subprocess.run(
            [sys.executable, "-m", "charity.cli.launch", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"INSTANCE_PATH": str(tmp_path / "instance")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "instance").exists()


def test_mail_of_the_demonstration_is_kept(tmp_path: Path) -> None:
    port = free_port()
    child = Child("mail", ["--port", str(port), "--folder", str(tmp_path / "mail")], os.environ, ROOT)
    child.start()
    assert wait_for(lambda: is_taken(Address("127.0.0.1", port)))
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as line:
        line.sendmail("a@circle.test", ["b@circle.test"], "Subject: hello\r\n\r\nA parcel.\r\n")
    stop_all([child])
    (letter,) = (tmp_path / "mail").glob("*.eml")
    assert "A parcel." in letter.read_text()
    assert stat.S_IMODE(letter.stat().st_mode) == 0o600
    assert not child.is_running()


def test_figures_are_added_up_where_no_disk_can_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(launched_site, "MEMORY", memory)
    folder = launched_site.figures_folder(tmp_path / "instance")
    assert folder.parent == memory
    assert launched_site.figures_folder(tmp_path / "other") != folder
    monkeypatch.setattr(launched_site, "MEMORY", tmp_path / "nowhere")
    assert launched_site.figures_folder(tmp_path / "instance") == tmp_path / "instance" / "metrics"


@ON_LINUX
def test_a_burst_of_connections_does_not_go_to_one_worker() -> None:
    port = free_port()
    server = RollingServer("nowhere:app", address="127.0.0.1", port=port, workers=2)
    server._init_shared_socket()
    try:
        for _holder, place in server._places:
            place.listen(64)  # as the workers do
        plugs = [socket.create_connection(("127.0.0.1", port)) for _ in range(64)]
        taken = [accepted(place) for _holder, place in server._places]
        assert sum(taken) == 64
        assert min(taken) >= 8  # 64 fair coins fall so with less than one in 10**9 runs otherwise
        for plug in plugs:
            plug.close()
    finally:
        server._drop_shared_socket()


def accepted(place: socket.socket) -> int:
    """Take in all connections that wait at a socket."""
    place.setblocking(False)
    for count in range(1000):
        try:
            place.accept()[0].close()
        except BlockingIOError:
            return count
    return 1000
