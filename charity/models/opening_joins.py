"""Which circle of a list a donor gets next: statements that leave out where he may not sit; no rule of their own."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from charity.adapters.db import Tx
from charity.domain.circle_states import HELD, JOINABLE, SeatState
from charity.domain.openings import STARTED
from charity.domain.regions import WIDTHS, Level
from charity.domain.sides import TERM, Side
from charity.models.board_lines import list_roles
from charity.models.circles import Circle, CircleRefusal, Seat, SeatPlace
from charity.models.households import Household, HouseholdSide
from charity.models.openings import OpeningRow

# So many of the first in line are judged before all of them are: nearly everybody may sit with one of these.
LOOKED_AT = 64
# As domain/openings.py: place_in_line; a test holds one against the other.
IN_LINE = case((Circle.taken < Circle.least, Circle.least - Circle.taken), else_=STARTED + Circle.taken)


def find_next_circle(
    tx: Tx, opening_id: int, account_id: int, *, tried: Collection[int], is_patient: bool
) -> tuple[int, str] | None:
    """Find the circle (id and reference) of a list that gets its next donor, where this one may sit.

    Who is not patient passes by circles that somebody else is just changing, and locks the family of the one found.
    Whether he may sit is asked of the first in line, and of all others only when he may sit with none of these.
    """
    possible = _possible(tx, opening_id, account_id, tried).where(Circle.taken < Circle.target)
    possible = possible.order_by(IN_LINE, Circle.id).limit(1)
    if not is_patient and not tx.is_sqlite:
        possible = possible.with_for_update(of=Household, skip_locked=True)
    first = _list_first(tx, opening_id, tried)
    found = _first(tx, possible.where(Circle.id.in_(first))) if first else None
    if found is not None or len(first) < LOOKED_AT:
        return found
    return _first(tx, possible)


def _list_first(tx: Tx, opening_id: int, tried: Collection[int]) -> list[int]:
    """List the circles of a list that come first in line, whoever asks."""
    first = (
        select(Circle.id)
        .join(OpeningRow, OpeningRow.circle_id == Circle.id)
        .where(*_is_open(opening_id, tried), Circle.taken < Circle.target)
        .order_by(IN_LINE, Circle.id)
        .limit(LOOKED_AT)
    )
    return list(tx.session.scalars(first))


def find_shortest_queue(tx: Tx, opening_id: int, account_id: int, *, tried: Collection[int]) -> tuple[int, str] | None:
    """Find the circle of a list for which the fewest wait, where this donor may sit and does not wait yet."""
    waiting = and_(SeatPlace.circle_id == Circle.id, SeatPlace.left_at.is_(None))
    length = select(func.count()).select_from(SeatPlace).where(waiting).correlate(Circle).scalar_subquery()
    query = _possible(tx, opening_id, account_id, tried).where(
        ~exists().where(waiting, SeatPlace.account_id == account_id)
    )
    return _first(tx, query.order_by(length, Circle.id).limit(1))


def sits_in_list(tx: Tx, opening_id: int, account_id: int) -> bool:
    """Say whether somebody holds a seat of his own in a circle of a list."""
    held = Seat.state.in_([state.value for state in sorted(HELD)])
    own = (Seat.account_id == account_id, Seat.group_id.is_(None), held)
    return _is_in_list(tx, opening_id, Seat.circle_id, own)


def waits_in_list(tx: Tx, opening_id: int, account_id: int) -> bool:
    """Say whether somebody waits for a seat in a circle of a list."""
    own = (SeatPlace.account_id == account_id, SeatPlace.left_at.is_(None))
    return _is_in_list(tx, opening_id, SeatPlace.circle_id, own)


def _is_in_list(
    tx: Tx, opening_id: int, circle_id: InstrumentedAttribute[int], own: tuple[ColumnElement[bool], ...]
) -> bool:
    found = select(circle_id).join(OpeningRow, OpeningRow.circle_id == circle_id)
    return tx.session.execute(found.where(OpeningRow.opening_id == opening_id, *own).limit(1)).first() is not None


def _is_open(opening_id: int, tried: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        OpeningRow.opening_id == opening_id,
        Circle.state.in_([state.value for state in sorted(JOINABLE)]),
        Circle.hidden_at.is_(None),
        Circle.id.not_in(tried),
    )


def _possible(tx: Tx, opening_id: int, account_id: int, tried: Collection[int]) -> Select[int, str]:
    other_side = exists().where(
        HouseholdSide.account_id == account_id,
        HouseholdSide.beneficiary == literal("h") + cast(Circle.household_id, String),
        HouseholdSide.side != Side.GIVING.value,
        HouseholdSide.last_at > tx.now - TERM,
    )
    return (
        select(Circle.id, Circle.ref)
        .join(OpeningRow, OpeningRow.circle_id == Circle.id)
        .join(Household, Household.id == Circle.household_id)
        .where(
            *_is_open(opening_id, tried),
            ~exists().where(
                Seat.circle_id == Circle.id, Seat.account_id == account_id, Seat.state != SeatState.ENDED.value
            ),
            ~exists().where(CircleRefusal.household_id == Circle.household_id, CircleRefusal.account_id == account_id),
            ~other_side,
            *_not_at_home(list_roles(tx, account_id)),
        )
    )


def _not_at_home(regions: Sequence[str]) -> list[ColumnElement[bool]]:
    """Leave out the villages in which somebody holds a role; a county's officer is no neighbour."""
    near = [region for region in regions if len(region) >= WIDTHS[Level.TOWNSHIP]]
    return [~Circle.region_code.startswith(region, autoescape=True) for region in near]


def _first(tx: Tx, query: Select[int, str]) -> tuple[int, str] | None:
    row = tx.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])
