"""Coarse limits per network address, counted in Redis and, while it is away, in this process."""

import hashlib
import hmac
import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Flask, Response, request
from flask_limiter import ApplicationLimit, Limit, Limiter, RateLimitExceeded
from limits import parse
from redis.backoff import NoBackoff
from redis.retry import Retry

from charity.domain.errors import TooMany

TIMEOUT: Final = 0.25
WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")
# A village or a school shares one address, so these only stop machines; fair limits of people live with their account.
EVERYTHING: Final = "1200 per minute"
WRITING: Final = "240 per minute"
CODE: Final = "too-many-requests"
PREFIX: Final = "limits"
EVERYWHERE: Final = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRules:
    """How much one address may ask: of everything, of writing, and of single endpoints."""

    everything: str = EVERYTHING
    writing: str = WRITING
    tighter: Mapping[str, str] = field(default_factory=dict)
    drawing: Mapping[str, str] = field(default_factory=dict)  # pages whose GET costs a processor for a while
    apart: Mapping[str, str] = field(default_factory=dict)  # with a limit of their own, and no part in that of writing


def limit_requests(
    app: Flask, *, redis_url: str | None, secret: str, rules: LimitRules | None = None, enabled: bool = True
) -> Limiter:
    """Limit the requests of an app; a request over a limit is refused with TooMany and `Retry-After`."""
    rules = rules or LimitRules()
    where, options = _storage(redis_url)
    limiter = Limiter(
        lambda: address_key(request.remote_addr, secret),
        application_limits=[
            ApplicationLimit(rules.everything, scope=EVERYWHERE),
            ApplicationLimit(
                rules.writing,
                methods=WRITES,
                scope="writing",
                exempt_when=lambda: request.endpoint in rules.apart,
            ),
        ],
        default_limits=[
            Limit(limit, methods=methods, exempt_when=_elsewhere(endpoint))
            for methods, limits in ((WRITES, rules.tighter), (WRITES, rules.apart), (("GET",), rules.drawing))
            for endpoint, limit in limits.items()
        ],
        storage_uri=where,
        storage_options=options,
        strategy="fixed-window",
        in_memory_fallback_enabled=True,
        swallow_errors=True,  # of two threads that meet a dead Redis at once one falls back; the other must not fail
        key_prefix=PREFIX,
        enabled=enabled,
    )
    limiter.request_filter(_is_near)
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, lambda error: _refuse(app, limiter))
    return limiter


def count_early(limiter: Limiter, *, secret: str, rules: LimitRules | None = None) -> Callable[[str | None], bool]:
    """Give what counts a request that is answered before the application, in the same place as it would count there.

    It says False when the address has asked too much, or when nothing can be counted: then the application decides.
    """
    limit = parse((rules or LimitRules()).everything)

    def count(address: str | None) -> bool:
        if not limiter.enabled or _is_loopback(address):
            return True
        try:
            return limiter.limiter.hit(limit, PREFIX, address_key(address, secret), EVERYWHERE)
        except Exception:  # what a dead store raises is the store's; the application meets it, too, and falls back
            return False

    return count


def address_key(address: str | None, secret: str) -> str:
    """Name an address without keeping it; an IPv6 household is its /64."""
    try:
        place = ipaddress.ip_address(address or "")
    except ValueError:
        network = "unknown"
    else:
        length = 64 if isinstance(place, ipaddress.IPv6Address) else 32
        network = str(ipaddress.ip_network((place, length), strict=False))
    return hmac.new(secret.encode(), b"address:" + network.encode(), hashlib.sha256).hexdigest()[:32]


def _storage(redis_url: str | None) -> tuple[str, dict[str, Any]]:
    if not redis_url:
        return "memory://", {}
    where = redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
    # Without these a dead Redis would hold every request for seconds.
    patience = {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT, "retry": Retry(NoBackoff(), 0)}
    return where, patience


def _is_near() -> bool:
    # A proxy that does not pass the address on, or the operator's own scripts: one shared limit would stop everybody.
    return _is_loopback(request.remote_addr)


def _is_loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def _elsewhere(endpoint: str) -> Callable[[], bool]:
    return lambda: request.endpoint != endpoint


def _refuse(app: Flask, limiter: Limiter) -> Response:
    limit = limiter.current_limit
    seconds = max(1, int(limit.reset_at - time.time()) + 1) if limit else 60
    answer = app.make_response(app.handle_user_exception(TooMany(CODE, params={"seconds": seconds})))
    answer.headers["Retry-After"] = str(seconds)
    return answer
