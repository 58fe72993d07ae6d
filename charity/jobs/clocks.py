"""Applying every deadline that has passed, a row at a time, and sending the reminders that are due."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import datetime
from functools import partial

import structlog

from charity.adapters import clock
from charity.adapters.db import transaction
from charity.domain.actors import SYSTEM
from charity.domain.pool import PoolAct
from charity.jobs.circles import turn_circles
from charity.jobs.loop import Turn
from charity.jobs.rounds import go_round
from charity.models.desks import unsettle_terms
from charity.queries import circle_deadlines, deadlines
from charity.services.circles.sight import consent_over
from charity.services.pledges import clocks as pledges
from charity.services.pledges import pool
from charity.services.register import pool as homes
from charity.services.wishes import clocks as wishes

_log = structlog.get_logger()
Counts = dict[str, int]


def apply_due(now: datetime | None = None, limit: int = 200) -> Counts:
    """Apply what is due at a moment (now, unless one is given) and count what happened."""
    with nullcontext() if now is None else clock.hold(now):
        counts = Counter(apply_deadlines(limit))
        counts.update(settle_desks(limit))
        counts.update(turn_circles(limit))
        return dict(counts)


def apply_deadlines(limit: int = 200) -> Counts:
    """Send due reminders, then apply the clocks that have run out."""
    now = clock.now()
    counts: Counter[str] = Counter()
    for name, refs, work in _due(now, limit):
        counts[name] += _each(name, refs, work)
    return {name: count for name, count in counts.items() if count}


def settle_desks(limit: int = 200) -> Counts:
    """Bring acts that nobody can take to those who can: the county's pool, the township's desk."""
    now = clock.now()
    pooled = sum(_each("pool", refs, _POOLS[act]) for act, refs in deadlines.list_for_pool(now, limit).items())
    pooled += _each("pool", deadlines.list_reviews_for_pool(now, limit), _pool_wish)
    hidden = _each("consents", deadlines.list_consents_over(now, limit), _hide_wish)
    circles = partial(circle_deadlines.list_consents_over, now)
    hidden += len(go_round("circle-consents", circles, lambda row: consent_over(SYSTEM, row.ref), limit))
    warned = _each("consents", deadlines.list_consents_soon_over(now, limit), _warn_of_consent)
    with transaction() as tx:
        unsettle_terms(tx)
    settled = sum(pledges.term_over(SYSTEM, number) for number in deadlines.list_terms_over(now, limit))
    counts = {"pool": pooled, "consents": hidden, "consents-soon": warned, "desk": settled}
    return {name: count for name, count in counts.items() if count}


def _due(now: datetime, limit: int) -> Iterable[tuple[str, list[str], Callable[[str], object]]]:
    # Reminders of what is due anyway come first, so that nobody lapses unaware even after a stop of the worker.
    told = deadlines.list_reminders(now, limit)
    yield "reminders", told["pledges"], lambda ref: pledges.pledge_reminder(SYSTEM, ref)
    yield "reminders", told["offers"], lambda ref: pledges.offer_reminder(SYSTEM, ref)
    yield "reminders", told["cases"], lambda ref: pledges.case_reminder(SYSTEM, ref)
    yield "reminders", told["wishes"], _remind_wish
    yield "pledges", deadlines.list_due_pledges(now, limit), lambda ref: pledges.pledge_due(SYSTEM, ref)
    yield "offers", deadlines.list_due_offers(now, limit), lambda ref: pledges.offer_due(SYSTEM, ref)
    yield "cases", deadlines.list_due_cases(now, limit), lambda ref: pledges.case_due(SYSTEM, ref)
    yield "wishes", deadlines.list_due_wishes(now, limit), _wish_due


def _each(name: str, refs: list[str], work: Callable[[str], object]) -> int:
    done = 0
    for ref in refs:
        try:
            done += bool(work(ref))
        except Exception as error:  # one row that cannot go on must not keep the others waiting
            _log.exception("deadline failed", what=name, kind=type(error).__name__)
    return done


def _wish_due(ref: str) -> bool:
    with transaction() as tx:
        return wishes.due(tx, ref)


def _pool_wish(ref: str) -> bool:
    with transaction() as tx:
        return wishes.pool(tx, ref)


def _hide_wish(ref: str) -> bool:
    with transaction() as tx:
        return wishes.consent_over(tx, ref)


def _warn_of_consent(ref: str) -> bool:
    with transaction() as tx:
        return wishes.consent_soon_over(tx, ref)


def _remind_wish(ref: str) -> bool:
    with transaction() as tx:
        return wishes.remind(tx, ref)


_POOLS: dict[PoolAct, Callable[[str], object]] = {
    PoolAct.CONFIRM: lambda ref: pool.pledge(SYSTEM, ref),
    PoolAct.FIELD: lambda ref: pool.pledge(SYSTEM, ref),
    PoolAct.CHECK_CODE: lambda ref: pool.check(SYSTEM, ref),
    PoolAct.VERIFY: lambda ref: homes.verification(SYSTEM, ref),
    PoolAct.PRINT_CARD: lambda ref: homes.card(SYSTEM, ref),
}
TURNS = (
    Turn("clocks", 1.0, lambda: sum(apply_deadlines().values())),
    Turn("desks", 300.0, lambda: sum(settle_desks().values())),
)
