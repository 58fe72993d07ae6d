"""A circle's months: each opens once, with one gift or one letter for every seat, and is settled as kept or missed."""

from sqlalchemy import select, update

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of, month_bounds
from charity.domain.circle_states import GIVING, CircleState
from charity.domain.circles import LAPSES_AT_RISK, Outcome, PromiseKind, first_of, month_text, outcome_of
from charity.domain.entry_values import JSON
from charity.domain.households import MAY_HAVE_WISHES
from charity.domain.kinds import Kind, PledgeState
from charity.domain.limits import DEFAULTS
from charity.domain.running import Circumstances, Running, first_clock, started
from charity.domain.sides import Side, Who
from charity.ledger import append
from charity.ledger.seating import end_seat
from charity.ledger.writing import moment
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.circle_gifts import add_month_wish, add_planned_pledge, find_circle_point, take_given
from charity.models.circle_rows import has_letter_coming, life_of, list_seats, list_unusable, lock_members, pauses_of
from charity.models.circles import Circle, CircleMonth, Seat
from charity.models.counties import public_county
from charity.models.covering import covering_programmes
from charity.models.moving import add_step
from charity.models.outbox import was_told
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.sides import record_side
from charity.models.units import rows_of
from charity.models.wish_people import list_reviewers
from charity.models.wishes import Wish
from charity.services.circles.ground import lock_circle, tell_one, tell_township
from charity.services.circles.sight import is_in_sight

CODE_LENGTH = 8


@act
def open_month(tx: Tx, actor: Actor, circle_ref: str) -> int:
    """Open a running circle's month and give how many seats it asks; 0 when it is open already or cannot open.

    Only the present month is opened, however long nobody ran this: what was not asked cannot be missed.
    """
    del actor
    lock_members(tx, circle_ref)
    circle = lock_circle(tx, circle_ref)
    first = first_of(day_of(tx.now))
    month = month_text(first)
    in_term = circle.starts_on is not None and circle.starts_on <= first
    if circle.state != CircleState.RUNNING.value or not in_term or (circle.month or "") >= month:
        return 0
    if circle.ends_on is not None and circle.ends_on <= first:
        return 0
    # A family out of hardship ends its circle at the day's turn; one that fell back waits for the township first.
    if life_of(tx, circle.household_id) not in MAY_HAVE_WISHES or not is_in_sight(tx, circle):
        return 0
    seats = _giving(tx, circle, month)
    if circle.promise_kind == PromiseKind.LETTER.value:
        _ask_letters(tx, circle, seats, month)
    elif not _ask_goods(tx, circle, seats, month):
        return 0
    circle.month = month
    tx.session.flush()
    return len(seats)


def _giving(tx: Tx, circle: Circle, month: str) -> list[Seat]:
    """List the seats that give in a month; those whose account is gone end here."""
    first = day_of(month_bounds(month)[0])
    seats = [s for s in list_seats(tx, circle.id, GIVING) if s.leaves_on is None or s.leaves_on >= first]
    gone = list_unusable(tx, [seat.account_id for seat in seats if seat.account_id is not None])
    for seat in [seat for seat in seats if seat.account_id in gone]:
        end_seat(tx, circle, seat, reason="account-closed", by_clock=True)
    return [seat for seat in seats if seat.account_id not in gone]


def _ask_letters(tx: Tx, circle: Circle, seats: list[Seat], month: str) -> None:
    for seat in seats:
        _open_seat_month(tx, circle, seat, month)
        if seat.account_id is not None:
            tell_one(tx, circle, seat.account_id, "circle-letter-month")


def _ask_goods(tx: Tx, circle: Circle, seats: list[Seat], month: str) -> bool:
    """Open the month's wish with a gift for each seat within the yearly limit; False where nothing may be published."""
    programme, point = _find_programme(tx, circle), find_circle_point(tx, circle)
    if programme is None or point is None:
        _tell_stuck(tx, circle)
        return False
    beneficiary, most = f"h{circle.household_id}", DEFAULTS.donor_household_year_fen
    able = [
        seat
        for seat in seats
        if seat.account_id is not None
        and take_given(tx, seat.account_id, beneficiary, fen=circle.monthly_fen, most=most)
    ]
    wish = _publish(tx, circle, programme, point, wanted=len(able)) if able else None
    for seat in seats:
        pledge_id = _give(tx, circle, wish, seat) if wish is not None and seat in able else None
        wish_id = wish.id if wish is not None and pledge_id is not None else None
        _open_seat_month(tx, circle, seat, month, wish_id=wish_id, pledge_id=pledge_id)
        if pledge_id is None:
            _miss_at_once(tx, circle, seat, month)
    return True


