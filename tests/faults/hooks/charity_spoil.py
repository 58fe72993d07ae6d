"""One rule broken on purpose, by name."""


def spoil(name: str) -> None:
    """Break a rule."""
    {"patient-redis": _patient_redis, "own-clock": _own_clock, "trusting-sessions": _trusting_sessions}[name]()


def _patient_redis() -> None:
    """Wait long for Redis, every time anew."""
    from charity.adapters import limits, redis

    redis.TIMEOUT = limits.TIMEOUT = 3.0
    redis.ERRORS_TO_OPEN = 10**9


def _own_clock() -> None:
    """Ask no database what time it is."""
    from charity.adapters import clock, db

    db.Tx._ask = lambda self: clock.now()  # type: ignore[method-assign]
    db.Tx.settle = lambda self, now: None  # type: ignore[method-assign]


def _trusting_sessions() -> None:
    """Believe what any clock ever said."""
    from datetime import timedelta

    from charity.adapters import clock

    clock.SLACK = timedelta(days=10_000)
