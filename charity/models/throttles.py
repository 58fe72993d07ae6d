"""Counting tries within a window, in SQL, so that limits hold without Redis and across processes."""

import ipaddress
from datetime import timedelta
from typing import Final

from sqlalchemy import case, delete, or_
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters import clock
from charity.adapters.db import Tx
from charity.models.accounts import Throttle

NETWORK_BITS: Final = 64


def network_of(address: str) -> str:
    """Give the network under which tries from an address are counted together: of IPv6 its /64, one household's."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if found.version == 4 else str(ipaddress.ip_network((found, NETWORK_BITS), strict=False))


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
