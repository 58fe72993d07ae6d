"""The room of a circle, for its members, its volunteer and the reviewer: what was promised and done month by month."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.circle_states import HELD, PUBLIC, CircleState, SeatState
from charity.domain.circles import READS_AFTER, Ahead, Risk, month_text
from charity.domain.errors import Missing, SignInNeeded
from charity.domain.kinds import PledgeState
from charity.domain.permissions import is_allowed, may
from charity.models.accounts import Account
from charity.models.circles import CircleMonth, Seat
from charity.models.pledges import Pledge, PledgeStep
from charity.models.wishes import Wish
from charity.queries.circles.groups import GroupName, list_acting, list_left, list_watched, name_groups
from charity.queries.circles.letters import LetterCard, list_of_circle
from charity.queries.circles.public import PublicCircle, public_of
from charity.queries.circles.rows import CircleRow, find_row, forecast_of, list_seats, risks_of
from charity.queries.donor_names import shown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatMonth:
    """What one seat did in one month; wish and pledge are shown to whoever may open them."""

    month: str
    number: int
    is_own: bool
    kind: str
    outcome: str
    reason: str
    wish: str | None
    pledge: str | None
    pledge_state: str | None
    moved_at: datetime | None
    thanks: str  # the code of a ready phrase, for a gift that is confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCard:
    """One seat in the room; a person by his number, and by the name he chose, if any."""

    ref: str
    number: int
    state: str
    name: str
    group: GroupName | None  # the group that sits here, if it asked to be named
    is_own: bool
    is_of_group: bool  # of a group the viewer is inside of
    leaves_on: date | None
    lapses: int
    renews: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleRoom:
    """The circle's room: for its members, the volunteer and the reviewer."""

    circle: PublicCircle
    is_staff: bool
    is_inside: bool  # the viewer may enter the room itself
    seats: tuple[SeatCard, ...]
    months: tuple[SeatMonth, ...]
    letters: tuple[LetterCard, ...]
    forecast: tuple[Ahead, ...]
    risks: tuple[Risk, ...]
    renewal_asked: bool
    household_agrees: bool | None
    is_term_reviewed: bool
    reads_until: date | None = None  # of one whose seat has ended


def get_room(viewer: Actor, ref: str) -> CircleRoom:
    """Show the room to its members, also lately, the volunteer of its village and its reviewers; to nobody else."""
    row, seats = _find(viewer, ref)
    is_staff = _looks_after(viewer, row)
    sitting = {seat.id for seat in seats if SeatState(seat.state) in HELD}
    acting, watched = list_acting(viewer, seats), list_watched(viewer, seats, household_id=row.household_id)
    if not is_staff and row.hidden_at is not None:
        raise Missing
    if not is_staff and not sitting & (acting | watched):
        return _look_back(viewer, row, seats)
    room = _room(viewer, row, seats, acting, watched, is_staff=is_staff)
    return replace(
        room,
        months=_months(viewer, row, is_staff),
        letters=list_of_circle(viewer, row, is_staff, acting | watched),
    )


def _look_back(viewer: Actor, row: CircleRow, seats: list[Seat]) -> CircleRoom:
    """Show to whoever held a seat until lately the months and letters of his own time, and nothing of others there."""
    left = list_left(viewer, seats, household_id=row.household_id, now=clock.now())
    ends = [seat.ended_at for seat in left if seat.ended_at is not None]
    if not ends or CircleState(row.state) not in PUBLIC:
        raise Missing
    times = [_time_of(seat) for seat in left]
    months = [line for line in _months(viewer, row, False) if any(a <= line.month <= b for a, b in times)]
    if not months:
        raise Missing
    return replace(
        _room(viewer, row, seats, set(), set(), is_staff=False),
        seats=(),
        forecast=(),
        months=tuple(months),
        letters=list_of_circle(viewer, row, False, {seat.id for seat in left}),
        renewal_asked=False,
        reads_until=day_of(max(ends) + READS_AFTER),
    )


def _time_of(seat: Seat) -> tuple[str, str]:
    """Give the first and the last month of a seat that has ended."""
    if seat.accepted_at is None or seat.ended_at is None:
        return "", ""
    return month_text(day_of(seat.accepted_at)), month_text(seat.leaves_on or day_of(seat.ended_at))


def get_desk_view(viewer: Actor, ref: str) -> CircleRoom:
    """Show to whoever may read circles there what the desks need: no months, and only letters he passes or brings."""
    row, seats = _find(viewer, ref)
    may(viewer, "circle.read", row.region_code)
    acts = any(is_allowed(viewer, action, row.region_code) for action in ("letter.review", "letter.bring"))
    room = _room(viewer, row, seats, set(), set(), is_staff=True)
    return replace(room, letters=list_of_circle(viewer, row, acts, ()), is_inside=_looks_after(viewer, row))


