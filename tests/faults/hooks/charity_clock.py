"""Another time for one process: the true one plus the seconds that stand in a file, which may change at any moment."""

import datetime
import time
from pathlib import Path

from charity_after import after_import

_real_time = time.time
_real_datetime = datetime.datetime


def shift(path: str) -> None:
    """Shift time.time() and the application's clock; what measures durations (monotonic) goes on as it was."""
    where = Path(path)

    def offset() -> float:
        try:
            return float(where.read_text() or 0)
        except (OSError, ValueError):
            return 0.0

    class Shifted(_real_datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return _real_datetime.now(tz) + datetime.timedelta(seconds=offset())

    time.time = lambda: _real_time() + offset()
    after_import("charity.adapters.clock", lambda clock: setattr(clock, "datetime", Shifted))
