"""Keeping what was counted of the register at night, and what the check of the books found."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.models.acts import act
from charity.models.register_books import HouseholdFigures, RegisterCheck, VillageFigure

LONGEST = 24


@act
def keep_homes(tx: Tx, actor: Actor, *, after: int, last: int, figures: Mapping[int, tuple[int, int]]) -> None:
    """Put what a night counted (causes, stale facts) of households after one and up to another in its place."""
    del actor
    between = (HouseholdFigures.household_id > after, HouseholdFigures.household_id <= last)
    tx.session.execute(delete(HouseholdFigures).where(*between))
    rows = [
        {"household_id": household, "causes": causes, "stale": stale}
        for household, (causes, stale) in sorted(figures.items())
    ]
    if rows:
        tx.connection.execute(insert(HouseholdFigures), rows)


@act
def keep_figures(tx: Tx, actor: Actor, *, last: int, figures: Mapping[tuple[str, str], int]) -> None:
    """Put a night's figures of villages in the place of those of the night before; no household came after the last."""
    del actor
    tx.session.execute(delete(HouseholdFigures).where(HouseholdFigures.household_id > last))
    tx.session.execute(delete(VillageFigure))
    rows = [
        {"region_code": village, "figure": figure, "value": value}
        for (village, figure), value in sorted(figures.items())
    ]
    if rows:
        tx.connection.execute(insert(VillageFigure), rows)


@act
def keep_check(
    tx: Tx, actor: Actor, *, day: date, villages: int, differences: int, region: str = "", figure: str = ""
) -> None:
    """Write down what a day's check found; once a day."""
    del actor
    if tx.session.get(RegisterCheck, day, with_for_update=True) is None:
        tx.session.add(
            RegisterCheck(
                day=day,
                checked_at=tx.now,
                villages=villages,
                differences=differences,
                region_code=region,
                figure=figure[:LONGEST],
            )
        )
