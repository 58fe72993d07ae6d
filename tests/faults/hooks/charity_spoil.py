"""One rule broken on purpose, by name."""


def spoil(name: str) -> None:
    """Break a rule."""
    {"patient-redis": _patient_redis}[name]()


def _patient_redis() -> None:
    """Wait long for Redis, every time anew."""
    from charity.adapters import limits, redis

    redis.TIMEOUT = limits.TIMEOUT = 3.0
    redis.ERRORS_TO_OPEN = 10**9
