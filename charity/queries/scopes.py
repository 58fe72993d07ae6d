"""The condition that something lies in one of some regions, for every question that asks it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute

Column = InstrumentedAttribute[Any] | ColumnElement[Any]


def within(column: Column, regions: tuple[str, ...]) -> ColumnElement[bool]:
    """Give the condition that a region code lies in one of some regions; never true for none."""
    return or_(false(), *(column.startswith(region, autoescape=True) for region in regions))


def after_deadline(due: Column, number: Column, place: tuple[datetime | None, int]) -> ColumnElement[bool]:
    """Give the condition that a row stands after a place in a list by deadline, whose rows without one stand last."""
    at, last = place
    later = and_(due.is_(None), number > last)
    if at is None:
        return later
    return or_(due > at, and_(due == at, number > last), due.is_(None))
