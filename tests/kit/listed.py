"""Many families in a county, a list of them, and the ways in which a list is brought somewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from charity.adapters.db import Tx, end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.circles import Promise, PromiseKind, Terms
from charity.domain.consents import Purpose
from charity.domain.openings import ListRow
from charity.jobs.openings import turn_openings
from charity.models.circles import Circle
from charity.models.households import Member
from charity.models.openings import CircleOpening, OpeningRow
from charity.models.programmes import Programme
from charity.services.circles import list_joining, list_review, lists
from tests.kit import village as v
from tests.kit.village import Family, Village

LETTERS = Promise(kind=PromiseKind.LETTER)
NINE = Terms(target=9, least=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A village with its people, and families who want a circle."""

    village: Village
    families: tuple[Family, ...]
    county_reviewer: Actor

    @property
    def office(self) -> Actor:
        """Give the administrator."""
        return self.village.administrator


def county(families: int = 4) -> County:
    """Found the village with so many families that agreed to a circle."""
    village = v.build()
    with transaction() as tx:
        added = tuple(willing(tx, village) for _ in range(families))
        reviewer = v.add_person(tx, (Role.REVIEWER, v.COUNTY))
    return County(village=village, families=added, county_reviewer=reviewer)


def willing(tx: Tx, village: Village, *, where: str = v.VILLAGE) -> Family:
    """Add a verified family that agreed to a circle."""
    family = v.add_family(tx, village.volunteer, village=where)
    head = tx.session.execute(
        select(Member.id).where(Member.household_id == family.id, Member.relation == "head")
    ).scalar_one()
    v.add_consent(tx, village.volunteer, family.id, head, Purpose.CIRCLE, given_by="self")
    return family


def goods(fen: int = 100_00) -> Promise:
    """Give a promise of one ordinary thing a month."""
    return Promise(monthly_fen=fen, title="每月一床棉被", category="quilt", reason_code="winter-comes")


def rows_of(families: Sequence[Family], *more: str) -> tuple[ListRow, ...]:
    """Write families, and other numbers, below each other."""
    refs = [*(family.ref for family in families), *more]
    return tuple(ListRow(line, ref) for line, ref in enumerate(refs, start=2))


def staged(at: County, *, promise: Promise = LETTERS, rows: Sequence[ListRow] | None = None, **terms: Any) -> str:
    """Stage a list of all families, or as told."""
    said = Terms(**({"target": 3, "least": 2} | terms))
    given = rows_of(at.families) if rows is None else tuple(rows)
    return lists.stage(at.office, programme(at), terms=said, promise=promise, rows=given)


def programme(at: County) -> str:
    """Give the programme's reference."""
    end_reading()
    return reading().scalars(select(Programme.ref).where(Programme.code == at.village.programme)).one()


def submitted(at: County, **changes: Any) -> str:
    """Stage a list and hand it in."""
    ref = staged(at, **changes)
    lists.submit(at.office, ref)
    return ref


def agreed(at: County, **changes: Any) -> str:
    """Let another person agree to a list; nothing is open yet."""
    ref = submitted(at, **changes)
    list_review.agree(at.county_reviewer, ref)
    return ref


def opened(at: County, **changes: Any) -> str:
    """Open a list's circles."""
    ref = agreed(at, **changes)
    carry_all()
    return ref


def carry_all() -> int:
    """Let the worker open everything."""
    total = 0
    while did := turn_openings():
        total += did
    return total


def opening(ref: str) -> CircleOpening:
    """Read a list as committed now."""
    end_reading()
    return reading().scalars(select(CircleOpening).where(CircleOpening.ref == ref)).one()


def code(ref: str) -> str:
    """Give a list's join code."""
    return opening(ref).join_code or ""


def found(ref: str) -> list[tuple[int, str, str, str]]:
    """Read line, state, cell and reason of a list's rows."""
    end_reading()
    query = select(OpeningRow.line, OpeningRow.state, OpeningRow.cell, OpeningRow.reason)
    rows = reading().execute(
        query.join(CircleOpening, CircleOpening.id == OpeningRow.opening_id)
        .where(CircleOpening.ref == ref)
        .order_by(OpeningRow.line)
    )
    return [(line, state, cell, reason) for line, state, cell, reason in rows]


def circles(ref: str) -> list[Circle]:
    """Read a list's circles, the oldest first."""
    end_reading()
    theirs = select(Circle).join(OpeningRow, OpeningRow.circle_id == Circle.id)
    query = theirs.join(CircleOpening, CircleOpening.id == OpeningRow.opening_id).where(CircleOpening.ref == ref)
    return list(reading().scalars(query.order_by(Circle.id)))


def join(donor: Actor, ref: str) -> str:
    """Let somebody join a list's programme by its code; gives the circle's reference."""
    return list_joining.join(donor, code(ref))
