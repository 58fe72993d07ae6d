"""Counting tries within a window, in SQL, so that limits hold without Redis and across processes."""

from datetime import timedelta

from sqlalchemy import case, delete, or_
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters import clock
from charity.adapters.db import Tx
from charity.models.accounts import Throttle


def count_try(tx: Tx, key: bytes, *, window: timedelta) -> int:
    """Count one more try of a key and give how many there were in the running window, this one included."""
    insert = (sqlite.insert if tx.is_sqlite else postgresql.insert)(Throttle)
    # A window that begins in the future was begun by a clock that was wrong: it must not shut anybody out until then.
    is_over = or_(Throttle.window_started_at <= tx.now - window, Throttle.window_started_at > tx.now + clock.SLACK)
    put = insert.values(key_digest=key, window_started_at=tx.now, tries=1).on_conflict_do_update(
        index_elements=[Throttle.key_digest],
        set_={
            "tries": case((is_over, 1), else_=Throttle.tries + 1),
            "window_started_at": case((is_over, tx.now), else_=Throttle.window_started_at),
        },
    )
    return tx.session.execute(put.returning(Throttle.tries)).scalar_one()


def forget_tries(tx: Tx, key: bytes) -> None:
    """Forget the tries of a key, after a success."""
    tx.session.execute(delete(Throttle).where(Throttle.key_digest == key))
