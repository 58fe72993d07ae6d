"""What operators watch: how far the book, the boards, the clocks and the queues are behind, looked up when asked."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import exc, func, select
from sqlalchemy.orm import Session

from charity.adapters import clock
from charity.adapters.db import reading
from charity.adapters.metrics import Figure
from charity.adapters.redis import RedisDown
from charity.ledger.canonical import decode
from charity.models.ledger import ENTRIES, LEAVES, QUEUE
from charity.models.outbox import OutboxMessage
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.projections.boards import find_pointer
from charity.queries import circle_deadlines, deadlines, intentions
from charity.queries.health import is_database_ready, is_redis_ready
from charity.queries.organisations.waiting import list_changes_due
from charity.queries.payee_clocks import list_payees_due
from charity.queries.register_books import find_check

_MOST = 1_000  # beyond this it matters no more how many
_CLOCKS = {
    "pledges": deadlines.list_due_pledges,
    "offers": deadlines.list_due_offers,
    "cases": deadlines.list_due_cases,
    "wishes": deadlines.list_due_wishes,
    "seats": circle_deadlines.list_due_offers,
    "intentions": intentions.list_offers_due,
    "officers": list_changes_due,
    "payees": list_payees_due,
}
_REVIEWED = {"wishes": "submitted", "confirmations": "handed_over"}


def list_figures(instance: Path) -> list[Figure]:
    """Look everything up; what cannot be known, because a store is away, is left out."""
    database, redis = is_database_ready(), is_redis_ready()
    up = Figure("charity_store_up", "Whether a store answers", {"database": database, "redis": redis}, "store")
    figures = [up, _disk(instance)]
    if database:
        with suppress(exc.SQLAlchemyError):
            figures.extend(_from_database(reading(), clock.now(), redis=redis))
    return figures


def _disk(instance: Path) -> Figure:
    free = shutil.disk_usage(instance).free if instance.exists() else 0
    return Figure("charity_disk_free_bytes", "Space left for the instance folder", {"": free})


def _from_database(session: Session, now: datetime, *, redis: bool) -> Iterator[Figure]:
    yield from _book(session, now)
    if redis:
        yield from _boards(session)
    check = find_check(session)
    if check is not None:
        found = {"": float(check.differences)}
        yield Figure("charity_register_differences", "Places whose totals are not the sum of those below", found)
    overdue = {kind: len(due(now, _MOST)) for kind, due in _CLOCKS.items()}
    yield Figure("charity_overdue_clocks", "Deadlines passed and not applied yet, at most 1000", overdue, "kind")
    yield Figure("charity_queue_age_seconds", "Age of the oldest in a queue", _ages(session, now), "queue")
    yield Figure("charity_queue_length", "How many wait in a queue, at most 1000", _lengths(session, now), "queue")


def _book(session: Session, now: datetime) -> Iterator[Figure]:
    first = select(QUEUE.c.entry_id).order_by(QUEUE.c.entry_id).limit(1).scalar_subquery()
    body = session.scalar(select(ENTRIES.c.body).where(ENTRIES.c.id == first))
    lag = 0.0 if body is None else _age(datetime.fromisoformat(decode(bytes(body)).at), now)
    yield Figure("charity_sequencing_lag_seconds", "Age of the oldest entry without a number", {"": lag})
    waiting = session.scalar(select(func.count()).select_from(select(QUEUE.c.entry_id).limit(_MOST).subquery()))
    yield Figure("charity_sequencing_waiting", "Entries without a number, at most 1000", {"": waiting or 0})


def _boards(session: Session) -> Iterator[Figure]:
    with suppress(RedisDown):
        pointer = find_pointer()
        newest = session.scalar(select(func.max(LEAVES.c.number)))
        behind = (-1 if newest is None else newest) - (-1 if pointer is None else pointer.leaf)
        yield Figure("charity_board_lag_leaves", "Leaves the boards have not counted yet", {"": max(0, behind)})


def _ages(session: Session, now: datetime) -> dict[str, float]:
    due = OutboxMessage.done_at.is_(None)
    ages = {"outbox": session.scalar(select(func.min(OutboxMessage.made_at)).where(due))}
    ages["wishes"] = session.scalar(select(func.min(Wish.clock_started_at)).where(Wish.state == _REVIEWED["wishes"]))
    waits = Pledge.state == _REVIEWED["confirmations"]
    ages["confirmations"] = session.scalar(select(func.min(Pledge.clock_started_at)).where(waits))
    return {name: 0.0 if since is None else _age(since, now) for name, since in ages.items()}


def _lengths(session: Session, now: datetime) -> dict[str, float]:
    due = select(OutboxMessage.id).where(OutboxMessage.done_at.is_(None), OutboxMessage.try_at <= now)
    wishes = select(Wish.id).where(Wish.state == _REVIEWED["wishes"])
    pledges = select(Pledge.id).where(Pledge.state == _REVIEWED["confirmations"])
    queues = {"outbox": due, "wishes": wishes, "confirmations": pledges}
    return {
        name: session.scalar(select(func.count()).select_from(rows.limit(_MOST).subquery())) or 0
        for name, rows in queues.items()
    }


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
