"""What time it is: the one place that asks, so that tests and `clocks run --now` can answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

# A clock may be set back by so much, and what it stamped before is still believed. What lies further in the future
# was stamped by a clock that was wrong, and must not last until the right one gets there.
SLACK = timedelta(hours=2)
_held: ContextVar[datetime | None] = ContextVar("held_time", default=None)


def held() -> datetime | None:
    """Give the moment the clock is held at, or None when it runs."""
    return _held.get()


def now() -> datetime:
    """Give the present moment, aware, in UTC."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def hold(moment: datetime) -> Iterator[None]:
    """Hold the clock of this thread or task at an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is not a moment")
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
