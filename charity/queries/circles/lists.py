"""Lists of families as offices and reviewers see them: what was staged, how seats fill, and what was refused."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.openings import JOINABLE, RowState, is_over, narrowed, offices
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.domain.regions import WIDTHS, Level
from charity.models.circles import Circle, Seat
from charity.models.households import Household
from charity.models.openings import CircleOpening, OpeningRow
from charity.models.programmes import Programme
from charity.queries.circles.rows import PromiseTerms, list_terms
from charity.queries.scopes import within

PAGE = 300
FEWEST = 20
MOST = 200
_TOWNSHIP = WIDTHS[Level.TOWNSHIP]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard:
    """A list with its terms, how many of its rows are in which state, and how far its seats are taken."""

    ref: str
    state: str
    region: str
    programme: str
    programme_ref: str
    join_code: str
    promise_kind: str
    monthly_fen: int
    title: str
    details: str
    category: str
    unit_label: str
    terms: PromiseTerms
    target: int
    least: int
    months: int
    not_before: date | None
    staged_at: datetime
    return_reason: str
    rows: Mapping[str, int]
    circles: int
    started: int
    seats: int
    taken: int
    is_joinable: bool
    may_manage: bool
    may_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeLists:
    """A programme with its lists, and whether the viewer may open circles under it."""

    ref: str
    name: str
    code: str
    may_stage: bool
    lists: tuple[ListCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TownshipFigures:
    """How far the circles of a list got in one township."""

    region: str
    circles: int
    started: int
    seats: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCard:
    """One row of a list, and the circle that came of it."""

    line: int
    household: str
    state: str
    cell: str
    reason: str
    circle: str
    circle_state: str
    alias: str
    region: str
    taken: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    """Some rows of a list and the line after which the next ones follow; None when there are none."""

    rows: tuple[RowCard, ...]
    next: int | None


def get_programme_lists(viewer: Actor, ref: str) -> ProgrammeLists:
    """Show a programme's lists to the offices of its region."""
    may_anywhere(viewer, "circles.list")
    programme = reading().scalars(select(Programme).where(Programme.ref == ref)).one_or_none()
    regions = narrowed(regions_for(viewer, "circles.list"), programme.region_code) if programme else ()
    if programme is None or not regions:
        raise Missing
    ours = within(CircleOpening.region_code, regions_for(viewer, "circles.list"))
    inside = _cards(viewer, CircleOpening.programme_id == programme.id, ours)
    over = is_over(ends_on=programme.ends_on, is_closed=programme.closed_at is not None, today=day_of(clock.now()))
    may_stage = bool(offices(regions)) and not over
    return ProgrammeLists(
        ref=programme.ref, name=programme.name, code=programme.code, may_stage=may_stage, lists=tuple(inside)
    )


def list_for_reviewers(viewer: Actor) -> tuple[ListCard, ...]:
    """List what waits for a second look in the viewer's regions, and the lists that have circles there."""
    may_anywhere(viewer, "circle.read")
    shown = CircleOpening.state.in_(["submitted", *(state.value for state in sorted(JOINABLE))])
    return tuple(_cards(viewer, shown, _concerning(viewer)))


def get_for_reviewer(viewer: Actor, ref: str) -> ListCard:
    """Show a list to those whose region it touches; one that was only staged is its office's alone."""
    may_anywhere(viewer, "circle.read")
    card = next(iter(_cards(viewer, CircleOpening.ref == ref, _concerning(viewer))), None)
    if card is None or card.state in ("staged", "dropped"):
        raise Missing
    return card


def get_list(viewer: Actor, ref: str) -> ListCard:
    """Show a list to the offices of its region."""
    may_anywhere(viewer, "circles.list")
    card = next(iter(_cards(viewer, CircleOpening.ref == ref)), None)
    if card is None or not card.may_manage:
        raise Missing
    return card


def _concerning(viewer: Actor) -> ColumnElement[bool]:
    """Give the condition that the viewer covers the whole list, or looks after a part of its circles."""
    regions = regions_for(viewer, "circle.read")
    around = {region[:width] for region in regions for width in WIDTHS.values() if width < len(region)}
    is_joinable = CircleOpening.state.in_([state.value for state in sorted(JOINABLE)])
    return or_(
        within(CircleOpening.region_code, regions), and_(is_joinable, CircleOpening.region_code.in_(sorted(around)))
    )


def list_townships(ref: str) -> tuple[TownshipFigures, ...]:
    """Tell how far the circles of a list got in each township."""
    township = func.substr(Circle.region_code, 1, _TOWNSHIP).label("region")
    query = _of_list(select(township, *_SUMS), ref).group_by(township).order_by(township).limit(PAGE)
    return tuple(TownshipFigures(**row) for row in reading().execute(query).mappings())


def list_days(ref: str) -> tuple[tuple[date, int], ...]:
    """Count the seats taken by the day on which they were taken, the newest first."""
    taken = _of_list(select(Seat.accepted_at).join(Circle, Circle.id == Seat.circle_id), ref)
    days = Counter(day_of(at) for at in reading().scalars(taken.where(Seat.accepted_at.is_not(None))) if at)
    return tuple(sorted(days.items(), reverse=True)[:PAGE])


def list_rows(viewer: Actor, ref: str, *, states: tuple[str, ...] = (), after: int = 0) -> RowPage:
    """List the rows of a list in the order of its file, some of its states only when told."""
    get_list(viewer, ref)
    return _page(ref, states, after)


