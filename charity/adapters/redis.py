"""The one way to Redis: short time-outs, no retry, and a breaker, so that its absence costs nobody time."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import AbstractConnection
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import NoPermissionError, NoScriptError, OutOfMemoryError, ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as TooSlow
from redis.retry import Retry

from charity.adapters.settings import Settings

T = TypeVar("T")
TIMEOUT = 0.25
PATIENCE = 5.0  # of who builds something in the background, for whom nobody waits
ERRORS_TO_OPEN = 3
PROBE_EVERY = 5.0
_MAX_CONNECTIONS = 32
_DOWN = (NoConnection, TooSlow, OutOfMemoryError, ReadOnlyError, NoPermissionError, OSError)
# Said by a server that serves nobody just now: its disk is full, its master gone, a script holds it up.
_DOWN_SAID = ("MISCONF", "MASTERDOWN", "BUSY ", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS")


class RedisDown(Exception):
    """Redis is absent, slow or refusing: answer from the database."""


class Breaker:
    """Opens after three errors in a row; then lets one probe through every five seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._errors = 0
        self._next_probe = 0.0

    @property
    def is_open(self) -> bool:
        """Say whether calls are refused without being tried."""
        return self._errors >= ERRORS_TO_OPEN

    def admits(self) -> bool:
        """Say whether this call may be tried: always while closed, else one probe at a time."""
        if not self.is_open:
            return True
        with self._lock:
            if self._clock() < self._next_probe:
                return False
            self._next_probe = self._clock() + PROBE_EVERY
            return True

    def succeeded(self) -> None:
        """Close."""
        self._errors = 0

    def failed(self) -> None:
        """Count an error; the third in a row opens."""
        with self._lock:
            self._errors += 1
            self._next_probe = self._clock() + PROBE_EVERY


class Gateway:
    """A client and its breaker; connects at the first call, and anew after a fork."""

    def __init__(self, url: str | None, *, breaker: Breaker | None = None) -> None:
        self.url = url
        self.breaker = breaker or Breaker()
        self._pid = os.getpid()
        self._clients: dict[float, Redis] = {}
        self._lines = threading.local()
        self._is_cluster: bool | None = None

    def call(self, use: Callable[[Redis], T], *, patience: float = TIMEOUT) -> T:
        """Run `use(client)`; RedisDown when Redis does not serve, or is not to be tried yet."""
        if self.url is None or not self.breaker.admits():
            raise RedisDown
        try:
            answer = use(self._connected(self.url, patience))
        except _DOWN as error:
            self.breaker.failed()
            raise RedisDown from error
        except ResponseError as error:
            if not any(said in str(error) for said in _DOWN_SAID):  # a pipeline puts its own words before
                raise
            self.breaker.failed()
            raise RedisDown from error
        self.breaker.succeeded()
        return answer

    def is_cluster(self) -> bool:
        """Say whether Redis is part of a cluster, where one call may touch the keys of one slot only; asked once."""
        if self._is_cluster is None:
            self._is_cluster = bool(self.call(lambda client: client.info("cluster")).get("cluster_enabled"))
        return self._is_cluster

    def ask(self, packed: bytes) -> Any:
        """Send one written-out command over this thread's own line; RedisDown as for `call`.

        For the hottest questions: it costs a third of one through the client and its pool.
        """
        if self.url is None or not self.breaker.admits():
            raise RedisDown
        line: AbstractConnection | None = None
        try:
            line = self._line(self.url)
            line.send_packed_command([packed], check_health=False)
            answer = line.read_response()
        except _DOWN as error:
            if line is not None:
                line.disconnect()  # the next one connects anew
            self.breaker.failed()
            raise RedisDown from error
        except ResponseError as error:
            if isinstance(error, NoScriptError) or any(said in str(error) for said in _DOWN_SAID):
                raise RedisDown from error  # whoever asks has another way, which knows what to do
            raise
        self.breaker.succeeded()
        return answer

    def _line(self, url: str) -> AbstractConnection:
        mine = self._lines
        if getattr(mine, "pid", None) != os.getpid():
            pool = self._connected(url, TIMEOUT).connection_pool
            mine.line, mine.pid = pool.connection_class(**pool.connection_kwargs), os.getpid()
        return mine.line

    def _connected(self, url: str, patience: float) -> Redis:
        if self._pid != os.getpid():
            self._pid, self._clients = os.getpid(), {}
        client = self._clients.get(patience)
        if client is None:
            client = self._clients[patience] = Redis.from_url(
                url,
                socket_timeout=patience,
                socket_connect_timeout=TIMEOUT,
                retry=Retry(NoBackoff(), 0),
                max_connections=_MAX_CONNECTIONS,
                decode_responses=True,
            )
        return client


_gateway = Gateway(None)


def connect(settings: Settings) -> Gateway:
    """Make this process use the configured Redis; nothing is connected before the first call."""
    global _gateway
    if _gateway.url != settings.redis_url:
        _gateway = Gateway(settings.redis_url)
    return _gateway


def redis_call(use: Callable[[Redis], T], *, patience: float = TIMEOUT) -> T:
    """Run `use(client)` on this process's Redis; raises RedisDown, and nothing else that is Redis's fault."""
    return _gateway.call(use, patience=patience)


def redis_ask(packed: bytes) -> Any:
    """Ask this process's Redis one written-out question; raises RedisDown."""
    return _gateway.ask(packed)


def is_cluster() -> bool:
    """Say whether this process's Redis is part of a cluster; raises RedisDown."""
    return _gateway.is_cluster()


def is_up() -> bool:
    """Say whether Redis answers now; one that is not configured does not."""
    try:
        return bool(redis_call(lambda client: client.ping()))
    except RedisDown:
        return False
