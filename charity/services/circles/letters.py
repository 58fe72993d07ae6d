"""Letters between a seat's donor and the family: sealed, both ways past a reviewer, and never to a child directly."""

from datetime import date

from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.boards import Display, as_facts, is_self_dealing, line_for_letter
from charity.domain.calendar import day_of
from charity.domain.circle_states import GIVING, CircleState, SeatState
from charity.domain.circles import Direction, LetterState, Outcome, PromiseKind, may_bring, may_write_letter, month_text
from charity.domain.entries import BoardLine
from charity.domain.errors import Conflict, Missing, SignInNeeded
from charity.domain.permissions import may
from charity.domain.sides import Side, may_review
from charity.ledger import append
from charity.models.acts import act
from charity.models.board_lines import add_lines, find_pseudonym, list_digests, list_roles
from charity.models.circle_rows import find_acting_seat, find_month, find_month_to_rewrite
from charity.models.circles import Circle, Letter, Seat, letter_place
from charity.models.counties import public_county
from charity.models.households import Household
from charity.models.letter_rows import may_go_on
from charity.models.naming import list_names, list_site_names
from charity.models.sides import lock_account
from charity.services.circles.ground import lock_circle, take_side, tell_one, tell_township
from charity.services.circles.months import settle


@act
def write(tx: Tx, actor: Actor, circle_ref: str, *, text: str) -> str:
    """Write a letter to the family as the holder of a seat; a reviewer reads it first. Gives its reference."""
    if not actor.is_signed_in:
        raise SignInNeeded
    lock_account(tx, actor.account_id)
    circle = _get_running(tx, circle_ref)
    seat = find_acting_seat(tx, circle.id, actor.account_id)
    if seat is None or SeatState(seat.state) not in GIVING:
        raise Missing
    take_side(tx, actor, circle, Side.GIVING)
    return _submit(tx, actor, circle, seat, Direction.TO_FAMILY, text)


@act
def bring(tx: Tx, actor: Actor, circle_ref: str, seat_ref: str, *, text: str) -> str:
    """Bring a letter of the family to one of its donors, as its volunteer; a reviewer reads it first."""
    lock_account(tx, actor.account_id)
    circle = _get_running(tx, circle_ref)
    may(actor, "letter.bring", circle.region_code)
    take_side(tx, actor, circle, Side.FIELD)
    seat = tx.session.scalars(select(Seat).where(Seat.ref == seat_ref, Seat.circle_id == circle.id)).one_or_none()
    if seat is None or SeatState(seat.state) not in GIVING:
        raise Missing
    return _submit(tx, actor, circle, seat, Direction.FROM_FAMILY, text)


@act
def pass_on(tx: Tx, actor: Actor, letter_ref: str) -> None:
    """Let a letter pass; one to the family keeps its seat's month."""
    circle, seat, letter = _get_to_review(tx, actor, letter_ref)
    letter.state = LetterState.PASSED.value
    tx.session.flush()
    row = find_month(tx, seat.id, letter.month) if letter.direction == Direction.TO_FAMILY.value else None
    is_kept = row is not None and row.kind == PromiseKind.LETTER.value and row.outcome != Outcome.KEPT.value
    lines = _lines(tx, circle, seat) if is_kept else ()
    entry_id = append(
        tx,
        "letter.passed",
        {"circle": circle.ref, "seat": seat.ref, "letter": letter.ref},
        {"month": letter.month, "lines": as_facts(lines), "kind": letter.direction, "by": Role.REVIEWER.value},
    )
    _keep(tx, circle, seat, lines, entry_id)
    if row is not None and is_kept:
        settle(tx, circle, seat, row, Outcome.KEPT, reason="")
    if letter.direction == Direction.FROM_FAMILY.value and seat.account_id is not None:
        tell_one(tx, circle, seat.account_id, "circle-letter")
    else:
        tell_one(tx, circle, circle.proposer_id, "circle-letter-to-family")


@act
def send_back(tx: Tx, actor: Actor, letter_ref: str, *, reason: str) -> None:
    """Give a letter back to its writer, with the code of a reason."""
    circle, _seat, letter = _get_to_review(tx, actor, letter_ref)
    letter.state, letter.return_reason = LetterState.RETURNED.value, reason
    tell_one(tx, circle, letter.writer_id, "circle-letter-returned")