def _page(ref: str, states: tuple[str, ...], after: int) -> RowPage:
    query = _ROWS.where(CircleOpening.ref == ref, OpeningRow.line > after).order_by(OpeningRow.line)
    if states:
        query = query.where(OpeningRow.state.in_(states))
    rows = reading().execute(query.limit(PAGE + 1)).mappings().all()
    shown = tuple(RowCard(**_whole(row)) for row in rows[:PAGE])
    return RowPage(rows=shown, next=shown[-1].line if len(rows) > PAGE else None)


def list_ready(viewer: Actor, ref: str, *, after: int = 0) -> RowPage:
    """List the families of a list for whoever may look at it whole; none for others."""
    card = get_for_reviewer(viewer, ref)
    if not is_allowed(viewer, "circle.review", card.region):
        return RowPage(rows=(), next=None)
    return _page(ref, (RowState.WAITING, RowState.OPENED, RowState.REFUSED), after)


def list_fewest(viewer: Actor, ref: str, *, limit: int = FEWEST) -> tuple[RowCard, ...]:
    """List the circles of a list that have the fewest donors."""
    get_list(viewer, ref)
    query = _ROWS.where(CircleOpening.ref == ref, Circle.state.in_(("forming", "running")))
    rows = reading().execute(query.order_by(Circle.taken, Circle.id).limit(limit)).mappings()
    return tuple(RowCard(**_whole(row)) for row in rows)


_SUMS = (
    func.count(Circle.id).label("circles"),
    func.sum(case((Circle.state != "forming", 1), else_=0)).label("started"),
    func.sum(Circle.target).label("seats"),
    func.sum(Circle.taken).label("taken"),
)
_ROWS = (
    select(
        OpeningRow.line,
        Household.ref.label("household"),
        OpeningRow.state,
        OpeningRow.cell,
        OpeningRow.reason,
        Circle.ref.label("circle"),
        Circle.state.label("circle_state"),
        Household.alias,
        Household.region_code.label("region"),
        Circle.taken,
        Circle.target,
    )
    .join(CircleOpening, CircleOpening.id == OpeningRow.opening_id)
    .outerjoin(Household, Household.id == OpeningRow.household_id)
    .outerjoin(Circle, Circle.id == OpeningRow.circle_id)
)


def _whole(row: Mapping[Any, Any]) -> dict[str, Any]:
    numbers = {"taken", "target"}
    return {str(name): value if value is not None else (0 if name in numbers else "") for name, value in row.items()}


def _of_list(query: Any, ref: str) -> Any:  # of any columns
    return (
        query.join(OpeningRow, OpeningRow.circle_id == Circle.id)
        .join(CircleOpening, CircleOpening.id == OpeningRow.opening_id)
        .where(CircleOpening.ref == ref)
    )


def _cards(viewer: Actor, *where: Any) -> list[ListCard]:
    query = select(CircleOpening, Programme.name, Programme.ref).join(
        Programme, Programme.id == CircleOpening.programme_id
    )
    rows = reading().execute(query.where(*where).order_by(CircleOpening.id.desc()).limit(MOST)).all()
    ids = [row[0].id for row in rows]
    counts, sums, terms = _counts(ids), _sums(ids), list_terms(ids)
    return [
        _card(
            viewer,
            opening,
            name,
            ref,
            counts.get(opening.id, {}),
            sums.get(opening.id, (0, 0, 0, 0)),
            terms.get(opening.id, PromiseTerms()),
        )
        for opening, name, ref in rows
    ]


def _counts(ids: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    grouped = select(OpeningRow.opening_id, OpeningRow.state, func.count()).where(OpeningRow.opening_id.in_(ids))
    for number, state, count in reading().execute(grouped.group_by(OpeningRow.opening_id, OpeningRow.state)):
        found.setdefault(number, dict.fromkeys(RowState, 0))[state] = count
    return found


def _sums(ids: list[int]) -> dict[int, tuple[int, int, int, int]]:
    rows = reading().execute(
        select(OpeningRow.opening_id, *_SUMS)
        .join(Circle, Circle.id == OpeningRow.circle_id)
        .where(OpeningRow.opening_id.in_(ids))
        .group_by(OpeningRow.opening_id)
    )
    return {row[0]: (int(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in rows}


def _card(
    viewer: Actor,
    opening: CircleOpening,
    programme: str,
    programme_ref: str,
    rows: Mapping[str, int],
    sums: tuple[int, int, int, int],
    terms: PromiseTerms,
) -> ListCard:
    posters = (opening.staged_by_id, opening.submitted_by_id)
    reviews = is_allowed(viewer, "circle.review", opening.region_code) and viewer.account_id not in posters
    return ListCard(
        ref=opening.ref,
        state=opening.state,
        region=opening.region_code,
        programme=programme,
        programme_ref=programme_ref,
        join_code=opening.join_code or "",
        promise_kind=opening.promise_kind,
        monthly_fen=opening.monthly_fen,
        title=opening.title,
        details=opening.details,
        category=opening.category,
        unit_label=opening.unit_label,
        terms=terms,
        target=opening.target,
        least=opening.least,
        months=opening.months,
        not_before=opening.not_before,
        staged_at=opening.staged_at,
        return_reason=opening.return_reason,
        rows=dict.fromkeys(RowState, 0) | dict(rows),
        circles=sums[0],
        started=sums[1],
        seats=sums[2],
        taken=sums[3],
        is_joinable=opening.state in JOINABLE,
        may_manage=is_allowed(viewer, "circles.list", opening.region_code),
        may_review=reviews and opening.state == "submitted",
    )
