"""What somebody with a list's link or printed code sees: programme, promise, seats, legal basis; no family at all."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from charity.adapters import clock
from charity.adapters.db import Tx, reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.circle_states import JOINABLE as TAKES_DONORS
from charity.domain.errors import Missing
from charity.domain.openings import JOINABLE, OpeningState, is_running
from charity.models.circles import Circle
from charity.models.concerned import is_open_page
from charity.models.opening_joins import sits_in_list, waits_in_list
from charity.models.openings import CircleOpening, OpeningRow
from charity.models.programmes import Programme
from charity.queries.circles.rows import PromiseTerms, list_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A programme that is joined by a code."""

    code: str
    programme: str
    body: str
    certificate: str
    filing: str
    contact: str
    platform_url: str
    starts_on: date
    ends_on: date | None
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
    circles: int
    seats: int
    taken: int
    is_running: bool
    is_full: bool
    is_seated: bool  # the viewer, in one of its circles
    is_waiting: bool


def get_joining(viewer: Actor, code: str) -> Joining:
    """Show what is joined by a code to anybody; Missing before somebody agreed to the list."""
    row = (
        reading()
        .execute(
            select(CircleOpening, Programme)
            .join(Programme, Programme.id == CircleOpening.programme_id)
            .where(CircleOpening.join_code == code, is_open_page("/join/", CircleOpening.join_code))
        )
        .one_or_none()
    )
    if row is None or OpeningState(row[0].state) not in JOINABLE:
        raise Missing
    opening, programme = row
    circles, seats, taken = _seats(opening.id)
    runs = is_running(
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        is_closed=programme.closed_at is not None,
        today=day_of(clock.now()),
    )
    return Joining(
        code=code,
        programme=programme.name,
        body=programme.body,
        certificate=programme.certificate,
        filing=programme.filing,
        contact=programme.contact,
        platform_url=programme.platform_url,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        promise_kind=opening.promise_kind,
        monthly_fen=opening.monthly_fen,
        title=opening.title,
        details=opening.details,
        category=opening.category,
        unit_label=opening.unit_label,
        terms=list_terms([opening.id]).get(opening.id, PromiseTerms()),
        target=opening.target,
        least=opening.least,
        months=opening.months,
        not_before=opening.not_before,
        circles=circles,
        seats=seats,
        taken=taken,
        is_running=runs,
        is_full=bool(seats) and taken >= seats,
        is_seated=viewer.is_signed_in and sits_in_list(Tx(reading()), opening.id, viewer.account_id),
        is_waiting=viewer.is_signed_in and waits_in_list(Tx(reading()), opening.id, viewer.account_id),
    )


def _seats(opening_id: int) -> tuple[int, int, int]:
    """Count the circles that take donors, their seats, and those that are taken."""
    row = (
        reading()
        .execute(
            select(
                func.count(Circle.id),
                func.coalesce(func.sum(Circle.target), 0),
                func.coalesce(func.sum(Circle.taken), 0),
            )
            .join(OpeningRow, OpeningRow.circle_id == Circle.id)
            .where(
                OpeningRow.opening_id == opening_id,
                Circle.state.in_([state.value for state in sorted(TAKES_DONORS)]),
                Circle.hidden_at.is_(None),
            )
        )
        .one()
    )
    return int(row[0]), int(row[1]), int(row[2])
