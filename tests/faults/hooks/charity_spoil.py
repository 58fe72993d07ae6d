"""One rule broken on purpose, by name."""

from datetime import timedelta
from types import ModuleType

from charity_after import after_import


def spoil(name: str) -> None:
    """Break a rule."""
    {
        "patient-redis": _patient_redis,
        "own-clock": _own_clock,
        "trusting-sessions": _trusting_sessions,
        "long-memory": _long_memory,
    }[name]()


def _patient_redis() -> None:
    """Wait long for Redis, every time anew."""

    def wait(module: ModuleType) -> None:
        vars(module).update(TIMEOUT=3.0)

    def trust(module: ModuleType) -> None:
        vars(module).update(TIMEOUT=3.0, ERRORS_TO_OPEN=10**9)

    after_import("charity.adapters.redis", trust)
    after_import("charity.adapters.limits", wait)


def _own_clock() -> None:
    """Ask no database what time it is."""

    def ask_us(db: ModuleType) -> None:
        db.Tx._ask = lambda self: db.clock.now()
        db.Tx.settle = lambda self, now: None

    after_import("charity.adapters.db", ask_us)


def _trusting_sessions() -> None:
    """Believe what any clock ever said."""
    after_import("charity.adapters.clock", lambda clock: vars(clock).update(SLACK=timedelta(days=10_000)))


def _long_memory() -> None:
    """Keep public lists for an hour."""
    after_import("charity.web.kit.kept", lambda kept: vars(kept).update(SECONDS=3_600.0))