def _find(viewer: Actor, ref: str) -> tuple[CircleRow, list[Seat]]:
    if not viewer.is_signed_in:
        raise SignInNeeded
    row = find_row(ref)
    if row is None:
        raise Missing
    return row, list_seats([row.id]).get(row.id, [])


def _looks_after(viewer: Actor, row: CircleRow) -> bool:
    """Say whether the viewer is a volunteer of the circle's own village or a reviewer of its region."""
    return row.region_code in viewer.regions(Role.VOLUNTEER) or viewer.holds(Role.REVIEWER, row.region_code)


def _room(
    viewer: Actor, row: CircleRow, seats: list[Seat], acting: set[int], watched: set[int], *, is_staff: bool
) -> CircleRoom:
    """Show what is no letter and no month."""
    now, names, groups = clock.now(), _names(seats), name_groups(seats)
    return CircleRoom(
        circle=public_of(viewer, row, seats),
        is_staff=is_staff,
        is_inside=True,
        seats=tuple(
            _seat(
                seat,
                names.get(seat.id, ""),
                groups.get(seat.id),
                is_own=seat.id in acting,
                is_of_group=seat.id in watched,
                is_staff=is_staff,
            )
            for seat in seats
            if seat.state != SeatState.ENDED.value
        ),
        months=(),
        letters=(),
        forecast=forecast_of(row, seats, now),
        risks=risks_of(row, seats, now) if is_staff else (),
        renewal_asked=row.renewal_asked_at is not None,
        household_agrees=row.household_agrees if is_staff else None,
        is_term_reviewed=row.reviewed_term > row.term,
    )


def _names(seats: list[Seat]) -> dict[int, str]:
    """Name the persons who sit now as each asked to be named when he sat down."""
    sitting = {seat.id: seat for seat in seats if SeatState(seat.state) in HELD}
    rows = reading().execute(
        select(Seat.id, Account.ref, Account.nickname, Account.public_name_sealed)
        .join(Account, Account.id == Seat.account_id)
        .where(Seat.id.in_(list(sitting)), Seat.group_id.is_(None))
    )
    return {
        number: shown_name(ref, nickname, sealed, sitting[number].display) for number, ref, nickname, sealed in rows
    }


def _seat(
    seat: Seat, name: str, group: GroupName | None, *, is_own: bool, is_of_group: bool, is_staff: bool
) -> SeatCard:
    knows = is_staff or is_own
    return SeatCard(
        ref=seat.ref,
        number=seat.number,
        state=seat.state,
        name=name,
        group=group,
        is_own=is_own,
        is_of_group=is_of_group,
        leaves_on=seat.leaves_on,
        lapses=seat.lapses if knows else 0,
        renews=seat.renews if knows else None,
    )


def _moved() -> Any:
    """Give when a gift came to where it is."""
    last = select(func.max(PledgeStep.taken_at)).where(PledgeStep.pledge_id == Pledge.id)
    return last.correlate(Pledge).scalar_subquery()


def _months(viewer: Actor, row: CircleRow, is_staff: bool) -> tuple[SeatMonth, ...]:
    query = (
        select(
            CircleMonth.month,
            Seat.number,
            Seat.account_id,
            CircleMonth.kind,
            CircleMonth.outcome,
            CircleMonth.reason,
            Wish.ref,
            Pledge.ref,
            Pledge.state,
            Pledge.feedback,
            _moved(),
        )
        .join(Seat, Seat.id == CircleMonth.seat_id)
        .outerjoin(Wish, Wish.id == CircleMonth.wish_id)
        .outerjoin(Pledge, Pledge.id == CircleMonth.pledge_id)
        .where(CircleMonth.circle_id == row.id)
        .order_by(CircleMonth.month.desc(), Seat.number, Seat.id)
    )
    found: list[SeatMonth] = []
    for line in reading().execute(query):
        month, number, account_id, kind, outcome, reason, wish, pledge, state, thanks, moved_at = line
        is_own = account_id == viewer.account_id
        knows = is_staff or is_own
        found.append(
            SeatMonth(
                month=month,
                number=number,
                is_own=is_own,
                kind=kind,
                outcome=outcome,
                reason=reason if knows else "",
                wish=wish,
                pledge=pledge if knows else None,
                pledge_state=state,
                moved_at=moved_at,
                thanks=thanks or "" if state == PledgeState.CONFIRMED else "",
            )
        )
    return tuple(found)
