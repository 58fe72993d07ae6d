"""The daily entry by which nobody can change the open file of the boards' lines unseen."""

from sqlalchemy import select

from charity import ledger
from charity.adapters.db import Tx
from charity.domain import calendar
from charity.domain.actors import Actor
from charity.domain.entries import EntryKind
from charity.models.acts import act
from charity.models.ledger import ENTRIES


@act
def publish_digest(tx: Tx, _actor: Actor, *, digest: str, rows: int, leaf: int) -> int | None:
    """Write the digest of the lines into the book, once a day of Asia/Shanghai; None when today's stands already."""
    today = calendar.day_start(calendar.day_of(tx.now))
    newest = tx.session.execute(
        select(ENTRIES.c.body).where(ENTRIES.c.kind == EntryKind.BOARDS_DIGEST).order_by(ENTRIES.c.id.desc()).limit(1)
    ).scalar_one_or_none()
    day = today.isoformat(timespec="seconds").replace("+00:00", "Z")
    if newest is not None and day.encode() in bytes(newest):
        return None
    return ledger.append(
        tx, EntryKind.BOARDS_DIGEST, {}, {"day": day, "digest": digest, "rows": rows, "leaf": leaf, "kind": "lines"}
    )
