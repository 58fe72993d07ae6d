"""Children whose school stage was last recorded in an earlier school year: each September somebody asks again."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from charity.adapters import clock
from charity.adapters.crypto import Unreadable, unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.identity import is_child
from charity.domain.permissions import regions_for
from charity.domain.school import year_begins
from charity.models.households import Household, Member

MOST = 50
PIECE = 500


@dataclass(frozen=True, slots=True)
class StageDue:
    """A child by alias, the stage last recorded, and when (None: nobody knows)."""

    ref: str
    household_ref: str
    household_alias: str
    alias: str
    stage: str
    recorded_on: date | None


def list_stages_due(viewer: Actor) -> tuple[StageDue, ...]:
    """List the next children of the viewer's villages with a stage of an earlier school year; grown-ups need none."""
    regions = regions_for(viewer, "household.register")
    if not regions:
        return ()
    today = day_of(clock.now())
    rows = reading().execute(
        select(
            Member.ref,
            Household.ref.label("household_ref"),
            Household.alias.label("household_alias"),
            Member.alias,
            Member.school_stage,
            Member.stage_on,
            Member.birth_sealed,
        )
        .join(Household, Household.id == Member.household_id)
        .where(
            or_(*(Household.region_code.startswith(region) for region in regions)),
            Household.closed_at.is_(None),
            Member.left_at.is_(None),
            Member.school_stage.is_not(None),
            or_(Member.stage_on.is_(None), Member.stage_on < year_begins(today)),
        )
        .order_by(Household.id, Member.id)
    )
    found: list[StageDue] = []
    for row in rows:
        birth = date.fromisoformat(unseal(row.birth_sealed, place=f"members.birth:{row.ref}"))
        if is_child(birth, today):
            found.append(StageDue(row[0], row[1], row[2], row[3], str(row[4]), row[5]))
        if len(found) == MOST:
            break
    return tuple(found)


@dataclass(frozen=True, slots=True)
class GrownUp:
    """People with a school stage who are children no more, and after whom the next are looked for (None: nobody)."""

    refs: tuple[str, ...]
    next: int | None


def list_grown_up(today: date, *, after: int = 0, most: int = PIECE) -> GrownUp:
    """List who of the next people with a school stage is 18 by a day; births are sealed, so each is read.

    Of whom the birth does not open nothing is known: the stage stays, and the nightly check counts and tells them.
    """
    asked = select(Member.id, Member.ref, Member.birth_sealed).where(
        Member.id > after, Member.school_stage.is_not(None), Member.left_at.is_(None)
    )
    rows = reading().execute(asked.order_by(Member.id).limit(most)).all()
    grown = tuple(row.ref for row in rows if _is_grown_up(row.ref, row.birth_sealed, today))
    return GrownUp(grown, rows[-1].id if len(rows) == most else None)


def _is_grown_up(ref: str, birth_sealed: bytes, today: date) -> bool:
    try:
        return not is_child(date.fromisoformat(unseal(birth_sealed, place=f"members.birth:{ref}")), today)
    except Unreadable:
        return False