def _find_programme(tx: Tx, circle: Circle) -> Programme | None:
    covering = covering_programmes(circle.region_code, Kind.GOODS.value, day_of(tx.now))
    if circle.programme_id is not None:
        own = tx.session.scalars(covering.where(Programme.id == circle.programme_id)).one_or_none()
        if own is not None:
            return own
    return tx.session.scalars(covering.limit(1)).one_or_none()


def _tell_stuck(tx: Tx, circle: Circle) -> None:
    """Tell the township once a month that a month cannot open: no programme or no service point stands for it."""
    since = month_bounds(month_text(day_of(tx.now)))[0]
    for account_id in list_reviewers(tx, circle.region_code[:9], but=0):
        if not was_told(tx, account_id=account_id, kind="circle-month-stuck", about=circle.ref, since=since):
            tell_one(tx, circle, account_id, "circle-month-stuck")


def _publish(tx: Tx, circle: Circle, programme: Programme, point: ServicePoint, *, wanted: int) -> Wish:
    wish = add_month_wish(tx, circle, wanted=wanted, programme_id=programme.id, point_id=point.id)
    append(
        tx,
        "wish.published",
        {"wish": wish.ref, "circle": circle.ref, "programme": programme.ref, "point": point.ref},
        {
            "state": wish.state,
            "wanted": wanted,
            "was": None,
            "by_clock": True,
            "kind": wish.kind,
            "beneficiary": wish.beneficiary_kind,
            "category": wish.category,
            "county": public_county(tx.session, wish.county, household_id=wish.household_id),
            "price": wish.unit_fen,
        },
        texts={
            name: text
            for name, text in {
                "title": wish.title,
                "details": wish.details,
                "legal_basis": f"{programme.body}; {programme.certificate}; {programme.filing}",
            }.items()
            if text
        },
    )
    return wish


def _give(tx: Tx, circle: Circle, wish: Wish, seat: Seat) -> int:
    """Write one seat's gift as held and planned in one breath: its donor promised it when he sat down."""
    running, ref = _send_clock(tx, circle, seat), new_ref()
    code = new_ref()[:CODE_LENGTH].upper()
    pledge_id = add_planned_pledge(tx, wish, seat, ref=ref, parcel_code=code, running=running)
    subjects = {"wish": wish.ref, "pledge": ref}
    shared: dict[str, JSON] = {"units": 1, "by": Who.CLOCK.value, "by_clock": True}
    held, planned = PledgeState.HELD, PledgeState.PLANNED
    claimed: dict[str, JSON] = {"from": None, "to": held, "kind": wish.kind, "price": wish.unit_fen}
    first = append(tx, "pledge.claimed", subjects, shared | claimed)
    sent_by: dict[str, JSON] = {"from": held, "to": planned, "until": moment(running.due), "method": "shop"}
    second = append(tx, "pledge.planned", subjects, shared | sent_by)
    add_step(tx, pledge_id=pledge_id, act="claim", before=None, after=held, units=1, actor_id=None, entry_id=first)
    add_step(tx, pledge_id=pledge_id, act="plan", before=held, after=planned, units=1, actor_id=None, entry_id=second)
    if seat.account_id is not None:
        record_side(tx, seat.account_id, wish.beneficiary, Side.GIVING)
    return pledge_id


def _send_clock(tx: Tx, circle: Circle, seat: Seat) -> Running:
    clock = first_clock(Kind.GOODS, PledgeState.PLANNED)
    if clock is None:
        raise RuntimeError("no clock runs for planned goods")
    kind = tx.session.execute(select(Account.kind).where(Account.id == seat.account_id)).scalar_one()
    team = Circumstances(by_organisation=kind == AccountKind.ORGANISATION.value)
    return started(clock, tx.now, pauses_of(tx, circle), circumstances=team)


