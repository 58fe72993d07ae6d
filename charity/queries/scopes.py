"""The condition that something lies in one of some regions, for every question that asks it."""

from typing import Any

from sqlalchemy import ColumnElement, false, or_
from sqlalchemy.orm import InstrumentedAttribute

Column = InstrumentedAttribute[Any] | ColumnElement[Any]


def within(column: Column, regions: tuple[str, ...]) -> ColumnElement[bool]:
    """Give the condition that a region code lies in one of some regions; never true for none."""
    return or_(false(), *(column.startswith(region, autoescape=True) for region in regions))
