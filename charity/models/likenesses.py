"""Likenesses that the township still has to look at: what they stop, and how they end by themselves."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from charity.models.households import Household, LookAlike, Member


def waits() -> ColumnElement[bool]:
    """Give the condition that nobody has decided a likeness, and whom it is about still lives in that family."""
    lives = exists().where(Member.id == LookAlike.member_id, Member.left_at.is_(None))
    return and_(LookAlike.cleared_at.is_(None), or_(LookAlike.member_id.is_(None), lives))


class Outcome(StrEnum):
    """What became of a likeness."""

    OPEN = "open"
    DIFFERENT = "different"
    SAME = "same"
    ENDED = "ended"


def outcome_of(session: Session, row: LookAlike) -> Outcome:
    """Say what became of a likeness; one that nobody decided ended when its person left.

    Of two that are the same one record ended at the very moment of the decision.
    """
    if row.cleared_at is None:
        return Outcome.OPEN if _still_lives(session, row.member_id) else Outcome.ENDED
    if row.cleared_by_id is None:
        return Outcome.ENDED
    pair = (row.household_id, row.other_household_id)
    home = exists().where(Household.id.in_(pair), Household.closed_at == row.cleared_at)
    person = exists().where(Member.household_id.in_(pair), Member.left_at == row.cleared_at)
    return Outcome.SAME if session.scalar(select(or_(home, person))) else Outcome.DIFFERENT


def _still_lives(session: Session, member_id: int | None) -> bool:
    if member_id is None:
        return True
    return session.scalar(select(Member.left_at).where(Member.id == member_id)) is None


def find_of_family(session: Session, household_id: int) -> str | None:
    """Give a likeness of a family or of one of its people that the township still has to look at."""
    found = select(LookAlike.ref).where(LookAlike.household_id == household_id, waits())
    return session.scalars(found.order_by(LookAlike.id).limit(1)).one_or_none()


def find_stopping(session: Session, household_id: int, member_id: int | None) -> str | None:
    """Give a likeness that keeps a wish out of sight: of the whole family, or of the very person it is for.

    A doubled person stops nothing of a family whose other needs are public already.
    """
    about = LookAlike.member_id.is_(None)
    if member_id is not None:
        about = or_(about, LookAlike.member_id == member_id)
    found = select(LookAlike.ref).where(LookAlike.household_id == household_id, about, waits())
    return session.scalars(found.order_by(LookAlike.id).limit(1)).one_or_none()


def find_stopping_circle(session: Session, household_id: int, *, with_children: bool) -> str | None:
    """Give a likeness that keeps a circle from donors: of the whole family, or of a child that its hours are with."""
    about = LookAlike.member_id.is_(None)
    if with_children:
        about = or_(about, exists().where(Member.id == LookAlike.member_id, Member.school_stage.is_not(None)))
    found = select(LookAlike.ref).where(LookAlike.household_id == household_id, about, waits())
    return session.scalars(found.order_by(LookAlike.id).limit(1)).one_or_none()


def list_stopped(session: Session, household_ids: Collection[int]) -> set[int]:
    """List those of some families that look like another one as a whole, until the township has looked at both."""
    found = select(LookAlike.household_id).where(
        LookAlike.household_id.in_(household_ids), LookAlike.member_id.is_(None)
    )
    return set(session.scalars(found.where(waits())))
