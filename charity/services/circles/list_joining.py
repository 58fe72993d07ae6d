"""Joining by a list's link or code: the donor gets a seat where it helps most, or a place in a waiting list."""

from collections.abc import Callable

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import CapReached, Conflict, Missing, NotPermitted, SignInNeeded
from charity.domain.openings import JOINABLE, OpeningState, is_running
from charity.models.acts import act
from charity.models.opening_joins import find_next_circle, find_shortest_queue, sits_in_list, waits_in_list
from charity.models.opening_rows import find_by_code
from charity.models.openings import CircleOpening
from charity.models.programmes import Programme
from charity.services.circles.seats import lock_joinable, may_join, queue_up, sit_down

Found = tuple[int, str] | None


@act
def join(tx: Tx, actor: Actor, code: str, *, display: str = "nickname") -> str:
    """Take a seat in the circle of a list that needs a donor most, one for each donor; gives the circle's reference.

    Circles that others are just changing are passed by first; only when no other is left are they waited for, one at
    a time, so that nobody is turned away while a seat is free.
    """
    may_join(tx, actor, display)
    opening = _get_joinable(tx, code)
    if sits_in_list(tx, opening.id, actor.account_id):
        raise Conflict("seated-in-programme")
    for is_patient in (True,) if tx.is_sqlite else (False, True):
        ref = _try_each(
            tx,
            lambda tried, patient=is_patient: find_next_circle(
                tx, opening.id, actor.account_id, tried=tried, is_patient=patient
            ),
            lambda found: sit_down(tx, actor, lock_joinable(tx, actor, found), display),
        )
        if ref is not None:
            return ref
    raise Conflict("programme-full")


@act
def wait(tx: Tx, actor: Actor, code: str, *, display: str = "nickname") -> str:
    """Wait for a seat of a full programme, where the fewest wait; gives the circle's reference."""
    may_join(tx, actor, display)
    opening = _get_joinable(tx, code)
    if sits_in_list(tx, opening.id, actor.account_id):
        raise Conflict("seated-in-programme")
    if waits_in_list(tx, opening.id, actor.account_id):
        raise Conflict("queued-already")
    if find_next_circle(tx, opening.id, actor.account_id, tried=(), is_patient=True) is not None:
        raise Conflict("seats-are-free")
    ref = _try_each(
        tx,
        lambda tried: find_shortest_queue(tx, opening.id, actor.account_id, tried=tried),
        lambda found: queue_up(tx, actor, lock_joinable(tx, actor, found), display),
    )
    if ref is None:
        raise Conflict("queued-already")
    return ref


def _get_joinable(tx: Tx, code: str) -> CircleOpening:
    opening = find_by_code(tx, code)
    if opening is None or OpeningState(opening.state) not in JOINABLE:
        raise Missing
    programme = tx.session.get_one(Programme, opening.programme_id)
    is_closed, today = programme.closed_at is not None, day_of(tx.now)
    if not is_running(starts_on=programme.starts_on, ends_on=programme.ends_on, is_closed=is_closed, today=today):
        raise Conflict("programme-not-running")
    return opening


def _try_each(tx: Tx, find: Callable[[set[int]], Found], take: Callable[[str], object]) -> str | None:
    """Try circle after circle, each within a savepoint whose end gives its locks back; None when none is left."""
    tried: set[int] = set()
    while True:
        try:
            with tx.session.begin_nested():
                found = find(tried)
                if found is None:
                    return None
                tried.add(found[0])
                take(found[1])
                return found[1]
        except (CapReached, SignInNeeded):  # about the donor himself, wherever he would sit
            raise
        except (Conflict, NotPermitted, Missing):  # not here: somebody was quicker, or may not be told why
            continue