def _open_seat_month(
    tx: Tx, circle: Circle, seat: Seat, month: str, *, wish_id: int | None = None, pledge_id: int | None = None
) -> None:
    tx.session.add(
        CircleMonth(
            circle_id=circle.id,
            seat_id=seat.id,
            month=month,
            kind=circle.promise_kind,
            wish_id=wish_id,
            pledge_id=pledge_id,
            outcome=Outcome.OPEN.value,
            opened_at=tx.now,
        )
    )
    tx.session.flush()
    subjects = {"circle": circle.ref, "seat": seat.ref}
    append(tx, "month.opened", subjects, {"month": month, "by_clock": True, "kind": circle.promise_kind})


def _miss_at_once(tx: Tx, circle: Circle, seat: Seat, month: str) -> None:
    """Record a month that the yearly limit does not let the donor give, and tell him and the township."""
    row = tx.session.scalars(
        select(CircleMonth).where(CircleMonth.seat_id == seat.id, CircleMonth.month == month)
    ).one()
    settle(tx, circle, seat, row, Outcome.MISSED, reason="yearly-limit")
    tell_township(tx, circle, "circle-month-limit")
    if seat.account_id is not None:
        tell_one(tx, circle, seat.account_id, "circle-month-limit-donor")


@act
def settle_month(tx: Tx, actor: Actor, month_id: int) -> str:
    """Judge one seat's month anew; gives the new outcome, empty when nothing changed."""
    del actor
    ref = tx.session.execute(
        select(Circle.ref).join(CircleMonth, CircleMonth.circle_id == Circle.id).where(CircleMonth.id == month_id)
    ).scalar_one_or_none()
    if ref is None:
        return ""
    circle = lock_circle(tx, ref)
    row = tx.session.get_one(CircleMonth, month_id, populate_existing=True)
    seat = tx.session.get_one(Seat, row.seat_id, populate_existing=True)
    state = tx.session.execute(select(Pledge.state).where(Pledge.id == row.pledge_id)).scalar_one_or_none()
    is_over = tx.now >= month_bounds(row.month)[1] and not has_letter_coming(tx, seat.id, row.month)
    was = Outcome(row.outcome)
    now = outcome_of(None if state is None else PledgeState(state), was=was, is_over=is_over)
    if now is was:
        return ""
    settle(tx, circle, seat, row, now, reason="" if now is Outcome.KEPT else (state or "no-letter"))
    return now.value


def settle(tx: Tx, circle: Circle, seat: Seat, row: CircleMonth, outcome: Outcome, *, reason: str) -> None:
    """Write down what became of a seat's month; two missed by the donor's own doing put the circle on the desk."""
    row.outcome, row.reason, row.settled_at = outcome.value, reason, tx.now
    tx.session.flush()
    facts: dict[str, JSON] = {"month": row.month, "kind": row.kind}
    if reason:
        facts["reason"] = reason
    append(tx, f"month.{outcome.value}", {"circle": circle.ref, "seat": seat.ref}, facts)
    if outcome is Outcome.MISSED and reason in ("lapsed", "no-letter"):
        seat.lapses += 1
        tx.session.flush()
        if seat.lapses == LAPSES_AT_RISK:
            tell_township(tx, circle, "circle-at-risk")


@act
def settle_wish(tx: Tx, actor: Actor, wish_ref: str) -> str:
    """Finish the wish of a month long over whose gifts have all come to an end; gives its state, empty if it stays."""
    del actor
    wish = tx.session.scalars(
        select(Wish).where(Wish.ref == wish_ref).with_for_update().execution_options(populate_existing=True)
    ).one()
    if wish.state != "approved" or wish.in_transit or wish.committed > wish.fulfilled:
        return ""
    kept = wish.fulfilled
    state = "closed" if kept else "withdrawn"
    values = {"state": state, "wanted": kept or wish.wanted, "closed_at": tx.now if kept else None}
    changed = tx.session.execute(
        update(Wish)
        .where(Wish.id == wish.id, Wish.state == "approved", Wish.committed == kept, Wish.in_transit == 0)
        .values(values)
    )
    if rows_of(changed) != 1:
        return ""
    facts: dict[str, JSON] = {"state": state, "wanted": kept or wish.wanted, "was": "approved", "by_clock": True}
    append(tx, f"wish.{state}", {"wish": wish.ref}, facts)
    return state