@act
def hand_to_family(tx: Tx, actor: Actor, letter_ref: str, *, day: date) -> str:
    """Record the day on which a letter that passed was brought to its family; a second word on it changes nothing.

    Gives the day that is on record.
    """
    lock_account(tx, actor.account_id)
    circle, letter = _get_letter(tx, letter_ref)
    may(actor, "letter.bring", circle.region_code)
    if letter.state != LetterState.PASSED.value or letter.direction != Direction.TO_FAMILY.value:
        raise Conflict("not-in-this-state", params={"state": letter.state, "act": "bring"})
    if letter.brought_on is not None:
        return letter.brought_on.isoformat()
    if not may_go_on(tx, letter.id):
        raise Missing
    passed = None if letter.reviewed_at is None else day_of(letter.reviewed_at)
    may_bring(passed=passed, on=day, today=day_of(tx.now))
    take_side(tx, actor, circle, Side.FIELD)
    letter.brought_on, letter.brought_by_id = day, actor.account_id
    tx.session.flush()
    seat = tx.session.get_one(Seat, letter.seat_id)
    subjects = {"circle": circle.ref, "seat": seat.ref, "letter": letter.ref}
    append(tx, "letter.brought", subjects, {"day": day.isoformat(), "by": Role.VOLUNTEER.value})
    tell_one(tx, circle, letter.writer_id, "circle-letter-brought", {"day": day.isoformat()})
    return day.isoformat()


def _get_running(tx: Tx, ref: str) -> Circle:
    circle = lock_circle(tx, ref)
    if CircleState(circle.state) is not CircleState.RUNNING or circle.hidden_at is not None:
        raise Conflict("not-in-this-state", params={"state": circle.state, "act": "write"})
    return circle


def _submit(tx: Tx, actor: Actor, circle: Circle, seat: Seat, direction: Direction, text: str) -> str:
    household = tx.session.get_one(Household, circle.household_id)
    may_write_letter(text, list_names(tx, household), list_site_names(tx, household.county))
    ref = new_ref()
    tx.session.add(
        Letter(
            ref=ref,
            circle_id=circle.id,
            seat_id=seat.id,
            direction=direction.value,
            month=_month_of(tx, seat, direction),
            text_sealed=seal(text.strip(), place=letter_place(ref)),
            state=LetterState.SUBMITTED.value,
            writer_id=actor.account_id,
            written_at=tx.now,
        )
    )
    tell_township(tx, circle, "circle-letter-to-review", but=actor.account_id)
    return ref


def _month_of(tx: Tx, seat: Seat, direction: Direction) -> str:
    """Give the month a letter is for: this one, or the one of a donor's letter that was given back lately."""
    this = month_text(day_of(tx.now))
    again = find_month_to_rewrite(tx, seat.id, before=this) if direction is Direction.TO_FAMILY else None
    return again or this


def _get_to_review(tx: Tx, actor: Actor, ref: str) -> tuple[Circle, Seat, Letter]:
    lock_account(tx, actor.account_id)
    circle, letter = _get_letter(tx, ref)
    may(actor, "letter.review", circle.region_code)
    may_review(reviewer=actor.account_id, poster=letter.writer_id)
    if letter.state != LetterState.SUBMITTED.value:
        raise Conflict("not-in-this-state", params={"state": letter.state, "act": "review"})
    if not may_go_on(tx, letter.id):
        raise Missing
    take_side(tx, actor, circle, Side.TOWNSHIP)
    letter.reviewer_id, letter.reviewed_at = actor.account_id, tx.now
    return circle, tx.session.get_one(Seat, letter.seat_id, populate_existing=True), letter


def _get_letter(tx: Tx, ref: str) -> tuple[Circle, Letter]:
    """Read a letter once its circle is locked."""
    circle_ref = tx.session.execute(
        select(Circle.ref).join(Letter, Letter.circle_id == Circle.id).where(Letter.ref == ref)
    ).scalar_one_or_none()
    if circle_ref is None:
        raise Missing
    circle = lock_circle(tx, circle_ref)
    letter = tx.session.scalars(select(Letter).where(Letter.ref == ref).execution_options(populate_existing=True)).one()
    return circle, letter


def _lines(tx: Tx, circle: Circle, seat: Seat) -> tuple[BoardLine, ...]:
    """Give the board's line of a kept month, once per seat and month, and none to those who deal with themselves."""
    if seat.account_id is None:
        return ()
    donor, members = list_digests(tx, seat.account_id, circle.household_id)
    roles = list_roles(tx, seat.account_id)
    if is_self_dealing(donor_digests=donor, member_digests=members, donor_roles_in=roles, village=circle.region_code):
        return ()
    line = line_for_letter(
        display=Display(seat.display),
        pseudonym=find_pseudonym(tx, seat.account_id),
        county=public_county(tx.session, circle.county, household_id=circle.household_id),
        passed_at=tx.now,
    )
    return (line,)


def _keep(tx: Tx, circle: Circle, seat: Seat, lines: tuple[BoardLine, ...], entry_id: int) -> None:
    add_lines(
        tx,
        lines,
        entry_id=entry_id,
        pledge_id=None,
        wish_id=None,
        account_id=None if seat.display == Display.ANONYMOUS.value else seat.account_id,
        beneficiary=f"h{circle.household_id}",
    )
