"""A circle's months: each opens once, with one gift or one letter for every seat, and is settled as kept or missed."""

from datetime import date

from sqlalchemy import select, update

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of, month_bounds
from charity.domain.circle_states import GIVING, CircleState
from charity.domain.circles import (
    EVERY_MONTH,
    EXCUSES,
    LAPSES_AT_RISK,
    OWN_FAULT,
    Outcome,
    PromiseKind,
    first_of,
    gift_stands,
    is_asked,
    month_text,
    outcome_of,
)
from charity.domain.entry_values import JSON
from charity.domain.households import MAY_HAVE_WISHES
from charity.domain.kinds import PledgeState
from charity.ledger import append
from charity.ledger.seating import end_seat
from charity.models.acts import act
from charity.models.circle_gifts import find_circle_terms, find_last_reason, list_gift_states
from charity.models.circle_rows import has_letter_coming, life_of, list_seats, list_unusable, lock_members
from charity.models.circles import Circle, CircleMonth, Seat
from charity.models.organisation_rows import list_unverified
from charity.models.units import rows_of
from charity.models.wishes import Wish
from charity.services.circles.gifts import LIMIT, give, hindrance, publish, stand_on, tell_stuck
from charity.services.circles.ground import lock_circle, tell_one, tell_township
from charity.services.circles.sight import is_in_sight


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
    if not _is_asked(tx, circle, first):
        circle.month = month  # nothing is promised for it
        return 0
    seats = _giving(tx, circle, month)
    if circle.promise_kind == PromiseKind.LETTER.value:
        _ask_letters(tx, circle, seats, month)
    elif not _ask_gifts(tx, circle, seats, month):
        return 0
    circle.month = month
    tx.session.flush()
    return len(seats)


def _is_asked(tx: Tx, circle: Circle, first: date) -> bool:
    terms = find_circle_terms(tx.session, circle.id)
    every = EVERY_MONTH if terms is None else terms.every
    return is_asked(first, starts_on=circle.starts_on or first, every=every)


def _giving(tx: Tx, circle: Circle, month: str) -> list[Seat]:
    """List the seats that give in a month; those whose account is gone, or no verified organisation's, end here."""
    first = day_of(month_bounds(month)[0])
    seats = [s for s in list_seats(tx, circle.id, GIVING) if s.leaves_on is None or s.leaves_on >= first]
    holders = [seat.account_id for seat in seats if seat.account_id is not None]
    gone = dict.fromkeys(list_unverified(tx, holders), "organisation-not-verified")
    gone |= dict.fromkeys(list_unusable(tx, holders), "account-closed")
    for seat in seats:
        if seat.account_id in gone:
            end_seat(tx, circle, seat, reason=gone[seat.account_id], by_clock=True)
    return [seat for seat in seats if seat.account_id not in gone]


def _ask_letters(tx: Tx, circle: Circle, seats: list[Seat], month: str) -> None:
    for seat in seats:
        _open_seat_month(tx, circle, seat, month)
        if seat.account_id is not None:
            tell_one(tx, circle, seat.account_id, "circle-letter-month")


def _ask_gifts(tx: Tx, circle: Circle, seats: list[Seat], month: str) -> bool:
    """Open the month's wish with a gift for each seat that may give; False where nothing may be published."""
    gifts = stand_on(tx, circle)
    if gifts is None:
        tell_stuck(tx, circle)
        return False
    kept_from = {seat.id: hindrance(tx, circle, seat, gifts) for seat in seats}
    able = sum(not why for why in kept_from.values())
    wish = publish(tx, circle, gifts, seats=able) if able else None
    for seat in seats:
        why = kept_from[seat.id]
        pledge_id = give(tx, circle, wish, seat, gifts) if wish is not None and not why else None
        wish_id = wish.id if wish is not None and pledge_id is not None else None
        _open_seat_month(tx, circle, seat, month, wish_id=wish_id, pledge_id=pledge_id)
        if why:
            _miss_at_once(tx, circle, seat, month, reason=why)
    return True


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


def _miss_at_once(tx: Tx, circle: Circle, seat: Seat, month: str, *, reason: str) -> None:
    """Record a month that the yearly limit or a missing vetting does not let the donor give; tell him and the township.

    It is no lapse of his.
    """
    row = tx.session.scalars(
        select(CircleMonth).where(CircleMonth.seat_id == seat.id, CircleMonth.month == month)
    ).one()
    settle(tx, circle, seat, row, Outcome.MISSED, reason=reason)
    kind = "circle-month-limit" if reason == LIMIT else "circle-month-unvetted"
    tell_township(tx, circle, kind)
    if seat.account_id is not None:
        tell_one(tx, circle, seat.account_id, f"{kind}-donor")


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
    state = gift_stands(list_gift_states(tx, row))
    is_over = tx.now >= month_bounds(row.month)[1] and not has_letter_coming(tx, seat.id, row.month)
    was = Outcome(row.outcome)
    now = outcome_of(state, was=was, is_over=is_over)
    if now is was:
        return ""
    settle(tx, circle, seat, row, now, reason="" if now is Outcome.KEPT else _why_missed(tx, row, state))
    return now.value


def _why_missed(tx: Tx, row: CircleMonth, state: PledgeState | None) -> str:
    """Name why a month was missed: how its gift ended, and where others ended it for its donor, for what."""
    if state is PledgeState.CANCELLED:
        said = find_last_reason(tx, row.pledge_id or 0)
        return said if said in EXCUSES else state.value
    return "no-letter" if state is None else state.value


def settle(tx: Tx, circle: Circle, seat: Seat, row: CircleMonth, outcome: Outcome, *, reason: str) -> None:
    """Write down what became of a seat's month; two missed by the donor's own doing put the circle on the desk."""
    row.outcome, row.reason, row.settled_at = outcome.value, reason, tx.now
    tx.session.flush()
    facts: dict[str, JSON] = {"month": row.month, "kind": row.kind}
    if reason:
        facts["reason"] = reason
    append(tx, f"month.{outcome.value}", {"circle": circle.ref, "seat": seat.ref}, facts)
    if outcome is Outcome.MISSED and reason in OWN_FAULT:
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
