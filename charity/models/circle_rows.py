"""Statements about circles and their seats; whoever changes anything of a circle locks its row first; no rule."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import aliased

from charity.adapters.db import Tx
from charity.domain.calendar import DAY
from charity.domain.circle_states import HELD, LIVE, TAKEN, CircleState, SeatState
from charity.domain.circles import REWRITTEN_WITHIN, Direction, LetterState, Outcome, PromiseKind
from charity.domain.durations import Pause
from charity.domain.households import LifeState
from charity.models.accounts import Account
from charity.models.circles import Circle, CircleMonth, CircleRefusal, Letter, Seat, SeatOffer, SeatPlace
from charity.models.group_rows import groups_deputised_by
from charity.models.households import Consent, Household
from charity.models.pausing import list_pauses
from charity.models.units import rows_of


def find_circle(tx: Tx, ref: str) -> Circle | None:
    """Find a circle and lock it, its household's row first."""
    home = tx.session.execute(select(Circle.household_id).where(Circle.ref == ref)).scalar_one_or_none()
    if home is None:
        return None
    tx.session.execute(select(Household.id).where(Household.id == home).with_for_update())
    return tx.session.scalars(
        select(Circle).where(Circle.ref == ref).with_for_update().execution_options(populate_existing=True)
    ).one()


