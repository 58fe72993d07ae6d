"""Which run of the matching is still to be carried out, and its pairs that wait."""

from datetime import date

from sqlalchemy import select

from charity.adapters.db import reading
from charity.models.match_pools import MatchPoolPair
from charity.models.matching import MatchPair, MatchRun


def find_night(day: date) -> tuple[str, bool] | None:
    """Find a night's run by its day: its reference, and whether everything of it is done."""
    row = reading().execute(select(MatchRun.ref, MatchRun.done_at).where(MatchRun.day == day)).one_or_none()
    return None if row is None else (row.ref, row.done_at is not None)


def list_unfinished() -> list[str]:
    """List the runs that were cut off, the oldest first."""
    return list(reading().scalars(select(MatchRun.ref).where(MatchRun.done_at.is_(None)).order_by(MatchRun.id)))


def list_pairs(run_ref: str) -> list[int]:
    """List pairs of a run that wait: first helpers first, then by fit."""
    rows = (
        select(MatchPair.id)
        .join(MatchRun, MatchRun.id == MatchPair.run_id)
        .where(MatchRun.ref == run_ref, MatchPair.outcome == "waiting")
        .order_by(MatchPair.place, MatchPair.fit.desc(), MatchPair.id)
    )
    return list(reading().scalars(rows))


def list_pool_pairs(run_ref: str) -> list[int]:
    """List pairs of a run's part for intentions that wait, in the same order."""
    rows = (
        select(MatchPoolPair.id)
        .join(MatchRun, MatchRun.id == MatchPoolPair.run_id)
        .where(MatchRun.ref == run_ref, MatchPoolPair.outcome == "waiting")
        .order_by(MatchPoolPair.place, MatchPoolPair.fit.desc(), MatchPoolPair.id)
    )
    return list(reading().scalars(rows))
