"""A closed loop of raw connections: each sends its next request as soon as its answer is there."""

import os
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles

Connect = Callable[[], socket.socket]
Requests = Iterator[bytes]
# Given all bytes of an answer so far: its length when it is complete, else 0; and its status.
Measure = Callable[[bytes], tuple[int, str]]


@dataclass(slots=True)
class Run:
    """What one run saw."""

    seconds: float
    times: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        """Give answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def ms(self, percent: int) -> float:
        """Give a percentile of the answer times, in milliseconds."""
        return quantiles(self.times, n=100)[percent - 1] * 1000 if len(self.times) > 1 else 0.0


@dataclass(slots=True)
class _Line:
    requests: Requests
    sent: float = 0.0
    seen: bytes = b""


def run(connect: Connect, requests: list[Requests], measure: Measure, *, seconds: float) -> Run:
    """Let one connection for each list of requests ask in a closed loop for so many seconds."""
    found, began = Run(0.0), time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        for each in requests:
            line, plug = _Line(each), connect()
            waiting.register(plug, selectors.EVENT_READ, line)
            _send(plug, line)
        until = began + seconds
        while waiting.get_map() and time.perf_counter() < until + 20:
            for key, _events in waiting.select(1.0):
                _hear(waiting, key, found, measure, until)
        for key in list(waiting.get_map().values()):
            _close(waiting, key.fileobj)
    found.seconds = time.perf_counter() - began
    return found


def _hear(
    waiting: selectors.BaseSelector, key: selectors.SelectorKey, found: Run, measure: Measure, until: float
) -> None:
    line, plug = key.data, key.fileobj
    assert isinstance(plug, socket.socket)
    piece = plug.recv(1 << 18)
    line.seen += piece
    length, status = measure(line.seen)
    if piece and not length:
        return
    now = time.perf_counter()
    found.times.append(now - line.sent)
    found.answers[status if piece else "closed"] += 1
    if not piece or now >= until or not _send(plug, line):
        _close(waiting, plug)


def _send(plug: socket.socket, line: _Line) -> bool:
    request = next(line.requests, None)
    if request is None:
        return False
    line.sent, line.seen = time.perf_counter(), b""
    plug.sendall(request)
    return True


def _close(waiting: selectors.BaseSelector, plug: object) -> None:
    if isinstance(plug, socket.socket):
        waiting.unregister(plug)
        plug.close()


def over_http(port: int) -> Connect:
    """Connect to a web server on the loopback."""

    def connect() -> socket.socket:
        plug = socket.create_connection(("127.0.0.1", port), timeout=30)
        plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return plug

    return connect


def over_socket(path: str) -> Connect:
    """Connect to a Unix socket."""

    def connect() -> socket.socket:
        plug = socket.socket(socket.AF_UNIX)
        plug.connect(os.fspath(path))
        return plug

    return connect


def http_answer(seen: bytes) -> tuple[int, str]:
    """Measure an HTTP/1.1 answer with a content length."""
    head = seen.find(b"\r\n\r\n")
    if head < 0:
        return 0, ""
    status = seen[9:12].decode()
    at = seen[:head].lower().find(b"content-length:")
    size = int(seen[at + 15 : seen.find(b"\r\n", at)]) if at >= 0 else 0
    return (head + 4 + size, status) if len(seen) >= head + 4 + size else (0, status)


def get(path: str, *, token: str = "") -> bytes:
    """Write a GET request."""
    said = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{said}\r\n".encode()


def post(path: str, body: str, *, token: str, key: str) -> bytes:
    """Write a POST request with a token and an idempotency key."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