def lock_members(tx: Tx, ref: str) -> None:
    """Lock the accounts that hold a seat, in one order, before the circle, as every act does."""
    if tx.is_sqlite:  # one writer, who holds everything
        return
    theirs = (
        select(Seat.account_id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(Circle.ref == ref, Seat.state.in_([state.value for state in sorted(HELD)]))
    )
    tx.session.execute(
        select(Account.id).where(Account.id.in_(theirs)).order_by(Account.id).with_for_update(key_share=True)
    )


def has_live_circle(tx: Tx, household_id: int) -> bool:
    """Say whether a household has a circle that is proposed, forms or runs."""
    live = Circle.state.in_([state.value for state in sorted(LIVE)])
    return tx.session.execute(select(Circle.id).where(Circle.household_id == household_id, live)).first() is not None


def change_taken(tx: Tx, circle: Circle, change: int) -> bool:
    """Count seats taken or given back; False when N would be passed."""
    changed = tx.session.execute(
        update(Circle)
        .where(Circle.id == circle.id, Circle.taken + change >= 0, Circle.taken + change <= Circle.target)
        .values(taken=Circle.taken + change)
        .execution_options(synchronize_session=False)
    )
    tx.session.refresh(circle, ["taken"])
    return rows_of(changed) == 1


def list_seats(tx: Tx, circle_id: int, states: Iterable[SeatState]) -> list[Seat]:
    """List a circle's seats in some states, by number."""
    named = [state.value for state in sorted(states)]
    return list(
        tx.session.scalars(
            select(Seat)
            .where(Seat.circle_id == circle_id, Seat.state.in_(named))
            .order_by(Seat.number, Seat.id)
            .execution_options(populate_existing=True)
        )
    )


def find_own_seat(tx: Tx, circle_id: int, account_id: int) -> Seat | None:
    """Find the seat an account holds, or is offered, in a circle."""
    return tx.session.scalars(
        select(Seat)
        .where(Seat.circle_id == circle_id, Seat.account_id == account_id, Seat.state != SeatState.ENDED.value)
        .execution_options(populate_existing=True)
    ).one_or_none()


def count_held(tx: Tx, account_id: int, *, for_group: bool) -> int:
    """Count the seats an account took and has not left, its own or those of groups it answers for; offers are none."""
    states = [state.value for state in sorted(TAKEN & HELD)]
    taken = (Seat.account_id == account_id, Seat.state.in_(states), Seat.group_id.is_not(None) == for_group)
    return tx.session.execute(select(func.count()).select_from(Seat).where(*taken)).scalar_one()


def find_acting_seat(tx: Tx, circle_id: int, account_id: int) -> Seat | None:
    """Find the seat an account acts for: its own, or that of a group whose deputy it agreed to be."""
    own = find_own_seat(tx, circle_id, account_id)
    if own is not None:
        return own
    theirs = (Seat.circle_id == circle_id, Seat.group_id.in_(groups_deputised_by(account_id)))
    return tx.session.scalars(
        select(Seat)
        .where(*theirs, Seat.state != SeatState.ENDED.value)
        .order_by(Seat.id)
        .limit(1)
        .execution_options(populate_existing=True)
    ).one_or_none()


def find_circle_by_seat(tx: Tx, seat_id: int) -> Circle:
    """Read the circle of a seat without locking it."""
    return tx.session.scalars(select(Circle).join(Seat, Seat.circle_id == Circle.id).where(Seat.id == seat_id)).one()


def list_waiting(tx: Tx, circle_id: int) -> list[SeatPlace]:
    """List who waits for a seat, first come first."""
    waiting = select(SeatPlace).where(SeatPlace.circle_id == circle_id, SeatPlace.left_at.is_(None))
    return list(tx.session.scalars(waiting.order_by(SeatPlace.id)))


def find_place(tx: Tx, circle_id: int, account_id: int) -> SeatPlace | None:
    """Find somebody's place in the waiting list of a circle."""
    return tx.session.scalars(
        select(SeatPlace).where(
            SeatPlace.circle_id == circle_id, SeatPlace.account_id == account_id, SeatPlace.left_at.is_(None)
        )
    ).one_or_none()


def find_offer(tx: Tx, ref: str) -> tuple[SeatOffer, str] | None:
    """Find an offer of a seat and the reference of its circle."""
    row = tx.session.execute(
        select(SeatOffer, Circle.ref)
        .join(Seat, Seat.id == SeatOffer.seat_id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(SeatOffer.ref == ref)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def find_open_offer(tx: Tx, seat_id: int) -> SeatOffer | None:
    """Find the open offer of a seat."""
    return tx.session.scalars(
        select(SeatOffer).where(SeatOffer.seat_id == seat_id, SeatOffer.state == "open")
    ).one_or_none()


def is_refused(tx: Tx, household_id: int, account_id: int) -> bool:
    """Say whether a household does not want this person."""
    found = select(CircleRefusal.id).where(
        CircleRefusal.household_id == household_id, CircleRefusal.account_id == account_id
    )
    return tx.session.execute(found.limit(1)).first() is not None


def wants_no_circle(tx: Tx, household_id: int) -> bool:
    """Say whether a household refused a circle and has not agreed to one since."""
    refused = tx.session.scalar(
        select(func.max(CircleRefusal.recorded_at)).where(
            CircleRefusal.household_id == household_id, CircleRefusal.account_id.is_(None)
        )
    )
    if refused is None:
        return False
    agreed = tx.session.scalar(
        select(func.max(Consent.recorded_at)).where(
            Consent.household_id == household_id, Consent.purpose == "circle", Consent.is_granted.is_(True)
        )
    )
    return agreed is None or agreed <= refused


def life_of(tx: Tx, household_id: int) -> LifeState:
    """Give where a household stands in its life."""
    found = select(Household.life_state).where(Household.id == household_id)
    return LifeState(tx.session.execute(found).scalar_one())


def alias_of(tx: Tx, household_id: int) -> str:
    """Give the name by which a household is known in public."""
    return tx.session.execute(select(Household.alias).where(Household.id == household_id)).scalar_one()


def find_month(tx: Tx, seat_id: int, month: str) -> CircleMonth | None:
    """Find what a seat promised for a month."""
    return tx.session.scalars(
        select(CircleMonth).where(CircleMonth.seat_id == seat_id, CircleMonth.month == month)
    ).one_or_none()


def is_coming(now: datetime) -> ColumnElement[bool]:
    """Select a donor's letters that may still keep their month: they wait for a reviewer, or were given back lately."""
    given_back = and_(Letter.state == LetterState.RETURNED.value, Letter.reviewed_at > now - REWRITTEN_WITHIN)
    on_its_way = or_(Letter.state == LetterState.SUBMITTED.value, given_back)
    return and_(Letter.direction == Direction.TO_FAMILY.value, on_its_way)


def has_letter_coming(tx: Tx, seat_id: int, month: str) -> bool:
    """Say whether a letter of a seat's month may still keep it."""
    coming = select(Letter.id).where(Letter.seat_id == seat_id, Letter.month == month, is_coming(tx.now))
    return tx.session.execute(coming.limit(1)).first() is not None


def find_month_to_rewrite(tx: Tx, seat_id: int, *, before: str) -> str | None:
    """Find the month that is over and stays open for a letter given back to a seat's donor and not written anew."""
    again = aliased(Letter)
    same = (again.seat_id == Letter.seat_id, again.month == Letter.month, again.direction == Letter.direction)
    waits = select(again.id).where(*same, again.state == LetterState.SUBMITTED.value).exists()
    of_month = and_(CircleMonth.seat_id == Letter.seat_id, CircleMonth.month == Letter.month)
    returned = (Letter.seat_id == seat_id, Letter.month < before, Letter.state == LetterState.RETURNED.value)
    found = select(Letter.month).join(CircleMonth, of_month).where(*returned, is_coming(tx.now), ~waits)
    still_open = (CircleMonth.outcome == Outcome.OPEN.value, CircleMonth.kind == PromiseKind.LETTER.value)
    return tx.session.execute(found.where(*still_open).order_by(Letter.month).limit(1)).scalar_one_or_none()


def list_unusable(tx: Tx, account_ids: Iterable[int]) -> set[int]:
    """List those of some accounts that were closed or disabled."""
    gone = or_(Account.closed_at.is_not(None), Account.disabled_at.is_not(None))
    return set(tx.session.scalars(select(Account.id).where(Account.id.in_(list(account_ids)), gone)))


def pauses_of(tx: Tx, circle: Circle) -> tuple[Pause, ...]:
    """List the paused days of a circle's region."""
    return list_pauses(tx.session, circle.region_code, since=tx.now - DAY)


def state_of(circle: Circle) -> CircleState:
    """Give a circle's state."""
    return CircleState(circle.state)


def is_of_goods(circle: Circle) -> bool:
    """Say whether a circle's seats promise goods."""
    return circle.promise_kind == PromiseKind.GOODS.value
